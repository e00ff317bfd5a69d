/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

void iw_run_write_rights(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    const struct iw_response response = {
        .kind = IW_RESPONSE_MYRIGHTS,
        .myrights = {.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox)),
                     .rights = iw_run_letters(run, iw_run_rights(run, mailbox))}};
    iw_write_response(run->out, &response);
}

/* RFC 4314 §3.5 */
struct iw_outcome iw_command_myrights(struct iw_run *run)
{
    const struct iw_mailbox *mailbox = iw_run_seek(run, run->command->mailbox);
    if ((iw_run_rights(run, mailbox) & IW_RIGHTS_KNOW) == 0)
        return iw_run_refuse(run, mailbox);
    iw_run_write_rights(run, mailbox);
    return iw_ok("these are yours");
}
