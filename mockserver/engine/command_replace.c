/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/appending.h"

enum { RIGHTS_NEEDED = IW_RIGHT_DELETE_MESSAGE | IW_RIGHT_EXPUNGE };

/* The message that goes. NULL: *outcome says why. */
static const struct iw_message *find_message(struct iw_run *run, struct iw_outcome *outcome)
{
    const struct iw_view *view = &run->session->view;
    struct iw_chosen chosen;
    size_t index;
    if (!iw_run_choose(run, &chosen, outcome))
        return NULL;
    const struct iw_message *message =
        iw_chosen_next(&chosen, &index) ? iw_view_message(view, index) : NULL;
    if (message == NULL)
        *outcome = iw_no("NONEXISTENT", "there is no such message");
    else if (view->read_only)
        *outcome = iw_no("READ-ONLY", "the mailbox is open for reading");
    else if ((view->rights & RIGHTS_NEEDED) != RIGHTS_NEEDED)
        *outcome = iw_no("NOPERM", "you have no right to remove it");
    else
        return message;
    return NULL;
}

static uint64_t more(uint64_t added, uint64_t removed)
{
    return added > removed ? added - removed : 0;
}

/* Only what is more afterwards counts (RFC 8508 §3.4). */
static bool quota_allows(const struct iw_run *run, const struct iw_mailbox *target,
                         const struct iw_appending *appending, uint64_t removed)
{
    const struct iw_quota_state *quota = &target->owner->quota;
    bool same = target->owner == run->session->view.mailbox->owner;
    return iw_quota_allows(quota, IW_RESOURCE_MESSAGE, same ? 0 : 1) &&
           iw_quota_allows(quota, IW_RESOURCE_STORAGE, more(appending->total, same ? removed : 0));
}

static bool is_it(void *context, const struct iw_message *message)
{
    const uint32_t *uid = context;
    return message->uid == *uid;
}

/* REPLACE, UID REPLACE (RFC 8508 §3): one message comes, one goes, or nothing happens. APPENDUID
 * stands in an untagged OK before the removal is told (§4.3). */
struct iw_outcome iw_command_replace(struct iw_run *run)
{
    struct iw_outcome outcome;
    struct iw_appending appending;
    struct iw_range range;
    const struct iw_message *old = find_message(run, &outcome);
    if (old == NULL)
        return outcome;
    uint32_t uid = old->uid;
    struct iw_mailbox *target = iw_run_open_target(run, &outcome);
    if (target == NULL)
        return outcome;
    outcome = iw_appending_prepare(run, &appending);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    if (!quota_allows(run, target, &appending, old->content->length) ||
        !iw_appending_add(run, &appending, target))
        return iw_no("OVERQUOTA", "there is no room");
    if (iw_run_tells_uids(run, target)) {
        const struct iw_code code = iw_appending_code(&appending, target, &range);
        iw_buf_add_string(run->out, "* OK ");
        iw_write_code(run->out, &code);
        iw_buf_add_string(run->out, " the new message\r\n");
    }
    iw_mailbox_remove(run->session->view.mailbox, is_it, &uid);
    return iw_with_highest_modseq(run, iw_ok("replaced"));
}
