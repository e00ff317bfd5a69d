/* SPDX-License-Identifier: MIT */
/* Equality of parsed values: what two spellings of one response or command have in common. Verbatim
 * parts are equal when their octets are. */
#include "parser/command.h"
#include "parser/response.h"

/* Absent and empty are not the same. */
static bool same(struct iw_span a, struct iw_span b)
{
    return (a.data == NULL) == (b.data == NULL) && iw_span_equal(a, b);
}

static bool same_list(const struct iw_span *a, size_t a_count, const struct iw_span *b,
                      size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (!iw_span_equal(a[i], b[i]))
            return false;
    return true;
}

static bool same_flags(const struct iw_flags *a, const struct iw_flags *b)
{
    return a->bits == b->bits && same_list(a->names, a->count, b->names, b->count);
}

static bool same_set(const struct iw_set *a, const struct iw_set *b)
{
    if (a->saved != b->saved || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->ranges[i].first != b->ranges[i].first || a->ranges[i].last != b->ranges[i].last)
            return false;
    return true;
}

static bool same_date(const struct iw_date *a, const struct iw_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->zone == b->zone;
}

/* ---- responses ---- */

static bool same_code(const struct iw_code *a, const struct iw_code *b)
{
    if (a->type != b->type || !iw_span_equal(a->name, b->name))
        return false;
    enum iw_code_shape shape = a->type == NULL ? IW_CODE_ARGUMENT : a->type->shape;
    if ((shape == IW_CODE_BARE || shape == IW_CODE_ARGUMENT) && !same(a->argument, b->argument))
        return false;
    return a->number == b->number && same_list(a->names, a->name_count, b->names, b->name_count) &&
           same_flags(&a->flags, &b->flags) && same_set(&a->uids, &b->uids) &&
           same_set(&a->source_uids, &b->source_uids);
}

static bool same_text(const struct iw_text *a, const struct iw_text *b)
{
    return same_code(&a->code, &b->code) && iw_span_equal(a->text, b->text);
}

static bool same_mailbox_list(const struct iw_mailbox_list *a, const struct iw_mailbox_list *b)
{
    return same_list(a->attributes, a->attribute_count, b->attributes, b->attribute_count) &&
           same(a->separator, b->separator) && iw_span_equal(a->mailbox, b->mailbox) &&
           same(a->extension, b->extension);
}

static bool same_status(const struct iw_status_data *a, const struct iw_status_data *b)
{
    if (!iw_span_equal(a->mailbox, b->mailbox) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct iw_status_item *x = &a->items[i], *y = &b->items[i];
        if (!iw_span_equal(x->name, y->name) || x->is_number != y->is_number ||
            x->number != y->number || (!x->is_number && !iw_span_equal(x->raw, y->raw)))
            return false;
    }
    return true;
}

static bool same_search(const struct iw_search *a, const struct iw_search *b)
{
    if (a->count != b->count || a->modseq != b->modseq)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->numbers[i] != b->numbers[i])
            return false;
    return true;
}

static bool same_item(const struct iw_fetch_item *a, const struct iw_fetch_item *b)
{
    return a->kind == b->kind && iw_span_equal(a->name, b->name) && same(a->section, b->section) &&
           a->has_origin == b->has_origin && a->origin == b->origin && a->kept == b->kept &&
           same(a->value, b->value) && a->size == b->size && a->number == b->number &&
           same_date(&a->date, &b->date) && same_flags(&a->flags, &b->flags);
}

static bool same_fetch(const struct iw_fetch *a, const struct iw_fetch *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_item(&a->items[i], &b->items[i]))
            return false;
    return true;
}

bool iw_response_equal(const struct iw_response *a, const struct iw_response *b)
{
    if (a->kind != b->kind || a->number != b->number)
        return false;
    switch (a->kind) {
    case IW_RESPONSE_CONTINUE:
        return same_text(&a->text, &b->text);
    case IW_RESPONSE_TAGGED:
    case IW_RESPONSE_STATE:
        return a->state == b->state && iw_span_equal(a->tag, b->tag) &&
               same_text(&a->text, &b->text);
    case IW_RESPONSE_CAPABILITY:
    case IW_RESPONSE_ENABLED:
        return same_list(a->capabilities.names, a->capabilities.count, b->capabilities.names,
                         b->capabilities.count);
    case IW_RESPONSE_LIST:
    case IW_RESPONSE_LSUB:
        return same_mailbox_list(&a->list, &b->list);
    case IW_RESPONSE_STATUS:
        return same_status(&a->status, &b->status);
    case IW_RESPONSE_FLAGS:
        return same_flags(&a->flags, &b->flags);
    case IW_RESPONSE_SEARCH:
        return same_search(&a->search, &b->search);
    case IW_RESPONSE_EXISTS:
    case IW_RESPONSE_RECENT:
    case IW_RESPONSE_EXPUNGE:
        return true;
    case IW_RESPONSE_FETCH:
        return same_fetch(&a->fetch, &b->fetch);
    case IW_RESPONSE_OTHER:
        return iw_span_equal(a->raw, b->raw);
    }
    return false;
}

/* ---- commands ---- */

static bool same_append(const struct iw_append *a, const struct iw_append *b)
{
    return a->has_flags == b->has_flags && same_flags(&a->flags, &b->flags) &&
           a->has_date == b->has_date && same_date(&a->date, &b->date) &&
           same(a->message, b->message) && a->size == b->size && a->binary == b->binary &&
           same(a->more, b->more);
}

bool iw_command_equal(const struct iw_command *a, const struct iw_command *b)
{
    if (a->kind != b->kind || a->uid != b->uid || !iw_span_equal(a->tag, b->tag) ||
        !iw_span_equal_nocase(a->name, b->name))
        return false;
    if (a->kind == IW_COMMAND_OTHER)
        return same(a->arguments, b->arguments);
    return same(a->mailbox, b->mailbox) && same(a->other, b->other) && same(a->user, b->user) &&
           same(a->mechanism, b->mechanism) && same(a->initial, b->initial) &&
           same_set(&a->set, &b->set) &&
           same_list(a->names.names, a->names.count, b->names.names, b->names.count) &&
           same(a->selection, b->selection) && same(a->modifiers, b->modifiers) &&
           a->silent == b->silent && a->mode == b->mode && same_flags(&a->flags, &b->flags) &&
           same_append(&a->append, &b->append) && same(a->search, b->search);
}
