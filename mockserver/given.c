/* SPDX-License-Identifier: MIT */
#include "mockserver/given.h"

#include "parser/set.h"
#include "script/fill.h"

#include <string.h>

static const char plain_message[] = "Date: Mon, 1 Jan 2024 12:00:00 +0000\r\n"
                                    "From: Ann Example <ann@example.org>\r\n"
                                    "To: Bob Example <bob@example.org>\r\n"
                                    "Subject: a plain message\r\n"
                                    "Message-ID: <plain@example.org>\r\n"
                                    "MIME-Version: 1.0\r\n"
                                    "Content-Type: text/plain; charset=us-ascii\r\n"
                                    "\r\n"
                                    "Hello Bob,\r\n"
                                    "this is all there is to say.\r\n";

static const struct iw_date plain_date = {2024, 1, 1, 12, 0, 0, 0};

/* ---- messages ---- */

/* "01-Feb-2020 12:00:00 +0000", without quotes; what cannot be read is the default. */
static struct iw_date read_date(struct iw_span text)
{
    struct iw_date date = plain_date;
    struct iw_arena arena;
    struct iw_buf quoted;
    struct iw_reader reader;
    struct iw_error error = {0};
    if (text.length == 0)
        return date;
    iw_arena_init(&arena, NULL, 4096);
    iw_buf_init(&quoted, NULL, 64);
    iw_buf_addf(&quoted, "\"%.*s\"", (int)text.length, text.data);
    struct iw_frame frame = {.bytes = iw_buf_span(&quoted)};
    iw_reader_init(&reader, &frame, &arena, &iw_limits_default, NULL, &error);
    if (iw_parse_date_time(&reader, &date) != IW_OK)
        date = plain_date;
    iw_buf_release(&quoted);
    iw_arena_release(&arena);
    return date;
}

/* "\Seen Later", or the same in parentheses; flags that find no room are left out. */
static uint64_t read_flags(struct iw_mailbox *mailbox, struct iw_span text)
{
    uint64_t flags = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= text.length; i++) {
        if (i < text.length && strchr(" ()", text.data[i]) == NULL)
            continue;
        if (i > begin)
            flags |= iw_mailbox_flag(mailbox, iw_span_part(text, begin, i), true);
        begin = i + 1;
    }
    return flags;
}

static bool deliver(struct iw_engine *engine, struct iw_mailbox *mailbox, struct iw_span octets,
                    struct iw_span flags, struct iw_date date)
{
    struct iw_content *content = iw_store_content(&engine->store, octets);
    if (content == NULL)
        return false;
    const struct iw_delivery delivery = {.content = content,
                                         .flags = read_flags(mailbox, flags),
                                         .date = date,
                                         .saved = engine->now};
    bool delivered = iw_mailbox_add(mailbox, &delivery) != NULL;
    iw_store_drop(&engine->store, content);
    return delivered;
}

/* ---- the start ---- */

static bool add_mailbox(struct iw_engine *engine, const struct iw_scenario *scenario,
                        const struct iw_given_mailbox *given)
{
    struct iw_user *owner = engine->store.first_user;
    struct iw_mailbox *mailbox = iw_store_find(&engine->store, owner, given->name);
    if (mailbox == NULL)
        mailbox = iw_store_create(&engine->store, owner, given->name);
    bool added = mailbox != NULL;
    for (size_t i = 0; i < given->count && added; i++) {
        const struct iw_given_message *message = &given->messages[i];
        added = deliver(engine, mailbox, iw_scenario_file(scenario, message->file), message->flags,
                        read_date(message->date));
    }
    return added;
}

static struct iw_mailbox *find_given(struct iw_engine *engine, struct iw_span name)
{
    return iw_store_find(&engine->store, engine->store.first_user, name);
}

static bool set_rights(struct iw_engine *engine, const struct iw_given_value *given)
{
    struct iw_mailbox *mailbox = find_given(engine, given->mailbox);
    unsigned rights;
    return mailbox != NULL && iw_identifier_is_good(given->name) &&
           iw_rights_read(given->value, false, &rights) &&
           iw_mailbox_grant(mailbox, given->name, rights);
}

static bool set_limit(struct iw_engine *engine, const struct iw_given_value *given)
{
    enum iw_resource resource = iw_resource_of(given->name);
    return resource < IW_RESOURCE_COUNT &&
           iw_span_number(given->value, INT64_MAX,
                          &engine->store.first_user->quota.limits[resource]);
}

static bool set_annotation(struct iw_engine *engine, const struct iw_given_value *given)
{
    struct iw_mailbox *mailbox = find_given(engine, given->mailbox);
    struct iw_annotation_values *values = given->mailbox.length == 0 ? &engine->store.annotations
                                          : mailbox == NULL          ? NULL
                                                                     : &mailbox->annotations;
    const struct iw_user *user =
        iw_annotation_is_private(given->name) ? engine->store.first_user : NULL;
    return values != NULL &&
           iw_annotations_set(&engine->store, values, given->name, user, given->value);
}

static bool set_values(struct iw_engine *engine, const struct iw_given_values *values,
                       bool (*set)(struct iw_engine *engine, const struct iw_given_value *given))
{
    bool all = true;
    for (size_t i = 0; i < values->count && all; i++)
        all = set(engine, &values->items[i]);
    return all;
}

static bool set_all_values(struct iw_engine *engine, const struct iw_given *given)
{
    return set_values(engine, &given->acl, set_rights) &&
           set_values(engine, &given->quota, set_limit) &&
           set_values(engine, &given->metadata, set_annotation);
}

static bool has_inbox(const struct iw_scenario *scenario)
{
    for (size_t i = 0; scenario != NULL && i < scenario->given.mailbox_count; i++) {
        if (iw_span_equal_nocase(scenario->given.mailboxes[i].name, IW_SPAN("INBOX")))
            return true;
    }
    return false;
}

static bool add_user(struct iw_engine *engine, const struct iw_given_user *user)
{
    return iw_store_user(&engine->store, user->name) != NULL ||
           iw_store_add_user(&engine->store, user->name, user->password) != NULL;
}

/* Given users behind the first; one of the same name stands already. */
static bool add_more_users(struct iw_engine *engine, const struct iw_scenario *scenario)
{
    for (size_t i = 1; scenario != NULL && i < scenario->given.user_count; i++) {
        if (!add_user(engine, &scenario->given.users[i]))
            return false;
    }
    return true;
}

bool iw_given_make(struct iw_engine *engine, const struct iw_scenario *scenario, const char *user,
                   const char *password, bool bare)
{
    const struct iw_given_user second = {IW_SPAN("second"), IW_SPAN("secret")};
    struct iw_given_user first = {IW_SPAN("user"), IW_SPAN("secret")};
    if (scenario != NULL && scenario->given.user_count > 0)
        first = scenario->given.users[0];
    if (user != NULL)
        first.name = iw_span_of(user);
    if (password != NULL)
        first.password = iw_span_of(password);
    struct iw_user *owner = iw_store_add_user(&engine->store, first.name, first.password);
    bool made = owner != NULL && add_more_users(engine, scenario);
    if (made && !bare && !has_inbox(scenario))
        made = deliver(engine, iw_store_find(&engine->store, owner, IW_SPAN("INBOX")),
                       iw_span_of(plain_message), iw_span(NULL, 0), plain_date);
    for (size_t i = 0; scenario != NULL && i < scenario->given.mailbox_count && made; i++)
        made = add_mailbox(engine, scenario, &scenario->given.mailboxes[i]);
    if (made && user == NULL && (scenario == NULL || scenario->given.user_count == 0))
        made = add_user(engine, &second);
    return made && (scenario == NULL || set_all_values(engine, &scenario->given));
}

/* ---- changes ---- */

bool iw_given_deliver(struct iw_engine *engine, struct iw_mailbox *mailbox, struct iw_span octets,
                      struct iw_span flags)
{
    return deliver(engine, mailbox, octets, flags, iw_engine_date(engine));
}

/* One change being made. */
struct change {
    struct iw_engine *engine;
    const struct iw_scenario *scenario;
    struct iw_bindings *bindings;
    struct iw_arena *arena;
    struct iw_error *error;
    struct iw_mailbox *mailbox;
    struct iw_span flags; /* as in the step */
    struct iw_set set;    /* message numbers as they are in the store */
};

static bool fill(const struct change *change, struct iw_span text, struct iw_span *value)
{
    struct iw_filled filled;
    if (iw_fill(text, change->scenario, change->bindings, IW_FILL_SEND, change->arena, &filled,
                change->error) != IW_OK)
        return false;
    *value = filled.octets;
    return true;
}

static bool fill_number(const struct change *change, struct iw_span text, uint32_t *number)
{
    int64_t value;
    if (iw_fill_number(text, change->scenario, change->bindings, change->arena, &value,
                       change->error) != IW_OK)
        return false;
    if (value < 1 || value > UINT32_MAX)
        return iw_failf(change->error, IW_SYNTAX, "%lld is no such number", (long long)value) ==
               IW_OK;
    *number = (uint32_t)value;
    return true;
}

static bool fill_set(struct change *change, struct iw_span text)
{
    struct iw_reader reader;
    struct iw_frame frame = {0};
    if (!fill(change, text, &frame.bytes))
        return false;
    iw_reader_init(&reader, &frame, change->arena, &iw_limits_default, NULL, change->error);
    return iw_parse_set(&reader, &change->set) == IW_OK && reader.at == reader.end;
}

static uint32_t number_of(const struct change *change, const struct iw_message *message)
{
    return (uint32_t)(message - change->mailbox->messages) + 1;
}

static bool change_deliver(struct change *change, struct iw_span argument)
{
    struct iw_span octets = iw_scenario_file(change->scenario, argument);
    if (octets.data == NULL)
        return iw_failf(change->error, IW_SYNTAX, "there is no such message") == IW_OK;
    return iw_given_deliver(change->engine, change->mailbox, octets, iw_span(NULL, 0));
}

/* Numbers are those before the removal begins. */
static bool is_chosen(void *context, const struct iw_message *message)
{
    const struct iw_set *uids = context;
    return iw_set_contains(uids, message->uid, UINT32_MAX);
}

static bool change_expunge(struct change *change, struct iw_span argument)
{
    struct iw_mailbox *mailbox = change->mailbox;
    struct iw_set uids = {0};
    if (!fill_set(change, argument))
        return false;
    uids.ranges = iw_arena_array(change->arena, mailbox->count, sizeof *uids.ranges);
    for (size_t i = 0; uids.ranges != NULL && i < mailbox->count; i++) {
        uint32_t uid = mailbox->messages[i].uid;
        if (iw_set_contains(&change->set, (uint32_t)i + 1, (uint32_t)mailbox->count))
            uids.ranges[uids.count++] = (struct iw_range){uid, uid};
    }
    iw_mailbox_remove(mailbox, is_chosen, &uids);
    return uids.ranges != NULL;
}

/* "+\Seen", "-\Seen", or what they are from now on */
static bool change_flags(struct change *change, struct iw_span argument)
{
    struct iw_mailbox *mailbox = change->mailbox;
    struct iw_span text = change->flags;
    char sign = text.length > 0 && (text.data[0] == '+' || text.data[0] == '-') ? text.data[0] : 0;
    uint64_t flags = read_flags(mailbox, iw_span_part(text, sign != 0, text.length));
    if (!fill_set(change, argument))
        return false;
    for (size_t i = 0; i < mailbox->count; i++) {
        struct iw_message *message = &mailbox->messages[i];
        if (!iw_set_contains(&change->set, number_of(change, message), (uint32_t)mailbox->count))
            continue;
        uint64_t added = message->flags | flags, removed = message->flags & ~flags;
        iw_mailbox_set_flags(mailbox, message, sign == '+' ? added : sign == '-' ? removed : flags);
    }
    return true;
}

static bool change_uidvalidity(struct change *change, struct iw_span argument)
{
    return fill_number(change, argument, &change->mailbox->uidvalidity);
}

static bool change_uidnext(struct change *change, struct iw_span argument)
{
    uint32_t next = 0;
    if (!fill_number(change, argument, &next))
        return false;
    if (next < change->mailbox->uidnext)
        return iw_failf(change->error, IW_SYNTAX, "UIDNEXT cannot fall") == IW_OK;
    change->mailbox->uidnext = next;
    return true;
}

/* The limit of STORAGE of its quota root, in units of 1024 octets. */
static bool change_quota(struct change *change, struct iw_span argument)
{
    int64_t limit;
    if (iw_fill_number(argument, change->scenario, change->bindings, change->arena, &limit,
                       change->error) != IW_OK)
        return false;
    if (limit < 0)
        return iw_failf(change->error, IW_SYNTAX, "a quota is no less than 0") == IW_OK;
    change->mailbox->owner->quota.limits[IW_RESOURCE_STORAGE] = (uint64_t)limit;
    return true;
}

static bool change_rename(struct change *change, struct iw_span argument)
{
    struct iw_span name;
    struct iw_store *store = &change->engine->store;
    if (!fill(change, argument, &name))
        return false;
    if (iw_store_find(store, change->mailbox->owner, name) != NULL ||
        iw_name_is_below(name, change->mailbox->name))
        return iw_failf(change->error, IW_SYNTAX, "it cannot have that name") == IW_OK;
    return iw_store_rename(store, change->mailbox, name);
}

static bool (*const changes[])(struct change *change, struct iw_span argument) = {
    [IW_WORLD_DELIVER] = change_deliver, [IW_WORLD_EXPUNGE] = change_expunge,
    [IW_WORLD_FLAGS] = change_flags,     [IW_WORLD_UIDVALIDITY] = change_uidvalidity,
    [IW_WORLD_UIDNEXT] = change_uidnext, [IW_WORLD_QUOTA] = change_quota,
    [IW_WORLD_RENAME] = change_rename,
};

enum iw_result iw_given_change(struct iw_engine *engine, const struct iw_scenario *scenario,
                               const struct iw_world *world, struct iw_bindings *bindings,
                               struct iw_arena *arena, struct iw_error *error)
{
    struct iw_span name;
    struct change change = {.engine = engine,
                            .scenario = scenario,
                            .bindings = bindings,
                            .arena = arena,
                            .error = error,
                            .flags = world->flags};
    if (!fill(&change, world->mailbox, &name))
        return error->code;
    change.mailbox = iw_store_find(&engine->store, engine->store.first_user, name);
    if (change.mailbox == NULL)
        return iw_failf(error, IW_SYNTAX, "there is no mailbox \"%.*s\"", (int)name.length,
                        name.data);
    if (changes[world->change](&change, world->argument))
        return IW_OK;
    return error->code == IW_OK ? iw_fail(error, IW_NO_MEMORY, 0, NULL) : error->code;
}
