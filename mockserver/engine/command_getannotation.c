/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "mockserver/engine/pattern.h"
#include "parser/response.h"

#include <stdio.h>

enum { SIZE_DIGITS = 24, PARTS_MAX = 4 /* two values, two sizes */ };

/* What stands behind "/shared" or "/private". */
static struct iw_span entry_of(const struct iw_annotation_value *value)
{
    size_t prefix = value->user == NULL ? sizeof "/shared" - 1 : sizeof "/private" - 1;
    return iw_span_part(value->name, prefix, value->name.length);
}

static bool is_readable(const struct iw_run *run, const struct iw_annotation_value *value)
{
    return value->value.data != NULL && (value->user == NULL || value->user == run->session->user);
}

static bool matches(const struct iw_names *patterns, struct iw_span name)
{
    for (size_t i = 0; i < patterns->count; i++) {
        if (iw_pattern_matches(patterns->names[i], name))
            return true;
    }
    return false;
}

/* "value" stands for value.shared and value.priv, and so does "size". */
static void add_attribute(const struct iw_run *run, const char *name, const char *general,
                          struct iw_span value, struct iw_annotatemore_entry *entry)
{
    const struct iw_names *wanted = &run->command->attributes;
    if (matches(wanted, iw_span_of(name)) || matches(wanted, iw_span_of(general)))
        entry->attributes[entry->count++] =
            (struct iw_annotatemore_attribute){iw_span_of(name), value};
}

static void add_attributes(struct iw_run *run, const struct iw_annotation_value *value,
                           struct iw_annotatemore_entry *entry)
{
    char digits[SIZE_DIGITS];
    int length = snprintf(digits, sizeof digits, "%zu", value->value.length);
    struct iw_span size = iw_arena_copy(run->arena, iw_span(digits, (size_t)length));
    bool shared = value->user == NULL;
    add_attribute(run, shared ? "value.shared" : "value.priv", "value", value->value, entry);
    add_attribute(run, shared ? "size.shared" : "size.priv", "size", size, entry);
}

/* What is asked for of one entry, from its first value on; an earlier one has shown it all. */
static bool read_entry(struct iw_run *run, const struct iw_annotation_values *values, size_t first,
                       struct iw_annotatemore_entry *entry)
{
    *entry = (struct iw_annotatemore_entry){
        .name = entry_of(&values->members[first]),
        .attributes = iw_arena_array(run->arena, PARTS_MAX, sizeof *entry->attributes)};
    if (entry->attributes == NULL || !matches(&run->command->names, entry->name))
        return false;
    for (size_t i = 0; i < values->count; i++) {
        const struct iw_annotation_value *value = &values->members[i];
        if (!is_readable(run, value) || !iw_span_equal_nocase(entry_of(value), entry->name))
            continue;
        if (i < first)
            return false;
        add_attributes(run, value, entry);
    }
    return entry->count > 0;
}

/* GETANNOTATION of the drafts before RFC 5464, over the same values: "/comment" with "value.shared"
 * is "/shared/comment". */
struct iw_outcome iw_command_getannotation(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    struct iw_outcome outcome;
    struct iw_mailbox *mailbox;
    const struct iw_annotation_values *values =
        iw_run_annotations(run, command->mailbox, IW_CAPABILITY_ANNOTATEMORE, &mailbox, &outcome);
    if (values == NULL)
        return outcome;
    struct iw_response response = {
        .kind = IW_RESPONSE_ANNOTATION,
        .annotation = {.mailbox = command->mailbox,
                       .entries = iw_arena_array(run->arena, values->count,
                                                 sizeof(struct iw_annotatemore_entry))}};
    struct iw_annotatemore *annotation = &response.annotation;
    if (annotation->entries == NULL && values->count > 0)
        return iw_no_memory();
    for (size_t i = 0; i < values->count; i++) {
        if (is_readable(run, &values->members[i]) &&
            read_entry(run, values, i, &annotation->entries[annotation->count]))
            annotation->count++;
    }
    if (annotation->count > 0)
        iw_write_response(run->out, &response);
    return iw_ok("that is all");
}
