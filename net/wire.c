/* SPDX-License-Identifier: MIT */
#include "net/wire.h"

#include "net/deflate.h"
#include "net/wire_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_OCTETS = 16 * 1024,
    /* A chunk and the record that the chunks before left unfinished, twice over. */
    TLS_CAP = 4 * CHUNK_OCTETS,
    PACKED_CAP = 4 * CHUNK_OCTETS /* a chunk that does not shrink grows by little */
};

/* TLS on top of a stream of our own. */
struct layer {
    struct iw_tls *session;
    struct iw_buf plain;  /* received, not read yet */
    struct iw_buf cipher; /* to be sent */
    enum iw_result over;  /* what reads give once plain is empty, unless IW_OK */
    struct iw_error why;
};

/* Compression on top of that. */
struct packing {
    struct iw_deflate *stream;
    struct iw_buf received; /* packed; the stream borrows it */
    struct iw_buf sent;     /* packed */
};

struct iw_wire {
    const struct iw_wire_calls *calls;
    void *context;
    int fd;
    struct layer *tls;       /* owned; NULL in clear */
    struct packing *packing; /* owned; NULL: as it is */
    const struct iw_bell *bell;
};

/* ---- making ---- */

struct iw_wire *iw_wire_custom(const struct iw_wire_calls *calls, void *context)
{
    struct iw_wire *wire = malloc(sizeof *wire);
    if (wire != NULL)
        *wire = (struct iw_wire){.calls = calls, .context = context, .fd = -1};
    return wire;
}

struct iw_wire *iw_wire_over_socket(const struct iw_wire_calls *calls, void *context, int fd,
                                    struct iw_error *error)
{
    struct iw_wire *wire = iw_wire_custom(calls, context);
    if (wire != NULL) {
        wire->fd = fd;
        return wire;
    }
    calls->close(context);
    iw_fail(error, IW_NO_MEMORY, 0, NULL);
    return NULL;
}

/* ---- TLS ---- */

static enum iw_result flush_cipher(struct iw_wire *wire, int timeout_ms, struct iw_error *error)
{
    struct layer *tls = wire->tls;
    if (tls->cipher.length == 0)
        return IW_OK;
    enum iw_result result =
        wire->calls->write(wire->context, iw_buf_span(&tls->cipher), timeout_ms, error);
    iw_buf_clear(&tls->cipher);
    return result;
}

/* One chunk from the network through the session. What ends the session is kept for the reads that
 * come after the octets before it. */
static enum iw_result pull_chunk(struct iw_wire *wire, uint64_t deadline, struct iw_error *error)
{
    struct layer *tls = wire->tls;
    char chunk[CHUNK_OCTETS];
    size_t got = 0;
    struct iw_error why = {0};
    enum iw_result result = wire->calls->read(wire->context, chunk, sizeof chunk, &got,
                                              iw_deadline_left(deadline), &why);
    if (result == IW_CLOSED)
        return iw_failf(error, IW_CLOSED, "%s, without close_notify", why.detail);
    if (result != IW_OK)
        return iw_failf(error, result, "%s", why.detail);
    tls->over =
        iw_tls_receive(tls->session, iw_span(chunk, got), &tls->plain, &tls->cipher, &tls->why);
    return flush_cipher(wire, iw_deadline_left(deadline), error);
}

static enum iw_result report_over(const struct layer *tls, struct iw_error *error)
{
    if (error != NULL && error->code == IW_OK)
        *error = tls->why;
    return tls->over;
}

static enum iw_result tls_read(struct iw_wire *wire, char *room, size_t size, size_t *got,
                               int timeout_ms, struct iw_error *error)
{
    struct layer *tls = wire->tls;
    uint64_t deadline = iw_deadline(timeout_ms);
    while (tls->plain.length == 0) {
        if (tls->over != IW_OK)
            return report_over(tls, error);
        enum iw_result result = pull_chunk(wire, deadline, error);
        if (result != IW_OK)
            return result;
    }
    struct iw_span some = iw_span_part(iw_buf_span(&tls->plain), 0, size);
    memcpy(room, some.data, some.length);
    *got = some.length;
    iw_buf_consume(&tls->plain, some.length);
    return IW_OK;
}

static enum iw_result tls_write(struct iw_wire *wire, struct iw_span octets, int timeout_ms,
                                struct iw_error *error)
{
    uint64_t deadline = iw_deadline(timeout_ms);
    while (octets.length > 0) {
        struct iw_span some = iw_span_part(octets, 0, CHUNK_OCTETS);
        enum iw_result result = iw_tls_send(wire->tls->session, some, &wire->tls->cipher, error);
        if (result == IW_OK)
            result = flush_cipher(wire, iw_deadline_left(deadline), error);
        if (result != IW_OK)
            return result;
        octets = iw_span_part(octets, some.length, octets.length);
    }
    return IW_OK;
}

static enum iw_result handshake(struct iw_wire *wire, int timeout_ms, struct iw_error *error)
{
    uint64_t deadline = iw_deadline(timeout_ms);
    struct layer *tls = wire->tls;
    enum iw_result result = iw_tls_send(tls->session, iw_span("", 0), &tls->cipher, error);
    if (result == IW_OK)
        result = flush_cipher(wire, iw_deadline_left(deadline), error);
    while (result == IW_OK && !iw_tls_established(tls->session)) {
        if (tls->over != IW_OK)
            return report_over(tls, error);
        result = pull_chunk(wire, deadline, error);
    }
    return result;
}

static void layer_free(struct layer *tls)
{
    if (tls == NULL)
        return;
    iw_tls_free(tls->session);
    iw_buf_release(&tls->plain);
    iw_buf_release(&tls->cipher);
    free(tls);
}

static enum iw_result layer_new(struct iw_wire *wire, struct iw_tls_context *context,
                                const char *host, struct iw_error *error)
{
    struct layer *tls = calloc(1, sizeof *tls);
    if (tls == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    iw_buf_init(&tls->plain, NULL, TLS_CAP);
    iw_buf_init(&tls->cipher, NULL, TLS_CAP);
    tls->session = iw_tls_new(context, host);
    if (tls->session == NULL) {
        layer_free(tls);
        return iw_failf(error, IW_SYSTEM, "cannot set up TLS to \"%s\"", host == NULL ? "" : host);
    }
    wire->tls = tls;
    return IW_OK;
}

static enum iw_result read_packed(struct iw_wire *wire, char *room, size_t size, size_t *got,
                                  int timeout_ms, struct iw_error *error)
{
    if (wire->tls != NULL)
        return tls_read(wire, room, size, got, timeout_ms, error);
    return wire->calls->read(wire->context, room, size, got, timeout_ms, error);
}

static enum iw_result write_packed(struct iw_wire *wire, struct iw_span octets, int timeout_ms,
                                   struct iw_error *error)
{
    if (wire->tls != NULL)
        return tls_write(wire, octets, timeout_ms, error);
    return wire->calls->write(wire->context, octets, timeout_ms, error);
}

/* ---- deflate ---- */

static void packing_free(struct packing *packing)
{
    if (packing == NULL)
        return;
    iw_deflate_free(packing->stream);
    iw_buf_release(&packing->received);
    iw_buf_release(&packing->sent);
    free(packing);
}

enum iw_result iw_wire_start_deflate(struct iw_wire *wire, struct iw_span early,
                                     struct iw_error *error)
{
    if (wire->packing != NULL)
        return iw_failf(error, IW_SYSTEM, "this stream is compressed already");
    struct packing *packing = calloc(1, sizeof *packing);
    if (packing == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    iw_buf_init(&packing->received, NULL, SIZE_MAX / 4);
    iw_buf_init(&packing->sent, NULL, PACKED_CAP);
    iw_buf_add(&packing->received, early);
    packing->stream = iw_deflate_new();
    if (packing->stream == NULL || packing->received.failed) {
        packing_free(packing);
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    }
    iw_deflate_feed(packing->stream, iw_buf_span(&packing->received));
    wire->packing = packing;
    return IW_OK;
}

/* One chunk from below into the stream, which has used up all before it. */
static enum iw_result feed_chunk(struct iw_wire *wire, uint64_t deadline, struct iw_error *error)
{
    struct packing *packing = wire->packing;
    size_t got = 0;
    iw_buf_clear(&packing->received);
    char *room = iw_buf_reserve(&packing->received, CHUNK_OCTETS);
    if (room == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    enum iw_result result =
        read_packed(wire, room, CHUNK_OCTETS, &got, iw_deadline_left(deadline), error);
    iw_buf_commit(&packing->received, got);
    iw_deflate_feed(packing->stream, iw_buf_span(&packing->received));
    return result;
}

static enum iw_result deflate_read(struct iw_wire *wire, char *room, size_t size, size_t *got,
                                   int timeout_ms, struct iw_error *error)
{
    uint64_t deadline = iw_deadline(timeout_ms);
    for (;;) {
        enum iw_result result = iw_deflate_take(wire->packing->stream, room, size, got, error);
        if (result == IW_MORE)
            result = feed_chunk(wire, deadline, error);
        else
            return result;
        if (result != IW_OK)
            return result;
    }
}

static enum iw_result deflate_write(struct iw_wire *wire, struct iw_span octets, int timeout_ms,
                                    struct iw_error *error)
{
    uint64_t deadline = iw_deadline(timeout_ms);
    struct packing *packing = wire->packing;
    enum iw_result result = IW_OK;
    while (octets.length > 0 && result == IW_OK) {
        struct iw_span some = iw_span_part(octets, 0, CHUNK_OCTETS);
        result = iw_deflate_send(packing->stream, some, &packing->sent, error);
        if (result == IW_OK)
            result =
                write_packed(wire, iw_buf_span(&packing->sent), iw_deadline_left(deadline), error);
        iw_buf_clear(&packing->sent);
        octets = iw_span_part(octets, some.length, octets.length);
    }
    return result;
}

/* ---- the calls ---- */

enum iw_result iw_wire_read(struct iw_wire *wire, char *room, size_t size, size_t *got,
                            int timeout_ms, struct iw_error *error)
{
    if (iw_bell_rung(wire->bell))
        return iw_failf(error, IW_CANCELLED, "cancelled");
    if (wire->packing != NULL)
        return deflate_read(wire, room, size, got, timeout_ms, error);
    return read_packed(wire, room, size, got, timeout_ms, error);
}

enum iw_result iw_wire_write(struct iw_wire *wire, struct iw_span octets, int timeout_ms,
                             struct iw_error *error)
{
    if (iw_bell_rung(wire->bell))
        return iw_failf(error, IW_CANCELLED, "cancelled");
    if (wire->packing != NULL)
        return deflate_write(wire, octets, timeout_ms, error);
    return write_packed(wire, octets, timeout_ms, error);
}

void iw_wire_heed(struct iw_wire *wire, const struct iw_bell *bell)
{
    wire->bell = bell;
    if (wire->calls->heed != NULL)
        wire->calls->heed(wire->context, bell);
}

enum iw_result iw_wire_start_tls(struct iw_wire *wire, struct iw_tls_context *tls, const char *host,
                                 int timeout_ms, struct iw_error *error)
{
    if (wire->packing != NULL)
        return iw_failf(error, IW_SYSTEM, "TLS cannot begin inside a compressed stream");
    if (wire->calls->start_tls != NULL)
        return wire->calls->start_tls(wire->context, tls, host, timeout_ms, error);
    if (wire->fd < 0)
        return iw_failf(error, IW_SYSTEM, "this stream cannot carry TLS");
    if (wire->tls != NULL)
        return iw_failf(error, IW_SYSTEM, "this stream is in TLS already");
    enum iw_result result = layer_new(wire, tls, host, error);
    return result == IW_OK ? handshake(wire, timeout_ms, error) : result;
}

int iw_wire_fd(const struct iw_wire *wire)
{
    return wire->fd;
}

const struct iw_tls *iw_wire_tls(const struct iw_wire *wire)
{
    return wire->tls == NULL ? NULL : wire->tls->session;
}

void iw_wire_close(struct iw_wire *wire)
{
    if (wire == NULL)
        return;
    if (wire->tls != NULL) {
        iw_tls_finish(wire->tls->session, &wire->tls->cipher);
        flush_cipher(wire, 0, NULL);
        layer_free(wire->tls);
    }
    packing_free(wire->packing);
    if (wire->calls->close != NULL)
        wire->calls->close(wire->context);
    free(wire);
}
