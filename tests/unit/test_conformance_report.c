/* SPDX-License-Identifier: MIT */
/* One stream of results into every format; hostile texts stay texts. */
#include "conformance/results.h"
#include "script/files.h"
#include "script/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOSTILE "]]><b a='\"&\x01\x1b[31m\xff\n# skip"

static const struct iw_run run = {.command = "check-server",
                                  .target = "imap://alice@127.0.0.1:143/",
                                  .again_before = "imapwright check-server imap://alice@x/",
                                  .again_after = ""};

static struct iw_span clause_text = {"SEL-10", 6};
static const struct iw_clause clause = {.id = {"SEL-10", 6},
                                        .rfc = {"9051 \xc2\xa7"
                                                "6.3.3",
                                                12},
                                        .level = IW_LEVEL_MUST,
                                        .requirement = {"nothing <changes>", 17}};
static const struct iw_scenario scenario = {.level = IW_LEVEL_MUST, .covers = {&clause_text, 1}};

static const struct iw_case_result cases[] = {
    {"server/a", IW_PASS, &scenario, &clause, 12, "", "", "", "", "", "", ""},
    {"server/b[n=1]", IW_FAILED, &scenario, &clause, 1500, HOSTILE, "S: " HOSTILE, HOSTILE,
     "b.json:3:5", "/dialogue/1", "a | b   <- differs\n", "  0.000 C1: " HOSTILE "\n"},
    {"server/c", IW_SKIP, &scenario, &clause, 0, "needs " HOSTILE, "", "", "", "", "", ""},
    {"server/d", IW_XFAIL, &scenario, NULL, 0, "known", "", "", "", "", "", ""},
    {"server/e", IW_BLOCKED, &scenario, &clause, 0, "blocked", "", "", "", "", "", ""},
    {"server/f", IW_WEAK, &scenario, &clause, 0, "weak", "", "", "", "", "", ""},
};

static const struct iw_mutant_result mutants[] = {
    {"mutants/m", "server/a", true, "seen", NULL, 0},
    {"mutants/n", "server/a", false, "not " HOSTILE, NULL, 0},
};

/* Runs the results through one report; the file's text goes to out. */
static int write_report(const struct iw_report_calls *calls, size_t first, size_t count,
                        size_t mutant_count, bool strict, struct iw_buf *out)
{
    char path[] = "/tmp/iw-report-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct iw_results results;
    struct iw_run strict_run = run;
    strict_run.strict = strict;
    iw_results_init(&results, &strict_run);
    assert_int_equal(iw_results_add(&results, calls, path, NULL), IW_OK);
    iw_results_begin(&results);
    for (size_t i = first; i < first + count; i++)
        iw_results_case(&results, &cases[i]);
    for (size_t i = 0; i < mutant_count; i++)
        iw_results_mutant(&results, &mutants[i]);
    const int status = iw_results_end(&results, 2345);
    const char *why;
    assert_true(iw_read_file(path, out, &why));
    unlink(path);
    return status;
}

static void expect_text(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in\n%s", part, text);
}

static void test_exit_status(void **state)
{
    (void)state;
    static const struct {
        size_t first, count, mutants;
        bool strict;
        int status;
    } rows[] = {
        {0, 0, 0, false, 0}, {0, 1, 0, false, 0}, {1, 1, 0, false, 1}, {2, 1, 0, false, 0},
        {3, 1, 0, false, 0}, {4, 1, 0, false, 1}, {5, 1, 0, false, 0}, {5, 1, 0, true, 1},
        {0, 1, 1, false, 0}, {0, 1, 2, false, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 1 << 20);
        const int status = write_report(&iw_report_tap, rows[i].first, rows[i].count,
                                        rows[i].mutants, rows[i].strict, &out);
        if (status != rows[i].status)
            fail_msg("row %zu: %d", i, status);
        iw_buf_release(&out);
    }
}

/* Set-up that failed, and an interrupted run, are 2 whatever else there is. */
static void test_exit_setup(void **state)
{
    (void)state;
    struct iw_results results;
    iw_results_init(&results, &run);
    iw_results_case(&results, &cases[1]);
    iw_results_unusable(&results, "target", IW_TIMED_OUT, "silent");
    assert_int_equal(iw_results_end(&results, 0), 2);
    iw_results_init(&results, &run);
    results.summary.interrupted = true;
    assert_int_equal(iw_results_end(&results, 0), 2);
}

static const struct iw_json *member(const struct iw_json *json, const char *key)
{
    const struct iw_json *found = iw_json_member(json, key);
    if (found == NULL)
        fail_msg("no member %s", key);
    return found;
}

static void test_json(void **state)
{
    (void)state;
    struct iw_buf out;
    struct iw_arena arena;
    iw_buf_init(&out, NULL, 1 << 20);
    iw_arena_init(&arena, NULL, 1 << 24);
    write_report(&iw_report_json, 0, 6, 2, false, &out);
    struct iw_json_error error = {0};
    const struct iw_json *json = iw_json_parse(iw_buf_span(&out), &arena, &error);
    if (json == NULL)
        fail_msg("%u:%u: %s\n%s", error.place.line, error.place.column, error.message,
                 iw_buf_string(&out));
    assert_string_equal(member(json, "target")->text.data, "imap://alice@127.0.0.1:143/");
    assert_true(member(json, "seconds")->real > 2.344 && member(json, "seconds")->real < 2.346);
    assert_int_equal(member(member(json, "summary"), "pass")->integer, 1);
    assert_int_equal(member(member(json, "summary"), "crash")->integer, 0);
    const struct iw_json *list = member(json, "cases");
    assert_int_equal(list->count, 6);
    const struct iw_json *failed = list->child->next;
    assert_string_equal(member(failed, "id")->text.data, "server/b[n=1]");
    assert_string_equal(member(failed, "verdict")->text.data, "fail");
    assert_string_equal(member(failed, "level")->text.data, "MUST");
    assert_string_equal(member(failed, "covers")->child->text.data, "SEL-10");
    assert_string_equal(member(member(failed, "clause"), "rfc")->text.data, "9051 \xc2\xa7"
                                                                            "6.3.3");
    assert_string_equal(member(failed, "again")->text.data,
                        "imapwright check-server imap://alice@x/ 'server/b[n=1]'");
    expect_text(member(failed, "detail")->text.data, "]]><b a='\"&\x01\x1b[31m");
    assert_non_null(member(failed, "transcript"));
    const struct iw_json *mutant = member(json, "mutants")->child->next;
    assert_int_equal(member(mutant, "killed")->kind, IW_JSON_FALSE);
    assert_int_equal(member(mutant, "also_red")->count, 0);
    iw_buf_release(&out);
    iw_arena_release(&arena);
}

/* No cases at all is still an object. */
static void test_json_empty(void **state)
{
    (void)state;
    struct iw_buf out;
    struct iw_arena arena;
    iw_buf_init(&out, NULL, 1 << 20);
    iw_arena_init(&arena, NULL, 1 << 24);
    write_report(&iw_report_json, 0, 0, 0, false, &out);
    struct iw_json_error error = {0};
    const struct iw_json *json = iw_json_parse(iw_buf_span(&out), &arena, &error);
    assert_non_null(json);
    assert_int_equal(member(json, "cases")->count, 0);
    iw_buf_release(&out);
    iw_arena_release(&arena);
}

static void test_tap(void **state)
{
    (void)state;
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 20);
    write_report(&iw_report_tap, 0, 6, 2, false, &out);
    const char *text = iw_buf_string(&out);
    expect_text(text, "TAP version 13\nok 1 - server/a\nnot ok 2 - server/b[n=1]\n  ---\n");
    expect_text(text, "\nok 3 - server/c # SKIP needs ]]><b a='\"& ");
    expect_text(text, " \\# skip\n");
    expect_text(text, "\nnot ok 4 - server/d # TODO known\n");
    expect_text(text, "\nnot ok 5 - server/e\n");
    expect_text(text, "\nok 6 - server/f\n");
    expect_text(text, "\nok 7 - mutants/m turns red server/a\nnot ok 8 - mutants/n");
    expect_text(text, "\n1..8\n");
    iw_buf_release(&out);
}

static void test_junit(void **state)
{
    (void)state;
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 20);
    write_report(&iw_report_junit, 0, 6, 2, false, &out);
    const char *text = iw_buf_string(&out);
    expect_text(text, "tests=\"8\" failures=\"2\" errors=\"1\" skipped=\"2\" time=\"2.345\"");
    expect_text(text, "name=\"server/b[n=1]\" time=\"1.500\"");
    expect_text(text, "<failure type=\"fail\" message=\"]]&gt;&lt;b a=&#39;&quot;&amp;\\x01\\x1b");
    expect_text(text, "SEL-10 (MUST, RFC 9051 \xc2\xa7"
                      "6.3.3): nothing &lt;changes&gt;");
    expect_text(text, "<skipped type=\"xfail\"");
    expect_text(text, "<error type=\"blocked\"");
    expect_text(text, "<system-out>weak: weak</system-out>");
    assert_null(strchr(text, '\x01'));
    assert_null(strchr(text, '\xff'));
    iw_buf_release(&out);
}

/* The page holds the JSON report; nothing in it can end the element where it stands. */
static void test_html(void **state)
{
    (void)state;
    struct iw_buf out, json;
    struct iw_arena arena;
    struct iw_json_error error = {0};
    iw_buf_init(&out, NULL, 1 << 20);
    iw_buf_init(&json, NULL, 1 << 20);
    iw_arena_init(&arena, NULL, 1 << 24);
    write_report(&iw_report_html, 0, 6, 2, false, &out);
    write_report(&iw_report_json, 0, 6, 2, false, &json);
    static const char begin[] = "<script type=\"application/json\" id=\"runs\">";
    const char *runs = strstr(iw_buf_string(&out), begin);
    assert_non_null(runs);
    runs += strlen(begin);
    const char *end = strchr(runs, '<');
    assert_memory_equal(end, "</script>", 9);
    const struct iw_span text = {runs, (size_t)(end - runs)};
    const struct iw_json *page = iw_json_parse(text, &arena, &error);
    assert_non_null(page);
    const struct iw_json *results = member(page->child, "results");
    assert_int_equal(member(page->child, "name")->kind, IW_JSON_NULL);
    const struct iw_json *same = iw_json_parse(iw_buf_span(&json), &arena, &error);
    for (const struct iw_json *a = member(results, "cases")->child,
                              *b = member(same, "cases")->child;
         b != NULL; a = a->next, b = b->next) {
        assert_non_null(a);
        assert_true(iw_span_equal(member(a, "detail")->text, member(b, "detail")->text));
    }
    iw_arena_release(&arena);
    iw_buf_release(&json);
    iw_buf_release(&out);
}

static void test_terminal(void **state)
{
    (void)state;
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 20);
    write_report(&iw_report_text, 0, 6, 2, false, &out);
    const char *text = iw_buf_string(&out);
    expect_text(text, "pass      server/a\n");
    expect_text(text, "fail      server/b[n=1]\n");
    expect_text(text, "clause    SEL-10 (MUST, RFC 9051 \xc2\xa7"
                      "6.3.3): nothing <changes>\n");
    expect_text(text, "again     imapwright check-server imap://alice@x/ 'server/b[n=1]'\n");
    expect_text(text, "6 cases in 2.345 s: 1 pass, 1 fail, 1 weak, 1 skip, 1 xfail, 1 blocked\n");
    expect_text(text, "2 mutants: 1 killed, 1 survived\n");
    assert_null(strchr(text, '\x1b'));
    iw_buf_release(&out);
}

static void test_unwritable(void **state)
{
    (void)state;
    struct iw_results results;
    struct iw_error error = {0};
    iw_results_init(&results, &run);
    assert_int_equal(iw_results_add(&results, &iw_report_tap, "/nonexistent/x", &error), IW_SYSTEM);
    expect_text(error.detail, "/nonexistent/x");
    /* A full disk is noticed at the end. */
    assert_int_equal(iw_results_add(&results, &iw_report_tap, "/dev/full", NULL), IW_OK);
    iw_results_begin(&results);
    iw_results_case(&results, &cases[0]);
    assert_int_equal(iw_results_end(&results, 0), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_status), cmocka_unit_test(test_exit_setup),
        cmocka_unit_test(test_json),        cmocka_unit_test(test_json_empty),
        cmocka_unit_test(test_tap),         cmocka_unit_test(test_junit),
        cmocka_unit_test(test_html),        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_unwritable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
