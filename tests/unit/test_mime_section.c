/* SPDX-License-Identifier: MIT */
/* One message and what its sections hold (RFC 9051 §6.4.5). */
#include "mockserver/engine/mime_section.h"

#include "tests/lib/exact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TOP     "Subject: s\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
#define PART_1  "Content-ID: <1>\r\n\r\none\r\ntwo"
#define MESSAGE "To: a\r\n b\r\nCc:c\r\n\r\nthree"
#define PART_2  "Content-Type: message/rfc822\r\n\r\n" MESSAGE
#define PARTS   "--y\r\n\r\nfour\r\n--y--"
#define PART_3  "Content-Type: multipart/mixed; boundary=y\r\n\r\n" PARTS
#define MULTI   "Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\nfive\r\n--z--"
#define PART_4  "Content-Type: message/rfc822\r\n\r\n" MULTI
#define TEXT                                                                                       \
    "--x\r\n" PART_1 "\r\n--x\r\n" PART_2 "\r\n--x\r\n" PART_3 "\r\n--x\r\n" PART_4 "\r\n--x--"    \
    "\r\n"

static const char nested[] = TOP TEXT;
static const char plain[] = "A: b\r\nC: d\r\n\r\nbody\r\n";
static const char bare[] = "A: b\nC: d";
static const char within[] = "Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\nc";
static const char hollow[] = "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
                             "--x\r\nContent-Type: message/rfc822\r\n\r\n--x--";
static const char nul[] = "\r\na";

static const struct {
    const char *message, *section, *octets; /* NULL: there is no such section */
} rows[] = {
    {nested, "[]", nested},
    {nested, "[HEADER]", TOP},
    {nested, "[TEXT]", TEXT},
    {nested, "[1]", "one\r\ntwo"},
    {nested, "[1.MIME]", "Content-ID: <1>\r\n\r\n"},
    {nested, "[1.TEXT]", NULL},
    {nested, "[1.HEADER]", NULL},
    {nested, "[1.HEADER.FIELDS (A)]", NULL},
    {nested, "[1.1]", NULL},
    {nested, "[2]", MESSAGE},
    {nested, "[2.MIME]", "Content-Type: message/rfc822\r\n\r\n"},
    {nested, "[2.HEADER]", "To: a\r\n b\r\nCc:c\r\n\r\n"},
    {nested, "[2.TEXT]", "three"},
    {nested, "[2.1]", "three"},
    {nested, "[2.1.MIME]", "To: a\r\n b\r\nCc:c\r\n\r\n"},
    {nested, "[2.1.1]", NULL},
    {nested, "[2.2]", NULL},
    {nested, "[2.HEADER.FIELDS (to X)]", "To: a\r\n b\r\n\r\n"},
    {nested, "[2.HEADER.FIELDS.NOT (TO)]", "Cc:c\r\n\r\n"},
    {nested, "[2.HEADER.FIELDS (X)]", "\r\n"},
    {nested, "[3]", PARTS},
    {nested, "[3.1]", "four"},
    {nested, "[3.1.MIME]", "\r\n"},
    {nested, "[3.2]", NULL},
    {nested, "[3.TEXT]", NULL},
    {nested, "[4]", MULTI},
    {nested, "[4.1]", "five"},
    {nested, "[4.2]", NULL},
    {nested, "[5]", NULL},
    {nested, "[4294967295]", NULL},
    {plain, "[]", plain},
    {plain, "[HEADER]", "A: b\r\nC: d\r\n\r\n"},
    {plain, "[TEXT]", "body\r\n"},
    {plain, "[1]", "body\r\n"},
    {plain, "[1.MIME]", "A: b\r\nC: d\r\n\r\n"},
    {plain, "[2]", NULL},
    {plain, "[1.1]", NULL},
    {plain, "[HEADER.FIELDS (C)]", "C: d\r\n\r\n"},
    {bare, "[HEADER]", bare},
    {bare, "[TEXT]", ""},
    {bare, "[1]", ""},
    {bare, "[HEADER.FIELDS (C A)]", "A: b\nC: d\r\n\r\n"},
    {within, "[1]", "A: b\r\n\r\nc"},
    {within, "[1.1]", "c"},
    {within, "[1.HEADER]", "A: b\r\n\r\n"},
    {within, "[1.TEXT]", "c"},
    {within, "[1.1.1]", NULL},
    {hollow, "[1.MIME]", "Content-Type: message/rfc822\r\n"},
    {hollow, "[1]", ""},
    {"", "[]", ""},
    {"", "[1]", ""},
    {"", "[HEADER.FIELDS (A)]", "\r\n"},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* The arena has the section's numbers and names, and the octets. */
static enum iw_result find(struct iw_arena *arena, struct iw_span message, const char *text,
                           struct iw_span *octets)
{
    struct iw_frame frame = {.bytes = iw_span_of(text)};
    struct iw_reader reader;
    struct iw_error error = {0};
    struct iw_section section;
    struct iw_mime_message *parsed = iw_arena_get(arena, sizeof *parsed);
    if (parsed == NULL)
        return IW_NO_MEMORY;
    iw_reader_init(&reader, &frame, arena, &iw_limits_default, NULL, &error);
    enum iw_result result = iw_parse_section_spec(&reader, &section);
    if (result == IW_OK)
        result = iw_mime_parse(arena, message, parsed);
    return result == IW_OK ? iw_mime_section(arena, parsed, &section, octets) : result;
}

static bool is_as_expected(struct iw_span octets, const char *expected)
{
    if (expected == NULL)
        return octets.data == NULL;
    return octets.data != NULL && iw_span_equal(octets, iw_span_of(expected));
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_arena arena;
        struct iw_span octets, message = iw_exact_copy(iw_span_of(rows[i].message));
        iw_arena_init(&arena, NULL, 1 << 20);
        assert_int_equal(find(&arena, message, rows[i].section, &octets), IW_OK);
        if (!is_as_expected(octets, rows[i].octets))
            fail_msg("%s of \"%.20s…\": \"%.*s\"%s", rows[i].section, rows[i].message,
                     (int)octets.length, octets.data == NULL ? "" : octets.data,
                     octets.data == NULL ? ", which is absent" : "");
        iw_arena_release(&arena);
        iw_exact_free(message);
    }
}

static void test_nul(void **state)
{
    (void)state;
    struct iw_arena arena;
    struct iw_span octets;
    iw_arena_init(&arena, NULL, 1 << 20);
    assert_int_equal(find(&arena, iw_span(nul, sizeof nul), "[TEXT]", &octets), IW_OK);
    assert_true(iw_span_equal(octets, IW_SPAN("a\x80")));
    iw_arena_release(&arena);
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        enum iw_result result = IW_NO_MEMORY;
        for (size_t cap = 0; result != IW_OK; cap += 16) {
            struct iw_arena arena;
            struct iw_span octets;
            iw_arena_init(&arena, NULL, cap);
            result = find(&arena, iw_span_of(rows[i].message), rows[i].section, &octets);
            assert_true(result == IW_OK || result == IW_NO_MEMORY || result == IW_LIMIT);
            iw_arena_release(&arena);
        }
    }
}

static void test_partial(void **state)
{
    (void)state;
    static const struct {
        uint64_t origin, length;
        const char *part;
    } parts[] = {
        {0, 1, "a"},
        {0, 3, "abc"},
        {0, UINT64_MAX, "abc"},
        {2, 1, "c"},
        {2, 2, "c"},
        {1, UINT64_MAX, "bc"},
        {3, 1, ""},
        {4, 1, ""},
        {1, 1, "b"},
        {UINT64_MAX, 1, ""},
        {UINT64_MAX, UINT64_MAX, ""},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct iw_span part = iw_mime_partial(IW_SPAN("abc"), parts[i].origin, parts[i].length);
        if (!iw_span_equal(part, iw_span_of(parts[i].part)))
            fail_msg("row %zu: \"%.*s\"", i, (int)part.length, part.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_partial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
