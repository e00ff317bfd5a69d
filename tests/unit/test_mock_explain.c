/* SPDX-License-Identifier: MIT */
/* The near-miss report. */
#include "mockserver/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_deviation_is_shown_with_its_place_and_the_wire(void **state)
{
    const struct iw_scenario scenario = {
        .path = "scenarios/client/x.json", .id = "client/x", .title = IW_SPAN("a title")};
    const struct iw_finding finding = {
        .verdict = IW_DEVIATION,
        .place = {12, 7, IW_SPAN("/dialogue/3")},
        .step = IW_SPAN("C: SELECT ${M}"),
        .expected = IW_SPAN("SELECT M"),
        .received = IW_SPAN("a3 EXAMINE M"),
        .text = IW_SPAN("another command"),
    };
    struct iw_transcript transcript;
    struct iw_buf out;
    (void)state;
    iw_transcript_init(&transcript, 10000);
    iw_transcript_add(&transcript, 12, 1, 'C', IW_SPAN("a3 EXAMINE M\r\n"));
    iw_buf_init(&out, NULL, 10000);
    iw_explain(&scenario, &finding, &transcript, &out);
    assert_string_equal(iw_buf_string(&out),
                        "deviation  client/x: a title\n"
                        "  why       another command\n"
                        "  at        scenarios/client/x.json:12:7 (at /dialogue/3)\n"
                        "  step      C: SELECT ${M}\n"
                        "  expected  SELECT M\n"
                        "  received  a3 EXAMINE M\n"
                        "    SELECT                       | EXAMINE   <- differs\n"
                        "    M                            | M\n"
                        "  the last lines of the wire:\n"
                        "  0.012 C1: a3 EXAMINE M\n");
    iw_buf_release(&out);
    iw_transcript_release(&transcript);
}

static void a_pass_is_one_line(void **state)
{
    const struct iw_finding finding = {.verdict = IW_PASS};
    struct iw_buf out;
    (void)state;
    iw_buf_init(&out, NULL, 1000);
    iw_explain(NULL, &finding, NULL, &out);
    assert_string_equal(iw_buf_string(&out), "pass\n");
    iw_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deviation_is_shown_with_its_place_and_the_wire),
        cmocka_unit_test(a_pass_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
