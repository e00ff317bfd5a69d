/* SPDX-License-Identifier: MIT */
/* Between the files of the loop: what connections, listeners, dials and children share. */
#ifndef IW_NET_LOOP_PRIVATE_H
#define IW_NET_LOOP_PRIVATE_H

#include "base/buf.h"
#include "net/loop.h"

struct uv_loop_s;   /* libuv's loop */
struct uv_stream_s; /* libuv's listening stream */

/* One for the whole loop: callbacks do not nest, so between two of them nothing in it is alive. */
struct iw_scratch {
    char chunk[64 * 1024];    /* what one read gave */
    struct iw_buf plain;      /* the same after TLS */
    char inflated[64 * 1024]; /* a piece of that, after deflate */
    struct iw_buf packed;     /* what deflate wants to be sent; emptied by whoever fills it */
    struct iw_buf cipher;     /* what TLS wants to be sent; emptied by whoever fills it */
};

struct uv_loop_s *iw_loop_uv(struct iw_loop *loop);
struct iw_scratch *iw_loop_scratch(struct iw_loop *loop);

/* Takes the connection that waits at the listener; NULL when memory is out. It is silent until
 * iw_conn_begin, which calls opened, or ended, unless it was closed before. */
struct iw_conn *iw_conn_accept(struct iw_loop *loop, struct uv_stream_s *listener,
                               const struct iw_conn_events *events);
void iw_conn_begin(struct iw_conn *conn, struct iw_tls_context *tls, const char *host);

#endif
