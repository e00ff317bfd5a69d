/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

enum { LETTERS_MAX = 32 };

struct iw_span iw_run_letters(struct iw_run *run, unsigned rights)
{
    struct iw_buf letters;
    iw_buf_init(&letters, NULL, LETTERS_MAX);
    iw_rights_write(rights, !iw_engine_session_has(run->session, IW_CAPABILITY_RIGHTS), &letters);
    struct iw_span copy = iw_arena_copy(run->arena, iw_buf_span(&letters));
    iw_buf_release(&letters);
    return copy;
}

/* RFC 4314 §3.3: the owner is named first. */
struct iw_outcome iw_command_getacl(struct iw_run *run)
{
    struct iw_outcome outcome;
    const struct iw_mailbox *mailbox =
        iw_run_find(run, run->command->mailbox, IW_RIGHT_ADMINISTER, &outcome);
    if (mailbox == NULL)
        return outcome;
    const struct iw_grants *grants = &mailbox->grants;
    struct iw_response response = {
        .kind = IW_RESPONSE_ACL,
        .acl = {.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox)),
                .entries =
                    iw_arena_array(run->arena, grants->count + 1, sizeof(struct iw_acl_entry)),
                .count = grants->count + 1}};
    if (response.acl.entries == NULL)
        return iw_no_memory();
    response.acl.entries[0] =
        (struct iw_acl_entry){mailbox->owner->name, iw_run_letters(run, mailbox->owner_rights)};
    for (size_t i = 0; i < grants->count; i++) {
        const struct iw_grant *grant = &grants->members[i];
        response.acl.entries[i + 1] =
            (struct iw_acl_entry){grant->identifier, iw_run_letters(run, grant->rights)};
    }
    iw_write_response(run->out, &response);
    return iw_ok("that is its list");
}
