/* SPDX-License-Identifier: MIT */
/* base/: spans, numbers, character classes, arenas, buffers, base64, UTF-8, random numbers. */
#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/chars.h"
#include "base/random.h"
#include "base/result.h"
#include "base/utf8.h"

#include "tests/lib/exact.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- spans ---- */

static void test_spans(void **state)
{
    (void)state;
    struct iw_span none = iw_span(NULL, 0);
    assert_null(iw_span_of(NULL).data);
    assert_true(iw_span_equal(none, IW_SPAN("")));
    assert_true(iw_span_equal(IW_SPAN("a\0b"), iw_span("a\0b", 3)));
    assert_false(iw_span_equal(IW_SPAN("a\0b"), IW_SPAN("a\0c")));
    assert_false(iw_span_equal(IW_SPAN("Inbox"), IW_SPAN("INBOX")));
    assert_true(iw_span_equal_nocase(IW_SPAN("Inbox"), IW_SPAN("iNBOX")));
    assert_false(iw_span_equal_nocase(IW_SPAN("@["), IW_SPAN("`{")));
    assert_false(iw_span_equal_nocase(IW_SPAN("\xc3\xa4"), IW_SPAN("\xc3\x84")));
    assert_true(iw_span_starts(IW_SPAN("abc"), IW_SPAN("ab")));
    assert_true(iw_span_starts(IW_SPAN("abc"), none));
    assert_false(iw_span_starts(IW_SPAN("ab"), IW_SPAN("abc")));
    assert_true(iw_span_starts_nocase(IW_SPAN("ABC"), IW_SPAN("ab")));
    assert_true(iw_span_equal(iw_span_part(IW_SPAN("abc"), 1, 99), IW_SPAN("bc")));
    assert_int_equal(iw_span_part(IW_SPAN("abc"), 3, 2).length, 0);
    assert_null(iw_span_part(none, 5, 9).data);
}

static void test_words_and_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word, *rest, *line;
    } rows[] = {
        {"", "", "", ""},
        {" ", "", "", " "},
        {"a", "a", "", "a"},
        {"a ", "a", "", "a "},
        {"* OK hi\r\n", "*", "OK hi\r\n", "* OK hi"},
        {" x", "", "x", " x"},
        {"a  b", "a", " b", "a  b"},
        {"a\n", "a\n", "", "a"},
        {"a\r", "a\r", "", "a"},
        {"a\r\r\n", "a\r\r\n", "", "a\r"},
        {"\n\r", "\n\r", "", "\n"},
        {"\r\n", "\r\n", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_span text = iw_exact_copy(iw_span_of(rows[i].text)), rest = text;
        struct iw_span word = iw_span_take_word(&rest), line = iw_span_without_crlf(text);
        if (!iw_span_equal(word, iw_span_of(rows[i].word)) ||
            !iw_span_equal(rest, iw_span_of(rows[i].rest)) ||
            !iw_span_equal(line, iw_span_of(rows[i].line)))
            fail_msg("row %zu", i);
        iw_exact_free(text);
    }
    struct iw_span none = {NULL, 0};
    assert_int_equal(iw_span_take_word(&none).length + iw_span_without_crlf(none).length, 0);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *digits;
        uint64_t max;
        bool ok;
        uint64_t value;
    } rows[] = {
        {"0", 0, true, 0},
        {"1", 0, false, 0},
        {"", 9, false, 0},
        {"007", 9, true, 7},
        {"4294967295", UINT32_MAX, true, UINT32_MAX},
        {"4294967296", UINT32_MAX, false, 0},
        {"9223372036854775808", INT64_MAX, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"18446744073709551620", UINT64_MAX, false, 0},
        {"99999999999999999999", UINT64_MAX, false, 0},
        {"000000000000000000001", UINT64_MAX, false, 0},
        {"+1", 9, false, 0},
        {"-1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1 ", 9, false, 0},
        {"1a", 9, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t value = 77;
        struct iw_span digits = iw_exact_copy(iw_span_of(rows[i].digits));
        bool ok = iw_span_number(digits, rows[i].max, &value);
        iw_exact_free(digits);
        if (ok != rows[i].ok || value != (ok ? rows[i].value : 77))
            fail_msg("row %zu: %s", i, rows[i].digits);
    }
}

/* ---- character classes: derived again from the ABNF of RFC 9051 §9 and RFC 5234 ---- */

static bool one_of(unsigned c, const char *set)
{
    return c != 0 && strchr(set, (int)c) != NULL;
}

static unsigned classes_of(unsigned c)
{
    bool is_char = c >= 0x01 && c <= 0x7f;
    bool ctl = c <= 0x1f || c == 0x7f;
    bool digit = c >= '0' && c <= '9';
    bool alpha = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    bool list_wildcard = one_of(c, "%*");
    bool quoted_special = one_of(c, "\"\\");
    bool resp_special = c == ']';
    bool atom_special = one_of(c, "(){ ") || ctl || list_wildcard || quoted_special || resp_special;
    bool atom = is_char && !atom_special;
    bool text = is_char && c != '\r' && c != '\n';
    return (digit ? (unsigned)IW_CHAR_DIGIT : 0) | (alpha ? (unsigned)IW_CHAR_ALPHA : 0) |
           (atom ? (unsigned)IW_CHAR_ATOM : 0) |
           (atom || resp_special ? (unsigned)IW_CHAR_ASTRING : 0) |
           ((atom || resp_special) && c != '+' ? (unsigned)IW_CHAR_TAG : 0) |
           (atom || list_wildcard || resp_special ? (unsigned)IW_CHAR_LIST : 0) |
           (text && !quoted_special ? (unsigned)IW_CHAR_QUOTED : 0) |
           (text ? (unsigned)IW_CHAR_TEXT : 0);
}

static void test_character_classes(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++)
        if (iw_char_classes[c] != classes_of(c))
            fail_msg("octet 0x%02x: 0x%02x, by the grammar 0x%02x", c, iw_char_classes[c],
                     classes_of(c));
    assert_true(iw_is('\xff', 0xff) == false);
    assert_int_equal(iw_upper('z'), 'Z');
    assert_int_equal(iw_upper('{'), '{');
    assert_int_equal(iw_upper('`'), '`');
}

/* ---- errors ---- */

static void test_the_first_error_wins(void **state)
{
    (void)state;
    struct iw_error error = {0};
    assert_int_equal(iw_fail(&error, IW_SYNTAX, 7, "SP"), IW_SYNTAX);
    assert_int_equal(iw_fail(&error, IW_LIMIT, 9, "less"), IW_LIMIT);
    assert_int_equal(iw_failf(&error, IW_SYSTEM, "%d", 5), IW_SYSTEM);
    assert_int_equal(error.code, IW_SYNTAX);
    assert_int_equal(error.offset, 7);
    assert_string_equal(error.expected, "SP");
    assert_string_equal(error.detail, "");
    assert_int_equal(iw_fail(NULL, IW_FATAL, 0, NULL), IW_FATAL);
    assert_string_equal(iw_result_name(IW_LIMIT), "limit");
    assert_string_equal(iw_result_name((enum iw_result)99), "unknown");
}

/* ---- arenas ---- */

/* What was given before the mark stays, what was given since is given again. */
static void test_arena_marks(void **state)
{
    (void)state;
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, 1000000);
    struct iw_arena_mark beginning = iw_arena_mark(&arena);
    struct iw_span kept = iw_arena_copy(&arena, IW_SPAN("kept"));
    struct iw_arena_mark mark = iw_arena_mark(&arena);
    char *next = iw_arena_get(&arena, 10);
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 20; i++)
            memset(iw_arena_get(&arena, 1000), 0xee, 1000);
        iw_arena_rewind(&arena, mark);
        char *again = iw_arena_get(&arena, 10);
        assert_ptr_equal(again, next);
        assert_int_equal(again[0], 0);
    }
    assert_memory_equal(kept.data, "kept", 5);
    assert_true(arena.held < 100000);
    iw_arena_rewind(&arena, beginning);
    assert_ptr_equal(iw_arena_get(&arena, 1), kept.data);
    iw_arena_release(&arena);
}

static void test_arena(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    struct iw_arena arena;
    iw_failing_alloc_init(&failing, SIZE_MAX);
    iw_arena_init(&arena, &failing.alloc, 100000);
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 300; size++) {
            unsigned char *piece = iw_arena_get(&arena, size);
            assert_non_null(piece);
            assert_int_equal((uintptr_t)piece % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(piece[i], 0);
            memset(piece, 0xee, size);
        }
        iw_arena_reset(&arena);
    }
    size_t requests = failing.requests;
    assert_true(requests <= 6); /* the blocks are kept from round to round */
    struct iw_span copy = iw_arena_copy(&arena, IW_SPAN("a\0b"));
    assert_memory_equal(copy.data, "a\0b", 4);
    assert_null(iw_arena_get(&arena, 100000));
    assert_null(iw_arena_get(&arena, SIZE_MAX));
    assert_null(iw_arena_array(&arena, SIZE_MAX / 2, 4));
    assert_non_null(iw_arena_array(&arena, 0, 4));
    assert_int_equal(failing.requests, requests);
    assert_true(failing.held <= 100000);
    iw_arena_release(&arena);
    assert_int_equal(failing.blocks, 0);
}

static void test_arena_without_memory(void **state)
{
    (void)state;
    for (size_t fail_at = 0; fail_at < 3; fail_at++) {
        struct iw_failing_alloc failing;
        struct iw_arena arena;
        iw_failing_alloc_init(&failing, fail_at);
        iw_arena_init(&arena, &failing.alloc, SIZE_MAX);
        size_t pieces = 0;
        while (iw_arena_get(&arena, 3000) != NULL)
            pieces++;
        assert_true(failing.failed);
        assert_true(pieces >= fail_at);
        assert_null(iw_arena_copy(&arena, iw_span("x", 3000)).data);
        iw_arena_release(&arena);
        assert_int_equal(failing.blocks, 0);
    }
}

/* ---- buffers ---- */

static void test_buf(void **state)
{
    (void)state;
    struct iw_buf buf;
    iw_buf_init(&buf, NULL, 40);
    assert_int_equal(iw_buf_span(&buf).length, 0);
    assert_non_null(iw_buf_span(&buf).data);
    iw_buf_add_string(&buf, "abc");
    iw_buf_add_char(&buf, '-');
    iw_buf_add_number(&buf, UINT64_MAX);
    iw_buf_add_number(&buf, 0);
    iw_buf_addf(&buf, "%s=%d", "x", -5);
    assert_string_equal(iw_buf_string(&buf), "abc-184467440737095516150x=-5");
    iw_buf_consume(&buf, 4);
    iw_buf_truncate(&buf, 2);
    assert_string_equal(iw_buf_string(&buf), "18");
    iw_buf_add(&buf, iw_span("0123456789012345678901234567890123456789", 38));
    assert_false(buf.failed);
    iw_buf_add_char(&buf, '!');
    assert_true(buf.failed);
    assert_int_equal(buf.length, 40);
    assert_string_equal(iw_buf_string(&buf), "");
    iw_buf_clear(&buf);
    iw_buf_add_string(&buf, "again");
    assert_string_equal(iw_buf_string(&buf), "again");
    iw_buf_release(&buf);
}

/* A queue of 1000 octets that is filled and emptied for ever needs no more memory for it. */
static void test_buf_as_a_queue(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    struct iw_buf buf;
    char chunk[100];
    memset(chunk, 'x', sizeof chunk);
    iw_failing_alloc_init(&failing, SIZE_MAX);
    iw_buf_init(&buf, &failing.alloc, 1000);
    for (int i = 0; i < 10000; i++) {
        if (i >= 5)
            iw_buf_consume(&buf, sizeof chunk);
        iw_buf_add(&buf, iw_span(chunk, sizeof chunk));
        assert_false(buf.failed);
    }
    assert_int_equal(buf.length, 500);
    assert_true(failing.peak <= 4096);
    iw_buf_release(&buf);
    assert_int_equal(failing.blocks, 0);
}

static void test_buf_without_memory(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    struct iw_buf buf;
    iw_failing_alloc_init(&failing, 1);
    iw_buf_init(&buf, &failing.alloc, SIZE_MAX);
    iw_buf_add_string(&buf, "first");
    assert_null(iw_buf_reserve(&buf, 100000));
    assert_true(buf.failed);
    iw_buf_add_string(&buf, "later");
    assert_int_equal(buf.length, 5);
    iw_buf_release(&buf);
    assert_int_equal(failing.blocks, 0);
}

/* ---- base64: RFC 4648 §10 and what strictness refuses ---- */

static void test_base64(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        size_t length;
        const char *text;
    } rows[] = {
        {"", 0, ""},
        {"f", 1, "Zg=="},
        {"fo", 2, "Zm8="},
        {"foo", 3, "Zm9v"},
        {"foob", 4, "Zm9vYg=="},
        {"fooba", 5, "Zm9vYmE="},
        {"foobar", 6, "Zm9vYmFy"},
        {"\0user\0pw", 8, "AHVzZXIAcHc="},
        {"\xff\xef\xbe\xfb\xff\xbf", 6,
         "/+++"
         "+/+/"},
        {"\0\0\0", 3, "AAAA"},
        {"\xff\xff\xff", 3, "////"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        struct iw_error error = {0};
        struct iw_span octets = iw_span(rows[i].octets, rows[i].length);
        struct iw_span text = iw_exact_copy(iw_span_of(rows[i].text));
        iw_buf_init(&out, NULL, 100);
        iw_base64_encode(&out, octets);
        assert_true(iw_span_equal(iw_buf_span(&out), text));
        iw_buf_clear(&out);
        assert_int_equal(iw_base64_decode(&out, text, &error), IW_OK);
        assert_true(iw_span_equal(iw_buf_span(&out), octets));
        iw_exact_free(text);
        iw_buf_release(&out);
    }
}

static void test_base64_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } rows[] = {
        {"Z", 1},          {"Zg", 2},   {"Zg=", 3},      {"Zg===", 2},     {"=", 1},
        {"====", 0},       {"Z===", 1}, {"Zg=x", 2},     {"Zg==Zg==", 2},  {"Zm8=Zm8=", 3},
        {"Zh==", 1},       {"Zm9=", 2}, {"Zm9v\r\n", 6}, {"Zm 9vYg==", 2}, {" Zm9v", 0},
        {"Zm9v\nYg==", 4}, {"Zm-v", 2}, {"Zm_v", 2},     {"Zm,v", 2},      {"Zm\xc3v", 2},
        {"Zm9vY", 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        struct iw_error error = {0};
        struct iw_span text = iw_exact_copy(iw_span_of(rows[i].text));
        iw_buf_init(&out, NULL, 100);
        iw_buf_add_string(&out, "before");
        enum iw_result result = iw_base64_decode(&out, text, &error);
        if (result != IW_SYNTAX || error.offset != rows[i].offset)
            fail_msg("%s: %s at %zu", rows[i].text, iw_result_name(result), error.offset);
        assert_string_equal(iw_buf_string(&out), "before");
        iw_exact_free(text);
        iw_buf_release(&out);
    }
}

static void test_base64_without_room(void **state)
{
    (void)state;
    struct iw_buf out;
    struct iw_error error = {0};
    iw_buf_init(&out, NULL, 7);
    iw_buf_add_string(&out, "12");
    assert_int_equal(iw_base64_decode(&out, IW_SPAN("Zm9vYmFy"), &error), IW_NO_MEMORY);
    assert_int_equal(out.length, 2);
    iw_buf_release(&out);
}

/* ---- UTF-8 ---- */

static void test_utf8_every_character(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char octets[4];
        uint32_t again = 0;
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        size_t length = iw_utf8_encode(code, octets);
        if (iw_utf8_decode(iw_span(octets, length), &again) != length || again != code)
            fail_msg("U+%04X", code);
        if (iw_utf8_decode(iw_span(octets, length - 1), NULL) != 0)
            fail_msg("U+%04X cut short", code);
    }
}

static void test_utf8_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc3",
        "\xc3(",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xe2\x82",
        "\xe2(\xac",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xf0\x9f\x98",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_span text = iw_exact_copy(iw_span_of(rows[i]));
        if (iw_utf8_decode(text, NULL) != 0)
            fail_msg("row %zu", i);
        iw_exact_free(text);
    }
    assert_int_equal(iw_utf8_decode(iw_span(NULL, 0), NULL), 0);
}

/* ---- random numbers ---- */

/* The first numbers of splitmix64 and xoshiro256** as published by their authors for these states,
 * so that a seed means the same in every version of the project. */
static void test_random_is_the_published_generator(void **state)
{
    (void)state;
    struct iw_random random;
    iw_random_seed(&random, 0);
    assert_true(random.state[0] == 0xe220a8397b1dcdaf);
    assert_true(random.state[1] == 0x6e789e6aa1b965f4);
    random = (struct iw_random){{1, 2, 3, 4}};
    static const uint64_t wanted[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_true(iw_random_next(&random) == wanted[i]);
}

static void test_random_below(void **state)
{
    (void)state;
    struct iw_random random;
    size_t seen[7] = {0};
    iw_random_seed(&random, 42);
    for (int i = 0; i < 70000; i++) {
        uint64_t number = iw_random_below(&random, 7);
        assert_true(number < 7);
        seen[number]++;
    }
    for (size_t i = 0; i < 7; i++)
        assert_in_range(seen[i], 9500, 10500);
    for (int i = 0; i < 1000; i++) {
        assert_true(iw_random_below(&random, 1) == 0);
        assert_true(iw_random_below(&random, ((uint64_t)1 << 63) + 1) <= (uint64_t)1 << 63);
    }
    size_t low = 0; /* a third of three quarters of all numbers; a remainder would take half */
    for (int i = 0; i < 30000; i++)
        low += iw_random_below(&random, (uint64_t)3 << 62) < (uint64_t)1 << 62;
    assert_in_range(low, 9500, 10500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_words_and_lines),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_character_classes),
        cmocka_unit_test(test_the_first_error_wins),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_arena_marks),
        cmocka_unit_test(test_arena_without_memory),
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_buf_as_a_queue),
        cmocka_unit_test(test_buf_without_memory),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_base64_refused),
        cmocka_unit_test(test_base64_without_room),
        cmocka_unit_test(test_utf8_every_character),
        cmocka_unit_test(test_utf8_refused),
        cmocka_unit_test(test_random_is_the_published_generator),
        cmocka_unit_test(test_random_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
