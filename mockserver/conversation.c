/* SPDX-License-Identifier: MIT */
#include "mockserver/conversation.h"

enum {
    TURN_ARENA = 256 << 20,
    INBOX_CAP = 80 << 20,
    ANSWER_CAP = 128 << 20,
    TAGS_CAP = 64 << 10,
    WORD_CAP = 4 << 10,
    KEPT = 64 << 10 /* memory that is larger is given back when the client has come to rest */
};

static const struct iw_limits command_limits = {.line = 64 << 10,
                                                .literal = 64 << 20,
                                                .frame = 72 << 20,
                                                .literals = 1000,
                                                .values = 64 << 20,
                                                .items = 100000,
                                                .depth = 50};

/* ---- life ---- */

bool iw_conversation_world_init(struct iw_conversation_world *world,
                                const struct iw_scenario *scenario, struct iw_bindings *names,
                                struct iw_arena *arena, struct iw_error *error)
{
    world->scenario = scenario;
    return iw_rules_init(&world->rules, scenario, names, arena, error) == IW_OK &&
           iw_watch_init(&world->watch, scenario, names, arena, error) == IW_OK;
}

void iw_conversation_note(struct iw_conversation_world *world, unsigned conn, char who,
                          struct iw_span octets, uint64_t now)
{
    if (world->transcript != NULL)
        iw_transcript_add(world->transcript, now - world->began, conn, who, octets);
}

void iw_conversation_init(struct iw_conversation *conversation, struct iw_conversation_world *world,
                          unsigned number, bool secure)
{
    *conversation =
        (struct iw_conversation){.world = world, .number = number, .deadline = UINT64_MAX};
    iw_engine_session_init(&conversation->session, &world->engine, secure);
    iw_framer_init(&conversation->framer, IW_FRAME_COMMANDS, &command_limits, NULL);
    iw_arena_init(&conversation->arena, NULL, TURN_ARENA);
    iw_buf_init(&conversation->inbox, NULL, INBOX_CAP);
    iw_buf_init(&conversation->lent, NULL, INBOX_CAP);
    iw_buf_init(&conversation->answer, NULL, ANSWER_CAP);
    iw_buf_init(&conversation->going, NULL, ANSWER_CAP);
    iw_buf_init(&conversation->tag, NULL, WORD_CAP);
    iw_buf_init(&conversation->name, NULL, WORD_CAP);
    iw_arena_init(&conversation->in_progress_arena, NULL, TURN_ARENA);
    iw_buf_init(&conversation->used_tags, NULL, TAGS_CAP);
}

void iw_conversation_release(struct iw_conversation *conversation)
{
    conversation->world->held -= conversation->held;
    if (conversation->playing)
        iw_emit_release(&conversation->firing.emit);
    iw_engine_session_release(&conversation->session);
    iw_framer_release(&conversation->framer);
    iw_arena_release(&conversation->arena);
    iw_buf_release(&conversation->inbox);
    iw_buf_release(&conversation->lent);
    iw_buf_release(&conversation->answer);
    iw_buf_release(&conversation->going);
    iw_buf_release(&conversation->tag);
    iw_buf_release(&conversation->name);
    iw_arena_release(&conversation->in_progress_arena);
    iw_buf_release(&conversation->used_tags);
}

/* ---- for the parts ---- */

void iw_conversation_give_up(struct iw_conversation *conversation, const struct iw_place *place,
                             const char *why)
{
    iw_watch_fault(&conversation->world->watch, IW_BLOCKED, place, iw_span(NULL, 0),
                   iw_span(NULL, 0), why);
    conversation->session.closes = true;
}

static struct iw_span user_of(const struct iw_engine_session *session)
{
    return session->user == NULL ? iw_span(NULL, 0) : session->user->name;
}

struct iw_rule_scene iw_conversation_scene(const struct iw_conversation *conversation)
{
    return (struct iw_rule_scene){.conn = conversation->number,
                                  .user = user_of(&conversation->session),
                                  .during = &conversation->in_progress};
}

/* ---- events ---- */

void iw_conversation_accept(struct iw_conversation *conversation, bool tls_port)
{
    conversation->tls_port = tls_port;
    iw_turn_begin_event(conversation, IW_TURN_ACCEPT, IW_ON_ACCEPT);
}

void iw_conversation_open(struct iw_conversation *conversation)
{
    conversation->greeted = true;
    iw_turn_begin_event(conversation, IW_TURN_GREETING, IW_ON_CONNECT);
}

void iw_conversation_resume(struct iw_conversation *conversation, bool selected)
{
    conversation->accepted = true;
    conversation->greeted = true;
    conversation->hand_over = 0;
    if (conversation->session.state == IW_ENGINE_NOT_AUTHENTICATED)
        iw_engine_session_admit(&conversation->session);
    if (selected && conversation->session.view.mailbox == NULL)
        iw_engine_session_open_first(&conversation->session);
}

/* Counts what is held of what the client has sent. */
static void weigh(struct iw_conversation *conversation)
{
    struct iw_conversation_world *world = conversation->world;
    world->held -= conversation->held;
    conversation->held = conversation->inbox.length + conversation->lent.length +
                         conversation->framer.pending.length;
    world->held += conversation->held;
}

void iw_conversation_received(struct iw_conversation *conversation, struct iw_span octets)
{
    struct iw_conversation_world *world = conversation->world;
    iw_turn_overhear(conversation);
    iw_buf_add(&conversation->inbox, octets);
    weigh(conversation);
    if (conversation->inbox.failed || world->held > world->held_max)
        conversation->session.closes = true;
}

static void drop_rest(struct iw_conversation *conversation)
{
    if (conversation->asking)
        iw_framer_refuse(&conversation->framer);
    conversation->asking = false;
    iw_framer_take_rest(&conversation->framer);
    iw_buf_clear(&conversation->inbox);
    iw_buf_clear(&conversation->lent);
    conversation->fed = false;
}

/* What came in clear behind STARTTLS is not part of the protected stream (RFC 9051 §11.1). */
void iw_conversation_secured(struct iw_conversation *conversation)
{
    iw_engine_session_secured(&conversation->session);
    conversation->securing = false;
    drop_rest(conversation);
}

void iw_conversation_rest(struct iw_conversation *conversation, struct iw_buf *rest)
{
    if (conversation->fed)
        iw_buf_add(rest, iw_framer_take_rest(&conversation->framer));
    conversation->fed = false;
    iw_buf_add(rest, iw_buf_span(&conversation->inbox));
    iw_buf_clear(&conversation->inbox);
}

/* ---- what comes in ---- */

static void trim(struct iw_buf *buf)
{
    size_t cap = buf->cap;
    if (buf->capacity <= KEPT)
        return;
    iw_buf_release(buf);
    iw_buf_init(buf, NULL, cap);
}

/* Nothing is to be done: a large command leaves no large memory behind. */
static void give_back(struct iw_conversation *conversation)
{
    iw_buf_clear(&conversation->lent);
    trim(&conversation->inbox);
    trim(&conversation->lent);
    trim(&conversation->answer);
    trim(&conversation->going);
    if (conversation->arena.held > KEPT) {
        iw_arena_release(&conversation->arena);
        iw_arena_init(&conversation->arena, NULL, TURN_ARENA);
    }
    if (conversation->framer.pending.capacity > KEPT && !conversation->line_expected &&
        iw_framer_held(&conversation->framer) == 0) {
        iw_framer_release(&conversation->framer);
        iw_framer_init(&conversation->framer, IW_FRAME_COMMANDS, &command_limits, NULL);
    }
}

/* Begins a turn with what has come. False: nothing whole is there. */
static bool take_frame(struct iw_conversation *conversation)
{
    struct iw_error error = {0};
    struct iw_frame frame;
    if (!iw_turn_end_ask(conversation))
        return false;
    if (!conversation->fed) {
        if (conversation->inbox.length == 0) {
            give_back(conversation);
            return false;
        }
        struct iw_buf lent = conversation->lent;
        conversation->lent = conversation->inbox;
        conversation->inbox = lent;
        iw_buf_clear(&conversation->inbox);
        iw_framer_feed(&conversation->framer, iw_buf_span(&conversation->lent));
        conversation->fed = true;
    }
    if (conversation->session.wants_line && !conversation->line_expected) {
        iw_framer_expect_line(&conversation->framer);
        conversation->line_expected = true;
    }
    enum iw_result result = iw_framer_next(&conversation->framer, &frame, &error);
    if (result == IW_OK) {
        iw_turn_begin_frame(conversation, &frame);
    } else if (result == IW_MORE) {
        conversation->fed = false;
    } else if (result == IW_LIMIT) {
        iw_turn_begin_excess(conversation);
    } else {
        conversation->session.closes = true;
    }
    return true;
}

/* ---- what goes out ---- */

static struct iw_action write_out(struct iw_conversation *conversation, struct iw_span octets,
                                  uint64_t now)
{
    iw_conversation_note(conversation->world, conversation->number, 'S', octets, now);
    return (struct iw_action){
        .kind = IW_ACTION_WRITE, .conn = conversation->number, .octets = octets};
}

/* On a port for TLS all that has come is TLS already. */
static struct iw_span take_early(struct iw_conversation *conversation)
{
    if (conversation->greeted)
        return iw_span(NULL, 0);
    iw_buf_clear(&conversation->lent);
    iw_buf_add(&conversation->lent, iw_buf_span(&conversation->inbox));
    iw_buf_clear(&conversation->inbox);
    return iw_buf_span(&conversation->lent);
}

static struct iw_action start_tls(struct iw_conversation *conversation)
{
    struct iw_span early = take_early(conversation);
    conversation->session.starts_tls = false;
    conversation->did_tls = true;
    conversation->securing = true;
    return (struct iw_action){.kind = IW_ACTION_TLS, .conn = conversation->number, .octets = early};
}

/* What came behind COMPRESS before its answer was not compressed, and is no part of the stream
 * either (RFC 4978 §3). */
static struct iw_action start_deflate(struct iw_conversation *conversation)
{
    conversation->session.starts_deflate = false;
    conversation->session.compressed = true;
    drop_rest(conversation);
    return (struct iw_action){.kind = IW_ACTION_COMPRESS, .conn = conversation->number};
}

static struct iw_action close_down(struct iw_conversation *conversation, enum iw_close how)
{
    iw_turn_end_ask(conversation);
    iw_engine_session_abandon(&conversation->session);
    conversation->session.closes = false;
    conversation->mute = !iw_close_ends(how);
    conversation->gone = !conversation->mute;
    conversation->jobs = (struct iw_jobs){0};
    return (struct iw_action){.kind = IW_ACTION_CLOSE, .conn = conversation->number, .how = how};
}

/* One step of the rule being played. True: action has to be done, or nothing before its pause is
 * over. */
static bool step_play(struct iw_conversation *conversation, uint64_t now, struct iw_action *action)
{
    struct iw_error error = {0};
    struct iw_act act = iw_emit_next(&conversation->firing.emit, now, &error);
    switch (act.kind) {
    case IW_ACT_WRITE:
        *action = write_out(conversation, act.octets, now);
        return true;
    case IW_ACT_WAIT:
        conversation->deadline = act.until;
        return true;
    case IW_ACT_CLOSE:
        iw_firing_end(conversation);
        *action = close_down(conversation, act.how);
        return true;
    case IW_ACT_TLS:
        *action = start_tls(conversation);
        return true;
    case IW_ACT_COMPRESS:
        *action = start_deflate(conversation);
        return true;
    case IW_ACT_TCP:
        *action = (struct iw_action){.kind = IW_ACTION_TCP,
                                     .conn = conversation->number,
                                     .how = act.how,
                                     .passage = act.passage};
        return true;
    case IW_ACT_END:
        iw_firing_end(conversation);
        return false;
    case IW_ACT_WORLD:
        if (iw_firing_change_world(&conversation->firing, &act, &error))
            return false;
        iw_firing_end(conversation);
        iw_firing_fail(conversation, &act, &error);
        return false;
    default:
        iw_firing_end(conversation);
        iw_firing_fail(conversation, &act, &error);
        return false;
    }
}

static bool next_job(struct iw_conversation *conversation, uint64_t now, struct iw_action *action)
{
    struct iw_job *job = iw_jobs_take(&conversation->jobs);
    if (job->rule != NULL) {
        iw_firing_play(conversation, job->rule, &job->bindings, job->replaced);
        return false;
    }
    if (job->begin == job->end)
        return false;
    *action = write_out(conversation,
                        iw_span_part(iw_buf_span(&conversation->going), job->begin, job->end), now);
    return true;
}

static bool at_rest(const struct iw_conversation *conversation)
{
    return !conversation->playing && conversation->jobs.first == NULL && !conversation->securing &&
           !conversation->session.starts_tls && !conversation->session.starts_deflate &&
           !conversation->session.closes && !iw_engine_session_is_busy(&conversation->session);
}

bool iw_conversation_arrived(const struct iw_conversation *conversation)
{
    return conversation->accepted && !conversation->greeted && at_rest(conversation) &&
           !conversation->gone;
}

bool iw_conversation_reached(const struct iw_conversation *conversation)
{
    return conversation->greeted && at_rest(conversation) && !conversation->gone &&
           !conversation->session.wants_line &&
           (conversation->session.state & conversation->hand_over) != 0;
}

static struct iw_action next_action(struct iw_conversation *conversation, uint64_t now)
{
    struct iw_action action = {.kind = IW_ACTION_NONE, .conn = conversation->number};
    conversation->now = now;
    conversation->deadline = UINT64_MAX;
    while (conversation->accepted && !conversation->gone && !conversation->securing) {
        if (conversation->playing) {
            if (step_play(conversation, now, &action))
                break;
        } else if (conversation->jobs.first != NULL) {
            if (next_job(conversation, now, &action))
                break;
        } else if (iw_engine_session_is_busy(&conversation->session)) {
            iw_turn_go_on(conversation);
            if (conversation->answer.length == 0) {
                conversation->deadline = now; /* others have their turn in between */
                break;
            }
        } else if (conversation->session.starts_tls) {
            return start_tls(conversation);
        } else if (conversation->session.starts_deflate) {
            return start_deflate(conversation);
        } else if (conversation->session.closes && !conversation->mute) {
            return close_down(conversation, IW_CLOSE_FIN);
        } else if (!conversation->greeted) {
            break;
        } else if (iw_engine_session_has_news(&conversation->session) && !conversation->mute) {
            iw_turn_begin_news(conversation);
        } else if (iw_conversation_reached(conversation) || !take_frame(conversation)) {
            break;
        }
    }
    return action;
}

struct iw_action iw_conversation_next(struct iw_conversation *conversation, uint64_t now)
{
    struct iw_action action = next_action(conversation, now);
    weigh(conversation);
    return action;
}
