/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool was_copied(void *context, const struct iw_message *message)
{
    const struct iw_run_copies *copies = context;
    return bsearch(&message->uid, copies->from, copies->count, sizeof *copies->from, compare) !=
           NULL;
}

/* RFC 6851 §3, §4.2, §4.3: COPYUID in an untagged OK, before the EXPUNGE responses. */
struct iw_outcome iw_command_move(struct iw_run *run)
{
    struct iw_outcome outcome;
    struct iw_chosen chosen;
    struct iw_run_copies copies;
    struct iw_view *view = &run->session->view;
    const unsigned needed = IW_RIGHT_DELETE_MESSAGE | IW_RIGHT_EXPUNGE;
    if (!iw_run_choose(run, &chosen, &outcome))
        return outcome;
    if (view->read_only)
        return iw_no("READ-ONLY", "the mailbox is open for reading");
    if ((view->rights & needed) != needed)
        return iw_no("NOPERM", "you have no right to take messages away");
    struct iw_mailbox *target = iw_run_open_target(run, &outcome);
    if (target == NULL)
        return outcome;
    const uint32_t lowest_uid = iw_run_limit(run, &chosen);
    if (!iw_run_copy(run, &chosen, target, &copies))
        return iw_no("OVERQUOTA", "there is no room");
    if (copies.count > 0 && iw_run_tells_uids(run, target)) {
        const struct iw_code code = iw_run_copyuid(run, target, &copies);
        iw_buf_add_string(run->out, "* OK ");
        iw_write_code(run->out, &code);
        iw_buf_add_string(run->out, " moved\r\n");
    }
    iw_mailbox_remove(view->mailbox, was_copied, &copies);
    outcome = iw_with_highest_modseq(run, iw_ok("moved"));
    if (lowest_uid == 0)
        return outcome;
    return iw_with_message_limit(run, outcome, iw_run_message_max(run), lowest_uid);
}
