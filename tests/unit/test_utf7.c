/* SPDX-License-Identifier: MIT */
/* Modified UTF-7: both ways for each row, and everything that has no or another form refused. */
#include "base/utf7.h"
#include "base/utf8.h"

#include "base/random.h"
#include "tests/lib/exact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *utf8, *utf7;
} pairs[] = {
    {"", ""},
    {"INBOX", "INBOX"},
    {"a b~", "a b~"},
    {"&", "&-"},
    {"A&B", "A&-B"},
    {"&&", "&-&-"},
    {"&-", "&--"},
    {"\xc3\xa0", "&AOA-"},
    {"\xc3\xa0\xc3\xa9", "&AOAA6Q-"},
    {"\xc3\xa0\xc3\xa9\xc3\xae", "&AOAA6QDu-"},
    {"a\xc3\xa0z", "a&AOA-z"},
    {"\xc3\xa0&", "&AOA-&-"},
    {"&\xc3\xa0", "&-&AOA-"},
    {"\xc3\xa0-", "&AOA--"},
    /* RFC 3501 §5.1.3 */
    {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
     "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
    {"Entw\xc3\xbcrfe", "Entw&APw-rfe"},
    /* the borders of each length, and of what stands for itself */
    {"\x01", "&AAE-"},
    {"\x1f\x7f", "&AB8Afw-"},
    {"\xc2\x80", "&AIA-"},
    {"\xdf\xbf", "&B,8-"},
    {"\xe0\xa0\x80", "&CAA-"},
    {"\xed\x9f\xbf\xee\x80\x80", "&1,,gAA-"},
    {"\xef\xbf\xbf", "&,,8-"},
    {"\xf0\x90\x80\x80", "&2ADcAA-"},
    {"\xf4\x8f\xbf\xbf", "&2,,f,w-"},
    {"\xf0\x9f\x98\x80x\xf0\x9f\x98\x80", "&2D3eAA-x&2D3eAA-"},
};

static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct iw_buf out;
        struct iw_error error = {0};
        struct iw_span utf8 = iw_exact_copy(iw_span_of(pairs[i].utf8));
        struct iw_span utf7 = iw_exact_copy(iw_span_of(pairs[i].utf7));
        iw_buf_init(&out, NULL, 1000);
        enum iw_result result = iw_utf7_encode(&out, utf8, &error);
        if (result != IW_OK || !iw_span_equal(iw_buf_span(&out), utf7))
            fail_msg("row %zu: encoded as %s", i, iw_buf_string(&out));
        iw_buf_clear(&out);
        result = iw_utf7_decode(&out, utf7, &error);
        if (result != IW_OK || !iw_span_equal(iw_buf_span(&out), utf8))
            fail_msg("row %zu: decoded as %s, %s at %zu", i, iw_buf_string(&out),
                     error.expected == NULL ? "" : error.expected, error.offset);
        iw_exact_free(utf8);
        iw_exact_free(utf7);
        iw_buf_release(&out);
    }
}

static void test_decode_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *why, *utf7;
        size_t offset;
    } rows[] = {
        {"raw UTF-8", "a\xc3\xa0", 1},
        {"control character", "a\tb", 1},
        {"DEL", "\x7f", 0},
        {"lone &", "&", 1},
        {"shift without an end", "a&AOA", 5},
        {"shift that ends in something else", "&AOA.x-", 4},
        {"/ for ,", "&U/BTFw-", 2},
        {"padding", "&AOA=-", 4},
        {"printable ASCII in base64", "&AGE-", 1},
        {"printable ASCII behind other", "&AOAAYQ-", 3},
        {"& in base64", "&ACY-", 1},
        {"~ in base64", "&AH4-", 1},
        {"space in base64", "&ACA-", 1},
        {"two shifts where one would do", "&AOA-&AOk-", 5},
        {"one character short", "&AO-", 3},
        {"one character alone", "&A-", 2},
        {"a character too many", "&AOAA-", 5},
        {"two characters too many", "&AOAAA-", 6},
        {"left-over bits", "&AOB-", 4},
        {"left-over bits behind two", "&AOAA6R-", 7},
        {"low surrogate alone", "&3AA-", 1},
        {"high surrogate alone", "&2AA-", 3},
        {"high surrogate, then a letter", "&2AAA4A-", 3},
        {"two high surrogates", "&2ADYAA-", 3},
        {"a good pair, then a low one", "&2ADcANwA-", 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        struct iw_error error = {0};
        struct iw_span utf7 = iw_exact_copy(iw_span_of(rows[i].utf7));
        iw_buf_init(&out, NULL, 1000);
        iw_buf_add_string(&out, "before");
        enum iw_result result = iw_utf7_decode(&out, utf7, &error);
        if (result != IW_SYNTAX || error.offset != rows[i].offset)
            fail_msg("%s: %s at %zu", rows[i].why, iw_result_name(result), error.offset);
        assert_string_equal(iw_buf_string(&out), "before");
        iw_exact_free(utf7);
        iw_buf_release(&out);
    }
}

static void test_encode_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *utf8;
        size_t offset;
    } rows[] = {
        {"\x80", 0},         {"ab\xc3", 2},           {"\xc3\xa0\xc0\x80", 2},
        {"\xed\xa0\x80", 0}, {"\xf4\x90\x80\x80", 0}, {"a\xc3\xa0\xff", 3},
        {"a\xe5\x8f", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        struct iw_error error = {0};
        struct iw_span utf8 = iw_exact_copy(iw_span_of(rows[i].utf8));
        iw_buf_init(&out, NULL, 1000);
        enum iw_result result = iw_utf7_encode(&out, utf8, &error);
        if (result != IW_SYNTAX || error.offset != rows[i].offset)
            fail_msg("row %zu: %s at %zu", i, iw_result_name(result), error.offset);
        assert_int_equal(out.length, 0);
        iw_exact_free(utf8);
        iw_buf_release(&out);
    }
}

/* Whatever is read is written as it was read: there is one form. */
static void test_random_texts_have_one_form(void **state)
{
    (void)state;
    static const char letters[] = "&&&&----AOAAAgDyYZ,,+/2d3e c";
    struct iw_random random;
    struct iw_buf utf8, utf7;
    size_t accepted = 0;
    iw_random_seed(&random, 7);
    iw_buf_init(&utf8, NULL, 1000);
    iw_buf_init(&utf7, NULL, 1000);
    for (int round = 0; round < 300000; round++) {
        char text[12];
        size_t length = (size_t)iw_random_below(&random, sizeof text + 1);
        for (size_t i = 0; i < length; i++)
            text[i] = letters[iw_random_below(&random, sizeof letters - 1)];
        iw_buf_clear(&utf8);
        iw_buf_clear(&utf7);
        if (iw_utf7_decode(&utf8, iw_span(text, length), NULL) != IW_OK)
            continue;
        accepted++;
        assert_int_equal(iw_utf7_encode(&utf7, iw_buf_span(&utf8), NULL), IW_OK);
        if (!iw_span_equal(iw_buf_span(&utf7), iw_span(text, length)))
            fail_msg("%.*s was written as %s", (int)length, text, iw_buf_string(&utf7));
    }
    assert_true(accepted > 20000);
    iw_buf_release(&utf8);
    iw_buf_release(&utf7);
}

static void test_every_character_comes_back(void **state)
{
    (void)state;
    struct iw_buf utf8, utf7;
    iw_buf_init(&utf8, NULL, 100);
    iw_buf_init(&utf7, NULL, 100);
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char octets[4];
        if (code == 0xd800)
            code = 0xe000;
        struct iw_span text = iw_span(octets, iw_utf8_encode(code, octets));
        iw_buf_clear(&utf8);
        iw_buf_clear(&utf7);
        if (iw_utf7_encode(&utf7, text, NULL) != IW_OK ||
            iw_utf7_decode(&utf8, iw_buf_span(&utf7), NULL) != IW_OK ||
            !iw_span_equal(iw_buf_span(&utf8), text))
            fail_msg("U+%04X", code);
    }
    iw_buf_release(&utf8);
    iw_buf_release(&utf7);
}

static void test_without_room(void **state)
{
    (void)state;
    struct iw_buf out;
    struct iw_error error = {0};
    iw_buf_init(&out, NULL, 4);
    assert_int_equal(iw_utf7_encode(&out, IW_SPAN("\xc3\xa0"), &error), IW_NO_MEMORY);
    assert_int_equal(out.length, 0);
    iw_buf_clear(&out);
    error = (struct iw_error){0};
    assert_int_equal(iw_utf7_decode(&out, IW_SPAN("abcde"), &error), IW_NO_MEMORY);
    assert_int_equal(out.length, 0);
    assert_int_equal(error.code, IW_NO_MEMORY);
    iw_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_decode_refuses),
        cmocka_unit_test(test_encode_refuses),
        cmocka_unit_test(test_random_texts_have_one_form),
        cmocka_unit_test(test_every_character_comes_back),
        cmocka_unit_test(test_without_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
