/* SPDX-License-Identifier: MIT */
/* What a server expects: the client's commands, one by one, and the end of a connection. */
#include "script/playing.h"

#include <string.h>

/* ---- which lines may come now ---- */

static bool is_command_line(const struct iw_play *play, size_t at, unsigned conn)
{
    if (at >= play->steps.count)
        return false;
    const struct iw_step *step = &play->steps.items[at];
    return step->kind == IW_STEP_LINE && step->side == IW_SIDE_CLIENT && step->conn == conn;
}

/* Behind an optional command and its answers. */
static size_t behind_optional(const struct iw_play *play, size_t at)
{
    unsigned conn = play->steps.items[at].conn;
    for (at++; at < play->steps.count; at++) {
        const struct iw_step *step = &play->steps.items[at];
        bool answer = (step->kind == IW_STEP_LINE || step->kind == IW_STEP_SEND) &&
                      step->side == IW_SIDE_SERVER && step->conn == conn;
        if (!answer)
            break;
    }
    return at;
}

/* The line that may come instead of the one at `at`, which is optional; SIZE_MAX: there is none. */
static size_t next_candidate(const struct iw_play *play, size_t at)
{
    const struct iw_step *step = &play->steps.items[at];
    if (step->line.mark != IW_MARK_MAYBE)
        return SIZE_MAX;
    size_t next = behind_optional(play, at);
    return is_command_line(play, next, step->conn) ? next : SIZE_MAX;
}

/* ---- a line has come ---- */

static bool is_plus_line(const struct iw_play *play, size_t at)
{
    if (at >= play->steps.count)
        return false;
    const struct iw_step *step = &play->steps.items[at];
    return step->kind == IW_STEP_LINE && step->side == IW_SIDE_SERVER &&
           step->line.mark == IW_MARK_PLAIN && iw_span_starts(step->line.text, IW_SPAN("+"));
}

static enum iw_turn accept_line(struct iw_play *play, size_t at)
{
    at++;
    for (; play->plus_sent > 0 && is_plus_line(play, at); play->plus_sent--)
        at++;
    play->plus_sent = 0;
    iw_play_go_to(play, at);
    return IW_TURN_AGAIN;
}

static void keep(struct iw_play *play, const struct iw_bindings *trial)
{
    play->bindings.first = trial->first;
}

static enum iw_turn accept_command(struct iw_play *play, size_t at, struct iw_received *command)
{
    const struct iw_step *step = &play->steps.items[at];
    struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_span text = iw_received_text(command);
    if (iw_play_add_command(play, step->conn, command->tag, &step->line) == NULL)
        return iw_play_fail_memory(play, step);
    iw_play_note_proof(play, step->conn, iw_span_part(text, command->tag.length + 1, text.length));
    if (conn->head == command) {
        iw_inbox_forget(&conn->inbox, command);
        conn->head = NULL;
    }
    return accept_line(play, at);
}

/* ---- comparing ---- */

/* What is expected at a step. False: the play has failed. */
static bool make_expected(struct iw_play *play, const struct iw_step *step,
                          struct iw_expected *expected)
{
    struct iw_error error = {IW_OK};
    *expected = (struct iw_expected){.step = step};
    enum iw_result result = iw_fill(step->line.text, play->scenario, &play->bindings,
                                    IW_FILL_EXPECT, &play->work, &expected->text, &error);
    if (result == IW_OK && step->line.mark != IW_MARK_EXACT)
        result = iw_pattern_make(expected->text, IW_TREE_COMMAND, &play->work, &expected->pattern,
                                 &error);
    if (result != IW_OK)
        iw_play_fail_error(play, step, &error);
    return result == IW_OK;
}

/* True: the dialogue is no longer where it was when it began to look for a command there, or there
 * is something to be written first. */
static bool has_moved(const struct iw_play *play, enum iw_play_state state)
{
    return play->state != state || play->aside.length > 0;
}

/* A C=: line that has come is accepted. WAIT: one still may come; AGAIN: none does. */
static enum iw_turn look_for_exact(struct iw_play *play, struct iw_play_conn *conn)
{
    struct iw_span octets = iw_inbox_peek(&conn->inbox);
    enum iw_turn turn = IW_TURN_AGAIN;
    if (octets.data == NULL || conn->head != NULL)
        return IW_TURN_AGAIN;
    for (size_t at = play->at; at != SIZE_MAX; at = next_candidate(play, at)) {
        const struct iw_step *step = &play->steps.items[at];
        struct iw_expected expected;
        if (step->line.mark != IW_MARK_EXACT)
            continue;
        if (memchr(octets.data, '\n', octets.length) == NULL)
            return IW_TURN_WAIT; /* whatever comes, its line has not ended */
        if (!make_expected(play, step, &expected))
            return IW_TURN_AGAIN;
        struct iw_bindings trial = play->bindings;
        size_t length = iw_match_octets(&expected.text, octets, &trial);
        if (length == SIZE_MAX)
            turn = IW_TURN_WAIT;
        if (length == SIZE_MAX || length == 0)
            continue;
        keep(play, &trial);
        iw_play_add_exact(play, step->conn, &step->line, iw_span_part(octets, 0, length));
        iw_inbox_skip(&conn->inbox, length);
        accept_line(play, at);
        return IW_TURN_AGAIN;
    }
    return turn;
}

/* ---- commands that the engine answers ---- */

static bool is_for_engine(const struct iw_play *play, const struct iw_received *command)
{
    const struct iw_texts *names = &play->scenario->engine;
    for (size_t i = 0; command->line.first != NULL && i < names->count; i++)
        if (iw_span_equal_nocase(names->items[i], command->line.first->value))
            return play->options.aside.answer != NULL;
    return false;
}

static bool answer_aside(struct iw_play *play, unsigned number)
{
    struct iw_play_conn *conn = &play->conns[number];
    const struct iw_aside *aside = &play->options.aside;
    if (!is_for_engine(play, conn->head) ||
        !aside->answer(aside->context, number, &conn->head->frame, &play->aside))
        return false;
    play->aside_conn = number;
    iw_inbox_forget(&conn->inbox, conn->head);
    conn->head = NULL;
    return true;
}

/* ---- literals that wait ---- */

static void write_plus(struct iw_play *play, unsigned conn, size_t at)
{
    struct iw_filled filled = {.octets = IW_SPAN("+ go ahead")};
    size_t next = at + 1 + play->plus_sent;
    if (at != SIZE_MAX && is_plus_line(play, next)) {
        struct iw_span text = play->steps.items[next].line.text;
        enum iw_fill_purpose purpose = play->options.invent ? IW_FILL_INVENT : IW_FILL_SEND;
        if (iw_fill(text, play->scenario, &play->bindings, purpose, &play->work, &filled, NULL) ==
            IW_OK)
            play->plus_sent++;
    }
    iw_buf_add(&play->aside, filled.octets);
    iw_buf_add_string(&play->aside, filled.octets.length == 1 ? " \r\n" : "\r\n");
    play->aside_conn = conn;
}

/* The scenario ends the line where the literal begins, or announces octets that it never sends: the
 * command is over here, and the dialogue says what follows. */
static bool ends_here(const struct iw_expected *expected, const struct iw_received *so_far,
                      struct iw_bindings *trial)
{
    const struct iw_frame *frame = &so_far->frame;
    size_t index = frame->literal_count - 1;
    if (expected->pattern.asks)
        return iw_match(&expected->pattern, &so_far->line, trial, NULL);
    if (index >= expected->text.literal_count)
        return false;
    const struct iw_fill_literal *literal = &expected->text.literals[index];
    return literal->announced != literal->size && literal->announced == frame->literals[index].size;
}

static void log_command(struct iw_play *play, unsigned number, const struct iw_received *command,
                        uint64_t now)
{
    if (play->options.commands != NULL)
        iw_transcript_add(play->options.commands, now - play->began, number, 'C',
                          command->frame.bytes);
}

/* The literal may come, or the command is accepted as it is. */
static void answer_literal(struct iw_play *play, unsigned number, struct iw_received *so_far,
                           uint64_t now)
{
    struct iw_inbox *inbox = &play->conns[number].inbox;
    bool present = play->state == IW_PLAY_COMMAND && is_command_line(play, play->at, number);
    size_t first = present ? play->at : SIZE_MAX;
    for (size_t at = first; at != SIZE_MAX; at = next_candidate(play, at)) {
        struct iw_expected expected;
        struct iw_bindings trial = play->bindings;
        bool made = make_expected(play, &play->steps.items[at], &expected);
        if (made && !ends_here(&expected, so_far, &trial))
            continue;
        iw_inbox_refuse(inbox);
        if (!made)
            return;
        keep(play, &trial);
        log_command(play, number, so_far, now);
        accept_command(play, at, so_far);
        return;
    }
    write_plus(play, number, first);
    iw_inbox_accept(inbox);
}

/* Brings the next command of a connection into its head. WAIT: it has not come whole; AGAIN: it is
 * there, or the play has moved. */
static enum iw_turn cut_command(struct iw_play *play, unsigned number, const struct iw_step *step,
                                uint64_t now)
{
    struct iw_play_conn *conn = &play->conns[number];
    enum iw_play_state state = play->state;
    while (conn->head == NULL && play->state == state) {
        struct iw_received *command;
        struct iw_error error = {IW_OK};
        bool ask = false;
        enum iw_result result = iw_inbox_cut(&conn->inbox, &play->work, &command, &ask, &error);
        if (result == IW_MORE)
            return IW_TURN_WAIT;
        if (result != IW_OK)
            iw_play_fail(play, IW_FAILURE_MISMATCH, step, iw_span(NULL, 0), iw_span(NULL, 0),
                         "what came cannot be framed: a line or literal is too long");
        else if (ask)
            answer_literal(play, number, command, now);
        else {
            log_command(play, number, command, now);
            conn->head = command;
        }
    }
    return IW_TURN_AGAIN;
}

static bool is_exchange(const struct iw_play *play, size_t at, unsigned conn)
{
    return at < play->steps.count && play->steps.items[at].kind == IW_STEP_AUTHENTICATE &&
           play->steps.items[at].conn == conn;
}

/* A C=: line comes next on that connection, or one of an exchange. */
static bool is_exact_next(const struct iw_play *play, unsigned number)
{
    for (size_t at = play->at; at < play->steps.count; at++) {
        if (is_exchange(play, at, number))
            return true;
        if (is_command_line(play, at, number))
            return play->steps.items[at].line.mark == IW_MARK_EXACT;
    }
    return false;
}

static bool is_named_next(const struct iw_play *play, unsigned number)
{
    const struct iw_span name = play->conns[number].head->line.first->value;
    for (size_t at = play->at; at < play->steps.count; at++)
        if (is_command_line(play, at, number))
            return iw_span_starts_nocase(play->steps.items[at].line.text, name);
    return false;
}

/* A client may wait for the engine on a connection that the dialogue is not at. */
static void look_aside(struct iw_play *play, unsigned present, uint64_t now)
{
    enum iw_play_state state = play->state;
    if (play->options.aside.answer == NULL || play->scenario->engine.count == 0)
        return;
    for (unsigned i = 1; i < IW_CONN_MAX && !has_moved(play, state); i++) {
        struct iw_play_conn *conn = &play->conns[i];
        if (i == present || !conn->opened || conn->discarding || is_exact_next(play, i))
            continue;
        cut_command(play, i, NULL, now);
        if (conn->head != NULL && conn->head->line.first != NULL && !is_named_next(play, i))
            answer_aside(play, i);
    }
}

/* ---- waiting for a command ---- */

/* Whether the command is the expected one. Where the exchange is computed, an initial response
 * belongs to that (RFC 4959): the name and the mechanism are compared. */
static bool is_it(struct iw_play *play, size_t at, const struct iw_expected *expected,
                  struct iw_bindings *trial, struct iw_mismatch *mismatch)
{
    const struct iw_play_conn *conn = &play->conns[play->steps.items[at].conn];
    struct iw_tree line = conn->head->line;
    struct iw_node name, mechanism;
    if (is_exchange(play, at + 1, play->steps.items[at].conn) && line.count > 2) {
        mechanism = *line.first->next;
        mechanism.next = NULL;
        name = *line.first;
        name.next = &mechanism;
        line = (struct iw_tree){&name, 2};
    }
    return iw_match(&expected->pattern, &line, trial, mismatch);
}

/* Tries the lines that may come now. False: none matches; *expected and *mismatch are the last
 * one's. */
static bool find_line(struct iw_play *play, struct iw_play_conn *conn, struct iw_expected *expected,
                      struct iw_mismatch *mismatch)
{
    for (size_t at = play->at; at != SIZE_MAX; at = next_candidate(play, at)) {
        const struct iw_step *step = &play->steps.items[at];
        struct iw_bindings trial = play->bindings;
        if (!make_expected(play, step, expected))
            return true;
        *mismatch = (struct iw_mismatch){.expected = expected->text.octets};
        bool readable = expected->pattern.tree.first != NULL && conn->head->line.first != NULL;
        if (!readable || !is_it(play, at, expected, &trial, mismatch))
            continue;
        keep(play, &trial);
        accept_command(play, at, conn->head);
        return true;
    }
    return false;
}

static enum iw_turn judge(struct iw_play *play, const struct iw_step *step)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_expected expected;
    struct iw_block_report report = {.line = &expected, .received = conn->head};
    if (find_line(play, conn, &expected, &report.mismatch) || answer_aside(play, step->conn))
        return IW_TURN_AGAIN;
    return iw_play_fail_line(play, &report, NULL, IW_FAILURE_MISMATCH);
}

/* An optional command that does not come is passed over. */
static enum iw_turn stand(struct iw_play *play, const struct iw_step *step, uint64_t now)
{
    const struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_expected expected;
    struct iw_block_report report = {.line = &expected};
    bool over = conn->closed || now >= play->deadline;
    if (over && step->line.mark == IW_MARK_MAYBE) {
        iw_play_go_to(play, behind_optional(play, play->at));
        return IW_TURN_AGAIN;
    }
    if (over && !make_expected(play, step, &expected))
        return IW_TURN_AGAIN;
    return iw_play_stand(play, step, over ? &report : NULL, now);
}

enum iw_turn iw_play_command(struct iw_play *play, uint64_t now)
{
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_play_conn *conn = &play->conns[step->conn];
    enum iw_turn turn = IW_TURN_AGAIN;
    iw_play_tidy(play);
    look_aside(play, step->conn, now);
    if (!has_moved(play, IW_PLAY_COMMAND))
        turn = look_for_exact(play, conn);
    if (!has_moved(play, IW_PLAY_COMMAND) && turn == IW_TURN_AGAIN)
        turn = cut_command(play, step->conn, step, now);
    if (has_moved(play, IW_PLAY_COMMAND))
        return IW_TURN_AGAIN;
    return turn == IW_TURN_WAIT ? stand(play, step, now) : judge(play, step);
}

enum iw_turn iw_play_command_end(struct iw_play *play, uint64_t now)
{
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_play_conn *conn = &play->conns[step->conn];
    enum iw_turn turn = IW_TURN_WAIT;
    iw_play_tidy(play);
    if (!conn->discarding)
        turn = cut_command(play, step->conn, step, now);
    if (has_moved(play, IW_PLAY_ENDING))
        return IW_TURN_AGAIN;
    if (turn == IW_TURN_WAIT)
        return iw_play_stand(play, step, NULL, now);
    if (answer_aside(play, step->conn))
        return IW_TURN_AGAIN;
    return iw_play_fail(play, IW_FAILURE_MISMATCH, step, iw_span(NULL, 0),
                        iw_received_text(conn->head), "came where the connection was to end");
}
