/* SPDX-License-Identifier: MIT */
#include "conformance/engine_run.h"

#include "conformance/needs.h"
#include "conformance/outfit.h"
#include "conformance/scram.h"

enum {
    TURNS_MAX = 1000000,
    VIRTUAL_MS_MAX = 3600000,
    TEXT_OCTETS_MAX = 16 << 10,
    CONNS_MAX = 10,
    CARRIED_OCTETS_MAX = 1 << 26
};

/* ---- what the engine is, as a target ---- */

static bool learn_capabilities(struct iw_target *target, const struct iw_engine *engine)
{
    static const enum iw_capability_place places[] = {IW_PLACE_CLEAR_BEFORE, IW_PLACE_CLEAR_AFTER,
                                                      IW_PLACE_TLS_BEFORE, IW_PLACE_TLS_AFTER};
    struct iw_buf list;
    bool learned = true;
    iw_buf_init(&list, NULL, TEXT_OCTETS_MAX);
    for (size_t i = 0; i < sizeof places / sizeof *places && learned; i++) {
        iw_buf_clear(&list);
        iw_engine_write_capabilities(engine, places[i], &list);
        learned = !list.failed &&
                  iw_texts_add_words(&target->capabilities, iw_buf_span(&list), &target->arena);
    }
    iw_buf_release(&list);
    return learned;
}

static bool prepare_target(struct iw_target *target, const struct iw_scenario *check,
                           const struct iw_engine *engine)
{
    target->user = "user";
    target->password = "secret";
    target->second_user = "second";
    target->second_password = "secret";
    target->others = IW_SPAN("Other Users/");
    target->auth = IW_AUTH_LOGIN;
    target->allow_inbox = true;
    target->connections_max = CONNS_MAX;
    target->separator[0] = '/';
    target->preauth = engine->options.preauth;
    target->url.tls = iw_span_equal(check->given.tls.mode, IW_SPAN("implicit"));
    return learn_capabilities(target, engine);
}

static bool bind_names(struct iw_play *play)
{
    return iw_play_bind(play, "user", IW_SPAN("user")) &&
           iw_play_bind(play, "password", IW_SPAN("secret")) &&
           iw_play_bind(play, "user2", IW_SPAN("second")) &&
           iw_play_bind(play, "password2", IW_SPAN("secret")) &&
           iw_play_bind(play, "of_user", IW_SPAN("Other Users/user/")) &&
           iw_play_bind(play, "sep", IW_SPAN("/")) && iw_play_bind(play, "M", IW_SPAN("M")) &&
           iw_play_bind(play, "N", IW_SPAN("N"));
}

static bool prepare(struct iw_engine_run *run, const struct iw_engine_run_options *options)
{
    const struct iw_host_options host = {.scenario = options->rules,
                                         .variant = options->rules_variant};
    struct iw_error error = {0};
    run->host = iw_host_new(&host, &error);
    struct iw_engine *engine = run->host != NULL ? iw_host_engine(run->host) : NULL;
    if (engine == NULL || !iw_outfit(engine, options->check, &run->capabilities) ||
        !prepare_target(&run->target, options->check, engine) ||
        !iw_prologue_make(&run->prologue, options->check, &run->target))
        return false;
    const struct iw_play_options play = {.side = IW_SIDE_CLIENT,
                                         .setup = run->prologue.setup,
                                         .cleanup = run->prologue.cleanup,
                                         .variant = options->variant,
                                         .scram = iw_scram,
                                         .transcript = options->transcript};
    run->play = iw_play_new(options->check, &play);
    return run->play != NULL && bind_names(run->play);
}

/* ---- between the two ---- */

static unsigned conn_of(const struct iw_engine_run *run, unsigned number)
{
    unsigned conn = 0;
    while (conn + 1 < IW_CONN_MAX && run->numbers[conn] != number)
        conn++;
    return conn;
}

static void open_play(struct iw_engine_run *run, unsigned conn)
{
    run->opened[conn] = true;
    iw_play_opened(run->play, conn, run->now);
}

static void begin_tls(struct iw_engine_run *run, unsigned conn)
{
    if (!run->client_tls[conn] || !run->server_tls[conn])
        return;
    run->client_tls[conn] = run->server_tls[conn] = false;
    iw_host_secured(run->host, run->numbers[conn], NULL, run->now);
    if (run->opened[conn])
        iw_play_secured(run->play, conn, run->now);
    else
        open_play(run, conn);
}

/* In clear the play may begin; else behind the handshake. */
static void connect(struct iw_engine_run *run, unsigned conn)
{
    const bool tls = run->target.url.tls;
    run->numbers[conn] = iw_host_opened(run->host, tls, run->now);
    iw_memory_line_release(&run->lines[conn]);
    iw_invariants_free(run->invariants[conn]);
    run->invariants[conn] = iw_invariants_new(NULL);
    run->opened[conn] = false;
    iw_host_bind(run->host, run->numbers[conn], false, IW_SPAN("a channel in memory"));
    run->client_tls[conn] = tls;
    if (!tls)
        open_play(run, conn);
}

static void write_to_host(struct iw_engine_run *run, unsigned conn, struct iw_span octets)
{
    iw_invariants_sent(run->invariants[conn], octets);
    if (iw_memory_line_carry(&run->lines[conn], IW_SIDE_CLIENT, octets, &run->carried))
        iw_host_received(run->host, run->numbers[conn], iw_buf_span(&run->carried), run->now);
    else
        iw_host_failed(run->host, run->numbers[conn], "that cannot be unpacked", run->now);
}

static void write_to_client(struct iw_engine_run *run, unsigned conn, struct iw_span octets)
{
    if (!iw_memory_line_carry(&run->lines[conn], IW_SIDE_SERVER, octets, &run->carried)) {
        iw_play_closed(run->play, conn, IW_CLOSE_RST, run->now);
        return;
    }
    iw_invariants_received(run->invariants[conn], iw_buf_span(&run->carried));
    iw_play_received(run->play, conn, iw_buf_span(&run->carried), run->now);
}

/* True: the client had something to do. */
static bool step_client(struct iw_engine_run *run)
{
    const struct iw_action action = iw_play_next(run->play, run->now);
    unsigned number = run->numbers[action.conn];
    switch (action.kind) {
    case IW_ACTION_NONE:
    case IW_ACTION_DONE:
        return false;
    case IW_ACTION_CONNECT:
        connect(run, action.conn);
        break;
    case IW_ACTION_WRITE:
        write_to_host(run, action.conn, action.octets);
        break;
    case IW_ACTION_TLS:
        run->client_tls[action.conn] = true;
        begin_tls(run, action.conn);
        break;
    case IW_ACTION_TCP: /* in memory there is none */
        iw_invariants_distrust(run->invariants[action.conn]);
        break;
    case IW_ACTION_COMPRESS:
        iw_memory_line_compress(&run->lines[action.conn], IW_SIDE_CLIENT);
        break;
    case IW_ACTION_CLOSE:
        if (action.how != IW_CLOSE_SILENT)
            iw_host_closed(run->host, number, action.how, run->now);
        if (action.how == IW_CLOSE_HALF) /* the host lets go of what has ended */
            iw_play_closed(run->play, action.conn, IW_CLOSE_FIN, run->now);
        break;
    }
    return true;
}

static bool step_host(struct iw_engine_run *run)
{
    const struct iw_action action = iw_host_next(run->host, run->now);
    unsigned conn = conn_of(run, action.conn);
    switch (action.kind) {
    case IW_ACTION_WRITE:
        write_to_client(run, conn, action.octets);
        return true;
    case IW_ACTION_TLS:
        run->server_tls[conn] = true;
        begin_tls(run, conn);
        return true;
    case IW_ACTION_COMPRESS:
        iw_memory_line_compress(&run->lines[conn], IW_SIDE_SERVER);
        return true;
    case IW_ACTION_TCP:
        return true;
    case IW_ACTION_CLOSE:
        if (action.how != IW_CLOSE_SILENT)
            iw_play_closed(run->play, conn, action.how, run->now);
        return true;
    default:
        return false;
    }
}

/* To the next deadline of either side; false: none is left. */
static bool pass_time(struct iw_engine_run *run)
{
    const uint64_t client = iw_play_deadline(run->play);
    const uint64_t host = iw_host_deadline(run->host);
    const uint64_t next = client < host ? client : host;
    if (next == UINT64_MAX || next > VIRTUAL_MS_MAX)
        return false;
    run->now = next > run->now ? next : run->now + 1;
    iw_play_tick(run->play, run->now);
    iw_host_tick(run->host, run->now);
    return true;
}

/* ---- the run ---- */

bool iw_engine_run(struct iw_engine_run *run, const struct iw_engine_run_options *options)
{
    *run = (struct iw_engine_run){0};
    iw_buf_init(&run->reason, NULL, TEXT_OCTETS_MAX);
    iw_buf_init(&run->carried, NULL, CARRIED_OCTETS_MAX);
    iw_capability_lists_init(&run->capabilities);
    iw_target_init(&run->target);
    if (!prepare(run, options))
        return false;
    if (iw_needs_unmet(options->check, &run->target, &run->reason))
        return true;
    for (unsigned turn = 0; turn < TURNS_MAX && !iw_play_done(run->play); turn++) {
        const bool client = step_client(run);
        const bool host = step_host(run);
        if (!client && !host && !iw_play_done(run->play) && !pass_time(run))
            break;
    }
    return true;
}

struct iw_finding iw_engine_run_finding(struct iw_engine_run *run)
{
    if (run->reason.length > 0)
        return (struct iw_finding){.verdict = IW_SKIP, .text = iw_buf_span(&run->reason)};
    return *iw_play_finding(run->play);
}

const char *iw_engine_run_breach(const struct iw_engine_run *run, enum iw_invariant which)
{
    const char *breach = NULL;
    for (unsigned i = 0; i < IW_CONN_MAX && breach == NULL; i++) {
        if (run->invariants[i] != NULL)
            breach = iw_invariants_breach(run->invariants[i], which);
    }
    return breach;
}

void iw_engine_run_release(struct iw_engine_run *run)
{
    for (unsigned i = 0; i < IW_CONN_MAX; i++) {
        iw_memory_line_release(&run->lines[i]);
        iw_invariants_free(run->invariants[i]);
    }
    iw_buf_release(&run->carried);
    if (run->play != NULL)
        iw_play_free(run->play);
    iw_host_free(run->host);
    iw_capability_lists_release(&run->capabilities);
    iw_prologue_release(&run->prologue);
    iw_target_release(&run->target);
    iw_buf_release(&run->reason);
}
