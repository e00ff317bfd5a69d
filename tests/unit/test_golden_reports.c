/* SPDX-License-Identifier: MIT */
/* A deviation in every report, word by word: tests/golden/reports/. With IW_UPDATE in the
 * environment the files are written. */
#include "conformance/results.h"
#include "conformance/row.h"
#include "mockserver/explain.h"
#include "mockserver/host.h"
#include "script/files.h"
#include "script/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "tests/golden/reports/"

enum { LINES_MAX = 24, OCTETS_MAX = 1 << 20, LINE_MS = 10 };

/* What a client says, line by line, each 10 ms after the one before. */
static const struct row {
    const char *name;
    const char *lines[LINES_MAX];
} rows[] = {
    {"command",
     {"a1 NOOP", "a2 NOOP", "a3 NOOP", "a4 NOOP", "a5 NOOP", "a6 NOOP", "a7 NOOP", "a8 NOOP",
      "a9 NOOP", "b1 NOOP", "b2 LOGIN user secret", "b3 NOOP",
      "b4 EXAMINE \"IN\x1b"
      "BOX\""}},
    {"field",
     {"a1 LOGIN user secret", "a2 STORE 1:3 (UNCHANGEDSINCE 12) +FLAGS (\\Seen \\Deleted)"}},
    {"rule",
     {"a1 LOGIN user secret", "a2 SELECT INBOX", "a3 UID FETCH 1 (BODY[] UID)", "a4 LOGOUT"}},
    {"during", {"a1 LOGIN user secret", "a2 SELECT INBOX", "a3 LOGOUT"}},
    {"count", {"a0 CAPABILITY", "a1 LOGIN user secret", "a2 LOGOUT"}},
    {"never", {"a1 CAPABILITY", "a2 LOGIN user secret", "a3 LOGOUT"}},
};

/* ---- the play ---- */

static void drain(struct iw_host *host, uint64_t now)
{
    struct iw_action action;
    do
        action = iw_host_next(host, now);
    while (action.kind != IW_ACTION_NONE && action.kind != IW_ACTION_DONE);
}

static void play(struct iw_host *host, const struct row *row)
{
    uint64_t now = 1000;
    unsigned conn = iw_host_opened(host, false, now);
    drain(host, now);
    for (size_t i = 0; i < LINES_MAX && row->lines[i] != NULL; i++) {
        char line[200];
        int length = snprintf(line, sizeof line, "%s\r\n", row->lines[i]);
        now += LINE_MS;
        iw_host_received(host, conn, iw_span(line, (size_t)length), now);
        drain(host, now);
    }
    iw_host_closed(host, conn, IW_CLOSE_FIN, now);
    drain(host, now);
}

static struct iw_scenario *load(const struct row *row, struct iw_arena *arena)
{
    char path[200], full[600];
    const char *why = "";
    struct iw_diagnostic wrong;
    snprintf(path, sizeof path, FOLDER "%s.json", row->name);
    snprintf(full, sizeof full, IW_SOURCE_DIR "/%s", path);
    struct iw_scenario *scenario =
        iw_scenario_parse(iw_load_file(full, arena, &why), path, NULL, &wrong);
    if (scenario == NULL)
        fail_msg("%s: %s%s", path, why, wrong.message);
    return scenario;
}

/* ---- the reports ---- */

static void compare(const struct row *row, const char *kind, struct iw_span given)
{
    char path[600];
    const char *why = "";
    struct iw_buf wanted;
    snprintf(path, sizeof path, IW_SOURCE_DIR "/" FOLDER "%s.%s", row->name, kind);
    if (getenv("IW_UPDATE") != NULL) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        fwrite(given.data, 1, given.length, file);
        fclose(file);
    }
    iw_buf_init(&wanted, NULL, OCTETS_MAX);
    if (!iw_read_file(path, &wanted, &why))
        fail_msg("%s: %s", path, why);
    if (!iw_span_equal(iw_buf_span(&wanted), given))
        fail_msg("%s.%s, wanted\n%s\ngiven\n%.*s", row->name, kind, iw_buf_string(&wanted),
                 (int)given.length, given.data);
    iw_buf_release(&wanted);
}

static void report(const struct row *row, struct iw_row *of, const char *kind,
                   const struct iw_report_calls *calls)
{
    static const struct iw_run run = {.command = "check-client",
                                      .target = "client",
                                      .again_before = "imapwright check-client",
                                      .again_after = "-- client"};
    static const struct iw_suite suite = {.clauses = NULL};
    static const struct iw_expectations expectations = {.count = 0};
    char path[] = "/tmp/iw-golden-XXXXXX";
    const char *why = "";
    struct iw_results results;
    struct iw_buf out;
    int file = mkstemp(path);
    assert_true(file >= 0 && close(file) == 0);
    iw_results_init(&results, &run);
    assert_int_equal(iw_results_add(&results, calls, path, NULL), IW_OK);
    iw_results_begin(&results);
    iw_row_report(of, &suite, &expectations, &results);
    iw_results_end(&results, 1234);
    iw_buf_init(&out, NULL, OCTETS_MAX);
    assert_true(iw_read_file(path, &out, &why));
    compare(row, kind, iw_buf_span(&out));
    iw_buf_release(&out);
    unlink(path);
}

static void report_all(const struct row *row, const struct iw_scenario *scenario,
                       const struct iw_finding *finding, const struct iw_transcript *transcript)
{
    static const struct {
        const char *kind;
        const struct iw_report_calls *calls;
    } reports[] = {{"txt", &iw_report_text},
                   {"out.json", &iw_report_json},
                   {"xml", &iw_report_junit},
                   {"tap", &iw_report_tap}};
    const struct iw_attempt attempt = {
        .verdict = finding->verdict,
        .name = "",
        .detail = finding->text,
        .expected = finding->expected.length > 0 ? finding->expected : finding->step,
        .received = finding->received,
        .place = finding->place,
        .transcript = transcript,
        .note = IW_SPAN(IW_RESULT_NOTE "  > could not open INBOX\n"),
        .ms = 40,
    };
    const struct iw_case of = {.scenario = scenario, .variant = IW_VARIANT_ALL};
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        struct iw_row kept;
        iw_row_init(&kept, &of);
        iw_row_add(&kept, &attempt, NULL, false);
        report(row, &kept, reports[i].kind, reports[i].calls);
        iw_row_release(&kept);
    }
    struct iw_buf words;
    iw_buf_init(&words, NULL, OCTETS_MAX);
    iw_explain(scenario, finding, transcript, &words);
    compare(row, "explained", iw_buf_span(&words));
    iw_buf_release(&words);
}

static void deviations_are_told_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_arena arena;
        struct iw_transcript transcript;
        struct iw_error error = {0};
        iw_arena_init(&arena, NULL, OCTETS_MAX);
        iw_transcript_init(&transcript, OCTETS_MAX);
        iw_transcript_redact(&transcript, IW_SPAN("secret"));
        struct iw_scenario *scenario = load(&rows[i], &arena);
        const struct iw_host_options options = {.scenario = scenario, .transcript = &transcript};
        struct iw_host *host = iw_host_new(&options, &error);
        assert_non_null(host);
        play(host, &rows[i]);
        report_all(&rows[i], scenario, iw_host_finding(host), &transcript);
        iw_host_free(host);
        iw_scenario_free(scenario);
        iw_transcript_release(&transcript);
        iw_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_are_told_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
