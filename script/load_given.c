/* SPDX-License-Identifier: MIT */
/* Reads "given": the world as a scenario finds it. */
#include "script/members.h"

#include <stddef.h>
#include <string.h>

/* "\\Seen", or a list of flags: one text with spaces between them. */
static bool read_flags(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *flags = target;
    struct iw_texts texts = {NULL, 0};
    if (!iw_load_text_or_texts(loader, value, &texts))
        return false;
    size_t length = 0;
    for (size_t i = 0; i < texts.count; i++)
        length += texts.items[i].length + 1;
    char *joined = iw_arena_get(loader->arena, length + 1);
    if (joined == NULL)
        return iw_load_no_memory(loader);
    *flags = iw_span(joined, length == 0 ? 0 : length - 1);
    for (size_t i = 0; i < texts.count; i++) {
        memcpy(joined, texts.items[i].data, texts.items[i].length);
        joined += texts.items[i].length;
        *joined++ = ' ';
    }
    return true;
}

static bool read_file_name(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *name = target;
    return iw_load_text(loader, value, name) && iw_load_want_file(loader, &value->place, *name);
}

static const struct iw_member message_members[] = {
    {"message", read_file_name, offsetof(struct iw_given_message, file)},
    {"lines", iw_load_texts, offsetof(struct iw_given_message, lines)},
    {"flags", read_flags, offsetof(struct iw_given_message, flags)},
    {"date", iw_load_text, offsetof(struct iw_given_message, date)},
    {NULL, NULL, 0},
};
const struct iw_object iw_message_object = {"message", message_members};

/* A file's name, or an object. */
static bool read_message(struct iw_loader *loader, const struct iw_json *value,
                         struct iw_given_message *message)
{
    if (value->kind == IW_JSON_STRING)
        return read_file_name(loader, value, &message->file);
    if (!iw_load_object(loader, value, &iw_message_object, message))
        return false;
    bool file = message->file.data != NULL, lines = message->lines.count > 0;
    if (file == lines)
        return iw_load_fail(loader, &value->place, "expected one of \"message\" and \"lines\"");
    return file || iw_load_add_lines(loader, &message->lines, &message->file);
}

static bool read_messages(struct iw_loader *loader, const struct iw_json *value,
                          struct iw_given_mailbox *mailbox)
{
    mailbox->messages = iw_load_members(loader, value, IW_JSON_ARRAY, "a list of messages",
                                        sizeof *mailbox->messages);
    if (mailbox->messages == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        if (!read_message(loader, item, &mailbox->messages[mailbox->count++]))
            return false;
    }
    return true;
}

static bool read_mailboxes(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_given *given = target;
    given->mailboxes =
        iw_load_members(loader, value, IW_JSON_OBJECT, "an object of mailboxes and their messages",
                        sizeof *given->mailboxes);
    if (given->mailboxes == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_given_mailbox *mailbox = &given->mailboxes[given->mailbox_count++];
        mailbox->name = item->key;
        if (!read_messages(loader, item, mailbox))
            return false;
    }
    return true;
}

static bool read_users(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_given *given = target;
    given->users = iw_load_members(loader, value, IW_JSON_OBJECT,
                                   "an object of users and their passwords", sizeof *given->users);
    if (given->users == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_given_user *user = &given->users[given->user_count++];
        user->name = item->key;
        if (!iw_load_text(loader, item, &user->password))
            return false;
    }
    return true;
}

/* {name: value, …} behind what is there. */
static bool read_given_values(struct iw_loader *loader, const struct iw_json *value,
                              bool (*read)(struct iw_loader *, const struct iw_json *, void *),
                              struct iw_span mailbox, struct iw_given_values *values)
{
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of names and values");
    struct iw_given_value *items =
        iw_arena_array(loader->arena, values->count + value->count, sizeof *items);
    if (items == NULL)
        return iw_load_no_memory(loader);
    for (size_t i = 0; i < values->count; i++)
        items[i] = values->items[i];
    values->items = items;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_given_value *member = &items[values->count++];
        *member = (struct iw_given_value){.mailbox = mailbox, .name = item->key};
        if (!read(loader, item, &member->value))
            return false;
    }
    return true;
}

/* {mailbox: {name: value, …}, …} */
static bool read_values_of_mailboxes(struct iw_loader *loader, const struct iw_json *value,
                                     void *target)
{
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of mailboxes");
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        if (!read_given_values(loader, item, iw_load_text, item->key, target))
            return false;
    }
    return true;
}

static bool read_quota(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    return read_given_values(loader, value, iw_load_number_text, iw_span(NULL, 0), target);
}

static const struct iw_member capability_members[] = {
    {"before-login", iw_load_text, 0 * sizeof(struct iw_span)},
    {"after-login", iw_load_text, 1 * sizeof(struct iw_span)},
    {"tls-before-login", iw_load_text, 2 * sizeof(struct iw_span)},
    {"tls-after-login", iw_load_text, 3 * sizeof(struct iw_span)},
    {NULL, NULL, 0},
};
const struct iw_object iw_capability_object = {"capability", capability_members};

/* One text for all four sets, or by name; what is not said for TLS is as without. */
static bool read_capability(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *sets = target;
    if (value->kind == IW_JSON_STRING) {
        for (size_t i = 0; i < 4; i++)
            sets[i] = value->text;
        return true;
    }
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "a string or an object");
    if (!iw_load_object(loader, value, &iw_capability_object, sets))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (sets[i + 2].data == NULL)
            sets[i + 2] = sets[i];
    return true;
}

static const struct iw_member given_members[] = {
    {"users", read_users, 0},
    {"mailboxes", read_mailboxes, 0},
    {"acl", read_values_of_mailboxes, offsetof(struct iw_given, acl)},
    {"quota", read_quota, offsetof(struct iw_given, quota)},
    {"metadata", read_values_of_mailboxes, offsetof(struct iw_given, metadata)},
    {"capability", read_capability, offsetof(struct iw_given, capability)},
    {"tls", iw_load_tls, offsetof(struct iw_given, tls)},
    {NULL, NULL, 0},
};
const struct iw_object iw_given_object = {"given", given_members};

bool iw_load_given(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    return iw_load_object(loader, value, &iw_given_object, target);
}
