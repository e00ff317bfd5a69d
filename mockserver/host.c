/* SPDX-License-Identifier: MIT */
#include "mockserver/host.h"

#include "mockserver/connections.h"
#include "mockserver/given.h"
#include "mockserver/reply.h"
#include "parser/write.h"
#include "script/fill.h"
#include "script/variant.h"

#include <stdio.h>

enum { OPEN_MAX = 10000, HOST_ARENA = 64 << 20, HELD_MAX = 1 << 30, REST_CAP = 80 << 20 };

struct iw_host {
    struct iw_host_options options;
    const struct iw_scenario *scenario; /* NULL: nothing is played */
    struct iw_arena arena;
    struct iw_bindings names;
    struct iw_conversation_world world;
    int64_t start;         /* of the engine's clock, Unix seconds */
    struct iw_play *play;  /* NULL: no dialogue */
    unsigned play_conns;   /* how many connections the dialogue has */
    unsigned play_started; /* how many of them have reached the start */
    bool ended;            /* the dialogue */
    struct iw_connections connections;
    bool stirred;   /* something has happened since the last look around */
    uint64_t stirs; /* of the store, at the last look for news */
    struct iw_given_tls tls;
    struct iw_finding finding;
    char idle_rules[400]; /* the finding's text when no rule acted */
};

static bool bind_name(struct iw_host *host, const char *name, struct iw_span value)
{
    struct iw_buf raw;
    iw_buf_init(&raw, NULL, value.length + 64);
    iw_write_astring(&raw, value);
    bool bound = !raw.failed &&
                 iw_bindings_set(&host->names, iw_span_of(name), iw_buf_span(&raw), value) &&
                 (host->play == NULL || iw_play_bind(host->play, name, value));
    iw_buf_release(&raw);
    return bound;
}

/* Where others find the first user's mailboxes. */
static bool bind_shared(struct iw_host *host, const struct iw_user *user)
{
    struct iw_buf shared;
    iw_buf_init(&shared, NULL, user->name.length + 64);
    iw_buf_addf(&shared, "Other Users/%.*s/", (int)user->name.length, user->name.data);
    bool bound = !shared.failed &&
                 bind_name(host, "of_user", iw_arena_copy(&host->arena, iw_buf_span(&shared)));
    iw_buf_release(&shared);
    return bound;
}

static bool bind_names(struct iw_host *host, struct iw_error *error)
{
    const struct iw_user *user = host->world.engine.store.first_user;
    bool bound = bind_name(host, "user", user->name) &&
                 bind_name(host, "password", user->password) &&
                 bind_name(host, "user2", IW_SPAN("second")) &&
                 bind_name(host, "password2", IW_SPAN("secret")) && bind_shared(host, user) &&
                 bind_name(host, "M", IW_SPAN("M")) && bind_name(host, "N", IW_SPAN("N")) &&
                 bind_name(host, "sep", IW_SPAN("/"));
    if (!bound)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL) == IW_OK;
    return host->scenario == NULL ||
           iw_variant_bind(host->scenario, host->options.variant, &host->names, error) == IW_OK;
}

/* ---- connections ---- */

static struct iw_connection *find(const struct iw_host *host, unsigned number)
{
    return iw_connections_find(&host->connections, number);
}

static void belong(struct iw_host *host, struct iw_connection *connection, enum iw_chain chain,
                   bool belongs)
{
    iw_connections_chain(&host->connections, connection, chain, belongs);
}

static struct iw_connection *first_in(const struct iw_host *host, enum iw_chain chain)
{
    return host->connections.chains[chain];
}

/* Something has happened to it. */
static void wake(struct iw_host *host, struct iw_connection *connection)
{
    host->stirred = true;
    belong(host, connection, IW_CHAIN_READY, true);
}

/* ---- life ---- */

/* A command of the dialogue's "engine" list. */
static bool answer_aside(void *context, unsigned conn, const struct iw_frame *command,
                         struct iw_buf *answer)
{
    struct iw_connection *connection = find(context, conn);
    return connection != NULL && iw_reply_aside(&connection->conversation, command, answer);
}

/* {"S": "authenticate"} */
static enum iw_result prove(void *context, unsigned conn, struct iw_span line,
                            struct iw_buf *answer)
{
    struct iw_connection *connection = find(context, conn);
    return connection == NULL ? IW_SYSTEM : iw_reply_prove(&connection->conversation, line, answer);
}

static unsigned count_conns(const struct iw_scenario *scenario)
{
    unsigned count = 1;
    for (size_t i = 0; i < scenario->dialogue.count; i++) {
        const struct iw_step *step = &scenario->dialogue.items[i];
        if (step->conn > count)
            count = step->conn;
    }
    return count;
}

static bool begin_dialogue(struct iw_host *host)
{
    const struct iw_play_options options = {
        .side = IW_SIDE_SERVER,
        .variant = host->options.variant,
        .step_ms = host->options.step_ms,
        .transcript = host->options.transcript,
        .commands = host->options.commands,
        .seed = host->options.seed,
        .aside = {answer_aside, host},
        .exchange = {prove, host},
    };
    host->play_conns = count_conns(host->scenario);
    host->play = iw_play_new(host->scenario, &options);
    return host->play != NULL;
}

/* What the scenario says of the server. */
static struct iw_engine_options engine_options(const struct iw_host_options *host)
{
    const struct iw_scenario *scenario = host->scenario;
    struct iw_engine_options options = {
        .now = host->unix_seconds, .has_tls = true, .binds = host->binds};
    options.certificates = (host->tls != NULL && host->tls->client.data != NULL) ||
                           (scenario != NULL && scenario->given.tls.client.data != NULL);
    if (scenario == NULL)
        return options;
    if (scenario->given.tls.mode.data != NULL)
        options.has_tls = iw_span_equal(scenario->given.tls.mode, IW_SPAN("starttls"));
    for (size_t i = 0; i < sizeof options.capabilities / sizeof *options.capabilities; i++)
        options.capabilities[i] = scenario->given.capability[i];
    return options;
}

/* One word: of the options, else of the scenario. */
static bool fill_word(struct iw_host *host, struct iw_span option, struct iw_span given,
                      struct iw_span *word, struct iw_error *error)
{
    struct iw_filled filled = {.octets = option};
    if (option.data == NULL && given.data != NULL &&
        iw_fill(given, host->scenario, &host->names, IW_FILL_SEND, &host->arena, &filled, error) !=
            IW_OK)
        return false;
    *word = filled.octets;
    return true;
}

/* The twin only keeps what clients may have to be ready for. */
static bool fill_tls(struct iw_host *host, struct iw_error *error)
{
    static const struct iw_given_tls none;
    const struct iw_scenario *scenario = host->options.scenario;
    const struct iw_given_tls *option = host->options.tls == NULL ? &none : host->options.tls;
    const struct iw_given_tls *given = scenario == NULL ? &none : &scenario->given.tls;
    const struct iw_given_tls *harm = host->options.twin ? &none : given;
    struct iw_given_tls *tls = &host->tls;
    tls->mode = given->mode;
    tls->tickets = option->tickets || given->tickets;
    return fill_word(host, option->certificate, harm->certificate, &tls->certificate, error) &&
           fill_word(host, option->min, harm->min, &tls->min, error) &&
           fill_word(host, option->max, harm->max, &tls->max, error) &&
           fill_word(host, option->ciphers, harm->ciphers, &tls->ciphers, error) &&
           fill_word(host, option->client, given->client, &tls->client, error);
}

static bool prepare(struct iw_host *host, struct iw_error *error)
{
    const struct iw_host_options *options = &host->options;
    bool dialogue = host->scenario != NULL && host->scenario->dialogue.count > 0;
    const struct iw_engine_options engine = engine_options(options);
    host->world.transcript = options->transcript;
    host->world.log = options->commands;
    host->world.held_max = options->held_max == 0 ? HELD_MAX : options->held_max;
    iw_random_seed(&host->world.random, options->seed);
    iw_engine_init(&host->world.engine, &engine);
    host->start = host->world.engine.now;
    if (!iw_given_make(&host->world.engine, options->scenario, options->user, options->password,
                       options->bare) ||
        (dialogue && !begin_dialogue(host))) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return false;
    }
    if (!bind_names(host, error) || !fill_tls(host, error))
        return false;
    return iw_conversation_world_init(&host->world, host->scenario, &host->names, &host->arena,
                                      error);
}

struct iw_host *iw_host_new(const struct iw_host_options *options, struct iw_error *error)
{
    struct iw_host *host = iw_alloc_resize(NULL, NULL, sizeof *host);
    if (host == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    *host =
        (struct iw_host){.options = *options, .scenario = options->twin ? NULL : options->scenario};
    if (options->open_max == 0)
        host->options.open_max = OPEN_MAX;
    iw_arena_init(&host->arena, NULL, HOST_ARENA);
    host->names.arena = &host->arena;
    if (prepare(host, error))
        return host;
    iw_host_free(host);
    return NULL;
}

void iw_host_free(struct iw_host *host)
{
    if (host == NULL)
        return;
    iw_connections_release(&host->connections);
    iw_play_free(host->play);
    iw_engine_release(&host->world.engine);
    iw_arena_release(&host->arena);
    iw_alloc_free(NULL, host);
}

const struct iw_given_tls *iw_host_tls(const struct iw_host *host)
{
    return &host->tls;
}

struct iw_engine *iw_host_engine(struct iw_host *host)
{
    return &host->world.engine;
}

/* ---- events ---- */

static void note(struct iw_host *host, unsigned conn, uint64_t now, const char *event)
{
    iw_conversation_note(&host->world, conn, '-', iw_span_of(event), now);
}

/* The engine's clock goes with the host's. */
static void move_time(struct iw_host *host, uint64_t now)
{
    struct iw_engine *engine = &host->world.engine;
    if (host->connections.came > 0)
        engine->now = host->start + (int64_t)((now - host->world.began) / 1000);
}

/* The transcript's clock starts with the first connection, the dialogue's with it. */
static void begin_time(struct iw_host *host, uint64_t now)
{
    if (host->connections.came > 0)
        return;
    host->world.began = now;
    if (host->play != NULL)
        iw_play_tick(host->play, now);
}

static bool ended_well(const struct iw_host *host)
{
    return host->ended && iw_play_finding(host->play)->verdict == IW_PASS;
}

static void enter_dialogue(struct iw_host *host, struct iw_connection *connection, uint64_t now)
{
    connection->road = IW_ROAD_DIALOGUE;
    host->play_started++;
    iw_play_opened(host->play, connection->number, now);
}

/* The client has come to where the dialogue begins: from here on it gets every octet. */
static void hand_over(struct iw_host *host, struct iw_connection *connection, uint64_t now)
{
    struct iw_buf rest;
    iw_buf_init(&rest, NULL, REST_CAP);
    iw_conversation_rest(&connection->conversation, &rest);
    enter_dialogue(host, connection, now);
    if (rest.length > 0)
        iw_play_received(host->play, connection->number, iw_buf_span(&rest), now);
    iw_buf_release(&rest);
}

/* In which of the session's states the dialogue takes the connection over. */
static unsigned states_of_start(enum iw_start start)
{
    static const unsigned states[] = {
        [IW_START_DIALOGUE] = 0,
        [IW_START_GREETED] = IW_ENGINE_NOT_AUTHENTICATED,
        [IW_START_AUTHENTICATED] = IW_ENGINE_AUTHENTICATED | IW_ENGINE_SELECTED,
        [IW_START_SELECTED] = IW_ENGINE_SELECTED,
    };
    return states[start];
}

static void choose_road(struct iw_host *host, struct iw_connection *connection, uint64_t now)
{
    struct iw_conversation *conversation = &connection->conversation;
    bool dialogue = host->play != NULL && !host->ended;
    wake(host, connection);
    if (host->options.lobby) {
        connection->road = IW_ROAD_LOBBY;
        conversation->hand_over = IW_ENGINE_AUTHENTICATED | IW_ENGINE_SELECTED;
        iw_conversation_open(conversation);
    } else if (!dialogue && (host->play == NULL || ended_well(host))) {
        connection->road = IW_ROAD_ENGINE;
        iw_conversation_open(conversation);
    } else if (!dialogue || connection->number > host->play_conns) {
        connection->road = IW_ROAD_OUT;
    } else if (host->scenario->starts[connection->number] == IW_START_DIALOGUE) {
        hand_over(host, connection, now);
    } else {
        connection->road = IW_ROAD_TO_START;
        conversation->hand_over = states_of_start(host->scenario->starts[connection->number]);
        iw_conversation_open(conversation);
    }
}

static struct iw_connection *add_connection(struct iw_host *host, bool secure, uint64_t now)
{
    if (host->connections.open == host->options.open_max)
        return NULL;
    begin_time(host, now);
    struct iw_connection *connection = iw_connections_add(&host->connections, &host->world, secure);
    if (connection != NULL)
        wake(host, connection);
    return connection;
}

unsigned iw_host_opened(struct iw_host *host, bool tls_port, uint64_t now)
{
    struct iw_connection *connection = add_connection(host, false, now);
    if (connection == NULL)
        return 0;
    connection->road = IW_ROAD_ARRIVING;
    if (tls_port)
        note(host, connection->number, now, "opened, for TLS");
    iw_conversation_accept(&connection->conversation, tls_port);
    return connection->number;
}

void iw_host_received(struct iw_host *host, unsigned conn, struct iw_span octets, uint64_t now)
{
    struct iw_connection *connection = find(host, conn);
    if (connection == NULL)
        return;
    wake(host, connection);
    move_time(host, now);
    if (connection->road == IW_ROAD_DIALOGUE) {
        iw_play_received(host->play, conn, octets, now);
        return;
    }
    iw_conversation_note(&host->world, conn, 'C', octets, now);
    iw_conversation_received(&connection->conversation, octets);
}

static void lose(struct iw_host *host, unsigned conn, enum iw_close how, const char *why,
                 uint64_t now)
{
    struct iw_connection *connection = find(host, conn);
    if (connection == NULL)
        return;
    if (connection->road == IW_ROAD_DIALOGUE)
        iw_play_closed(host->play, conn, how, now);
    else
        note(host, conn, now, why);
    host->stirred = true;
    iw_connections_remove(&host->connections, connection);
}

void iw_host_closed(struct iw_host *host, unsigned conn, enum iw_close how, uint64_t now)
{
    lose(host, conn, how, how == IW_CLOSE_RST ? "reset by the client" : "closed by the client",
         now);
}

void iw_host_dropped(struct iw_host *host, unsigned conn, uint64_t now)
{
    lose(host, conn, IW_CLOSE_RST, "ended by the test", now);
}

void iw_host_bind(struct iw_host *host, unsigned conn, bool unique, struct iw_span octets)
{
    struct iw_connection *connection = find(host, conn);
    if (connection != NULL)
        iw_engine_session_bind(&connection->conversation.session, unique, octets);
}

void iw_host_failed(struct iw_host *host, unsigned conn, const char *why, uint64_t now)
{
    note(host, conn, now, why);
    iw_host_closed(host, conn, IW_CLOSE_RST, now);
}

/* "TLSv1.3, resumed, with a certificate of alice" */
static void note_tls(struct iw_host *host, unsigned conn, const struct iw_host_tls *tls,
                     uint64_t now)
{
    char event[400];
    snprintf(event, sizeof event, "%s%s%s%s", tls->version, tls->resumed ? ", resumed" : "",
             tls->client[0] == '\0' ? "" : ", with a certificate of ", tls->client);
    note(host, conn, now, event);
}

void iw_host_secured(struct iw_host *host, unsigned conn, const struct iw_host_tls *tls,
                     uint64_t now)
{
    static const struct iw_host_tls unknown = {.version = "TLS", .client = ""};
    struct iw_connection *connection = find(host, conn);
    if (connection == NULL)
        return;
    tls = tls == NULL ? &unknown : tls;
    wake(host, connection);
    iw_conversation_secured(&connection->conversation);
    struct iw_engine_session *session = &connection->conversation.session;
    snprintf(session->certified, sizeof session->certified, "%s", tls->client);
    if (connection->road != IW_ROAD_DIALOGUE || tls->resumed || tls->client[0] != '\0')
        note_tls(host, conn, tls, now);
    if (connection->road == IW_ROAD_DIALOGUE)
        iw_play_secured(host->play, conn, now);
}

void iw_host_tick(struct iw_host *host, uint64_t now)
{
    host->stirred = true;
    if (host->play != NULL && !host->ended)
        iw_play_tick(host->play, now);
}

bool iw_host_hold(struct iw_host *host, unsigned conn, bool held)
{
    struct iw_connection *connection = find(host, conn);
    if (connection == NULL || connection->road == IW_ROAD_DIALOGUE)
        return false;
    connection->held = held;
    wake(host, connection);
    return true;
}

/* ---- from host to host ---- */

unsigned iw_host_waiting(const struct iw_host *host, struct iw_span *user)
{
    const struct iw_connection *connection = first_in(host, IW_CHAIN_WAITS);
    if (connection == NULL)
        return 0;
    *user = connection->conversation.session.user->name;
    return connection->number;
}

void iw_host_stay(struct iw_host *host, unsigned conn)
{
    struct iw_connection *connection = find(host, conn);
    belong(host, connection, IW_CHAIN_WAITS, false);
    connection->conversation.hand_over = 0;
    connection->road = IW_ROAD_ENGINE;
    wake(host, connection);
}

/* A client comes that is logged in already: it needs no greeting. */
static unsigned welcome(struct iw_host *host, const struct iw_conversation *before,
                        struct iw_span rest, uint64_t now)
{
    struct iw_connection *connection = add_connection(host, before->session.secure, now);
    if (connection == NULL)
        return 0;
    struct iw_conversation *conversation = &connection->conversation;
    bool dialogue = host->play != NULL && !host->ended;
    struct iw_user *user = iw_store_user(&host->world.engine.store, before->session.user->name);
    if (user != NULL) /* else it is the first one */
        iw_engine_session_log_in(&conversation->session, user);
    iw_conversation_resume(conversation, false);
    if (dialogue && connection->number <= host->play_conns) {
        connection->road = IW_ROAD_TO_START;
        conversation->hand_over = states_of_start(host->scenario->starts[connection->number]);
    } else {
        connection->road =
            dialogue || (host->ended && !ended_well(host)) ? IW_ROAD_OUT : IW_ROAD_ENGINE;
    }
    note(host, connection->number, now, "came behind the login");
    iw_conversation_received(conversation, rest);
    return connection->number;
}

unsigned iw_host_move(struct iw_host *host, unsigned conn, struct iw_host *to, uint64_t now)
{
    struct iw_connection *connection = find(host, conn);
    struct iw_buf rest;
    iw_buf_init(&rest, NULL, REST_CAP);
    iw_conversation_rest(&connection->conversation, &rest);
    unsigned number = welcome(to, &connection->conversation, iw_buf_span(&rest), now);
    iw_buf_release(&rest);
    iw_connections_remove(&host->connections, connection);
    return number;
}

/* ---- actions ---- */

/* Does the dialogue open a mailbox on that connection? */
static bool dialogue_selects(const struct iw_host *host, unsigned conn)
{
    for (size_t i = 0; i < host->scenario->dialogue.count; i++) {
        const struct iw_step *step = &host->scenario->dialogue.items[i];
        if (step->kind == IW_STEP_LINE && step->conn == conn && step->side == IW_SIDE_CLIENT &&
            (iw_span_starts_nocase(step->line.text, IW_SPAN("SELECT ")) ||
             iw_span_starts_nocase(step->line.text, IW_SPAN("EXAMINE "))))
            return true;
    }
    return false;
}

/* What the client has sent since the dialogue's last line is for the engine. */
static void resume(struct iw_host *host, struct iw_connection *connection)
{
    struct iw_buf rest;
    iw_buf_init(&rest, NULL, REST_CAP);
    iw_play_rest(host->play, connection->number, &rest);
    iw_conversation_resume(&connection->conversation, dialogue_selects(host, connection->number));
    iw_conversation_received(&connection->conversation, iw_buf_span(&rest));
    iw_buf_release(&rest);
}

static void leave_dialogue(struct iw_host *host, struct iw_connection *connection)
{
    if (connection->road == IW_ROAD_ARRIVING)
        return;
    bool well = ended_well(host);
    if (connection->road == IW_ROAD_DIALOGUE && well)
        resume(host, connection);
    if (connection->road == IW_ROAD_TO_START)
        connection->conversation.hand_over = 0;
    connection->road = well ? IW_ROAD_ENGINE : IW_ROAD_OUT;
    wake(host, connection);
}

/* The dialogue is over: a client that did well may go on with the engine. */
static void end_dialogue(struct iw_host *host)
{
    host->ended = true;
    const struct iw_connections *all = &host->connections;
    for (struct iw_connection *c = NULL; (c = iw_connections_next(all, c)) != NULL;)
        leave_dialogue(host, c);
}

static bool is_last(const struct iw_action *action)
{
    return action->kind == IW_ACTION_CLOSE && iw_close_ends(action->how);
}

static void note_action(struct iw_host *host, const struct iw_action *action, uint64_t now)
{
    static const char *const closes[] = {[IW_CLOSE_FIN] = "closed by us",
                                         [IW_CLOSE_RST] = "reset by us",
                                         [IW_CLOSE_HALF] = "half closed by us",
                                         [IW_CLOSE_SILENT] = "silent from here",
                                         [IW_CLOSE_BARE] = "closed by us without close_notify"};
    const struct iw_connection *connection = find(host, action->conn);
    if (action->kind == IW_ACTION_CLOSE && connection != NULL &&
        connection->road != IW_ROAD_DIALOGUE)
        note(host, action->conn, now, closes[action->how]);
}

static struct iw_action next_of(struct iw_host *host, struct iw_connection *connection,
                                uint64_t now)
{
    struct iw_action action = {.kind = IW_ACTION_NONE};
    if (connection->road == IW_ROAD_ARRIVING && !connection->held) {
        action = iw_conversation_next(&connection->conversation, now);
        if (action.kind != IW_ACTION_NONE || !iw_conversation_arrived(&connection->conversation))
            return action;
        choose_road(host, connection, now);
        if (connection->road != IW_ROAD_DIALOGUE && !connection->conversation.tls_port)
            note(host, connection->number, now, "opened");
    }
    if (connection->road == IW_ROAD_OUT) {
        action = (struct iw_action){
            .kind = IW_ACTION_CLOSE, .conn = connection->number, .how = IW_CLOSE_FIN};
    } else if (connection->road != IW_ROAD_DIALOGUE && !connection->held) {
        action = iw_conversation_next(&connection->conversation, now);
        bool reached =
            action.kind == IW_ACTION_NONE && iw_conversation_reached(&connection->conversation);
        if (reached && connection->road == IW_ROAD_TO_START)
            hand_over(host, connection, now);
        if (reached && connection->road == IW_ROAD_LOBBY)
            belong(host, connection, IW_CHAIN_WAITS, true);
    }
    return action;
}

/* Those who may have news. */
static void look_for_news(struct iw_host *host)
{
    if (host->stirs == host->world.engine.store.stirs)
        return;
    host->stirs = host->world.engine.store.stirs;
    for (struct iw_connection *c = first_in(host, IW_CHAIN_HEARS); c != NULL;
         c = c->behind[IW_CHAIN_HEARS]) {
        if (iw_engine_session_has_news(&c->conversation.session))
            belong(host, c, IW_CHAIN_READY, true);
    }
}

/* Those whose news have come, and those whose pauses are over. Looks once for all that happens. */
static void look_around(struct iw_host *host, uint64_t now)
{
    if (!host->stirred)
        return;
    host->stirred = false;
    look_for_news(host);
    for (struct iw_connection *c = first_in(host, IW_CHAIN_PAUSED); c != NULL;
         c = c->behind[IW_CHAIN_PAUSED]) {
        if (c->conversation.deadline <= now)
            belong(host, c, IW_CHAIN_READY, true);
    }
}

static struct iw_action next_engine(struct iw_host *host, uint64_t now)
{
    struct iw_action action = {.kind = IW_ACTION_NONE};
    for (struct iw_connection *c; action.kind == IW_ACTION_NONE;) {
        if (first_in(host, IW_CHAIN_READY) == NULL)
            look_around(host, now);
        c = first_in(host, IW_CHAIN_READY);
        if (c == NULL)
            break;
        action = next_of(host, c, now);
        belong(host, c, IW_CHAIN_HEARS, iw_engine_session_hears(&c->conversation.session));
        belong(host, c, IW_CHAIN_PAUSED, c->conversation.deadline != UINT64_MAX);
        belong(host, c, IW_CHAIN_READY, action.kind != IW_ACTION_NONE);
        host->stirred = host->stirred || action.kind != IW_ACTION_NONE;
    }
    return action;
}

static struct iw_action next_play(struct iw_host *host, uint64_t now)
{
    struct iw_action action = iw_play_next(host->play, now);
    if (action.kind != IW_ACTION_DONE)
        return action;
    end_dialogue(host);
    return next_engine(host, now);
}

struct iw_action iw_host_next(struct iw_host *host, uint64_t now)
{
    move_time(host, now);
    struct iw_action action = next_engine(host, now);
    if (action.kind == IW_ACTION_NONE && host->play != NULL && !host->ended)
        action = next_play(host, now);
    note_action(host, &action, now);
    struct iw_connection *connection = find(host, action.conn);
    if (is_last(&action) && connection != NULL)
        iw_connections_remove(&host->connections, connection);
    return action;
}

uint64_t iw_host_deadline(const struct iw_host *host)
{
    uint64_t deadline =
        host->play == NULL || host->ended ? UINT64_MAX : iw_play_deadline(host->play);
    for (const struct iw_connection *c = first_in(host, IW_CHAIN_PAUSED); c != NULL;
         c = c->behind[IW_CHAIN_PAUSED]) {
        if (c->conversation.deadline < deadline)
            deadline = c->conversation.deadline;
    }
    return deadline;
}

bool iw_host_done(const struct iw_host *host)
{
    return host->ended;
}

/* ---- judging ---- */

static struct iw_finding say(enum iw_verdict verdict, struct iw_span text)
{
    return (struct iw_finding){.verdict = verdict, .text = text};
}

/* The rule that came nearest says what the client would have had to do. */
static struct iw_finding judge_idle_rules(struct iw_host *host)
{
    const struct iw_near_rule *near = &host->world.rules.near;
    struct iw_span received = iw_span_of(near->received);
    int length = snprintf(host->idle_rules, sizeof host->idle_rules,
                          "no rule came into play: the client never did what the scenario waits "
                          "for");
    if (near->rule == NULL)
        return say(IW_BLOCKED, iw_span_of(host->idle_rules));
    snprintf(host->idle_rules + length, sizeof host->idle_rules - (size_t)length,
             "; nearest: rule %zu, whose %s", (size_t)(near->rule - host->scenario->rules),
             near->text);
    return (struct iw_finding){
        .verdict = IW_BLOCKED,
        .place = near->rule->on_place,
        .step = near->rule->on.text,
        .expected = near->rule->on.text,
        .received = received.length > 0 ? received : iw_span(NULL, 0),
        .text = iw_span_of(host->idle_rules),
    };
}

static struct iw_finding judge(struct iw_host *host)
{
    const struct iw_finding *fault = &host->world.watch.finding;
    if (fault->verdict != IW_PASS)
        return *fault;
    if (host->options.scenario == NULL)
        return say(IW_PASS, IW_SPAN(""));
    if (host->connections.came == 0)
        return say(IW_TIMED_OUT, IW_SPAN("no client has connected"));
    if (host->play != NULL && host->play_started < host->play_conns)
        return say(IW_BLOCKED, IW_SPAN("the client has not come to where the dialogue begins"));
    if (host->play != NULL)
        return *iw_play_finding(host->play);
    if (host->scenario != NULL && host->scenario->rule_count > 0 && host->world.rules.fired == 0)
        return judge_idle_rules(host);
    return iw_watch_judge(&host->world.watch);
}

const struct iw_finding *iw_host_finding(struct iw_host *host)
{
    host->finding = judge(host);
    return &host->finding;
}

size_t iw_host_connections(const struct iw_host *host)
{
    return host->connections.came;
}

size_t iw_host_open(const struct iw_host *host)
{
    return host->connections.open;
}

static struct iw_host_visitor describe(const struct iw_connection *connection)
{
    const struct iw_engine_session *session = &connection->conversation.session;
    const struct iw_mailbox *mailbox = session->view.mailbox;
    const char *state = session->state == IW_ENGINE_NOT_AUTHENTICATED ? "not authenticated"
                        : session->state == IW_ENGINE_AUTHENTICATED   ? "authenticated"
                        : session->state == IW_ENGINE_SELECTED        ? "selected"
                                                                      : "logout";
    return (struct iw_host_visitor){.number = connection->number,
                                    .state = state,
                                    .user = session->user == NULL ? iw_span(NULL, 0)
                                                                  : session->user->name,
                                    .mailbox = mailbox == NULL ? iw_span(NULL, 0) : mailbox->name,
                                    .secure = session->secure,
                                    .dialogue = connection->road == IW_ROAD_DIALOGUE};
}

void iw_host_each(const struct iw_host *host, void *context,
                  void (*visit)(void *context, const struct iw_host_visitor *visitor))
{
    const struct iw_connections *all = &host->connections;
    for (const struct iw_connection *c = NULL; (c = iw_connections_next(all, c)) != NULL;) {
        const struct iw_host_visitor visitor = describe(c);
        visit(context, &visitor);
    }
}

size_t iw_host_commands(const struct iw_host *host)
{
    return host->world.commands;
}

struct iw_span iw_host_user(const struct iw_host *host)
{
    return host->world.engine.store.first_user->name;
}

struct iw_span iw_host_password(const struct iw_host *host)
{
    return host->world.engine.store.first_user->password;
}
