/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9738 §3.1: no part of them is copied. */
static struct iw_outcome refuse(struct iw_run *run, struct iw_chosen *chosen)
{
    uint64_t max = iw_run_save_max(run);
    const struct iw_window highest = {-(int64_t)max, -1};
    iw_chosen_cut(chosen, &highest);
    return iw_with_message_limit(run, iw_no(NULL, "these are too many messages"), max,
                                 run->session->view.entries[chosen->stretches[0].begin].uid);
}

/* RFC 9051 §6.4.7: all of them or none. */
struct iw_outcome iw_command_copy(struct iw_run *run)
{
    struct iw_outcome outcome;
    struct iw_chosen chosen;
    struct iw_run_copies copies;
    if (!iw_run_choose(run, &chosen, &outcome))
        return outcome;
    struct iw_mailbox *target = iw_run_open_target(run, &outcome);
    if (target == NULL)
        return outcome;
    if (iw_chosen_count(&chosen) > iw_run_save_max(run))
        return refuse(run, &chosen);
    if (!iw_run_copy(run, &chosen, target, &copies))
        return iw_no("OVERQUOTA", "there is no room");
    if (copies.missing && copies.count == 0)
        return iw_no("EXPUNGEISSUED", "the messages are gone");
    outcome = iw_ok("copied");
    if (copies.count == 0 || !iw_run_tells_uids(run, target))
        return outcome;
    const struct iw_code code = iw_run_copyuid(run, target, &copies);
    return iw_with_code(run, outcome, &code);
}
