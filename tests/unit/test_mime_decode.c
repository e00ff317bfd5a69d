/* SPDX-License-Identifier: MIT */
/* Encodings, charsets and encoded words undone, good ones and broken ones, whatever the size of the
 * pieces; and BINARY, which rests on it. */
#include "mockserver/engine/mime_binary.h"
#include "mockserver/engine/mime_charset.h"
#include "mockserver/engine/mime_word.h"

#include "base/utf8.h"
#include "tests/lib/cuts.h"
#include "tests/lib/exact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BAD "\xef\xbf\xbd"

static const struct {
    const char *why;
    enum iw_mime_encoding encoding;
    const char *text, *decoded;
} encodings[] = {
    {"nothing", IW_MIME_BASE64, "", ""},
    {"whole groups", IW_MIME_BASE64, "aGVsbG8h", "hello!"},
    {"one octet over", IW_MIME_BASE64, "aGVsbA==", "hell"},
    {"two octets over", IW_MIME_BASE64, "aGVsbG8=", "hello"},
    {"lines and blanks", IW_MIME_BASE64, "aG\r\nVs bG\t8=\r\n", "hello"},
    {"no padding", IW_MIME_BASE64, "aGVsbG8", "hello"},
    {"one character over", IW_MIME_BASE64, "aGVsbG8ha", "hello!"},
    {"what is not in the alphabet", IW_MIME_BASE64, "a!G-Vs\xffG8=", "hel\x1b"},
    {"two of them in a row", IW_MIME_BASE64, "aGVsbG8=aGVsbG8=", "hellohello"},
    {"padding alone", IW_MIME_BASE64, "====", ""},
    {"padding too early", IW_MIME_BASE64, "a===aGVs", "hel"},

    {"nothing", IW_MIME_QUOTED_PRINTABLE, "", ""},
    {"plain", IW_MIME_QUOTED_PRINTABLE, "a b\r\nc", "a b\r\nc"},
    {"octets", IW_MIME_QUOTED_PRINTABLE, "=C3=a4=3D", "\xc3\xa4="},
    {"soft breaks", IW_MIME_QUOTED_PRINTABLE, "a=\r\nb= \t\r\nc=\nd=", "abcd"},
    {"blanks at the end of a line", IW_MIME_QUOTED_PRINTABLE, "a \t\r\n b \nc\t", "a\r\n b\nc"},
    {"blanks in it", IW_MIME_QUOTED_PRINTABLE, "a  b \tc", "a  b \tc"},
    {"a blank that stays", IW_MIME_QUOTED_PRINTABLE, "a=20\r\n", "a \r\n"},
    {"no octet", IW_MIME_QUOTED_PRINTABLE, "a=4Gb=G4c==d=4", "a=4Gb=G4c==d=4"},
    {"8-bit", IW_MIME_QUOTED_PRINTABLE, "\xff=FE", "\xff\xfe"},

    {"Q", IW_MIME_Q, "a_b=5F=c3 d ", "a b_\xc3 d "},
    {"Q has no soft breaks", IW_MIME_Q, "a=", "a="},
    {"percent", IW_MIME_PERCENT, "a%20b%c3%A4_=20", "a b\xc3\xa4_=20"},
    {"percent and no octet", IW_MIME_PERCENT, "%4G%%4", "%4G%%4"},
    {"as it is", IW_MIME_IDENTITY, "a=\r\n b=20", "a=\r\n b=20"},
    {"as it is", IW_MIME_UNKNOWN, "a=\r\n b=20", "a=\r\n b=20"},
};

static void test_encodings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        struct iw_span text = iw_exact_copy(iw_span_of(encodings[i].text));
        size_t size = strlen(encodings[i].decoded);
        for (size_t room = 1; room < 10; room++) {
            struct iw_mime_decoder decoder;
            char out[64];
            size_t length = 0, more;
            iw_mime_decode(&decoder, encodings[i].encoding, text);
            while ((more = iw_mime_decode_next(&decoder, out + length, room)) > 0) {
                assert_true(more <= room);
                length += more;
            }
            if (length != size || memcmp(out, encodings[i].decoded, size) != 0)
                fail_msg("row %zu, %s, pieces of %zu: %.*s", i, encodings[i].why, room, (int)length,
                         out);
        }
        assert_int_equal(iw_mime_decoded_size(encodings[i].encoding, text), size);
        iw_exact_free(text);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(iw_mime_encoding_of(iw_span(NULL, 0)), IW_MIME_IDENTITY);
    assert_int_equal(iw_mime_encoding_of(IW_SPAN("8BIT")), IW_MIME_IDENTITY);
    assert_int_equal(iw_mime_encoding_of(IW_SPAN("binary")), IW_MIME_IDENTITY);
    assert_int_equal(iw_mime_encoding_of(IW_SPAN("Base64")), IW_MIME_BASE64);
    assert_int_equal(iw_mime_encoding_of(IW_SPAN("QUOTED-printable")), IW_MIME_QUOTED_PRINTABLE);
    assert_int_equal(iw_mime_encoding_of(IW_SPAN("")), IW_MIME_UNKNOWN);
    assert_int_equal(iw_mime_encoding_of(IW_SPAN("x-uuencode")), IW_MIME_UNKNOWN);
    assert_true(iw_mime_charset_is_known(IW_SPAN("us-ascii")));
    assert_true(iw_mime_charset_is_known(IW_SPAN("UTF-8")));
    assert_true(iw_mime_charset_is_known(IW_SPAN("iso-8859-15")));
    assert_false(iw_mime_charset_is_known(IW_SPAN("x-unknown")));
    assert_false(iw_mime_charset_is_known(IW_SPAN("")));
    assert_false(iw_mime_charset_is_known(IW_SPAN("utf-8//TRANSLIT")));
    assert_false(iw_mime_charset_is_known(iw_span("utf-8\0x", 7)));
}

static const struct {
    const char *charset, *octets, *utf8;
} charsets[] = {
    {"utf-8", "", ""},
    {"utf-8", "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"us-ascii", "\xc3\xa4", "\xc3\xa4"},
    {"x-unknown", "\xc3\xa4\xff", "\xc3\xa4" BAD},
    {"utf-8",
     "\xff"
     "a\xc3"
     "b\x80\xed\xa0\x80",
     BAD "a" BAD "b" BAD BAD BAD BAD},
    {"utf-8", "a\xe2\x82", "a" BAD BAD},
    {"utf-8", "0123456789012\xff\xff", "0123456789012" BAD BAD},
    {"utf-8", "01234567890123\xff\xff", "01234567890123" BAD BAD},
    {"utf-8", "012345678901234\xff\xff", "012345678901234" BAD BAD},
    {"windows-1252", "01234567890123\x81", "01234567890123" BAD},
    {"iso-8859-1", "a\xe4\xff", "a\xc3\xa4\xc3\xbf"},
    {"windows-1252", "\x80\x81z", "\xe2\x82\xac" BAD "z"},
    {"iso-2022-jp", "a\x1b$B$\"\x1b(Bb",
     "a\xe3\x81\x82"
     "b"},
    {"iso-2022-jp", "\x1b$B$", BAD},
    {"shift_jis", "\x82\xa0\x82", "\xe3\x81\x82" BAD},
    {"utf-16be", "\x20\xac\xd8\x3d\xde", "\xe2\x82\xac" BAD "\xe3\xb7\x9e"},
    {"utf-7", "a+IKw-b",
     "a\xe2\x82\xac"
     "b"},
    {"gb18030", "\xc4\xe3", "\xe4\xbd\xa0"},
};

static void check_utf8(struct iw_span text)
{
    for (size_t length; text.length > 0; text = iw_span_part(text, length, text.length)) {
        length = iw_utf8_decode(text, NULL);
        assert_int_not_equal(length, 0);
    }
}

static size_t read_all(struct iw_span charset, struct iw_span octets, size_t room, char *out)
{
    struct iw_mime_text text;
    size_t length = 0, more;
    iw_mime_text(&text, charset, IW_MIME_IDENTITY, octets);
    while ((more = iw_mime_text_next(&text, out + length, room)) > 0) {
        assert_true(more <= room);
        check_utf8(iw_span(out + length, more));
        length += more;
    }
    iw_mime_text_release(&text);
    return length;
}

static void test_charsets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        struct iw_span octets = iw_exact_copy(iw_span_of(charsets[i].octets));
        for (size_t room = IW_MIME_TEXT_ROOM; room < 20; room++) {
            char out[128];
            size_t length = read_all(iw_span_of(charsets[i].charset), octets, room, out);
            if (length != strlen(charsets[i].utf8) || memcmp(out, charsets[i].utf8, length) != 0)
                fail_msg("row %zu, %s: %.*s", i, charsets[i].charset, (int)length, out);
        }
        iw_exact_free(octets);
    }
}

/* A character lies on the border of the pieces that are decoded. */
static void test_borders(void **state)
{
    (void)state;
    static char octets[4 * IW_MIME_PIECE], out[16 * IW_MIME_PIECE];
    for (size_t shift = 0; shift < 4; shift++) {
        size_t length = shift;
        memset(octets, 'a', shift);
        for (; length + 4 <= sizeof octets; length += 4)
            memcpy(octets + length, "\xf0\x9f\x98\x80", 4);
        assert_int_equal(read_all(IW_SPAN("utf-8"), iw_span(octets, length), 100, out), length);
        assert_memory_equal(out, octets, length);
    }
}

static const struct {
    const char *why, *value, *utf8;
} words[] = {
    {"none", "a b", "a b"},
    {"nothing", "", ""},
    {"Q", "=?utf-8?Q?a_=C3=A4?=", "a \xc3\xa4"},
    {"B", "=?UTF-8?b?w6Q=?=", "\xc3\xa4"},
    {"a language", "=?utf-8*de?q?a?=", "a"},
    {"in text", "x =?utf-8?q?a?= y", "x a y"},
    {"blanks between two go", "=?utf-8?q?a?= \r\n =?utf-8?q?b?=", "ab"},
    {"blanks between three go", "=?utf-8?q?a?= =?utf-8?q?b?= =?utf-8?q?c?=", "abc"},
    {"text between two stays", "=?utf-8?q?a?= - =?utf-8?q?b?=", "a - b"},
    {"beside other text", "x=?utf-8?q?a?=y", "xay"},
    {"with blanks in it", "=?utf-8?q?a b?=", "a b"},
    {"folds go", "a\r\n b\n\tc", "a b\tc"},
    {"another charset", "=?iso-8859-1?q?=E4?=", "\xc3\xa4"},
    {"a charset nobody knows", "=?x?q?=C3=A4=FF?=", "\xc3\xa4" BAD},
    {"raw octets", "\xc3\xa4\xff", "\xc3\xa4" BAD},
    {"another encoding", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
    {"no end", "=?utf-8?q?a?", "=?utf-8?q?a?"},
    {"no end but another", "=?utf-8?q?a =?utf-8?q?b?=", "=?utf-8?q?a b"},
    {"the beginning alone", "=?", "=?"},
    {"empty",
     "=?utf-8?q?"
     "?=",
     ""},
};

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct iw_span value = iw_exact_copy(iw_span_of(words[i].value));
        struct iw_buf out;
        iw_buf_init(&out, NULL, 1000);
        iw_mime_add_words(&out, value);
        if (strcmp(iw_buf_string(&out), words[i].utf8) != 0)
            fail_msg("%s: %s", words[i].why, iw_buf_string(&out));
        iw_buf_release(&out);
        iw_exact_free(value);
    }
}

static void check_cut(void *context, size_t place)
{
    struct iw_span cut = iw_exact_copy(iw_span_part(*(struct iw_span *)context, 0, place));
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1000);
    iw_mime_add_words(&out, cut);
    check_utf8(iw_buf_span(&out));
    iw_buf_release(&out);
    iw_exact_free(cut);
}

static void test_words_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct iw_span whole = iw_span_of(words[i].value);
        if (whole.length > 0)
            iw_each_cut(whole, check_cut, &whole);
    }
}

#define TYPE "Content-Type: "
#define CTE  "Content-Transfer-Encoding: "

static const char mixed[] =
    TYPE "multipart/mixed; boundary=x\r\n\r\n"
         "--x\r\n" CTE "base64\r\n\r\nAGE\r\n"
         "--x\r\n" CTE "x-y\r\n\r\na\r\n"
         "--x\r\n" CTE "base64\r\n" TYPE "message/rfc822\r\n\r\n\r\nYQ==\r\n"
         "--x\r\n\r\na=20\r\n--x--";
static const char single[] = TYPE "text/plain\r\n" CTE "quoted-printable\r\n\r\na=20\r\n";

static const struct {
    const char *message;
    uint32_t part; /* 0: none */
    enum iw_result result;
    struct iw_span octets;
    bool leaf;
} parts[] = {
    {mixed, 1, IW_OK, {"\0a", 2}, true},
    {mixed, 2, IW_SYNTAX, {NULL, 0}, true},
    {mixed, 3, IW_OK, {"\r\nYQ==", 6}, false},
    {mixed, 4, IW_OK, {"a=20", 4}, true},
    {mixed, 5, IW_OK, {NULL, 0}, false},
    {mixed, 0, IW_OK, {mixed, sizeof mixed - 1}, false},
    {single, 1, IW_OK, {"a \r\n", 4}, true},
    {single, 0, IW_OK, {single, sizeof single - 1}, false},
};

static void test_binary(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct iw_arena arena;
        struct iw_mime_message message;
        struct iw_span octets;
        uint64_t size;
        uint32_t number = parts[i].part;
        struct iw_section section = {.parts = &number, .part_count = number > 0};
        iw_arena_init(&arena, NULL, 1 << 20);
        assert_int_equal(iw_mime_parse(&arena, iw_span_of(parts[i].message), &message), IW_OK);
        assert_int_equal(iw_mime_is_leaf(&message, &section), parts[i].leaf);
        assert_int_equal(iw_mime_binary(&arena, &message, &section, &octets), parts[i].result);
        assert_int_equal(iw_mime_binary_size(&message, &section, &size), parts[i].result);
        if (parts[i].result == IW_OK) {
            assert_int_equal(size, parts[i].octets.length);
            assert_int_equal(octets.data == NULL, parts[i].octets.data == NULL);
            assert_true(iw_span_equal(octets, parts[i].octets));
        }
        iw_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings), cmocka_unit_test(test_names),
        cmocka_unit_test(test_charsets),  cmocka_unit_test(test_borders),
        cmocka_unit_test(test_words),     cmocka_unit_test(test_words_cut),
        cmocka_unit_test(test_binary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
