/* SPDX-License-Identifier: MIT */
#include "script/strict.h"

#include "parser/response.h"

/* A FETCH item that does not fit spoils only itself for the parser. */
static bool check_items(const struct iw_frame *frame, const struct iw_fetch *fetch,
                        struct iw_error *error)
{
    for (size_t i = 0; i < fetch->count; i++) {
        const struct iw_fetch_item *item = &fetch->items[i];
        if (item->kind != IW_FETCH_BAD)
            continue;
        const size_t begin = (size_t)(item->value.data - frame->bytes.data);
        iw_fail(error, IW_SYNTAX, begin + item->offset, item->expected);
        return false;
    }
    return true;
}

static bool check_seven_bit(struct iw_span octets, size_t begin, size_t end, struct iw_error *error)
{
    for (size_t i = begin; i < end; i++) {
        if ((unsigned char)octets.data[i] < 0x80)
            continue;
        iw_fail(error, IW_SYNTAX, i, "an octet below 0x80");
        return false;
    }
    return true;
}

/* Between the literals, and behind the last. */
static bool check_octets(const struct iw_frame *frame, struct iw_error *error)
{
    size_t begin = 0;
    for (size_t i = 0; i < frame->literal_count; i++) {
        const struct iw_literal *literal = &frame->literals[i];
        if (!check_seven_bit(frame->bytes, begin, literal->offset, error))
            return false;
        begin = literal->offset + (literal->kept ? (size_t)literal->size : 0);
    }
    return check_seven_bit(frame->bytes, begin, frame->bytes.length, error);
}

bool iw_strict_response(const struct iw_frame *frame, bool seven_bit, struct iw_arena *arena,
                        struct iw_error *error)
{
    struct iw_response response;
    struct iw_lenient lenient = {.allowed = UINT64_C(1) << IW_LENIENT_FLAG_RECENT};
    if (iw_parse_response(frame, arena, &iw_limits_default, &lenient, &response, error) != IW_OK)
        return false;
    const bool fetches =
        response.kind == IW_RESPONSE_FETCH || response.kind == IW_RESPONSE_UIDFETCH;
    return (!fetches || check_items(frame, &response.fetch, error)) &&
           (!seven_bit || check_octets(frame, error));
}
