/* SPDX-License-Identifier: MIT */
#include "mockserver/server.h"

#include "mockserver/explain.h"
#include "mockserver/host.h"

#include <stdlib.h>

enum {
    TRANSCRIPT_CAP = 4 << 20,
    LISTS = 256,
    UNREAD_ALL = 512 << 20, /* octets that wait for all clients */
    UNREAD_MAX = 4 << 20    /* octets that wait for a client before no more are made for it */
};

/* One client's connection. */
struct peer {
    struct iw_mock *mock;
    struct iw_conn *conn;
    unsigned number;   /* the host's; 0: not opened yet */
    bool secure;       /* from the first octet on */
    struct peer *next; /* in its list */
};

struct iw_mock {
    struct iw_mock_options options;
    struct iw_loop *loop;
    struct iw_host *host;
    struct iw_identity own;
    const struct iw_identity *identity; /* own, or lent */
    struct iw_listener *plain, *secure;
    struct iw_timer *timer;
    struct peer *lists[LISTS]; /* by number */
    struct iw_transcript transcript, commands;
    size_t came;    /* connections, also those that were handed on */
    uint64_t began; /* the host's clock begins at 0 */
    uint64_t shown; /* number of the transcript's entry that options.wire gets next */
    bool told;      /* options.done was called */
};

static uint64_t now_of(const struct iw_mock *mock)
{
    return iw_loop_now(mock->loop) - mock->began;
}

/* ---- from the host to the wire ---- */

static struct peer *find(const struct iw_mock *mock, unsigned number)
{
    struct peer *peer = mock->lists[number % LISTS];
    while (peer != NULL && peer->number != number)
        peer = peer->next;
    return peer;
}

static void attach(struct peer *peer, struct iw_mock *mock, unsigned number)
{
    struct peer **list = &mock->lists[number % LISTS];
    peer->mock = mock;
    peer->number = number;
    peer->next = *list;
    *list = peer;
}

static void detach(struct peer *peer)
{
    struct peer **place = &peer->mock->lists[peer->number % LISTS];
    while (*place != peer)
        place = &(*place)->next;
    *place = peer->next;
}

static void forget(struct peer *peer)
{
    detach(peer);
    free(peer);
}

static void close_peer(struct peer *peer, enum iw_close how)
{
    iw_conn_close(peer->conn, how);
    if (iw_close_ends(how))
        forget(peer);
}

/* The more there are, the less may wait for each. */
static size_t unread_max(const struct iw_mock *mock)
{
    size_t share = UNREAD_ALL / (iw_host_open(mock->host) + 1);
    return share < UNREAD_MAX ? share : UNREAD_MAX;
}

/* A client that does not read is not listened to either, until it does. */
static void hold_back(struct peer *peer)
{
    if (iw_conn_queued(peer->conn) > unread_max(peer->mock) &&
        iw_host_hold(peer->mock->host, peer->number, true))
        iw_conn_pause(peer->conn, true);
}

/* A mock that listens nowhere refuses nobody. */
static void refuse(struct iw_mock *mock, uint64_t ms)
{
    if (ms > 0 && mock->plain != NULL)
        iw_listener_refuse(mock->plain, ms);
    if (ms > 0 && mock->secure != NULL)
        iw_listener_refuse(mock->secure, ms);
}

static void act(struct iw_mock *mock, const struct iw_action *action)
{
    struct peer *peer = find(mock, action->conn);
    if (peer == NULL)
        return;
    if (action->kind == IW_ACTION_WRITE) {
        iw_conn_write(peer->conn, action->octets);
        hold_back(peer);
    } else if (action->kind == IW_ACTION_TLS) {
        iw_conn_unread(peer->conn, action->octets);
        iw_conn_start_tls(peer->conn, mock->identity->tls, NULL);
    } else if (action->kind == IW_ACTION_COMPRESS) {
        iw_conn_start_deflate(peer->conn);
    } else if (action->kind == IW_ACTION_TCP) {
        iw_conn_set_passage(peer->conn, action->passage, action->how,
                            mock->options.seed ^ (uint64_t)peer->number << 32);
        refuse(mock, action->passage->refuse_ms);
    } else if (action->kind == IW_ACTION_CLOSE) {
        close_peer(peer, action->how);
    }
}

static void show_wire(struct iw_mock *mock)
{
    struct iw_transcript *transcript = &mock->transcript;
    if (mock->options.wire == NULL)
        return;
    if (mock->shown < transcript->gone)
        mock->shown = transcript->gone;
    for (; mock->shown < transcript->gone + transcript->count; mock->shown++) {
        const struct iw_transcript_entry *entry =
            &transcript->entries[mock->shown - transcript->gone];
        struct iw_span all = iw_buf_span(&transcript->octets);
        mock->options.wire(mock->options.context, entry->conn, entry->who,
                           iw_span_part(all, entry->offset, entry->offset + entry->length));
    }
    iw_transcript_seal(transcript);
}

/* ---- handing on ---- */

static void pump(struct iw_mock *mock);

static struct iw_mock *whose(struct iw_mock *mock, size_t n, struct iw_span user)
{
    const struct iw_mock_options *options = &mock->options;
    struct iw_mock *other =
        options->whose == NULL ? NULL : options->whose(options->context, n, user);
    return other == NULL ? mock : other;
}

/* Its client has logged in, and somebody else goes on. */
static void hand_on(struct peer *peer, struct iw_mock *to)
{
    struct iw_mock *from = peer->mock;
    unsigned number = peer->number;
    detach(peer);
    attach(peer, to, iw_host_move(from->host, number, to->host, now_of(to)));
    if (peer->number == 0) {
        iw_conn_close(peer->conn, IW_CLOSE_FIN);
        forget(peer);
    }
    pump(to);
}

/* False: nobody waits. */
static bool hand_on_next(struct iw_mock *mock)
{
    struct iw_span user;
    unsigned number = iw_host_waiting(mock->host, &user);
    if (number == 0)
        return false;
    struct iw_mock *to = whose(mock, 0, user);
    if (to == mock)
        iw_host_stay(mock->host, number);
    else
        hand_on(find(mock, number), to);
    return true;
}

static void do_actions(struct iw_mock *mock)
{
    uint64_t now = now_of(mock);
    for (;;) {
        struct iw_action action = iw_host_next(mock->host, now);
        if (action.kind == IW_ACTION_NONE)
            break;
        act(mock, &action);
    }
}

/* After every event: all actions, then the timer, then the news that the dialogue is over. */
static void pump(struct iw_mock *mock)
{
    do {
        do_actions(mock);
    } while (hand_on_next(mock));
    show_wire(mock);
    if (mock->options.changed != NULL)
        mock->options.changed(mock->options.context);
    uint64_t deadline = iw_host_deadline(mock->host);
    iw_timer_set(mock->timer, deadline == UINT64_MAX ? UINT64_MAX : mock->began + deadline);
    if (mock->told || !iw_host_done(mock->host))
        return;
    mock->told = true;
    if (mock->options.done != NULL)
        mock->options.done(mock->options.context);
}

void iw_mock_stir(struct iw_mock *mock)
{
    iw_host_tick(mock->host, now_of(mock));
    pump(mock);
}

static void on_timer(void *context)
{
    iw_mock_stir(context);
}

/* ---- from the wire to the host ---- */

static void bind_tls(struct peer *peer)
{
    const struct iw_tls_binding binding = iw_conn_tls_binding(peer->conn);
    iw_host_bind(peer->mock->host, peer->number, binding.unique,
                 iw_span(binding.octets, binding.length));
}

static void on_opened(void *context, struct iw_conn *conn)
{
    struct peer *peer = context;
    struct iw_mock *mock = peer->mock;
    detach(peer);
    attach(peer, mock, iw_host_opened(mock->host, peer->secure, now_of(mock)));
    if (peer->number == 0) {
        iw_conn_close(conn, IW_CLOSE_FIN);
        forget(peer);
    }
    pump(mock);
}

static void on_secured(void *context, struct iw_conn *conn)
{
    struct peer *peer = context;
    struct iw_mock *mock = peer->mock;
    bind_tls(peer);
    const struct iw_tls_facts facts = iw_tls_facts(iw_conn_tls(conn));
    const struct iw_host_tls tls = {
        .version = facts.version, .client = facts.peer, .resumed = facts.resumed};
    iw_host_secured(mock->host, peer->number, &tls, now_of(mock));
    pump(mock);
}

static void on_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    struct peer *peer = context;
    struct iw_mock *mock = peer->mock;
    (void)conn;
    iw_host_received(mock->host, peer->number, octets, now_of(mock));
    pump(mock);
}

static void on_ended(void *context, struct iw_conn *conn, enum iw_conn_end end,
                     const struct iw_error *error)
{
    struct peer *peer = context;
    struct iw_mock *mock = peer->mock;
    (void)conn;
    if (peer->number != 0 && end == IW_CONN_ERROR)
        iw_host_failed(mock->host, peer->number, error->detail, now_of(mock));
    else if (peer->number != 0)
        iw_host_closed(mock->host, peer->number, end == IW_CONN_FIN ? IW_CLOSE_FIN : IW_CLOSE_RST,
                       now_of(mock));
    forget(peer);
    pump(mock);
}

static void on_drained(void *context, struct iw_conn *conn)
{
    struct peer *peer = context;
    if (!iw_host_hold(peer->mock->host, peer->number, false))
        return;
    iw_conn_pause(conn, false);
    pump(peer->mock);
}

static const struct iw_conn_events events = {on_opened, on_secured, on_received, on_ended,
                                             on_drained};

static struct peer *add_peer(struct iw_mock *mock, struct iw_conn *conn, bool secure)
{
    struct peer *peer = malloc(sizeof *peer);
    if (peer == NULL)
        abort(); /* as libuv does */
    *peer = (struct peer){.conn = conn, .secure = secure};
    attach(peer, whose(mock, ++mock->came, iw_span(NULL, 0)), 0);
    return peer;
}

static void *accept_plain(void *context, struct iw_conn *conn)
{
    return add_peer(context, conn, false);
}

static void *accept_secure(void *context, struct iw_conn *conn)
{
    return add_peer(context, conn, true);
}

/* ---- life ---- */

static bool listen_on(struct iw_mock *mock, struct iw_error *error)
{
    if (mock->options.portless)
        return true;
    mock->plain =
        iw_listen(mock->loop, mock->options.port, NULL, &events, accept_plain, mock, error);
    if (mock->plain == NULL)
        return false;
    mock->secure =
        iw_listen(mock->loop, mock->options.tls_port, NULL, &events, accept_secure, mock, error);
    return mock->secure != NULL;
}

static bool make_host(struct iw_mock *mock, struct iw_error *error)
{
    const struct iw_host_options options = {.scenario = mock->options.scenario,
                                            .variant = mock->options.variant,
                                            .twin = mock->options.twin,
                                            .user = mock->options.user,
                                            .password = mock->options.password,
                                            .bare = mock->options.bare,
                                            .binds = true,
                                            .lobby = mock->options.whose != NULL,
                                            .open_max = mock->options.open_max,
                                            .tls = mock->options.tls,
                                            .seed = mock->options.seed,
                                            .unix_seconds = mock->options.unix_seconds,
                                            .step_ms = mock->options.step_ms,
                                            .transcript = &mock->transcript,
                                            .commands = &mock->commands};
    iw_transcript_init(&mock->transcript, TRANSCRIPT_CAP);
    iw_transcript_init(&mock->commands, TRANSCRIPT_CAP);
    mock->began = iw_loop_now(mock->loop);
    mock->host = iw_host_new(&options, error);
    return mock->host != NULL;
}

static void drop_host(struct iw_mock *mock)
{
    for (size_t list = 0; list < LISTS; list++) {
        while (mock->lists[list] != NULL)
            close_peer(mock->lists[list], IW_CLOSE_FIN);
    }
    iw_host_free(mock->host);
    iw_transcript_release(&mock->transcript);
    iw_transcript_release(&mock->commands);
}

static bool choose_identity(struct iw_mock *mock, struct iw_error *error)
{
    const struct iw_given_tls *tls = iw_host_tls(mock->host);
    bool own = mock->options.identity == NULL || !iw_given_tls_is_usual(tls);
    mock->identity = own ? &mock->own : mock->options.identity;
    return !own || iw_identity_make(&mock->own, tls, iw_host_user(mock->host), error);
}

static bool prepare(struct iw_mock *mock, struct iw_error *error)
{
    mock->timer = iw_timer_new(mock->loop, on_timer, mock);
    if (mock->timer == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return false;
    }
    return make_host(mock, error) && choose_identity(mock, error) && listen_on(mock, error);
}

struct iw_mock *iw_mock_start(struct iw_loop *loop, const struct iw_mock_options *options,
                              struct iw_error *error)
{
    struct iw_mock *mock = malloc(sizeof *mock);
    if (mock == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    *mock = (struct iw_mock){.options = *options, .loop = loop};
    if (prepare(mock, error))
        return mock;
    iw_mock_stop(mock);
    return NULL;
}

bool iw_mock_reset(struct iw_mock *mock, struct iw_error *error)
{
    drop_host(mock);
    mock->shown = 0;
    mock->came = 0;
    mock->told = false;
    iw_timer_set(mock->timer, UINT64_MAX);
    return make_host(mock, error);
}

void iw_mock_stop(struct iw_mock *mock)
{
    if (mock == NULL)
        return;
    drop_host(mock);
    iw_listener_close(mock->plain);
    iw_listener_close(mock->secure);
    if (mock->timer != NULL)
        iw_timer_free(mock->timer);
    iw_identity_release(&mock->own);
    free(mock);
}

size_t iw_mock_hang_up(struct iw_mock *mock, unsigned conn, enum iw_close how)
{
    size_t count = 0;
    for (size_t i = 0; i < LISTS; i++) {
        struct peer *next, *peer = mock->lists[i];
        for (; peer != NULL; peer = next) {
            next = peer->next;
            if (peer->number == 0 || (conn != 0 && peer->number != conn))
                continue;
            iw_host_dropped(mock->host, peer->number, now_of(mock));
            close_peer(peer, how);
            count++;
        }
    }
    pump(mock);
    return count;
}

/* ---- asking ---- */

struct iw_engine *iw_mock_engine(struct iw_mock *mock)
{
    return iw_host_engine(mock->host);
}

unsigned iw_mock_port(const struct iw_mock *mock)
{
    return mock->plain == NULL ? 0 : iw_listener_port(mock->plain);
}

unsigned iw_mock_tls_port(const struct iw_mock *mock)
{
    return mock->secure == NULL ? 0 : iw_listener_port(mock->secure);
}

const char *iw_mock_ca_file(const struct iw_mock *mock)
{
    return mock->identity->ca_file;
}

const char *iw_mock_client_file(const struct iw_mock *mock)
{
    return mock->identity->client_file;
}

const struct iw_host *iw_mock_host(const struct iw_mock *mock)
{
    return mock->host;
}

struct iw_transcript *iw_mock_transcript(struct iw_mock *mock)
{
    return &mock->transcript;
}

const struct iw_transcript *iw_mock_commands(const struct iw_mock *mock)
{
    return &mock->commands;
}

struct iw_span iw_mock_user(const struct iw_mock *mock)
{
    return iw_host_user(mock->host);
}

struct iw_span iw_mock_password(const struct iw_mock *mock)
{
    return iw_host_password(mock->host);
}

struct iw_mock_report iw_mock_report(struct iw_mock *mock)
{
    return (struct iw_mock_report){.finding = iw_host_finding(mock->host),
                                   .connections = iw_host_connections(mock->host),
                                   .commands = iw_host_commands(mock->host)};
}

void iw_mock_explain(struct iw_mock *mock, struct iw_buf *out)
{
    iw_explain(mock->options.scenario, iw_host_finding(mock->host), &mock->transcript, out);
}
