/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/search_answer.h"

#include "mockserver/engine/context.h"
#include "parser/response.h"

enum { ITEMS_MAX = 8 };

/* ---- which options there are ---- */

/* Each needs one of the capabilities in the column of its command. */
enum column { SEARCH, SORT, ESEARCH, COLUMNS };

static const struct {
    const char *name;
    enum iw_capability capabilities[COLUMNS][2];
} options[] = {
#define HAS(name) IW_CAPABILITY_##name
    {"MIN", {{HAS(ESEARCH)}, {HAS(ESORT)}, {HAS(MULTISEARCH)}}},
    {"MAX", {{HAS(ESEARCH)}, {HAS(ESORT)}, {HAS(MULTISEARCH)}}},
    {"ALL", {{HAS(ESEARCH)}, {HAS(ESORT)}, {HAS(MULTISEARCH)}}},
    {"COUNT", {{HAS(ESEARCH)}, {HAS(ESORT)}, {HAS(MULTISEARCH)}}},
    {"SAVE", {{HAS(SEARCHRES)}, {HAS(SEARCHRES)}, {HAS(SEARCHRES)}}},
    {"PARTIAL", {{HAS(PARTIAL), HAS(CONTEXT_SEARCH)}, {HAS(CONTEXT_SORT)}, {HAS(PARTIAL)}}},
    {"UPDATE", {{HAS(CONTEXT_SEARCH)}, {HAS(CONTEXT_SORT)}, {HAS(CONTEXT_SEARCH)}}},
    {"CONTEXT", {{HAS(CONTEXT_SEARCH)}, {HAS(CONTEXT_SORT)}, {HAS(CONTEXT_SEARCH)}}},
    {"RELEVANCY", {{HAS(SEARCH_FUZZY)}, {HAS(SEARCH_FUZZY)}, {HAS(SEARCH_FUZZY)}}},
#undef HAS
};

static enum column column_of(const struct iw_run *run)
{
    switch (run->command->kind) {
    case IW_COMMAND_SORT:
        return SORT;
    case IW_COMMAND_ESEARCH:
        return ESEARCH;
    default:
        return SEARCH;
    }
}

static bool knows(const struct iw_run *run, struct iw_span name)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const enum iw_capability *capabilities = options[i].capabilities[column_of(run)];
        if (!iw_span_equal(name, iw_span_of(options[i].name)))
            continue;
        return iw_engine_session_has(run->session, capabilities[0]) ||
               (capabilities[1] != IW_CAPABILITY_NONE &&
                iw_engine_session_has(run->session, capabilities[1]));
    }
    return false;
}

static bool wants(const struct iw_run *run, const char *name)
{
    return iw_options_find(&run->command->options, name) != NULL;
}

const char *iw_search_answer_fault(const struct iw_run *run)
{
    static const enum iw_capability with_return[COLUMNS] = {
        IW_CAPABILITY_ESEARCH, IW_CAPABILITY_ESORT, IW_CAPABILITY_MULTISEARCH};
    const struct iw_option *option = run->command->options.first;
    size_t lists = 0;
    if (run->command->options.given &&
        !iw_engine_session_has(run->session, with_return[column_of(run)]))
        return "this server does not have the capability for RETURN";
    for (; option != NULL; option = option->next) {
        if (!knows(run, option->name))
            return "one of the return options is unknown";
        if (option->fetch_atts != NULL &&
            (!iw_engine_session_has(run->session, IW_CAPABILITY_NOTIFY) ||
             !iw_run_knows_fetch_atts(run, option->fetch_atts))) /* RFC 5465 §7 */
            return "this server cannot tell of updates by FETCH, or not these items";
        lists += iw_span_equal(option->name, IW_SPAN("ALL")) || option->shape == IW_OPTION_WINDOW;
    }
    if (iw_options_find(&run->command->options, "UPDATE") != NULL &&
        iw_context_has(run->session, run->command->tag))
        return "a search with this tag is being updated";               /* RFC 5267 §4.3 */
    return lists > 1 ? "only one of ALL and PARTIAL can be had" : NULL; /* RFC 9394 §3.1 */
}

/* ---- which of the messages ---- */

/* Messages at these places, in order. */
static struct iw_set set_of(struct iw_run *run, const struct iw_found *found, size_t begin,
                            size_t end, bool uid)
{
    uint32_t *numbers = iw_arena_array(run->arena, end - begin, sizeof *numbers);
    for (size_t i = begin; numbers != NULL && i < end; i++)
        numbers[i - begin] = iw_found_number(found, i, uid);
    return numbers == NULL ? (struct iw_set){0} : iw_run_set(run, numbers, end - begin);
}

/* What the options point to: all that was found, or only what PARTIAL, MIN and MAX show if there is
 * nothing else to show (RFC 4731 §3.2, RFC 5182 §2.4, RFC 9394 §3.2). */
static struct iw_found pick(struct iw_run *run, const struct iw_found *found)
{
    const struct iw_option *partial = iw_options_find(&run->command->options, "PARTIAL");
    bool min = wants(run, "MIN"), max = wants(run, "MAX");
    size_t begin, end, count = found->count;
    struct iw_found picked = {.view = found->view};
    if (count == 0 || (!min && !max && partial == NULL) || wants(run, "ALL") || wants(run, "COUNT"))
        return *found;
    picked.hits = iw_arena_array(run->arena, count + 2, sizeof *picked.hits);
    if (picked.hits == NULL)
        return picked;
    if (min)
        picked.hits[picked.count++] = found->hits[0];
    if (partial != NULL) {
        iw_window_places(&partial->window, count, &begin, &end);
        for (size_t i = begin; i < end; i++)
            picked.hits[picked.count++] = found->hits[i];
    }
    if (max)
        picked.hits[picked.count++] = found->hits[count - 1];
    return picked;
}

/* RFC 5182 §2.1. False: no memory. */
static bool save(struct iw_run *run, const struct iw_found *found)
{
    struct iw_engine_session *session = run->session;
    struct iw_run keeping = {.session = session, .arena = &session->saved_arena};
    const struct iw_found picked = pick(run, found);
    iw_arena_reset(&session->saved_arena);
    session->saved = set_of(&keeping, &picked, 0, picked.count, true);
    return picked.hits != NULL && session->saved.ranges != NULL;
}

static uint64_t highest_modseq(const struct iw_found *found)
{
    uint64_t highest = 0;
    for (size_t i = 0; i < found->count; i++) {
        uint64_t modseq = iw_found_message(found, i)->modseq;
        highest = modseq > highest ? modseq : highest;
    }
    return highest;
}

/* RFC 7162 §3.1.5; 0: not to be told. */
static uint64_t told_modseq(struct iw_run *run, const struct iw_found *found)
{
    return iw_search_has(&run->command->search, IW_SEARCH_MODSEQ) ? highest_modseq(found) : 0;
}

/* ---- ESEARCH ---- */

static void add_number(struct iw_esearch *esearch, enum iw_esearch_kind kind, struct iw_span name,
                       uint64_t number)
{
    esearch->items[esearch->count++] =
        (struct iw_esearch_item){.kind = kind, .name = name, .number = number};
}

static void add_all(struct iw_run *run, const struct iw_found *found, struct iw_esearch *esearch)
{
    esearch->items[esearch->count++] =
        (struct iw_esearch_item){.kind = IW_ESEARCH_ALL,
                                 .name = IW_SPAN("ALL"),
                                 .set = set_of(run, found, 0, found->count, esearch->uid)};
}

/* RFC 9394 §3.1 */
static void add_partial(struct iw_run *run, const struct iw_found *found,
                        const struct iw_window *window, struct iw_esearch *esearch)
{
    bool from_end = window->first < 0;
    int64_t sign = from_end ? -1 : 1;
    size_t begin, end;
    iw_window_places(window, found->count, &begin, &end);
    esearch->items[esearch->count++] = (struct iw_esearch_item){
        .kind = IW_ESEARCH_PARTIAL,
        .name = IW_SPAN("PARTIAL"),
        .from_end = from_end,
        .range = {(uint32_t)(sign * window->first), (uint32_t)(sign * window->last)},
        .set = begin < end ? set_of(run, found, begin, end, esearch->uid) : (struct iw_set){0}};
}

/* RFC 6203 §4: the scores of ALL, or of PARTIAL. False: no memory. */
static bool add_relevancy(struct iw_run *run, const struct iw_found *found,
                          const struct iw_option *partial, struct iw_esearch *esearch)
{
    size_t begin = 0, end = found->count;
    if (partial != NULL)
        iw_window_places(&partial->window, found->count, &begin, &end);
    uint32_t *scores = iw_arena_array(run->arena, end - begin, sizeof *scores);
    for (size_t i = begin; scores != NULL && i < end; i++)
        scores[i - begin] = found->hits[i].relevancy;
    if (begin < end)
        esearch->items[esearch->count++] = (struct iw_esearch_item){.kind = IW_ESEARCH_RELEVANCY,
                                                                    .name = IW_SPAN("RELEVANCY"),
                                                                    .scores = scores,
                                                                    .count = end - begin};
    return scores != NULL;
}

/* Of these alone there is nothing to tell, and ALL is meant (RFC 4731 §3.1, RFC 5267 §4.2). */
static bool wants_all(const struct iw_run *run)
{
    static const char *const shown[] = {"MIN", "MAX", "COUNT", "PARTIAL", "SAVE", "UPDATE"};
    if (wants(run, "ALL"))
        return true;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (wants(run, shown[i]))
            return false;
    }
    return true;
}

static bool write_esearch(struct iw_run *run, const struct iw_found *found,
                          struct iw_correlator correlator, bool uid)
{
    const struct iw_option *partial = iw_options_find(&run->command->options, "PARTIAL");
    struct iw_esearch_item items[ITEMS_MAX];
    struct iw_response response = {
        .kind = IW_RESPONSE_ESEARCH,
        .esearch = {.correlator = correlator, .uid = uid, .items = items}};
    struct iw_esearch *esearch = &response.esearch;
    const struct iw_found picked = pick(run, found);
    uint64_t modseq = told_modseq(run, &picked);
    bool some = found->count > 0, done = true;
    response.esearch.correlator.tag = run->command->tag;
    if (some && wants(run, "MIN"))
        add_number(esearch, IW_ESEARCH_MIN, IW_SPAN("MIN"), iw_found_number(found, 0, uid));
    if (some && wants(run, "MAX"))
        add_number(esearch, IW_ESEARCH_MAX, IW_SPAN("MAX"),
                   iw_found_number(found, found->count - 1, uid));
    if (wants(run, "COUNT"))
        add_number(esearch, IW_ESEARCH_COUNT, IW_SPAN("COUNT"), found->count);
    if (some && wants_all(run))
        add_all(run, found, esearch);
    if (partial != NULL)
        add_partial(run, found, &partial->window, esearch);
    if (wants(run, "RELEVANCY"))
        done = add_relevancy(run, found, partial, esearch);
    if (modseq > 0)
        add_number(esearch, IW_ESEARCH_MODSEQ, IW_SPAN("MODSEQ"), modseq);
    iw_write_response(run->out, &response);
    return done && picked.hits != NULL;
}

/* ---- SEARCH, SORT ---- */

/* RFC 3501 §7.2.5, RFC 5256 §4, RFC 7162 §3.1.5 */
static bool write_numbers(struct iw_run *run, const struct iw_found *found)
{
    bool sorts = run->command->kind == IW_COMMAND_SORT;
    uint32_t *numbers = iw_arena_array(run->arena, found->count, sizeof *numbers);
    for (size_t i = 0; numbers != NULL && i < found->count; i++)
        numbers[i] = iw_found_number(found, i, run->command->uid);
    const struct iw_response response = {
        .kind = sorts ? IW_RESPONSE_SORT : IW_RESPONSE_SEARCH,
        .search = {.numbers = numbers, .count = found->count, .modseq = told_modseq(run, found)}};
    if (numbers != NULL)
        iw_write_response(run->out, &response);
    return numbers != NULL;
}

static bool only_saves(const struct iw_run *run)
{
    return wants(run, "SAVE") && run->command->options.first->next == NULL;
}

static bool write_found(struct iw_run *run, const struct iw_found *found)
{
    bool rev2 = iw_engine_session_is_rev2(run->session);
    if (only_saves(run))
        return true;
    if (run->command->options.given || (rev2 && run->command->kind == IW_COMMAND_SEARCH))
        return write_esearch(run, found, (struct iw_correlator){0}, run->command->uid);
    return write_numbers(run, found);
}

/* Before anything is told. False: no memory. */
static bool take_notice(struct iw_run *run, const struct iw_found *found, struct iw_outcome outcome)
{
    if (outcome.kind == IW_OUTCOME_NO && wants(run, "SAVE"))
        run->session->saved = (struct iw_set){0}; /* RFC 5182 §2.1 */
    return outcome.kind != IW_OUTCOME_OK || !wants(run, "SAVE") || save(run, found);
}

struct iw_outcome iw_search_answer(struct iw_run *run, const struct iw_found *found,
                                   struct iw_outcome outcome)
{
    if (!take_notice(run, found, outcome))
        return iw_no_memory();
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    if (!write_found(run, found))
        return iw_no_memory();
    if (wants(run, "UPDATE"))
        iw_context_begin(run, found);
    if (found->lowest_uid == 0)
        return outcome;
    return iw_with_message_limit(run, outcome, iw_run_message_max(run), found->lowest_uid);
}

struct iw_outcome iw_search_answer_from(struct iw_run *run, const struct iw_found *found,
                                        struct iw_correlator correlator, struct iw_outcome outcome)
{
    if (!take_notice(run, found, outcome))
        return iw_no_memory();
    if (outcome.kind != IW_OUTCOME_OK || only_saves(run) || found->count == 0)
        return outcome;
    return write_esearch(run, found, correlator, true) ? outcome : iw_no_memory();
}
