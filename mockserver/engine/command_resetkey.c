/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 4467 §7: URLs that were authorised are no longer. INTERNAL is all there is, whatever
 * mechanisms the client names. */
struct iw_outcome iw_command_resetkey(struct iw_run *run)
{
    const struct iw_store *store = &run->session->engine->store;
    struct iw_outcome outcome = iw_ok("the key is gone");
    if (run->command->mailbox.data == NULL) {
        for (size_t i = 0; i < store->count; i++) {
            if (store->mailboxes[i]->owner == run->session->user)
                store->mailboxes[i]->url_key = 0;
        }
        return iw_ok("all keys are gone");
    }
    struct iw_mailbox *mailbox = iw_run_open(run, run->command->mailbox, IW_RIGHT_READ, &outcome);
    if (mailbox == NULL)
        return outcome;
    if (mailbox->owner != run->session->user)
        return iw_no("NOPERM", "that is its owner's");
    mailbox->url_key = 0;
    outcome.code = IW_SPAN("URLMECH INTERNAL");
    return outcome;
}
