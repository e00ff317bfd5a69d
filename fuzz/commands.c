/* SPDX-License-Identifier: MIT */
#include "fuzz/commands.h"

#include "fuzz/holds.h"

static enum iw_result parse(const struct iw_frame *frame, struct iw_arena *arena,
                            const struct iw_limits *limits, struct iw_lenient *lenient,
                            union iw_value *value, struct iw_error *error)
{
    return iw_parse_command(frame, arena, limits, lenient, &value->command, error);
}

static void check_verbatim(const struct iw_command *command)
{
    enum { UID_LENGTH = sizeof "UID " - 1 };
    struct iw_buf again;
    size_t name = command->tag.length + 1;
    iw_buf_init(&again, NULL, SIZE_MAX / 2);
    iw_buf_add(&again, command->tag);
    iw_buf_add_char(&again, ' ');
    if (command->uid)
        iw_buf_add(&again, iw_span_part(command->raw, name, name + UID_LENGTH));
    iw_buf_add(&again, command->name);
    if (command->arguments.data != NULL)
        iw_buf_add_char(&again, ' ');
    iw_buf_add(&again, command->arguments);
    iw_buf_add_string(&again, "\r\n");
    IW_HOLDS(iw_span_equal(iw_buf_span(&again), command->raw));
    iw_buf_release(&again);
}

static void write(struct iw_buf *out, const union iw_value *value)
{
    check_verbatim(&value->command);
    iw_write_command(out, &value->command);
}

static bool equal(const union iw_value *a, const union iw_value *b)
{
    return iw_command_equal(&a->command, &b->command);
}

const struct iw_grammar iw_command_grammar = {IW_FRAME_COMMANDS, parse, write, equal, NULL};
