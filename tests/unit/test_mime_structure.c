/* SPDX-License-Identifier: MIT */
/* Messages and the BODYSTRUCTURE they have; cut at every byte, and without memory. */
#include "mockserver/engine/mime_body.h"

#include "tests/lib/cuts.h"
#include "tests/lib/exact.h"
#include "tests/lib/fetched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NILS_3   " NIL NIL NIL"
#define NILS_4   " NIL" NILS_3
#define US_ASCII "(\"charset\" \"us-ascii\")"
#define TEXT(size, lines)                                                                          \
    "(\"text\" \"plain\" " US_ASCII " NIL NIL \"7bit\" " size " " lines NILS_4 ")"
#define MIXED(boundary)  "Content-Type: multipart/mixed; boundary=" boundary "\r\n\r\n"
#define END_OF(boundary) " \"mixed\" (\"boundary\" \"" boundary "\")" NILS_3 ")"

static const struct {
    const char *why, *message, *structure;
} rows[] = {
    {"nothing at all", "", TEXT("0", "0")},
    {"an empty line", "\r\n", TEXT("0", "0")},
    {"no header", "\r\na\r\n", TEXT("3", "1")},
    {"no body", "Subject: a\r\n\r\n", TEXT("0", "0")},
    {"no empty line", "Subject: a\r\n", TEXT("0", "0")},
    {"no line end", "\r\na", TEXT("1", "0")},
    {"LF alone", "A: b\n\na\nb\n", TEXT("4", "2")},
    {"a line that is no field does not end the header",
     "A: b\r\nno field\r\nMIME-Version: 1.0\r\n"
     "Content-ID: <1>\r\n\r\na",
     "(\"text\" \"plain\" " US_ASCII " \"<1>\" NIL \"7bit\" 1 0" NILS_4 ")"},

    /* types */
    {"as written", "Content-Type: TEXT/Html; CharSet=\"UTF-8\"\r\n\r\n",
     "(\"TEXT\" \"Html\" (\"CharSet\" \"UTF-8\") NIL NIL \"7bit\" 0 0" NILS_4 ")"},
    {"comments and folds",
     "Content-Type: (a) image (b(c)) / (d)\r\n png\r\n\t; name = \"a \\\" b\" (e)\r\n\r\nx",
     "(\"image\" \"png\" (\"name\" \"a \\\" b\") NIL NIL \"7bit\" 1" NILS_4 ")"},
    {"no subtype", "Content-Type: image\r\n\r\n", TEXT("0", "0")},
    {"empty subtype", "Content-Type: image/; name=a\r\n\r\n", TEXT("0", "0")},
    {"two words", "Content-Type: image/png x; name=a\r\n\r\n", TEXT("0", "0")},
    {"empty", "Content-Type:\r\n\r\n", TEXT("0", "0")},
    {"the first counts", "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n",
     "(\"a\" \"b\" NIL NIL NIL \"7bit\" 0" NILS_4 ")"},

    /* parameters */
    {"without a value", "Content-Type: a/b; c; d=; e=\"\"; =f; g=h\r\n\r\n",
     "(\"a\" \"b\" (\"d\" \"\" \"e\" \"\" \"g\" \"h\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"a value that should be quoted", "Content-Type: a/b; c=d/e; f=g h; i=j\r\n\r\n",
     "(\"a\" \"b\" (\"c\" \"d\" \"f\" \"g\" \"i\" \"j\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"a quoted string without an end", "Content-Type: a/b; c=d; e=\"f; g=h\r\n\r\n",
     "(\"a\" \"b\" (\"c\" \"d\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"in sections", "Content-Type: a/b; c*1=e; f=g; c*0=d; c*2=\"\"\r\n\r\n",
     "(\"a\" \"b\" (\"f\" \"g\" \"c\" \"de\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"in extended sections", "Content-Type: a/b; c*0*=utf-8''%e2; c*1=d; e*=f\r\n\r\n",
     "(\"a\" \"b\" (\"e*\" \"f\" \"c*\" \"utf-8''%e2d\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"in sections without the first", "Content-Type: a/b; c*1=d; c*3=e\r\n\r\n",
     "(\"a\" \"b\" (\"c*1\" \"d\" \"c*3\" \"e\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"in sections and alone", "Content-Type: a/b; c*0=d; c=e\r\n\r\n",
     "(\"a\" \"b\" (\"c\" \"e\") NIL NIL \"7bit\" 0" NILS_4 ")"},
    {"no section number", "Content-Type: a/b; c*x=d; *=e; f**=g\r\n\r\n",
     "(\"a\" \"b\" (\"c*x\" \"d\" \"*\" \"e\" \"f**\" \"g\") NIL NIL \"7bit\" 0" NILS_4 ")"},

    /* the other fields */
    {"all of them",
     "MIME-Version: 1.0\r\nContent-ID: <a>\r\nContent-MD5: b\r\n"
     "Content-Description: c\r\n d\r\nContent-Transfer-Encoding: (x) Base64 (y)\r\n"
     "Content-Disposition: attachment (z); filename=e\r\nContent-Language: en, de-DE (x),\r\n"
     "Content-Location: http://f/\r\n\r\nYQ==",
     "(\"text\" \"plain\" " US_ASCII " \"<a>\" \"c d\" \"Base64\" 4 0 \"b\" "
     "(\"attachment\" (\"filename\" \"e\")) (\"en\" \"de-DE\") \"http://f/\")"},
    {"without MIME-Version and Content-Type they mean nothing",
     "Content-ID: <a>\r\nContent-Transfer-Encoding: base64\r\n\r\n", TEXT("0", "0")},
    {"empty ones",
     "Content-Type: a/b\r\nContent-ID:\r\nContent-Disposition:\r\nContent-Language:\r\n"
     "Content-Transfer-Encoding:\r\n\r\n",
     "(\"a\" \"b\" NIL \"\" NIL \"7bit\" 0" NILS_4 ")"},

    /* multiparts */
    {"two parts, a preamble, an epilogue",
     MIXED("x") "pre\r\n--x\r\n\r\na\r\n--x\r\n\r\nbc\r\nd\r\n"
                "--x--\r\nepi\r\n",
     "(" TEXT("1", "0") TEXT("5", "1") END_OF("x")},
    {"no boundary", "Content-Type: multipart/mixed\r\n\r\n--\r\n\r\na\r\n",
     "(" TEXT("0", "0") " \"mixed\" NIL" NILS_3 ")"},
    {"an empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\na\r\n",
     "(" TEXT("0", "0") " \"mixed\" (\"boundary\" \"\")" NILS_3 ")"},
    {"no part", MIXED("x") "pre\r\n--x--\r\n", "(" TEXT("0", "0") END_OF("x")},
    {"no end", MIXED("x") "--x\r\n\r\na\r\n--x\r\n\r\nb\r\n",
     "(" TEXT("1", "0") TEXT("3", "1") END_OF("x")},
    {"the end has no line end", MIXED("x") "--x\r\n\r\na\r\n--x--", "(" TEXT("1", "0") END_OF("x")},
    {"a delimiter without a line end begins nothing", MIXED("x") "--x\r\n\r\na\r\n--x",
     "(" TEXT("1", "0") END_OF("x")},
    {"parts of nothing", MIXED("x") "--x\r\n--x\r\n\r\n--x\r\n\r\n\r\n--x--",
     "(" TEXT("0", "0") TEXT("0", "0") TEXT("0", "0") END_OF("x")},
    {"LF alone", MIXED("x") "--x\n\na\n\n--x\n\nb\n--x--\n",
     "(" TEXT("2", "1") TEXT("1", "0") END_OF("x")},
    {"a part's header without an empty line", MIXED("x") "--x\r\nContent-Type: a/b\r\n--x--\r\n",
     "((\"a\" \"b\" NIL NIL NIL \"7bit\" 0" NILS_4 ")" END_OF("x")},
    {"blanks and more behind the boundary",
     MIXED("x") "--x \t\r\n\r\na\r\n--xyz\r\n\r\nb\r\n--x-- \r\n",
     "(" TEXT("1", "0") TEXT("1", "0") END_OF("x")},
    {"not at the beginning of a line", MIXED("x") " --x\r\n\r\n--x\r\n\r\na --x\r\n --x--\r\n",
     "(" TEXT("15", "2") END_OF("x")},
    {"in a part no MIME-Version is needed", MIXED("x") "--x\r\nContent-ID: <a>\r\n\r\n--x--",
     "((\"text\" \"plain\" " US_ASCII " \"<a>\" NIL \"7bit\" 0 0" NILS_4 ")" END_OF("x")},

    /* nested multiparts */
    {"one in the other",
     MIXED("x") "--x\r\n" MIXED("y") "--y\r\n\r\na\r\n--y--\r\n\r\n--x\r\n\r\nb\r\n--x--",
     "((" TEXT("1", "0") END_OF("y") TEXT("1", "0") END_OF("x")},
    {"the inner does not end",
     MIXED("x") "--x\r\n" MIXED("y") "--y\r\n\r\na\r\n--x\r\n\r\nb\r\n--x--",
     "((" TEXT("1", "0") END_OF("y") TEXT("1", "0") END_OF("x")},
    {"the outer's boundary begins the inner's",
     MIXED("x") "--x\r\n" MIXED("xy") "--xy\r\n\r\na\r\n--xy--\r\n--x\r\n\r\nb\r\n--x--",
     "((" TEXT("1", "0") END_OF("xy") TEXT("1", "0") END_OF("x")},
    {"the inner's boundary begins the outer's",
     MIXED("xy") "--xy\r\n" MIXED("x") "--x\r\n\r\na\r\n--x--\r\n--xy\r\n\r\nb\r\n--xy--",
     "((" TEXT("1", "0") END_OF("x") TEXT("1", "0") END_OF("xy")},
    {"the same, and the inner does not end",
     MIXED("xy") "--xy\r\n" MIXED("x") "--x\r\n\r\na\r\n--xy\r\n\r\nb\r\n--xy--",
     "((" TEXT("1", "0") END_OF("x") TEXT("1", "0") END_OF("xy")},
    {"the inner's boundary is the outer's end",
     MIXED("x") "--x\r\n" MIXED("x--") "--x--\r\n\r\na\r\n--x----\r\n--x\r\n\r\nb\r\n--x--",
     "((" TEXT("1", "0") END_OF("x--") TEXT("1", "0") END_OF("x")},
    {"the same boundary: the inner's",
     MIXED("x") "--x\r\n" MIXED("x") "--x\r\n\r\na\r\n--x--\r\n--x\r\n\r\nb",
     "((" TEXT("1", "0") END_OF("x") TEXT("1", "0") END_OF("x")},

    /* messages within */
    {"a message", "Content-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\nb\r\n",
     "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 17 (NIL \"a\" NIL" NILS_4 NILS_3
     ") " TEXT("3", "1") " 3" NILS_4 ")"},
    {"an empty one", "Content-Type: message/rfc822\r\n\r\n",
     "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 0 (NIL NIL NIL" NILS_4 NILS_3
     ") " TEXT("0", "0") " 0" NILS_4 ")"},
    {"of RFC 6532", "Content-Type: message/global\r\n\r\n\r\na",
     "(\"message\" \"global\" NIL NIL NIL \"7bit\" 3 (NIL NIL NIL" NILS_4 NILS_3
     ") " TEXT("1", "0") " 1" NILS_4 ")"},
    {"not looked into", "Content-Type: message/partial\r\n\r\n\r\na",
     "(\"message\" \"partial\" NIL NIL NIL \"7bit\" 3" NILS_4 ")"},
    {"parts of a digest",
     "Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: a\r\n\r\nb\r\n"
     "--x\r\nContent-Type: a/b\r\n\r\n\r\n--x--",
     "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 15 (NIL \"a\" NIL" NILS_4 NILS_3
     ") " TEXT("1", "0") " 2" NILS_4 ")(\"a\" \"b\" NIL NIL NIL \"7bit\" 0" NILS_4 ")"
                         " \"digest\" (\"boundary\" \"x\")" NILS_3 ")"},
    {"one without an empty line in a multipart",
     MIXED("x") "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: a\r\n--x--\r\n",
     "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 10 (NIL \"a\" NIL" NILS_4 NILS_3
     ") " TEXT("0", "0") " 0" NILS_4 ")" END_OF("x")},
    {"an empty one in a multipart", MIXED("x") "--x\r\nContent-Type: message/rfc822\r\n\r\n--x--",
     "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 0 (NIL NIL NIL" NILS_4 NILS_3
     ") " TEXT("0", "0") " 0" NILS_4 ")" END_OF("x")},
    {"a line end that is the delimiter's, not the header's",
     MIXED("x") "--x\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n--x--",
     "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 6 (NIL NIL NIL" NILS_4 NILS_3
     ") " TEXT("0", "0") " 1" NILS_4 ")" END_OF("x")},
    {"a boundary that someone forgot to quote",
     "Content-Type: multipart/mixed; boundary==_x y\r\n\r\n--=_x\r\n\r\na",
     "(" TEXT("1", "0") END_OF("=_x")},
    {"an encoding that is none", "Content-Type: a/b\r\nContent-Transfer-Encoding: 7 bit\r\n\r\n",
     "(\"a\" \"b\" NIL NIL NIL \"7bit\" 0" NILS_4 ")"},
};

enum { ROWS = sizeof rows / sizeof *rows };

static void assert_tree(const struct iw_mime_message *message, struct iw_span octets)
{
    const struct iw_mime_part *part = &message->root;
    for (size_t left = message->parts; left > 0; left--) {
        if (part->first != NULL)
            part = part->first;
        else {
            while (part->next == NULL)
                part = part->parent;
            part = part->next;
        }
        struct iw_span around = part->parent->body;
        assert_true(part->header.data + part->header.length == part->body.data);
        assert_true(part->header.data >= around.data);
        assert_true(part->body.data + part->body.length <= around.data + around.length);
    }
    assert_int_equal(message->root.header.length + message->root.body.length, octets.length);
}

static enum iw_result write_structure(struct iw_arena *arena, struct iw_span octets, bool extended,
                                      struct iw_buf *out)
{
    struct iw_mime_message message;
    struct iw_body body;
    enum iw_result result = iw_mime_parse(arena, octets, &message);
    if (result == IW_OK) {
        assert_tree(&message, octets);
        result = iw_mime_body(arena, &message, extended, &body);
    }
    if (result == IW_OK)
        iw_write_body(out, &body);
    return result;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_arena arena;
        struct iw_buf out;
        struct iw_span octets = iw_exact_copy(iw_span_of(rows[i].message));
        iw_arena_init(&arena, NULL, 1 << 20);
        iw_buf_init(&out, NULL, 1 << 20);
        assert_int_equal(write_structure(&arena, octets, true, &out), IW_OK);
        if (strcmp(iw_buf_string(&out), rows[i].structure) != 0)
            fail_msg("%s:\n%s\nbut should be\n%s", rows[i].why, iw_buf_string(&out),
                     rows[i].structure);
        iw_assert_fetched("BODYSTRUCTURE", iw_buf_span(&out));
        iw_buf_release(&out);
        iw_arena_release(&arena);
        iw_exact_free(octets);
    }
}

static void check_cut(void *context, size_t place)
{
    struct iw_span cut = iw_exact_copy(iw_span_part(*(struct iw_span *)context, 0, place));
    struct iw_arena arena;
    struct iw_buf out;
    iw_arena_init(&arena, NULL, 1 << 20);
    iw_buf_init(&out, NULL, 1 << 20);
    assert_int_equal(write_structure(&arena, cut, true, &out), IW_OK);
    iw_assert_fetched("BODYSTRUCTURE", iw_buf_span(&out));
    iw_buf_release(&out);
    iw_arena_release(&arena);
    iw_exact_free(cut);
}

static void test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_span whole = iw_span_of(rows[i].message);
        iw_each_cut(whole, check_cut, &whole);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_span octets = iw_span_of(rows[i].message);
        enum iw_result result = IW_NO_MEMORY;
        for (size_t cap = 0; result != IW_OK; cap += 16) {
            struct iw_arena arena;
            struct iw_buf out;
            iw_arena_init(&arena, NULL, cap);
            iw_buf_init(&out, NULL, 1 << 20);
            result = write_structure(&arena, octets, true, &out);
            assert_true(result == IW_OK || result == IW_NO_MEMORY);
            if (result == IW_OK)
                assert_string_equal(iw_buf_string(&out), rows[i].structure);
            iw_buf_release(&out);
            iw_arena_release(&arena);
        }
    }
}

/* Levels deeper than IW_MIME_DEPTH_MAX are there, as octets. */
static void test_depth(void **state)
{
    (void)state;
    struct iw_arena arena;
    struct iw_buf message, out;
    iw_arena_init(&arena, NULL, 1 << 24);
    iw_buf_init(&message, NULL, 1 << 24);
    iw_buf_init(&out, NULL, 1 << 24);
    for (size_t i = 0; i < 1000; i++)
        iw_buf_addf(&message, "Content-Type: multipart/mixed; boundary=%zu.\r\n\r\n--%zu.\r\n", i,
                    i);
    for (size_t i = 0; i < 1000; i++)
        iw_buf_addf(&message, "Content-Type: message/rfc822\r\n\r\n");
    assert_int_equal(write_structure(&arena, iw_buf_span(&message), true, &out), IW_OK);
    iw_assert_fetched("BODYSTRUCTURE", iw_buf_span(&out));
    assert_non_null(strstr(iw_buf_string(&out), "\"application\" \"octet-stream\""));
    iw_buf_release(&message);
    iw_buf_release(&out);
    iw_arena_release(&arena);
}

/* Parts beyond IW_MIME_PARTS_MAX belong to the last. */
static void test_parts(void **state)
{
    (void)state;
    struct iw_arena arena;
    struct iw_buf octets;
    struct iw_mime_message message;
    struct iw_body body;
    iw_arena_init(&arena, NULL, 1 << 26);
    iw_buf_init(&octets, NULL, 1 << 24);
    iw_buf_add_string(&octets, MIXED("x"));
    for (size_t i = 0; i < IW_MIME_PARTS_MAX + 100; i++)
        iw_buf_add_string(&octets, "--x\r\n\r\n");
    assert_int_equal(iw_mime_parse(&arena, iw_buf_span(&octets), &message), IW_OK);
    assert_int_equal(message.parts, IW_MIME_PARTS_MAX);
    assert_int_equal(message.root.last->body.length, 100 * 7);
    assert_int_equal(iw_mime_body(&arena, &message, true, &body), IW_OK);
    iw_buf_release(&octets);
    iw_arena_release(&arena);
}

/* The first parameter, decoded (RFC 2231 §4). */
static const struct {
    const char *type, *value;
} decoded[] = {
    {"a/b; c*=utf-8''%C3%A9", "\xc3\xa9"},
    {"a/b; c*0*=iso-8859-1'fr'%E9; c*1=\"x'%41\"", "\xc3\xa9x'A"},
    {"a/b; c*=utf-8''", ""},
    {"a/b; c*=utf-8''%FF", "\xef\xbf\xbd"},
    {"a/b; c*=''%41", "''%41"},
    {"a/b; c*=nobody''%41", "nobody''%41"},
    {"a/b; c*=utf-8'%41", "utf-8'%41"},
    {"a/b; c*=utf-8''a%00", "utf-8''a%00"},
    {"a/b; c=utf-8''%41", "utf-8''%41"},
    {"a/b; c*0=utf-8''%41", "utf-8''%41"},
};

static void test_decoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof decoded / sizeof *decoded; i++) {
        enum iw_result result = IW_NO_MEMORY;
        for (size_t cap = 0; result != IW_OK; cap += 16) {
            struct iw_arena arena;
            struct iw_mime_type type;
            iw_arena_init(&arena, NULL, cap);
            result = iw_mime_parse_type(&arena, iw_span_of(decoded[i].type), &type);
            if (result == IW_OK)
                result = iw_mime_decode_params(&arena, &type.params);
            assert_true(result == IW_OK || result == IW_NO_MEMORY);
            if (result == IW_OK &&
                !iw_span_equal(type.params.members[0].value, iw_span_of(decoded[i].value)))
                fail_msg("%s: %.*s", decoded[i].type, (int)type.params.members[0].value.length,
                         type.params.members[0].value.data);
            iw_arena_release(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_cut),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_parts),     cmocka_unit_test(test_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
