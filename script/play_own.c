/* SPDX-License-Identifier: MIT */
/* What this side does: its lines and sends go out, commands get tags, completions find theirs. */
#include "base/chars.h"
#include "script/playing.h"

#include <stdio.h>

/* ---- commands and their tags ---- */

struct iw_open_command *iw_play_add_command(struct iw_play *play, unsigned conn, struct iw_span tag,
                                            const struct iw_line *line)
{
    struct iw_open_command *command = iw_arena_get(&play->arena, sizeof *command);
    if (command == NULL)
        return NULL;
    command->tag = iw_arena_copy(&play->arena, tag);
    command->line = line;
    if (command->tag.data == NULL)
        return NULL;
    *play->conns[conn].end = command;
    play->conns[conn].end = &command->next;
    return command;
}

void iw_play_add_exact(struct iw_play *play, unsigned conn, const struct iw_line *line,
                       struct iw_span octets)
{
    size_t length = 0;
    while (length < octets.length && iw_is(octets.data[length], IW_CHAR_TAG))
        length++;
    bool lone = length > 0 && length == octets.length;
    bool command = length > 0 && length + 1 < octets.length && octets.data[length] == ' ';
    if (!command && !lone)
        return;
    struct iw_open_command *added =
        iw_play_add_command(play, conn, iw_span_part(octets, 0, length), line);
    if (added == NULL)
        return;
    added->exact = true;
    added->lone = added->answered = lone;
}

struct iw_open_command *iw_play_find_command(struct iw_play *play, unsigned conn,
                                             struct iw_span label)
{
    struct iw_open_command *found = NULL, *exact = NULL;
    for (struct iw_open_command *c = play->conns[conn].first; c != NULL; c = c->next) {
        bool same = iw_span_equal(c->line->label, label);
        if (c->exact && label.length == 0 && !c->answered)
            exact = c; /* the latest */
        else if (!c->exact && same && label.length > 0)
            found = c; /* the latest of that label */
        else if (!c->exact && same && found == NULL && !c->answered)
            found = c; /* the oldest */
    }
    return found != NULL ? found : exact;
}

/* ---- what the emission asks ---- */

static bool give_tag(void *context, const struct iw_line *line, struct iw_span *tag)
{
    struct iw_play *play = context;
    struct iw_open_command *command;
    if (play->options.side == IW_SIDE_SERVER) {
        command = iw_play_find_command(play, line->conn, line->label);
    } else {
        char text[64];
        const char *prefix = play->options.tag == NULL ? "iw" : play->options.tag;
        int length = snprintf(text, sizeof text, "%.40s%u", prefix, ++play->tags);
        command = iw_play_add_command(play, line->conn, iw_span(text, (size_t)length), line);
    }
    if (command == NULL)
        return false;
    if (play->options.side == IW_SIDE_SERVER)
        command->answered = true;
    *tag = command->tag;
    return true;
}

static void see_line(void *context, const struct iw_line *line, const struct iw_filled *filled)
{
    struct iw_play *play = context;
    if (play->options.side == IW_SIDE_CLIENT)
        iw_play_note_proof(play, line->conn, filled->octets);
    if (play->options.side == IW_SIDE_CLIENT && line->mark == IW_MARK_EXACT)
        iw_play_add_exact(play, line->conn, line, filled->octets);
}

/* ---- beginning and ending ---- */

static bool is_emitted(const struct iw_play *play, const struct iw_step *step)
{
    switch (step->kind) {
    case IW_STEP_LINE:
    case IW_STEP_SEND:
    case IW_STEP_CLOSE:
    case IW_STEP_TCP:
    case IW_STEP_SILENT:
    case IW_STEP_DELAY:
        return iw_play_is_own(play, step);
    default:
        return false;
    }
}

void iw_play_end_own(struct iw_play *play)
{
    if (play->emitting)
        iw_emit_release(&play->emit);
    play->emitting = false;
}

enum iw_turn iw_play_begin_own(struct iw_play *play, uint64_t now)
{
    struct iw_emit_options options = {
        .side = play->options.side,
        .scenario = play->scenario,
        .bindings = &play->bindings,
        .arena = &play->work,
        .alloc = play->options.alloc,
        .calls = {.tag = give_tag, .line = see_line, .context = play},
        .random = &play->random,
        .invent = play->options.invent && play->options.side == IW_SIDE_SERVER,
    };
    play->until = play->at + 1;
    unsigned conn = play->steps.items[play->at].conn;
    while (play->until < play->steps.count && is_emitted(play, &play->steps.items[play->until]) &&
           play->steps.items[play->until].conn == conn)
        play->until++;
    struct iw_steps own = {play->steps.items + play->at, play->until - play->at};
    iw_emit_init(&play->emit, &options, own);
    play->emitting = true;
    play->plus_kept = 0;
    play->queue_seen = false;
    iw_play_expect(play, IW_PLAY_EMITTING, now);
    return IW_TURN_AGAIN;
}

/* ---- literals that wait ---- */

static bool is_plus_step(const struct iw_play *play, size_t at)
{
    if (at >= play->steps.count)
        return false;
    const struct iw_step *step = &play->steps.items[at];
    return step->kind == IW_STEP_LINE && step->side == IW_SIDE_SERVER &&
           step->line.mark == IW_MARK_PLAIN && step->conn == play->steps.items[play->at].conn &&
           iw_span_starts(step->line.text, IW_SPAN("+"));
}

/* The dialogue has an "S: +" of its own for this literal: of the last line, in order. */
static bool is_plus_expected(struct iw_play *play, const struct iw_step *step)
{
    bool last = step == &play->steps.items[play->until - 1];
    if (!last || !is_plus_step(play, play->until + play->plus_kept))
        return false;
    play->plus_kept++;
    return true;
}

static struct iw_open_command *command_of(struct iw_play *play, const struct iw_step *step)
{
    struct iw_open_command *command = play->conns[step->conn].first;
    while (command != NULL && command->line != &step->line)
        command = command->next;
    return command;
}

/* True: the literal may go, or is refused. */
static bool take_answer(struct iw_play *play, const struct iw_step *step, struct iw_received *reply)
{
    const struct iw_open_command *command = command_of(play, step);
    bool plus = reply->line.first != NULL && iw_span_equal(reply->line.first->raw, IW_SPAN("+"));
    if (plus && !reply->used) {
        reply->used = true;
        if (!is_plus_expected(play, step))
            iw_inbox_forget(&play->conns[step->conn].inbox, reply);
        iw_emit_go_on(&play->emit);
        return true;
    }
    bool refused =
        command != NULL && reply->tag.data != NULL && iw_span_equal(reply->tag, command->tag);
    if (refused)
        iw_emit_refused(&play->emit);
    return refused;
}

/* The same, in what had come before. */
static bool find_answer(struct iw_play *play, const struct iw_step *step)
{
    struct iw_received *reply = play->conns[step->conn].inbox.first;
    while (reply != NULL && !take_answer(play, step, reply))
        reply = reply->next;
    return reply != NULL;
}

static enum iw_turn await_plus(struct iw_play *play, const struct iw_step *step, uint64_t now)
{
    static const struct iw_filled plus = {.octets = {"+", 1}};
    struct iw_received *reply;
    bool answered = !play->queue_seen && find_answer(play, step);
    play->queue_seen = !answered;
    while (!answered) {
        if (iw_play_cut_reply(play, step, &reply) == IW_TURN_WAIT) {
            struct iw_expected line = {
                .kind = IW_EXPECTED_CONTINUATION, .step = step, .text = plus};
            struct iw_block_report report = {.line = &line};
            return iw_play_stand(play, step, &report, now);
        }
        if (play->state != IW_PLAY_EMITTING)
            return IW_TURN_AGAIN;
        answered = take_answer(play, step, reply);
    }
    play->queue_seen = false;
    iw_play_expect(play, IW_PLAY_EMITTING, now);
    return IW_TURN_AGAIN;
}

/* ---- acts ---- */

static enum iw_turn finish(struct iw_play *play)
{
    iw_play_end_own(play);
    iw_play_go_to(play, play->until);
    return IW_TURN_AGAIN;
}

static enum iw_turn act_write(struct iw_play *play, const struct iw_act *act, uint64_t now,
                              struct iw_action *action)
{
    struct iw_play_conn *conn = &play->conns[act->conn];
    struct iw_span none = iw_span(NULL, 0);
    if (conn->closed && iw_play_may_have_ended(play, act->step)) {
        conn->over = true;
        return IW_TURN_AGAIN;
    }
    if (conn->closed && !conn->end_taken)
        return iw_play_fail(play, IW_FAILURE_MISMATCH, act->step, none, none,
                            "the connection ended");
    return iw_play_write(play, act->conn, act->octets, now, action);
}

static enum iw_turn act_close(struct iw_play *play, const struct iw_act *act, uint64_t now,
                              struct iw_action *action)
{
    if (act->how == IW_CLOSE_SILENT)
        return IW_TURN_AGAIN;
    iw_play_note(play, act->conn, act->how == IW_CLOSE_RST ? "reset" : "close", now);
    *action = (struct iw_action){.kind = IW_ACTION_CLOSE, .conn = act->conn, .how = act->how};
    return IW_TURN_ACT;
}

static bool is_for_closing(const struct iw_play *play)
{
    return play->steps.items[play->at].kind == IW_STEP_CLOSE;
}

enum iw_turn iw_play_own(struct iw_play *play, uint64_t now, struct iw_action *action)
{
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_error error = {IW_OK};
    if (!play->conns[step->conn].opened && !is_for_closing(play))
        return iw_play_stand(play, step, NULL, now);
    struct iw_act act = iw_emit_next(&play->emit, now, &error);
    switch (act.kind) {
    case IW_ACT_WRITE:
        return act_write(play, &act, now, action);
    case IW_ACT_ASK:
        if (play->options.side == IW_SIDE_CLIENT)
            return await_plus(play, act.step, now);
        iw_emit_go_on(&play->emit);
        return IW_TURN_AGAIN;
    case IW_ACT_WAIT:
        play->deadline = act.until;
        return IW_TURN_WAIT;
    case IW_ACT_CLOSE:
        return act_close(play, &act, now, action);
    case IW_ACT_TCP:
        *action = (struct iw_action){
            .kind = IW_ACTION_TCP, .conn = act.conn, .how = act.how, .passage = act.passage};
        return IW_TURN_ACT;
    case IW_ACT_FAILED:
        return iw_play_fail_error(play, act.step, &error);
    default:
        return finish(play);
    }
}
