/* SPDX-License-Identifier: MIT */
/* One connection to the server under test for errands of our own: the probe before a run, the
 * sweep after it. Each call runs the loop until the answer is there or the time is over, so it must
 * not be made from inside a callback of that loop. */
#ifndef IW_CONFORMANCE_TALK_H
#define IW_CONFORMANCE_TALK_H

#include "client/session.h"
#include "conformance/target.h"
#include "net/loop.h"

struct iw_talk;

enum { IW_TALK_COMMAND_STEPS = 6 }; /* a command may take so many times as long as a silence */

/* Connects and waits for the greeting. NULL with the reason in error: IW_TIMEOUT when the server
 * accepts and says nothing, IW_SYSTEM when there is no connection, else it is no greeting. */
struct iw_talk *iw_talk_open(struct iw_loop *loop, const struct iw_target *target,
                             struct iw_error *error);
void iw_talk_close(struct iw_talk *talk);

/* Asked for each untagged response of a command; the response is valid during the call. */
typedef void iw_talk_response(void *context, const struct iw_response *response);

/* One command to its end. IW_OK also for NO and BAD: see *state, and the server's words in
 * *error's detail. Anything else: the connection is of no further use. */
enum iw_result iw_talk_command(struct iw_talk *talk, const struct iw_request *request,
                               iw_talk_response *response, void *context, enum iw_state *state,
                               struct iw_error *error);

/* STARTTLS with its handshake. */
enum iw_result iw_talk_secure(struct iw_talk *talk, struct iw_error *error);

/* By target->auth; IW_AUTH_ANY chooses by the capabilities. */
enum iw_result iw_talk_log_in(struct iw_talk *talk, enum iw_state *state, struct iw_error *error);

const struct iw_session *iw_talk_session(const struct iw_talk *talk);

#endif
