/* SPDX-License-Identifier: MIT */
/* What the tests of CPython's imaplib demand of a client, each under the name it has there. */
#include "client/internaldate.h"
#include "tests/lib/fake_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
#define CALL(name, expression)                                                                    \
    static enum iw_imap_outcome name(struct iw_imap *imap, struct iw_imap_result *result)         \
    {                                                                                             \
        return expression;                                                                        \
    }

CALL(login, iw_imap_login(imap, "user", "pass", result))
CALL(login_special, iw_imap_login(imap, "us*r", "pass", result))
CALL(login_quoted, iw_imap_login(imap, "\"user\"", "\"pass\"", result))
CALL(login_plain, iw_imap_login_plain(imap, "user", "pass", result))
CALL(login_plain_utf8, iw_imap_login_plain(imap, "us\xc3\xa9r", "p\xc3\xa4ss", result))
CALL(cram_md5, iw_imap_login_cram_md5(imap, "tim", "tanstaaftanstaaf", result))
CALL(logout, iw_imap_logout(imap, result))
CALL(enable, iw_imap_enable(imap, "UTF8=ACCEPT", result))
CALL(enable_odd, iw_imap_enable(imap, "X-GOOD-IDEA", result))
CALL(select_m, iw_imap_select(imap, "M", false, result))
CALL(select_mutf7, iw_imap_select(imap, "Entw&APw-rfe", false, result))
CALL(select_utf8, iw_imap_select(imap, "Entw\xc3\xbcrfe", false, result))
CALL(select_control, iw_imap_select(imap, "a\x01" "b", false, result))
CALL(select_evil, iw_imap_select(imap, "\"a\" SELECT evil \"", false, result))
CALL(select_crlf, iw_imap_select(imap, "a\r\nX1 DELETE b", false, result))
CALL(examine, iw_imap_select(imap, "M", true, result))
CALL(append, iw_imap_append(imap, "INBOX", NULL, NULL, IW_SPAN("Subject: x\n\na\rb\r\n"), result))
CALL(fetch, iw_imap_fetch(imap, "1,3:*", "(FLAGS)", result))
CALL(uid_fetch, iw_imap_uid(imap, "FETCH", "1,3:*", result))
CALL(expunge, iw_imap_expunge(imap, result))
CALL(uid_expunge, iw_imap_uid(imap, "EXPUNGE", "4:7", result))
CALL(search, iw_imap_search(imap, NULL, "FROM \"x\"", result))
CALL(search_koi8, iw_imap_search(imap, "KOI8-U", "SUBJECT \"\xd0\xd2\xc9\"", result))
CALL(search_odd, iw_imap_search(imap, "odd charset", "ALL", result))
CALL(sort, iw_imap_sort(imap, "REVERSE DATE", "UTF-8", "SINCE 1-Feb-1994", result))
CALL(sort_list, iw_imap_sort(imap, "(SUBJECT)", "US-ASCII", "ALL", result))
CALL(uid_sort, iw_imap_uid(imap, "SORT", "(DATE) UTF-8 ALL", result))
CALL(thread, iw_imap_thread(imap, "REFERENCES", "UTF-8", "ALL", result))
CALL(uid_thread, iw_imap_uid(imap, "THREAD", "REFERENCES UTF-8 ALL", result))
CALL(partial, iw_imap_partial(imap, "2", "RFC822", "1", "100", result))
CALL(copy, iw_imap_copy(imap, "2:4", "new box", result))
CALL(move, iw_imap_move(imap, "2:4", "new box", result))
CALL(uid_move, iw_imap_uid(imap, "MOVE", "4:7 a", result))
CALL(store, iw_imap_store(imap, "1", "+FLAGS", "\\Deleted", result))
CALL(list, iw_imap_list(imap, "~/Mail", "%", result))
CALL(lsub, iw_imap_lsub(imap, NULL, NULL, result))
CALL(status, iw_imap_status(imap, "blurdybloop", "(UIDNEXT)", result))
CALL(create, iw_imap_create(imap, "new box", result))
CALL(delete_box, iw_imap_delete(imap, "old", result))
CALL(rename_box, iw_imap_rename(imap, "old", "new box", result))
CALL(subscribe, iw_imap_subscribe(imap, "#news.x", result))
CALL(unsubscribe, iw_imap_unsubscribe(imap, "#news.x", result))
CALL(close_box, iw_imap_close(imap, result))
CALL(check_box, iw_imap_check(imap, result))
CALL(unselect, iw_imap_unselect(imap, result))
CALL(namespace, iw_imap_namespace(imap, result))
CALL(getacl, iw_imap_getacl(imap, "INBOX/D r", result))
CALL(setacl, iw_imap_setacl(imap, "INBOX", "a b", "+lr", result))
CALL(deleteacl, iw_imap_deleteacl(imap, "INBOX", "Fred", result))
CALL(myrights, iw_imap_myrights(imap, "INBOX", result))
CALL(getquota, iw_imap_getquota(imap, "", result))
CALL(setquota, iw_imap_setquota(imap, "", "STORAGE 512", result))
CALL(getquotaroot, iw_imap_getquotaroot(imap, "INBOX", result, NULL))
CALL(getannotation, iw_imap_getannotation(imap, "INBOX", "/comment", "(a b)", result))
CALL(proxyauth, iw_imap_proxyauth(imap, "fred", result))
CALL(xatom, iw_imap_xatom(imap, "ID", "(\"name\" \"imap\")", result))
CALL(unknown, iw_imap_xatom(imap, "X-UNKNOWN", NULL, result))
CALL(noop, iw_imap_noop(imap, result))
CALL(recent, iw_imap_recent(imap, result))
CALL(starttls, iw_imap_starttls(imap, NULL, result))

static enum iw_imap_outcome idle(struct iw_imap *imap, struct iw_imap_result *result)
{
    (void)result;
    return iw_imap_idle(imap, -1);
}

static enum iw_imap_outcome setannotation(struct iw_imap *imap, struct iw_imap_result *result)
{
    static const char *const entries[] = {"/comment", "(\"value.priv\" \"x\")", NULL};
    return iw_imap_setannotation(imap, "INBOX", entries, result);
}

static const struct iw_fake_row rows[] = {
    /* ---- login ---- */
    {"test_login", NONAUTH, login, {"# OK [CAPABILITY X] LOGIN completed\r\n"}, IW_IMAP_OK,
     "# LOGIN user \"pass\"\r\n", "OK <[CAPABILITY X] LOGIN completed>"},
    {"test_login: a name that is no atom", NONAUTH, login_special, {"# OK in\r\n"}, IW_IMAP_OK,
     "# LOGIN \"us*r\" \"pass\"\r\n", "OK <in>"},
    {"test_login_quoted", NONAUTH, login_quoted, {"# OK in\r\n"}, IW_IMAP_OK,
     "# LOGIN \"user\" \"\\\"pass\\\"\"\r\n", "OK <in>"},
    {"test_login: bad state", AUTH, login, {NULL}, IW_IMAP_ERROR, "",
     "command LOGIN illegal in state AUTH, only allowed in states NONAUTH"},
    {"test_invalid_login", NONAUTH, login, {"# NO [LOGIN] failed\r\n"}, IW_IMAP_ERROR,
     "# LOGIN user \"pass\"\r\n", "[LOGIN] failed"},
    {"test_bad_auth_name", NONAUTH, cram_md5, {"# NO unrecognized authentication type\r\n"},
     IW_IMAP_ERROR, "# AUTHENTICATE CRAM-MD5\r\n", "unrecognized authentication type"},
    {"test_invalid_authentication", NONAUTH, login_plain,
     {"+\r\n", "# NO [AUTHENTICATIONFAILED] invalid\r\n"}, IW_IMAP_ERROR,
     "# AUTHENTICATE PLAIN\r\nAHVzZXIAcGFzcw==\r\n", "[AUTHENTICATIONFAILED] invalid"},
    {"test_login_cram_md5", NONAUTH, cram_md5,
     {"+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n", "# OK in\r\n"}, IW_IMAP_OK,
     "# AUTHENTICATE CRAM-MD5\r\ndGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n", "OK <in>"},
    {"test_login_plain_ascii", NONAUTH, login_plain, {"+\r\n", "# OK in\r\n"}, IW_IMAP_OK,
     "# AUTHENTICATE PLAIN\r\nAHVzZXIAcGFzcw==\r\n", "OK <in>"},
    {"test_login_plain_utf8", NONAUTH, login_plain_utf8, {"+ \r\n", "# OK in\r\n"}, IW_IMAP_OK,
     "# AUTHENTICATE PLAIN\r\nAHVzw6lyAHDDpHNz\r\n", "OK <in>"},
    {"test_logout", AUTH, logout, {"* BYE LOGOUT Requested\r\n# OK done\r\n"}, IW_IMAP_OK,
     "# LOGOUT\r\n", "BYE <LOGOUT Requested>"},
    {"test_starttls refused", NONAUTH, starttls, {"# NO not now\r\n"}, IW_IMAP_ERROR,
     "# STARTTLS\r\n", "Couldn't establish TLS session"},

    /* ---- ENABLE ---- */
    {"test_enable_raises_error_if_not_AUTH", NONAUTH, enable, {NULL}, IW_IMAP_ERROR, "",
     "Server does not support ENABLE"},
    {"test_enable_not_supported", AUTH, enable_odd, {"# BAD unknown\r\n"}, IW_IMAP_ERROR,
     "# ENABLE X-GOOD-IDEA\r\n", "ENABLE command error: BAD unknown"},
    {"test_enable", AUTH, enable, {"* ENABLED UTF8=ACCEPT\r\n# OK enabled\r\n"}, IW_IMAP_OK,
     "# ENABLE UTF8=ACCEPT\r\n", "OK <enabled>"},

    /* ---- names ---- */
    {"test_select_mutf7", AUTH, select_mutf7, {"# OK in\r\n"}, IW_IMAP_OK,
     "# SELECT Entw&APw-rfe\r\n", "OK"},
    {"test_select_nonascii", AUTH, select_utf8, {"# OK in\r\n"}, IW_IMAP_OK,
     "# SELECT Entw&APw-rfe\r\n", "OK"},
    {"test_select_control_character", AUTH, select_control, {"# OK in\r\n"}, IW_IMAP_OK,
     "# SELECT a&AAE-b\r\n", "OK"},
    {"test_quoting: injection", AUTH, select_evil, {"# NO none\r\n"}, IW_IMAP_NO,
     "# SELECT \"\\\"a\\\" SELECT evil \\\"\"\r\n", "NO <none>"},
    {"test_control_characters", AUTH, select_crlf, {NULL}, IW_IMAP_ERROR, "",
     "SELECT: CR, LF or NUL in an argument"},

    /* ---- SELECT, APPEND ---- */
    {"test_readonly_select", AUTH, select_m, {"* 2 EXISTS\r\n# OK [READ-ONLY] in\r\n"},
     IW_IMAP_READONLY, "# SELECT M\r\n", "M is not writable"},
    {"test_select_readonly", AUTH, examine, {"* 2 EXISTS\r\n# OK [READ-ONLY] in\r\n"}, IW_IMAP_OK,
     "# EXAMINE M\r\n", "OK <2>"},
    {"test_append_line_endings", AUTH, append, {"+ go\r\n", "# OK done\r\n"}, IW_IMAP_OK,
     "# APPEND INBOX {20}\r\nSubject: x\r\n\r\na\r\nb\r\n\r\n", "OK <done>"},
    {"_read_literal: nothing goes before the +", AUTH, append, {"# NO too big\r\n"}, IW_IMAP_NO,
     "# APPEND INBOX {20}\r\n", "NO <too big>"},

    /* ---- literals and blank lines ---- */
    {"test_extra_blank_line_after_literal", SELECTED, fetch,
     {"* 1 FETCH (BODY[] {13}\r\nSubject: x\r\n\r\r\n)\r\n# OK done\r\n"}, IW_IMAP_OK,
     "# FETCH 1,3:* (FLAGS)\r\n", "OK <1 (BODY[] {13}|Subject: x\r\n\r> <)>"},
    {"test_literal_terminating_response", AUTH, lsub,
     {"* LSUB () \"/\" {3}\r\na b\r\n# OK done\r\n"}, IW_IMAP_OK, "# LSUB \"\" *\r\n",
     "OK <() \"/\" {3}|a b> <>"},
    {"test_spurious_blank_lines_between_responses", AUTH, lsub,
     {"* LSUB () \"/\" {1}\r\na\r\n\r\n* LSUB () \"/\" {1}\r\nb\r\n\r\n\r\n# OK done\r\n"},
     IW_IMAP_OK, "# LSUB \"\" *\r\n",
     "OK <() \"/\" {1}|a> <> <() \"/\" {1}|b> <>"},
    {"test_bracket_flags", AUTH, select_m,
     {"* FLAGS (\\Seen [test])\r\n* OK [PERMANENTFLAGS (\\Seen [test] \\*)] x\r\n# OK in\r\n"},
     IW_IMAP_OK, "# SELECT M\r\n", "OK"},

    /* ---- IDLE ---- */
    {"test_idle_capability", NONAUTH, idle, {NULL}, IW_IMAP_ERROR, "",
     "Server does not support IMAP4 IDLE"},
    {"test_idle_denied", AUTH, idle, {"# NO IDLE is not allowed at this time\r\n"}, IW_IMAP_ERROR,
     "# IDLE\r\n", "idle denied: IDLE is not allowed at this time"},

    /* ---- messages ---- */
    {"test_fetch", SELECTED, fetch, {"* 1 FETCH (FLAGS ())\r\n* 3 FETCH (FLAGS ())\r\n# OK x\r\n"},
     IW_IMAP_OK, "# FETCH 1,3:* (FLAGS)\r\n", "OK <1 (FLAGS ())> <3 (FLAGS ())>"},
    {"test_uid_fetch", SELECTED, uid_fetch, {"* 23 FETCH (UID 4)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID FETCH 1,3:*\r\n", "OK <23 (UID 4)>"},
    {"test_expunge", SELECTED, expunge,
     {"* 3 EXPUNGE\r\n* 3 EXPUNGE\r\n* 5 EXPUNGE\r\n* 8 EXPUNGE\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# EXPUNGE\r\n", "OK <3> <3> <5> <8>"},
    {"test_uid_expunge", SELECTED, uid_expunge, {"* 4 EXPUNGE\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID EXPUNGE 4:7\r\n", "OK"},
    {"test_search: nothing", SELECTED, search, {"* SEARCH\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SEARCH FROM \"x\"\r\n", "OK <>"},
    {"test_search: KOI8-U", SELECTED, search_koi8, {"* SEARCH 43\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SEARCH CHARSET KOI8-U SUBJECT \"\xd0\xd2\xc9\"\r\n", "OK <43>"},
    {"test_search: a charset with a blank", SELECTED, search_odd, {"# NO x\r\n"}, IW_IMAP_NO,
     "# SEARCH CHARSET \"odd charset\" ALL\r\n", "NO <x>"},
    {"test_sort", SELECTED, sort, {"* SORT 2 84 882\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SORT (REVERSE DATE) UTF-8 SINCE 1-Feb-1994\r\n", "OK <2 84 882>"},
    {"test_sort: a list", SELECTED, sort_list, {"* SORT\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SORT (SUBJECT) US-ASCII ALL\r\n", "OK <>"},
    {"test_uid_sort", SELECTED, uid_sort, {"* SORT 5\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID SORT (DATE) UTF-8 ALL\r\n", "OK <5>"},
    {"test_thread", SELECTED, thread, {"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n# OK x\r\n"},
     IW_IMAP_OK, "# THREAD REFERENCES UTF-8 ALL\r\n", "OK <(2)(3 6 (4 23)(44 7 96))>"},
    {"test_uid_thread", SELECTED, uid_thread, {"* THREAD (2)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID THREAD REFERENCES UTF-8 ALL\r\n", "OK <(2)>"},
    {"test_partial", SELECTED, partial, {"* 2 FETCH (RFC822 {2}\r\nab)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# PARTIAL 2 RFC822 1 100\r\n", "OK <2 (RFC822 {2}|ab> <)>"},
    {"test_copy", SELECTED, copy, {"# OK [COPYUID 1 2 3] x\r\n"}, IW_IMAP_OK,
     "# COPY 2:4 \"new box\"\r\n", "OK <[COPYUID 1 2 3] x>"},
    {"test_move", SELECTED, move, {"* 2 EXPUNGE\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# MOVE 2:4 \"new box\"\r\n", "OK <x>"},
    {"test_uid_move", SELECTED, uid_move, {"* 2 EXPUNGE\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID MOVE 4:7 a\r\n", "OK"},
    {"test_store", SELECTED, store, {"* 1 FETCH (FLAGS (\\Deleted))\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# STORE 1 +FLAGS (\\Deleted)\r\n", "OK <1 (FLAGS (\\Deleted))>"},

    /* ---- mailboxes ---- */
    {"test_list", AUTH, list, {"* LIST (\\Noselect) \"/\" ~/Mail/foo\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# LIST ~/Mail %\r\n", "OK <(\\Noselect) \"/\" ~/Mail/foo>"},
    {"test_lsub", AUTH, lsub, {"* LSUB () \".\" a\r\n# OK x\r\n"}, IW_IMAP_OK, "# LSUB \"\" *\r\n",
     "OK <() \".\" a>"},
    {"test_status", AUTH, status, {"* STATUS blurdybloop (UIDNEXT 44292)\r\n# OK x\r\n"},
     IW_IMAP_OK, "# STATUS blurdybloop (UIDNEXT)\r\n", "OK <blurdybloop (UIDNEXT 44292)>"},
    {"test_create", AUTH, create, {"# OK x\r\n"}, IW_IMAP_OK, "# CREATE \"new box\"\r\n",
     "OK <x>"},
    {"test_delete", AUTH, delete_box, {"# OK x\r\n"}, IW_IMAP_OK, "# DELETE old\r\n", "OK <x>"},
    {"test_rename", AUTH, rename_box, {"# OK x\r\n"}, IW_IMAP_OK, "# RENAME old \"new box\"\r\n",
     "OK <x>"},
    {"test_subscribe", AUTH, subscribe, {"# OK x\r\n"}, IW_IMAP_OK, "# SUBSCRIBE #news.x\r\n",
     "OK <x>"},
    {"test_unsubscribe", AUTH, unsubscribe, {"# OK x\r\n"}, IW_IMAP_OK,
     "# UNSUBSCRIBE #news.x\r\n", "OK <x>"},
    {"test_close", SELECTED, close_box, {"# OK x\r\n"}, IW_IMAP_OK, "# CLOSE\r\n", "OK <x>"},
    {"test_check", SELECTED, check_box, {"# OK x\r\n"}, IW_IMAP_OK, "# CHECK\r\n", "OK <x>"},
    {"test_unselect", SELECTED, unselect, {"# OK x\r\n"}, IW_IMAP_OK, "# UNSELECT\r\n", "OK <x>"},
    {"test_unselect: nothing is selected", AUTH, unselect, {NULL}, IW_IMAP_ERROR, "",
     "command UNSELECT illegal in state AUTH, only allowed in states SELECTED"},
    {"test_namespace", AUTH, namespace, {"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n# OK x\r\n"},
     IW_IMAP_OK, "# NAMESPACE\r\n", "OK <((\"\" \"/\")) NIL NIL>"},

    /* ---- rights, quotas, annotations ---- */
    {"test_getacl", AUTH, getacl, {"* ACL \"INBOX/D r\" Fred rwipslda\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# GETACL \"INBOX/D r\"\r\n", "OK <\"INBOX/D r\" Fred rwipslda>"},
    {"test_setacl", AUTH, setacl, {"# OK x\r\n"}, IW_IMAP_OK, "# SETACL INBOX \"a b\" +lr\r\n",
     "OK <x>"},
    {"test_deleteacl", AUTH, deleteacl, {"# OK x\r\n"}, IW_IMAP_OK, "# DELETEACL INBOX Fred\r\n",
     "OK <x>"},
    {"test_myrights", AUTH, myrights, {"* MYRIGHTS INBOX rwiptsldaex\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# MYRIGHTS INBOX\r\n", "OK <INBOX rwiptsldaex>"},
    {"test_getquota", AUTH, getquota, {"* QUOTA \"\" (STORAGE 10 512)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# GETQUOTA \"\"\r\n", "OK <\"\" (STORAGE 10 512)>"},
    {"test_setquota", AUTH, setquota, {"* QUOTA \"\" (STORAGE 10 512)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SETQUOTA \"\" (STORAGE 512)\r\n", "OK <\"\" (STORAGE 10 512)>"},
    {"test_getquotaroot", AUTH, getquotaroot,
     {"* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (STORAGE 10 512)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# GETQUOTAROOT INBOX\r\n", "OK <INBOX \"\">"},
    {"test_getannotation", AUTH, getannotation,
     {"* ANNOTATION INBOX \"/comment\" (\"value.priv\" \"x\")\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# GETANNOTATION INBOX /comment (a b)\r\n",
     "OK <INBOX \"/comment\" (\"value.priv\" \"x\")>"},
    {"test_setannotation", AUTH, setannotation, {"# OK x\r\n"}, IW_IMAP_OK,
     "# SETANNOTATION INBOX /comment (\"value.priv\" \"x\")\r\n", "OK"},
    {"test_proxyauth", AUTH, proxyauth, {"# OK x\r\n"}, IW_IMAP_OK, "# PROXYAUTH fred\r\n",
     "OK <x>"},
    {"test_xatom", AUTH, xatom, {"* ID NIL\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# ID (\"name\" \"imap\")\r\n", "OK <x>"},
    {"test_unknown_command", AUTH, unknown, {"# BAD X-UNKNOWN unknown\r\n"}, IW_IMAP_ERROR,
     "# X-UNKNOWN\r\n", "X-UNKNOWN command error: BAD X-UNKNOWN unknown"},
    {"test_noop", AUTH, noop, {"* 7 EXISTS\r\n# OK x\r\n"}, IW_IMAP_OK, "# NOOP\r\n", "OK <x>"},
    {"test_recent", AUTH, recent, {"* 7 RECENT\r\n* 9 RECENT\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# NOOP\r\n", "OK <7> <9>"},
};
/* clang-format on */

static void test_each_call(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        iw_fake_check(&rows[i]);
}

/* ---- greetings ---- */

static void test_each_greeting(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *replies[3];
        enum iw_imap_outcome outcome;
        const char *text;
    } greetings[] = {
        {"test_EOF_without_complete_welcome_message", {"* OK"}, IW_IMAP_ABORT, "socket error: EOF"},
        {"test_invalid_greeting",
         {"+OK POP3 server ready\r\n"},
         IW_IMAP_ERROR,
         "invalid greeting: +OK POP3 server ready"},
        {"test_invalid_greeting_untagged",
         {"* BYE Server unavailable\r\n"},
         IW_IMAP_ERROR,
         "invalid greeting: * BYE Server unavailable"},
        {"test_invalid_greeting_continuation", {"+\r\n"}, IW_IMAP_ERROR, "invalid greeting: +"},
        {"test_truncated_large_literal",
         {"* OK {9223372036854775808}\r\n0123456789"},
         IW_IMAP_ABORT,
         "command: CAPABILITY => socket error: EOF"},
        {"test_greeting_capabilities",
         {"* OK [CAPABILITY IMAP4rev1 ENABLE] hi\r\n"},
         IW_IMAP_OK,
         ""},
    };
    for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++) {
        struct iw_fake_server fake = {.silent = false};
        struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
        struct iw_imap *imap = iw_fake_open(&fake, greetings[i].replies, NULL, &failure);
        if (failure.outcome != greetings[i].outcome ||
            (imap == NULL && strcmp(failure.error.detail, greetings[i].text) != 0))
            fail_msg("%s: %d %s", greetings[i].name, (int)failure.outcome, failure.error.detail);
        if (imap != NULL)
            assert_string_equal(iw_buf_string(&fake.sent), "");
        iw_fake_end(imap, &fake);
    }
}

/* ---- capabilities ---- */

static void check_capabilities(const char *const *replies, bool by_plain, const char *wanted)
{
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
    fake.replies = replies;
    assert_int_equal(by_plain ? iw_imap_login_plain(imap, "u", "p", NULL)
                              : iw_imap_login(imap, "u", "p", NULL),
                     IW_IMAP_OK);
    assert_string_equal(iw_imap_capabilities(imap), wanted);
    assert_string_equal(iw_imap_protocol_version(imap), "IMAP4REV1");
    iw_fake_end(imap, &fake);
}

static void test_capabilities_are_refreshed(void **state)
{
    (void)state;
    static const char *const inside[] = {"* CAPABILITY IMAP4rev1 X-IN\r\n# OK in\r\n", NULL};
    static const char *const tagged[] = {"+\r\n", "# OK [CAPABILITY IMAP4rev1 X-TAG] in\r\n", NULL};
    static const char *const asked[] = {"# OK in\r\n",
                                        "* CAPABILITY IMAP4rev1 X-ASKED\r\n# OK x\r\n", NULL};
    check_capabilities(inside, false, "IMAP4REV1 X-IN");
    check_capabilities(tagged, true, "IMAP4REV1 X-TAG");
    check_capabilities(asked, false, "IMAP4REV1 X-ASKED");
}

/* ---- UTF8=ACCEPT ---- */

static void test_enable_UTF8_append(void **state)
{
    (void)state;
    static const char *const replies[] = {"* ENABLED UTF8=ACCEPT\r\n# OK x\r\n", "+ go\r\n",
                                          "# OK x\r\n", "# OK in\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_false(iw_imap_utf8_enabled(imap));
    assert_int_equal(iw_imap_enable(imap, "UTF8=ACCEPT", NULL), IW_IMAP_OK);
    assert_true(iw_imap_utf8_enabled(imap));
    iw_buf_clear(&fake.sent);
    assert_int_equal(iw_imap_append(imap, NULL, NULL, NULL, IW_SPAN("Subject: \xc3\xa4\r\n"), NULL),
                     IW_IMAP_OK);
    assert_string_equal(iw_buf_string(&fake.sent),
                        "# APPEND INBOX UTF8 (~{13}\r\nSubject: \xc3\xa4\r\n)\r\n");
    iw_buf_clear(&fake.sent);
    assert_int_equal(iw_imap_select(imap, "Entw\xc3\xbcrfe", false, NULL), IW_IMAP_OK);
    assert_string_equal(iw_buf_string(&fake.sent), "# SELECT \"Entw\xc3\xbcrfe\"\r\n");
    assert_int_equal(iw_imap_search(imap, "UTF-8", "ALL", NULL), IW_IMAP_ERROR);
    assert_string_equal(iw_imap_reason(imap), "Non-None charset not valid in UTF8 mode");
    iw_fake_end(imap, &fake);
}

/* ---- IDLE ---- */

static void expect_idle(struct iw_imap *imap, const char *wanted)
{
    struct iw_imap_result result;
    struct iw_buf shown;
    iw_buf_init(&shown, NULL, 1 << 16);
    assert_int_equal(iw_imap_idle_next(imap, &result), IW_IMAP_OK);
    if (result.type != NULL)
        iw_fake_show(&shown, &result);
    assert_string_equal(iw_buf_string(&shown), wanted);
    iw_buf_release(&shown);
}

static void test_idle_iter(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "* 2 EXISTS\r\n+ idling\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\n* OK [X-A b] c\r\n",
        "* 0 RECENT\r\n* 3 EXISTS\r\n", "* 1 RECENT\r\n# OK done\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_idle(imap, -1), IW_IMAP_OK);
    assert_string_equal(iw_imap_state_name(imap), "IDLING");
    expect_idle(imap, "EXISTS <2>");
    expect_idle(imap, "FETCH <1 (BODY[] {3}|abc> <)>");
    expect_idle(imap, "OK <[X-A b] c>");
    expect_idle(imap, "X-A <b>");
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_ERROR);
    assert_string_equal(iw_imap_reason(imap), "command NOOP illegal in state IDLING, only allowed "
                                              "in states NONAUTH, AUTH, SELECTED");
    expect_idle(imap, "RECENT <0>");
    assert_int_equal(iw_imap_idle_done(imap, &result), IW_IMAP_OK);
    assert_string_equal(iw_buf_string(&fake.sent), "# IDLE\r\nDONE\r\n");
    assert_string_equal(iw_imap_state_name(imap), "AUTH");
    assert_int_equal(iw_imap_response(imap, "EXISTS", &result), IW_IMAP_OK);
    assert_int_equal(result.count, 1); /* it was not asked for in time */
    assert_int_equal(iw_imap_response(imap, "RECENT", &result), IW_IMAP_OK);
    assert_int_equal(result.count, 1); /* it came behind DONE */
    assert_int_equal(iw_imap_idle_next(imap, &result), IW_IMAP_ERROR);
    iw_fake_end(imap, &fake);
}

static void test_idle_burst(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "+ idling\r\n* 2 EXISTS\r\n* 1 RECENT\r\n* 3 EXISTS\r\n* 2 RECENT\r\n", "",
        "* 9 EXPUNGE\r\n", "# OK done\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_idle(imap, -1), IW_IMAP_OK);
    size_t count = 0;
    while (iw_imap_idle_burst(imap, 20, &result) == IW_IMAP_OK && result.type != NULL)
        count++;
    assert_int_equal(count, 4);
    assert_int_equal(iw_imap_idle_burst(imap, 20, &result), IW_IMAP_OK);
    assert_string_equal(result.type, "EXPUNGE");
    assert_int_equal(iw_imap_idle_done(imap, NULL), IW_IMAP_OK);
    iw_fake_end(imap, &fake);
}

static void test_idle_delayed_packet(void **state)
{
    (void)state;
    static const char *const replies[] = {"+ idling\r\n",
                                          "* 1 EX",
                                          "",
                                          "IS",
                                          "TS\r\n",
                                          "# OK done\r\n",
                                          "* 5 EXISTS\r\n# OK x\r\n",
                                          NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_idle(imap, 30), IW_IMAP_OK);
    expect_idle(imap, ""); /* the duration is over inside of a response */
    assert_int_equal(iw_imap_idle_done(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    struct iw_imap_result result;
    assert_int_equal(iw_imap_response(imap, "EXISTS", &result), IW_IMAP_OK);
    assert_int_equal(result.count, 2); /* whole: the stream is in step */
    iw_fake_end(imap, &fake);
}

static void test_idle_ends_with_the_connection(void **state)
{
    (void)state;
    static const char *const replies[] = {"+ idling\r\n", "* BYE soon\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_idle(imap, -1), IW_IMAP_OK);
    expect_idle(imap, "BYE <soon>");
    assert_int_equal(iw_imap_idle_next(imap, &result), IW_IMAP_ABORT);
    assert_string_equal(iw_imap_reason(imap), "command: IDLE => soon");
    assert_int_equal(iw_imap_idle_done(imap, &result), IW_IMAP_ERROR);
    iw_fake_end(imap, &fake);
}

/* ---- two lists ---- */

static void test_getquotaroot(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "* QUOTAROOT INBOX \"\" x\r\n* QUOTA \"\" (STORAGE 1 2)\r\n"
        "* QUOTA x (STORAGE 3 4)\r\n# OK x\r\n",
        "# NO none\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap_result roots, quota;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_getquotaroot(imap, "INBOX", &roots, &quota), IW_IMAP_OK);
    assert_int_equal(roots.count, 1);
    assert_int_equal(quota.count, 2);
    assert_true(iw_span_equal(quota.data[1].text, IW_SPAN("x (STORAGE 3 4)")));
    assert_int_equal(iw_imap_getquotaroot(imap, "INBOX", &roots, &quota), IW_IMAP_NO);
    assert_true(iw_span_equal(roots.data[0].text, IW_SPAN("none")));
    assert_true(iw_span_equal(quota.data[0].text, IW_SPAN("none")));
    iw_fake_end(imap, &fake);
}

/* ---- the stream itself ---- */

static void test_read_readline_send(void **state)
{
    (void)state;
    static const char *const replies[] = {"# OK x\r\n+ rea", "dy\r\nabcd",     "ef# OK x\r\n",
                                          "# OK y\r\n",      "no end of line", NULL};
    struct iw_fake_server fake;
    char room[64];
    size_t got = 0;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_send(imap, "X raw\r\n", 7), IW_IMAP_OK);
    assert_int_equal(iw_imap_readline(imap, room, sizeof room, &got), IW_IMAP_OK);
    assert_int_equal(got, 9);
    assert_memory_equal(room, "+ ready\r\n", 9);
    assert_int_equal(iw_imap_read(imap, room, 6, &got), IW_IMAP_OK);
    assert_int_equal(got, 6);
    assert_memory_equal(room, "abcdef", 6);
    assert_int_equal(iw_imap_readline(imap, room, 4, &got), IW_IMAP_ERROR);
    assert_string_equal(iw_imap_reason(imap), "got more than 4 bytes");
    assert_int_equal(iw_imap_readline(imap, room, sizeof room, &got), IW_IMAP_OK);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_readline(imap, room, sizeof room, &got), IW_IMAP_OK);
    assert_int_equal(got, 14);
    assert_int_equal(iw_imap_read(imap, room, 1, &got), IW_IMAP_OK);
    assert_int_equal(got, 0);
    iw_imap_shutdown(imap);
    assert_int_equal(iw_imap_send(imap, "x", 1), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_socket(imap), -1);
    iw_fake_end(imap, &fake);
}

/* ---- debug ---- */

static void note(void *context, const char *line)
{
    iw_buf_addf(context, "%s\n", line);
}

static void test_debug(void **state)
{
    (void)state;
    static const struct {
        int level;
        const char *wanted;
    } levels[] = {
        {0, ""},
        {1, "NO response: no\n"},
        {4, "> LOGIN\n< * 1 EXISTS\n< # NO no\nNO response: no\n"},
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        static const char *const refused[] = {"* 1 EXISTS\r\n# NO no\r\n", NULL};
        struct iw_fake_server fake;
        struct iw_buf said;
        struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
        iw_buf_init(&said, NULL, 1 << 16);
        const struct iw_imap_debug debug = {levels[i].level, note, &said};
        iw_imap_set_debug(imap, &debug);
        fake.replies = refused;
        assert_int_equal(iw_imap_login(imap, "user", "secret", NULL), IW_IMAP_ERROR);
        const char *tag = strstr(iw_buf_string(&said), fake.tag);
        struct iw_buf plain;
        iw_buf_init(&plain, NULL, 1 << 16);
        iw_buf_add(&plain, iw_buf_span(&said));
        if (tag != NULL) {
            size_t at = (size_t)(tag - iw_buf_string(&said));
            iw_buf_truncate(&plain, at);
            iw_buf_addf(&plain, "#%s", tag + strlen(fake.tag));
        }
        assert_string_equal(iw_buf_string(&plain), levels[i].wanted);
        iw_buf_release(&plain);
        iw_buf_release(&said);
        iw_fake_end(imap, &fake);
    }
}

static void test_the_log_has_the_last_ten_lines(void **state)
{
    (void)state;
    static const char *const replies[] = {"# OK x\r\n",
                                          "# OK x\r\n",
                                          "# OK x\r\n",
                                          "# OK x\r\n",
                                          "* 1 EXISTS\r\n* 2 EXISTS\r\n# OK x\r\n",
                                          NULL};
    struct iw_fake_server fake;
    struct iw_buf said;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_string_equal(iw_imap_log_line(imap, 0), "> NOOP");
    assert_string_equal(iw_imap_log_line(imap, 8), "< * 2 EXISTS");
    assert_non_null(iw_imap_log_line(imap, 9));
    assert_null(iw_imap_log_line(imap, 10));
    iw_buf_init(&said, NULL, 1 << 16);
    const struct iw_imap_debug debug = {0, note, &said};
    iw_imap_set_debug(imap, &debug);
    iw_imap_print_log(imap);
    assert_true(iw_span_starts(iw_buf_span(&said), IW_SPAN("> NOOP\n")));
    iw_buf_release(&said);
    iw_fake_end(imap, &fake);
}

/* ---- the utility functions ---- */

static void expect_tuple(const char *zone, const char *response, bool utc, const int wanted[9])
{
    int tuple[IW_TIME_TUPLE] = {0};
    setenv("TZ", zone, 1);
    bool found = utc ? iw_internaldate2utc(response, strlen(response), tuple)
                     : iw_internaldate2tuple(response, strlen(response), tuple);
    assert_int_equal(found, wanted != NULL);
    for (int i = 0; wanted != NULL && i < IW_TIME_TUPLE; i++)
        assert_int_equal(tuple[i], wanted[i]);
}

static void test_Internaldate2tuple(void **state)
{
    (void)state;
    static const char response[] = "25 (INTERNALDATE \"01-Jan-2000 11:30:00 +1130\")";
    static const int utc[] = {2000, 1, 1, 0, 0, 0, 5, 1, 0};
    static const int berlin[] = {2000, 1, 1, 1, 0, 0, 5, 1, 0};
    static const int summer[] = {2000, 7, 1, 2, 0, 0, 5, 183, 1};
    static const int epoch[] = {1970, 1, 1, 0, 0, 0, 3, 1, 0};
    expect_tuple("UTC", response, true, utc);
    expect_tuple("Europe/Berlin", response, true, utc);
    expect_tuple("Europe/Berlin", response, false, berlin);
    expect_tuple("Europe/Berlin", "INTERNALDATE \" 1-Jul-2000 00:00:00 +0000\"", false, summer);
    expect_tuple("UTC", "INTERNALDATE \"01-Jan-1970 00:00:00 +0000\"", false, epoch);
    expect_tuple("UTC", "INTERNALDATE \"01-Jan-1970 00:00:00\"", false, NULL);
    expect_tuple("UTC", "INTERNALDATE \"01-Foo-1970 00:00:00 +0000\"", false, NULL);
    expect_tuple("UTC", "\nINTERNALDATE \"01-Jan-1970 00:00:00 +0000\"", false, NULL);
    expect_tuple("UTC", "", false, NULL);
}

static void test_Time2Internaldate(void **state)
{
    (void)state;
    static const int june31[] = {2000, 6, 31, 0, 0, 0, 0, 0, -1};
    static const int june30[] = {2000, 6, 30, 23, 59, 59, 0, 0, -1};
    char text[IW_INTERNALDATE_SIZE];
    setenv("TZ", "Europe/Berlin", 1);
    assert_true(iw_time2internaldate(2000000000, text));
    assert_string_equal(text, "\"18-May-2033 05:33:20 +0200\"");
    assert_true(iw_time2internaldate(0, text));
    assert_string_equal(text, "\"01-Jan-1970 01:00:00 +0100\"");
    assert_false(iw_time2internaldate(INT64_MAX, text));
    assert_true(iw_tuple2internaldate(june30, text));
    assert_string_equal(text, "\"30-Jun-2000 23:59:59 +0200\"");
    assert_false(iw_tuple2internaldate(june31, text));
}

static void test_ParseFlags_and_Int2AP(void **state)
{
    (void)state;
    static const char response[] = "1 (FLAGS (\\Seen) UID 4 FLAGS (\\Seen $x  [test]))";
    struct iw_span flags[2];
    char letters[IW_INT2AP_SIZE];
    assert_int_equal(iw_parseflags(response, sizeof response - 1, flags, 2), 3);
    assert_true(iw_span_equal(flags[0], IW_SPAN("\\Seen")));
    assert_true(iw_span_equal(flags[1], IW_SPAN("$x")));
    assert_int_equal(iw_parseflags("FLAGS (a", 8, flags, 2), 0);
    iw_int2ap(0, letters);
    assert_string_equal(letters, "");
    iw_int2ap(-4096, letters);
    assert_string_equal(letters, "BAAA");
    iw_int2ap(INT64_MIN, letters);
    assert_string_equal(letters, "IAAAAAAAAAAAAAAA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_call),
        cmocka_unit_test(test_each_greeting),
        cmocka_unit_test(test_capabilities_are_refreshed),
        cmocka_unit_test(test_enable_UTF8_append),
        cmocka_unit_test(test_idle_iter),
        cmocka_unit_test(test_idle_burst),
        cmocka_unit_test(test_idle_delayed_packet),
        cmocka_unit_test(test_idle_ends_with_the_connection),
        cmocka_unit_test(test_getquotaroot),
        cmocka_unit_test(test_read_readline_send),
        cmocka_unit_test(test_debug),
        cmocka_unit_test(test_the_log_has_the_last_ten_lines),
        cmocka_unit_test(test_Internaldate2tuple),
        cmocka_unit_test(test_Time2Internaldate),
        cmocka_unit_test(test_ParseFlags_and_Int2AP),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
