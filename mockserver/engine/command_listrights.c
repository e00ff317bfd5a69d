/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

enum { LETTERS_MAX = 32 };

/* RFC 4314 §3.4: each right can be granted by itself. */
struct iw_outcome iw_command_listrights(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    struct iw_outcome outcome;
    struct iw_span optional[LETTERS_MAX];
    if (!iw_identifier_is_good(command->user))
        return iw_bad("that can be no identifier");
    const struct iw_mailbox *mailbox =
        iw_run_find(run, command->mailbox, IW_RIGHT_ADMINISTER, &outcome);
    if (mailbox == NULL)
        return outcome;
    unsigned required = iw_mailbox_required(mailbox, command->user);
    struct iw_span letters = iw_run_letters(run, IW_RIGHTS_ALL & ~required);
    struct iw_response response = {
        .kind = IW_RESPONSE_LISTRIGHTS,
        .listrights = {.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox)),
                       .identifier = command->user,
                       .required = iw_run_letters(run, required),
                       .optional = {optional, letters.length}}};
    for (size_t i = 0; i < letters.length; i++)
        optional[i] = iw_span_part(letters, i, i + 1);
    iw_write_response(run->out, &response);
    return iw_ok("these can be granted");
}
