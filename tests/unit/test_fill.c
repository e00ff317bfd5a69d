/* SPDX-License-Identifier: MIT */
/* Fills. In these tables a hole is shown as ${name}, and CR LF as they are. */
#include "script/fill.h"

#include "script/variant.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct iw_file files[] = {
    {{"plain.eml", 9}, {"Hi\r\n\r\nyo\n", 9}},
    {{"empty", 5}, {"", 0}},
};
static const struct iw_scenario scenario = {.files = files, .file_count = 2};

/* What is bound before each row. */
static bool bind_all(struct iw_bindings *bindings)
{
    static const struct {
        const char *name, *raw, *value;
    } rows[] = {
        {"M", "\"my box\"", "my box"},
        {"n", "7", "7"},
        {"big", "9223372036854775807", "9223372036854775807"},
        {"quote", "\"a\\\"b\\\\\"", "a\"b\\"},
        {"none", "", ""},
        {"body", "{3}\r\nabc", "abc"},
        {"list", "(x {1}\r\n} ~{2}\r\n((", "(x {1}\r\n} ~{2}\r\n(("},
        {"file", "plain.eml", "plain.eml"},
        {"user", "fred", "fred"},
        {"new", "old", "old"},
        {"new", "newer", "newer"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!iw_bindings_set(bindings, iw_span_of(rows[i].name), iw_span_of(rows[i].raw),
                             iw_span_of(rows[i].value)))
            return false;
    return true;
}

struct trial {
    struct iw_arena arena;
    struct iw_bindings bindings;
    struct iw_filled filled;
    struct iw_error error;
    enum iw_result result;
};

static void run(struct trial *trial, const char *text, enum iw_fill_purpose purpose)
{
    *trial = (struct trial){.result = IW_OK};
    iw_arena_init(&trial->arena, NULL, 64 << 20);
    trial->bindings.arena = &trial->arena;
    assert_true(bind_all(&trial->bindings));
    trial->result = iw_fill(iw_span_of(text), &scenario, &trial->bindings, purpose, &trial->arena,
                            &trial->filled, &trial->error);
}

static bool is(struct iw_span span, const char *text)
{
    return iw_span_equal(span, iw_span_of(text));
}

enum { SEND = IW_FILL_SEND, EXPECT = IW_FILL_EXPECT, INVENT = IW_FILL_INVENT };

/* clang-format off */
static const struct row {
    int purpose;
    const char *text, *filled;
} rows[] = {
    /* nothing to fill */
    {SEND, "", ""},
    {SEND, "SEARCH $ {5} $$", "SEARCH $ {5} $$"},
    {SEND, "a$", "a$"},
    /* raw as a whole token, decoded elsewhere, escaped between quotes */
    {SEND, "SELECT ${M}", "SELECT \"my box\""},
    {SEND, "(${M})", "(\"my box\")"},
    {SEND, "[${n}]", "[7]"},
    {SEND, "${M}/sub", "my box/sub"},
    {SEND, "x${M}", "xmy box"},
    {SEND, "${n},${n}", "7,7"},
    {SEND, "\"${M}\"", "\"my box\""},
    {SEND, "\"${quote}\"", "\"a\\\"b\\\\\""},
    {SEND, "\"\\\"\" ${quote}", "\"\\\"\" \"a\\\"b\\\\\""},
    {SEND, "\"\\\" ${quote}\"", "\"\\\" a\\\"b\\\\\""},
    {SEND, "${new}", "newer"},
    {EXPECT, "SELECT ${M}", "SELECT \"my box\""},
    /* an empty value takes one blank away */
    {SEND, "(${none} A)", "(A)"},
    {SEND, "(A ${none})", "(A)"},
    {SEND, "(A ${none} B)", "(A B)"},
    {SEND, "(${none})", "()"},
    {SEND, "A ${none}", "A"},
    {SEND, "${none} A", "A"},
    {SEND, "x${none} A", "x A"},
    /* holes */
    {EXPECT, "* ${_} FETCH (${...})", "* ${_} FETCH (${...})"},
    {EXPECT, "${x} ${x...} ${y:number>n} ${z=9}", "${x} ${x...} ${y} ${z}"},
    {EXPECT, "\"a ${x}\"", "\"a ${x}\""},
    {EXPECT, "${n:number} ${n=3} ${n...}", "7 7 7"},
    /* defaults and sums */
    {SEND, "${v=7} ${v}", "7 7"},
    {SEND, "${v=} ${v=8}", ""}, /* bound to nothing: two empty values */
    {SEND, "${v=a ${n} b}", "a 7 b"},
    {SEND, "${n=8}", "7"},
    {SEND, "${n+1} ${n-7} ${n+0}", "8 0 7"},
    {EXPECT, "${n+1}", "8"},
    /* of the rest: text like any other */
    {SEND, "ID ${...=NIL}", "ID NIL"},
    {SEND, "ID ${...=(${M} \"${M}\") x} y", "ID (\"my box\" \"my box\") x y"},
    {SEND, "A ${...=${M} ${literal:'x'} y} ${n}", "A \"my box\" {1}\r\nx y 7"},
    {SEND, "A ${...=${literal+:'}'}}", "A {1+}\r\n}"},
    {SEND, "A ${rest...=a b} ${rest}", "A a b a b"},
    {SEND, "A ${new...=a b}", "A newer"},
    {SEND, "A ${...=} B", "A B"},
    {SEND, "A ${...=}", "A"},
    {SEND, "A ${...=${...=${...=a}}}", "A a"},
    {EXPECT, "A ${...=a b} ${rest...=${M}} ${new...=a}", "A ${...} ${rest...} newer"},
    /* literals */
    {SEND, "${literal:plain.eml}", "{9}\r\nHi\r\n\r\nyo\n"},
    {SEND, "${literal+:plain.eml}", "{9+}\r\nHi\r\n\r\nyo\n"},
    {SEND, "${literal8:plain.eml}", "~{9}\r\nHi\r\n\r\nyo\n"},
    {SEND, "${literal8+:empty}", "~{0+}\r\n"},
    {SEND, "${literal:'a}b'}", "{3}\r\na}b"},
    {SEND, "${literal:'a'b'}", "{3}\r\na'b"},
    {SEND, "${literal:''}", "{0}\r\n"},
    {SEND, "${literal:'x${n}${hex:00}'} .", "{3}\r\nx7"}, /* ends at the NUL for strlen */
    {SEND, "${literal:${file}}", "{9}\r\nHi\r\n\r\nyo\n"},
    {SEND, "${literal=5:'a'}", "{5}\r\na"},
    {SEND, "${literal8=4294967295:'a'}", "~{4294967295}\r\na"},
    {SEND, "${literal+=18446744073709551615:'a'}", "{18446744073709551615+}\r\na"},
    {EXPECT, "${literal=5:'a'}", "{1}\r\na"},
    {SEND, "${body}", "{3}\r\nabc"},
    {SEND, "x${body}", "xabc"},
    /* the other fills */
    {SEND, "${size:plain.eml}", "9"},
    {SEND, "${base64:${hex:00}${user}${hex:00}pw}", "AGZyZWQAcHc="},
    {SEND, "${base64:}.", "."},
    {SEND, "${hex:48 69}", "Hi"},
    {SEND, "${hex:4a4B 4c}", "JKL"},
    {SEND, "${hex: 48  }", "H"},
    {SEND, "${utf7:Entw\303\274rfe & x}", "Entw&APw-rfe &- x"},
    {SEND, "${repeat:3,ab}", "ababab"},
    {SEND, "${repeat:0,ab}.", "."},
    {SEND, "${repeat:2,${repeat:2,a}b}", "aabaab"},
    {SEND, "${repeat:2,,}", ",,"},
    {SEND, "${base64:${M}}", "bXkgYm94"},
    {SEND, "${scram:SHA-1,proof,${n}}", "AAAA"}, /* nobody computes it */
    {EXPECT, "${base64:${M}} .", "bXkgYm94 ."},
    {EXPECT, "+ ${base64:${x},${user} ${base64:${M}}} .", "+ ${base64:${x},fred bXkgYm94} ."},
    /* names that begin like fills */
    {EXPECT, "${size} ${literal} ${hexa}", "${size} ${literal} ${hexa}"},
    /* made-up values */
    {INVENT, "${a} ${b} ${a}", "1 2 1"},
    {INVENT, "* ${_} FETCH (UID ${u} ${...})", "* 1 FETCH (UID 2)"},
    {INVENT, "${x:number>n} ${y:number<n} ${z:number=n}", "8 6 7"},
    {INVENT, "${_:number!=n} ${_:number>=n} ${_:number<=5}", "8 7 5"},
    {INVENT, "(${...} A ${a...} B ${b...})", "(A B)"},
    {INVENT, "${v=7}", "7"},
};

static const struct bad {
    int purpose;
    const char *text;
    enum iw_result result;
    size_t offset;
} bad_rows[] = {
    {SEND, "ab ${", IW_SYNTAX, 3},
    {SEND, "ab ${x", IW_SYNTAX, 3},
    {SEND, "${literal:'x}", IW_SYNTAX, 0},
    {SEND, "${}", IW_SYNTAX, 2},
    {SEND, "${x y}", IW_SYNTAX, 3},
    {SEND, "${x:word}", IW_SYNTAX, 3},
    {SEND, "${x:number~3}", IW_SYNTAX, 10},
    {SEND, "${x:number>}", IW_SYNTAX, 11},
    {SEND, "${n+x}", IW_SYNTAX, 4},
    {SEND, "${n+}", IW_SYNTAX, 4},
    {SEND, "A ${x}", IW_SYNTAX, 4},
    {SEND, "A ${_}", IW_SYNTAX, 4},
    {SEND, "A ${...}", IW_SYNTAX, 4},
    {SEND, "A ${x...}", IW_SYNTAX, 4},
    {SEND, "${x+1}", IW_SYNTAX, 2},
    {EXPECT, "${x+1}", IW_SYNTAX, 2},
    {SEND, "${M+1}", IW_SYNTAX, 2},
    {SEND, "${n-8}", IW_SYNTAX, 2},
    {SEND, "${big+1}", IW_SYNTAX, 2},
    {EXPECT, "${utf7:${x}}", IW_SYNTAX, 9},
    {EXPECT, "${base64:${hex:${x}}}", IW_SYNTAX, 17},
    {EXPECT, "${literal:'${x}'}", IW_SYNTAX, 13},
    {SEND, "A ${literal:none}", IW_SYNTAX, 12},
    {SEND, "A ${size:none}", IW_SYNTAX, 9},
    {SEND, "${literal=x:'a'}", IW_SYNTAX, 10},
    {SEND, "${literal=5}", IW_SYNTAX, 11},
    {SEND, "${literal=18446744073709551616:'a'}", IW_SYNTAX, 30},
    {SEND, "${base64:${literal:'a'}}", IW_SYNTAX, 20},
    {SEND, "${hex:4}", IW_SYNTAX, 6},
    {SEND, "${hex:4 8}", IW_SYNTAX, 6},
    {SEND, "${hex:x8}", IW_SYNTAX, 6},
    {SEND, "${hex:4x}", IW_SYNTAX, 6},
    {SEND, "${utf7:\377}", IW_SYNTAX, 7},
    {SEND, "${repeat:x,a}", IW_SYNTAX, 9},
    {SEND, "${repeat:3}", IW_SYNTAX, 9},
    {SEND, "${repeat:16777217,a}", IW_LIMIT, 0},
    {SEND, "${repeat:16777216,a}b", IW_LIMIT, 0},
    {SEND, "${repeat:4096,${repeat:4096,${repeat:4096,a}}}", IW_LIMIT, 0},
    {SEND, "${repeat:1,${repeat:1,${repeat:1,${repeat:1,${repeat:1,${repeat:1,${repeat:1,"
           "${repeat:1,${repeat:1,a}}}}}}}}}", IW_LIMIT, 88},
};
/* clang-format on */

static void lines_are_filled(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial trial;
        run(&trial, rows[i].text, (enum iw_fill_purpose)rows[i].purpose);
        struct iw_span shown = iw_filled_show(&trial.filled, trial.filled.octets, &trial.arena);
        if (memchr(shown.data, '\0', shown.length) != NULL)
            shown.length = strlen(shown.data);
        if (trial.result != IW_OK || !is(shown, rows[i].filled))
            fail_msg("row %zu: %s becomes \"%.*s\" (%s: %s)", i, rows[i].text, (int)shown.length,
                     shown.data, iw_result_name(trial.result), trial.error.detail);
        iw_arena_release(&trial.arena);
    }
}

static void bad_lines_are_refused_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        struct trial trial;
        run(&trial, bad_rows[i].text, (enum iw_fill_purpose)bad_rows[i].purpose);
        if (trial.result != bad_rows[i].result || trial.error.offset != bad_rows[i].offset)
            fail_msg("row %zu: %s: %s at %zu (%s, %s)", i, bad_rows[i].text,
                     iw_result_name(trial.result), trial.error.offset,
                     trial.error.expected == NULL ? "-" : trial.error.expected, trial.error.detail);
        iw_arena_release(&trial.arena);
    }
}

static void an_unbound_name_is_named(void **state)
{
    (void)state;
    struct trial trial;
    run(&trial, "UID EXPUNGE ${u2},${u4}", IW_FILL_SEND);
    assert_string_equal(trial.error.detail, "${u2} is not bound");
    iw_arena_release(&trial.arena);
    run(&trial, "STORE ${...}", IW_FILL_SEND);
    assert_string_equal(trial.error.detail, "${...} has no value that could be sent");
    iw_arena_release(&trial.arena);
}

static void marks_number_their_holes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at, index;
    } wanted[] = {
        {"\001AA", 0, 0},         {"\001AP", 0, 15},        {"\001PP", 0, 255},
        {"\001AQ", 0, SIZE_MAX},  {"\001QA", 0, SIZE_MAX},  {"\001A", 0, SIZE_MAX},
        {"", 0, SIZE_MAX},        {"x\001BA", 1, 16},       {"x\001BA", 0, SIZE_MAX},
        {"x\001BA", 2, SIZE_MAX}, {"x\001BA", 9, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(iw_hole_at(iw_span_of(wanted[i].text), wanted[i].at), wanted[i].index);
}

/* name, rest, number, relation, operand, operand_name */
static void holes_say_what_they_want(void **state)
{
    (void)state;
    struct trial trial;
    run(&trial, "${_} ${...} ${r...} ${a:number} ${b:number>n} ${c:number<=12} ${d:number!=later}",
        IW_FILL_EXPECT);
    const struct iw_hole *holes = trial.filled.holes;
    assert_int_equal(trial.filled.hole_count, 7);
    assert_true(is(holes[0].name, "_") && !holes[0].rest && !holes[0].number);
    assert_true(holes[1].name.length == 0 && holes[1].rest);
    assert_true(is(holes[2].name, "r") && holes[2].rest);
    assert_true(is(holes[3].name, "a") && holes[3].number && holes[3].relation == 0);
    assert_true(holes[4].relation == '>' && is(holes[4].operand, "7") && !holes[4].operand_name);
    assert_true(holes[5].relation == 'L' && is(holes[5].operand, "12"));
    assert_true(holes[6].relation == '!' && is(holes[6].operand, "later"));
    assert_true(holes[6].operand_name);
    iw_arena_release(&trial.arena);
}

static void at_most_200_holes(void **state)
{
    (void)state;
    struct trial trial;
    run(&trial, "${literal:'${repeat:201,x}'}", IW_FILL_EXPECT);
    assert_int_equal(trial.result, IW_OK);
    iw_arena_release(&trial.arena);
    char text[201 * 5 + 1];
    for (size_t i = 0; i < 201; i++)
        memcpy(text + i * 5, "${_} ", 6);
    run(&trial, text, IW_FILL_EXPECT);
    assert_int_equal(trial.result, IW_SYNTAX);
    iw_arena_release(&trial.arena);
    text[200 * 5] = '\0';
    run(&trial, text, IW_FILL_EXPECT);
    assert_int_equal(trial.result, IW_OK);
    size_t last = iw_hole_at(trial.filled.octets, 199 * 4);
    assert_int_equal(last, 199);
    iw_arena_release(&trial.arena);
}

static void literals_are_listed(void **state)
{
    (void)state;
    struct trial trial;
    run(&trial, "APPEND ${M} ${literal:'abc'} ${literal8+=9:'de'} ${body} ${list}", IW_FILL_SEND);
    static const struct iw_fill_literal wanted[] = {
        {.begin = 16, .offset = 21, .size = 3, .announced = 3, .waits = true},
        {.begin = 25, .offset = 32, .size = 2, .announced = 9, .binary = true},
        {.begin = 35, .offset = 40, .size = 3, .announced = 3, .waits = true},
        {.begin = 47, .offset = 52, .size = 1, .announced = 1, .waits = true},
        {.begin = 54, .offset = 60, .size = 2, .announced = 2, .waits = true, .binary = true},
    };
    assert_int_equal(trial.result, IW_OK);
    assert_int_equal(trial.filled.literal_count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct iw_fill_literal *is_there = &trial.filled.literals[i];
        if (is_there->begin != wanted[i].begin || is_there->offset != wanted[i].offset ||
            is_there->size != wanted[i].size || is_there->announced != wanted[i].announced ||
            is_there->binary != wanted[i].binary || is_there->waits != wanted[i].waits)
            fail_msg("literal %zu: begin %zu, offset %zu, size %zu", i, is_there->begin,
                     is_there->offset, is_there->size);
    }
    iw_arena_release(&trial.arena);
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum iw_result result;
        int64_t number;
    } wanted[] = {
        {"0", IW_OK, 0},
        {"120", IW_OK, 120},
        {"-97", IW_OK, -97},
        {"${n}", IW_OK, 7},
        {"-${n}", IW_OK, -7},
        {"${n+1}", IW_OK, 8},
        {"", IW_SYNTAX, 0},
        {"-", IW_SYNTAX, 0},
        {"x", IW_SYNTAX, 0},
        {"${x}", IW_SYNTAX, 0},
        {"1 2", IW_SYNTAX, 0},
        {"9223372036854775807", IW_OK, INT64_MAX},
        {"9223372036854775808", IW_SYNTAX, 0},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct trial trial;
        int64_t number = 0;
        run(&trial, "", IW_FILL_SEND);
        enum iw_result result = iw_fill_number(iw_span_of(wanted[i].text), &scenario,
                                               &trial.bindings, &trial.arena, &number, NULL);
        if (result != wanted[i].result || number != wanted[i].number)
            fail_msg("%s: %s, %lld", wanted[i].text, iw_result_name(result), (long long)number);
        iw_arena_release(&trial.arena);
    }
}

static void note_use(void *context, const struct iw_fill_use *use)
{
    struct iw_buf *notes = context;
    iw_buf_addf(notes, "%zu:%.*s|%.*s|%.*s|%.*s%s%s%s%s ", use->offset, (int)use->kind.length,
                use->kind.data, (int)use->argument.length, use->argument.data,
                (int)use->name.length, use->name.data, (int)use->operand.length, use->operand.data,
                use->has_default ? "=" : "", use->is_rest ? "..." : "", use->is_any ? "_" : "",
                use->is_sum ? "+" : "");
}

static void every_use_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *notes;
    } wanted[] = {
        {"no fills", ""},
        {"${a} ${b...} ${...}", "0:||a| 5:||b|... 13:|||... "},
        {"${_} ${v=7} ${n+1} ${m:number>a}", "0:||_|_ 5:||v|= 12:||n|+ 19:||m|a "},
        {"x ${literal+:'${a} ${base64:${b}}'} ${c}",
         "2:literal|${a} ${base64:${b}}|| 14:||a| 19:base64|${b}|| 28:||b| 36:||c| "},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct iw_buf notes;
        iw_buf_init(&notes, NULL, 4096);
        assert_int_equal(iw_fill_scan(iw_span_of(wanted[i].text), note_use, &notes, NULL), IW_OK);
        assert_string_equal(iw_buf_string(&notes), wanted[i].notes);
        iw_buf_release(&notes);
    }
    struct iw_error error = {IW_OK};
    struct iw_buf notes;
    iw_buf_init(&notes, NULL, 4096);
    assert_int_equal(iw_fill_scan(IW_SPAN("a ${b ${c}"), note_use, &notes, &error), IW_SYNTAX);
    assert_int_equal(error.offset, 2);
    iw_buf_release(&notes);
}

/* One name with one value, behind a name "first" that is "one", in a line. */
static void values_of_vary_are_filled(void **state)
{
    static const struct {
        const char *value, *text, *octets; /* NULL: the value cannot be filled */
        size_t literals;
    } values[] = {
        {"x", "${v}", "x", 0},
        {"${hex:01ff}", "<${v}>", "<\x01\xff>", 0},
        {"${repeat:3,ab}", "${v}", "ababab", 0},
        {"${n}${first}${user}", "${v}", "7onefred", 0},
        {"${literal:plain.eml}", "A ${v} B", "A {9}\r\nHi\r\n\r\nyo\n B", 1},
        {"${literal+:'x'}", "${v} ${v}", "{1+}\r\nx {1+}\r\nx", 2},
        {"~${literal:'x'}", "${v}", "~{1}\r\nx", 1},
        /* inside other text a literal is its octets */
        {"${literal:'x'}", "\"a ${v}\"", "\"a x\"", 0},
        {"${literal:''}", "<${v}>", "<>", 0},
        {"(${literal:'x'})", "<${v}>", "<({1}\r\nx)>", 0},
        {"${hex:0}", "", NULL, 0},
        {"${v}", "", NULL, 0},
        {"${_}", "", NULL, 0},
        {"${...}", "", NULL, 0},
        {"${size:none}", "", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct trial trial = {.result = IW_OK};
        struct iw_span first = IW_SPAN("one"), value = iw_span_of(values[i].value);
        struct iw_vary vary[] = {{.name = IW_SPAN("first"), .values = &first, .count = 1},
                                 {.name = IW_SPAN("v"), .values = &value, .count = 1}};
        struct iw_scenario varied = scenario;
        varied.vary = vary;
        varied.vary_count = 2;
        iw_arena_init(&trial.arena, NULL, 1 << 20);
        trial.bindings.arena = &trial.arena;
        assert_true(bind_all(&trial.bindings));
        trial.result = iw_variant_bind(&varied, 0, &trial.bindings, &trial.error);
        assert_int_equal(trial.result == IW_OK, values[i].octets != NULL);
        if (trial.result == IW_OK) {
            assert_int_equal(iw_fill(iw_span_of(values[i].text), &scenario, &trial.bindings,
                                     IW_FILL_SEND, &trial.arena, &trial.filled, NULL),
                             IW_OK);
            size_t length = trial.filled.octets.length;
            if (!iw_span_equal(trial.filled.octets, iw_span_of(values[i].octets)))
                fail_msg("row %zu: %.*s", i, (int)length, trial.filled.octets.data);
            assert_int_equal(trial.filled.literal_count, values[i].literals);
        }
        iw_arena_release(&trial.arena);
    }
}

static void memory_may_run_out(void **state)
{
    (void)state;
    for (size_t i = 0;; i++) {
        struct iw_failing_alloc failing;
        struct iw_arena arena;
        struct iw_filled filled;
        iw_failing_alloc_init(&failing, i);
        iw_arena_init(&arena, &failing.alloc, 1 << 20);
        struct iw_bindings bindings = {.arena = &arena};
        enum iw_result result = IW_NO_MEMORY;
        if (bind_all(&bindings))
            result =
                iw_fill(IW_SPAN("${v=1} ${base64:${n}} ${literal:'a'} ${list} ${repeat:300,x}"),
                        &scenario, &bindings, IW_FILL_SEND, &arena, &filled, NULL);
        iw_arena_release(&arena);
        assert_int_equal(failing.blocks, 0);
        assert_true(failing.failed == (result != IW_OK));
        if (!failing.failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_filled),
        cmocka_unit_test(bad_lines_are_refused_at_their_place),
        cmocka_unit_test(an_unbound_name_is_named),
        cmocka_unit_test(marks_number_their_holes),
        cmocka_unit_test(holes_say_what_they_want),
        cmocka_unit_test(at_most_200_holes),
        cmocka_unit_test(literals_are_listed),
        cmocka_unit_test(numbers),
        cmocka_unit_test(every_use_is_told),
        cmocka_unit_test(values_of_vary_are_filled),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
