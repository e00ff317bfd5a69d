/* SPDX-License-Identifier: MIT */
/* Lines over a Unix socket that only its user may open: one request a line, one answer each.
 *
 * A connection's next line is given out when the answer to the one before is with the kernel, so
 * whoever asks and takes no answers makes nothing pile up. Part of the loop: the rules of
 * net/loop.h hold. */
#ifndef IW_NET_LOCAL_H
#define IW_NET_LOCAL_H

#include "base/buf.h"
#include "net/loop.h"

enum { IW_LOCAL_CONNS_MAX = 64 };

struct iw_local;
struct iw_local_conn;

struct iw_local_events {
    /* A line without its LF, valid until it returns; it is answered by one iw_local_answer, now or
     * later. Absent: it is longer than line_max; the connection ends after its answer. */
    void (*line)(void *context, struct iw_local_conn *conn, struct iw_span line);
    /* The other end asks nothing more, and may have gone: an answer that is due comes now. */
    void (*hurry)(void *context, struct iw_local_conn *conn);
    /* It is gone, and whatever waits for it in vain. */
    void (*ended)(void *context, struct iw_local_conn *conn);
};

/* The socket is made with mode 0600. One that nobody listens to any more is replaced. NULL, with
 * the reason in error. */
struct iw_local *iw_local_listen(struct iw_loop *loop, const char *path, size_t line_max,
                                 const struct iw_local_events *events, void *context,
                                 struct iw_error *error);
/* Removes the socket and ends all connections, without events. */
void iw_local_close(struct iw_local *local);

/* text ends with LF. Copies. */
void iw_local_answer(struct iw_local_conn *conn, struct iw_span text);

/* The other side, blocking: sends a line and adds the answer, without its LF. ms: for all of it;
 * -1: for ever. */
enum iw_result iw_local_ask(const char *path, struct iw_span line, int ms, struct iw_buf *answer,
                            struct iw_error *error);

#endif
