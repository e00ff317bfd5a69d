/* SPDX-License-Identifier: MIT */
/* Responses: what fuzz/grammar.h says holds for each, and a response of no known type is written
 * byte for byte. Input: what a server sends. */
#include "fuzz/grammar.h"
#include "fuzz/holds.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct iw_grammar grammar = {IW_FRAME_RESPONSES, parse, write, equal};
    iw_grammar_holds(&grammar, iw_span((const char *)data, size));
    return 0;
}
