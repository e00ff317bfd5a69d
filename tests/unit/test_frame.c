/* SPDX-License-Identifier: MIT */
/* The framer: each row is fed whole, in single octets, and cut in two at every byte, and must give
 * the same log each time. */
#include "parser/frame.h"

#include "tests/lib/cuts.h"
#include "tests/lib/exact.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { LOG_MAX = 1 << 20, CHUNK_MAX = 1 << 20 };

/* The log: "=" and a whole frame (NUL as "^"), "?" and a command that waits, "!" for IW_LIMIT, each
 * closed by
 * "|". Behind a frame stand its offset if it is not the first, "lf" for a bare LF, and of each
 * literal offset:size, "b" for literal8, "w" for one that waits, "-" when it was not kept. "$" and
 * what was streamed end the log, then "+n" when n octets are held. */
struct row {
    const char *name;
    enum iw_frame_role role;
    const char *input;
    const char *log;
    struct iw_limits limits; /* 0: the default */
    enum iw_literal_fate fate;
    uint64_t refuse_above;  /* commands with a larger literal that waits are refused; 0: none */
    const char *line_after; /* behind a frame that begins so, one raw line is expected */
    size_t length;          /* of input; 0: up to its NUL */
};

#define S IW_FRAME_RESPONSES
#define C IW_FRAME_COMMANDS

static const struct row rows[] = {
    {"one line", S, "* OK hi\r\n", "=* OK hi\r\n|"},
    {"two lines", S, "* 1 EXISTS\r\n* 2 RECENT\r\n", "=* 1 EXISTS\r\n|=* 2 RECENT\r\n @12|"},
    {"an empty line is a frame", S, "\r\n\r\n* OK\r\n", "=\r\n|=\r\n @2|=* OK\r\n @4|"},
    {"bare LF", S, "* OK\n* NO\r\n", "=* OK\n lf|=* NO\r\n @5|"},
    {"a lone LF", S, "\n", "=\n lf|"},
    {"CR inside a line ends nothing", S, "a\rb\r\n", "=a\rb\r\n|"},
    {"CR CR LF", S, "a\r\r\n", "=a\r\r\n|"},
    {"an unfinished line is held", S, "* OK", "+4"},
    {"an unfinished line behind a frame", S, "* OK\r\n* N", "=* OK\r\n|+3"},
    {"NUL inside a line", S, "a\0b\r\n", "=a^b\r\n|", .length = 5},

    {"literal at the end", S, "* 1 FETCH (BODY[] {5}\r\nhello)\r\n",
     "=* 1 FETCH (BODY[] {5}\r\nhello)\r\n 23:5w|"},
    {"literal that ends the response", S, "* LIST () \"/\" {5}\r\nhello\r\n* 1 EXISTS\r\n",
     "=* LIST () \"/\" {5}\r\nhello\r\n 19:5w|=* 1 EXISTS\r\n @26|"},
    {"literal of zero octets", S, "* X {0}\r\n\r\n", "=* X {0}\r\n\r\n 9:0w|"},
    {"leading zeros", S, "* X {005}\r\nhello\r\n", "=* X {005}\r\nhello\r\n 11:5w|"},
    {"more leading zeros than a number has digits", S,
     "* X {0000000000000000000000000005}\r\nhello\r\n",
     "=* X {0000000000000000000000000005}\r\nhello\r\n 36:5w|"},
    {"two literals", S, "* X {1}\r\na {2}\r\nbc\r\n", "=* X {1}\r\na {2}\r\nbc\r\n 9:1w 16:2w|"},
    {"literal of CRLFs", S, "* X {4}\r\n\r\n\r\n)\r\n", "=* X {4}\r\n\r\n\r\n)\r\n 9:4w|"},
    {"literal that looks like an announcement", S, "* X {5}\r\n{9}\r\n\r\n",
     "=* X {5}\r\n{9}\r\n\r\n 9:5w|"},
    {"bare LF behind the announcement", S, "* X {5}\nhello\r\n", "=* X {5}\nhello\r\n lf 8:5w|"},
    {"literal8", S, "* X ~{5}\r\nhe\0lo\r\n", "=* X ~{5}\r\nhe^lo\r\n 10:5bw|", .length = 17},
    {"{n+} in a response is followed", S, "* X {5+}\r\nhello\r\n", "=* X {5+}\r\nhello\r\n 10:5|"},
    {"the end inside a literal", S, "* X {5}\r\nhel", "+12"},
    {"the end inside an announcement", S, "* X {5", "+6"},
    {"many literals", S, "* X {1}\r\na{1}\r\nb{1}\r\nc{1}\r\nd{1}\r\ne{1}\r\nf\r\n",
     "=* X {1}\r\na{1}\r\nb{1}\r\nc{1}\r\nd{1}\r\ne{1}\r\nf\r\n 9:1w 15:1w 21:1w 27:1w 33:1w "
     "39:1w|"},

    {"brace inside quotes", S, "* LIST () \"/\" \"a {5}\r\n", "=* LIST () \"/\" \"a {5}\r\n|"},
    {"brace behind a closed quote", S, "* X \"a\" {5}\r\nhello\r\n",
     "=* X \"a\" {5}\r\nhello\r\n 13:5w|"},
    {"escaped quote inside quotes", S, "* X \"a\\\" {5}\r\n", "=* X \"a\\\" {5}\r\n|"},
    {"escaped backslash before the closing quote", S, "* X \"a\\\\\" {5}\r\nhello\r\n",
     "=* X \"a\\\\\" {5}\r\nhello\r\n 15:5w|"},
    {"backslash outside quotes escapes nothing", S, "* X \\\"a\" {5}\r\nhello\r\n",
     "=* X \\\"a\" {5}\r\nhello\r\n 14:5w|"},
    {"quotes of the line before do not count", S, "* X {1}\r\n\" {1}\r\na\r\n",
     "=* X {1}\r\n\" {1}\r\na\r\n 9:1w 16:1w|"},
    {"quotes count anew behind a literal", S, "* X {1}\r\na \" {1}\r\n* OK\r\n",
     "=* X {1}\r\na \" {1}\r\n 9:1w|=* OK\r\n @18|"},

    {"minus", S, "* X {-1}\r\n", "=* X {-1}\r\n|"},
    {"no digits", S, "* X {}\r\n", "=* X {}\r\n|"},
    {"only a plus", S, "* X {+}\r\n", "=* X {+}\r\n|"},
    {"two pluses", S, "* X {5++}\r\n", "=* X {5++}\r\n|"},
    {"space inside", S, "* X { 5}\r\n", "=* X { 5}\r\n|"},
    {"space behind", S, "* X {5} \r\n", "=* X {5} \r\n|"},
    {"only digits and a brace", S, "5}\r\n}\r\n{5\r\n", "=5}\r\n|=}\r\n @4|={5\r\n @7|"},
    {"an announcement alone", C, "{1+}\r\nab\r\n", "={1+}\r\nab\r\n 6:1|"},

    {"prose: *", S, "* OK see {5}\r\n* BYE {5}\r\n", "=* OK see {5}\r\n|=* BYE {5}\r\n @14|"},
    {"prose: each state in any case", S, "* no {5}\r\n* Bad {5}\r\n* PREauth {5}\r\n",
     "=* no {5}\r\n|=* Bad {5}\r\n @10|=* PREauth {5}\r\n @21|"},
    {"prose: tag", S, "A1 OK {5}\r\n", "=A1 OK {5}\r\n|"},
    {"prose: +", S, "+ say {5}\r\n+\r\n", "=+ say {5}\r\n|=+\r\n @11|"},
    {"prose: a lone quote is no matter", S, "* OK don\"t {5}\r\n", "=* OK don\"t {5}\r\n|"},
    {"no prose: OKAY", S, "* OKAY {1}\r\na\r\n", "=* OKAY {1}\r\na\r\n 12:1w|"},
    {"no prose: a number first", S, "* 1 OK {1}\r\na\r\n", "=* 1 OK {1}\r\na\r\n 12:1w|"},
    {"no prose: ++", S, "++ {1}\r\na\r\n", "=++ {1}\r\na\r\n 8:1w|"},
    {"no prose behind a literal", S, "* X {1}\r\na OK {1}\r\nb\r\n",
     "=* X {1}\r\na OK {1}\r\nb\r\n 9:1w 19:1w|"},
    {"no prose in commands", C, "* OK {1+}\r\na\r\n", "=* OK {1+}\r\na\r\n 11:1|"},

    {"command without literals", C, "A NOOP\r\n", "=A NOOP\r\n|"},
    {"command with {n+}", C, "A LOGIN {1+}\r\nu {1+}\r\np\r\n",
     "=A LOGIN {1+}\r\nu {1+}\r\np\r\n 14:1 22:1|"},
    {"command that waits", C, "A LOGIN {1}\r\nu p\r\n",
     "?A LOGIN {1}\r\n 13:1w-|=A LOGIN {1}\r\nu p\r\n 13:1w|"},
    {"command that waits twice", C, "A X {1}\r\nu {0}\r\n\r\n",
     "?A X {1}\r\n 9:1w-|?A X {1}\r\nu {0}\r\n 9:1w 16:0w-|=A X {1}\r\nu {0}\r\n\r\n 9:1w 16:0w|"},
    {"literal8 waits too", C, "A APPEND x ~{1}\r\nu\r\n",
     "?A APPEND x ~{1}\r\n 17:1bw-|=A APPEND x ~{1}\r\nu\r\n 17:1bw|"},
    {"literal8+", C, "A APPEND x ~{1+}\r\nu\r\n", "=A APPEND x ~{1+}\r\nu\r\n 18:1b|"},
    {"refused: the next line is a command", C, "A APPEND x {99}\r\nB NOOP\r\n",
     "?A APPEND x {99}\r\n 17:99w-|=B NOOP\r\n @17|", .refuse_above = 9},
    {"refused behind an accepted one", C, "A X {1}\r\nu {99}\r\nB NOOP\r\n",
     "?A X {1}\r\n 9:1w-|?A X {1}\r\nu {99}\r\n 9:1w 17:99w-|=B NOOP\r\n @17|", .refuse_above = 9},

    {"raw line", C, "A AUTHENTICATE X\r\n{5}\r\nB NOOP\r\n",
     "=A AUTHENTICATE X\r\n|={5}\r\n @18|=B NOOP\r\n @23|", .line_after = "A AUTH"},
    {"raw line that is empty", C, "A AUTHENTICATE X\r\n\r\nB X {1+}\r\na\r\n",
     "=A AUTHENTICATE X\r\n|=\r\n @18|=B X {1+}\r\na\r\n @20 10:1|", .line_after = "A AUTH"},
    {"a raw line over the limit is the one", C, "A IDLE\r\n12345678{1+}\r\nB {1+}\r\na\r\n",
     "=A IDLE\r\n|!|=B {1+}\r\na\r\n @22 8:1|", .line_after = "A IDLE", .limits = {.line = 10}},

    {"skipped literal", S, "* X {5}\r\nhello {2}\r\nab)\r\n",
     "=* X {5}\r\n {2}\r\n)\r\n 9:5w- 15:2w-|", .fate = IW_LITERAL_SKIP},
    {"the frame behind a skipped one has its offset", S, "* X {5}\r\nhello\r\n* OK\r\n",
     "=* X {5}\r\n\r\n 9:5w-|=* OK\r\n @16|", .fate = IW_LITERAL_SKIP},
    {"the end inside a skipped literal", S, "* X {5}\r\nhel", "+12", .fate = IW_LITERAL_SKIP},
    {"skipped literal of zero octets", S, "* X {0}\r\n\r\n", "=* X {0}\r\n\r\n 9:0w-|",
     .fate = IW_LITERAL_SKIP},
    {"streamed literals", S, "* X {5}\r\nhello {2}\r\nab)\r\n",
     "=* X {5}\r\n {2}\r\n)\r\n 9:5w- 15:2w-|$helloab", .fate = IW_LITERAL_STREAM},
    {"streamed literal of a command", C, "A X {5}\r\nhello\r\n",
     "?A X {5}\r\n 9:5w-|=A X {5}\r\n\r\n 9:5w-|$hello", .fate = IW_LITERAL_STREAM},
    {"streaming has no limit", S, "* X {5}\r\nhello\r\n", "=* X {5}\r\n\r\n 9:5w-|$hello",
     .fate = IW_LITERAL_STREAM, .limits = {.literal = 1}},

    {"literal at its limit", S, "* X {5}\r\nhello\r\n", "=* X {5}\r\nhello\r\n 9:5w|",
     .limits = {.literal = 5}},
    {"literal over its limit is skipped", S, "* X {6}\r\nhello!\r\n* OK\r\n",
     "=* X {6}\r\n\r\n 9:6w-|=* OK\r\n @17|", .limits = {.literal = 5}},
    {"accepted literal over its limit is skipped", C, "A X {6}\r\nhello!\r\n",
     "?A X {6}\r\n 9:6w-|=A X {6}\r\n\r\n 9:6w-|", .limits = {.literal = 5}},
    {"literal that does not fit into the frame is skipped", S, "* X {5}\r\nhello\r\n",
     "=* X {5}\r\n\r\n 9:5w-|", .limits = {.frame = 13}},
    {"literal that just fits, but not its end", S, "* X {5}\r\nhello\r\n* OK\r\n",
     "!|=* OK\r\n @16|", .limits = {.frame = 14}},
    {"frame at its limit", S, "* X {5}\r\nhello\r\n", "=* X {5}\r\nhello\r\n 9:5w|",
     .limits = {.frame = 16}},

    {"line at its limit", S, "12345678\r\n* OK\r\n", "=12345678\r\n|=* OK\r\n @10|",
     .limits = {.line = 10}},
    {"line over its limit", S, "123456789\r\n* OK\r\n", "!|=* OK\r\n @11|", .limits = {.line = 10}},
    {"the end inside a line over its limit", S, "12345678901234", "!|+14", .limits = {.line = 10}},
    {"two lines over the limit", S, "12345678901234567890\r\n123456789\r\n* OK\r\n",
     "!|!|=* OK\r\n @33|", .limits = {.line = 10}},
    {"line over its limit behind a literal", S, "* X {5}\r\nhello67890123\r\n* OK\r\n",
     "!|=* OK\r\n @24|", .limits = {.line = 9}},
    {"line over its limit announces nothing", S, "12345678 {4}\r\nabcd\r\n", "!|=abcd\r\n @14|",
     .limits = {.line = 10}},

    {"frame over its limit in its first line", S, "* X 345678\r\n* OK\r\n", "!|=* OK\r\n @12|",
     .limits = {.frame = 10}},
    {"frame over its limit is followed to its end", S,
     "* X {2}\r\n\"b 34567 {4}\r\n\r\n\r\n {1}\r\nx\r\n* OK\r\n", "!|=* OK\r\n @36|",
     .limits = {.frame = 16}},
    {"… not past a {n} of a command", C, "A X {2+}\r\n\"b 34567 {4+}\r\n\r\n\r\n {9}\r\nB NOOP\r\n",
     "!|=B NOOP\r\n @35|", .limits = {.frame = 16}},
    {"prose over the frame's limit stays prose", S, "* OK 56789 {4}\r\n* NO\r\n",
     "!|=* NO\r\n @16|", .limits = {.frame = 10}},
    {"frame over its limit, then its line too", S, "* X {2}\r\nab 3456789012 {4}\r\n* OK\r\n",
     "!|=* OK\r\n @28|", .limits = {.frame = 16, .line = 12}},
    {"literals at their limit", S, "* X {1}\r\na{1}\r\nb\r\n",
     "=* X {1}\r\na{1}\r\nb\r\n 9:1w 15:1w|", .limits = {.literals = 2}},
    {"literals over their limit", S, "* X {1}\r\na{1}\r\nb{4}\r\n\r\n\r\n\r\n* OK\r\n",
     "!|=* OK\r\n @27|", .limits = {.literals = 2}},
    {"literals that wait over their limit", C, "A {1+}\r\na{1}\r\nB NOOP\r\n", "!|=B NOOP\r\n @14|",
     .limits = {.literals = 1}},

    {"2^32 - 1", S, "* X {4294967295}\r\n", "+18"},
    {"2^63 - 1", S, "* X {9223372036854775807}\r\n", "+27"},
    {"2^63", S, "* X {9223372036854775808}\r\n* OK\r\n", "!|=* OK\r\n @27|"},
    {"2^64", S, "* X {18446744073709551616}\r\n* OK\r\n", "!|=* OK\r\n @28|"},
    {"twenty nines", S, "* X {99999999999999999999}\r\n* OK\r\n", "!|=* OK\r\n @28|"},
    {"2^64 of a command that waits", C, "A X {18446744073709551616}\r\nB NOOP\r\n",
     "=A X {18446744073709551616}\r\n|=B NOOP\r\n @28|"},
    {"twenty-one nines", C, "A X {999999999999999999999+}\r\nB NOOP\r\n", "!|=B NOOP\r\n @30|"},
    {"twenty nines in prose", S, "* OK {99999999999999999999}\r\n",
     "=* OK {99999999999999999999}\r\n|"},
};

/* ---- the log of one run ---- */

struct run {
    const struct row *row;
    struct iw_framer framer;
    struct iw_buf log, streamed;
    enum iw_result last;
};

static enum iw_literal_fate fate(void *context, struct iw_span so_far,
                                 const struct iw_literal *literal)
{
    struct run *run = context;
    assert_int_equal(so_far.length, literal->offset);
    assert_int_equal(so_far.data[so_far.length - 1], '\n');
    return run->row->fate;
}

static void stream(void *context, struct iw_span octets)
{
    struct run *run = context;
    assert_int_not_equal(octets.length, 0);
    iw_buf_add(&run->streamed, octets);
}

static void log_frame(struct iw_buf *log, const struct iw_frame *frame)
{
    iw_buf_add_char(log, frame->kind == IW_FRAME_ASK ? '?' : '=');
    for (size_t i = 0; i < frame->bytes.length; i++)
        iw_buf_add_char(log, frame->bytes.data[i] == '\0' ? '^' : frame->bytes.data[i]);
    if (frame->offset > 0)
        iw_buf_addf(log, " @%llu", (unsigned long long)frame->offset);
    if (frame->bare_lf)
        iw_buf_add_string(log, " lf");
    for (size_t i = 0; i < frame->literal_count; i++) {
        const struct iw_literal *literal = &frame->literals[i];
        iw_buf_addf(log, " %zu:%llu%s%s%s", literal->offset, (unsigned long long)literal->size,
                    literal->binary ? "b" : "", literal->waits ? "w" : "",
                    literal->kept ? "" : "-");
    }
    iw_buf_add_char(log, '|');
}

static void answer(struct run *run, const struct iw_frame *frame)
{
    const struct row *row = run->row;
    if (frame->kind == IW_FRAME_WHOLE) {
        if (row->line_after != NULL && iw_span_starts(frame->bytes, iw_span_of(row->line_after)))
            iw_framer_expect_line(&run->framer);
        return;
    }
    uint64_t size = frame->literals[frame->literal_count - 1].size;
    if (row->refuse_above > 0 && size > row->refuse_above)
        iw_framer_refuse(&run->framer);
    else
        iw_framer_accept(&run->framer);
}

/* Feeds one chunk and takes all that comes of it. */
static void feed(struct run *run, struct iw_span bytes)
{
    struct iw_span chunk = iw_exact_copy(bytes);
    struct iw_frame frame;
    struct iw_error error = {0};
    iw_framer_feed(&run->framer, chunk);
    while ((run->last = iw_framer_next(&run->framer, &frame, &error)) != IW_MORE) {
        if (run->last == IW_OK) {
            log_frame(&run->log, &frame);
            answer(run, &frame);
        } else if (run->last == IW_LIMIT) {
            assert_int_equal(error.code, IW_LIMIT);
            iw_buf_add_string(&run->log, "!|");
            error = (struct iw_error){0};
        } else
            break;
    }
    iw_exact_free(chunk);
}

static struct iw_limits limits_of(const struct row *row)
{
    struct iw_limits limits = iw_limits_default;
    limits.line = row->limits.line > 0 ? row->limits.line : limits.line;
    limits.literal = row->limits.literal > 0 ? row->limits.literal : limits.literal;
    limits.frame = row->limits.frame > 0 ? row->limits.frame : limits.frame;
    limits.literals = row->limits.literals > 0 ? row->limits.literals : limits.literals;
    return limits;
}

static void begin_run(struct run *run, const struct row *row, const struct iw_alloc *alloc)
{
    struct iw_limits limits = limits_of(row);
    *run = (struct run){.row = row};
    iw_framer_init(&run->framer, row->role, &limits, alloc);
    iw_framer_handle_literals(&run->framer, (struct iw_literal_handler){fate, stream, run});
    iw_buf_init(&run->log, NULL, LOG_MAX);
    iw_buf_init(&run->streamed, NULL, LOG_MAX);
}

static void finish_log(struct run *run)
{
    if (run->streamed.length > 0)
        iw_buf_add_char(&run->log, '$');
    iw_buf_add(&run->log, iw_buf_span(&run->streamed));
    uint64_t held = iw_framer_held(&run->framer);
    if (held > 0)
        iw_buf_addf(&run->log, "+%llu", (unsigned long long)held);
}

static void end_run(struct run *run)
{
    iw_framer_release(&run->framer);
    iw_buf_release(&run->log);
    iw_buf_release(&run->streamed);
}

static struct iw_span input_of(const struct row *row)
{
    return iw_span(row->input, row->length > 0 ? row->length : strlen(row->input));
}

static void check_log(const struct row *row, struct run *run, const char *how, size_t place)
{
    struct iw_span wanted = iw_span_of(row->log);
    finish_log(run);
    if (!iw_span_equal(iw_buf_span(&run->log), wanted))
        fail_msg("%s, %s %zu:\n  wanted %.*s\n  given  %.*s", row->name, how, place,
                 (int)wanted.length, wanted.data, (int)run->log.length, iw_buf_string(&run->log));
    end_run(run);
}

/* ---- the ways of feeding ---- */

static void test_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run;
        begin_run(&run, &rows[i], NULL);
        feed(&run, input_of(&rows[i]));
        check_log(&rows[i], &run, "whole", 0);
    }
}

static void test_single_octets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run;
        struct iw_span input = input_of(&rows[i]);
        begin_run(&run, &rows[i], NULL);
        for (size_t at = 0; at < input.length; at++)
            feed(&run, iw_span_part(input, at, at + 1));
        check_log(&rows[i], &run, "single octets", 0);
    }
}

static void cut_row(void *context, size_t place)
{
    const struct row *row = context;
    struct iw_span input = input_of(row);
    struct run run;
    begin_run(&run, row, NULL);
    feed(&run, iw_span_part(input, 0, place));
    feed(&run, iw_span(NULL, 0));
    feed(&run, iw_span_part(input, place, input.length));
    check_log(row, &run, "cut at", place);
}

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct row row = rows[i];
        iw_each_cut(input_of(&row), cut_row, &row);
    }
}

/* All rows of one kind, one behind the other, in chunks of each size. */
static void test_chunk_sizes(void **state)
{
    (void)state;
    static const char stream_of_all[] =
        "* OK {5}\r\n* 1 FETCH (BODY[] {5}\r\nhello FLAGS (\\Seen))\r\n* LIST () \"/\" {0}\r\n\r\n"
        "* LIST () \"/\" \"{3}\"\r\n+ {1}\r\n* 2 FETCH (X {3}\r\n\r\n! Y {2}\r\n\r\n)\r\nA1 NO "
        "{1}\r\n";
    struct row row = {"chunks", S, stream_of_all, ""};
    struct iw_span input = input_of(&row);
    struct run whole;
    begin_run(&whole, &row, NULL);
    feed(&whole, input);
    finish_log(&whole);
    row.log = iw_buf_string(&whole.log);
    for (size_t size = 1; size < input.length; size++) {
        struct run run;
        begin_run(&run, &row, NULL);
        for (size_t at = 0; at < input.length; at += size)
            feed(&run, iw_span_part(input, at, at + size));
        check_log(&row, &run, "chunks of", size);
    }
    end_run(&whole);
}

/* ---- memory ---- */

static void test_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool failed = true;
        for (size_t fail_at = 0; failed; fail_at++) {
            struct iw_failing_alloc failing;
            struct run run;
            iw_failing_alloc_init(&failing, fail_at);
            begin_run(&run, &rows[i], &failing.alloc);
            struct iw_span input = input_of(&rows[i]);
            for (size_t at = 0; at < input.length && run.last != IW_NO_MEMORY; at++)
                feed(&run, iw_span_part(input, at, at + 1));
            failed = failing.failed;
            assert_int_equal(run.last, failed ? IW_NO_MEMORY : IW_MORE);
            if (failed) {
                struct iw_frame frame;
                assert_int_equal(iw_framer_next(&run.framer, &frame, NULL), IW_FATAL);
            }
            end_run(&run);
            assert_int_equal(failing.blocks, 0);
        }
    }
}

static void test_announcements_take_no_memory(void **state)
{
    (void)state;
    static const char *const inputs[] = {"* X {67108864}\r\nab", "* X {9223372036854775807}\r\nab",
                                         "* X ~{4294967296}\r\nab"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct row row = {"memory", S, inputs[i], ""};
        struct iw_failing_alloc failing;
        struct run run;
        iw_failing_alloc_init(&failing, SIZE_MAX);
        begin_run(&run, &row, &failing.alloc);
        feed(&run, input_of(&row));
        assert_true(failing.peak <= 1024);
        end_run(&run);
    }
}

struct streamed {
    enum iw_literal_fate fate;
    struct iw_span octets; /* the last piece */
    size_t pieces;
};

static enum iw_literal_fate fate_of_streamed(void *context, struct iw_span so_far,
                                             const struct iw_literal *literal)
{
    const struct streamed *streamed = context;
    (void)so_far;
    (void)literal;
    return streamed->fate;
}

static void note_streamed(void *context, struct iw_span octets)
{
    struct streamed *streamed = context;
    streamed->octets = octets;
    streamed->pieces++;
}

/* Inside a literal a chunk is one step, whatever its size: the octets lie where nobody may read,
 * and are passed on as they are fed, in one piece; no memory is asked for. */
static void check_streaming(enum iw_literal_fate fate, const char *unreadable)
{
    static const size_t sizes[] = {1, 2, 4096, CHUNK_MAX - 1, CHUNK_MAX};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    struct streamed streamed = {.fate = fate};
    struct iw_failing_alloc counting;
    struct iw_framer framer;
    struct iw_frame frame;
    iw_failing_alloc_init(&counting, SIZE_MAX);
    iw_framer_init(&framer, S, &iw_limits_default, &counting.alloc);
    iw_framer_handle_literals(
        &framer, (struct iw_literal_handler){fate_of_streamed, note_streamed, &streamed});
    iw_framer_feed(&framer, IW_SPAN("* 1 FETCH (BODY[] {4294967296}\r\n"));
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_MORE);
    size_t requests = counting.requests, fed = 0;
    for (uint64_t left = (uint64_t)1 << 32; left > 0; fed++) {
        size_t size = left < sizes[fed % SIZES] ? (size_t)left : sizes[fed % SIZES];
        left -= size;
        iw_framer_feed(&framer, iw_span(unreadable, size));
        assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_MORE);
        assert_int_equal(streamed.pieces, fate == IW_LITERAL_STREAM ? fed + 1 : 0);
        if (fate == IW_LITERAL_STREAM) {
            assert_ptr_equal(streamed.octets.data, unreadable);
            assert_int_equal(streamed.octets.length, size);
        }
    }
    assert_int_equal(counting.requests, requests);
    iw_framer_feed(&framer, IW_SPAN(")\r\n"));
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_OK);
    assert_int_equal(frame.literal_count, 1);
    assert_int_equal(counting.requests, requests);
    iw_framer_release(&framer);
}

static void test_an_absent_literal_costs_one_step_per_chunk(void **state)
{
    (void)state;
    char *unreadable = mmap(NULL, CHUNK_MAX, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(unreadable, MAP_FAILED);
    check_streaming(IW_LITERAL_STREAM, unreadable);
    check_streaming(IW_LITERAL_SKIP, unreadable);
    munmap(unreadable, CHUNK_MAX);
}

static void test_endless_input_takes_bounded_memory(void **state)
{
    (void)state;
    static const char *const inputs[] = {"aaaaaaaaaaaaaaaa", "{3+}\r\nabc", "* X {9}\r\n"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct row row = {"bounded",
                          S,
                          inputs[i],
                          "",
                          {.line = 500, .literal = 100, .frame = 1000, .literals = 10}};
        struct iw_failing_alloc failing;
        struct run run;
        iw_failing_alloc_init(&failing, SIZE_MAX);
        begin_run(&run, &row, &failing.alloc);
        for (size_t repeat = 0; repeat < 10000; repeat++)
            feed(&run, input_of(&row));
        assert_true(failing.peak <= 4096);
        end_run(&run);
        assert_int_equal(failing.blocks, 0);
    }
}

static void test_a_frame_in_one_chunk_is_lent_from_it(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_span chunk = IW_SPAN("* 1 EXISTS\r\n* LIST () NIL x\r\n* 2 EX");
    iw_failing_alloc_init(&failing, SIZE_MAX);
    iw_framer_init(&framer, S, &iw_limits_default, &failing.alloc);
    iw_framer_feed(&framer, chunk);
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_OK);
    assert_ptr_equal(frame.bytes.data, chunk.data);
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_OK);
    assert_ptr_equal(frame.bytes.data, chunk.data + 12);
    assert_int_equal(failing.requests, 0);
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_MORE);
    assert_int_equal(failing.requests, 1);
    iw_framer_release(&framer);
}

/* ---- between frames ---- */

static void check_rest(struct iw_span first, struct iw_span second, bool ask_again,
                       struct iw_span wanted)
{
    struct iw_framer framer;
    struct iw_frame frame;
    iw_framer_init(&framer, C, &iw_limits_default, NULL);
    iw_framer_feed(&framer, first);
    if (second.length > 0) {
        assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_MORE);
        iw_framer_feed(&framer, second);
    }
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_OK);
    assert_int_equal(iw_framer_held(&framer), wanted.length);
    if (ask_again)
        assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_MORE);
    assert_int_equal(iw_framer_held(&framer), wanted.length);
    struct iw_span rest = iw_framer_take_rest(&framer);
    assert_true(iw_span_equal(rest, wanted));
    assert_int_equal(iw_framer_held(&framer), 0);
    iw_framer_feed(&framer, IW_SPAN("B NOOP\r\n"));
    assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_OK);
    assert_true(iw_span_equal(frame.bytes, IW_SPAN("B NOOP\r\n")));
    assert_int_equal(frame.offset, first.length + second.length);
    iw_framer_release(&framer);
}

static void test_take_rest(void **state)
{
    (void)state;
    struct iw_span none = iw_span(NULL, 0);
    check_rest(IW_SPAN("A STARTTLS\r\n"), none, false, none);
    check_rest(IW_SPAN("A STARTTLS\r\n"), none, true, none);
    check_rest(IW_SPAN("A STARTTLS\r\n\x16\x03"), none, false, IW_SPAN("\x16\x03"));
    check_rest(IW_SPAN("A STARTTLS\r\n\x16\x03"), none, true, IW_SPAN("\x16\x03"));
    check_rest(IW_SPAN("A STAR"), IW_SPAN("TTLS\r\n\x16\x03"), false, IW_SPAN("\x16\x03"));
    check_rest(IW_SPAN("A STAR"), IW_SPAN("TTLS\r\n\x16\x03"), true, IW_SPAN("\x16\x03"));
    check_rest(IW_SPAN("A STARTTLS\r\nA2 LO"), none, true, IW_SPAN("A2 LO"));
}

static void test_where_a_limit_was_met(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        struct iw_limits limits;
        size_t offset;
    } cases[] = {
        {"123456789\r\n", {.line = 5}, 5},
        {"* X {2}\r\nab34567890\r\n", {.line = 9}, 20},
        {"* X {2}\r\nab34567890\r\n", {.line = 9, .frame = 15}, 15},
        {"* X {1}\r\na {1}\r\nb", {.literals = 1}, 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row row = {"offset", S, cases[i].input, "", cases[i].limits};
        struct iw_limits limits = limits_of(&row);
        struct iw_framer framer;
        struct iw_frame frame;
        struct iw_error error = {0};
        iw_framer_init(&framer, S, &limits, NULL);
        iw_framer_feed(&framer, input_of(&row));
        assert_int_equal(iw_framer_next(&framer, &frame, &error), IW_LIMIT);
        assert_int_equal(error.offset, cases[i].offset);
        iw_framer_release(&framer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_single_octets),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_chunk_sizes),
        cmocka_unit_test(test_allocation_fails),
        cmocka_unit_test(test_announcements_take_no_memory),
        cmocka_unit_test(test_an_absent_literal_costs_one_step_per_chunk),
        cmocka_unit_test(test_endless_input_takes_bounded_memory),
        cmocka_unit_test(test_a_frame_in_one_chunk_is_lent_from_it),
        cmocka_unit_test(test_take_rest),
        cmocka_unit_test(test_where_a_limit_was_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
