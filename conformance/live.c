/* SPDX-License-Identifier: MIT */
#include "conformance/live.h"

#include "conformance/exchange.h"
#include "conformance/scram.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_OCTETS_MAX = 600 };

struct link {
    struct iw_live *live;
    unsigned number;
    struct iw_conn *conn;             /* NULL: not open */
    struct iw_invariants *invariants; /* NULL: it was never opened */
};

struct iw_live {
    struct iw_live_options options;
    struct iw_prologue prologue;
    struct iw_exchange_client exchange;
    struct iw_play *play;
    struct iw_timer *timer;
    struct link links[IW_CONN_MAX];
    uint64_t began, ended;
    bool over;
    struct iw_error failure; /* of a connection that could not be made or broke */
    struct iw_finding finding;
    char text[TEXT_OCTETS_MAX];
};

static void on_opened(void *context, struct iw_conn *conn);
static void on_secured(void *context, struct iw_conn *conn);
static void on_received(void *context, struct iw_conn *conn, struct iw_span octets);
static void on_ended(void *context, struct iw_conn *conn, enum iw_conn_end end,
                     const struct iw_error *error);

static const struct iw_conn_events conn_events = {on_opened, on_secured, on_received, on_ended};

static uint64_t now_of(const struct iw_live *live)
{
    return iw_loop_now(live->options.loop);
}

/* What has been seen on the connection goes to the run. */
static void retire_invariants(struct link *link)
{
    const struct iw_live_options *options = &link->live->options;
    if (link->invariants != NULL && options->breaches != NULL)
        iw_breaches_note(options->breaches, link->invariants, options->scenario->id,
                         options->transcript, options->secrets);
    iw_invariants_free(link->invariants);
    link->invariants = NULL;
}

static void open_link(struct iw_live *live, unsigned number)
{
    const struct iw_target *target = live->options.target;
    struct link *link = &live->links[number];
    retire_invariants(link);
    link->invariants = iw_invariants_new(NULL);
    if (link->invariants != NULL)
        link->conn = iw_conn_connect(live->options.loop, target->url.host, target->url.port,
                                     target->url.tls ? target->tls : NULL, &conn_events, link,
                                     &live->failure);
    if (link->conn == NULL)
        iw_play_closed(live->play, number, IW_CLOSE_RST, now_of(live));
}

static void tell_heard(const struct link *link, enum iw_side side, struct iw_span octets)
{
    const struct iw_live_witness *witness = &link->live->options.witness;
    if (witness->heard != NULL)
        witness->heard(witness->context, link->number, side, octets);
}

static void tell_closed(const struct link *link, enum iw_side side, enum iw_close how)
{
    const struct iw_live_witness *witness = &link->live->options.witness;
    if (witness->closed != NULL)
        witness->closed(witness->context, link->number, side, how);
}

static void close_link(struct link *link, enum iw_close how)
{
    if (link->conn == NULL)
        return;
    tell_closed(link, IW_SIDE_CLIENT, how);
    iw_conn_close(link->conn, how);
    if (iw_close_ends(how))
        link->conn = NULL;
}

static void do_action(struct iw_live *live, const struct iw_action *action)
{
    struct link *link = &live->links[action->conn];
    switch (action->kind) {
    case IW_ACTION_CONNECT:
        open_link(live, action->conn);
        break;
    case IW_ACTION_WRITE:
        if (link->conn == NULL)
            break;
        tell_heard(link, IW_SIDE_CLIENT, action->octets);
        iw_invariants_sent(link->invariants, action->octets);
        iw_conn_write(link->conn, action->octets);
        break;
    case IW_ACTION_TLS:
        if (link->conn != NULL)
            iw_conn_start_tls(link->conn, live->options.target->tls,
                              live->options.target->url.host);
        break;
    case IW_ACTION_COMPRESS:
        if (link->conn != NULL)
            iw_conn_start_deflate(link->conn);
        break;
    case IW_ACTION_TCP:
        if (link->conn != NULL) {
            iw_invariants_distrust(link->invariants);
            iw_conn_set_passage(link->conn, action->passage, action->how,
                                live->options.seed ^ (uint64_t)action->conn << 32);
        }
        break;
    case IW_ACTION_CLOSE:
        close_link(link, action->how);
        break;
    case IW_ACTION_NONE:
    case IW_ACTION_DONE:
        break;
    }
}

/* The play's own finding; where its time was cut off or a connection failed, that is said too.
 * Against a server whose certificate is not accepted nothing has been tested. */
static void judge(struct iw_live *live, bool cut_off)
{
    struct iw_finding *finding = &live->finding;
    *finding = *iw_play_finding(live->play);
    int length = 0;
    if (cut_off) {
        finding->verdict = IW_TIMED_OUT;
        length = snprintf(live->text, sizeof live->text, "the case is not over after %u ms",
                          live->options.case_ms);
    } else if (live->failure.code == IW_UNTRUSTED) {
        finding->verdict = IW_SKIP;
        length = snprintf(live->text, sizeof live->text, "%s (--ca-file)", live->failure.detail);
    } else if (finding->verdict != IW_PASS && live->failure.detail[0] != '\0') {
        length = snprintf(live->text, sizeof live->text, "%.*s (%s)", (int)finding->text.length,
                          finding->text.length > 0 ? finding->text.data : "", live->failure.detail);
    }
    if (length > 0)
        finding->text = iw_span_of(live->text);
}

static void finish(struct iw_live *live, bool cut_off)
{
    live->over = true;
    live->ended = now_of(live);
    judge(live, cut_off);
    for (unsigned i = 0; i < IW_CONN_MAX; i++) {
        close_link(&live->links[i], IW_CLOSE_FIN);
        retire_invariants(&live->links[i]);
    }
    iw_timer_set(live->timer, UINT64_MAX);
    live->options.done(live->options.context, live); /* may free live: nothing follows */
}

static uint64_t case_deadline(const struct iw_live *live)
{
    return live->began + live->options.case_ms;
}

/* Does what the play wants until it wants nothing; the last thing in every callback. */
static void pump(struct iw_live *live)
{
    if (live->over)
        return;
    for (;;) {
        const struct iw_action action = iw_play_next(live->play, now_of(live));
        if (action.kind == IW_ACTION_DONE) {
            finish(live, false);
            return;
        }
        if (action.kind == IW_ACTION_NONE)
            break;
        do_action(live, &action);
    }
    const uint64_t deadline = iw_play_deadline(live->play);
    const uint64_t last = case_deadline(live);
    iw_timer_set(live->timer, deadline < last ? deadline : last);
}

static void on_opened(void *context, struct iw_conn *conn)
{
    struct link *link = context;
    (void)conn;
    iw_play_opened(link->live->play, link->number, now_of(link->live));
    pump(link->live);
}

static void on_secured(void *context, struct iw_conn *conn)
{
    struct link *link = context;
    (void)conn;
    iw_play_secured(link->live->play, link->number, now_of(link->live));
    pump(link->live);
}

static void on_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    struct link *link = context;
    (void)conn;
    tell_heard(link, IW_SIDE_SERVER, octets);
    iw_invariants_received(link->invariants, octets);
    iw_play_received(link->live->play, link->number, octets, now_of(link->live));
    pump(link->live);
}

static void on_ended(void *context, struct iw_conn *conn, enum iw_conn_end end,
                     const struct iw_error *error)
{
    struct link *link = context;
    (void)conn;
    link->conn = NULL;
    tell_closed(link, IW_SIDE_SERVER, end == IW_CONN_FIN ? IW_CLOSE_FIN : IW_CLOSE_RST);
    if (end == IW_CONN_ERROR && error != NULL && link->live->failure.code == IW_OK)
        link->live->failure = *error;
    iw_play_closed(link->live->play, link->number, end == IW_CONN_FIN ? IW_CLOSE_FIN : IW_CLOSE_RST,
                   now_of(link->live));
    pump(link->live);
}

static void on_timer(void *context)
{
    struct iw_live *live = context;
    if (now_of(live) >= case_deadline(live)) {
        finish(live, true);
        return;
    }
    iw_play_tick(live->play, now_of(live));
    pump(live);
}

static bool make_parts(struct iw_live *live)
{
    const struct iw_live_options *options = &live->options;
    if (!iw_prologue_make(&live->prologue, options->scenario, options->target))
        return false;
    live->exchange.target = options->target;
    const struct iw_play_options play_options = {
        .side = IW_SIDE_CLIENT,
        .setup = live->prologue.setup,
        .cleanup = live->prologue.cleanup,
        .variant = options->variant,
        .step_ms = options->target->step_ms,
        .body_ms = options->body_ms,
        .transcript = options->transcript,
        .seed = options->seed,
        .exchange = iw_exchange_of(&live->exchange),
        .scram = iw_scram,
    };
    live->play = iw_play_new(options->scenario, &play_options);
    live->timer = iw_timer_new(options->loop, on_timer, live);
    return live->play != NULL && live->timer != NULL &&
           iw_prologue_bind(live->play, options->target, options->root, options->name);
}

struct iw_live *iw_live_start(const struct iw_live_options *options)
{
    struct iw_live *live = calloc(1, sizeof *live);
    if (live == NULL)
        return NULL;
    live->options = *options;
    for (unsigned i = 0; i < IW_CONN_MAX; i++)
        live->links[i] = (struct link){.live = live, .number = i};
    live->began = now_of(live);
    if (!make_parts(live)) {
        iw_live_free(live);
        return NULL;
    }
    iw_timer_set(live->timer, live->began); /* the first actions are taken inside the loop */
    return live;
}

void iw_live_free(struct iw_live *live)
{
    if (live == NULL)
        return;
    for (unsigned i = 0; i < IW_CONN_MAX; i++) {
        close_link(&live->links[i], IW_CLOSE_FIN);
        iw_invariants_free(live->links[i].invariants);
    }
    if (live->timer != NULL)
        iw_timer_free(live->timer);
    if (live->play != NULL)
        iw_play_free(live->play);
    iw_exchange_release(&live->exchange);
    iw_prologue_release(&live->prologue);
    free(live);
}

unsigned iw_live_connections(const struct iw_live *live)
{
    return live->prologue.connections;
}

const struct iw_finding *iw_live_finding(const struct iw_live *live)
{
    return &live->finding;
}

uint64_t iw_live_ms(const struct iw_live *live)
{
    return (live->over ? live->ended : now_of(live)) - live->began;
}
