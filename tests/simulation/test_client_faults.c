/* SPDX-License-Identifier: MIT */
/* A whole conversation of the blocking client with the embedded engine, which goes wrong at every
 * octet and at every step: the right one of the three failures comes, in time, and the connection
 * is of use afterwards or clearly dead. Time is virtual, so nothing waits for real. */
#include "client/extensions.h"
#include "tests/lib/mock_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 5000, COMMAND_MS = 9000, BYE_MS = 2000, SOCKET_MS = 3000 };

/* ---- the conversation ---- */

static enum iw_imap_outcome login(struct iw_imap *imap)
{
    return iw_imap_login(imap, "user", "secret", NULL);
}

static enum iw_imap_outcome list(struct iw_imap *imap)
{
    return iw_imap_list(imap, NULL, NULL, NULL);
}

static enum iw_imap_outcome append(struct iw_imap *imap)
{
    return iw_imap_append(imap, "INBOX", "\\Flagged", NULL, IW_SPAN("a: b\r\n\r\nc\r\n"), NULL);
}

static enum iw_imap_outcome select_inbox(struct iw_imap *imap)
{
    return iw_imap_select(imap, "INBOX", false, NULL);
}

static enum iw_imap_outcome fetch(struct iw_imap *imap)
{
    return iw_imap_fetch(imap, "1", "(FLAGS ENVELOPE BODY[])", NULL);
}

static enum iw_imap_outcome store(struct iw_imap *imap)
{
    return iw_imap_store(imap, "1", "+FLAGS", "\\Deleted", NULL);
}

static enum iw_imap_outcome idle(struct iw_imap *imap)
{
    struct iw_imap_result result;
    enum iw_imap_outcome outcome = iw_imap_idle(imap, 1000);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_idle_next(imap, &result);
    return outcome == IW_IMAP_OK ? iw_imap_idle_done(imap, NULL) : outcome;
}

static enum iw_imap_outcome expunge(struct iw_imap *imap)
{
    return iw_imap_expunge(imap, NULL);
}

static enum iw_imap_outcome close_mailbox(struct iw_imap *imap)
{
    return iw_imap_close(imap, NULL);
}

static enum iw_imap_outcome logout(struct iw_imap *imap)
{
    return iw_imap_logout(imap, NULL);
}

static const struct step {
    const char *name;
    enum iw_imap_outcome (*run)(struct iw_imap *imap);
    bool selected; /* a mailbox is, and the step needs it to stay as it is */
} steps[] = {
    {"login", login, false},
    {"list", list, false},
    {"append", append, false},
    {"select", select_inbox, false},
    {"fetch", fetch, true},
    {"store", store, true},
    {"idle", idle, true},
    {"expunge", expunge, true},
    {"close", close_mailbox, false},
    {"logout", logout, false},
};
enum { STEPS = sizeof steps / sizeof *steps, OPENING = -1 };

/* ---- one run of it ---- */

struct run {
    struct iw_host *host;
    struct iw_mock_wire wire;
    struct iw_imap *imap;
    struct iw_imap_failure failure;
    enum iw_imap_outcome outcome;
    int step;             /* that did not end with OK, OPENING for the greeting; STEPS: all did */
    uint64_t step_ms;     /* how long that one took */
    size_t begins[STEPS]; /* octets that had come when each began */
};

static void begin(struct run *run)
{
    const struct iw_host_options options = {.scenario = NULL};
    const struct iw_imap_options client = {.timeout_ms = TIMEOUT_MS, .command_ms = COMMAND_MS};
    run->host = iw_host_new(&options, NULL);
    assert_non_null(run->host);
    run->wire.host = run->host;
    const uint64_t now = iw_mock_now();
    run->imap =
        iw_imap_open_wire(iw_mock_wire_open(&run->wire, false), false, &client, &run->failure);
    run->step_ms = iw_mock_now() - now;
    run->step = run->imap == NULL ? OPENING : 0;
    run->outcome = run->imap == NULL ? run->failure.outcome : IW_IMAP_OK;
}

static void go_on(struct run *run)
{
    while (run->imap != NULL && run->step < STEPS) {
        const uint64_t now = iw_mock_now();
        run->begins[run->step] = run->wire.delivered;
        run->outcome = steps[run->step].run(run->imap);
        run->step_ms = iw_mock_now() - now;
        if (run->outcome != IW_IMAP_OK)
            break;
        run->step++;
    }
    if (run->imap != NULL)
        run->failure = *iw_imap_failure(run->imap);
}

static void end(struct run *run)
{
    iw_imap_free(run->imap);
    assert_int_equal(run->wire.closes, 1);
    assert_false(run->wire.stuck);
    iw_mock_wire_release(&run->wire);
    iw_host_free(run->host);
}

static void complain(const struct run *run, const char *what)
{
    fail_msg("octet %zu, step %s: %s (outcome %d: %s, after %llu ms)", run->wire.fault_at,
             run->step == OPENING ? "open"
             : run->step == STEPS ? "none"
                                  : steps[run->step].name,
             what, (int)run->outcome, run->failure.error.detail, (unsigned long long)run->step_ms);
}

/* Nothing works any more, nothing is waited for, and no call sends anything. */
static void check_dead(struct run *run)
{
    const uint64_t now = iw_mock_now();
    const size_t commands = iw_host_commands(run->host);
    if (run->imap == NULL)
        return;
    if (iw_imap_state(run->imap) != IW_SESSION_LOGOUT)
        complain(run, "the state is not LOGOUT");
    for (int i = 0; i < STEPS; i++) {
        enum iw_imap_outcome outcome = steps[i].run(run->imap);
        if (outcome != IW_IMAP_ABORT && outcome != IW_IMAP_ERROR)
            complain(run, "a dead connection does something");
    }
    if (iw_mock_now() != now || iw_host_commands(run->host) != commands)
        complain(run, "a dead connection waits, or sends");
}

/* The conversation without any fault: how many octets it takes, and where each step begins. */
static size_t measure(size_t begins[STEPS])
{
    struct run run = {.step = 0};
    begin(&run);
    go_on(&run);
    if (run.step != STEPS)
        complain(&run, "the engine is at fault");
    size_t total = run.wire.delivered;
    memcpy(begins, run.begins, sizeof run.begins);
    end(&run);
    return total;
}

/* Only what LOGOUT's answer would have been may be missing without a failure. */
static bool may_be_well(const struct run *run, const size_t begins[STEPS])
{
    return run->step == STEPS && run->wire.fault_at > begins[STEPS - 1];
}

static void check_aborted(struct run *run, uint64_t least_ms, uint64_t most_ms)
{
    if (run->outcome != IW_IMAP_ABORT)
        complain(run, "no abort");
    if (run->step_ms < least_ms || run->step_ms > most_ms)
        complain(run, "not in time");
    check_dead(run);
}

static void test_the_end_at_every_octet(void **state)
{
    size_t begins[STEPS];
    size_t total = measure(begins);
    (void)state;
    for (size_t at = 0; at < total; at++) {
        struct run run = {.wire = {.fault = IW_FAULT_END, .fault_at = at}};
        begin(&run);
        go_on(&run);
        if (!may_be_well(&run, begins))
            check_aborted(&run, 0, BYE_MS + 1000);
        end(&run);
    }
}

static void test_silence_at_every_octet(void **state)
{
    size_t begins[STEPS];
    size_t total = measure(begins);
    (void)state;
    for (size_t at = 0; at < total; at++) {
        struct run run = {.wire = {.fault = IW_FAULT_SILENCE, .fault_at = at}};
        begin(&run);
        go_on(&run);
        const bool bye = run.step == STEPS - 1;
        if (!may_be_well(&run, begins))
            check_aborted(&run, bye ? BYE_MS : TIMEOUT_MS, COMMAND_MS);
        end(&run);
    }
}

/* What comes in front of a step's answer, and how the step ends. */
static void check_at_each_step(enum iw_mock_fault fault, const char *text, const char *reason)
{
    size_t begins[STEPS];
    measure(begins);
    for (int step = 0; step < STEPS - 1; step++) {
        struct run run = {.wire = {.fault = fault, .fault_at = begins[step], .fault_text = text}};
        begin(&run);
        go_on(&run);
        if (run.step != step)
            complain(&run, "another step failed");
        if (strstr(run.failure.error.detail, reason) == NULL)
            complain(&run, "the reason is not named");
        check_aborted(&run, 0, BYE_MS);
        end(&run);
    }
}

static void test_bye_at_every_step(void **state)
{
    (void)state;
    check_at_each_step(IW_FAULT_LAST, "* BYE going down\r\n", "going down");
    check_at_each_step(IW_FAULT_SAY, "* BYE going down\r\n", "going down");
}

static void test_nonsense_at_every_step(void **state)
{
    (void)state;
    check_at_each_step(IW_FAULT_SAY, "no IMAP at all\r\n", "no IMAP at all");
    check_at_each_step(IW_FAULT_SAY, "ZZZ9 OK surprise\r\n", "ZZZ9 OK surprise");
}

/* The mailbox turns read-only: the next step that needs it fails so, as in imaplib, and selecting
 * it again helps. */
static void test_read_only_at_every_step(void **state)
{
    size_t begins[STEPS];
    measure(begins);
    (void)state;
    for (int step = 0; step < STEPS - 1; step++) {
        if (!steps[step].selected || !steps[step + 1].selected)
            continue;
        struct run run = {.wire = {.fault = IW_FAULT_SAY,
                                   .fault_at = begins[step],
                                   .fault_text = "* OK [READ-ONLY] not any more\r\n"}};
        begin(&run);
        go_on(&run);
        if (run.outcome != IW_IMAP_READONLY || run.step < step || !steps[run.step].selected)
            complain(&run, "it is not read-only");
        if (select_inbox(run.imap) != IW_IMAP_OK || fetch(run.imap) != IW_IMAP_OK ||
            logout(run.imap) != IW_IMAP_OK)
            complain(&run, "the connection is of no use");
        end(&run);
    }
}

static void test_greetings(void **state)
{
    static const struct {
        enum iw_mock_fault fault;
        const char *text;
        enum iw_imap_outcome outcome; /* imaplib's: a greeting it does not like is an error */
        const char *reason;
    } rows[] = {
        {IW_FAULT_END, "", IW_IMAP_ABORT, "EOF"},
        {IW_FAULT_SILENCE, "", IW_IMAP_ABORT, "in time"},
        {IW_FAULT_SAY, "* BYE busy\r\n", IW_IMAP_ERROR, "busy"},
        {IW_FAULT_LAST, "* BYE busy\r\n", IW_IMAP_ERROR, "busy"},
        {IW_FAULT_SAY, "220 smtp\r\n", IW_IMAP_ERROR, "220 smtp"},
        {IW_FAULT_LAST, "HTTP/1.1 400 Bad Request\r\n", IW_IMAP_ERROR, "HTTP/1.1"},
        {IW_FAULT_LAST, "\r\n", IW_IMAP_ERROR, "invalid greeting"},
        {IW_FAULT_LAST, "* OK half a li", IW_IMAP_ABORT, "EOF"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run = {.wire = {.fault = rows[i].fault, .fault_text = rows[i].text}};
        begin(&run);
        if (run.imap != NULL || run.outcome != rows[i].outcome || run.step_ms > TIMEOUT_MS ||
            strstr(run.failure.error.detail, rows[i].reason) == NULL)
            fail_msg("row %zu: outcome %d: %s", i, (int)run.outcome, run.failure.error.detail);
        end(&run);
    }
}

/* Port 1 of 127.0.0.1 is nobody's; the name is nobody's by RFC 6761 §6.4. */
static void test_nobody_is_there(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "nobody.invalid"};
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
        assert_null(iw_imap_open(hosts[i], 1, SOCKET_MS, &failure));
        assert_int_equal(failure.outcome, IW_IMAP_ABORT);
        assert_true(failure.error.detail[0] != '\0');
        assert_null(iw_imap_open_ssl(hosts[i], 1, NULL, SOCKET_MS, &failure));
        assert_int_equal(failure.outcome, IW_IMAP_ABORT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_at_every_octet),
        cmocka_unit_test(test_silence_at_every_octet),
        cmocka_unit_test(test_bye_at_every_step),
        cmocka_unit_test(test_nonsense_at_every_step),
        cmocka_unit_test(test_read_only_at_every_step),
        cmocka_unit_test(test_greetings),
        cmocka_unit_test(test_nobody_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
