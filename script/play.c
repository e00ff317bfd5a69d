/* SPDX-License-Identifier: MIT */
#include "script/play.h"

#include "parser/write.h"
#include "script/playing.h"
#include "script/variant.h"

#include <stdio.h>
#include <string.h>

enum { MIB = 1 << 20, ARENA_MAX = 64 * MIB, WORK_MAX = 128 * MIB, ASIDE_MAX = 16 * MIB };

/* ---- life ---- */

struct iw_play *iw_play_new(const struct iw_scenario *scenario,
                            const struct iw_play_options *options)
{
    struct iw_play *play = iw_alloc_resize(options->alloc, NULL, sizeof *play);
    if (play == NULL)
        return NULL;
    memset(play, 0, sizeof *play);
    play->options = *options;
    play->scenario = scenario;
    play->began = UINT64_MAX;
    iw_random_seed(&play->random, options->seed);
    play->deadline = UINT64_MAX;
    if (play->options.step_ms == 0)
        play->options.step_ms = IW_STEP_MS;
    if (play->options.body_ms == 0)
        play->options.body_ms = play->options.step_ms;
    iw_arena_init(&play->arena, options->alloc, ARENA_MAX);
    iw_arena_init(&play->work, options->alloc, WORK_MAX);
    iw_buf_init(&play->aside, options->alloc, ASIDE_MAX);
    play->bindings.arena = &play->arena;
    play->bindings.scram = options->scram;
    bool client = options->side == IW_SIDE_CLIENT;
    for (size_t i = 0; i < IW_CONN_MAX; i++) {
        struct iw_play_conn *conn = &play->conns[i];
        iw_inbox_init(&conn->inbox, client ? IW_FRAME_RESPONSES : IW_FRAME_COMMANDS,
                      options->alloc);
        conn->end = &conn->first;
    }
    return play;
}

void iw_play_free(struct iw_play *play)
{
    if (play == NULL)
        return;
    iw_play_end_own(play);
    for (size_t i = 0; i < IW_CONN_MAX; i++)
        iw_inbox_release(&play->conns[i].inbox);
    iw_buf_release(&play->aside);
    iw_arena_release(&play->work);
    iw_arena_release(&play->arena);
    iw_alloc_free(play->options.alloc, play);
}

bool iw_play_bind(struct iw_play *play, const char *name, struct iw_span value)
{
    struct iw_buf raw;
    iw_buf_init(&raw, play->options.alloc, MIB);
    iw_write_astring(&raw, value);
    bool bound =
        !raw.failed && iw_bindings_set(&play->bindings, iw_span_of(name), iw_buf_span(&raw), value);
    iw_buf_release(&raw);
    return bound;
}

/* ---- what happens ---- */

static void begin_time(struct iw_play *play, uint64_t now)
{
    if (play->began == UINT64_MAX)
        play->began = now;
}

static void record(struct iw_play *play, unsigned conn, char who, struct iw_span octets,
                   uint64_t now)
{
    begin_time(play, now);
    if (play->options.transcript != NULL)
        iw_transcript_add(play->options.transcript, now - play->began, conn, who, octets);
}

void iw_play_note(struct iw_play *play, unsigned conn, const char *event, uint64_t now)
{
    record(play, conn, '-', iw_span_of(event), now);
}

void iw_play_opened(struct iw_play *play, unsigned conn, uint64_t now)
{
    if (conn >= IW_CONN_MAX)
        return;
    iw_play_note(play, conn, "connected", now);
    play->conns[conn].opened = true;
    bool waiting = play->state != IW_PLAY_OPENING && play->state != IW_PLAY_STEPPING;
    if (!play->any_opened && waiting) /* a server's time runs from the first connection on */
        iw_play_expect(play, play->state, now);
    play->any_opened = true;
}

void iw_play_received(struct iw_play *play, unsigned conn, struct iw_span octets, uint64_t now)
{
    if (conn >= IW_CONN_MAX)
        return;
    struct iw_play_conn *from = &play->conns[conn];
    record(play, conn, play->options.side == IW_SIDE_CLIENT ? 'S' : 'C', octets, now);
    bool wanted = !from->discarding && play->state != IW_PLAY_DONE;
    if (wanted && !iw_inbox_add(&from->inbox, octets))
        from->overflown = true;
}

void iw_play_rest(struct iw_play *play, unsigned conn, struct iw_buf *rest)
{
    if (conn >= IW_CONN_MAX)
        return;
    iw_inbox_rest(&play->conns[conn].inbox, rest);
    play->conns[conn].head = NULL;
}

void iw_play_closed(struct iw_play *play, unsigned conn, enum iw_close how, uint64_t now)
{
    if (conn >= IW_CONN_MAX)
        return;
    iw_play_note(play, conn, how == IW_CLOSE_RST ? "reset by the other end" : "closed", now);
    play->conns[conn].closed = true;
}

void iw_play_secured(struct iw_play *play, unsigned conn, uint64_t now)
{
    if (conn >= IW_CONN_MAX)
        return;
    iw_play_note(play, conn, "TLS", now);
    play->conns[conn].secured = true;
}

void iw_play_tick(struct iw_play *play, uint64_t now)
{
    begin_time(play, now);
}

/* ---- for the other files ---- */

bool iw_play_is_own(const struct iw_play *play, const struct iw_step *step)
{
    return step->side == play->options.side;
}

enum iw_turn iw_play_write(struct iw_play *play, unsigned conn, struct iw_span octets, uint64_t now,
                           struct iw_action *action)
{
    record(play, conn, play->options.side == IW_SIDE_CLIENT ? 'C' : 'S', octets, now);
    *action = (struct iw_action){.kind = IW_ACTION_WRITE, .conn = conn, .octets = octets};
    return IW_TURN_ACT;
}

static bool is_anything_waiting(const struct iw_play *play)
{
    for (size_t i = 0; i < IW_CONN_MAX; i++)
        if (play->conns[i].inbox.first != NULL || play->conns[i].head != NULL)
            return true;
    return false;
}

void iw_play_tidy(struct iw_play *play)
{
    if (!is_anything_waiting(play))
        iw_arena_reset(&play->work);
}

void iw_play_go_to(struct iw_play *play, size_t at)
{
    play->at = at;
    play->state = IW_PLAY_STEPPING;
    play->deadline = UINT64_MAX;
    iw_play_tidy(play);
}

static unsigned patience_of(const struct iw_play *play)
{
    return play->section == IW_SECTION_BODY ? play->options.body_ms : play->options.step_ms;
}

void iw_play_expect(struct iw_play *play, enum iw_play_state state, uint64_t now)
{
    play->state = state;
    play->deadline = now + patience_of(play) + play->allowance;
    play->allowance = 0;
}

static const struct iw_received *last_of(const struct iw_inbox *inbox)
{
    const struct iw_received *last = inbox->first;
    while (last != NULL && last->next != NULL)
        last = last->next;
    return last;
}

static enum iw_turn fail_standing(struct iw_play *play, const struct iw_step *step,
                                  const struct iw_block_report *report, const char *event,
                                  enum iw_failure failure)
{
    const struct iw_received *last = last_of(&play->conns[step->conn].inbox);
    if (report == NULL)
        return iw_play_fail(play, failure, step, iw_span(NULL, 0), iw_received_text(last), event);
    struct iw_block_report with_last = *report;
    with_last.last = last;
    return iw_play_fail_line(play, &with_last, event, failure);
}

/* An untagged premise is all that is awaited, while IDLE runs say: to keep silent is an answer. */
static bool may_keep_silent(const struct iw_block_report *report)
{
    return report != NULL && report->line->step->line.premise &&
           report->line->kind == IW_EXPECTED_UNTAGGED;
}

bool iw_play_may_have_ended(struct iw_play *play, const struct iw_step *step)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_received *reply;
    while (conn->needs_bye && !conn->bye && !conn->discarding && !play->failed &&
           iw_play_cut_reply(play, step, &reply) == IW_TURN_AGAIN)
        continue;
    return conn->may_end && (!conn->needs_bye || conn->bye);
}

/* There is one greeting: where another is there than S~ names, that one will not come. */
static bool is_greeted_otherwise(const struct iw_play_conn *conn, const struct iw_step *step)
{
    return step->kind == IW_STEP_LINE && step->line.premise && conn->first == NULL &&
           conn->inbox.first != NULL;
}

enum iw_turn iw_play_stand(struct iw_play *play, const struct iw_step *step,
                           const struct iw_block_report *report, uint64_t now)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    char event[64];
    if (conn->overflown)
        return iw_play_fail_memory(play, step);
    if (conn->closed && play->state == IW_PLAY_ENDING) {
        conn->end_taken = true;
        iw_play_go_to(play, play->at + 1);
        return IW_TURN_AGAIN;
    }
    if (conn->closed && iw_play_may_have_ended(play, step)) {
        conn->over = true;
        iw_play_end_own(play);
        iw_play_go_to(play, play->at);
        return IW_TURN_AGAIN;
    }
    if (conn->closed)
        return fail_standing(play, step, report, "the connection ended", IW_FAILURE_MISMATCH);
    if (!play->any_opened)
        play->deadline = UINT64_MAX;
    if (now < play->deadline && !is_greeted_otherwise(conn, step))
        return IW_TURN_WAIT;
    bool silent = iw_inbox_empty(&conn->inbox) && !may_keep_silent(report);
    snprintf(event, sizeof event, "did not come within %u ms", patience_of(play));
    return fail_standing(play, step, report, event,
                         silent ? IW_FAILURE_SILENCE : IW_FAILURE_MISMATCH);
}

/* ---- connections ---- */

static void want(struct iw_play *play, struct iw_steps steps)
{
    for (size_t i = 0; i < steps.count; i++) {
        const struct iw_step *step = &steps.items[i];
        bool neutral = step->kind == IW_STEP_ASSERT || step->kind == IW_STEP_ENGINE;
        if (step->kind == IW_STEP_MAILBOX)
            play->conns[0].wanted = true;
        else if (!neutral && step->conn < IW_CONN_MAX)
            play->conns[step->conn].wanted = true;
    }
}

static enum iw_turn begin_section(struct iw_play *play, enum iw_section section)
{
    const struct iw_steps steps[IW_SECTION_COUNT] = {[IW_SECTION_SETUP] = play->options.setup,
                                                     [IW_SECTION_BODY] = play->scenario->dialogue,
                                                     [IW_SECTION_CLEANUP] = play->options.cleanup};
    play->section = section;
    play->steps = (struct iw_steps){NULL, 0};
    iw_play_go_to(play, 0);
    if (!iw_play_lay_flat(play, steps[section], &play->steps)) {
        play->steps.count = 0;
        return iw_play_fail_memory(play, NULL);
    }
    return IW_TURN_AGAIN;
}

/* The client opens all connections at once; the server takes them as they come. */
static enum iw_turn open(struct iw_play *play, uint64_t now, struct iw_action *action)
{
    struct iw_span none = iw_span(NULL, 0);
    bool all = true;
    for (unsigned i = 0; i < IW_CONN_MAX && play->options.side == IW_SIDE_CLIENT; i++) {
        struct iw_play_conn *conn = &play->conns[i];
        if (!conn->wanted)
            continue;
        if (!conn->asked_for) {
            conn->asked_for = true;
            *action = (struct iw_action){.kind = IW_ACTION_CONNECT, .conn = i};
            return IW_TURN_ACT;
        }
        if (!conn->opened && (conn->closed || now >= play->deadline))
            return iw_play_fail(play, IW_FAILURE_BLOCKED, NULL, none, none,
                                "a connection could not be opened");
        all = all && conn->opened;
    }
    return all ? begin_section(play, IW_SECTION_SETUP) : IW_TURN_WAIT;
}

static enum iw_turn start(struct iw_play *play, uint64_t now)
{
    begin_time(play, now);
    play->started = true;
    play->section = IW_SECTION_SETUP;
    want(play, play->options.setup);
    want(play, play->scenario->dialogue);
    want(play, play->options.cleanup);
    struct iw_error error = {0};
    if (iw_variant_bind(play->scenario, play->options.variant, &play->bindings, &error) != IW_OK)
        return iw_play_fail_error(play, NULL, &error);
    iw_play_check_steps(play);
    if (!play->failed)
        iw_play_expect(play, IW_PLAY_OPENING, now);
    return IW_TURN_AGAIN;
}

/* ---- sections ---- */

/* S!: lines that no completion has ended are in force up to here. */
static void check_nevers(struct iw_play *play)
{
    for (unsigned i = 0; i < IW_CONN_MAX && !play->failed; i++) {
        struct iw_play_conn *conn = &play->conns[i];
        if (conn->never_count == 0)
            continue;
        struct iw_received *reply;
        while (!conn->discarding && !play->failed &&
               iw_play_cut_reply(play, conn->nevers[0], &reply) == IW_TURN_AGAIN)
            continue;
        if (!play->failed)
            iw_play_check_nevers(play, i, 0);
    }
}

static enum iw_turn end_section(struct iw_play *play)
{
    if (play->section == IW_SECTION_BODY && !play->failed)
        check_nevers(play);
    for (size_t i = 0; i < IW_CONN_MAX; i++)
        play->conns[i].never_count = 0;
    if (play->section == IW_SECTION_CLEANUP) {
        play->state = IW_PLAY_DONE;
        play->deadline = UINT64_MAX;
        return IW_TURN_AGAIN;
    }
    bool body = play->section == IW_SECTION_SETUP && !play->failed;
    return begin_section(play, body ? IW_SECTION_BODY : IW_SECTION_CLEANUP);
}

/* ---- steps ---- */

/* What belongs to a connection that is gone, and may be. */
static bool is_passed_over(const struct iw_play *play, const struct iw_step *step)
{
    const struct iw_play_conn *conn = &play->conns[step->conn];
    if (step->kind == IW_STEP_ASSERT)
        return play->section == IW_SECTION_CLEANUP;
    if (play->section == IW_SECTION_CLEANUP)
        return conn->closed || !conn->opened;
    return conn->over || step->kind == IW_STEP_MAILBOX;
}

static enum iw_turn pass(struct iw_play *play)
{
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}

static enum iw_turn expect(struct iw_play *play, enum iw_play_state state, uint64_t now)
{
    iw_play_expect(play, state, now);
    return IW_TURN_AGAIN;
}

static enum iw_turn begin_others(struct iw_play *play, const struct iw_step *step, uint64_t now)
{
    switch (step->kind) {
    case IW_STEP_LINE:
        return play->options.side == IW_SIDE_CLIENT ? iw_play_begin_replies(play, now)
                                                    : expect(play, IW_PLAY_COMMAND, now);
    case IW_STEP_SEND:
        return expect(play, IW_PLAY_CUT, now);
    case IW_STEP_CLOSE:
        if (!step->maybe)
            return expect(play, IW_PLAY_ENDING, now);
        play->conns[step->conn].may_end = true;
        play->conns[step->conn].needs_bye = step->bye;
        return pass(play);
    case IW_STEP_TCP:
        return pass(play);
    default:
        return iw_play_pause(play, step, now);
    }
}

static enum iw_turn begin_step(struct iw_play *play, uint64_t now)
{
    if (play->at >= play->steps.count)
        return end_section(play);
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_span none = iw_span(NULL, 0);
    if (is_passed_over(play, step))
        return pass(play);
    switch (step->kind) {
    case IW_STEP_ASSERT:
        return iw_play_assert(play, step);
    case IW_STEP_TLS:
        play->asked_tls = false;
        return expect(play, IW_PLAY_SECURING, now);
    case IW_STEP_COMPRESS:
        return expect(play, IW_PLAY_COMPRESSING, now);
    case IW_STEP_AUTHENTICATE:
        return expect(play, IW_PLAY_PROVING, now);
    case IW_STEP_ENGINE:
        return iw_play_fail(play, IW_FAILURE_BLOCKED, step, none, none,
                            "a dialogue cannot do this");
    default:
        return iw_play_is_own(play, step) ? iw_play_begin_own(play, now)
                                          : begin_others(play, step, now);
    }
}

/* Both sides do it at once: nobody has to be waited for. */
static enum iw_turn compress(struct iw_play *play, struct iw_action *action)
{
    *action =
        (struct iw_action){.kind = IW_ACTION_COMPRESS, .conn = play->steps.items[play->at].conn};
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_ACT;
}

static enum iw_turn take_turn(struct iw_play *play, uint64_t now, struct iw_action *action)
{
    switch (play->state) {
    case IW_PLAY_OPENING:
        return play->started ? open(play, now, action) : start(play, now);
    case IW_PLAY_STEPPING:
        return begin_step(play, now);
    case IW_PLAY_EMITTING:
        return iw_play_own(play, now, action);
    case IW_PLAY_REPLIES:
        return iw_play_replies(play, now);
    case IW_PLAY_COMMAND:
        return iw_play_command(play, now);
    case IW_PLAY_ENDING:
        return play->options.side == IW_SIDE_CLIENT ? iw_play_reply_end(play, now)
                                                    : iw_play_command_end(play, now);
    case IW_PLAY_QUIET:
        return iw_play_quiet(play, now);
    case IW_PLAY_CUT:
        return iw_play_cut(play, now);
    case IW_PLAY_COMPRESSING:
        return compress(play, action);
    case IW_PLAY_PROVING:
        return iw_play_prove(play, now);
    case IW_PLAY_SECURING:
        return iw_play_secure(play, now, action);
    case IW_PLAY_DONE:
        *action = (struct iw_action){.kind = IW_ACTION_DONE};
        return IW_TURN_ACT;
    }
    return IW_TURN_WAIT;
}

/* What the finding would be if everything stopped here. */
static void note_unfinished(struct iw_play *play)
{
    const struct iw_step *step = play->at < play->steps.count ? &play->steps.items[play->at] : NULL;
    play->unfinished = (struct iw_finding){
        .verdict = play->section == IW_SECTION_SETUP ? IW_BLOCKED : IW_TIMED_OUT,
        .text = IW_SPAN("the dialogue has not come to its end")};
    if (step == NULL)
        return;
    play->unfinished.place = step->place;
    if (step->kind == IW_STEP_LINE)
        play->unfinished.step = step->line.text;
}

struct iw_action iw_play_next(struct iw_play *play, uint64_t now)
{
    struct iw_action action = {.kind = IW_ACTION_NONE};
    enum iw_turn turn = IW_TURN_AGAIN;
    if (play->aside_given)
        iw_buf_clear(&play->aside);
    play->aside_given = false;
    while (turn == IW_TURN_AGAIN) {
        if (play->aside.length > 0) {
            play->aside_given = true;
            turn = iw_play_write(play, play->aside_conn, iw_buf_span(&play->aside), now, &action);
        } else {
            turn = take_turn(play, now, &action);
        }
    }
    note_unfinished(play);
    return action;
}

uint64_t iw_play_deadline(const struct iw_play *play)
{
    return play->state == IW_PLAY_DONE ? UINT64_MAX : play->deadline;
}

bool iw_play_done(const struct iw_play *play)
{
    return play->state == IW_PLAY_DONE;
}

const struct iw_finding *iw_play_finding(const struct iw_play *play)
{
    bool stands = play->failed || play->section == IW_SECTION_CLEANUP;
    return stands ? &play->finding : &play->unfinished;
}
