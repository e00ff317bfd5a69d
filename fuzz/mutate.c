/* SPDX-License-Identifier: MIT */
#include "fuzz/mutate.h"

#include "base/random.h"
#include "parser/malform.h"
#include "parser/response.h"

#include <string.h>

enum { ROUNDS_MAX = 3 };

/* ---- which role ---- */

static struct iw_span take_word(struct iw_span *rest)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] > ' ')
        length++;
    struct iw_span word = iw_span_part(*rest, 0, length);
    *rest = iw_span_part(*rest, length + 1, rest->length);
    return word;
}

enum iw_frame_role iw_mutate_role(struct iw_span stream)
{
    struct iw_span first = take_word(&stream);
    bool response = iw_span_equal(first, IW_SPAN("*")) || iw_span_equal(first, IW_SPAN("+")) ||
                    iw_is_state(take_word(&stream));
    return response ? IW_FRAME_RESPONSES : IW_FRAME_COMMANDS;
}

/* ---- one frame of the stream ---- */

/* The next whole frame, as it stands in the stream; the framer lends it. */
static bool next_frame(struct iw_framer *framer, struct iw_frame *frame)
{
    enum iw_result result;
    while ((result = iw_framer_next(framer, frame, NULL)) == IW_OK || result == IW_LIMIT) {
        if (result == IW_LIMIT)
            continue;
        if (frame->kind == IW_FRAME_WHOLE)
            return true;
        iw_framer_accept(framer);
    }
    return false;
}

/* Calls use for the frame of that number, or for none; returns how many frames there are. */
static size_t with_frame(struct iw_span stream, enum iw_frame_role role, size_t number,
                         void (*use)(void *context, const struct iw_frame *frame), void *context)
{
    struct iw_framer framer;
    struct iw_frame frame;
    size_t count = 0;
    iw_framer_init(&framer, role, &iw_limits_default, NULL);
    iw_framer_feed(&framer, stream);
    for (; next_frame(&framer, &frame); count++)
        if (count == number && use != NULL)
            use(context, &frame);
    iw_framer_release(&framer);
    return count;
}

/* ---- changes ---- */

struct change {
    struct iw_buf *out;
    struct iw_span stream;
    struct iw_random *random;
};

/* The first fault that has a place, from a random one on. */
static void malform(struct change *change, const struct iw_frame *frame)
{
    unsigned begin = (unsigned)iw_random_below(change->random, IW_MALFORM_COUNT);
    for (unsigned i = 0; i < IW_MALFORM_COUNT; i++) {
        enum iw_malform fault = (enum iw_malform)((begin + i) % IW_MALFORM_COUNT);
        size_t places = iw_malform_places(frame, fault);
        if (places == 0)
            continue;
        iw_malform_write(change->out, frame, fault,
                         (size_t)iw_random_below(change->random, places));
        return;
    }
}

static void apply(void *context, const struct iw_frame *frame)
{
    enum { DROP, DOUBLE, KINDS = 10 }; /* any other kind is a fault */
    struct change *change = context;
    size_t begin = (size_t)frame->offset, end = begin + frame->bytes.length;
    uint64_t kind = iw_random_below(change->random, KINDS);
    bool well_formed = !frame->bare_lf && end <= change->stream.length &&
                       iw_span_equal(frame->bytes, iw_span_part(change->stream, begin, end));
    iw_buf_add(change->out, iw_span_part(change->stream, 0, begin));
    if (kind == DOUBLE || (kind != DROP && !well_formed)) {
        iw_buf_add(change->out, frame->bytes);
        iw_buf_add(change->out, frame->bytes);
    } else if (kind != DROP)
        malform(change, frame);
    iw_buf_add(change->out, iw_span_part(change->stream, end, change->stream.length));
}

static bool mutate_once(struct iw_buf *out, struct iw_span stream, enum iw_frame_role role,
                        struct iw_random *random)
{
    struct change change = {out, stream, random};
    size_t count = with_frame(stream, role, 0, NULL, NULL);
    if (count == 0)
        return false;
    with_frame(stream, role, (size_t)iw_random_below(random, count), apply, &change);
    return !out->failed && out->length > 0;
}

bool iw_mutate(struct iw_buf *out, struct iw_span stream, enum iw_frame_role role, uint64_t seed,
               size_t max)
{
    struct iw_random random;
    struct iw_buf rounds[ROUNDS_MAX];
    size_t made = 0;
    iw_random_seed(&random, seed);
    size_t wanted = 1 + (size_t)iw_random_below(&random, ROUNDS_MAX);
    for (bool more = true; more && made < wanted; made += more) {
        iw_buf_init(&rounds[made], NULL, max);
        struct iw_span before = made == 0 ? stream : iw_buf_span(&rounds[made - 1]);
        more = mutate_once(&rounds[made], before, role, &random);
        if (!more)
            iw_buf_release(&rounds[made]);
    }
    if (made > 0)
        iw_buf_add(out, iw_buf_span(&rounds[made - 1]));
    for (size_t i = 0; i < made; i++)
        iw_buf_release(&rounds[i]);
    return made > 0 && !out->failed;
}
