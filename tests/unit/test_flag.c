/* SPDX-License-Identifier: MIT */
#include "parser/flag.h"

#include "tests/lib/failing_alloc.h"
#include "tests/lib/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
    ALL_FIVE = IW_FLAG_ANSWERED | IW_FLAG_FLAGGED | IW_FLAG_DELETED | IW_FLAG_SEEN | IW_FLAG_DRAFT
};

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum iw_flag_place place;
        size_t count;
        unsigned bits;
    } rows[] = {
        {"()", IW_FLAGS_STORE, 0, 0},
        {"(\\Seen)", IW_FLAGS_STORE, 1, IW_FLAG_SEEN},
        {"(\\sEEN)", IW_FLAGS_STORE, 1, IW_FLAG_SEEN},
        {"(\\Answered \\Flagged \\Deleted \\Seen \\Draft)", IW_FLAGS_STORE, 5, ALL_FIVE},
        {"(\\Seen \\Seen)", IW_FLAGS_STORE, 2, IW_FLAG_SEEN},
        {"($MDNSent Junk NonJunk $Forwarded x-1 [a+b)", IW_FLAGS_STORE, 6, 0},
        {"(Seen)", IW_FLAGS_STORE, 1, 0},
        {"(\\SeenToo)", IW_FLAGS_STORE, 1, 0},
        {"(NIL)", IW_FLAGS_STORE, 1, 0},
        {"(\\Recent)", IW_FLAGS_FETCH, 1, IW_FLAG_RECENT},
        {"(Recent)", IW_FLAGS_STORE, 1, 0},
        {"(\\Draft \\*)", IW_FLAGS_PERM, 2, IW_FLAG_DRAFT | IW_FLAG_ANY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_flags flags;
        struct iw_buf out;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        iw_buf_init(&out, NULL, 1000);
        enum iw_result result = iw_parse_flags(&reading.reader, rows[i].place, &flags);
        if (result != IW_OK || flags.count != rows[i].count || flags.bits != rows[i].bits ||
            iw_reading_offset(&reading) != strlen(rows[i].text))
            fail_msg("row %zu, %s: %s", i, rows[i].text, iw_result_name(result));
        assert_true((flags.names == NULL) == (flags.count == 0));
        iw_write_flags(&out, &flags);
        assert_string_equal(iw_buf_string(&out), rows[i].text);
        iw_buf_release(&out);
        iw_reading_end(&reading);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum iw_flag_place place;
        size_t offset;
    } rows[] = {
        {"", IW_FLAGS_STORE, 0},
        {"\\Seen", IW_FLAGS_STORE, 0},
        {"NIL", IW_FLAGS_STORE, 0},
        {"(", IW_FLAGS_STORE, 1},
        {"( )", IW_FLAGS_STORE, 1},
        {"(\\Seen", IW_FLAGS_STORE, 6},
        {"(\\Seen )", IW_FLAGS_STORE, 7},
        {"( \\Seen)", IW_FLAGS_STORE, 1},
        {"(\\Seen  \\Draft)", IW_FLAGS_STORE, 7},
        {"(\\Seen,\\Draft)", IW_FLAGS_STORE, 7},
        {"(\\)", IW_FLAGS_STORE, 2},
        {"(\\\\Seen)", IW_FLAGS_STORE, 2},
        {"(\"Seen\")", IW_FLAGS_STORE, 1},
        {"((\\Seen))", IW_FLAGS_STORE, 1},
        {"(a]b)", IW_FLAGS_STORE, 2},
        {"(a%)", IW_FLAGS_STORE, 2},
        {"(\xc3\xa4)", IW_FLAGS_STORE, 1},
        {"(\\*)", IW_FLAGS_STORE, 2},
        {"(\\*)", IW_FLAGS_FETCH, 2},
        {"(*)", IW_FLAGS_PERM, 1},
        {"(\\*x)", IW_FLAGS_PERM, 3},
        {"(\\Seen \\recent)", IW_FLAGS_STORE, 7},
        {"(\\Recent)", IW_FLAGS_PERM, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_flags flags;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        enum iw_result result = iw_parse_flags(&reading.reader, rows[i].place, &flags);
        if (result != IW_SYNTAX || reading.error.offset != rows[i].offset)
            fail_msg("row %zu, %s: %s at %zu", i, rows[i].text, iw_result_name(result),
                     reading.error.offset);
        iw_reading_end(&reading);
    }
}

static void test_recent_by_leniency(void **state)
{
    (void)state;
    static const struct {
        enum iw_flag_place place;
        uint64_t used;
    } rows[] = {{IW_FLAGS_STORE, (uint64_t)1 << IW_LENIENT_FLAG_RECENT},
                {IW_FLAGS_PERM, (uint64_t)1 << IW_LENIENT_FLAG_RECENT},
                {IW_FLAGS_FETCH, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_flags flags;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("(\\Seen \\Recent)"), NULL);
        reading.lenient.allowed = (uint64_t)1 << IW_LENIENT_FLAG_RECENT;
        assert_int_equal(iw_parse_flags(&reading.reader, rows[i].place, &flags), IW_OK);
        assert_int_equal(flags.bits, IW_FLAG_SEEN | IW_FLAG_RECENT);
        assert_true(reading.lenient.used == rows[i].used);
        assert_int_equal(reading.lenient.offsets[IW_LENIENT_FLAG_RECENT],
                         rows[i].used == 0 ? 0 : 7);
        iw_reading_end(&reading);
    }
}

static void test_one_flag(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_span name;
    unsigned bit;
    iw_reading_begin(&reading, IW_FRAME_COMMANDS, IW_SPAN("\\Deleted $x"), NULL);
    assert_int_equal(iw_parse_flag(&reading.reader, IW_FLAGS_STORE, &name, &bit), IW_OK);
    assert_true(iw_span_equal(name, IW_SPAN("\\Deleted")));
    assert_int_equal(bit, IW_FLAG_DELETED);
    assert_true(iw_reader_skip(&reading.reader, ' '));
    assert_int_equal(iw_parse_flag(&reading.reader, IW_FLAGS_STORE, &name, &bit), IW_OK);
    assert_true(iw_span_equal(name, IW_SPAN("$x")));
    assert_int_equal(bit, 0);
    iw_reading_end(&reading);
}

static void test_have(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_flags flags;
    iw_reading_begin(&reading, IW_FRAME_COMMANDS, IW_SPAN("(\\Seen $Junk)"), NULL);
    assert_int_equal(iw_parse_flags(&reading.reader, IW_FLAGS_STORE, &flags), IW_OK);
    assert_true(iw_flags_have(&flags, IW_SPAN("\\SEEN")));
    assert_true(iw_flags_have(&flags, IW_SPAN("$junk")));
    assert_false(iw_flags_have(&flags, IW_SPAN("Seen")));
    assert_false(iw_flags_have(&flags, IW_SPAN("\\See")));
    iw_reading_end(&reading);
}

static void test_limits(void **state)
{
    (void)state;
    for (size_t items = 1; items <= 4; items++) {
        struct iw_reading reading;
        struct iw_flags flags;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("(a b c)"), NULL);
        reading.limits.items = items;
        assert_int_equal(iw_parse_flags(&reading.reader, IW_FLAGS_STORE, &flags),
                         items < 3 ? IW_LIMIT : IW_OK);
        iw_reading_end(&reading);
    }
    struct iw_failing_alloc failing;
    struct iw_reading reading;
    struct iw_flags flags;
    iw_failing_alloc_init(&failing, 0);
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("(a b c)"), &failing.alloc);
    assert_int_equal(iw_parse_flags(&reading.reader, IW_FLAGS_STORE, &flags), IW_NO_MEMORY);
    iw_reading_end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_recent_by_leniency),
        cmocka_unit_test(test_one_flag),
        cmocka_unit_test(test_have),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
