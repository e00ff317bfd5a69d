/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

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
