/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/labels.h"

/* A STORE on its way. */
struct storing {
    struct iw_chosen chosen;
    uint64_t flags, settable;
    bool conditional; /* UNCHANGEDSINCE */
    uint64_t unchanged_since;
    uint32_t *modified; /* numbers, or UIDs, that have changed since */
    size_t modified_count;
    size_t stored, missing;
    uint32_t lowest_uid; /* of those that MESSAGELIMIT leaves; 0: all (RFC 9738) */
};

static uint64_t changed_flags(const struct iw_command *command, uint64_t old, uint64_t flags)
{
    switch (command->mode) {
    case IW_STORE_ADD:
        return old | flags;
    case IW_STORE_REMOVE:
        return old & ~flags;
    default:
        return flags;
    }
}

/* UNCHANGEDSINCE (RFC 7162 §3.1.3) */
static struct iw_outcome take_modifiers(struct iw_run *run, struct storing *storing)
{
    const struct iw_options *options = &run->command->options;
    for (const struct iw_option *option = options->first; option != NULL; option = option->next) {
        if (!iw_span_equal(option->name, IW_SPAN("UNCHANGEDSINCE")) ||
            !iw_engine_session_has(run->session, IW_CAPABILITY_CONDSTORE))
            return iw_bad("one of the modifiers is unknown");
        storing->conditional = true;
        storing->unchanged_since = option->number;
        storing->modified = iw_arena_array(run->arena, iw_chosen_count(&storing->chosen),
                                           sizeof *storing->modified);
        if (storing->modified == NULL)
            return iw_no_memory();
        if (!iw_run_enable_condstore(run))
            return iw_bad("this mailbox has no mod-sequences");
    }
    return iw_ok("stored");
}

/* Some of the flags; the others stay as they are (RFC 4314 §4). */
static bool may_store(const struct iw_command *command, const struct storing *storing)
{
    return storing->settable == UINT64_MAX ||
           (storing->settable != 0 &&
            (command->flags.count == 0 || (storing->flags & storing->settable) != 0));
}

static struct iw_outcome begin(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    struct iw_view *view = &run->session->view;
    struct storing *storing = iw_arena_get(run->arena, sizeof *storing);
    struct iw_outcome outcome;
    bool full = false;
    if (storing == NULL)
        return iw_no_memory();
    if (view->read_only)
        return iw_no("READ-ONLY", "the mailbox is open for reading");
    if (!iw_run_choose(run, &storing->chosen, &outcome))
        return outcome;
    storing->lowest_uid = iw_run_limit(run, &storing->chosen);
    storing->chosen.backwards = storing->lowest_uid > 0;
    outcome = take_modifiers(run, storing);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    storing->settable = iw_rights_flags(view->rights);
    bool makes_keywords =
        command->mode != IW_STORE_REMOVE && (storing->settable & IW_FLAG_FLAGGED) != 0;
    storing->flags = iw_mailbox_flags(view->mailbox, &command->flags, makes_keywords, &full);
    if (!may_store(command, storing))
        return iw_no("NOPERM", "you have no right to change these flags");
    if (full && makes_keywords)
        return iw_no("LIMIT", "there is no room for more keywords");
    iw_view_tell_keywords(view, run->out);
    run->memory = storing;
    return outcome;
}

/* The message has changed since. One that the client knew to be unchanged then, and whose flags in
 * question are still those, has not: what changed was something else (RFC 7162 §3.1.12). */
static bool has_changed(const struct iw_run *run, const struct storing *storing,
                        const struct iw_view_entry *entry, const struct iw_message *message)
{
    if (!storing->conditional || message->modseq <= storing->unchanged_since)
        return false;
    return run->command->mode == IW_STORE_REPLACE || entry->modseq > storing->unchanged_since ||
           ((entry->flags ^ message->flags) & storing->flags) != 0;
}

/* A client that has asked for silence is told all the same when it did not know the flags that were
 * there before (RFC 9051 §6.4.6), and of the mod-sequence (RFC 7162 §3.1.3). */
static void store_one(struct iw_run *run, struct storing *storing, size_t index)
{
    struct iw_engine_session *session = run->session;
    struct iw_view *view = &session->view;
    const struct iw_view_entry *entry = &view->entries[index];
    const struct iw_view_style style = iw_engine_session_style(session);
    struct iw_message *message = iw_view_message(view, index);
    if (message == NULL) {
        storing->missing++;
        return;
    }
    if (has_changed(run, storing, entry, message)) {
        storing->modified[storing->modified_count++] =
            run->command->uid ? message->uid : (uint32_t)index + 1;
        return;
    }
    bool known = entry->modseq == message->modseq;
    uint64_t flags = changed_flags(run->command, message->flags, storing->flags);
    flags = (flags & storing->settable) | (message->flags & ~storing->settable);
    iw_mailbox_set_flags(view->mailbox, message, flags);
    storing->stored++;
    if (run->command->silent && known && style.modseq)
        iw_run_write_modseq(run, index);
    else if (!run->command->silent || !known)
        iw_view_write_fetch_flags(view, index, &style, run->command->uid, run->out);
    iw_view_know(view, index, message);
}

static struct iw_outcome limited(struct iw_run *run, const struct storing *storing,
                                 struct iw_outcome outcome)
{
    if (storing->lowest_uid == 0)
        return outcome;
    return iw_with_message_limit(run, outcome, iw_run_message_max(run), storing->lowest_uid);
}

/* RFC 2180 §4.2, RFC 7162 §3.1.3 */
static struct iw_outcome finish(struct iw_run *run, const struct storing *storing)
{
    bool gone = storing->missing > 0 && !run->command->uid &&
                (!run->command->silent || storing->stored == 0);
    struct iw_outcome outcome =
        gone ? iw_no("EXPUNGEISSUED", "some of the messages are gone") : iw_ok("stored");
    if (storing->modified_count == 0)
        return limited(run, storing, outcome);
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("MODIFIED")),
                                 .name = IW_SPAN("MODIFIED"),
                                 .uids =
                                     iw_run_set(run, storing->modified, storing->modified_count)};
    return limited(run, storing, iw_with_code(run, outcome, &code));
}

/* RFC 9051 §6.4.6 */
struct iw_outcome iw_command_store(struct iw_run *run)
{
    bool labels = run->command->labels;
    if (labels && !iw_engine_session_has(run->session, IW_CAPABILITY_X_GM_EXT_1))
        return iw_bad("this server stores flags only");
    if (labels)
        return iw_labels_store(run);
    if (run->memory == NULL) {
        struct iw_outcome outcome = begin(run);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
    }
    struct storing *storing = run->memory;
    size_t index;
    while (!iw_run_is_full(run)) {
        if (!iw_chosen_next(&storing->chosen, &index))
            return finish(run, storing);
        store_one(run, storing, index);
    }
    return iw_more(storing->chosen.taken, iw_chosen_count(&storing->chosen));
}
