/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/search_answer.h"

/* RFC 9051 §6.4.4 */
struct iw_outcome iw_command_search(struct iw_run *run)
{
    const char *fault = iw_search_answer_fault(run);
    struct iw_found found;
    if (fault != NULL)
        return iw_bad(fault);
    struct iw_outcome outcome = iw_search_on(run, &found);
    if (outcome.kind == IW_OUTCOME_MORE)
        return outcome;
    return iw_search_answer(run, &found, outcome);
}
