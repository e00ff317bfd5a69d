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

static void tokens_stand_beside_each_other(void **state)
{
    static const struct {
        const char *expected, *received, *text;
    } rows[] = {
        {"NOOP", "noop", "    NOOP                         | noop\n"},
        {"NOOP", "CHECK", "    NOOP                         | CHECK   <- differs\n"},
        {"NOOP", "", "    NOOP                         |    <- is missing\n"},
        {"", "NOOP", "                                 | NOOP   <- is too much\n"},
        {"", "", ""},
        {"STORE ${n} (\\Seen)", "STORE 1 (\\Seen \"a (b\")",
         "    STORE                        | STORE\n"
         "    ${n}                         | 1\n"
         "    (                            | (\n"
         "    \\Seen                        | \\Seen\n"
         "    )                            | \"a (b\"   <- differs\n"
         "                                 | )\n"},
        {"a\x01", "a\x01", "    a\\x01                        | a\\x01\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 10000);
        iw_explain_tokens(iw_span_of(rows[i].expected), iw_span_of(rows[i].received), &out);
        assert_string_equal(iw_buf_string(&out), rows[i].text);
        iw_buf_release(&out);
    }
}

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
        cmocka_unit_test(tokens_stand_beside_each_other),
        cmocka_unit_test(a_deviation_is_shown_with_its_place_and_the_wire),
        cmocka_unit_test(a_pass_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
