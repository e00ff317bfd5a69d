/* SPDX-License-Identifier: MIT */
/* Responses: each row is parsed, written, and parsed again; what cannot be parsed fails at the
 * octet that does not fit. All rows are also cut at every byte, and with every allocation failing.
 */
#include "parser/response.h"

#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 16, VALUES_MAX = 1 << 20 };

/* clang-format off */
static const struct iw_row rows[] = {
    /* resp-cond-state, resp-cond-bye, greeting */
    {"* OK ready\r\n"},
    {"* ok ready\r\n", "* OK ready\r\n"},
    {"* NO disk is slow\r\n"},
    {"* BAD line too long\r\n"},
    {"* BYE going down\r\n"},
    {"* PREAUTH hello\r\n"},
    {"* OK [ALERT] look\r\n"},
    {"* OK \r\n"},
    {"* OK [ALERT] \r\n"},
    {"* OK  two spaces\r\n"},
    {"* OK say {5}\r\n"},
    {"* OK a \"lone quote\r\n"},
    {"* OK \xc3\xa4 is UTF-8\r\n"},
    {"* OK trailing space \r\n"},
    {"A1 OK done\r\n"},
    {"A1 NO [TRYCREATE] no such mailbox\r\n"},
    {"a.b]c-1 BAD what\r\n"},
    {"A1 OK (in brackets) [not a code]\r\n"},
    {"* OK\r\n", NULL, true, 4},
    {"* OK [ALERT]\r\n", NULL, true, 12},
    {"* OK [ALERT]x\r\n", NULL, true, 12},
    {"* OK [ALERT\r\n", NULL, true, 11},
    {"* OK \xe4 is Latin-1\r\n", NULL, true, 5},
    {"* OK cr \r in text\r\n", NULL, true, 8},
    {"A1 BYE done\r\n", NULL, true, 3},
    {"A1 PREAUTH done\r\n", NULL, true, 3},
    {"A1 FETCH done\r\n", NULL, true, 3},
    {"A1  OK two spaces\r\n", NULL, true, 3},
    {"A1\r\n", NULL, true, 2},
    {" OK no tag\r\n", NULL, true, 0},
    {"\r\n", NULL, true, 0},
    {"*OK no space\r\n", NULL, true, 1},
    {"*  OK two spaces\r\n", NULL, true, 2},
    {"* OK bare LF\n", NULL, true, 12},

    /* continue-req */
    {"+ go ahead\r\n"},
    {"+ \r\n"},
    {"+ YmFzZTY0\r\n"},
    {"+ [REFERRAL imap://x/] elsewhere\r\n"},
    {"+ {5}\r\n"},
    {"+\r\n", NULL, true, 1},
    {"+OK\r\n", NULL, true, 1},

    /* capability-data, enable-data */
    {"* CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+\r\n"},
    {"* capability imap4REV1\r\n", "* CAPABILITY imap4REV1\r\n"},
    {"* CAPABILITY\r\n", NULL, true, 12},
    {"* CAPABILITY IMAP4rev1 \r\n", NULL, true, 22},
    {"* CAPABILITY IMAP4rev1  IDLE\r\n", NULL, true, 22},
    {"* CAPABILITY IMAP4rev1 \"IDLE\"\r\n", NULL, true, 23},
    {"* ENABLED CONDSTORE\r\n"},
    {"* ENABLED\r\n"},
    {"* ENABLED \r\n", NULL, true, 9},

    /* mailbox-list */
    {"* LIST (\\HasNoChildren \\Sent) \"/\" Sent\r\n"},
    {"* LIST () NIL Sent\r\n"},
    {"* LIST () nil Sent\r\n", "* LIST () NIL Sent\r\n"},
    {"* LIST () \"/\" inbox\r\n", "* LIST () \"/\" INBOX\r\n"},
    {"* LIST () \"/\" \"InBoX\"\r\n", "* LIST () \"/\" INBOX\r\n"},
    {"* LIST () \"/\" {5}\r\ninBOX\r\n", "* LIST () \"/\" INBOX\r\n"},
    {"* LIST () \"/\" inbox/sub\r\n"},
    {"* LIST () \"/\" NIL\r\n", "* LIST () \"/\" \"NIL\"\r\n"},
    {"* LIST () \"/\" \"\"\r\n"},
    {"* LIST () \"/\" {0}\r\n\r\n", "* LIST () \"/\" \"\"\r\n"},
    {"* LIST () \"/\" \"{5}\"\r\n"},
    {"* LIST () \"/\" \"a \\\"b\\\" \\\\c\"\r\n"},
    {"* LIST () \"/\" {3}\r\na\rb\r\n"},
    {"* LIST () \"/\" \"\xc3\xa4\"\r\n", "* LIST () \"/\" {2}\r\n\xc3\xa4\r\n"},
    {"* LIST () \"/\" a]b\r\n"},
    {"* LIST () \"\\\\\" a\r\n"},
    {"* LIST () \"\\\"\" a\r\n"},
    {"* LIST () \".\" a (CHILDINFO (\"SUBSCRIBED\"))\r\n",
     "* LIST () \".\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n"},
    {"* LSUB () \".\" a\r\n"},
    {"* lsub () \".\" a\r\n", "* LSUB () \".\" a\r\n"},
    {"* LIST () \".\" a ()\r\n"},
    {"* LIST () \".\" a (oldname (inbox))\r\n", "* LIST () \".\" a (\"oldname\" (INBOX))\r\n"},
    {"* LIST () \".\" a (\"OLDNAME\" (b) \"CHILDINFO\" (\"SUBSCRIBED\" \"REMOTE\"))\r\n"},
    {"* LIST () \".\" a (\"X\" (1 (2) \"3\") \"Y\" 1:5)\r\n"},
    {"* LIST () \".\" a (\"OLDNAME\" b)\r\n", NULL, true, 27},
    {"* LIST () \".\" a (\"CHILDINFO\" ())\r\n", NULL, true, 30},
    {"* LIST () \".\" a (\"CHILDINFO\" (X))\r\n", NULL, true, 30},
    {"* LIST () \".\" a (\"X\")\r\n", NULL, true, 20},
    {"* LIST () \".\" a (\"X\" 1 )\r\n", NULL, true, 23},
    {"* LIST () \".\" a () ()\r\n", NULL, true, 18},
    {"* XLIST (\\HasNoChildren \\Inbox) \"/\" Inbox\r\n",
     "* XLIST (\\HasNoChildren \\Inbox) \"/\" INBOX\r\n"},
    {"* RLIST () \"/\" imap\r\n"},
    {"* RLSUB () \"/\" imap\r\n"},
    {"* LIST (Sent) \"/\" a\r\n", NULL, true, 8},
    {"* LIST (\\) \"/\" a\r\n", NULL, true, 9},
    {"* LIST (\\A ) \"/\" a\r\n", NULL, true, 11},
    {"* LIST \"/\" a\r\n", NULL, true, 7},
    {"* LIST () / a\r\n", NULL, true, 10},
    {"* LIST () \"\" a\r\n", NULL, true, 11},
    {"* LIST () \"//\" a\r\n", NULL, true, 12},
    {"* LIST () \"\\\" a\r\n", NULL, true, 13},
    {"* LIST () \"\\a\" a\r\n", NULL, true, 12},
    {"* LIST () \"/\"\r\n", NULL, true, 13},
    {"* LIST () \"/\" \r\n", NULL, true, 14},
    {"* LIST () \"/\" a b\r\n", NULL, true, 15},
    {"* LIST () \"/\" a%\r\n", NULL, true, 15},
    {"* LIST () \"/\" \"a\r\n", NULL, true, 16},
    {"* LIST () \"/\" \"\\a\"\r\n", NULL, true, 15},
    {"* LIST () \"/\" a (X\r\n", NULL, true, 18},

    /* status */
    {"* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)\r\n"},
    {"* STATUS inbox (messages 0)\r\n", "* STATUS INBOX (messages 0)\r\n"},
    {"* STATUS a ()\r\n"},
    {"* STATUS a (MESSAGES 4294967295 UNSEEN 007)\r\n",
     "* STATUS a (MESSAGES 4294967295 UNSEEN 7)\r\n"},
    {"* STATUS a (SIZE 9223372036854775807 HIGHESTMODSEQ 0)\r\n"},
    {"* STATUS a (MAILBOXID (F2212ea87) APPENDLIMIT NIL)\r\n"},
    {"* STATUS a (APPENDLIMIT 9223372036854775807 DELETED 3 DELETED-STORAGE 8)\r\n"},
    {"* STATUS a (APPENDLIMIT nil)\r\n", "* STATUS a (APPENDLIMIT NIL)\r\n"},
    {"* STATUS a (MAILBOXID F)\r\n", NULL, true, 22},
    {"* STATUS a (MAILBOXID ())\r\n", NULL, true, 23},
    {"* STATUS a (MAILBOXID (a.b))\r\n", NULL, true, 24},
    {"* STATUS a (APPENDLIMIT (1))\r\n", NULL, true, 24},
    {"* STATUS a (X-NEW 18446744073709551615)\r\n"},
    {"* STATUS {1}\r\n\x80 (UNSEEN 1)\r\n"},
    {"* STATUS a (MESSAGES 4294967296)\r\n", NULL, true, 21},
    {"* STATUS a (SIZE 9223372036854775808)\r\n", NULL, true, 17},
    {"* STATUS a (UIDNEXT 0)\r\n", NULL, true, 20},
    {"* STATUS a (MESSAGES -1)\r\n", NULL, true, 21},
    {"* STATUS a (MESSAGES)\r\n", NULL, true, 20},
    {"* STATUS a (MESSAGES 1 )\r\n", NULL, true, 23},
    {"* STATUS a (MESSAGES 1) \r\n", NULL, true, 23},
    {"* STATUS a MESSAGES 1\r\n", NULL, true, 11},
    {"* STATUS (MESSAGES 1)\r\n", NULL, true, 9},

    /* flags */
    {"* FLAGS (\\Answered \\Seen $Forwarded keyword)\r\n"},
    {"* FLAGS ()\r\n"},
    {"* FLAGS (\\Seen \\Recent)\r\n", NULL, true, 15},
    {"* FLAGS (\\*)\r\n", NULL, true, 10},
    {"* FLAGS \\Seen\r\n", NULL, true, 8},

    /* search */
    {"* SEARCH\r\n"},
    {"* SEARCH 2 84 882\r\n"},
    {"* SEARCH 3 2 3\r\n"},
    {"* SEARCH 4294967295\r\n"},
    {"* SEARCH 1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890\r\n"},
    {"* SEARCH 2 5 (MODSEQ 917162500)\r\n"},
    {"* SEARCH 1 (MODSEQ 9223372036854775807)\r\n"},
    {"* SEARCH (MODSEQ 1)\r\n", NULL, true, 9},
    {"* search 1 (modseq 2)\r\n", "* SEARCH 1 (MODSEQ 2)\r\n"},
    {"* SEARCH \r\n", NULL, true, 8},
    {"* SEARCH 1 \r\n", NULL, true, 10},
    {"* SEARCH  1\r\n", NULL, true, 8},
    {"* SEARCH 0\r\n", NULL, true, 9},
    {"* SEARCH 01 2345678\r\n", NULL, true, 9},
    {"* SEARCH 4294967296\r\n", NULL, true, 9},
    {"* SEARCH 1 a\r\n", NULL, true, 11},
    {"* SEARCH 1a 2345678\r\n", NULL, true, 10},
    {"* SEARCH 1,2\r\n", NULL, true, 10},
    {"* SEARCH 1 (MODSEQ 0)\r\n", NULL, true, 19},
    {"* SEARCH 1 (MODSEQ 2) 3\r\n", NULL, true, 21},
    {"* SEARCH 1 (X 2)\r\n", NULL, true, 12},

    /* message-data */
    {"* 0 EXISTS\r\n"},
    {"* 4294967295 EXISTS\r\n"},
    {"* 000 exists\r\n", "* 0 EXISTS\r\n"},
    {"* 5 RECENT\r\n"},
    {"* 1 EXPUNGE\r\n"},
    {"* 1 FETCH (UID 5)\r\n"},
    {"* 1 fetch (UID 5)\r\n", "* 1 FETCH (UID 5)\r\n"},
    {"* 4294967296 EXISTS\r\n", NULL, true, 2},
    {"* -1 EXISTS\r\n", "* -1 EXISTS\r\n"},
    {"* 0 EXPUNGE\r\n", NULL, true, 2},
    {"* 01 EXPUNGE\r\n", NULL, true, 2},
    {"* 0 FETCH (UID 1)\r\n", NULL, true, 2},
    {"* 1 EXISTS 2\r\n", NULL, true, 10},
    {"* 1 EXISTS \r\n", NULL, true, 10},
    {"* 1\r\n", NULL, true, 3},
    {"* 1 \r\n", NULL, true, 4},
    {"* 1 FETCH\r\n", NULL, true, 9},
    {"* 1 FETCH ()\r\n", NULL, true, 11},
    {"* FETCH (UID 1)\r\n", NULL, true, 2},
    {"* 7 UIDFETCH (FLAGS (\\Seen))\r\n"},
    {"* 7 COPY\r\n"},
    {"* 7 STORE (FLAGS (\\Seen))\r\n"},
    {"* 0 UIDFETCH (UID 1)\r\n", NULL, true, 2},
    {"* 0 COPY\r\n", NULL, true, 2},
    {"* 7 COPY 1\r\n", NULL, true, 8},
    {"* UIDFETCH (UID 1)\r\n", NULL, true, 2},
    {"* 1 ESEARCH\r\n", NULL, true, 4},
    {"* 1 SEARCH 2\r\n", NULL, true, 4},
    {"* 1 OK 2\r\n", NULL, true, 4},

    /* whatever else */
    {"* 1 EXPUNGED\r\n"},
    {"* X-ANY }{ \"( \x80\r\n"},
    {"* X {3}\r\na\r\n {0}\r\n\r\n"},
    {"* X\r\n"},
    {"* X \r\n"},
    {"* (X)\r\n", NULL, true, 2},
    {"* \r\n", NULL, true, 2},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_RESPONSES, rows, sizeof rows / sizeof *rows};

static struct iw_limits limits = {.line = 1 << 20,
                                  .literal = 1 << 20,
                                  .frame = 1 << 20,
                                  .literals = 100,
                                  .values = VALUES_MAX,
                                  .items = 1000,
                                  .depth = 20};

static void open_subject(struct iw_subject *subject, struct iw_span input,
                         struct iw_lenient *lenient)
{
    iw_subject_open(subject, IW_FRAME_RESPONSES, input,
                    &(struct iw_subject_terms){.limits = &limits, .lenient = lenient});
}

/* ---- fields ---- */

static void test_fields(void **state)
{
    (void)state;
    struct iw_subject s;
    open_subject(&s, iw_span_of("A1 NO [UIDNEXT 7] text\r\n"), NULL);
    assert_int_equal(s.response.kind, IW_RESPONSE_TAGGED);
    assert_int_equal(s.response.state, IW_STATE_NO);
    assert_true(iw_span_equal(s.response.tag, IW_SPAN("A1")));
    assert_true(iw_code_is(&s.response.text.code, "uidnext"));
    assert_true(iw_span_equal(s.response.text.text, IW_SPAN("text")));
    iw_subject_close(&s);

    open_subject(&s, iw_span_of("* LIST (\\A \\B) \"\\\\\" \"x\\\"y\" (Z (1 2))\r\n"), NULL);
    assert_int_equal(s.response.kind, IW_RESPONSE_LIST);
    assert_int_equal(s.response.list.attribute_count, 2);
    assert_true(iw_span_equal(s.response.list.attributes[1], IW_SPAN("\\B")));
    assert_true(iw_span_equal(s.response.list.separator, IW_SPAN("\\")));
    assert_true(iw_span_equal(s.response.list.mailbox, IW_SPAN("x\"y")));
    assert_int_equal(s.response.list.item_count, 1);
    assert_int_equal(s.response.list.items[0].kind, IW_LIST_OTHER);
    assert_true(iw_span_equal(s.response.list.items[0].raw, IW_SPAN("(1 2)")));
    iw_subject_close(&s);

    open_subject(&s, iw_span_of("* LIST () NIL a\r\n"), NULL);
    assert_null(s.response.list.separator.data);
    assert_false(s.response.list.extended);
    iw_subject_close(&s);

    open_subject(&s, iw_span_of("* STATUS a (UNSEEN 7 MAILBOXID (F))\r\n"), NULL);
    assert_int_equal(s.response.status.count, 2);
    assert_int_equal(s.response.status.items[0].kind, IW_STATUS_NUMBER);
    assert_int_equal(s.response.status.items[0].number, 7);
    assert_int_equal(s.response.status.items[1].kind, IW_STATUS_ID);
    assert_true(iw_span_equal(s.response.status.items[1].id, IW_SPAN("F")));
    iw_subject_close(&s);

    open_subject(&s, iw_span_of("* SEARCH 5 4294967295 12345678 (MODSEQ 9)\r\n"), NULL);
    assert_int_equal(s.response.search.count, 3);
    assert_int_equal(s.response.search.numbers[0], 5);
    assert_int_equal(s.response.search.numbers[1], 4294967295);
    assert_int_equal(s.response.search.numbers[2], 12345678);
    assert_int_equal(s.response.search.modseq, 9);
    iw_subject_close(&s);

    open_subject(&s, iw_span_of("* 7 EXPUNGED {1}\r\nx\r\n"), NULL);
    assert_int_equal(s.response.kind, IW_RESPONSE_OTHER);
    assert_true(iw_span_equal(s.response.name, IW_SPAN("EXPUNGED")));
    assert_int_equal(s.response.number, 7);
    iw_subject_close(&s);
}

/* ---- leniencies and limits ---- */

static void test_leniencies(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        enum iw_leniency leniency;
        const char *written;
        size_t offset;
    } uses[] = {
        {"* OK hello\n", IW_LENIENT_BARE_LF, "* OK hello\r\n", 10},
        {"* SEARCH 1 \r\n", IW_LENIENT_TRAILING_SPACE, "* SEARCH 1\r\n", 10},
        {"* SEARCH  \r\n", IW_LENIENT_TRAILING_SPACE, "* SEARCH\r\n", 8},
        {"* STATUS a (UNSEEN 1) \r\n", IW_LENIENT_TRAILING_SPACE, "* STATUS a (UNSEEN 1)\r\n", 21},
        {"* CAPABILITY X \r\n", IW_LENIENT_TRAILING_SPACE, "* CAPABILITY X\r\n", 14},
        {"* ENABLED \r\n", IW_LENIENT_TRAILING_SPACE, "* ENABLED\r\n", 9},
        {"* LIST () NIL a \r\n", IW_LENIENT_TRAILING_SPACE, "* LIST () NIL a\r\n", 15},
        {"+\r\n", IW_LENIENT_EMPTY_TEXT, "+ \r\n", 1},
        {"* OK\r\n", IW_LENIENT_EMPTY_TEXT, "* OK \r\n", 4},
        {"A OK [ALERT]\r\n", IW_LENIENT_EMPTY_TEXT, "A OK [ALERT] \r\n", 12},
        {"* FLAGS (\\Recent)\r\n", IW_LENIENT_FLAG_RECENT, NULL, 9},
        {"* QUOTA \"\"\r\n", IW_LENIENT_QUOTA_NO_LIST, "* QUOTA \"\" ()\r\n", 10},
        {"* ESEARCH \r\n", IW_LENIENT_TRAILING_SPACE, "* ESEARCH\r\n", 9},
        {"* THREAD \r\n", IW_LENIENT_TRAILING_SPACE, "* THREAD\r\n", 8},
        {"* ACL a \r\n", IW_LENIENT_TRAILING_SPACE, "* ACL a\r\n", 7},
    };
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        struct iw_lenient lenient = {.allowed = (uint64_t)1 << uses[i].leniency};
        struct iw_lenient others = {.allowed = ~lenient.allowed};
        struct iw_span input = iw_span_of(uses[i].input);
        struct iw_subject s;
        struct iw_buf out;
        open_subject(&s, input, &others);
        assert_int_equal(s.result, IW_SYNTAX);
        iw_subject_close(&s);
        open_subject(&s, input, &lenient);
        assert_int_equal(s.result, IW_OK);
        assert_int_equal(lenient.used, lenient.allowed);
        assert_int_equal(lenient.offsets[uses[i].leniency], uses[i].offset);
        iw_buf_init(&out, NULL, TEXT_MAX);
        iw_write_response(&out, &s.response);
        assert_string_equal(iw_buf_string(&out),
                            uses[i].written == NULL ? uses[i].input : uses[i].written);
        iw_buf_release(&out);
        iw_subject_close(&s);
    }
}

/* What is legal uses none: an empty challenge is base64, and RFC 9051 lets a text be empty. */
static void test_empty_is_no_leniency(void **state)
{
    (void)state;
    static const char *const inputs[] = {"+ \r\n", "* OK \r\n", "* OK [ALERT] \r\n"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct iw_lenient lenient = {.allowed = IW_LENIENT_ALL};
        struct iw_subject s;
        open_subject(&s, iw_span_of(inputs[i]), &lenient);
        assert_int_equal(s.result, IW_OK);
        assert_int_equal(lenient.used, 0);
        iw_subject_close(&s);
    }
}

static void repeat(struct iw_buf *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        iw_buf_add_string(out, text);
}

static enum iw_result result_of(struct iw_buf *out)
{
    iw_buf_add_string(out, "\r\n");
    enum iw_result result = iw_subject_result(IW_FRAME_RESPONSES, iw_buf_span(out),
                                              &(struct iw_subject_terms){.limits = &limits});
    iw_buf_clear(out);
    return result;
}

static void test_limits(void **state)
{
    (void)state;
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    static const struct {
        const char *head, *member, *tail;
    } lists[] = {
        {"* SEARCH", " 1", ""},
        {"* CAPABILITY", " X", ""},
        {"* LIST (\\X", " \\X", ") NIL a"},
        {"* STATUS a (X 1", " X 1", ")"},
        {"* LIST () NIL a (X 1", " X 1", ")"},
        {"* LIST () NIL a (CHILDINFO (\"\"", " \"\"", "))"},
        {"* ESEARCH", " X 1", ""},
        {"* SORT", " 1", ""},
        {"* 1 FETCH (X 1", " X 1", ")"},
        {"* OK [CAPABILITY", " X", "] x"},
        {"* OK [BADCHARSET (X", " X", ")] x"},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        bool one_stands = strchr(lists[i].head, '(') != NULL;
        for (size_t more = 0; more < 2; more++) {
            iw_buf_add_string(&out, lists[i].head);
            repeat(&out, lists[i].member, limits.items - one_stands + more);
            iw_buf_add_string(&out, lists[i].tail);
            assert_int_equal(result_of(&out), more == 0 ? IW_OK : IW_LIMIT);
        }
    }
    for (unsigned more = 0; more < 2; more++) {
        iw_buf_add_string(&out, "* 1 FETCH (X ");
        repeat(&out, "(", limits.depth + more);
        repeat(&out, ")", limits.depth + more);
        iw_buf_add_string(&out, ")");
        assert_int_equal(result_of(&out), more == 0 ? IW_OK : IW_LIMIT);
    }
    iw_buf_release(&out);
}

static void test_memory_stays_below_the_cap(void **state)
{
    (void)state;
    struct iw_buf out;
    struct iw_subject s;
    iw_buf_init(&out, NULL, TEXT_MAX);
    iw_buf_add_string(&out, "* CAPABILITY");
    repeat(&out, " X", 900);
    iw_buf_add_string(&out, "\r\n");
    iw_subject_open(&s, IW_FRAME_RESPONSES, iw_buf_span(&out),
                    &(struct iw_subject_terms){.limits = &limits, .memory = 8192});
    assert_int_equal(s.result, IW_LIMIT);
    assert_true(s.arena.held <= 8192);
    iw_subject_close(&s);
    iw_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_leniencies),
        cmocka_unit_test(test_empty_is_no_leniency),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_memory_stays_below_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
