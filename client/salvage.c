/* SPDX-License-Identifier: MIT */
#include "client/salvage.h"

bool iw_salvage(struct iw_span line, struct iw_response *response)
{
    struct iw_span rest = iw_span_without_crlf(line);
    struct iw_span first = iw_span_take_word(&rest);
    *response = (struct iw_response){.raw = line, .tag = first};
    response->kind = IW_RESPONSE_CONTINUE;
    response->text.text = rest;
    if (iw_span_equal(first, IW_SPAN("+")))
        return true;
    bool untagged = iw_span_equal(first, IW_SPAN("*"));
    struct iw_span word = iw_span_take_word(&rest);
    response->kind = untagged ? IW_RESPONSE_STATE : IW_RESPONSE_TAGGED;
    response->text.text = rest;
    for (enum iw_state state = IW_STATE_OK; state <= IW_STATE_PREAUTH; state++) {
        response->state = state;
        if (iw_span_equal_nocase(word, iw_span_of(iw_state_name(state))))
            return untagged || state <= IW_STATE_BAD;
    }
    return false;
}

bool iw_salvage_is_blank(struct iw_span line)
{
    return iw_span_without_crlf(line).length == 0;
}

bool iw_salvage_expects_rest(const struct iw_frame *frame)
{
    if (frame->literal_count == 0)
        return false;
    const struct iw_literal *last = &frame->literals[frame->literal_count - 1];
    size_t end = last->offset + (last->kept ? (size_t)last->size : 0);
    return iw_salvage_is_blank(iw_span_part(frame->bytes, end, frame->bytes.length));
}
