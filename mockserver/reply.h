/* SPDX-License-Identifier: MIT */
/* What the engine has to say: to the present turn of a conversation, to a command that a rule puts
 * in the client's place, or to what a dialogue leaves to it.
 *
 * It is added to a buffer of the caller's; nothing is sent here, and no rule sees it. */
#ifndef IW_MOCKSERVER_REPLY_H
#define IW_MOCKSERVER_REPLY_H

#include "mockserver/conversation.h"

/* The first piece of the answer to the turn, or the next one. */
void iw_reply_piece(struct iw_conversation *conversation, struct iw_buf *out);
/* All of it; false: it is too large for one piece. */
bool iw_reply_whole(struct iw_conversation *conversation, struct iw_buf *out);
/* To another command than the client's, without a tag of its own: it gets the client's. False: it
 * cannot be read, or the answer is too large. */
bool iw_reply_instead(struct iw_conversation *conversation, struct iw_span text,
                      struct iw_buf *out);

/* To a command of a dialogue that is left to the engine; false: it has none that fits into one
 * piece. */
bool iw_reply_aside(struct iw_conversation *conversation, const struct iw_frame *frame,
                    struct iw_buf *answer);
/* To the exchange of a dialogue's AUTHENTICATE: as iw_exchange.go_on. What is said to the command
 * itself, when it is done, is for the dialogue to say. */
enum iw_result iw_reply_prove(struct iw_conversation *conversation, struct iw_span line,
                              struct iw_buf *answer);

#endif
