/* SPDX-License-Identifier: MIT */
#include "conformance/memory_line.h"

enum { PIECE_OCTETS = 16 << 10 };

void iw_memory_line_compress(struct iw_memory_line *line, enum iw_side end)
{
    if (line->ends[end] == NULL)
        line->ends[end] = iw_deflate_new();
}

static bool unpack(struct iw_deflate *deflate, struct iw_span packed, struct iw_buf *out)
{
    char piece[PIECE_OCTETS];
    struct iw_error error = {0};
    enum iw_result result;
    size_t got;
    iw_deflate_feed(deflate, packed);
    while ((result = iw_deflate_take(deflate, piece, sizeof piece, &got, &error)) == IW_OK)
        iw_buf_add(out, iw_span(piece, got));
    return result == IW_MORE;
}

bool iw_memory_line_carry(struct iw_memory_line *line, enum iw_side from, struct iw_span octets,
                          struct iw_buf *out)
{
    struct iw_deflate *packing = line->ends[from];
    struct iw_deflate *unpacking =
        line->ends[from == IW_SIDE_CLIENT ? IW_SIDE_SERVER : IW_SIDE_CLIENT];
    struct iw_buf packed;
    struct iw_error error = {0};
    bool carried = true;
    iw_buf_clear(out);
    iw_buf_init(&packed, NULL, out->cap);
    if (packing != NULL) {
        carried = iw_deflate_send(packing, octets, &packed, &error) == IW_OK;
        octets = iw_buf_span(&packed);
    }
    if (unpacking != NULL)
        carried = carried && unpack(unpacking, octets, out);
    else
        iw_buf_add(out, octets);
    iw_buf_release(&packed);
    return carried && !out->failed;
}

void iw_memory_line_release(struct iw_memory_line *line)
{
    iw_deflate_free(line->ends[IW_SIDE_CLIENT]);
    iw_deflate_free(line->ends[IW_SIDE_SERVER]);
    *line = (struct iw_memory_line){{NULL, NULL}};
}
