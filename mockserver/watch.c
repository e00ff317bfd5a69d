/* SPDX-License-Identifier: MIT */
#include "mockserver/watch.h"

#include "script/transcript.h"

#include <stdio.h>

enum { TEXT_SIZE = 300, RECEIVED_MAX = 2000 };

static enum iw_result make_wanted(struct iw_watch *watch, const struct iw_line *line,
                                  struct iw_bindings *names, struct iw_wanted *wanted,
                                  struct iw_error *error)
{
    return iw_wanted_make(line, watch->scenario, names, watch->arena, wanted, error);
}

enum iw_result iw_watch_init(struct iw_watch *watch, const struct iw_scenario *scenario,
                             struct iw_bindings *names, struct iw_arena *arena,
                             struct iw_error *error)
{
    *watch = (struct iw_watch){
        .scenario = scenario, .names = names, .arena = arena, .finding.verdict = IW_PASS};
    if (scenario == NULL)
        return IW_OK;
    const struct iw_then *then = &scenario->then;
    watch->never = iw_arena_array(arena, then->never_count, sizeof *watch->never);
    watch->counted = iw_arena_array(arena, then->count_count, sizeof *watch->counted);
    watch->counts = iw_arena_array(arena, then->count_count, sizeof *watch->counts);
    if (watch->never == NULL || watch->counted == NULL || watch->counts == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    enum iw_result result = IW_OK;
    for (size_t i = 0; i < then->never_count && result == IW_OK; i++)
        result = make_wanted(watch, &then->never[i].line, names, &watch->never[i], error);
    for (size_t i = 0; i < then->count_count && result == IW_OK; i++)
        result = make_wanted(watch, &then->counts[i].line, names, &watch->counted[i], error);
    return result;
}

static struct iw_span without_password(struct iw_watch *watch, struct iw_span text)
{
    struct iw_buf clean;
    const struct iw_binding *password = iw_bindings_get(watch->names, IW_SPAN("password"));
    iw_buf_init(&clean, NULL, 4 * RECEIVED_MAX);
    iw_redact(&clean, text, password == NULL ? NULL : &password->value, password != NULL);
    struct iw_span kept =
        clean.failed ? iw_span(NULL, 0) : iw_arena_copy(watch->arena, iw_buf_span(&clean));
    iw_buf_release(&clean);
    return kept;
}

void iw_watch_fault(struct iw_watch *watch, enum iw_verdict verdict, const struct iw_place *place,
                    struct iw_span expected, struct iw_span received, const char *text)
{
    struct iw_finding *finding = &watch->finding;
    if (finding->verdict != IW_PASS)
        return;
    finding->verdict = verdict;
    if (place != NULL)
        finding->place = *place;
    if (expected.data != NULL)
        finding->expected = iw_arena_copy(watch->arena, expected);
    if (received.data != NULL)
        finding->received = without_password(watch, iw_span_part(received, 0, RECEIVED_MAX));
    finding->text = iw_arena_copy(watch->arena, iw_span_of(text));
}

static void fail_then(struct iw_watch *watch, const char *expected, struct iw_span received,
                      const char *text)
{
    iw_watch_fault(watch, iw_verdict_of_level(watch->scenario->level), &watch->scenario->then.place,
                   iw_span_of(expected), received, text);
}

static bool matches(const struct iw_watch *watch, const struct iw_wanted *wanted,
                    const struct iw_seen *seen)
{
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, watch->arena->cap);
    struct iw_bindings bindings = {.arena = &arena};
    struct iw_mismatch mismatch;
    bool same = iw_wanted_matches(wanted, seen, &bindings, &mismatch);
    iw_arena_release(&arena);
    return same;
}

static void fail_syntax(struct iw_watch *watch, const struct iw_watched *command)
{
    char text[TEXT_SIZE];
    const char *wanted = command->syntax->expected;
    snprintf(text, sizeof text, "out of sync: at octet %zu of the command %s was expected",
             command->syntax->offset, wanted == NULL ? "something else" : wanted);
    fail_then(watch, "a command that parses", command->seen->octets, text);
}

static void watch_sync(struct iw_watch *watch, const struct iw_watched *command)
{
    struct iw_span received = command->seen->octets;
    if (command->syntax != NULL)
        fail_syntax(watch, command);
    else if (!command->fresh_tag)
        fail_then(watch, "a fresh tag", received, "out of sync: the tag was used before");
    else if (!command->fits)
        fail_then(watch, "a command that fits the state", received,
                  "out of sync: the command is not allowed in this state");
}

void iw_watch_early(struct iw_watch *watch, struct iw_span announcement, bool troubled)
{
    if (watch->scenario != NULL && watch->scenario->then.in_sync && troubled)
        fail_then(watch, "silence until \"+\"", announcement,
                  "out of sync: octets came behind a literal's announcement before the \"+\"");
}

/* `never` and `count`. */
static void look_at(struct iw_watch *watch, const struct iw_seen *seen)
{
    const struct iw_scenario *scenario = watch->scenario;
    if (scenario == NULL)
        return;
    for (size_t i = 0; i < scenario->then.never_count; i++) {
        const struct iw_then_command *never = &scenario->then.never[i];
        if (matches(watch, &watch->never[i], seen))
            iw_watch_fault(watch, iw_verdict_of_level(scenario->level), &never->place,
                           iw_span(NULL, 0), seen->octets,
                           "the client sent what it must never send here");
    }
    for (size_t i = 0; i < scenario->then.count_count; i++)
        watch->counts[i] += matches(watch, &watch->counted[i], seen);
}

void iw_watch_ask(struct iw_watch *watch, const struct iw_seen *seen)
{
    look_at(watch, seen);
}

void iw_watch_command(struct iw_watch *watch, const struct iw_watched *command)
{
    look_at(watch, command->seen);
    if (watch->scenario != NULL && watch->scenario->then.in_sync && command->troubled)
        watch_sync(watch, command);
}

static struct iw_span tell_count(const struct iw_watch *watch, unsigned came, unsigned wanted)
{
    char text[TEXT_SIZE];
    int length = snprintf(text, sizeof text, "the client sent this %u time%s and not %u", came,
                          came == 1 ? "" : "s", wanted);
    return iw_arena_copy(watch->arena, iw_span(text, (size_t)length));
}

struct iw_finding iw_watch_judge(const struct iw_watch *watch)
{
    struct iw_finding finding = watch->finding;
    const struct iw_then *then = watch->scenario == NULL ? NULL : &watch->scenario->then;
    for (size_t i = 0; then != NULL && i < then->count_count; i++) {
        if (finding.verdict != IW_PASS || watch->counts[i] == then->counts[i].n)
            continue;
        finding.verdict = iw_verdict_of_level(watch->scenario->level);
        finding.place = then->counts[i].place;
        finding.expected = then->counts[i].line.text;
        finding.text = tell_count(watch, watch->counts[i], then->counts[i].n);
    }
    return finding;
}
