/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/context.h"

#include "mockserver/engine/kept.h"
#include "mockserver/engine/notifier.h"
#include "mockserver/engine/order.h"
#include "parser/response.h"

enum { RESULT_CAP = 64 << 20 };

struct iw_context {
    struct iw_kept search;  /* the command */
    struct iw_arena result; /* of uids */
    uint32_t *uids;         /* the result as the client knows it, in its order */
    size_t count;
    uint32_t uidnext; /* from here on messages are new: the client is being told of them */
    struct iw_context *next;
};

/* ---- life ---- */

static void free_context(struct iw_engine_session *session, struct iw_context *context)
{
    iw_kept_release(&context->search);
    iw_arena_release(&context->result);
    iw_alloc_free(session->engine->store.alloc, context);
}

bool iw_context_has(const struct iw_engine_session *session, struct iw_span tag)
{
    const struct iw_context *context = session->contexts;
    while (context != NULL && !iw_span_equal(context->search.command.tag, tag))
        context = context->next;
    return context != NULL;
}

bool iw_context_cancel(struct iw_engine_session *session, struct iw_span tag)
{
    struct iw_context **place = &session->contexts;
    while (*place != NULL && !iw_span_equal((*place)->search.command.tag, tag))
        place = &(*place)->next;
    struct iw_context *context = *place;
    if (context == NULL)
        return false;
    *place = context->next;
    free_context(session, context);
    return true;
}

void iw_contexts_end(struct iw_engine_session *session)
{
    while (session->contexts != NULL)
        iw_context_cancel(session, session->contexts->search.command.tag);
}

static size_t count_contexts(const struct iw_engine_session *session)
{
    size_t count = 0;
    for (const struct iw_context *context = session->contexts; context != NULL;
         context = context->next)
        count++;
    return count;
}

static bool keep_result(struct iw_context *context, const struct iw_found *found)
{
    iw_arena_reset(&context->result);
    context->count = 0;
    context->uids = iw_arena_array(&context->result, found->count, sizeof *context->uids);
    if (context->uids == NULL)
        return false;
    for (; context->count < found->count; context->count++)
        context->uids[context->count] = iw_found_number(found, context->count, true);
    return true;
}

static struct iw_context *new_context(struct iw_run *run, const struct iw_found *found)
{
    const struct iw_alloc *alloc = run->session->engine->store.alloc;
    struct iw_context *context = iw_alloc_resize(alloc, NULL, sizeof *context);
    if (context == NULL)
        return NULL;
    *context = (struct iw_context){0};
    iw_arena_init(&context->result, alloc, RESULT_CAP);
    if (iw_kept_init(&context->search, alloc, run->command) && keep_result(context, found))
        return context;
    free_context(run->session, context);
    return NULL;
}

/* RFC 5267 §4.3.1: a search by numbers, which move, is refused, and so is one of other mailboxes.
 */
void iw_context_begin(struct iw_run *run, const struct iw_found *found)
{
    struct iw_engine_session *session = run->session;
    struct iw_context *context = NULL;
    if (run->command->kind != IW_COMMAND_ESEARCH &&
        !iw_search_has(&run->command->search, IW_SEARCH_SET) &&
        count_contexts(session) < IW_CONTEXTS_MAX)
        context = new_context(run, found);
    if (context == NULL) {
        const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("NOUPDATE")),
                                     .name = IW_SPAN("NOUPDATE"),
                                     .word = run->command->tag};
        iw_buf_add_string(run->out, "* NO ");
        iw_write_code(run->out, &code);
        iw_buf_add_string(run->out, " changes of this are not told\r\n");
        return;
    }
    context->next = session->contexts;
    session->contexts = context;
}

/* ---- telling ---- */

/* The result as it is now; false: it cannot be found out. */
static bool find(struct iw_run *run, const struct iw_context *context, struct iw_found *found)
{
    const struct iw_command *command = &context->search.command;
    return iw_search(run, &run->session->view, &command->search, found).kind == IW_OUTCOME_OK &&
           (command->sort == NULL || iw_order(run, command->sort, found));
}

/* Messages, as indexes of the view in the order of a result, of which those that are not known
 * change it. */
struct difference {
    enum iw_esearch_kind kind;
    uint32_t *indexes;
    size_t count;
    const bool *known; /* by index of the view */
};

/* Each run of messages is one change, whose place is that of its first: among those that stay, or,
 * when they are added, among all. Without an order all are one run and have no place
 * (RFC 5267 §4.3.3, §4.3.4). */
static struct iw_esearch_item item_of(struct iw_run *run, const struct difference *difference)
{
    const struct iw_command *command = run->command;
    const struct iw_view *view = &run->session->view;
    bool sorts = command->kind == IW_COMMAND_SORT, adds = difference->kind == IW_ESEARCH_ADDTO;
    uint32_t *numbers = iw_arena_array(run->arena, difference->count, sizeof *numbers);
    size_t *begins = iw_arena_array(run->arena, difference->count + 1, sizeof *begins);
    struct iw_esearch_item item = {
        .kind = difference->kind,
        .name = adds ? IW_SPAN("ADDTO") : IW_SPAN("REMOVEFROM"),
        .changes = iw_arena_array(run->arena, difference->count, sizeof *item.changes)};
    size_t kept = 0, changed = 0;
    bool in_run = false;
    if (numbers == NULL || begins == NULL || item.changes == NULL)
        return item;
    for (size_t i = 0; i < difference->count; i++) {
        uint32_t index = difference->indexes[i];
        if (difference->known[index]) {
            kept++;
            in_run = in_run && !sorts;
            continue;
        }
        if (!in_run) {
            begins[item.count] = changed;
            item.changes[item.count++].position = sorts ? (uint32_t)(adds ? i : kept) + 1 : 0;
        }
        in_run = true;
        numbers[changed++] = command->uid ? view->entries[index].uid : index + 1;
    }
    begins[item.count] = changed;
    for (size_t i = 0; i < item.count; i++)
        item.changes[i].set = iw_run_set(run, numbers + begins[i], begins[i + 1] - begins[i]);
    return item;
}

static void write_difference(struct iw_run *run, const struct difference *difference)
{
    struct iw_esearch_item item = item_of(run, difference);
    const struct iw_response response = {.kind = IW_RESPONSE_ESEARCH,
                                         .esearch = {.correlator = {.tag = run->command->tag},
                                                     .uid = run->command->uid,
                                                     .items = &item,
                                                     .count = 1}};
    if (item.count > 0)
        iw_write_response(run->out, &response);
}

/* Result and difference against it, in the run's arena; false: no memory. */
struct comparison {
    struct iw_found now;
    uint32_t *now_indexes, *known_indexes;
    bool *in_now, *in_known; /* by index of the view */
};

static bool compare(struct iw_run *run, const struct iw_context *context,
                    struct comparison *comparison)
{
    const struct iw_view *view = &run->session->view;
    if (!find(run, context, &comparison->now))
        return false;
    comparison->now_indexes =
        iw_arena_array(run->arena, comparison->now.count, sizeof *comparison->now_indexes);
    comparison->known_indexes =
        iw_arena_array(run->arena, context->count, sizeof *comparison->known_indexes);
    comparison->in_now = iw_arena_get(run->arena, view->count);
    comparison->in_known = iw_arena_get(run->arena, view->count);
    if (comparison->now_indexes == NULL || comparison->known_indexes == NULL ||
        comparison->in_now == NULL || comparison->in_known == NULL)
        return false;
    for (size_t i = 0; i < comparison->now.count; i++) {
        comparison->now_indexes[i] = comparison->now.hits[i].index;
        comparison->in_now[comparison->now_indexes[i]] = true;
    }
    for (size_t i = 0; i < context->count; i++) {
        comparison->known_indexes[i] = (uint32_t)iw_view_place(view, context->uids[i]);
        comparison->in_known[comparison->known_indexes[i]] = true;
    }
    return true;
}

static void tell_removed(struct iw_run *run, struct iw_context *context)
{
    struct comparison comparison;
    size_t kept = 0;
    context->uidnext = run->session->view.uidnext;
    if (!compare(run, context, &comparison))
        return;
    const struct difference difference = {IW_ESEARCH_REMOVEFROM, comparison.known_indexes,
                                          context->count, comparison.in_now};
    write_difference(run, &difference);
    for (size_t i = 0; i < context->count; i++) {
        if (comparison.in_now[comparison.known_indexes[i]])
            context->uids[kept++] = context->uids[i];
    }
    context->count = kept;
}

/* RFC 5465 §7: of messages that have just come UPDATE may want more, before their numbers. */
static void fetch_new(struct iw_run *run, const struct iw_context *context,
                      const struct comparison *comparison)
{
    const struct iw_option *update = iw_options_find(&run->command->options, "UPDATE");
    const struct iw_view *view = &run->session->view;
    uint32_t *numbers = iw_arena_array(run->arena, comparison->now.count, sizeof *numbers);
    size_t count = 0;
    for (size_t i = 0; numbers != NULL && i < comparison->now.count; i++) {
        uint32_t index = comparison->now_indexes[i];
        if (!comparison->in_known[index] && view->entries[index].uid >= context->uidnext)
            numbers[count++] = index + 1;
    }
    struct iw_set set = iw_run_set(run, numbers, count);
    if (update->fetch_atts != NULL && set.count > 0)
        iw_notify_fetch(run->session, run->arena, set, update->fetch_atts, run->out);
}

static void tell_added(struct iw_run *run, struct iw_context *context)
{
    struct comparison comparison;
    if (!compare(run, context, &comparison))
        return;
    const struct difference difference = {IW_ESEARCH_ADDTO, comparison.now_indexes,
                                          comparison.now.count, comparison.in_known};
    if (comparison.now.count == context->count)
        return;
    fetch_new(run, context, &comparison);
    write_difference(run, &difference);
    keep_result(context, &comparison.now);
}

static void tell_each(struct iw_engine_session *session, struct iw_buf *out,
                      void (*tell)(struct iw_run *run, struct iw_context *context))
{
    struct iw_arena_mark mark = iw_arena_mark(&session->arena);
    for (struct iw_context *context = session->contexts; context != NULL; context = context->next) {
        struct iw_run run = {.session = session,
                             .command = &context->search.command,
                             .out = out,
                             .arena = &session->arena};
        tell(&run, context);
        iw_arena_rewind(&session->arena, mark);
    }
}

void iw_contexts_tell_removed(struct iw_engine_session *session, struct iw_buf *out)
{
    tell_each(session, out, tell_removed);
}

void iw_contexts_tell_added(struct iw_engine_session *session, struct iw_buf *out)
{
    tell_each(session, out, tell_added);
}
