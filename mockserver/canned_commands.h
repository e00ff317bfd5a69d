/* SPDX-License-Identifier: MIT */
/* The canned server's commands, by what they work on. Private to canned*.c.
 *
 * Each writes its untagged responses and returns the tagged one behind its tag ("OK done"), static;
 * NULL: it is not complete, the client sends a line first. */
#ifndef IW_MOCKSERVER_CANNED_COMMANDS_H
#define IW_MOCKSERVER_CANNED_COMMANDS_H

#include "mockserver/canned.h"

struct iw_canned_call {
    struct iw_canned_session *session;
    const struct iw_command *command;
    const struct iw_frame *frame;
    struct iw_buf *out;
};

/* mailboxes: canned_mailbox.c */
const char *iw_canned_select(const struct iw_canned_call *call);
const char *iw_canned_create(const struct iw_canned_call *call);
const char *iw_canned_delete(const struct iw_canned_call *call);
const char *iw_canned_subscribe(const struct iw_canned_call *call);
const char *iw_canned_list(const struct iw_canned_call *call);
const char *iw_canned_namespace(const struct iw_canned_call *call);
const char *iw_canned_status(const struct iw_canned_call *call);
const char *iw_canned_append(const struct iw_canned_call *call);
const char *iw_canned_close(const struct iw_canned_call *call);
/* Leaves the selected mailbox. */
void iw_canned_unselect(struct iw_canned_session *session);
/* Tells the client what has gone from its mailbox and what is new there. */
void iw_canned_tell_changes(struct iw_canned_session *session, struct iw_buf *out);

/* messages: canned_message.c */
const char *iw_canned_fetch(const struct iw_canned_call *call);
const char *iw_canned_store(const struct iw_canned_call *call);
const char *iw_canned_expunge(const struct iw_canned_call *call);
const char *iw_canned_search(const struct iw_canned_call *call);
/* The message of that number in the client's view; NULL: it is gone. */
struct iw_mail *iw_canned_mail(const struct iw_canned_session *session, size_t number);

#endif
