/* SPDX-License-Identifier: MIT */
#include "base/passage.h"

enum {
    US = 1000, /* microseconds in a millisecond */
    SECOND_US = 1000000,
    RATE_PIECES = 50,    /* segments that a second's octets go in, unless told otherwise */
    SLACK_US = 50 * 1000 /* how late a segment may be and yet count as on time */
};

bool iw_spread_read(struct iw_span text, struct iw_spread *range)
{
    size_t dots = 0;
    while (dots < text.length && text.data[dots] != '.')
        dots++;
    struct iw_span most = iw_span_part(text, dots, text.length);
    if (!iw_span_number(iw_span_part(text, 0, dots), INT64_MAX, &range->least))
        return false;
    range->most = range->least;
    return most.length == 0 ||
           (iw_span_starts(most, IW_SPAN("..")) &&
            iw_span_number(iw_span_part(most, 2, most.length), INT64_MAX, &range->most) &&
            range->most >= range->least);
}

uint64_t iw_spread_draw(struct iw_spread range, struct iw_random *random)
{
    if (random == NULL || range.most <= range.least)
        return range.least;
    return range.least + iw_random_below(random, range.most - range.least + 1);
}

void iw_outbox_init(struct iw_outbox *outbox, size_t cap, uint64_t seed)
{
    *outbox = (struct iw_outbox){.sent = 0};
    iw_buf_init(&outbox->octets, NULL, cap);
    iw_random_seed(&outbox->random, seed);
}

void iw_outbox_release(struct iw_outbox *outbox)
{
    iw_buf_release(&outbox->octets);
}

void iw_outbox_set_passage(struct iw_outbox *outbox, const struct iw_passage *passage)
{
    outbox->passage = *passage;
    outbox->sent = 0;
    outbox->split_at = 0;
    outbox->waits = false;
    if (iw_outbox_is_cut(outbox))
        iw_buf_clear(&outbox->octets);
}

bool iw_outbox_is_cut(const struct iw_outbox *outbox)
{
    return outbox->passage.cuts && outbox->sent >= outbox->passage.cut;
}

bool iw_outbox_add(struct iw_outbox *outbox, struct iw_span octets)
{
    if (!iw_outbox_is_cut(outbox))
        iw_buf_add(&outbox->octets, octets);
    return !outbox->octets.failed;
}

static size_t smaller(size_t a, uint64_t b)
{
    return b < a ? (size_t)b : a;
}

/* How long the next segment is. */
static size_t next_length(struct iw_outbox *outbox)
{
    const struct iw_passage *passage = &outbox->passage;
    size_t length = outbox->octets.length;
    uint64_t dribble = iw_spread_draw(passage->dribble, &outbox->random);
    if (outbox->split_at < passage->split_count)
        dribble = passage->split[outbox->split_at++];
    else if (dribble == 0 && passage->rate > 0)
        dribble = passage->rate / RATE_PIECES + 1;
    if (dribble > 0)
        length = smaller(length, dribble);
    return passage->cuts ? smaller(length, passage->cut - outbox->sent) : length;
}

static void pause(struct iw_outbox *outbox, uint64_t now, size_t length)
{
    const struct iw_passage *passage = &outbox->passage;
    uint64_t every = iw_spread_draw(passage->every_ms, &outbox->random) * US;
    uint64_t lasts = passage->rate == 0 ? 0 : length * SECOND_US / passage->rate;
    bool late = !outbox->waits || now * US > outbox->due_us + SLACK_US;
    uint64_t from = late ? now * US : outbox->due_us;
    outbox->waits = every > 0 || lasts > 0;
    outbox->due_us = from + (every > lasts ? every : lasts);
}

static void flip(struct iw_outbox *outbox, size_t length)
{
    const struct iw_passage *passage = &outbox->passage;
    struct iw_buf *octets = &outbox->octets;
    if (passage->flips && passage->flip >= outbox->sent && passage->flip - outbox->sent < length)
        octets->data[octets->begin + passage->flip - outbox->sent] ^= 1;
}

bool iw_outbox_next(struct iw_outbox *outbox, uint64_t now, struct iw_span *segment)
{
    if (outbox->octets.length == 0 || iw_outbox_due(outbox) > now || iw_outbox_is_cut(outbox))
        return false;
    size_t length = next_length(outbox);
    flip(outbox, length);
    *segment = iw_span_part(iw_buf_span(&outbox->octets), 0, length);
    pause(outbox, now, length);
    outbox->sent += length;
    iw_buf_consume(&outbox->octets, length);
    if (iw_outbox_is_cut(outbox))
        outbox->octets.length = 0; /* its memory stays: the segment is in it */
    return true;
}

uint64_t iw_outbox_due(const struct iw_outbox *outbox)
{
    if (outbox->octets.length == 0)
        return UINT64_MAX;
    return outbox->waits ? outbox->due_us / US + (outbox->due_us % US > 0) : 0;
}
