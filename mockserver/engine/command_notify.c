/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/notifier.h"

/* Message events go together, and alone with the selected mailbox, of which there is one
 * (RFC 5465 §5, §6.1, §8). NULL: nothing is wrong. */
static const char *find_fault(const struct iw_engine_session *session,
                              const struct iw_event_group *group, bool selected)
{
    unsigned wanted = 0;
    bool other = false, atts = false;
    for (const struct iw_event *event = group->events; event != NULL; event = event->next) {
        unsigned bit = iw_notified_of(session, event->name);
        wanted |= bit;
        other |= (bit & IW_NOTIFIED_MESSAGES) == 0;
        atts |= event->fetch_atts != NULL;
    }
    if (((wanted & IW_NOTIFIED_NEW) != 0) != ((wanted & IW_NOTIFIED_EXPUNGE) != 0))
        return "MessageNew and MessageExpunge go together";
    if ((wanted & IW_NOTIFIED_FLAGS) != 0 && (wanted & IW_NOTIFIED_NEW) == 0)
        return "FlagChange needs MessageNew and MessageExpunge";
    if (selected && other)
        return "only messages can be watched in the selected mailbox";
    if (!selected && atts)
        return "only messages of the selected mailbox can be fetched";
    return iw_span_equal(group->filter.name, IW_SPAN("subtree-one")) ? "that choice is unknown"
                                                                     : NULL;
}

static bool knows_events(const struct iw_engine_session *session,
                         const struct iw_event_group *group)
{
    for (const struct iw_event *event = group->events; event != NULL; event = event->next) {
        if (iw_notified_of(session, event->name) == 0)
            return false;
    }
    return true;
}

static struct iw_outcome check(struct iw_run *run)
{
    const struct iw_engine_session *session = run->session;
    bool known = true, has_selected = false;
    const struct iw_event_group *group = run->command->notify.groups;
    for (; group != NULL; group = group->next) {
        bool selected = iw_notify_is_selected(group);
        const char *fault = find_fault(session, group, selected);
        if (fault != NULL)
            return iw_bad(fault);
        if (selected && has_selected)
            return iw_bad("the selected mailbox can be chosen once");
        for (const struct iw_event *event = group->events; event != NULL; event = event->next) {
            if (!iw_run_knows_fetch_atts(run, event->fetch_atts))
                return iw_bad("this server cannot fetch one of these items");
        }
        has_selected |= selected;
        known &= knows_events(session, group);
    }
    if (known)
        return iw_ok("");
    struct iw_outcome outcome = iw_no(NULL, "one of the events is unknown");
    outcome.code = iw_notified_names(run);
    return outcome;
}

/* STATUS of a mailbox that will be watched (RFC 5465 §3.1). */
static void write_status(struct iw_run *run, const struct iw_mailbox *mailbox, unsigned wanted)
{
    struct iw_span items[4];
    struct iw_names names = {.names = items};
    if ((wanted & IW_NOTIFIED_NEW) == 0)
        return;
    items[names.count++] = IW_SPAN("MESSAGES");
    items[names.count++] = IW_SPAN("UIDNEXT");
    items[names.count++] = IW_SPAN("UIDVALIDITY");
    if ((wanted & IW_NOTIFIED_FLAGS) != 0 &&
        iw_engine_session_has(run->session, IW_CAPABILITY_CONDSTORE))
        items[names.count++] = IW_SPAN("HIGHESTMODSEQ");
    iw_run_write_status(run, mailbox, &names);
}

/* What is said before the tagged OK of a mailbox that is to be watched: that it cannot be, if the
 * user may know of it; else how it is (RFC 5465 §3.1). */
static void verify(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    unsigned rights = iw_run_rights(run, mailbox);
    if (mailbox->no_select || mailbox == run->session->view.mailbox ||
        (rights & IW_RIGHT_LOOKUP) == 0)
        return;
    unsigned wanted = iw_notify_events(run, &run->command->notify, mailbox->owner, mailbox->name);
    if (wanted != 0 && (rights & IW_RIGHT_READ) == 0)
        iw_run_write_list_access(run, mailbox->owner, mailbox->name, false);
    else if (run->command->notify.status)
        write_status(run, mailbox, wanted);
}

/* NOTIFY (RFC 5465 §3.1). What has happened in the selected mailbox so far is told as if NOTIFY had
 * never come. */
struct iw_outcome iw_command_notify(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    const struct iw_store *store = &session->engine->store;
    size_t *next = run->memory;
    if (next == NULL) {
        const struct iw_outcome outcome = check(run);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
        iw_notifier_free(session);
        iw_engine_session_tell(session, run->out);
        next = run->memory = iw_arena_get(run->arena, sizeof *next);
        if (next == NULL || !iw_notifier_set(session, run->command))
            return iw_no_memory();
    }
    for (; *next < store->count; ++*next) {
        if (iw_run_is_full(run))
            return iw_more(*next, store->count);
        verify(run, store->mailboxes[*next]);
    }
    return iw_ok("noted");
}
