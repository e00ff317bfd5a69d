/* SPDX-License-Identifier: MIT */
/* Commands: what fuzz/grammar.h says holds for each. Input: what a client sends; every literal is
 * accepted. */
#include "fuzz/grammar.h"
#include "fuzz/holds.h"

static enum iw_result parse(const struct iw_frame *frame, struct iw_arena *arena,
                            const struct iw_limits *limits, struct iw_lenient *lenient,
                            union iw_value *value, struct iw_error *error)
{
    return iw_parse_command(frame, arena, limits, lenient, &value->command, error);
}

static void write(struct iw_buf *out, const union iw_value *value)
{
    iw_write_command(out, &value->command);
}

static bool equal(const union iw_value *a, const union iw_value *b)
{
    return iw_command_equal(&a->command, &b->command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct iw_grammar grammar = {IW_FRAME_COMMANDS, parse, write, equal};
    iw_grammar_holds(&grammar, iw_span((const char *)data, size));
    return 0;
}
