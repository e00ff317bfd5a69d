/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "mockserver/engine/pattern.h"
#include "parser/response.h"

static struct iw_outcome tell(struct iw_run *run, const char *text)
{
    const char *active = iw_collation_names[run->session->collation];
    const struct iw_response response = {.kind = IW_RESPONSE_COMPARATOR,
                                         .comparator = {.active = iw_span_of(active)}};
    iw_write_response(run->out, &response);
    return iw_ok(text);
}

/* The first that one of the names fits, "*" for any octets in them, becomes the active one
 * (RFC 5255 §4.7). */
struct iw_outcome iw_command_comparator(struct iw_run *run)
{
    const struct iw_names *wanted = &run->command->names;
    for (size_t i = 0; i < wanted->count; i++) {
        for (unsigned j = 0; j < IW_COLLATION_COUNT; j++) {
            if (!iw_pattern_matches(wanted->names[i], iw_span_of(iw_collation_names[j])))
                continue;
            run->session->collation = (enum iw_collation)j;
            return tell(run, "from now on");
        }
    }
    return wanted->count == 0 ? tell(run, "that is active")
                              : iw_no("BADCOMPARATOR", "there is no such comparator");
}
