/* SPDX-License-Identifier: MIT */
/* BODY and BODYSTRUCTURE: every shape and field, what is kept because it is bad, depth and other
 * limits. */
#include "parser/body.h"

#include "parser/response.h"
#include "tests/lib/reading.h"
#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STRUCTURE(text) "* 1 FETCH (BODYSTRUCTURE (" text "))\r\n"
#define BODY(text)      "* 1 FETCH (BODY (" text "))\r\n"
#define PART            "\"A\" \"B\" NIL NIL NIL \"7BIT\" 5"
#define TEXT_PART       "\"TEXT\" \"B\" NIL NIL NIL \"7BIT\" 5"
#define MESSAGE         "\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5"
#define NO_ENVELOPE     "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"

/* clang-format off */
static const struct iw_row rows[] = {
    /* one part */
    {STRUCTURE(PART)},
    {BODY(PART)},
    {BODY(TEXT_PART " 1")},
    {BODY("\"text\" \"b\" NIL NIL NIL \"7bit\" 5 9223372036854775807")},
    {BODY("{4}\r\ntext \"b\" nil NIL NIL \"7bit\" 5 0"),
     BODY("\"text\" \"b\" NIL NIL NIL \"7bit\" 5 0")},
    {BODY("\"A\" \"B\" (\"n\" \"v\") \"<i@d>\" \"what\" \"BASE64\" 4294967295")},
    {BODY("\"A\" \"B\" (\"n\" \"v\" \"n\" \"w\" \"m\" \"\") \"\" \"\" \"\" 0")},
    {BODY("\"\" \"\" (\"\" {2}\r\n\r\n) NIL NIL \"x\" 0")},
    {BODY("\"multipart\" \"mixed\" NIL NIL NIL \"7BIT\" 5")},
    {BODY("\"MESSAGE\" \"DELIVERY-STATUS\" NIL NIL NIL \"7BIT\" 5")},

    /* a message */
    {BODY(MESSAGE " " NO_ENVELOPE " (" PART ") 1")},
    {BODY("\"message\" \"global\" NIL NIL NIL \"7BIT\" 5 " NO_ENVELOPE " (" PART ") 1")},
    {BODY(MESSAGE " (NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL) (" PART ") 1")},
    {BODY(MESSAGE " " NO_ENVELOPE " (" MESSAGE " " NO_ENVELOPE " (" PART ") 1) 2")},
    {STRUCTURE(MESSAGE " " NO_ENVELOPE " (" PART " NIL) 1 \"m\"")},

    /* many parts */
    {BODY("(" PART ") \"M\"")},
    {BODY("(" PART ")(" TEXT_PART " 1) \"M\"")},
    {BODY("(" TEXT_PART " 1)(" PART ") \"M\"")},
    {BODY("((" PART ") \"M\")(" PART ") \"M\"")},
    {BODY("((" PART ")(" PART ") \"M\") \"M\"")},

    /* extension fields */
    {STRUCTURE(PART " NIL")},
    {STRUCTURE(PART " \"m\"")},
    {STRUCTURE(PART " NIL NIL")},
    {STRUCTURE(PART " NIL (\"d\" NIL)")},
    {STRUCTURE(PART " NIL (\"d\" (\"n\" \"v\" \"n\" \"v\"))")},
    {STRUCTURE(PART " NIL NIL NIL")},
    {STRUCTURE(PART " NIL NIL \"en\"")},
    {STRUCTURE(PART " NIL NIL (\"en\")"), STRUCTURE(PART " NIL NIL \"en\"")},
    {STRUCTURE(PART " NIL NIL (\"en\" \"\")")},
    {STRUCTURE(PART " NIL NIL \"\"")},
    {STRUCTURE(PART " NIL NIL NIL NIL")},
    {STRUCTURE(PART " NIL NIL NIL \"l\"")},
    {STRUCTURE(PART " NIL NIL NIL NIL NIL")},
    {STRUCTURE(PART " NIL NIL NIL NIL 5 \"x\" (1 (\"y\" NIL) {2}\r\n)() (((7)))")},
    {STRUCTURE(TEXT_PART " 1 \"m\" (\"d\" NIL) (\"a\" \"b\") \"l\" 9223372036854775807")},
    {STRUCTURE("(" PART ") \"M\" NIL")},
    {STRUCTURE("(" PART ") \"M\" (\"n\" \"v\")")},
    {STRUCTURE("(" PART ") \"M\" NIL (\"d\" NIL) \"en\" \"l\" (NIL)")},
    {STRUCTURE("(" PART " \"m\") \"M\"")},

    /* Kept as they stand. */
    {STRUCTURE("")},
    {STRUCTURE("()")},
    {STRUCTURE("\"A\"")},
    {STRUCTURE("\"A\" \"B\"")},
    {STRUCTURE("NIL \"B\" NIL NIL NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" NIL NIL NIL NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" () NIL NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" (\"n\") NIL NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" (\"n\" NIL) NIL NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" \"n\" NIL NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" NIL a NIL \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" NIL NIL a \"7BIT\" 5")},
    {STRUCTURE("\"A\" \"B\" NIL NIL NIL NIL 5")},
    {STRUCTURE("\"A\" \"B\" NIL NIL NIL BASE64 5")},
    {STRUCTURE("\"A\" \"B\" NIL NIL NIL \"7BIT\" NIL")},
    {STRUCTURE("\"A\" \"B\" NIL NIL NIL \"7BIT\" \"5\"")},
    {STRUCTURE("\"A\" \"B\" NIL NIL NIL \"7BIT\" -1")},
    {STRUCTURE("\"A\" \"B\" NIL NIL NIL \"7BIT\" 4294967296")},
    {STRUCTURE(PART "a")},
    {STRUCTURE(PART " ")},
    {STRUCTURE(TEXT_PART)},
    {STRUCTURE(TEXT_PART " NIL")},
    {STRUCTURE(TEXT_PART " 9223372036854775808")},
    {STRUCTURE(MESSAGE)},
    {STRUCTURE(MESSAGE " NIL NIL 1")},
    {STRUCTURE(MESSAGE " " NO_ENVELOPE " NIL 1")},
    {STRUCTURE(MESSAGE " " NO_ENVELOPE " () 1")},
    {STRUCTURE(MESSAGE " " NO_ENVELOPE " (" PART ")")},
    {STRUCTURE(MESSAGE " (NIL) (" PART ") 1")},
    {STRUCTURE("(" PART ")")},
    {STRUCTURE("(" PART ") (" PART ") \"M\"")},
    {STRUCTURE("(" PART ") M")},
    {STRUCTURE("(" PART ") NIL")},
    {STRUCTURE("\"M\" (" PART ")")},
    {STRUCTURE(PART " m")},
    {STRUCTURE(PART " NIL \"d\"")},
    {STRUCTURE(PART " NIL ()")},
    {STRUCTURE(PART " NIL (\"d\")")},
    {STRUCTURE(PART " NIL (\"d\" ())")},
    {STRUCTURE(PART " NIL (NIL NIL)")},
    {STRUCTURE(PART " NIL (\"d\" NIL NIL)")},
    {STRUCTURE(PART " NIL NIL ()")},
    {STRUCTURE(PART " NIL NIL (NIL)")},
    {STRUCTURE(PART " NIL NIL en")},
    {STRUCTURE(PART " NIL NIL NIL ()")},
    {STRUCTURE(PART " NIL NIL NIL NIL ()")},
    {STRUCTURE(PART " NIL NIL NIL NIL (a)")},
    {STRUCTURE(PART " NIL NIL NIL NIL (1 )")},
    {STRUCTURE(PART " NIL NIL NIL NIL (1)(2)")},
    {STRUCTURE(PART " NIL NIL NIL NIL -1")},
    {STRUCTURE(PART " NIL NIL NIL NIL 9223372036854775808")},
    {STRUCTURE("(" PART ") \"M\" \"m\"")},
    {BODY(PART " NIL")},
    {BODY("(" PART " NIL) \"M\"")},
    {BODY("(" PART ") \"M\" NIL")},
    {BODY(MESSAGE " " NO_ENVELOPE " (" PART " NIL) 1")},
    {BODY(MESSAGE " " NO_ENVELOPE " (" PART ") 1 NIL")},

    /* The end of the value cannot be found. */
    {BODY("(" PART " \"M\""), NULL, true, 46},
    {BODY(PART ")"), NULL, true, 47},
    {BODY("\"A\" \"B"), NULL, true, 25},
    {BODY("\"A\" {x} NIL"), NULL, true, 22},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_RESPONSES, rows, sizeof rows / sizeof *rows};

/* ---- which rows are typed ---- */

/* The kind of the one item of a response, or what kept it from being parsed. */
static enum iw_result kind_of(const char *text, enum iw_fetch_kind *kind, size_t *offset)
{
    struct iw_subject s;
    iw_subject_open(&s, IW_FRAME_RESPONSES, iw_span_of(text), NULL);
    enum iw_result result = s.result;
    *offset = s.error.offset;
    if (result == IW_OK) {
        *kind = s.response.fetch.items[0].kind;
        *offset = s.response.fetch.items[0].offset;
    }
    iw_subject_close(&s);
    return result;
}

/* Up to the first empty structure all rows are typed, behind it none. */
static void test_bad_rows_are_known_as_bad(void **state)
{
    (void)state;
    bool bad = false;
    for (size_t i = 0; i < table.count; i++) {
        enum iw_fetch_kind kind;
        size_t offset;
        if (rows[i].bad)
            continue;
        bad |= strcmp(rows[i].input, STRUCTURE("")) == 0;
        assert_int_equal(kind_of(rows[i].input, &kind, &offset), IW_OK);
        if (kind != (bad ? IW_FETCH_BAD : IW_FETCH_BODYSTRUCTURE))
            fail_msg("kind %d: %s", (int)kind, rows[i].input);
    }
    assert_true(bad);
}

/* ---- fields ---- */

static void test_fields(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_body body;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES,
                     IW_SPAN("((\"TEXT\" \"P\" (\"n\" \"v\") \"i\" \"d\" \"e\" 7 3 \"m\" "
                             "(\"at\" (\"f\" \"g\")) (\"x\" \"y\") \"loc\" 1 (2))"
                             "(" MESSAGE " " NO_ENVELOPE " (" PART ") 4) \"MIX\" (\"b\" \"c\"))"),
                     NULL);
    assert_int_equal(iw_parse_body(&reading.reader, true, &body), IW_OK);
    assert_int_equal(reading.reader.depth, 0);
    assert_int_equal(body.kind, IW_BODY_MULTIPART);
    assert_null(body.type.data);
    assert_true(iw_span_equal(body.subtype, IW_SPAN("MIX")));
    assert_int_equal(body.extensions, 1);
    assert_true(iw_span_equal(body.params.members[0].value, IW_SPAN("c")));
    const struct iw_body *text = body.part;
    assert_int_equal(text->kind, IW_BODY_TEXT);
    assert_true(iw_span_equal(text->params.members[0].name, IW_SPAN("n")));
    assert_true(iw_span_equal(text->id, IW_SPAN("i")));
    assert_true(iw_span_equal(text->description, IW_SPAN("d")));
    assert_true(iw_span_equal(text->encoding, IW_SPAN("e")));
    assert_int_equal(text->octets, 7);
    assert_int_equal(text->lines, 3);
    assert_int_equal(text->extensions, 4);
    assert_true(iw_span_equal(text->md5, IW_SPAN("m")));
    assert_true(iw_span_equal(text->disposition, IW_SPAN("at")));
    assert_true(iw_span_equal(text->disposition_params.members[0].value, IW_SPAN("g")));
    assert_int_equal(text->language_count, 2);
    assert_true(iw_span_equal(text->languages[1], IW_SPAN("y")));
    assert_true(iw_span_equal(text->location, IW_SPAN("loc")));
    assert_true(iw_span_equal(text->more, IW_SPAN(" 1 (2)")));
    const struct iw_body *message = text->next;
    assert_int_equal(message->kind, IW_BODY_MESSAGE);
    assert_int_equal(message->lines, 4);
    assert_null(message->envelope->subject.data);
    assert_int_equal(message->part->kind, IW_BODY_BASIC);
    assert_int_equal(message->extensions, 0);
    assert_null(message->next);
    iw_reading_end(&reading);
}

/* ---- limits ---- */

/* Multiparts within each other, the innermost holding one part: depth pairs of parentheses. */
static void write_nested(struct iw_buf *out, unsigned depth)
{
    for (unsigned i = 1; i < depth; i++)
        iw_buf_add_char(out, '(');
    iw_buf_add_string(out, "(" PART ")");
    for (unsigned i = 1; i < depth; i++)
        iw_buf_add_string(out, " \"M\")");
}

static enum iw_result parse_nested(unsigned depth, unsigned limit, size_t *offset)
{
    struct iw_buf text, again;
    struct iw_reading reading;
    struct iw_body body;
    iw_buf_init(&text, NULL, 1 << 20);
    iw_buf_init(&again, NULL, 1 << 20);
    write_nested(&text, depth);
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_buf_span(&text), NULL);
    reading.limits.depth = limit;
    enum iw_result result = iw_parse_body(&reading.reader, true, &body);
    if (result == IW_OK) {
        iw_write_body(&again, &body);
        assert_true(iw_span_equal(iw_buf_span(&again), iw_buf_span(&text)));
    }
    *offset = reading.error.offset;
    iw_reading_end(&reading);
    iw_buf_release(&text);
    iw_buf_release(&again);
    return result;
}

static void test_depth(void **state)
{
    (void)state;
    size_t offset;
    assert_int_equal(parse_nested(100, 100, &offset), IW_OK);
    assert_int_equal(parse_nested(101, 100, &offset), IW_LIMIT);
    assert_int_equal(offset, 100);
    assert_int_equal(parse_nested(IW_BODY_DEPTH_MAX, 1000000, &offset), IW_OK);
    assert_int_equal(parse_nested(IW_BODY_DEPTH_MAX + 1, 1000000, &offset), IW_LIMIT);
    assert_int_equal(offset, IW_BODY_DEPTH_MAX);
}

/* The lists of a part count too, those of its extension among them. */
static void test_depth_of_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned depth;
    } cases[] = {
        {"(" PART ")", 1},
        {"(\"A\" \"B\" (\"n\" \"v\") NIL NIL \"7BIT\" 5)", 2},
        {"(" PART " NIL (\"d\" NIL))", 2},
        {"(" PART " NIL (\"d\" (\"n\" \"v\")))", 3},
        {"(" PART " NIL NIL (\"a\" \"b\"))", 2},
        {"(" PART " NIL NIL NIL NIL (((1)) 2))", 4},
        {"(" MESSAGE " " NO_ENVELOPE " (" PART ") 1)", 2},
        {"(" MESSAGE " (NIL NIL ((NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL) (" PART ") 1)", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned less = 0; less < 2; less++) {
            struct iw_reading reading;
            struct iw_body body;
            iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(cases[i].text), NULL);
            reading.limits.depth = cases[i].depth - less;
            enum iw_result result = iw_parse_body(&reading.reader, true, &body);
            if (result != (less == 0 ? IW_OK : IW_LIMIT))
                fail_msg("%s at depth %u: %s", cases[i].text, cases[i].depth - less,
                         iw_result_name(result));
            iw_reading_end(&reading);
        }
}

static void test_parts_are_limited(void **state)
{
    (void)state;
    for (size_t items = 1; items <= 2; items++) {
        struct iw_reading reading;
        struct iw_body body;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("((" PART ")(" PART ") \"M\")"),
                         NULL);
        reading.limits.items = items;
        assert_int_equal(iw_parse_body(&reading.reader, true, &body),
                         items == 2 ? IW_OK : IW_LIMIT);
        iw_reading_end(&reading);
    }
}

/* Parentheses that only open, without end: refused at the one over the limit, in no memory worth
 * the name, wherever they stand. */
static void test_hundred_thousand_parentheses(void **state)
{
    (void)state;
    enum { OPEN = 100000 };
    static const char *const heads[] = {"* 1 FETCH (BODYSTRUCTURE ", "* 1 FETCH (BODY ",
                                        "* 1 FETCH (ENVELOPE (NIL NIL ", "* 1 FETCH (X "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct iw_buf text;
        enum iw_fetch_kind kind;
        size_t offset;
        iw_buf_init(&text, NULL, 1 << 20);
        iw_buf_add_string(&text, heads[i]);
        for (int n = 0; n < OPEN; n++)
            iw_buf_add_char(&text, '(');
        iw_buf_add_string(&text, "\r\n");
        assert_int_equal(kind_of(iw_buf_string(&text), &kind, &offset), IW_LIMIT);
        assert_true(offset <= strlen(heads[i]) + iw_limits_default.depth + 1);
        iw_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_bad_rows_are_known_as_bad),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_depth_of_lists),
        cmocka_unit_test(test_parts_are_limited),
        cmocka_unit_test(test_hundred_thousand_parentheses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
