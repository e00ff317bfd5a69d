/* SPDX-License-Identifier: MIT */
/* The exchange of AUTHENTICATE (RFC 9051 §6.2.2), on either side: a dialogue names the mechanism,
 * {"S": "authenticate"} stands for challenges and answers, and the reply is a line again. */
#include "script/playing.h"

#include <string.h>

void iw_play_note_proof(struct iw_play *play, unsigned conn, struct iw_span text)
{
    if (iw_span_starts_nocase(text, IW_SPAN("AUTHENTICATE ")))
        play->conns[conn].proof = iw_arena_copy(&play->arena, text);
}

/* Nobody computes anything: one empty challenge, any answer. */
static enum iw_result believe(struct iw_play *play, bool first)
{
    bool client = play->options.side == IW_SIDE_CLIENT;
    if (client != first)
        iw_buf_add_string(&play->aside, client ? "\r\n" : "+ \r\n");
    return client || first ? IW_MORE : IW_OK;
}

static enum iw_result go_on(struct iw_play *play, unsigned conn, struct iw_span line, bool first)
{
    const struct iw_exchange *exchange = &play->options.exchange;
    play->aside_conn = conn;
    return exchange->go_on == NULL ? believe(play, first)
                                   : exchange->go_on(exchange->context, conn, line, &play->aside);
}

static enum iw_turn finish(struct iw_play *play, struct iw_play_conn *conn)
{
    conn->proof = iw_span(NULL, 0);
    conn->proving = false;
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}

/* Only with a reply that is no OK was the server to be left unsatisfied. */
static bool is_to_succeed(const struct iw_play *play, const struct iw_step *step)
{
    const struct iw_step *next = step + 1;
    bool last = play->at + 1 == play->steps.count;
    return !last && next->kind == IW_STEP_LINE && next->conn == step->conn &&
           iw_span_starts_nocase(next->line.text, IW_SPAN("OK"));
}

static enum iw_turn take_result(struct iw_play *play, const struct iw_step *step,
                                enum iw_result result, struct iw_span line)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    if (result == IW_MORE)
        return IW_TURN_AGAIN;
    if (result != IW_OK && is_to_succeed(play, step))
        return iw_play_fail(play, IW_FAILURE_MISMATCH, step, conn->proof, line,
                            "the client has not proven who it is");
    return finish(play, conn);
}

static enum iw_turn begin(struct iw_play *play, const struct iw_step *step)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_span none = iw_span(NULL, 0);
    if (conn->proof.data == NULL)
        return iw_play_fail(play, IW_FAILURE_BLOCKED, step, none, none,
                            "no AUTHENTICATE has begun it");
    conn->proving = true;
    enum iw_result result = go_on(play, step->conn, conn->proof, true);
    bool server = play->options.side == IW_SIDE_SERVER;
    return server ? take_result(play, step, result, none) : IW_TURN_AGAIN;
}

/* A line of the client's. */
static enum iw_turn hear_client(struct iw_play *play, const struct iw_step *step, uint64_t now)
{
    struct iw_inbox *inbox = &play->conns[step->conn].inbox;
    struct iw_span octets = iw_inbox_peek(inbox);
    const char *end = octets.length == 0 ? NULL : memchr(octets.data, '\n', octets.length);
    if (end == NULL)
        return iw_play_stand(play, step, NULL, now);
    size_t length = (size_t)(end - octets.data);
    struct iw_span line =
        iw_span_part(octets, 0, length > 0 && end[-1] == '\r' ? length - 1 : length);
    enum iw_turn turn = take_result(play, step, go_on(play, step->conn, line, false), line);
    iw_inbox_skip(inbox, length + 1);
    if (play->state == IW_PLAY_PROVING)
        iw_play_expect(play, IW_PLAY_PROVING, now);
    return turn;
}

/* "+" SP (resp-text / base64) */
static struct iw_span challenge_of(const struct iw_received *reply)
{
    struct iw_span text = iw_received_text(reply);
    return iw_span_part(text, iw_span_starts(text, IW_SPAN("+ ")) ? 2 : 1, text.length);
}

/* Challenges, up to the tagged reply, which the next block takes. */
static enum iw_turn hear_server(struct iw_play *play, const struct iw_step *step, uint64_t now)
{
    struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_received *reply;
    if (iw_play_cut_reply(play, step, &reply) == IW_TURN_WAIT)
        return iw_play_stand(play, step, NULL, now);
    if (play->state != IW_PLAY_PROVING)
        return IW_TURN_AGAIN;
    if (reply->tag.data != NULL)
        return finish(play, conn);
    if (!iw_span_equal(reply->line.first->raw, IW_SPAN("+")))
        return IW_TURN_AGAIN;
    go_on(play, step->conn, challenge_of(reply), false);
    iw_inbox_forget(&conn->inbox, reply);
    iw_play_expect(play, IW_PLAY_PROVING, now);
    return IW_TURN_AGAIN;
}

enum iw_turn iw_play_prove(struct iw_play *play, uint64_t now)
{
    const struct iw_step *step = &play->steps.items[play->at];
    if (!play->conns[step->conn].proving)
        return begin(play, step);
    return play->options.side == IW_SIDE_CLIENT ? hear_server(play, step, now)
                                                : hear_client(play, step, now);
}
