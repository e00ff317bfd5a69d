/* SPDX-License-Identifier: MIT */
/* A turn of a conversation: something that calls for an answer, from its beginning up to the jobs
 * that answer it.
 *
 * The first rule that matches plays its steps; where none does, the engine answers, and every
 * response line is offered to the rules before it goes. What belongs to a turn, its arena first of
 * all, ends when the next one begins. */
#ifndef IW_MOCKSERVER_TURN_H
#define IW_MOCKSERVER_TURN_H

#include "parser/frame.h"
#include "script/scenario.h"

struct iw_conversation;

enum iw_turn {
    IW_TURN_ACCEPT,
    IW_TURN_GREETING,
    IW_TURN_COMMAND,
    IW_TURN_LINE,
    IW_TURN_ASK,
    IW_TURN_NEWS
};

/* What is no line: the connection has come, or is to be greeted. */
void iw_turn_begin_event(struct iw_conversation *conversation, enum iw_turn turn,
                         enum iw_rule_event event);
/* A whole command, a line that one waits for, or a literal that asks for "+". */
void iw_turn_begin_frame(struct iw_conversation *conversation, const struct iw_frame *frame);
/* The turn of such a literal is over: it may come or, where the answer was a tagged one, the
 * command ends in front of it. False: the client has had no answer, and waits. */
bool iw_turn_end_ask(struct iw_conversation *conversation);
/* More has come from the client, which is wrong while a literal of its waits. */
void iw_turn_overhear(struct iw_conversation *conversation);
/* A command that is over a limit: BAD, without a tag. */
void iw_turn_begin_excess(struct iw_conversation *conversation);
/* Something has changed in the mailbox of a client that idles. */
void iw_turn_begin_news(struct iw_conversation *conversation);

/* The next piece of an answer whose last one is out. */
void iw_turn_go_on(struct iw_conversation *conversation);

#endif
