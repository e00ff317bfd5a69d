/* SPDX-License-Identifier: MIT */
#include "net/deflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    WINDOW_BITS = -15, /* negative: raw, without zlib's header */
    MEMORY_LEVEL = 8,  /* zlib's default */
    PIECE = 16 * 1024
};

struct iw_deflate {
    z_stream out, in;
};

struct iw_deflate *iw_deflate_new(void)
{
    struct iw_deflate *deflate = calloc(1, sizeof *deflate);
    if (deflate == NULL)
        return NULL;
    int out = deflateInit2(&deflate->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS,
                           MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    int in = inflateInit2(&deflate->in, WINDOW_BITS);
    if (out == Z_OK && in == Z_OK)
        return deflate;
    iw_deflate_free(deflate);
    return NULL;
}

/* Ending a stream that was not begun does nothing. */
void iw_deflate_free(struct iw_deflate *deflate)
{
    if (deflate == NULL)
        return;
    deflateEnd(&deflate->out);
    inflateEnd(&deflate->in);
    free(deflate);
}

/* zlib counts in unsigned int. */
static unsigned clip(size_t size)
{
    return size < UINT_MAX ? (unsigned)size : UINT_MAX;
}

/* zlib takes its input without const unless ZLIB_CONST is defined, and never writes to it. */
static void give(z_stream *stream, struct iw_span octets)
{
    union {
        const char *given;
        Bytef *taken;
    } input = {.given = octets.data};
    stream->next_in = input.taken;
    stream->avail_in = clip(octets.length);
}

/* Runs until it asks for no more room, which is when room is left over. */
static enum iw_result pack(z_stream *stream, int flush, struct iw_buf *packed)
{
    do {
        char *room = iw_buf_reserve(packed, PIECE);
        if (room == NULL)
            return IW_LIMIT;
        stream->next_out = (Bytef *)room;
        stream->avail_out = PIECE;
        deflate(stream, flush);
        iw_buf_commit(packed, PIECE - stream->avail_out);
    } while (stream->avail_out == 0);
    return IW_OK;
}

enum iw_result iw_deflate_send(struct iw_deflate *deflate, struct iw_span octets,
                               struct iw_buf *packed, struct iw_error *error)
{
    while (octets.length > 0) {
        unsigned size = clip(octets.length);
        bool last = size == octets.length;
        give(&deflate->out, octets);
        if (pack(&deflate->out, last ? Z_SYNC_FLUSH : Z_NO_FLUSH, packed) != IW_OK)
            return iw_failf(error, IW_LIMIT, "no room for what is compressed");
        octets = iw_span_part(octets, size, octets.length);
    }
    return IW_OK;
}

void iw_deflate_feed(struct iw_deflate *deflate, struct iw_span packed)
{
    give(&deflate->in, packed);
}

enum iw_result iw_deflate_take(struct iw_deflate *deflate, char *room, size_t size, size_t *got,
                               struct iw_error *error)
{
    z_stream *in = &deflate->in;
    in->next_out = (Bytef *)room;
    in->avail_out = clip(size);
    unsigned before = in->avail_out;
    int result = inflate(in, Z_SYNC_FLUSH);
    *got = before - in->avail_out;
    if (*got > 0)
        return IW_OK;
    if (result == Z_OK || result == Z_BUF_ERROR)
        return IW_MORE;
    if (result == Z_STREAM_END)
        return iw_failf(error, IW_CLOSED, "the compressed stream has ended");
    if (result == Z_MEM_ERROR)
        return iw_failf(error, IW_NO_MEMORY, "no memory to decompress");
    return iw_failf(error, IW_SYNTAX, "what should be compressed is not: %s",
                    in->msg == NULL ? "no deflate" : in->msg);
}
