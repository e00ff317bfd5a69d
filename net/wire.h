/* SPDX-License-Identifier: MIT */
/* A blocking byte stream with deadlines, for the client library: poll, no threads, no signal
 * handlers, so that it is a guest in anyone's process. The functions may be the caller's own.
 *
 * A timeout covers its whole call, however often the other end is slow in between; negative means
 * no limit. After any result but IW_OK, IW_TIMEOUT and IW_CANCELLED, and after a write that did not
 * end with IW_OK, only iw_wire_close is of use. */
#ifndef IW_NET_WIRE_H
#define IW_NET_WIRE_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "net/bell.h"
#include "net/clock.h"
#include "net/tls.h"

struct iw_wire; /* one open stream */

struct iw_wire_calls {
    /* Up to size octets into room. IW_OK with *got > 0, IW_CLOSED, IW_TIMEOUT, IW_CANCELLED,
     * IW_SYSTEM. */
    enum iw_result (*read)(void *context, char *room, size_t size, size_t *got, int timeout_ms,
                           struct iw_error *error);
    /* All octets. */
    enum iw_result (*write)(void *context, struct iw_span octets, int timeout_ms,
                            struct iw_error *error);
    /* NULL: the stream cannot. */
    enum iw_result (*start_tls)(void *context, struct iw_tls_context *tls, const char *host,
                                int timeout_ms, struct iw_error *error);
    void (*close)(void *context);
    /* From now on a wait ends with IW_CANCELLED when the bell is rung. NULL: the stream cannot, and
     * a bell is looked at between calls only. */
    void (*heed)(void *context, const struct iw_bell *bell);
};

/* host is a name or an address; its addresses are tried in order, each with its share of the time
 * that is left. Looking up a name takes as long as the system's resolver does. NULL with the reason
 * in error. */
struct iw_wire *iw_wire_tcp(const char *host, unsigned port, int timeout_ms,
                            struct iw_error *error);
/* Runs "/bin/sh -c command" and talks to its stdin and stdout, which are one socket. Close waits
 * for it, at most one second, then kills it. */
struct iw_wire *iw_wire_child(const char *command, struct iw_error *error);
/* calls and context are borrowed; close is called once. NULL when memory is out. */
struct iw_wire *iw_wire_custom(const struct iw_wire_calls *calls, void *context);
/* For tests: reads give the borrowed script, then IW_CLOSED; writes are added to *sent. */
struct iw_wire *iw_wire_memory(struct iw_span script, struct iw_buf *sent);

enum iw_result iw_wire_read(struct iw_wire *wire, char *room, size_t size, size_t *got,
                            int timeout_ms, struct iw_error *error);
enum iw_result iw_wire_write(struct iw_wire *wire, struct iw_span octets, int timeout_ms,
                             struct iw_error *error);
/* Secures a stream that is open; on a custom one by its own function. Octets that came in clear
 * and were not read yet are taken for TLS and fail: they would be a plaintext injection (RFC 9051
 * §11.1). */
enum iw_result iw_wire_start_tls(struct iw_wire *wire, struct iw_tls_context *tls, const char *host,
                                 int timeout_ms, struct iw_error *error);
/* Compresses an open stream both ways (RFC 4978), in clear or above its TLS; none can begin after
 * it. early: what has come compressed already; copied. */
enum iw_result iw_wire_start_deflate(struct iw_wire *wire, struct iw_span early,
                                     struct iw_error *error);
/* Reads and writes end with IW_CANCELLED while the bell is rung. Borrowed; NULL: none. */
void iw_wire_heed(struct iw_wire *wire, const struct iw_bell *bell);
/* The socket, -1 when there is none. Under TLS it may be silent while octets wait to be read. */
int iw_wire_fd(const struct iw_wire *wire);
/* The TLS session over it; NULL: it is in clear, or TLS is a custom stream's own. */
const struct iw_tls *iw_wire_tls(const struct iw_wire *wire);
/* Closes and frees. */
void iw_wire_close(struct iw_wire *wire);

#endif
