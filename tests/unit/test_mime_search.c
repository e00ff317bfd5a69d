/* SPDX-License-Identifier: MIT */
/* What SEARCH finds in a message, and what compares equal. */
#include "mockserver/engine/mime_search.h"

#include "mockserver/engine/mime_casemap.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char message_text[] =
    "From: \"Fr\\\"ed\" <fred@foo.example>, =?iso-8859-1?q?J=F6rg?= <j@bar.example>\r\n"
    "To: list: a@b;\r\n"
    "Reply-To: <@relay:a@b>\r\n"
    "Subject: =?utf-8?q?=C3=84r?= =?utf-8?q?ger?= today\r\n"
    "X-Twice: one\r\n"
    "X-Twice: two\r\n"
    "X-Empty:\r\n"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    "preamble\r\n"
    "--x\r\nContent-Transfer-Encoding: base64\r\n\r\naGlkZGVuIHdvcmxk\r\n"
    "--x\r\nContent-Type: text/html; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nsplit wo=\r\nrd caf=E9\r\n"
    "--x\r\nContent-Type: image/png\r\n\r\npicture\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?b?aW5uZXI=?=\r\n\r\nnested\r\n"
    "--x\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.0.0\r\n"
    "--x--\r\nepilogue\r\n";

enum where { FIELD, ADDRESSES, BODY, WHOLE };

static const struct {
    enum where where;
    const char *name, *charset, *needle;
    bool found;
} rows[] = {
    {FIELD, "Subject", "utf-8", "\xc3\xa4rger", true},
    {FIELD, "Subject", "utf-8", "\xc3\x84RGER TODAY", true},
    {FIELD, "subject", "utf-8", "a\xcc\x88rger", true},
    {FIELD, "subject", "iso-8859-1", "\xe4rger", true},
    {FIELD, "subject", "utf-8", "arger", false},
    {FIELD, "subject", "utf-8", "", true},
    {FIELD, "X-Twice", "utf-8", "TWO", true},
    {FIELD, "X-Twice", "utf-8", "onetwo", false},
    {FIELD, "X-Empty", "utf-8", "", true},
    {FIELD, "X-Empty", "utf-8", "a", false},
    {FIELD, "X-None", "utf-8", "", false},
    {ADDRESSES, "From", "utf-8", "fr\"ed <FRED@foo", true},
    {ADDRESSES, "From", "utf-8", "j\xc3\xb6rg <j@BAR.example>", true},
    {ADDRESSES, "From", "utf-8", "example>, ", false},
    {ADDRESSES, "From", "utf-8", "", true},
    {ADDRESSES, "Reply-To", "utf-8", "<@relay:a@b>", true},
    {ADDRESSES, "To", "utf-8", "list", true},
    {ADDRESSES, "To", "utf-8", "a@b", true},
    {ADDRESSES, "Cc", "utf-8", "", false},
    {BODY, NULL, "utf-8", "Hidden World", true},
    {BODY, NULL, "utf-8", "split word CAF\xc3\x89", true},
    {BODY, NULL, "utf-8", "aGlkZGVu", false},
    {BODY, NULL, "utf-8", "picture", false},
    {BODY, NULL, "utf-8", "preamble", false},
    {BODY, NULL, "utf-8", "subject: inner", false},
    {BODY, NULL, "utf-8", "image/png", false},
    {BODY, NULL, "utf-8", "status: 5.0.0", true},
    {BODY, NULL, "utf-8", "nested", true},
    {BODY, NULL, "utf-8", "today", false},
    {BODY, NULL, "utf-8", "", true},
    {WHOLE, NULL, "utf-8", "today", true},
    {WHOLE, NULL, "utf-8", "nested", true},
    {WHOLE, NULL, "utf-8", "subject: inner", true},
    {WHOLE, NULL, "utf-8", "content-type: image/png", true},
    {WHOLE, NULL, "utf-8", "picture", false},
    {WHOLE, NULL, "utf-8", "nowhere", false},
};

static bool find(size_t row, struct iw_arena *arena, const struct iw_mime_message *message,
                 const struct iw_mime_needle *needle)
{
    struct iw_span name = iw_span_of(rows[row].name);
    bool found = false;
    switch (rows[row].where) {
    case FIELD:
        return iw_mime_field_has(message, name, needle);
    case ADDRESSES:
        assert_int_equal(iw_mime_addresses_have(arena, message, name, needle, &found), IW_OK);
        return found;
    case BODY:
        return iw_mime_body_has(message, needle);
    case WHOLE:
        return iw_mime_message_has(message, needle);
    }
    return false;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_arena arena;
        struct iw_mime_message message;
        struct iw_mime_needle needle;
        iw_arena_init(&arena, NULL, 1 << 20);
        assert_int_equal(iw_mime_parse(&arena, iw_span_of(message_text), &message), IW_OK);
        assert_int_equal(iw_mime_needle(&arena, IW_COLLATION_UNICODE, iw_span_of(rows[i].charset),
                                        iw_span_of(rows[i].needle), &needle),
                         IW_OK);
        if (find(i, &arena, &message, &needle) != rows[i].found)
            fail_msg("row %zu: \"%s\" should%s be found", i, rows[i].needle,
                     rows[i].found ? "" : " not");
        iw_arena_release(&arena);
    }
}

static bool text_has(const char *text, const char *string)
{
    struct iw_arena arena;
    struct iw_mime_needle needle;
    iw_arena_init(&arena, NULL, 1 << 20);
    assert_int_equal(
        iw_mime_needle(&arena, IW_COLLATION_UNICODE, IW_SPAN("utf-8"), iw_span_of(string), &needle),
        IW_OK);
    bool found = iw_mime_text_has(iw_span_of(text), &needle);
    iw_arena_release(&arena);
    return found;
}

/* Every text of up to eight of two letters, against every one of up to four: as strstr finds. */
static void test_all_small_texts(void **state)
{
    (void)state;
    for (unsigned t = 1; t < 1u << 9; t++) {
        for (unsigned s = 1; s < 1u << 5; s++) {
            char text[10] = "", string[10] = "";
            size_t length = 0;
            for (unsigned rest = t; rest > 1; rest >>= 1)
                text[length++] = (char)('A' + (rest & 1));
            length = 0;
            for (unsigned rest = s; rest > 1; rest >>= 1)
                string[length++] = (char)('A' + (rest & 1));
            if (text_has(text, string) != (strstr(text, string) != NULL))
                fail_msg("\"%s\" in \"%s\"", string, text);
        }
    }
}

static void test_casemap(void **state)
{
    (void)state;
    static const struct {
        const char *text, *mapped;
    } maps[] = {
        {"", ""},
        {"aZ09{~", "AZ09{~"},
        {"\xc3\xa4\xc3\x84", "A\xcc\x88"
                             "A\xcc\x88"}, /* ä Ä */
        {"\xc7\x86\xc7\x85\xc7\x84", "Dz\xcc\x8c"
                                     "Dz\xcc\x8c"
                                     "Dz\xcc\x8c"},               /* ǆ ǅ Ǆ: title case */
        {"\xef\xac\x81", "fi"},                                   /* ﬁ, decomposed only */
        {"\xe1\xba\xa9", "A\xcc\x82\xcc\x89"},                    /* ẩ: twice */
        {"\xea\xb0\x81", "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"}, /* a Hangul syllable */
        {"\xcf\x82\xcf\x83\xce\xa3", "\xce\xa3\xce\xa3\xce\xa3"}, /* ς σ Σ */
        {"\xff", "\xff"},
    };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 1000);
        iw_casemap(IW_COLLATION_UNICODE, &out, iw_span_of(maps[i].text));
        if (strcmp(iw_buf_string(&out), maps[i].mapped) != 0)
            fail_msg("row %zu: %s", i, iw_buf_string(&out));
        iw_buf_release(&out);
    }
}

/* No character becomes more than fits, and what it becomes stays what it is. */
static void test_casemap_is_final(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint32_t mapped[IW_CASEMAP_MAX], again[IW_CASEMAP_MAX];
        size_t count = iw_casemap_char(IW_COLLATION_UNICODE, code, mapped);
        assert_in_range(count, 1, IW_CASEMAP_MAX);
        for (size_t i = 0; code >= 0x80 && i < count; i++) {
            if (mapped[i] < 0x80)
                continue;
            if (iw_casemap_char(IW_COLLATION_UNICODE, mapped[i], again) != 1)
                fail_msg("U+%04X becomes U+%04X, which becomes more", code, mapped[i]);
        }
    }
}

/* Address searches and needles say so when memory runs out, and leave nothing behind. */
static void test_no_memory(void **state)
{
    (void)state;
    bool failed = true;
    for (size_t i = 0; failed; i++) {
        struct iw_failing_alloc failing;
        struct iw_arena arena;
        struct iw_mime_message message;
        struct iw_mime_needle needle;
        bool found = false;
        iw_failing_alloc_init(&failing, i);
        iw_arena_init(&arena, &failing.alloc, 1 << 20);
        enum iw_result result = iw_mime_parse(&arena, iw_span_of(message_text), &message);
        if (result == IW_OK)
            result = iw_mime_needle(&arena, IW_COLLATION_UNICODE, IW_SPAN("utf-8"), IW_SPAN("fred"),
                                    &needle);
        if (result == IW_OK)
            result = iw_mime_addresses_have(&arena, &message, IW_SPAN("From"), &needle, &found);
        failed = failing.failed;
        assert_int_equal(result, failed ? IW_NO_MEMORY : IW_OK);
        assert_int_equal(found, !failed);
        iw_arena_release(&arena);
        assert_int_equal(failing.blocks, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_all_small_texts),
        cmocka_unit_test(test_casemap),   cmocka_unit_test(test_casemap_is_final),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
