/* SPDX-License-Identifier: MIT */
/* The canned server: what it answers, and that every line of it is legal. */
#include "mockserver/canned.h"
#include "parser/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the client says, and the whole answer. A line without CRLF is a SASL answer or DONE. */
struct exchange {
    const char *said, *answered;
};

struct talk {
    struct iw_canned canned;
    struct iw_canned_session session;
    struct iw_arena arena;
    struct iw_buf answer;
};

static void begin(struct talk *talk)
{
    assert_true(iw_canned_init(&talk->canned, NULL, NULL, NULL));
    iw_canned_session_init(&talk->session, &talk->canned, false);
    iw_arena_init(&talk->arena, NULL, 1 << 20);
    iw_buf_init(&talk->answer, NULL, 1 << 20);
}

static void end(struct talk *talk)
{
    iw_buf_release(&talk->answer);
    iw_arena_release(&talk->arena);
    iw_canned_session_release(&talk->session);
    iw_canned_release(&talk->canned);
}

/* Every response line parses strictly. */
static void assert_legal(struct talk *talk)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    struct iw_response response;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&framer, iw_buf_span(&talk->answer));
    while (iw_framer_next(&framer, &frame, &error) == IW_OK) {
        assert_false(frame.bare_lf);
        if (iw_parse_response(&frame, &talk->arena, &iw_limits_default, NULL, &response, &error) !=
            IW_OK)
            fail_msg("octet %zu of \"%.*s\": expected %s", error.offset, (int)frame.bytes.length,
                     frame.bytes.data, error.expected);
    }
    assert_int_equal(iw_framer_held(&framer), 0);
    iw_framer_release(&framer);
}

static void say_command(struct talk *talk, const char *said)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    struct iw_command command;
    iw_framer_init(&framer, IW_FRAME_COMMANDS, &iw_limits_default, NULL);
    iw_framer_feed(&framer, iw_span_of(said));
    assert_int_equal(iw_framer_next(&framer, &frame, &error), IW_OK);
    if (frame.kind == IW_FRAME_ASK) {
        iw_framer_accept(&framer);
        assert_int_equal(iw_framer_next(&framer, &frame, &error), IW_OK);
    }
    if (iw_parse_command(&frame, &talk->arena, &iw_limits_default, NULL, &command, &error) != IW_OK)
        fail_msg("octet %zu of \"%s\": expected %s", error.offset, said, error.expected);
    iw_canned_answer(&talk->session, &command, &frame, &talk->answer);
    iw_framer_release(&framer);
}

static void say(struct talk *talk, const char *said)
{
    iw_buf_clear(&talk->answer);
    iw_arena_reset(&talk->arena);
    if (strchr(said, '\n') == NULL)
        iw_canned_line(&talk->session, IW_SPAN("a"), iw_span_of(said), &talk->answer);
    else
        say_command(talk, said);
    assert_legal(talk);
}

static void play(struct talk *talk, const struct exchange *exchanges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        say(talk, exchanges[i].said);
        if (strcmp(iw_buf_string(&talk->answer), exchanges[i].answered) != 0)
            fail_msg("row %zu: %s\nanswered: %s\nexpected: %s", i, exchanges[i].said,
                     iw_buf_string(&talk->answer), exchanges[i].answered);
    }
}

static void play_alone(const struct exchange *exchanges, size_t count)
{
    struct talk talk;
    begin(&talk);
    play(&talk, exchanges, count);
    end(&talk);
}

#define PLAY(rows) play_alone(rows, sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void greets_with_its_capabilities(void **state)
{
    struct talk talk;
    (void)state;
    begin(&talk);
    iw_canned_greet(&talk.session, &talk.answer);
    assert_legal(&talk);
    assert_string_equal(iw_buf_string(&talk.answer),
        "* OK [CAPABILITY IMAP4rev1 ID IDLE LITERAL+ NAMESPACE UNSELECT STARTTLS SASL-IR "
        "AUTH=PLAIN] imapwright is ready\r\n");
    end(&talk);
}

static void logs_in_only_with_the_right_password(void **state)
{
    static const struct exchange rows[] = {
        {"a LIST \"\" *\r\n", "a BAD that command does not fit here\r\n"},
        {"a LOGIN user wrong\r\n", "a NO [AUTHENTICATIONFAILED] wrong name or password\r\n"},
        {"a LOGIN User secret\r\n", "a NO [AUTHENTICATIONFAILED] wrong name or password\r\n"},
        {"a LOGIN user {6}\r\nsecret\r\n", "a OK logged in\r\n"},
        {"a LOGIN user secret\r\n", "a BAD that command does not fit here\r\n"},
        {"a CAPABILITY\r\n",
         "* CAPABILITY IMAP4rev1 ID IDLE LITERAL+ NAMESPACE UNSELECT\r\na OK that is all\r\n"},
        {"a FETCH 1 FLAGS\r\n", "a BAD that command does not fit here\r\n"},
        {"a LOGOUT\r\n", "* BYE see you\r\na OK logged out\r\n"},
        {"a NOOP\r\n", "a BAD that command does not fit here\r\n"},
    };
    (void)state;
    PLAY(rows);
}

static void authenticates_with_plain(void **state)
{
    static const struct exchange rows[] = {
        {"a AUTHENTICATE GSSAPI\r\n", "a NO [CANNOT] only PLAIN is known here\r\n"},
        {"a AUTHENTICATE PLAIN\r\n", "+ \r\n"},
        {"*", "a BAD cancelled\r\n"},
        {"a AUTHENTICATE PLAIN\r\n", "+ \r\n"},
        {"no base64", "a BAD not the base64 of a PLAIN message\r\n"},
        {"a AUTHENTICATE PLAIN =\r\n", "a BAD not the base64 of a PLAIN message\r\n"},
        {"a AUTHENTICATE PLAIN AHVzZXIAd3Jvbmc=\r\n",
         "a NO [AUTHENTICATIONFAILED] wrong name or password\r\n"},
        {"a AUTHENTICATE PLAIN\r\n", "+ \r\n"},
        {"AHVzZXIAc2VjcmV0", "a OK logged in\r\n"},
    };
    static const struct exchange at_once[] = {
        {"a AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0\r\n", "a OK logged in\r\n"},
    };
    (void)state;
    PLAY(rows);
    PLAY(at_once);
}

static void lists_with_wildcards(void **state)
{
    static const struct exchange rows[] = {
        {"a LOGIN user secret\r\n", "a OK logged in\r\n"},
        {"a CREATE a/b/\r\n", "a OK created\r\n"},
        {"a CREATE a/b\r\n", "a NO [ALREADYEXISTS] that mailbox exists\r\n"},
        {"a CREATE \"\"\r\n", "a NO [CANNOT] that is no name for a mailbox\r\n"},
        {"a CREATE \"two words\"\r\n", "a OK created\r\n"},
        {"a CREATE inbox\r\n", "a NO [ALREADYEXISTS] that mailbox exists\r\n"},
        {"a LIST \"\" \"\"\r\n",
         "* LIST (\\Noselect) \"/\" \"\"\r\na OK that is the separator\r\n"},
        {"a LIST \"\" *\r\n", "* LIST () \"/\" INBOX\r\n* LIST () \"/\" a/b\r\n"
                              "* LIST () \"/\" \"two words\"\r\na OK listed\r\n"},
        {"a LIST \"\" %\r\n",
         "* LIST () \"/\" INBOX\r\n* LIST () \"/\" \"two words\"\r\na OK listed\r\n"},
        {"a LIST a/ %\r\n", "* LIST () \"/\" a/b\r\na OK listed\r\n"},
        {"a LIST \"\" *b\r\n", "* LIST () \"/\" a/b\r\na OK listed\r\n"},
        {"a LIST \"\" %b\r\n", "a OK listed\r\n"},
        {"a LIST \"\" inbox\r\n", "* LIST () \"/\" INBOX\r\na OK listed\r\n"},
        {"a LIST \"\" A/b\r\n", "a OK listed\r\n"},
        {"a LSUB \"\" %/%\r\n", "* LSUB () \"/\" a/b\r\na OK listed\r\n"},
        {"a SUBSCRIBE a/b\r\n", "a OK subscribed\r\n"},
        {"a UNSUBSCRIBE a/b\r\n", "a NO [CANNOT] all mailboxes stay subscribed\r\n"},
        {"a DELETE a/b\r\n", "a OK deleted\r\n"},
        {"a DELETE a/b\r\n", "a NO [NONEXISTENT] there is no such mailbox\r\n"},
        {"a DELETE INBOX\r\n", "a NO [CANNOT] INBOX stays\r\n"},
        {"a NAMESPACE\r\n", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na OK that is all\r\n"},
    };
    (void)state;
    PLAY(rows);
}

static void selects_and_examines(void **state)
{
    static const struct exchange rows[] = {
        {"a LOGIN user secret\r\n", "a OK logged in\r\n"},
        {"a STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)\r\n",
         "* STATUS INBOX (MESSAGES 1 RECENT 1 UIDNEXT 2 UIDVALIDITY 1700000001 UNSEEN 1)\r\n"
         "a OK that is its status\r\n"},
        {"a STATUS INBOX (MESSAGES COLOUR)\r\n", "a BAD one of the status items is unknown\r\n"},
        {"a STATUS nowhere (MESSAGES)\r\n", "a NO [NONEXISTENT] there is no such mailbox\r\n"},
        {"a EXAMINE INBOX\r\n",
         "* 1 EXISTS\r\n* 1 RECENT\r\n"
         "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
         "* OK [UNSEEN 1] the first unseen message\r\n"
         "* OK [PERMANENTFLAGS ()] nothing can be changed\r\n"
         "* OK [UIDNEXT 2] the next UID\r\n"
         "* OK [UIDVALIDITY 1700000001] UIDs are valid\r\n"
         "a OK [READ-ONLY] examined\r\n"},
        {"a STORE 1 +FLAGS (\\Seen)\r\n", "a NO [READ-ONLY] the mailbox is open for reading\r\n"},
        {"a SELECT inbox\r\n",
         "* 1 EXISTS\r\n* 1 RECENT\r\n"
         "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
         "* OK [UNSEEN 1] the first unseen message\r\n"
         "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] "
         "these are kept\r\n"
         "* OK [UIDNEXT 2] the next UID\r\n"
         "* OK [UIDVALIDITY 1700000001] UIDs are valid\r\n"
         "a OK [READ-WRITE] selected\r\n"},
        {"a SELECT nowhere\r\n", "a NO [NONEXISTENT] there is no such mailbox\r\n"},
        {"a CLOSE\r\n", "a BAD that command does not fit here\r\n"},
    };
    (void)state;
    PLAY(rows);
}
/* clang-format on */

static void open_inbox(struct talk *talk, size_t more)
{
    begin(talk);
    say(talk, "a LOGIN user secret\r\n");
    for (size_t i = 0; i < more; i++)
        say(talk, "a APPEND INBOX (\\Flagged) \"02-Mar-2024 10:00:00 +0100\" {27}\r\n"
                  "Subject: two\r\n\r\nbody text\r\n\r\n");
    say(talk, "a SELECT INBOX\r\n");
}

/* clang-format off */
static void fetches(void **state)
{
    static const struct exchange rows[] = {
        {"a FETCH 3 FLAGS\r\n", "a BAD there are not so many messages\r\n"},
        {"a FETCH $ FLAGS\r\n", "a BAD there are not so many messages\r\n"},
        {"a FETCH 1 ENVELOPE\r\n", "a BAD this server cannot fetch one of these items\r\n"},
        {"a FETCH 2 FAST\r\n",
         "* 2 FETCH (FLAGS (\\Recent \\Flagged) INTERNALDATE \" 2-Mar-2024 10:00:00 +0100\" "
         "RFC822.SIZE 27)\r\na OK fetched\r\n"},
        {"a UID FETCH 2:* (FLAGS)\r\n",
         "* 2 FETCH (UID 2 FLAGS (\\Recent \\Flagged))\r\na OK fetched\r\n"},
        {"a UID FETCH 7 (FLAGS)\r\n", "a OK fetched\r\n"},
        {"a FETCH 2 BODY.PEEK[HEADER]\r\n",
         "* 2 FETCH (BODY[HEADER] {16}\r\nSubject: two\r\n\r\n)\r\na OK fetched\r\n"},
        {"a FETCH 2 BODY.PEEK[TEXT]<5.4>\r\n",
         "* 2 FETCH (BODY[TEXT]<5> {4}\r\ntext)\r\na OK fetched\r\n"},
        {"a FETCH 2 BODY.PEEK[]<27.1>\r\n", "* 2 FETCH (BODY[]<27> {0}\r\n)\r\na OK fetched\r\n"},
        {"a FETCH 2 BODY.PEEK[]<28.5>\r\n", "* 2 FETCH (BODY[]<28> {0}\r\n)\r\na OK fetched\r\n"},
        {"a FETCH 1 BODY.PEEK[HEADER.FIELDS (subject TO)]\r\n",
         "* 1 FETCH (BODY[HEADER.FIELDS (subject TO)] {63}\r\nTo: Bob Example "
         "<bob@example.org>\r\nSubject: a plain message\r\n\r\n)\r\na OK fetched\r\n"},
        {"a FETCH 2 BODY.PEEK[HEADER.FIELDS.NOT (Subject)]\r\n",
         "* 2 FETCH (BODY[HEADER.FIELDS.NOT (Subject)] {2}\r\n\r\n)\r\na OK fetched\r\n"},
        {"a FETCH 2 (UID RFC822)\r\n",
         "* 2 FETCH (UID 2 RFC822 {27}\r\nSubject: two\r\n\r\nbody text\r\n "
         "FLAGS (\\Recent \\Flagged \\Seen))\r\na OK fetched\r\n"},
        {"a FETCH 2 (BODY[1])\r\n",
         "* 2 FETCH (BODY[1] {11}\r\nbody text\r\n)\r\na OK fetched\r\n"},
    };
    struct talk talk;
    (void)state;
    open_inbox(&talk, 1);
    play(&talk, rows, sizeof rows / sizeof *rows);
    end(&talk);
}

static void stores_and_expunges(void **state)
{
    static const struct exchange rows[] = {
        {"a STORE 1,3 +FLAGS (\\Deleted Later)\r\n",
         "* 1 FETCH (FLAGS (\\Recent \\Deleted Later))\r\n"
         "* 3 FETCH (FLAGS (\\Recent \\Flagged \\Deleted Later))\r\na OK stored\r\n"},
        {"a STORE 4 FLAGS.SILENT ()\r\n", "a OK stored\r\n"},
        {"a UID STORE 4 -FLAGS (Later)\r\n",
         "* 4 FETCH (UID 4 FLAGS (\\Recent))\r\na OK stored\r\n"},
        {"a SEARCH ALL\r\n", "* SEARCH 1 2 3 4\r\na OK searched\r\n"},
        {"a UID SEARCH KEYWORD later\r\n", "* SEARCH 1 3\r\na OK searched\r\n"},
        {"a SEARCH NOT DELETED FLAGGED\r\n", "* SEARCH 2\r\na OK searched\r\n"},
        {"a SEARCH UID 3:* NEW\r\n", "* SEARCH 3 4\r\na OK searched\r\n"},
        {"a SEARCH 2:3 SUBJECT \"TWO\" BODY text\r\n", "* SEARCH 2 3\r\na OK searched\r\n"},
        {"a SEARCH SUBJECT \"body\"\r\n", "* SEARCH\r\na OK searched\r\n"},
        {"a SEARCH BODY subject\r\n", "* SEARCH\r\na OK searched\r\n"},
        {"a SEARCH LARGER 26 SMALLER 28\r\n", "* SEARCH 2 3 4\r\na OK searched\r\n"},
        {"a SEARCH LARGER 27 SMALLER 28\r\n", "* SEARCH\r\na OK searched\r\n"},
        {"a SEARCH OR SEEN DELETED\r\n",
         "a BAD this server does not know one of the search keys\r\n"},
        {"a SEARCH CHARSET KOI8-R ALL\r\n",
         "a NO [BADCHARSET (US-ASCII UTF-8)] that charset is unknown\r\n"},
        {"a EXPUNGE\r\n", "* 1 EXPUNGE\r\n* 2 EXPUNGE\r\na OK expunged\r\n"},
        {"a FETCH 1:* UID\r\n", "* 1 FETCH (UID 2)\r\n* 2 FETCH (UID 4)\r\na OK fetched\r\n"},
        {"a APPEND INBOX {2+}\r\n\r\n\r\n", "* 3 EXISTS\r\n* 3 RECENT\r\na OK appended\r\n"},
        {"a APPEND INBOX {19+}\r\nX: y\r\n\r\nTo: zebra\r\n\r\n",
         "* 4 EXISTS\r\n* 4 RECENT\r\na OK appended\r\n"},
        {"a SEARCH TO zebra\r\n", "* SEARCH\r\na OK searched\r\n"},
        {"a SEARCH TEXT zebra\r\n", "* SEARCH 4\r\na OK searched\r\n"},
        {"a APPEND nowhere {2+}\r\n\r\n\r\n",
         "a NO [TRYCREATE] there is no such mailbox\r\n"},
        {"a FETCH 3 UID\r\n", "* 3 FETCH (UID 5)\r\na OK fetched\r\n"},
        {"a STORE 1 FLAGS (\\Deleted)\r\n",
         "* 1 FETCH (FLAGS (\\Recent \\Deleted))\r\na OK stored\r\n"},
        {"a CLOSE\r\n", "a OK closed\r\n"},
        {"a STATUS INBOX (MESSAGES)\r\n",
         "* STATUS INBOX (MESSAGES 3)\r\na OK that is its status\r\n"},
    };
    struct talk talk;
    (void)state;
    open_inbox(&talk, 3);
    play(&talk, rows, sizeof rows / sizeof *rows);
    end(&talk);
}

static void knows_its_limits(void **state)
{
    static const struct exchange rows[] = {
        {"a COPY 1 INBOX\r\n", "a BAD this server does not know that command\r\n"},
        {"a XYZZY plugh\r\n", "a BAD this server does not know that command\r\n"},
        {"a ID NIL\r\n", "* ID (\"name\" \"imapwright\")\r\na OK now we know each other\r\n"},
        {"a STARTTLS\r\n", "a BAD that command does not fit here\r\n"},
        {"a IDLE\r\n", "+ idling\r\n"},
        {"done", "a OK no longer idle\r\n"},
        {"a IDLE\r\n", "+ idling\r\n"},
        {"a NOOP", "a BAD expected DONE\r\n"},
        {"a UNSELECT\r\n", "a OK closed\r\n"},
    };
    struct talk talk;
    (void)state;
    open_inbox(&talk, 0);
    play(&talk, rows, sizeof rows / sizeof *rows);
    end(&talk);
}
/* clang-format on */

/* A message that another session expunges keeps its number until this one may be told. */
static void tells_another_session_when_it_may(void **state)
{
    static const struct exchange rows[] = {
        {"a FETCH 1:2 UID\r\n", "* 2 FETCH (UID 2)\r\na OK fetched\r\n"},
        {"a NOOP\r\n", "* 1 EXPUNGE\r\na OK done\r\n"},
    };
    struct talk talk;
    struct iw_canned_session other;
    (void)state;
    open_inbox(&talk, 1);
    say(&talk, "a STORE 1 FLAGS (\\Deleted)\r\n");
    other = talk.session;
    iw_canned_session_init(&talk.session, &talk.canned, true);
    say(&talk, "a LOGIN user secret\r\n");
    say(&talk, "a SELECT INBOX\r\n");
    say(&talk, "a EXPUNGE\r\n");
    iw_canned_session_release(&talk.session);
    talk.session = other;
    play(&talk, rows, sizeof rows / sizeof *rows);
    end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greets_with_its_capabilities),
        cmocka_unit_test(logs_in_only_with_the_right_password),
        cmocka_unit_test(authenticates_with_plain),
        cmocka_unit_test(lists_with_wildcards),
        cmocka_unit_test(selects_and_examines),
        cmocka_unit_test(fetches),
        cmocka_unit_test(stores_and_expunges),
        cmocka_unit_test(knows_its_limits),
        cmocka_unit_test(tells_another_session_when_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
