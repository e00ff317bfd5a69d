/* SPDX-License-Identifier: MIT */
/* Frames malformed on purpose: the table below says for one frame of each kind what comes out; and
 * for every golden input, every fault and every place of it, what the strict parser makes of that.
 */
#include "parser/command.h"
#include "parser/malform.h"
#include "parser/response.h"

#include "tests/lib/one_frame.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 20, VALUES_MAX = 1 << 24, LINE_MAX_ = 1 << 16 };

/* ---- what comes out ---- */

#define FETCH  "* 1 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS (\\Seen))\r\n"
#define APPEND "A1 APPEND \"a b\" {3+}\r\nabc\r\n"

static const struct {
    const char *input;
    const char *fault;
    size_t places, place;
    const char *output; /* NULL: not written, because there is no place */
} rows[] = {
    {FETCH, "literal-less", 1, 0, "* 1 FETCH (UID 9 BODY[] {2}\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "literal-more", 1, 0, "* 1 FETCH (UID 9 BODY[] {4}\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "literal-zeros", 1, 0, "* 1 FETCH (UID 9 BODY[] {003}\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "literal-no-count", 1, 0, "* 1 FETCH (UID 9 BODY[] {}\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "literal-unclosed", 1, 0, "* 1 FETCH (UID 9 BODY[] {3\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "literal-no-crlf", 1, 0, "* 1 FETCH (UID 9 BODY[] {3}abc FLAGS (\\Seen))\r\n"},
    {FETCH, "literal-plus", 1, 0, "* 1 FETCH (UID 9 BODY[] {3+}\r\nabc FLAGS (\\Seen))\r\n"},
    {APPEND, "literal-plus", 1, 0, "A1 APPEND \"a b\" {3++}\r\nabc\r\n"},
    {APPEND, "literal-unclosed", 1, 0, "A1 APPEND \"a b\" {3\r\nabc\r\n"},
    {"* LIST () \"/\" {0}\r\n\r\n", "literal-less", 0, 0, NULL},
    {"* LIST () \"/\" {0}\r\n\r\n", "literal-more", 1, 0, "* LIST () \"/\" {1}\r\n\r\n"},
    {"* 1 FETCH (BINARY[] ~{1}\r\na)\r\n", "literal-negative", 1, 0,
     "* 1 FETCH (BINARY[] ~{-1}\r\na)\r\n"},
    {"* OK say {5}\r\n", "literal-less", 0, 0, NULL},
    {"* LIST () \"{1}\" a\r\n", "literal-less", 0, 0, NULL},
    {FETCH, "list-unclosed", 2, 0, "* 1 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS (\\Seen)\r\n"},
    {FETCH, "list-unopened", 2, 1, "* 1 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS \\Seen))\r\n"},
    {FETCH, "list-space-last", 2, 1, "* 1 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS (\\Seen) )\r\n"},
    {"* OK (a) [b\r\n", "list-unclosed", 0, 0, NULL},
    {APPEND, "quoted-unclosed", 1, 0, "A1 APPEND \"a b {3+}\r\nabc\r\n"},
    {APPEND, "quoted-unopened", 1, 0, "A1 APPEND a b\" {3+}\r\nabc\r\n"},
    {APPEND, "quoted-escaped-end", 1, 0, "A1 APPEND \"a b\\\" {3+}\r\nabc\r\n"},
    {APPEND, "quoted-8bit", 1, 0,
     "A1 APPEND \"\xff"
     "a b\" {3+}\r\nabc\r\n"},
    {"* ID (\"a\\\"\" \"\")\r\n", "quoted-unclosed", 2, 1, "* ID (\"a\\\"\" \")\r\n"},
    {FETCH, "word-lower", 5, 1, "* 1 FETCH (uid 9 BODY[] {3}\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "word-missing", 5, 4, "* 1 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS ())\r\n"},
    {"* 1 fetch (uid 9)\r\n", "word-lower", 0, 0, NULL},
    {FETCH, "number-33-bits", 2, 1,
     "* 1 FETCH (UID 4294967296 BODY[] {3}\r\nabc FLAGS (\\Seen))\r\n"},
    {FETCH, "number-zero", 2, 0, "* 0 FETCH (UID 9 BODY[] {3}\r\nabc FLAGS (\\Seen))\r\n"},
    {"* 0 EXISTS\r\n", "number-zero", 0, 0, NULL},
    {APPEND, "space-twice", 3, 2, "A1 APPEND \"a b\"  {3+}\r\nabc\r\n"},
    {APPEND, "space-missing", 3, 0, "A1APPEND \"a b\" {3+}\r\nabc\r\n"},
    {APPEND, "tag-missing", 1, 0, " APPEND \"a b\" {3+}\r\nabc\r\n"},
    {APPEND, "tag-twice", 1, 0, "A1 A1 APPEND \"a b\" {3+}\r\nabc\r\n"},
    {"+ go\r\n", "tag-twice", 0, 0, NULL},
    {"* OK [UIDNEXT 4] x y\r\n", "code-unclosed", 1, 0, "* OK [UIDNEXT 4 x y\r\n"},
    {"* OK [UIDNEXT 4] x y\r\n", "space-twice", 2, 1, "* OK [UIDNEXT  4] x y\r\n"},
    {"* OK [UIDNEXT 4] x y\r\n", "text-8bit", 1, 0, "* OK [UIDNEXT 4] x y\xff\r\n"},
    {"* OK [ALERT] x y\r\n", "space-twice", 1, 0, "*  OK [ALERT] x y\r\n"},
    {"A NO [BADURL a (b] c\r\n", "text-8bit", 2, 0, "A NO [BADURL a (b\xff] c\r\n"},
    {"A NO [NOUPDATE \"]\"] c\r\n", "code-unclosed", 1, 0, "A NO [NOUPDATE \"]\" c\r\n"},
    {APPEND, "end-missing", 1, 0, "A1 APPEND \"a b\" {3+}\r\nabc"},
    {APPEND, "end-bare-lf", 1, 0, "A1 APPEND \"a b\" {3+}\r\nabc\n"},
    {APPEND, "end-twice", 1, 0, "A1 APPEND \"a b\" {3+}\r\nabc\r\n\r\n"},
};

static enum iw_frame_role role_of(const char *input)
{
    return input[0] == 'A' && input[2] == ' ' ? IW_FRAME_COMMANDS : IW_FRAME_RESPONSES;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_one_frame one;
        struct iw_buf out;
        enum iw_malform fault;
        iw_buf_init(&out, NULL, TEXT_MAX);
        assert_true(iw_malform_find(iw_span_of(rows[i].fault), &fault));
        struct iw_span input = iw_span_of(rows[i].input);
        assert_true(iw_one_frame_open(&one, role_of(rows[i].input), input, true));
        size_t places = iw_malform_places(&one.frame, fault);
        if (places != rows[i].places)
            fail_msg("%s: %zu places for %s", rows[i].input, places, rows[i].fault);
        if (rows[i].output != NULL)
            iw_malform_write(&out, &one.frame, fault, rows[i].place);
        if (rows[i].output != NULL && strcmp(iw_buf_string(&out), rows[i].output) != 0)
            fail_msg("%s with %s is %s", rows[i].input, rows[i].fault, iw_buf_string(&out));
        iw_one_frame_close(&one);
        iw_buf_release(&out);
    }
}

/* ---- every golden input ---- */

struct tally {
    size_t written, taken; /* places, and those of which the outcome is read as the frame was */
};

static struct tally tallies[IW_MALFORM_COUNT];

/* One outcome of parsing. */
struct reading {
    struct iw_arena arena;
    struct iw_response response;
    struct iw_command command;
    struct iw_error error;
    enum iw_result result;
};

static void read_frame(struct reading *reading, const struct iw_frame *frame)
{
    iw_arena_init(&reading->arena, NULL, VALUES_MAX);
    reading->error = (struct iw_error){0};
    if (frame->role == IW_FRAME_RESPONSES)
        reading->result = iw_parse_response(frame, &reading->arena, &iw_limits_default, NULL,
                                            &reading->response, &reading->error);
    else
        reading->result = iw_parse_command(frame, &reading->arena, &iw_limits_default, NULL,
                                           &reading->command, &reading->error);
}

static bool is_fetch(const struct iw_response *response)
{
    return response->kind == IW_RESPONSE_FETCH || response->kind == IW_RESPONSE_UIDFETCH ||
           response->kind == IW_RESPONSE_STORE;
}

static bool has_bad_item(enum iw_frame_role role, const struct reading *reading)
{
    return role == IW_FRAME_RESPONSES && is_fetch(&reading->response) &&
           iw_fetch_find(&reading->response.fetch, IW_FETCH_BAD) != NULL;
}

static int kind_of(enum iw_frame_role role, const struct reading *reading)
{
    return role == IW_FRAME_RESPONSES ? (int)reading->response.kind : (int)reading->command.kind;
}

/* The outcome is one frame that reads as the same kind of thing, nothing in it spoilt. */
static bool is_taken(enum iw_frame_role role, struct iw_span outcome, int kind,
                     struct iw_error *error)
{
    struct iw_one_frame one;
    struct reading reading;
    *error = (struct iw_error){0};
    if (!iw_one_frame_open(&one, role, outcome, true))
        return false;
    read_frame(&reading, &one.frame);
    bool taken =
        reading.result == IW_OK && kind_of(role, &reading) == kind && !has_bad_item(role, &reading);
    *error = reading.error;
    iw_arena_release(&reading.arena);
    iw_one_frame_close(&one);
    return taken;
}

static size_t problems;

static void show(const char *what, enum iw_malform fault, struct iw_span outcome)
{
    print_error("%s: %s: %.*s\n", iw_malform_type_of(fault)->name, what, (int)outcome.length,
                outcome.data);
    problems++;
}

/* Where a reader may stumble at the soonest: on the SP or "(" in front of a token, or on the word
 * that the token is joined with. */
static size_t earliest_of(const struct iw_frame *frame, struct iw_span token)
{
    const char *at = token.data;
    if (at > frame->bytes.data && (at[-1] == ' ' || at[-1] == '('))
        return (size_t)(at - 1 - frame->bytes.data);
    while (at > frame->bytes.data && at[-1] != ' ' && at[-1] != '(')
        at--;
    return (size_t)(at - frame->bytes.data);
}

static void check_place(const struct iw_frame *frame, int kind, enum iw_malform fault, size_t place)
{
    struct iw_buf out;
    struct iw_error error;
    iw_buf_init(&out, NULL, TEXT_MAX);
    iw_malform_write(&out, frame, fault, place);
    assert_false(out.failed);
    struct iw_span outcome = iw_buf_span(&out);
    bool taken = is_taken(frame->role, outcome, kind, &error);
    enum iw_malform_verdict verdict = iw_malform_type_of(fault)->verdict;
    if (iw_span_equal(outcome, frame->bytes))
        show("nothing is changed", fault, outcome);
    size_t earliest = earliest_of(frame, iw_malform_token(frame, fault, place));
    if (error.code == IW_SYNTAX && (error.offset < earliest || error.offset > outcome.length))
        show("fails elsewhere", fault, outcome);
    if (taken && verdict == IW_MALFORM_ILLEGAL)
        show("is taken", fault, outcome);
    if (!taken && verdict == IW_MALFORM_LEGAL)
        show("is refused", fault, outcome);
    tallies[fault].written++;
    tallies[fault].taken += taken;
    iw_buf_release(&out);
}

/* What no type knows is kept as it stands, spaces and quotes included. */
static bool holds_unknown(struct iw_span text)
{
    for (; text.length > 0; text = iw_span_part(text, 1, text.length))
        if (iw_span_starts_nocase(text, IW_SPAN("X-")) &&
            !iw_span_starts_nocase(text, IW_SPAN("X-GM-")))
            return true;
    return false;
}

static void check_frame(const struct iw_frame *frame)
{
    struct reading reading;
    read_frame(&reading, frame);
    bool whole = reading.result == IW_OK && !has_bad_item(frame->role, &reading);
    int kind = kind_of(frame->role, &reading);
    iw_arena_release(&reading.arena);
    int other = frame->role == IW_FRAME_RESPONSES ? (int)IW_RESPONSE_OTHER : (int)IW_COMMAND_OTHER;
    if (!whole || kind == other || holds_unknown(frame->bytes))
        return;
    for (unsigned fault = 0; fault < IW_MALFORM_COUNT; fault++) {
        size_t places = iw_malform_places(frame, (enum iw_malform)fault);
        for (size_t place = 0; place < places; place++)
            check_place(frame, kind, (enum iw_malform)fault, place);
    }
}

static void check_stream(enum iw_frame_role role, struct iw_span stream)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    iw_framer_init(&framer, role, &iw_limits_default, NULL);
    iw_framer_feed(&framer, stream);
    while ((result = iw_framer_next(&framer, &frame, &error)) == IW_OK || result == IW_LIMIT) {
        if (result == IW_OK && frame.kind == IW_FRAME_ASK)
            iw_framer_accept(&framer);
        else if (result == IW_OK)
            check_frame(&frame);
    }
    iw_framer_release(&framer);
}

/* A line as tests/golden/README.md has them: \xHH is one octet, \c at the end is no CRLF. */
static void add_line(struct iw_buf *stream, const char *line)
{
    for (; *line != '\0'; line++) {
        unsigned octet;
        if (strcmp(line, "\\c") == 0)
            return;
        if (sscanf(line, "\\x%2x", &octet) == 1) {
            iw_buf_add_char(stream, (char)octet);
            line += 3;
        } else
            iw_buf_add_char(stream, *line);
    }
    iw_buf_add_string(stream, "\r\n");
}

/* All inputs of one file, but for those that need a leniency. */
static void check_file(const char *path)
{
    static char line[LINE_MAX_];
    struct iw_buf stream;
    bool inside = false;
    enum iw_frame_role role = IW_FRAME_RESPONSES;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    iw_buf_init(&stream, NULL, TEXT_MAX);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        bool fence = strncmp(line, "```", 3) == 0;
        if (inside && !fence)
            add_line(&stream, line);
        if (inside && fence)
            check_stream(role, iw_buf_span(&stream));
        if (fence)
            iw_buf_clear(&stream);
        role = strcmp(line, "```imap commands") == 0 ? IW_FRAME_COMMANDS : role;
        role = strcmp(line, "```imap") == 0 ? IW_FRAME_RESPONSES : role;
        inside =
            fence ? strcmp(line, "```imap") == 0 || strcmp(line, "```imap commands") == 0 : inside;
    }
    iw_buf_release(&stream);
    fclose(file);
}

static void test_golden_inputs(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob(IW_SOURCE_DIR "/tests/golden/[a-z]*.md", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        check_file(files.gl_pathv[i]);
    globfree(&files);
    assert_int_equal(problems, 0);
    for (unsigned fault = 0; fault < IW_MALFORM_COUNT; fault++) {
        const struct iw_malform_type *type = iw_malform_type_of((enum iw_malform)fault);
        const struct tally *tally = &tallies[fault];
        bool both = tally->taken > 0 && tally->taken < tally->written;
        if (tally->written == 0 || (type->verdict == IW_MALFORM_DEPENDS && !both))
            fail_msg("%s: %zu of %zu are taken", type->name, tally->taken, tally->written);
    }
}

static void test_names(void **state)
{
    (void)state;
    enum iw_malform found;
    for (unsigned fault = 0; fault < IW_MALFORM_COUNT; fault++) {
        const struct iw_malform_type *type = iw_malform_type_of((enum iw_malform)fault);
        assert_true(iw_malform_find(iw_span_of(type->name), &found));
        assert_int_equal(found, fault);
        assert_true(strlen(type->breaks) > 0);
    }
    assert_false(iw_malform_find(IW_SPAN("literal"), &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_golden_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
