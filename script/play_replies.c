/* SPDX-License-Identifier: MIT */
/* What a client expects: blocks of the server's lines, and the end of a connection. */
#include "script/playing.h"
#include "script/strict.h"

#include <stdio.h>

static struct iw_play_conn *conn_of(struct iw_play *play)
{
    return &play->conns[play->steps.items[play->at].conn];
}

/* ---- beginning a block ---- */

static enum iw_expected_kind kind_of(const struct iw_line *line)
{
    if (line->mark == IW_MARK_EXACT)
        return IW_EXPECTED_EXACT;
    if (iw_span_starts(line->text, IW_SPAN("*")))
        return IW_EXPECTED_UNTAGGED;
    return iw_span_starts(line->text, IW_SPAN("+")) ? IW_EXPECTED_CONTINUATION
                                                    : IW_EXPECTED_COMPLETION;
}

static bool is_barrier(const struct iw_line *line)
{
    enum iw_expected_kind kind = kind_of(line);
    return line->mark == IW_MARK_PLAIN &&
           (kind == IW_EXPECTED_CONTINUATION ||
            (kind == IW_EXPECTED_COMPLETION && line->label.length == 0));
}

/* From the present step to behind the barrier, or the last labelled completion, or the last line of
 * the connection that stands in one piece. */
static size_t find_end(const struct iw_play *play)
{
    const struct iw_step *steps = play->steps.items;
    size_t end = 0, at = play->at;
    for (; at < play->steps.count; at++) {
        const struct iw_step *step = &steps[at];
        if (step->kind != IW_STEP_LINE || step->side != IW_SIDE_SERVER ||
            step->conn != steps[play->at].conn)
            break;
        if (is_barrier(&step->line))
            return at + 1;
        if (step->line.mark == IW_MARK_PLAIN && kind_of(&step->line) == IW_EXPECTED_COMPLETION)
            end = at + 1;
    }
    return end > 0 ? end : at;
}

static enum iw_turn fail_plain(struct iw_play *play, const struct iw_step *step, const char *text)
{
    struct iw_span none = iw_span(NULL, 0);
    return iw_play_fail(play, IW_FAILURE_BLOCKED, step, none, none, text);
}

/* The tag that a completion has to have. False: the play has failed. */
static bool find_tag(struct iw_play *play, struct iw_expected *line)
{
    struct iw_open_command *command =
        iw_play_find_command(play, line->step->conn, line->step->line.label);
    if (command == NULL && !line->maybe) {
        fail_plain(play, line->step, "no command is open that this line could answer");
        return false;
    }
    if (command == NULL)
        return true;
    line->tag = command->tag;
    if (!line->maybe)
        command->answered = true;
    return true;
}

/* False: the play has failed. */
static bool add_line(struct iw_play *play, const struct iw_step *step)
{
    struct iw_expected *line = &play->block.lines[play->block.count++];
    struct iw_error error = {IW_OK};
    *line = (struct iw_expected){
        .kind = kind_of(&step->line), .step = step, .maybe = step->line.mark == IW_MARK_MAYBE};
    enum iw_result result = iw_fill(step->line.text, play->scenario, &play->bindings,
                                    IW_FILL_EXPECT, &play->work, &line->text, &error);
    if (result == IW_OK && line->kind != IW_EXPECTED_EXACT)
        result = iw_pattern_make(line->text, IW_TREE_RESPONSE, &play->work, &line->pattern, &error);
    if (result != IW_OK) {
        iw_play_fail_error(play, step, &error);
        return false;
    }
    return line->kind != IW_EXPECTED_COMPLETION || find_tag(play, line);
}

static bool add_never(struct iw_play *play, const struct iw_step *step)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    if (conn->never_count == IW_NEVERS_MAX) {
        fail_plain(play, step, "too many S!: lines are in force");
        return false;
    }
    conn->nevers[conn->never_count++] = step;
    return true;
}

static bool add_lines(struct iw_play *play)
{
    for (size_t at = play->at; at < play->until; at++) {
        const struct iw_step *step = &play->steps.items[at];
        bool never = step->line.mark == IW_MARK_NEVER;
        if (!(never ? add_never(play, step) : add_line(play, step)))
            return false;
    }
    return true;
}

static struct iw_span last_tag(const struct iw_play_conn *conn)
{
    const struct iw_open_command *last = NULL;
    for (const struct iw_open_command *command = conn->first; command != NULL;
         command = command->next)
        last = command->lone ? last : command;
    return last == NULL || last->replied ? iw_span(NULL, 0) : last->tag;
}

/* Nothing has to come: then what has come already is all there is to look at. */
static void cut_what_came(struct iw_play *play, const struct iw_step *step)
{
    struct iw_received *reply;
    for (size_t i = 0; i < play->block.count; i++)
        if (!play->block.lines[i].maybe)
            return;
    while (!play->failed && iw_play_cut_reply(play, step, &reply) == IW_TURN_AGAIN)
        continue;
}

enum iw_turn iw_play_begin_replies(struct iw_play *play, uint64_t now)
{
    const struct iw_step *first = &play->steps.items[play->at];
    play->until = find_end(play);
    play->block =
        (struct iw_block){.ordered = play->scenario->ordered && play->section == IW_SECTION_BODY,
                          .last_tag = last_tag(conn_of(play)),
                          .trial = play->bindings};
    play->block.trial.arena = &play->work;
    play->block.lines =
        iw_arena_array(&play->work, play->until - play->at, sizeof *play->block.lines);
    if (play->block.lines == NULL)
        return iw_play_fail_memory(play, first);
    if (!add_lines(play))
        return IW_TURN_AGAIN;
    if (!iw_block_begin(&play->block, &play->work))
        return iw_play_fail_memory(play, first);
    iw_play_expect(play, IW_PLAY_REPLIES, now);
    play->look = true;
    cut_what_came(play, first);
    return IW_TURN_AGAIN;
}

/* ---- receiving ---- */

static enum iw_turn fail_reply(struct iw_play *play, const struct iw_step *step,
                               const struct iw_received *reply, const char *text)
{
    return iw_play_fail(play, IW_FAILURE_MISMATCH, step, iw_span(NULL, 0), iw_received_text(reply),
                        text);
}

static bool is_bye(const struct iw_received *reply)
{
    const struct iw_node *state = reply->tree.first->next;
    return state != NULL && iw_span_equal_nocase(state->raw, IW_SPAN("BYE"));
}

/* "strict": true. False: the play has failed. */
static bool vet_strictly(struct iw_play *play, const struct iw_step *step,
                         const struct iw_received *reply)
{
    struct iw_error error = {IW_OK};
    char text[160];
    const bool seven_bit = iw_span_equal(play->scenario->profile, IW_SPAN("rev1"));
    if (iw_strict_response(&reply->frame, seven_bit, &play->work, &error))
        return true;
    snprintf(text, sizeof text, "this is not legal: %s is expected at octet %zu",
             error.expected == NULL ? "something else" : error.expected, error.offset);
    fail_reply(play, step, reply, text);
    return false;
}

/* A reply that may come: it has tokens, and its tag is that of an unanswered command. */
static enum iw_turn vet(struct iw_play *play, const struct iw_step *step,
                        const struct iw_received *reply)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_open_command *command = conn->first;
    if (reply->tree.first == NULL) {
        char text[160];
        snprintf(text, sizeof text, "this is no IMAP: %s is expected at octet %zu",
                 reply->error.expected == NULL ? "a response" : reply->error.expected,
                 reply->error.offset);
        return fail_reply(play, step, reply, text);
    }
    conn->bye = conn->bye || is_bye(reply);
    const bool strict = play->scenario->strict && !play->options.invent; /* made up: no more */
    if (strict && play->section == IW_SECTION_BODY && !vet_strictly(play, step, reply))
        return IW_TURN_AGAIN;
    if (reply->tag.data == NULL)
        return IW_TURN_AGAIN;
    bool known = false; /* a tag may be used again when its command is done */
    for (; command != NULL; command = command->next) {
        bool same = iw_span_equal(command->tag, reply->tag);
        if (same && !command->replied)
            break;
        known = known || same;
    }
    if (command == NULL)
        return fail_reply(play, step, reply,
                          known ? "a second tagged reply to one command"
                                : "a tagged reply to a command that was never sent");
    command->replied = true;
    return IW_TURN_AGAIN;
}

enum iw_turn iw_play_cut_reply(struct iw_play *play, const struct iw_step *step,
                               struct iw_received **reply)
{
    struct iw_error error = {IW_OK};
    struct iw_span none = iw_span(NULL, 0);
    struct iw_inbox *inbox = &play->conns[step->conn].inbox;
    bool ask;
    switch (iw_inbox_cut(inbox, &play->work, reply, &ask, &error)) {
    case IW_OK:
        return vet(play, step, *reply);
    case IW_MORE:
        return IW_TURN_WAIT;
    case IW_NO_MEMORY:
        return iw_play_fail_memory(play, step);
    default:
        return iw_play_fail(play, IW_FAILURE_MISMATCH, step, none, none,
                            "what came cannot be framed: a line or literal is too long");
    }
}

/* ---- S!: ---- */

/* The line as a pattern, with everything bound that has been by now. */
static bool make_never(struct iw_play *play, const struct iw_step *step, struct iw_pattern *pattern)
{
    struct iw_filled filled;
    struct iw_error error = {IW_OK};
    enum iw_result result = iw_fill(step->line.text, play->scenario, &play->bindings,
                                    IW_FILL_EXPECT, &play->work, &filled, &error);
    if (result == IW_OK)
        result = iw_pattern_make(filled, IW_TREE_RESPONSE, &play->work, pattern, &error);
    if (result != IW_OK)
        iw_play_fail_error(play, step, &error);
    return result == IW_OK;
}

static bool is_forbidden(struct iw_play *play, const struct iw_step *step,
                         const struct iw_pattern *pattern, const struct iw_received *reply)
{
    struct iw_bindings trial = play->bindings;
    trial.arena = &play->work;
    if (pattern->completion != (reply->tag.data != NULL))
        return false;
    if (pattern->completion && step->line.label.length > 0) {
        const struct iw_open_command *command =
            iw_play_find_command(play, step->conn, step->line.label);
        if (command == NULL || !iw_span_equal(command->tag, reply->tag))
            return false;
    }
    return iw_match(pattern, &reply->line, &trial, NULL);
}

static bool check_never(struct iw_play *play, const struct iw_step *step, uint64_t limit)
{
    struct iw_pattern pattern;
    if (!make_never(play, step, &pattern))
        return false;
    const struct iw_received *reply = play->conns[step->conn].inbox.first;
    for (; reply != NULL; reply = reply->next) {
        bool open = reply->claimant == NULL && (limit == 0 || reply->number <= limit);
        if (!open || !is_forbidden(play, step, &pattern, reply))
            continue;
        struct iw_span shown = iw_filled_show(&pattern.text, pattern.text.octets, &play->work);
        iw_play_fail(play, IW_FAILURE_MISMATCH, step, shown, iw_received_text(reply),
                     "came although it must not");
        return false;
    }
    return true;
}

bool iw_play_check_nevers(struct iw_play *play, unsigned number, uint64_t limit)
{
    struct iw_play_conn *conn = &play->conns[number];
    size_t count = conn->never_count;
    conn->never_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!check_never(play, conn->nevers[i], limit))
            return false;
    return true;
}

/* ---- the end of a block ---- */

/* What the lines have captured outlives the block. Oldest first, so that the list keeps its order.
 */
static bool keep_captures(struct iw_play *play)
{
    const struct iw_binding *old = play->bindings.first;
    for (;;) {
        const struct iw_binding *oldest = NULL;
        for (const struct iw_binding *b = play->block.trial.first; b != old; b = b->next)
            oldest = b;
        if (oldest == NULL)
            return true;
        if (!iw_bindings_set(&play->bindings, oldest->name, oldest->raw, oldest->value))
            return false;
        old = oldest;
    }
}

static bool has_completion(const struct iw_block *block)
{
    for (size_t i = 0; i < block->count; i++)
        if (block->lines[i].kind == IW_EXPECTED_COMPLETION && !block->lines[i].maybe)
            return true;
    return false;
}

/* Claimed lines go. Untagged ones in front of the reply that ended the block go with a completion,
 * and with a "+" they stay for the S!: lines in force. */
static void forget_replies(struct iw_inbox *inbox, uint64_t limit, bool completed)
{
    struct iw_received *next;
    for (struct iw_received *reply = inbox->first; reply != NULL; reply = next) {
        next = reply->next;
        bool passed = reply->tag.data == NULL && reply->number <= limit;
        if (reply->claimant != NULL || (passed && completed))
            iw_inbox_forget(inbox, reply);
        else
            reply->past = reply->past || passed;
    }
}

static enum iw_turn finish(struct iw_play *play)
{
    struct iw_play_conn *conn = conn_of(play);
    unsigned number = play->steps.items[play->at].conn;
    uint64_t limit = play->block.limit;
    bool completed = has_completion(&play->block);
    if (!keep_captures(play))
        return iw_play_fail_memory(play, &play->steps.items[play->at]);
    if (completed && !iw_play_check_nevers(play, number, limit))
        return IW_TURN_AGAIN;
    forget_replies(&conn->inbox, limit, completed);
    iw_play_go_to(play, play->until);
    return IW_TURN_AGAIN;
}

/* WAIT: nothing more is there; ACT: the block goes on no further. */
static enum iw_turn cut_for_block(struct iw_play *play, struct iw_inbox *inbox)
{
    struct iw_received *reply;
    enum iw_result taken = iw_block_take_exact(&play->block, inbox);
    play->look = taken == IW_OK;
    if (taken == IW_OK)
        return IW_TURN_AGAIN;
    if (taken == IW_MORE ||
        iw_play_cut_reply(play, play->report.line->step, &reply) == IW_TURN_WAIT)
        return IW_TURN_WAIT;
    if (play->state != IW_PLAY_REPLIES)
        return IW_TURN_ACT;
    play->look = iw_block_concerns(&play->block, reply);
    return IW_TURN_AGAIN;
}

enum iw_turn iw_play_replies(struct iw_play *play, uint64_t now)
{
    struct iw_play_conn *conn = conn_of(play);
    struct iw_block_report *report = &play->report;
    enum iw_turn turn = IW_TURN_AGAIN;
    while (turn == IW_TURN_AGAIN) {
        enum iw_block_state state = IW_BLOCK_WAITS;
        if (play->look)
            state = iw_block_look(&play->block, &conn->inbox, report);
        if (state == IW_BLOCK_DONE)
            return finish(play);
        if (state == IW_BLOCK_FAILED)
            return iw_play_fail_line(play, report, NULL, IW_FAILURE_MISMATCH);
        turn = cut_for_block(play, &conn->inbox);
    }
    if (turn == IW_TURN_ACT)
        return IW_TURN_AGAIN;
    if (conn->closed || now >= play->deadline) /* what came nearest is told */
        iw_block_look(&play->block, &conn->inbox, report);
    return iw_play_stand(play, report->line->step, report, now);
}

enum iw_turn iw_play_reply_end(struct iw_play *play, uint64_t now)
{
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_received *reply;
    while (!conn_of(play)->discarding && iw_play_cut_reply(play, step, &reply) == IW_TURN_AGAIN) {
        if (play->state != IW_PLAY_ENDING)
            return IW_TURN_AGAIN;
        if (reply->tag.data != NULL)
            return fail_reply(play, step, reply, "came where the connection was to end");
    }
    return iw_play_stand(play, step, NULL, now);
}
