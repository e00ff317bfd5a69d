/* SPDX-License-Identifier: MIT */
#include "conformance/proxy.h"

#include "script/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNREAD_MAX = 1 << 20, /* octets that wait for one side before the other is not read */
    EARLY_MAX = 4 << 20,
    TROUBLE_SIZE = 400
};

/* What the server's side is at. */
enum stage { STAGE_CONNECTING, STAGE_GREETING, STAGE_STARTTLS, STAGE_SECURING, STAGE_PASSING };

/* One client and its connection to the server. */
struct link {
    struct iw_proxy *proxy;
    struct iw_conn *ends[2]; /* by side; NULL: not there, or gone */
    unsigned number;         /* in order of the clients' coming, from 1 */
    bool tls;                /* the client came in TLS */
    bool heard;              /* the tap is there */
    struct iw_tap tap;
    enum stage stage;
    struct iw_buf greeting; /* of a server that is secured first */
    struct iw_buf early;    /* of the client, before the server is ready or both sides are */
    unsigned securing;      /* sides whose handshake the client's STARTTLS has begun */
    struct link *next;
};

struct iw_proxy {
    struct iw_proxy_options options;
    struct iw_listener *plain, *secure;
    struct link *first;
    unsigned connections;
};

static enum iw_side other(enum iw_side side)
{
    return side == IW_SIDE_CLIENT ? IW_SIDE_SERVER : IW_SIDE_CLIENT;
}

static uint64_t now_of(const struct link *link)
{
    return iw_loop_now(link->proxy->options.loop);
}

static void tell(const struct link *link, const char *what, const struct iw_error *error)
{
    const struct iw_proxy_options *options = &link->proxy->options;
    char text[TROUBLE_SIZE];
    bool has_detail = error != NULL && error->detail[0] != '\0';
    snprintf(text, sizeof text, "%s%s%s", what, has_detail ? ": " : "",
             has_detail ? error->detail : "");
    options->trouble(options->context, text);
}

/* ---- the end ---- */

static void forget(struct link *link)
{
    struct link **place = &link->proxy->first;
    while (*place != link)
        place = &(*place)->next;
    *place = link->next;
    if (link->heard)
        iw_tap_release(&link->tap);
    iw_buf_release(&link->greeting);
    iw_buf_release(&link->early);
    free(link);
}

static void close_end(struct link *link, enum iw_side side, enum iw_close how)
{
    if (link->ends[side] != NULL)
        iw_conn_close(link->ends[side], how);
    link->ends[side] = NULL;
}

/* One side has ended: so does the other, when all is passed. */
static void end(struct link *link, enum iw_side side, enum iw_conn_end how)
{
    bool reset = how != IW_CONN_FIN;
    if (link->heard)
        iw_tap_closed(&link->tap, side, reset ? IW_CLOSE_RST : IW_CLOSE_FIN, now_of(link));
    link->ends[side] = NULL;
    close_end(link, other(side), reset ? IW_CLOSE_RST : IW_CLOSE_FIN);
    forget(link);
}

/* ---- passing on ---- */

/* Whoever reads slowly slows the other down. */
static void hold_back(struct link *link, enum iw_side to)
{
    if (iw_conn_queued(link->ends[to]) > UNREAD_MAX)
        iw_conn_pause(link->ends[other(to)], true);
}

static void pass_on(struct link *link, enum iw_side from)
{
    struct iw_buf *octets = &link->tap.pass[from];
    enum iw_side to = other(from);
    if (octets->failed)
        tell(link, "octets were lost: there is no memory", NULL);
    if (octets->length > 0 && link->ends[to] != NULL) {
        iw_conn_write(link->ends[to], iw_buf_span(octets));
        hold_back(link, to);
    }
    iw_buf_clear(octets);
}

static void turn(struct link *link)
{
    const struct iw_proxy_options *options = &link->proxy->options;
    switch (link->tap.turn) {
    case IW_TAP_NONE:
        break;
    case IW_TAP_COMPRESS:
        iw_conn_start_deflate(link->ends[IW_SIDE_CLIENT]);
        iw_conn_start_deflate(link->ends[IW_SIDE_SERVER]);
        iw_tap_turned(&link->tap);
        break;
    case IW_TAP_TLS:
        link->securing = 2;
        iw_conn_start_tls(link->ends[IW_SIDE_SERVER], options->server_side, options->to->host);
        iw_conn_start_tls(link->ends[IW_SIDE_CLIENT], options->client_side, NULL);
        break;
    case IW_TAP_CLIENT_TLS:
        link->securing = 1;
        iw_conn_start_tls(link->ends[IW_SIDE_CLIENT], options->client_side, NULL);
        break;
    }
}

static void hear(struct link *link, enum iw_side side, struct iw_span octets)
{
    iw_tap_hear(&link->tap, side, octets, now_of(link));
    pass_on(link, IW_SIDE_SERVER);
    pass_on(link, IW_SIDE_CLIENT);
    if (link->securing == 0)
        turn(link);
}

static void hear_early(struct link *link)
{
    struct iw_buf early = link->early;
    iw_buf_init(&link->early, NULL, EARLY_MAX);
    if (early.length > 0)
        hear(link, IW_SIDE_CLIENT, iw_buf_span(&early));
    iw_buf_release(&early);
}

/* ---- the server is ready ---- */

static void begin_passing(struct link *link)
{
    struct iw_proxy *proxy = link->proxy;
    bool recorded = link->number < IW_CONN_MAX;
    link->stage = STAGE_PASSING;
    if (!recorded)
        iw_recording_stop(proxy->options.recording, "a scenario has nine connections at most");
    iw_tap_init(&link->tap, proxy->options.recording, recorded ? link->number : 0, link->tls);
    link->tap.offers_tls = proxy->options.offer_starttls;
    link->heard = true;
    if (link->greeting.length > 0)
        hear(link, IW_SIDE_SERVER, iw_buf_span(&link->greeting));
    hear_early(link);
}

/* "* OK [CAPABILITY …] text": what was true in clear is not told. */
static void take_out_capabilities(struct iw_buf *greeting)
{
    struct iw_span line = iw_buf_span(greeting);
    struct iw_span code = IW_SPAN("* OK [CAPABILITY ");
    const char *end =
        iw_span_starts_nocase(line, code) ? memchr(line.data, ']', line.length) : NULL;
    struct iw_buf without;
    if (end == NULL)
        return;
    size_t behind = (size_t)(end - line.data) + 1;
    iw_buf_init(&without, NULL, greeting->cap);
    iw_buf_add_string(&without, "* OK");
    iw_buf_add(&without, iw_span_part(line, behind, line.length));
    iw_buf_release(greeting);
    *greeting = without;
}

/* The line that has come whole at the end of it; else it waits. */
static bool has_line(const struct iw_buf *octets)
{
    return octets->length > 0 && octets->data[octets->begin + octets->length - 1] == '\n';
}

/* The server is greeted and secured here, and nobody hears of it. */
static void secure_server(struct link *link, struct iw_span octets)
{
    const struct iw_proxy_options *options = &link->proxy->options;
    struct iw_buf answer;
    if (link->stage == STAGE_GREETING) {
        iw_buf_add(&link->greeting, octets);
        if (!has_line(&link->greeting))
            return;
        link->stage = STAGE_STARTTLS;
        iw_conn_write(link->ends[IW_SIDE_SERVER], IW_SPAN("iw STARTTLS\r\n"));
        return;
    }
    iw_buf_init(&answer, NULL, EARLY_MAX);
    iw_buf_add(&answer, octets);
    bool agreed = iw_span_starts_nocase(iw_buf_span(&answer), IW_SPAN("iw OK"));
    iw_buf_release(&answer);
    if (!agreed) {
        tell(link, "the server refuses STARTTLS", NULL);
        close_end(link, IW_SIDE_SERVER, IW_CLOSE_FIN);
        close_end(link, IW_SIDE_CLIENT, IW_CLOSE_FIN);
        forget(link);
        return;
    }
    link->stage = STAGE_SECURING;
    take_out_capabilities(&link->greeting);
    iw_conn_start_tls(link->ends[IW_SIDE_SERVER], options->server_side, options->to->host);
}

/* ---- events of both sides ---- */

static void on_secured(void *context, struct iw_conn *conn)
{
    struct link *link = context;
    (void)conn;
    if (link->stage == STAGE_SECURING) {
        begin_passing(link);
    } else if (--link->securing == 0) {
        iw_tap_turned(&link->tap);
        hear_early(link);
    }
}

static void on_drained(void *context, struct iw_conn *conn)
{
    struct link *link = context;
    enum iw_side side = conn == link->ends[IW_SIDE_CLIENT] ? IW_SIDE_CLIENT : IW_SIDE_SERVER;
    if (link->ends[other(side)] != NULL)
        iw_conn_pause(link->ends[other(side)], false);
}

/* ---- the server ---- */

static void on_server_opened(void *context, struct iw_conn *conn)
{
    struct link *link = context;
    (void)conn;
    if (link->proxy->options.starttls)
        link->stage = STAGE_GREETING;
    else
        begin_passing(link);
}

static void on_server_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    struct link *link = context;
    (void)conn;
    if (link->stage == STAGE_PASSING)
        hear(link, IW_SIDE_SERVER, octets);
    else
        secure_server(link, octets);
}

static void on_server_ended(void *context, struct iw_conn *conn, enum iw_conn_end how,
                            const struct iw_error *error)
{
    struct link *link = context;
    (void)conn;
    if (how == IW_CONN_ERROR)
        tell(link,
             link->stage == STAGE_CONNECTING ? "the server cannot be reached"
                                             : "the connection to the server failed",
             error);
    end(link, IW_SIDE_SERVER, how);
}

static const struct iw_conn_events server_events = {
    on_server_opened, on_secured, on_server_received, on_server_ended, on_drained};

/* ---- the client ---- */

static void on_client_opened(void *context, struct iw_conn *conn)
{
    struct link *link = context;
    const struct iw_proxy_options *options = &link->proxy->options;
    struct iw_error error = {0};
    (void)conn;
    link->number = ++link->proxy->connections;
    link->ends[IW_SIDE_SERVER] = iw_conn_connect(
        options->loop, options->to->host, options->to->port,
        options->to->tls ? options->server_side : NULL, &server_events, link, &error);
    if (link->ends[IW_SIDE_SERVER] != NULL)
        return;
    tell(link, "the server cannot be reached", &error);
    close_end(link, IW_SIDE_CLIENT, IW_CLOSE_FIN);
    forget(link);
}

static void on_client_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    struct link *link = context;
    if (link->stage == STAGE_PASSING && link->securing == 0) {
        hear(link, IW_SIDE_CLIENT, octets);
        return;
    }
    iw_buf_add(&link->early, octets);
    if (!link->early.failed)
        return;
    tell(link, "the client says too much before the server is ready", NULL);
    end(link, IW_SIDE_CLIENT, IW_CONN_RESET);
    iw_conn_close(conn, IW_CLOSE_RST);
}

static void on_client_ended(void *context, struct iw_conn *conn, enum iw_conn_end how,
                            const struct iw_error *error)
{
    struct link *link = context;
    (void)conn;
    if (how == IW_CONN_ERROR)
        tell(link, "the connection to the client failed", error);
    end(link, IW_SIDE_CLIENT, how);
}

static const struct iw_conn_events client_events = {
    on_client_opened, on_secured, on_client_received, on_client_ended, on_drained};

static struct link *add_link(struct iw_proxy *proxy, struct iw_conn *conn, bool tls)
{
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL)
        abort(); /* as libuv does */
    link->proxy = proxy;
    link->ends[IW_SIDE_CLIENT] = conn;
    link->tls = tls;
    iw_buf_init(&link->greeting, NULL, EARLY_MAX);
    iw_buf_init(&link->early, NULL, EARLY_MAX);
    link->next = proxy->first;
    proxy->first = link;
    return link;
}

static void *accept_plain(void *context, struct iw_conn *conn)
{
    return add_link(context, conn, false);
}

static void *accept_secure(void *context, struct iw_conn *conn)
{
    return add_link(context, conn, true);
}

/* ---- life ---- */

struct iw_proxy *iw_proxy_start(const struct iw_proxy_options *options, struct iw_error *error)
{
    struct iw_proxy *proxy = calloc(1, sizeof *proxy);
    if (proxy == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    proxy->options = *options;
    proxy->plain =
        iw_listen(options->loop, options->port, NULL, &client_events, accept_plain, proxy, error);
    if (proxy->plain != NULL)
        proxy->secure = iw_listen(options->loop, options->tls_port, options->client_side,
                                  &client_events, accept_secure, proxy, error);
    if (proxy->secure != NULL)
        return proxy;
    iw_proxy_stop(proxy);
    return NULL;
}

unsigned iw_proxy_port(const struct iw_proxy *proxy)
{
    return iw_listener_port(proxy->plain);
}

unsigned iw_proxy_tls_port(const struct iw_proxy *proxy)
{
    return iw_listener_port(proxy->secure);
}

void iw_proxy_stop(struct iw_proxy *proxy)
{
    if (proxy == NULL)
        return;
    while (proxy->first != NULL) {
        close_end(proxy->first, IW_SIDE_CLIENT, IW_CLOSE_FIN);
        close_end(proxy->first, IW_SIDE_SERVER, IW_CLOSE_FIN);
        forget(proxy->first);
    }
    iw_listener_close(proxy->plain);
    iw_listener_close(proxy->secure);
    free(proxy);
}
