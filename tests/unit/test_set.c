/* SPDX-License-Identifier: MIT */
#include "parser/set.h"

#include "base/random.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- reading and writing ---- */

static void test_read_and_write(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written; /* NULL: as read */
        size_t count, offset;       /* the offset behind the set */
    } rows[] = {
        {"1", NULL, 1, 1},           {"*", NULL, 1, 1},
        {"1:5", NULL, 1, 3},         {"5:1", NULL, 1, 3},
        {"1:*", NULL, 1, 3},         {"*:1", NULL, 1, 3},
        {"*:*", "*", 1, 3},          {"7:7", "7", 1, 3},
        {"1,3:5,*", NULL, 3, 7},     {"3,2,1,1", NULL, 4, 7},
        {"4294967295", NULL, 1, 10}, {"4294967294:4294967295", NULL, 1, 21},
        {"$", NULL, 0, 1},           {"1 FLAGS", "1", 1, 1},
        {"2]", "2", 1, 1},           {"1,2,3,4,5,6,7,8,9", NULL, 9, 17},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_set set;
        struct iw_buf out;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        iw_buf_init(&out, NULL, 1000);
        enum iw_result result = iw_parse_set(&reading.reader, &set);
        if (result != IW_OK || set.count != rows[i].count ||
            iw_reading_offset(&reading) != rows[i].offset || set.saved != (rows[i].text[0] == '$'))
            fail_msg("row %zu, %s", i, rows[i].text);
        iw_write_set(&out, &set);
        assert_string_equal(iw_buf_string(&out),
                            rows[i].written == NULL ? rows[i].text : rows[i].written);
        iw_buf_release(&out);
        iw_reading_end(&reading);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } rows[] = {
        {"", 0},
        {"0", 0},
        {"01", 0},
        {"0:5", 0},
        {"1:0", 2},
        {"1:", 2},
        {":1", 0},
        {",1", 0},
        {"1,", 2},
        {"1,,2", 2},
        {"1,0", 2},
        {"4294967296", 0},
        {"1:4294967296", 2},
        {"-1", 0},
        {"a", 0},
        {"1,$", 2},
        {"1:$", 2},
        {" 1", 0},
        {"1, 2", 2},
        {"99999999999", 0},
        {"18446744073709551617", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_set set;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        enum iw_result result = iw_parse_set(&reading.reader, &set);
        if (result != IW_SYNTAX || reading.error.offset != rows[i].offset)
            fail_msg("row %zu, %s: %s at %zu", i, rows[i].text, iw_result_name(result),
                     reading.error.offset);
        iw_reading_end(&reading);
    }
}

/* Numbers of one digit to ten. */
static uint32_t any_number(struct iw_random *random)
{
    uint64_t bound = 10;
    for (uint64_t zeros = iw_random_below(random, 10); zeros > 0; zeros--)
        bound *= 10;
    return (uint32_t)iw_random_below(random, bound < UINT32_MAX ? bound - 1 : UINT32_MAX) + 1;
}

static void test_long_sets(void **state)
{
    (void)state;
    enum { MOST = 70 };
    struct iw_random random;
    iw_random_seed(&random, 3);
    for (unsigned round = 0; round < 500; round++) {
        struct iw_reading reading;
        struct iw_set set;
        struct iw_buf out;
        struct iw_range ranges[MOST];
        struct iw_set written = {.ranges = ranges, .count = 1 + iw_random_below(&random, MOST)};
        for (size_t i = 0; i < written.count; i++) {
            bool lone = iw_random_below(&random, 2) == 0;
            ranges[i].first = any_number(&random);
            ranges[i].last = lone ? ranges[i].first : any_number(&random);
        }
        iw_buf_init(&out, NULL, 10000);
        iw_write_set(&out, &written);
        size_t length = out.length;
        iw_buf_add(&out, IW_SPAN(" MODSEQ 1\r\n"));
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_buf_span(&out), NULL);
        assert_int_equal(iw_parse_set(&reading.reader, &set), IW_OK);
        assert_int_equal(iw_reading_offset(&reading), length);
        assert_int_equal(set.count, written.count);
        assert_memory_equal(set.ranges, ranges, set.count * sizeof *ranges);
        iw_reading_end(&reading);
        iw_buf_release(&out);
    }
}

/* What is no range ends the set, or is refused, at the same octet wherever it stands. */
static void test_flaws_in_long_sets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum iw_result result;
        size_t offset; /* in text */
    } rows[] = {
        {"1:2:3", IW_OK, 3},
        {"1:0", IW_SYNTAX, 2},
        {"0", IW_SYNTAX, 0},
        {"", IW_SYNTAX, 0},
        {"1:", IW_SYNTAX, 2},
        {":1", IW_SYNTAX, 0},
        {"12x", IW_OK, 2},
        {"1234567x", IW_OK, 7},
        {"12345678x", IW_OK, 8},
        {"1.2", IW_OK, 1},
        {"1:1234567:12345678", IW_OK, 9},
        {"1;2", IW_OK, 1},
        {"01", IW_SYNTAX, 0},
        {"1:01", IW_SYNTAX, 2},
        {"4294967296", IW_SYNTAX, 0},
        {"7:4294967296", IW_SYNTAX, 2},
    };
    static const char before[] = "1,23:456,7890,12345:678901,2345678,90123456:7,89,1,2,3,4,5,";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t from = 0; from < sizeof before; from++) {
            struct iw_reading reading;
            struct iw_set set;
            char text[sizeof before + 100];
            if (from > 0 && before[from - 1] != ',')
                continue;
            snprintf(text, sizeof text, "%s%s,1:2,34567:890123,4,5", before + from, rows[i].text);
            iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(text), NULL);
            enum iw_result result = iw_parse_set(&reading.reader, &set);
            size_t offset = result == IW_OK ? iw_reading_offset(&reading) : reading.error.offset;
            if (result != rows[i].result || offset != sizeof before - 1 - from + rows[i].offset)
                fail_msg("%s: %s at %zu", text, iw_result_name(result), offset);
            iw_reading_end(&reading);
        }
}

static void test_limits(void **state)
{
    (void)state;
    for (size_t items = 1; items <= 4; items++) {
        struct iw_reading reading;
        struct iw_set set;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("1,2,3"), NULL);
        reading.limits.items = items;
        assert_int_equal(iw_parse_set(&reading.reader, &set), items < 3 ? IW_LIMIT : IW_OK);
        iw_reading_end(&reading);
    }
    struct iw_failing_alloc failing;
    struct iw_reading reading;
    struct iw_set set;
    iw_failing_alloc_init(&failing, 0);
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("1,2,3"), &failing.alloc);
    assert_int_equal(iw_parse_set(&reading.reader, &set), IW_NO_MEMORY);
    iw_reading_end(&reading);
}

/* ---- members ---- */

static void test_normalize(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t star;
        const char *normal;
        uint64_t size;
    } rows[] = {
        {"1", 9, "1", 1},
        {"3:1", 9, "1:3", 3},
        {"5,1,3", 9, "1,3,5", 3},
        {"1,2,3", 9, "1:3", 3},
        {"3,2,1,2", 9, "1:3", 3},
        {"1:3,5:7,4", 9, "1:7", 7},
        {"1:9,2:3", 9, "1:9", 9},
        {"1:2,4:5", 9, "1:2,4:5", 4},
        {"*", 9, "9", 1},
        {"*,9", 9, "9", 1},
        {"12:*", 9, "9:12", 4},
        {"*:12", 9, "9:12", 4},
        {"1:*", UINT32_MAX, "1:4294967295", UINT32_MAX},
        {"4294967295,1", 9, "1,4294967295", 2},
        {"4294967294:*,4294967295", UINT32_MAX, "4294967294:4294967295", 2},
        {"1:4294967295,1:4294967295", 9, "1:4294967295", UINT32_MAX},
        {"*", 0, "", 0},
        {"1:*,7", 0, "7", 1},
        {"$", 9, "$", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_set set;
        struct iw_buf out;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        iw_buf_init(&out, NULL, 1000);
        assert_int_equal(iw_parse_set(&reading.reader, &set), IW_OK);
        assert_true(iw_set_normalize(&set, rows[i].star, &reading.arena));
        iw_write_set(&out, &set);
        if (strcmp(iw_buf_string(&out), rows[i].normal) != 0)
            fail_msg("row %zu, %s: %s", i, rows[i].text, iw_buf_string(&out));
        assert_true(iw_set_size(&set, rows[i].star) == rows[i].size);
        iw_buf_release(&out);
        iw_reading_end(&reading);
    }
}

static void test_contains(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t number, star;
        bool contained;
    } rows[] = {
        {"2:4", 1, 9, false},
        {"2:4", 2, 9, true},
        {"2:4", 4, 9, true},
        {"2:4", 5, 9, false},
        {"4:2", 3, 9, true},
        {"*", 9, 9, true},
        {"*", 8, 9, false},
        {"12:*", 10, 9, true},
        {"12:*", 8, 9, false},
        {"1,7", 7, 9, true},
        {"1:*", 5, 0, false},
        {"1:*", 0, 0, false},
        {"4294967295", UINT32_MAX, 9, true},
        {"$", 1, 9, false},
        {"1:5", 0, 9, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_set set;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        assert_int_equal(iw_parse_set(&reading.reader, &set), IW_OK);
        if (iw_set_contains(&set, rows[i].number, rows[i].star) != rows[i].contained)
            fail_msg("row %zu, %s", i, rows[i].text);
        iw_reading_end(&reading);
    }
}

static void test_size_counts_ranges_that_overlap_twice(void **state)
{
    (void)state;
    struct iw_range ranges[] = {{1, UINT32_MAX}, {UINT32_MAX, 1}, {5, 5}};
    struct iw_set set = {.ranges = ranges, .count = 3};
    assert_true(iw_set_size(&set, 9) == 2 * (uint64_t)UINT32_MAX + 1);
}

static void test_normalize_without_memory(void **state)
{
    (void)state;
    struct iw_arena arena;
    struct iw_range ranges[] = {{3, 3}, {1, 1}};
    struct iw_set set = {.ranges = ranges, .count = 2};
    iw_arena_init(&arena, NULL, 10);
    assert_false(iw_set_normalize(&set, 9, &arena));
    assert_ptr_equal(set.ranges, ranges);
    assert_int_equal(set.count, 2);
    iw_arena_release(&arena);
}

static bool in_bits(const bool *members, const struct iw_set *set, uint32_t star)
{
    for (uint32_t number = 1; number < 40; number++)
        if (iw_set_contains(set, number, star) != members[number])
            return false;
    return true;
}

static bool followed(const bool *members, const struct iw_set *set)
{
    size_t at = 0;
    for (uint32_t number = 1; number < 40; number++)
        if (iw_set_follow(set, number, &at) != members[number])
            return false;
    return true;
}

/* Against a set of bits. */
static void test_normalize_keeps_the_members(void **state)
{
    (void)state;
    struct iw_random random;
    struct iw_arena arena;
    iw_random_seed(&random, 11);
    iw_arena_init(&arena, NULL, 10000);
    for (int round = 0; round < 20000; round++) {
        struct iw_range ranges[8];
        bool members[40] = {false};
        struct iw_set set = {.ranges = ranges, .count = (size_t)iw_random_below(&random, 9)};
        uint32_t star = (uint32_t)iw_random_below(&random, 20) + 1;
        for (size_t i = 0; i < set.count; i++) {
            uint32_t first = (uint32_t)iw_random_below(&random, 39);
            uint32_t last = (uint32_t)iw_random_below(&random, 39);
            ranges[i] = (struct iw_range){first, last};
            first = first == 0 ? star : first;
            last = last == 0 ? star : last;
            for (uint32_t n = first < last ? first : last; n <= first || n <= last; n++)
                members[n] = true;
        }
        assert_true(in_bits(members, &set, star));
        assert_true(iw_set_normalize(&set, star, &arena));
        assert_true(in_bits(members, &set, star));
        assert_true(followed(members, &set));
        uint64_t size = 0;
        for (size_t n = 0; n < 40; n++)
            size += members[n];
        assert_true(iw_set_size(&set, star) == size);
        for (size_t i = 1; i < set.count; i++)
            assert_true(set.ranges[i].first > set.ranges[i - 1].last + 1);
        iw_arena_reset(&arena);
    }
    iw_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_and_write),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_sets),
        cmocka_unit_test(test_flaws_in_long_sets),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_contains),
        cmocka_unit_test(test_size_counts_ranges_that_overlap_twice),
        cmocka_unit_test(test_normalize_without_memory),
        cmocka_unit_test(test_normalize_keeps_the_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
