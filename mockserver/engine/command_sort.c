/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/order.h"
#include "mockserver/engine/search_answer.h"

/* RFC 5256 §3, RFC 5267 §3 */
struct iw_outcome iw_command_sort(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    const char *fault = iw_search_answer_fault(run);
    struct iw_found found;
    if (fault != NULL)
        return iw_bad(fault);
    if (!iw_order_is_known(run, command->sort))
        return iw_bad("this server does not know one of the sort keys");
    struct iw_outcome outcome = iw_search_on(run, &found);
    if (outcome.kind == IW_OUTCOME_MORE)
        return outcome;
    if (outcome.kind == IW_OUTCOME_OK && !iw_order(run, command->sort, &found))
        return iw_no_memory();
    return iw_search_answer(run, &found, outcome);
}
