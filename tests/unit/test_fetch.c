/* SPDX-License-Identifier: MIT */
/* FETCH responses: every typed item, sections, what is kept verbatim, and what does not fit. */
#include "parser/response.h"

#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct iw_row rows[] = {
    /* FLAGS, UID, RFC822.SIZE, MODSEQ */
    {"* 1 FETCH (FLAGS ())\r\n"},
    {"* 1 FETCH (FLAGS (\\Seen \\Recent $Forwarded) UID 4294967295)\r\n"},
    {"* 1 FETCH (flags (\\seen) uid 5)\r\n"},
    {"* 1 FETCH (RFC822.SIZE 0 UID 1)\r\n"},
    {"* 1 FETCH (RFC822.SIZE 9223372036854775807)\r\n"},
    {"* 1 FETCH (MODSEQ (9223372036854775807))\r\n"},
    {"* 1 FETCH (FLAGS (\\*))\r\n", NULL, true, 19},
    {"* 1 FETCH (FLAGS \\Seen)\r\n", NULL, true, 17},
    {"* 1 FETCH (FLAGS)\r\n", NULL, true, 16},
    {"* 1 FETCH (UID 0)\r\n", NULL, true, 15},
    {"* 1 FETCH (UID 4294967296)\r\n", NULL, true, 15},
    {"* 1 FETCH (UID 5a)\r\n", NULL, true, 16},
    {"* 1 FETCH (UID \"5\")\r\n", NULL, true, 15},
    {"* 1 FETCH (RFC822.SIZE 9223372036854775808)\r\n", NULL, true, 23},
    {"* 1 FETCH (RFC822.SIZE -1)\r\n", NULL, true, 23},
    {"* 1 FETCH (MODSEQ 5)\r\n", NULL, true, 18},
    {"* 1 FETCH (MODSEQ (0))\r\n", NULL, true, 19},
    {"* 1 FETCH (MODSEQ (9223372036854775808))\r\n", NULL, true, 19},
    {"* 1 FETCH (MODSEQ (-3))\r\n", NULL, true, 19},

    /* INTERNALDATE */
    {"* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")\r\n"},
    {"* 1 FETCH (INTERNALDATE \" 7-Jul-1996 02:44:25 +0000\")\r\n"},
    {"* 1 FETCH (INTERNALDATE NIL)\r\n", NULL, true, 24},
    {"* 1 FETCH (INTERNALDATE \"30-Feb-1996 02:44:25 -0700\")\r\n", NULL, true, 25},

    /* BODY[…], RFC822 … */
    {"* 1 FETCH (BODY[] \"short\")\r\n", "* 1 FETCH (BODY[] {5}\r\nshort)\r\n"},
    {"* 1 FETCH (BODY[] {5}\r\nshort)\r\n"},
    {"* 1 FETCH (BODY[] {4}\r\na\r\nb)\r\n"},
    {"* 1 FETCH (BODY[] {0}\r\n)\r\n", "* 1 FETCH (BODY[] \"\")\r\n"},
    {"* 1 FETCH (BODY[] NIL)\r\n"},
    {"* 1 FETCH (BODY[] \"NIL\")\r\n", "* 1 FETCH (BODY[] {3}\r\nNIL)\r\n"},
    {"* 1 FETCH (BODY[] \"a {5}\")\r\n", "* 1 FETCH (BODY[] {5}\r\na {5})\r\n"},
    {"* 1 FETCH (BODY[] {1}\r\n\x80)\r\n"},
    {"* 1 FETCH (BODY[TEXT]<0> {1}\r\na BODY[HEADER]<4294967295> NIL)\r\n"},
    {"* 1 FETCH (BODY[1.2.3] NIL BODY[1.MIME] NIL BODY[2.HEADER] NIL)\r\n"},
    {"* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT \"a]b\" c]d)] \"\")\r\n",
     "* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT \"a]b\" \"c]d\")] \"\")\r\n"},
    {"* 1 FETCH (BODY[HEADER.FIELDS (\"TO\" {2}\r\nCC)] \"\" body[header] NIL)\r\n",
     "* 1 FETCH (BODY[HEADER.FIELDS (TO CC)] \"\" body[HEADER] NIL)\r\n"},
    {"* 1 FETCH (BODY[1.HEADER.FIELDS.NOT ({1}\r\na)] NIL)\r\n",
     "* 1 FETCH (BODY[1.HEADER.FIELDS.NOT (a)] NIL)\r\n"},
    {"* 1 FETCH (RFC822 {1}\r\na RFC822.HEADER {1}\r\nb RFC822.TEXT NIL)\r\n"},
    {"* 1 FETCH (body[text] NIL)\r\n", "* 1 FETCH (body[TEXT] NIL)\r\n"},
    {"* 1 FETCH (BODY[] a)\r\n", NULL, true, 18},
    {"* 1 FETCH (BODY[] 5)\r\n", NULL, true, 18},
    {"* 1 FETCH (BODY[] ~{1}\r\na)\r\n", NULL, true, 18},
    {"* 1 FETCH (BODY[])\r\n", NULL, true, 17},
    {"* 1 FETCH (BODY[]\"a\")\r\n", NULL, true, 17},
    {"* 1 FETCH (BODY[ ] NIL)\r\n", NULL, true, 16},
    {"* 1 FETCH (BODY[FOO] NIL)\r\n", NULL, true, 16},
    {"* 1 FETCH (BODY[MIME] NIL)\r\n", NULL, true, 16},
    {"* 1 FETCH (BODY[0] NIL)\r\n", NULL, true, 16},
    {"* 1 FETCH (BODY[1.] NIL)\r\n", NULL, true, 18},
    {"* 1 FETCH (BODY[1TEXT] NIL)\r\n", NULL, true, 17},
    {"* 1 FETCH (BODY[4294967296] NIL)\r\n", NULL, true, 16},
    {"* 1 FETCH (BODY[HEADER.FIELDS] NIL)\r\n", NULL, true, 29},
    {"* 1 FETCH (BODY[HEADER.FIELDS ()] NIL)\r\n", NULL, true, 31},
    {"* 1 FETCH (BODY[HEADER.FIELDS (A B] NIL)\r\n", NULL, true, 40},
    {"* 1 FETCH (BODY[TEXT (A)] NIL)\r\n", NULL, true, 20},
    {"* 1 FETCH (BODY[TEXT NIL)\r\n", NULL, true, 20},
    {"* 1 FETCH (BODY[]<> NIL)\r\n", NULL, true, 18},
    {"* 1 FETCH (BODY[]<0.5> NIL)\r\n", NULL, true, 19},
    {"* 1 FETCH (BODY[]<0 NIL)\r\n", NULL, true, 19},
    {"* 1 FETCH (RFC822[] NIL)\r\n"},

    /* ENVELOPE, BODY, BODYSTRUCTURE */
    {"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)\r\n"},
    {"* 1 FETCH (BODY (\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1) BODY[] NIL)\r\n"},
    {"* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" NIL NIL NIL \"7bit\" 5 NIL))\r\n"},
    {"* 1 FETCH (ENVELOPE)\r\n", NULL, true, 19},

    /* bad ones: kept */
    {"* 1 FETCH (ENVELOPE (NIL \"a \\\" )\" ((NIL NIL {1}\r\n( \"h\"))) UID 7)\r\n"},
    {"* 1 FETCH (BODYSTRUCTURE ((\"a\" \"b\")(\"c\" \"d\") \"mixed\"))\r\n"},
    {"* 1 FETCH (BODY (\"a\" \"b\" NIL NIL NIL \"7bit\" 5 NIL))\r\n"},
    {"* 1 FETCH (ENVELOPE NIL BODY NIL BODYSTRUCTURE () ANNOTATION ())\r\n"},
    {"* 1 FETCH (ENVELOPE (NIL NIL {2}\r\n)( () \"\\\") (\"))\r\n"},
    {"* 1 FETCH (ENVELOPE {3}\r\na b UID 2)\r\n"},
    {"* 1 FETCH (ENVELOPE (a) (b))\r\n", NULL, true, 24},
    {"* 1 FETCH (ENVELOPE (a UID 2)\r\n", NULL, true, 21},
    {"* 1 FETCH (ENVELOPE (NIL NIL UID 2\r\n", NULL, true, 29},
    {"* 1 FETCH (BODY (\"a) UID 2)\r\n", NULL, true, 27},
    {"* 1 FETCH (BODY (a)))\r\n", NULL, true, 20},
    {"* 1 FETCH (BODY  (a))\r\n", NULL, true, 16},

    /* BINARY */
    {"* 1 FETCH (BINARY[1.2]<5> ~{3}\r\na\x01z BINARY.SIZE[1] 3)\r\n",
     "* 1 FETCH (BINARY[1.2]<5> {3}\r\na\x01z BINARY.SIZE[1] 3)\r\n"},
    {"* 1 FETCH (BINARY[] {1}\r\n\xff BINARY[2] NIL binary[3] \"\")\r\n"},
    {"* 1 FETCH (BINARY[1] ~{0}\r\n)\r\n", "* 1 FETCH (BINARY[1] \"\")\r\n"},
    {"* 1 FETCH (BINARY.SIZE[] 4294967295 BINARY.SIZE[4294967295.1] 0)\r\n"},
    {"* 1 FETCH (BINARY.SIZE[1] 4294967296)\r\n", NULL, true, 26},
    {"* 1 FETCH (BINARY.SIZE[1] NIL)\r\n", NULL, true, 26},
    {"* 1 FETCH (BINARY.SIZE[1]<0> 5)\r\n", NULL, true, 25},
    {"* 1 FETCH (BINARY[TEXT] NIL)\r\n", NULL, true, 18},
    {"* 1 FETCH (BINARY[1.MIME] NIL)\r\n", NULL, true, 20},
    {"* 1 FETCH (BINARY[0] NIL)\r\n", NULL, true, 18},
    {"* 1 FETCH (BINARY[1.] NIL)\r\n", NULL, true, 20},
    {"* 1 FETCH (BINARY[1 NIL)\r\n", NULL, true, 19},
    {"* 1 FETCH (BINARY[1] a)\r\n", NULL, true, 21},
    {"* 1 FETCH (BINARY[1] ~\"a\")\r\n", NULL, true, 21},

    /* PREVIEW, SNIPPET */
    {"* 1 FETCH (PREVIEW \"Hello\" UID 4)\r\n"},
    {"* 1 FETCH (PREVIEW NIL)\r\n"},
    {"* 1 FETCH (PREVIEW {2}\r\n\xc3\xa4)\r\n"},
    {"* 1 FETCH (PREVIEW (FUZZY \"Hello\") SNIPPET (FUZZY NIL))\r\n"},
    {"* 1 FETCH (PREVIEW Hello)\r\n", NULL, true, 19},
    {"* 1 FETCH (PREVIEW (FUZZY))\r\n", NULL, true, 25},
    {"* 1 FETCH (PREVIEW (\"a\"))\r\n", NULL, true, 20},
    {"* 1 FETCH (SNIPPET \"a\")\r\n", NULL, true, 19},
    {"* 1 FETCH (SNIPPET (FUZZY \"a\" \"b\"))\r\n", NULL, true, 29},
    {"* 1 FETCH (PREVIEW ~{1}\r\na)\r\n", NULL, true, 19},

    /* EMAILID, THREADID, SAVEDATE */
    {"* 1 FETCH (EMAILID (M6d99ac3275bb4e) THREADID (T-_9))\r\n"},
    {"* 1 FETCH (THREADID NIL SAVEDATE NIL)\r\n"},
    {"* 1 FETCH (SAVEDATE \"17-Jul-1996 02:44:25 -0700\")\r\n"},
    {"* 1 FETCH (EMAILID NIL)\r\n", NULL, true, 19},
    {"* 1 FETCH (EMAILID ())\r\n", NULL, true, 20},
    {"* 1 FETCH (EMAILID (\"M1\"))\r\n", NULL, true, 20},
    {"* 1 FETCH (EMAILID (M.1))\r\n", NULL, true, 21},
    {"* 1 FETCH (EMAILID (M1 M2))\r\n", NULL, true, 22},
    {"* 1 FETCH (THREADID M1)\r\n", NULL, true, 20},
    {"* 1 FETCH (THREADID (NI L))\r\n", NULL, true, 23},
    {"* 1 FETCH (SAVEDATE 17-Jul-1996)\r\n", NULL, true, 20},

    /* X-GM-… */
    {"* 1 FETCH (X-GM-MSGID 1278455344230334865 X-GM-THRID 18446744073709551615)\r\n"},
    {"* 1 FETCH (X-GM-MSGID 18446744073709551616)\r\n", NULL, true, 22},
    {"* 1 FETCH (X-GM-THRID 99999999999999999999)\r\n", NULL, true, 22},
    {"* 1 FETCH (X-GM-THRID NIL)\r\n", NULL, true, 22},
    {"* 1 FETCH (X-GM-LABELS (\\Inbox \"\\\\Sent\" &Jjo-))\r\n",
     "* 1 FETCH (X-GM-LABELS (\\Inbox \\Sent &Jjo-))\r\n"},
    {"* 1 FETCH (X-GM-LABELS () x-gm-labels (\"a b\" NIL +x \"\\\\\" \"\\\\a b\"))\r\n",
     "* 1 FETCH (X-GM-LABELS () x-gm-labels (\"a b\" \"NIL\" +x \"\\\\\" \"\\\\a b\"))\r\n"},
    {"* 1 FETCH (X-GM-LABELS NIL)\r\n", NULL, true, 23},
    {"* 1 FETCH (X-GM-LABELS (\\*))\r\n", NULL, true, 25},
    {"* 1 FETCH (X-GM-LABELS (a (b)))\r\n", NULL, true, 26},
    {"* 1 FETCH (X-GM-LABELS (a ))\r\n", NULL, true, 26},

    /* ANNOTATION */
    {"* 1 FETCH (ANNOTATION (/comment (value.priv \"My\" value.shared NIL)))\r\n"},
    {"* 1 FETCH (ANNOTATION (/a (x \"1\") /b (y \"2\" z NIL)))\r\n"},
    {"* 1 FETCH (ANNOTATION (/a (x \"1\") \"/a\" (y {1}\r\n2)))\r\n",
     "* 1 FETCH (ANNOTATION (/a (x \"1\" y \"2\")))\r\n"},
    {"* 1 FETCH (ANNOTATION (/a (x ~{1}\r\n\x01)))\r\n",
     "* 1 FETCH (ANNOTATION (/a (x \"\x01\")))\r\n"},
    {"* 1 FETCH (ANNOTATION (/a ()))\r\n"},
    {"* 1 FETCH (ANNOTATION (/a (x y)))\r\n"},
    {"* 1 FETCH (ANNOTATION (/a (x \"1\"))\r\n", NULL, true, 34},

    /* of no known name, kept verbatim */
    {"* 1 FETCH (BINARY (1) ENVELOPE[] x UID[1] y)\r\n"},
    {"* 1 FETCH (CID 0bc1 DIGEST.SHA1 a9993e)\r\n"},
    {"* 1 FETCH (X-ANY[a (b \"c]\")] \"\xe4\")\r\n"},
    {"* 1 FETCH (X () Y (()))\r\n"},
    {"* 1 FETCH (X)\r\n", NULL, true, 12},
    {"* 1 FETCH (X )\r\n", NULL, true, 13},
    {"* 1 FETCH (X ()\r\n", NULL, true, 15},
    {"* 1 FETCH (X ((a))\r\n", NULL, true, 18},
    {"* 1 FETCH (X (\"a))\r\n", NULL, true, 18},
    {"* 1 FETCH (X (a{b))\r\n", NULL, true, 16},
    {"* 1 FETCH (X[a NIL)\r\n", NULL, true, 18},
    {"* 1 FETCH (X \xe4)\r\n", NULL, true, 13},

    /* the list */
    {"* 1 FETCH ( UID 5)\r\n", NULL, true, 11},
    {"* 1 FETCH (UID 5 )\r\n", NULL, true, 17},
    {"* 1 FETCH (UID 5  UID 6)\r\n", NULL, true, 17},
    {"* 1 FETCH ((UID 5))\r\n", NULL, true, 11},
    {"* 1 FETCH (UID 5\r\n", NULL, true, 16},
    {"* 1 FETCH (UID 5))\r\n", NULL, true, 17},
    {"* 1 FETCH (UID 5) \r\n", NULL, true, 17},
    {"* 1 FETCH UID 5\r\n", NULL, true, 10},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_RESPONSES, rows, sizeof rows / sizeof *rows};

/* ---- fields ---- */

static void test_fields(void **state)
{
    (void)state;
    struct iw_subject s;
    iw_subject_read(&s, IW_FRAME_RESPONSES,
                    IW_SPAN("* 12 FETCH (UID 7 RFC822.SIZE 44827 MODSEQ (65) FLAGS (\\Seen kw) "
                            "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")\r\n"),
                    NULL);
    assert_int_equal(s.response.number, 12);
    assert_int_equal(s.response.fetch.count, 5);
    assert_int_equal(iw_fetch_find(&s.response.fetch, IW_FETCH_UID)->number, 7);
    assert_int_equal(iw_fetch_find(&s.response.fetch, IW_FETCH_SIZE)->number, 44827);
    assert_int_equal(iw_fetch_find(&s.response.fetch, IW_FETCH_MODSEQ)->number, 65);
    const struct iw_fetch_item *flags = iw_fetch_find(&s.response.fetch, IW_FETCH_FLAGS);
    assert_int_equal(flags->flags.bits, IW_FLAG_SEEN);
    assert_true(iw_flags_have(&flags->flags, IW_SPAN("KW")));
    const struct iw_date *date = &iw_fetch_find(&s.response.fetch, IW_FETCH_INTERNALDATE)->date;
    assert_int_equal(date->month, 7);
    assert_int_equal(date->zone, -420);
    assert_null(iw_fetch_find(&s.response.fetch, IW_FETCH_SECTION));
    iw_subject_close(&s);
}

static void test_sections(void **state)
{
    (void)state;
    struct iw_subject s;
    iw_subject_read(&s, IW_FRAME_RESPONSES,
                    IW_SPAN("* 1 FETCH (RFC822 \"r\" BODY[TEXT]<9> {2}\r\nab BODY[] NIL "
                            "BODY[1.MIME] \"\" ENVELOPE (a (b)))\r\n"),
                    NULL);
    const struct iw_fetch_item *text = iw_fetch_find_section(&s.response.fetch, "text");
    assert_true(iw_span_equal(text->value, IW_SPAN("ab")));
    assert_true(text->has_origin && text->kept);
    assert_int_equal(text->origin, 9);
    assert_int_equal(text->size, 2);
    const struct iw_fetch_item *whole = iw_fetch_find_section(&s.response.fetch, "");
    assert_true(iw_span_equal(whole->name, IW_SPAN("BODY")));
    assert_null(whole->value.data);
    assert_true(whole->has_section);
    const struct iw_fetch_item *mime = iw_fetch_find_section(&s.response.fetch, "1.MIME");
    assert_non_null(mime->value.data);
    assert_int_equal(mime->value.length, 0);
    assert_null(iw_fetch_find_section(&s.response.fetch, "HEADER"));
    const struct iw_fetch_item *first = iw_fetch_find(&s.response.fetch, IW_FETCH_SECTION);
    assert_true(iw_span_equal(first->name, IW_SPAN("RFC822")));
    assert_false(first->has_section);
    const struct iw_fetch_item *bad = &s.response.fetch.items[4];
    assert_int_equal(bad->kind, IW_FETCH_BAD);
    assert_true(iw_span_equal(bad->value, IW_SPAN("(a (b))")));
    assert_int_equal(bad->offset, 1);
    assert_non_null(bad->expected);
    iw_subject_close(&s);
}

/* The octets of a literal that was not kept are told by their number. */
static void test_literal_not_kept(void **state)
{
    (void)state;
    struct iw_subject s;
    struct iw_buf out;
    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("* 1 FETCH (BODY[] {5}\r\nhello UID 3)\r\n"),
                    &(struct iw_subject_terms){.skips = true});
    const struct iw_fetch_item *item = iw_fetch_find_section(&s.response.fetch, "");
    assert_false(item->kept);
    assert_int_equal(item->size, 5);
    assert_int_equal(item->value.length, 0);
    assert_int_equal(iw_fetch_find(&s.response.fetch, IW_FETCH_UID)->number, 3);
    iw_buf_init(&out, NULL, 1 << 10);
    iw_write_response(&out, &s.response);
    assert_string_equal(iw_buf_string(&out), "* 1 FETCH (BODY[] {5}\r\n UID 3)\r\n");
    iw_buf_release(&out);
    iw_subject_close(&s);
}

/* A literal8 is written where a NUL needs one, and only there. */
static void test_nul_in_binary(void **state)
{
    (void)state;
    struct iw_subject s;
    struct iw_buf out;
    struct iw_span input =
        IW_SPAN("* 1 FETCH (BINARY[1] ~{2}\r\n\0a ANNOTATION (/a (b ~{1}\r\n\0)))\r\n");
    iw_subject_read(&s, IW_FRAME_RESPONSES, input, NULL);
    const struct iw_fetch_item *item = iw_fetch_find(&s.response.fetch, IW_FETCH_BINARY);
    assert_int_equal(item->section.part_count, 1);
    assert_int_equal(item->section.parts[0], 1);
    assert_int_equal(item->size, 2);
    assert_true(item->kept);
    iw_buf_init(&out, NULL, 1 << 10);
    iw_write_response(&out, &s.response);
    assert_true(iw_span_equal(iw_buf_span(&out), input));
    iw_buf_release(&out);
    iw_subject_close(&s);
}

/* Sections are found by what they mean. */
static void test_section_is(void **state)
{
    (void)state;
    struct iw_subject s;
    iw_subject_read(&s, IW_FRAME_RESPONSES,
                    IW_SPAN("* 1 FETCH (BODY[1.12.HEADER.FIELDS.NOT (\"To\" {2}\r\nCC)] \"a\" "
                            "BODY[1.12] \"b\" BODY[1.12.header] \"c\")\r\n"),
                    NULL);
    const struct iw_fetch_item *items = s.response.fetch.items;
    assert_ptr_equal(iw_fetch_find_section(&s.response.fetch, "1.12.HEADER.FIELDS.NOT (TO CC)"),
                     &items[0]);
    assert_ptr_equal(iw_fetch_find_section(&s.response.fetch, "1.12"), &items[1]);
    assert_ptr_equal(iw_fetch_find_section(&s.response.fetch, "1.12.HEADER"), &items[2]);
    static const char *const others[] = {"",
                                         "1",
                                         "1.1",
                                         "1.12.",
                                         "1.12.TEXT",
                                         "1.12.HEAD",
                                         "1.12.HEADER.FIELDS",
                                         "1.12.HEADER.FIELDS.NOT (TO)",
                                         "1.12.HEADER.FIELDS.NOT (TO CC BCC)",
                                         "12",
                                         "HEADER"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(iw_fetch_find_section(&s.response.fetch, others[i]));
    iw_subject_close(&s);
}

/* An item that a server makes up itself is written without having been parsed. */
static void test_write_what_was_not_parsed(void **state)
{
    (void)state;
    struct iw_fetch_item items[] = {
        {.kind = IW_FETCH_UID, .name = IW_SPAN("UID"), .number = 4},
        {.kind = IW_FETCH_SECTION,
         .name = IW_SPAN("BODY"),
         .has_section = true,
         .section = {.text = IW_SECTION_TEXT},
         .has_origin = true,
         .origin = 2,
         .value = IW_SPAN("a\r\nb")},
        {.kind = IW_FETCH_SECTION, .name = IW_SPAN("RFC822")},
    };
    struct iw_response response = {
        .kind = IW_RESPONSE_FETCH, .number = 2, .fetch = {items, sizeof items / sizeof *items}};
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 10);
    iw_write_response(&out, &response);
    assert_string_equal(iw_buf_string(&out),
                        "* 2 FETCH (UID 4 BODY[TEXT]<2> {4}\r\na\r\nb RFC822 NIL)\r\n");
    iw_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_literal_not_kept),
        cmocka_unit_test(test_nul_in_binary),
        cmocka_unit_test(test_section_is),
        cmocka_unit_test(test_write_what_was_not_parsed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
