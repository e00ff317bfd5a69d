/* SPDX-License-Identifier: MIT */
#include "fuzz/responses.h"

#include "fuzz/holds.h"

#include <string.h>

#define BEHIND " FLAGS ())\r\n"

/* ---- the grammar ---- */

static enum iw_result parse(const struct iw_frame *frame, struct iw_arena *arena,
                            const struct iw_limits *limits, struct iw_lenient *lenient,
                            union iw_value *value, struct iw_error *error)
{
    return iw_parse_response(frame, arena, limits, lenient, &value->response, error);
}

static void write(struct iw_buf *out, const union iw_value *value)
{
    iw_write_response(out, &value->response);
    IW_HOLDS(value->response.kind != IW_RESPONSE_OTHER ||
             iw_span_equal(iw_buf_span(out), value->response.raw));
}

static bool equal(const union iw_value *a, const union iw_value *b)
{
    return iw_response_equal(&a->response, &b->response);
}

static bool spoilt(const union iw_value *value)
{
    return value->response.kind == IW_RESPONSE_FETCH &&
           iw_fetch_find(&value->response.fetch, IW_FETCH_BAD) != NULL;
}

const struct iw_grammar iw_response_grammar = {IW_FRAME_RESPONSES, parse, write, equal, spoilt};

/* ---- one item ---- */

/* The three items, if text did not bring more of them. */
static void check_items(const struct iw_fetch *fetch, enum iw_fetch_kind kind, struct iw_span text)
{
    IW_HOLDS(fetch->count >= 3);
    const struct iw_fetch_item *item = &fetch->items[1], *last = &fetch->items[fetch->count - 1];
    IW_HOLDS(fetch->items[0].kind == IW_FETCH_UID && fetch->items[0].number == 7);
    IW_HOLDS(last->kind == IW_FETCH_FLAGS && last->flags.count == 0);
    IW_HOLDS(item->kind == kind || item->kind == IW_FETCH_BAD);
    if (item->kind != IW_FETCH_BAD)
        return;
    IW_HOLDS(item->expected != NULL && item->offset <= text.length);
    IW_HOLDS(iw_span_starts(text, item->value));
    IW_HOLDS(fetch->count > 3 || item->value.length == text.length);
}

/* No literal of the text takes octets of what stands behind it. */
static bool ends_in_time(const struct iw_frame *frame, size_t behind)
{
    size_t last = frame->bytes.length - behind;
    for (size_t i = 0; i < frame->literal_count; i++)
        if (frame->literals[i].offset > last ||
            frame->literals[i].size > last - frame->literals[i].offset)
            return false;
    return true;
}

static void check_around(struct iw_span stream, enum iw_fetch_kind kind, struct iw_span text)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_arena arena;
    struct iw_response response;
    struct iw_error error = {0};
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_arena_init(&arena, NULL, iw_limits_default.values);
    iw_framer_feed(&framer, stream);
    bool whole = iw_framer_next(&framer, &frame, &error) == IW_OK &&
                 frame.bytes.length == stream.length && ends_in_time(&frame, sizeof BEHIND - 1);
    if (whole &&
        iw_parse_response(&frame, &arena, &iw_limits_default, NULL, &response, &error) == IW_OK) {
        IW_HOLDS(response.kind == IW_RESPONSE_FETCH);
        check_items(&response.fetch, kind, text);
    }
    iw_arena_release(&arena);
    iw_framer_release(&framer);
}

void iw_item_holds(const char *name, enum iw_fetch_kind kind, struct iw_span text)
{
    struct iw_buf stream;
    iw_buf_init(&stream, NULL, SIZE_MAX / 2);
    iw_buf_addf(&stream, "* 1 FETCH (UID 7 %s ", name);
    iw_buf_add(&stream, text);
    iw_buf_add_string(&stream, BEHIND);
    IW_HOLDS(!stream.failed);
    check_around(iw_buf_span(&stream), kind, text);
    iw_grammar_holds(&iw_response_grammar, iw_buf_span(&stream));
    iw_buf_release(&stream);
}
