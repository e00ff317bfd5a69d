/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

static bool is_deleted(void *context, const struct iw_message *message)
{
    (void)context;
    return (message->flags & IW_FLAG_DELETED) != 0;
}

/* RFC 9051 §6.4.1, RFC 4314 §4: what is marked goes without a word. */
struct iw_outcome iw_command_close(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    if (!session->view.read_only && (session->view.rights & IW_RIGHT_EXPUNGE) != 0)
        iw_mailbox_remove(session->view.mailbox, is_deleted, NULL);
    iw_engine_session_unselect(session);
    return iw_ok("closed");
}

/* RFC 3691 §2, RFC 9051 §6.4.2 */
struct iw_outcome iw_command_unselect(struct iw_run *run)
{
    iw_engine_session_unselect(run->session);
    return iw_ok("closed");
}
