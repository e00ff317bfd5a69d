/* SPDX-License-Identifier: MIT */
/* Which cases want an account for themselves, what is played first, and what beside what. */
#include "conformance/order.h"
#include "conformance/use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { CASES_MAX = 8, TEXT_MAX = 1000 };

static struct iw_scenario *parse(const char *members, const char *name)
{
    char text[TEXT_MAX];
    struct iw_diagnostic diagnostic = {0};
    snprintf(text, sizeof text, "{\"title\": \"x\", %s}", members);
    struct iw_scenario *scenario =
        iw_scenario_parse(iw_span_of(text), name, IW_SOURCE_DIR "/scenarios", &diagnostic);
    if (scenario == NULL)
        fail_msg("%s: %s", text, diagnostic.message);
    return scenario;
}

static void test_alone(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool alone;
    } rows[] = {
        {"C: NOOP", false},
        {"C: STATUS ${M} (MESSAGES)", false},
        {"C: STATUS inbox (MESSAGES)", true},
        {"C: COPY 1 \\\"INBOX\\\"", true},
        {"C: SEARCH SUBJECT inboxes", false},
        {"C: CREATE ${M}${sep}a", true},
        {"C2: delete ${N}", true},
        {"C: RENAME ${M} ${N}", true},
        {"C=: a CREATE x", true},
        {"C: SUBSCRIBE ${M}", true},
        {"C: LIST (SUBSCRIBED) \\\"\\\" ${M}", false},
        {"C: FETCH 1 BODY[HEADER.FIELDS (CREATED)]", false},
        {"S: NO DELETE is not for you", false},
        {"C: LIST \\\"\\\" ${M}${sep}%", false},
        {"C: LIST \\\"\\\" ${M}*", false},
        {"C: LIST \\\"\\\" *", true},
        {"C: LIST \\\"\\\" % RETURN (CHILDREN)", true},
        {"C: LIST \\\"\\\" \\\"%\\\"", true},
        {"C: LIST \\\"\\\" \\\"\\\"", false},
        {"C: NOTIFY SET (selected (MessageNew MessageExpunge))", false},
        {"C: NOTIFY SET (personal (MailboxName))", true},
        {"C: STATUS ${M} (UIDNEXT UIDVALIDITY)", true},
        {"C: GETQUOTAROOT ${M}", true},
        {"C: GETMETADATA ${M} /shared/comment", false},
        {"C: GETMETADATA \\\"\\\" /shared/comment", true},
        {"C: RESETKEY", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char members[TEXT_MAX];
        snprintf(members, sizeof members, "\"dialogue\": [\"%s\"]", rows[i].line);
        struct iw_scenario *scenario = parse(members, "x.json");
        if (iw_use_of(scenario).alone != rows[i].alone)
            fail_msg("row %zu: %s", i, rows[i].line);
        iw_scenario_free(scenario);
    }
}

/* What stands elsewhere than in a line counts, too. */
static void test_use(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        bool alone, inbox, world;
        unsigned connections, silent_ms;
    } rows[] = {
        {"\"dialogue\": [\"C: NOOP\", \"C3: NOOP\"]", false, false, false, 2, 0},
        {"\"given\": {\"mailboxes\": {\"M\": []}}, \"dialogue\": [\"C: NOOP\"]", false, false, true,
         2, 0},
        {"\"given\": {\"mailboxes\": {\"INBOX\": []}}, \"dialogue\": [\"C: NOOP\"]", true, true,
         true, 2, 0},
        {"\"vary\": {\"c\": [\"NOOP\", \"STATUS inbox (MESSAGES)\"]}, \"dialogue\": [\"C: ${c}\"]",
         true, true, false, 1, 0},
        {"\"dialogue\": [{\"C\": {\"send\": [\"C: CREATE ${M}\", \"C: NOOP\"]}}]", true, false,
         false, 1, 0},
        {"\"dialogue\": [\"C: NOOP\", {\"mailbox\": \"M\", \"deliver\": \"plain.eml\"}]", false,
         false, true, 2, 0},
        {"\"dialogue\": [\"C: NOOP\", {\"mailbox\": \"M\", \"rename\": \"N\"}]", true, false, true,
         2, 0},
        {"\"dialogue\": [{\"C\": {\"silent_ms\": 200}}, \"C: NOOP\", {\"C\": {\"silent_ms\": "
         "300}}]",
         false, false, false, 1, 500},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_scenario *scenario = parse(rows[i].members, "x.json");
        const struct iw_use use = iw_use_of(scenario);
        if (use.alone != rows[i].alone || use.inbox != rows[i].inbox ||
            use.world != rows[i].world || use.silent_ms != rows[i].silent_ms ||
            iw_use_connections(&use) != rows[i].connections)
            fail_msg("row %zu: %s", i, rows[i].members);
        iw_scenario_free(scenario);
    }
}

static void test_order(void **state)
{
    (void)state;
    static const char *const dialogues[] = {
        "\"dialogue\": [\"C: CREATE ${M}\", {\"C\": {\"silent_ms\": 900}}]",
        "\"dialogue\": [\"C: NOOP\"]",
        "\"dialogue\": [\"C: CHECK\"]",
        "\"dialogue\": [\"C: NOOP\", {\"C\": {\"silent_ms\": 200}}]",
        "\"dialogue\": [\"C: NOOP\", \"S: BAD\"]", /* known to fail */
        "\"dialogue\": [\"C: DELETE ${M}\"]",
        "\"dialogue\": [\"C: NOOP\", {\"C\": {\"silent_ms\": 2000}}]",
    };
    static const size_t expected[] = {6, 4, 3, 1, 2, 0, 5};
    enum { COUNT = sizeof dialogues / sizeof dialogues[0], STEP_MS = 5000 };
    struct iw_case cases[COUNT];
    struct iw_scenario *scenarios[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        char name[CASES_MAX];
        snprintf(name, sizeof name, "%zu.json", i);
        scenarios[i] = parse(dialogues[i], name);
        cases[i] = (struct iw_case){scenarios[i], IW_VARIANT_ALL};
    }
    const struct iw_suite suite = {.cases = cases, .count = COUNT};
    struct iw_expected known = {IW_SPAN("4"), IW_SPAN("it does")};
    const struct iw_expectations expectations = {.items = &known, .count = 1};
    struct iw_order_item items[COUNT];
    iw_order_make(items, &suite, &expectations, STEP_MS);
    assert_int_equal(items[1].reply_ms, IW_ORDER_KNOWN_MS);
    assert_int_equal(items[0].reply_ms, STEP_MS);
    for (size_t i = 0; i < COUNT; i++) {
        if (items[i].index != expected[i])
            fail_msg("place %zu: case %zu", i, items[i].index);
        assert_int_equal(items[i].alone, i >= COUNT - 2);
        iw_scenario_free(scenarios[items[i].index]);
    }
}

static void test_beside(void **state)
{
    (void)state;
    enum { CONNECTIONS_MAX = 8 };
    static const struct {
        bool alone;
        unsigned connections;
        struct iw_order_now now;
        bool may;
    } rows[] = {
        {false, 2, {0, 0, false}, true},  {true, 2, {0, 0, false}, true},
        {false, 8, {0, 0, true}, true}, /* what was alone is over */
        {false, 2, {1, 2, true}, false},  {true, 2, {1, 2, false}, false},
        {true, 1, {1, 1, true}, false},   {false, 2, {3, 6, false}, true},
        {false, 3, {3, 6, false}, false}, {false, 1, {4, 8, false}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct iw_order_item item = {.alone = rows[i].alone,
                                           .connections = rows[i].connections};
        if (iw_order_may_begin(&item, &rows[i].now, CONNECTIONS_MAX) != rows[i].may)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_use),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
