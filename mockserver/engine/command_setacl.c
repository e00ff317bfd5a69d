/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

static struct iw_outcome grant(struct iw_run *run, unsigned (*change)(unsigned, unsigned),
                               unsigned rights)
{
    const struct iw_command *command = run->command;
    struct iw_outcome outcome;
    if (!iw_identifier_is_good(command->user))
        return iw_bad("that can be no identifier");
    struct iw_mailbox *mailbox = iw_run_find(run, command->mailbox, IW_RIGHT_ADMINISTER, &outcome);
    if (mailbox == NULL)
        return outcome;
    unsigned old = iw_mailbox_granted(mailbox, command->user);
    struct iw_sight sight = iw_sight_begin(mailbox);
    bool granted = iw_mailbox_grant(mailbox, command->user, change(old, rights));
    iw_sight_end(&sight, true);
    return granted ? iw_ok("granted") : iw_no("LIMIT", "there are too many identifiers");
}

static unsigned replace(unsigned old, unsigned rights)
{
    (void)old;
    return rights;
}

static unsigned add(unsigned old, unsigned rights)
{
    return old | rights;
}

static unsigned take(unsigned old, unsigned rights)
{
    return old & ~rights;
}

/* RFC 4314 §3.1: "+" adds to what the identifier has, "-" takes from it. */
struct iw_outcome iw_command_setacl(struct iw_run *run)
{
    struct iw_span letters = run->command->other;
    char sign = letters.length > 0 ? letters.data[0] : '\0';
    bool is_signed = sign == '+' || sign == '-';
    bool old = !iw_engine_session_has(run->session, IW_CAPABILITY_RIGHTS);
    unsigned rights;
    if (!iw_rights_read(iw_span_part(letters, is_signed, letters.length), old, &rights))
        return iw_bad("one of these is no right");
    return grant(run, sign == '+' ? add : sign == '-' ? take : replace, rights);
}

/* RFC 4314 §3.2 */
struct iw_outcome iw_command_deleteacl(struct iw_run *run)
{
    return grant(run, replace, 0);
}
