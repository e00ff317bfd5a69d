/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* The name alone, for the sake of what is below it. */
static struct iw_outcome keep_name(struct iw_run *run, struct iw_user *owner, struct iw_span name)
{
    struct iw_mailbox *kept = iw_store_create(&run->session->engine->store, owner, name);
    if (kept == NULL)
        return iw_no_memory();
    kept->no_select = true;
    return iw_ok("deleted, but for its name");
}

/* RFC 9051 §6.3.5: what is below the mailbox stays. A session that has it open goes on with it
 * (RFC 2180 §3.2). */
struct iw_outcome iw_command_delete(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_store *store = &session->engine->store;
    struct iw_outcome outcome;
    struct iw_mailbox *mailbox = iw_run_find(run, run->command->mailbox, IW_RIGHT_DELETE, &outcome);
    if (mailbox == NULL)
        return outcome;
    if (iw_span_equal(mailbox->name, IW_SPAN("INBOX")))
        return iw_no("CANNOT", "INBOX stays");
    const bool has_children = iw_store_has_children(store, iw_store_index(mailbox));
    if (has_children && mailbox->no_select)
        return iw_no("HASCHILDREN", "there are mailboxes below it");
    struct iw_user *owner = mailbox->owner;
    const struct iw_span name = iw_arena_copy(run->arena, mailbox->name);
    if (name.data == NULL)
        return iw_no_memory();
    if (mailbox == session->view.mailbox)
        iw_engine_session_unselect(session);
    iw_store_delete(store, mailbox);
    return has_children ? keep_name(run, owner, name) : iw_ok("deleted");
}
