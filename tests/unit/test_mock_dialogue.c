/* SPDX-License-Identifier: MIT */
/* Dialogues played to clients: from the greeting, or from where the client has come to by its own
 * road; what is left to the engine; and what happens before, beside and behind. */
#include "tests/lib/mock_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char from_greeting[] =
    "{'title': 't', 'covers': ['X'], 'level': 'DEF', 'task': 'noop', 'start': 'dialogue',"
    " 'engine': ['CAPABILITY', 'ID'],"
    " 'dialogue': ['S: * OK ready', 'C: LOGIN ${user} ${password}', 'S: OK in',"
    "              'C: SELECT INBOX', 'S: * 1 EXISTS', 'S: OK [READ-WRITE] done']}";

static const char from_login[] =
    "{'title': 't', 'covers': ['X'], 'level': 'DEF', 'task': 'noop', 'start': 'authenticated',"
    " 'dialogue': ['C: EXAMINE ${M}', 'S: OK [READ-ONLY] done',"
    "              'C: STORE 1 +FLAGS (\\\\Seen)', 'S: NO refused']}";

static void from_the_greeting_on(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_greeting, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    assert_string_equal(iw_buf_string(&talk.conns[conn].came), "* OK ready\n");
    assert_string_equal(iw_talk_say(&talk, conn, "a LOGIN \"user\" secret\n"), "a OK in\n");
    assert_false(iw_host_done(talk.host));
    assert_int_not_equal(iw_talk_verdict(&talk), IW_PASS);
    assert_string_equal(iw_talk_say(&talk, conn, "b SELECT inbox\n"),
                        "* 1 EXISTS\nb OK [READ-WRITE] done\n");
    assert_true(iw_host_done(talk.host));
    assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
    iw_talk_end(&talk);
}

/* The client may say good-bye: the engine takes over, with a mailbox selected. */
static void a_dialogue_that_ended_well_leaves_the_client_to_the_server(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_greeting, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a LOGIN user secret\n");
    iw_talk_say(&talk, conn, "b SELECT INBOX\n");
    assert_string_equal(iw_talk_say(&talk, conn, "c CLOSE\n"), "c OK closed\n");
    assert_string_equal(iw_talk_say(&talk, conn, "d LOGOUT\n"), "* BYE see you\nd OK logged out\n");
    assert_true(talk.conns[conn].closed);
    conn = iw_talk_connect(&talk);
    assert_false(talk.conns[conn].closed);
    iw_talk_end(&talk);
}

static void a_deviation_ends_it(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_greeting, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a LOGIN user secret\nb EXAMINE INBOX\n");
    assert_true(iw_host_done(talk.host));
    assert_true(talk.conns[conn].closed);
    const struct iw_finding *finding = iw_host_finding(talk.host);
    assert_int_equal(finding->verdict, IW_DEVIATION);
    assert_non_null(finding->received.data);
    assert_int_not_equal(finding->place.line, 0);
    unsigned again = iw_talk_connect(&talk);
    assert_true(talk.conns[again].closed);
    iw_talk_end(&talk);
}

static void listed_commands_are_left_to_the_engine(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_greeting, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    const char *answer = iw_talk_say(&talk, conn, "a CAPABILITY\n");
    assert_non_null(strstr(answer, "* CAPABILITY IMAP4rev1"));
    assert_non_null(strstr(answer, "a OK"));
    assert_string_equal(iw_talk_say(&talk, conn, "b ID NIL\n"),
                        "* ID (\"name\" \"imapwright\")\nb OK now we know each other\n");
    assert_string_equal(iw_talk_say(&talk, conn, "c LOGIN user secret\n"), "c OK in\n");
    iw_talk_say(&talk, conn, "d NOOP\n");
    assert_int_equal(iw_talk_verdict(&talk), IW_DEVIATION);
    iw_talk_end(&talk);
}

static const char proving[] =
    "{'title': 't', 'covers': ['X'], 'level': 'DEF', 'task': 'noop', 'start': 'dialogue',"
    " 'engine': ['CAPABILITY'],"
    " 'dialogue': ['S: * OK ready', 'C: AUTHENTICATE PLAIN', {'S': 'authenticate'},"
    "              'S: OK welcome', 'C: NOOP', 'S: OK']}";

/* With an initial response or without one; the engine knows then who is logged in. */
static void the_engine_computes_the_exchange(void **state)
{
    static const char *const ways[][3] = {
        {"a AUTHENTICATE plain AHVzZXIAc2VjcmV0\n", NULL},
        {"a AUTHENTICATE PLAIN\n", "AHVzZXIAc2VjcmV0\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct iw_mock_talk talk;
        const char *answer = NULL;
        iw_talk_begin(&talk, proving, 0, false);
        unsigned conn = iw_talk_connect(&talk);
        for (size_t j = 0; ways[i][j] != NULL; j++)
            answer = iw_talk_say(&talk, conn, ways[i][j]);
        assert_string_equal(answer, "a OK welcome\n");
        assert_null(strstr(iw_talk_say(&talk, conn, "b CAPABILITY\n"), "AUTH="));
        assert_string_equal(iw_talk_say(&talk, conn, "c NOOP\n"), "c OK done\n");
        assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
        iw_talk_end(&talk);
    }
}

static void who_does_not_prove_himself_is_not_let_in(void **state)
{
    static const char *const ways[] = {
        "a AUTHENTICATE PLAIN AHVzZXIAd3Jvbmc=\n",
        "a AUTHENTICATE PLAIN\n*\n",
        "a AUTHENTICATE PLAIN\n\n",
        "a AUTHENTICATE CRAM-MD5\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct iw_mock_talk talk;
        iw_talk_begin(&talk, proving, 0, false);
        unsigned conn = iw_talk_connect(&talk);
        iw_talk_say(&talk, conn, ways[i]);
        assert_true(talk.conns[conn].closed);
        assert_int_equal(iw_talk_verdict(&talk), IW_DEVIATION);
        iw_talk_end(&talk);
    }
}

static void the_client_comes_to_the_start_by_its_own_road(void **state)
{
    static const char *const roads[][6] = {
        {"a LOGIN user secret\n", NULL},
        {"a CAPABILITY\n", "b STARTTLS\n", "c CAPABILITY\n",
         "d AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0\n", NULL},
        {"a LOGIN user wrong\n", "a AUTHENTICATE PLAIN\n", "AHVzZXIAc2VjcmV0\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof roads / sizeof *roads; i++) {
        struct iw_mock_talk talk;
        iw_talk_begin(&talk, from_login, 0, false);
        unsigned conn = iw_talk_connect(&talk);
        for (size_t j = 0; roads[i][j] != NULL; j++) {
            assert_int_equal(iw_talk_verdict(&talk), IW_BLOCKED);
            iw_talk_say(&talk, conn, roads[i][j]);
        }
        assert_string_equal(iw_talk_say(&talk, conn, "x EXAMINE M\n"), "x OK [READ-ONLY] done\n");
        assert_string_equal(iw_talk_say(&talk, conn, "y STORE 1 +FLAGS (\\Seen)\n"),
                            "y NO refused\n");
        assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
        iw_talk_end(&talk);
    }
}

/* What the client had sent behind the command that reached the start belongs to the dialogue. */
static void pipelined_commands_are_handed_over(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_login, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    assert_string_equal(
        iw_talk_say(&talk, conn, "a LOGIN user secret\nb EXAMINE M\nc STORE 1 +FLAGS (\\Seen)\n"),
        "a OK logged in\n|b OK [READ-ONLY] done\n|c NO refused\n");
    assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
    iw_talk_end(&talk);
}

static void a_client_that_falls_silent_times_out(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_login, 0, false);
    assert_int_equal(iw_talk_verdict(&talk), IW_TIMED_OUT);
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a LOGIN user secret\n");
    iw_talk_wait(&talk, conn, 5000);
    assert_true(iw_host_done(talk.host));
    assert_int_not_equal(iw_talk_verdict(&talk), IW_PASS);
    assert_true(talk.conns[conn].closed);
    iw_talk_end(&talk);
}

static void a_client_that_hangs_up_deviates(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, from_login, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a LOGIN user secret\n");
    iw_talk_hang_up(&talk, conn);
    assert_true(iw_host_done(talk.host));
    assert_int_equal(iw_talk_verdict(&talk), IW_DEVIATION);
    iw_talk_end(&talk);
}

static void two_connections_are_numbered_as_they_come(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title': 't', 'covers': ['X'], 'level': 'DEF', 'task': 'noop',"
                  " 'start': ['authenticated', 'dialogue'],"
                  " 'dialogue': ['S2: * OK hello', 'C: NOOP', 'S: OK one', 'C2: NOOP',"
                  "              'S2: OK two']}",
                  0, false);
    unsigned first = iw_talk_connect(&talk);
    iw_talk_say(&talk, first, "a LOGIN user secret\n");
    unsigned second = iw_talk_connect(&talk);
    assert_string_equal(iw_buf_string(&talk.conns[second].came), "* OK hello\n");
    unsigned third = iw_talk_connect(&talk);
    assert_true(talk.conns[third].closed);
    assert_string_equal(iw_talk_say(&talk, first, "b NOOP\n"), "b OK one\n");
    assert_string_equal(iw_talk_say(&talk, second, "c NOOP\n"), "c OK two\n");
    assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
    assert_int_equal(iw_host_connections(talk.host), 3);
    iw_talk_end(&talk);
}

static void the_dialogue_starts_tls(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title': 't', 'covers': ['X'], 'level': 'DEF', 'task': 'noop',"
                  " 'start': 'greeted', 'dialogue': ['C: STARTTLS', 'S: OK begin', {'S': 'tls'},"
                  " 'C: NOOP', 'S: OK']}",
                  0, false);
    unsigned conn = iw_talk_connect(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a STARTTLS\n"), "a OK begin\n");
    assert_true(talk.conns[conn].tls);
    iw_talk_say(&talk, conn, "b NOOP\n");
    assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
    iw_talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_greeting_on),
        cmocka_unit_test(a_dialogue_that_ended_well_leaves_the_client_to_the_server),
        cmocka_unit_test(a_deviation_ends_it),
        cmocka_unit_test(listed_commands_are_left_to_the_engine),
        cmocka_unit_test(the_engine_computes_the_exchange),
        cmocka_unit_test(who_does_not_prove_himself_is_not_let_in),
        cmocka_unit_test(the_client_comes_to_the_start_by_its_own_road),
        cmocka_unit_test(pipelined_commands_are_handed_over),
        cmocka_unit_test(a_client_that_falls_silent_times_out),
        cmocka_unit_test(a_client_that_hangs_up_deviates),
        cmocka_unit_test(two_connections_are_numbered_as_they_come),
        cmocka_unit_test(the_dialogue_starts_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
