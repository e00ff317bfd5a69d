/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/labels.h"

#include "parser/response.h"

/* ---- which mailbox is which label ---- */

static const struct {
    const char *label, *use;
} system_labels[] = {
    {"\\Draft", "\\Drafts"}, {"\\Important", "\\Important"}, {"\\Sent", "\\Sent"},
    {"\\Spam", "\\Junk"},    {"\\Starred", "\\Flagged"},     {"\\Trash", "\\Trash"},
};

enum { SYSTEM_LABELS = sizeof system_labels / sizeof *system_labels };

static struct iw_mailbox *find_use(const struct iw_run *run, const char *use)
{
    const struct iw_store *store = &run->session->engine->store;
    size_t i, end;
    iw_store_range(store, run->session->user, &i, &end);
    while (i < end && !iw_mailbox_has_use(store->mailboxes[i], use))
        i++;
    return i < end ? store->mailboxes[i] : NULL;
}

struct iw_mailbox *iw_label_mailbox(struct iw_run *run, struct iw_span label)
{
    const struct iw_store *store = &run->session->engine->store;
    struct iw_span name;
    if (iw_span_equal_nocase(label, IW_SPAN("\\Inbox")))
        return iw_store_find(store, run->session->user, IW_SPAN("INBOX"));
    for (size_t i = 0; i < SYSTEM_LABELS; i++) {
        if (iw_span_equal_nocase(label, iw_span_of(system_labels[i].label)))
            return find_use(run, system_labels[i].use);
    }
    return iw_run_read_name(run, label, &name) ? iw_store_find(store, run->session->user, name)
                                               : NULL;
}

/* Absent: it is no label, or no memory. */
static struct iw_span label_of(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    if (iw_mailbox_has_use(mailbox, "\\All"))
        return iw_span(NULL, 0);
    if (iw_span_equal(mailbox->name, IW_SPAN("INBOX")))
        return IW_SPAN("\\Inbox");
    for (size_t i = 0; i < SYSTEM_LABELS; i++) {
        if (iw_mailbox_has_use(mailbox, system_labels[i].use))
            return iw_span_of(system_labels[i].label);
    }
    return iw_run_wire_name(run, mailbox->name);
}

/* Whoever looks has all references in sight: no mailbox is searched when there is no other copy. */
bool iw_labels_fill(struct iw_run *run, const struct iw_content *content,
                    struct iw_fetch_item *item)
{
    const struct iw_store *store = &run->session->engine->store;
    size_t i, end, left = content->references - 1;
    iw_store_range(store, run->session->user, &i, &end);
    item->labels = iw_arena_array(run->arena, left, sizeof *item->labels);
    for (; item->labels != NULL && left > 0 && i < end; i++) {
        const struct iw_mailbox *mailbox = store->mailboxes[i];
        if (mailbox == run->session->view.mailbox || !iw_mailbox_holds(mailbox, content))
            continue;
        struct iw_span label = label_of(run, mailbox);
        if (label.data != NULL)
            item->labels[item->label_count++] = label;
        left--;
    }
    return item->labels != NULL;
}

/* ---- STORE ---- */

struct labelling {
    struct iw_chosen chosen;
    struct iw_mailbox **targets; /* of the labels */
    size_t count;
    bool missing;
};

static struct iw_mailbox *make_label(struct iw_run *run, struct iw_span label)
{
    struct iw_user *user = run->session->user;
    struct iw_span name;
    if (label.length == 0 || label.data[0] == '\\' || !iw_run_read_name(run, label, &name) ||
        !iw_name_is_good(name) || !iw_quota_allows(&user->quota, IW_RESOURCE_MAILBOX, 1))
        return NULL;
    return iw_store_create(&run->session->engine->store, user, name);
}

static struct iw_outcome begin(struct iw_run *run, struct labelling *labelling)
{
    const struct iw_command *command = run->command;
    const struct iw_view *view = &run->session->view;
    struct iw_outcome outcome = iw_ok("stored");
    if (view->read_only)
        return iw_no("READ-ONLY", "the mailbox is open for reading");
    if (view->mailbox->owner != run->session->user)
        return iw_no("NOPERM", "labels are the owner's");
    if (command->options.first != NULL)
        return iw_bad("labels are stored without modifiers");
    labelling->targets =
        iw_arena_array(run->arena, command->names.count, sizeof(*labelling->targets));
    if (labelling->targets == NULL)
        return iw_no_memory();
    if (!iw_run_choose(run, &labelling->chosen, &outcome))
        return outcome;
    for (size_t i = 0; i < command->names.count; i++) {
        struct iw_mailbox *target = iw_label_mailbox(run, command->names.names[i]);
        if (target == NULL && command->mode != IW_STORE_REMOVE)
            target = make_label(run, command->names.names[i]);
        if (target != NULL && !target->no_select)
            labelling->targets[labelling->count++] = target;
        else if (command->mode != IW_STORE_REMOVE)
            return iw_no("CANNOT", "there can be no such label");
    }
    return outcome;
}

/* False: there is no room. */
static bool add_to(struct iw_mailbox *target, const struct iw_message *message)
{
    const struct iw_delivery delivery = {.content = message->content,
                                         .flags = message->flags & IW_FLAGS_SYSTEM,
                                         .date = message->date,
                                         .saved = message->saved};
    const struct iw_quota_state *quota = &target->owner->quota;
    return iw_mailbox_holds(target, message->content) ||
           (iw_quota_allows(quota, IW_RESOURCE_MESSAGE, 1) &&
            iw_quota_allows(quota, IW_RESOURCE_STORAGE, message->content->length) &&
            iw_mailbox_add(target, &delivery) != NULL);
}

static bool is_same(void *context, const struct iw_message *message)
{
    return message->content == context;
}

/* The one reference that is held meanwhile is not another copy. */
static bool take_from(struct iw_run *run, struct iw_mailbox *target, const struct iw_message *copy)
{
    struct iw_mailbox *all = find_use(run, "\\All");
    if (!iw_mailbox_holds(target, copy->content))
        return true;
    if (all != NULL && copy->content->references == 2 && !add_to(all, copy))
        return false;
    iw_mailbox_remove(target, is_same, copy->content);
    return true;
}

static bool is_among(const struct labelling *labelling, const struct iw_mailbox *mailbox)
{
    size_t i = 0;
    while (i < labelling->count && labelling->targets[i] != mailbox)
        i++;
    return i < labelling->count;
}

/* The labels that the message has and that are not named go; the selected mailbox shows none. */
static bool take_others(struct iw_run *run, const struct labelling *labelling,
                        const struct iw_message *copy)
{
    const struct iw_store *store = &run->session->engine->store;
    size_t i, end;
    bool done = true;
    iw_store_range(store, run->session->user, &i, &end);
    for (; i < end && done; i++) {
        struct iw_mailbox *mailbox = store->mailboxes[i];
        if (mailbox != run->session->view.mailbox && !iw_mailbox_has_use(mailbox, "\\All") &&
            !is_among(labelling, mailbox))
            done = take_from(run, mailbox, copy);
    }
    return done;
}

static bool label_one(struct iw_run *run, const struct labelling *labelling,
                      const struct iw_message *copy)
{
    bool done = true;
    for (size_t i = 0; i < labelling->count && done; i++)
        done = run->command->mode == IW_STORE_REMOVE ? take_from(run, labelling->targets[i], copy)
                                                     : add_to(labelling->targets[i], copy);
    return done && (run->command->mode != IW_STORE_REPLACE || take_others(run, labelling, copy));
}

/* "* n FETCH (X-GM-LABELS (…))" of a message that is there. False: no memory. */
static bool tell(struct iw_run *run, size_t index)
{
    const struct iw_message *message = iw_view_message(&run->session->view, index);
    struct iw_fetch_item items[] = {
        {.kind = IW_FETCH_GMAIL_LABELS, .name = IW_SPAN("X-GM-LABELS")},
        {.kind = IW_FETCH_UID, .name = IW_SPAN("UID"), .number = message->uid}};
    bool uid_only = (run->session->enabled & IW_ENABLED_UIDONLY) != 0;
    const struct iw_response response = {
        .kind = uid_only ? IW_RESPONSE_UIDFETCH : IW_RESPONSE_FETCH,
        .number = uid_only ? message->uid : (uint32_t)index + 1,
        .fetch = {.items = items, .count = run->command->uid && !uid_only ? 2 : 1}};
    bool filled = iw_labels_fill(run, message->content, items);
    if (filled)
        iw_write_response(run->out, &response);
    return filled;
}

/* The message may go from the selected mailbox on the way: what it holds stays till the end. */
static bool store_one(struct iw_run *run, struct labelling *labelling, size_t index)
{
    const struct iw_message *message = iw_view_message(&run->session->view, index);
    labelling->missing |= message == NULL;
    if (message == NULL)
        return true;
    const struct iw_message copy = *message;
    copy.content->references++;
    bool stored = label_one(run, labelling, &copy);
    bool stays = iw_view_message(&run->session->view, index) != NULL;
    iw_store_drop(&run->session->engine->store, copy.content);
    return stored && (run->command->silent || !stays || tell(run, index));
}

struct iw_outcome iw_labels_store(struct iw_run *run)
{
    struct labelling *labelling = run->memory;
    size_t index;
    if (labelling == NULL) {
        labelling = run->memory = iw_arena_get(run->arena, sizeof *labelling);
        struct iw_outcome outcome = labelling == NULL ? iw_no_memory() : begin(run, labelling);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
    }
    while (!iw_run_is_full(run)) {
        if (!iw_chosen_next(&labelling->chosen, &index))
            return labelling->missing && !run->command->uid
                       ? iw_no("EXPUNGEISSUED", "some of the messages are gone")
                       : iw_ok("stored");
        if (!store_one(run, labelling, index))
            return iw_no("OVERQUOTA", "there is no room");
    }
    return iw_more(labelling->chosen.taken, iw_chosen_count(&labelling->chosen));
}
