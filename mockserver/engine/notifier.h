/* SPDX-License-Identifier: MIT */
/* What a session wants to hear of, unasked, in the selected mailbox and in others (NOTIFY,
 * RFC 5465). One that has fallen too far behind hears of nothing any more (§5.8). */
#ifndef IW_MOCKSERVER_ENGINE_NOTIFIER_H
#define IW_MOCKSERVER_ENGINE_NOTIFIER_H

#include "mockserver/engine/command.h"

enum iw_notified {
    IW_NOTIFIED_NEW = 1 << 0,
    IW_NOTIFIED_EXPUNGE = 1 << 1,
    IW_NOTIFIED_FLAGS = 1 << 2,
    IW_NOTIFIED_MESSAGES = (1 << 3) - 1,
    IW_NOTIFIED_NAME = 1 << 3,
    IW_NOTIFIED_SUBSCRIPTION = 1 << 4,
    IW_NOTIFIED_METADATA = 1 << 5,
    IW_NOTIFIED_SERVER_METADATA = 1 << 6
};

/* 0: the session cannot be told of it. */
unsigned iw_notified_of(const struct iw_engine_session *session, struct iw_span event);
/* "BADEVENT (…)" with all events that it can be told of, in the arena. */
struct iw_span iw_notified_names(struct iw_run *run);
bool iw_notify_is_selected(const struct iw_event_group *group);
/* What is wanted of a mailbox that is not selected. */
unsigned iw_notify_events(struct iw_run *run, const struct iw_notify *notify, struct iw_user *owner,
                          struct iw_span name);

/* The command takes the place of the one before. False: no memory; then none is in place. */
bool iw_notifier_set(struct iw_engine_session *session, const struct iw_command *command);
void iw_notifier_free(struct iw_engine_session *session);

/* For a session that has one. */
bool iw_notifier_has_news(const struct iw_engine_session *session);
/* What may be told of the selected mailbox now. */
void iw_notifier_adapt(const struct iw_engine_session *session, struct iw_view_style *style);
/* FETCH of the messages from this UID on, of which the client has just been told. */
void iw_notifier_tell_new(struct iw_engine_session *session, uint32_t uidnext, struct iw_buf *out);
/* FETCH of these messages of the selected mailbox, by number, as nobody's command. */
void iw_notify_fetch(struct iw_engine_session *session, struct iw_arena *arena, struct iw_set set,
                     const struct iw_fetch_att *atts, struct iw_buf *out);
/* What has happened to other mailboxes. */
void iw_notifier_tell(struct iw_engine_session *session, struct iw_buf *out);

#endif
