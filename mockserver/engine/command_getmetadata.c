/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

enum { DEPTH_ALL = -1 };

bool iw_run_has_metadata(const struct iw_run *run)
{
    return iw_engine_session_has(run->session, IW_CAPABILITY_METADATA) ||
           iw_engine_session_has(run->session, IW_CAPABILITY_METADATA_SERVER);
}

/* RFC 5464 §3.3: l, and one of r, s, w, i and p. */
bool iw_run_may_annotate(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    const unsigned any =
        IW_RIGHT_READ | IW_RIGHT_SEEN | IW_RIGHT_WRITE | IW_RIGHT_INSERT | IW_RIGHT_POST;
    unsigned rights = iw_run_rights(run, mailbox);
    return (rights & IW_RIGHT_LOOKUP) != 0 && (rights & any) != 0;
}

struct iw_annotation_values *iw_run_annotations(struct iw_run *run, struct iw_span wire,
                                                enum iw_capability capability,
                                                struct iw_mailbox **mailbox,
                                                struct iw_outcome *outcome)
{
    *mailbox = NULL;
    if (wire.length == 0)
        return &run->session->engine->store.annotations;
    if (!iw_engine_session_has(run->session, capability)) {
        *outcome = iw_no("CANNOT", "only the server has annotations");
        return NULL;
    }
    *mailbox = iw_run_seek(run, wire);
    if (iw_run_may_annotate(run, *mailbox))
        return &(*mailbox)->annotations;
    *outcome = iw_run_refuse(run, *mailbox);
    return NULL;
}

static bool is_below(struct iw_span name, struct iw_span entry)
{
    return name.length > entry.length && name.data[entry.length] == '/' &&
           iw_span_starts_nocase(name, entry);
}

/* The name is the entry, or so many levels below it at most (RFC 5464 §4.2.2). */
static bool is_within(struct iw_span name, struct iw_span entry, int depth)
{
    int levels = 0;
    if (iw_span_equal_nocase(name, entry))
        return true;
    if (!is_below(name, entry))
        return false;
    for (size_t i = entry.length; i < name.length; i++)
        levels += name.data[i] == '/';
    return depth == DEPTH_ALL || levels <= depth;
}

static bool is_wanted(const struct iw_annotation_value *value, const struct iw_names *entries,
                      int depth)
{
    for (size_t i = 0; i < entries->count; i++) {
        if (is_within(value->name, entries->names[i], depth))
            return true;
    }
    return false;
}

/* What a METADATA response is made of. */
struct gathering {
    const struct iw_names *entries;
    int depth;
    uint64_t size_max;
    uint64_t too_long; /* the longest value left out */
    bool names_absent; /* entries without a value are there, as NIL */
};

static void add_absent(struct iw_metadata *metadata, const struct iw_names *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        bool present = false;
        for (size_t j = 0; j < metadata->count; j++)
            present = present || iw_span_equal_nocase(metadata->entries[j].name, entries->names[i]);
        if (!present)
            metadata->entries[metadata->count++] =
                (struct iw_metadata_entry){.name = entries->names[i], .kept = true};
    }
}

static bool write_metadata(struct iw_run *run, struct iw_span mailbox,
                           const struct iw_annotation_values *values, struct gathering *gathering)
{
    const struct iw_user *user = run->session->user;
    struct iw_response response = {
        .kind = IW_RESPONSE_METADATA,
        .metadata = {.mailbox = mailbox,
                     .entries =
                         iw_arena_array(run->arena, values->count + gathering->entries->count,
                                        sizeof(struct iw_metadata_entry))}};
    struct iw_metadata *metadata = &response.metadata;
    if (metadata->entries == NULL)
        return values->count + gathering->entries->count == 0;
    for (size_t i = 0; i < values->count; i++) {
        const struct iw_annotation_value *value = &values->members[i];
        if (value->value.data == NULL || (value->user != NULL && value->user != user) ||
            !is_wanted(value, gathering->entries, gathering->depth))
            continue;
        if (value->value.length > gathering->size_max) {
            if (value->value.length > gathering->too_long)
                gathering->too_long = value->value.length;
            continue;
        }
        metadata->entries[metadata->count++] = (struct iw_metadata_entry){
            .name = value->name, .value = value->value, .size = value->value.length, .kept = true};
    }
    if (gathering->names_absent)
        add_absent(metadata, gathering->entries);
    if (metadata->count > 0)
        iw_write_response(run->out, &response);
    return true;
}

void iw_run_write_metadata(struct iw_run *run, const struct iw_mailbox *mailbox,
                           const struct iw_names *entries)
{
    struct gathering gathering = {.entries = entries, .size_max = UINT64_MAX, .names_absent = true};
    write_metadata(run, iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox)),
                   &mailbox->annotations, &gathering);
}

/* MAXSIZE and DEPTH (RFC 5464 §4.2.1, §4.2.2). False: one of the options is unknown. */
static bool take_options(const struct iw_run *run, struct gathering *gathering)
{
    const struct iw_options *options = &run->command->selection;
    for (const struct iw_option *option = options->first; option != NULL; option = option->next) {
        if (option->shape == IW_OPTION_NUMBER)
            gathering->size_max = option->number;
        else if (option->shape != IW_OPTION_DEPTH)
            return false;
        else
            gathering->depth = iw_span_equal(option->value, IW_SPAN("0"))   ? 0
                               : iw_span_equal(option->value, IW_SPAN("1")) ? 1
                                                                            : DEPTH_ALL;
    }
    return true;
}

/* RFC 5464 §4.2 */
struct iw_outcome iw_command_getmetadata(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    struct gathering gathering = {.entries = &command->names, .size_max = UINT64_MAX};
    struct iw_outcome outcome = iw_ok("that is all");
    struct iw_mailbox *mailbox;
    if (!iw_run_has_metadata(run))
        return iw_bad("this server does not have METADATA");
    if (!take_options(run, &gathering))
        return iw_bad("one of the options is unknown");
    if (!iw_annotation_names_are_good(&command->names))
        return iw_bad("that can be no entry");
    const struct iw_annotation_values *values =
        iw_run_annotations(run, command->mailbox, IW_CAPABILITY_METADATA, &mailbox, &outcome);
    if (values == NULL)
        return outcome;
    if (!write_metadata(run, command->mailbox, values, &gathering))
        return iw_no_memory();
    if (gathering.too_long == 0)
        return outcome;
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("METADATA")),
                                 .name = IW_SPAN("METADATA"),
                                 .word = IW_SPAN("LONGENTRIES"),
                                 .number = gathering.too_long};
    return iw_with_code(run, outcome, &code);
}
