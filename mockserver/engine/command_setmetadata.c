/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 5464 §3.2: levels behind "/", none of them empty, in printable ASCII without "*" and "%";
 * the first is "shared" or "private". */
static bool is_good(struct iw_span name)
{
    if (!iw_annotation_is_private(name) && !iw_span_starts_nocase(name, IW_SPAN("/shared/")))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char octet = (unsigned char)name.data[i];
        if (octet < 0x20 || octet > 0x7e || octet == '*' || octet == '%' ||
            (octet == '/' && (i + 1 == name.length || name.data[i + 1] == '/')))
            return false;
    }
    return name.length <= IW_ANNOTATION_NAME_MAX;
}

bool iw_annotation_names_are_good(const struct iw_names *names)
{
    bool good = true;
    for (size_t i = 0; i < names->count && good; i++)
        good = is_good(names->names[i]);
    return good;
}

/* What the server says of itself nobody may change (RFC 5464 §6.2.1). */
static bool is_fixed(const struct iw_mailbox *mailbox, struct iw_span name)
{
    return mailbox == NULL && iw_span_equal_nocase(name, IW_SPAN("/shared/admin"));
}

static struct iw_outcome with_word(struct iw_run *run, struct iw_outcome outcome, const char *word,
                                   uint64_t number)
{
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("METADATA")),
                                 .name = IW_SPAN("METADATA"),
                                 .word = iw_span_of(word),
                                 .number = number};
    return iw_with_code(run, outcome, &code);
}

static const struct iw_user *user_of(const struct iw_run *run, struct iw_span name)
{
    return iw_annotation_is_private(name) ? run->session->user : NULL;
}

/* Why the entries cannot be set, all of them; OK: they can. */
static struct iw_outcome examine(struct iw_run *run, const struct iw_mailbox *mailbox,
                                 const struct iw_annotation_values *values,
                                 const struct iw_entry *first)
{
    size_t count = iw_annotations_count(values);
    for (const struct iw_entry *entry = first; entry != NULL; entry = entry->next) {
        const struct iw_user *user = user_of(run, entry->name);
        if (is_fixed(mailbox, entry->name))
            return iw_no("NOPERM", "that entry cannot be changed");
        if (entry->value.length > IW_ANNOTATION_VALUE_MAX)
            return with_word(run, iw_no(NULL, "the value is too long"), "MAXSIZE",
                             IW_ANNOTATION_VALUE_MAX);
        if (entry->value.data != NULL && iw_annotations_find(values, entry->name, user) == NULL)
            count++;
    }
    if (count > IW_ANNOTATIONS_MAX)
        return with_word(run, iw_no(NULL, "there are too many entries"), "TOOMANY", 0);
    return iw_ok("set");
}

/* Who has made a change is not told of it. */
static void hear(struct iw_engine_session *session, const struct iw_mailbox *mailbox,
                 uint64_t before, uint64_t now)
{
    if (mailbox == NULL && session->server_annotations == before)
        session->server_annotations = now;
    if (mailbox != NULL && mailbox == session->view.mailbox && session->view.annotations == before)
        session->view.annotations = now;
}

static bool set_one(struct iw_run *run, struct iw_mailbox *mailbox,
                    struct iw_annotation_values *values, const struct iw_entry *entry)
{
    struct iw_store *store = &run->session->engine->store;
    const struct iw_user *reader = user_of(run, entry->name);
    const struct iw_store_change change = {.kinds = IW_CHANGE_ANNOTATION,
                                           .owner = mailbox == NULL ? NULL : mailbox->owner,
                                           .name = mailbox == NULL ? IW_SPAN("") : mailbox->name,
                                           .entry = entry->name,
                                           .reader = reader};
    const uint64_t before = values->change;
    bool set = iw_annotations_set(store, values, entry->name, reader, entry->value);
    if (values->change != before)
        iw_changes_add(store, &change);
    return set;
}

struct iw_outcome iw_run_annotate(struct iw_run *run, const struct iw_entry *first,
                                  enum iw_capability capability)
{
    struct iw_engine_session *session = run->session;
    struct iw_outcome outcome;
    struct iw_mailbox *mailbox;
    for (const struct iw_entry *entry = first; entry != NULL; entry = entry->next) {
        if (!is_good(entry->name))
            return iw_bad("that can be no entry");
    }
    struct iw_annotation_values *values =
        iw_run_annotations(run, run->command->mailbox, capability, &mailbox, &outcome);
    if (values == NULL)
        return outcome;
    outcome = examine(run, mailbox, values, first);
    const uint64_t before = values->change;
    bool set = outcome.kind == IW_OUTCOME_OK;
    for (const struct iw_entry *entry = first; entry != NULL && set; entry = entry->next)
        set = set_one(run, mailbox, values, entry);
    if (mailbox != NULL && values->change != before)
        mailbox->modseq++; /* RFC 7162 §3.2 */
    hear(session, mailbox, before, values->change);
    return set || outcome.kind != IW_OUTCOME_OK ? outcome : iw_no_memory();
}

/* RFC 5464 §4.3: all of them or none. */
struct iw_outcome iw_command_setmetadata(struct iw_run *run)
{
    if (!iw_run_has_metadata(run))
        return iw_bad("this server does not have METADATA");
    return iw_run_annotate(run, run->command->entries, IW_CAPABILITY_METADATA);
}
