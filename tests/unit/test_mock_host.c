/* SPDX-License-Identifier: MIT */
/* What a host does not let one client do to it and to the others. */
#include "tests/lib/mock_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_held_connection_waits_and_others_do_not(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned held = iw_talk_open_inbox(&talk);
    unsigned other = iw_talk_open_inbox(&talk);
    assert_true(iw_host_hold(talk.host, held, true));
    assert_string_equal(iw_talk_say(&talk, held, "a NOOP\nb NOOP\n"), "");
    assert_string_equal(iw_talk_say(&talk, other, "a NOOP\n"), "a OK done\n");
    assert_string_equal(iw_talk_wait(&talk, held, 100000), "");
    assert_true(iw_host_hold(talk.host, held, false));
    assert_string_equal(iw_talk_say(&talk, held, "c NOOP\n"),
                        "a OK done\n|b OK done\n|c OK done\n");
    assert_false(iw_host_hold(talk.host, 99, true));
    iw_talk_end(&talk);
}

static void a_dialogue_cannot_be_held(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title':'x','start':'greeted','dialogue':['C: NOOP','S: OK','C: CHECK',"
                  "'S: OK']}",
                  0, false);
    unsigned conn = iw_talk_connect(&talk);
    assert_false(iw_host_hold(talk.host, conn, true));
    assert_string_equal(iw_talk_say(&talk, conn, "a NOOP\n"), "a OK done\n");
    iw_talk_end(&talk);
}

/* The octets would only be thrown away. */
static void no_leave_for_a_literal_over_the_limit(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned conn = iw_talk_open_inbox(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a APPEND INBOX {67108865}\n"),
                        "a NO [TOOBIG] that literal is too large\n");
    assert_string_equal(iw_talk_say(&talk, conn, "b APPEND x {1}\n"), "+ go ahead\n");
    assert_string_equal(iw_talk_say(&talk, conn, "x {9223372036854775807}\n"),
                        "b NO [TOOBIG] that literal is too large\n");
    assert_string_equal(iw_talk_say(&talk, conn, "c APPEND INBOX {67108864}\n"), "+ go ahead\n");
    iw_talk_end(&talk);
}

/* Many that each send half of something may not fill the memory; those who send little stay. */
static void clients_share_what_may_wait(void **state)
{
    enum { MANY = 10, PIECE = 1000, MAX = 4 * PIECE };
    static const char begun[] = "a LOGIN {4000+}\r\n";
    struct iw_error error = {0};
    char piece[PIECE];
    const struct iw_host_options options = {.held_max = MAX};
    struct iw_host *host = iw_host_new(&options, &error);
    size_t closed = 0;
    (void)state;
    assert_non_null(host);
    memset(piece, 'x', sizeof piece);
    for (unsigned conn = 1; conn <= MANY; conn++) {
        assert_int_equal(iw_host_opened(host, false, 0), conn);
        iw_host_received(host, conn, iw_span(begun, sizeof begun - 1), 0);
        iw_host_received(host, conn, iw_span(piece, sizeof piece), 0);
        for (struct iw_action action; (action = iw_host_next(host, 0)).kind != IW_ACTION_NONE;) {
            assert_true(action.kind != IW_ACTION_CLOSE || action.conn == conn);
            closed += action.kind == IW_ACTION_CLOSE;
        }
    }
    assert_int_equal(closed, MANY - MAX / PIECE + 1); /* the line that begins counts, too */
    iw_host_closed(host, 1, IW_CLOSE_FIN, 0);
    unsigned conn = iw_host_opened(host, false, 0);
    iw_host_received(host, conn, iw_span(piece, sizeof piece), 0);
    for (struct iw_action action; (action = iw_host_next(host, 0)).kind != IW_ACTION_NONE;)
        assert_int_not_equal(action.kind, IW_ACTION_CLOSE);
    iw_host_free(host);
}

/* What is not listed cannot be used; what is listed is said as it stands. */
static void given_capabilities_are_all_there_are(void **state)
{
    static const struct {
        const char *said, *answered;
    } rows[] = {
        {"a LOGIN user secret\n", "a OK logged in\n"},
        {"b CAPABILITY\n", "* CAPABILITY IMAP4rev1 IDLE X-ODD\nb OK that is all\n"},
        {"c SELECT Other\n", "* 0 EXISTS\n* 0 RECENT\n"
                             "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n"
                             "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft "
                             "\\*)] these are kept\n* OK [UIDNEXT 1] the next UID\n"
                             "* OK [UIDVALIDITY 1700000002] UIDs are valid\n"
                             "c OK [READ-WRITE] selected\n"},
        {"d UNSELECT\n", "d BAD this server does not have the capability for that\n"},
        {"e UID EXPUNGE 1\n", "e BAD this server does not have UIDPLUS\n"},
        {"f LIST \"\" Other\n", "* LIST () \"/\" Other\nf OK listed\n"},
        {"g IDLE\nDONE\n", "+ idling\n|g OK no longer idle\n"},
    };
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title':'x','covers':['X'],'level':'MUST','task':'noop',"
                  " 'given':{'capability':{'after-login':'IMAP4rev1 IDLE X-ODD'},"
                  "          'mailboxes':{'Other':[]}},"
                  " 'rules':[{'on':'C: CHECK','play':[]}]}",
                  0, false);
    unsigned conn = iw_talk_connect(&talk);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(iw_talk_say(&talk, conn, rows[i].said), rows[i].answered);
    iw_talk_end(&talk);
}

/* Rights, limits and annotations that are given are there; what is given may go beyond a limit. */
static void given_rights_limits_and_annotations_are_there(void **state)
{
    static const struct {
        const char *said, *answered;
    } rows[] = {
        {"a LOGIN user secret\n", "a OK logged in\n"},
        {"b GETACL M\n", "* ACL M user lrswipkxteacd second lr -anyone r\n"
                         "b OK that is its list\n"},
        {"c GETQUOTA user\n", "* QUOTA user (STORAGE 0 1048576 MESSAGE 0 2 MAILBOX 2 1)\n"
                              "c OK that is the quota\n"},
        {"d CREATE N\n", "d NO [OVERQUOTA] there are too many mailboxes\n"},
        {"e GETMETADATA M (/shared/comment /private/comment)\n",
         "* METADATA M (/shared/comment \"all\" /private/comment \"mine\")\n"
         "e OK that is all\n"},
        {"f GETMETADATA \"\" /shared/comment\n",
         "* METADATA \"\" (/shared/comment \"server\")\nf OK that is all\n"},
    };
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title':'x','covers':['X'],'level':'MUST','task':'noop',"
                  " 'given':{'mailboxes':{'M':[],'INBOX':[]},'quota':{'MESSAGE':2,'MAILBOX':1},"
                  "  'acl':{'M':{'second':'lr','-anyone':'r'}},"
                  "  'metadata':{'M':{'/shared/comment':'all','/private/comment':'mine'},"
                  "              '':{'/shared/comment':'server'}}},"
                  " 'rules':[{'on':'C: CHECK','play':[]}]}",
                  0, false);
    unsigned conn = iw_talk_connect(&talk);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(iw_talk_say(&talk, conn, rows[i].said), rows[i].answered);
    iw_talk_end(&talk);
}

/* Without the capabilities there are no such commands, no other users' mailboxes and no way to
 * enable them. */
static void rights_quota_and_annotations_can_be_off(void **state)
{
    static const struct {
        const char *said, *answered;
    } rows[] = {
        {"a LOGIN user secret\n", "a OK logged in\n"},
        {"b GETACL M\n", "b BAD this server does not have the capability for that\n"},
        {"c GETQUOTAROOT M\n", "* QUOTAROOT M user\n"
                               "* QUOTA user (STORAGE 0 1048576 MESSAGE 0 1000000)\n"
                               "c OK that is its quota\n"},
        {"d SETQUOTA user (MESSAGE 7)\n", "* QUOTA user (MESSAGE 0 7)\nd OK the limits are set\n"},
        {"e SETQUOTA user (MAILBOX 7)\n", "e NO [CANNOT] there is no such resource\n"},
        {"f STATUS M (DELETED)\n", "f BAD one of the status items is unknown\n"},
        {"g NAMESPACE\n", "* NAMESPACE ((\"\" \"/\")) NIL NIL\ng OK that is all\n"},
        {"h CREATE \"Other Users/x\"\n", "h OK created\n"},
        {"i GETMETADATA M /shared/x\n", "i NO [CANNOT] only the server has annotations\n"},
        {"j GETMETADATA \"\" /shared/x\n", "j OK that is all\n"},
        {"k ENABLE METADATA METADATA-SERVER\n", "* ENABLED METADATA-SERVER\nk OK enabled\n"},
        {"l GETANNOTATION M \"*\" \"*\"\n",
         "l BAD this server does not have the capability for that\n"},
        {"m LIST \"\" M RETURN (MYRIGHTS)\n", "m BAD one of the return options is unknown\n"},
        {"n LIST \"\" M RETURN (METADATA (/shared/x))\n",
         "n BAD one of the return options is unknown\n"},
    };
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title':'x','covers':['X'],'level':'MUST','task':'noop',"
                  " 'given':{'capability':{'after-login':'IMAP4rev1 NAMESPACE QUOTA ENABLE "
                  "METADATA-SERVER LIST-EXTENDED'},'mailboxes':{'M':[],'INBOX':[]}},"
                  " 'rules':[{'on':'C: CHECK','play':[]}]}",
                  0, false);
    unsigned conn = iw_talk_connect(&talk);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(iw_talk_say(&talk, conn, rows[i].said), rows[i].answered);
    iw_talk_end(&talk);
}

/* An answer that is longer than one piece goes out in several writes, and the commands behind it
 * wait. */
static void a_long_answer_goes_out_in_pieces(void **state)
{
    struct iw_mock_talk talk;
    struct iw_buf append;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned conn = iw_talk_open_inbox(&talk);
    iw_buf_init(&append, NULL, 1 << 20);
    iw_buf_addf(&append, "a APPEND INBOX {%d+}\r\n", 20000);
    for (size_t i = 0; i < 20000; i++)
        iw_buf_add_char(&append, 'y');
    iw_buf_add_string(&append, "\r\n");
    for (size_t i = 0; i < 4; i++)
        iw_talk_send(&talk, conn, iw_buf_span(&append));
    iw_buf_release(&append);
    const char *answer = iw_talk_say(&talk, conn, "b FETCH 2:5 BODY.PEEK[]\nc NOOP\n");
    assert_non_null(strstr(answer, ")\n|* 4 FETCH"));
    assert_non_null(strstr(answer, "b OK fetched\n|c OK done\n"));
    iw_talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_connection_waits_and_others_do_not),
        cmocka_unit_test(a_dialogue_cannot_be_held),
        cmocka_unit_test(clients_share_what_may_wait),
        cmocka_unit_test(no_leave_for_a_literal_over_the_limit),
        cmocka_unit_test(given_capabilities_are_all_there_are),
        cmocka_unit_test(given_rights_limits_and_annotations_are_there),
        cmocka_unit_test(rights_quota_and_annotations_can_be_off),
        cmocka_unit_test(a_long_answer_goes_out_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
