/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

/* RFC 9208 §4.1.2, §6: a mailbox that is not there would have its owner's root. */
struct iw_outcome iw_command_getquotaroot(struct iw_run *run)
{
    const struct iw_mailbox *mailbox = iw_run_seek(run, run->command->mailbox);
    struct iw_location location;
    if (!iw_run_locate(run, run->command->mailbox, &location))
        return iw_no("CANNOT", "that is no name for a mailbox");
    if (location.owner != run->session->user && (iw_run_rights(run, mailbox) & IW_RIGHT_READ) == 0)
        return iw_run_refuse(run, mailbox);
    struct iw_response response = {
        .kind = IW_RESPONSE_QUOTAROOT,
        .quotaroot = {.mailbox = run->command->mailbox, .roots = {&location.owner->name, 1}}};
    iw_write_response(run->out, &response);
    iw_run_write_quota(run, location.owner);
    return iw_ok("that is its quota");
}
