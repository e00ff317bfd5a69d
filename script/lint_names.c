/* SPDX-License-Identifier: MIT */
/* Names: bound before they are used, captured where a line is expected.
 *
 * What is sent must be known; what is expected may hold new names, which are known from the end of
 * its block on. Inside another fill, in a sum (${n+1}) and in exact lines a name must be known in
 * either case. */
#include "script/fill.h"
#include "script/linting.h"
#include "script/nearest.h"

#include <string.h>

enum { NAMES_MAX = 1000 };

struct names {
    struct iw_linting *linting;
    struct iw_span items[NAMES_MAX];
    bool used[NAMES_MAX];
    size_t count;
};

static bool is_known(struct names *names, struct iw_span name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (iw_span_equal(names->items[i], name)) {
            names->used[i] = true;
            return true;
        }
    }
    return false;
}

static void add_name(struct names *names, struct iw_span name)
{
    if (name.length > 0 && names->count < NAMES_MAX && !is_known(names, name))
        names->items[names->count++] = name;
}

/* What is done with the uses of one text. */
enum purpose {
    SENT,     /* all must be known, defaults become known */
    NEEDED,   /* of an expected text: those that must be known at once */
    CAPTURED, /* of an expected text: the rest, which become known */
    COMPARED  /* of an expected text: operands, which the same block may have captured */
};

struct scan {
    struct names *names;
    const struct iw_place *place;
    enum purpose purpose;
    bool exact; /* no hole is possible */
    struct iw_span text;
    size_t inner_end; /* uses that begin before it stand inside another fill */
};

static void need(struct scan *scan, struct iw_span name)
{
    const struct names *names = scan->names;
    if (is_known(scan->names, name))
        return;
    struct iw_span nearest = iw_nearest_span(name, names->items, names->count);
    int shown = name.length > 40 ? 40 : (int)name.length;
    if (nearest.data == NULL || name.length < 2)
        iw_lint_find(names->linting, scan->place, "${%.*s} is not bound here", shown, name.data);
    else
        iw_lint_find(names->linting, scan->place,
                     "${%.*s} is not bound here; did you mean ${%.*s}?", shown, name.data,
                     (int)nearest.length, nearest.data);
}

static bool is_number(struct iw_span text)
{
    uint64_t number = 0;
    return iw_span_number(text, UINT64_MAX, &number);
}

static void use_sent(struct scan *scan, const struct iw_fill_use *use)
{
    if (use->has_default)
        add_name(scan->names, use->name);
    else if (use->name.length == 0 || use->is_any)
        iw_lint_find(scan->names->linting, scan->place, "${%s} cannot be sent",
                     use->is_any ? "_" : "...");
    else
        need(scan, use->name);
}

static void use_name(struct scan *scan, const struct iw_fill_use *use, bool inner)
{
    bool must = inner || use->is_sum || scan->exact;
    bool hole = use->name.length == 0 || use->is_any;
    switch (scan->purpose) {
    case SENT:
        use_sent(scan, use);
        break;
    case NEEDED:
        if (must)
            use_sent(scan, use);
        break;
    case CAPTURED:
        if (!must && !hole)
            add_name(scan->names, use->name);
        break;
    case COMPARED:
        if (use->operand.length > 0 && !is_number(use->operand))
            need(scan, use->operand);
        break;
    }
}

/* Names in expected base64 may be holes. */
static bool is_decoded(const struct scan *scan, const struct iw_fill_use *use)
{
    return scan->purpose != SENT && !scan->exact && iw_span_equal(use->kind, IW_SPAN("base64"));
}

static void on_use(void *context, const struct iw_fill_use *use)
{
    struct scan *scan = context;
    bool inner = use->offset < scan->inner_end;
    if (use->kind.data == NULL)
        use_name(scan, use, inner);
    else if (!inner && !is_decoded(scan, use))
        scan->inner_end = (size_t)(use->argument.data - scan->text.data) + use->argument.length;
}

static void scan_text(struct names *names, struct iw_span text, const struct iw_place *place,
                      enum purpose purpose, bool exact)
{
    struct scan scan = {names, place, purpose, exact, text, 0};
    if (text.data != NULL)
        iw_fill_scan(text, on_use, &scan, NULL);
}

static void scan_sent(struct names *names, struct iw_span text, const struct iw_place *place)
{
    scan_text(names, text, place, SENT, false);
}

/* --- steps --- */

static void scan_cutting(struct names *names, const struct iw_cutting *cutting,
                         const struct iw_place *place)
{
    const struct iw_span texts[] = {cutting->cut, cutting->flip, cutting->dribble,
                                    cutting->every_ms, cutting->close};
    for (size_t i = 0; i < cutting->split_count; i++)
        scan_sent(names, cutting->split[i], place);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        scan_sent(names, texts[i], place);
}

static void scan_send(struct names *names, const struct iw_step *step)
{
    const struct iw_send *send = &step->send;
    scan_cutting(names, &send->cutting, &step->place);
    for (size_t i = 0; i < send->replace_count; i++) {
        scan_sent(names, send->replace[i].name, &send->replace[i].place);
        scan_sent(names, send->replace[i].text, &send->replace[i].place);
    }
}

/* Everything in a step that is no line. */
static void scan_step(struct names *names, const struct iw_step *step)
{
    switch (step->kind) {
    case IW_STEP_SEND:
        scan_send(names, step);
        break;
    case IW_STEP_CLOSE:
        scan_sent(names, step->close, &step->place);
        break;
    case IW_STEP_TCP:
        scan_cutting(names, &step->tcp.cutting, &step->place);
        scan_sent(names, step->tcp.rate, &step->place);
        scan_sent(names, step->tcp.refuse_ms, &step->place);
        break;
    case IW_STEP_SILENT:
    case IW_STEP_DELAY:
        scan_sent(names, step->ms, &step->place);
        break;
    case IW_STEP_MAILBOX:
        scan_sent(names, step->world.mailbox, &step->place);
        scan_sent(names, step->world.argument, &step->place);
        scan_sent(names, step->world.flags, &step->place);
        break;
    case IW_STEP_ASSERT:
    case IW_STEP_ENGINE:
        scan_sent(names, step->text, &step->place);
        break;
    case IW_STEP_LINE:
    case IW_STEP_TLS:
    case IW_STEP_COMPRESS:
    case IW_STEP_AUTHENTICATE:
        break;
    }
}

static bool is_sent(const struct names *names, const struct iw_step *step)
{
    return (step->side == IW_SIDE_SERVER) == names->linting->serves;
}

static void scan_line(struct names *names, const struct iw_step *step, enum purpose purpose)
{
    bool never = step->kind == IW_STEP_LINE && step->line.mark == IW_MARK_NEVER;
    if (step->kind != IW_STEP_LINE || (never && (purpose == CAPTURED || purpose == SENT)))
        return;
    scan_text(names, step->line.text, &step->place, purpose, step->line.mark == IW_MARK_EXACT);
}

/* The lines of a step that is one, or that sends some. */
static void scan_lines(struct names *names, const struct iw_step *step, enum purpose purpose)
{
    scan_line(names, step, purpose);
    for (size_t i = 0; step->kind == IW_STEP_SEND && i < step->send.count; i++)
        scan_line(names, &step->send.steps[i], purpose);
}

static bool is_expected(const struct names *names, const struct iw_step *step)
{
    return (step->kind == IW_STEP_LINE || step->kind == IW_STEP_SEND) && !is_sent(names, step);
}

static void scan_steps(struct names *names, const struct iw_steps *steps)
{
    static const enum purpose passes[] = {NEEDED, CAPTURED, COMPARED};
    for (size_t at = 0, end; at < steps->count; at = end) {
        for (end = at; end < steps->count && is_expected(names, &steps->items[end]);)
            end++;
        for (size_t pass = 0; pass < sizeof passes / sizeof *passes; pass++)
            for (size_t i = at; i < end; i++)
                scan_lines(names, &steps->items[i], passes[pass]);
        for (size_t i = at; i < end; i++)
            scan_step(names, &steps->items[i]);
        if (end > at)
            continue;
        scan_lines(names, &steps->items[end], SENT);
        scan_step(names, &steps->items[end++]);
    }
}

/* --- rules --- */

static bool captures(const struct names *names, size_t before, struct iw_span name)
{
    for (size_t i = before; i < names->count; i++)
        if (iw_span_equal(names->items[i], name))
            return true;
    return false;
}

static void scan_pattern(struct names *names, const struct iw_line *line,
                         const struct iw_place *place)
{
    static const enum purpose passes[] = {NEEDED, CAPTURED, COMPARED};
    for (size_t pass = 0; pass < sizeof passes / sizeof *passes; pass++)
        scan_text(names, line->text, place, passes[pass], line->mark == IW_MARK_EXACT);
}

/* What a rule captures belongs to this one firing. */
static void scan_rule(struct names *names, const struct iw_rule *rule)
{
    size_t before = names->count;
    scan_pattern(names, &rule->on, &rule->on_place);
    for (size_t i = 0; i < rule->change_count; i++) {
        const struct iw_change *change = &rule->changes[i];
        if (!captures(names, before, change->name))
            iw_lint_find(names->linting, &change->place, "\"on\" captures no ${%.*s}",
                         change->name.length > 40 ? 40 : (int)change->name.length,
                         change->name.data);
        scan_sent(names, change->text, &change->place);
    }
    if (rule->event == IW_ON_LINE)
        add_name(names, IW_SPAN("line"));
    for (size_t i = 0; i < rule->during_count; i++)
        scan_pattern(names, &rule->during[i].line, &rule->during[i].place);
    scan_steps(names, &rule->play);
    names->count = before;
}

/* --- the whole --- */

static const char *const predefined[] = {"user",    "password", "user2", "password2",
                                         "of_user", "M",        "N",     "sep"};
enum { PREDEFINED_COUNT = sizeof predefined / sizeof *predefined };

static void check_vary(struct names *names, const struct iw_vary *vary)
{
    for (size_t i = 0; i < PREDEFINED_COUNT; i++)
        if (iw_span_equal(vary->name, iw_span_of(predefined[i])))
            iw_lint_find(names->linting, &vary->place,
                         "${%s} has a meaning of its own and cannot vary", predefined[i]);
}

static void add_predefined(struct names *names)
{
    const struct iw_scenario *scenario = names->linting->scenario;
    for (size_t i = 0; i < PREDEFINED_COUNT; i++)
        add_name(names, iw_span_of(predefined[i]));
    for (size_t i = 0; i < scenario->vary_count; i++) {
        const struct iw_vary *vary = &scenario->vary[i];
        check_vary(names, vary);
        for (size_t k = 0; vary->places != NULL && k < vary->count; k++)
            scan_sent(names, vary->values[k], &vary->places[k]);
        add_name(names, vary->name);
    }
}

static void scan_tls(struct names *names, const struct iw_given_tls *tls)
{
    static const struct iw_place somewhere = {.pointer = {"/given/tls", 10}};
    const struct iw_span texts[] = {tls->certificate, tls->min, tls->max, tls->ciphers,
                                    tls->client};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        scan_sent(names, texts[i], &somewhere);
}

static void scan_then(struct names *names, const struct iw_then *then)
{
    for (size_t i = 0; i < then->never_count; i++)
        scan_text(names, then->never[i].line.text, &then->never[i].place, NEEDED, false);
    for (size_t i = 0; i < then->count_count; i++)
        scan_text(names, then->counts[i].line.text, &then->counts[i].place, NEEDED, false);
}

/* Adding a name uses it only if it was there. */
static void check_use(const struct names *names, const struct iw_vary *vary)
{
    for (size_t i = 0; i < names->count; i++)
        if (!names->used[i] && iw_span_equal(names->items[i], vary->name))
            iw_lint_find(names->linting, &vary->place, "${%.*s} is not used",
                         vary->name.length > 40 ? 40 : (int)vary->name.length, vary->name.data);
}

void iw_lint_names(struct iw_linting *linting)
{
    const struct iw_scenario *scenario = linting->scenario;
    struct names names = {.linting = linting};
    add_predefined(&names);
    scan_tls(&names, &scenario->given.tls);
    scan_steps(&names, &scenario->dialogue);
    for (size_t i = 0; i < scenario->rule_count; i++)
        scan_rule(&names, &scenario->rules[i]);
    scan_then(&names, &scenario->then);
    for (size_t i = 0; i < scenario->vary_count; i++)
        check_use(&names, &scenario->vary[i]);
}
