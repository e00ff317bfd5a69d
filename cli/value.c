/* SPDX-License-Identifier: MIT */
#include "cli/value.h"

#include <ctype.h>
#include <stdio.h>

/* ---- the parts of both ---- */

static void add_spans(struct iw_json_out *json, const char *key, const struct iw_span *spans,
                      size_t count)
{
    iw_out_key(json, key);
    iw_out_array(json);
    for (size_t i = 0; i < count; i++)
        iw_out_octets(json, spans[i]);
    iw_out_array_end(json);
}

static void add_flags(struct iw_json_out *json, const struct iw_flags *flags)
{
    add_spans(json, "flags", flags->names, flags->count);
}

/* A set as it is written. */
static void add_set(struct iw_json_out *json, const char *key, const struct iw_set *set)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_write_set(&text, set);
    iw_out_key(json, key);
    iw_out_octets(json, iw_buf_span(&text));
    if (text.failed)
        json->out->failed = true;
    iw_buf_release(&text);
}

/* date-time (RFC 3339 §5.6): "1996-07-17T02:44:25-07:00" */
static void add_date(struct iw_json_out *json, const struct iw_date *date)
{
    char text[64];
    int minutes = date->zone < 0 ? -date->zone : date->zone;
    snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u%c%02d:%02d", (unsigned)date->year,
             (unsigned)date->month, (unsigned)date->day, (unsigned)date->hour,
             (unsigned)date->minute, (unsigned)date->second, date->zone < 0 ? '-' : '+',
             minutes / 60, minutes % 60);
    iw_out_key(json, "date");
    iw_out_string(json, text);
}

static void add_number(struct iw_json_out *json, const char *key, uint64_t number)
{
    iw_out_key(json, key);
    iw_out_number(json, number);
}

/* ---- responses ---- */

static void add_code(struct iw_json_out *json, const struct iw_code *code)
{
    if (code->name.length == 0)
        return;
    iw_out_key(json, "code");
    iw_out_object(json);
    iw_out_member(json, "name", code->name);
    switch (code->type == NULL ? IW_CODE_ARGUMENT : code->type->shape) {
    case IW_CODE_NUMBER:
        add_number(json, "number", code->number);
        break;
    case IW_CODE_NAMES:
    case IW_CODE_CHARSETS:
        add_spans(json, "names", code->names, code->name_count);
        break;
    case IW_CODE_FLAGS:
        add_flags(json, &code->flags);
        break;
    case IW_CODE_SET:
        add_set(json, "set", &code->uids);
        break;
    case IW_CODE_COPYUID:
        add_number(json, "uidvalidity", code->number);
        add_set(json, "source_uids", &code->source_uids);
        add_set(json, "uids", &code->uids);
        break;
    case IW_CODE_APPENDUID:
        add_number(json, "uidvalidity", code->number);
        add_set(json, "uids", &code->uids);
        break;
    case IW_CODE_BARE:
    case IW_CODE_ARGUMENT:
        iw_out_member(json, "argument", code->argument);
    }
    iw_out_object_end(json);
}

static void add_text(struct iw_json_out *json, const struct iw_text *text)
{
    add_code(json, &text->code);
    iw_out_member(json, "text", text->text);
}

static void add_list(struct iw_json_out *json, const struct iw_mailbox_list *list)
{
    add_spans(json, "attributes", list->attributes, list->attribute_count);
    iw_out_key(json, "separator");
    iw_out_octets(json, list->separator);
    iw_out_member(json, "mailbox", list->mailbox);
    iw_out_member(json, "extension", list->extension);
}

static void add_status(struct iw_json_out *json, const struct iw_status_data *status)
{
    iw_out_member(json, "mailbox", status->mailbox);
    iw_out_key(json, "items");
    iw_out_array(json);
    for (size_t i = 0; i < status->count; i++) {
        const struct iw_status_item *item = &status->items[i];
        iw_out_object(json);
        iw_out_member(json, "name", item->name);
        if (item->is_number)
            add_number(json, "number", item->number);
        else
            iw_out_member(json, "raw", item->raw);
        iw_out_object_end(json);
    }
    iw_out_array_end(json);
}

static void add_search(struct iw_json_out *json, const struct iw_search *search)
{
    iw_out_key(json, "numbers");
    iw_out_array(json);
    for (size_t i = 0; i < search->count; i++)
        iw_out_number(json, search->numbers[i]);
    iw_out_array_end(json);
    if (search->modseq > 0)
        add_number(json, "modseq", search->modseq);
}

/* The octets; of a literal that was not kept how many they are. */
static void add_octets(struct iw_json_out *json, const struct iw_fetch_item *item)
{
    if (!item->kept) {
        add_number(json, "skipped", item->size);
        return;
    }
    iw_out_key(json, "value");
    iw_out_octets(json, item->value);
}

static void add_fetch_item(struct iw_json_out *json, const struct iw_fetch_item *item)
{
    iw_out_object(json);
    iw_out_member(json, "name", item->name);
    iw_out_member(json, "section", item->section);
    if (item->has_origin)
        add_number(json, "origin", item->origin);
    switch (item->kind) {
    case IW_FETCH_FLAGS:
        add_flags(json, &item->flags);
        break;
    case IW_FETCH_UID:
    case IW_FETCH_SIZE:
    case IW_FETCH_MODSEQ:
        add_number(json, "number", item->number);
        break;
    case IW_FETCH_INTERNALDATE:
        add_date(json, &item->date);
        break;
    case IW_FETCH_SECTION:
        add_octets(json, item);
        break;
    case IW_FETCH_OTHER:
        iw_out_member(json, "raw", item->value);
    }
    iw_out_object_end(json);
}

static void add_fetch(struct iw_json_out *json, const struct iw_fetch *fetch)
{
    iw_out_key(json, "items");
    iw_out_array(json);
    for (size_t i = 0; i < fetch->count; i++)
        add_fetch_item(json, &fetch->items[i]);
    iw_out_array_end(json);
}

static void add_response_value(struct iw_json_out *json, const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_TAGGED:
    case IW_RESPONSE_STATE:
        iw_out_key(json, "state");
        iw_out_string(json, iw_state_name(response->state));
        add_text(json, &response->text);
        break;
    case IW_RESPONSE_CONTINUE:
        add_text(json, &response->text);
        break;
    case IW_RESPONSE_CAPABILITY:
    case IW_RESPONSE_ENABLED:
        add_spans(json, "capabilities", response->capabilities.names, response->capabilities.count);
        break;
    case IW_RESPONSE_LIST:
    case IW_RESPONSE_LSUB:
        add_list(json, &response->list);
        break;
    case IW_RESPONSE_STATUS:
        add_status(json, &response->status);
        break;
    case IW_RESPONSE_FLAGS:
        add_flags(json, &response->flags);
        break;
    case IW_RESPONSE_SEARCH:
        add_search(json, &response->search);
        break;
    case IW_RESPONSE_FETCH:
        add_fetch(json, &response->fetch);
        break;
    case IW_RESPONSE_EXISTS:
    case IW_RESPONSE_RECENT:
    case IW_RESPONSE_EXPUNGE:
        break;
    case IW_RESPONSE_OTHER:
        iw_out_member(json, "name", response->name);
        iw_out_member(json, "raw", response->raw);
    }
}

static bool has_number(const struct iw_response *response)
{
    return response->kind == IW_RESPONSE_EXISTS || response->kind == IW_RESPONSE_RECENT ||
           response->kind == IW_RESPONSE_EXPUNGE || response->kind == IW_RESPONSE_FETCH;
}

void iw_json_response(struct iw_json_out *json, const struct iw_response *response)
{
    static const char *const types[] = {
        [IW_RESPONSE_CONTINUE] = "continue", [IW_RESPONSE_TAGGED] = "tagged",
        [IW_RESPONSE_STATE] = "state",       [IW_RESPONSE_CAPABILITY] = "capability",
        [IW_RESPONSE_ENABLED] = "enabled",   [IW_RESPONSE_LIST] = "list",
        [IW_RESPONSE_LSUB] = "lsub",         [IW_RESPONSE_STATUS] = "status",
        [IW_RESPONSE_FLAGS] = "flags",       [IW_RESPONSE_SEARCH] = "search",
        [IW_RESPONSE_EXISTS] = "exists",     [IW_RESPONSE_RECENT] = "recent",
        [IW_RESPONSE_EXPUNGE] = "expunge",   [IW_RESPONSE_FETCH] = "fetch",
        [IW_RESPONSE_OTHER] = "other",
    };
    iw_out_object(json);
    iw_out_key(json, "type");
    iw_out_string(json, types[response->kind]);
    iw_out_member(json, "tag", response->tag);
    if (has_number(response))
        add_number(json, "number", response->number);
    add_response_value(json, response);
    iw_out_object_end(json);
}

/* ---- commands ---- */

static void add_append(struct iw_json_out *json, const struct iw_append *append)
{
    if (append->has_flags)
        add_flags(json, &append->flags);
    if (append->has_date)
        add_date(json, &append->date);
    if (append->message.data != NULL && append->kept)
        iw_out_member(json, "message", append->message);
    if (append->message.data != NULL && !append->kept)
        add_number(json, "skipped", append->size);
    if (append->binary) {
        iw_out_key(json, "binary");
        iw_out_bool(json, true);
    }
    iw_out_member(json, "more", append->more);
}

static void add_store(struct iw_json_out *json, const struct iw_command *command)
{
    static const char *const modes[] = {
        [IW_STORE_REPLACE] = "replace", [IW_STORE_ADD] = "add", [IW_STORE_REMOVE] = "remove"};
    iw_out_member(json, "modifiers", command->modifiers);
    iw_out_key(json, "mode");
    iw_out_string(json, modes[command->mode]);
    if (command->silent) {
        iw_out_key(json, "silent");
        iw_out_bool(json, true);
    }
    add_flags(json, &command->flags);
}

static void add_list_command(struct iw_json_out *json, const struct iw_command *command)
{
    iw_out_member(json, "selection", command->selection);
    iw_out_member(json, "reference", command->other);
    iw_out_member(json, "pattern", command->mailbox);
    if (command->names.count > 0)
        add_spans(json, "patterns", command->names.names, command->names.count);
    iw_out_member(json, "modifiers", command->modifiers);
}

static void add_names(struct iw_json_out *json, const char *key, const struct iw_command *command)
{
    add_spans(json, key, command->names.names, command->names.count);
}

static void add_command_value(struct iw_json_out *json, const struct iw_command *command)
{
    switch (command->kind) {
    case IW_COMMAND_AUTHENTICATE:
        iw_out_member(json, "mechanism", command->mechanism);
        iw_out_member(json, "initial", command->initial);
        break;
    case IW_COMMAND_LOGIN:
        iw_out_member(json, "user", command->user);
        iw_out_member(json, "password", command->other);
        break;
    case IW_COMMAND_ENABLE:
        add_names(json, "capabilities", command);
        break;
    case IW_COMMAND_LIST:
    case IW_COMMAND_LSUB:
        add_list_command(json, command);
        break;
    case IW_COMMAND_RENAME:
        iw_out_member(json, "mailbox", command->mailbox);
        iw_out_member(json, "new", command->other);
        iw_out_member(json, "modifiers", command->modifiers);
        break;
    case IW_COMMAND_STATUS:
        iw_out_member(json, "mailbox", command->mailbox);
        add_names(json, "items", command);
        break;
    case IW_COMMAND_APPEND:
        iw_out_member(json, "mailbox", command->mailbox);
        add_append(json, &command->append);
        break;
    case IW_COMMAND_SEARCH:
        iw_out_member(json, "search", command->search);
        break;
    case IW_COMMAND_FETCH:
        add_names(json, "items", command);
        iw_out_member(json, "modifiers", command->modifiers);
        break;
    case IW_COMMAND_STORE:
        add_store(json, command);
        break;
    case IW_COMMAND_OTHER:
        iw_out_member(json, "name", command->name);
        iw_out_member(json, "arguments", command->arguments);
        break;
    default: /* nothing, or a mailbox and modifiers */
        iw_out_member(json, "mailbox", command->mailbox);
        iw_out_member(json, "modifiers", command->modifiers);
    }
}

static void add_lower(struct iw_json_out *json, const char *name)
{
    char lower[32];
    size_t length = 0;
    for (; name[length] != '\0' && length < sizeof lower; length++)
        lower[length] = (char)tolower((unsigned char)name[length]);
    iw_out_octets(json, iw_span(lower, length));
}

void iw_json_command(struct iw_json_out *json, const struct iw_command *command)
{
    bool other = command->kind == IW_COMMAND_OTHER;
    iw_out_object(json);
    iw_out_key(json, "type");
    add_lower(json, other ? "other" : iw_command_name(command->kind));
    iw_out_member(json, "tag", command->tag);
    if (command->uid) {
        iw_out_key(json, "uid");
        iw_out_bool(json, true);
    }
    if (!other && (command->set.count > 0 || command->set.saved))
        add_set(json, "set", &command->set);
    add_command_value(json, command);
    iw_out_object_end(json);
}
