/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* "/comment" with "value.shared" as "/shared/comment". Absent: it can be no such name. */
static struct iw_span name_of(struct iw_run *run, struct iw_span entry, struct iw_span attribute)
{
    bool private = iw_span_equal_nocase(attribute, IW_SPAN("value.priv"));
    struct iw_buf name;
    struct iw_span copy = {NULL, 0};
    if (!private && !iw_span_equal_nocase(attribute, IW_SPAN("value.shared")))
        return copy;
    iw_buf_init(&name, NULL, IW_ANNOTATION_NAME_MAX);
    iw_buf_add_string(&name, private ? "/private" : "/shared");
    iw_buf_add(&name, entry);
    if (!name.failed)
        copy = iw_arena_copy(run->arena, iw_buf_span(&name));
    iw_buf_release(&name);
    return copy;
}

/* SETANNOTATION of the drafts before RFC 5464, over the same values. */
struct iw_outcome iw_command_setannotation(struct iw_run *run)
{
    struct iw_entry *first = NULL, **end = &first;
    for (const struct iw_entry *entry = run->command->entries; entry != NULL; entry = entry->next) {
        for (const struct iw_entry *attribute = entry->attributes; attribute != NULL;
             attribute = attribute->next) {
            *end = iw_arena_get(run->arena, sizeof **end);
            if (*end == NULL)
                return iw_no_memory();
            (*end)->name = name_of(run, entry->name, attribute->name);
            (*end)->value = attribute->value;
            if ((*end)->name.data == NULL)
                return iw_bad("only value.shared and value.priv can be set");
            end = &(*end)->next;
        }
    }
    struct iw_outcome outcome = iw_run_annotate(run, first, IW_CAPABILITY_ANNOTATEMORE);
    outcome.code = iw_span(NULL, 0); /* those are of RFC 5464 */
    return outcome;
}
