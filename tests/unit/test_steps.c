/* SPDX-License-Identifier: MIT */
/* base/eight.h and base/scan.h: what looks at many octets in one step says the same as a loop over
 * single octets, for every octet at every place. */
#include "base/chars.h"
#include "base/eight.h"
#include "base/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LONGEST = 50 };

/* ---- scans ---- */

typedef const char *scan(const char *begin, const char *at, const char *end);

static bool is_in_every_atom(char c)
{
    return iw_is(c, IW_CHAR_ATOM) && iw_is(c, IW_CHAR_ASTRING) && iw_is(c, IW_CHAR_TAG) &&
           iw_is(c, IW_CHAR_LIST);
}

static bool is_quoted_char(char c)
{
    return iw_is(c, IW_CHAR_QUOTED);
}

/* Plain octets but for one, in a block of exactly their size. */
static void check_scan(scan *scan_it, bool (*may_skip)(char c), size_t length, size_t odd, char c)
{
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'm', length);
    text[odd] = c;
    for (size_t at = 0; at <= length; at++) {
        size_t stop = (size_t)(scan_it(text, text + at, text + length) - text);
        if (stop < at || stop > length || (at <= odd && odd < stop && !may_skip(c)))
            fail_msg("octet %02x at %zu of %zu, from %zu: %zu", (unsigned char)c, odd, length, at,
                     stop);
    }
    free(text);
}

static void check_scan_of(scan *scan_it, bool (*may_skip)(char c))
{
    static const size_t lengths[] = {1, 15, 16, 17, 31, 32, 33, LONGEST};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t odd = 0; odd < lengths[i]; odd++)
            for (unsigned c = 0; c < 256; c++)
                check_scan(scan_it, may_skip, lengths[i], odd, (char)c);
}

static void test_scans_skip_plain_octets_only(void **state)
{
    (void)state;
    check_scan_of(iw_scan_word, is_in_every_atom);
    check_scan_of(iw_scan_quoted, is_quoted_char);
}

#ifdef __SSE2__
/* The last of some octets stops, and no other does. */
static void check_stop(scan *scan_it, size_t length, char last)
{
    char text[LONGEST];
    memset(text, 'm', sizeof text);
    text[length - 1] = last;
    for (size_t at = 0; at < length; at++)
        assert_ptr_equal(scan_it(text, text + at, text + length), text + length - 1);
}

static void test_scans_skip_what_they_can(void **state)
{
    (void)state;
    for (size_t length = IW_SCAN_STEP; length <= LONGEST; length++) {
        check_stop(iw_scan_word, length, ' ');
        check_stop(iw_scan_quoted, length, '"');
    }
}
#endif

/* ---- eight octets ---- */

static void test_numbers_of_eight_octets(void **state)
{
    (void)state;
    for (unsigned digits = 0; digits <= 8; digits++)
        for (unsigned c = 0; c < 256; c++) {
            char text[9] = "90817263";
            uint32_t number = 7;
            if (digits < 8)
                text[digits] = (char)c;
            unsigned behind = digits < 8 && iw_is((char)c, IW_CHAR_DIGIT) ? 8 : digits;
            uint64_t eight = iw_eight_load(text);
            assert_int_equal(iw_eight_digits(eight), behind);
            if (behind < 8) /* one octet that is no digit is too many */
                assert_false(iw_eight_number(eight, behind + 1, &number));
            assert_int_equal(number, 7);
            if (behind == 0)
                continue;
            assert_true(iw_eight_number(eight, behind, &number));
            text[behind] = '\0';
            assert_int_equal(number, strtoul(text, NULL, 10));
        }
}

static void test_same_octets(void **state)
{
    (void)state;
    for (size_t length = 0; length <= 20; length++) {
        char a[20] = "X-ABCDEFGHIJKLMNOPQ", b[20];
        memcpy(b, a, sizeof b);
        assert_true(iw_eight_same(a, b, length));
        for (size_t i = 0; i < sizeof b; i++) {
            b[i] ^= 0x20;
            if (iw_eight_same(a, b, length) != (i >= length))
                fail_msg("%zu octets, other at %zu", length, i);
            b[i] ^= 0x20;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scans_skip_plain_octets_only),
#ifdef __SSE2__
        cmocka_unit_test(test_scans_skip_what_they_can),
#endif
        cmocka_unit_test(test_numbers_of_eight_octets),
        cmocka_unit_test(test_same_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
