/* SPDX-License-Identifier: MIT */
/* Playing dialogues: against their own other side, against another dialogue, and act by act. */
#include "script/play.h"

#include "script/load.h"
#include "tests/lib/duet.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { SEEDS = 24, TEXT_SIZE = 4096 };

/* Members of a scenario in which ' stands for a double quote, and ` for a single one. */
static struct iw_scenario *load(const char *members)
{
    char json[TEXT_SIZE];
    struct iw_diagnostic diagnostic;
    int length = snprintf(json, sizeof json, "{'title': 'x', 'covers': ['X-1'], %s%s}",
                          strstr(members, "'level'") == NULL ? "'level': 'MUST', " : "", members);
    for (int i = 0; i < length; i++)
        json[i] = json[i] == '\'' ? '"' : json[i] == '`' ? '\'' : json[i];
    struct iw_scenario *scenario = iw_scenario_parse(iw_span(json, (size_t)length), "test.json",
                                                     IW_SOURCE_DIR "/scenarios", &diagnostic);
    if (scenario == NULL)
        fail_msg("%s: %u: %s", json, diagnostic.place.column, diagnostic.message);
    return scenario;
}

static bool is(struct iw_span span, const char *text)
{
    return iw_span_equal(span, iw_span_of(text));
}

/* "fail | C: NOOP | expected | received | text" */
static const char *show(const struct iw_finding *finding, char text[TEXT_SIZE])
{
    snprintf(text, TEXT_SIZE, "%s | %.*s | %.*s | %.*s | %.*s", iw_verdict_name(finding->verdict),
             (int)finding->step.length, finding->step.data, (int)finding->expected.length,
             finding->expected.data, (int)finding->received.length, finding->received.data,
             (int)finding->text.length, finding->text.data);
    return text;
}

/* ---- dialogues that agree with themselves ---- */

#define DIALOGUE(lines) "'start': 'dialogue', 'dialogue': [" lines "]"
#define GREETED         "'S: * OK ready', "

static const char *const agreeing[] = {
    /* from the greeting on */
    DIALOGUE("'S: * OK [CAPABILITY IMAP4rev1] ready', 'C: LOGIN ${user} ${password}', 'S: OK in'"),
    DIALOGUE(GREETED "'C: AUTHENTICATE SCRAM-SHA-256', {'S': 'authenticate'}, 'S: OK', 'C: NOOP', "
                     "'S: OK'"),
    DIALOGUE(GREETED "'C: AUTHENTICATE PLAIN', {'S': 'authenticate'}, 'S: * 2 EXISTS', 'S: NO no'"),
    DIALOGUE("'S: * OK', 'S2: * OK', 'C2: AUTHENTICATE PLAIN', {'S2': 'authenticate'}, 'S2: OK', "
             "'C: NOOP', 'S: OK'"),
    /* the setup's lines bring each connection to its start */
    "'dialogue': ['C: NOOP', 'S: OK']",
    "'start': 'selected', 'dialogue': ['C: FETCH 1 FLAGS', 'S: * 1 FETCH (FLAGS ())', 'S: OK']",
    "'start': ['greeted', 'selected'], 'dialogue': ['C2: EXPUNGE', 'S2: OK', 'C: NOOP', 'S: NO']",
    /* untagged lines in any order, and more of them than are expected */
    DIALOGUE(GREETED "'C: SELECT ${M}', 'S: * 2 EXISTS', 'S: * FLAGS (${...})', 'S: OK'"),
    /* captures stand for their value afterwards, on both sides */
    DIALOGUE(GREETED "'C: FETCH 1 UID', 'S: * 1 FETCH (UID ${u=17})', 'S: OK', "
                     "'C: UID FETCH ${u},${u+1} FLAGS', 'S: OK [UIDNEXT ${n=19}]', "
                     "{'assert': '${n} > ${u}'}, {'assert': '${u} in 1:20'}"),
    /* made-up values: the server has none for its holes */
    DIALOGUE(GREETED "'C: FETCH 1:2 UID', 'S: * 1 FETCH (UID ${a:number})', "
                     "'S: * 2 FETCH (UID ${b:number>a})', 'S: OK', 'C: UID EXPUNGE ${a},${b}', "
                     "'S: * ${_} EXPUNGE', 'S!: * FETCH ${...}', 'S: OK [X ${...}]'"),
    /* a client's arguments are captured too */
    DIALOGUE(GREETED "'C: LOGIN ${who=fred} ${_=secret}', 'S: OK', 'C: ID (\\'x\\' ${who})', 'S: "
                     "OK'"),
    /* labels: pipelining, and completions in any order */
    DIALOGUE(GREETED "'C a: STORE 1 +FLAGS (\\\\Deleted)', 'C b: EXPUNGE', 'C c: FETCH 1 UID', "
                     "'S: * 1 FETCH (FLAGS (\\\\Deleted))', 'S b: OK', 'S: * 1 EXPUNGE', "
                     "'S a: OK', 'S: * 1 FETCH (UID 7)', 'S c: NO|BAD'"),
    /* unlabelled completions belong to the oldest unanswered command */
    DIALOGUE(GREETED "'C: NOOP', 'C x: CHECK', 'C: CLOSE', 'S: NO', 'S x: BAD', 'S: OK'"),
    /* several connections */
    DIALOGUE("'S: * OK one', 'S2: * OK two', 'C: IDLE', 'S: +', 'C2: APPEND ${M} "
             "${literal:plain.eml}', 'S2: OK', 'S: * 2 EXISTS', 'C=: DONE', 'S: OK'"),
    DIALOGUE("'S: * OK 1', 'S2: * OK 2', 'S9: * OK 9', 'C: NOOP', 'C2: NOOP', 'C9: NOOP', "
             "'S9: OK', 'S2: OK', 'S: OK'"),
    /* literals: the one that waits, the one that does not, several, and in the first line */
    DIALOGUE(GREETED "'C: LOGIN ${literal:`fred`} ${literal:`secret`}', 'S: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${M} ${literal+:plain.eml}', 'S!: +', 'S: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${M} ${literal8:`${hex:00 0d 0a}`}', 'S: OK'"),
    DIALOGUE(GREETED "'C a: APPEND ${M} ${literal:`x`}', 'C b: NOOP', 'S b: OK', 'S a: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${M} ${literal:plain.eml}', 'S!: +', 'S: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${M} ${literal:plain.eml}', 'C: IDLE', 'S: OK', 'S: +', "
                     "'C=: DONE', 'S: OK'"),
    /* arguments that do not matter have a default */
    DIALOGUE(GREETED "'C: ID ${...=(name NIL)}', 'S: OK', 'C: NOOP ${...=}', 'S: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${...=${M} (\\\\Seen) ${literal:plain.eml}}', 'S: OK'"),
    /* a literal whose + the dialogue says itself */
    DIALOGUE(GREETED "'C: APPEND ${M} ${literal:`x`}', 'S: + ${what=go on}', 'S: OK'"),
    DIALOGUE(GREETED "'C: LOGIN ${literal:`a`} ${literal:`b`}', 'S: +', 'S: +', 'S: OK'"),
    /* the literal is refused, because its count lies or because the line ends there */
    DIALOGUE(GREETED "'C: APPEND ${M} ${literal=4294967295:`x`}', 'S: NO [TOOBIG]', 'C: NOOP', "
                     "'S: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${M} {99999}', 'S: NO', 'C: NOOP', 'S: OK'"),
    DIALOGUE(GREETED "'C: APPEND ${M} (${_=x}) ~{${n=9}}', 'S: NO', 'C: NOOP ${n}', 'S: OK'"),
    DIALOGUE(GREETED "'C: LOGIN ${literal:`a`} {${n=7}}', 'S: NO', 'C: NOOP ${n}', 'S: OK'"),
    DIALOGUE(GREETED "'C?: CREATE {1}', 'S: NO', 'C: APPEND ${M} {1}', 'S: NO'"),
    /* leave for it comes behind other data */
    DIALOGUE(GREETED "'C: CREATE {1}', 'S: * 2 EXISTS', {'S': {'delay_ms': 20}}, 'S: + go', "
                     "'C=: x', 'S: OK'"),
    /* prose that looks like a literal */
    DIALOGUE("'S: * OK ready {5}', 'C: NOOP', 'S: * BAD what {7}', 'S: OK all {9}'"),
    /* IDLE: data around the continuation */
    DIALOGUE(GREETED "'C: IDLE', 'S: * 2 EXISTS', 'S: + idling', 'S: * 3 EXISTS', 'C=: DONE', "
                     "'S: OK'"),
    /* SASL: lines that are no commands */
    DIALOGUE(GREETED "'C: AUTHENTICATE PLAIN', 'S: +', 'C=: ${base64:${hex:00}a${hex:00}b}', 'S: "
                     "OK'"),
    DIALOGUE(GREETED "'C: AUTHENTICATE X', 'S: + ${challenge=YWJj}', 'C=: ${answer=ZGVm}', "
                     "'S: + ${again=Z2hp}', 'C=: *', 'S: BAD', 'C: NOOP', 'S: OK'"),
    DIALOGUE(GREETED "'C: AUTHENTICATE X', 'S: + ${base64:r=${r=x},i=${i:number>4}}', 'C=: "
                     "${base64:${r} ${i}}', 'S: OK'"),
    /* exact lines of both sides: no tag, no parsing */
    DIALOGUE("'S=: * OK', 'C=: t1 NOOP  ', 'S=: t1 OK', 'C=: ((((', 'S=: * ${repeat:200,(} oops', "
             "'C: NOOP', 'S: OK'"),
    DIALOGUE("'S=: * 1 FETCH (BODY[] {1000}', 'S=: short', 'S: * OK ready'"),
    DIALOGUE(GREETED "'C=: t1 NOOP', 'S: OK', 'C=: t2 BOGUS', 'S: BAD'"),
    DIALOGUE(GREETED "'C=: t1 NOOP', 'C a: NOOP', 'C: CHECK', 'S: OK', 'S a: NO', 'S: BAD'"),
    /* optional lines */
    DIALOGUE(GREETED "'C: NOOP', 'S?: * 1 RECENT', 'S: * 2 EXISTS', 'S: OK'"),
    DIALOGUE(GREETED "'C?: CAPABILITY', 'S: * CAPABILITY X', 'S: OK', 'C: NOOP', 'S: OK'"),
    /* premises that hold */
    DIALOGUE(GREETED "'C: NOOP', 'S~: * 2 EXISTS', 'S~: OK', 'C: CHECK', 'S: OK'"),
    /* what must not come does not */
    DIALOGUE(GREETED "'C: EXPUNGE', 'S: * 2 EXPUNGE', 'S!: * ${_} EXPUNGE', 'S: OK'"),
    DIALOGUE(GREETED "'C: NOOP', 'S: OK', 'S!: * BYE'"),
    /* the end of a connection */
    DIALOGUE(GREETED "'C: LOGOUT', 'S: * BYE ${...}', 'S: OK', {'S': 'close'}"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'close': 'rst'}}"),
    DIALOGUE(GREETED "'C: LOGOUT', {'C': {'close': 'half'}}, 'S: * BYE', 'S: OK', {'S': 'close'}"),
    DIALOGUE("'S: * OK 1', 'S2: * OK 2', {'C2': 'close'}, 'C: NOOP', 'S: OK'"),
    DIALOGUE(GREETED "{'S?': 'close'}, 'C: NOOP', 'S: OK'"),
    /* TLS, and octets in clear that must not be believed */
    DIALOGUE(GREETED "'C: STARTTLS', 'S: OK', {'S': 'tls'}, 'C: CAPABILITY', 'S: * CAPABILITY X', "
                     "'S: OK'"),
    DIALOGUE(GREETED "'C: STARTTLS', 'C b: NOOP', 'S: OK', {'S?': 'close'}, {'S': 'tls'}, "
                     "'S! b: OK', 'C c: NOOP', 'S c: OK|BAD'"),
    DIALOGUE(GREETED "'C: STARTTLS', {'S': {'send': ['S: OK', 'S=: * CAPABILITY X-EVIL']}}, "
                     "{'S': 'tls'}, 'C: NOOP', 'S!: * CAPABILITY ${...}', 'S: OK'"),
    /* sends: split, dribbled, cut, closed */
    DIALOGUE(GREETED "'C: NOOP', {'S': {'send': ['S: * 1 EXISTS', 'S: OK'], 'split': [1, 3, 5], "
                     "'every_ms': 7}}, 'C: NOOP', 'S: OK'"),
    DIALOGUE(GREETED "{'C': {'send': ['C a: NOOP', 'C b: CHECK'], 'dribble': 1, 'every_ms': 5}}, "
                     "'S a: OK', 'S b: OK'"),
    DIALOGUE(GREETED "{'C': {'send': ['C: APPEND ${M} ${literal:plain.eml}'], 'dribble': 3}}, 'S: "
                     "OK'"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'send': ['S: OK done'], 'cut': 5, 'close': 'fin'}}"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'send': ['S: OK done'], 'cut': 0}}, {'S': 'close'}"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'delay_ms': '90..900'}}, 'S: OK done'"),
    DIALOGUE(GREETED "{'C': {'send': ['C: NOOP'], 'cut': -1, 'close': 'rst'}}"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'send': ['S: OK done'], 'flip': 2}}, {'S': 'close'}"),
    DIALOGUE(GREETED "{'C': {'send': ['C: NOOP'], 'replace': {'-4': 'XX'}, 'close': 'rst'}}"),
    DIALOGUE(GREETED "{'C': {'send': ['C a: NOOP'], 'dribble': '1..4', 'every_ms': '0..9'}}, "
                     "'S a: OK', {'S': {'close': 'bare'}}"),
    /* below TLS nothing is seen of it in memory */
    DIALOGUE(GREETED "{'S': {'tcp': {'rate': 9, 'cut': 1, 'close': 'rst'}}}, 'C: NOOP', 'S: OK', "
                     "{'C': {'tcp': {'deaf': true}}}, 'C: NOOP', 'S: OK', {'C': {'tcp': {}}}"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'send': ['S: OK'], 'close': 'half'}}, 'C: NOOP', 'C: "
                     "LOGOUT'"),
    /* pauses */
    DIALOGUE(GREETED "'C: NOOP', {'S': {'delay_ms': 700000}}, 'S: OK'"),
    DIALOGUE(GREETED "'C: NOOP', 'S: OK', {'C': {'silent_ms': 500}}, 'C: NOOP', 'S: OK'"),
    DIALOGUE(GREETED "'C: NOOP', {'S': {'silent_ms': 500}}, 'S: OK'"),
    /* the world: commands on the helper connection, nothing for the server */
    "'needs': ['second-user'], 'dialogue': [{'mailbox': 'M', 'deliver': 'plain.eml'}, "
    "{'mailbox': 'M', 'flags': {'1': '+\\\\Seen'}}, {'mailbox': 'M/sub', 'expunge': 1}, "
    "{'mailbox': 'N', 'rename': 'M/x'}, 'C: NOOP', 'S: OK']",
    /* in the written order */
    "'start': 'greeted', 'ordered': true, 'dialogue': ['C: NOOP', 'S: * 1 EXPUNGE', 'S: * ${_} "
    "EXPUNGE', 'S: * 3 EXISTS', 'S: OK']",
    /* variants */
    "'start': 'greeted', 'vary': {'n': '1..3', 'flag': ['\\\\Seen', 'x']}, 'dialogue': ["
    "'C: STORE ${n} +FLAGS (${flag})', 'S: * ${n} FETCH (FLAGS (${flag}))', 'S: OK', "
    "{'assert': '${n} < 4'}]",
    "'start': 'greeted', 'vary': {'box': ['${M}${sep}x', '${literal:`a b`}', '${literal+:`c`}'], "
    "'what': ['${literal:plain.eml}', '${literal8:`${box}`}']}, 'dialogue': ["
    "'C: APPEND ${box} ${what}', 'S: OK']",
};

static void play_agreeing(const struct iw_scenario *scenario, const struct iw_duet_options *options,
                          const char *members)
{
    struct iw_duet duet;
    char client[TEXT_SIZE], server[TEXT_SIZE];
    assert_true(iw_duet_begin(&duet, scenario, scenario, options));
    bool ended = iw_duet_run(&duet);
    const struct iw_finding *of_client = iw_play_finding(duet.plays[IW_SIDE_CLIENT]);
    const struct iw_finding *of_server = iw_play_finding(duet.plays[IW_SIDE_SERVER]);
    if (!ended || of_client->verdict != IW_PASS || of_server->verdict != IW_PASS)
        fail_msg("%s\nseed %u, variant %zu\nclient: %s\nserver: %s", members,
                 (unsigned)options->seed, options->variant, show(of_client, client),
                 show(of_server, server));
    iw_duet_release(&duet);
}

static void dialogues_agree_with_themselves_in_any_chunks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof agreeing / sizeof *agreeing; i++) {
        struct iw_scenario *scenario = load(agreeing[i]);
        struct iw_arena arena;
        iw_arena_init(&arena, NULL, 1 << 20);
        struct iw_duet_options options = {.setup = iw_duet_setup(scenario, &arena)};
        for (options.variant = 0; options.variant < iw_scenario_variants(scenario);
             options.variant++)
            for (options.seed = 0; options.seed < SEEDS; options.seed++)
                play_agreeing(scenario, &options, agreeing[i]);
        iw_arena_release(&arena);
        iw_scenario_free(scenario);
    }
}

/* ---- one side plays something else ---- */

/* clang-format off */
static const struct differing {
    const char *client, *server;
    const char *of_client; /* what is found, as `show` writes it; NULL: the server finds it */
    const char *of_server;
} differing[] = {
    /* completions */
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S: NO [ALERT] no'",
     "fail | S: OK | OK | iw1 NO [ALERT] no | expected OK, received NO (differs)"},
    {"'C: NOOP', 'S: NO|BAD'", "'C: NOOP', 'S: OK'",
     "fail | S: NO|BAD | NO|BAD | iw1 OK done | expected NO|BAD, received OK (differs)"},
    {"'C: SELECT x', 'S: OK [READ-ONLY]'", "'C: SELECT x', 'S: OK [READ-WRITE]'",
     "fail | S: OK [READ-ONLY] | OK [READ-ONLY] | iw1 OK [READ-WRITE] done | "
     "expected READ-ONLY, received READ-WRITE (differs)"},
    {"'C: SELECT x', 'S: OK [READ-ONLY]'", "'C: SELECT x', 'S: OK'",
     "fail | S: OK [READ-ONLY] | OK [READ-ONLY] | iw1 OK done | [READ-ONLY] is missing"},
    /* the nearest line is shown */
    {"'C: NOOP', 'S: * 2 EXISTS', 'S: OK'",
     "'C: NOOP', 'S: * 1 RECENT', 'S: * 3 EXISTS', 'S: * FLAGS ()', 'S: OK'",
     "fail | S: * 2 EXISTS | * 2 EXISTS | * 3 EXISTS | expected 2, received 3 (differs)"},
    {"'C: FETCH 1 FLAGS', 'S: * 1 FETCH (FLAGS (\\\\Seen \\\\Draft))', 'S: OK'",
     "'C: FETCH 1 FLAGS', 'S: * 1 FETCH (FLAGS (\\\\Draft))', 'S: OK'",
     "fail | S: * 1 FETCH (FLAGS (\\Seen \\Draft)) | * 1 FETCH (FLAGS (\\Seen \\Draft)) | "
     "* 1 FETCH (FLAGS (\\Draft)) | expected \\Seen, received \\Draft (is missing)"},
    {"'C: NOOP', 'S: * ${n:number>5} EXISTS', 'S: OK'", "'C: NOOP', 'S: * 5 EXISTS', 'S: OK'",
     "fail | S: * ${n:number>5} EXISTS | * ${n} EXISTS | * 5 EXISTS | "
     "expected 5, received 5 (is not greater)"},
    {"'C: NOOP', 'S: * 2 EXISTS', 'S: OK'", "'C: NOOP', 'S: OK'",
     "fail | S: * 2 EXISTS | * 2 EXISTS |  | did not come"},
    {"'C: NOOP', 'S: * 1 X y', 'S: OK'", "'C: NOOP', 'S=: * 1 X ${hex:02}', 'S: OK'",
     "fail | S: * 1 X y | * 1 X y | * 1 X \x02 | expected y, received \\x02 (differs)"},
    /* each reply is claimed once, and a name means one thing in a block */
    {"'C: NOOP', 'S: * ${_} EXPUNGE', 'S: * ${_} EXPUNGE', 'S: OK'",
     "'C: NOOP', 'S: * 1 EXPUNGE', 'S: OK'",
     "fail | S: * ${_} EXPUNGE | * ${_} EXPUNGE |  | did not come"},
    {"'C: NOOP', 'S: * ${n} EXPUNGE', 'S: * ${n} EXISTS', 'S: OK'",
     "'C: NOOP', 'S: * 1 EXPUNGE', 'S: * 2 EXISTS', 'S: OK'",
     "fail | S: * ${n} EXISTS | * ${n} EXISTS | * 2 EXISTS | expected 1, received 2 (differs)"},
    /* an untagged line behind the completion has come too late */
    {"'C: NOOP', 'S: * 2 EXISTS', 'S: OK'", "'C: NOOP', 'S: OK', 'S: * 2 EXISTS'",
     "fail | S: * 2 EXISTS | * 2 EXISTS |  | did not come"},
    {"'C a: NOOP', 'S a: OK', 'S: * 2 EXISTS'",
     "'C a: NOOP', 'S: * 2 EXISTS', 'S a: OK', {'S': {'delay_ms': 9000}}",
     "timeout | S: * 2 EXISTS | * 2 EXISTS |  | did not come within 5000 ms"},
    {"'C a: NOOP', 'S a: OK', 'S: * 2 EXISTS'", "'C a: NOOP', 'S a: OK', 'S: * 2 EXISTS'",
     "pass |  |  |  | "},
    /* completions that come early wait for their line */
    {"'C: NOOP', 'C: CHECK', 'S: OK', 'S: OK'", "'C: NOOP', 'C: CHECK', 'S=: iw2 OK', 'S=: iw1 OK'",
     "pass |  |  |  | "},
    /* the last continuation never comes */
    {"'C: NOOP', 'S: OK', 'C: IDLE', 'S: +'", "'C: NOOP', 'S: OK', 'C: IDLE', 'S: BAD'",
     "fail | S: + | + | iw2 BAD not understood | + has been answered without it"},
    {"'C: IDLE', 'S: +'", "'C: IDLE', 'S: BAD'",
     "fail | S: + | + | iw1 BAD not understood | + has been answered without it"},
    /* "+" is a barrier: what comes before it is not for the lines behind it */
    {"'C: IDLE', 'S: +', 'S: * 2 EXISTS', 'C=: DONE', 'S: OK'",
     "'C: IDLE', 'S: * 2 EXISTS', 'S: +', {'S': {'delay_ms': 9000}}, 'C=: DONE', 'S: OK'",
     "fail | S: * 2 EXISTS | * 2 EXISTS | * 2 EXISTS | did not come within 5000 ms"},
    /* S!: */
    {"'C: EXPUNGE', 'S: * 2 EXPUNGE', 'S!: * ${_} EXPUNGE', 'S: OK'",
     "'C: EXPUNGE', 'S: * 2 EXPUNGE', 'S: * 3 EXPUNGE', 'S: OK'",
     "fail | S!: * ${_} EXPUNGE | * ${_} EXPUNGE | * 3 EXPUNGE | came although it must not"},
    {"'C: NOOP', 'S: OK', 'S!: * ${_} EXISTS', 'C: NOOP', 'S: OK'",
     "'C: NOOP', 'S: OK', 'C: NOOP', 'S: * 3 EXISTS', 'S: OK'",
     "fail | S!: * ${_} EXISTS | * ${_} EXISTS | * 3 EXISTS | came although it must not"},
    {"'C: IDLE', 'S!: * ${_} EXISTS', 'S: +', 'C=: DONE', 'S: OK'",
     "'C: IDLE', 'S: * 3 EXISTS', 'S: +', 'C=: DONE', 'S: OK'",
     "fail | S!: * ${_} EXISTS | * ${_} EXISTS | * 3 EXISTS | came although it must not"},
    {"'C: NOOP', 'S!: * ${_} EXISTS', 'S: OK', 'C: NOOP', 'S: OK'",
     "'C: NOOP', 'S: OK', 'C: NOOP', 'S: * 3 EXISTS', 'S: OK'", "pass |  |  |  | "},
    {"'C: APPEND x ${literal+:`y`}', 'S!: +', 'S: OK'",
     "'C: APPEND x ${literal+:`y`}', 'S: + what', 'S: OK'",
     "fail | S!: + | + | + what | came although it must not"},
    {"'C b: NOOP', 'S! b: OK', 'C c: NOOP', 'S c: OK'",
     "'C b: NOOP', 'C c: NOOP', 'S b: OK', 'S c: OK'",
     "fail | S! b: OK | OK | iw1 OK done | came although it must not"},
    {"'C b: NOOP', 'S! b: OK', 'C c: NOOP', 'S c: OK'", "'C b: NOOP', 'C c: NOOP', 'S c: OK'",
     "pass |  |  |  | "},
    {"'C a: NOOP', 'C b: NOOP', 'S!: NO', 'S b: OK'",
     "'C a: NOOP', 'C b: NOOP', 'S a: NO', 'S b: OK'",
     "fail | S!: NO | NO | iw1 NO not done | came although it must not"},
    {"'C: NOOP', 'S: OK', 'C: NOOP', 'S!: * ${_} EXISTS', 'S: OK'",
     "'C: NOOP', 'S: * 3 EXISTS', 'S: OK', 'C: NOOP', 'S: OK'", "pass |  |  |  | "},
    {"'C b: NOOP', 'C c: NOOP', 'S! b: OK', 'C d: NOOP', 'S d: OK'",
     "'C b: NOOP', 'C c: NOOP', 'S c: OK', 'C d: NOOP', 'S d: OK'", "pass |  |  |  | "},
    /* order */
    {"'C: NOOP', 'S?: * 1 EXISTS', 'S: * 2 EXISTS', 'S: OK'], 'ordered': true, 'needs': ['X'",
     "'C: NOOP', 'S: * 1 EXISTS', 'S: OK'",
     "fail | S: * 2 EXISTS | * 2 EXISTS |  | did not come"},
    {"'C: NOOP', 'S: * 1 EXISTS', 'S: * 2 EXISTS', 'S: OK'",
     "'C: NOOP', 'S: * 2 EXISTS', 'S: * 1 EXISTS', 'S: OK'", "pass |  |  |  | "},
    {"'C: NOOP', 'S: * 1 EXISTS', 'S: * 2 EXISTS', 'S: OK'], 'ordered': true, 'needs': ['X'",
     "'C: NOOP', 'S: * 2 EXISTS', 'S: * 1 EXISTS', 'S: OK'",
     "fail | S: * 2 EXISTS | * 2 EXISTS | * 2 EXISTS | * 2 EXISTS came out of order"},
    /* lines with fewer holes choose first, and choices are taken back */
    {"'C: NOOP', 'S: * ${_} EXISTS', 'S: * 1 EXISTS', 'S: OK'",
     "'C: NOOP', 'S: * 1 EXISTS', 'S: * 2 EXISTS', 'S: OK'", "pass |  |  |  | "},
    {"'C: NOOP', 'S: * ${a} X ${b}', 'S: * ${a} Y ${c}', 'S: OK'",
     "'C: NOOP', 'S: * 1 X 1', 'S: * 2 X 1', 'S: * 2 Y 1', 'S: OK'", "pass |  |  |  | "},
    {"'C: NOOP', 'S: * ${_} EXISTS', 'S?: * 1 EXISTS', 'S!: * ${_} EXISTS', 'S: OK'",
     "'C: NOOP', 'S: * 1 EXISTS', 'S: * 2 EXISTS', 'S: OK'",
     "fail | S!: * ${_} EXISTS | * ${_} EXISTS | * 2 EXISTS | came although it must not"},
    {"'C: NOOP', 'S?: * 1 EXISTS', 'S?: * 2 EXISTS', 'S: OK'", "'C: NOOP', 'S: OK'",
     "pass |  |  |  | "},
    {"'C: NOOP', 'S?: * 1 EXISTS', 'S: * 2 EXISTS', 'S: OK'], 'ordered': true, 'needs': ['X'",
     "'C: NOOP', 'S: * 2 EXISTS', 'S: OK'", "pass |  |  |  | "},
    {"'C a: NOOP', 'C b: NOOP', 'S: * 1 EXISTS', 'S a: OK', 'S: * 2 EXISTS', 'S b: OK'], "
     "'ordered': true, 'needs': ['X'",
     "'C a: NOOP', 'C b: NOOP', 'S a: OK', 'S: * 1 EXISTS', 'S: * 2 EXISTS', 'S b: OK'",
     "fail | S: * 1 EXISTS | * 1 EXISTS | * 1 EXISTS | * 1 EXISTS came out of order"},
    {"'C a: NOOP', 'C b: NOOP', 'S: * 1 EXISTS', 'S a: OK', 'S: * 2 EXISTS', 'S b: OK'",
     "'C a: NOOP', 'C b: NOOP', 'S b: OK', 'S: * 2 EXISTS', 'S: * 1 EXISTS', 'S a: OK'",
     "pass |  |  |  | "},
    /* exact lines in any order; one that has been cut while a literal waited */
    {"'C: NOOP', 'S=: abc', 'S=: * x', 'S: OK'", "'C: NOOP', 'S=: * x', 'S=: abc', 'S: OK'",
     "pass |  |  |  | "},
    {"'C: NOOP', 'S=: abc', 'S=: * x', 'S: OK'], 'ordered': true, 'needs': ['X'",
     "'C: NOOP', 'S=: * x', 'S=: abc', 'S: OK'",
     "fail | S=: * x | * x |  | * x came out of order"},
    {"'C: NOOP', 'S=: abc', 'S: * 1 X', 'S: OK'], 'ordered': true, 'needs': ['X'",
     "'C: NOOP', 'S: * 1 X', 'S=: abc', 'S: OK'",
     "fail | S: * 1 X | * 1 X | * 1 X | * 1 X came out of order"},
    {"'C: NOOP', 'S=: abc', 'S: * 1 X', 'S=: def', 'S: OK'], 'ordered': true, 'needs': ['X'",
     "'C: NOOP', 'S=: abc', 'S: * 1 X', 'S=: def', 'S: OK'", "pass |  |  |  | "},
    {"'C: APPEND x ${literal:`y`}', 'S=: * x', 'S: OK'",
     "'C: APPEND x {1}', 'S: * x', 'S: +', 'C=: y', 'S: OK'", "pass |  |  |  | "},
    {"'C: APPEND x ${literal:`y`}', 'S=: * X', 'S: OK'",
     "'C: APPEND x {1}', 'S: * x', 'S: +', 'C=: y', 'S: OK'",
     "fail | S=: * X | * X |  | did not come"},
    /* items spread over several responses */
    {"'C: NOOP', 'S: * 1 FETCH (UID 5 FLAGS ())', 'S: OK'",
     "'C: NOOP', 'S: * 1 FETCH (FLAGS ())', 'S: * 2 FETCH (UID 5)', 'S: * 1 FETCH (UID 5)', "
     "'S: OK'",
     "pass |  |  |  | "},
    {"'C: NOOP', 'S: * 1 FETCH (UID 5 FLAGS ())', 'S: * 1 FETCH (FLAGS ())', 'S: OK'",
     "'C: NOOP', 'S: * 1 FETCH (FLAGS ())', 'S: * 1 FETCH (UID 5)', 'S: OK'",
     "fail | S: * 1 FETCH (FLAGS ()) | * 1 FETCH (FLAGS ()) |  | did not come"},
    {"'C: NOOP', 'S: * 1 FETCH (UID 5 FLAGS ())', 'S!: * 1 FETCH (FLAGS ${_})', 'S: OK'",
     "'C: NOOP', 'S: * 1 FETCH (FLAGS ())', 'S: * 1 FETCH (UID 5)', 'S: OK'",
     "pass |  |  |  | "},
    /* what is no answer at all */
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S=: zzz OK surprise'",
     "fail | S: OK |  | zzz OK surprise | a tagged reply to a command that was never sent"},
    {"'C: NOOP', 'S: OK', 'C: NOOP', 'S: OK'", "'C: NOOP', 'S: OK', 'S=: iw1 OK again', 'C: NOOP'",
     "fail | S: OK |  | iw1 OK again | a second tagged reply to one command"},
    /* a word alone, which may be echoed */
    {"'C: AUTHENTICATE X', 'C=: YWJj', 'S: NO', 'C: NOOP', 'S: OK'",
     "'C: AUTHENTICATE X', 'S: NO', 'C=: YWJj', 'S=: YWJj BAD what', 'C: NOOP', 'S: OK'",
     "pass |  |  |  | "},
    {"'C: AUTHENTICATE X', 'C=: YWJj', 'S: NO', 'C: NOOP', 'S: OK'",
     "'C: AUTHENTICATE X', 'S: NO', 'C=: YWJj', 'S=: YWJk BAD what', 'C: NOOP', 'S: OK'",
     "fail | S: OK |  | YWJk BAD what | a tagged reply to a command that was never sent"},
    /* what has come before silence, and may */
    {"'C: NOOP', {'C': {'silent_ms': 50}}, 'S?: + ${a=x}', 'C=: ${a=y}', 'S: OK'",
     "'C: NOOP', 'S: + z', 'C=: z', 'S: OK'", "pass |  |  |  | "},
    {"'C: NOOP', {'C': {'silent_ms': 50}}, 'S?: + ${a=x}', 'C=: ${a=y}', 'S: OK'",
     "'C: NOOP', 'C=: y', 'S: OK'", "pass |  |  |  | "},
    /* a tag may come again when its command is done */
    {"'C=: t NOOP', 'S: OK', 'C=: t NOOP', 'S: OK'",
     "'C=: t NOOP', 'S=: t OK', 'C=: t NOOP', 'S=: t OK'", "pass |  |  |  | "},
    {"'C=: t NOOP', 'S: OK', 'C=: t NOOP', 'S: OK', 'C: NOOP', 'S: OK'",
     "'C=: t NOOP', 'S=: t OK', 'C=: t NOOP', 'S=: t OK', 'S=: t OK', 'C: NOOP', 'S: OK'",
     "fail | S: OK |  | t OK | a second tagged reply to one command"},
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S=: * 1 FETCH (UID', 'S: OK'",
     "fail | S: OK |  | * 1 FETCH (UID | this is no IMAP: ) is expected at octet 14"},
    /* base64 with holes in it */
    {"'C: NOOP', 'S: + ${base64:<${a}@${b}>}', 'S: OK', {'assert': '${a} = ${b}'}",
     "'C: NOOP', 'S: + ${base64:<1@1>}', 'S: OK'", "pass |  |  |  | "},
    {"'C: NOOP', 'S: + ${base64:<${a}@${b:number>1}>}', 'S: OK'",
     "'C: NOOP', 'S: + ${base64:<1@1>}', 'S: OK'",
     "fail | S: + ${base64:<${a}@${b:number>1}>} | + ${base64:<${a}@${b}>} | + PDFAMT4= | "
     "expected other octets, received PDFAMT4= (differs)"},
    {"'C: NOOP', 'S: + ${base64:<${a}@${b}>}', 'S: OK'",
     "'C: NOOP', 'S: + ${base64:1@1}', 'S: OK'",
     "fail | S: + ${base64:<${a}@${b}>} | + ${base64:<${a}@${b}>} | + MUAx | "
     "expected other octets, received MUAx (differs)"},
    {"'C: NOOP', 'S: + ${base64:<${a}@${b}>}', 'S: OK'", "'C: NOOP', 'S: + <1@1>', 'S: OK'",
     "fail | S: + ${base64:<${a}@${b}>} | + ${base64:<${a}@${b}>} | + <1@1> | "
     "expected base64, received <1@1> (differs)"},
    /* lines that no S: names, and that are not legal */
#define STRICT  "'C: NOOP', 'S: OK'], 'strict': true, 'needs': ['X'"
#define STRICT1 "'C: NOOP', 'S: OK'], 'strict': true, 'profile': 'rev1', 'needs': ['X'"
    {STRICT, "'C: NOOP', 'S=: * SEARCH ', 'S: OK'",
     "fail | S: OK |  | * SEARCH  | this is not legal: CRLF is expected at octet 8"},
    {STRICT, "'C: NOOP', 'S=: * 1 FETCH (FLAGS () RFC822.SIZE x)', 'S: OK'",
     "fail | S: OK |  | * 1 FETCH (FLAGS () RFC822.SIZE x) | "
     "this is not legal: a number is expected at octet 32"},
    {STRICT, "'C: NOOP', 'S: * 1 FETCH (FLAGS () RFC822.SIZE 1)', 'S: OK'", "pass |  |  |  | "},
    {STRICT, "'C: NOOP', 'S=: * FLAGS (\\\\Seen \\\\Recent)', 'S: OK'",
     "pass |  |  |  | "},
    {STRICT, "'C: NOOP', 'S=: * FLAGS (\\\\Seen \\\\*)', 'S: OK'",
     "fail | S: OK |  | * FLAGS (\\Seen \\*) | this is not legal: a flag is expected at octet 16"},
    {STRICT, "'C: NOOP', 'S=: * OK caf${hex:c3a9}', 'S: OK'", "pass |  |  |  | "},
    {STRICT1, "'C: NOOP', 'S=: * OK caf${hex:c3a9}', 'S: OK'",
     "fail | S: OK |  | * OK caf\xc3\xa9 | "
     "this is not legal: an octet below 0x80 is expected at octet 8"},
    {STRICT1, "'C: NOOP', 'S: * 1 FETCH (BODY[] ${literal:`caf${hex:c3a9}`} UID 1)', 'S: OK'",
     "pass |  |  |  | "},
#undef STRICT
#undef STRICT1
    /* time */
    {"'C: NOOP', 'S: OK'", "'C: NOOP', {'S': {'delay_ms': 9000}}, 'S: OK'",
     "timeout | S: OK | OK |  | did not come within 5000 ms"},
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S: * 3 EXISTS', {'S': {'delay_ms': 9000}}, 'S: OK'",
     "fail | S: OK | OK | * 3 EXISTS | did not come within 5000 ms"},
    {"'C: IDLE', 'S: +', 'S: * 2 EXISTS', 'C=: DONE', 'S: OK'",
     "'C: IDLE', 'S: +', 'S: * 3 EXISTS', {'S': {'delay_ms': 9000}}, 'C=: DONE', 'S: OK'",
     "fail | S: * 2 EXISTS | * 2 EXISTS | * 3 EXISTS | "
     "did not come within 5000 ms; nearest: expected 2, received 3 (differs)"},
    {"'C: NOOP', {'S': {'delay_ms': 9000}}, 'S: OK'",
     "'C: NOOP', {'S': {'delay_ms': 9000}}, 'S: OK'",
     "pass |  |  |  | "},
    {"'C: APPEND x ${literal:`y`}', 'S: OK'", "{'S': {'delay_ms': 9000}}, 'C: NOOP'",
     "timeout | C: APPEND x ${literal:'y'} | + |  | did not come within 5000 ms"},
    {"'C: NOOP', {'S': {'silent_ms': 100}}, 'S: OK'", "'C: NOOP', {'S': {'delay_ms': 50}}, 'S: OK'",
     "fail | S: silent_ms |  | iw1 OK done | something came where silence was expected"},
    /* the end of a connection */
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S: * BYE gone', {'S': 'close'}",
     "fail | S: OK | OK | * BYE gone | the connection ended"},
    {"'C: NOOP', 'S: * 2 EXISTS', 'C: NOOP', 'S: OK'", "'C: NOOP', {'S': 'close'}",
     "fail | S: * 2 EXISTS | * 2 EXISTS |  | the connection ended"},
    {"'C: NOOP', {'S?': 'close'}, 'S: OK', 'C: NOOP', 'S: OK'", "'C: NOOP', {'S': 'close'}",
     "pass |  |  |  | "},
    {"{'S?': 'bye'}, 'C: NOOP', 'S: OK', 'C: NOOP', 'S: OK'",
     "'C: NOOP', 'S: * BYE enough', {'S': 'close'}", "pass |  |  |  | "},
    {"{'S?': 'bye'}, 'C: NOOP', {'C': {'silent_ms': 50}}, 'C: NOOP', 'S: OK'",
     "'C: NOOP', 'S: * BYE enough', {'S': 'close'}", "pass |  |  |  | "},
    {"{'S?': 'bye'}, 'C: NOOP', 'S: OK', 'C: NOOP', 'S: OK'", "'C: NOOP', {'S': 'close'}",
     "fail | S: OK | OK |  | the connection ended"},
    {"{'S?': 'bye'}, 'C: NOOP', {'C': {'silent_ms': 50}}, 'C: NOOP', 'S: OK'",
     "'C: NOOP', 'S: * OK BYE', {'S': 'close'}", "fail | C: NOOP |  |  | the connection ended"},
    {"'C: LOGOUT', 'S: OK', {'S': 'close'}", "'C: LOGOUT', 'S: OK', {'S': {'delay_ms': 9000}}",
     "timeout | S: close |  |  | did not come within 5000 ms"},
    {"'C a: NOOP', 'C b: LOGOUT', 'S b: OK', {'S': 'close'}",
     "'C a: NOOP', 'C b: LOGOUT', 'S b: OK', 'S a: OK', {'S': 'close'}",
     "fail | S: close |  | iw1 OK done | came where the connection was to end"},
    {"'C: LOGOUT', 'S: OK', {'S': 'close'}", "'C: LOGOUT', 'S: OK', 'S: * BYE', {'S': 'close'}",
     "pass |  |  |  | "},
    {"'C: STARTTLS', 'S: OK', {'S': 'tls'}", "'C: STARTTLS', 'S: OK', {'S': 'close'}",
     "fail | S: tls |  |  | the connection ended"},
    {"'C: STARTTLS', 'S: OK', {'S': 'tls'}", "'C: STARTTLS', 'S: OK', {'S': {'delay_ms': 9000}}",
     "timeout | S: tls |  |  | did not come within 5000 ms"},
    /* assertions */
    {"'C: NOOP', 'S: * ${n} EXISTS', 'S: OK', {'assert': '${n} = \\'x\\''}",
     "'C: NOOP', 'S: * 2 EXISTS', 'S: OK'",
     "deviation | assert ${n} = \"x\" | 2 = \"x\" |  | does not hold"},
    {"'C: NOOP', 'S: NO ${said}', {'assert': '[A] not-in (${said})'}",
     "'C: NOOP', 'S: NO [B] A [C]'", "pass |  |  |  | "},
    {"'C: NOOP', 'S: NO ${said}', {'assert': '[B] not-in (${said})'}",
     "'C: NOOP', 'S: NO [B] A [C]'",
     "deviation | assert [B] not-in (${said}) | [B] not-in ([B] A [C]) |  | does not hold"},
    /* what the scenario cannot mean */
    {"'C: NOOP', 'S x: OK'", "'C: NOOP', 'S: OK'",
     "blocked | S x: OK |  |  | no command is open that this line could answer"},
    {"'C: NOOP ${who}', 'S: OK'", "'C: NOOP'",
     "blocked | C: NOOP ${who} |  |  | ${who} is not bound"},
    {"'C: NOOP', 'S: * X (', 'S: OK'", "'C: NOOP'",
     "blocked | S: * X ( |  |  | expected ) at octet 5"},
    {"'C: NOOP', {'mailbox': 'M', 'uidnext': 5}, 'S: OK'", "'C: NOOP'",
     "skip | mailbox |  |  | a client cannot set a live mailbox's UIDNEXT"},
    {"'C: COMPRESS DEFLATE', 'S: OK', {'S': 'compress'}, 'C: NOOP', 'S: OK'",
     "'C: COMPRESS DEFLATE', 'S: OK', 'C: NOOP', 'S: NO'",
     "fail | S: OK | OK | iw2 NO not done | expected OK, received NO (differs)"},
    /* a premise that does not hold; what is no answer at all fails there too */
    {"'C: NOOP', 'S~: OK', 'C: CHECK', 'S: OK'", "'C: NOOP', 'S: NO', 'C: CHECK', 'S: OK'",
     "skip | S~: OK | OK | iw1 NO not done | "
     "the scenario does not apply; nearest: expected OK, received NO (differs)"},
    {"'C: NOOP', 'S~: * 2 EXISTS', 'S: OK'", "'C: NOOP', 'S: OK'",
     "skip | S~: * 2 EXISTS | * 2 EXISTS |  | the scenario does not apply"},
    {"'C: IDLE', 'S: +', 'S~: * 2 EXISTS', 'C=: DONE', 'S: OK'",
     "'C: IDLE', 'S: +', {'C': {'silent_ms': 9000}}, 'C=: DONE', 'S: OK'",
     "skip | S~: * 2 EXISTS | * 2 EXISTS |  | the scenario does not apply"},
    {"'C: NOOP', 'S~: * 2 EXISTS', 'S: OK'", "'C: NOOP', {'C': {'silent_ms': 9000}}, 'S: OK'",
     "timeout | S: OK | OK |  | did not come within 5000 ms"},
    {"'C: NOOP', 'S~: OK'", "'C: NOOP', {'C': {'silent_ms': 9000}}, 'S: OK'",
     "timeout | S~: OK | OK |  | did not come within 5000 ms"},
    {"'C: NOOP', 'S~: * 2 EXISTS', 'S: OK'", "'C: NOOP', 'S: * 2 EXISTS', 'S: NO'",
     "fail | S: OK | OK | iw1 NO not done | expected OK, received NO (differs)"},
    {"'C: NOOP', 'S~: OK', 'C: CHECK', 'S: OK'", "'C: NOOP', 'S: OK', 'C: CHECK', 'S: NO'",
     "fail | S: OK | OK | iw2 NO not done | expected OK, received NO (differs)"},
    {"'C: NOOP', 'S~: OK'", "'C: NOOP', 'S=: zzz OK surprise'",
     "fail | S~: OK |  | zzz OK surprise | a tagged reply to a command that was never sent"},
    /* a password is never shown */
    {"'C: NOOP', 'S: * ${_} ${password}', 'S: OK'", "'C: NOOP', 'S: * X secrets', 'S: OK'",
     "fail | S: * ${_} ${password} | * ${_} *** | * X ***s | "
     "expected ***, received ***s (differs)"},
    /* the server's view */
    {"'C: LOGIN a b', 'S: OK'", "'C: LOGIN a c', 'S: OK'", NULL,
     "fail | C: LOGIN a c | LOGIN a c | iw1 LOGIN a b | expected c, received b (differs)"},
    {"'C: NOOP', 'S: OK'", "'C: CHECK', 'S: OK'", NULL,
     "fail | C: CHECK | CHECK | iw1 NOOP | expected CHECK, received NOOP (differs)"},
    {"'C: LOGIN fred x', 'S: OK', 'C: ID other', 'S: OK'",
     "'C: LOGIN ${who} ${_}', 'S: OK', 'C: ID ${who}', 'S: OK'", NULL,
     "fail | C: ID ${who} | ID fred | iw2 ID other | expected fred, received other (differs)"},
    {"'C: IDLE', 'S: +', 'C=: x 1', 'S: OK', 'C: ID 2', 'S: OK'",
     "'C: IDLE', 'S: +', 'C=: x ${n}', 'S: OK', 'C: ID ${n}', 'S: OK'", NULL,
     "fail | C: ID ${n} | ID 1 | iw2 ID 2 | expected 1, received 2 (differs)"},
    {"{'C': {'delay_ms': 9000}}, 'C: NOOP'",
     "{'C': {'send': ['C: NOOP'], 'cut': 3}}, {'C': 'close'}", NULL,
     "timeout | C: send |  |  | did not come within 5000 ms"},
    {"'C: IDLE', 'S: +', 'C=: done', 'S: OK'", "'C: IDLE', 'S: +', 'C=: DONE', 'S: OK'", NULL,
     "fail | C=: DONE | DONE | done | DONE differs"},
    {"{'C': 'close'}", "'C: NOOP', 'S: OK'", NULL,
     "fail | C: NOOP | NOOP |  | the connection ended"},
    {"{'C': {'delay_ms': 9000}}, 'C: NOOP', 'S: OK'", "'C: NOOP', 'S: OK'", NULL,
     "timeout | C: NOOP | NOOP |  | did not come within 5000 ms"},
    {"'C: NOOP', 'S: OK', 'C: NOOP'", "'C: NOOP', 'S: OK', {'C': 'close'}", NULL,
     "fail | C: close |  | iw2 NOOP | came where the connection was to end"},
    {"'C: NOOP', 'S: OK', 'C: NOOP', 'S: OK'",
     "'C: NOOP', 'S: OK', {'C': {'silent_ms': 100}}, 'C: NOOP', 'S: OK'", NULL,
     "fail | C: silent_ms |  | iw2 NOOP | something came where silence was expected"},
    {"'C: NOOP', 'S: OK'", "'C?: CAPABILITY', 'S: * CAPABILITY X', 'S: OK', 'C: NOOP', 'S: OK'",
     "pass |  |  |  | ", "pass |  |  |  | "},
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S: OK', 'C?: LOGOUT', 'S: OK'", "pass |  |  |  | ",
     "pass |  |  |  | "},
    {"'C: CHECK', 'S: OK'", "'C?: CAPABILITY', 'S: OK', 'C: NOOP', 'S: OK'", NULL,
     "fail | C: NOOP | NOOP | iw1 CHECK | expected NOOP, received CHECK (differs)"},
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S: * ${x} EXISTS', 'S: OK'", NULL,
     "blocked | S: * ${x} EXISTS |  |  | ${x} is not bound"},
    {"'C: NOOP', 'S: OK'", "'C: NOOP', 'S x: OK'", NULL,
     "blocked | S x: OK |  |  | no command is open that this line could answer"},
};
/* clang-format on */

static struct iw_scenario *load_greeted(const char *dialogue)
{
    char members[TEXT_SIZE];
    snprintf(members, sizeof members, "%s'start': 'greeted', 'dialogue': [%s]",
             strstr(dialogue, "'assert'") != NULL ? "'level': 'DEF', " : "", dialogue);
    return load(members);
}

static void compare(const struct iw_duet *duet, enum iw_side side, const char *wanted, size_t row,
                    uint64_t seed)
{
    char text[TEXT_SIZE];
    const char *found = show(iw_play_finding(duet->plays[side]), text);
    if (wanted != NULL && strcmp(found, wanted) != 0)
        fail_msg("row %zu (%s), seed %u, the %s says\n%s\nand not\n%s", row, differing[row].client,
                 (unsigned)seed, side == IW_SIDE_CLIENT ? "client" : "server", found, wanted);
}

static void what_differs_is_found_and_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof differing / sizeof *differing; i++) {
        struct iw_scenario *client = load_greeted(differing[i].client);
        struct iw_scenario *server = load_greeted(differing[i].server);
        struct iw_arena arena;
        iw_arena_init(&arena, NULL, 1 << 20);
        struct iw_duet_options options = {.setup = iw_duet_setup(client, &arena), .step_ms = 5000};
        options.judge = true;
        for (options.seed = 0; options.seed < SEEDS; options.seed++) {
            struct iw_duet duet;
            assert_true(iw_duet_begin(&duet, client, server, &options));
            iw_duet_run(&duet);
            compare(&duet, IW_SIDE_CLIENT, differing[i].of_client, i, options.seed);
            compare(&duet, IW_SIDE_SERVER, differing[i].of_server, i, options.seed);
            iw_duet_release(&duet);
        }
        iw_arena_release(&arena);
        iw_scenario_free(client);
        iw_scenario_free(server);
    }
}

/* ---- act by act ---- */

/* One play without another: its actions as a text, "connect 1, write 1 a1 NOOP\r\n, …". */
struct alone {
    struct iw_scenario *scenario;
    struct iw_arena arena;
    struct iw_play *play;
    struct iw_buf actions;
    uint64_t now;
};

static void begin_alone(struct alone *alone, enum iw_side side, const char *members,
                        const char *const *setup, size_t setup_count)
{
    *alone = (struct alone){.scenario = load(members), .now = 50};
    iw_arena_init(&alone->arena, NULL, 1 << 20);
    iw_buf_init(&alone->actions, NULL, 1 << 20);
    static const char *const cleanup[] = {"C: DELETE x", "S: OK", "C: LOGOUT", "S: OK"};
    struct iw_play_options options = {
        .side = side,
        .tag = "a",
        .setup = iw_steps_from_lines(setup, setup_count, &alone->arena),
        .cleanup = iw_steps_from_lines(cleanup, setup_count == 0 ? 0 : 4, &alone->arena),
    };
    for (size_t i = 0; i < options.cleanup.count; i++)
        options.cleanup.items[i].conn = options.cleanup.items[i].line.conn = 0;
    if (setup_count > 0) /* the helper's greeting comes first */
        options.setup.items[0].conn = options.setup.items[0].line.conn = 0;
    alone->play = iw_play_new(alone->scenario, &options);
    assert_non_null(alone->play);
    assert_true(iw_play_bind(alone->play, "M", IW_SPAN("box")));
    assert_true(iw_play_bind(alone->play, "N", IW_SPAN("other")));
    assert_true(iw_play_bind(alone->play, "sep", IW_SPAN(".")));
}

static void end_alone(struct alone *alone)
{
    iw_play_free(alone->play);
    iw_buf_release(&alone->actions);
    iw_arena_release(&alone->arena);
    iw_scenario_free(alone->scenario);
}

static void write_action(struct iw_buf *out, const struct iw_action *action)
{
    static const char *const names[] = {"none",     "connect", "write", "tls",
                                        "compress", "tcp",     "close", "done"};
    iw_buf_addf(out, "%s%s", out->length == 0 ? "" : ", ", names[action->kind]);
    if (action->kind != IW_ACTION_DONE)
        iw_buf_addf(out, " %u", action->conn);
    if (action->kind == IW_ACTION_WRITE) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, action->octets);
    }
    if (action->kind == IW_ACTION_CLOSE && action->how != IW_CLOSE_FIN)
        iw_buf_add_string(out, action->how == IW_CLOSE_RST ? " rst" : " half");
}

static void acts_are(struct alone *alone, const char *wanted)
{
    iw_buf_clear(&alone->actions);
    for (;;) {
        struct iw_action action = iw_play_next(alone->play, alone->now);
        if (action.kind == IW_ACTION_NONE)
            break;
        write_action(&alone->actions, &action);
        if (action.kind == IW_ACTION_DONE)
            break;
    }
    if (strcmp(iw_buf_string(&alone->actions), wanted) != 0)
        fail_msg("acts: \"%s\", and not \"%s\"", iw_buf_string(&alone->actions), wanted);
}

static void opened(struct alone *alone, unsigned conn)
{
    iw_play_opened(alone->play, conn, alone->now);
}

static void comes(struct alone *alone, unsigned conn, const char *octets)
{
    iw_play_received(alone->play, conn, iw_span_of(octets), alone->now);
}

static void all_connections_open_before_the_first_step(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_CLIENT,
                DIALOGUE("'C3: NOOP', 'C: NOOP', 'S: OK', {'mailbox': 'M', 'expunge': 1}"), NULL,
                0);
    acts_are(&alone, "connect 0, connect 1, connect 3");
    opened(&alone, 3);
    opened(&alone, 0);
    acts_are(&alone, "");
    opened(&alone, 1);
    acts_are(&alone, "write 3 a1 NOOP\r\n, write 1 a2 NOOP\r\n");
    assert_int_equal(iw_play_deadline(alone.play), 50 + 5000);
    end_alone(&alone);
}

static void consecutive_lines_are_one_write(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_CLIENT,
                DIALOGUE("'C a: NOOP', 'C b: APPEND ${M} ${literal:`xyz`} ${literal:``}', "
                         "'C c: CHECK', 'S a: OK', 'S b: OK', 'S c: OK'"),
                NULL, 0);
    acts_are(&alone, "connect 1");
    opened(&alone, 1);
    acts_are(&alone, "write 1 a1 NOOP\r\na2 APPEND box {3}\r\n");
    comes(&alone, 1, "a1 OK\r\n* 1 EXISTS\r\n+ ");
    acts_are(&alone, "");
    comes(&alone, 1, "go\r\n");
    acts_are(&alone, "write 1 xyz {0}\r\n");
    comes(&alone, 1, "+ go\r\n");
    acts_are(&alone, "write 1 \r\na3 CHECK\r\n");
    comes(&alone, 1, "a3 OK\r\na2 OK\r\n");
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
    end_alone(&alone);
}

static void a_refused_literal_ends_its_command(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_CLIENT,
                DIALOGUE("'C a: APPEND ${M} ${literal:`xyz`} ${literal:`x`}', "
                         "'C b: NOOP', 'S a: NO [TRYCREATE]', 'S b: OK'"),
                NULL, 0);
    acts_are(&alone, "connect 1");
    opened(&alone, 1);
    acts_are(&alone, "write 1 a1 APPEND box {3}\r\n");
    comes(&alone, 1, "a1 NO [TRYCREATE] no\r\n");
    acts_are(&alone, "write 1 a2 NOOP\r\n");
    comes(&alone, 1, "a2 OK\r\n");
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
    end_alone(&alone);
}

static void a_server_answers_in_one_write(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_SERVER,
                DIALOGUE("'S: * OK ready', 'C a: LOGIN ${_} ${_}', 'C b: LIST \\'\\' *', "
                         "'S b: BAD|OK', 'S: * LIST () NIL x', 'S a: OK|NO [X]'"),
                NULL, 0);
    acts_are(&alone, "");
    opened(&alone, 1);
    acts_are(&alone, "write 1 * OK ready\r\n");
    comes(&alone, 1, "t7 login {1}\r\n");
    acts_are(&alone, "write 1 + go ahead\r\n");
    comes(&alone, 1, "x y\r\nt8 LIST \"\" \"*\"\r\n");
    acts_are(&alone, "write 1 t8 BAD not understood\r\n* LIST () NIL x\r\nt7 OK done\r\n, done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
    end_alone(&alone);
}

static void a_dialogues_own_plus_lets_the_literal_go(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_SERVER,
                DIALOGUE("'C: LOGIN ${literal:`a`} ${literal:`b`} ${literal:`c`}', "
                         "'S: + ${x=one}', 'S: +', 'S: OK', 'C: LOGIN ${literal:`a`} x', 'C: "
                         "NOOP', 'S: + for NOOP', 'S: OK'"),
                NULL, 0);
    opened(&alone, 1);
    comes(&alone, 1, "t1 LOGIN {1}\r\n");
    acts_are(&alone, "write 1 + one\r\n");
    comes(&alone, 1, "a {1}\r\n");
    acts_are(&alone, "write 1 + \r\n");
    comes(&alone, 1, "b {1}\r\n");
    acts_are(&alone, "write 1 + go ahead\r\n");
    comes(&alone, 1, "c\r\n");
    acts_are(&alone, "write 1 t1 OK done\r\n");
    comes(&alone, 1, "t2 LOGIN {1}\r\n");
    acts_are(&alone, "write 1 + go ahead\r\n");
    comes(&alone, 1, "a x\r\nt3 NOOP\r\n");
    acts_are(&alone, "write 1 + for NOOP\r\nt2 OK done\r\n, done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
    end_alone(&alone);
}

static void a_send_is_cut_into_segments_in_time(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_SERVER,
                DIALOGUE("{'S': {'send': ['S=: abcdefgh', 'S=: ijkl'], 'cut': -3, 'split': [1, 2], "
                         "'dribble': 4, 'every_ms': 10, 'close': 'rst'}}"),
                NULL, 0);
    opened(&alone, 1);
    acts_are(&alone, "write 1 a");
    assert_int_equal(iw_play_deadline(alone.play), 60);
    alone.now = 59;
    acts_are(&alone, "");
    alone.now = 60;
    acts_are(&alone, "write 1 bc");
    alone.now = 70;
    acts_are(&alone, "write 1 defg");
    alone.now = 80;
    acts_are(&alone, "write 1 h\r\ni");
    alone.now = 90;
    acts_are(&alone, "write 1 jk, close 1 rst, done");
    end_alone(&alone);
}

static const char *const helper_setup[] = {"S: * OK helper", "S: * OK ready", "C: LOGIN a b",
                                           "S: OK"};

static void begin_with_helper(struct alone *alone, const char *dialogue)
{
    char members[TEXT_SIZE];
    snprintf(members, sizeof members, "'dialogue': [%s]", dialogue);
    begin_alone(alone, IW_SIDE_CLIENT, members, helper_setup, 4);
    acts_are(alone, "connect 0, connect 1");
    opened(alone, 0);
    opened(alone, 1);
    comes(alone, 1, "* OK ready\r\n");
    comes(alone, 0, "* OK helper\r\n");
    acts_are(alone, "write 1 a1 LOGIN a b\r\n");
}

static void cleanup_runs_after_a_pass_and_after_a_failure(void **state)
{
    (void)state;
    struct alone alone;
    begin_with_helper(&alone, "'C: NOOP', 'S: OK'");
    comes(&alone, 1, "a1 OK\r\n");
    acts_are(&alone, "write 1 a2 NOOP\r\n");
    comes(&alone, 1, "a2 OK\r\n");
    acts_are(&alone, "write 0 a3 DELETE x\r\n");
    comes(&alone, 0, "a3 OK\r\n");
    acts_are(&alone, "write 0 a4 LOGOUT\r\n");
    comes(&alone, 0, "* BYE\r\na4 OK\r\n");
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
    end_alone(&alone);

    begin_with_helper(&alone, "'C: NOOP', 'S: OK'");
    comes(&alone, 1, "a1 OK\r\n");
    acts_are(&alone, "write 1 a2 NOOP\r\n");
    comes(&alone, 1, "a2 NO\r\n");
    acts_are(&alone, "write 0 a3 DELETE x\r\n");
    comes(&alone, 0, "a3 NO\r\n"); /* a failure here changes nothing, but ends the cleanup */
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_FAILED);
    assert_true(is(iw_play_finding(alone.play)->received, "a2 NO"));
    end_alone(&alone);
}

static void a_mismatch_in_setup_is_blocked(void **state)
{
    (void)state;
    struct alone alone;
    begin_with_helper(&alone, "'C: NOOP', 'S: OK'");
    comes(&alone, 1, "a1 NO\r\n");
    acts_are(&alone, "write 0 a2 DELETE x\r\n");
    iw_play_closed(alone.play, 0, IW_CLOSE_RST, alone.now);
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_BLOCKED);
    end_alone(&alone);
}

static void a_failure_of_the_helper_is_blocked(void **state)
{
    (void)state;
    struct alone alone;
    begin_with_helper(&alone, "{'mailbox': 'M', 'expunge': '2:3'}, 'C: NOOP', 'S: OK'");
    comes(&alone, 1, "a1 OK\r\n");
    acts_are(&alone, "write 0 a2 SELECT box\r\n");
    comes(&alone, 0, "* 3 EXISTS\r\na2 OK\r\n");
    acts_are(&alone, "write 0 a3 STORE 2:3 +FLAGS.SILENT (\\Deleted)\r\n");
    comes(&alone, 0, "a3 NO read-only\r\n");
    acts_are(&alone, "write 0 a4 DELETE x\r\n");
    alone.now += 5000;
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_BLOCKED);
    end_alone(&alone);
}

static void world_changes_are_commands_on_the_helper_connection(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        const char *commands[4];
    } rows[] = {
        {"'mailbox': 'M', 'expunge': '2:3'",
         {"SELECT box", "STORE 2:3 +FLAGS.SILENT (\\Deleted)", "EXPUNGE", "CLOSE"}},
        {"'mailbox': 'M/a/b', 'expunge': 1",
         {"SELECT box.a.b", "STORE 1 +FLAGS.SILENT (\\Deleted)", "EXPUNGE", "CLOSE"}},
        {"'mailbox': 'INBOX', 'flags': {'1:*': '-\\\\Seen x'}",
         {"SELECT INBOX", "STORE 1:* -FLAGS.SILENT (\\Seen x)", "EXAMINE INBOX", "CLOSE"}},
        {"'mailbox': 'Mail', 'flags': {'${n=5}': '(x)'}",
         {"SELECT Mail", "STORE 5 FLAGS.SILENT (x)", "EXAMINE Mail", "CLOSE"}},
        {"'mailbox': 'my box', 'rename': 'N/x'", {"RENAME \"my box\" other.x"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alone alone;
        char members[TEXT_SIZE], octets[TEXT_SIZE];
        snprintf(members, sizeof members, "{%s}", rows[i].change);
        begin_with_helper(&alone, members);
        comes(&alone, 1, "a1 OK\r\n");
        for (unsigned c = 0; c < 4 && rows[i].commands[c] != NULL; c++) {
            snprintf(octets, sizeof octets, "write 0 a%u %s\r\n", c + 2, rows[i].commands[c]);
            acts_are(&alone, octets);
            snprintf(octets, sizeof octets, "a%u OK\r\n", c + 2);
            comes(&alone, 0, octets);
        }
        assert_int_equal(iw_play_next(alone.play, alone.now).kind, IW_ACTION_WRITE); /* cleanup */
        assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
        end_alone(&alone);
    }
}

static void a_connection_that_does_not_open_is_blocked(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_CLIENT, DIALOGUE("'C: NOOP', 'C2: NOOP'"), NULL, 0);
    acts_are(&alone, "connect 1, connect 2");
    opened(&alone, 1);
    iw_play_closed(alone.play, 2, IW_CLOSE_RST, alone.now);
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_BLOCKED);
    end_alone(&alone);

    begin_alone(&alone, IW_SIDE_CLIENT, DIALOGUE("'C: NOOP', 'C2: NOOP'"), NULL, 0);
    acts_are(&alone, "connect 1, connect 2");
    opened(&alone, 1);
    alone.now += 4999;
    acts_are(&alone, "");
    assert_int_equal(iw_play_deadline(alone.play), alone.now + 1);
    alone.now++;
    acts_are(&alone, "done");
    assert_int_equal(iw_play_finding(alone.play)->verdict, IW_BLOCKED);
    end_alone(&alone);
}

static void what_must_not_come_is_looked_for_up_to_the_end(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        enum iw_verdict verdict;
    } rows[] = {
        {"a1 OK\r\n", IW_PASS},
        {"a1 OK\r\n* BYE\r\n", IW_FAILED},
        {"a1 OK\r\n* 1 EXISTS\r\n* BYE\r\n", IW_FAILED},
        {"a1 OK\r\n* 1 EXISTS\r\n", IW_PASS},
        {"* BYE\r\na1 OK\r\n", IW_PASS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alone alone;
        begin_alone(&alone, IW_SIDE_CLIENT, DIALOGUE("'C: NOOP', 'S: OK', 'S!: * BYE'"), NULL, 0);
        acts_are(&alone, "connect 1");
        opened(&alone, 1);
        acts_are(&alone, "write 1 a1 NOOP\r\n");
        comes(&alone, 1, rows[i].octets);
        acts_are(&alone, "done");
        assert_int_equal(iw_play_finding(alone.play)->verdict, rows[i].verdict);
        end_alone(&alone);
    }
}

static void a_servers_time_runs_from_the_first_connection_on(void **state)
{
    (void)state;
    static const char *const dialogues[] = {DIALOGUE("'S: * OK ready', 'C: NOOP', 'S: OK'"),
                                            DIALOGUE("'C: NOOP', 'S: OK'")};
    for (size_t i = 0; i < 2; i++) {
        struct alone alone;
        begin_alone(&alone, IW_SIDE_SERVER, dialogues[i], NULL, 0);
        acts_are(&alone, "");
        assert_true(iw_play_deadline(alone.play) == UINT64_MAX);
        alone.now += 100000;
        acts_are(&alone, "");
        opened(&alone, 1);
        acts_are(&alone, i == 0 ? "write 1 * OK ready\r\n" : "");
        assert_int_equal(iw_play_deadline(alone.play), alone.now + 5000);
        end_alone(&alone);
    }
}

static void what_is_unfinished_is_no_pass(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_SERVER, DIALOGUE("'S: * OK ready', 'C: NOOP', 'S: OK'"), NULL, 0);
    opened(&alone, 1);
    acts_are(&alone, "write 1 * OK ready\r\n");
    const struct iw_finding *finding = iw_play_finding(alone.play);
    assert_false(iw_play_done(alone.play));
    assert_int_equal(finding->verdict, IW_TIMED_OUT);
    assert_true(is(finding->step, "NOOP"));
    end_alone(&alone);
}

static void a_flood_is_bounded(void **state)
{
    (void)state;
    struct alone alone;
    begin_alone(&alone, IW_SIDE_CLIENT, DIALOGUE("'S: * OK ready'"), NULL, 0);
    acts_are(&alone, "connect 1");
    opened(&alone, 1);
    char junk[4096];
    memset(junk, 'x', sizeof junk);
    for (size_t i = 0; i < 20000; i++)
        iw_play_received(alone.play, 1, iw_span(junk, sizeof junk), alone.now);
    acts_are(&alone, "done");
    assert_int_not_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
    end_alone(&alone);
}

/* Work grows with what comes, not with its square. */
static void a_long_answer_takes_its_time_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *dialogue, *written, *end, *verdict;
    } rows[] = {
        {"'C: NOOP', 'S: * 7 X', 'S: OK'", "write 1 a1 NOOP\r\n", "a1 OK\r\n", "pass"},
        {"'C: NOOP', 'S: * 7 Y', 'S: OK'", "write 1 a1 NOOP\r\n", "a1 OK\r\n", "fail"},
        {"'C: NOOP', 'S: * 200000 X', 'S: * ${n} Y'", "write 1 a1 NOOP\r\n",
         "* 2 Y\r\n* 200000 X\r\n", "pass"},
        {"'C: NOOP', 'S: * ${n} X', 'S: * ${n} Y'", "write 1 a1 NOOP\r\n", "* 2 Z\r\n", "fail"},
        {"'C: A ${literal:`x`}', 'S: NO'", "write 1 a1 A {1}\r\n", "a1 NO\r\n", "pass"},
    };
    struct iw_buf flood;
    iw_buf_init(&flood, NULL, 1 << 24);
    for (size_t i = 0; i < 150000; i++)
        iw_buf_addf(&flood, "* %zu X\r\n", i);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alone alone;
        char members[TEXT_SIZE];
        clock_t began = clock();
        snprintf(members, sizeof members, "'start': 'dialogue', 'dialogue': [%s]",
                 rows[i].dialogue);
        begin_alone(&alone, IW_SIDE_CLIENT, members, NULL, 0);
        acts_are(&alone, "connect 1");
        opened(&alone, 1);
        acts_are(&alone, rows[i].written);
        struct iw_span octets = iw_buf_span(&flood);
        for (size_t at = 0; at < octets.length; at += 1000) {
            iw_play_received(alone.play, 1, iw_span_part(octets, at, at + 1000), alone.now);
            acts_are(&alone, "");
        }
        comes(&alone, 1, rows[i].end);
        alone.now += strstr(rows[i].end, "Z") != NULL ? 5000 : 0;
        acts_are(&alone, "done");
        assert_string_equal(iw_verdict_name(iw_play_finding(alone.play)->verdict), rows[i].verdict);
        assert_true(clock() - began < 30 * CLOCKS_PER_SEC);
        end_alone(&alone);
    }
    iw_buf_release(&flood);
}

static void a_command_that_trickles_in_costs_no_more(void **state)
{
    (void)state;
    static const char *const dialogues[] = {
        DIALOGUE("'C: A ${literal+:`${repeat:200000,x}`}', 'S: OK'"),
        DIALOGUE("'C=: t1 A {200000+}', 'C=: ${repeat:200000,x}', 'S: OK'"),
    };
    for (size_t i = 0; i < 2; i++) {
        struct alone alone;
        clock_t began = clock();
        begin_alone(&alone, IW_SIDE_SERVER, dialogues[i], NULL, 0);
        opened(&alone, 1);
        comes(&alone, 1, "t1 A {200000+}\r\n");
        for (size_t at = 0; at < 200000; at += 20) {
            comes(&alone, 1, "xxxxxxxxxxxxxxxxxxxx");
            acts_are(&alone, "");
        }
        comes(&alone, 1, "\r\n");
        acts_are(&alone, "write 1 t1 OK done\r\n, done");
        assert_int_equal(iw_play_finding(alone.play)->verdict, IW_PASS);
        assert_true(clock() - began < 30 * CLOCKS_PER_SEC);
        end_alone(&alone);
    }
}

static void a_transcript_tells_both_sides(void **state)
{
    (void)state;
    struct iw_scenario *scenario =
        load(DIALOGUE(GREETED "'C: LOGIN ${user} ${password}', 'S: OK', 'C: STARTTLS', 'S: OK', "
                              "{'S': 'tls'}, {'C': {'delay_ms': 1234}}, 'C: NOOP', "
                              "{'S': {'close': 'rst'}}"));
    struct iw_transcript transcript;
    iw_transcript_init(&transcript, 1 << 16);
    iw_transcript_redact(&transcript, IW_SPAN("secret"));
    struct iw_duet duet;
    struct iw_duet_options options = {.transcript = &transcript};
    assert_true(iw_duet_begin(&duet, scenario, scenario, &options));
    assert_true(iw_duet_run(&duet));
    struct iw_buf text;
    iw_buf_init(&text, NULL, 1 << 16);
    iw_transcript_write(&transcript, 0, &text);
    assert_string_equal(iw_buf_string(&text), "  0.000 -1: connected\n"
                                              "  0.000 S1: * OK ready\n"
                                              "  0.000 C1: iw1 LOGIN user ***\n"
                                              "  0.000 S1: iw1 OK done\n"
                                              "  0.000 C1: iw2 STARTTLS\n"
                                              "  0.000 S1: iw2 OK done\n"
                                              "  0.000 -1: TLS\n"
                                              "  1.234 C1: iw3 NOOP\n"
                                              "  1.234 -1: reset by the other end\n");
    iw_buf_release(&text);
    iw_duet_release(&duet);
    iw_transcript_release(&transcript);
    iw_scenario_free(scenario);
}

/* ---- the engine aside ---- */

static bool answer(void *context, unsigned conn, const struct iw_frame *command, struct iw_buf *out)
{
    size_t *asked = context;
    (*asked)++;
    size_t tag = 0;
    while (command->bytes.data[tag] != ' ')
        tag++;
    iw_buf_addf(out, "* %u SEEN\r\n", conn);
    iw_buf_add(out, iw_span_part(command->bytes, 0, tag));
    iw_buf_add_string(out, " OK aside\r\n");
    return true;
}

static void the_engine_answers_what_is_left_to_it(void **state)
{
    (void)state;
    static const char *const server = DIALOGUE("'S: * OK 1', 'S2: * OK 2', 'C: LIST \\'\\' *', 'S: "
                                               "OK', 'C: NOOP', 'S: NO'") ", 'engine': ['NOOP', "
                                                                          "'CAPABILITY']";
    static const char *const client =
        DIALOGUE("'S: * OK 1', 'S2: * OK 2', 'C: noop', 'S: * 1 SEEN', 'S: OK', "
                 "'C2: CAPABILITY', 'S2: * 2 SEEN', 'S2: OK', 'C: LIST \\'\\' *', 'S: OK', "
                 "'C: NOOP', 'S: NO'");
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct iw_scenario *scenarios[] = {load(client), load(server)};
        size_t asked = 0;
        struct iw_duet duet;
        struct iw_duet_options options = {.seed = seed, .aside = {answer, &asked}};
        assert_true(iw_duet_begin(&duet, scenarios[0], scenarios[1], &options));
        assert_true(iw_duet_run(&duet));
        assert_int_equal(iw_play_finding(duet.plays[IW_SIDE_CLIENT])->verdict, IW_PASS);
        assert_int_equal(iw_play_finding(duet.plays[IW_SIDE_SERVER])->verdict, IW_PASS);
        assert_int_equal(asked, 2);
        iw_duet_release(&duet);
        iw_scenario_free(scenarios[0]);
        iw_scenario_free(scenarios[1]);
    }
}

/* ---- memory ---- */

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    struct iw_scenario *scenario =
        load("'start': 'selected', 'dialogue': ['C: APPEND ${M} ${literal:`x`}', 'S: OK', "
             "'C a: FETCH 1 (UID BODY[])', 'C b: NOOP', 'S: * 1 FETCH (UID ${u=5})', "
             "'S: * 1 FETCH (BODY[] ${literal:`y`})', 'S!: * BYE', 'S b: OK', 'S a: OK', "
             "'C=: ${base64:x}', 'S=: y', {'assert': '${u} = 5'}]");
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, 1 << 20);
    bool whole = false;
    for (size_t i = 0; !whole; i++) {
        struct iw_failing_alloc failing;
        struct iw_duet duet;
        iw_failing_alloc_init(&failing, i);
        struct iw_duet_options options = {
            .setup = iw_duet_setup(scenario, &arena), .seed = 1, .alloc = &failing.alloc};
        if (iw_duet_begin(&duet, scenario, scenario, &options))
            whole = iw_duet_run(&duet) &&
                    iw_play_finding(duet.plays[IW_SIDE_CLIENT])->verdict == IW_PASS &&
                    iw_play_finding(duet.plays[IW_SIDE_SERVER])->verdict == IW_PASS;
        assert_true(whole != failing.failed);
        iw_duet_release(&duet);
        assert_int_equal(failing.blocks, 0);
        iw_arena_reset(&arena);
    }
    iw_arena_release(&arena);
    iw_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialogues_agree_with_themselves_in_any_chunks),
        cmocka_unit_test(what_differs_is_found_and_told),
        cmocka_unit_test(all_connections_open_before_the_first_step),
        cmocka_unit_test(consecutive_lines_are_one_write),
        cmocka_unit_test(a_refused_literal_ends_its_command),
        cmocka_unit_test(a_server_answers_in_one_write),
        cmocka_unit_test(a_dialogues_own_plus_lets_the_literal_go),
        cmocka_unit_test(a_send_is_cut_into_segments_in_time),
        cmocka_unit_test(cleanup_runs_after_a_pass_and_after_a_failure),
        cmocka_unit_test(a_mismatch_in_setup_is_blocked),
        cmocka_unit_test(a_failure_of_the_helper_is_blocked),
        cmocka_unit_test(world_changes_are_commands_on_the_helper_connection),
        cmocka_unit_test(a_connection_that_does_not_open_is_blocked),
        cmocka_unit_test(a_servers_time_runs_from_the_first_connection_on),
        cmocka_unit_test(what_must_not_come_is_looked_for_up_to_the_end),
        cmocka_unit_test(what_is_unfinished_is_no_pass),
        cmocka_unit_test(a_flood_is_bounded),
        cmocka_unit_test(a_long_answer_takes_its_time_and_no_more),
        cmocka_unit_test(a_command_that_trickles_in_costs_no_more),
        cmocka_unit_test(a_transcript_tells_both_sides),
        cmocka_unit_test(the_engine_answers_what_is_left_to_it),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
