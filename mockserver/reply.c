/* SPDX-License-Identifier: MIT */
#include "mockserver/reply.h"

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

void iw_reply_piece(struct iw_conversation *conversation, struct iw_buf *out)
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
        conversation->told_ask = true;
        break;
    case IW_TURN_NEWS:
        iw_engine_session_tell(session, out);
        break;
    }
}

/* All of the answer; false: it is too large for one piece. */
static bool finish(struct iw_conversation *conversation, struct iw_buf *out)
{
    while (iw_engine_session_is_busy(&conversation->session) && !out->failed)
        iw_engine_session_go_on(&conversation->session, out);
    return !out->failed;
}

bool iw_reply_whole(struct iw_conversation *conversation, struct iw_buf *out)
{
    iw_reply_piece(conversation, out);
    return finish(conversation, out);
}

bool iw_reply_instead(struct iw_conversation *conversation, struct iw_span text, struct iw_buf *out)
{
    struct iw_buf line;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_command command;
    struct iw_error error = {0};
    iw_buf_init(&line, NULL, conversation->inbox.cap);
    iw_buf_add(&line, iw_buf_span(&conversation->tag));
    iw_buf_add_char(&line, ' ');
    iw_buf_add(&line, text);
    iw_buf_add_string(&line, "\r\n");
    iw_framer_init(&framer, IW_FRAME_COMMANDS, &conversation->framer.limits, NULL);
    iw_framer_feed(&framer, iw_buf_span(&line));
    bool read = iw_framer_next(&framer, &frame, &error) == IW_OK && frame.kind == IW_FRAME_WHOLE &&
                iw_parse_command(&frame, &conversation->arena, &conversation->framer.limits, NULL,
                                 &command, &error) == IW_OK;
    if (read) {
        iw_engine_session_answer(&conversation->session, &command, out);
        read = finish(conversation, out);
    }
    iw_framer_release(&framer);
    iw_buf_release(&line);
    return read;
}

bool iw_reply_aside(struct iw_conversation *conversation, const struct iw_frame *frame,
                    struct iw_buf *answer)
{
    struct iw_engine_session *session = &conversation->session;
    struct iw_command command;
    struct iw_error error = {0};
    iw_arena_reset(&conversation->arena);
    if (iw_parse_command(frame, &conversation->arena, &conversation->framer.limits, NULL, &command,
                         &error) != IW_OK)
        return false;
    iw_engine_session_answer(session, &command, answer);
    bool whole = finish(conversation, answer) && !session->wants_line &&
                 !session->starts_tls && !session->starts_deflate;
    iw_engine_session_abandon(session);
    session->starts_tls = false;
    session->starts_deflate = false;
    session->closes = false;
    return whole;
}

enum iw_result iw_reply_prove(struct iw_conversation *conversation, struct iw_span line,
                              struct iw_buf *answer)
{
    struct iw_engine_session *session = &conversation->session;
    struct iw_buf said;
    iw_buf_init(&said, NULL, conversation->answer.cap);
    if (session->wants_line) {
        iw_engine_session_line(session, line, &said);
    } else {
        iw_arena_reset(&conversation->arena);
        iw_engine_session_log_out(session);
        iw_buf_clear(&conversation->tag);
        iw_buf_add_char(&conversation->tag, 'x');
        iw_reply_instead(conversation, line, &said);
    }
    enum iw_result result = session->wants_line     ? IW_MORE
                            : session->user != NULL ? IW_OK
                                                    : IW_SYSTEM;
    if (result == IW_MORE)
        iw_buf_add(answer, iw_buf_span(&said));
    iw_buf_release(&said);
    return result;
}
