/* SPDX-License-Identifier: MIT */
/* Loading scenarios: good files become what they say, bad ones are refused at the right place. */
#include "script/load.h"

#include "script/files.h"
#include "script/lint.h"
#include "script/members.h"
#include "script/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <unistd.h>

#define GOLDEN              IW_SOURCE_DIR "/tests/golden/scenarios"
#define SPAN_IS(span, text) assert_true(iw_span_equal(span, iw_span_of(text)))

/* --- memory that runs out: the linker turns base/alloc.c's realloc into ours --- */

static size_t allocations_left = SIZE_MAX;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool may_allocate(void)
{
    if (allocations_left == 0)
        return false;
    allocations_left -= allocations_left == SIZE_MAX ? 0 : 1;
    return true;
}

void *__wrap_realloc(void *old, size_t size)
{
    return may_allocate() ? __real_realloc(old, size) : NULL;
}

static void *json_allocate(size_t size)
{
    return may_allocate() ? malloc(size) : NULL;
}

/* --- what is no file --- */

static void test_what_cannot_be_read(void **state)
{
    struct iw_diagnostic found;
    (void)state;
    assert_null(iw_scenario_load(GOLDEN "/no-such-file.json", &found));
    assert_non_null(strstr(found.message, "No such file"));
    assert_int_equal(found.place.line, 0);
    assert_null(iw_scenario_load(GOLDEN, &found));
    assert_non_null(strstr(found.message, "it is no file"));
    char large[] = "/tmp/iw-large-XXXXXX";
    int file = mkstemp(large);
    assert_true(file >= 0 && ftruncate(file, (32 << 20) + 1) == 0 && close(file) == 0);
    assert_null(iw_scenario_load(large, &found));
    assert_non_null(strstr(found.message, "it is too large"));
    unlink(large);
}

/* --- good files --- */

static struct iw_scenario *load_good(const char *name)
{
    struct iw_diagnostic found;
    char path[512];
    snprintf(path, sizeof path, "%s/good/%s.json", GOLDEN, name);
    struct iw_scenario *scenario = iw_scenario_load(path, &found);
    if (scenario == NULL)
        fail_msg("%s:%u:%u: %s", name, found.place.line, found.place.column, found.message);
    return scenario;
}

static void test_members_of_a_scenario(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    assert_string_equal(s->id, "good/everything");
    assert_non_null(strstr(s->root, "/tests/golden/scenarios"));
    SPAN_IS(s->title, "Every construct of a dialogue once");
    SPAN_IS(s->why, "So that the loader's tables are walked.");
    assert_int_equal(s->covers.count, 2);
    SPAN_IS(s->covers.items[1], "CL-RSP-07");
    assert_int_equal(s->level, IW_LEVEL_MUST_NOT);
    assert_true(s->has_level);
    SPAN_IS(s->refs.items[0], "RFC 9051 §7.1");
    SPAN_IS(s->trigger, "derived");
    SPAN_IS(s->group, "state");
    SPAN_IS(s->needs.items[1], "second-user");
    SPAN_IS(s->profile, "rev1");
    assert_true(s->illegal && s->ordered);
    assert_int_equal(s->starts[1], IW_START_DIALOGUE);
    assert_int_equal(s->starts[2], IW_START_SELECTED);
    assert_int_equal(s->starts[3], IW_START_AUTHENTICATED);
    assert_int_equal(s->tasks.count, 2);
    SPAN_IS(s->tasks.items[0], "flag INBOX 1 \\Flagged");
    SPAN_IS(s->engine.items[1], "NOOP");
    iw_scenario_free(s);
}

static void test_members_of_given(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    const struct iw_given *given = &s->given;
    assert_int_equal(given->user_count, 2);
    SPAN_IS(given->users[1].name, "other");
    SPAN_IS(given->users[1].password, "word");
    assert_int_equal(given->mailbox_count, 2);
    SPAN_IS(given->mailboxes[0].name, "INBOX");
    assert_int_equal(given->mailboxes[0].count, 3);
    SPAN_IS(given->mailboxes[0].messages[0].file, "plain.eml");
    assert_null(given->mailboxes[0].messages[0].flags.data);
    SPAN_IS(given->mailboxes[0].messages[1].flags, "\\Seen \\Flagged");
    SPAN_IS(given->mailboxes[0].messages[1].date, "07-Feb-1994 21:52:25 -0800");
    SPAN_IS(given->mailboxes[0].messages[2].flags, "\\Draft");
    assert_int_equal(given->mailboxes[1].count, 2);
    assert_int_equal(given->acl.count, 3);
    SPAN_IS(given->acl.items[0].mailbox, "M/sub");
    SPAN_IS(given->acl.items[1].name, "anyone");
    SPAN_IS(given->acl.items[2].value, "r");
    assert_int_equal(given->quota.count, 1);
    SPAN_IS(given->quota.items[0].name, "STORAGE");
    SPAN_IS(given->quota.items[0].value, "512");
    assert_int_equal(given->metadata.count, 1);
    assert_int_equal(given->metadata.items[0].mailbox.length, 0);
    SPAN_IS(given->capability[0], "IMAP4rev1 STARTTLS");
    SPAN_IS(given->capability[1], "IMAP4rev1 IDLE");
    SPAN_IS(given->capability[2], "IMAP4rev1 AUTH=PLAIN");
    SPAN_IS(given->capability[3], "IMAP4rev1 IDLE"); /* as without TLS */
    SPAN_IS(given->tls.mode, "starttls");
    iw_scenario_free(s);
}

static void test_members_of_then(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    assert_int_equal(s->then.client, IW_CLIENT_ANY);
    assert_true(s->then.in_sync);
    assert_int_equal(s->then.place.line, 65);
    assert_int_equal(s->then.never_count, 1);
    SPAN_IS(s->then.never[0].line.text, "LOGIN ${...}");
    assert_int_equal(s->then.count_count, 2);
    SPAN_IS(s->then.counts[0].line.text, "LOGOUT");
    assert_int_equal(s->then.counts[0].n, 1);
    assert_int_equal(s->then.counts[1].n, 0);
    assert_int_equal(s->then.peak_mb, 64);
    assert_int_equal(s->then.within_ms, 60000);
    iw_scenario_free(s);
    s = load_good("store-after-examine");
    assert_int_equal(s->then.client, IW_CLIENT_UNSAID);
    assert_int_equal(s->then.place.line, 0);
    assert_false(s->illegal || s->ordered);
    iw_scenario_free(s);
}

static void test_lines_among_the_steps(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    const struct iw_step *steps = s->dialogue.items;
    assert_int_equal(s->dialogue.count, 27);
    assert_int_equal(steps[7].kind, IW_STEP_LINE);
    assert_int_equal(steps[7].side, IW_SIDE_CLIENT);
    SPAN_IS(steps[7].line.label, "a");
    SPAN_IS(steps[7].line.text, "FETCH ${n1} (FLAGS)");
    assert_int_equal(steps[9].conn, 2);
    SPAN_IS(steps[10].line.text, "* 1 FETCH (BODY[] ${literal:plain.eml} FLAGS (${flag}))");
    SPAN_IS(steps[10].place.pointer, "/dialogue/10");
    assert_int_equal(steps[10].place.line, 46);
    assert_int_equal(steps[10].place.column, 5);
    assert_int_equal(steps[12].line.mark, IW_MARK_MAYBE);
    assert_int_equal(steps[13].line.mark, IW_MARK_EXACT);
    iw_scenario_free(s);
}

static void test_steps_that_are_no_lines(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    const struct iw_step *steps = s->dialogue.items;
    assert_int_equal(steps[3].kind, IW_STEP_TLS);
    assert_int_equal(steps[3].conn, 1);
    assert_int_equal(steps[6].kind, IW_STEP_COMPRESS);
    assert_int_equal(steps[14].kind, IW_STEP_DELAY);
    SPAN_IS(steps[14].ms, "20");
    assert_int_equal(steps[15].kind, IW_STEP_SILENT);
    assert_int_equal(steps[15].side, IW_SIDE_CLIENT);
    SPAN_IS(steps[15].ms, "500");
    assert_int_equal(steps[24].kind, IW_STEP_ASSERT);
    SPAN_IS(steps[24].text, "${n1} = 1");
    assert_int_equal(steps[25].kind, IW_STEP_CLOSE);
    assert_true(steps[25].maybe);
    assert_int_equal(steps[25].conn, 2);
    SPAN_IS(steps[25].close, "fin");
    assert_false(steps[26].maybe);
    SPAN_IS(steps[26].close, "rst");
    iw_scenario_free(s);
}

static void test_send_with_all_its_harm(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    const struct iw_step *step = &s->dialogue.items[16];
    assert_int_equal(step->kind, IW_STEP_SEND);
    assert_int_equal(step->send.count, 2);
    SPAN_IS(step->send.steps[0].line.text, "* 3 EXISTS");
    assert_int_equal(step->send.steps[1].line.mark, IW_MARK_EXACT);
    SPAN_IS(step->send.cutting.cut, "-2");
    assert_int_equal(step->send.cutting.split_count, 3);
    SPAN_IS(step->send.cutting.split[1], "${n}");
    SPAN_IS(step->send.cutting.dribble, "1");
    SPAN_IS(step->send.cutting.every_ms, "5");
    SPAN_IS(step->send.cutting.close, "half");
    iw_scenario_free(s);
    s = load_good("bye-in-literal");
    step = s->rules[0].play.items;
    assert_int_equal(step->send.steps[0].kind, IW_STEP_ENGINE);
    assert_null(step->send.steps[0].text.data);
    assert_null(step->send.cutting.close.data);
    SPAN_IS(step[2].close, "${how}");
    iw_scenario_free(s);
}

static void test_the_world_changes(void **state)
{
    static const struct {
        enum iw_world_change change;
        const char *argument;
    } rows[] = {
        {IW_WORLD_DELIVER, "mixed.eml"}, {IW_WORLD_EXPUNGE, "1:2"}, {IW_WORLD_FLAGS, "1:*"},
        {IW_WORLD_UIDVALIDITY, "7"},     {IW_WORLD_UIDNEXT, "70"},  {IW_WORLD_QUOTA, "10"},
        {IW_WORLD_RENAME, "OUTBOX"},
    };
    (void)state;
    struct iw_scenario *s = load_good("everything");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct iw_step *step = &s->dialogue.items[17 + i];
        assert_int_equal(step->kind, IW_STEP_MAILBOX);
        SPAN_IS(step->world.mailbox, "INBOX");
        assert_int_equal(step->world.change, rows[i].change);
        SPAN_IS(step->world.argument, rows[i].argument);
    }
    SPAN_IS(s->dialogue.items[19].world.flags, "+\\Flagged");
    iw_scenario_free(s);
}

static void test_rules(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("rules");
    const struct iw_rule *rules = s->rules;
    assert_int_equal(s->rule_count, 7);
    assert_int_equal(rules[0].event, IW_ON_CONNECT);
    assert_int_equal(rules[0].nth, 2);
    assert_int_equal(rules[0].play.items[1].kind, IW_STEP_ENGINE);
    assert_int_equal(rules[1].event, IW_ON_LINE);
    assert_int_equal(rules[1].conn, 1);
    SPAN_IS(rules[1].user, "user");
    SPAN_IS(rules[1].on.text, "EXAMINE ${m}");
    SPAN_IS(rules[1].play.items[0].text, "SELECT ${m}");
    assert_int_equal(rules[2].conn, 0);
    assert_int_equal(rules[2].during_count, 2);
    SPAN_IS(rules[2].during[0].line.text, "EXAMINE");
    SPAN_IS(rules[2].during[1].line.text, "SELECT ${_}");
    assert_int_equal(rules[3].conn, 2);
    assert_int_equal(rules[3].play.count, 2);
    assert_false(rules[4].has_play);
    SPAN_IS(rules[4].changes[0].name, "n");
    SPAN_IS(rules[4].changes[0].text, "4294967295");
    assert_true(rules[5].has_play);
    assert_int_equal(rules[5].play.count, 0);
    assert_int_equal(rules[5].place.line, 8);
    assert_int_equal(rules[6].on.mark, IW_MARK_EXACT);
    iw_scenario_free(s);
}

static void test_variants_are_the_product(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    assert_int_equal(iw_scenario_variants(s), 6);
    SPAN_IS(iw_scenario_vary(s, 0, 0), "\\Seen");
    SPAN_IS(iw_scenario_vary(s, 0, 1), "-1");
    SPAN_IS(iw_scenario_vary(s, 2, 1), "1");
    SPAN_IS(iw_scenario_vary(s, 3, 0), "\\Flagged");
    SPAN_IS(iw_scenario_vary(s, 3, 1), "-1");
    SPAN_IS(iw_scenario_vary(s, 5, 1), "1");
    assert_null(iw_scenario_vary(s, 0, 2).data);
    iw_scenario_free(s);
    struct iw_diagnostic found;
    struct iw_span three = IW_SPAN("{\"title\": \"t\", \"dialogue\": [], \"vary\": "
                                   "{\"a\": [1, 2], \"b\": \"1..3\", \"c\": [\"x\", \"y\"]}}");
    s = iw_scenario_parse(three, "three.json", NULL, &found);
    assert_int_equal(iw_scenario_variants(s), 12);
    SPAN_IS(iw_scenario_vary(s, 7, 0), "2");
    SPAN_IS(iw_scenario_vary(s, 7, 1), "1");
    SPAN_IS(iw_scenario_vary(s, 7, 2), "y");
    SPAN_IS(iw_scenario_vary(s, 11, 1), "3");
    iw_scenario_free(s);
    s = load_good("modseq");
    assert_int_equal(iw_scenario_variants(s), 1);
    iw_scenario_free(s);
}

/* plain.eml is stored with LF, mixed.eml with both; what is no message stays as it is. */
static void test_messages_have_crlf(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    struct iw_span plain = iw_scenario_file(s, IW_SPAN("plain.eml"));
    assert_non_null(plain.data);
    for (size_t i = 0; i < plain.length; i++)
        if (plain.data[i] == '\n')
            assert_true(i > 0 && plain.data[i - 1] == '\r');
    SPAN_IS(iw_scenario_file(s, IW_SPAN("mixed.eml")), "Subject: two lines\r\n\r\nbody\r\n");
    SPAN_IS(iw_scenario_file(s, IW_SPAN("raw.bin")), "raw\nbytes");
    assert_null(iw_scenario_file(s, IW_SPAN("other.eml")).data);
    assert_int_equal(s->file_count, 5);
    iw_scenario_free(s);
}

/* An empty line ends the header; where there is none, one is added. */
static void test_messages_may_be_lines(void **state)
{
    (void)state;
    struct iw_scenario *s = load_good("everything");
    const struct iw_given_message *messages = s->given.mailboxes[1].messages;
    SPAN_IS(iw_scenario_file(s, messages[0].file), "Subject: no end\r\n\r\n");
    SPAN_IS(iw_scenario_file(s, messages[1].file), "Subject: x\r\n\r\na\r\n\r\n");
    iw_scenario_free(s);
}

static void test_a_scenario_from_memory(void **state)
{
    struct iw_diagnostic found;
    (void)state;
    struct iw_span with_file =
        IW_SPAN("{\"title\": \"t\", \"dialogue\": [\"C: APPEND M ${literal:plain.eml}\"]}");
    assert_null(iw_scenario_parse(with_file, "a/b.json", NULL, &found));
    assert_non_null(strstr(found.message, "no messages/ folder"));
    struct iw_scenario *s = iw_scenario_parse(with_file, "a/b.json", GOLDEN, &found);
    assert_non_null(s);
    assert_string_equal(s->id, "b");
    assert_string_equal(s->path, "a/b.json");
    assert_string_equal(s->root, GOLDEN);
    assert_int_equal(s->level, IW_LEVEL_DEF);
    assert_false(s->has_level);
    iw_scenario_free(s);
}

/* --- lines --- */

static void test_line_grammar(void **state)
{
    static const struct {
        const char *text;
        enum iw_side side;
        enum iw_mark mark;
        unsigned conn;
        const char *label, *rest;
    } rows[] = {
        {"C: NOOP", IW_SIDE_CLIENT, IW_MARK_PLAIN, 1, NULL, "NOOP"},
        {"S2! b: * ${_} EXPUNGE", IW_SIDE_SERVER, IW_MARK_NEVER, 2, "b", "* ${_} EXPUNGE"},
        {"S!: +", IW_SIDE_SERVER, IW_MARK_NEVER, 1, NULL, "+"},
        {"S?: * OK", IW_SIDE_SERVER, IW_MARK_MAYBE, 1, NULL, "* OK"},
        {"C?: ID NIL", IW_SIDE_CLIENT, IW_MARK_MAYBE, 1, NULL, "ID NIL"},
        {"S=:  two blanks ", IW_SIDE_SERVER, IW_MARK_EXACT, 1, NULL, " two blanks "},
        {"C=:", IW_SIDE_CLIENT, IW_MARK_EXACT, 1, NULL, ""},
        {"C=: ", IW_SIDE_CLIENT, IW_MARK_EXACT, 1, NULL, ""},
        {"S9 last1: OK", IW_SIDE_SERVER, IW_MARK_PLAIN, 9, "last1", "OK"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_line line;
        if (iw_line_parse(iw_span_of(rows[i].text), &line, NULL) != IW_OK)
            fail_msg("row %zu: refused", i);
        if (line.side != rows[i].side || line.mark != rows[i].mark || line.conn != rows[i].conn ||
            (line.label.data == NULL) != (rows[i].label == NULL) || line.text.data == NULL ||
            !iw_span_equal(line.label, iw_span_of(rows[i].label)) ||
            !iw_span_equal(line.text, iw_span_of(rows[i].rest)))
            fail_msg("row %zu: read otherwise", i);
    }
}

static void test_lines_that_are_none(void **state)
{
    static const struct {
        const char *text;
        size_t offset;
    } rows[] = {
        {"", 0},       {"X: A", 0},   {" C: A", 0},   {"c: A", 0},     {"C0: A", 1},
        {"C!: A", 1},  {"S!?: A", 2}, {"S :A", 2},    {"S a b: A", 3}, {"S", 1},
        {"S12: A", 2}, {"S a", 3},    {"S a!: A", 3}, {"S:A", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_line line;
        struct iw_error error = {.code = IW_OK};
        enum iw_result result = iw_line_parse(iw_span_of(rows[i].text), &line, &error);
        if (result != IW_SYNTAX || error.offset != rows[i].offset || error.expected == NULL)
            fail_msg("row %zu: result %d, offset %zu", i, (int)result, error.offset);
    }
}

static void test_steps_from_lines(void **state)
{
    static const char *const lines[] = {"C: NOOP", "S2=: OK"};
    struct iw_arena arena;
    (void)state;
    iw_arena_init(&arena, NULL, 1 << 16);
    struct iw_steps steps = iw_steps_from_lines(lines, 2, &arena);
    assert_int_equal(steps.count, 2);
    assert_int_equal(steps.items[1].kind, IW_STEP_LINE);
    assert_int_equal(steps.items[1].side, IW_SIDE_SERVER);
    assert_int_equal(steps.items[1].conn, 2);
    SPAN_IS(steps.items[1].line.text, "OK");
    iw_arena_release(&arena);
    iw_arena_init(&arena, NULL, 1);
    assert_int_equal(iw_steps_from_lines(lines, 2, &arena).count, 0);
    iw_arena_release(&arena);
}

/* --- files cut short, memory that ends --- */

static const char *const good_files[] = {
    "store-after-examine", "bye-in-literal", "status-space", "modseq", "everything", "rules"};

static struct iw_span read_good(const char *name, struct iw_arena *arena)
{
    char path[512];
    const char *why = "";
    snprintf(path, sizeof path, "%s/good/%s.json", GOLDEN, name);
    struct iw_span text = iw_load_file(path, arena, &why);
    if (text.data == NULL)
        fail_msg("%s: %s", path, why);
    return text;
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_files / sizeof *good_files; i++) {
        struct iw_arena arena;
        iw_arena_init(&arena, NULL, 1 << 20);
        struct iw_span text = read_good(good_files[i], &arena);
        while (text.length > 0 && text.data[text.length - 1] == '\n')
            text.length--;
        for (size_t length = 0; length < text.length; length++) {
            struct iw_diagnostic found;
            char *cut = malloc(length == 0 ? 1 : length); /* exact, for the sanitizer */
            assert_non_null(cut);
            memcpy(cut, text.data, length);
            struct iw_scenario *s = iw_scenario_parse(iw_span(cut, length), "x", GOLDEN, &found);
            if (s != NULL || found.message[0] == '\0' || found.place.line == 0)
                fail_msg("%s cut at %zu", good_files[i], length);
            free(cut);
        }
        iw_arena_release(&arena);
    }
}

/* Jansson takes a token that it has no memory for as a syntax error. */
static bool blames_memory(const char *message)
{
    return strstr(message, "memory") != NULL || strstr(message, "too large") != NULL ||
           strstr(message, "not valid JSON") != NULL;
}

static void test_memory_may_end_anywhere(void **state)
{
    (void)state;
    json_set_alloc_funcs(json_allocate, free);
    for (size_t i = 0; i < sizeof good_files / sizeof *good_files; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/good/%s.json", GOLDEN, good_files[i]);
        struct iw_scenario *scenario = NULL;
        size_t limit = 0;
        for (; scenario == NULL && limit < 10000; limit++) {
            struct iw_diagnostic found;
            allocations_left = limit;
            scenario = iw_scenario_load(path, &found);
            allocations_left = SIZE_MAX;
            if (scenario == NULL && !blames_memory(found.message))
                fail_msg("%s, allocation %zu: %s", good_files[i], limit, found.message);
        }
        assert_non_null(scenario);
        assert_true(limit > 10);
        iw_scenario_free(scenario);
    }
    json_set_alloc_funcs(malloc, free);
}

static void ignore(void *context, const struct iw_diagnostic *diagnostic)
{
    (void)context;
    (void)diagnostic;
}

/* The second variant is illegal. */
static const char illegal_variant[] =
    "{\"title\": \"t\", \"vary\": {\"set\": [\"1 2\", \"1,,2\"]},"
    " \"rules\": [{\"on\": \"C: SEARCH\", \"play\": [\"S: * SEARCH ${set}\", \"S: OK\"]}]}";

/* Never "clean" because memory ended. */
static void test_lint_without_memory(void **state)
{
    struct iw_diagnostic wrong;
    (void)state;
    struct iw_scenario *bad =
        iw_scenario_parse(iw_span_of(illegal_variant), "bad.json", NULL, &wrong);
    struct iw_scenario *good = load_good("everything");
    assert_non_null(bad);
    size_t findings = 1;
    for (size_t limit = 0; findings > 0 && limit < 10000; limit++) {
        allocations_left = limit;
        size_t found = iw_lint(bad, NULL, ignore, NULL);
        allocations_left = limit;
        findings = iw_lint(good, NULL, ignore, NULL);
        allocations_left = SIZE_MAX;
        if (found == 0)
            fail_msg("clean after %zu allocations", limit);
    }
    assert_int_equal(findings, 0);
    iw_scenario_free(bad);
    iw_scenario_free(good);
}

/* --- the schema --- */

static const struct iw_json *schema_keys(const struct iw_json *schema, const char *object)
{
    const struct iw_json *definitions = iw_json_member(schema, "$defs");
    return iw_json_member(iw_json_member(definitions, object), "properties");
}

static void test_the_schema_knows_the_same_keys(void **state)
{
    struct iw_arena arena;
    struct iw_json_error error;
    const char *why = "";
    (void)state;
    iw_arena_init(&arena, NULL, 16 << 20);
    struct iw_span text = iw_load_file(IW_SOURCE_DIR "/scenarios/schema.json", &arena, &why);
    const struct iw_json *schema = iw_json_parse(text, &arena, &error);
    assert_non_null(schema);
    for (size_t i = 0; iw_scenario_objects[i] != NULL; i++) {
        const struct iw_object *object = iw_scenario_objects[i];
        const struct iw_json *keys = schema_keys(schema, object->name);
        size_t count = 0;
        for (; object->members[count].key != NULL; count++)
            if (iw_json_member(keys, object->members[count].key) == NULL)
                fail_msg("schema.json: %s lacks \"%s\"", object->name, object->members[count].key);
        if (keys->count != count)
            fail_msg("schema.json: %s has %zu keys, the loader %zu", object->name, keys->count,
                     count);
    }
    iw_arena_release(&arena);
}

/* Whatever the loader knows, the writer writes: both files together have every member. */
static void test_every_member_is_written(void **state)
{
    static const char *const files[] = {"everything", "rules", "modseq", "wire"};
    struct iw_buf text;
    (void)state;
    iw_buf_init(&text, NULL, 1 << 20);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct iw_scenario *s = load_good(files[i]);
        iw_scenario_write(s, &text);
        iw_scenario_free(s);
    }
    for (size_t i = 0; iw_scenario_objects[i] != NULL; i++) {
        const struct iw_object *object = iw_scenario_objects[i];
        for (const struct iw_member *member = object->members; member->key != NULL; member++) {
            char key[64];
            snprintf(key, sizeof key, "\"%s\": ", member->key);
            if (strstr(iw_buf_string(&text), key) == NULL)
                fail_msg("%s: \"%s\" is not written", object->name, member->key);
        }
    }
    iw_buf_release(&text);
}

/* A file fits a buffer of its size, and no smaller one; a folder is no file. */
static void test_whole_files_have_a_cap(void **state)
{
    static const char path[] = IW_SOURCE_DIR "/scenarios/schema.json";
    const char *why = "";
    struct iw_buf whole, capped;
    (void)state;
    iw_buf_init(&whole, NULL, SIZE_MAX / 2);
    assert_true(iw_read_file(path, &whole, &why));
    for (size_t missing = 0; missing < 2; missing++) {
        iw_buf_init(&capped, NULL, iw_buf_span(&whole).length - missing);
        assert_int_equal(iw_read_file(path, &capped, &why), missing == 0);
        iw_buf_release(&capped);
    }
    assert_string_equal(why, "it is too large");
    assert_false(iw_read_file(IW_SOURCE_DIR, &whole, &why));
    assert_string_equal(why, strerror(EISDIR));
    iw_buf_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_files_have_a_cap),
        cmocka_unit_test(test_what_cannot_be_read),
        cmocka_unit_test(test_members_of_a_scenario),
        cmocka_unit_test(test_members_of_given),
        cmocka_unit_test(test_members_of_then),
        cmocka_unit_test(test_lines_among_the_steps),
        cmocka_unit_test(test_steps_that_are_no_lines),
        cmocka_unit_test(test_send_with_all_its_harm),
        cmocka_unit_test(test_the_world_changes),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_variants_are_the_product),
        cmocka_unit_test(test_messages_have_crlf),
        cmocka_unit_test(test_messages_may_be_lines),
        cmocka_unit_test(test_a_scenario_from_memory),
        cmocka_unit_test(test_line_grammar),
        cmocka_unit_test(test_lines_that_are_none),
        cmocka_unit_test(test_steps_from_lines),
        cmocka_unit_test(test_a_file_cut_anywhere_is_refused),
        cmocka_unit_test(test_memory_may_end_anywhere),
        cmocka_unit_test(test_lint_without_memory),
        cmocka_unit_test(test_the_schema_knows_the_same_keys),
        cmocka_unit_test(test_every_member_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
