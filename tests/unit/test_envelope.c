/* SPDX-License-Identifier: MIT */
/* ENVELOPE: its ten fields, addresses and groups, what is kept because it is bad, and limits. */
#include "parser/envelope.h"

#include "parser/response.h"
#include "tests/lib/reading.h"
#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ENVELOPE(text) "* 1 FETCH (ENVELOPE (" text "))\r\n"
#define NILS_7         " NIL NIL NIL NIL NIL NIL NIL"
#define NILS_8         " NIL" NILS_7

/* clang-format off */
static const struct iw_row rows[] = {
    {ENVELOPE("NIL NIL" NILS_8)},
    {ENVELOPE("nil Nil niL" NILS_7), ENVELOPE("NIL NIL" NILS_8)},
    {ENVELOPE("\"\" NIL" NILS_8)},
    {ENVELOPE("NIL \"\"" NILS_8)},
    {ENVELOPE("\"NIL\" NIL" NILS_8)},
    {ENVELOPE("NIL {3}\r\na b" NILS_8), ENVELOPE("NIL \"a b\"" NILS_8)},
    {ENVELOPE("NIL {3}\r\n\r\n)" NILS_8)},
    {ENVELOPE("NIL \"=?utf-8?Q?=C3=A4?=\"" NILS_8)},
    {ENVELOPE("NIL \"\xc3\xa4\"" NILS_8), ENVELOPE("NIL {2}\r\n\xc3\xa4" NILS_8)},
    {ENVELOPE("\"d\" \"s\" ((NIL NIL \"f\" NIL)) ((NIL NIL \"s\" NIL)) ((NIL NIL \"r\" NIL)) "
              "((NIL NIL \"t\" NIL)) ((NIL NIL \"c\" NIL)) ((NIL NIL \"b\" NIL)) \"i\" \"m\"")},
    {ENVELOPE("NIL NIL ((\"A\" \"@x,@y\" \"m\" \"h\")(NIL NIL NIL NIL))" NILS_7)},
    {ENVELOPE("NIL NIL ((\"\" \"\" \"\" \"\"))" NILS_7)},
    {ENVELOPE("NIL NIL ((NIL \"\" \"\" \"\"))" NILS_7)},
    {ENVELOPE("NIL NIL ((\"\" NIL \"\" \"\"))" NILS_7)},
    {ENVELOPE("NIL NIL ((\"\" \"\" NIL \"\"))" NILS_7)},
    {ENVELOPE("NIL NIL ((\"\" \"\" \"\" NIL))" NILS_7)},
    {ENVELOPE("NIL NIL NIL ((\"\" \"\" \"\" NIL)) NIL NIL NIL NIL NIL NIL")},
    {ENVELOPE("NIL NIL NIL NIL ((\"\" \"\" \"\" NIL)) NIL NIL NIL NIL NIL")},
    {ENVELOPE("NIL NIL NIL NIL NIL ((\"\" \"\" \"\" NIL)) NIL NIL NIL NIL")},
    {ENVELOPE("NIL NIL NIL NIL NIL NIL ((\"\" \"\" \"\" NIL)) NIL NIL NIL")},
    {ENVELOPE("NIL NIL NIL NIL NIL NIL NIL ((\"\" \"\" \"\" NIL)) NIL NIL")},
    {ENVELOPE("NIL NIL" NILS_7 " \"\"")},
    {ENVELOPE("NIL NIL NIL NIL NIL NIL NIL NIL \"\" NIL")},
    {ENVELOPE("NIL NIL ((\"\\\"\\\\\" NIL \"a b\" \"[127.0.0.1]\"))" NILS_7)},

    /* Kept as they stand. */
    {ENVELOPE("")},
    {ENVELOPE("NIL")},
    {ENVELOPE("NIL NIL" NILS_7)},
    {ENVELOPE("NIL NIL" NILS_8 " NIL")},
    {ENVELOPE("NIL NIL" NILS_8 " ")},
    {ENVELOPE("NIL NIL ()" NILS_7)},
    {ENVELOPE("NIL NIL (NIL)" NILS_7)},
    {ENVELOPE("NIL NIL (())" NILS_7)},
    {ENVELOPE("NIL NIL ((NIL NIL NIL))" NILS_7)},
    {ENVELOPE("NIL NIL ((NIL NIL NIL NIL NIL))" NILS_7)},
    {ENVELOPE("NIL NIL ((NIL NIL NIL NIL) (NIL NIL NIL NIL))" NILS_7)},
    {ENVELOPE("NIL NIL (((NIL NIL NIL NIL)))" NILS_7)},
    {ENVELOPE("NIL NIL \"a\"" NILS_7)},
    {ENVELOPE("NIL NIL NIL" NILS_7 "L")},
    {ENVELOPE("a b" NILS_8)},
    {ENVELOPE("1 2" NILS_8)},
    {ENVELOPE("\"\\d\" NIL" NILS_8)},
    {ENVELOPE("\"\xe4\" NIL" NILS_8)},
    {ENVELOPE("~{1}\r\na NIL" NILS_8)},

    /* The end of the value cannot be found. */
    {ENVELOPE("NIL NIL ((NIL NIL NIL NIL" NILS_7), NULL, true, 46},
    {ENVELOPE("NIL NIL" NILS_8 ")"), NULL, true, 62},
    {ENVELOPE("\" NIL" NILS_8), NULL, true, 60},
    {ENVELOPE("\"\\\\\"\" NIL" NILS_8), NULL, true, 25},
    {ENVELOPE("{1}\r\n\r NIL" NILS_8)},
    {ENVELOPE("{a} NIL" NILS_8), NULL, true, 22},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_RESPONSES, rows, sizeof rows / sizeof *rows};

/* ---- fields ---- */

static void test_fields_are_in_order(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_envelope envelope;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES,
                     IW_SPAN("(\"d\" \"s\" ((\"n\" \"a\" \"f\" \"h\")) ((NIL NIL \"se\" NIL)) "
                             "((NIL NIL \"re\" NIL)) ((NIL NIL \"t\" NIL)(NIL NIL NIL NIL)) "
                             "((NIL NIL \"c\" NIL)) ((NIL NIL \"b\" NIL)) \"i\" \"m\")"),
                     NULL);
    assert_int_equal(iw_parse_envelope(&reading.reader, &envelope), IW_OK);
    assert_int_equal(reading.reader.depth, 0);
    assert_true(iw_span_equal(envelope.date, IW_SPAN("d")));
    assert_true(iw_span_equal(envelope.subject, IW_SPAN("s")));
    assert_int_equal(envelope.from.count, 1);
    assert_true(iw_span_equal(envelope.from.members[0].name, IW_SPAN("n")));
    assert_true(iw_span_equal(envelope.from.members[0].adl, IW_SPAN("a")));
    assert_true(iw_span_equal(envelope.from.members[0].mailbox, IW_SPAN("f")));
    assert_true(iw_span_equal(envelope.from.members[0].host, IW_SPAN("h")));
    assert_true(iw_span_equal(envelope.sender.members[0].mailbox, IW_SPAN("se")));
    assert_true(iw_span_equal(envelope.reply_to.members[0].mailbox, IW_SPAN("re")));
    assert_int_equal(envelope.to.count, 2);
    assert_null(envelope.to.members[1].mailbox.data);
    assert_null(envelope.to.members[1].host.data);
    assert_true(iw_span_equal(envelope.cc.members[0].mailbox, IW_SPAN("c")));
    assert_true(iw_span_equal(envelope.bcc.members[0].mailbox, IW_SPAN("b")));
    assert_true(iw_span_equal(envelope.in_reply_to, IW_SPAN("i")));
    assert_true(iw_span_equal(envelope.message_id, IW_SPAN("m")));
    iw_reading_end(&reading);
}

static void test_nil_and_empty_are_kept_apart(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_envelope envelope;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES,
                     IW_SPAN("(NIL \"\" NIL NIL NIL NIL NIL NIL NIL NIL)"), NULL);
    assert_int_equal(iw_parse_envelope(&reading.reader, &envelope), IW_OK);
    assert_null(envelope.date.data);
    assert_non_null(envelope.subject.data);
    assert_int_equal(envelope.subject.length, 0);
    assert_int_equal(envelope.from.count, 0);
    iw_reading_end(&reading);
}

/* ---- limits ---- */

static enum iw_result parse_with(struct iw_limits limits, struct iw_span text, size_t *offset)
{
    struct iw_reading reading;
    struct iw_envelope envelope;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, text, NULL);
    reading.limits = limits;
    enum iw_result result = iw_parse_envelope(&reading.reader, &envelope);
    *offset = reading.error.offset;
    iw_reading_end(&reading);
    return result;
}

/* An envelope is a list of lists of lists. */
static void test_depth_is_three(void **state)
{
    (void)state;
    struct iw_span text = IW_SPAN("(NIL NIL ((NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL)");
    struct iw_limits limits = iw_limits_default;
    size_t offset;
    limits.depth = 3;
    assert_int_equal(parse_with(limits, text, &offset), IW_OK);
    for (unsigned depth = 0; depth < 3; depth++) {
        static const size_t offsets[] = {0, 9, 10};
        limits.depth = depth;
        assert_int_equal(parse_with(limits, text, &offset), IW_LIMIT);
        assert_int_equal(offset, offsets[depth]);
    }
}

static void test_addresses_are_limited(void **state)
{
    (void)state;
    struct iw_span text =
        IW_SPAN("(NIL NIL ((NIL NIL NIL NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL)");
    struct iw_limits limits = iw_limits_default;
    size_t offset;
    limits.items = 2;
    assert_int_equal(parse_with(limits, text, &offset), IW_OK);
    limits.items = 1;
    assert_int_equal(parse_with(limits, text, &offset), IW_LIMIT);
    assert_int_equal(offset, 27);
}

/* A limit is the caller's: nothing is kept as bad because of it. */
static void test_limit_fails_the_response(void **state)
{
    (void)state;
    struct iw_span text = IW_SPAN(ENVELOPE("NIL NIL ((NIL NIL NIL NIL)(NIL NIL NIL NIL))" NILS_7));
    struct iw_limits limits = iw_limits_default;
    limits.items = 1;
    assert_int_equal(
        iw_subject_result(IW_FRAME_RESPONSES, text, &(struct iw_subject_terms){.limits = &limits}),
        IW_LIMIT);
}

/* Memory grows with them, and no faster. */
static void test_many_addresses(void **state)
{
    (void)state;
    enum { ADDRESSES = 50000 };
    struct iw_buf text;
    struct iw_reading reading;
    struct iw_envelope envelope;
    iw_buf_init(&text, NULL, 1 << 24);
    iw_buf_add_string(&text, "(NIL NIL (");
    for (int i = 0; i < ADDRESSES; i++)
        iw_buf_add_string(&text, "(NIL NIL \"\" NIL)");
    iw_buf_add_string(&text, ") NIL NIL NIL NIL NIL NIL NIL)");
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_buf_span(&text), NULL);
    assert_int_equal(iw_parse_envelope(&reading.reader, &envelope), IW_OK);
    assert_int_equal(envelope.from.count, ADDRESSES);
    assert_true(reading.arena.held < 20 * text.length);
    iw_reading_end(&reading);
    iw_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_fields_are_in_order),
        cmocka_unit_test(test_nil_and_empty_are_kept_apart),
        cmocka_unit_test(test_depth_is_three),
        cmocka_unit_test(test_addresses_are_limited),
        cmocka_unit_test(test_limit_fails_the_response),
        cmocka_unit_test(test_many_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
