/* SPDX-License-Identifier: MIT */
#include "script/filled.h"

#include "base/buf.h"

size_t iw_hole_at(struct iw_span text, size_t at)
{
    if (text.length < IW_HOLE_MARK_SIZE || at > text.length - IW_HOLE_MARK_SIZE ||
        text.data[at] != IW_HOLE_MARK)
        return SIZE_MAX;
    size_t high = (size_t)(text.data[at + 1] - 'A'), low = (size_t)(text.data[at + 2] - 'A');
    return high < 16 && low < 16 ? high * 16 + low : SIZE_MAX;
}

static void show_decoded(struct iw_buf *out, const struct iw_filled *decoded,
                         struct iw_arena *arena)
{
    iw_buf_add_string(out, "base64:");
    iw_buf_add(out,
               iw_filled_show(decoded, decoded->octets, arena)); /* no deeper: see fill_base64 */
}

struct iw_span iw_filled_show(const struct iw_filled *filled, struct iw_span part,
                              struct iw_arena *arena)
{
    struct iw_buf out;
    iw_buf_init(&out, arena->alloc, 2 * (size_t)IW_FILL_OCTETS_MAX);
    for (size_t at = 0; at < part.length; at++) {
        size_t index = iw_hole_at(part, at);
        if (index >= filled->hole_count) {
            iw_buf_add_char(&out, part.data[at]);
            continue;
        }
        const struct iw_hole *hole = &filled->holes[index];
        iw_buf_add_string(&out, "${");
        if (hole->decoded != NULL)
            show_decoded(&out, hole->decoded, arena);
        iw_buf_add(&out, hole->name);
        iw_buf_add_string(&out, hole->rest ? "...}" : "}");
        at += IW_HOLE_MARK_SIZE - 1;
    }
    struct iw_span shown = iw_span(NULL, 0);
    if (!out.failed)
        shown = iw_arena_copy(arena, iw_buf_span(&out));
    iw_buf_release(&out);
    return shown;
}
