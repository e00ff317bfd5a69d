/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/notifier.h"

#include "mockserver/engine/kept.h"
#include "parser/response.h"

enum {
    SCRATCH_CAP = 16 << 20,
    NAMES_CAP = 500,
    NEW_MAX = 100 /* messages fetched at once */
};

struct iw_notifier {
    struct iw_kept kept;     /* the command */
    struct iw_arena scratch; /* of what is being told */
    bool watches;            /* mailboxes other than the selected one */
    uint64_t next;           /* the number of the change that is told next */
};

/* ---- what is wanted ---- */

static const struct {
    const char *name;
    unsigned bit;
    enum iw_capability capabilities[2]; /* one of them is needed */
} events[] = {
    {"MessageNew", IW_NOTIFIED_NEW, {IW_CAPABILITY_NONE}},
    {"MessageExpunge", IW_NOTIFIED_EXPUNGE, {IW_CAPABILITY_NONE}},
    {"FlagChange", IW_NOTIFIED_FLAGS, {IW_CAPABILITY_NONE}},
    {"MailboxName", IW_NOTIFIED_NAME, {IW_CAPABILITY_NONE}},
    {"SubscriptionChange", IW_NOTIFIED_SUBSCRIPTION, {IW_CAPABILITY_NONE}},
    {"MailboxMetadataChange",
     IW_NOTIFIED_METADATA,
     {IW_CAPABILITY_METADATA, IW_CAPABILITY_METADATA}},
    {"ServerMetadataChange",
     IW_NOTIFIED_SERVER_METADATA,
     {IW_CAPABILITY_METADATA, IW_CAPABILITY_METADATA_SERVER}},
};

enum { EVENT_COUNT = sizeof events / sizeof *events };

static bool can_be_told(const struct iw_engine_session *session, size_t event)
{
    return iw_engine_session_has(session, events[event].capabilities[0]) ||
           iw_engine_session_has(session, events[event].capabilities[1]);
}

unsigned iw_notified_of(const struct iw_engine_session *session, struct iw_span event)
{
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        if (iw_span_equal(event, iw_span_of(events[i].name)) && can_be_told(session, i))
            return events[i].bit;
    }
    return 0;
}

struct iw_span iw_notified_names(struct iw_run *run)
{
    struct iw_buf code;
    iw_buf_init(&code, NULL, NAMES_CAP);
    iw_buf_add_string(&code, "BADEVENT");
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        if (can_be_told(run->session, i))
            iw_buf_addf(&code, " %s%s", i == 0 ? "(" : "", events[i].name);
    }
    iw_buf_add_char(&code, ')');
    struct iw_span names = iw_arena_copy(run->arena, iw_buf_span(&code));
    iw_buf_release(&code);
    return names;
}

bool iw_notify_is_selected(const struct iw_event_group *group)
{
    return iw_span_starts(group->filter.name, IW_SPAN("selected"));
}

static unsigned events_of(const struct iw_engine_session *session,
                          const struct iw_event_group *group)
{
    unsigned bits = 0;
    for (const struct iw_event *event = group->events; event != NULL; event = event->next)
        bits |= iw_notified_of(session, event->name);
    return bits;
}

static bool is_subscribed(struct iw_run *run, struct iw_user *owner, struct iw_span name)
{
    const struct iw_mailbox named = {.owner = owner, .name = name};
    return iw_user_subscribes(run->session->user, iw_run_mailbox_name(run, &named));
}

/* Is it among the names, or below one of them? */
static bool is_named(struct iw_run *run, const struct iw_names *names, bool below,
                     struct iw_user *owner, struct iw_span name)
{
    for (size_t i = 0; i < names->count; i++) {
        struct iw_location location;
        if (iw_run_locate(run, names->names[i], &location) && location.owner == owner &&
            (iw_span_equal(location.name, name) ||
             (below && iw_name_is_below(name, location.name))))
            return true;
    }
    return false;
}

/* RFC 5465 §6.2 to §6.6. Any mailbox may be delivered to: "inboxes" is "personal". */
static bool covers(struct iw_run *run, const struct iw_mailbox_filter *filter,
                   struct iw_user *owner, struct iw_span name)
{
    if (iw_span_equal(filter->name, IW_SPAN("subscribed")))
        return is_subscribed(run, owner, name);
    if (filter->mailboxes.count > 0)
        return is_named(run, &filter->mailboxes, iw_span_equal(filter->name, IW_SPAN("subtree")),
                        owner, name);
    return owner == run->session->user;
}

unsigned iw_notify_events(struct iw_run *run, const struct iw_notify *notify, struct iw_user *owner,
                          struct iw_span name)
{
    unsigned bits = 0;
    for (const struct iw_event_group *group = notify->groups; group != NULL; group = group->next) {
        if (!iw_notify_is_selected(group) && covers(run, &group->filter, owner, name))
            bits |= events_of(run->session, group);
    }
    return bits;
}

/* ---- life ---- */

static void release(struct iw_engine_session *session, struct iw_notifier *notifier)
{
    iw_kept_release(&notifier->kept);
    iw_arena_release(&notifier->scratch);
    iw_alloc_free(session->engine->store.alloc, notifier);
}

void iw_notifier_free(struct iw_engine_session *session)
{
    if (session->notifier != NULL)
        release(session, session->notifier);
    session->notifier = NULL;
}

static bool watches_others(const struct iw_notify *notify)
{
    const struct iw_event_group *group = notify->groups;
    while (group != NULL && iw_notify_is_selected(group))
        group = group->next;
    return group != NULL;
}

bool iw_notifier_set(struct iw_engine_session *session, const struct iw_command *command)
{
    struct iw_store *store = &session->engine->store;
    struct iw_notifier *notifier = iw_alloc_resize(store->alloc, NULL, sizeof *notifier);
    iw_notifier_free(session);
    if (notifier == NULL)
        return false;
    *notifier = (struct iw_notifier){.watches = watches_others(&command->notify),
                                     .next = store->changes.count};
    iw_arena_init(&notifier->scratch, store->alloc, SCRATCH_CAP);
    if (iw_kept_init(&notifier->kept, store->alloc, command) && iw_changes_watch(store)) {
        session->notifier = notifier;
        return true;
    }
    release(session, notifier);
    return false;
}

/* ---- the selected mailbox ---- */

static const struct iw_event_group *selected_group(const struct iw_notifier *notifier)
{
    const struct iw_event_group *group = notifier->kept.command.notify.groups;
    while (group != NULL && !iw_notify_is_selected(group))
        group = group->next;
    return group;
}

/* What the client is to be told of new messages; NULL: nothing. */
static const struct iw_fetch_att *fetch_atts(const struct iw_notifier *notifier)
{
    const struct iw_event_group *group = selected_group(notifier);
    const struct iw_event *event = group == NULL ? NULL : group->events;
    while (event != NULL && event->fetch_atts == NULL)
        event = event->next;
    return event == NULL ? NULL : event->fetch_atts;
}

/* The command in progress removes messages, or puts some in: the client must know how many there
 * are. */
static bool changes_count(const struct iw_engine_session *session)
{
    const struct iw_command *command = session->command;
    return command != NULL &&
           (command->kind == IW_COMMAND_EXPUNGE || command->kind == IW_COMMAND_MOVE ||
            command->kind == IW_COMMAND_REPLACE);
}

/* RFC 5465 §6.1 */
void iw_notifier_adapt(const struct iw_engine_session *session, struct iw_view_style *style)
{
    const struct iw_event_group *group = selected_group(session->notifier);
    unsigned wanted = group == NULL ? 0 : events_of(session, group);
    bool delayed = group != NULL && iw_span_equal(group->filter.name, IW_SPAN("selected-delayed"));
    style->uid = true;
    style->no_flags = (wanted & IW_NOTIFIED_FLAGS) == 0;
    style->no_new = (wanted & IW_NOTIFIED_NEW) == 0 && !changes_count(session);
    style->no_expunge |= ((wanted & IW_NOTIFIED_EXPUNGE) == 0 && !changes_count(session)) ||
                         (delayed && session->current == NULL);
    style->new_max = fetch_atts(session->notifier) == NULL ? 0 : NEW_MAX;
}

/* The command in progress does, and has been waited for by nothing: what is new is its own
 * (RFC 5465 §5.2). */
static bool adds_messages(const struct iw_engine_session *session)
{
    const struct iw_command *command = session->command;
    return command != NULL &&
           (command->kind == IW_COMMAND_APPEND || command->kind == IW_COMMAND_COPY ||
            command->kind == IW_COMMAND_MOVE || command->kind == IW_COMMAND_REPLACE);
}

void iw_notify_fetch(struct iw_engine_session *session, struct iw_arena *arena, struct iw_set set,
                     const struct iw_fetch_att *atts, struct iw_buf *out)
{
    union {
        const struct iw_fetch_att *kept;
        struct iw_fetch_att *borrowed; /* it is only read */
    } items = {.kept = atts};
    const struct iw_command command = {
        .kind = IW_COMMAND_FETCH, .set = set, .fetch_atts = items.borrowed};
    struct iw_run run = {.session = session, .command = &command, .out = out, .arena = arena};
    do {
        run.begin = out->length;
    } while (iw_command_fetch(&run).kind == IW_OUTCOME_MORE);
}

void iw_notifier_tell_new(struct iw_engine_session *session, uint32_t uidnext, struct iw_buf *out)
{
    struct iw_notifier *notifier = session->notifier;
    const struct iw_view *view = &session->view;
    const struct iw_fetch_att *atts = fetch_atts(notifier);
    struct iw_range range = {(uint32_t)iw_view_place(view, uidnext) + 1, (uint32_t)view->count};
    const struct iw_set set = {.ranges = &range, .count = 1};
    if (atts == NULL || range.first > range.last || adds_messages(session))
        return;
    iw_notify_fetch(session, &notifier->scratch, set, atts, out);
    iw_arena_reset(&notifier->scratch);
}

/* ---- other mailboxes ---- */

bool iw_notifier_has_news(const struct iw_engine_session *session)
{
    const struct iw_notifier *notifier = session->notifier;
    return notifier->watches && notifier->next != session->engine->store.changes.count;
}

/* RFC 5465 §5.1 to §5.3 */
static void write_status(struct iw_run *run, const struct iw_mailbox *mailbox, unsigned kinds)
{
    struct iw_span items[5];
    struct iw_names names = {.names = items};
    bool condstore = (run->session->enabled & IW_ENABLED_CONDSTORE) != 0;
    bool qresync = (run->session->enabled & IW_ENABLED_QRESYNC) != 0;
    bool count = (kinds & (IW_CHANGE_NEW | IW_CHANGE_EXPUNGED)) != 0;
    bool flags = (kinds & IW_CHANGE_FLAGS) != 0;
    if (count) {
        items[names.count++] = IW_SPAN("MESSAGES");
        items[names.count++] = IW_SPAN("UIDNEXT");
    }
    if (flags && condstore)
        items[names.count++] = IW_SPAN("UIDVALIDITY");
    if ((kinds & IW_CHANGE_SEEN) != 0)
        items[names.count++] = IW_SPAN("UNSEEN");
    if (((kinds & IW_CHANGE_NEW) != 0 && condstore) || (count && qresync) || (flags && condstore))
        items[names.count++] = IW_SPAN("HIGHESTMODSEQ");
    if (names.count > 0)
        iw_run_write_status(run, mailbox, &names);
}

static void tell_messages(struct iw_run *run, const struct iw_store_change *change, unsigned wanted)
{
    const struct iw_mailbox *mailbox =
        iw_store_find(&run->session->engine->store, change->owner, change->name);
    unsigned rights = iw_run_rights(run, mailbox), kinds = change->kinds;
    if (mailbox == NULL || mailbox->no_select || mailbox == run->session->view.mailbox ||
        (rights & IW_RIGHT_LOOKUP) == 0 || (rights & IW_RIGHT_READ) == 0)
        return;
    if ((wanted & IW_NOTIFIED_NEW) == 0)
        kinds &= ~(unsigned)(IW_CHANGE_NEW | IW_CHANGE_EXPUNGED);
    if ((wanted & IW_NOTIFIED_FLAGS) == 0)
        kinds &= ~(unsigned)(IW_CHANGE_FLAGS | IW_CHANGE_SEEN);
    write_status(run, mailbox, kinds);
}

/* The name above it, whose children have changed (RFC 5465 §5.4). */
static void tell_above(struct iw_run *run, const struct iw_notify *notify,
                       const struct iw_store_change *change)
{
    struct iw_span above = change->name;
    while (above.length > 0 && above.data[above.length - 1] != '/')
        above.length--;
    if (above.length == 0)
        return;
    above.length--;
    if ((iw_notify_events(run, notify, change->owner, above) & IW_NOTIFIED_NAME) != 0)
        iw_run_write_list_named(run, change->owner, above, false, iw_span(NULL, 0));
}

static void tell_name(struct iw_run *run, const struct iw_notify *notify,
                      const struct iw_store_change *change, unsigned wanted)
{
    if ((wanted & IW_NOTIFIED_NAME) != 0)
        iw_run_write_list_named(run, change->owner, change->name, false, change->old);
    if ((change->kinds & IW_CHANGE_RENAMED) == 0)
        tell_above(run, notify, change);
}

/* To be let look it up is as if it had been created, not to be let any more as if it had been
 * deleted (RFC 5465 §5.4); who watches something else of it is told that he cannot, or can again
 * (§5.9). */
static void tell_sight(struct iw_run *run, const struct iw_notify *notify,
                       const struct iw_store_change *change, unsigned wanted)
{
    bool name = (wanted & IW_NOTIFIED_NAME) != 0;
    bool there = iw_store_find(&run->session->engine->store, change->owner, change->name) != NULL;
    if (name || (wanted != 0 && there))
        iw_run_write_list_access(run, change->owner, change->name,
                                 name && change->kinds == IW_CHANGE_HIDDEN);
    if (there)
        tell_above(run, notify, change);
}

/* RFC 5465 §5.5. A subscription is a name as its user would say it. */
static void tell_subscription(struct iw_run *run, const struct iw_notify *notify,
                              const struct iw_store_change *change)
{
    struct iw_location location;
    struct iw_span wire = iw_run_wire_name(run, change->name);
    bool subscribed = iw_user_subscribes(run->session->user, change->name);
    if (change->owner == run->session->user && iw_run_locate(run, wire, &location) &&
        location.owner != NULL &&
        (iw_notify_events(run, notify, location.owner, location.name) & IW_NOTIFIED_SUBSCRIPTION) !=
            0)
        iw_run_write_list_named(run, location.owner, location.name, subscribed, iw_span(NULL, 0));
}

/* Another group than that of the selected mailbox asks for it. */
static bool wants_of_server(const struct iw_run *run, const struct iw_notify *notify)
{
    unsigned bits = 0;
    for (const struct iw_event_group *group = notify->groups; group != NULL; group = group->next)
        bits |= iw_notify_is_selected(group) ? 0 : events_of(run->session, group);
    return (bits & IW_NOTIFIED_SERVER_METADATA) != 0;
}

/* The user may know of it, and the client has not been told because of ENABLE. */
static bool may_tell_annotation(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    const unsigned needed = IW_RIGHT_LOOKUP | IW_RIGHT_READ;
    return (iw_run_rights(run, mailbox) & needed) == needed &&
           (mailbox != run->session->view.mailbox ||
            (run->session->enabled & IW_ENABLED_METADATA) == 0);
}

/* RFC 5465 §5.6, §5.7: only the name of the entry. */
static void tell_annotation(struct iw_run *run, const struct iw_notify *notify,
                            const struct iw_store_change *change)
{
    struct iw_span entry = change->entry;
    struct iw_response response = {
        .kind = IW_RESPONSE_METADATA,
        .metadata = {.mailbox = IW_SPAN(""), .changed = {.names = &entry, .count = 1}}};
    bool wanted = (run->session->enabled & IW_ENABLED_METADATA_SERVER) == 0 &&
                  change->owner == NULL && wants_of_server(run, notify);
    if (change->owner != NULL) {
        const struct iw_mailbox *mailbox =
            iw_store_find(&run->session->engine->store, change->owner, change->name);
        wanted = mailbox != NULL && may_tell_annotation(run, mailbox) &&
                 (iw_notify_events(run, notify, change->owner, change->name) &
                  IW_NOTIFIED_METADATA) != 0;
        if (wanted)
            response.metadata.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox));
    }
    if (wanted)
        iw_write_response(run->out, &response);
}

static void tell_change(struct iw_run *run, const struct iw_notify *notify,
                        const struct iw_store_change *change)
{
    if (change->reader != NULL && change->reader != run->session->user)
        return;
    if (change->kinds == IW_CHANGE_SUBSCRIPTION) {
        tell_subscription(run, notify, change);
        return;
    }
    if (change->kinds == IW_CHANGE_ANNOTATION) {
        tell_annotation(run, notify, change);
        return;
    }
    unsigned wanted = iw_notify_events(run, notify, change->owner, change->name);
    if (change->old.data != NULL)
        wanted |= iw_notify_events(run, notify, change->owner, change->old);
    if ((change->kinds & IW_CHANGES_OF_MESSAGES) != 0)
        tell_messages(run, change, wanted);
    else if ((change->kinds & (IW_CHANGE_SHOWN | IW_CHANGE_HIDDEN)) != 0)
        tell_sight(run, notify, change, wanted);
    else
        tell_name(run, notify, change, wanted);
}

/* RFC 5465 §5.8 */
static void overflow(struct iw_notifier *notifier, struct iw_buf *out)
{
    notifier->watches = false;
    notifier->kept.command.notify.groups = NULL;
    iw_buf_add_string(out, "* OK [NOTIFICATIONOVERFLOW] too much has happened\r\n");
}

void iw_notifier_tell(struct iw_engine_session *session, struct iw_buf *out)
{
    struct iw_notifier *notifier = session->notifier;
    struct iw_store *store = &session->engine->store;
    struct iw_run run = {.session = session, .out = out, .arena = &notifier->scratch};
    while (iw_notifier_has_news(session)) {
        const struct iw_store_change *change = iw_changes_at(store, notifier->next++);
        if (change == NULL)
            overflow(notifier, out);
        else if (change->actor != session)
            tell_change(&run, &notifier->kept.command.notify, change);
        iw_arena_reset(&notifier->scratch);
    }
}
