/* SPDX-License-Identifier: MIT */
#include "net/loop_private.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { BACKLOG = 511, TRIES = 50, AGAIN_MS = 20 };

/* One listening socket; freed when libuv has closed it. */
struct ear {
    uv_tcp_t tcp;
    struct iw_listener *listener;
};

struct iw_listener {
    struct iw_loop *loop;
    struct ear *v4, *v6; /* owned; v6 is NULL where the machine has no ::1, both while it refuses */
    struct iw_timer *timer; /* owned; NULL: it has never refused */
    unsigned port;
    struct iw_tls_context *tls;
    struct iw_conn_events events;
    void *(*accepted)(void *context, struct iw_conn *conn);
    void *context;
};

/* ---- accepting ---- */

static void on_connection(uv_stream_t *stream, int status)
{
    if (status < 0)
        return;
    struct ear *ear = stream->data;
    struct iw_listener *listener = ear->listener;
    struct iw_tls_context *tls = listener->tls;
    struct iw_conn *conn = iw_conn_accept(listener->loop, stream, &listener->events);
    if (conn == NULL)
        return;
    /* accepted may close the listener */
    iw_conn_set_context(conn, listener->accepted(listener->context, conn));
    iw_conn_begin(conn, tls, NULL);
}

/* ---- binding ---- */

static void on_ear_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void ear_close(struct ear *ear)
{
    if (ear != NULL)
        uv_close((uv_handle_t *)&ear->tcp, on_ear_closed);
}

/* *made is set on 0; else a code of libuv's. */
static int ear_open(struct iw_listener *listener, const struct sockaddr *address, unsigned flags,
                    struct ear **made)
{
    struct ear *ear = calloc(1, sizeof *ear);
    if (ear == NULL)
        return UV_ENOMEM;
    uv_tcp_init(iw_loop_uv(listener->loop), &ear->tcp);
    ear->tcp.data = ear;
    ear->listener = listener;
    int code = uv_tcp_bind(&ear->tcp, address, flags);
    if (code == 0)
        code = uv_listen((uv_stream_t *)&ear->tcp, BACKLOG, on_connection);
    if (code == 0)
        *made = ear;
    else
        ear_close(ear);
    return code;
}

static unsigned port_of(const struct ear *ear)
{
    struct sockaddr_in address;
    int size = sizeof address;
    if (uv_tcp_getsockname(&ear->tcp, (struct sockaddr *)&address, &size) < 0)
        return 0;
    return ntohs(address.sin_port);
}

static int open_v4(struct iw_listener *listener, unsigned port)
{
    struct sockaddr_in address;
    uv_ip4_addr("127.0.0.1", (int)port, &address);
    int code = ear_open(listener, (const struct sockaddr *)&address, 0, &listener->v4);
    if (code == 0)
        listener->port = port_of(listener->v4);
    return code;
}

/* A machine without IPv6 is no failure. */
static int open_v6(struct iw_listener *listener)
{
    struct sockaddr_in6 address;
    uv_ip6_addr("::1", (int)listener->port, &address);
    int code =
        ear_open(listener, (const struct sockaddr *)&address, UV_TCP_IPV6ONLY, &listener->v6);
    return code == UV_EADDRNOTAVAIL || code == UV_EAFNOSUPPORT ? 0 : code;
}

static enum iw_result fail_bind(struct iw_error *error, const char *address, unsigned port,
                                int code)
{
    if (code == UV_EADDRINUSE)
        return iw_failf(error, IW_SYSTEM, "port %u on %s is in use", port, address);
    return iw_failf(error, IW_SYSTEM, "cannot listen on %s port %u: %s", address, port,
                    uv_strerror(code));
}

/* Port 0: any that is free on both addresses. */
static enum iw_result open_both(struct iw_listener *listener, unsigned port, struct iw_error *error)
{
    for (int left = port == 0 ? TRIES : 1;; left--) {
        int code = open_v4(listener, port);
        if (code < 0)
            return fail_bind(error, "127.0.0.1", port, code);
        code = open_v6(listener);
        if (code == 0)
            return IW_OK;
        ear_close(listener->v4);
        listener->v4 = NULL;
        if (code != UV_EADDRINUSE || left == 1)
            return fail_bind(error, "::1", listener->port, code);
    }
}

struct iw_listener *iw_listen(struct iw_loop *loop, unsigned port, struct iw_tls_context *tls,
                              const struct iw_conn_events *events,
                              void *(*accepted)(void *context, struct iw_conn *conn), void *context,
                              struct iw_error *error)
{
    if (port > 65535) {
        iw_failf(error, IW_SYSTEM, "%u is no port number", port);
        return NULL;
    }
    struct iw_listener *listener = malloc(sizeof *listener);
    if (listener == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    *listener = (struct iw_listener){
        .loop = loop, .tls = tls, .events = *events, .accepted = accepted, .context = context};
    if (open_both(listener, port, error) == IW_OK)
        return listener;
    iw_listener_close(listener);
    return NULL;
}

/* ---- refusing ---- */

static void close_ears(struct iw_listener *listener)
{
    ear_close(listener->v4);
    ear_close(listener->v6);
    listener->v4 = NULL;
    listener->v6 = NULL;
}

static void on_timer(void *context)
{
    struct iw_listener *listener = context;
    if (open_both(listener, listener->port, NULL) != IW_OK)
        iw_timer_set(listener->timer, iw_loop_now(listener->loop) + AGAIN_MS);
}

void iw_listener_refuse(struct iw_listener *listener, uint64_t ms)
{
    if (listener->timer == NULL)
        listener->timer = iw_timer_new(listener->loop, on_timer, listener);
    if (listener->timer == NULL)
        return;
    close_ears(listener);
    iw_timer_set(listener->timer, iw_loop_now(listener->loop) + ms);
}

unsigned iw_listener_port(const struct iw_listener *listener)
{
    return listener->port;
}

void iw_listener_close(struct iw_listener *listener)
{
    if (listener == NULL)
        return;
    close_ears(listener);
    if (listener->timer != NULL)
        iw_timer_free(listener->timer);
    free(listener);
}
