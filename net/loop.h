/* SPDX-License-Identifier: MIT */
/* The event loop of servers and runners (libuv): listeners, connections, child processes, timers.
 * One thread. Callbacks run only inside iw_loop_run, never inside another call of these, and do not
 * nest. A callback may close or free anything. Structs of events are copied. */
#ifndef IW_NET_LOOP_H
#define IW_NET_LOOP_H

#include "base/close.h"
#include "base/passage.h"
#include "base/result.h"
#include "base/span.h"
#include "net/tls.h"

struct iw_loop;
struct iw_listener;
struct iw_conn;
struct iw_child;
struct iw_timer;

/* SIGPIPE is ignored from then on, unless the program handles it already. */
struct iw_loop *iw_loop_new(struct iw_error *error);
/* Everything of the loop must be closed. Connections that are flushing their last writes or waiting
 * for the other end's FIN are waited for: 5.5 seconds at most, 30.5 where a passage is slow. */
void iw_loop_free(struct iw_loop *loop);
/* Until iw_loop_stop or until nothing is left to wait for. */
void iw_loop_run(struct iw_loop *loop);
void iw_loop_stop(struct iw_loop *loop);
/* Milliseconds of a steady clock, as of this turn of the loop. */
uint64_t iw_loop_now(const struct iw_loop *loop);

/* ---- connections ---- */

enum iw_conn_end {
    IW_CONN_FIN,   /* the other end closed */
    IW_CONN_RESET, /* the connection was reset */
    IW_CONN_ERROR  /* could not connect, TLS failed …: the error says what */
};

struct iw_conn_events {
    /* TCP is connected and, with implicit TLS, the handshake is done. On both ends; a server's
     * plain connection is opened right after accept. */
    void (*opened)(void *context, struct iw_conn *conn);
    /* The handshake that iw_conn_start_tls began is done. May be NULL. */
    void (*secured)(void *context, struct iw_conn *conn);
    /* At most 80 KiB, valid until it returns. */
    void (*received)(void *context, struct iw_conn *conn, struct iw_span octets);
    /* The last event; conn is freed when it returns. Not called after iw_conn_close. After a FIN
     * what was written, also in here, is still flushed. */
    void (*ended)(void *context, struct iw_conn *conn, enum iw_conn_end end,
                  const struct iw_error *error);
    /* Octets that had to wait have all been taken by the kernel. May be NULL. */
    void (*drained)(void *context, struct iw_conn *conn);
};

/* host is a name or address; its addresses are tried in order. tls NULL: plain; else implicit TLS,
 * verified against host. NULL with the reason when it cannot even begin; later failures end the
 * connection with IW_CONN_ERROR, never before iw_loop_run. */
struct iw_conn *iw_conn_connect(struct iw_loop *loop, const char *host, unsigned port,
                                struct iw_tls_context *tls, const struct iw_conn_events *events,
                                void *context, struct iw_error *error);

/* After opened. One segment per call where the kernel allows (TCP_NODELAY); one TLS record for each
 * 16 KiB. Copies. More than 256 MiB that the other end does not take end the connection with
 * IW_LIMIT. Nothing is written after the local end has gone away or failed. */
void iw_conn_write(struct iw_conn *conn, struct iw_span octets);
/* From here on octets go by this passage, below TLS; copied. What follows its cut is done then:
 * FIN, BARE and RST end the connection with IW_CONN_ERROR or IW_CONN_RESET. What is drawn comes
 * from the seed. */
void iw_conn_set_passage(struct iw_conn *conn, const struct iw_passage *passage,
                         enum iw_close behind_cut, uint64_t seed);
/* Octets written and not yet taken by the kernel. */
size_t iw_conn_queued(const struct iw_conn *conn);
/* Stops or goes on reading. Octets of a TLS chunk that was read before may still be delivered. */
void iw_conn_pause(struct iw_conn *conn, bool paused);
/* Octets that were delivered come once more, before all others: now they may be TLS. Copies. */
void iw_conn_unread(struct iw_conn *conn, struct iw_span octets);
/* Writes so far go in clear, everything after in TLS. A context made for servers plays the server.
 * Octets in clear that were not delivered yet are taken for TLS and end the connection: they would
 * be a plaintext injection (RFC 9051 §11.1). Those delivered in one piece with the command are the
 * caller's to drop. A second time ends the connection with IW_CONN_ERROR. */
void iw_conn_start_tls(struct iw_conn *conn, struct iw_tls_context *tls, const char *host);
/* Writes so far go as they are, everything after compressed (RFC 4978), and so does what comes.
 * None of it may have come yet. A second time ends the connection with IW_CONN_ERROR. */
void iw_conn_start_deflate(struct iw_conn *conn);
/* FIN, BARE and RST: no event follows and conn is gone for the caller. */
void iw_conn_close(struct iw_conn *conn, enum iw_close how);
/* NULL: it is in clear. */
const struct iw_tls *iw_conn_tls(const struct iw_conn *conn);
void iw_conn_set_context(struct iw_conn *conn, void *context);
/* Of length 0 in clear (net/tls.h). */
struct iw_tls_binding iw_conn_tls_binding(const struct iw_conn *conn);

/* ---- listeners ---- */

/* Binds 127.0.0.1 and, where the machine has it, ::1 on the same port; port 0 picks one that is
 * free on both. tls non-NULL: implicit TLS. accepted gives the context for the new connection's
 * events. */
struct iw_listener *iw_listen(struct iw_loop *loop, unsigned port, struct iw_tls_context *tls,
                              const struct iw_conn_events *events,
                              void *(*accepted)(void *context, struct iw_conn *conn), void *context,
                              struct iw_error *error);
unsigned iw_listener_port(const struct iw_listener *listener);
/* The kernel refuses all connections for so long; then it listens again on the same port, as soon
 * as that is free. */
void iw_listener_refuse(struct iw_listener *listener, uint64_t ms);
void iw_listener_close(struct iw_listener *listener);

/* ---- child processes ---- */

struct iw_child_exit {
    int status; /* exit status when signal is 0 */
    int signal; /* that ended it, or 0 */
    /* Largest resident size, of the child or of any process it has waited for. The kernel counts
     * from the fork on, so it is never less than what the child shared with us at its start. 0: not
     * known. */
    uint64_t peak_octets;
};

struct iw_child_events {
    /* stdout and stderr, mixed as they come. */
    void (*output)(void *context, struct iw_child *child, struct iw_span octets);
    /* The last event: it has exited and its output has ended; child is freed afterwards. */
    void (*exited)(void *context, struct iw_child *child, const struct iw_child_exit *exit);
};

/* argv ends with NULL, and argv[0] is searched for in PATH; environment entries ("NAME=value", ends
 * with NULL; NULL: none) are added to ours or replace them. stdin is empty. The child leads a
 * session and process group of its own. What it leaves behind that holds its output open is killed
 * 200 ms after its exit. NULL with the reason when it cannot be run. */
struct iw_child *iw_child_spawn(struct iw_loop *loop, const char *const *argv,
                                const char *const *environment,
                                const struct iw_child_events *events, void *context,
                                struct iw_error *error);
/* Its whole process group. */
void iw_child_kill(struct iw_child *child, int signal);

/* ---- timers and signals ---- */

struct iw_timer *iw_timer_new(struct iw_loop *loop, void (*fired)(void *context), void *context);
/* At that time of iw_loop_now; replaces an earlier setting. UINT64_MAX: never. */
void iw_timer_set(struct iw_timer *timer, uint64_t at);
void iw_timer_free(struct iw_timer *timer);

/* Calls fired on SIGTERM and SIGINT; does not keep the loop alive. */
void iw_loop_on_signal(struct iw_loop *loop, void (*fired)(void *context, int signal),
                       void *context);

#endif
