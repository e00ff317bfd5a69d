/* SPDX-License-Identifier: MIT */
/* From how a client ended to a verdict. */
#include "conformance/encounter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

struct row {
    bool twin;
    enum iw_client_outcome then;
    bool timed_out;
    int status, signal;
    size_t connections;
    enum iw_verdict server; /* IW_PASS: it has nothing to say */
    enum iw_verdict wanted;
    const char *text;
};

static const struct row rows[] = {
    /* the client's word against what was to be */
    {false, IW_CLIENT_OK, false, 0, 0, 1, IW_PASS, IW_PASS, ""},
    {false, IW_CLIENT_OK, false, 1, 0, 1, IW_PASS, IW_FAILED, "was to succeed"},
    {false, IW_CLIENT_ERROR, false, 1, 0, 1, IW_PASS, IW_PASS, ""},
    {false, IW_CLIENT_ERROR, false, 56, 0, 1, IW_PASS, IW_PASS, ""},
    {false, IW_CLIENT_ERROR, false, 0, 0, 1, IW_PASS, IW_FAILED, "was to report an error"},
    {false, IW_CLIENT_ANY, false, 0, 0, 1, IW_PASS, IW_PASS, ""},
    {false, IW_CLIENT_ANY, false, 1, 0, 1, IW_PASS, IW_PASS, ""},
    /* what holds always */
    {false, IW_CLIENT_ANY, false, 0, 11, 1, IW_PASS, IW_CRASH, "signal 11"},
    {false, IW_CLIENT_ERROR, false, 70, 0, 1, IW_PASS, IW_CRASH, "fell over"},
    {false, IW_CLIENT_ERROR, false, 139, 0, 1, IW_PASS, IW_CRASH, "signal 11"},
    {false, IW_CLIENT_ERROR, false, 130, 0, 1, IW_PASS, IW_PASS, ""},
    {false, IW_CLIENT_ANY, true, 0, 9, 1, IW_PASS, IW_TIMED_OUT, "still running after 700 ms"},
    {false, IW_CLIENT_ERROR, false, 89, 0, 1, IW_PASS, IW_SKIP, "does not implement"},
    {false, IW_CLIENT_ERROR, false, 89, 0, 1, IW_FAILED, IW_SKIP, "does not implement"},
    {false, IW_CLIENT_ERROR, false, 1, 0, 0, IW_PASS, IW_BLOCKED, "never connected"},
    {false, IW_CLIENT_ANY, false, 0, 0, 0, IW_PASS, IW_BLOCKED, "never connected"},
    {false, IW_CLIENT_ERROR, false, 127, 0, 0, IW_PASS, IW_SETUP, "could not be run"},
    /* what the server saw */
    {false, IW_CLIENT_OK, false, 0, 0, 1, IW_DEVIATION, IW_DEVIATION, "server's words"},
    {false, IW_CLIENT_OK, false, 1, 0, 1, IW_DEVIATION, IW_FAILED, "the server: server's words"},
    {false, IW_CLIENT_OK, true, 0, 9, 1, IW_FAILED, IW_TIMED_OUT, "the server: server's words"},
    /* the twin */
    {true, IW_CLIENT_ERROR, false, 0, 0, 1, IW_PASS, IW_PASS, ""},
    {true, IW_CLIENT_ERROR, false, 1, 0, 1, IW_PASS, IW_BLOCKED,
     "correct server too: exit status 1"},
    {true, IW_CLIENT_ANY, false, 0, 6, 1, IW_PASS, IW_BLOCKED, "correct server too: signal 6"},
    {true, IW_CLIENT_ANY, true, 0, 9, 1, IW_PASS, IW_BLOCKED, "correct server too: the client was"},
    {true, IW_CLIENT_ANY, false, 0, 0, 0, IW_PASS, IW_BLOCKED, "never connected"},
    {true, IW_CLIENT_ANY, false, 89, 0, 1, IW_PASS, IW_SKIP, "does not implement"},
    {true, IW_CLIENT_ANY, false, 127, 0, 0, IW_PASS, IW_SETUP, "could not be run"},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        const struct iw_scenario scenario = {.level = IW_LEVEL_MUST, .then = {.client = row->then}};
        const struct iw_finding server = {.verdict = row->server,
                                          .text = IW_SPAN("server's words")};
        const struct iw_encounter_facts facts = {
            .scenario = &scenario,
            .twin = row->twin,
            .timed_out = row->timed_out,
            .client_ms = 700,
            .exit = {.status = row->status, .signal = row->signal},
            .connections = row->connections,
            .server = &server,
        };
        char text[600], said[600];
        const struct iw_finding finding = iw_encounter_judge(&facts, text, sizeof text);
        snprintf(said, sizeof said, "%.*s", (int)finding.text.length,
                 finding.text.length > 0 ? finding.text.data : "");
        if (finding.verdict != row->wanted || strstr(said, row->text) == NULL)
            fail_msg("row %zu: %s: %s", i, iw_verdict_name(finding.verdict), said);
    }
}

/* One octet more than allowed is too much. */
static void test_peak(void **state)
{
    (void)state;
    for (unsigned more = 0; more <= 1; more++) {
        const struct iw_scenario scenario = {.level = IW_LEVEL_SHOULD, .then = {.peak_mb = 64}};
        const struct iw_encounter_facts facts = {
            .scenario = &scenario,
            .exit = {.peak_octets = ((uint64_t)64 << 20) + more},
            .connections = 1,
        };
        char text[600];
        const struct iw_finding finding = iw_encounter_judge(&facts, text, sizeof text);
        assert_int_equal(finding.verdict, more ? IW_WEAK : IW_PASS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_peak)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
