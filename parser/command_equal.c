/* SPDX-License-Identifier: MIT */
/* Equality of commands: what two spellings of one have in common. Verbatim parts are equal when
 * their octets are. */
#include "parser/command.h"
#include "parser/same.h"

static bool sort_equal(const struct iw_sort_key *a, const struct iw_sort_key *b)
{
    for (; a != NULL && b != NULL; a = a->next) {
        if (!iw_span_equal_nocase(a->name, b->name) || a->reverse != b->reverse ||
            !iw_same_span(a->entry, b->entry) || !iw_same_span(a->attribute, b->attribute))
            return false;
        b = b->next;
    }
    return a == NULL && b == NULL;
}

static bool entry_equal(const struct iw_entry *a, const struct iw_entry *b)
{
    return iw_span_equal(a->name, b->name) && iw_same_span(a->value, b->value) &&
           a->binary == b->binary && a->limit == b->limit && a->listed == b->listed &&
           iw_same_names(&a->names, &b->names);
}

/* Those without attributes. */
static bool attributes_equal(const struct iw_entry *a, const struct iw_entry *b)
{
    for (; a != NULL && b != NULL && entry_equal(a, b); a = a->next)
        b = b->next;
    return a == NULL && b == NULL;
}

static bool entries_equal(const struct iw_entry *a, const struct iw_entry *b)
{
    for (; a != NULL && b != NULL; a = a->next) {
        if (!entry_equal(a, b) || !attributes_equal(a->attributes, b->attributes))
            return false;
        b = b->next;
    }
    return a == NULL && b == NULL;
}

static bool same_spans(const struct iw_command *a, const struct iw_command *b)
{
    return iw_same_span(a->mailbox, b->mailbox) && iw_same_span(a->other, b->other) &&
           iw_same_span(a->user, b->user) && iw_same_span(a->mechanism, b->mechanism) &&
           iw_same_span(a->initial, b->initial) && iw_same_span(a->text, b->text);
}

static bool same_numbers(const struct iw_command *a, const struct iw_command *b)
{
    return a->origin == b->origin && a->length == b->length && a->window.first == b->window.first &&
           a->window.last == b->window.last && a->labels == b->labels && a->silent == b->silent &&
           a->mode == b->mode;
}

/* The names of a FETCH are its items once more, as they were spelled. */
static bool same_lists(const struct iw_command *a, const struct iw_command *b)
{
    return (a->kind == IW_COMMAND_FETCH || iw_same_names(&a->names, &b->names)) &&
           iw_same_names(&a->attributes, &b->attributes) && iw_same_id(&a->id, &b->id) &&
           iw_same_set(&a->set, &b->set) && iw_same_flags(&a->flags, &b->flags) &&
           iw_annotations_equal(&a->annotations, &b->annotations) &&
           entries_equal(a->entries, b->entries) &&
           iw_fetch_atts_equal(a->fetch_atts, b->fetch_atts) &&
           iw_options_equal(&a->selection, &b->selection) &&
           iw_options_equal(&a->options, &b->options) && iw_options_equal(&a->scope, &b->scope);
}

bool iw_command_equal(const struct iw_command *a, const struct iw_command *b)
{
    if (a->kind != b->kind || a->uid != b->uid || !iw_span_equal(a->tag, b->tag) ||
        !iw_span_equal_nocase(a->name, b->name))
        return false;
    if (a->kind == IW_COMMAND_OTHER)
        return iw_same_span(a->arguments, b->arguments);
    return same_spans(a, b) && same_numbers(a, b) && same_lists(a, b) &&
           iw_append_equal(&a->append, &b->append) &&
           iw_mailbox_filters_equal(a->sources, b->sources) && sort_equal(a->sort, b->sort) &&
           iw_search_program_equal(&a->search, &b->search) &&
           iw_notify_equal(&a->notify, &b->notify) &&
           iw_conversion_equal(&a->conversion, &b->conversion) &&
           iw_apple_push_equal(&a->apple_push, &b->apple_push);
}
