/* SPDX-License-Identifier: MIT */
/* Transcripts, and what verdicts are called. */
#include "script/transcript.h"

#include "script/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct adding {
    uint64_t ms;
    unsigned conn;
    char who;
    const char *octets;
};

static void written_is(const struct iw_transcript *transcript, size_t lines, const char *wanted)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 20);
    iw_transcript_write(transcript, lines, &out);
    assert_string_equal(iw_buf_string(&out), wanted);
    iw_buf_release(&out);
}

static void add_all(struct iw_transcript *transcript, const struct adding *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        iw_transcript_add(transcript, rows[i].ms, rows[i].conn, rows[i].who,
                          iw_span_of(rows[i].octets));
}

static const struct adding session[] = {
    {0, 1, '-', "connected"},
    {3, 1, 'S', "* OK ready\r\n"},
    {12, 1, 'C', "a1 NOOP\r\na2 X {2}\r\n"},
    {1012, 2, 'S', "* O"},
    {1013, 2, 'S', "K\r"},
    {1014, 2, 'S', "\n* 1\n"},
    {71015, 1, 'S', "\t\\ \r \x01\x7f \xc3\xa4\r\n"},
    {71016, 1, 'S', "* open"},
    {71017, 2, 'S', "* other\r\n"},
    {71018, 1, 'S', " end\r\n"},
    {71019, 1, '-', "closed"},
};

static const char *const written = "  0.000 -1: connected\n"
                                   "  0.003 S1: * OK ready\n"
                                   "  0.012 C1: a1 NOOP\n"
                                   "  0.012 C1: a2 X {2}\n"
                                   "  1.012 S2: * OK\n"
                                   "  1.014 S2: * 1\\n\n"
                                   " 71.015 S1: \t\\ \\r \\x01\\x7f \xc3\xa4\n"
                                   " 71.016 S1: * open\n"
                                   " 71.017 S2: * other\n"
                                   " 71.018 S1:  end\n"
                                   " 71.019 -1: closed\n";

static void lines_are_written_with_time_and_side(void **state)
{
    (void)state;
    struct iw_transcript transcript;
    iw_transcript_init(&transcript, 4096);
    written_is(&transcript, 0, "");
    add_all(&transcript, session, sizeof session / sizeof *session);
    written_is(&transcript, 0, written);
    written_is(&transcript, 3, strstr(written, " 71.017"));
    written_is(&transcript, 1, strstr(written, " 71.019"));
    written_is(&transcript, 11, written);
    written_is(&transcript, 12, written);
    iw_transcript_release(&transcript);
}

static void the_oldest_go_when_it_is_full(void **state)
{
    (void)state;
    struct iw_transcript transcript;
    iw_transcript_init(&transcript, 30);
    add_all(&transcript,
            (struct adding[]){{1, 1, 'C', "0123456789ab\r\n"},
                              {2, 1, 'S', "0123456789cd\r\n"},
                              {3, 1, 'C', "ef\r\n"}},
            3);
    written_is(&transcript, 0, "  0.002 S1: 0123456789cd\n  0.003 C1: ef\n");
    iw_transcript_add(&transcript, 4, 1, 'S',
                      IW_SPAN("only the end of a long one is of use here\r\n"));
    written_is(&transcript, 0, "  0.004 S1: of a long one is of use here\n");
    for (uint64_t i = 0; i < 300000; i++)
        iw_transcript_add(&transcript, i, 1, '-', IW_SPAN(""));
    assert_true(transcript.count <= 100000);
    iw_transcript_release(&transcript);
}

static void secrets_never_come_in(void **state)
{
    (void)state;
    struct iw_transcript transcript;
    iw_transcript_init(&transcript, 4096);
    iw_transcript_redact(&transcript, IW_SPAN("secret"));
    iw_transcript_redact(&transcript, IW_SPAN("sec"));
    iw_transcript_redact(&transcript, IW_SPAN("AGEAYg=="));
    iw_transcript_redact(&transcript, IW_SPAN(""));
    add_all(&transcript,
            (struct adding[]){{1, 1, 'C', "a LOGIN u secret\r\n"},
                              {2, 1, 'C', "AGEAYg==\r\n"},
                              {3, 1, 'S', "secretsecret sec se cret\r\n"}},
            3);
    written_is(&transcript, 0,
               "  0.001 C1: a LOGIN u ***\n  0.002 C1: ***\n  0.003 S1: ****** *** se cret\n");
    static const char line[] = "a LOGIN u AGEAYg== AGEAYg=\r\n"; /* in pieces of any size */
    for (size_t size = 1; size < sizeof line; size++) {
        struct iw_transcript pieces;
        iw_transcript_init(&pieces, 4096);
        iw_transcript_redact(&pieces, IW_SPAN("AGEAYg=="));
        for (size_t at = 0; at < sizeof line - 1; at += size)
            iw_transcript_add(&pieces, 1, 1, 'C', iw_span_part(iw_span_of(line), at, at + size));
        written_is(&pieces, 0, "  0.001 C1: a LOGIN u *** AGEAYg=\n");
        iw_transcript_release(&pieces);
    }
    iw_transcript_release(&transcript);
}

static void verdicts(void **state)
{
    (void)state;
    static const struct {
        enum iw_verdict verdict;
        const char *name;
        bool counts, counts_strictly;
    } rows[] = {
        {IW_PASS, "pass", false, false},         {IW_FAILED, "fail", true, true},
        {IW_DEVIATION, "deviation", true, true}, {IW_WEAK, "weak", false, true},
        {IW_INFO, "info", false, false},         {IW_SKIP, "skip", false, false},
        {IW_XFAIL, "xfail", false, false},       {IW_XPASS, "xpass", true, true},
        {IW_BLOCKED, "blocked", true, true},     {IW_SETUP, "setup", false, false},
        {IW_TIMED_OUT, "timeout", true, true},   {IW_CRASH, "crash", true, true},
    };
    assert_int_equal(sizeof rows / sizeof *rows, IW_VERDICT_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(iw_verdict_name(rows[i].verdict), rows[i].name);
        assert_int_equal(iw_verdict_counts(rows[i].verdict, false), rows[i].counts);
        assert_int_equal(iw_verdict_counts(rows[i].verdict, true), rows[i].counts_strictly);
    }
}

static void levels_have_verdicts(void **state)
{
    (void)state;
    static const enum iw_verdict verdicts_of[] = {
        [IW_LEVEL_MUST] = IW_FAILED,     [IW_LEVEL_MUST_NOT] = IW_FAILED,
        [IW_LEVEL_REQUIRED] = IW_FAILED, [IW_LEVEL_SHALL] = IW_FAILED,
        [IW_LEVEL_DEF] = IW_DEVIATION,   [IW_LEVEL_SYN] = IW_DEVIATION,
        [IW_LEVEL_SHOULD] = IW_WEAK,     [IW_LEVEL_SHOULD_NOT] = IW_WEAK,
        [IW_LEVEL_MAY] = IW_INFO,        [IW_LEVEL_PRACTICE] = IW_INFO,
    };
    for (size_t i = 0; i < sizeof verdicts_of / sizeof *verdicts_of; i++)
        assert_int_equal(iw_verdict_of_level((enum iw_level)i), verdicts_of[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_written_with_time_and_side),
        cmocka_unit_test(the_oldest_go_when_it_is_full),
        cmocka_unit_test(secrets_never_come_in),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(levels_have_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
