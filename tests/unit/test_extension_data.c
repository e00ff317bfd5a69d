/* SPDX-License-Identifier: MIT */
/* The responses of extensions, from ESEARCH to JMAPACCESS: rows, fields, limits, skipped literals.
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
    /* esearch-response */
    {"* ESEARCH\r\n"},
    {"* ESEARCH (TAG \"A282\") MIN 2 COUNT 3\r\n"},
    {"* ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3\r\n"},
    {"* esearch (tag a283) all 2,10:11\r\n", "* ESEARCH (TAG \"a283\") ALL 2,10:11\r\n"},
    {"* ESEARCH UID COUNT 5 ALL 4:18,21,28\r\n"},
    {"* ESEARCH UID\r\n"},
    {"* ESEARCH MIN 4294967295 MAX 1 COUNT 0 ALL 4294967295\r\n"},
    {"* ESEARCH (TAG \"a\") ALL 1:3 MODSEQ 9223372036854775807\r\n"},
    {"* ESEARCH (TAG \"A01\") UID PARTIAL (1:100 200:250,252:300)\r\n"},
    {"* ESEARCH (TAG \"A01\") UID PARTIAL (-1:-100 NIL)\r\n"},
    {"* ESEARCH PARTIAL (9:5 NIL)\r\n"},
    {"* ESEARCH PARTIAL (-9:-5 NIL)\r\n"},
    {"* ESEARCH PARTIAL (-9:-5 1)\r\n"},
    {"* ESEARCH (TAG \"B01\") UID ADDTO (0 32768:32769)\r\n"},
    {"* ESEARCH (TAG \"B01\") UID ADDTO (1 2733 1 2732 4294967295 5,7)\r\n"},
    {"* ESEARCH (TAG \"B01\") UID REMOVEFROM (0 32768:32769)\r\n"},
    {"* ESEARCH RELEVANCY (4 99 100)\r\n"},
    {"* ESEARCH RELEVANCY ()\r\n"},
    {"* ESEARCH RELEVANCY (004)\r\n", "* ESEARCH RELEVANCY (4)\r\n"},
    {"* ESEARCH (TAG \"t\" MAILBOX folder/a UIDVALIDITY 1) UID ALL 4001,4003\r\n"},
    {"* ESEARCH (UIDVALIDITY 1 MAILBOX inbox TAG t)\r\n",
     "* ESEARCH (TAG \"t\" MAILBOX INBOX UIDVALIDITY 1)\r\n"},
    {"* ESEARCH (UIDVALIDITY 9)\r\n"},
    {"* ESEARCH (MAILBOX a)\r\n"},
    {"* ESEARCH X-A (1 \"b\" (c)) X-B 1:5\r\n"},
    {"* ESEARCH X-B 1:5\r\n"},
    {"* ESEARCH COUNT 5\r\n"},
    {"* ESEARCH UIDS 5\r\n"},
    {"* ESEARCH \r\n", NULL, true, 9},
    {"* ESEARCH ()\r\n", NULL, true, 11},
    {"* ESEARCH (TAG \"a\" TAG \"b\")\r\n", NULL, true, 19},
    {"* ESEARCH (TAG)\r\n", NULL, true, 14},
    {"* ESEARCH (UIDVALIDITY 0)\r\n", NULL, true, 23},
    {"* ESEARCH (X 1)\r\n", NULL, true, 11},
    {"* ESEARCH MIN 0\r\n", NULL, true, 14},
    {"* ESEARCH MAX 4294967296\r\n", NULL, true, 14},
    {"* ESEARCH COUNT -1\r\n", NULL, true, 16},
    {"* ESEARCH ALL 1:*\r\n", NULL, true, 14},
    {"* ESEARCH ALL\r\n", NULL, true, 13},
    {"* ESEARCH ALL NIL\r\n", NULL, true, 14},
    {"* ESEARCH MODSEQ 0\r\n", NULL, true, 17},
    {"* ESEARCH MODSEQ 9223372036854775808\r\n", NULL, true, 17},
    {"* ESEARCH PARTIAL (1:-5 NIL)\r\n", NULL, true, 21},
    {"* ESEARCH PARTIAL (-1:5 NIL)\r\n", NULL, true, 22},
    {"* ESEARCH PARTIAL (1 NIL)\r\n", NULL, true, 20},
    {"* ESEARCH PARTIAL (0:5 NIL)\r\n", NULL, true, 19},
    {"* ESEARCH PARTIAL (1:5)\r\n", NULL, true, 22},
    {"* ESEARCH ADDTO (0)\r\n", NULL, true, 18},
    {"* ESEARCH ADDTO ()\r\n", NULL, true, 17},
    {"* ESEARCH RELEVANCY (0)\r\n", NULL, true, 21},
    {"* ESEARCH RELEVANCY (101)\r\n", NULL, true, 21},
    {"* ESEARCH UID UID\r\n", NULL, true, 17},
    {"* ESEARCH X\r\n", NULL, true, 11},

    /* sort-data */
    {"* SORT\r\n"},
    {"* SORT 2 84 882\r\n"},
    {"* sort 5 3 (modseq 9)\r\n", "* SORT 5 3 (MODSEQ 9)\r\n"},
    {"* SORT 0\r\n", NULL, true, 7},
    {"* SORT 1:3\r\n", NULL, true, 8},

    /* thread-data */
    {"* THREAD\r\n"},
    {"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n"},
    {"* THREAD ((3)(5))\r\n"},
    {"* THREAD (166)(167)(168)(169)(172)(170)(171)(173)(174 (175)(176)(178)(181)(180))(179)\r\n"},
    {"* THREAD (((1)(2))(3))\r\n"},
    {"* THREAD (1 ((2)(3))(4294967295))\r\n"},
    {"* THREAD 1\r\n", NULL, true, 9},
    {"* THREAD ()\r\n", NULL, true, 10},
    {"* THREAD (0)\r\n", NULL, true, 10},
    {"* THREAD (4294967296)\r\n", NULL, true, 10},
    {"* THREAD (1) (2)\r\n", NULL, true, 12},
    {"* THREAD (1 )\r\n", NULL, true, 12},
    {"* THREAD ((1))\r\n", NULL, true, 13},
    {"* THREAD (1 (2))\r\n", NULL, true, 15},
    {"* THREAD (1 (2)(3) 4)\r\n", NULL, true, 18},
    {"* THREAD (1 (2) (3))\r\n", NULL, true, 15},
    {"* THREAD (1(2)(3))\r\n", NULL, true, 11},
    {"* THREAD (1\r\n", NULL, true, 11},

    /* expunged-resp */
    {"* VANISHED 300:310,405,411\r\n"},
    {"* VANISHED (EARLIER) 41,43:116,118\r\n"},
    {"* vanished (earlier) 1\r\n", "* VANISHED (EARLIER) 1\r\n"},
    {"* VANISHED 1\r\n"},
    {"* VANISHED\r\n", NULL, true, 10},
    {"* VANISHED (EARLIER)\r\n", NULL, true, 20},
    {"* VANISHED 1:*\r\n", NULL, true, 11},
    {"* VANISHED $\r\n", NULL, true, 11},
    {"* VANISHED (LATER) 1\r\n", NULL, true, 12},
    {"* VANISHED 4294967296\r\n", NULL, true, 11},

    /* uidbatches-response */
    {"* UIDBATCHES (TAG \"A143\") 215295:99696,99695:20351,20350:7830,7829:1\r\n"},
    {"* UIDBATCHES (TAG \"A302\")\r\n"},
    {"* UIDBATCHES (TAG \"A302\") 5:5\r\n"},
    {"* UIDBATCHES\r\n", NULL, true, 12},
    {"* UIDBATCHES (TAG \"A\") 5\r\n", NULL, true, 24},
    {"* UIDBATCHES (TAG \"A\") 5:*\r\n", NULL, true, 25},
    {"* UIDBATCHES (TAG \"A\") 5:1,\r\n", NULL, true, 27},
    {"* UIDBATCHES 5:1\r\n", NULL, true, 13},

    /* namespace-response */
    {"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"},
    {"* NAMESPACE NIL NIL NIL\r\n"},
    {"* namespace nil nil ((\"\" nil))\r\n", "* NAMESPACE NIL NIL ((\"\" NIL))\r\n"},
    {"* NAMESPACE ((\"a.\" \".\")(\"a\" NIL)) ((\"~\" \"\\\\\")) ((\"#\" \"\\\"\")(\"\" NIL))\r\n"},
    {"* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X\" (\"F1\" \"F2\") \"Y\" (\"\"))) NIL NIL\r\n"},
    {"* NAMESPACE (({1}\r\n\xe4 \"/\")) NIL NIL\r\n"},
    {"* NAMESPACE NIL NIL\r\n", NULL, true, 19},
    {"* NAMESPACE () NIL NIL\r\n", NULL, true, 13},
    {"* NAMESPACE ((\"\" \"/\") (\"a\" \"/\")) NIL NIL\r\n", NULL, true, 21},
    {"* NAMESPACE ((a \"/\")) NIL NIL\r\n", NULL, true, 14},
    {"* NAMESPACE ((\"\" \"//\")) NIL NIL\r\n", NULL, true, 19},
    {"* NAMESPACE ((\"\")) NIL NIL\r\n", NULL, true, 16},
    {"* NAMESPACE ((\"\" \"/\" \"X\")) NIL NIL\r\n", NULL, true, 24},
    {"* NAMESPACE ((\"\" \"/\" \"X\" ())) NIL NIL\r\n", NULL, true, 26},
    {"* NAMESPACE NIL NIL NIL NIL\r\n", NULL, true, 23},

    /* id-response */
    {"* ID NIL\r\n"},
    {"* ID ()\r\n"},
    {"* ID (\"name\" \"Cyrus\" \"version\" \"1.5\" \"os\" NIL)\r\n"},
    {"* ID (\"name\" \"\")\r\n"},
    {"* id ({4}\r\nname nil)\r\n", "* ID (\"name\" NIL)\r\n"},
    {"* ID\r\n", NULL, true, 4},
    {"* ID (\"name\")\r\n", NULL, true, 12},
    {"* ID (name \"x\")\r\n", NULL, true, 6},
    {"* ID (NIL \"x\")\r\n", NULL, true, 6},
    {"* ID (\"name\" x)\r\n", NULL, true, 13},
    {"* ID (\"a\" \"b\" )\r\n", NULL, true, 14},

    /* quota-response, quotaroot-response */
    {"* QUOTA \"\" (STORAGE 10 512)\r\n"},
    {"* QUOTA \"\" ()\r\n"},
    {"* QUOTA \"!partition/sda4\" (STORAGE 104 10923847 MESSAGE 0 9223372036854775807)\r\n",
     "* QUOTA !partition/sda4 (STORAGE 104 10923847 MESSAGE 0 9223372036854775807)\r\n"},
    {"* quota a (storage 1 2)\r\n", "* QUOTA a (storage 1 2)\r\n"},
    {"* QUOTA \"\"\r\n", NULL, true, 10},
    {"* QUOTA \"\" (STORAGE 10)\r\n", NULL, true, 22},
    {"* QUOTA \"\" (STORAGE 10 9223372036854775808)\r\n", NULL, true, 23},
    {"* QUOTA \"\" (STORAGE 0 2 MESSAGE 0  2)\r\n", NULL, true, 34},
    {"* QUOTA \"\" (STORAGE -1 2)\r\n", NULL, true, 20},
    {"* QUOTA (STORAGE 10 512)\r\n", NULL, true, 8},
    {"* QUOTAROOT inbox \"\"\r\n", "* QUOTAROOT INBOX \"\"\r\n"},
    {"* QUOTAROOT comp.mail.mime\r\n"},
    {"* QUOTAROOT a b \"c d\"\r\n"},
    {"* QUOTAROOT\r\n", NULL, true, 11},
    {"* QUOTAROOT folder(S)C \"\"\r\n", NULL, true, 18},

    /* acl-data, listrights-data, myrights-data */
    {"* ACL INBOX Fred rwipslxetad David lrswideta\r\n"},
    {"* ACL a\r\n"},
    {"* ACL a -Fred \"\" \"#x y\" l\r\n"},
    {"* ACL a b\r\n", NULL, true, 9},
    {"* ACL\r\n", NULL, true, 5},
    {"* LISTRIGHTS ~/Mail/saved smith la r swicdkxte\r\n"},
    {"* LISTRIGHTS archive anyone \"\" l r s w\r\n"},
    {"* LISTRIGHTS archive anyone \"\"\r\n"},
    {"* LISTRIGHTS archive anyone\r\n", NULL, true, 27},
    {"* LISTRIGHTS archive\r\n", NULL, true, 20},
    {"* MYRIGHTS inbox rwiptsldaex\r\n", "* MYRIGHTS INBOX rwiptsldaex\r\n"},
    {"* MYRIGHTS a \"\"\r\n"},
    {"* MYRIGHTS a\r\n", NULL, true, 12},
    {"* MYRIGHTS a b c\r\n", NULL, true, 14},

    /* metadata-resp */
    {"* METADATA \"\" /shared/comment\r\n"},
    {"* METADATA INBOX /shared/comment /private/comment\r\n"},
    {"* METADATA INBOX (/private/comment \"My own comment\")\r\n"},
    {"* METADATA \"\" (/a NIL /b \"\" /c {3}\r\n\xe4\r\n)\r\n"},
    {"* METADATA a (/b ~{3}\r\na\x01" "b)\r\n", "* METADATA a (/b \"a\x01" "b\")\r\n"},
    {"* METADATA a (b nil)\r\n", "* METADATA a (b NIL)\r\n"},
    {"* METADATA a\r\n", NULL, true, 12},
    {"* METADATA a ()\r\n", NULL, true, 14},
    {"* METADATA a (b)\r\n", NULL, true, 15},
    {"* METADATA a (b c)\r\n", NULL, true, 16},
    {"* METADATA a (b \"c\") d\r\n", NULL, true, 20},
    {"* METADATA a b (c)\r\n", NULL, true, 15},

    /* ANNOTATION of ANNOTATEMORE */
    {"* ANNOTATION INBOX \"/comment\" (\"value.priv\" \"My comment\")\r\n"},
    {"* ANNOTATION \"\" \"/a\" (\"b\" NIL \"c\" \"\") \"/d\" (\"e\" \"f\")\r\n"},
    {"* ANNOTATION a (\"/comment\" \"/x\")\r\n"},
    {"* ANNOTATION a \"/comment\"\r\n", NULL, true, 25},
    {"* ANNOTATION a \"/comment\" ()\r\n", NULL, true, 27},
    {"* ANNOTATION a \"/comment\" (\"b\")\r\n", NULL, true, 30},
    {"* ANNOTATION a ()\r\n", NULL, true, 16},
    {"* ANNOTATION a\r\n", NULL, true, 14},
    {"* ANNOTATION a /comment (\"b\" \"c\")\r\n", NULL, true, 15},

    /* language-data, comparator-data */
    {"* LANGUAGE (DE)\r\n"},
    {"* LANGUAGE (EN DE-IT i-default)\r\n"},
    {"* LANGUAGE (\"EN\")\r\n", "* LANGUAGE (EN)\r\n"},
    {"* LANGUAGE ()\r\n", NULL, true, 12},
    {"* LANGUAGE EN\r\n", NULL, true, 11},
    {"* LANGUAGE\r\n", NULL, true, 10},
    {"* COMPARATOR i;unicode-casemap\r\n"},
    {"* COMPARATOR i;basic (i;basic i;ascii-casemap)\r\n"},
    {"* COMPARATOR\r\n", NULL, true, 12},
    {"* COMPARATOR a ()\r\n", NULL, true, 16},
    {"* COMPARATOR a b\r\n", NULL, true, 15},

    /* genurlauth-data, urlfetch-data */
    {"* GENURLAUTH \"imap://joe@example.com/INBOX/;uid=20/;section=1.2\"\r\n",
     "* GENURLAUTH imap://joe@example.com/INBOX/;uid=20/;section=1.2\r\n"},
    {"* GENURLAUTH a b\r\n"},
    {"* GENURLAUTH\r\n", NULL, true, 12},
    {"* GENURLAUTH \r\n", NULL, true, 12},
    {"* URLFETCH imap://a \"Si vis pacem\"\r\n"},
    {"* URLFETCH imap://a {28}\r\nSi vis pacem, para bellum.\r\n\r\n"},
    {"* URLFETCH a NIL b \"\" c nil\r\n", "* URLFETCH a NIL b \"\" c NIL\r\n"},
    {"* URLFETCH a (BODYPARTSTRUCTURE (\"a\" \"b\" NIL NIL NIL \"c\" 1)) (BINARY \"\x01\")\r\n"},
    {"* URLFETCH a (BODYPARTSTRUCTURE (\"a\" \"b\" NIL NIL NIL \"c\" 2)) (BINARY ~{1}\r\n\x01)\r\n",
     "* URLFETCH a (BODYPARTSTRUCTURE (\"a\" \"b\" NIL NIL NIL \"c\" 2)) (BINARY \"\x01\")\r\n"},
    {"* URLFETCH a (body \"x\") b NIL c (BODY NIL)\r\n",
     "* URLFETCH a (BODY \"x\") b NIL c (BODY NIL)\r\n"},
    {"* URLFETCH a (X-ANY (1 \"\"))\r\n"},
    {"* URLFETCH a (BODY ~{1}\r\nx)\r\n", NULL, true, 19},
    {"* URLFETCH a (BODYPARTSTRUCTURE (\"TEXT\" \"PLAIN\"))\r\n", NULL, true, 47},
    {"* URLFETCH\r\n", NULL, true, 10},
    {"* URLFETCH a\r\n", NULL, true, 12},
    {"* URLFETCH a b\r\n", NULL, true, 13},
    {"* URLFETCH a ()\r\n", NULL, true, 14},
    {"* URLFETCH a (BODY)\r\n", NULL, true, 18},
    {"* URLFETCH a NIL (BODY NIL)\r\n", NULL, true, 17},

    /* resp-jmapaccess */
    {"* JMAPACCESS \"https://example.com/.well-known/jmap\"\r\n"},
    {"* JMAPACCESS \"\xc3\xa4\\\\\"\r\n"},
    {"* JMAPACCESS https://example.com\r\n", NULL, true, 13},
    {"* JMAPACCESS {1}\r\na\r\n", NULL, true, 13},
    {"* JMAPACCESS\r\n", NULL, true, 12},
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

static void open_subject(struct iw_subject *subject, struct iw_span input, bool keep)
{
    iw_subject_open(subject, IW_FRAME_RESPONSES, input,
                    &(struct iw_subject_terms){.limits = &limits, .skips = !keep});
}

static void test_fields(void **state)
{
    (void)state;
    struct iw_subject s;
    open_subject(&s, IW_SPAN("* ESEARCH (TAG \"a\") UID MIN 7 PARTIAL (-1:-9 4:6)\r\n"), true);
    assert_int_equal(s.response.kind, IW_RESPONSE_ESEARCH);
    assert_true(s.response.esearch.uid);
    assert_true(iw_span_equal(s.response.esearch.correlator.tag, IW_SPAN("a")));
    assert_null(s.response.esearch.correlator.mailbox.data);
    assert_int_equal(s.response.esearch.count, 2);
    assert_int_equal(s.response.esearch.items[0].kind, IW_ESEARCH_MIN);
    assert_int_equal(s.response.esearch.items[0].number, 7);
    assert_true(s.response.esearch.items[1].from_end);
    assert_int_equal(s.response.esearch.items[1].range.last, 9);
    assert_int_equal(iw_set_size(&s.response.esearch.items[1].set, 0), 3);
    iw_subject_close(&s);

    open_subject(&s, IW_SPAN("* THREAD (3 (4)((5)(6)))\r\n"), true);
    assert_int_equal(s.response.thread.count, 4);
    assert_int_equal(s.response.thread.members[2].number, 5);
    assert_int_equal(s.response.thread.members[2].opens, 2);
    assert_int_equal(s.response.thread.members[3].closes, 3);
    iw_subject_close(&s);

    open_subject(&s, IW_SPAN("* NAMESPACE NIL ((\"~\" \"/\")) NIL\r\n"), true);
    assert_int_equal(s.response.namespaces.places[IW_NAMESPACE_PERSONAL].count, 0);
    assert_int_equal(s.response.namespaces.places[IW_NAMESPACE_OTHER].count, 1);
    assert_true(iw_span_equal(s.response.namespaces.places[IW_NAMESPACE_OTHER].members[0].prefix,
                              IW_SPAN("~")));
    iw_subject_close(&s);

    open_subject(&s, IW_SPAN("* 7 UIDFETCH (FLAGS ())\r\n"), true);
    assert_int_equal(s.response.kind, IW_RESPONSE_UIDFETCH);
    assert_int_equal(s.response.number, 7);
    assert_int_equal(s.response.fetch.count, 1);
    iw_subject_close(&s);
}

static void test_a_skipped_value(void **state)
{
    (void)state;
    struct iw_subject s;
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    open_subject(&s, IW_SPAN("* METADATA a (/b {5}\r\n12345 /c \"d\")\r\n"), false);
    assert_int_equal(s.result, IW_OK);
    assert_false(s.response.metadata.entries[0].kept);
    assert_int_equal(s.response.metadata.entries[0].size, 5);
    assert_true(s.response.metadata.entries[1].kept);
    iw_write_response(&out, &s.response);
    assert_string_equal(iw_buf_string(&out), "* METADATA a (/b {5}\r\n /c \"d\")\r\n");
    iw_buf_release(&out);
    iw_subject_close(&s);
}

/* What holds a NUL is written as a literal8, the only string that may. */
static void test_a_value_with_nul(void **state)
{
    (void)state;
    static const char input[] = "* METADATA a (/b ~{3}\r\na\0b)\r\n";
    struct iw_subject s;
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    open_subject(&s, iw_span(input, sizeof input - 1), true);
    assert_int_equal(s.result, IW_OK);
    iw_write_response(&out, &s.response);
    assert_true(iw_span_equal(iw_buf_span(&out), iw_span(input, sizeof input - 1)));
    iw_buf_release(&out);
    iw_subject_close(&s);
}

/* ---- limits ---- */

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

static void test_limit_of_items(void **state)
{
    (void)state;
    static const struct {
        const char *head, *member, *tail;
        size_t stand; /* members in head and tail */
    } lists[] = {
        {"* ESEARCH", " X 1", "", 0},
        {"* ESEARCH ALL 1", ",1", "", 1},
        {"* ESEARCH ADDTO (0 1", " 0 1", ")", 1},
        {"* ESEARCH RELEVANCY (1", " 1", ")", 1},
        {"* SORT", " 1", "", 0},
        {"* THREAD (1", " 1", ")", 1},
        {"* VANISHED 1", ",1", "", 1},
        {"* UIDBATCHES (TAG a) 1:1", ",1:1", "", 1},
        {"* NAMESPACE ((\"\" NIL)", "(\"\" NIL)", ") NIL NIL", 1},
        {"* NAMESPACE ((\"\" NIL", " \"\" (\"\")", ")) NIL NIL", 0},
        {"* ID (\"\" NIL", " \"\" NIL", ")", 1},
        {"* QUOTA a (b 1 1", " b 1 1", ")", 1},
        {"* QUOTAROOT a", " b", "", 0},
        {"* ACL a", " b c", "", 0},
        {"* LISTRIGHTS a b c", " d", "", 0},
        {"* METADATA a", " b", "", 0},
        {"* METADATA a (b NIL", " b NIL", ")", 1},
        {"* ANNOTATION a", " \"\" (\"\" NIL)", "", 0},
        {"* ANNOTATION a \"\" (\"\" NIL", " \"\" NIL", ")", 1},
        {"* LANGUAGE (a", " a", ")", 1},
        {"* GENURLAUTH", " a", "", 0},
        {"* URLFETCH", " a NIL", "", 0},
        {"* URLFETCH a", " (B NIL)", "", 0},
    };
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t more = 0; more < 2; more++) {
            iw_buf_add_string(&out, lists[i].head);
            repeat(&out, lists[i].member, limits.items - lists[i].stand + more);
            iw_buf_add_string(&out, lists[i].tail);
            enum iw_result result = result_of(&out);
            if (result != (more == 0 ? IW_OK : IW_LIMIT))
                fail_msg("%s: %s with %zu more", lists[i].head, iw_result_name(result), more);
        }
    iw_buf_release(&out);
}

static void test_limit_of_depth(void **state)
{
    (void)state;
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    for (unsigned more = 0; more < 2; more++) {
        iw_buf_add_string(&out, "* THREAD ");
        repeat(&out, "(1 (2)", limits.depth - 1 + more);
        iw_buf_add_string(&out, "(3)");
        repeat(&out, ")", limits.depth - 1 + more);
        assert_int_equal(result_of(&out), more == 0 ? IW_OK : IW_LIMIT);
    }
    iw_buf_add_string(&out, "* THREAD ");
    repeat(&out, "(", 10000);
    assert_int_equal(result_of(&out), IW_LIMIT);
    iw_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_a_skipped_value),
        cmocka_unit_test(test_a_value_with_nul),
        cmocka_unit_test(test_limit_of_items),
        cmocka_unit_test(test_limit_of_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
