/* SPDX-License-Identifier: MIT */
/* Many attempts become one result, without the password in it. */
#include "conformance/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const struct iw_run run = {
    .command = "check-server", .target = "t", .again_before = "again", .again_after = ""};

/* The result that a row hands on, kept by a report of our own. */
struct seen {
    enum iw_verdict verdict;
    char id[100], detail[400], transcript[400], expected[100], received[100], place[100];
};

static struct seen seen;

static void ignore_begin(struct iw_report *report)
{
    (void)report;
}

static void see(struct iw_report *report, const struct iw_case_result *result)
{
    (void)report;
    seen.verdict = result->verdict;
    snprintf(seen.id, sizeof seen.id, "%s", result->id);
    snprintf(seen.detail, sizeof seen.detail, "%s", result->detail);
    snprintf(seen.transcript, sizeof seen.transcript, "%s", result->transcript);
    snprintf(seen.expected, sizeof seen.expected, "%s", result->expected);
    snprintf(seen.received, sizeof seen.received, "%s", result->received);
    snprintf(seen.place, sizeof seen.place, "%s", result->place);
}

static void ignore_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    (void)report;
    (void)mutant;
}

static void ignore_end(struct iw_report *report, const struct iw_summary *summary)
{
    (void)report;
    (void)summary;
}

static const struct iw_report_calls seeing = {ignore_begin, see, ignore_mutant, ignore_end};

static const struct iw_scenario scenario = {.id = "server/x", .path = "scenarios/server/x.json"};
static const struct iw_case of = {.scenario = &scenario, .variant = IW_VARIANT_ALL};

static void report(struct iw_row *row, const struct iw_expectations *known)
{
    static const struct iw_suite suite;
    static const struct iw_expectations nothing;
    struct iw_results results;
    iw_results_init(&results, &run);
    iw_results_add(&results, &seeing, "/dev/null", NULL);
    iw_row_report(row, &suite, known != NULL ? known : &nothing, &results);
    iw_results_end(&results, 0);
    iw_row_release(row);
}

static void add(struct iw_row *row, enum iw_verdict verdict, const char *name, const char *detail)
{
    const struct iw_attempt attempt = {
        .verdict = verdict, .name = name, .detail = iw_span_of(detail)};
    iw_row_add(row, &attempt, NULL, false);
}

static void test_worst(void **state)
{
    (void)state;
    static const struct {
        enum iw_verdict verdicts[3];
        enum iw_verdict wanted;
        const char *detail;
    } rows[] = {
        {{IW_PASS, IW_PASS, IW_PASS}, IW_PASS, ""},
        {{IW_SKIP, IW_PASS, IW_SKIP}, IW_PASS, ""},
        {{IW_SKIP, IW_SKIP, IW_SKIP}, IW_SKIP, "d0"},
        {{IW_PASS, IW_FAILED, IW_PASS}, IW_FAILED, "1 of 3 (n1): d1"},
        {{IW_FAILED, IW_PASS, IW_FAILED}, IW_FAILED, "2 of 3 (n0; n2): d0"},
        {{IW_WEAK, IW_FAILED, IW_TIMED_OUT}, IW_TIMED_OUT, "3 of 3 (n0; n1; n2): d2"},
        {{IW_CRASH, IW_FAILED, IW_TIMED_OUT}, IW_CRASH, "3 of 3 (n0; n1; n2): d0"},
        {{IW_SETUP, IW_CRASH, IW_PASS}, IW_SETUP, "2 of 3 (n0; n1): d0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_row row;
        iw_row_init(&row, &of);
        for (size_t a = 0; a < 3; a++) {
            const char name[] = {'n', (char)('0' + a), '\0'};
            const char detail[] = {'d', (char)('0' + a), '\0'};
            const bool pass = rows[i].verdicts[a] == IW_PASS;
            add(&row, rows[i].verdicts[a], name, pass ? "" : detail);
        }
        report(&row, NULL);
        if (seen.verdict != rows[i].wanted || strcmp(seen.detail, rows[i].detail) != 0)
            fail_msg("row %zu: %s: %s", i, iw_verdict_name(seen.verdict), seen.detail);
    }
    assert_string_equal(seen.id, "server/x");
}

static void test_many_names(void **state)
{
    (void)state;
    struct iw_row row;
    iw_row_init(&row, &of);
    for (unsigned i = 0; i < 240; i++) {
        char name[20];
        snprintf(name, sizeof name, "[n=%u]", i);
        add(&row, IW_FAILED, name, "bad");
    }
    report(&row, NULL);
    assert_string_equal(seen.detail, "240 of 240 ([n=0]; [n=1]; [n=2]; [n=3]; …): bad");
}

static void test_expected(void **state)
{
    (void)state;
    struct iw_expected item = {IW_SPAN("server/x"), IW_SPAN("old bug")};
    const struct iw_expectations known = {.items = &item, .count = 1};
    struct iw_row row;
    iw_row_init(&row, &of);
    add(&row, IW_FAILED, "", "bad");
    report(&row, &known);
    assert_int_equal(seen.verdict, IW_XFAIL);
    assert_string_equal(seen.detail, "old bug: bad");
    iw_row_init(&row, &of);
    add(&row, IW_PASS, "", "");
    report(&row, &known);
    assert_int_equal(seen.verdict, IW_XPASS);
    assert_string_equal(seen.detail, "passes although it is expected to fail: old bug");
}

/* The password is in none of the texts, in none of its forms. */
static void test_secrets(void **state)
{
    (void)state;
    struct iw_target target;
    struct iw_secrets secrets;
    struct iw_transcript transcript;
    struct iw_row row;
    iw_target_init(&target);
    target.user = "alice";
    target.password = "pa\"ss";
    assert_true(iw_secrets_init(&secrets, &target));
    iw_transcript_init(&transcript, 10000);
    iw_secrets_redact(&secrets, &transcript);
    iw_transcript_add(&transcript, 1, 1, 'C',
                      IW_SPAN("a LOGIN alice \"pa\\\"ss\"\r\nAGFsaWNlAHBhInNz\r\ncGEic3M=\r\n"));
    const struct iw_attempt attempt = {.verdict = IW_FAILED,
                                       .name = "",
                                       .detail = IW_SPAN("x pa\"ss x"),
                                       .expected = IW_SPAN("C: LOGIN alice pa\\\"ss"),
                                       .received = IW_SPAN("AGFsaWNlAHBhInNz"),
                                       .place = {.line = 3, .column = 7},
                                       .transcript = &transcript};
    iw_row_init(&row, &of);
    iw_row_add(&row, &attempt, &secrets, false);
    report(&row, NULL);
    assert_string_equal(seen.detail, "x *** x");
    assert_string_equal(seen.expected, "C: LOGIN alice ***");
    assert_string_equal(seen.received, "***");
    assert_string_equal(seen.place, "scenarios/server/x.json:3:7");
    assert_non_null(strstr(seen.transcript, "LOGIN alice"));
    assert_null(strstr(seen.transcript, "pa"));
    assert_null(strstr(seen.transcript, "AGFs"));
    assert_null(strstr(seen.transcript, "cGEi"));
    iw_transcript_release(&transcript);
    iw_secrets_release(&secrets);
    iw_target_release(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_expected),
        cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
