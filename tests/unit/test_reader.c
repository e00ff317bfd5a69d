/* SPDX-License-Identifier: MIT */
/* The cursor and its strings, numbers and line ends; and the smallest writers. */
#include "parser/persona.h"
#include "parser/reader.h"
#include "parser/write.h"

#include "base/chars.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ALLOW(leniency) ((uint64_t)1 << (leniency))

enum { S = IW_FRAME_RESPONSES, C = IW_FRAME_COMMANDS };

typedef enum iw_result string_reader(struct iw_reader *reader, struct iw_span *value);

struct string_row {
    const char *text;
    const char *value; /* NULL: absent */
    size_t offset;     /* behind the value; or of the error */
    enum iw_result result;
    uint64_t allowed;
    int role;
};

static void check_strings(string_reader *read, const struct string_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct string_row *row = &rows[i];
        struct iw_reading reading;
        struct iw_span value = IW_SPAN("untouched");
        iw_reading_begin(&reading, (enum iw_frame_role)row->role, iw_span_of(row->text), NULL);
        reading.lenient.allowed = row->allowed;
        enum iw_result result = read(&reading.reader, &value);
        size_t offset = result == IW_OK ? iw_reading_offset(&reading) : reading.error.offset;
        bool same = result != IW_OK || (iw_span_equal(value, iw_span_of(row->value)) &&
                                        (value.data == NULL) == (row->value == NULL));
        if (result != row->result || offset != row->offset || !same)
            fail_msg("row %zu, %s: %s at %zu, value %.*s", i, row->text, iw_result_name(result),
                     offset, (int)value.length, value.data);
        assert_int_equal(reading.lenient.used, row->allowed);
        iw_reading_end(&reading);
    }
}

#define CHECK_STRINGS(read, rows) check_strings(read, rows, sizeof(rows) / sizeof *(rows))

static void test_strings(void **state)
{
    (void)state;
    static const struct string_row rows[] = {
        {"\"\"", "", 2},
        {"\"abc\"d", "abc", 5},
        {"\"a b(){}%*]\"", "a b(){}%*]", 12},
        {"\"\\\"\\\\\"", "\"\\", 6},
        {"\"a\\\"b\" \"", "a\"b", 6},
        {"\"\t\x01\x7f\"", "\t\x01\x7f", 5},
        {"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 11},
        {"{5}\r\nhello)\r\n", "hello", 10},
        {"{0}\r\n)\r\n", "", 5},
        {"{0005}\r\nhello\r\n", "hello", 13},
        {"{3}\r\na\r\n\r\n", "a\r\n", 8},
        {"{5+}\r\nhello\r\n", "hello", 11, .role = C},
        {"{5}\r\nhello\r\n", "hello", 10, .role = C},

        {"", NULL, 0, IW_SYNTAX},
        {"abc", NULL, 0, IW_SYNTAX},
        {"NIL", NULL, 0, IW_SYNTAX},
        {"\"abc", NULL, 4, IW_SYNTAX},
        {"\"abc\\", NULL, 4, IW_SYNTAX},
        {"\"abc\\\"", NULL, 6, IW_SYNTAX},
        {"\"abc\r\n", NULL, 4, IW_SYNTAX},
        {"\"a\\b\"", NULL, 2, IW_SYNTAX},
        {"\"a\\\r\n", NULL, 2, IW_SYNTAX},
        {"\"a\xff\"", NULL, 2, IW_SYNTAX},
        {"\"a\xc3\"", NULL, 2, IW_SYNTAX},
        {"\"a\xed\xa0\x80\"", NULL, 2, IW_SYNTAX},
        {"{5+}\r\nhello\r\n", NULL, 2, IW_SYNTAX},
        {"{5}hello", NULL, 3, IW_SYNTAX},
        {"{5}", NULL, 3, IW_SYNTAX},
        {"{}\r\n", NULL, 1, IW_SYNTAX},
        {"{-1}\r\n", NULL, 1, IW_SYNTAX},
        {"{+}\r\n", NULL, 1, IW_SYNTAX, .role = C},
        {"{99999999999999999999}x", NULL, 1, IW_SYNTAX},
        {"~{5}\r\nhello\r\n", NULL, 0, IW_SYNTAX},
        {"{5}\nhello\r\n", NULL, 3, IW_SYNTAX},

        {"{5}\nhello\r\n", "hello", 9, .allowed = ALLOW(IW_LENIENT_BARE_LF)},
        {"\"a\xff\xc3(\"", "a\xff\xc3(", 6, .allowed = ALLOW(IW_LENIENT_QUOTED_8BIT)},
        {"\"a\\b\"", "ab", 5, .allowed = ALLOW(IW_LENIENT_QUOTED_ESCAPE)},
    };
    CHECK_STRINGS(iw_read_string, rows);
}

static void test_nstrings(void **state)
{
    (void)state;
    static const struct string_row rows[] = {
        {"NIL", NULL, 3},
        {"nil)", NULL, 3},
        {"\"NIL\"", "NIL", 5},
        {"\"\"", "", 2},
        {"{3}\r\nNIL\r\n", "NIL", 8},
        {"NILS", NULL, 0, IW_SYNTAX},
        {"NI", NULL, 0, IW_SYNTAX},
        {"", NULL, 0, IW_SYNTAX},
    };
    CHECK_STRINGS(iw_read_nstring, rows);
}

static void test_astrings(void **state)
{
    (void)state;
    static const struct string_row rows[] = {
        {"INBOX", "INBOX", 5},
        {"[Gmail]/All x", "[Gmail]/All", 11},
        {"NIL", "NIL", 3},
        {"a+b)", "a+b", 3},
        {"\"a b\"", "a b", 5},
        {"{1}\r\n(\r\n", "(", 6},
        {"~a", "~a", 2},
        {"", NULL, 0, IW_SYNTAX},
        {"%", NULL, 0, IW_SYNTAX},
        {"*", NULL, 0, IW_SYNTAX},
        {"\\Seen", NULL, 0, IW_SYNTAX},
        {"(", NULL, 0, IW_SYNTAX},
        {" a", NULL, 0, IW_SYNTAX},
        {"\xc3\xa4", NULL, 0, IW_SYNTAX},
        {"\x7f", NULL, 0, IW_SYNTAX},
    };
    CHECK_STRINGS(iw_read_astring, rows);
}

/* ---- literals ---- */

static void test_literal_values(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_literal_value value;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("~{3}\r\na\0b {1}\r\nx {1}\r\n\0\r\n"),
                     NULL);
    assert_true(iw_reader_at_literal(&reading.reader));
    assert_int_equal(iw_read_literal(&reading.reader, &value), IW_OK);
    assert_true(iw_span_equal(value.octets, IW_SPAN("a\0b")));
    assert_true(value.kept && value.binary && value.size == 3);
    assert_false(iw_reader_at_literal(&reading.reader));
    assert_true(iw_reader_skip(&reading.reader, ' '));
    struct iw_reader back = reading.reader;
    for (int i = 0; i < 2; i++, reading.reader = back) {
        assert_int_equal(iw_read_literal(&reading.reader, &value), IW_OK);
        assert_true(iw_span_equal(value.octets, IW_SPAN("x")));
        assert_false(value.binary);
    }
    reading.reader.at += 7; /* the second literal is passed over unread */
    assert_int_equal(iw_read_literal(&reading.reader, &value), IW_SYNTAX);
    assert_int_equal(reading.error.offset, 22); /* the NUL */
    reading.reader = back;
    reading.reader.at += 7;
    reading.lenient.allowed = ALLOW(IW_LENIENT_LITERAL_NUL);
    assert_int_equal(iw_read_literal(&reading.reader, &value), IW_OK);
    assert_int_equal(reading.lenient.offsets[IW_LENIENT_LITERAL_NUL], 22);
    iw_reading_end(&reading);
}

static enum iw_literal_fate skip_large(void *context, struct iw_span so_far,
                                       const struct iw_literal *literal)
{
    (void)context;
    (void)so_far;
    return literal->size > 4 ? IW_LITERAL_SKIP : IW_LITERAL_KEEP;
}

static void test_literals_that_were_not_kept(void **state)
{
    (void)state;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_arena arena;
    struct iw_reader reader;
    struct iw_literal_value value;
    struct iw_span text;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_arena_init(&arena, NULL, 1000);
    iw_framer_handle_literals(&framer, (struct iw_literal_handler){.fate = skip_large});
    iw_framer_feed(&framer, IW_SPAN("{5}\r\nhello {4}\r\nkept {5}\r\nagain\r\n"));
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_OK);
    iw_reader_init(&reader, &frame, &arena, &iw_limits_default, NULL, NULL);
    assert_int_equal(iw_read_literal(&reader, &value), IW_OK);
    assert_false(value.kept);
    assert_true(value.size == 5);
    assert_non_null(value.octets.data);
    assert_int_equal(value.octets.length, 0);
    assert_true(iw_reader_skip(&reader, ' '));
    assert_int_equal(iw_read_astring(&reader, &text), IW_OK);
    assert_true(iw_span_equal(text, IW_SPAN("kept")));
    assert_true(iw_reader_skip(&reader, ' '));
    assert_int_equal(iw_read_string(&reader, &text), IW_OK);
    assert_non_null(text.data);
    assert_int_equal(text.length, 0);
    assert_int_equal(iw_read_crlf(&reader), IW_OK);
    iw_framer_release(&framer);
    iw_arena_release(&arena);
}

/* A literal that the framer did not see is none, whatever the text looks like. */
static void test_frames_and_literals_that_disagree(void **state)
{
    (void)state;
    static const struct {
        struct iw_literal literal;
        enum iw_result result;
    } rows[] = {
        {{.offset = 5, .size = 5, .kept = true}, IW_OK},
        {{.offset = 4, .size = 5, .kept = true}, IW_SYNTAX},
        {{.offset = 6, .size = 5, .kept = true}, IW_SYNTAX},
        {{.offset = 5, .size = 4, .kept = true}, IW_SYNTAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_frame frame = {
            .bytes = IW_SPAN("{5}\r\nhello\r\n"), .literals = &rows[i].literal, .literal_count = 1};
        struct iw_reader reader;
        struct iw_span value;
        iw_reader_init(&reader, &frame, NULL, &iw_limits_default, NULL, NULL);
        assert_int_equal(iw_read_string(&reader, &value), rows[i].result);
    }
    struct iw_literal beyond = {.offset = 7, .size = 50, .kept = true, .binary = true};
    struct iw_frame frame = {
        .bytes = IW_SPAN("~{50}\r\nhello\r\n"), .literals = &beyond, .literal_count = 1};
    struct iw_reader reader;
    struct iw_literal_value literal;
    iw_reader_init(&reader, &frame, NULL, &iw_limits_default, NULL, NULL);
    assert_int_equal(iw_read_literal(&reader, &literal), IW_SYNTAX);
}

/* ---- numbers, words, runs ---- */

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t max, value;
        size_t offset;
        enum iw_result result, nonzero;
    } rows[] = {
        {"0", 9, 0, 1, IW_OK, IW_SYNTAX},
        {"1", 9, 1, 1, IW_OK, IW_OK},
        {"10)", 10, 10, 2, IW_OK, IW_OK},
        {"11", 10, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"007", 9, 7, 3, IW_OK, IW_SYNTAX},
        {"4294967295", UINT32_MAX, UINT32_MAX, 10, IW_OK, IW_OK},
        {"4294967296", UINT32_MAX, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"4294967296", UINT64_MAX, 4294967296, 10, IW_OK, IW_OK},
        {"9223372036854775807", INT64_MAX, INT64_MAX, 19, IW_OK, IW_OK},
        {"9223372036854775808", INT64_MAX, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX, 20, IW_OK, IW_OK},
        {"18446744073709551616", UINT64_MAX, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"18446744073709551620", UINT64_MAX, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"99999999999999999999", UINT64_MAX, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"000000000000000000000000000001", 9, 1, 30, IW_OK, IW_SYNTAX},
        {"", 9, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"-1", 9, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"+1", 9, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {" 1", 9, 0, 0, IW_SYNTAX, IW_SYNTAX},
        {"a", 9, 0, 0, IW_SYNTAX, IW_SYNTAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        uint64_t value = 0, again = 0;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        struct iw_reader start = reading.reader;
        enum iw_result result = iw_read_number(&reading.reader, rows[i].max, &value);
        if (result != rows[i].result || value != rows[i].value ||
            iw_reading_offset(&reading) != rows[i].offset)
            fail_msg("row %zu, %s", i, rows[i].text);
        reading.reader = start;
        if (iw_read_nz_number(&reading.reader, rows[i].max, &again) != rows[i].nonzero)
            fail_msg("row %zu, %s: nz-number", i, rows[i].text);
        iw_reading_end(&reading);
    }
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool there;
    } rows[] = {{"FLAGS", true},   {"flags (", true}, {"FLAGS)", true},   {"FLAGS]", true},
                {"FLAG", false},   {"", false},       {"FLAGSX", false},  {"FLAGS[", false},
                {"XFLAGS", false}, {"FLAGS-", false}, {"FLAGS\r\n", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        if (iw_reader_skip_word(&reading.reader, "FLAGS") != rows[i].there ||
            iw_reading_offset(&reading) != (rows[i].there ? 5 : 0))
            fail_msg("row %zu, %s", i, rows[i].text);
        iw_reading_end(&reading);
    }
}

static void test_octets_and_runs(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_span run;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("]b1 ("), NULL);
    struct iw_reader *reader = &reading.reader;
    assert_int_equal(iw_read_run(reader, IW_CHAR_ATOM, "an atom", &run), IW_SYNTAX);
    assert_string_equal(reading.error.expected, "an atom");
    assert_int_equal(iw_read_run(reader, IW_CHAR_ASTRING, "an astring", &run), IW_OK);
    assert_true(iw_span_equal(run, IW_SPAN("]b1")));
    assert_false(iw_reader_skip(reader, '('));
    assert_true(iw_reader_skip(reader, ' '));
    assert_true(iw_reader_peek(reader, '('));
    assert_int_equal(iw_read_char(reader, '(', "("), IW_OK);
    assert_false(iw_reader_peek(reader, '('));
    reading.error = (struct iw_error){0};
    assert_int_equal(iw_read_char(reader, '(', "("), IW_SYNTAX);
    assert_int_equal(reading.error.offset, 5);
    assert_int_equal(iw_read_run(reader, IW_CHAR_ATOM, "an atom", &run), IW_SYNTAX);
    iw_reading_end(&reading);
}

/* A run and a quoted string of any length, with every octet at every place of it. */
static void test_runs_of_every_octet(void **state)
{
    (void)state;
    char text[] = "\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\"";
    size_t length = sizeof text - 1;
    for (size_t odd = 1; odd < length - 1; odd++)
        for (unsigned c = 0; c < 256; c++) {
            struct iw_reading reading;
            struct iw_span value;
            char letter = text[odd];
            text[odd] = (char)c;
            bool atom = iw_is((char)c, IW_CHAR_ATOM), quoted = iw_is((char)c, IW_CHAR_QUOTED);
            iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span(text, length), NULL);
            reading.reader.at++;
            enum iw_result result = iw_read_run(&reading.reader, IW_CHAR_ATOM, "an atom", &value);
            if (result != (odd > 1 || atom ? IW_OK : IW_SYNTAX) ||
                (result == IW_OK && value.length != (atom ? length - 2 : odd - 1)))
                fail_msg("octet %02x at %zu of an atom", c, odd);
            reading.reader.at = reading.reader.begin;
            result = iw_read_quoted(&reading.reader, &value);
            bool escapes = c == '\\' && odd == length - 2; /* the closing quote */
            if (result != (quoted || c == '"' ? IW_OK : IW_SYNTAX) ||
                (result == IW_OK && value.length != (quoted ? length - 2 : odd - 1)) ||
                (result != IW_OK && reading.error.offset != (escapes ? length : odd)))
                fail_msg("octet %02x at %zu between quotes: %s at %zu", c, odd,
                         iw_result_name(result), reading.error.offset);
            iw_reading_end(&reading);
            text[odd] = letter;
        }
}

/* ---- line ends ---- */

/* 0: none was used. */
static size_t first_use(const struct iw_lenient *lenient)
{
    size_t first = SIZE_MAX;
    for (unsigned i = 0; i < IW_LENIENT_COUNT; i++)
        if ((lenient->used >> i & 1) != 0 && lenient->offsets[i] < first)
            first = lenient->offsets[i];
    return first == SIZE_MAX ? 0 : first;
}

static void test_line_ends(void **state)
{
    (void)state;
    static const uint64_t lf = ALLOW(IW_LENIENT_BARE_LF), space = ALLOW(IW_LENIENT_TRAILING_SPACE);
    const struct {
        const char *text;
        uint64_t allowed;
        enum iw_result result;
        size_t offset; /* of the error, or of the first leniency */
        uint64_t used;
    } rows[] = {
        {"\r\n", 0, IW_OK, 0, 0},
        {"\r\n", lf | space, IW_OK, 0, 0},
        {"\n", 0, IW_SYNTAX, 0, 0},
        {"\n", lf, IW_OK, 0, lf},
        {"\n", space, IW_SYNTAX, 0, 0},
        {" \r\n", 0, IW_SYNTAX, 0, 0},
        {" \r\n", space, IW_OK, 0, space},
        {"   \r\n", space, IW_OK, 0, space},
        {" \r\n", lf, IW_SYNTAX, 0, 0},
        {"  \n", lf | space, IW_OK, 0, lf | space},
        {" a\r\n", lf | space, IW_SYNTAX, 0, 0},
        {"\r", lf | space, IW_SYNTAX, 0, 0},
        {"", lf | space, IW_SYNTAX, 0, 0},
        {" ", lf | space, IW_SYNTAX, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_reading reading;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_span_of(rows[i].text), NULL);
        reading.lenient.allowed = rows[i].allowed;
        enum iw_result result = iw_read_crlf(&reading.reader);
        if (result != rows[i].result || reading.lenient.used != rows[i].used)
            fail_msg("row %zu: %s, used %llx", i, iw_result_name(result),
                     (unsigned long long)reading.lenient.used);
        assert_int_equal(result == IW_OK ? first_use(&reading.lenient) : reading.error.offset,
                         rows[i].offset);
        iw_reading_end(&reading);
    }
    struct iw_reading reading;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("\r\nx"), NULL);
    assert_int_equal(iw_read_crlf(&reading.reader), IW_SYNTAX);
    assert_int_equal(reading.error.offset, 2);
    iw_reading_end(&reading);
}

static void test_leniency_names(void **state)
{
    (void)state;
    for (int i = 0; i < IW_LENIENT_COUNT; i++) {
        const char *name = iw_leniency_name((enum iw_leniency)i);
        assert_non_null(name);
        assert_string_not_equal(name, "unknown");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(name, iw_leniency_name((enum iw_leniency)j));
    }
    assert_string_equal(iw_leniency_name(IW_LENIENT_COUNT), "unknown");
}

static void test_personas(void **state)
{
    (void)state;
    assert_true(iw_leniencies_of(IW_SPAN("all")) == IW_LENIENT_ALL);
    assert_true(iw_leniencies_of(IW_SPAN("bare-lf")) == ALLOW(IW_LENIENT_BARE_LF));
    assert_true(iw_leniencies_of(IW_SPAN("zoho")) ==
                (ALLOW(IW_LENIENT_NUMBER_ZERO) | ALLOW(IW_LENIENT_NUMBER_NEGATIVE) |
                 ALLOW(IW_LENIENT_FLAG_ANY)));
    assert_true(iw_leniencies_of(IW_SPAN("bare")) == 0);
    assert_true(iw_leniencies_of(IW_SPAN("")) == 0);
    for (const struct iw_persona *persona = iw_personas; persona->name != NULL; persona++) {
        struct iw_span name = iw_span_of(persona->name);
        assert_true(persona->allowed != 0 && (persona->allowed & ~IW_LENIENT_ALL) == 0);
        assert_true(iw_leniencies_of(name) == persona->allowed);
        if (persona > iw_personas)
            assert_true(strcmp(persona[-1].name, persona->name) < 0);
    }
}

/* ---- limits ---- */

static void test_depth(void **state)
{
    (void)state;
    struct iw_reading reading;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("x"), NULL);
    reading.limits.depth = 2;
    assert_int_equal(iw_reader_enter(&reading.reader), IW_OK);
    assert_int_equal(iw_reader_enter(&reading.reader), IW_OK);
    assert_int_equal(iw_reader_enter(&reading.reader), IW_LIMIT);
    iw_reader_leave(&reading.reader);
    assert_int_equal(iw_reader_enter(&reading.reader), IW_OK);
    iw_reading_end(&reading);
}

static void test_growing_arrays(void **state)
{
    (void)state;
    struct iw_reading reading;
    uint32_t *numbers = NULL;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("x"), NULL);
    reading.limits.items = 1000;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(iw_reader_grow(&reading.reader, &numbers, i, sizeof *numbers), IW_OK);
        numbers[i] = i;
    }
    assert_int_equal(iw_reader_grow(&reading.reader, &numbers, 1000, sizeof *numbers), IW_LIMIT);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    iw_reading_end(&reading);
}

/* The cap is a limit, the machine's memory is not. */
static void test_growing_without_room(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    struct iw_reading reading;
    char(*blocks)[4000] = NULL;
    iw_failing_alloc_init(&failing, SIZE_MAX);
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("x"), &failing.alloc);
    reading.arena.cap = 100000;
    assert_int_equal(iw_reader_grow(&reading.reader, &blocks, 0, sizeof *blocks), IW_OK);
    assert_int_equal(iw_reader_grow(&reading.reader, &blocks, 16, sizeof *blocks), IW_LIMIT);
    reading.arena.cap = 10000000;
    failing.fail_at = 0;
    assert_int_equal(iw_reader_grow(&reading.reader, &blocks, 4, sizeof *blocks), IW_NO_MEMORY);
    iw_reading_end(&reading);
    assert_int_equal(failing.blocks, 0);
}

static void test_unescaping_without_memory(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    struct iw_reading reading;
    struct iw_span value;
    iw_failing_alloc_init(&failing, 0);
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("\"plain\" \"esc\\\\aped\""),
                     &failing.alloc);
    assert_int_equal(iw_read_string(&reading.reader, &value), IW_OK);
    assert_false(failing.failed);
    assert_ptr_equal(value.data, reading.frame.bytes.data + 1);
    assert_true(iw_reader_skip(&reading.reader, ' '));
    assert_int_equal(iw_read_string(&reading.reader, &value), IW_NO_MEMORY);
    iw_reading_end(&reading);
}

/* ---- writers ---- */

static void test_writers(void **state)
{
    (void)state;
    static const struct {
        const char *value; /* NULL: absent */
        size_t length;
        const char *astring, *string, *nstring;
    } rows[] = {
        {"INBOX", 5, "INBOX", "\"INBOX\"", "\"INBOX\""},
        {"a]b", 3, "a]b", "\"a]b\"", "\"a]b\""},
        {"", 0, "\"\"", "\"\"", "\"\""},
        {"nil", 3, "\"nil\"", "\"nil\"", "\"nil\""},
        {"NILS", 4, "NILS", "\"NILS\"", "\"NILS\""},
        {"a b", 3, "\"a b\"", "\"a b\"", "\"a b\""},
        {"%", 1, "\"%\"", "\"%\"", "\"%\""},
        {"\"\\x\"", 4, "\"\\\"\\\\x\\\"\"", "\"\\\"\\\\x\\\"\"", "\"\\\"\\\\x\\\"\""},
        {"\t\x7f", 2, "\"\t\x7f\"", "\"\t\x7f\"", "\"\t\x7f\""},
        {"a\r\nb", 4, "{4}\r\na\r\nb", "{4}\r\na\r\nb", "{4}\r\na\r\nb"},
        {"\n", 1, "{1}\r\n\n", "{1}\r\n\n", "{1}\r\n\n"},
        {"\xc3\xa4", 2, "{2}\r\n\xc3\xa4", "{2}\r\n\xc3\xa4", "{2}\r\n\xc3\xa4"},
        {NULL, 0, "\"\"", "\"\"", "NIL"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        struct iw_span value = iw_span(rows[i].value, rows[i].length);
        iw_buf_init(&out, NULL, 1000);
        iw_write_astring(&out, value);
        assert_string_equal(iw_buf_string(&out), rows[i].astring);
        iw_buf_clear(&out);
        iw_write_string(&out, value);
        assert_string_equal(iw_buf_string(&out), rows[i].string);
        iw_buf_clear(&out);
        iw_write_nstring(&out, value);
        assert_string_equal(iw_buf_string(&out), rows[i].nstring);
        iw_buf_release(&out);
    }
    assert_false(iw_can_quote(IW_SPAN("a\0b")));
    assert_true(iw_can_quote(iw_span(NULL, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_nstrings),
        cmocka_unit_test(test_astrings),
        cmocka_unit_test(test_literal_values),
        cmocka_unit_test(test_literals_that_were_not_kept),
        cmocka_unit_test(test_frames_and_literals_that_disagree),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_octets_and_runs),
        cmocka_unit_test(test_runs_of_every_octet),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_leniency_names),
        cmocka_unit_test(test_personas),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_growing_arrays),
        cmocka_unit_test(test_growing_without_room),
        cmocka_unit_test(test_unescaping_without_memory),
        cmocka_unit_test(test_writers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
