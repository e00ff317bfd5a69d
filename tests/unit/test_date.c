/* SPDX-License-Identifier: MIT */
#include "parser/date.h"

#include "base/random.h"
#include "tests/lib/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_TO_LAST_DAY = 3652059 }; /* 0001-01-01 to 9999-12-31 */

static bool same(const struct iw_date *a, const struct iw_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->zone == b->zone;
}

/* ---- date-time ---- */

static void test_date_time(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written; /* NULL: as read */
        struct iw_date date;
        int64_t seconds; /* since 1970, by date -d of GNU coreutils */
    } rows[] = {
        {"\"17-Jul-1996 02:44:25 -0700\"", NULL, {1996, 7, 17, 2, 44, 25, -420}, 837596665},
        {"\" 1-Jan-1970 00:00:00 +0000\"", NULL, {1970, 1, 1, 0, 0, 0, 0}, 0},
        {"\"01-Jan-1970 00:00:00 +0000\"",
         "\" 1-Jan-1970 00:00:00 +0000\"",
         {1970, 1, 1, 0, 0, 0, 0},
         0},
        {"\"31-Dec-1969 23:59:59 +0000\"", NULL, {1969, 12, 31, 23, 59, 59, 0}, -1},
        {"\" 1-JAN-1970 00:00:00 -0000\"",
         "\" 1-Jan-1970 00:00:00 +0000\"",
         {1970, 1, 1, 0, 0, 0, 0},
         0},
        {"\"29-feb-2000 12:00:00 +0530\"",
         "\"29-Feb-2000 12:00:00 +0530\"",
         {2000, 2, 29, 12, 0, 0, 330},
         951805800},
        {"\"29-Feb-2024 23:59:59 +1400\"", NULL, {2024, 2, 29, 23, 59, 59, 840}, 1709200799},
        {"\" 1-Mar-1900 00:00:00 +0000\"", NULL, {1900, 3, 1, 0, 0, 0, 0}, -2203891200},
        {"\"19-Jan-2038 03:14:07 +0000\"", NULL, {2038, 1, 19, 3, 14, 7, 0}, INT32_MAX},
        {"\"19-Jan-2038 03:14:08 +0000\"",
         NULL,
         {2038, 1, 19, 3, 14, 8, 0},
         (int64_t)INT32_MAX + 1},
        {"\" 1-Jan-0001 00:00:00 +0000\"", NULL, {1, 1, 1, 0, 0, 0, 0}, -62135596800},
        {"\"31-Dec-9999 23:59:59 +0000\"", NULL, {9999, 12, 31, 23, 59, 59, 0}, 253402300799},
        {"\" 1-Jan-0001 00:00:00 +9959\"", NULL, {1, 1, 1, 0, 0, 0, 5999}, -62135956740},
        {"\"31-Dec-9999 23:59:59 -9959\"", NULL, {9999, 12, 31, 23, 59, 59, -5999}, 253402660739},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_date date, again;
        struct iw_buf out;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        iw_buf_init(&out, NULL, 100);
        enum iw_result result = iw_parse_date_time(&reading.reader, &date);
        if (result != IW_OK || !same(&date, &rows[i].date) ||
            iw_reading_offset(&reading) != strlen(rows[i].text))
            fail_msg("row %zu, %s: %s", i, rows[i].text, iw_result_name(result));
        iw_write_date_time(&out, &date);
        assert_string_equal(iw_buf_string(&out),
                            rows[i].written == NULL ? rows[i].text : rows[i].written);
        if (iw_date_to_unix(&date) != rows[i].seconds)
            fail_msg("row %zu, %s: %lld", i, rows[i].text, (long long)iw_date_to_unix(&date));
        assert_true(iw_date_from_unix(rows[i].seconds, date.zone, &again));
        assert_true(same(&date, &again));
        iw_buf_release(&out);
        iw_reading_end(&reading);
    }
}

static void test_date_time_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } rows[] = {
        {"", 0},
        {"NIL", 0},
        {" 1-Jan-1970 00:00:00 +0000", 0},
        {"\"1-Jan-1970 00:00:00 +0000\"", 1},
        {"\"  1-Jan-1970 00:00:00 +0000\"", 2},
        {"\"00-Jan-1970 00:00:00 +0000\"", 1},
        {"\" 0-Jan-1970 00:00:00 +0000\"", 1},
        {"\"32-Jan-1970 00:00:00 +0000\"", 1},
        {"\"31-Apr-1970 00:00:00 +0000\"", 1},
        {"\"30-Feb-2000 00:00:00 +0000\"", 1},
        {"\"29-Feb-1900 00:00:00 +0000\"", 1},
        {"\"29-Feb-2023 00:00:00 +0000\"", 1},
        {"\"01 Jan-1970 00:00:00 +0000\"", 3},
        {"\"01-Jam-1970 00:00:00 +0000\"", 4},
        {"\"01-January-1970 00:00:00 +0000\"", 7},
        {"\"01-01-1970 00:00:00 +0000\"", 4},
        {"\"01-Jan-0000 00:00:00 +0000\"", 8},
        {"\"01-Jan-970 00:00:00 +0000\"", 8},
        {"\"01-Jan-10000 00:00:00 +0000\"", 12},
        {"\"01-Jan-1970  0:00:00 +0000\"", 13},
        {"\"01-Jan-1970 24:00:00 +0000\"", 13},
        {"\"01-Jan-1970 00:60:00 +0000\"", 16},
        {"\"01-Jan-1970 23:59:60 +0000\"", 19},
        {"\"01-Jan-1970 00:00 +0000\"", 18},
        {"\"01-Jan-1970 00:00:00+0000\"", 21},
        {"\"01-Jan-1970 00:00:00 0000\"", 22},
        {"\"01-Jan-1970 00:00:00 GMT\"", 22},
        {"\"01-Jan-1970 00:00:00 +000\"", 25},
        {"\"01-Jan-1970 00:00:00 +0060\"", 25},
        {"\"01-Jan-1970 00:00:00 +00:00\"", 25},
        {"\"01-Jan-1970 00:00:00 +0000", 27},
        {"\"01-Jan-1970 00:00:00 +00000\"", 27},
        {"\"01-Jan-1970 00:00:00 +0000 \"", 27},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_date date;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        enum iw_result result = iw_parse_date_time(&reading.reader, &date);
        if (result != IW_SYNTAX || reading.error.offset != rows[i].offset)
            fail_msg("row %zu, %s: %s at %zu, wanted %zu", i, rows[i].text, iw_result_name(result),
                     reading.error.offset, rows[i].offset);
        iw_reading_end(&reading);
    }
}

/* No prefix of a date is one. */
static void test_date_time_cut_short(void **state)
{
    (void)state;
    struct iw_span text = IW_SPAN("\"17-Jul-1996 02:44:25 -0700\"");
    for (size_t length = 0; length < text.length; length++) {
        struct iw_reading reading;
        struct iw_date date;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span(text.data, length), NULL);
        assert_int_equal(iw_parse_date_time(&reading.reader, &date), IW_SYNTAX);
        iw_reading_end(&reading);
    }
}

/* ---- date ---- */

static void test_date(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written; /* NULL: refused, at offset */
        size_t offset;
    } rows[] = {
        {"1-Feb-1994", "1-Feb-1994", 10},
        {"01-Feb-1994", "1-Feb-1994", 11},
        {"\"1-FEB-1994\" x", "1-Feb-1994", 12},
        {"29-Feb-2000)", "29-Feb-2000", 11},
        {"31-Dec-9999", "31-Dec-9999", 11},
        {"1-Jan-0001", "1-Jan-0001", 10},
        {"", NULL, 0},
        {" 1-Feb-1994", NULL, 0},
        {"\" 1-Feb-1994\"", NULL, 1},
        {"001-Feb-1994", NULL, 2},
        {"0-Feb-1994", NULL, 0},
        {"29-Feb-1994", NULL, 0},
        {"\"31-Nov-1994\"", NULL, 1},
        {"1-Feb-0000", NULL, 6},
        {"1-Feb-94", NULL, 6},
        {"1-Feb", NULL, 5},
        {"1", NULL, 1},
        {"\"1-Feb-1994", NULL, 11},
        {"\"1-Feb-1994 00:00:00\"", NULL, 11},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        struct iw_date date;
        struct iw_buf out;
        iw_reading_begin(&reading, IW_FRAME_COMMANDS, iw_span_of(rows[i].text), NULL);
        iw_buf_init(&out, NULL, 100);
        enum iw_result result = iw_parse_date(&reading.reader, &date);
        bool ok = result == IW_OK;
        if (ok != (rows[i].written != NULL) ||
            (ok ? iw_reading_offset(&reading) : reading.error.offset) != rows[i].offset)
            fail_msg("row %zu, %s: %s at %zu", i, rows[i].text, iw_result_name(result),
                     reading.error.offset);
        if (ok) {
            iw_write_date(&out, &date);
            assert_string_equal(iw_buf_string(&out), rows[i].written);
            assert_int_equal(date.hour + date.minute + date.second + date.zone, 0);
        }
        iw_buf_release(&out);
        iw_reading_end(&reading);
    }
}

/* ---- counting ---- */

static bool is_last_of_month(const struct iw_date *date)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);
    return date->day == days[date->month - 1] + (date->month == 2 && leap);
}

/* The calendar, counted by hand from its first day to its last. */
static void test_every_day(void **state)
{
    (void)state;
    struct iw_date date = {1, 1, 1, 0, 0, 0, 0};
    int64_t seconds = -62135596800;
    for (int64_t day = 0; day < FIRST_TO_LAST_DAY; day++, seconds += 86400) {
        struct iw_date again;
        if (iw_date_to_unix(&date) != seconds || !iw_date_from_unix(seconds, 0, &again) ||
            !same(&date, &again))
            fail_msg("day %lld, %u-%u-%u", (long long)day, date.year, date.month, date.day);
        bool month_over = is_last_of_month(&date);
        bool year_over = month_over && date.month == 12;
        date.day = (uint8_t)(month_over ? 1 : date.day + 1);
        date.month = (uint8_t)(year_over ? 1 : date.month + month_over);
        date.year = (uint16_t)(date.year + year_over);
    }
    assert_int_equal(date.year, 10000);
}

static void test_random_seconds(void **state)
{
    (void)state;
    struct iw_random random;
    iw_random_seed(&random, 3);
    for (int i = 0; i < 300000; i++) {
        struct iw_date date;
        int64_t seconds =
            (int64_t)iw_random_below(&random, 315537897600 - 2 * 360000) - 62135596800 + 360000;
        int16_t zone = (int16_t)((int)iw_random_below(&random, 11999) - 5999);
        assert_true(iw_date_from_unix(seconds, zone, &date));
        assert_int_equal(date.zone, zone);
        assert_true(date.hour < 24 && date.minute < 60 && date.second < 60);
        assert_true(iw_date_to_unix(&date) == seconds);
    }
}

static void test_range_of_seconds(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        int16_t zone;
        bool ok;
    } rows[] = {
        {-62135596800, 0, true},
        {-62135596801, 0, false},
        {253402300799, 0, true},
        {253402300800, 0, false},
        {-62135596800, -1, false},
        {-62135596800, 1, true},
        {-62135596801, 1, true},
        {-62135596860, 1, true},
        {-62135596861, 1, false},
        {253402300799, 1, false},
        {253402300799, -1, true},
        {253402300859, -1, true},
        {253402300860, -1, false},
        {253402660739, -5999, true},
        {253402660740, -5999, false},
        {0, 5999, true},
        {0, 6000, false},
        {0, -5999, true},
        {0, -6000, false},
        {INT64_MAX, 0, false},
        {INT64_MIN, 0, false},
        {INT64_MAX, 5999, false},
        {INT64_MIN, -5999, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_date date;
        if (iw_date_from_unix(rows[i].seconds, rows[i].zone, &date) != rows[i].ok)
            fail_msg("row %zu", i);
        if (rows[i].ok)
            assert_true(iw_date_to_unix(&date) == rows[i].seconds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_time),           cmocka_unit_test(test_date_time_refused),
        cmocka_unit_test(test_date_time_cut_short), cmocka_unit_test(test_date),
        cmocka_unit_test(test_every_day),           cmocka_unit_test(test_random_seconds),
        cmocka_unit_test(test_range_of_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
