/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/search.h"
#include "parser/response.h"

enum { ITEMS_MAX = 8 };

/* Message numbers or UIDs of what was found, as the command wants them. */
static uint32_t *numbers_of(struct iw_run *run, const struct iw_found *found, bool uid)
{
    const struct iw_view *view = &run->session->view;
    uint32_t *numbers = iw_arena_array(run->arena, found->count, sizeof *numbers);
    for (size_t i = 0; numbers != NULL && i < found->count; i++)
        numbers[i] = uid ? view->entries[found->indexes[i]].uid : found->indexes[i] + 1;
    return numbers;
}

/* RFC 3501 §7.2.5, RFC 7162 §3.1.5 */
static bool write_search(struct iw_run *run, const struct iw_found *found)
{
    const struct iw_command *command = run->command;
    bool modseq = found->count > 0 && iw_search_has(&command->search, IW_SEARCH_MODSEQ);
    const struct iw_response response = {.kind = IW_RESPONSE_SEARCH,
                                         .search = {.numbers = numbers_of(run, found, command->uid),
                                                    .count = found->count,
                                                    .modseq = modseq ? found->modseq : 0}};
    if (response.search.numbers == NULL)
        return false;
    iw_write_response(run->out, &response);
    return true;
}

static void add_number(struct iw_esearch *esearch, enum iw_esearch_kind kind, struct iw_span name,
                       uint64_t number)
{
    esearch->items[esearch->count++] =
        (struct iw_esearch_item){.kind = kind, .name = name, .number = number};
}

/* RFC 4731 §3.1, RFC 9051 §7.3.4; without an option, or with none but SAVE, ALL is meant. */
static bool write_esearch(struct iw_run *run, const struct iw_found *found)
{
    const struct iw_options *wanted = &run->command->options;
    struct iw_esearch_item items[ITEMS_MAX];
    struct iw_response response = {.kind = IW_RESPONSE_ESEARCH,
                                   .esearch = {.correlator = {.tag = run->command->tag},
                                               .uid = run->command->uid,
                                               .items = items}};
    struct iw_esearch *esearch = &response.esearch;
    const uint32_t *numbers = numbers_of(run, found, run->command->uid);
    bool some = found->count > 0;
    if (numbers == NULL)
        return false;
    if (some && iw_options_find(wanted, "MIN") != NULL)
        add_number(esearch, IW_ESEARCH_MIN, IW_SPAN("MIN"), numbers[0]);
    if (some && iw_options_find(wanted, "MAX") != NULL)
        add_number(esearch, IW_ESEARCH_MAX, IW_SPAN("MAX"), numbers[found->count - 1]);
    if (iw_options_find(wanted, "COUNT") != NULL)
        add_number(esearch, IW_ESEARCH_COUNT, IW_SPAN("COUNT"), found->count);
    if (some && (wanted->first == NULL || iw_options_find(wanted, "ALL") != NULL))
        esearch->items[esearch->count++] =
            (struct iw_esearch_item){.kind = IW_ESEARCH_ALL,
                                     .name = IW_SPAN("ALL"),
                                     .set = iw_run_set(run, numbers, found->count)};
    if (some && iw_search_has(&run->command->search, IW_SEARCH_MODSEQ))
        add_number(esearch, IW_ESEARCH_MODSEQ, IW_SPAN("MODSEQ"), found->modseq);
    iw_write_response(run->out, &response);
    return true;
}

/* What "$" stands for from now on (RFC 5182 §2.1): all that was found, or only what MIN and MAX
 * show if there is nothing else to show. */
static bool save(struct iw_run *run, const struct iw_found *found)
{
    struct iw_engine_session *session = run->session;
    const struct iw_options *wanted = &run->command->options;
    bool min = iw_options_find(wanted, "MIN") != NULL, max = iw_options_find(wanted, "MAX") != NULL;
    bool all = (!min && !max) || iw_options_find(wanted, "ALL") != NULL ||
               iw_options_find(wanted, "COUNT") != NULL;
    struct iw_run keeping = {.session = session, .arena = &session->saved_arena};
    iw_arena_reset(&session->saved_arena);
    session->saved = (struct iw_set){0};
    uint32_t *uids = numbers_of(&keeping, found, true);
    size_t count = found->count;
    if (uids == NULL)
        return false;
    if (!all && count > 0) {
        uids[0] = min ? uids[0] : uids[count - 1];
        uids[1 < count ? 1 : 0] = max ? uids[count - 1] : uids[0];
        count = min && max && count > 1 ? 2 : 1;
    }
    session->saved = iw_run_set(&keeping, uids, count);
    return session->saved.ranges != NULL;
}

static const char *find_fault(const struct iw_run *run)
{
    const struct iw_option *option = run->command->options.first;
    static const char *const known[] = {"MIN", "MAX", "ALL", "COUNT", "SAVE"};
    if (run->command->options.given && !iw_engine_session_has(run->session, IW_CAPABILITY_ESEARCH))
        return "this server does not have ESEARCH";
    for (; option != NULL; option = option->next) {
        size_t i = 0;
        while (i < sizeof known / sizeof *known &&
               !iw_span_equal(option->name, iw_span_of(known[i])))
            i++;
        if (i == sizeof known / sizeof *known)
            return "one of the return options is unknown";
    }
    return NULL;
}

/* RFC 9051 §6.4.4 */
struct iw_outcome iw_command_search(struct iw_run *run)
{
    const struct iw_options *wanted = &run->command->options;
    struct iw_engine_session *session = run->session;
    const char *fault = find_fault(run);
    struct iw_found found;
    if (fault != NULL)
        return iw_bad(fault);
    if (iw_search_has(&run->command->search, IW_SEARCH_MODSEQ) && !iw_run_enable_condstore(run))
        return iw_bad("this mailbox has no mod-sequences");
    struct iw_outcome outcome = iw_search(run, &run->command->search, &found);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    bool saves = iw_options_find(wanted, "SAVE") != NULL;
    bool only_saves = saves && wanted->first->next == NULL;
    bool extended = wanted->given || (session->enabled & IW_ENABLED_REV2) != 0;
    bool done = !saves || save(run, &found);
    if (done && !only_saves)
        done = extended ? write_esearch(run, &found) : write_search(run, &found);
    return done ? outcome : iw_no_memory();
}
