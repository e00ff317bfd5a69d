/* SPDX-License-Identifier: MIT */
/* Searches whose results change with the mailbox, and of which the client is told (RFC 5267 §4.3).
 * They belong to a session and end with the selected mailbox.
 *
 * A message leaves a result before the client learns that it is gone, and comes into one after the
 * client has learnt that it is there, so that its number is always one the client knows. */
#ifndef IW_MOCKSERVER_ENGINE_CONTEXT_H
#define IW_MOCKSERVER_ENGINE_CONTEXT_H

#include "mockserver/engine/search.h"

enum { IW_CONTEXTS_MAX = 16 }; /* of one session */

/* From now on the client is told what changes in the result of the command in progress; if that
 * cannot be, NOUPDATE says so. */
void iw_context_begin(struct iw_run *run, const struct iw_found *found);
bool iw_context_has(const struct iw_engine_session *session, struct iw_span tag);
/* False: no context has that tag. */
bool iw_context_cancel(struct iw_engine_session *session, struct iw_span tag);
void iw_contexts_end(struct iw_engine_session *session);

/* Around iw_view_tell. */
void iw_contexts_tell_removed(struct iw_engine_session *session, struct iw_buf *out);
void iw_contexts_tell_added(struct iw_engine_session *session, struct iw_buf *out);

#endif
