/* SPDX-License-Identifier: MIT */
/* A connection's life: dialled or accepted, begun, secured by TLS, opened; then it ends from
 * outside (conn_end) or its owner closes it. Either way it departs: what is queued is flushed, FIN
 * sent, what still comes is dropped for a moment, and then the handles are closed; or, after a
 * reset, the handles are closed at once. libuv calls on_closed only between callbacks, so a
 * connection never goes away under a callback that is still using it.
 *
 * What its owner writes is packed by deflate, then by TLS, and handed to the sender; what comes
 * goes the same way back. */
#include "net/deflate.h"
#include "net/dial.h"
#include "net/loop_private.h"
#include "net/sender.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

enum {
    RECORD_OCTETS = 16 * 1024,
    DEFLATE_OCTETS = 64 * 1024, /* compressed at once */
    FLUSH_MS = 5000,            /* how long a departing connection waits for its writes */
    SLOW_FLUSH_MS = 30000,      /* the same where a passage holds them back */
    UNREAD_CAP = 1024 * 1024,   /* octets that are delivered again */
    DEAF_OCTETS = 4096,         /* that the kernel takes for a connection that does not read */
    LINGER_MS = 500,            /* and then for the other end's FIN */
    BROKEN_MS = 100             /* after a failed write: until reading has told why */
};

struct iw_conn {
    uv_tcp_t tcp;
    uv_timer_t timer; /* patience when departing, else the failure that is still to be told */
    unsigned handles; /* tcp and timer, unless they are closed */
    struct iw_loop *loop;
    struct iw_conn_events events;
    void *context;
    struct iw_dial *dial; /* owned while it goes on */
    struct iw_tls_context *dial_tls;
    char *host;                 /* owned; whom a dialled connection expects */
    struct iw_tls *tls;         /* owned; NULL in clear */
    struct iw_deflate *deflate; /* owned; above TLS; NULL: nothing is compressed */
    struct iw_sender *sender;   /* owned; below TLS */
    enum iw_close behind_cut;   /* what follows the cut of its passage */
    struct iw_buf unread;       /* to be delivered again */
    struct iw_timer *again;     /* does that; owned; NULL: nothing was ever unread */
    bool begun;                 /* it has a socket that is connected */
    bool opened;                /* the event was given */
    bool securing;              /* a TLS handshake goes on */
    bool paused;
    bool deaf;
    bool bare;               /* it goes without close_notify */
    bool gone;               /* no event any more: closed by its owner, or ended */
    bool peer_shut;          /* the other end's FIN came */
    bool broken;             /* a write failed: the other end has reset */
    struct iw_error failure; /* nothing is written after it; the timer tells it */
};

static void on_timer(uv_timer_t *timer);
static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room);

/* ---- memory ---- */

static void on_drained(void *context);
static void on_cut(void *context);
static void on_finished(void *context, bool sent);
static void on_failed(void *context, enum iw_result code, const char *detail);

static const struct iw_sender_events sender_events = {on_drained, on_cut, on_finished, on_failed};

static struct iw_conn *conn_new(struct iw_loop *loop, const struct iw_conn_events *events)
{
    struct iw_conn *conn = calloc(1, sizeof *conn);
    if (conn == NULL)
        return NULL;
    conn->sender = iw_sender_new(loop, (uv_stream_t *)&conn->tcp, &sender_events, conn);
    if (conn->sender == NULL) {
        free(conn);
        return NULL;
    }
    uv_tcp_init(iw_loop_uv(loop), &conn->tcp);
    uv_timer_init(iw_loop_uv(loop), &conn->timer);
    conn->handles = 2;
    iw_buf_init(&conn->unread, NULL, UNREAD_CAP);
    conn->tcp.data = conn;
    conn->timer.data = conn;
    conn->loop = loop;
    conn->events = *events;
    return conn;
}

static void on_closed(uv_handle_t *handle)
{
    struct iw_conn *conn = handle->data;
    if (--conn->handles > 0)
        return;
    iw_tls_free(conn->tls);
    iw_deflate_free(conn->deflate);
    iw_sender_free(conn->sender);
    iw_buf_release(&conn->unread);
    free(conn->host);
    free(conn);
}

/* Closes the handles: the end of everything, and of its memory in a while. */
static void release(struct iw_conn *conn)
{
    conn->gone = true;
    if (uv_is_closing((uv_handle_t *)&conn->tcp))
        return;
    if (conn->dial != NULL)
        iw_dial_cancel(conn->dial);
    iw_sender_stop(conn->sender);
    iw_timer_free(conn->again);
    uv_close((uv_handle_t *)&conn->tcp, on_closed);
    uv_close((uv_handle_t *)&conn->timer, on_closed);
}

/* ---- sending ---- */

/* To be told by the timer: not from inside a call of the owner's. */
static void fail_later(struct iw_conn *conn, enum iw_result code, const char *detail)
{
    if (conn->gone)
        return;
    iw_sender_stop(conn->sender);
    iw_failf(&conn->failure, code, "%s", detail);
    uv_timer_start(&conn->timer, on_timer, 0, 0);
}

/* Octets that the other end sent before its reset are still to be read, so the end comes from
 * there; the timer is for a connection that does not read. */
static void be_broken(struct iw_conn *conn, const char *detail)
{
    if (conn->broken)
        return;
    if (conn->gone) {
        release(conn);
        return;
    }
    conn->broken = true;
    iw_failf(&conn->failure, IW_CLOSED, "%s", detail);
    uv_timer_start(&conn->timer, on_timer, BROKEN_MS, 0);
}

static void on_failed(void *context, enum iw_result code, const char *detail)
{
    if (code == IW_CLOSED)
        be_broken(context, detail);
    else
        fail_later(context, code, detail);
}

static void on_drained(void *context)
{
    struct iw_conn *conn = context;
    if (!conn->gone && conn->events.drained != NULL)
        conn->events.drained(conn->context, conn);
}

static void send_cipher(struct iw_conn *conn)
{
    struct iw_buf *cipher = &iw_loop_scratch(conn->loop)->cipher;
    iw_sender_write(conn->sender, iw_buf_span(cipher));
    iw_buf_clear(cipher);
}

/* One record; with no octets, the client's first flight. */
static void send_record(struct iw_conn *conn, struct iw_span octets)
{
    struct iw_error error = {0};
    enum iw_result result =
        iw_tls_send(conn->tls, octets, &iw_loop_scratch(conn->loop)->cipher, &error);
    send_cipher(conn);
    if (result != IW_OK)
        fail_later(conn, result, error.detail);
}

static void write_packed(struct iw_conn *conn, struct iw_span octets)
{
    if (conn->tls == NULL) {
        iw_sender_write(conn->sender, octets);
        return;
    }
    while (octets.length > 0 && iw_sender_is_open(conn->sender)) {
        send_record(conn, iw_span_part(octets, 0, RECORD_OCTETS));
        octets = iw_span_part(octets, RECORD_OCTETS, octets.length);
    }
}

static void write_deflated(struct iw_conn *conn, struct iw_span octets)
{
    struct iw_buf *packed = &iw_loop_scratch(conn->loop)->packed;
    struct iw_error error = {0};
    enum iw_result result = iw_deflate_send(conn->deflate, octets, packed, &error);
    write_packed(conn, iw_buf_span(packed));
    iw_buf_clear(packed);
    if (result != IW_OK)
        fail_later(conn, result, error.detail);
}

void iw_conn_write(struct iw_conn *conn, struct iw_span octets)
{
    assert(conn->begun);
    if (conn->deflate == NULL) {
        write_packed(conn, octets);
        return;
    }
    while (octets.length > 0 && iw_sender_is_open(conn->sender)) {
        write_deflated(conn, iw_span_part(octets, 0, DEFLATE_OCTETS));
        octets = iw_span_part(octets, DEFLATE_OCTETS, octets.length);
    }
}

size_t iw_conn_queued(const struct iw_conn *conn)
{
    return iw_sender_queued(conn->sender);
}

/* ---- the end ---- */

static void on_finished(void *context, bool sent)
{
    struct iw_conn *conn = context;
    if (!conn->gone)
        return;
    if (!sent || conn->peer_shut)
        release(conn);
    else
        uv_timer_start(&conn->timer, on_timer, LINGER_MS, 0);
}

/* FIN, after all writes; under TLS close_notify before it. */
static void end_sending(struct iw_conn *conn)
{
    if (conn->tls != NULL && !conn->bare && iw_sender_is_open(conn->sender)) {
        iw_tls_finish(conn->tls, &iw_loop_scratch(conn->loop)->cipher);
        send_cipher(conn);
    }
    iw_sender_end(conn->sender);
}

static void give_chunk(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    (void)suggested;
    struct iw_conn *conn = handle->data;
    struct iw_scratch *scratch = iw_loop_scratch(conn->loop);
    *room = uv_buf_init(scratch->chunk, sizeof scratch->chunk);
}

/* A close with octets unread would send RST, and the other end could lose our last ones. So the
 * end of the other end is awaited, a while, and what comes until then is dropped. */
static void depart(struct iw_conn *conn)
{
    conn->gone = true;
    end_sending(conn);
    bool sent = iw_sender_is_finished(conn->sender);
    if (conn->broken || (sent && conn->peer_shut)) {
        release(conn);
        return;
    }
    uint64_t patience = iw_sender_held(conn->sender) > 0 ? SLOW_FLUSH_MS : FLUSH_MS;
    uv_timer_start(&conn->timer, on_timer, sent ? LINGER_MS : patience, 0);
    if (!conn->peer_shut)
        uv_read_start((uv_stream_t *)&conn->tcp, give_chunk, on_read);
}

static void conn_end(struct iw_conn *conn, enum iw_conn_end end, const struct iw_error *error)
{
    if (conn->gone)
        return;
    conn->gone = true;
    conn->events.ended(conn->context, conn, end, error);
    if (end == IW_CONN_RESET || !conn->begun)
        release(conn);
    else
        depart(conn);
}

static void on_timer(uv_timer_t *timer)
{
    struct iw_conn *conn = timer->data;
    if (conn->gone)
        release(conn);
    else
        conn_end(conn, conn->broken ? IW_CONN_RESET : IW_CONN_ERROR, &conn->failure);
}

/* The end of the socket will be a RST. */
static void be_abrupt(struct iw_conn *conn)
{
    int fd;
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void iw_conn_close(struct iw_conn *conn, enum iw_close how)
{
    if (conn->gone)
        return;
    if (!conn->begun) {
        release(conn);
        return;
    }
    conn->bare = how == IW_CLOSE_BARE;
    switch (how) {
    case IW_CLOSE_SILENT:
        break;
    case IW_CLOSE_HALF:
        end_sending(conn);
        break;
    case IW_CLOSE_FIN:
    case IW_CLOSE_BARE:
        depart(conn);
        break;
    case IW_CLOSE_RST:
        be_abrupt(conn);
        release(conn);
        break;
    }
}

/* ---- passages ---- */

static void on_cut(void *context)
{
    struct iw_conn *conn = context;
    struct iw_error error = {0};
    if (conn->gone || conn->behind_cut == IW_CLOSE_SILENT)
        return;
    iw_failf(&error, IW_CLOSED, "cut off");
    if (conn->behind_cut == IW_CLOSE_RST)
        be_abrupt(conn);
    if (conn->behind_cut == IW_CLOSE_HALF)
        end_sending(conn);
    else
        conn_end(conn, conn->behind_cut == IW_CLOSE_RST ? IW_CONN_RESET : IW_CONN_ERROR, &error);
}

/* A small room of the kernel's lets the other end notice soon that nobody reads. */
static void set_deaf(struct iw_conn *conn, bool deaf)
{
    int fd;
    const int room = DEAF_OCTETS;
    if (deaf && uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    conn->deaf = deaf;
    iw_conn_pause(conn, conn->paused);
}

void iw_conn_set_passage(struct iw_conn *conn, const struct iw_passage *passage,
                         enum iw_close behind_cut, uint64_t seed)
{
    if (conn->gone)
        return;
    conn->behind_cut = behind_cut;
    uv_tcp_nodelay(&conn->tcp, !passage->nagle);
    if (passage->deaf != conn->deaf)
        set_deaf(conn, passage->deaf);
    iw_sender_set_passage(conn->sender, passage, seed);
}

/* ---- receiving ---- */

static void announce(struct iw_conn *conn)
{
    bool first = !conn->opened;
    conn->opened = true;
    if (first)
        conn->events.opened(conn->context, conn);
    else if (conn->events.secured != NULL)
        conn->events.secured(conn->context, conn);
}

/* What has come, after TLS. */
static void receive_packed(struct iw_conn *conn, struct iw_span octets)
{
    struct iw_scratch *scratch = iw_loop_scratch(conn->loop);
    struct iw_error error = {0};
    enum iw_result result;
    size_t got;
    if (conn->deflate == NULL) {
        conn->events.received(conn->context, conn, octets);
        return;
    }
    iw_deflate_feed(conn->deflate, octets);
    while ((result = iw_deflate_take(conn->deflate, scratch->inflated, sizeof scratch->inflated,
                                     &got, &error)) == IW_OK) {
        conn->events.received(conn->context, conn, iw_span(scratch->inflated, got));
        if (conn->gone)
            return;
    }
    if (result != IW_MORE)
        conn_end(conn, result == IW_CLOSED ? IW_CONN_FIN : IW_CONN_ERROR, &error);
}

static void receive_tls(struct iw_conn *conn, struct iw_span octets)
{
    struct iw_scratch *scratch = iw_loop_scratch(conn->loop);
    struct iw_error error = {0};
    iw_buf_clear(&scratch->plain);
    enum iw_result result =
        iw_tls_receive(conn->tls, octets, &scratch->plain, &scratch->cipher, &error);
    send_cipher(conn);
    if (conn->securing && iw_tls_established(conn->tls)) {
        conn->securing = false;
        announce(conn);
    }
    if (!conn->gone && scratch->plain.length > 0)
        receive_packed(conn, iw_buf_span(&scratch->plain));
    if (result == IW_CLOSED)
        conn_end(conn, IW_CONN_FIN, &error);
    else if (result != IW_OK)
        conn_end(conn, IW_CONN_ERROR, &error);
}

/* When octets and a reset come together, libuv gives the octets and then UV_EOF. */
static int unmask_reset(struct iw_conn *conn, int code)
{
    int fd;
    int pending = 0;
    socklen_t size = sizeof pending;
    if (code == UV_EOF && uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &pending, &size) == 0 && pending == ECONNRESET)
        return UV_ECONNRESET;
    return code;
}

/* The other end's FIN, reset, or an error of the network. */
static void receive_end(struct iw_conn *conn, int code)
{
    struct iw_error error = {0};
    uv_read_stop((uv_stream_t *)&conn->tcp);
    conn->peer_shut = true;
    if (conn->gone) {
        if (code != UV_EOF || iw_sender_is_finished(conn->sender))
            release(conn);
    } else if (code == UV_EOF && !conn->broken && conn->securing) {
        iw_failf(&error, IW_CLOSED, "closed by the other end during the TLS handshake");
        conn_end(conn, IW_CONN_ERROR, &error);
    } else if (code == UV_EOF && !conn->broken) {
        iw_failf(&error, IW_CLOSED, "closed by the other end%s",
                 conn->tls == NULL ? "" : ", without close_notify");
        conn_end(conn, IW_CONN_FIN, &error);
    } else if (code == UV_EOF || code == UV_ECONNRESET) {
        iw_failf(&error, IW_CLOSED, "reset by the other end");
        conn_end(conn, IW_CONN_RESET, &error);
    } else {
        iw_failf(&error, IW_SYSTEM, "%s", uv_strerror(code));
        conn_end(conn, IW_CONN_ERROR, &error);
    }
}

/* Of itself the kernel delays the ACK, by 40 ms, and a client that sends its command in two pieces,
 * without TCP_NODELAY, waits with the second for just that. */
static void acknowledge(struct iw_conn *conn)
{
    int fd;
    const int on = 1;
    if (!conn->gone && uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0)
        setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void receive(struct iw_conn *conn, struct iw_span octets)
{
    if (conn->gone || octets.length == 0)
        return;
    if (conn->tls != NULL)
        receive_tls(conn, octets);
    else
        receive_packed(conn, octets);
}

static void receive_again(void *context)
{
    struct iw_conn *conn = context;
    struct iw_buf octets = conn->unread;
    iw_buf_init(&conn->unread, NULL, UNREAD_CAP);
    receive(conn, iw_buf_span(&octets));
    iw_buf_release(&octets);
}

void iw_conn_unread(struct iw_conn *conn, struct iw_span octets)
{
    if (conn->gone || octets.length == 0)
        return;
    if (conn->again == NULL)
        conn->again = iw_timer_new(conn->loop, receive_again, conn);
    iw_buf_add(&conn->unread, octets);
    if (conn->again == NULL)
        fail_later(conn, IW_NO_MEMORY, "no memory for a timer");
    else if (conn->unread.failed)
        fail_later(conn, IW_LIMIT, "too much came too early");
    else
        iw_timer_set(conn->again, iw_loop_now(conn->loop));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    struct iw_conn *conn = stream->data;
    if (got < 0) {
        receive_end(conn, unmask_reset(conn, (int)got));
        return;
    }
    struct iw_span octets = iw_span(room->base, (size_t)got);
    receive_again(conn);
    uint64_t segments = iw_sender_segments(conn->sender);
    receive(conn, octets);
    if (iw_sender_segments(conn->sender) == segments) /* else the ACK went with the answer */
        acknowledge(conn);
}

void iw_conn_pause(struct iw_conn *conn, bool paused)
{
    conn->paused = paused;
    if (conn->gone || !conn->begun)
        return;
    if (paused || conn->deaf)
        uv_read_stop((uv_stream_t *)&conn->tcp);
    else
        uv_read_start((uv_stream_t *)&conn->tcp, give_chunk, on_read);
}

/* ---- beginning ---- */

void iw_conn_start_tls(struct iw_conn *conn, struct iw_tls_context *tls, const char *host)
{
    if (conn->gone)
        return;
    assert(conn->begun);
    if (conn->tls != NULL) {
        fail_later(conn, IW_SYSTEM, "the connection is in TLS already");
        return;
    }
    conn->tls = iw_tls_new(tls, host);
    if (conn->tls == NULL) {
        fail_later(conn, IW_SYSTEM, "cannot set up TLS");
        return;
    }
    conn->securing = true;
    send_record(conn, iw_span("", 0));
}

void iw_conn_start_deflate(struct iw_conn *conn)
{
    if (conn->gone)
        return;
    assert(conn->begun);
    if (conn->deflate != NULL) {
        fail_later(conn, IW_SYSTEM, "the connection is compressed already");
        return;
    }
    conn->deflate = iw_deflate_new();
    if (conn->deflate == NULL)
        fail_later(conn, IW_NO_MEMORY, "no memory to compress");
}

void iw_conn_begin(struct iw_conn *conn, struct iw_tls_context *tls, const char *host)
{
    if (conn->gone)
        return;
    conn->begun = true;
    uv_tcp_nodelay(&conn->tcp, 1);
    iw_conn_pause(conn, conn->paused);
    if (tls != NULL)
        iw_conn_start_tls(conn, tls, host);
    else
        announce(conn);
}

struct iw_conn *iw_conn_accept(struct iw_loop *loop, struct uv_stream_s *listener,
                               const struct iw_conn_events *events)
{
    struct iw_conn *conn = conn_new(loop, events);
    if (conn == NULL)
        return NULL;
    if (uv_accept(listener, (uv_stream_t *)&conn->tcp) == 0)
        return conn;
    release(conn);
    return NULL;
}

static void on_dialled(void *context, int fd, const struct iw_error *error)
{
    struct iw_conn *conn = context;
    conn->dial = NULL;
    if (fd < 0) {
        conn_end(conn, error->code == IW_CLOSED ? IW_CONN_RESET : IW_CONN_ERROR, error);
        return;
    }
    int code = uv_tcp_open(&conn->tcp, fd);
    assert(code == 0); /* a fresh stream and a fresh socket */
    (void)code;
    iw_conn_begin(conn, conn->dial_tls, conn->host);
}

struct iw_conn *iw_conn_connect(struct iw_loop *loop, const char *host, unsigned port,
                                struct iw_tls_context *tls, const struct iw_conn_events *events,
                                void *context, struct iw_error *error)
{
    struct iw_conn *conn = conn_new(loop, events);
    if (conn == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    conn->context = context;
    conn->dial_tls = tls;
    conn->host = strdup(host);
    if (conn->host == NULL)
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
    else
        conn->dial = iw_dial_new(loop, host, port, on_dialled, conn, error);
    if (conn->dial != NULL)
        return conn;
    release(conn);
    return NULL;
}

const struct iw_tls *iw_conn_tls(const struct iw_conn *conn)
{
    return conn->tls;
}

void iw_conn_set_context(struct iw_conn *conn, void *context)
{
    conn->context = context;
}

struct iw_tls_binding iw_conn_tls_binding(const struct iw_conn *conn)
{
    return conn->tls == NULL ? (struct iw_tls_binding){.length = 0} : iw_tls_binding(conn->tls);
}
