/* SPDX-License-Identifier: MIT */
/* What a login gives away: the user's name, and the password or token, out of a LOGIN or the
 * client's messages in AUTHENTICATE. */
#ifndef IW_SCRIPT_PROOF_H
#define IW_SCRIPT_PROOF_H

#include "parser/command.h"
#include "script/redaction.h"

/* What stands for the user: see iw_redaction_add_user. */
const char *iw_proof_learn_login(struct iw_redaction *redaction, const struct iw_command *login);

/* A line of the client's, in base64: the number-th of this exchange, from 1. */
void iw_proof_learn_message(struct iw_redaction *redaction, struct iw_span mechanism,
                            unsigned number, struct iw_span line);

/* A line that is no command although it names LOGIN or AUTHENTICATE: every word behind that. */
void iw_proof_learn_words(struct iw_redaction *redaction, struct iw_span line);

#endif
