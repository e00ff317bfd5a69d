/* SPDX-License-Identifier: MIT */
/* Commands: every one of the table, its arguments, and what does not fit. */
#include "parser/command.h"

#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct iw_row rows[] = {
    /* no arguments */
    {"A CAPABILITY\r\n"},
    {"A noop\r\n", "A NOOP\r\n"},
    {"a.1-b]c LOGOUT\r\n"},
    {"A STARTTLS\r\n"},
    {"A NAMESPACE\r\n"},
    {"A IDLE\r\n"},
    {"A CHECK\r\n"},
    {"A CLOSE\r\n"},
    {"A UNSELECT\r\n"},
    {"A EXPUNGE\r\n"},
    {"A NOOP \r\n", NULL, true, 6},
    {"A NOOP 1\r\n", NULL, true, 6},
    {"A EXPUNGE 1\r\n", NULL, true, 9},
    {" A NOOP\r\n", NULL, true, 0},
    {"A  NOOP\r\n", NULL, true, 2},
    {"A+ NOOP\r\n", NULL, true, 1},
    {"* NOOP\r\n", NULL, true, 0},
    {"A\r\n", NULL, true, 1},
    {"A \r\n", NULL, true, 2},
    {"\r\n", NULL, true, 0},
    {"DONE\r\n", NULL, true, 4},
    {"A NOOP\n", NULL, true, 6},

    /* AUTHENTICATE, LOGIN, ENABLE */
    {"A AUTHENTICATE PLAIN\r\n"},
    {"A AUTHENTICATE PLAIN AHVzZXIAcGFzcw==\r\n"},
    {"A authenticate plain =\r\n", "A AUTHENTICATE plain =\r\n"},
    {"A AUTHENTICATE\r\n", NULL, true, 14},
    {"A AUTHENTICATE PLAIN ==\r\n", NULL, true, 21},
    {"A AUTHENTICATE PLAIN abc\r\n", NULL, true, 21},
    {"A AUTHENTICATE PLAIN a===\r\n", NULL, true, 21},
    {"A AUTHENTICATE PLAIN ab-_\r\n", NULL, true, 21},
    {"A AUTHENTICATE PLAIN \"YWJj\"\r\n", NULL, true, 21},
    {"A AUTHENTICATE PLAIN YWJj YWJj\r\n", NULL, true, 25},
    {"A LOGIN user pass\r\n"},
    {"A LOGIN \"user\" \"p\\\"w\\\\d\"\r\n", "A LOGIN user \"p\\\"w\\\\d\"\r\n"},
    {"A LOGIN {4+}\r\nuser {0+}\r\n\r\n", "A LOGIN user \"\"\r\n"},
    {"A LOGIN {4}\r\nuser {4}\r\npass\r\n", "A LOGIN user pass\r\n"},
    {"A LOGIN u {2+}\r\n\xc3\xa4\r\n", "A LOGIN u {2}\r\n\xc3\xa4\r\n"},
    {"A LOGIN \"a {5}\" b]\r\n"},
    {"A LOGIN user\r\n", NULL, true, 12},
    {"A LOGIN user pass word\r\n", NULL, true, 17},
    {"A LOGIN user p(\r\n", NULL, true, 14},
    {"A LOGIN us%r pass\r\n", NULL, true, 10},
    {"A ENABLE CONDSTORE UTF8=ACCEPT\r\n"},
    {"A ENABLE\r\n", NULL, true, 8},
    {"A ENABLE X \r\n", NULL, true, 10},

    /* mailboxes */
    {"A SELECT inbox\r\n", "A SELECT INBOX\r\n"},
    {"A SELECT \"a b\" (CONDSTORE)\r\n"},
    {"A EXAMINE blurdybloop\r\n"},
    {"A CREATE a/b/ (USE (\\Sent))\r\n"},
    {"A DELETE &Jjo-\r\n"},
    {"A RENAME inbox old-mail\r\n", "A RENAME INBOX old-mail\r\n"},
    {"A SUBSCRIBE #news\r\n"},
    {"A UNSUBSCRIBE \"\"\r\n"},
    {"A SELECT\r\n", NULL, true, 8},
    {"A SELECT \r\n", NULL, true, 9},
    {"A SELECT a b\r\n", NULL, true, 10},
    {"A SELECT a (X\r\n", NULL, true, 13},
    {"A SELECT \"a\r\n", NULL, true, 11},
    {"A DELETE a (X)\r\n", NULL, true, 10},
    {"A RENAME a\r\n", NULL, true, 10},
    {"A LIST \"\" *\r\n"},
    {"A LIST \"\" \"*\"\r\n", "A LIST \"\" *\r\n"},
    {"A LIST ~/Mail/ %\r\n"},
    {"A LIST \"\" \"\"\r\n"},
    {"A LIST \"\" \"a b\"\r\n"},
    {"A LIST (SUBSCRIBED) \"\" (\"INBOX\" \"a/%\") RETURN (CHILDREN STATUS (UNSEEN))\r\n",
     "A LIST (SUBSCRIBED) \"\" (INBOX a/%) RETURN (CHILDREN STATUS (UNSEEN))\r\n"},
    {"A LIST \"\" % return (CHILDREN)\r\n", "A LIST \"\" % RETURN (CHILDREN)\r\n"},
    {"A LIST \"\" %\r\n"},
    {"A LIST (REMOTE) \"\" %\r\n"},
    {"A LIST () \"\" %\r\n"},
    {"A LSUB \"#news.\" \"comp.mail.*\"\r\n", "A LSUB #news. comp.mail.*\r\n"},
    {"A LIST \"\"\r\n", NULL, true, 9},
    {"A LIST * \"\"\r\n", NULL, true, 7},
    {"A LIST \"\" % X (Y)\r\n", NULL, true, 11},
    {"A LIST \"\" % RETURN\r\n", NULL, true, 18},
    {"A LIST \"\" % RETURN X\r\n", NULL, true, 19},
    {"A LIST \"\" ()\r\n", NULL, true, 11},
    {"A LSUB \"\" (a)\r\n", NULL, true, 10},
    {"A STATUS a (UIDNEXT MESSAGES)\r\n"},
    {"A STATUS a ()\r\n", NULL, true, 12},
    {"A STATUS a\r\n", NULL, true, 10},
    {"A STATUS a (UNSEEN \r\n", NULL, true, 18},

    /* APPEND */
    {"A APPEND a {3+}\r\nabc\r\n", "A APPEND a {3}\r\nabc\r\n"},
    {"A APPEND a (\\Seen kw) {3}\r\na\r\n\r\n"},
    {"A APPEND a () {0}\r\n\r\n"},
    {"A APPEND a \" 7-Feb-1994 21:52:25 -0800\" {1}\r\nx\r\n"},
    {"A APPEND a (\\Seen) \"17-Feb-1994 21:52:25 -0800\" ~{1}\r\nx\r\n"},
    {"A APPEND a CATENATE (URL \"/x\" TEXT {1}\r\nx)\r\n",
     "A APPEND a CATENATE (URL /x TEXT {1}\r\nx)\r\n"},
    {"A APPEND a (\\Seen) UTF8 (~{1}\r\nx)\r\n"},
    {"A APPEND a {1}\r\nx (\\Seen) {2}\r\nyz\r\n"},
    {"A APPEND a {1}\r\nx {2}\r\nyz\r\n"},
    {"A APPEND a {1}\r\nx\r\n"},
    {"A APPEND a\r\n", NULL, true, 10},
    {"A APPEND a x\r\n", NULL, true, 12},
    {"A APPEND a \"x\" {1}\r\nx\r\n", NULL, true, 12},
    {"A APPEND a (\\Recent) {1}\r\nx\r\n", NULL, true, 12},
    {"A APPEND a (\\Seen)\r\n", NULL, true, 18},
    {"A APPEND a {1}\r\nx \r\n", NULL, true, 17},
    {"A APPEND a {1}\r\nx(\r\n", NULL, true, 17},

    /* SEARCH */
    {"A SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"\r\n",
     "A SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM Smith\r\n"},
    {"A UID SEARCH UID 1:*\r\n"},
    {"A SEARCH UID 1:*\r\n"},
    {"A search CHARSET UTF-8 (OR TEXT {2}\r\n\xc3\xa4 KEYWORD $Fwd)\r\n",
     "A SEARCH CHARSET UTF-8 (OR TEXT {2}\r\n\xc3\xa4 KEYWORD $Fwd)\r\n"},
    {"A SEARCH RETURN (SAVE) $\r\n"},
    {"A SEARCH\r\n", NULL, true, 8},
    {"A SEARCH \r\n", NULL, true, 9},
    {"A SEARCH (ALL\r\n", NULL, true, 13},
    {"A SEARCH ALL)\r\n", NULL, true, 12},
    {"A SEARCH ALL  SEEN\r\n", NULL, true, 12},
    {"A SEARCH TEXT \"a\r\n", NULL, true, 16},

    /* FETCH */
    {"A FETCH 1 ALL\r\n"},
    {"A FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])\r\n"},
    {"A FETCH 1 FLAGS\r\n", "A FETCH 1 (FLAGS)\r\n"},
    {"A UID fetch 1:*,5 (UID rfc822.size)\r\n", "A UID FETCH 1:*,5 (UID RFC822.SIZE)\r\n"},
    {"A FETCH $ (BODY.PEEK[1.2]<0.2048>)\r\n"},
    {"A FETCH 1 (FLAGS) (CHANGEDSINCE 12345 VANISHED)\r\n"},
    {"A FETCH 1 FLAGS (CHANGEDSINCE 12)\r\n", "A FETCH 1 (FLAGS) (CHANGEDSINCE 12)\r\n"},
    {"A FETCH 1 (PREVIEW (LAZY) BINARY.PEEK[1] X[a (b)] Z)\r\n"},
    {"A FETCH 1\r\n", NULL, true, 9},
    {"A FETCH 1 ()\r\n", NULL, true, 11},
    {"A FETCH 1 (ALL)\r\n", NULL, true, 11},
    {"A FETCH 1 (FLAGS FAST)\r\n", NULL, true, 17},
    {"A FETCH 1 FLAGS UID\r\n", NULL, true, 15},
    {"A FETCH 1 (FLAGS UID\r\n", NULL, true, 20},
    {"A FETCH 1 BODY[FOO]\r\n", NULL, true, 15},
    {"A FETCH 1 BODY.PEEK\r\n", NULL, true, 19},
    {"A FETCH 1 BODY[]<0>\r\n", NULL, true, 18},
    {"A FETCH 1 BODY[]<0.0>\r\n", NULL, true, 19},
    {"A FETCH 0 FLAGS\r\n", NULL, true, 8},
    {"A FETCH FLAGS\r\n", NULL, true, 8},
    {"A FETCH 1, FLAGS\r\n", NULL, true, 10},

    /* STORE */
    {"A STORE 1 FLAGS (\\Deleted)\r\n"},
    {"A STORE 2:4 +FLAGS (\\Deleted kw)\r\n"},
    {"A UID STORE 1 -flags.Silent ()\r\n", "A UID STORE 1 -FLAGS.SILENT ()\r\n"},
    {"A STORE 1 +FLAGS \\Deleted kw\r\n", "A STORE 1 +FLAGS (\\Deleted kw)\r\n"},
    {"A STORE 1 +FLAGS.SILENT (\\Seen)\r\n"},
    {"A STORE 1 FLAGS.SILENT (\\Seen)\r\n"},
    {"A STORE 1 +FLAGS (\\Seen)\r\n"},
    {"A STORE 1 -FLAGS (\\Seen)\r\n"},
    {"A STORE 1 (UNCHANGEDSINCE 5) +FLAGS (\\Seen)\r\n"},
    {"A STORE 1 +FLAGS\r\n", NULL, true, 16},
    {"A STORE 1 +FLAGS (\\Recent)\r\n", NULL, true, 18},
    {"A STORE 1 +FLAGS (\\*)\r\n", NULL, true, 19},
    {"A STORE 1 +FLAGS kw \r\n", NULL, true, 19},
    {"A STORE 1 (\\Seen)\r\n", NULL, true, 11},
    {"A STORE 1 +X (a\r\n", NULL, true, 15},

    /* COPY, MOVE, UID EXPUNGE */
    {"A COPY 2:4 meeting\r\n"},
    {"A UID MOVE 42:69 foo\r\n"},
    {"A UID COPY * {3}\r\na\"b\r\n", "A UID COPY * \"a\\\"b\"\r\n"},
    {"A UID EXPUNGE 3000:3002\r\n"},
    {"A COPY 1\r\n", NULL, true, 8},
    {"A UID EXPUNGE\r\n", NULL, true, 13},

    /* the session: ID, COMPRESS, LANGUAGE, NOTIFY */
    {"A ID NIL\r\n"},
    {"A ID (\"name\" NIL)\r\n"},
    {"A ID ()\r\n"},
    {"A ID (\"name\" \"x\" \"version\" {1}\r\ny)\r\n",
     "A ID (\"name\" \"x\" \"version\" \"y\")\r\n"},
    {"A ID (name \"x\")\r\n", NULL, true, 6},
    {"A ID (\"name\")\r\n", NULL, true, 12},
    {"A COMPRESS DEFLATE\r\n"},
    {"A COMPRESS\r\n", NULL, true, 10},
    {"A UNAUTHENTICATE\r\n"},
    {"A PROXYAUTH \"a b\"\r\n"},
    {"A LANGUAGE\r\n"},
    {"A LANGUAGE FR-CA i-default\r\n"},
    {"A COMPARATOR \"i;*\" i;basic\r\n"},
    {"A GETJMAPACCESS\r\n"},
    {"A NOTIFY NONE\r\n"},
    {"A notify set (SELECTED (messagenew (UID BODY.PEEK[HEADER.FIELDS (TO)]) MessageExpunge))\r\n",
     "A NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (TO)]) MessageExpunge))\r\n"},
    {"A NOTIFY SET STATUS (inboxes NONE) (subtree (a INBOX) (FlagChange X))\r\n"},
    {"A NOTIFY SET (mailboxes a (MailboxName))\r\n"},
    {"A NOTIFY SET\r\n", NULL, true, 12},
    {"A NOTIFY X\r\n", NULL, true, 9},
    {"A NOTIFY SET (everywhere NONE)\r\n", NULL, true, 14},
    {"A NOTIFY SET (inboxes ())\r\n", NULL, true, 23},
    {"A NOTIFY SET STATUS inboxes\r\n", NULL, true, 20},

    /* options of mailboxes */
    {"A SELECT a (QRESYNC (67 90))\r\n"},
    {"A SELECT a (QRESYNC (67 90 41:211))\r\n"},
    {"A SELECT a (QRESYNC (67 90 (1 2)))\r\n"},
    {"A EXAMINE a (CONDSTORE ANNOTATE QRESYNC (1 2 3 (4 5)))\r\n"},
    {"A SELECT a (QRESYNC (67 90 41:*))\r\n", NULL, true, 27},
    {"A SELECT a (QRESYNC (67))\r\n", NULL, true, 23},
    {"A SELECT a (QRESYNC (0 1))\r\n", NULL, true, 21},
    {"A SELECT a (QRESYNC (67 0))\r\n", NULL, true, 24},
    {"A SELECT a ()\r\n", NULL, true, 12},
    {"A CREATE a (USE ())\r\n"},
    {"A CREATE a (USE (\\Sent \\Drafts))\r\n"},
    {"A CREATE a (USE (Sent))\r\n", NULL, true, 17},
    {"A RENAME a b (X 1)\r\n"},
    {"A LIST (RECURSIVEMATCH SUBSCRIBED) \"\" *\r\n"},
    {"A LIST (RECURSIVEMATCH) \"\" *\r\n", NULL, true, 7},
    {"A LIST (RECURSIVEMATCH REMOTE) \"\" *\r\n", NULL, true, 7},
    {"A LIST (X-A (b)) \"\" *\r\n"},
    {"A LIST \"\" * RETURN ()\r\n"},
    {"A LIST \"\" * RETURN (MYRIGHTS METADATA (/shared/a \"/private/b c\") SPECIAL-USE)\r\n"},
    {"A LIST \"\" * RETURN (STATUS ())\r\n", NULL, true, 28},
    {"A XLIST \"\" *\r\n"},
    {"A RLIST \"\" *\r\n"},
    {"A RLSUB \"\" *\r\n"},
    {"A STATUS a (SIZE MAILBOXID X)\r\n"},

    /* rights, quota, metadata, annotations, URLs */
    {"A SETACL INBOX Fred +rwipslxetad\r\n"},
    {"A SETACL a b\r\n", NULL, true, 12},
    {"A DELETEACL a -b\r\n"},
    {"A GETACL inbox\r\n", "A GETACL INBOX\r\n"},
    {"A LISTRIGHTS ~/Mail/saved smith\r\n"},
    {"A MYRIGHTS a\r\n"},
    {"A GETQUOTA \"\"\r\n"},
    {"A GETQUOTAROOT inbox\r\n", "A GETQUOTAROOT INBOX\r\n"},
    {"A SETQUOTA \"\" (STORAGE 512 MESSAGE 0)\r\n"},
    {"A SETQUOTA a ()\r\n"},
    {"A SETQUOTA a (STORAGE)\r\n", NULL, true, 21},
    {"A SETQUOTA a (STORAGE -1)\r\n", NULL, true, 22},
    {"A SETQUOTA a (STORAGE 9223372036854775808)\r\n", NULL, true, 22},
    {"A GETMETADATA \"\" /shared/comment\r\n"},
    {"A GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX (/a /b)\r\n"},
    {"A GETMETADATA INBOX (/a)\r\n", "A GETMETADATA INBOX /a\r\n"},
    {"A GETMETADATA (MAXSIZE 4294967296) INBOX /a\r\n", NULL, true, 23},
    {"A GETMETADATA INBOX\r\n", NULL, true, 19},
    {"A SETMETADATA INBOX (/a NIL /b \"x\" /c ~{1}\r\ny)\r\n"},
    {"A SETMETADATA INBOX (/a)\r\n", NULL, true, 23},
    {"A GETANNOTATION INBOX /comment value.priv\r\n"},
    {"A GETANNOTATION \"*\" (/a /b) (value size)\r\n"},
    {"A GETANNOTATION a b\r\n", NULL, true, 19},
    {"A SETANNOTATION INBOX /comment (value.priv \"x\" value.shared NIL)\r\n"},
    {"A SETANNOTATION INBOX (/a (b \"c\") /d (e NIL))\r\n"},
    {"A SETANNOTATION INBOX (/a (b \"c\"))\r\n", "A SETANNOTATION INBOX /a (b \"c\")\r\n"},
    {"A SETANNOTATION INBOX /a b\r\n", NULL, true, 25},
    {"A GENURLAUTH imap://h/a;urlauth=anonymous INTERNAL b INTERNAL\r\n"},
    {"A GENURLAUTH imap://h/a\r\n", NULL, true, 23},
    {"A RESETKEY\r\n"},
    {"A RESETKEY INBOX\r\n"},
    {"A RESETKEY INBOX INTERNAL X\r\n"},
    {"A URLFETCH imap://h/a b\r\n"},
    {"A URLFETCH (a BODY BINARY) (b) c\r\n"},
    {"A URLFETCH\r\n", NULL, true, 10},
    {"A URLFETCH (a BODY\r\n", NULL, true, 18},

    /* searching by other roads */
    {"A ESEARCH ALL\r\n"},
    {"A ESEARCH IN (selected) RETURN (COUNT) SEEN\r\n"},
    {"A ESEARCH IN (mailboxes (a b) subtree-one c (X 1)) CHARSET UTF-8 SEEN\r\n"},
    {"A ESEARCH IN () SEEN\r\n", NULL, true, 14},
    {"A UID SORT (SUBJECT REVERSE DATE) UTF-8 ALL\r\n"},
    {"A SORT RETURN (PARTIAL 1:10) (ANNOTATION /comment value.shared) UTF-8 SEEN NOT DRAFT\r\n"},
    {"A SORT () UTF-8 ALL\r\n", NULL, true, 8},
    {"A SORT (REVERSE) UTF-8 ALL\r\n", NULL, true, 15},
    {"A SORT (DATE) UTF-8\r\n", NULL, true, 19},
    {"A THREAD REFERENCES UTF-8 ALL\r\n"},
    {"A uid THREAD ORDEREDSUBJECT US-ASCII SINCE 1-Mar-2000\r\n",
     "A UID THREAD ORDEREDSUBJECT US-ASCII SINCE 1-Mar-2000\r\n"},
    {"A THREAD REFERENCES ALL\r\n", NULL, true, 23},
    {"A CANCELUPDATE \"b\" \"c\"\r\n"},
    {"A CANCELUPDATE b\r\n", NULL, true, 15},
    {"A UIDBATCHES 2000\r\n"},
    {"A UIDBATCHES 2000 10:20\r\n"},
    {"A UIDBATCHES 0\r\n", NULL, true, 13},
    {"A UIDBATCHES 1 -1:-2\r\n", NULL, true, 15},

    /* messages by other roads */
    {"A REPLACE 4 Drafts (\\Seen) {1}\r\nx\r\n"},
    {"A UID REPLACE * Drafts {1}\r\nx\r\n"},
    {"A REPLACE 4:5 Drafts {1}\r\nx\r\n", NULL, true, 11},
    {"A REPLACE 4 Drafts {1}\r\nx {1}\r\ny\r\n", NULL, true, 25},
    {"A PARTIAL 4 RFC822 0 1024\r\n"},
    {"A PARTIAL 4 BODY[1.2] 1 10\r\n"},
    {"A PARTIAL 4 RFC822\r\n", NULL, true, 18},
    {"A UID CONVERT 1 (\"text/plain\" (charset utf-8)) (BINARY[1])\r\n"},
    {"A CONVERT 1\r\n", NULL, true, 11},
    {"A STORE 1 +X-GM-LABELS (\\Inbox foo \"b c\")\r\n"},
    {"A STORE 1 -x-gm-labels.silent foo\r\n", "A STORE 1 -X-GM-LABELS.SILENT (foo)\r\n"},
    {"A STORE 1 X-GM-LABELS ()\r\n"},
    {"A STORE 1 (UNCHANGEDSINCE x) FLAGS ()\r\n", NULL, true, 26},
    {"A STORE 1 ANNOTATION (/a (b \"c\"))\r\n"},
    {"A FETCH 1 PREVIEW (LAZY)\r\n", "A FETCH 1 (PREVIEW (LAZY))\r\n"},
    {"A FETCH 1 PREVIEW (CHANGEDSINCE 5)\r\n", "A FETCH 1 (PREVIEW) (CHANGEDSINCE 5)\r\n"},
    {"A FETCH 1 (BINARY[1]<0.5> BINARY.SIZE[] EMAILID ANNOTATION (/a b))\r\n"},
    {"A FETCH 1 BINARY.SIZE[1]<0.5>\r\n", NULL, true, 24},
    {"A FETCH 1 BINARY[HEADER]\r\n", NULL, true, 17},
    {"A FETCH 1 ANNOTATION\r\n", NULL, true, 20},
    {"A FETCH 1 (FLAGS[1])\r\n", NULL, true, 16},
    {"A FETCH 1 (FLAGS) (CHANGEDSINCE 0)\r\n", NULL, true, 32},
    {"A FETCH 1 (FLAGS) (PARTIAL 0:1)\r\n", NULL, true, 27},
    {"A FETCH 1 (FLAGS) (PARTIAL -1:1)\r\n", NULL, true, 30},
    {"A APPEND a {1}\r\nx UTF8 (~{1}\r\ny) CATENATE (URL z)\r\n"},
    {"A APPEND a ANNOTATION (/a (b \"c\")) X 1 {1}\r\nx\r\n"},
    {"A APPEND a X (y)\r\n"},
    {"A APPEND a CATENATE ()\r\n", NULL, true, 21},
    {"A APPEND a CATENATE (TEXT \"x\")\r\n", NULL, true, 26},
    {"A APPEND a UTF8 ({1}\r\nx)\r\n", NULL, true, 17},

    /* pairs that differ in one thing */
    {"A UID FETCH 1 (UID) (PARTIAL -1:-30)\r\n"},
    {"A UID FETCH 1 (UID) (PARTIAL -1:-31)\r\n"},
    {"A APPEND a UTF8 (~{1}\r\ny)\r\n"},
    {"A APPEND a ~{1}\r\ny\r\n"},
    {"A NOTIFY SET STATUS (inboxes NONE)\r\n"},
    {"A NOTIFY SET (inboxes NONE)\r\n"},
    {"A URLFETCH (b)\r\n"},
    {"A URLFETCH b\r\n"},
    {"A SORT (DATE) UTF-8 ALL\r\n"},
    {"A SORT (REVERSE DATE) UTF-8 ALL\r\n"},

    /* whatever else */
    {"A XFOO\r\n"},
    {"A XFOO \r\n"},
    {"A xfoo )( {1+}\r\n\"\r\n"},
    {"A UID NOOP\r\n"},
    {"A SEARCH XFOO (bar)\r\n"},
    {"A SEARCH NOT (SEEN OR XFOO \"b\" 1)\r\n"},
    {"A SORT (DATE) UTF-8 XFOO\r\n"},
    {"A SEARCH (XFOO\r\n", NULL, true, 14},
    {"A UID ESEARCH ALL\r\n"},
    {"A UID\r\n", NULL, true, 5},
    {"A UID \r\n", NULL, true, 6},
    {"A (NOOP)\r\n", NULL, true, 2},
    {"A XFOO(\r\n", NULL, true, 6},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_COMMANDS, rows, sizeof rows / sizeof *rows};

/* ---- fields ---- */

static void assert_span(struct iw_span span, const char *wanted)
{
    if (!iw_span_equal(span, iw_span_of(wanted)))
        fail_msg("%.*s is not %s", (int)span.length, span.data, wanted);
}

static void test_fields(void **state)
{
    (void)state;
    struct iw_subject s;
    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("t1 LOGIN u {3+}\r\np w\r\n"), NULL);
    assert_int_equal(s.command.kind, IW_COMMAND_LOGIN);
    assert_span(s.command.tag, "t1");
    assert_span(s.command.user, "u");
    assert_span(s.command.other, "p w");
    assert_span(s.command.arguments, "u {3+}\r\np w");
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A rename a b\r\n"), NULL);
    assert_span(s.command.name, "rename");
    assert_span(s.command.mailbox, "a");
    assert_span(s.command.other, "b");
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A LIST (X) ref (a \"b\") RETURN (Y)\r\n"),
                    NULL);
    assert_span(s.command.selection.first->name, "X");
    assert_span(s.command.other, "ref");
    assert_null(s.command.mailbox.data);
    assert_int_equal(s.command.names.count, 2);
    assert_span(s.command.names.names[1], "b");
    assert_non_null(iw_options_find(&s.command.options, "Y"));
    assert_null(iw_options_find(&s.command.options, "X"));
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A UID FETCH 3:5 (UID BODY[]<0.5>)\r\n"), NULL);
    assert_true(s.command.uid);
    assert_int_equal(s.command.set.count, 1);
    assert_int_equal(s.command.set.ranges[0].last, 5);
    assert_int_equal(s.command.names.count, 2);
    assert_span(s.command.names.names[1], "BODY[]<0.5>");
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A STORE 1 -FLAGS.SILENT (\\Seen)\r\n"), NULL);
    assert_int_equal(s.command.mode, IW_STORE_REMOVE);
    assert_true(s.command.silent);
    assert_int_equal(s.command.flags.bits, IW_FLAG_SEEN);
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A UID XFOO a b\r\n"), NULL);
    assert_int_equal(s.command.kind, IW_COMMAND_OTHER);
    assert_true(s.command.uid);
    assert_span(s.command.name, "XFOO");
    assert_span(s.command.arguments, "a b");
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A NOOP\r\n"), NULL);
    assert_null(s.command.arguments.data);
    iw_subject_close(&s);
}

static void test_append(void **state)
{
    (void)state;
    struct iw_subject s;
    iw_subject_read(
        &s, IW_FRAME_COMMANDS,
        IW_SPAN("A APPEND a (kw) \"17-Jul-1996 02:44:25 -0700\" ~{3}\r\nx\0y {1}\r\nz\r\n"), NULL);
    const struct iw_append *append = &s.command.append;
    assert_true(append->has_flags && append->has_date && append->binary && append->kept);
    assert_int_equal(append->flags.count, 1);
    assert_int_equal(append->date.hour, 2);
    assert_true(iw_span_equal(append->message, IW_SPAN("x\0y")));
    assert_int_equal(append->size, 3);
    assert_span(append->next->message, "z");
    assert_null(append->next->next);
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A APPEND a {5}\r\nhello\r\n"),
                    &(struct iw_subject_terms){.skips = true});
    assert_false(append->has_flags || append->has_date || append->binary || append->kept);
    assert_int_equal(append->size, 5);
    assert_int_equal(append->message.length, 0);
    assert_null(append->next);
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 10);
    iw_write_command(&out, &s.command);
    assert_string_equal(iw_buf_string(&out), "A APPEND a {5}\r\n\r\n");
    iw_buf_release(&out);
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS,
                    IW_SPAN("A APPEND a CATENATE (URL /b TEXT {1}\r\nx)\r\n"), NULL);
    assert_null(append->message.data);
    assert_span(append->parts->url, "/b");
    assert_null(append->parts->next->url.data);
    assert_span(append->parts->next->text.octets, "x");
    iw_subject_close(&s);
}

static void test_options(void **state)
{
    (void)state;
    struct iw_subject s;
    iw_subject_read(&s, IW_FRAME_COMMANDS,
                    IW_SPAN("A SELECT a (qresync (67 90 4:9,11 (1,5 4,11)) X 1:* Y)\r\n"), NULL);
    const struct iw_option *option = s.command.options.first;
    assert_int_equal(option->shape, IW_OPTION_QRESYNC);
    assert_int_equal(option->qresync->uidvalidity, 67);
    assert_int_equal(option->qresync->modseq, 90);
    assert_int_equal(option->qresync->known_uids.count, 2);
    assert_int_equal(option->qresync->matched_numbers.ranges[1].first, 5);
    assert_int_equal(option->qresync->matched_uids.ranges[1].first, 11);
    assert_span(option->next->value, "1:*");
    assert_null(option->next->next->value.data);
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_COMMANDS,
                    IW_SPAN("A UID FETCH 1 UID (PARTIAL -1:-30 CHANGEDSINCE 5)\r\n"), NULL);
    option = s.command.options.first;
    assert_int_equal(option->window.first, -1);
    assert_int_equal(option->window.last, -30);
    assert_int_equal(iw_options_find(&s.command.options, "CHANGEDSINCE")->number, 5);
    iw_subject_close(&s);
}

/* limits.depth is 100. */
static void test_search_depth(void **state)
{
    (void)state;
    static const char *const opening[] = {"(", "NOT ", "OR ALL ", "FUZZY "};
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++)
        for (unsigned depth = 99; depth <= 101; depth++) {
            struct iw_buf text;
            iw_buf_init(&text, NULL, 1 << 12);
            iw_buf_add_string(&text, "A SEARCH ");
            for (unsigned n = 0; n < depth; n++)
                iw_buf_add_string(&text, opening[i]);
            iw_buf_add_string(&text, "SEEN");
            for (unsigned n = 0; n < depth && i == 0; n++)
                iw_buf_add_char(&text, ')');
            iw_buf_add_string(&text, "\r\n");
            assert_int_equal(iw_subject_result(IW_FRAME_COMMANDS, iw_buf_span(&text), NULL),
                             depth <= 100 ? IW_OK : IW_LIMIT);
            iw_buf_release(&text);
        }
}

/* Three members go into a list of three, and four do not. */
static void test_members(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        enum iw_result wanted;
    } lists[] = {
        {"A SEARCH SEEN NEW OLD\r\n", IW_OK},
        {"A SEARCH SEEN NEW OLD ALL\r\n", IW_LIMIT},
        {"A SEARCH RETURN (MIN MAX ALL COUNT) SEEN\r\n", IW_LIMIT},
        {"A SORT (DATE CC TO) UTF-8 ALL\r\n", IW_OK},
        {"A SORT (DATE CC TO FROM) UTF-8 ALL\r\n", IW_LIMIT},
        {"A FETCH 1 (UID FLAGS BODY[])\r\n", IW_OK},
        {"A FETCH 1 (UID FLAGS BODY[] MODSEQ)\r\n", IW_LIMIT},
        {"A APPEND a {0}\r\n {0}\r\n {0}\r\n\r\n", IW_OK},
        {"A APPEND a {0}\r\n {0}\r\n {0}\r\n {0}\r\n\r\n", IW_LIMIT},
        {"A URLFETCH a b c d\r\n", IW_LIMIT},
        {"A NOTIFY SET (inboxes (a b c d))\r\n", IW_LIMIT},
    };
    struct iw_limits limits = iw_limits_default;
    limits.items = 3;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        enum iw_result result = iw_subject_result(IW_FRAME_COMMANDS, iw_span_of(lists[i].command),
                                                  &(struct iw_subject_terms){.limits = &limits});
        if (result != lists[i].wanted)
            fail_msg("%s: %s", lists[i].command, iw_result_name(result));
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(iw_command_name(IW_COMMAND_CAPABILITY), "CAPABILITY");
    assert_string_equal(iw_command_name(IW_COMMAND_MOVE), "MOVE");
    assert_string_equal(iw_command_name(IW_COMMAND_UIDBATCHES), "UIDBATCHES");
    assert_string_equal(iw_command_name(IW_COMMAND_OTHER), "");
    for (int kind = 0; kind < IW_COMMAND_OTHER; kind++)
        assert_string_not_equal(iw_command_name((enum iw_command_kind)kind), "");
}

static void test_leniencies(void **state)
{
    (void)state;
    struct iw_subject s;
    struct iw_lenient lenient = {.allowed = (uint64_t)1 << IW_LENIENT_TRAILING_SPACE |
                                            (uint64_t)1 << IW_LENIENT_BARE_LF};
    iw_subject_read(&s, IW_FRAME_COMMANDS, IW_SPAN("A SELECT a \n"),
                    &(struct iw_subject_terms){.lenient = &lenient});
    assert_int_equal(lenient.used, lenient.allowed);
    assert_span(s.command.arguments, "a");
    iw_subject_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_search_depth),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_leniencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
