/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/kept.h"

enum { COMMAND_CAP = 16 << 20 };

bool iw_kept_init(struct iw_kept *kept, const struct iw_alloc *alloc,
                  const struct iw_command *command)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    iw_buf_init(&kept->text, alloc, COMMAND_CAP);
    iw_arena_init(&kept->arena, alloc, COMMAND_CAP);
    iw_write_command(&kept->text, command);
    iw_framer_init(&framer, IW_FRAME_COMMANDS, &iw_limits_default, alloc);
    iw_framer_feed(&framer, iw_buf_span(&kept->text));
    while ((result = iw_framer_next(&framer, &frame, &error)) == IW_OK &&
           frame.kind == IW_FRAME_ASK)
        iw_framer_accept(&framer);
    bool read = result == IW_OK && !kept->text.failed &&
                iw_parse_command(&frame, &kept->arena, &iw_limits_default, NULL, &kept->command,
                                 &error) == IW_OK;
    iw_framer_release(&framer);
    return read;
}

void iw_kept_release(struct iw_kept *kept)
{
    iw_buf_release(&kept->text);
    iw_arena_release(&kept->arena);
}
