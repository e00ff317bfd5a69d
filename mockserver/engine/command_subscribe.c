/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9051 §6.3.7: the mailbox exists now; it may go later and the subscription stays. */
struct iw_outcome iw_command_subscribe(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_outcome outcome;
    const struct iw_mailbox *mailbox =
        iw_run_find(run, run->command->mailbox, IW_RIGHT_LOOKUP, &outcome);
    if (mailbox == NULL)
        return outcome;
    if (!iw_store_subscribe(&session->engine->store, session->user,
                            iw_run_mailbox_name(run, mailbox)))
        return iw_no_memory();
    return iw_ok("subscribed");
}

/* RFC 9051 §6.3.8: there is nothing wrong in a name that is not subscribed. */
struct iw_outcome iw_command_unsubscribe(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    const bool rev2 = iw_engine_session_is_rev2(session);
    struct iw_span name;
    if (!iw_run_read_name(run, run->command->mailbox, &name) ||
        (!iw_store_unsubscribe(&session->engine->store, session->user, name) && !rev2))
        return iw_no("NONEXISTENT", "there is no such subscription");
    return iw_ok("unsubscribed");
}
