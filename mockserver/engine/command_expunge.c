/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

struct wanted {
    const struct iw_view *view;
    const struct iw_set *uids; /* NULL: all */
    uint32_t last_uid;
    uint32_t first_uid; /* what is below it stays */
};

static bool goes(void *context, const struct iw_message *message)
{
    const struct wanted *wanted = context;
    return (message->flags & IW_FLAG_DELETED) != 0 && message->uid >= wanted->first_uid &&
           (wanted->uids == NULL || iw_set_contains(wanted->uids, message->uid, wanted->last_uid));
}

/* UID EXPUNGE removes no more than so many, those with the highest UIDs (RFC 9738 §3.1). */
static void limit(struct wanted *wanted, uint64_t max)
{
    const struct iw_mailbox *mailbox = wanted->view->mailbox;
    uint32_t lowest = 0;
    uint64_t count = 0;
    for (size_t i = mailbox->count; i > 0 && count <= max; i--) {
        const struct iw_message *message = &mailbox->messages[i - 1];
        bool chosen = goes(wanted, message);
        lowest = chosen && count < max ? message->uid : lowest;
        count += chosen;
    }
    wanted->first_uid = count > max ? lowest : 0;
}

/* EXPUNGE, UID EXPUNGE (RFC 9051 §6.4.3, §6.4.9). Only removes: what has gone is told at the end
 * of the command. */
struct iw_outcome iw_command_expunge(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    const struct iw_view *view = &session->view;
    const struct iw_command *command = run->command;
    struct iw_set uids = command->set.saved ? session->saved : command->set;
    struct wanted wanted = {.view = view,
                            .last_uid = view->count == 0 ? 0 : view->entries[view->count - 1].uid};
    if (command->uid && !iw_engine_session_has(session, IW_CAPABILITY_UIDPLUS))
        return iw_bad("this server does not have UIDPLUS");
    if (view->read_only)
        return iw_no("READ-ONLY", "the mailbox is open for reading");
    if ((view->rights & IW_RIGHT_EXPUNGE) == 0)
        return iw_no("NOPERM", "you have no right to expunge");
    if (command->uid && !iw_set_normalize(&uids, wanted.last_uid, run->arena))
        return iw_no_memory();
    wanted.uids = command->uid ? &uids : NULL;
    if (command->uid)
        limit(&wanted, iw_run_message_max(run));
    struct iw_outcome outcome = iw_ok("expunged");
    if (iw_mailbox_remove(view->mailbox, goes, &wanted) > 0)
        outcome = iw_with_highest_modseq(run, outcome);
    if (wanted.first_uid == 0)
        return outcome;
    return iw_with_message_limit(run, outcome, iw_run_message_max(run), wanted.first_uid);
}
