/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/context.h"
#include "mockserver/engine/search_answer.h"

/* ---- which mailboxes (RFC 5465 §6, RFC 7377 §2.2) ---- */

/* name is one that the filter has, or absent. */
typedef bool is_in_filter(struct iw_run *run, const struct iw_mailbox *mailbox,
                          struct iw_span name);

static bool is_selected(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    (void)name;
    return mailbox == run->session->view.mailbox;
}

static bool is_inbox(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    (void)name;
    return mailbox->owner == run->session->user && iw_span_equal(mailbox->name, IW_SPAN("INBOX"));
}

static bool is_personal(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    (void)name;
    return mailbox->owner == run->session->user;
}

static bool is_subscribed(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    (void)name;
    return iw_user_subscribes(run->session->user, iw_run_mailbox_name(run, mailbox));
}

static bool is_named(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    if (mailbox->owner == run->session->user)
        return mailbox == iw_store_find(mailbox->store, mailbox->owner, name);
    return iw_span_equal(iw_run_mailbox_name(run, mailbox), name);
}

static bool is_in_subtree(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    return is_named(run, mailbox, name) ||
           iw_name_is_below(iw_run_mailbox_name(run, mailbox), name);
}

static bool is_one_below(struct iw_run *run, const struct iw_mailbox *mailbox, struct iw_span name)
{
    if (!is_in_subtree(run, mailbox, name))
        return false;
    struct iw_span whole = iw_run_mailbox_name(run, mailbox);
    for (size_t i = name.length + 1; i < whole.length; i++) {
        if (whole.data[i] == '/')
            return false;
    }
    return true;
}

static const struct {
    const char *name;
    is_in_filter *holds;
} filters[] = {
    {"selected", is_selected},     {"inboxes", is_inbox},      {"personal", is_personal},
    {"subscribed", is_subscribed}, {"subtree", is_in_subtree}, {"subtree-one", is_one_below},
    {"mailboxes", is_named},
};

/* NULL: there is none; selected-delayed is for NOTIFY only. */
static is_in_filter *filter_of(const struct iw_mailbox_filter *source)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (iw_span_equal_nocase(source->name, iw_span_of(filters[i].name)))
            return filters[i].holds;
    }
    return NULL;
}

static bool knows_sources(const struct iw_run *run)
{
    const struct iw_mailbox_filter *source = run->command->sources;
    while (source != NULL && filter_of(source) != NULL)
        source = source->next;
    return source == NULL;
}

/* A name that is none names no mailbox. */
static bool is_in_source(struct iw_run *run, const struct iw_mailbox_filter *source,
                         const struct iw_mailbox *mailbox)
{
    bool in = false;
    if (source->mailboxes.count == 0)
        return filter_of(source)(run, mailbox, iw_span(NULL, 0));
    for (size_t i = 0; !in && i < source->mailboxes.count; i++) {
        struct iw_span name;
        in = iw_run_read_name(run, source->mailboxes.names[i], &name) &&
             filter_of(source)(run, mailbox, name);
    }
    return in;
}

/* Without sources the selected one is meant. What may not be seen or read is passed over
 * (RFC 7377 §2.2). */
static bool is_searched(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    const unsigned readable = IW_RIGHT_LOOKUP | IW_RIGHT_READ;
    const struct iw_mailbox_filter *source = run->command->sources;
    if (source == NULL || mailbox->no_select)
        return source == NULL && mailbox == run->session->view.mailbox;
    if ((iw_run_rights(run, mailbox) & readable) != readable)
        return false;
    while (source != NULL && !is_in_source(run, source, mailbox))
        source = source->next;
    return source != NULL;
}

/* ---- one mailbox ---- */

static bool is_only_selected(struct iw_run *run)
{
    const struct iw_store *store = &run->session->engine->store;
    bool only = run->session->view.mailbox != NULL;
    for (size_t i = 0; only && i < store->count; i++)
        only = store->mailboxes[i] == run->session->view.mailbox ||
               !is_searched(run, store->mailboxes[i]);
    return only;
}

/* One in which nothing is found is not told of, and of the selected one "$" may be kept. */
static struct iw_outcome search_view(struct iw_run *run, const struct iw_view *view)
{
    struct iw_found found;
    struct iw_outcome outcome = iw_search(run, view, &run->command->search, &found);
    const struct iw_correlator correlator = {
        .mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, view->mailbox)),
        .uidvalidity = view->mailbox->uidvalidity};
    return iw_search_answer_from(run, &found, correlator, outcome);
}

static struct iw_outcome search_mailbox(struct iw_run *run, struct iw_mailbox *mailbox)
{
    struct iw_view view;
    if (mailbox == run->session->view.mailbox)
        return search_view(run, &run->session->view);
    if (!iw_view_open(&view, mailbox, true, IW_RIGHT_READ))
        return iw_no_memory();
    struct iw_outcome outcome = search_view(run, &view);
    iw_view_close(&view);
    return outcome;
}

/* RFC 7377 §2.2: without sources the selected mailbox is one. */
static bool asks_for_selected(const struct iw_command *command)
{
    const struct iw_mailbox_filter *source = command->sources;
    if (source == NULL)
        return true;
    while (source != NULL && filter_of(source) != is_selected)
        source = source->next;
    return source != NULL;
}

static const char *find_fault(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    bool by_number = iw_search_has(&command->search, IW_SEARCH_SET) ||
                     iw_options_find(&command->options, "SAVE") != NULL;
    if (command->scope.given)
        return "this server does not know the scope";
    if (!knows_sources(run))
        return "this server does not know one of the choices of mailboxes";
    if (asks_for_selected(command) && run->session->view.mailbox == NULL)
        return "no mailbox is selected";
    if (by_number && !is_only_selected(run))
        return "numbers, \"$\" and SAVE are of the selected mailbox only";
    return iw_search_answer_fault(run);
}

/* RFC 7377 §2.1 */
struct iw_outcome iw_command_esearch(struct iw_run *run)
{
    const struct iw_store *store = &run->session->engine->store;
    struct iw_outcome outcome = iw_ok("searched");
    const char *fault = find_fault(run);
    struct iw_arena_mark mark = iw_arena_mark(run->arena);
    if (fault != NULL)
        return iw_bad(fault);
    for (size_t i = 0; outcome.kind == IW_OUTCOME_OK && i < store->count; i++) {
        if (is_searched(run, store->mailboxes[i]))
            outcome = search_mailbox(run, store->mailboxes[i]);
        iw_arena_rewind(run->arena, mark);
    }
    if (outcome.kind == IW_OUTCOME_OK && iw_options_find(&run->command->options, "UPDATE") != NULL)
        iw_context_begin(run, NULL);
    return outcome;
}
