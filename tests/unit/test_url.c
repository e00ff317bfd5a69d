/* SPDX-License-Identifier: MIT */
/* IMAP URLs: both ways for each row, cut, starved; and Int2AP. */
#include "parser/int2ap.h"
#include "parser/url.h"

#include "tests/lib/cuts.h"
#include "tests/lib/exact.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BAD = 1, VALUES_MAX = 1 << 16 };

static const struct {
    const char *text;
    const char *written; /* NULL: the same, or not at all */
    int bad;
    size_t offset;
} rows[] = {
    {"imap://h/"},
    {"imap://h", "imap://h/"},
    {"IMAP://minbari.example.org/", "imap://minbari.example.org/"},
    {"imap://h:143/"},
    {"imap://[2001:db8::1]:993/INBOX"},
    {"imap://joe@h/INBOX"},
    {"imap://;AUTH=*@h/gray-council;UIDVALIDITY=385759045/;UID=20"},
    {"imap://michael;AUTH=GSSAPI@h/users.*;UIDVALIDITY=1"},
    {"imap://a%40b@h/"},
    {"imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97"},
    {"imap://h/%61%62", "imap://h/ab"},
    {"imap://h/a%2fb%3b", "imap://h/a/b%3B"},
    {"imap://h/a%2f", "imap://h/a%2F"},
    {"imap://h/a%00b"},
    {"imap://h/%0d%0a/829", "imap://h/%0D%0A/829"}, /* CVE-2012-0036: never CRLF as it is */
    {"imap://h/INBOX?SUBJECT%20shadows"},
    {"/INBOX/;UID=20"},
    {"/"},
    {"/INBOX;UIDVALIDITY=4294967295/;UID=4294967295/;SECTION=1.2/;PARTIAL=0.1024"},
    {"/INBOX/;UID=20/;SECTION=HEADER.FIELDS%20(TO)"},
    {"/a/b/;UID=1/;PARTIAL=5"},
    {"/INBOX;uidvalidity=5/;uid=6", "/INBOX;UIDVALIDITY=5/;UID=6"},
    {"imap://h/a/;UID=1;URLAUTH=anonymous"},
    {"imap://h/a/;UID=1;EXPIRE=2006-12-23T11:59:45Z;URLAUTH=submit+fred:internal:"
     "91354a473744909de610943775f92038"},
    {"/a;UIDVALIDITY=1/;UID=1"},
    {"/a;UIDVALIDITY=2/;UID=1"},
    {"/a/;UID=1/;PARTIAL=5.1"},
    {"/a/;UID=1/;SECTION=5"},
    {"imap://h/a/;UID=1;URLAUTH=authuser"},
    {"imap://joe@h/"},
    {"imap://;AUTH=joe@h/"},
    /* the examples of RFC 5092 §6.1, §9 and §9.1, RFC 5593 §4 */
    {"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:"
     "91354a473744909de610943775f92038",
     "imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;URLAUTH=submit+fred:internal:"
     "91354a473744909de610943775f92038"},
    {"imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024"},
    {"imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;uid=20/;section=1.2",
     "imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;UID=20/;SECTION=1.2"},
    {";section=1.4", ";SECTION=1.4"},
    {"imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows"},
    {"imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14+"
     "%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0"},
    {";UID=20"},
    {"..;UIDVALIDITY=385759045/;UID=20"},
    {"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=stream",
     "imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;URLAUTH=stream"},
    {"/foo/;UID=20/..", NULL, BAD, 12},
    /* imapurl-rel */
    {""},
    {"INBOX"},
    {"a/b?ALL"},
    {"mailbox/;UID=20"},
    {"mailbox/;UID=20/;SECTION=1/;PARTIAL=0.5"},
    {";UID=20/;SECTION=1"},
    {";UID=20/;PARTIAL=1"},
    {";SECTION=1/;PARTIAL=1"},
    {";PARTIAL=1"},
    {"a/b:c"},
    {"a%3Ab"},
    {"a@b/c:d"},
    {"%2Fa"},
    {"/%2Fa"},
    {"//h/"},
    {"//h", "//h/"},
    {"//joe;AUTH=*@h:1/a"},
    {"imap://h//a"},
    {"a:b", NULL, BAD, 1},
    {"/;UID=20", NULL, BAD, 1},
    {"/;SECTION=1", NULL, BAD, 1},
    {";UIDVALIDITY=1", NULL, BAD, 0},
    {";PARTIAL=1/;SECTION=1", NULL, BAD, 10},
    {"a/;SECTION=1", NULL, BAD, 1},
    {"a/;UID=1;URLAUTH=anonymous", NULL, BAD, 8},
    {"/a;URLAUTH=anonymous", NULL, BAD, 2},
    {"///a", NULL, BAD, 2},
    {"http://h/", NULL, BAD, 4},
    {"imaps://h/", NULL, BAD, 5},
    {"imap:/h", NULL, BAD, 4},
    /* hosts and ports */
    {"imap://h:/", "imap://h/"},
    {"imap://h:", "imap://h/"},
    {"imap://a%20b/"},
    {"imap://[v7.a:b]/"},
    {"imap://[]/", NULL, BAD, 8},
    {"imap://a%2/", NULL, BAD, 8},
    /* who may, and until when */
    {"imap://h/a/;UID=1;URLAUTH=user+fred%20x"},
    {"imap://h/a/;UID=1;EXPIRE=2008-02-29T23:59:60.123+14:00;URLAUTH=authuser"},
    {"imap://h/a/;UID=1;EXPIRE=2000-02-29t00:00:00z;URLAUTH=anonymous"},
    {"/a/;UID=1;URLAUTH=nobody", NULL, BAD, 18},
    {"/a/;UID=1;URLAUTH=user+", NULL, BAD, 23},
    {"/a/;UID=1;URLAUTH=authuser+x", NULL, BAD, 26},
    {"/a/;UID=1;URLAUTH=anonymous:IN_T:91354a473744909de610943775f92038", NULL, BAD, 30},
    {"/a/;UID=1;EXPIRE=1900-02-29T00:00:00Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-13-01T00:00:00Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-31T00:00:00Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-30T24:00:00Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-30T00:60:00Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-30T00:00:61Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-30T00:00:00.Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-30T00:00:00+24:00;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-04-30T00:00:00;URLAUTH=anonymous", NULL, BAD, 17},
    {"/a/;UID=1;EXPIRE=2006-4-30T00:00:00Z;URLAUTH=anonymous", NULL, BAD, 17},
    {"imap://", NULL, BAD, 7},
    {"imap:///a", NULL, BAD, 7},
    {"imap://@h/", NULL, BAD, 7},
    {"imap://a;AUTH=@h/", NULL, BAD, 14},
    {"imap://a;X@h/", NULL, BAD, 8},
    {"imap://[::1/", NULL, BAD, 11},
    {"imap://h:0/", NULL, BAD, 9},
    {"imap://h:65536/", NULL, BAD, 9},
    {"/a;UIDVALIDITY=0", NULL, BAD, 15},
    {"/a;UIDVALIDITY=1x", NULL, BAD, 16},
    {"/a/;UID=", NULL, BAD, 8},
    {"/a/;UID=4294967296", NULL, BAD, 8},
    {"/a/;UID=1/;SECTION=", NULL, BAD, 19},
    {"/a/;UID=1/;PARTIAL=", NULL, BAD, 19},
    {"/a/;UID=1/;PARTIAL=1.0", NULL, BAD, 21},
    {"/a/;UID=1/;PARTIAL=1/;SECTION=2", NULL, BAD, 20},
    {"/a/;UID=1;EXPIRE=2006-12-23T11:59:45Z", NULL, BAD, 37},
    {"/a/;UID=1;URLAUTH=", NULL, BAD, 18},
    {"/a/;UID=1;URLAUTH=anonymous:INTERNAL:91354a47", NULL, BAD, 45},
    {"/a;UID=1", NULL, BAD, 2},
    {"/a%2", NULL, BAD, 2},
    {"/a%g0", NULL, BAD, 2},
    {"/a b", NULL, BAD, 2},
    {"/a\"", NULL, BAD, 2},
    {"/\xc3\xa4", NULL, BAD, 1},
    {"/a?", NULL, BAD, 3},
    {"/a?b/;UID=1", NULL, BAD, 4},
};
enum { ROWS = sizeof rows / sizeof *rows };

static const char *wanted(size_t i)
{
    return rows[i].written == NULL ? rows[i].text : rows[i].written;
}

static void check_written(size_t i, const struct iw_imap_url *url, struct iw_arena *arena)
{
    struct iw_buf out;
    struct iw_imap_url again;
    struct iw_error error = {0};
    iw_buf_init(&out, NULL, 1000);
    iw_write_imap_url(&out, url);
    if (strcmp(iw_buf_string(&out), wanted(i)) != 0)
        fail_msg("%s is written %s", rows[i].text, iw_buf_string(&out));
    assert_int_equal(iw_parse_imap_url(iw_buf_span(&out), arena, &again, &error), IW_OK);
    assert_true(iw_imap_url_equal(url, &again));
    iw_buf_release(&out);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_span text = iw_exact_copy(iw_span_of(rows[i].text));
        struct iw_arena arena;
        struct iw_imap_url url;
        struct iw_error error = {0};
        iw_arena_init(&arena, NULL, VALUES_MAX);
        enum iw_result result = iw_parse_imap_url(text, &arena, &url, &error);
        if (result != (rows[i].bad ? IW_SYNTAX : IW_OK) || error.offset != rows[i].offset)
            fail_msg("%s: %s at %zu, expecting %s", rows[i].text, iw_result_name(result),
                     error.offset, error.expected == NULL ? "" : error.expected);
        if (result == IW_OK)
            check_written(i, &url, &arena);
        iw_arena_release(&arena);
        iw_exact_free(text);
    }
}

static void test_equal_tells_rows_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < i; j++) {
            struct iw_arena arena;
            struct iw_imap_url a, b;
            if (rows[i].bad || rows[j].bad)
                continue;
            iw_arena_init(&arena, NULL, VALUES_MAX);
            iw_parse_imap_url(iw_span_of(rows[i].text), &arena, &a, NULL);
            iw_parse_imap_url(iw_span_of(rows[j].text), &arena, &b, NULL);
            if (iw_imap_url_equal(&a, &b) != (strcmp(wanted(i), wanted(j)) == 0))
                fail_msg("equal or not: %s and %s", rows[i].text, rows[j].text);
            iw_arena_release(&arena);
        }
}

static void cut(void *context, size_t place)
{
    struct iw_span text = iw_exact_copy(iw_span_part(*(struct iw_span *)context, 0, place));
    struct iw_arena arena;
    struct iw_imap_url url;
    struct iw_error error = {0};
    iw_arena_init(&arena, NULL, VALUES_MAX);
    enum iw_result result = iw_parse_imap_url(text, &arena, &url, &error);
    assert_int_equal(error.code, result);
    assert_true(error.offset <= place);
    iw_arena_release(&arena);
    iw_exact_free(text);
}

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_span text = iw_span_of(rows[i].text);
        iw_each_cut(text, cut, &text);
    }
}

static void test_every_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_failing_alloc failing = {.failed = true};
        for (size_t n = 0; failing.failed; n++) {
            struct iw_arena arena;
            struct iw_imap_url url;
            struct iw_error error = {0};
            iw_failing_alloc_init(&failing, n);
            iw_arena_init(&arena, &failing.alloc, VALUES_MAX);
            enum iw_result result =
                iw_parse_imap_url(iw_span_of(rows[i].text), &arena, &url, &error);
            assert_int_equal(failing.failed, result == IW_NO_MEMORY);
            iw_arena_release(&arena);
            assert_int_equal(failing.blocks, 0);
        }
    }
}

static void test_fields(void **state)
{
    (void)state;
    struct iw_arena arena;
    struct iw_imap_url url;
    iw_arena_init(&arena, NULL, VALUES_MAX);
    struct iw_span text = IW_SPAN("imap://u%40;AUTH=PLAIN@h:42/a%20b;UIDVALIDITY=7/;UID=8/"
                                  ";SECTION=1/;PARTIAL=2.3;URLAUTH=authuser");
    assert_int_equal(iw_parse_imap_url(text, &arena, &url, NULL), IW_OK);
    assert_true(iw_span_equal(url.user, IW_SPAN("u@")));
    assert_true(iw_span_equal(url.mechanism, IW_SPAN("PLAIN")));
    assert_true(iw_span_equal(url.host, IW_SPAN("h")));
    assert_int_equal(url.port, 42);
    assert_true(iw_span_equal(url.mailbox, IW_SPAN("a b")));
    assert_int_equal(url.uidvalidity, 7);
    assert_int_equal(url.uid, 8);
    assert_true(iw_span_equal(url.section, IW_SPAN("1")));
    assert_int_equal(url.origin, 2);
    assert_int_equal(url.length, 3);
    assert_true(iw_span_equal(url.access, IW_SPAN("authuser")));
    assert_null(url.verifier.data);
    iw_arena_release(&arena);
}

static void test_int2ap(void **state)
{
    static const struct {
        uint64_t number;
        const char *letters;
    } pairs[] = {{0, ""},
                 {1, "B"},
                 {15, "P"},
                 {16, "BA"},
                 {4660, "BCDE"},
                 {0xf0f1, "PAPB"},
                 {UINT64_MAX, "PPPPPPPPPPPPPPPP"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 100);
        iw_write_int2ap(&out, pairs[i].number);
        assert_string_equal(iw_buf_string(&out), pairs[i].letters);
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_equal_tells_rows_apart),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_int2ap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
