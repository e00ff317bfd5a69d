/* SPDX-License-Identifier: MIT */
/* Two dialogues against each other, and what --prove makes of them. */
#include "conformance/prove.h"

#include "conformance/memory_line.h"
#include "conformance/pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct iw_scenario *parse(const char *text, const char *path)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_scenario *scenario =
        iw_scenario_parse(iw_span_of(text), path, IW_SOURCE_DIR "/scenarios", &diagnostic);
    if (scenario == NULL)
        fail_msg("%s: %s", path, diagnostic.message);
    return scenario;
}

/* ---- pairs ---- */

#define D(steps)                                                                                   \
    "{\"title\": \"x\", \"level\": \"MUST\", \"start\": \"dialogue\", \"dialogue\": [" steps "]}"

static void test_pairs(void **state)
{
    (void)state;
    static const struct {
        const char *client, *server;
        enum iw_verdict wanted; /* the client's */
    } rows[] = {
        {D("\"S: * OK\", \"C: NOOP\", \"S: OK\""), NULL, IW_PASS},
        {D("\"C: FETCH 1 BODY[]\", \"S: * 1 FETCH (BODY[] ${literal:plain.eml})\", \"S: OK\""),
         NULL, IW_PASS},
        {D("\"C: APPEND ${M} ${literal:plain.eml}\", \"S: OK\""), NULL, IW_PASS},
        {D("\"C: STARTTLS\", \"S: OK\", {\"S\": \"tls\"}, \"C: NOOP\", \"S: OK\""), NULL, IW_PASS},
        {D("\"C: NOOP\", \"C2: NOOP\", \"S2: OK\", \"S: OK\""), NULL, IW_PASS},
        {D("\"C: LOGOUT\", \"S: * BYE\", \"S: OK\", {\"S\": \"close\"}"), NULL, IW_PASS},
        {D("\"C: SELECT M\", \"S: * ${n:number} EXISTS\", \"S: * OK [UIDNEXT ${u}] ${...}\", "
           "\"S: OK\", \"C: FETCH ${n} UID\", \"S: * ${n} FETCH (UID ${_:number<u})\", \"S: OK\""),
         NULL, IW_PASS},
        {D("\"C: NOOP\", {\"S\": {\"delay_ms\": 2000}}, \"S: OK\""), NULL, IW_PASS},
        {D("\"C: NOOP\", \"S: OK\""), D("\"C: NOOP\", \"S: NO\""), IW_FAILED},
        {D("\"C: NOOP\", \"S: * 1 EXISTS\", \"S: OK\""), D("\"C: NOOP\", \"S: OK\""), IW_FAILED},
        {D("\"C: LOGOUT\", \"S: * BYE\", \"S: OK\""),
         D("\"C: LOGOUT\", \"S: * BYE\", {\"S\": \"close\"}"), IW_FAILED},
        {D("\"C: NOOP\", \"S: OK\""), D("\"C: NOOP\", {\"C\": {\"silent_ms\": 90000}}, \"S: OK\""),
         IW_TIMED_OUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_scenario *client = parse(rows[i].client, "client.json");
        struct iw_scenario *server =
            parse(rows[i].server != NULL ? rows[i].server : rows[i].client, "server.json");
        struct iw_pair pair;
        const struct iw_pair_options options = {
            .client = client, .server = server, .same = rows[i].server == NULL};
        assert_true(iw_pair_play(&pair, &options));
        const struct iw_finding *finding = iw_play_finding(pair.client);
        if (finding->verdict != rows[i].wanted)
            fail_msg("row %zu: %s: %.*s", i, iw_verdict_name(finding->verdict),
                     (int)finding->text.length, finding->text.data);
        if (rows[i].server == NULL)
            assert_int_equal(iw_play_finding(pair.server)->verdict, IW_PASS);
        iw_pair_release(&pair);
        iw_scenario_free(client);
        iw_scenario_free(server);
    }
}

/* ---- proofs ---- */

struct seen {
    enum iw_verdict verdicts[8];
    size_t cases, mirrored;
    char mutants[1000]; /* "mutant check killed; …" */
};

static struct seen seen;

static void ignore_begin(struct iw_report *report)
{
    (void)report;
}

static void see(struct iw_report *report, const struct iw_case_result *result)
{
    (void)report;
    seen.verdicts[seen.cases++] = result->verdict;
    seen.mirrored += result->mirrored;
}

static void see_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    (void)report;
    const size_t length = strlen(seen.mutants);
    snprintf(seen.mutants + length, sizeof seen.mutants - length, "%s %s; ", mutant->check,
             mutant->killed ? "killed" : "survived");
}

static void ignore_end(struct iw_report *report, const struct iw_summary *summary)
{
    (void)report;
    (void)summary;
}

static const struct iw_report_calls seeing = {ignore_begin, see, see_mutant, ignore_end};

/* lawful: a variation of the engine; NULL: none. */
static int prove(const char *check, const char *mutant, const char *lawful, bool all_checks)
{
    const struct iw_run run = {
        .command = "check-server", .target = "t", .again_before = "again", .again_after = ""};
    struct iw_scenario *scenarios[] = {parse(check, "check.json"), parse(mutant, "mutant.json"),
                                       lawful != NULL ? parse(lawful, "lawful.json") : NULL};
    struct iw_case cases[] = {{scenarios[0], IW_VARIANT_ALL},
                              {scenarios[1], IW_VARIANT_ALL},
                              {scenarios[2], IW_VARIANT_ALL}};
    const struct iw_suite checks = {.cases = &cases[0], .count = 1};
    const struct iw_suite mutants = {.cases = &cases[1], .count = 1};
    const struct iw_suite variations = {.cases = &cases[2], .count = lawful != NULL};
    const struct iw_expectations expectations = {.count = 0};
    struct iw_results results;
    iw_results_init(&results, &run);
    iw_results_add(&results, &seeing, "/dev/null", NULL);
    const struct iw_prove_options options = {.checks = &checks,
                                             .mutants = &mutants,
                                             .lawful = &variations,
                                             .expectations = &expectations,
                                             .results = &results,
                                             .all_checks = all_checks};
    seen = (struct seen){.cases = 0};
    iw_prove(&options);
    const int status = iw_results_end(&results, 0);
    iw_scenario_free(scenarios[0]);
    iw_scenario_free(scenarios[1]);
    if (lawful != NULL)
        iw_scenario_free(scenarios[2]);
    return status;
}

#define CHECK D("\"C: LOGOUT\", \"S: * BYE\", \"S: OK\", {\"S\": \"close\"}")
#define MUTANT(breaks, steps)                                                                      \
    "{\"title\": \"m\", \"breaks\": [\"" breaks                                                    \
    "\"], \"start\": \"dialogue\", \"dialogue\": [" steps "]}"

#define RULE(on, play)                                                                             \
    "{\"title\": \"m\", \"breaks\": [\"check\"], \"rules\": [{\"on\": \"" on                       \
    "\", \"play\": [" play "]}]}"

static void test_proofs(void **state)
{
    (void)state;
    static const struct {
        const char *mutant;
        bool all_checks;
        int status;
        const char *mutants;
    } rows[] = {
        {MUTANT("check", "\"C: LOGOUT\", \"S: OK\", {\"S\": \"close\"}"), true, 0,
         "check killed; "},
        {MUTANT("check", "\"C: LOGOUT\", \"S: * BYE\", \"S: BAD\", {\"S\": \"close\"}"), true, 0,
         "check killed; "},
        /* no defect in it */
        {MUTANT("check", "\"C: LOGOUT\", \"S: * BYE bye\", \"S: OK\", {\"S\": \"close\"}"), true, 1,
         "check survived; "},
        /* it no longer follows the check, which proves nothing */
        {MUTANT("check", "\"C: CAPABILITY\", \"S: OK\""), true, 1, "check survived; "},
        {MUTANT("other", "\"C: LOGOUT\", \"S: OK\""), true, 1, "other survived; "},
        {RULE("S: * BYE", ""), true, 0, "check killed; "},
        {RULE("S: * BYE", "\"engine\""), true, 1, "check survived; "},
        /* its rule has not acted, or cannot */
        {RULE("C: CAPABILITY", "\"S: BAD\""), true, 1, "check survived; "},
        {RULE("C: LOGOUT", "{\"mailbox\": \"INBOX\", \"uidnext\": 1}, \"S: OK\""), true, 1,
         "check survived; "},
        {MUTANT("other", "\"C: LOGOUT\", \"S: OK\""), false, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const int status = prove(CHECK, rows[i].mutant, NULL, rows[i].all_checks);
        if (status != rows[i].status || strcmp(seen.mutants, rows[i].mutants) != 0)
            fail_msg("row %zu: %d %s", i, status, seen.mutants);
        assert_int_equal(seen.cases, 1);
        assert_int_equal(seen.verdicts[0], IW_PASS);
    }
}

/* A check that does not even pass against its own other side is red. */
static void test_not_green(void **state)
{
    (void)state;
    const int status = prove(D("\"C: NOOP\", \"S: OK\", \"C: FETCH ${missing} FLAGS\", \"S: OK\""),
                             MUTANT("other", "\"C: NOOP\", \"S: OK\""), NULL, false);
    assert_int_equal(status, 1);
    assert_true(seen.verdicts[0] != IW_PASS);
}

/* A check of clause CON-01 with these needs. */
#define NEEDS(needs, start, steps)                                                                 \
    "{\"title\": \"x\", \"covers\": [\"CON-01\"], \"level\": \"MUST\", \"needs\": [" needs         \
    "], \"start\": \"" start "\", \"dialogue\": [" steps "]}"
#define LISTS(needs, names)                                                                        \
    NEEDS(needs, "authenticated", "\"C: CAPABILITY\", \"S: * CAPABILITY " names "\", \"S: OK\"")
#define LACKS(needs, name)                                                                         \
    NEEDS(needs, "authenticated", "\"C: CAPABILITY\", \"S!: * CAPABILITY " name "\", \"S: OK\"")

/* The engine is as the check needs it; what no engine can be leaves the other side. */
static void test_needs(void **state)
{
    (void)state;
    static const struct {
        const char *check;
        bool mirrored;
    } rows[] = {
        {LISTS("", "LITERAL+"), false},
        {LISTS("\"LITERAL-\"", "LITERAL-"), false},
        {LACKS("\"LITERAL-\"", "LITERAL+"), false},
        {LISTS("\"XNONE|LITERAL+\"", "LITERAL+"), false},
        {LISTS("\"UTF8=ONLY|XNONE\"", "UTF8=ONLY"), false},
        {LACKS("\"UTF8=ONLY\"", "UTF8=ACCEPT"), false},
        {LISTS("\"MESSAGELIMIT=1000\"", "MESSAGELIMIT=1000"), false},
        {LISTS("\"SAVELIMIT=*\"", "SAVELIMIT=1000"), false},
        {LACKS("\"!IMAP4rev2\"", "IMAP4rev2"), false},
        {NEEDS("\"AUTH=ANONYMOUS\"", "greeted",
               "\"C: CAPABILITY\", \"S: * CAPABILITY AUTH=ANONYMOUS\", \"S: OK\""),
         false},
        {NEEDS("\"PREAUTH\"", "dialogue", "\"S: * PREAUTH\", \"C: CHECK\", \"S: BAD\""), false},
        {LISTS("\"XNONE\"", "XNONE"), true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const int status =
            prove(rows[i].check, MUTANT("other", "\"C: NOOP\", \"S: OK\""), NULL, false);
        if (status != 0 || seen.verdicts[0] != IW_PASS || seen.mirrored != rows[i].mirrored)
            fail_msg("row %zu: %d, %zu mirrored", i, status, seen.mirrored);
    }
}

#define ONLY_SOME NEEDS("", "authenticated", "\"C: NOOP\", \"S~: NO\", \"C: NOOP\", \"S: NO [X]\"")
#define LAWFUL(clause, answer)                                                                     \
    "{\"title\": \"v\", \"covers\": [\"" clause                                                    \
    "\"], \"rules\": [{\"on\": \"C: NOOP\", \"play\": [\"S: " answer "\"]}]}"

/* What only some servers do is judged on one that does; the variation has to be about it. */
static void test_variations(void **state)
{
    (void)state;
    static const struct {
        const char *lawful;
        enum iw_verdict verdict;
        bool mirrored;
    } rows[] = {
        {NULL, IW_PASS, true},
        {LAWFUL("CON-01", "NO [X] no"), IW_PASS, false},
        {LAWFUL("CON-01", "NO no"), IW_FAILED, false},
        {LAWFUL("CON-02", "NO no"), IW_PASS, true},
        {LAWFUL("CON-01", "OK yes"), IW_PASS, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        prove(ONLY_SOME, MUTANT("other", "\"C: NOOP\", \"S: OK\""), rows[i].lawful, false);
        if (seen.verdicts[0] != rows[i].verdict || seen.mirrored != rows[i].mirrored)
            fail_msg("row %zu: %s, %zu mirrored", i, iw_verdict_name(seen.verdicts[0]),
                     seen.mirrored);
    }
}

/* ---- lines ---- */

/* What both ends compress arrives; what one of them does is nothing that the other could read. */
static void test_lines(void **state)
{
    (void)state;
    static const struct {
        bool client, server; /* compresses */
        bool there, back;    /* it arrives as it was */
    } rows[] = {
        {false, false, true, true},
        {true, true, true, true},
        {true, false, false, false},
        {false, true, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_memory_line line = {{NULL, NULL}};
        const struct iw_span text = IW_SPAN("a NOOP\r\n");
        struct iw_buf out;
        iw_buf_init(&out, NULL, 1 << 16);
        if (rows[i].client)
            iw_memory_line_compress(&line, IW_SIDE_CLIENT);
        if (rows[i].server)
            iw_memory_line_compress(&line, IW_SIDE_SERVER);
        for (unsigned piece = 0; piece < 3; piece++) {
            const bool there = iw_memory_line_carry(&line, IW_SIDE_CLIENT, text, &out) &&
                               iw_span_equal(iw_buf_span(&out), text);
            const bool back = iw_memory_line_carry(&line, IW_SIDE_SERVER, text, &out) &&
                              iw_span_equal(iw_buf_span(&out), text);
            if (there != rows[i].there || back != rows[i].back)
                fail_msg("row %zu, piece %u: %d %d", i, piece, there, back);
        }
        iw_buf_release(&out);
        iw_memory_line_release(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),      cmocka_unit_test(test_proofs),
        cmocka_unit_test(test_not_green),  cmocka_unit_test(test_needs),
        cmocka_unit_test(test_variations), cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
