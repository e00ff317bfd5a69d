/* SPDX-License-Identifier: MIT */
/* Lint: what is fine, and where the border lies. What is wrong is golden (scenarios/bad/). */
#include "script/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#define GOLDEN IW_SOURCE_DIR "/tests/golden/scenarios"

struct findings {
    struct iw_diagnostic first;
    size_t count;
    bool in_order;
    unsigned line;
};

static void collect(void *context, const struct iw_diagnostic *diagnostic)
{
    struct findings *findings = context;
    if (findings->count++ == 0)
        findings->first = *diagnostic;
    findings->in_order = findings->in_order && diagnostic->place.line >= findings->line;
    findings->line = diagnostic->place.line;
}

static struct findings lint(const char *path, const struct iw_clauses *clauses)
{
    struct iw_diagnostic wrong;
    struct findings findings = {.in_order = true};
    struct iw_scenario *scenario = iw_scenario_load(path, &wrong);
    if (scenario == NULL)
        fail_msg("%s:%u:%u: %s", path, wrong.place.line, wrong.place.column, wrong.message);
    size_t count = iw_lint(scenario, clauses, collect, &findings);
    assert_int_equal(count, findings.count);
    iw_scenario_free(scenario);
    return findings;
}

static struct iw_clauses *load_clauses(void)
{
    struct iw_diagnostic wrong;
    struct iw_clauses *clauses = iw_clauses_load(IW_SOURCE_DIR "/scenarios/clauses.json", &wrong);
    if (clauses == NULL)
        fail_msg("clauses.json:%u:%u: %s", wrong.place.line, wrong.place.column, wrong.message);
    return clauses;
}

/* Calls back for every *.json of the folder, and returns how many there are. */
static size_t each_file(const char *folder, void (*visit)(const char *path, void *context),
                        void *context)
{
    size_t count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char path[1024];
        if (strstr(entry->d_name, ".json") == NULL)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        visit(path, context);
        count++;
    }
    closedir(directory);
    return count;
}

static void expect_clean(const char *path, void *context)
{
    struct findings findings = lint(path, context);
    if (findings.count != 0)
        fail_msg("%s:%u: %s", path, findings.first.place.line, findings.first.message);
}

static void test_good_files_have_none(void **state)
{
    (void)state;
    struct iw_clauses *clauses = load_clauses();
    assert_true(each_file(GOLDEN "/good", expect_clean, clauses) >= 8);
    iw_clauses_free(clauses);
}

static size_t lint_text(const char *json, struct findings *findings)
{
    struct iw_diagnostic wrong;
    struct iw_scenario *scenario = iw_scenario_parse(iw_span_of(json), "memory.json", NULL, &wrong);
    if (scenario == NULL)
        fail_msg("%s: %s", json, wrong.message);
    *findings = (struct findings){.in_order = true};
    iw_lint(scenario, NULL, collect, findings);
    iw_scenario_free(scenario);
    return findings->count;
}

/* Without a table nothing is said about clauses. */
static void test_no_clauses_no_findings_about_them(void **state)
{
    static const char *const members[] = {"\"covers\": [\"SEL-99\"]", "\"why\": \"none\"",
                                          "\"covers\": [\"SEL-10\"], \"level\": \"MUST\""};
    (void)state;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char json[200];
        struct findings findings;
        snprintf(json, sizeof json,
                 "{\"title\": \"t\", %s, \"dialogue\": [\"C: NOOP\", \"S: OK\"]}", members[i]);
        assert_int_equal(lint_text(json, &findings), 0);
    }
}

static void test_findings_come_in_the_order_of_the_file(void **state)
{
    struct findings findings;
    (void)state;
    size_t count = lint_text("{\"title\": \"t\",\n"
                             "\"dialogue\": [\"S!: * BYE\",\n"
                             "\"C: FETCH ${a} UID\",\n"
                             "\"S: * FLAGS x\",\n"
                             "\"S b: OK\",\n"
                             "\"C: FETCH (\"],\n"
                             "\"vary\": {\"n\": [\"1\"]}}",
                             &findings);
    assert_true(count >= 5);
    assert_true(findings.in_order);
}

/* Each member of a scenario in one row, and how many findings it makes. */
/* clang-format off */
static const struct {
    const char *member;
    size_t findings;
} borderline[] = {
    {"\"dialogue\": [\"C: FETCH 1 (FLAGS\", \"S: BAD\"]", 0},
    {"\"dialogue\": [\"C: FETCH 1 (FLAGS\", \"S: NO|BAD\"]", 0},
    {"\"dialogue\": [\"C: FETCH 1 (FLAGS\", \"S: OK [BAD-NAME]\"]", 1},
    {"\"dialogue\": [\"C a: FETCH 1 (FLAGS\", \"C b: NOOP\", \"S b: BAD\", \"S a: OK\"]", 1},
    {"\"dialogue\": [\"C a: FETCH 1 (FLAGS\", \"C b: NOOP\", \"S b: OK\", \"S a: BAD\"]", 0},
    {"\"dialogue\": [\"C: X-OWN a b\", \"S: OK\"]", 0},
    {"\"dialogue\": [\"C: AUTHENTICATE PLAIN\", \"S: +\", \"C=: *\", \"S: BAD\"]", 0},
    {"\"dialogue\": [\"C: LIST ${literal:''} ${literal+:'${M}'}\", \"S: OK\"]", 0},
    {"\"dialogue\": [\"C: NOOP\", {\"S\": {\"send\": [\"S: OK\"], \"split\": [1]}}]", 0},

    {"\"dialogue\": [\"C: NOOP\", \"S: * OK [UIDNEXT ${n}]\", \"S: OK\", \"C: FETCH ${n} "
     "UID\"]",
     0},
    {"\"dialogue\": [\"C: NOOP\", \"S: * OK [UIDNEXT ${n:number>v}]\", "
     "\"S: * OK [UIDVALIDITY ${v}]\", \"S: OK\"]",
     0},

    {"\"dialogue\": [\"C: FETCH 1 BODY[]\", \"S=: * 1 FETCH (BODY[] {3}\", \"S=: abc)\", \"S: "
     "OK\"]",
     0},
    {"\"dialogue\": [\"C: FETCH 1 BODY[]\", \"S=: * 1 FETCH (BODY[] {9}\", \"S=: abc)\", \"S: "
     "OK\"]",
     1},
    {"\"dialogue\": [\"C: NOOP\", \"S: OK [UIDNEXT x]\"]", 1},
    {"\"dialogue\": [\"C: NOOP\", \"S: OK|NO [UIDNEXT x]\"]", 1},
    {"\"dialogue\": [\"C: NOOP\", \"S: OK|NO [UIDNEXT 7]\"]", 0},

    {"\"dialogue\": [\"C: NOOP\", \"S!: * ${_} EXPUNGE\", \"S: OK|NO\"]", 0},
    {"\"dialogue\": [\"C: NOOP\", \"S!: * BYE\", {\"S\": {\"send\": [\"S: OK\"]}}]", 0},
    {"\"dialogue\": [\"C: NOOP\", \"S!: * BYE\", \"S!: OK\"]", 2},
    {"\"dialogue\": [\"C a: NOOP\", \"C b: NOOP\", \"S b: OK\", \"S a: OK\"]", 0},
    {"\"dialogue\": [\"C2 a: NOOP\", \"S a: OK\"]", 1},

    {"\"rules\": [{\"on\": \"C: FETCH\", \"nth\": 1, \"play\": []}, {\"on\": \"C: FETCH\", "
     "\"play\": []}]",
     0},
    {"\"rules\": [{\"on\": \"C: FETCH\", \"play\": []}, {\"on\": \"C: UID FETCH 1 UID\", "
     "\"play\": []}]",
     1},
    {"\"rules\": [{\"on\": \"C: UID FETCH\", \"play\": []}, {\"on\": \"C: FETCH\", \"play\": "
     "[]}]",
     0},
    {"\"rules\": [{\"on\": \"connect\", \"conn\": 1, \"play\": []}, {\"on\": \"connect\", "
     "\"play\": []}]",
     0},
    {"\"rules\": [{\"on\": \"connect\", \"play\": []}, {\"on\": \"connect\", \"conn\": 1, "
     "\"play\": []}]",
     1},
    {"\"rules\": [{\"on\": \"C: XLIST\", \"play\": []}, {\"on\": \"C: uid fetch\", \"play\": "
     "[]}]",
     0},
    {"\"rules\": [{\"on\": \"C: DONE\", \"play\": []}]", 1},
    {"\"rules\": [{\"on\": \"C=: DONE\", \"play\": []}]", 0},
    {"\"rules\": [{\"on\": \"S: * ${n} EXISTS\", \"play\": [\"S: * ${n+1} EXISTS\", \"S=: "
     "${line}\"]}]",
     0},
    {"\"rules\": [{\"on\": \"connect\", \"play\": [\"S=: ${line}\"]}]", 1},
};
/* clang-format on */

static void test_borderline_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof borderline / sizeof *borderline; i++) {
        char json[512];
        struct findings findings;
        snprintf(json, sizeof json, "{\"title\": \"t\", %s}", borderline[i].member);
        if (lint_text(json, &findings) != borderline[i].findings)
            fail_msg("row %zu: %zu findings: %s", i, findings.count, findings.first.message);
    }
}

static void test_what_may_be_covered(void **state)
{
    static const struct {
        const char *id;
        size_t findings;
    } rows[] = {
        {"QX-040", 0}, {"CVE-2021-32055", 0}, {"GHSA-rfq", 0}, {"EAST-reorder", 0},
        {"mutt-a", 0}, {"James-1", 0},        {"ABC-1", 1},    {"QX", 1},
        {"mutt", 1},   {"mutt-", 1},          {"", 1},         {"UPD-05x", 1},
    };
    (void)state;
    struct iw_clauses *clauses = load_clauses();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char json[256];
        struct findings findings = {.in_order = true};
        struct iw_diagnostic wrong;
        snprintf(json, sizeof json,
                 "{\"title\": \"t\", \"dialogue\": [\"C: NOOP\"], \"covers\": [\"%s\"]}",
                 rows[i].id);
        struct iw_scenario *scenario = iw_scenario_parse(iw_span_of(json), "x", NULL, &wrong);
        assert_non_null(scenario);
        if (iw_lint(scenario, clauses, collect, &findings) != rows[i].findings)
            fail_msg("row %zu: %s", i, rows[i].id);
        iw_scenario_free(scenario);
    }
    iw_clauses_free(clauses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_files_have_none),
        cmocka_unit_test(test_no_clauses_no_findings_about_them),
        cmocka_unit_test(test_findings_come_in_the_order_of_the_file),
        cmocka_unit_test(test_borderline_cases),
        cmocka_unit_test(test_what_may_be_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
