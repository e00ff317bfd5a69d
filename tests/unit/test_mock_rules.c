/* SPDX-License-Identifier: MIT */
/* Rules over the engine: what each kind of rule makes of the conversation, and the oracles
 * of "then". */
#include "tests/lib/mock_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a client that has opened INBOX says, and what it gets. */
struct row {
    const char *rules, *said, *answered;
};

static void begin_with_rules(struct iw_mock_talk *talk, const char *rules)
{
    char json[2000];
    snprintf(json, sizeof json,
             "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'noop', 'rules': [%s]}",
             rules);
    iw_talk_begin(talk, json, 0, false);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct iw_mock_talk talk;
        begin_with_rules(&talk, rows[i].rules);
        unsigned conn = iw_talk_open_inbox(&talk);
        const char *answered = iw_talk_say(&talk, conn, rows[i].said);
        if (strcmp(answered, rows[i].answered) != 0)
            fail_msg("row %zu: %s\nanswered: %s\nexpected: %s", i, rows[i].rules, answered,
                     rows[i].answered);
        iw_talk_end(&talk);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void a_rule_on_a_command_answers_in_the_servers_place(void **state)
{
    static const struct row rows[] = {
        {"{'on': 'C: NOOP', 'play': ['S: * 7 EXISTS', 'S: NO [ALERT] not now']}",
         "a NOOP\n", "* 7 EXISTS\na NO [ALERT] not now\n"},
        {"{'on': 'C: NOOP', 'play': ['S: * 7 EXISTS', 'S: NO not now']}",
         "a CHECK\n", "a OK done\n"},
        {"{'on': 'C: NOOP', 'play': ['S=: ZZZ OK surprise', 'engine']}",
         "a NOOP\n", "ZZZ OK surprise\na OK done\n"},
        {"{'on': 'C: NOOP', 'play': ['engine', 'S: * 7 EXISTS']}",
         "a NOOP\n", "a OK done\n* 7 EXISTS\n"},
        {"{'on': 'C: NOOP', 'play': ['engine', 'engine']}", "a NOOP\n", "a OK done\na OK done\n"},
        {"{'on': 'C: NOOP', 'play': []}", "a NOOP\nb CHECK\n", "b OK done\n"},
        {"{'on': 'C: CHECK', 'play': [{'engine': 'NOOP'}]}", "a CHECK\n", "a OK done\n"},
        {"{'on': 'C: STATUS ${m} ${_}', 'play': [{'engine': 'STATUS ${m} (MESSAGES)'}]}",
         "a STATUS INBOX (UIDNEXT)\n",
         "* STATUS INBOX (MESSAGES 1)\na OK that is its status\n"},
        /* by name, UID or not; and the UID form alone */
        {"{'on': 'C: FETCH', 'play': ['S: BAD no']}", "a UID FETCH 1 FLAGS\n", "a BAD no\n"},
        {"{'on': 'C: UID FETCH', 'play': ['S: BAD no']}", "a FETCH 1 UID\n",
         "* 1 FETCH (UID 1)\na OK fetched\n"},
        {"{'on': 'C: UID FETCH', 'play': ['S: BAD no']}", "a uid fetch 1 UID\n", "a BAD no\n"},
        {"{'on': 'C: FETCH 1 (UID FLAGS)', 'play': ['S: BAD no']}", "a FETCH 1 UID\n",
         "* 1 FETCH (UID 1)\na OK fetched\n"},
        {"{'on': 'C: FETCH ${_} UID', 'play': ['S: BAD no']}", "a FETCH 1:* UID\n", "a BAD no\n"},
        /* what no parser can read still has a name */
        {"{'on': 'C: FETCH', 'play': ['S: BAD no']}", "a FETCH ((\n", "a BAD no\n"},
        {"{'on': 'C: NOOP', 'play': ['S: BAD no']}", "a FETCH ((\n", "a BAD octet 8: "
         "expected a number\n"},
        {"{'on': 'C=: DONE', 'play': ['S: NO stay idle']}", "a IDLE\nDONE\n",
         "+ idling\n|a NO stay idle\n"},
    };
    (void)state;
    CHECK(rows);
}

static void a_rule_on_a_response_changes_or_drops_it(void **state)
{
    static const struct row rows[] = {
        {"{'on': 'S: * STATUS ${_} ${_}', 'play': ['S=: ${line} ']}",
         "a STATUS INBOX (MESSAGES)\n", "* STATUS INBOX (MESSAGES 1) \na OK that is its status\n"},
        {"{'on': 'S: * STATUS ${_} ${_}', 'play': []}",
         "a STATUS INBOX (MESSAGES)\n", "a OK that is its status\n"},
        {"{'on': 'S: * STATUS ${_} ${_}', 'play': ['engine', 'engine']}",
         "a STATUS INBOX (MESSAGES)\n", "* STATUS INBOX (MESSAGES 1)\n* STATUS INBOX (MESSAGES 1)\n"
         "a OK that is its status\n"},
        {"{'on': 'S: OK ${...}', 'during': 'NOOP', 'play': ['S: BAD broken']}",
         "a NOOP\nb CHECK\n", "a BAD broken\n|b OK done\n"},
        {"{'on': 'S: OK [READ-WRITE] ${text...}', 'during': 'EXAMINE',"
         "  'play': ['S: OK [READ-ONLY] ${text...}']},"
         " {'on': 'C: EXAMINE ${m}', 'play': [{'engine': 'SELECT ${m}'}]},"
         " {'on': 'S: * ${...}', 'during': 'EXAMINE', 'play': []}",
         "a EXAMINE INBOX\n", "a OK [READ-ONLY] selected\n"},
        /* during: one of several names, or a pattern, whose captures go with those of the line */
        {"{'on': 'S: OK ${...}', 'during': ['NOOP', 'C: CHECK'], 'play': ['S: BAD broken']}",
         "a NOOP\nb CHECK\nc LIST \"\" x\n", "a BAD broken\n|b BAD broken\n|c OK listed\n"},
        {"{'on': 'S: OK ${...}', 'during': 'UID FETCH', 'play': ['S: OK uid']}",
         "a FETCH 1 UID\nb UID FETCH 1 UID\n",
         "* 1 FETCH (UID 1)\na OK fetched\n|* 1 FETCH (UID 1)\nb OK uid\n"},
        {"{'on': 'S: OK ${...}', 'during': 'C: LIST ${_} ${p}',"
         "  'play': ['S: OK [X <${p}>] listed']}",
         "a LIST \"\" x\nb LIST (SUBSCRIBED) \"\" x\n", "a OK [X <x>] listed\n|b OK listed\n"},
        {"{'on': 'S: * ${n} FETCH ${...}', 'during': 'C: FETCH ${n} ${...}',"
         "  'play': ['S: * ${n} EXISTS']}",
         "a FETCH 1 UID\nb FETCH 1:* UID\n",
         "* 1 EXISTS\na OK fetched\n|* 1 FETCH (UID 1)\nb OK fetched\n"},
        {"{'on': 'C=: DONE', 'during': 'C: IDLE', 'play': ['S: NO not yet']}",
         "a IDLE\nDONE\n", "+ idling\n|a NO not yet\n"},
        {"{'on': 'S: + ${...}', 'during': ['C: APPEND ${m} ${...}', 'C: CREATE {5}'],"
         "  'play': ['S: NO no']}",
         "a APPEND INBOX {5}\n", "a NO no\n"},
        {"{'on': 'S: + ${...}', 'during': ['C: APPEND ${m} ${...}', 'C: CREATE {5}'],"
         "  'play': ['S: NO no']}",
         "a CREATE {5}\n", "a NO no\n"},
        {"{'on': 'S: + ${...}', 'during': ['C: APPEND ${m} ${...}', 'C: CREATE {5}'],"
         "  'play': ['S: NO no']}",
         "a CREATE {6}\n", "+ go ahead\n"},
        /* change: the captured place and no other with the same octets */
        {"{'on': 'S: * ${_} FETCH (UID ${u} FLAGS ${_})', 'change': {'u': '77'}}",
         "a FETCH 1 (UID FLAGS)\n", "* 1 FETCH (UID 77 FLAGS (\\Recent))\na OK fetched\n"},
        {"{'on': 'S: * ${n} FETCH (UID ${u} FLAGS ${f})', 'change': {'f': '()', 'n': '-${n}'}}",
         "a FETCH 1 (UID FLAGS)\n", "* -1 FETCH (UID 1 FLAGS ())\na OK fetched\n"},
        {"{'on': 'S: OK ${t...}', 'during': 'NOOP', 'change': {'t': 'a OK done'}}",
         "a NOOP\n", "a OK a OK done\n"},
        /* inside the answer of a rule on the command */
        {"{'on': 'S: OK ${t...}', 'during': 'NOOP', 'change': {'t': 'well'}},"
         " {'on': 'C: NOOP', 'play': ['S: * 2 EXISTS', 'engine']}",
         "a NOOP\n", "* 2 EXISTS\na OK well\n"},
        /* the first that matches wins */
        {"{'on': 'S: OK ${...}', 'during': 'NOOP', 'play': ['S: OK first']},"
         " {'on': 'S: OK ${...}', 'during': 'NOOP', 'play': ['S: OK second']}",
         "a NOOP\n", "a OK first\n"},
    };
    (void)state;
    CHECK(rows);
}

static void a_step_changes_the_world(void **state)
{
    static const struct row rows[] = {
        {"{'on': 'C: NOOP', 'play': [{'mailbox': 'INBOX', 'flags': {'1': '+\\\\Seen kw'}},"
         " 'engine']}",
         "a NOOP\n", "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft kw)\n"
         "* 1 FETCH (FLAGS (\\Recent \\Seen kw))\na OK done\n"},
        {"{'on': 'C: NOOP', 'play': [{'mailbox': 'INBOX', 'expunge': '1:*'}, 'engine']}",
         "a NOOP\n", "* 1 EXPUNGE\na OK done\n"},
        {"{'on': 'C: FETCH', 'play': [{'mailbox': 'INBOX', 'expunge': 1}, 'engine']}",
         "a FETCH 1 UID\n", "a NO [EXPUNGEISSUED] some of the messages are gone\n"},
        {"{'on': 'C: STATUS', 'play': [{'mailbox': 'INBOX', 'uidvalidity': 7},"
         " {'mailbox': 'INBOX', 'uidnext': 9}, 'engine']}",
         "a STATUS INBOX (UIDVALIDITY UIDNEXT)\n",
         "* STATUS INBOX (UIDVALIDITY 7 UIDNEXT 9)\na OK that is its status\n"},
        {"{'on': 'C: LIST', 'play': [{'mailbox': 'INBOX', 'rename': 'a/b'}, 'engine']}",
         "a LIST \"\" *\n", "* LIST (\\HasChildren) \"/\" a\n"
         "* LIST (\\HasNoChildren) \"/\" a/b\na OK listed\n"},
        /* a client that idles is told at once */
        {"{'on': 'C=: DONE', 'play': [{'mailbox': 'INBOX', 'expunge': 1}, 'S=: * OK wait']}",
         "a IDLE\nDONE\n", "+ idling\n|* OK wait\n|* 1 EXPUNGE\n"},
    };
    (void)state;
    CHECK(rows);
}

static void nth_conn_and_user_narrow_a_rule(void **state)
{
    static const struct row rows[] = {
        {"{'on': 'C: NOOP', 'nth': 2, 'play': ['S: NO second']}",
         "a NOOP\nb NOOP\nc NOOP\n", "a OK done\n|b NO second\n|c OK done\n"},
        {"{'on': 'C: NOOP', 'conn': 2, 'play': ['S: NO two']}", "a NOOP\n", "a OK done\n"},
        {"{'on': 'C: NOOP', 'conn': 1, 'play': ['S: NO one']}", "a NOOP\n", "a NO one\n"},
        {"{'on': 'C: NOOP', 'user': 'other', 'play': ['S: NO']}", "a NOOP\n", "a OK done\n"},
        {"{'on': 'C: NOOP', 'user': 'user', 'play': ['S: NO you']}", "a NOOP\n", "a NO you\n"},
    };
    (void)state;
    CHECK(rows);
}
/* clang-format on */

static void a_rule_on_connect_greets(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk,
                     "{'on': 'connect', 'nth': 2, 'play': ['S: * BYE full', {'S': 'close'}]}");
    iw_talk_connect(&talk);
    unsigned second = iw_talk_connect(&talk);
    assert_false(talk.conns[1].closed);
    assert_string_equal(iw_buf_string(&talk.conns[second].came), "* BYE full\n");
    assert_true(talk.conns[second].closed);
    assert_string_equal(iw_talk_say(&talk, 1, "a NOOP\n"), "a OK done\n");
    iw_talk_end(&talk);
}

static void a_preauth_greeting_logs_in(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk, "{'on': 'connect', 'play': ['S: * PREAUTH welcome back']}");
    unsigned conn = iw_talk_connect(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a LIST \"\" *\n"),
                        "* LIST (\\HasNoChildren) \"/\" INBOX\na OK listed\n");
    iw_talk_end(&talk);
}

/* Where a rule says OK in the server's place, the server's state goes along. */
static void the_state_follows_what_the_client_is_told(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk, "{'on': 'C: LOGIN', 'play': ['S: OK any password will do']},"
                            "{'on': 'C: SELECT', 'play': ['S: * 9 EXISTS', 'S: OK selected']}");
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a LOGIN user wrong\n");
    assert_string_equal(iw_talk_say(&talk, conn, "b SELECT INBOX\n"),
                        "* 9 EXISTS\nb OK selected\n");
    assert_string_equal(iw_talk_say(&talk, conn, "c FETCH 1 UID\n"),
                        "* 1 FETCH (UID 1)\nc OK fetched\n");
    iw_talk_end(&talk);
}

/* And where it says NO instead of the server's OK. */
static void the_state_is_taken_back(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk,
                     "{'on': 'S: OK ${...}', 'during': 'LOGIN', 'nth': 1, 'play': ['S: NO full']},"
                     "{'on': 'S: OK ${...}', 'during': 'SELECT', 'play': ['S: NO full']}");
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a LOGIN user secret\n");
    assert_string_equal(iw_talk_say(&talk, conn, "b LIST \"\" *\n"),
                        "b BAD that command does not fit here\n");
    assert_string_equal(iw_talk_say(&talk, conn, "c LOGIN user secret\n"), "c OK logged in\n");
    iw_talk_say(&talk, conn, "d SELECT INBOX\n");
    assert_string_equal(iw_talk_say(&talk, conn, "e CLOSE\n"),
                        "e BAD that command does not fit here\n");
    iw_talk_end(&talk);
}

static void a_challenge_can_be_replaced(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk, "{'on': 'S: + ${...}', 'play': ['S=: + !!!']}");
    unsigned conn = iw_talk_connect(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a AUTHENTICATE PLAIN\n"), "+ !!!\n");
    assert_string_equal(iw_talk_say(&talk, conn, "AHVzZXIAc2VjcmV0\n"), "a OK logged in\n");
    iw_talk_end(&talk);
}

static void an_answer_is_cut_and_the_connection_closed(void **state)
{
    static const struct {
        size_t variant;
        const char *came;
        enum iw_close how;
    } rows[] = {
        {0, "", IW_CLOSE_FIN},
        {1, "", IW_CLOSE_RST},
        {2, "* 1 FETC", IW_CLOSE_FIN},
        {3, "* 1 FETC", IW_CLOSE_RST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_mock_talk talk;
        iw_talk_begin(&talk,
                      "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'fetch INBOX',"
                      " 'vary': {'n': [0, 8], 'how': ['fin', 'rst']},"
                      " 'rules': [{'on': 'C: FETCH', 'play': [{'S': {'send': ['engine'],"
                      " 'cut': '${n}', 'close': '${how}'}}]}]}",
                      rows[i].variant, false);
        unsigned conn = iw_talk_open_inbox(&talk);
        assert_string_equal(iw_talk_say(&talk, conn, "a FETCH 1 UID\n"), rows[i].came);
        assert_true(talk.conns[conn].closed);
        assert_int_equal(talk.conns[conn].how, rows[i].how);
        assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
        iw_talk_end(&talk);
    }
}

static void pauses_are_kept_and_commands_wait_meanwhile(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk, "{'on': 'C: NOOP', 'play': [{'S': {'delay_ms': 20}}, 'engine']}");
    unsigned conn = iw_talk_open_inbox(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a NOOP\nb CHECK\n"), "");
    assert_int_equal(iw_host_deadline(talk.host), talk.now + 20);
    assert_string_equal(iw_talk_wait(&talk, conn, 19), "");
    assert_string_equal(iw_talk_wait(&talk, conn, 1), "a OK done\n|b OK done\n");
    assert_int_equal(iw_host_deadline(talk.host), UINT64_MAX);
    iw_talk_end(&talk);
}

/* And yet the commands are watched. */
static void silence_answers_nothing_more(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'noop',"
                  " 'rules': [{'on': 'C: NOOP', 'play': ['S: * 3 EXISTS', {'S': {'close':"
                  " 'silent'}}, 'engine']}], 'then': {'never': ['C: CHECK']}}",
                  0, false);
    unsigned conn = iw_talk_open_inbox(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a NOOP\n"), "* 3 EXISTS\n");
    assert_int_equal(talk.conns[conn].how, IW_CLOSE_SILENT);
    assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
    assert_string_equal(iw_talk_say(&talk, conn, "b CHECK\n"), "");
    assert_int_equal(iw_talk_verdict(&talk), IW_FAILED);
    iw_talk_end(&talk);
}

/* Octets in clear behind STARTTLS are not taken into the protected stream. */
static void starttls_drops_what_came_in_clear(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a STARTTLS\nb NOOP\n"), "a OK begin TLS\n");
    assert_true(talk.conns[conn].tls);
    assert_string_equal(iw_talk_say(&talk, conn, "c NOOP\n"), "c OK done\n");
    assert_string_equal(iw_talk_say(&talk, conn, "d STARTTLS\n"), "d BAD no TLS to start here\n");
    iw_talk_end(&talk);
}

/* Also what came while the answer to STARTTLS was held back. */
static void starttls_drops_what_came_before_its_answer(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk, "{'on': 'C: STARTTLS', 'play': [{'S': {'delay_ms': 20}}, 'engine']}");
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a STARTTLS\n");
    iw_talk_say(&talk, conn, "b NOOP\n");
    assert_string_equal(iw_talk_wait(&talk, conn, 20), "a OK begin TLS\n");
    assert_true(talk.conns[conn].tls);
    assert_string_equal(iw_talk_say(&talk, conn, "c NOOP\n"), "c OK done\n");
    iw_talk_end(&talk);
}

/* A line that a command waits for has no literals. */
static void a_sasl_line_is_one_line(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, "a AUTHENTICATE PLAIN\n");
    assert_string_equal(iw_talk_say(&talk, conn, "x {3}\n"), "a BAD not the base64 of a message\n");
    iw_talk_end(&talk);
}

static void every_chunking_is_answered_alike(void **state)
{
    static const char said[] = "a APPEND INBOX {4}\r\nabcd\r\nb AUTHENTICATE PLAIN\r\nc NOOP\r\n";
    static const char answer[] = "+ go ahead\n* 2 EXISTS\n* 2 RECENT\n"
                                 "a OK [APPENDUID 1700000001 2] appended\n"
                                 "b BAD that command does not fit here\nc OK done\n";
    (void)state;
    for (size_t cut = 0; cut <= sizeof said - 1; cut++) {
        struct iw_mock_talk talk;
        struct iw_buf all;
        iw_buf_init(&all, NULL, 1000);
        iw_talk_begin(&talk, NULL, 0, false);
        unsigned conn = iw_talk_open_inbox(&talk);
        iw_buf_add_string(&all, iw_talk_send(&talk, conn, iw_span(said, cut)));
        iw_buf_add_string(&all,
                          iw_talk_send(&talk, conn, iw_span(said + cut, sizeof said - 1 - cut)));
        char plain[1000];
        size_t length = 0;
        for (const char *c = iw_buf_string(&all); *c != '\0'; c++) {
            if (*c != '|')
                plain[length++] = *c;
        }
        plain[length] = '\0';
        assert_string_equal(plain, answer);
        iw_buf_release(&all);
        iw_talk_end(&talk);
    }
}

/* ---- literals that wait ---- */

/* What the client says, each behind the answer to the one before; "<20>" lets so many ms pass. */
struct turns_row {
    const char *rules;
    const char *turns[8]; /* said, answered, said, answered … */
};

/* clang-format off */
static const struct turns_row announcements[] = {
    /* the tag is that of the command begun, and so is the name */
    {"{'on': 'S: + ${...}', 'during': 'APPEND', 'play': ['S: NO [OVERQUOTA] full']}",
     {"a NOOP\n", "a OK done\n", "b APPEND INBOX {5}\n", "b NO [OVERQUOTA] full\n",
      "c NOOP\n", "c OK done\n"}},
    {"{'on': 'S: + ${...}', 'during': 'NOOP', 'play': ['S: NO']}",
     {"a NOOP\n", "a OK done\n", "b APPEND INBOX {5}\n", "+ go ahead\n"}},
    /* a pattern: mailbox and size */
    {"{'on': 'C: APPEND Away ${...} {${_}}', 'play': ['S: NO [TRYSUBSCRIBE] none']}",
     {"a APPEND Away (\\Seen) {5}\n", "a NO [TRYSUBSCRIBE] none\n",
      "b APPEND INBOX {5}\n", "+ go ahead\n"}},
    {"{'on': 'C: APPEND ${...} {${n:number>1000}}', 'play': ['S: NO [TOOBIG] not ${n}']}",
     {"a APPEND INBOX {1001}\n", "a NO [TOOBIG] not 1001\n",
      "b APPEND INBOX {1000}\n", "+ go ahead\n"}},
    {"{'on': 'C: APPEND INBOX {7}', 'play': ['S: BAD no']}",
     {"a append \"inbox\" {7}\n", "a BAD no\n", "b APPEND INBOX {8}\n", "+ go ahead\n"}},
    {"{'on': 'C: APPEND INBOX ~{${_}}', 'play': ['S: NO']}",
     {"a APPEND INBOX ~{7}\n", "a NO not done\n", "b APPEND INBOX {7}\n", "+ go ahead\n"}},
    {"{'on': 'C: APPEND INBOX {${_}}', 'play': ['S: NO']}",
     {"a APPEND INBOX ~{7}\n", "a NO not done\n"}},
    /* the second literal, and one inside a list */
    {"{'on': 'C: LOGIN ${u} {${_}}', 'play': ['S: NO [UNAVAILABLE] <${u}>']}",
     {"a LOGIN {4}\n", "+ go ahead\n", "user {6}\n", "a NO [UNAVAILABLE] <user>\n"}},
    {"{'on': 'C: APPEND INBOX CATENATE (TEXT {${n}}', 'play': ['S: NO [TOOBIG]']}",
     {"a APPEND INBOX CATENATE (TEXT {9}\n", "a NO [TOOBIG] not done\n"}},
    /* not by name, nor by what else it is */
    {"{'on': 'C: APPEND', 'play': ['S: NO']}", {"a APPEND INBOX {1}\n", "+ go ahead\n",
                                                "x\n", "a NO not done\n"}},
    {"{'on': 'C: APPEND ${...}', 'play': ['S: NO']}", {"a APPEND INBOX {1}\n", "+ go ahead\n",
                                                      "x\n", "a NO not done\n"}},
    {"{'on': 'C: NOOP {1}', 'play': ['S: NO']}", {"a APPEND x {1}\n", "+ go ahead\n"}},
    /* one that does not wait is no announcement */
    {"{'on': 'C: SUBSCRIBE {5}', 'play': ['S: BAD']}",
     {"a SUBSCRIBE {5+}\nINBOX\n", "a OK subscribed\n",
      "b SUBSCRIBE {5}\n", "b BAD not understood\n"}},
    /* leave is given late, behind other data, or in other words */
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': ['S: * 3 EXISTS', {'S': {'delay_ms': 20}}, 'engine']}",
     {"a SUBSCRIBE {5}\n", "* 3 EXISTS\n", "<20>", "+ go ahead\n", "INBOX\n", "a OK subscribed\n"}},
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': ['S: + please']}",
     {"a SUBSCRIBE {5}\n", "+ please\n", "INBOX\n", "a OK subscribed\n"}},
    {"{'on': 'S: + ${...}', 'play': ['S: * OK wait', 'engine']}",
     {"a SUBSCRIBE {5}\n", "* OK wait\n+ go ahead\n", "INBOX\n", "a OK subscribed\n"}},
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': ['engine']},"
     "{'on': 'S: + ${t...}', 'change': {'t': 'on'}}",
     {"a SUBSCRIBE {5}\n", "+ on\n", "INBOX\n", "a OK subscribed\n"}},
    /* refused late */
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': [{'S': {'delay_ms': 20}}, 'S: BAD']}",
     {"a SUBSCRIBE {5}\n", "", "<20>", "a BAD not understood\n", "b NOOP\n", "b OK done\n"}},
    /* OK is an answer, too */
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': ['S: OK']}",
     {"a SUBSCRIBE {5}\n", "a OK done\n", "b LIST \"\" x\n", "b OK listed\n"}},
    /* who gets no answer waits; who does not, is heard */
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': []}",
     {"a SUBSCRIBE {5}\n", "", "<9000>", "", "INBOX\n", "a OK subscribed\n"}},
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': ['S=: b NO of another']}",
     {"a SUBSCRIBE {5}\n", "b NO of another\n", "INBOX\n", "a OK subscribed\n"}},
    /* another command in its place */
    {"{'on': 'C: SUBSCRIBE {${_}}', 'play': [{'engine': 'NOOP'}]}",
     {"a SUBSCRIBE {5}\n", "a OK done\n", "b NOOP\n", "b OK done\n"}},
    /* a refusal is not one of the command before */
    {"{'on': 'S: + ${...}', 'play': ['S: NO']}",
     {"a SELECT INBOX\n", NULL, "b SUBSCRIBE {5}\n", "b NO not done\n",
      "c CLOSE\n", "c OK closed\n"}},
};
/* clang-format on */

/* Behind the greeting. */
static const char *without_greeting(const char *answered)
{
    const char *behind = strncmp(answered, "* OK [CAP", 9) == 0 ? strchr(answered, '|') : NULL;
    return behind == NULL ? answered : behind + 1;
}

static void a_rule_answers_the_announcement(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof announcements / sizeof *announcements; i++) {
        const struct turns_row *row = &announcements[i];
        struct iw_mock_talk talk;
        begin_with_rules(&talk, row->rules);
        bool greeted = strstr(row->rules, "LOGIN") != NULL;
        unsigned conn = greeted ? iw_talk_connect(&talk) : iw_talk_open_inbox(&talk);
        for (size_t k = 0; k < 8 && row->turns[k] != NULL; k += 2) {
            const char *said = row->turns[k], *wanted = row->turns[k + 1];
            const char *answered = *said == '<'
                                       ? iw_talk_wait(&talk, conn, strtoul(said + 1, NULL, 10))
                                       : iw_talk_say(&talk, conn, said);
            if (wanted != NULL && strcmp(without_greeting(answered), wanted) != 0)
                fail_msg("row %zu: %s\nsaid: %s\nanswered: %s\nexpected: %s", i, row->rules, said,
                         answered, wanted);
        }
        iw_talk_end(&talk);
    }
}

/* ---- oracles ---- */

struct oracle_row {
    const char *then, *said;
    enum iw_verdict verdict;
};

/* clang-format off */
static void then_judges_what_the_client_does(void **state)
{
    static const struct oracle_row rows[] = {
        /* in sync: only what comes after the first rule has acted */
        {"'in_sync': true", "a NOOP\nb CHECK\n", IW_PASS},
        {"'in_sync': true", "a NOOP\n", IW_PASS},
        {"'in_sync': true", "b CHECK\nb CHECK\na NOOP\n", IW_PASS},
        {"'in_sync': true", "a NOOP\na CHECK\n", IW_FAILED},
        {"'in_sync': true", "a NOOP\nb FETCH\n", IW_FAILED},
        {"'in_sync': true", "a NOOP\n(\n", IW_FAILED},
        {"'in_sync': true", "a NOOP\nb LOGIN user secret\n", IW_FAILED},
        {"'in_sync': true", "a NOOP\nb XWARP plugh\n", IW_PASS},
        {"'client': 'any'", "a NOOP\na CHECK\n", IW_PASS},
        {"'never': ['C: STORE ${...}', 'C: CHECK']", "a NOOP\nb CLOSE\n", IW_PASS},
        {"'never': ['C: STORE ${...}', 'C: CHECK']", "a NOOP\nb CHECK\n", IW_FAILED},
        {"'never': ['C: STORE ${...}', 'C: CHECK']", "b STORE 1 FLAGS ()\na NOOP\n", IW_FAILED},
        {"'count': {'C: NOOP': 2}", "a NOOP\n", IW_FAILED},
        {"'count': {'C: NOOP': 2}", "a NOOP\nb NOOP\n", IW_PASS},
        {"'count': {'C: NOOP': 2}", "a NOOP\nb NOOP\nc NOOP\n", IW_FAILED},
        {"'count': {'C: STORE': 0}", "a NOOP\n", IW_PASS},
        /* nothing was tested */
        {"'client': 'any'", "a CHECK\n", IW_BLOCKED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_mock_talk talk;
        char json[1000];
        snprintf(json, sizeof json,
                 "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'noop',"
                 " 'rules': [{'on': 'C: NOOP', 'play': ['S: OK harmed']}], 'then': {%s}}",
                 rows[i].then);
        iw_talk_begin(&talk, json, 0, false);
        unsigned conn = iw_talk_open_inbox(&talk);
        iw_talk_say(&talk, conn, rows[i].said);
        if (iw_talk_verdict(&talk) != rows[i].verdict)
            fail_msg("row %zu: %s: %s", i, rows[i].said,
                     iw_verdict_name(iw_talk_verdict(&talk)));
        iw_talk_end(&talk);
    }
}
/* clang-format on */

/* What is said behind the announcement of a literal that is refused, let come, or not answered. */
static void then_judges_what_comes_of_an_announcement(void **state)
{
    static const char refused[] = "'S: NO'", let[] = "'S: + go'", silent[] = "'S: * OK wait'";
    static const struct {
        const char *play, *then, *said[3];
        enum iw_verdict verdict;
    } rows[] = {
        /* a refused command counts, once, and its tag is used */
        {refused, "'count': {'C: CREATE': 1}", {"a CREATE {1}\n"}, IW_PASS},
        {refused, "'count': {'C: CREATE': 2}", {"a CREATE {1}\n", "b CREATE {1}\n"}, IW_PASS},
        {refused, "'never': ['C: CREATE ${...}']", {"a CREATE {1}\n"}, IW_FAILED},
        {refused, "'in_sync': true", {"a CREATE {1}\n", "b NOOP\n"}, IW_PASS},
        {refused, "'in_sync': true", {"a CREATE {1}\n", "a NOOP\n"}, IW_FAILED},
        /* the literal may not come then */
        {refused, "'in_sync': true", {"a CREATE {1}\n", "x\n"}, IW_FAILED},
        /* nor before the "+" */
        {let, "'in_sync': true", {"a CREATE {1}\n", "x\n"}, IW_PASS},
        {silent, "'in_sync': true", {"a CREATE {1}\n"}, IW_PASS},
        {silent, "'in_sync': true", {"a CREATE {1}\n", "x\n"}, IW_FAILED},
        {silent, "'client': 'any'", {"a CREATE {1}\n", "x\n"}, IW_PASS},
        {let, "'in_sync': true", {"a CREATE {1}\n", "x\n", "b CREATE {1}\nx\n"}, IW_FAILED},
        /* announcements, and what came of them */
        {let, "'count': {'C: CREATE {1}': 1, 'C: CREATE': 1}", {"a CREATE {1}\n", "x\n"}, IW_PASS},
        {let, "'count': {'C: CREATE {1}': 1, 'C: CREATE': 0}", {"a CREATE {1}\n"}, IW_PASS},
        {refused, "'count': {'C: CREATE {${_}}': 1}", {"a CREATE {1}\n"}, IW_PASS},
        {let,
         "'count': {'C: CREATE {${_}}': 1}",
         {"a CREATE {1+}\nx\n", "b CREATE {1}\n", "y\n"},
         IW_PASS},
        {let, "'never': ['C: CREATE {${n:number>9}}']", {"a CREATE {10}\n"}, IW_FAILED},
        {let, "'never': ['C: CREATE {${n:number>9}}']", {"a CREATE {9}\n"}, IW_PASS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_mock_talk talk;
        char json[1000];
        snprintf(json, sizeof json,
                 "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'create x', 'rules':"
                 " [{'on': 'C: CREATE {${_}}', 'play': [%s]}], 'then': {%s}}",
                 rows[i].play, rows[i].then);
        iw_talk_begin(&talk, json, 0, false);
        unsigned conn = iw_talk_open_inbox(&talk);
        for (size_t k = 0; k < 3 && rows[i].said[k] != NULL; k++)
            iw_talk_say(&talk, conn, rows[i].said[k]);
        if (iw_talk_verdict(&talk) != rows[i].verdict)
            fail_msg("row %zu: %s, %s: %s", i, rows[i].play, rows[i].then,
                     iw_verdict_name(iw_talk_verdict(&talk)));
        iw_talk_end(&talk);
    }
}

/* However an announcement is cut, what is behind it is early, and nothing else. */
static void an_announcement_in_pieces_is_not_early(void **state)
{
    static const char said[] = "a LOGIN {4}\r\n", more[] = "user {6}\r\n";
    (void)state;
    for (size_t cut = 0; cut < sizeof said + sizeof more - 2; cut++) {
        struct iw_mock_talk talk;
        bool first = cut < sizeof said - 1;
        const char *text = first ? said : more;
        size_t length = strlen(text), at = first ? cut : cut - (sizeof said - 1);
        iw_talk_begin(&talk,
                      "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'login',"
                      " 'rules': [{'on': 'C: LOGIN {${_}}', 'play': ['S: + go']},"
                      " {'on': 'C: LOGIN ${_} {${_}}', 'play': []}], 'then': {'in_sync': true}}",
                      0, false);
        unsigned conn = iw_talk_connect(&talk);
        if (!first)
            iw_talk_send(&talk, conn, IW_SPAN("a LOGIN {4}\r\n"));
        iw_talk_send(&talk, conn, iw_span(text, at));
        iw_talk_send(&talk, conn, iw_span(text + at, length - at));
        if (first)
            iw_talk_say(&talk, conn, "user {6}\n");
        assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
        iw_talk_send(&talk, conn, IW_SPAN("s"));
        assert_int_equal(iw_talk_verdict(&talk), IW_FAILED);
        iw_talk_end(&talk);
    }
}

static void nobody_there_is_a_timeout_and_a_step_that_cannot_be_blocks(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    begin_with_rules(&talk, "{'on': 'C: NOOP', 'play': [{'mailbox': 'INBOX', 'uidnext': 1}]}");
    assert_int_equal(iw_talk_verdict(&talk), IW_TIMED_OUT);
    unsigned conn = iw_talk_open_inbox(&talk);
    iw_talk_say(&talk, conn, "a NOOP\n");
    assert_int_equal(iw_talk_verdict(&talk), IW_BLOCKED);
    assert_true(talk.conns[conn].closed);
    iw_talk_end(&talk);
}

static void the_twin_has_the_world_but_not_the_rules(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title': 't', 'covers': ['X'], 'level': 'MUST', 'task': 'noop',"
                  " 'given': {'mailboxes': {'Other': []}},"
                  " 'rules': [{'on': 'C: NOOP', 'play': ['S: BAD harmed']}],"
                  " 'then': {'never': ['C: NOOP']}}",
                  0, true);
    unsigned conn = iw_talk_open_inbox(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a NOOP\n"), "a OK done\n");
    assert_string_equal(iw_talk_say(&talk, conn, "a LIST \"\" O*\n"),
                        "* LIST (\\HasNoChildren) \"/\" Other\na OK listed\n");
    assert_int_equal(iw_talk_verdict(&talk), IW_PASS);
    iw_talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_on_a_command_answers_in_the_servers_place),
        cmocka_unit_test(a_rule_on_a_response_changes_or_drops_it),
        cmocka_unit_test(a_step_changes_the_world),
        cmocka_unit_test(nth_conn_and_user_narrow_a_rule),
        cmocka_unit_test(a_rule_on_connect_greets),
        cmocka_unit_test(a_preauth_greeting_logs_in),
        cmocka_unit_test(the_state_follows_what_the_client_is_told),
        cmocka_unit_test(the_state_is_taken_back),
        cmocka_unit_test(a_challenge_can_be_replaced),
        cmocka_unit_test(an_answer_is_cut_and_the_connection_closed),
        cmocka_unit_test(pauses_are_kept_and_commands_wait_meanwhile),
        cmocka_unit_test(silence_answers_nothing_more),
        cmocka_unit_test(starttls_drops_what_came_in_clear),
        cmocka_unit_test(starttls_drops_what_came_before_its_answer),
        cmocka_unit_test(a_sasl_line_is_one_line),
        cmocka_unit_test(every_chunking_is_answered_alike),
        cmocka_unit_test(a_rule_answers_the_announcement),
        cmocka_unit_test(then_judges_what_the_client_does),
        cmocka_unit_test(then_judges_what_comes_of_an_announcement),
        cmocka_unit_test(an_announcement_in_pieces_is_not_early),
        cmocka_unit_test(nobody_there_is_a_timeout_and_a_step_that_cannot_be_blocks),
        cmocka_unit_test(the_twin_has_the_world_but_not_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
