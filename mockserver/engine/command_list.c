/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "mockserver/engine/pattern.h"
#include "parser/response.h"

enum { ATTRIBUTES_MAX = 32, PATTERN_CAP = 4000 };

/* What a LIST asks for, and how far it has come. */
struct listing {
    struct iw_span *patterns; /* with the reference in front, as on the wire */
    size_t pattern_count;
    bool only_subscribed, only_special, recursive; /* which are listed */
    bool levels;                                   /* "%" ends one of the patterns */
    bool with_subscribed;                          /* what is said of them */
    bool with_children, with_rights;
    const struct iw_names *status, *metadata; /* NULL: none */
    struct iw_span last;                      /* the name of the last mailbox that can be seen */
    size_t next;                              /* how many mailboxes have been looked at */
};

/* ---- what is said of a mailbox ---- */

static void add_attribute(struct iw_mailbox_list *list, const char *attribute)
{
    list->attributes[list->attribute_count++] = iw_span_of(attribute);
}

static void add_uses(struct iw_mailbox_list *list, struct iw_span uses)
{
    while (uses.length > 0 && list->attribute_count < ATTRIBUTES_MAX) {
        struct iw_span use = iw_span_take_word(&uses);
        if (use.length > 0)
            list->attributes[list->attribute_count++] = use;
    }
}

static bool is_visible(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    return (iw_run_rights(run, mailbox) & IW_RIGHT_LOOKUP) != 0;
}

static bool has_visible_children(const struct iw_run *run, size_t index)
{
    const struct iw_store *store = &run->session->engine->store;
    const struct iw_mailbox *mailbox = store->mailboxes[index];
    bool visible = false;
    for (size_t i = index + 1; !visible && i < store->count; i++) {
        const struct iw_mailbox *below = store->mailboxes[i];
        if (below->owner != mailbox->owner || !iw_name_is_below(below->name, mailbox->name))
            break;
        visible = is_visible(run, below);
    }
    return visible;
}

/* What cannot be selected for want of rights is \Noselect too (RFC 5819 §2). children: it is asked
 * whether there are any (RFC 5258 §4). */
static void describe(struct iw_run *run, size_t index, bool children, struct iw_mailbox_list *list)
{
    const struct iw_engine_session *session = run->session;
    const struct iw_store *store = &session->engine->store;
    const struct iw_mailbox *mailbox = store->mailboxes[index];
    list->separator = IW_SPAN("/");
    list->mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox));
    if (mailbox->no_select || (iw_run_rights(run, mailbox) & IW_RIGHT_READ) == 0)
        add_attribute(list, "\\Noselect");
    if (children || iw_engine_session_has(session, IW_CAPABILITY_CHILDREN))
        add_attribute(list, has_visible_children(run, index) ? "\\HasChildren" : "\\HasNoChildren");
    if (iw_engine_session_has(session, IW_CAPABILITY_SPECIAL_USE))
        add_uses(list, mailbox->use);
}

static void write_list(struct iw_run *run, const struct iw_mailbox_list *list)
{
    const struct iw_response response = {.kind = IW_RESPONSE_LIST, .list = *list};
    iw_write_response(run->out, &response);
}

static size_t index_of(const struct iw_mailbox *mailbox)
{
    const struct iw_store *store = mailbox->store;
    size_t index, end;
    iw_store_range(store, mailbox->owner, &index, &end);
    while (store->mailboxes[index] != mailbox)
        index++;
    return index;
}

void iw_run_write_list(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    struct iw_span attributes[ATTRIBUTES_MAX + 4];
    struct iw_mailbox_list list = {.attributes = attributes};
    describe(run, index_of(mailbox), false, &list);
    write_list(run, &list);
}

void iw_run_write_list_named(struct iw_run *run, struct iw_user *owner, struct iw_span name,
                             bool subscribed, struct iw_span old)
{
    const struct iw_mailbox *mailbox = iw_store_find(&run->session->engine->store, owner, name);
    const struct iw_mailbox named = {.owner = owner, .name = name};
    struct iw_span attributes[ATTRIBUTES_MAX + 4];
    struct iw_mailbox_list list = {.attributes = attributes, .separator = IW_SPAN("/")};
    struct iw_list_item item = {.kind = IW_LIST_OLDNAME, .name = IW_SPAN("OLDNAME")};
    if (is_visible(run, mailbox)) {
        describe(run, index_of(mailbox), false, &list);
    } else if (owner == run->session->user) {
        list.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, &named));
        add_attribute(&list, "\\NonExistent");
    } else {
        return; /* the client must not hear of it */
    }
    if (subscribed)
        add_attribute(&list, "\\Subscribed");
    if (old.data != NULL) {
        item.mailbox = iw_run_wire_name(run, old);
        list.extended = true;
        list.items = &item;
        list.item_count = 1;
    }
    write_list(run, &list);
}

void iw_run_write_list_access(struct iw_run *run, struct iw_user *owner, struct iw_span name,
                              bool deleted)
{
    const struct iw_mailbox *mailbox = iw_store_find(&run->session->engine->store, owner, name);
    const struct iw_mailbox named = {.owner = owner, .name = name};
    struct iw_span attributes[ATTRIBUTES_MAX + 4];
    struct iw_mailbox_list list = {.attributes = attributes, .separator = IW_SPAN("/")};
    const unsigned needed = IW_RIGHT_LOOKUP | IW_RIGHT_READ;
    if (is_visible(run, mailbox))
        describe(run, index_of(mailbox), false, &list);
    else
        list.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, &named));
    if (deleted)
        add_attribute(&list, "\\NonExistent");
    if (mailbox != NULL && (iw_run_rights(run, mailbox) & needed) != needed)
        add_attribute(&list, "\\NoAccess");
    write_list(run, &list);
}

/* ---- which are listed ---- */

static bool matches(const struct listing *listing, struct iw_span name)
{
    for (size_t i = 0; i < listing->pattern_count; i++) {
        if (iw_pattern_matches(listing->patterns[i], name))
            return true;
    }
    return false;
}

/* A subscription below that name which the patterns themselves do not list: it is told of by
 * CHILDINFO (RFC 5258 §3.5). */
static bool has_subscription_below(struct iw_run *run, const struct listing *listing,
                                   struct iw_span name)
{
    const struct iw_user *user = run->session->user;
    for (size_t i = 0; i < user->subscription_count; i++) {
        struct iw_span subscription = user->subscriptions[i];
        if (iw_name_is_below(subscription, name) &&
            !matches(listing, iw_run_wire_name(run, subscription)))
            return true;
    }
    return false;
}

/* What is asked for beside the mailbox (RFC 5819, RFC 8440, RFC 9590). */
static void write_more(struct iw_run *run, const struct listing *listing,
                       const struct iw_mailbox *mailbox)
{
    unsigned rights = iw_run_rights(run, mailbox);
    if (listing->status != NULL && !mailbox->no_select && (rights & IW_RIGHT_READ) != 0)
        iw_run_write_status(run, mailbox, listing->status);
    if (listing->with_rights && (rights & IW_RIGHTS_KNOW) != 0)
        iw_run_write_rights(run, mailbox);
    if (listing->metadata != NULL && iw_run_may_annotate(run, mailbox))
        iw_run_write_metadata(run, mailbox, listing->metadata);
}

/* A level that is no mailbox, or none that this user may see, but has something below it. */
static void list_level(struct iw_run *run, struct iw_span wire)
{
    struct iw_span attributes[] = {IW_SPAN("\\Noselect"), IW_SPAN("\\HasChildren"),
                                   IW_SPAN("\\NonExistent")};
    bool extended = iw_engine_session_has(run->session, IW_CAPABILITY_LIST_EXTENDED);
    const struct iw_mailbox_list list = {.attributes = attributes,
                                         .attribute_count = extended ? 3 : 1,
                                         .separator = IW_SPAN("/"),
                                         .mailbox = wire};
    write_list(run, &list);
}

/* "%" at the end of a pattern lists matching levels of the hierarchy, too (RFC 9051 §6.3.9), each
 * with the first mailbox below it. */
static void list_levels(struct iw_run *run, struct listing *listing,
                        const struct iw_mailbox *mailbox, struct iw_span name)
{
    const struct iw_store *store = mailbox->store;
    size_t prefix = name.length - mailbox->name.length;
    for (size_t i = 1; listing->levels && i < name.length; i++) {
        struct iw_span level = iw_span_part(name, 0, i);
        if (name.data[i] != '/' || iw_name_is_below(listing->last, level))
            continue;
        struct iw_span wire = iw_run_wire_name(run, level);
        bool is_mailbox =
            i > prefix &&
            is_visible(run, iw_store_find(store, mailbox->owner, iw_span_part(name, prefix, i)));
        if (!is_mailbox && matches(listing, wire))
            list_level(run, wire);
    }
    if (listing->levels)
        listing->last = iw_arena_copy(run->arena, name); /* the mailbox may go before the end */
}

static void list_one(struct iw_run *run, struct listing *listing, size_t index)
{
    struct iw_engine_session *session = run->session;
    const struct iw_mailbox *mailbox = session->engine->store.mailboxes[index];
    struct iw_span attributes[ATTRIBUTES_MAX + 4];
    struct iw_span selections[] = {IW_SPAN("SUBSCRIBED")};
    struct iw_list_item childinfo = {
        .kind = IW_LIST_CHILDINFO, .name = IW_SPAN("CHILDINFO"), .selections = {selections, 1}};
    struct iw_mailbox_list list = {.attributes = attributes};
    if (!is_visible(run, mailbox))
        return;
    struct iw_span name = iw_run_mailbox_name(run, mailbox);
    bool subscribed = iw_user_subscribes(session->user, name);
    list_levels(run, listing, mailbox, name);
    describe(run, index, listing->with_children, &list);
    if (!matches(listing, list.mailbox) || (listing->only_special && mailbox->use.length == 0))
        return;
    bool for_children = listing->recursive && has_subscription_below(run, listing, name);
    if (listing->only_subscribed && !subscribed && !for_children)
        return;
    if (listing->with_subscribed && subscribed)
        add_attribute(&list, "\\Subscribed");
    if (for_children) {
        list.extended = true;
        list.items = &childinfo;
        list.item_count = 1;
    }
    write_list(run, &list);
    if (!listing->only_subscribed || subscribed) /* else it is told for its children */
        write_more(run, listing, mailbox);
}

/* Subscriptions to what does not exist (RFC 5258 §3.1). */
static void list_nonexistent(struct iw_run *run, const struct listing *listing)
{
    const struct iw_engine_session *session = run->session;
    struct iw_span attributes[] = {IW_SPAN("\\NonExistent"), IW_SPAN("\\Subscribed")};
    for (size_t i = 0; listing->only_subscribed && i < session->user->subscription_count; i++) {
        struct iw_span name = session->user->subscriptions[i];
        struct iw_span wire = iw_run_wire_name(run, name);
        const struct iw_mailbox_list list = {.attributes = attributes,
                                             .attribute_count = 2,
                                             .separator = IW_SPAN("/"),
                                             .mailbox = wire};
        if (matches(listing, wire) && !is_visible(run, iw_run_seek(run, wire)))
            write_list(run, &list);
    }
}

/* ---- the command ---- */

static struct iw_outcome take_option(struct iw_run *run, struct listing *listing,
                                     const struct iw_option *option)
{
    if (iw_span_equal(option->name, IW_SPAN("SUBSCRIBED"))) {
        listing->with_subscribed = true;
    } else if (iw_span_equal(option->name, IW_SPAN("STATUS")) &&
               iw_engine_session_has(run->session, IW_CAPABILITY_LIST_STATUS)) {
        listing->status = &option->members;
        for (size_t i = 0; i < option->members.count; i++) {
            if (!iw_run_knows_status_item(run, option->members.names[i]))
                return iw_bad("one of the status items is unknown");
        }
    } else if (iw_span_equal(option->name, IW_SPAN("MYRIGHTS")) &&
               iw_engine_session_has(run->session, IW_CAPABILITY_LIST_MYRIGHTS)) {
        listing->with_rights = true;
    } else if (iw_span_equal(option->name, IW_SPAN("METADATA")) &&
               iw_engine_session_has(run->session, IW_CAPABILITY_LIST_METADATA)) {
        listing->metadata = &option->members;
        if (!iw_annotation_names_are_good(&option->members))
            return iw_bad("that can be no entry");
    } else if (iw_span_equal(option->name, IW_SPAN("CHILDREN"))) {
        listing->with_children = true;
    } else if (!iw_span_equal(option->name, IW_SPAN("SPECIAL-USE")) ||
               !iw_engine_session_has(run->session, IW_CAPABILITY_SPECIAL_USE)) {
        return iw_bad("one of the return options is unknown");
    }
    return iw_ok("");
}

/* RFC 5258 §3.1, §3.2, RFC 6154 §5 */
static struct iw_outcome take_options(struct iw_run *run, struct listing *listing)
{
    const struct iw_options *selection = &run->command->selection;
    const struct iw_options *wanted = &run->command->options;
    bool given = selection->given || wanted->given || run->command->names.count > 0;
    struct iw_outcome outcome = iw_ok("");
    if (given && !iw_engine_session_has(run->session, IW_CAPABILITY_LIST_EXTENDED))
        return iw_bad("this server does not have LIST-EXTENDED");
    for (const struct iw_option *option = selection->first; option != NULL; option = option->next) {
        if (option->shape == IW_OPTION_OTHER ||
            (iw_span_equal(option->name, IW_SPAN("SPECIAL-USE")) &&
             !iw_engine_session_has(run->session, IW_CAPABILITY_SPECIAL_USE)))
            return iw_bad("one of the selection options is unknown");
    }
    listing->only_subscribed = iw_options_find(selection, "SUBSCRIBED") != NULL;
    listing->only_special = iw_options_find(selection, "SPECIAL-USE") != NULL;
    listing->recursive = iw_options_find(selection, "RECURSIVEMATCH") != NULL;
    listing->with_subscribed = listing->only_subscribed;
    if (listing->recursive && !listing->only_subscribed)
        return iw_bad("RECURSIVEMATCH needs something to look for");
    for (const struct iw_option *option = wanted->first;
         option != NULL && outcome.kind == IW_OUTCOME_OK; option = option->next)
        outcome = take_option(run, listing, option);
    return outcome;
}

static bool take_patterns(struct iw_run *run, struct listing *listing)
{
    const struct iw_command *command = run->command;
    struct iw_span mailbox = command->mailbox;
    const struct iw_names single = {.names = &mailbox, .count = 1};
    const struct iw_names *names = command->names.count > 0 ? &command->names : &single;
    struct iw_buf pattern;
    listing->patterns = iw_arena_array(run->arena, names->count, sizeof *listing->patterns);
    bool taken = listing->patterns != NULL;
    iw_buf_init(&pattern, NULL, PATTERN_CAP);
    for (size_t i = 0; i < names->count && taken; i++) {
        iw_buf_clear(&pattern);
        iw_buf_add(&pattern, command->other);
        iw_buf_add(&pattern, names->names[i]);
        listing->patterns[i] = iw_arena_copy(run->arena, iw_buf_span(&pattern));
        taken = !pattern.failed && listing->patterns[i].data != NULL;
        listing->levels |= pattern.length > 0 && pattern.data[pattern.length - 1] == '%';
    }
    listing->pattern_count = names->count;
    iw_buf_release(&pattern);
    return taken;
}

static struct iw_outcome begin(struct iw_run *run)
{
    struct listing *listing = iw_arena_get(run->arena, sizeof *listing);
    if (listing == NULL || !take_patterns(run, listing))
        return iw_no_memory();
    struct iw_outcome outcome = take_options(run, listing);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    listing->levels = listing->levels && !listing->only_subscribed && !listing->only_special;
    run->memory = listing;
    return outcome;
}

/* The user's own mailboxes come first, then those of others in the order of the store. */
static size_t index_at(const struct iw_run *run, size_t at)
{
    const struct iw_store *store = &run->session->engine->store;
    size_t begin, end;
    iw_store_range(store, run->session->user, &begin, &end);
    if (at < end - begin)
        return begin + at;
    return at < end ? at - (end - begin) : at;
}

/* RFC 5258 §3: with options or patterns in parentheses. */
static bool is_extended(const struct iw_command *command)
{
    return command->names.count > 0 || command->selection.given || command->options.given;
}

/* RFC 9051 §6.3.9 */
struct iw_outcome iw_command_list(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    if (!is_extended(command) && command->mailbox.length == 0) {
        iw_buf_add_string(run->out, "* LIST (\\Noselect) \"/\" \"\"\r\n");
        return iw_ok("that is the separator");
    }
    if (run->memory == NULL) {
        struct iw_outcome outcome = begin(run);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
    }
    struct listing *listing = run->memory;
    size_t count = run->session->engine->store.count;
    while (listing->next < count && !iw_run_is_full(run))
        list_one(run, listing, index_at(run, listing->next++));
    if (listing->next < count)
        return iw_more(listing->next, count);
    list_nonexistent(run, listing);
    return iw_ok("listed");
}
