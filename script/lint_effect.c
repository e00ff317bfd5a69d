/* SPDX-License-Identifier: MIT */
/* What stands in a scenario and can never take effect. */
#include "base/chars.h"
#include "parser/command.h"
#include "script/linting.h"
#include "script/nearest.h"
#include "script/task.h"

enum { SHOWN_MAX = 40 };

static int shown(struct iw_span text)
{
    return text.length > SHOWN_MAX ? SHOWN_MAX : (int)text.length;
}

/* --- commands --- */

/* Of the extensions, beside those the parser has types for. */
static const char *const extension_commands[] = {
    "ID",          "COMPRESS",     "SORT",           "THREAD",        "GETQUOTA",   "GETQUOTAROOT",
    "SETQUOTA",    "SETACL",       "DELETEACL",      "GETACL",        "LISTRIGHTS", "MYRIGHTS",
    "GETMETADATA", "SETMETADATA",  "GETANNOTATION",  "SETANNOTATION", "NOTIFY",     "LANGUAGE",
    "COMPARATOR",  "REPLACE",      "CONVERT",        "CONVERSIONS",   "ESEARCH",    "RESETKEY",
    "GENURLAUTH",  "URLFETCH",     "UNAUTHENTICATE", "GETJMAPACCESS", "UIDBATCHES", "RLIST",
    "RLSUB",       "CANCELUPDATE", "PARTIAL",
};

static bool is_known_command(struct iw_span name)
{
    if (iw_span_starts_nocase(name, IW_SPAN("UID ")))
        name = iw_span_part(name, 4, name.length);
    if (name.length > 0 && iw_upper(name.data[0]) == 'X')
        return true; /* experimental: anyone may have it */
    for (size_t kind = 0; kind < IW_COMMAND_OTHER; kind++)
        if (iw_span_equal_nocase(name, iw_span_of(iw_command_name((enum iw_command_kind)kind))))
            return true;
    for (size_t i = 0; i < sizeof extension_commands / sizeof *extension_commands; i++)
        if (iw_span_equal_nocase(name, iw_span_of(extension_commands[i])))
            return true;
    return false;
}

/* Without "UID "; NULL when none is like it. */
static const char *nearest_command(struct iw_span name)
{
    const char
        *known[IW_COMMAND_OTHER + sizeof extension_commands / sizeof *extension_commands + 1];
    size_t count = 0;
    for (size_t kind = 0; kind < IW_COMMAND_OTHER; kind++)
        known[count++] = iw_command_name((enum iw_command_kind)kind);
    for (size_t i = 0; i < sizeof extension_commands / sizeof *extension_commands; i++)
        known[count++] = extension_commands[i];
    known[count] = NULL;
    bool uid = iw_span_starts_nocase(name, IW_SPAN("UID "));
    return iw_nearest(iw_span_part(name, uid ? 4 : 0, name.length), known);
}

static void check_command(struct iw_linting *linting, struct iw_span name,
                          const struct iw_place *place)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.data[i] == '$')
            return; /* a hole: any command */
    if (is_known_command(name))
        return;
    const char *nearest = nearest_command(name);
    iw_lint_find(linting, place, "there is no command \"%.*s\"%s%s%s", shown(name), name.data,
                 nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
                 nearest == NULL ? "" : "\"?");
}

static void check_engine(struct iw_linting *linting)
{
    const struct iw_texts *engine = &linting->scenario->engine;
    for (size_t i = 0; i < engine->count; i++)
        check_command(linting, engine->items[i], &engine->places[i]);
    if (engine->count > 0 && linting->scenario->rules != NULL)
        iw_lint_find(linting, &engine->places[0],
                     "with rules the engine answers every command anyway");
}

/* --- tasks --- */

/* A task that is like none of ours may be another client's own. */
static void check_task(struct iw_linting *linting, struct iw_span text,
                       const struct iw_place *place)
{
    struct iw_task task;
    const char *known[IW_TASK_UNKNOWN + 1] = {NULL};
    if (!iw_task_split(&task, text)) {
        iw_lint_find(linting, place, "a quote has no end, or the task is too long");
        return;
    }
    if (iw_task_misuse(&task) != NULL)
        iw_lint_find(linting, place, "the task is \"%s\"", iw_task_misuse(&task));
    for (int verb = 0; verb < IW_TASK_UNKNOWN; verb++)
        known[verb] = iw_task_verb_name((enum iw_task_verb)verb);
    const char *nearest = task.count == 0 ? NULL : iw_nearest(iw_span_of(task.words[0]), known);
    if (nearest != NULL && iw_task_verb(&task) == IW_TASK_UNKNOWN)
        iw_lint_find(linting, place, "unknown task \"%s\"; did you mean \"%s\"?", task.words[0],
                     nearest);
}

static void check_tasks(struct iw_linting *linting)
{
    const struct iw_texts *tasks = &linting->scenario->tasks;
    for (size_t i = 0; i < tasks->count; i++)
        check_task(linting, tasks->items[i], &tasks->places[i]);
}

/* --- rules --- */

/* "APPEND box {5}": it is met where the literal is announced, when no command is there yet. */
static bool asks(struct iw_span text)
{
    size_t word = text.length;
    while (word > 0 && text.data[word - 1] != ' ')
        word--;
    word += word < text.length && text.data[word] == '~';
    return word < text.length && text.data[word] == '{';
}

/* "FETCH" is every FETCH, UID FETCH too; "UID FETCH" only the latter. */
static bool names_it(const struct iw_line *name, const struct iw_line *pattern)
{
    struct iw_span command = iw_lint_command(pattern->text);
    if (name->side != IW_SIDE_CLIENT || name->mark != IW_MARK_PLAIN ||
        pattern->mark != IW_MARK_PLAIN || asks(pattern->text))
        return false;
    return iw_span_equal_nocase(name->text, command) ||
           (iw_span_starts_nocase(command, IW_SPAN("UID ")) &&
            iw_span_equal_nocase(name->text, iw_span_part(command, 4, command.length)));
}

/* The same commands in the same words, or first names none. */
static bool covers_during(const struct iw_rule *first, const struct iw_rule *second)
{
    bool same = first->during_count == 0 || first->during_count == second->during_count;
    for (size_t i = 0; i < first->during_count && same; i++)
        same = iw_span_equal_nocase(first->during[i].line.text, second->during[i].line.text);
    return same;
}

/* first lets through whatever second does, as far as they say it in the same words. */
static bool covers(const struct iw_rule *first, const struct iw_rule *second)
{
    if (first->nth != 0 || (first->conn != 0 && first->conn != second->conn) ||
        (first->user.data != NULL && !iw_span_equal(first->user, second->user)) ||
        !covers_during(first, second))
        return false;
    if (first->event != IW_ON_LINE || second->event != IW_ON_LINE)
        return first->event == second->event;
    if (first->on.side != second->on.side)
        return false;
    return names_it(&first->on, &second->on) ||
           (first->on.mark == second->on.mark && iw_span_equal(first->on.text, second->on.text));
}

/* Who is not given a login has none. */
static void check_user(struct iw_linting *linting, const struct iw_rule *rule)
{
    const struct iw_given *given = &linting->scenario->given;
    if (rule->user.data == NULL || given->user_count == 0)
        return;
    for (size_t i = 0; i < given->user_count; i++)
        if (iw_span_equal(given->users[i].name, rule->user))
            return;
    iw_lint_find(linting, &rule->place, "nobody logs in as \"%.*s\": \"given\" has other users",
                 shown(rule->user), rule->user.data);
}

/* Commands that must not come, or so often, are such as there are. */
static void check_then(struct iw_linting *linting)
{
    const struct iw_then *then = &linting->scenario->then;
    for (size_t i = 0; i < then->never_count; i++)
        if (then->never[i].line.mark == IW_MARK_PLAIN)
            check_command(linting, iw_lint_command(then->never[i].line.text),
                          &then->never[i].place);
    for (size_t i = 0; i < then->count_count; i++)
        if (then->counts[i].line.mark == IW_MARK_PLAIN)
            check_command(linting, iw_lint_command(then->counts[i].line.text),
                          &then->counts[i].place);
}

static void check_rules(struct iw_linting *linting)
{
    const struct iw_scenario *scenario = linting->scenario;
    for (size_t i = 0; i < scenario->rule_count; i++) {
        const struct iw_rule *rule = &scenario->rules[i];
        if (rule->event == IW_ON_LINE && rule->on.side == IW_SIDE_CLIENT &&
            rule->on.mark == IW_MARK_PLAIN)
            check_command(linting, iw_lint_command(rule->on.text), &rule->on_place);
        for (size_t k = 0; k < rule->during_count; k++)
            check_command(linting, iw_lint_command(rule->during[k].line.text),
                          &rule->during[k].place);
        check_user(linting, rule);
        for (size_t k = 0; k < i; k++) {
            if (!covers(&scenario->rules[k], rule))
                continue;
            iw_lint_find(linting, &rule->on_place, "rule %zu, in line %u, always wins before it", k,
                         scenario->rules[k].place.line);
            break;
        }
    }
}

/* --- lines --- */

static bool is_line(const struct iw_step *step, enum iw_side side)
{
    return step->kind == IW_STEP_LINE && step->side == side;
}

static bool completes(const struct iw_step *step, unsigned conn)
{
    return is_line(step, IW_SIDE_SERVER) && step->conn == conn &&
           step->line.mark != IW_MARK_NEVER && iw_lint_is_completion(&step->line);
}

/* S!: is judged when a later completion of its connection has come. */
static void check_never(struct iw_linting *linting, const struct iw_steps *steps, size_t at,
                        bool in_rule)
{
    const struct iw_step *step = &steps->items[at];
    bool judged = false;
    for (size_t i = at + 1; i < steps->count && !judged; i++)
        judged = completes(&steps->items[i], step->conn);
    for (size_t i = at + 1; i < steps->count && !judged; i++)
        for (size_t k = 0; steps->items[i].kind == IW_STEP_SEND && k < steps->items[i].send.count;
             k++)
            judged = judged || completes(&steps->items[i].send.steps[k], step->conn);
    if (in_rule || linting->serves)
        iw_lint_find(linting, &step->place,
                     "\"S!:\" can never fail where imapwright is the server");
    else if (!judged)
        iw_lint_find(linting, &step->place,
                     "\"S!:\" can never fail: no completion follows on connection %u", step->conn);
}

/* "S a: OK" needs a "C a: …" before it. */
static void check_label(struct iw_linting *linting, const struct iw_steps *steps, size_t at)
{
    const struct iw_step *step = &steps->items[at];
    for (size_t i = 0; i < at; i++)
        if (is_line(&steps->items[i], IW_SIDE_CLIENT) && steps->items[i].conn == step->conn &&
            iw_span_equal(steps->items[i].line.label, step->line.label))
            return;
    iw_lint_find(linting, &step->place, "no command before it has the label \"%.*s\"",
                 shown(step->line.label), step->line.label.data);
}

/* {"S": "authenticate"} belongs to the command in front of it. */
static void check_exchange(struct iw_linting *linting, const struct iw_steps *steps, size_t at)
{
    const struct iw_step *step = &steps->items[at];
    size_t i = at;
    while (i > 0 && (!is_line(&steps->items[i - 1], IW_SIDE_CLIENT) ||
                     steps->items[i - 1].conn != step->conn))
        i--;
    if (i == 0 || !iw_span_equal_nocase(iw_lint_command(steps->items[i - 1].line.text),
                                        IW_SPAN("AUTHENTICATE")))
        iw_lint_find(linting, &step->place, "the command before it is no AUTHENTICATE");
}

static void check_steps(struct iw_linting *linting, const struct iw_steps *steps, bool in_rule)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct iw_step *step = &steps->items[i];
        if (step->kind == IW_STEP_AUTHENTICATE)
            check_exchange(linting, steps, i);
        if (!is_line(step, IW_SIDE_SERVER))
            continue;
        if (step->line.mark == IW_MARK_NEVER)
            check_never(linting, steps, i, in_rule);
        if (step->line.label.data != NULL)
            check_label(linting, steps, i);
    }
}

/* --- the dialogue as a whole --- */

static bool is_greeting(const struct iw_step *step)
{
    struct iw_span text = step->line.text;
    return is_line(step, IW_SIDE_SERVER) &&
           (iw_span_starts(text, IW_SPAN("* OK")) || iw_span_starts(text, IW_SPAN("* PREAUTH")) ||
            iw_span_starts(text, IW_SPAN("* BYE")));
}

/* A client acts by a line, by sending, by closing, by going into TLS. */
static bool client_acts(const struct iw_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++)
        if (steps->items[i].side == IW_SIDE_CLIENT && steps->items[i].conn != 0)
            return true;
    return false;
}

static void check_dialogue(struct iw_linting *linting)
{
    const struct iw_steps *steps = &linting->scenario->dialogue;
    const struct iw_step *first = steps->items;
    if (linting->scenario->rules != NULL)
        return;
    bool from_greeting = linting->scenario->starts[1] == IW_START_DIALOGUE;
    if (steps->count == 0 || (!client_acts(steps) && !from_greeting))
        iw_lint_find(linting,
                     steps->count == 0 ? &(struct iw_place){1, 1, IW_SPAN("/dialogue")}
                                       : &first->place,
                     "the client does nothing in this dialogue");
    else if (is_greeting(first) && first->conn == 1 && !from_greeting)
        iw_lint_find(linting, &first->place,
                     "a greeting comes first only with \"start\": \"dialogue\"");
}

void iw_lint_effect(struct iw_linting *linting)
{
    const struct iw_scenario *scenario = linting->scenario;
    check_engine(linting);
    check_tasks(linting);
    check_then(linting);
    check_rules(linting);
    check_steps(linting, &scenario->dialogue, false);
    for (size_t i = 0; i < scenario->rule_count; i++)
        check_steps(linting, &scenario->rules[i].play, true);
    check_dialogue(linting);
}
