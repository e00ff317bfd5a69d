/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

static bool is_any(void *context, const struct iw_message *message)
{
    (void)context;
    (void)message;
    return true;
}

/* The messages of INBOX go to a new mailbox; INBOX itself stays, and what is below it. */
static struct iw_outcome empty_inbox(struct iw_run *run, struct iw_mailbox *inbox,
                                     struct iw_span name)
{
    struct iw_store *store = inbox->store;
    struct iw_mailbox *target = iw_store_create(store, inbox->owner, name);
    bool full = false;
    if (target == NULL)
        return iw_no_memory();
    if (!iw_annotations_copy(store, &target->annotations, &inbox->annotations)) {
        iw_store_delete(store, target);
        return iw_no_memory();
    }
    for (size_t i = 0; i < inbox->count; i++) {
        const struct iw_message *message = &inbox->messages[i];
        struct iw_span names[IW_FLAG_NAMES_MAX];
        const struct iw_flags flags = iw_mailbox_flag_names(inbox, message->flags, false, names);
        const struct iw_delivery delivery = {.content = message->content,
                                             .flags = iw_mailbox_flags(target, &flags, true, &full),
                                             .date = message->date,
                                             .saved = run->session->engine->now};
        if (iw_mailbox_add(target, &delivery) == NULL) {
            iw_store_delete(store, target);
            return iw_no_memory();
        }
    }
    iw_mailbox_remove(inbox, is_any, NULL);
    return iw_ok("its messages are there now");
}

/* RFC 9051 §6.3.6. A session that has the mailbox open goes on with it under its new name. */
struct iw_outcome iw_command_rename(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_store *store = &session->engine->store;
    struct iw_outcome outcome;
    struct iw_location to;
    struct iw_mailbox *mailbox = iw_run_find(run, run->command->mailbox, IW_RIGHT_DELETE, &outcome);
    if (mailbox == NULL)
        return outcome;
    if (!iw_run_locate(run, run->command->other, &to) || !iw_name_is_good(to.name) ||
        iw_name_is_below(to.name, mailbox->name))
        return iw_no("CANNOT", "it cannot have that name");
    if (!iw_run_may_create(run, &to))
        return iw_no("NOPERM", "you have no right to create it there");
    if (to.owner != mailbox->owner)
        return iw_no("CANNOT", "it cannot change its owner");
    if (iw_store_find(store, to.owner, to.name) != NULL)
        return iw_no("ALREADYEXISTS", "that mailbox exists");
    if (iw_span_equal(mailbox->name, IW_SPAN("INBOX")))
        return empty_inbox(run, mailbox, to.name);
    if (!iw_store_rename(store, mailbox, to.name))
        return iw_no("CANNOT", "a name would be too long");
    return iw_ok("renamed");
}
