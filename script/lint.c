/* SPDX-License-Identifier: MIT */
#include "script/lint.h"

#include "base/chars.h"
#include "script/linting.h"

#include <stdarg.h>
#include <string.h>

enum { ARENA_CAP = 64 << 20 };

/* --- findings --- */

void iw_lint_find(struct iw_linting *linting, const struct iw_place *place, const char *format, ...)
{
    struct iw_finding_node *node = iw_arena_get(&linting->arena, sizeof *node);
    linting->count++;
    if (node == NULL)
        return; /* still counted: the result is not "clean" */
    va_list arguments;
    va_start(arguments, format);
    node->diagnostic.path = linting->scenario->path;
    iw_diagnostic_set(&node->diagnostic, place, format, arguments);
    va_end(arguments);
    *linting->tail = node;
    linting->tail = &node->next;
}

static bool is_before(const struct iw_place *a, const struct iw_place *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* Takes the first in the order of the file out of the list. There are few. */
static struct iw_finding_node *take_first(struct iw_finding_node **list)
{
    struct iw_finding_node **best = list;
    for (struct iw_finding_node **at = list; *at != NULL; at = &(*at)->next)
        if (is_before(&(*at)->diagnostic.place, &(*best)->diagnostic.place))
            best = at;
    struct iw_finding_node *node = *best;
    if (node != NULL)
        *best = node->next;
    return node;
}

/* --- lines --- */

bool iw_lint_is_completion(const struct iw_line *line)
{
    return line->side == IW_SIDE_SERVER && line->mark != IW_MARK_EXACT && line->text.length > 0 &&
           line->text.data[0] != '*' && line->text.data[0] != '+';
}

static size_t word_end(struct iw_span text, size_t at)
{
    while (at < text.length && text.data[at] != ' ')
        at++;
    return at;
}

struct iw_span iw_lint_command(struct iw_span text)
{
    size_t end = word_end(text, 0);
    if (iw_span_equal_nocase(iw_span_part(text, 0, end), IW_SPAN("UID")) && end < text.length)
        end = word_end(text, end + 1);
    return iw_span_part(text, 0, end);
}

/* --- what it covers --- */

static bool has_small_letter(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] >= 'a' && text.data[i] <= 'z')
            return true;
    return false;
}

/* Entries of the catalogues of quirks and vulnerabilities: QX-040, CVE-2021-32055, GHSA-…, EAST-…,
 * and bugs of a project by its name: nodeimap-808565e. Everything else is a clause. */
static bool is_catalogued(struct iw_span id)
{
    static const char *const prefixes[] = {"QX-", "CVE-", "GHSA-", "EAST-"};
    const char *hyphen = id.length == 0 ? NULL : memchr(id.data, '-', id.length);
    if (hyphen == NULL || hyphen + 1 == id.data + id.length)
        return false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (iw_span_starts(id, iw_span_of(prefixes[i])))
            return true;
    return has_small_letter(iw_span(id.data, (size_t)(hyphen - id.data)));
}

/* The verdict depends on the level, and the level is the clause's. */
static void check_level(struct iw_linting *linting)
{
    const struct iw_scenario *scenario = linting->scenario;
    if (scenario->covers.count == 0)
        return;
    const struct iw_clause *clause = iw_clauses_find(linting->clauses, scenario->covers.items[0]);
    if (clause == NULL || (scenario->has_level && scenario->level == clause->level))
        return;
    iw_lint_find(linting, &scenario->covers.places[0], "%.*s is %s: write \"level\": \"%s\"",
                 (int)clause->id.length, clause->id.data, iw_level_name(clause->level),
                 iw_level_name(clause->level));
}

static void check_covers(struct iw_linting *linting)
{
    const struct iw_scenario *scenario = linting->scenario;
    const struct iw_texts *covers = &scenario->covers;
    for (size_t i = 0; i < covers->count; i++) {
        struct iw_span id = covers->items[i];
        const struct iw_clause *near = iw_clauses_nearest(linting->clauses, id);
        bool meant = near != NULL && iw_span_equal_nocase(near->id, id);
        if (meant ? iw_span_equal(near->id, id) : is_catalogued(id))
            continue;
        int shown = id.length > 40 ? 40 : (int)id.length;
        iw_lint_find(linting, &covers->places[i], "there is no clause \"%.*s\"%s%s%s", shown,
                     id.data, near == NULL ? "" : "; did you mean \"",
                     near == NULL ? "" : near->id.data, near == NULL ? "" : "\"?");
    }
    bool recorded = iw_span_equal(scenario->group, IW_SPAN("recorded")); /* by imapwright record */
    if (covers->count == 0 && scenario->breaks.count == 0 && !recorded)
        iw_lint_find(linting, &(struct iw_place){1, 1, IW_SPAN("")},
                     "it covers no clause and breaks no check");
}

/* --- the whole --- */

size_t iw_lint(const struct iw_scenario *scenario, const struct iw_clauses *clauses,
               void (*found)(void *context, const struct iw_diagnostic *diagnostic), void *context)
{
    struct iw_linting linting = {.scenario = scenario, .clauses = clauses};
    linting.serves =
        scenario->rules != NULL || scenario->tasks.count > 0 || scenario->then.place.line > 0;
    linting.tail = &linting.first;
    iw_arena_init(&linting.arena, NULL, ARENA_CAP);
    iw_arena_init(&linting.scratch, NULL, ARENA_CAP);
    if (clauses != NULL) {
        check_covers(&linting);
        check_level(&linting);
    }
    iw_lint_lines(&linting);
    iw_lint_names(&linting);
    iw_lint_effect(&linting);
    if (linting.starved)
        iw_lint_find(&linting, &(struct iw_place){0}, "out of memory: not all of it was read");
    for (struct iw_finding_node *node; (node = take_first(&linting.first)) != NULL;)
        found(context, &node->diagnostic);
    iw_arena_release(&linting.scratch);
    iw_arena_release(&linting.arena);
    return linting.count;
}
