/* SPDX-License-Identifier: MIT */
/* A lobby and the host that its clients go on to: whatever pieces a client's octets come in, it is
 * told the same. */
#include "mockserver/engine/engine.h"
#include "mockserver/host.h"
#include "script/load.h"
#include "tests/lib/cuts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CAP = 1 << 20, TURNS_MAX = 1000 };

/* A client, and where it is. */
struct visit {
    struct iw_scenario *scenario;
    struct iw_host *lobby, *target;
    struct iw_host *host; /* the one it is at; NULL: it was turned away, or closed */
    unsigned conn;
    struct iw_buf told; /* LF for CRLF */
};

struct row {
    const char *name, *json; /* of the target, with ' for " */
    const char *said, *told;
    enum iw_verdict verdict;
};

static struct iw_host *new_host(const struct iw_scenario *scenario, const char *user, bool lobby)
{
    struct iw_error error = {0};
    const struct iw_host_options options = {
        .scenario = scenario, .user = user, .password = "secret", .lobby = lobby, .open_max = 1};
    struct iw_host *host = iw_host_new(&options, &error);
    if (host == NULL)
        fail_msg("%s", error.detail);
    return host;
}

static void begin(struct visit *visit, const char *json)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_buf text;
    iw_buf_init(&text, NULL, CAP);
    for (const char *c = json; *c != '\0'; c++)
        iw_buf_add_char(&text, *c == '\'' ? '"' : *c);
    *visit =
        (struct visit){.scenario = iw_scenario_parse(iw_buf_span(&text), "row", NULL, &diagnostic)};
    iw_buf_release(&text);
    if (visit->scenario == NULL)
        fail_msg("%s", diagnostic.message);
    visit->lobby = new_host(NULL, NULL, true);
    visit->target = new_host(visit->scenario, "alice", false);
    assert_non_null(iw_store_add_user(&iw_host_engine(visit->lobby)->store, IW_SPAN("alice"),
                                      IW_SPAN("secret")));
    iw_buf_init(&visit->told, NULL, CAP);
    visit->host = visit->lobby;
    visit->conn = iw_host_opened(visit->lobby, false, 0);
}

static void end(struct visit *visit)
{
    iw_buf_release(&visit->told);
    iw_host_free(visit->lobby);
    iw_host_free(visit->target);
    iw_scenario_free(visit->scenario);
}

/* Alice goes to the target, all others stay. */
static bool hand_on(struct visit *visit)
{
    struct iw_span user;
    unsigned conn = iw_host_waiting(visit->lobby, &user);
    if (conn == 0)
        return false;
    if (!iw_span_equal(user, IW_SPAN("alice"))) {
        iw_host_stay(visit->lobby, conn);
        return true;
    }
    visit->conn = iw_host_move(visit->lobby, conn, visit->target, 0);
    visit->host = visit->conn == 0 ? NULL : visit->target;
    return true;
}

static void act(struct visit *visit, const struct iw_action *action)
{
    if (action->kind == IW_ACTION_TLS)
        iw_host_secured(visit->host, action->conn, NULL, 0);
    if (action->kind == IW_ACTION_CLOSE)
        visit->host = NULL;
    for (size_t i = 0; action->kind == IW_ACTION_WRITE && i < action->octets.length; i++) {
        if (action->octets.data[i] != '\r')
            iw_buf_add_char(&visit->told, action->octets.data[i]);
    }
}

static void pump(struct visit *visit)
{
    for (int turn = 0; turn < TURNS_MAX && visit->host != NULL; turn++) {
        struct iw_action action = iw_host_next(visit->host, 0);
        if (action.kind == IW_ACTION_NONE && !hand_on(visit))
            return;
        act(visit, &action);
    }
    assert_null(visit->host);
}

static void say(struct visit *visit, struct iw_span octets)
{
    pump(visit);
    if (visit->host != NULL)
        iw_host_received(visit->host, visit->conn, octets, 0);
    pump(visit);
}

static void cut(void *context, size_t place)
{
    const struct row *row = context;
    struct visit visit;
    struct iw_span said = iw_span_of(row->said);
    begin(&visit, row->json);
    say(&visit, iw_span_part(said, 0, place));
    say(&visit, iw_span_part(said, place, said.length));
    const char *told = strchr(iw_buf_string(&visit.told), '\n'); /* behind the greeting */
    if (told == NULL || strcmp(told + 1, row->told) != 0)
        fail_msg("%s, cut at %zu: %s", row->name, place, iw_buf_string(&visit.told));
    if (iw_host_finding(visit.target)->verdict != row->verdict)
        fail_msg("%s, cut at %zu: %s", row->name, place,
                 iw_verdict_name(iw_host_finding(visit.target)->verdict));
    end(&visit);
}

#define BUSY  "{'title':'x','rules':[{'on':'C: NOOP','user':'alice','play':['S: NO busy']}]}"
#define SEVEN "'dialogue':['C: NOOP','S: * 7 EXISTS','S: OK']}"

static const struct row rows[] = {
    {"rules", BUSY, "a LOGIN alice secret\r\nb NOOP\r\nc LOGOUT\r\n",
     "a OK logged in\nb NO busy\n* BYE see you\nc OK logged out\n", IW_PASS},
    {"a dialogue", "{'title':'x'," SEVEN, "a LOGIN {5}\r\nalice secret\r\nb NOOP\r\nc NOOP\r\n",
     "+ go ahead\na OK logged in\n* 7 EXISTS\nb OK done\nc OK done\n", IW_PASS},
    {"a dialogue in a mailbox",
     "{'title':'x','start':'selected','given':{'mailboxes':{'M':[]}}," SEVEN,
     "a LOGIN alice secret\r\nb NOOP\r\n", "a OK logged in\nb OK done\n", IW_BLOCKED},
    {"one that the client breaks", "{'title':'x'," SEVEN,
     "a LOGIN alice secret\r\nb CHECK\r\nc NOOP\r\n", "a OK logged in\n", IW_DEVIATION},
    {"AUTHENTICATE", BUSY, "a AUTHENTICATE PLAIN\r\nAGFsaWNlAHNlY3JldA==\r\nb NOOP\r\n",
     "+ \na OK logged in\nb NO busy\n", IW_PASS},
    {"somebody else", BUSY, "a LOGIN user secret\r\nb NOOP\r\n", "a OK logged in\nb OK done\n",
     IW_TIMED_OUT},
    {"a wrong password first", BUSY, "a LOGIN alice x\r\nb LOGIN alice secret\r\nc NOOP\r\n",
     "a NO [AUTHENTICATIONFAILED] wrong name or password\nb OK logged in\nc NO busy\n", IW_PASS},
    {"nobody", BUSY, "a NOOP\r\nb LOGOUT\r\n", "a OK done\n* BYE see you\nb OK logged out\n",
     IW_TIMED_OUT},
};

static void test_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row = rows[i];
        iw_each_cut(iw_span_of(row.said), cut, &row);
    }
}

/* TLS stays what it is, and what the user has is the target's. */
static void test_tls(void **state)
{
    (void)state;
    struct visit visit;
    begin(&visit, BUSY);
    say(&visit, IW_SPAN("a STARTTLS\r\n"));
    say(&visit, IW_SPAN("b LOGIN alice secret\r\n"));
    assert_ptr_equal(visit.host, visit.target);
    iw_buf_clear(&visit.told);
    say(&visit, IW_SPAN("c STARTTLS\r\n"));
    assert_non_null(strstr(iw_buf_string(&visit.told), "c BAD"));
    assert_int_equal(iw_host_open(visit.lobby), 0);
    assert_int_equal(iw_host_open(visit.target), 1);
    end(&visit);
}

/* The target takes one connection: the next one finds no place, and none in the lobby either. */
static void test_full(void **state)
{
    (void)state;
    struct visit visit;
    begin(&visit, BUSY);
    assert_int_equal(iw_host_opened(visit.lobby, false, 0), 0);
    say(&visit, IW_SPAN("a LOGIN alice secret\r\n"));
    visit.host = visit.lobby;
    visit.conn = iw_host_opened(visit.lobby, false, 0);
    assert_int_not_equal(visit.conn, 0);
    say(&visit, IW_SPAN("a LOGIN alice secret\r\nb NOOP\r\n"));
    assert_null(visit.host);
    assert_int_equal(iw_host_open(visit.lobby), 0);
    assert_int_equal(iw_host_open(visit.target), 1);
    end(&visit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
