/* SPDX-License-Identifier: MIT */
#include "cli/value.h"
#include "cli/value_convert.h"
#include "cli/value_fetch.h"
#include "cli/value_parts.h"
#include "cli/value_search.h"

#include <ctype.h>

/* An array of strings; nothing for none. */
static void add_names(struct iw_json_writer *json, const char *key, const struct iw_names *names)
{
    if (names->count > 0)
        iw_json_names(json, key, names);
}

/* ---- messages ---- */

static void add_cat_parts(struct iw_json_writer *json, const struct iw_cat_part *part)
{
    iw_json_open_array(json, "catenate");
    for (; part != NULL; part = part->next) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "url", part->url);
        if (part->url.data == NULL && part->text.kept)
            iw_json_put_member(json, "text", part->text.octets);
        else if (part->url.data == NULL)
            iw_json_put_number(json, "skipped", part->text.size);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_message(struct iw_json_writer *json, const struct iw_append *append)
{
    if (append->has_flags)
        iw_json_flags(json, &append->flags);
    if (append->has_date)
        iw_json_date(json, &append->date);
    if (append->annotations.count > 0)
        iw_json_annotations(json, &append->annotations);
    iw_json_put_member(json, "extensions", append->extensions);
    if (append->message.data != NULL && append->kept)
        iw_json_put_member(json, "message", append->message);
    if (append->message.data != NULL && !append->kept)
        iw_json_put_number(json, "skipped", append->size);
    iw_json_true(json, "binary", append->binary && !append->utf8);
    iw_json_true(json, "utf8", append->utf8);
    if (append->parts != NULL)
        add_cat_parts(json, append->parts);
}

/* The first message lies open, further ones are in "more". */
static void add_append(struct iw_json_writer *json, const struct iw_append *append)
{
    add_message(json, append);
    if (append->next == NULL)
        return;
    iw_json_open_array(json, "more");
    for (append = append->next; append != NULL; append = append->next) {
        iw_json_open_object(json, NULL);
        add_message(json, append);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_partial(struct iw_json_writer *json, const struct iw_command *command)
{
    iw_json_key(json, "item");
    iw_json_fetch_att(json, command->fetch_atts);
    iw_json_put_number(json, "origin", command->origin);
    iw_json_put_number(json, "length", command->length);
}

static void add_store(struct iw_json_writer *json, const struct iw_command *command)
{
    static const char *const modes[] = {
        [IW_STORE_REPLACE] = "replace", [IW_STORE_ADD] = "add", [IW_STORE_REMOVE] = "remove"};
    iw_json_options(json, "modifiers", &command->options);
    iw_json_put_string(json, "mode", modes[command->mode]);
    iw_json_true(json, "silent", command->silent);
    if (command->annotations.count > 0)
        iw_json_annotations(json, &command->annotations);
    else if (command->labels)
        iw_json_names(json, "labels", &command->names);
    else
        iw_json_flags(json, &command->flags);
}

/* ---- mailboxes and what belongs to them ---- */

static void add_list(struct iw_json_writer *json, const struct iw_command *command)
{
    iw_json_options(json, "selection", &command->selection);
    iw_json_put_member(json, "reference", command->other);
    iw_json_put_member(json, "pattern", command->mailbox);
    iw_json_put_member(json, "text", command->text);
    add_names(json, "patterns", &command->names);
    iw_json_options(json, "return", &command->options);
}

static void add_value(struct iw_json_writer *json, const struct iw_entry *entry)
{
    iw_json_put_member(json, "name", entry->name);
    iw_json_put_octets(json, "value", entry->value);
    iw_json_true(json, "binary", entry->binary);
}

static void add_limit(struct iw_json_writer *json, const struct iw_entry *entry)
{
    iw_json_put_member(json, "name", entry->name);
    iw_json_put_number(json, "limit", entry->limit);
}

static void add_rump(struct iw_json_writer *json, const struct iw_entry *entry)
{
    iw_json_put_member(json, "url", entry->name);
    iw_json_put_member(json, "mechanism", entry->value);
}

static void add_url(struct iw_json_writer *json, const struct iw_entry *entry)
{
    iw_json_put_member(json, "url", entry->name);
    if (entry->listed)
        iw_json_names(json, "parts", &entry->names);
}

static void add_entries(struct iw_json_writer *json, const char *key, const struct iw_entry *entry,
                        void (*add)(struct iw_json_writer *json, const struct iw_entry *entry))
{
    iw_json_open_array(json, key);
    for (; entry != NULL; entry = entry->next) {
        iw_json_open_object(json, NULL);
        add(json, entry);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_annotation(struct iw_json_writer *json, const struct iw_entry *entry)
{
    iw_json_put_member(json, "name", entry->name);
    add_entries(json, "attributes", entry->attributes, add_value);
}

/* ---- searching, NOTIFY ---- */

static void add_filter(struct iw_json_writer *json, const struct iw_mailbox_filter *filter)
{
    iw_json_put_member(json, "filter", filter->name);
    add_names(json, "mailboxes", &filter->mailboxes);
}

static void add_sources(struct iw_json_writer *json, const struct iw_command *command)
{
    const struct iw_mailbox_filter *source = command->sources;
    if (source == NULL)
        return;
    iw_json_open_array(json, "in");
    for (; source != NULL; source = source->next) {
        iw_json_open_object(json, NULL);
        add_filter(json, source);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
    iw_json_options(json, "scope", &command->scope);
}

static void add_sort_keys(struct iw_json_writer *json, const struct iw_sort_key *key)
{
    iw_json_open_array(json, "sort");
    for (; key != NULL; key = key->next) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "key", key->name);
        iw_json_true(json, "reverse", key->reverse);
        iw_json_put_member(json, "entry", key->entry);
        iw_json_put_member(json, "attribute", key->attribute);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_search(struct iw_json_writer *json, const struct iw_command *command)
{
    add_sources(json, command);
    iw_json_options(json, "return", &command->options);
    if (command->sort != NULL)
        add_sort_keys(json, command->sort);
    iw_json_put_member(json, "algorithm", command->mechanism);
    iw_json_search_program(json, &command->search);
}

static void add_events(struct iw_json_writer *json, const struct iw_event *event)
{
    iw_json_open_array(json, "events");
    for (; event != NULL; event = event->next) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", event->name);
        if (event->fetch_atts != NULL)
            iw_json_fetch_atts(json, "fetch", event->fetch_atts);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_notify(struct iw_json_writer *json, const struct iw_notify *notify)
{
    iw_json_true(json, "status", notify->status);
    iw_json_open_array(json, "groups");
    for (const struct iw_event_group *group = notify->groups; group != NULL; group = group->next) {
        iw_json_open_object(json, NULL);
        add_filter(json, &group->filter);
        add_events(json, group->events);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_uidbatches(struct iw_json_writer *json, const struct iw_command *command)
{
    iw_json_put_number(json, "size", command->length);
    if (command->window.first == 0)
        return;
    iw_json_put_number(json, "first", (uint64_t)command->window.first);
    iw_json_put_number(json, "last", (uint64_t)command->window.last);
}

/* ---- the command ---- */

/* Session commands and whatever has but strings. */
static void add_plain_value(struct iw_json_writer *json, const struct iw_command *command)
{
    bool enable = command->kind == IW_COMMAND_ENABLE;
    bool status = command->kind == IW_COMMAND_STATUS;
    bool rename = command->kind == IW_COMMAND_RENAME;
    bool login = command->kind == IW_COMMAND_LOGIN;
    bool rights = command->kind == IW_COMMAND_SETACL || command->kind == IW_COMMAND_DELETEACL ||
                  command->kind == IW_COMMAND_LISTRIGHTS;
    iw_json_options(json, "options", &command->selection);
    iw_json_put_member(json, "mailbox", command->mailbox);
    iw_json_put_member(json, "mechanism", command->mechanism);
    iw_json_put_member(json, "initial", command->initial);
    iw_json_put_member(json, rights ? "identifier" : "user", command->user);
    iw_json_put_member(json,
                       rename   ? "new"
                       : login  ? "password"
                       : rights ? "rights"
                                : "root",
                       command->other);
    add_names(json, enable ? "capabilities" : status ? "items" : "names", &command->names);
    add_names(json, "attributes", &command->attributes);
    iw_json_options(json, "parameters", &command->options);
}

static void add_entry_value(struct iw_json_writer *json, const struct iw_command *command)
{
    iw_json_put_member(json, "root", command->other);
    iw_json_put_member(json, "mailbox", command->mailbox);
    if (command->kind == IW_COMMAND_SETQUOTA)
        add_entries(json, "resources", command->entries, add_limit);
    else if (command->kind == IW_COMMAND_SETMETADATA)
        add_entries(json, "entries", command->entries, add_value);
    else if (command->kind == IW_COMMAND_SETANNOTATION)
        add_entries(json, "entries", command->entries, add_annotation);
    else if (command->kind == IW_COMMAND_GENURLAUTH)
        add_entries(json, "urls", command->entries, add_rump);
    else
        add_entries(json, "urls", command->entries, add_url);
}

static void add_command_value(struct iw_json_writer *json, const struct iw_command *command)
{
    switch (command->kind) {
    case IW_COMMAND_ID:
        iw_json_id(json, &command->id);
        break;
    case IW_COMMAND_NOTIFY:
        add_notify(json, &command->notify);
        break;
    case IW_COMMAND_LIST:
    case IW_COMMAND_LSUB:
    case IW_COMMAND_XLIST:
    case IW_COMMAND_RLIST:
    case IW_COMMAND_RLSUB:
    case IW_COMMAND_SCAN:
        add_list(json, command);
        break;
    case IW_COMMAND_FIND:
        iw_json_put_member(json, "kind", command->other);
        iw_json_put_member(json, "pattern", command->mailbox);
        break;
    case IW_COMMAND_APPEND:
    case IW_COMMAND_REPLACE:
        iw_json_put_member(json, "mailbox", command->mailbox);
        add_append(json, &command->append);
        break;
    case IW_COMMAND_SETQUOTA:
    case IW_COMMAND_SETMETADATA:
    case IW_COMMAND_SETANNOTATION:
    case IW_COMMAND_GENURLAUTH:
    case IW_COMMAND_URLFETCH:
        add_entry_value(json, command);
        break;
    case IW_COMMAND_SEARCH:
    case IW_COMMAND_ESEARCH:
    case IW_COMMAND_SORT:
    case IW_COMMAND_THREAD:
        add_search(json, command);
        break;
    case IW_COMMAND_UIDBATCHES:
        add_uidbatches(json, command);
        break;
    case IW_COMMAND_FETCH:
        iw_json_fetch_atts(json, "items", command->fetch_atts);
        iw_json_options(json, "modifiers", &command->options);
        break;
    case IW_COMMAND_CONVERT:
        iw_json_conversion_target(json, &command->conversion);
        iw_json_fetch_atts(json, "items", command->fetch_atts);
        break;
    case IW_COMMAND_CONVERSIONS:
        iw_json_conversion(json, &command->conversion);
        break;
    case IW_COMMAND_APPLE_PUSH:
        iw_json_apple_push(json, &command->apple_push);
        break;
    case IW_COMMAND_PARTIAL:
        add_partial(json, command);
        break;
    case IW_COMMAND_STORE:
        add_store(json, command);
        break;
    case IW_COMMAND_OTHER:
        iw_json_put_member(json, "name", command->name);
        iw_json_put_member(json, "arguments", command->arguments);
        break;
    default:
        add_plain_value(json, command);
    }
}

static void add_lower(struct iw_json_writer *json, const char *name)
{
    char lower[32];
    size_t length = 0;
    for (; name[length] != '\0' && length < sizeof lower; length++)
        lower[length] = (char)tolower((unsigned char)name[length]);
    iw_json_put_octets(json, NULL, iw_span(lower, length));
}

void iw_json_command(struct iw_json_writer *json, const struct iw_command *command)
{
    bool other = command->kind == IW_COMMAND_OTHER;
    iw_json_open_object(json, NULL);
    iw_json_key(json, "type");
    add_lower(json, other ? "other" : iw_command_name(command->kind));
    iw_json_put_member(json, "tag", command->tag);
    iw_json_true(json, "uid", command->uid);
    if (!other && (command->set.count > 0 || command->set.saved))
        iw_json_set(json, "set", &command->set);
    add_command_value(json, command);
    iw_json_close_object(json);
}
