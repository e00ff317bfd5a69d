/* SPDX-License-Identifier: MIT */
#include "mockserver/conversation.h"

#include "mockserver/given.h"

#include <stdio.h>
#include <string.h>

enum {
    TURN_ARENA = 256 << 20,
    INBOX_CAP = 80 << 20,
    ANSWER_CAP = 128 << 20,
    TAGS_CAP = 64 << 10,
    WORD_CAP = 4 << 10,
    KEPT = 64 << 10 /* memory that is larger is given back when the client has come to rest */
};

/* Something of a turn that still has to go out. */
struct iw_conversation_job {
    size_t begin, end;          /* octets of going, sent as they are; or: */
    const struct iw_rule *rule; /* that is played; NULL: none */
    struct iw_span replaced;    /* instead of this response line */
    struct iw_bindings bindings;
    struct iw_conversation_job *next;
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
    iw_buf_release(&conversation->used_tags);
}

/* The scenario cannot be played on: that is no fault of the client. */
static void give_up(struct iw_conversation *conversation, const struct iw_place *place,
                    const char *why)
{
    iw_watch_fault(&conversation->world->watch, IW_BLOCKED, place, iw_span(NULL, 0),
                   iw_span(NULL, 0), why);
    conversation->session.closes = true;
}

/* ---- what the engine says ---- */

/* A command that the grammar does not allow: BAD, with its tag if it has one (RFC 9051 §7.1.3). */
static void refuse(const struct iw_conversation *conversation, struct iw_buf *out)
{
    const struct iw_error *error = &conversation->syntax;
    if (conversation->tag.length == 0)
        iw_buf_add_char(out, '*');
    else
        iw_buf_add(out, iw_buf_span(&conversation->tag));
    iw_buf_addf(out, " BAD octet %zu: expected %s\r\n", error->offset,
                error->expected == NULL ? "something else" : error->expected);
}

/* The first piece of its answer to the turn, or the next one. */
static void serve(struct iw_conversation *conversation, struct iw_buf *out)
{
    struct iw_engine_session *session = &conversation->session;
    if (iw_engine_session_is_busy(session)) {
        iw_engine_session_go_on(session, out);
        return;
    }
    switch (conversation->turn) {
    case IW_TURN_ACCEPT:
        session->starts_tls = conversation->tls_port;
        break;
    case IW_TURN_GREETING:
        iw_engine_session_greet(session, out);
        break;
    case IW_TURN_COMMAND:
        if (conversation->syntax.code == IW_OK)
            iw_engine_session_answer(session, &conversation->command, out);
        else
            refuse(conversation, out);
        break;
    case IW_TURN_LINE:
        iw_engine_session_line(session, conversation->line, out);
        break;
    case IW_TURN_ASK:
        iw_buf_add_string(out, "+ go ahead\r\n");
        break;
    case IW_TURN_NEWS:
        iw_engine_session_tell(session, out);
        break;
    }
}

/* All of the answer; false: it is too large for one piece. */
static bool finish_serving(struct iw_conversation *conversation, struct iw_buf *out)
{
    while (iw_engine_session_is_busy(&conversation->session) && !out->failed)
        iw_engine_session_go_on(&conversation->session, out);
    return !out->failed;
}

static bool serve_whole(struct iw_conversation *conversation, struct iw_buf *out)
{
    serve(conversation, out);
    return finish_serving(conversation, out);
}

/* The engine acts on another command than the client's, under its tag. */
static bool act_on(struct iw_conversation *conversation, struct iw_span text, struct iw_buf *out)
{
    struct iw_buf line;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_command command;
    struct iw_error error = {0};
    iw_buf_init(&line, NULL, INBOX_CAP);
    iw_buf_add(&line, iw_buf_span(&conversation->tag));
    iw_buf_add_char(&line, ' ');
    iw_buf_add(&line, text);
    iw_buf_add_string(&line, "\r\n");
    iw_framer_init(&framer, IW_FRAME_COMMANDS, &command_limits, NULL);
    iw_framer_feed(&framer, iw_buf_span(&line));
    bool read = iw_framer_next(&framer, &frame, &error) == IW_OK && frame.kind == IW_FRAME_WHOLE &&
                iw_parse_command(&frame, &conversation->arena, &command_limits, NULL, &command,
                                 &error) == IW_OK;
    if (read) {
        iw_engine_session_answer(&conversation->session, &command, out);
        read = finish_serving(conversation, out);
    }
    iw_framer_release(&framer);
    iw_buf_release(&line);
    return read;
}

bool iw_conversation_aside(struct iw_conversation *conversation, const struct iw_frame *frame,
                           struct iw_buf *answer)
{
    struct iw_engine_session *session = &conversation->session;
    struct iw_command command;
    struct iw_error error = {0};
    iw_arena_reset(&conversation->arena);
    if (iw_parse_command(frame, &conversation->arena, &command_limits, NULL, &command, &error) !=
        IW_OK)
        return false;
    iw_engine_session_answer(session, &command, answer);
    bool whole = finish_serving(conversation, answer) && !session->wants_line &&
                 !session->starts_tls && !session->starts_deflate;
    iw_engine_session_abandon(session);
    session->starts_tls = false;
    session->starts_deflate = false;
    session->closes = false;
    return whole;
}

/* What it says to the command itself, when it is done, is for the dialogue to say. */
enum iw_result iw_conversation_prove(struct iw_conversation *conversation, struct iw_span line,
                                     struct iw_buf *answer)
{
    struct iw_engine_session *session = &conversation->session;
    struct iw_buf said;
    iw_buf_init(&said, NULL, ANSWER_CAP);
    if (session->wants_line) {
        iw_engine_session_line(session, line, &said);
    } else {
        iw_arena_reset(&conversation->arena);
        iw_engine_session_log_out(session);
        iw_buf_clear(&conversation->tag);
        iw_buf_add_char(&conversation->tag, 'x');
        act_on(conversation, line, &said);
    }
    enum iw_result result = session->wants_line     ? IW_MORE
                            : session->user != NULL ? IW_OK
                                                    : IW_SYSTEM;
    if (result == IW_MORE)
        iw_buf_add(answer, iw_buf_span(&said));
    iw_buf_release(&said);
    return result;
}

/* ---- rules ---- */

static struct iw_span user_of(const struct iw_engine_session *session)
{
    return session->user == NULL ? iw_span(NULL, 0) : session->user->name;
}

static struct iw_rule_scene scene_of(const struct iw_conversation *conversation)
{
    return (struct iw_rule_scene){.conn = conversation->number,
                                  .user = user_of(&conversation->session),
                                  .during = iw_buf_span(&conversation->name)};
}

static void run_firing(struct iw_firing *firing, struct iw_buf *out);

/* Walks over whole responses. False: none is left. */
static bool next_response(struct iw_framer *framer, struct iw_span whole, size_t *at,
                          struct iw_frame *frame, struct iw_span *octets)
{
    struct iw_error error = {0};
    if (*at == whole.length)
        return false;
    if (iw_framer_next(framer, frame, &error) != IW_OK)
        frame->bytes = iw_span_part(whole, *at, whole.length);
    *octets = iw_span_part(whole, *at, *at + frame->bytes.length);
    *at += octets->length;
    return true;
}

static const struct iw_rule *find_response_rule(struct iw_conversation *conversation,
                                                const struct iw_frame *frame,
                                                struct iw_bindings *bindings)
{
    struct iw_rule_scene scene = scene_of(conversation);
    struct iw_seen seen;
    iw_seen_make(frame, IW_SIDE_SERVER, &conversation->arena, &seen);
    return iw_rules_find(&conversation->world->rules, IW_SIDE_SERVER, &seen, &scene,
                         &conversation->arena, bindings);
}

/* The line with what the rule changes; the line itself when that cannot be done. */
static struct iw_span change_line(struct iw_conversation *conversation, const struct iw_rule *rule,
                                  struct iw_bindings *bindings, struct iw_span line)
{
    struct iw_error error = {0};
    struct iw_buf changed;
    iw_buf_init(&changed, NULL, ANSWER_CAP);
    struct iw_span result = line;
    if (iw_rules_change(&conversation->world->rules, rule, line, bindings, &changed, &error) ==
        IW_OK)
        result = iw_arena_copy(&conversation->arena, iw_buf_span(&changed));
    else
        give_up(conversation, &rule->place, error.detail);
    iw_buf_release(&changed);
    return result;
}

static struct iw_conversation_job *add_job(struct iw_conversation *conversation)
{
    struct iw_conversation_job *job = iw_arena_get(&conversation->arena, sizeof *job);
    if (job == NULL)
        give_up(conversation, NULL, "out of memory");
    else if (conversation->last_job == NULL)
        conversation->first_job = job;
    else
        conversation->last_job->next = job;
    if (job != NULL)
        conversation->last_job = job;
    return job;
}

/* What was added to going behind begin is sent, with what stands before it: one write a turn. */
static void send_going(struct iw_conversation *conversation, size_t begin)
{
    struct iw_conversation_job *job = conversation->last_job;
    if (conversation->going.failed) {
        give_up(conversation, NULL, "the answer is too large");
        return;
    }
    if (job == NULL || job->rule != NULL) {
        job = add_job(conversation);
        if (job == NULL)
            return;
        job->begin = begin;
    }
    job->end = conversation->going.length;
}

/* A play that is only lines takes no time. */
static bool is_instant(const struct iw_rule *rule)
{
    for (size_t i = 0; i < rule->play.count; i++) {
        enum iw_step_kind kind = rule->play.items[i].kind;
        if (kind != IW_STEP_LINE && kind != IW_STEP_ENGINE)
            return false;
    }
    return true;
}

static void offer_one(struct iw_conversation *conversation, const struct iw_frame *frame,
                      struct iw_span octets)
{
    struct iw_firing firing = {.conversation = conversation, .replaced = octets};
    size_t begin = conversation->going.length;
    firing.rule = find_response_rule(conversation, frame, &firing.bindings);
    if (firing.rule != NULL && firing.rule->has_play && !is_instant(firing.rule)) {
        struct iw_conversation_job *job = add_job(conversation);
        if (job != NULL) {
            job->rule = firing.rule;
            job->bindings = firing.bindings;
            job->replaced = octets;
        }
        return;
    }
    if (firing.rule == NULL)
        iw_buf_add(&conversation->going, octets);
    else if (firing.rule->has_play)
        run_firing(&firing, &conversation->going);
    else
        iw_buf_add(&conversation->going,
                   change_line(conversation, firing.rule, &firing.bindings, octets));
    send_going(conversation, begin);
}

/* The engine's answer becomes jobs; each response line is offered to the rules. */
static void send_answer(struct iw_conversation *conversation)
{
    struct iw_span whole = iw_buf_span(&conversation->answer);
    struct iw_framer framer;
    struct iw_frame frame = {0};
    struct iw_span octets;
    size_t at = 0;
    if (conversation->answer.failed) {
        give_up(conversation, NULL, "the answer is too large");
        return;
    }
    if (!conversation->world->rules.on_responses) {
        iw_buf_add(&conversation->going, whole);
        send_going(conversation, 0);
        return;
    }
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&framer, whole);
    while (next_response(&framer, whole, &at, &frame, &octets))
        offer_one(conversation, &frame, octets);
    iw_framer_release(&framer);
}

/* ---- playing a rule ---- */

static bool give_tag(void *context, const struct iw_line *line, struct iw_span *tag)
{
    const struct iw_firing *firing = context;
    (void)line;
    *tag = iw_buf_span(&firing->conversation->tag);
    return tag->length > 0;
}

/* Inside a rule's answer to a command the response lines are offered too, but in one piece: a rule
 * on them acts at once, without its pauses. */
static void offer_flat(struct iw_conversation *conversation, struct iw_span whole,
                       struct iw_buf *out)
{
    struct iw_framer framer;
    struct iw_frame frame = {0};
    struct iw_span octets;
    size_t at = 0;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&framer, whole);
    while (next_response(&framer, whole, &at, &frame, &octets)) {
        struct iw_firing firing = {.conversation = conversation, .replaced = octets};
        firing.rule = find_response_rule(conversation, &frame, &firing.bindings);
        if (firing.rule == NULL)
            iw_buf_add(out, octets);
        else if (firing.rule->has_play)
            run_firing(&firing, out);
        else
            iw_buf_add(out, change_line(conversation, firing.rule, &firing.bindings, octets));
    }
    iw_framer_release(&framer);
}

static bool act_engine(void *context, struct iw_span command, struct iw_buf *out)
{
    struct iw_firing *firing = context;
    struct iw_conversation *conversation = firing->conversation;
    bool acted = true;
    if (firing->replaced.data != NULL && command.data == NULL) {
        iw_buf_add(out, firing->replaced);
        return true;
    }
    struct iw_buf answer;
    iw_buf_init(&answer, NULL, ANSWER_CAP);
    if (command.data != NULL)
        acted = act_on(conversation, command, &answer);
    else
        acted = serve_whole(conversation, &answer);
    conversation->engine_acted = true;
    if (firing->replaced.data != NULL || !conversation->world->rules.on_responses)
        iw_buf_add(out, iw_buf_span(&answer));
    else
        offer_flat(conversation, iw_buf_span(&answer), out);
    acted = acted && !answer.failed;
    iw_buf_release(&answer);
    return acted;
}

/* Notes what the client is told, so that the engine's state goes along with it. */
static void note_line(void *context, const struct iw_line *line, const struct iw_filled *filled)
{
    const struct iw_firing *firing = context;
    struct iw_conversation *conversation = firing->conversation;
    struct iw_span text = filled->octets;
    struct iw_span tag = iw_buf_span(&conversation->tag);
    bool tagged = line->mark != IW_MARK_EXACT;
    if (!tagged && tag.length > 0 && iw_span_starts(text, tag)) {
        text = iw_span_part(text, tag.length + 1, text.length);
        tagged = true;
    }
    bool instead = firing->replaced.data != NULL && conversation->syntax.code == IW_OK;
    if (tagged && iw_span_starts_nocase(text, IW_SPAN("OK")))
        conversation->told_ok = true;
    if (tagged && instead &&
        (iw_span_starts_nocase(text, IW_SPAN("NO")) || iw_span_starts_nocase(text, IW_SPAN("BAD"))))
        iw_engine_session_take_back(&conversation->session, conversation->command.kind);
    if (iw_span_starts(text, IW_SPAN("+")))
        conversation->told_ask = true;
    if (iw_span_starts_nocase(text, IW_SPAN("* PREAUTH")))
        iw_engine_session_admit(&conversation->session);
}

static void begin_firing(struct iw_firing *firing)
{
    struct iw_conversation *conversation = firing->conversation;
    const struct iw_emit_options options = {
        .side = IW_SIDE_SERVER,
        .scenario = conversation->world->scenario,
        .bindings = &firing->bindings,
        .arena = &conversation->arena,
        .random = &conversation->world->random,
        .calls = {.tag = give_tag, .engine = act_engine, .line = note_line, .context = firing},
    };
    iw_emit_init(&firing->emit, &options, firing->rule->play);
}

static void fail_firing(struct iw_conversation *conversation, const struct iw_act *act,
                        const struct iw_error *error)
{
    char why[300];
    const char *text = error->detail[0] != '\0' ? error->detail : error->expected;
    snprintf(why, sizeof why, "the rule cannot be played: %s",
             text == NULL ? iw_result_name(error->code) : text);
    give_up(conversation, act->step == NULL ? NULL : &act->step->place, why);
}

static bool change_world(struct iw_firing *firing, const struct iw_act *act, struct iw_error *error)
{
    struct iw_conversation *conversation = firing->conversation;
    struct iw_conversation_world *world = conversation->world;
    return iw_given_change(&world->engine, world->scenario, &act->step->world, &firing->bindings,
                           &conversation->arena, error) == IW_OK;
}

/* Plays all of it into out, without pauses; a close ends it and the conversation. */
static void run_firing(struct iw_firing *firing, struct iw_buf *out)
{
    struct iw_error error = {0};
    uint64_t now = 0;
    bool on = true;
    begin_firing(firing);
    while (on) {
        struct iw_act act = iw_emit_next(&firing->emit, now, &error);
        if (act.kind == IW_ACT_WRITE)
            iw_buf_add(out, act.octets);
        else if (act.kind == IW_ACT_WAIT)
            now = act.until;
        else if (act.kind == IW_ACT_CLOSE)
            firing->conversation->session.closes = true;
        bool changed = act.kind == IW_ACT_WORLD && change_world(firing, &act, &error);
        on = act.kind == IW_ACT_WRITE || act.kind == IW_ACT_WAIT || changed;
        if (!on && act.kind != IW_ACT_CLOSE && act.kind != IW_ACT_END)
            fail_firing(firing->conversation, &act, &error);
    }
    iw_emit_release(&firing->emit);
}

static void play_rule(struct iw_conversation *conversation, const struct iw_rule *rule,
                      const struct iw_bindings *bindings, struct iw_span replaced)
{
    conversation->firing = (struct iw_firing){
        .conversation = conversation, .rule = rule, .bindings = *bindings, .replaced = replaced};
    conversation->playing = true;
    begin_firing(&conversation->firing);
}

/* A rule has answered in the engine's place: where it said OK or "+", the engine's state follows,
 * without a word. */
static void follow_answer(struct iw_conversation *conversation)
{
    struct iw_engine_session *session = &conversation->session;
    struct iw_buf unsaid;
    if (conversation->engine_acted || (!conversation->told_ok && !conversation->told_ask))
        return;
    if (conversation->told_ok && (conversation->command.kind == IW_COMMAND_LOGIN ||
                                  conversation->command.kind == IW_COMMAND_AUTHENTICATE)) {
        iw_engine_session_admit(session);
        return;
    }
    iw_buf_init(&unsaid, NULL, ANSWER_CAP);
    serve_whole(conversation, &unsaid);
    iw_buf_release(&unsaid);
    if (conversation->told_ok || iw_engine_session_is_busy(session))
        iw_engine_session_abandon(session);
    session->starts_tls = false;
    session->starts_deflate = false;
    session->closes = false;
}

static void end_play(struct iw_conversation *conversation)
{
    iw_emit_release(&conversation->firing.emit);
    conversation->playing = false;
    if (conversation->firing.replaced.data == NULL && conversation->turn > IW_TURN_GREETING)
        follow_answer(conversation);
    if (conversation->did_tls)
        conversation->session.starts_tls = false;
}

/* ---- turns ---- */

static void begin_turn(struct iw_conversation *conversation, enum iw_turn turn)
{
    iw_arena_reset(&conversation->arena);
    iw_buf_clear(&conversation->answer);
    iw_buf_clear(&conversation->going);
    conversation->first_job = NULL;
    conversation->last_job = NULL;
    conversation->turn = turn;
    conversation->engine_acted = false;
    conversation->told_ok = false;
    conversation->told_ask = false;
    conversation->did_tls = false;
}

static void answer_turn(struct iw_conversation *conversation, const struct iw_rule *rule,
                        const struct iw_bindings *bindings)
{
    if (conversation->mute)
        return;
    if (rule != NULL && rule->has_play) {
        play_rule(conversation, rule, bindings, iw_span(NULL, 0));
        return;
    }
    serve(conversation, &conversation->answer);
    send_answer(conversation);
}

static void begin_event(struct iw_conversation *conversation, enum iw_turn turn,
                        enum iw_rule_event event)
{
    struct iw_rule_scene scene = scene_of(conversation);
    struct iw_bindings bindings;
    begin_turn(conversation, turn);
    conversation->accepted = true;
    const struct iw_rule *rule = iw_rules_find_event(&conversation->world->rules, event, &scene,
                                                     &conversation->arena, &bindings);
    answer_turn(conversation, rule, &bindings);
}

void iw_conversation_accept(struct iw_conversation *conversation, bool tls_port)
{
    conversation->tls_port = tls_port;
    begin_event(conversation, IW_TURN_ACCEPT, IW_ON_ACCEPT);
}

void iw_conversation_open(struct iw_conversation *conversation)
{
    conversation->greeted = true;
    begin_event(conversation, IW_TURN_GREETING, IW_ON_CONNECT);
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
    iw_buf_add(&conversation->inbox, octets);
    weigh(conversation);
    if (conversation->inbox.failed || world->held > world->held_max)
        conversation->session.closes = true;
}

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

static void drop_rest(struct iw_conversation *conversation)
{
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

static bool use_tag(struct iw_buf *used, struct iw_span tag)
{
    struct iw_span left = iw_buf_span(used);
    while (left.length > 0) {
        const char *end = memchr(left.data, '\n', left.length);
        size_t length = (size_t)(end - left.data);
        if (iw_span_equal(iw_span_part(left, 0, length), tag))
            return false;
        left = iw_span_part(left, length + 1, left.length);
    }
    if (used->length + tag.length + 1 > TAGS_CAP)
        iw_buf_clear(used); /* so many tags ago may be used again */
    iw_buf_add(used, tag);
    iw_buf_add_char(used, '\n');
    return true;
}

static void begin_command(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    struct iw_conversation_world *world = conversation->world;
    struct iw_rule_scene scene = scene_of(conversation);
    struct iw_bindings bindings;
    struct iw_seen seen;
    begin_turn(conversation, IW_TURN_COMMAND);
    conversation->frame = *frame;
    conversation->syntax = (struct iw_error){0};
    enum iw_result parsed = iw_parse_command(frame, &conversation->arena, &command_limits, NULL,
                                             &conversation->command, &conversation->syntax);
    if (parsed != IW_OK) {
        conversation->syntax.code = parsed;
        conversation->command = (struct iw_command){.kind = IW_COMMAND_OTHER};
    }
    iw_seen_make(frame, IW_SIDE_CLIENT, &conversation->arena, &seen);
    iw_buf_clear(&conversation->tag);
    iw_buf_clear(&conversation->name);
    if (parsed != IW_SYNTAX || conversation->syntax.offset > seen.tag.length)
        iw_buf_add(&conversation->tag, seen.tag); /* the grammar allows it, and the space behind */
    iw_buf_add(&conversation->name, seen.name);
    scene.during = iw_buf_span(&conversation->name);
    world->commands++;
    if (world->log != NULL)
        iw_transcript_add(world->log, conversation->now - world->began, conversation->number, 'C',
                          frame->bytes);
    const struct iw_watched watched = {
        .seen = &seen,
        .syntax = parsed == IW_OK ? NULL : &conversation->syntax,
        .fresh_tag = use_tag(&conversation->used_tags, seen.tag),
        .fits = parsed != IW_OK ||
                iw_engine_session_fits(&conversation->session, &conversation->command),
        .troubled = world->rules.fired > 0};
    iw_watch_command(&world->watch, &watched);
    const struct iw_rule *rule = iw_rules_find(&world->rules, IW_SIDE_CLIENT, &seen, &scene,
                                               &conversation->arena, &bindings);
    answer_turn(conversation, rule, &bindings);
}

static void begin_line(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    struct iw_rule_scene scene = scene_of(conversation);
    struct iw_bindings bindings;
    struct iw_seen seen;
    begin_turn(conversation, IW_TURN_LINE);
    conversation->line_expected = false;
    iw_seen_make(frame, IW_SIDE_CLIENT, &conversation->arena, &seen);
    seen.readable = false; /* only exact octets are compared with it */
    seen.name = iw_span(NULL, 0);
    conversation->line = seen.octets;
    const struct iw_rule *rule = iw_rules_find(&conversation->world->rules, IW_SIDE_CLIENT, &seen,
                                               &scene, &conversation->arena, &bindings);
    answer_turn(conversation, rule, &bindings);
}

/* A command waits for leave to send a literal. It gets none for one that would not be kept
 * (RFC 9051 §4.3). */
static void begin_literal(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    const struct iw_literal *literal = &frame->literals[frame->literal_count - 1];
    const char *space = memchr(frame->bytes.data, ' ', frame->bytes.length);
    begin_turn(conversation, IW_TURN_ASK);
    if (literal->size <= command_limits.literal || space == NULL) {
        iw_framer_accept(&conversation->framer);
        answer_turn(conversation, NULL, NULL);
        return;
    }
    iw_buf_add(&conversation->going,
               iw_span(frame->bytes.data, (size_t)(space - frame->bytes.data)));
    iw_buf_add_string(&conversation->going, " NO [TOOBIG] that literal is too large\r\n");
    send_going(conversation, 0);
    iw_framer_refuse(&conversation->framer);
}

static void begin_frame(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    if (frame->kind == IW_FRAME_ASK) {
        begin_literal(conversation, frame);
    } else if (conversation->line_expected) {
        begin_line(conversation, frame);
    } else {
        begin_command(conversation, frame);
    }
}

/* Something has changed in the mailbox of a client that idles. */
static void begin_news(struct iw_conversation *conversation)
{
    begin_turn(conversation, IW_TURN_NEWS);
    answer_turn(conversation, NULL, NULL);
}

/* The next piece of an answer whose last one is out. */
static void continue_answer(struct iw_conversation *conversation)
{
    iw_buf_clear(&conversation->answer);
    iw_buf_clear(&conversation->going);
    answer_turn(conversation, NULL, NULL);
}

/* Begins a turn with what has come. False: nothing whole is there. */
static bool take_frame(struct iw_conversation *conversation)
{
    struct iw_error error = {0};
    struct iw_frame frame;
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
        begin_frame(conversation, &frame);
    } else if (result == IW_MORE) {
        conversation->fed = false;
    } else if (result == IW_LIMIT) {
        begin_turn(conversation, IW_TURN_COMMAND);
        iw_buf_add_string(&conversation->going, "* BAD that was too long\r\n");
        send_going(conversation, 0);
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
    iw_engine_session_abandon(&conversation->session);
    conversation->session.closes = false;
    conversation->mute = !iw_close_ends(how);
    conversation->gone = !conversation->mute;
    conversation->first_job = NULL;
    conversation->last_job = NULL;
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
        end_play(conversation);
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
        end_play(conversation);
        return false;
    case IW_ACT_WORLD:
        if (change_world(&conversation->firing, &act, &error))
            return false;
        end_play(conversation);
        fail_firing(conversation, &act, &error);
        return false;
    default:
        end_play(conversation);
        fail_firing(conversation, &act, &error);
        return false;
    }
}

static bool next_job(struct iw_conversation *conversation, uint64_t now, struct iw_action *action)
{
    struct iw_conversation_job *job = conversation->first_job;
    conversation->first_job = job->next;
    if (job->next == NULL)
        conversation->last_job = NULL;
    if (job->rule != NULL) {
        play_rule(conversation, job->rule, &job->bindings, job->replaced);
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
    return !conversation->playing && conversation->first_job == NULL && !conversation->securing &&
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
        } else if (conversation->first_job != NULL) {
            if (next_job(conversation, now, &action))
                break;
        } else if (iw_engine_session_is_busy(&conversation->session)) {
            continue_answer(conversation);
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
            begin_news(conversation);
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

void iw_conversation_rest(struct iw_conversation *conversation, struct iw_buf *rest)
{
    if (conversation->fed)
        iw_buf_add(rest, iw_framer_take_rest(&conversation->framer));
    conversation->fed = false;
    iw_buf_add(rest, iw_buf_span(&conversation->inbox));
    iw_buf_clear(&conversation->inbox);
}
