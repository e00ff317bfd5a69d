/* SPDX-License-Identifier: MIT */
/* What the steps of a rule's "play" do to the wire. An engine stands in that says <command>. */
#include "script/emit.h"

#include "script/load.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_SIZE = 2048 };

/* ' stands for a double quote, and ` for a single one. */
static struct iw_scenario *load(const char *steps)
{
    char json[TEXT_SIZE];
    struct iw_diagnostic diagnostic;
    int length = snprintf(json, sizeof json,
                          "{'title': 'x', 'covers': ['X-1'], 'level': 'MUST', 'task': 'x', "
                          "'then': {'client': 'any'}, 'rules': [{'on': 'C: X', 'play': [%s]}]}",
                          steps);
    for (int i = 0; i < length; i++)
        json[i] = json[i] == '\'' ? '"' : json[i] == '`' ? '\'' : json[i];
    struct iw_scenario *scenario =
        iw_scenario_parse(iw_span(json, (size_t)length), "test.json", NULL, &diagnostic);
    if (scenario == NULL)
        fail_msg("%s: %u: %s", json, diagnostic.place.column, diagnostic.message);
    return scenario;
}

static bool give_tag(void *context, const struct iw_line *line, struct iw_span *tag)
{
    (void)context;
    *tag = line->label.length > 0 ? line->label : IW_SPAN("t1");
    return !iw_span_equal(line->label, IW_SPAN("none"));
}

static bool engine(void *context, struct iw_span command, struct iw_buf *out)
{
    (void)context;
    iw_buf_add_char(out, '<');
    iw_buf_add(out, command.data == NULL ? IW_SPAN("asked") : command);
    iw_buf_add_char(out, '>');
    return !iw_span_equal(command, IW_SPAN("REFUSED"));
}

/* One emission and what has come of it, as a text. */
struct trial {
    struct iw_arena arena;
    struct iw_bindings bindings;
    struct iw_emit emit;
    struct iw_buf text;
    uint64_t now;
};

static void begin(struct trial *trial, const struct iw_scenario *scenario, enum iw_side side,
                  const struct iw_alloc *alloc)
{
    *trial = (struct trial){.now = 100};
    iw_arena_init(&trial->arena, alloc, 1 << 22);
    iw_buf_init(&trial->text, NULL, 1 << 20);
    trial->bindings.arena = &trial->arena;
    iw_bindings_set(&trial->bindings, IW_SPAN("n"), IW_SPAN("7"), IW_SPAN("7"));
    iw_bindings_set(&trial->bindings, IW_SPAN("how"), IW_SPAN("rst"), IW_SPAN("rst"));
    struct iw_emit_options options = {
        .side = side,
        .scenario = scenario,
        .bindings = &trial->bindings,
        .arena = &trial->arena,
        .alloc = alloc,
        .calls = {.tag = give_tag, .engine = engine},
    };
    iw_emit_init(&trial->emit, &options, scenario->rules[0].play);
}

static void end(struct trial *trial)
{
    iw_emit_release(&trial->emit);
    iw_arena_release(&trial->arena);
    iw_buf_release(&trial->text);
}

static void add_passage(struct iw_buf *text, const struct iw_passage *passage)
{
    for (size_t i = 0; i < passage->split_count; i++)
        iw_buf_addf(text, " %zu", passage->split[i]);
    iw_buf_addf(text, " dribble %u..%u every %u..%u rate %u", (unsigned)passage->dribble.least,
                (unsigned)passage->dribble.most, (unsigned)passage->every_ms.least,
                (unsigned)passage->every_ms.most, (unsigned)passage->rate);
    if (passage->flips)
        iw_buf_addf(text, " flip %zu", passage->flip);
    if (passage->cuts)
        iw_buf_addf(text, " cut %zu", passage->cut);
    iw_buf_add_string(text, passage->deaf ? " deaf" : "");
    iw_buf_add_string(text, passage->nagle ? " nagle" : "");
    if (passage->refuse_ms > 0)
        iw_buf_addf(text, " refuse %u", (unsigned)passage->refuse_ms);
}

/* Acts until the end; waits pass at once, "+" comes when yes is asked for. */
static void run(struct trial *trial, bool yes)
{
    static const char *const names[] = {"write",    "ask", "wait",  "close", "tls",
                                        "compress", "tcp", "world", "end",   "failed"};
    static const char *const hows[] = {" fin", " rst", " half", " silent", " bare"};
    for (size_t turn = 0; turn < 1000; turn++) {
        struct iw_error error = {IW_OK};
        struct iw_act act = iw_emit_next(&trial->emit, trial->now, &error);
        if (act.kind == IW_ACT_END)
            return;
        iw_buf_addf(&trial->text, "%s%s", trial->text.length == 0 ? "" : ", ", names[act.kind]);
        if (act.kind == IW_ACT_WRITE) {
            iw_buf_add_char(&trial->text, ' ');
            iw_buf_add(&trial->text, act.octets);
        } else if (act.kind == IW_ACT_WAIT) {
            iw_buf_addf(&trial->text, " %u", (unsigned)(act.until - trial->now));
            trial->now = act.until;
        } else if (act.kind == IW_ACT_CLOSE) {
            iw_buf_add_string(&trial->text, hows[act.how]);
        } else if (act.kind == IW_ACT_TCP) {
            add_passage(&trial->text, act.passage);
            iw_buf_add_string(&trial->text, hows[act.how]);
        } else if (act.kind == IW_ACT_ASK) {
            (yes ? iw_emit_go_on : iw_emit_refused)(&trial->emit);
        } else if (act.kind == IW_ACT_FAILED) {
            iw_buf_addf(&trial->text, " %s",
                        error.detail[0] != '\0' ? error.detail : error.expected);
            return;
        }
    }
    fail_msg("no end");
}

/* clang-format off */
static const struct row {
    enum iw_side side;
    const char *steps, *acts;
} rows[] = {
    /* nothing, lines, and the engine among them, are one write */
    {IW_SIDE_SERVER, "", ""},
    {IW_SIDE_SERVER, "'S: * 1 EXPUNGE', 'engine'", "write * 1 EXPUNGE\r\n<asked>"},
    {IW_SIDE_SERVER, "'engine', 'engine'", "write <asked><asked>"},
    {IW_SIDE_SERVER, "'engine', 'S: * BYE', 'S x: OK'",
     "write <asked>* BYE closing\r\nx OK done\r\n"},
    {IW_SIDE_SERVER, "{'engine': 'SELECT ${n}'}", "write <SELECT 7>"},
    {IW_SIDE_SERVER, "'S: * 1 EXISTS', 'S2: * 2 EXISTS', 'engine', 'S2: OK'",
     "write * 1 EXISTS\r\n, write * 2 EXISTS\r\n<asked>t1 OK done\r\n"},
    {IW_SIDE_SERVER, "'C: NOOP', 'S: OK', 'S!: * BYE', 'S?: * X'", "write t1 OK done\r\n* X\r\n"},
    /* states get a text, and of alternatives the first goes out */
    {IW_SIDE_SERVER, "'S: OK [A]', 'S: NO|BAD', 'S: BAD [A b] c', 'S: OK|NO [X]', 'S: OK [A]|NO'",
     "write t1 OK [A] done\r\nt1 NO not done\r\nt1 BAD [A b] c\r\nt1 OK done\r\n"
     "t1 OK [A] done\r\n"},
    {IW_SIDE_SERVER, "'S: * OK', 'S: * PREAUTH|OK [X]', 'S: * OK [X]', 'S: * NO a b', 'S: * X'",
     "write * OK done\r\n* PREAUTH ready\r\n* OK [X] done\r\n* NO a b\r\n* X\r\n"},
    {IW_SIDE_SERVER, "'S: +', 'S: + go', 'S=: +', 'S=: OK', 'S=: * OK [X]'",
     "write + \r\n+ go\r\n+\r\nOK\r\n* OK [X]\r\n"},
    /* sends */
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': 3}}", "write <as"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': 0}}", ""},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': 7}}", "write <asked>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': 8}}", "write <asked>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': -6}}", "write <"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': -7}}", ""},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': -8, 'close': 'fin'}}", "close fin"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine', 'S=: x'], 'cut': '${n}', 'close': '${how}'}}, "
                     "'S: OK'",
     "write <asked>, close rst, write t1 OK done\r\n"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'split': [1, 3]}}, {'engine': 'X'}",
     "write <, write ask, write ed>, write <X>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'split': [0, 9]}}", "write <asked>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'dribble': 3, 'every_ms': '${n}'}}",
     "write <as, wait 7, write ked, wait 7, write >"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'close': 'half'}}, {'S': {'close': 'silent'}}",
     "write <asked>, close half, close silent"},
    /* octets are harmed, counted from the first or from the last; beyond the end nothing is */
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'flip': 0}}", "write =asked>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'flip': -1}}", "write <asked?"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'flip': 7}}", "write <asked>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'flip': -9, 'cut': 2}}", "write =a"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'replace': {'1': 'X', '-2': 'YZW', '7': 'V'}}}",
     "write <XskeYZ"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'replace': {'${n-6}': '${how}'}}}",
     "write <rsted>"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'close': 'bare'}}", "write <asked>, close bare"},
    /* ranges: the least where nothing draws */
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'dribble': '3..5', 'every_ms': '2..9'}}",
     "write <as, wait 2, write ked, wait 2, write >"},
    {IW_SIDE_SERVER, "{'S': {'delay_ms': '5..9'}}", "wait 5"},
    /* all that follows, as TCP carries it */
    {IW_SIDE_SERVER, "{'S': {'tcp': {}}}, 'engine'",
     "tcp dribble 0..0 every 0..0 rate 0 silent, write <asked>"},
    {IW_SIDE_SERVER, "{'S': {'tcp': {'split': ['${n}', 1], 'dribble': '1..4', 'every_ms': 3, "
                     "'rate': 99, 'flip': 5, 'cut': '${n}', 'close': '${how}', 'deaf': true, "
                     "'nagle': true, 'refuse_ms': '${n}'}}}",
     "tcp 7 1 dribble 1..4 every 3..3 rate 99 flip 5 cut 7 deaf nagle refuse 7 rst"},
    {IW_SIDE_SERVER, "{'S': {'tcp': {'cut': -1}}}",
     "failed a number from 0 on: there is no end to count from"},
    /* the other steps, in their order */
    {IW_SIDE_SERVER, "'S: * X', {'S': {'delay_ms': 5}}, 'S: * Y', {'S': {'silent_ms': '${n}'}}",
     "write * X\r\n, wait 5, write * Y\r\n, wait 7"},
    {IW_SIDE_SERVER, "'S: OK', {'S': 'tls'}, {'S': 'compress'}, {'S': 'close'}, {'S?': 'close'}",
     "write t1 OK done\r\n, tls, compress, close fin"},
    {IW_SIDE_SERVER, "{'mailbox': 'INBOX', 'uidvalidity': 7}, 'engine', {'mailbox': 'INBOX', "
     "'expunge': '1'}", "world, write <asked>, world"},
    {IW_SIDE_SERVER, "'S: * ${v=3} EXISTS', 'S: * ${v+1} EXISTS'",
     "write * 3 EXISTS\r\n* 4 EXISTS\r\n"},
    /* what cannot be done */
    {IW_SIDE_SERVER, "'S: * X', 'S none: OK'",
     "failed no command is open that this line could answer"},
    {IW_SIDE_SERVER, "'S: * ${x} EXISTS'", "failed ${x} is not bound"},
    {IW_SIDE_SERVER, "{'engine': 'REFUSED'}", "failed no engine is there to act"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'cut': '${x}'}}",
     "failed ${x} is not bound"},
    {IW_SIDE_SERVER, "{'S': {'send': ['engine'], 'close': '${n}'}}",
     "failed fin, rst, half, silent or bare"},
    /* the client's literals ask */
    {IW_SIDE_CLIENT, "'C: A ${literal:`xy`} ${literal+:`z`}', 'C: B'",
     "write t1 A {2}\r\n, ask, write xy {1+}\r\nz\r\nt1 B\r\n"},
    {IW_SIDE_CLIENT, "'C=: A ${literal:`xy`}', 'C: B'", "write A {2}\r\nxy\r\nt1 B\r\n"},
    {IW_SIDE_CLIENT, "{'C': {'send': ['C: A ${literal:`xy`}'], 'dribble': 5}}",
     "write t1 A , write {2}\r\n, ask, write xy\r\n"},
    {IW_SIDE_CLIENT, "{'C': {'send': ['C: A ${literal:`xy`}'], 'split': [12]}}",
     "write t1 A {2}\r\n, ask, write xy, write \r\n"},
    {IW_SIDE_CLIENT, "{'C': {'send': ['C: A ${literal:`xy`}'], 'cut': -4}}",
     "write t1 A {2}\r\n, ask"},
    {IW_SIDE_CLIENT, "{'C': {'send': ['C: A ${literal:`xy`}'], 'cut': -5}}", "write t1 A {2}\r"},
    {IW_SIDE_CLIENT, "'C: A ${literal:`1`} ${literal:`2`} ${literal:`3`} ${literal:`4`} "
                     "${literal:`5`} ${literal:`6`}'",
     "write t1 A {1}\r\n, ask, write 1 {1}\r\n, ask, write 2 {1}\r\n, ask, "
     "write 3 {1}\r\n, ask, write 4 {1}\r\n, ask, write 5 {1}\r\n, ask, write 6\r\n"},
};

/* The server says no to each literal. */
static const struct row refused[] = {
    {IW_SIDE_CLIENT, "'C: A ${literal:`xy`} ${literal:`z`}', 'C: B', 'C: C ${literal:`x`}'",
     "write t1 A {2}\r\n, ask, write t1 B\r\nt1 C {1}\r\n, ask"},
    {IW_SIDE_CLIENT, "{'C': {'send': ['C: A ${literal:`xy`}', 'C: B'], 'cut': 13, 'close': 'fin'}}",
     "write t1 A {2}\r\n, ask, close fin"},
    {IW_SIDE_CLIENT, "{'C': {'send': ['C: A ${literal:`xy`}', 'C: B'], 'dribble': 20}}",
     "write t1 A {2}\r\n, ask, write t1 B\r\n"},
};
/* clang-format on */

static void check(const struct row *row, size_t index, bool yes)
{
    struct iw_scenario *scenario = load(row->steps);
    struct trial trial;
    begin(&trial, scenario, row->side, NULL);
    run(&trial, yes);
    if (strcmp(iw_buf_string(&trial.text), row->acts) != 0)
        fail_msg("row %zu: %s:\n%s\nand not\n%s", index, row->steps, iw_buf_string(&trial.text),
                 row->acts);
    end(&trial);
    iw_scenario_free(scenario);
}

static void steps_become_acts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(&rows[i], i, true);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        check(&refused[i], i, false);
}

static void a_wait_lasts_until_its_time(void **state)
{
    (void)state;
    struct iw_scenario *scenario = load("{'S': {'delay_ms': 5}}, 'S: OK'");
    struct trial trial;
    begin(&trial, scenario, IW_SIDE_SERVER, NULL);
    for (uint64_t now = 100; now < 105; now++) {
        struct iw_act act = iw_emit_next(&trial.emit, now, NULL);
        assert_int_equal(act.kind, IW_ACT_WAIT);
        assert_int_equal(act.until, 105);
    }
    assert_int_equal(iw_emit_next(&trial.emit, 105, NULL).kind, IW_ACT_WRITE);
    assert_int_equal(iw_emit_next(&trial.emit, 105, NULL).kind, IW_ACT_END);
    assert_int_equal(iw_emit_next(&trial.emit, 105, NULL).kind, IW_ACT_END);
    end(&trial);
    iw_scenario_free(scenario);
}

static void closes_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"fin", "rst", "half", "silent", "bare"};
    enum iw_close how = IW_CLOSE_FIN;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(iw_close_named(iw_span_of(names[i]), &how));
        assert_int_equal(how, i);
    }
    assert_false(iw_close_named(IW_SPAN("FIN"), &how));
    assert_false(iw_close_named(IW_SPAN(""), &how));
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct iw_scenario *scenario =
        load("'C: A ${literal:`xy`} ${literal:`z`}', {'C': {'send': ['C: ${repeat:500,x}'], "
             "'split': [3]}}");
    bool whole = false;
    for (size_t i = 0; !whole; i++) {
        struct iw_failing_alloc failing;
        struct trial trial;
        iw_failing_alloc_init(&failing, i);
        begin(&trial, scenario, IW_SIDE_CLIENT, &failing.alloc);
        run(&trial, true);
        whole = strstr(iw_buf_string(&trial.text), "failed") == NULL;
        assert_true(whole || failing.failed);
        end(&trial);
        assert_int_equal(failing.blocks, 0);
    }
    iw_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_become_acts),
        cmocka_unit_test(a_wait_lasts_until_its_time),
        cmocka_unit_test(closes_have_names),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
