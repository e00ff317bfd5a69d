/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9051 §6.3.5: what is below the mailbox stays. A session that has it open goes on with it
 * (RFC 2180 §3.2). */
struct iw_outcome iw_command_delete(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_outcome outcome;
    struct iw_mailbox *mailbox = iw_run_find(run, run->command->mailbox, IW_RIGHT_DELETE, &outcome);
    if (mailbox == NULL)
        return outcome;
    if (iw_span_equal(mailbox->name, IW_SPAN("INBOX")))
        return iw_no("CANNOT", "INBOX stays");
    if (mailbox == session->view.mailbox)
        iw_engine_session_unselect(session);
    iw_store_delete(&session->engine->store, mailbox);
    return iw_ok("deleted");
}
