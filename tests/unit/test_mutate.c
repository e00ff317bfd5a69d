/* SPDX-License-Identifier: MIT */
/* The mutator: repeatable, within its bounds, and never idle. */
#include "fuzz/mutate.h"

#include "tests/lib/exact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 3000, OUT_MAX = 1 << 20 };

#define RESPONSES "* 1 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS (\\Seen))\r\n* OK [UIDNEXT 4] x\r\n"
#define COMMANDS  "A1 LOGIN \"a\" {1}\r\nb\r\nA2 NOOP\r\n"

static void test_roles(void **state)
{
    (void)state;
    static const struct {
        const char *stream;
        enum iw_frame_role role;
    } rows[] = {
        {"* OK x\r\n", IW_FRAME_RESPONSES},
        {"+ go\r\n", IW_FRAME_RESPONSES},
        {"A1 no x\r\n", IW_FRAME_RESPONSES},
        {"A1 NOOP\r\n", IW_FRAME_COMMANDS},
        {"*", IW_FRAME_RESPONSES},
        {"A1 OKAY", IW_FRAME_COMMANDS},
        {"", IW_FRAME_COMMANDS},
        {"\r\n", IW_FRAME_COMMANDS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(iw_mutate_role(iw_span_of(rows[i].stream)), rows[i].role);
}

static struct iw_span mutated(struct iw_buf *out, const char *stream, uint64_t seed, size_t max)
{
    struct iw_span input = iw_exact_copy(iw_span_of(stream));
    iw_buf_init(out, NULL, OUT_MAX);
    bool made = iw_mutate(out, input, iw_mutate_role(input), seed, max);
    assert_int_equal(made, out->length > 0);
    iw_exact_free(input);
    return iw_buf_span(out);
}

static void test_repeats(void **state)
{
    (void)state;
    static const char *const streams[] = {RESPONSES, COMMANDS};
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (size_t i = 0; i < 2; i++) {
            struct iw_buf first, second;
            assert_true(iw_span_equal(mutated(&first, streams[i], seed, OUT_MAX),
                                      mutated(&second, streams[i], seed, OUT_MAX)));
            iw_buf_release(&first);
            iw_buf_release(&second);
        }
}

/* Nearly every seed makes something new, and faults of all kinds come. */
static void test_variety(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "{2}",
        "{4}",
        "{-1}",
        "{3+}",
        "((\\Seen",
        " \\Seen ",
        "uid 9",
        "A1 A1",
        "UID  9",
        "A2 NOOP\r\nA2 NOOP",
        "FLAGS (\\Seen)\r\n",
    };
    size_t idle = 0;
    bool seen[sizeof wanted / sizeof *wanted] = {false};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct iw_buf out;
        const char *stream = seed % 2 == 0 ? RESPONSES : COMMANDS;
        idle += iw_span_equal(mutated(&out, stream, seed, OUT_MAX), iw_span_of(stream));
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            seen[i] = seen[i] || strstr(iw_buf_string(&out), wanted[i]) != NULL;
        iw_buf_release(&out);
    }
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!seen[i])
            fail_msg("never: %s", wanted[i]);
    assert_true(idle < SEEDS / 50);
}

static void test_bounds(void **state)
{
    (void)state;
    struct iw_buf out;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        assert_true(mutated(&out, RESPONSES, seed, sizeof RESPONSES).length <= sizeof RESPONSES);
        iw_buf_release(&out);
    }
    static const char *const frameless[] = {"", "* OK", "a LOGIN {5}\r\nab"};
    for (size_t i = 0; i < sizeof frameless / sizeof *frameless; i++) {
        assert_int_equal(mutated(&out, frameless[i], i, OUT_MAX).length, 0);
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_variety),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
