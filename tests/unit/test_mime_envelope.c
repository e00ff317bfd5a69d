/* SPDX-License-Identifier: MIT */
/* Headers and the ENVELOPE they have; cut at every byte, and without memory. */
#include "mockserver/engine/mime_envelope.h"

#include "tests/lib/cuts.h"
#include "tests/lib/exact.h"
#include "tests/lib/fetched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NILS_3          " NIL NIL NIL"
#define TO(list)        "(NIL NIL NIL NIL NIL " list " NIL NIL NIL NIL)"
#define TEXTS(a, b)     "(" a " " b NILS_3 NILS_3 " NIL NIL)"
#define A_B             "(NIL NIL \"a\" \"b\")"
#define IDS(reply, id)  "(NIL NIL" NILS_3 NILS_3 " " reply " " id ")"
#define FROM(f, s, r)   "(NIL NIL " f " " s " " r NILS_3 " NIL NIL)"
#define MISSING_MAILBOX "\"MISSING_MAILBOX\""
#define MISSING_DOMAIN  "\"MISSING_DOMAIN\""
#define MISSING         MISSING_MAILBOX " " MISSING_DOMAIN

static const struct {
    const char *why, *header, *envelope;
} rows[] = {
    {"nothing", "", TEXTS("NIL", "NIL")},
    {"date and subject as they stand",
     "Date: Mon, 7 Feb 1994\r\nSubject: =?utf-8?q?a?= \"b\"\r\n\r\n",
     TEXTS("\"Mon, 7 Feb 1994\"", "\"=?utf-8?q?a?= \\\"b\\\"\"")},
    {"empty is not absent", "Date:\r\nSubject: \t\r\n", TEXTS("\"\"", "\"\"")},
    {"names in any case, blanks before the colon", "sUBJECT \t:a\r\n", TEXTS("NIL", "\"a\"")},
    {"folded", "Subject: a\r\n  b\r\n\tc\r\n\r\n", TEXTS("NIL", "\"a  b\tc\"")},
    {"folded at once", "Subject:\r\n a\r\n", TEXTS("NIL", "\"a\"")},
    {"folded with LF alone", "Subject: a\n b\n\n", TEXTS("NIL", "\"a b\"")},
    {"of several the last", "Subject: a\r\nSubject: b\r\n", TEXTS("NIL", "\"b\"")},
    {"octets above 0x7f, CR", "Date: \xe4\r\nSubject: a\rb\r\n",
     TEXTS("{1}\r\n\xe4", "{3}\r\na\rb")},
    {"behind the empty line", "Date: a\r\n\r\nSubject: b\r\n", TEXTS("\"a\"", "NIL")},
    {"no field", "a\r\nSubject: b", TEXTS("NIL", "\"b\"")},
    {"ids", "In-Reply-To: <a>\r\n <b>\r\nMessage-ID:<c> \r\n", IDS("\"<a> <b>\"", "\"<c> \"")},

    /* defaults */
    {"sender and reply-to are from", "From: a@b\r\n", FROM("(" A_B ")", "(" A_B ")", "(" A_B ")")},
    {"if empty too", "From: a@b\r\nSender:\r\nReply-To: (x)\r\n",
     FROM("(" A_B ")", "(" A_B ")", "(" A_B ")")},
    {"but not if there", "From: a@b\r\nSender: c@d\r\nReply-To: e@f\r\n",
     FROM("(" A_B ")", "((NIL NIL \"c\" \"d\"))", "((NIL NIL \"e\" \"f\"))")},
    {"no from", "Sender: a@b\r\n", FROM("NIL", "(" A_B ")", "NIL")},
    {"two fields are one list", "To: a@b\r\nTo: a@b, c@d\r\n",
     TO("(" A_B A_B "(NIL NIL \"c\" \"d\"))")},

    /* addresses */
    {"a name", "To: Fred Foo <a@b>\r\n", TO("((\"Fred Foo\" NIL \"a\" \"b\"))")},
    {"a quoted name", "To: \"F, \\\"o\\\\\" Bar <a@b>\r\n",
     TO("((\"F, \\\"o\\\\ Bar\" NIL \"a\" \"b\"))")},
    {"dots in a name", "To: J. R. Foo <a@b>\r\n", TO("((\"J. R. Foo\" NIL \"a\" \"b\"))")},
    {"an encoded word", "To: =?utf-8?q?a?= <a@b>\r\n", TO("((\"=?utf-8?q?a?=\" NIL \"a\" \"b\"))")},
    {"a comment is the name of old", "To: a@b (x (y) \\) z)\r\n",
     TO("((\"x (y) ) z\" NIL \"a\" \"b\"))")},
    {"a comment is no name beside one", "To: (x) F (y) <a@b> (z)\r\n",
     TO("((\"F\" NIL \"a\" \"b\"))")},
    {"comments within", "To: a (x) @ (y) b\r\n", TO("((\"y\" NIL \"a\" \"b\"))")},
    {"a quoted mailbox", "To: \"a b\"@c\r\n", TO("((NIL NIL \"a b\" \"c\"))")},
    {"a domain literal", "To: a@[127.0.0.1]\r\n", TO("((NIL NIL \"a\" \"[127.0.0.1]\"))")},
    {"dots in a mailbox", "To: .a..b.@c.d\r\n", TO("((NIL NIL \".a..b.\" \"c.d\"))")},
    {"blanks around dots", "To: a@b . c\r\n", TO("((NIL NIL \"a\" \"b.c\"))")},
    {"a route", "To: <@x,@y.z:a@b>\r\n", TO("((NIL \"@x,@y.z\" \"a\" \"b\"))")},
    {"folded", "To: a@b,\r\n \"c\r\n d\" <e@f>\r\n", TO("(" A_B "(\"c d\" NIL \"e\" \"f\"))")},
    {"8-bit", "To: \xc3\xa4 <\xc3\xb6@b>\r\n", TO("(({2}\r\n\xc3\xa4 NIL {2}\r\n\xc3\xb6 \"b\"))")},
    {"empty elements", "To: , a@b,, a@b,\r\n", TO("(" A_B A_B ")")},

    /* groups */
    {"a group", "To: g h: a@b, F <a@b>;, a@b\r\n",
     TO("((NIL NIL \"g h\" NIL)" A_B "(\"F\" NIL \"a\" \"b\")(NIL NIL NIL NIL)" A_B ")")},
    {"an empty group", "To: undisclosed-recipients:;\r\n",
     TO("((NIL NIL \"undisclosed-recipients\" NIL)(NIL NIL NIL NIL))")},
    {"a group without an end", "To: g: a@b\r\n",
     TO("((NIL NIL \"g\" NIL)" A_B "(NIL NIL NIL NIL))")},
    {"a group without a name", "To: :a@b;\r\n", TO("((NIL NIL \"\" NIL)" A_B "(NIL NIL NIL NIL))")},

    /* broken */
    {"a word", "To: a\r\n", TO("((NIL NIL \"a\" " MISSING_DOMAIN "))")},
    {"two words", "To: a b\r\n", TO("((\"a b\" NIL " MISSING "))")},
    {"a quoted word", "To: \"a\"\r\n", TO("((\"a\" NIL " MISSING "))")},
    {"an empty angle", "To: <>, F <>\r\n", TO("((NIL NIL " MISSING ")(\"F\" NIL " MISSING "))")},
    {"no host", "To: F <a>\r\n", TO("((\"F\" NIL \"a\" " MISSING_DOMAIN "))")},
    {"no end of the angle", "To: F <a@b\r\n", TO("((\"F\" NIL \"a\" \"SYNTAX_ERROR\"))")},
    {"nothing behind @", "To: a@\r\n", TO("((NIL NIL \"a\" " MISSING_DOMAIN "))")},
    {"nothing before @", "To: @b\r\n", TO("((NIL NIL " MISSING_MAILBOX " \"b\"))")},
    {"no end of the comment", "To: a@b, (c\r\n", TO("(" A_B ")")},
    {"no end of the quotes", "To: \"a <a@b>\r\n", TO("((NIL NIL " MISSING "))")},
    {"quotes that begin too late", "To: Fred\" <a@b>\r\n",
     TO("((NIL NIL \"Fred\" " MISSING_DOMAIN "))")},
};

enum { ROWS = sizeof rows / sizeof *rows };

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_arena arena;
        struct iw_buf out;
        struct iw_envelope envelope;
        struct iw_span header = iw_exact_copy(iw_span_of(rows[i].header));
        iw_arena_init(&arena, NULL, 1 << 20);
        iw_buf_init(&out, NULL, 1 << 20);
        assert_int_equal(iw_mime_envelope(&arena, header, &envelope), IW_OK);
        iw_write_envelope(&out, &envelope);
        if (strcmp(iw_buf_string(&out), rows[i].envelope) != 0)
            fail_msg("%s:\n%s\nbut should be\n%s", rows[i].why, iw_buf_string(&out),
                     rows[i].envelope);
        iw_assert_fetched("ENVELOPE", iw_buf_span(&out));
        iw_buf_release(&out);
        iw_arena_release(&arena);
        iw_exact_free(header);
    }
}

static void check_cut(void *context, size_t place)
{
    struct iw_span cut = iw_exact_copy(iw_span_part(*(struct iw_span *)context, 0, place));
    struct iw_arena arena;
    struct iw_buf out;
    struct iw_envelope envelope;
    iw_arena_init(&arena, NULL, 1 << 20);
    iw_buf_init(&out, NULL, 1 << 20);
    assert_int_equal(iw_mime_envelope(&arena, cut, &envelope), IW_OK);
    iw_write_envelope(&out, &envelope);
    iw_assert_fetched("ENVELOPE", iw_buf_span(&out));
    iw_buf_release(&out);
    iw_arena_release(&arena);
    iw_exact_free(cut);
}

static void test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct iw_span whole = iw_span_of(rows[i].header);
        iw_each_cut(whole, check_cut, &whole);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        enum iw_result result = IW_NO_MEMORY;
        for (size_t cap = 0; result != IW_OK; cap += 16) {
            struct iw_arena arena;
            struct iw_envelope envelope;
            iw_arena_init(&arena, NULL, cap);
            result = iw_mime_envelope(&arena, iw_span_of(rows[i].header), &envelope);
            assert_true(result == IW_OK || result == IW_NO_MEMORY);
            iw_arena_release(&arena);
            assert_true(cap < 1 << 20);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
