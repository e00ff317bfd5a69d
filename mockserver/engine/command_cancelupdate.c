/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/context.h"

/* RFC 5267 §4.3.5 */
struct iw_outcome iw_command_cancelupdate(struct iw_run *run)
{
    const struct iw_names *tags = &run->command->names;
    bool known = true;
    for (size_t i = 0; i < tags->count; i++)
        known = iw_context_cancel(run->session, tags->names[i]) && known;
    return known ? iw_ok("changes are no longer told") : iw_bad("no search has one of these tags");
}
