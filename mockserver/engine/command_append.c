/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/appending.h"

static bool quota_allows(const struct iw_mailbox *mailbox, const struct iw_appending *appending)
{
    const struct iw_quota_state *quota = &mailbox->owner->quota;
    return iw_quota_allows(quota, IW_RESOURCE_MESSAGE, appending->count) &&
           iw_quota_allows(quota, IW_RESOURCE_STORAGE, appending->total);
}

/* RFC 9051 §6.3.12, MULTIAPPEND (RFC 3502): all of them or none. */
struct iw_outcome iw_command_append(struct iw_run *run)
{
    struct iw_outcome outcome;
    struct iw_appending appending;
    struct iw_range range;
    struct iw_mailbox *mailbox = iw_run_open_target(run, &outcome);
    if (mailbox == NULL)
        return outcome;
    outcome = iw_appending_prepare(run, &appending);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    if (!quota_allows(mailbox, &appending) || !iw_appending_add(run, &appending, mailbox))
        return iw_no("OVERQUOTA", "there is no room");
    if (!iw_run_tells_uids(run, mailbox))
        return outcome;
    const struct iw_code code = iw_appending_code(&appending, mailbox, &range);
    return iw_with_code(run, outcome, &code);
}
