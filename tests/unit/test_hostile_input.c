/* SPDX-License-Identifier: MIT */
/* What a hostile peer sends to make a parser crash, hang or swell: each row says what comes of it,
 * for the typed parser and for the tree. Octets of memory and processor time stay below the row's
 * bounds: the memory of framer and values together is counted; the time is such that whoever reads
 * an octet as often as there are octets exceeds it. Read in chunks of 4 KiB. */
#include "parser/command.h"
#include "parser/response.h"
#include "parser/tree.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { CHUNK = 4096, SECONDS = 2 };

/* Bounds of memory, by what it is for. */
enum {
    NOTHING = 512,
    BLOCK = 8 << 10,     /* the arena's first one */
    ARRIVED = 256 << 10, /* the 100 000 octets that came, while their buffer grows */
    LINE = 2 << 20,      /* limits.line, or an entry for each literal, while they grow */
    VALUES = 66 << 20    /* limits.values, and the line */
};

struct part {
    const char *text; /* "" is one NUL */
    size_t times;     /* 0: once */
};

/* A result and the offset it tells of, in the frame; an offset of 0 stands for any. */
struct outcome {
    enum iw_result result;
    size_t offset;
};

struct row {
    struct part parts[4];
    struct outcome framed; /* IW_OK: one whole frame, and typed and tree say what it is */
    struct outcome typed, tree;
    size_t peak; /* octets */
};

static const struct row responses[] = {
    /* nesting */
    {.parts = {{"* X "}, {"(", 100000}, {"\r\n"}}, .peak = ARRIVED, .tree = {IW_LIMIT, 104}},
    {.parts = {{"* 1 FETCH (BODYSTRUCTURE "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_LIMIT, 125},
     .tree = {IW_LIMIT, 124}},
    {.parts = {{"* 1 FETCH (ENVELOPE "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_LIMIT, 121},
     .tree = {IW_LIMIT, 119}},
    {.parts = {{"* 1 FETCH (X "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_LIMIT, 114},
     .tree = {IW_LIMIT, 112}},
    {.parts = {{"* THREAD "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_LIMIT, 109},
     .tree = {IW_LIMIT, 109}},
    {.parts = {{"* NAMESPACE "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 14},
     .tree = {IW_LIMIT, 112}},
    {.parts = {{"* LIST () NIL a "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 17},
     .tree = {IW_LIMIT, 116}},
    {.parts = {{"* OK [X "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 100008}},
    {.parts = {{"* OK "}, {"[", 100000}, {"\r\n"}}, .peak = ARRIVED, .typed = {IW_SYNTAX, 100005}},
    /* literals that do not come */
    {.parts = {{"* 1 FETCH (BODY[] {4294967296}\r\n"}, {"x", 100000}},
     .peak = NOTHING,
     .framed = {IW_MORE}},
    {.parts = {{"* 1 FETCH (BODY[] {67108864}\r\n"}, {"x", 100000}},
     .peak = ARRIVED,
     .framed = {IW_MORE}},
    {.parts = {{"* 1 FETCH (BODY[] {9223372036854775807}\r\n"}, {"x", 100000}},
     .peak = NOTHING,
     .framed = {IW_MORE}},
    {.parts = {{"* 1 FETCH (BODY[] {9223372036854775808}\r\n"}, {"x", 100000}},
     .peak = ARRIVED,
     .framed = {IW_LIMIT}},
    {.parts = {{"* 1 FETCH (BODY[] {18446744073709551616}\r\n"}, {"x", 100000}},
     .peak = ARRIVED,
     .framed = {IW_LIMIT}},
    {.parts = {{"* 1 FETCH (BODY[] {99999999999999999999}\r\n"}, {"x", 100000}},
     .peak = ARRIVED,
     .framed = {IW_LIMIT}},
    {.parts = {{"* 1 FETCH (BODY[] {"}, {"9", 100000}, {"}\r\n"}},
     .peak = ARRIVED,
     .framed = {IW_LIMIT}},
    {.parts = {{"* 1 FETCH (BODY[] {"}, {"0", 100000}, {"}\r\n"}},
     .peak = ARRIVED,
     .framed = {IW_MORE}},
    {.parts = {{"* 1 FETCH (BODY[] {-1}\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 19},
     .tree = {IW_SYNTAX, 19}},
    {.parts = {{"* 1 FETCH (BODY[] {-2147483648}\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 19},
     .tree = {IW_SYNTAX, 19}},
    {.parts = {{"* 1 FETCH (BODY[] {}\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 19},
     .tree = {IW_SYNTAX, 19}},
    {.parts = {{"* LIST () \"/\" {2000000000}\r\n"}, {"x", 100000}},
     .peak = NOTHING,
     .framed = {IW_MORE}},
    /* many literals */
    {.parts = {{"* X"}, {" {0}\r\n", 200000}, {"\r\n"}}, .peak = LINE, .framed = {IW_LIMIT, 60003}},
    {.parts = {{"* X"}, {" {0}\r\n", 10000}, {"\r\n"}}, .peak = LINE},
    {.parts = {{"* 1 FETCH (BODY[] {0}\r\n"}, {" BODY[] {0}\r\n", 200000}, {")\r\n"}},
     .peak = LINE,
     .framed = {IW_LIMIT, 130010}},
    {.parts = {{"* 1 FETCH (BODY[] {0}\r\n"}, {" BODY[] {0}\r\n", 9000}, {")\r\n"}},
     .peak = VALUES},
    /* large numbers */
    {.parts = {{"* 99999999999999999999 EXISTS\r\n"}}, .peak = BLOCK, .typed = {IW_SYNTAX, 2}},
    {.parts = {{"* 4294967296 EXISTS\r\n"}}, .peak = BLOCK, .typed = {IW_SYNTAX, 2}},
    {.parts = {{"* "}, {"9", 1000000}, {" EXISTS\r\n"}}, .peak = LINE, .typed = {IW_SYNTAX, 2}},
    {.parts = {{"* OK [UIDNEXT "}, {"9", 1000000}, {"] x\r\n"}},
     .peak = LINE,
     .typed = {IW_SYNTAX, 14}},
    {.parts = {{"* 1 FETCH (RFC822.SIZE "}, {"9", 1000000}, {")\r\n"}},
     .peak = LINE,
     .typed = {IW_SYNTAX, 23}},
    {.parts = {{"* 1 FETCH (UID 99999999999999999999)\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 15}},
    {.parts = {{"* SEARCH 99999999999999999999\r\n"}}, .peak = BLOCK, .typed = {IW_SYNTAX, 9}},
    /* ranges that stay ranges */
    {.parts = {{"* OK [COPYUID 1 1:4294967295 1:4294967295] x\r\n"}}, .peak = BLOCK},
    {.parts = {{"* OK [COPYUID 1 1:99999999999999999999 1] x\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 18}},
    {.parts = {{"* VANISHED 1:4294967295\r\n"}}, .peak = BLOCK},
    {.parts = {{"* VANISHED (EARLIER) 1,2,\r\n"}}, .peak = BLOCK, .typed = {IW_SYNTAX, 25}},
    {.parts = {{"* ESEARCH ALL 1:4294967295\r\n"}}, .peak = BLOCK},
    /* NUL */
    {.parts = {{"* 1 FETCH (BODY[] \"a"}, {""}, {"b\")\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 20},
     .tree = {IW_SYNTAX, 20}},
    {.parts = {{"* LIST () \"/\" \""}, {"", 100000}, {"\"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 15},
     .tree = {IW_SYNTAX, 15}},
    {.parts = {{"* OK "}, {"", 100000}, {"\r\n"}}, .peak = ARRIVED, .typed = {IW_SYNTAX, 5}},
    {.parts = {{"* 1 FETCH (BODY[] {100000}\r\n"}, {"", 100000}, {")\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 28}},
    {.parts = {{"", 1000000}, {"\r\n"}}, .peak = LINE, .typed = {IW_SYNTAX}, .tree = {IW_SYNTAX}},
    /* lines without end */
    {.parts = {{"x", 2000000}}, .peak = LINE, .framed = {IW_LIMIT, 1048576}},
    {.parts = {{"* OK "}, {"x", 2000000}}, .peak = LINE, .framed = {IW_LIMIT, 1048576}},
    {.parts = {{"* OK "}, {"x", 2000000}, {"\r\n* OK x\r\n"}},
     .peak = LINE,
     .framed = {IW_LIMIT, 1048576}},
    {.parts = {{"* 1 FETCH (BODY[] \""}, {"x", 2000000}},
     .peak = LINE,
     .framed = {IW_LIMIT, 1048576}},
    /* long lists */
    {.parts = {{"* SEARCH"}, {" 1", 520000}, {"\r\n"}}, .peak = VALUES},
    {.parts = {{"* CAPABILITY"}, {" a", 520000}, {"\r\n"}}, .peak = VALUES},
    {.parts = {{"* FLAGS (a"}, {" a", 520000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"* 1 FETCH (UID 1"}, {" UID 1", 170000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"* 1 FETCH (UID 1"}, {" X 1", 250000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"* 1 FETCH (ENVELOPE (NIL NIL ("},
               {"(NIL NIL NIL NIL)", 60000},
               {") NIL NIL NIL NIL NIL NIL NIL))\r\n"}},
     .peak = VALUES},
    {.parts = {{"* 1 FETCH (BODY ("},
               {"(\"A\" \"B\" NIL NIL NIL \"C\" 1)", 30000},
               {" \"MIXED\"))\r\n"}},
     .peak = VALUES},
    {.parts = {{"* 1 FETCH (BODY[HEADER.FIELDS (a"}, {" a", 500000}, {")] NIL)\r\n"}},
     .peak = VALUES},
    {.parts = {{"* THREAD "}, {"(1)", 300000}, {"\r\n"}}, .peak = VALUES},
    {.parts = {{"* THREAD (1"}, {" 1", 500000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"* ID (\"a\" \"b\""}, {" \"\" \"\"", 150000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"* STATUS a (MESSAGES 1"}, {" X 1", 200000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"* ESEARCH UID"}, {" X 1", 200000}, {"\r\n"}}, .peak = VALUES},
    {.parts = {{"* ESEARCH ALL 1"}, {",1", 500000}, {"\r\n"}}, .peak = VALUES},
    {.parts = {{"* LIST () \"/\" a (X (1)"}, {" X (1)", 150000}, {")\r\n"}}, .peak = VALUES},
    /* what one reading after the other would read again */
    {.parts = {{"* 1 FETCH ("}, {"BODY[ ", 30000}, {")\r\n"}},
     .peak = VALUES,
     .typed = {IW_SYNTAX, 16}},
    {.parts = {{"* X BODY"}, {"[", 100000}, {"\r\n"}}, .peak = LINE},
    {.parts = {{"* X "}, {"BODY[ (", 90}, {"BODY[", 40000}, {"\r\n"}},
     .peak = LINE,
     .tree = {IW_SYNTAX, 200634}},
    {.parts = {{"* LIST () \"/\" \""}, {"\\\"", 500000}, {"\"\r\n"}}, .peak = LINE},
    {.parts = {{"* SEARCH"}, {" ", 1000000}, {"\r\n"}}, .peak = VALUES, .typed = {IW_SYNTAX, 8}},
    {.parts = {{"* STATUS a ("}, {" ", 1000000}, {")\r\n"}},
     .peak = LINE,
     .typed = {IW_SYNTAX, 12}},
    {.parts = {{"* OK [X"}, {" ", 1000000}, {"\r\n"}}, .peak = LINE, .typed = {IW_SYNTAX, 1000007}},
    {.parts = {{"* OK [X \""}, {"]", 1000000}, {"\r\n"}}, .peak = LINE, .typed = {IW_SYNTAX, 10}},
    {.parts = {{"* NO [BADCHARSET ("}, {"a ", 500000}, {"] x\r\n"}},
     .peak = VALUES,
     .typed = {IW_SYNTAX, 1000018}},
    {.parts = {{"* 1 FETCH (BODY[1"}, {".1", 500000}, {"] NIL)\r\n"}}, .peak = VALUES},
};

static const struct row commands[] = {
    /* nesting */
    {.parts = {{"a SEARCH "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_LIMIT, 110},
     .tree = {IW_LIMIT, 109}},
    {.parts = {{"a SEARCH "}, {"NOT ", 100000}, {"ALL\r\n"}},
     .peak = VALUES,
     .typed = {IW_LIMIT, 413}},
    {.parts = {{"a SEARCH "}, {"OR ALL ", 100000}, {"ALL\r\n"}},
     .peak = VALUES,
     .typed = {IW_LIMIT, 712}},
    {.parts = {{"a SEARCH "}, {"OR ", 100000}, {"ALL\r\n"}},
     .peak = VALUES,
     .typed = {IW_LIMIT, 312}},
    {.parts = {{"a NOOP "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 6},
     .tree = {IW_LIMIT, 107}},
    {.parts = {{"a STORE 1 FLAGS "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 17},
     .tree = {IW_LIMIT, 116}},
    {.parts = {{"a SELECT b "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 12},
     .tree = {IW_LIMIT, 111}},
    {.parts = {{"a FETCH 1 "}, {"(", 100000}, {"\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 11},
     .tree = {IW_LIMIT, 110}},
    {.parts = {{"a SELECT b "}, {"(", 100000}}, .peak = ARRIVED, .framed = {IW_MORE}},
    /* literals that do not come */
    {.parts = {{"a LOGIN {4294967296}\r\n"}, {"x", 100000}}, .peak = NOTHING, .framed = {IW_MORE}},
    {.parts = {{"a LOGIN {67108864}\r\n"}, {"x", 100000}}, .peak = ARRIVED, .framed = {IW_MORE}},
    {.parts = {{"a LOGIN {99999999999999999999}\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 9},
     .tree = {IW_SYNTAX, 9}},
    {.parts = {{"a LOGIN {-1}\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 9},
     .tree = {IW_SYNTAX, 9}},
    {.parts = {{"a SEARCH {-100}zzz\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 9},
     .tree = {IW_SYNTAX, 10}},
    /* many literals */
    {.parts = {{"a SEARCH ALL"}, {" TEXT {0}\r\n", 200000}, {"\r\n"}},
     .peak = LINE,
     .framed = {IW_LIMIT, 110012}},
    {.parts = {{"a SEARCH ALL"}, {" TEXT {0+}\r\n", 200000}, {"\r\n"}},
     .peak = LINE,
     .framed = {IW_LIMIT, 120012}},
    {.parts = {{"a SEARCH ALL"}, {" TEXT {0+}\r\n", 9000}, {"\r\n"}}, .peak = VALUES},
    /* large numbers */
    {.parts = {{"a FETCH 99999999999999999999 UID\r\n"}}, .peak = BLOCK, .typed = {IW_SYNTAX, 8}},
    /* ranges that stay ranges */
    {.parts = {{"a FETCH 1:4294967295 UID\r\n"}}, .peak = BLOCK},
    /* NUL */
    {.parts = {{"a1 LOGIN \"a"}, {""}, {"\\\"b\" \"x\"\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 11},
     .tree = {IW_SYNTAX, 11}},
    {.parts = {{"abc"}, {""}, {"%n\r\n"}},
     .peak = BLOCK,
     .typed = {IW_SYNTAX, 3},
     .tree = {IW_SYNTAX, 3}},
    {.parts = {{"a LOGIN {100000+}\r\n"}, {"", 100000}, {" x\r\n"}},
     .peak = ARRIVED,
     .typed = {IW_SYNTAX, 19}},
    /* lines without end */
    {.parts = {{"x", 2000000}}, .peak = LINE, .framed = {IW_LIMIT, 1048576}},
    {.parts = {{"a LOGIN \""}, {"x", 2000000}}, .peak = LINE, .framed = {IW_LIMIT, 1048576}},
    {.parts = {{"a LOGIN {2+}\r\nxx \""}, {"x", 2000000}},
     .peak = LINE,
     .framed = {IW_LIMIT, 1048592}},
    /* long lists */
    {.parts = {{"a FETCH 1"}, {",1", 500000}, {" UID\r\n"}}, .peak = VALUES},
    {.parts = {{"a SEARCH ALL"}, {" ALL", 250000}, {"\r\n"}}, .peak = VALUES},
    {.parts = {{"a SEARCH 1"}, {" 1", 500000}, {"\r\n"}},
     .peak = VALUES,
     .typed = {IW_LIMIT, 932003}},
    {.parts = {{"a STATUS b (MESSAGES"}, {" X", 500000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"a FETCH 1 (UID"}, {" UID", 250000}, {")\r\n"}}, .peak = VALUES},
    {.parts = {{"a STORE 1 FLAGS (a"}, {" a", 500000}, {")\r\n"}}, .peak = VALUES},
    /* what one reading after the other would read again */
    {.parts = {{"a X"}, {" ", 1000000}, {"\r\n"}}, .peak = LINE},
    {.parts = {{"a LIST \"\" \""}, {"%*", 500000}, {"\"\r\n"}}, .peak = LINE},
    {.parts = {{"a", 1000000}, {"\r\n"}}, .peak = LINE, .typed = {IW_SYNTAX, 1000000}},
    {.parts = {{"a "}, {"A", 1000000}, {"\r\n"}}, .peak = LINE},
    {.parts = {{"a LOGIN "}, {"%n", 1000}, {" x\r\n"}}, .peak = BLOCK, .typed = {IW_SYNTAX, 8}},
    {.parts = {{"a FETCH 1 BODY[HEADER.FIELDS (a"}, {" a", 500000}, {")]\r\n"}}, .peak = VALUES},
    {.parts = {{"a FETCH 1 BODY[1"}, {".1", 500000}, {"]\r\n"}}, .peak = VALUES},
    {.parts = {{"a APPEND b ({1+}\r\n"}, {"\\", 200000}, {"\r\n"}},
     .peak = LINE,
     .typed = {IW_SYNTAX, 12},
     .tree = {IW_SYNTAX, 19}},
};

/* ---- one row ---- */

struct run {
    const struct row *row;
    struct iw_failing_alloc memory;
    struct iw_framer framer;
    struct outcome framed;
};

static void tell(const struct row *row, const char *what, struct outcome wanted,
                 struct outcome given)
{
    bool same =
        wanted.result == given.result && (wanted.offset == 0 || wanted.offset == given.offset);
    if (!same)
        fail_msg("%.60s… %s: %s at %zu, wanted %s at %zu", row->parts[0].text, what,
                 iw_result_name(given.result), given.offset, iw_result_name(wanted.result),
                 wanted.offset);
}

static enum iw_result read_typed(const struct iw_frame *frame, struct iw_arena *arena,
                                 struct iw_error *error)
{
    struct iw_response response;
    struct iw_command command;
    return frame->role == IW_FRAME_RESPONSES
               ? iw_parse_response(frame, arena, &iw_limits_default, NULL, &response, error)
               : iw_parse_command(frame, arena, &iw_limits_default, NULL, &command, error);
}

static enum iw_result read_tree(const struct iw_frame *frame, struct iw_arena *arena,
                                struct iw_error *error)
{
    enum iw_tree_kind kind = frame->role == IW_FRAME_RESPONSES ? IW_TREE_RESPONSE : IW_TREE_COMMAND;
    struct iw_tree tree;
    return iw_parse_tree(frame, kind, arena, &iw_limits_default, &tree, error);
}

static struct outcome read_frame(struct run *run, const struct iw_frame *frame,
                                 enum iw_result (*read)(const struct iw_frame *frame,
                                                        struct iw_arena *arena,
                                                        struct iw_error *error))
{
    struct iw_arena arena;
    struct iw_error error = {0};
    iw_arena_init(&arena, &run->memory.alloc, iw_limits_default.values);
    enum iw_result result = read(frame, &arena, &error);
    iw_arena_release(&arena);
    return (struct outcome){result, error.offset};
}

/* Of a row the first frame, or the first error, counts. */
static void take(struct run *run)
{
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    while ((result = iw_framer_next(&run->framer, &frame, &error)) != IW_MORE) {
        bool first = run->framed.result == IW_MORE;
        if (result == IW_OK && frame.kind == IW_FRAME_ASK) {
            iw_framer_accept(&run->framer);
            continue;
        }
        if (!first)
            continue;
        run->framed = (struct outcome){result, error.offset};
        if (result != IW_OK)
            continue;
        tell(run->row, "typed", run->row->typed, read_frame(run, &frame, read_typed));
        tell(run->row, "tree", run->row->tree, read_frame(run, &frame, read_tree));
    }
}

static void feed(struct run *run, struct iw_span octets)
{
    for (size_t at = 0; at < octets.length; at += CHUNK) {
        iw_framer_feed(&run->framer, iw_span_part(octets, at, at + CHUNK));
        take(run);
    }
}

static void build(struct iw_buf *input, const struct row *row)
{
    iw_buf_init(input, NULL, SIZE_MAX / 2);
    for (size_t i = 0; i < sizeof row->parts / sizeof *row->parts; i++) {
        const struct part *part = &row->parts[i];
        if (part->text == NULL)
            continue;
        size_t length = strlen(part->text), times = part->times == 0 ? 1 : part->times;
        for (size_t j = 0; j < times; j++)
            iw_buf_add(input, iw_span(part->text, length == 0 ? 1 : length));
    }
}

static void check(enum iw_frame_role role, const struct row *row)
{
    struct run run = {.row = row, .framed = {IW_MORE, 0}};
    struct iw_buf input;
    build(&input, row);
    iw_failing_alloc_init(&run.memory, SIZE_MAX);
    iw_framer_init(&run.framer, role, &iw_limits_default, &run.memory.alloc);
    clock_t begin = clock();
    feed(&run, iw_buf_span(&input));
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    tell(row, "framed", row->framed, run.framed);
    iw_framer_release(&run.framer);
    iw_buf_release(&input);
    if (run.memory.peak > row->peak)
        fail_msg("%.60s… takes %zu octets", row->parts[0].text, run.memory.peak);
    if (seconds > SECONDS)
        fail_msg("%.60s… takes %.1f seconds", row->parts[0].text, seconds);
    assert_int_equal(run.memory.blocks, 0);
}

static void test_responses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        check(IW_FRAME_RESPONSES, &responses[i]);
}

static void test_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        check(IW_FRAME_COMMANDS, &commands[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
