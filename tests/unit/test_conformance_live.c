/* SPDX-License-Identifier: MIT */
/* The runner of check-server and a server in one process and one loop. */
#include "conformance/probe.h"
#include "conformance/scratch.h"
#include "conformance/server_run.h"
#include "mockserver/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { NOW = 0x60000000, SECOND = 1000, CASES_MAX = 16, CONNECTIONS_MAX = 4 };

struct world {
    struct iw_loop *loop;
    struct iw_mock *mock;
    struct iw_target target;
    unsigned case_ms;
};

static void set_target(struct world *world, unsigned port)
{
    char text[100];
    iw_target_init(&world->target);
    snprintf(text, sizeof text, "imap://user:secret@127.0.0.1:%u/", port);
    assert_int_equal(iw_url_parse(text, &world->target.url, NULL), IW_OK);
    world->target.user = world->target.url.user;
    world->target.password = world->target.url.password;
    world->target.step_ms = SECOND;
    world->target.connections_max = CONNECTIONS_MAX;
}

/* On a server that plays the scenario; NULL: as it should. */
static void open_world_of(struct world *world, const struct iw_scenario *scenario)
{
    struct iw_error error = {0};
    *world = (struct world){.loop = iw_loop_new(&error), .case_ms = 5 * SECOND};
    assert_non_null(world->loop);
    const struct iw_mock_options options = {
        .scenario = scenario, .user = "user", .password = "secret"};
    world->mock = iw_mock_start(world->loop, &options, &error);
    if (world->mock == NULL)
        fail_msg("%s", error.detail);
    set_target(world, iw_mock_port(world->mock));
}

static void open_world(struct world *world)
{
    open_world_of(world, NULL);
}

static void close_world(struct world *world)
{
    iw_target_release(&world->target);
    if (world->mock != NULL)
        iw_mock_stop(world->mock);
    iw_loop_run(world->loop);
    iw_loop_free(world->loop);
}

/* ---- the probe ---- */

static void test_probe(void **state)
{
    (void)state;
    struct world world;
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, 1 << 16);
    open_world(&world);
    const enum iw_verdict verdict = iw_probe(world.loop, &world.target, &problem);
    if (verdict != IW_PASS)
        fail_msg("%s", iw_buf_string(&problem));
    assert_true(iw_texts_have(&world.target.capabilities, IW_SPAN("imap4rev1")));
    assert_false(iw_texts_have(&world.target.capabilities, IW_SPAN("XNONE")));
    assert_int_equal(strlen(world.target.separator), 1);
    iw_buf_release(&problem);
    close_world(&world);
}

static void test_probe_wrong_password(void **state)
{
    (void)state;
    struct world world;
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, 1 << 16);
    open_world(&world);
    world.target.password = "wr0ng";
    assert_int_equal(iw_probe(world.loop, &world.target, &problem), IW_SETUP);
    assert_non_null(strstr(iw_buf_string(&problem), "user name and password"));
    assert_null(strstr(iw_buf_string(&problem), "wr0ng"));
    iw_buf_release(&problem);
    close_world(&world);
}

static void on_server_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    (void)context;
    (void)conn;
    (void)octets;
}

static void on_server_ended(void *context, struct iw_conn *conn, enum iw_conn_end end,
                            const struct iw_error *error)
{
    (void)conn;
    (void)end;
    (void)error;
    iw_listener_close(*(struct iw_listener **)context);
}

static void on_server_opened(void *context, struct iw_conn *conn)
{
    (void)context;
    (void)conn;
}

static void *keep_context(void *context, struct iw_conn *conn)
{
    (void)conn;
    return context;
}

/* A server that accepts and says nothing. */
static void test_probe_silence(void **state)
{
    (void)state;
    static const struct iw_conn_events events = {
        .opened = on_server_opened, .received = on_server_received, .ended = on_server_ended};
    struct world world = {0};
    struct iw_error error = {0};
    struct iw_buf problem;
    struct iw_listener *listener = NULL;
    iw_buf_init(&problem, NULL, 1 << 16);
    world.loop = iw_loop_new(&error);
    assert_non_null(world.loop);
    listener = iw_listen(world.loop, 0, NULL, &events, keep_context, &listener, &error);
    assert_non_null(listener);
    set_target(&world, iw_listener_port(listener));
    world.target.step_ms = 100;
    const uint64_t began = iw_loop_now(world.loop);
    assert_int_equal(iw_probe(world.loop, &world.target, &problem), IW_TIMED_OUT);
    assert_true(iw_loop_now(world.loop) - began < SECOND / 2);
    assert_non_null(strstr(iw_buf_string(&problem), "no greeting: nothing came for 100 ms"));
    iw_buf_release(&problem);
    close_world(&world);
}

/* ---- cases ---- */

struct seen {
    enum iw_verdict verdict;
    char detail[400], expected[200], received[200], transcript[20000];
};

static struct seen seen[CASES_MAX];
static size_t seen_count;

static void ignore_begin(struct iw_report *report)
{
    (void)report;
}

static void see(struct iw_report *report, const struct iw_case_result *result)
{
    (void)report;
    struct seen *one = &seen[seen_count++];
    one->verdict = result->verdict;
    snprintf(one->detail, sizeof one->detail, "%s", result->detail);
    snprintf(one->expected, sizeof one->expected, "%s", result->expected);
    snprintf(one->received, sizeof one->received, "%s", result->received);
    snprintf(one->transcript, sizeof one->transcript, "%s", result->transcript);
}

static void ignore_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    (void)report;
    (void)mutant;
}

static void ignore_end(struct iw_report *report, const struct iw_summary *summary)
{
    (void)report;
    (void)summary;
}

static const struct iw_report_calls seeing = {ignore_begin, see, ignore_mutant, ignore_end};

/* Runs the scenarios against the world's server; what came of them is in seen. */
static int run_cases(struct world *world, const char *const *texts, size_t count, unsigned jobs)
{
    struct iw_case cases[CASES_MAX];
    struct iw_scenario *scenarios[CASES_MAX];
    for (size_t i = 0; i < count; i++) {
        struct iw_diagnostic diagnostic = {0};
        const char *path =
            strstr(texts[i], "\"title\": \"known\"") != NULL ? "known.json" : "x.json";
        scenarios[i] =
            iw_scenario_parse(iw_span_of(texts[i]), path, IW_SOURCE_DIR "/scenarios", &diagnostic);
        if (scenarios[i] == NULL)
            fail_msg("scenario %zu: %s", i, diagnostic.message);
        cases[i] = (struct iw_case){scenarios[i], IW_VARIANT_ALL};
    }
    const struct iw_run run = {
        .command = "check-server", .target = "t", .again_before = "again", .again_after = ""};
    const struct iw_suite suite = {.cases = cases, .count = count};
    struct iw_expected known = {IW_SPAN("known"), IW_SPAN("it fails")};
    const struct iw_expectations expectations = {.items = &known, .count = 1};
    struct iw_results results;
    struct iw_stop stop = {.asked = false};
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, 1 << 16);
    iw_results_init(&results, &run);
    iw_results_add(&results, &seeing, "/dev/null", NULL);
    const struct iw_server_run_options options = {.loop = world->loop,
                                                  .target = &world->target,
                                                  .suite = &suite,
                                                  .expectations = &expectations,
                                                  .results = &results,
                                                  .stop = &stop,
                                                  .jobs = jobs,
                                                  .repeat = 1,
                                                  .case_ms = world->case_ms,
                                                  .unix_seconds = NOW,
                                                  .number = 7};
    seen_count = 0;
    iw_results_begin(&results);
    iw_server_run(&options, &problem);
    const int status = iw_results_end(&results, 0);
    assert_string_equal(iw_buf_string(&problem), "");
    iw_buf_release(&problem);
    for (size_t i = 0; i < count; i++)
        iw_scenario_free(scenarios[i]);
    return status;
}

#define GIVEN "\"given\": {\"mailboxes\": {\"M\": [\"plain.eml\"]}}, "

static const char good[] =
    "{\"title\": \"good\", \"level\": \"MUST\", " GIVEN "\"start\": \"selected\", \"dialogue\": ["
    "\"C: FETCH 1 FLAGS\", \"S: * 1 FETCH (FLAGS ())\", \"S: OK\"]}";
static const char bad[] =
    "{\"title\": \"bad\", \"level\": \"MUST\", " GIVEN "\"start\": \"selected\", \"dialogue\": ["
    "\"C: SEARCH ALL\", \"S: * SEARCH 1 2\", \"S: OK\"]}";
static const char weak[] = "{\"title\": \"weak\", \"level\": \"SHOULD\", "
                           "\"dialogue\": [\"C: NOOP\", \"S: BAD\"]}";
static const char needy[] = "{\"title\": \"needy\", \"needs\": [\"XNONE|XNOTHING\"], "
                            "\"dialogue\": [\"C: NOOP\", \"S: OK\"]}";
static const char averse[] = "{\"title\": \"averse\", \"needs\": [\"!XNONE\", \"!IMAP4rev1\"], "
                             "\"dialogue\": [\"C: NOOP\", \"S: OK\"]}";
static const char inbox[] = "{\"title\": \"inbox\", "
                            "\"dialogue\": [\"C: STATUS inbox (MESSAGES)\", \"S: OK\"]}";
static const char crowd[] = "{\"title\": \"crowd\", \"start\": \"greeted\", \"dialogue\": ["
                            "\"C: NOOP\", \"C2: NOOP\", \"C3: NOOP\", \"C4: NOOP\", \"C5: NOOP\","
                            "\"S: OK\", \"S2: OK\", \"S3: OK\", \"S4: OK\", \"S5: OK\"]}";
static const char login[] =
    "{\"title\": \"login\", \"level\": \"MUST\", \"start\": \"greeted\", \"dialogue\": ["
    "\"C: LOGIN ${user} ${password}\", \"S: NO\"]}";
static const char blocked[] = "{\"title\": \"blocked\", \"level\": \"MUST\", "
                              "\"start\": \"selected\", \"dialogue\": [\"C: NOOP\", \"S: OK\"]}";

static void test_cases(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum iw_verdict verdict;
        const char *detail;
    } rows[] = {
        {good, IW_PASS, ""},
        {bad, IW_FAILED, ""},
        {weak, IW_WEAK, ""},
        {needy, IW_SKIP, "needs XNONE|XNOTHING"},
        {averse, IW_SKIP, "needs !IMAP4rev1"},
        {crowd, IW_SKIP, "needs 5 connections"},
        {login, IW_FAILED, ""},
        {blocked, IW_BLOCKED, ""},               /* no M was given, so it cannot be selected */
        {inbox, IW_SKIP, "needs --allow-inbox"}, /* alone, and so told last */
    };
    enum { COUNT = sizeof rows / sizeof rows[0] };
    const char *texts[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        texts[i] = rows[i].text;
    for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
        struct world world;
        open_world(&world);
        assert_int_equal(run_cases(&world, texts, COUNT, jobs), 1);
        assert_int_equal(seen_count, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            if (seen[i].verdict != rows[i].verdict ||
                strstr(seen[i].detail, rows[i].detail) == NULL)
                fail_msg("row %zu: %s: %s\n%s", i, iw_verdict_name(seen[i].verdict), seen[i].detail,
                         seen[i].transcript);
            assert_null(strstr(seen[i].transcript, "secret"));
            assert_null(strstr(seen[i].expected, "secret"));
        }
        assert_non_null(strstr(seen[1].expected, "SEARCH 1 2"));
        assert_non_null(strstr(seen[1].received, "SEARCH 1"));
        assert_non_null(strstr(seen[1].transcript, "imapwright-60000000-7"));
        close_world(&world);
    }
}

/* A case has an end even where every single wait is within its time; so has a reply. */
static void test_time(void **state)
{
    (void)state;
    static const char *const slow[] = {
        "{\"title\": \"slow\", \"dialogue\": [{\"C\": {\"silent_ms\": 60000}}, \"C: NOOP\","
        "\"S: OK\"]}",
        "{\"title\": \"idle\", \"level\": \"MUST\", \"dialogue\": [\"C: IDLE\", \"S: +\","
        "\"S: OK\"]}"};
    struct world world;
    open_world(&world);
    world.case_ms = 300;
    run_cases(&world, &slow[0], 1, 1);
    assert_int_equal(seen[0].verdict, IW_TIMED_OUT);
    assert_non_null(strstr(seen[0].detail, "not over after 300 ms"));
    world.case_ms = 5 * SECOND;
    world.target.step_ms = 200;
    run_cases(&world, &slow[1], 1, 1);
    assert_int_equal(seen[0].verdict, IW_TIMED_OUT);
    close_world(&world);
}

/* Where it is known, or clear by now, that nothing will come, it is not waited for. */
static void test_in_vain(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum iw_verdict verdict;
        const char *detail;
    } rows[] = {
        {"{\"title\": \"known\", \"level\": \"MUST\", \"dialogue\": [\"C: NOOP\","
         "\"S: OK\", \"S: * 6 EXISTS\"]}",
         IW_XFAIL, "did not come within 1000 ms"},
        {"{\"title\": \"another greeting\", \"start\": \"dialogue\", \"dialogue\": ["
         "\"S~: * BYE ${...}\"]}",
         IW_SKIP, "does not apply"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        open_world(&world);
        world.target.step_ms = 60 * SECOND;
        run_cases(&world, &rows[i].text, 1, 1);
        if (seen[0].verdict != rows[i].verdict || strstr(seen[0].detail, rows[i].detail) == NULL)
            fail_msg("row %zu: %s: %s", i, iw_verdict_name(seen[0].verdict), seen[0].detail);
        close_world(&world);
    }
}

/* What wants the account for itself gets it, however many jobs there are. */
static void test_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"title\": \"one\", \"dialogue\": [\"C: CREATE ${M}\", \"S: OK\","
        "{\"C\": {\"silent_ms\": 150}}]}",
        "{\"title\": \"two\", \"dialogue\": [\"C: CREATE ${M}\", \"S: OK\","
        "{\"C\": {\"silent_ms\": 150}}]}"};
    struct world world;
    open_world(&world);
    const uint64_t began = iw_loop_now(world.loop);
    assert_int_equal(run_cases(&world, texts, 2, 4), 0);
    assert_true(iw_loop_now(world.loop) - began >= 300);
    close_world(&world);
}

/* A mailbox that only this case can have made may be said to exist already; a refusal without that
 * code blocks the case. */
static void test_said_to_exist(void **state)
{
    (void)state;
    static const struct {
        const char *reply;
        enum iw_verdict verdict;
    } rows[] = {{"NO [ALREADYEXISTS] it does", IW_PASS}, {"NO it does", IW_BLOCKED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[400]; /* the third CREATE: those of the run itself come first */
        struct iw_diagnostic diagnostic = {0};
        snprintf(text, sizeof text,
                 "{\"title\": \"x\", \"rules\": [{\"on\": \"S: OK ${...}\", \"during\": \"CREATE\","
                 "\"nth\": 3, \"play\": [\"S: %s\"]}]}",
                 rows[i].reply);
        struct iw_scenario *scenario =
            iw_scenario_parse(iw_span_of(text), "x.json", IW_SOURCE_DIR "/scenarios", &diagnostic);
        if (scenario == NULL)
            fail_msg("%s", diagnostic.message);
        struct world world;
        open_world_of(&world, scenario);
        static const char *const texts[] = {good};
        run_cases(&world, texts, 1, 1);
        if (seen[0].verdict != rows[i].verdict)
            fail_msg("row %zu: %s: %s\n%s", i, iw_verdict_name(seen[0].verdict), seen[0].detail,
                     seen[0].transcript);
        close_world(&world);
        iw_scenario_free(scenario);
    }
}

/* Whatever the cases did, the mailboxes are gone; those of a crashed run, too, when they are old.
 */
static void test_clean_up(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, 1 << 16);
    assert_int_equal(iw_probe(world.loop, &world.target, &problem), IW_PASS);
    assert_true(
        iw_scratch_prepare(world.loop, &world.target, "imapwright-5fff0000-1", NOW, &problem));
    static const char *const texts[] = {good, bad};
    run_cases(&world, texts, 2, 2);
    /* A third run sees what is there: nothing that begins like ours may be left. */
    static const char *const look[] = {
        "{\"title\": \"look\", \"level\": \"MUST\", \"dialogue\": ["
        "\"C: LIST \\\"\\\" imapwright-5*\", \"S!: * LIST ${...}\", \"S: OK\","
        "\"C: LIST \\\"\\\" imapwright-60000000-7/c*\", \"S!: * LIST ${...}\", \"S: OK\"]}"};
    run_cases(&world, look, 1, 1);
    if (seen[0].verdict != IW_PASS)
        fail_msg("%s: %s", iw_verdict_name(seen[0].verdict), seen[0].received);
    iw_buf_release(&problem);
    close_world(&world);
}

static bool was_sent(const struct world *world, const char *text)
{
    struct iw_buf commands;
    iw_buf_init(&commands, NULL, 1 << 20);
    iw_transcript_write(iw_mock_commands(world->mock), 0, &commands);
    const bool sent = strstr(iw_buf_string(&commands), text) != NULL;
    iw_buf_release(&commands);
    return sent;
}

/* What a server may do otherwise than others, and the mailboxes given are still as they shall be,
 * and gone in the end. */
static void test_servers_of_their_own_mind(void **state)
{
    (void)state;
    static const struct {
        const char *server, *sent;
    } odd[] = {
        {"{\"title\": \"APPEND drops flags\", \"task\": \"login\", \"then\": {\"client\": \"any\"},"
         "\"rules\": [{\"on\": \"S: * STATUS ${_} (UNSEEN ${n})\", \"change\": {\"n\": \"1\"}}]}",
         "STORE 2 +FLAGS.SILENT (\\Deleted \\Seen)"},
        {"{\"title\": \"no DELETE at first\", \"task\": \"login\", \"then\": {\"client\": \"any\"},"
         "\"rules\": [{\"on\": \"C: DELETE imapwright-60000000-7\", \"nth\": 1, \"play\": [\"S: "
         "NO\"]}]}",
         "APPEND \"imapwright-60000000-7/c1-M\" (\\Deleted \\Seen)"},
    };
    static const char *const cases[] = {
        "{\"title\": \"flags\", \"level\": \"MUST\", \"given\": {\"mailboxes\": {\"M\": "
        "[\"plain.eml\","
        "{\"message\": \"plain.eml\", \"flags\": [\"\\\\Deleted\", \"\\\\Seen\"]}]}},"
        "\"start\": \"selected\", \"dialogue\": [\"C: FETCH 1:2 FLAGS\","
        "\"S: * 1 FETCH (FLAGS ())\", \"S: * 2 FETCH (FLAGS (\\\\Deleted \\\\Seen))\", \"S: OK\"]}",
        good};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct world world;
        struct iw_diagnostic diagnostic = {0};
        struct iw_scenario *scenario = iw_scenario_parse(iw_span_of(odd[i].server), "odd.json",
                                                         IW_SOURCE_DIR "/scenarios", &diagnostic);
        if (scenario == NULL)
            fail_msg("%s", diagnostic.message);
        open_world_of(&world, scenario);
        run_cases(&world, cases, 2, 1);
        for (size_t j = 0; j < 2; j++) {
            if (seen[j].verdict != IW_PASS)
                fail_msg("%zu, %zu: %s: %s\n…%s", i, j, iw_verdict_name(seen[j].verdict),
                         seen[j].detail, seen[j].transcript);
        }
        if (!was_sent(&world, odd[i].sent))
            fail_msg("%zu: %s has not been sent", i, odd[i].sent);
        close_world(&world);
        iw_scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probe),         cmocka_unit_test(test_probe_wrong_password),
        cmocka_unit_test(test_probe_silence), cmocka_unit_test(test_cases),
        cmocka_unit_test(test_time),          cmocka_unit_test(test_clean_up),
        cmocka_unit_test(test_in_vain),       cmocka_unit_test(test_alone),
        cmocka_unit_test(test_said_to_exist), cmocka_unit_test(test_servers_of_their_own_mind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
