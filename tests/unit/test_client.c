/* SPDX-License-Identifier: MIT */
/* The blocking client over a wire of its own: what each function sends, what it makes of the
 * answers, and how it fails. */
#include "client/arguments.h"
#include "client/imap.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/fake_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
#define CALL(name, expression)                                                                    \
    static enum iw_imap_outcome name(struct iw_imap *imap, struct iw_imap_result *result)         \
    {                                                                                             \
        return expression;                                                                        \
    }

CALL(noop, iw_imap_noop(imap, result))
CALL(capability, iw_imap_capability(imap, result))
CALL(logout, iw_imap_logout(imap, result))
CALL(login, iw_imap_login(imap, "alice", "wonder land", result))
CALL(login_odd, iw_imap_login(imap, "a\"b \\c", "{5}", result))
CALL(login_quoted, iw_imap_login(imap, "\"al ice\"", "\"x\"", result))
CALL(login_empty, iw_imap_login(imap, "", "", result))
CALL(login_8bit, iw_imap_login(imap, "j\xc3\xb6rg", "p\xc3\xa4ss", result))
CALL(login_crlf, iw_imap_login(imap, "alice", "a\r\nX NOOP", result))
CALL(login_8bit_crlf, iw_imap_login(imap, "alice", "\xc3\xa4\r\nX NOOP", result))
CALL(list, iw_imap_list(imap, NULL, NULL, result))
CALL(list_odd, iw_imap_list(imap, "a b", "%", result))
CALL(lsub, iw_imap_lsub(imap, "", "*", result))
CALL(status, iw_imap_status(imap, "M", "MESSAGES UIDNEXT", result))
CALL(status_list, iw_imap_status(imap, "a \"b\"", "(MESSAGES)", result))
CALL(create, iw_imap_create(imap, "a/b", result))
CALL(create_quoted, iw_imap_create(imap, "\"a b\"", result))
CALL(create_half_quoted, iw_imap_create(imap, "\"a\" SELECT evil \"", result))
CALL(create_crlf, iw_imap_create(imap, "x\r\nX NOOP", result))
CALL(create_lf, iw_imap_create(imap, "x\nX NOOP", result))
CALL(create_8bit, iw_imap_create(imap, "\xa4", result))
CALL(create_utf8, iw_imap_create(imap, "Entw\xc3\xbcrfe", result))
CALL(create_wild, iw_imap_create(imap, "a*b", result))
CALL(create_literal, iw_imap_create(imap, "{5}", result))
CALL(create_empty, iw_imap_create(imap, "", result))
CALL(delete_m, iw_imap_delete(imap, "M", result))
CALL(rename_m, iw_imap_rename(imap, "M", "N N", result))
CALL(subscribe, iw_imap_subscribe(imap, "M", result))
CALL(unsubscribe, iw_imap_unsubscribe(imap, "M", result))
CALL(select_m, iw_imap_select(imap, "M", false, result))
CALL(select_inbox, iw_imap_select(imap, NULL, false, result))
CALL(examine, iw_imap_select(imap, "M", true, result))
CALL(append, iw_imap_append(imap, "M", NULL, NULL, IW_SPAN("a\nb\r\rc\r\n\nd"), result))
CALL(append_empty, iw_imap_append(imap, NULL, "", NULL, IW_SPAN(""), result))
CALL(append_nul, iw_imap_append(imap, "M", NULL, NULL, IW_SPAN("a\0b"), result))
CALL(fetch, iw_imap_fetch(imap, "1", "BODY[]", result))
CALL(fetch_list, iw_imap_fetch(imap, "1:*", "(FLAGS BODY[HEADER.FIELDS (SUBJECT)])", result))
CALL(fetch_crlf, iw_imap_fetch(imap, "1", "FLAGS\r\nX NOOP", result))
CALL(search, iw_imap_search(imap, NULL, "ALL", result))
CALL(search_charset, iw_imap_search(imap, "UTF-8", "SUBJECT \"a b\"", result))
CALL(search_literal, iw_imap_search(imap, NULL, "SUBJECT {5}", result))
CALL(search_literal_plus, iw_imap_search(imap, NULL, "SUBJECT {5+}", result))
CALL(search_nothing, iw_imap_search(imap, NULL, "", result))
CALL(store, iw_imap_store(imap, "1", "+FLAGS", "\\Seen", result))
CALL(store_list, iw_imap_store(imap, "1", "FLAGS", "(\\Seen $x)", result))
CALL(copy, iw_imap_copy(imap, "1:2", "a b", result))
CALL(expunge, iw_imap_expunge(imap, result))
CALL(check_m, iw_imap_check(imap, result))
CALL(close_m, iw_imap_close(imap, result))
CALL(unselect, iw_imap_unselect(imap, result))
CALL(uid_fetch, iw_imap_uid(imap, "fetch", "5 (FLAGS)", result))
CALL(uid_search, iw_imap_uid(imap, "SEARCH", "ALL", result))
CALL(uid_expunge, iw_imap_uid(imap, "EXPUNGE", "5", result))
CALL(uid_noop, iw_imap_uid(imap, "NOOP", NULL, result))
CALL(uid_unknown, iw_imap_uid(imap, "XFOO", "1", result))
CALL(xatom, iw_imap_xatom(imap, "XFOO", "bar", result))
CALL(xatom_two, iw_imap_xatom(imap, "NOOP\r\nX", NULL, result))

static enum iw_imap_outcome append_all(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct iw_date date = {2024, 2, 9, 1, 2, 3, 90};
    return iw_imap_append(imap, "M", "\\Seen $x", &date, IW_SPAN("a\r\n"), result);
}

static const struct iw_fake_row rows[] = {
    /* ---- what is sent ---- */
    {"noop", NONAUTH, noop, {"# OK done\r\n"}, IW_IMAP_OK, "# NOOP\r\n", "OK <done>"},
    {"capability", NONAUTH, capability, {"* CAPABILITY IMAP4rev1 X\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# CAPABILITY\r\n", "OK <IMAP4rev1 X>"},
    {"login", NONAUTH, login, {"# OK [CAPABILITY X] in\r\n"}, IW_IMAP_OK,
     "# LOGIN alice \"wonder land\"\r\n", "OK <[CAPABILITY X] in>"},
    {"login, odd", NONAUTH, login_odd, {"# OK in\r\n"}, IW_IMAP_OK,
     "# LOGIN \"a\\\"b \\\\c\" \"{5}\"\r\n", "OK <in>"},
    {"login, quoted already", NONAUTH, login_quoted, {"# OK in\r\n"}, IW_IMAP_OK,
     "# LOGIN \"al ice\" \"\\\"x\\\"\"\r\n", "OK <in>"},
    {"login, empty", NONAUTH, login_empty, {"# OK in\r\n"}, IW_IMAP_OK,
     "# LOGIN \"\" \"\"\r\n", "OK <in>"},
    {"login, 8-bit", NONAUTH, login_8bit, {"+ go\r\n", "+ go\r\n", "# OK in\r\n"}, IW_IMAP_OK,
     "# LOGIN {5}\r\nj\xc3\xb6rg {5}\r\np\xc3\xa4ss\r\n", "OK <in>"},
    {"list", AUTH, list, {"# OK x\r\n"}, IW_IMAP_OK, "# LIST \"\" *\r\n", "OK"},
    {"list, odd", AUTH, list_odd, {"# OK x\r\n"}, IW_IMAP_OK, "# LIST \"a b\" %\r\n", "OK"},
    {"lsub", AUTH, lsub, {"* LSUB () \"/\" x\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# LSUB \"\" *\r\n", "OK <() \"/\" x>"},
    {"status", AUTH, status, {"* STATUS M (MESSAGES 1 UIDNEXT 2)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# STATUS M (MESSAGES UIDNEXT)\r\n", "OK <M (MESSAGES 1 UIDNEXT 2)>"},
    {"status, list", AUTH, status_list, {"# OK x\r\n"}, IW_IMAP_OK,
     "# STATUS \"a \\\"b\\\"\" (MESSAGES)\r\n", "OK"},
    {"create", AUTH, create, {"# OK x\r\n"}, IW_IMAP_OK, "# CREATE a/b\r\n", "OK <x>"},
    {"create, quoted", AUTH, create_quoted, {"# OK x\r\n"}, IW_IMAP_OK, "# CREATE \"a b\"\r\n",
     "OK <x>"},
    {"create, half quoted", AUTH, create_half_quoted, {"# OK x\r\n"}, IW_IMAP_OK,
     "# CREATE \"\\\"a\\\" SELECT evil \\\"\"\r\n", "OK <x>"},
    {"create, like a literal", AUTH, create_literal, {"# OK x\r\n"}, IW_IMAP_OK,
     "# CREATE \"{5}\"\r\n", "OK <x>"},
    {"create, UTF-8", AUTH, create_utf8, {"# OK x\r\n"}, IW_IMAP_OK,
     "# CREATE Entw&APw-rfe\r\n", "OK <x>"},
    {"create, a wildcard", AUTH, create_wild, {"# OK x\r\n"}, IW_IMAP_OK,
     "# CREATE \"a*b\"\r\n", "OK <x>"},
    {"create, empty", AUTH, create_empty, {"# NO x\r\n"}, IW_IMAP_NO, "# CREATE \"\"\r\n",
     "NO <x>"},
    {"delete", AUTH, delete_m, {"# OK x\r\n"}, IW_IMAP_OK, "# DELETE M\r\n", "OK <x>"},
    {"rename", AUTH, rename_m, {"# OK x\r\n"}, IW_IMAP_OK, "# RENAME M \"N N\"\r\n", "OK <x>"},
    {"subscribe", AUTH, subscribe, {"# OK x\r\n"}, IW_IMAP_OK, "# SUBSCRIBE M\r\n", "OK <x>"},
    {"unsubscribe", AUTH, unsubscribe, {"# OK x\r\n"}, IW_IMAP_OK, "# UNSUBSCRIBE M\r\n",
     "OK <x>"},
    {"select", AUTH, select_m, {"* 3 EXISTS\r\n* 0 RECENT\r\n# OK [READ-WRITE] x\r\n"}, IW_IMAP_OK,
     "# SELECT M\r\n", "OK <3>"},
    {"select, default", AUTH, select_inbox, {"# OK x\r\n"}, IW_IMAP_OK, "# SELECT INBOX\r\n", "OK"},
    {"examine", AUTH, examine, {"* 3 EXISTS\r\n# OK [READ-ONLY] x\r\n"}, IW_IMAP_OK,
     "# EXAMINE M\r\n", "OK <3>"},
    {"append", AUTH, append, {"+ go\r\n", "# OK [APPENDUID 1 2] x\r\n"}, IW_IMAP_OK,
     "# APPEND M {14}\r\na\r\nb\r\n\r\nc\r\n\r\nd\r\n", "OK <[APPENDUID 1 2] x>"},
    {"append, all", AUTH, append_all, {"+ go\r\n", "# OK x\r\n"}, IW_IMAP_OK,
     "# APPEND M (\\Seen $x) \" 9-Feb-2024 01:02:03 +0130\" {3}\r\na\r\n\r\n", "OK <x>"},
    {"append, empty", AUTH, append_empty, {"+ go\r\n", "# OK x\r\n"}, IW_IMAP_OK,
     "# APPEND INBOX {0}\r\n\r\n", "OK <x>"},
    {"append, NO instead of +", AUTH, append, {"# NO [TOOBIG] x\r\n"}, IW_IMAP_NO,
     "# APPEND M {14}\r\n", "NO <[TOOBIG] x>"},
    {"search", SELECTED, search, {"* SEARCH 1 2\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SEARCH ALL\r\n", "OK <1 2>"},
    {"search, nothing found", SELECTED, search, {"* SEARCH\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# SEARCH ALL\r\n", "OK <>"},
    {"search, charset", SELECTED, search_charset, {"# OK x\r\n"}, IW_IMAP_OK,
     "# SEARCH CHARSET UTF-8 SUBJECT \"a b\"\r\n", "OK"},
    {"store", SELECTED, store, {"* 1 FETCH (FLAGS (\\Seen))\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# STORE 1 +FLAGS (\\Seen)\r\n", "OK <1 (FLAGS (\\Seen))>"},
    {"store, list", SELECTED, store_list, {"# OK x\r\n"}, IW_IMAP_OK,
     "# STORE 1 FLAGS (\\Seen $x)\r\n", "OK"},
    {"copy", SELECTED, copy, {"# OK x\r\n"}, IW_IMAP_OK, "# COPY 1:2 \"a b\"\r\n", "OK <x>"},
    {"expunge", SELECTED, expunge, {"* 3 EXPUNGE\r\n* 3 EXPUNGE\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# EXPUNGE\r\n", "OK <3> <3>"},
    {"check", SELECTED, check_m, {"# OK x\r\n"}, IW_IMAP_OK, "# CHECK\r\n", "OK <x>"},
    {"close", SELECTED, close_m, {"# OK x\r\n"}, IW_IMAP_OK, "# CLOSE\r\n", "OK <x>"},
    {"unselect", SELECTED, unselect, {"# OK x\r\n"}, IW_IMAP_OK, "# UNSELECT\r\n", "OK <x>"},
    {"uid fetch", SELECTED, uid_fetch, {"* 1 FETCH (UID 5 FLAGS ())\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID FETCH 5 (FLAGS)\r\n", "OK <1 (UID 5 FLAGS ())>"},
    {"uid search", SELECTED, uid_search, {"* SEARCH 9\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID SEARCH ALL\r\n", "OK <9>"},
    {"uid expunge", SELECTED, uid_expunge, {"* 1 EXPUNGE\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# UID EXPUNGE 5\r\n", "OK"},
    {"xatom", AUTH, xatom, {"* XFOO 1\r\n# OK x\r\n"}, IW_IMAP_OK, "# XFOO bar\r\n", "OK <x>"},

    /* ---- what is made of the answers ---- */
    {"a literal", SELECTED, fetch, {"* 1 FETCH (BODY[] {5}\r\na\r\nbc FLAGS ())\r\n# OK x\r\n"},
     IW_IMAP_OK, "# FETCH 1 BODY[]\r\n", "OK <1 (BODY[] {5}|a\r\nbc> < FLAGS ())>"},
    {"a literal of no octets", SELECTED, fetch, {"* 1 FETCH (BODY[] {0}\r\n)\r\n# OK x\r\n"},
     IW_IMAP_OK, "# FETCH 1 BODY[]\r\n", "OK <1 (BODY[] {0}|> <)>"},
    {"two literals", SELECTED, fetch_list,
     {"* 1 FETCH (BODY[1] {1}\r\na BODY[2] {1}\r\nb)\r\n# OK x\r\n"}, IW_IMAP_OK,
     "# FETCH 1:* (FLAGS BODY[HEADER.FIELDS (SUBJECT)])\r\n",
     "OK <1 (BODY[1] {1}|a> < BODY[2] {1}|b> <)>"},
    {"a literal that ends the response", AUTH, list, {"* LIST () \"/\" {3}\r\na b\r\n# OK x\r\n"},
     IW_IMAP_OK, "# LIST \"\" *\r\n", "OK <() \"/\" {3}|a b> <>"},
    {"{5} in quotes and in prose", AUTH, list,
     {"* LIST () \"/\" \"a {5}\"\r\n* OK see {5}\r\n# OK x {5}\r\n"}, IW_IMAP_OK,
     "# LIST \"\" *\r\n", "OK <() \"/\" \"a {5}\">"},
    {"names in any case", AUTH, list, {"* list () \"/\" x\r\n# ok x\r\n"}, IW_IMAP_OK,
     "# LIST \"\" *\r\n", "OK <() \"/\" x>"},
    {"what nobody can read is handed on", SELECTED, fetch,
     {"* 1 FETCH (BODY[\r\n# OK x\r\n"}, IW_IMAP_OK, "# FETCH 1 BODY[]\r\n", "OK <1 (BODY[>"},
    {"an answer in pieces", NONAUTH, noop, {"#", " O", "K do", "ne\r", "\n"}, IW_IMAP_OK,
     "# NOOP\r\n", "OK <done>"},
    {"NO has the server's text", AUTH, create, {"* OK x\r\n# NO [ALREADYEXISTS] there\r\n"},
     IW_IMAP_NO, "# CREATE a/b\r\n", "NO <[ALREADYEXISTS] there>"},

    /* ---- errors: the connection goes on ---- */
    {"BAD", AUTH, create, {"# BAD what\r\n"}, IW_IMAP_ERROR, "# CREATE a/b\r\n",
     "CREATE command error: BAD what"},
    {"login refused", NONAUTH, login, {"# NO [AUTHENTICATIONFAILED] wrong\r\n"}, IW_IMAP_ERROR,
     "# LOGIN alice \"wonder land\"\r\n", "[AUTHENTICATIONFAILED] wrong"},
    {"the wrong state", NONAUTH, create, {NULL}, IW_IMAP_ERROR, "",
     "command CREATE illegal in state NONAUTH, only allowed in states AUTH, SELECTED"},
    {"CR LF in a name", AUTH, create_crlf, {NULL}, IW_IMAP_ERROR, "",
     "CREATE: CR, LF or NUL in an argument"},
    {"LF in a name", AUTH, create_lf, {NULL}, IW_IMAP_ERROR, "",
     "CREATE: CR, LF or NUL in an argument"},
    {"a name that is no UTF-8", AUTH, create_8bit, {NULL}, IW_IMAP_ERROR, "",
     "CREATE: a name that is no UTF-8"},
    {"CR LF in a password", NONAUTH, login_crlf, {NULL}, IW_IMAP_ERROR, "",
     "LOGIN: CR, LF or NUL in an argument"},
    {"CR LF in an 8-bit password", NONAUTH, login_8bit_crlf, {NULL}, IW_IMAP_ERROR, "",
     "LOGIN: CR or LF in an argument"},
    {"CR LF in items", SELECTED, fetch_crlf, {NULL}, IW_IMAP_ERROR, "",
     "FETCH: CR, LF or NUL in an argument"},
    {"NUL in a message", AUTH, append_nul, {NULL}, IW_IMAP_ERROR, "",
     "APPEND: NUL in a literal"},
    {"a literal's announcement in criteria", SELECTED, search_literal, {NULL}, IW_IMAP_ERROR, "",
     "SEARCH: an argument ends like a literal's announcement"},
    {"likewise, not waiting", SELECTED, search_literal_plus, {NULL}, IW_IMAP_ERROR, "",
     "SEARCH: an argument ends like a literal's announcement"},
    {"empty criteria", SELECTED, search_nothing, {NULL}, IW_IMAP_ERROR, "",
     "SEARCH: an empty argument"},
    {"a second line in a name of a command", AUTH, xatom_two, {NULL}, IW_IMAP_ERROR, "",
     "NOOP??X: a command's name must be an atom"},
    {"UID NOOP", SELECTED, uid_noop, {"# BAD x\r\n"}, IW_IMAP_ERROR, "# UID NOOP\r\n",
     "UID command error: BAD x"},
    {"UID XFOO", SELECTED, uid_unknown, {NULL}, IW_IMAP_ERROR, "",
     "Unknown IMAP4 UID command: XFOO"},

    /* ---- aborts: the connection is over ---- */
    {"BYE, and the command is answered", AUTH, create, {"* BYE soon\r\n# OK x\r\n"}, IW_IMAP_ABORT,
     "# CREATE a/b\r\n", "command: CREATE => soon"},
    {"BYE, and the end", AUTH, create, {"* BYE soon\r\n"}, IW_IMAP_ABORT, "# CREATE a/b\r\n",
     "command: CREATE => soon"},
    {"the end", AUTH, create, {NULL}, IW_IMAP_ABORT, "# CREATE a/b\r\n",
     "command: CREATE => socket error: EOF"},
    {"BYE inside a literal", SELECTED, fetch, {"* 1 FETCH (BODY[] {99}\r\n* BYE x\r\n"},
     IW_IMAP_ABORT, "# FETCH 1 BODY[]\r\n",
     "command: FETCH => socket error: EOF"},
    {"an unknown tag", AUTH, create, {"ZZZ9 OK x\r\n"}, IW_IMAP_ABORT, "# CREATE a/b\r\n",
     "command: CREATE => unexpected tagged response: ZZZ9 OK x"},
    {"no answer", AUTH, create, {"what\r\n"}, IW_IMAP_ABORT, "# CREATE a/b\r\n",
     "command: CREATE => unexpected response: what"},

    /* ---- read-only ---- */
    {"select that is read-only", AUTH, select_m, {"# OK [READ-ONLY] x\r\n"}, IW_IMAP_READONLY,
     "# SELECT M\r\n", "M is not writable"},
    {"select that fails", AUTH, select_m, {"# NO [NONEXISTENT] x\r\n"}, IW_IMAP_NO,
     "# SELECT M\r\n", "NO <[NONEXISTENT] x>"},

    /* ---- the end ---- */
    {"logout", AUTH, logout, {"* BYE bye\r\n# OK x\r\n"}, IW_IMAP_OK, "# LOGOUT\r\n", "BYE <bye>"},
    {"logout, and the end", AUTH, logout, {"* BYE bye\r\n"}, IW_IMAP_OK, "# LOGOUT\r\n",
     "BYE <bye>"},
    {"logout, only the end", AUTH, logout, {NULL}, IW_IMAP_ABORT, "# LOGOUT\r\n",
     "command: LOGOUT => socket error: EOF"},
};
/* clang-format on */

static void test_each_function(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        iw_fake_check(&rows[i]);
}

/* ---- opening ---- */

static void test_openings(void **state)
{
    (void)state;
    static const struct {
        const char *replies[4];
        bool silent;
        enum iw_imap_outcome outcome;
        enum iw_session_state state; /* when it is OK */
        const char *sent;
        const char *text;
    } openings[] = {
        {{"* OK [CAPABILITY IMAP4rev1] hi\r\n"}, .sent = "", .state = IW_SESSION_NONAUTH},
        {{"* OK [CAPABILITY imap4REV2] hi\r\n"}, .sent = "", .state = IW_SESSION_NONAUTH},
        {{"* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"}, .sent = "", .state = IW_SESSION_AUTH},
        {{"* OK hi\r\n", "* CAPABILITY IMAP4rev1\r\n# OK x\r\n"},
         .sent = "# CAPABILITY\r\n",
         .state = IW_SESSION_NONAUTH},
        {{"* OK hi\r\n", "# OK x\r\n"},
         .sent = "# CAPABILITY\r\n",
         .outcome = IW_IMAP_ERROR,
         .text = "no CAPABILITY response from server"},
        {{"* OK hi\r\n", "# NO x\r\n"},
         .sent = "# CAPABILITY\r\n",
         .outcome = IW_IMAP_ERROR,
         .text = "x"},
        {{"* OK [CAPABILITY POP3] hi\r\n"},
         .sent = "",
         .outcome = IW_IMAP_ERROR,
         .text = "server not IMAP4 compliant"},
        {{"* BYE busy\r\n"},
         .sent = "",
         .outcome = IW_IMAP_ERROR,
         .text = "invalid greeting: * BYE busy"},
        {{"+OK pop\r\n"},
         .sent = "",
         .outcome = IW_IMAP_ERROR,
         .text = "invalid greeting: +OK pop"},
        {{NULL}, .sent = "", .outcome = IW_IMAP_ABORT, .text = "socket error: EOF"},
        {{"* OK"}, .sent = "", .outcome = IW_IMAP_ABORT, .text = "socket error: EOF"},
        {{NULL}, .silent = true, .sent = "", .outcome = IW_IMAP_ABORT, .text = "no answer in time"},
    };
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        struct iw_fake_server fake = {.silent = openings[i].silent};
        struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
        struct iw_imap *imap = iw_fake_open(&fake, openings[i].replies, NULL, &failure);
        assert_int_equal(failure.outcome, openings[i].outcome);
        assert_string_equal(iw_buf_string(&fake.sent), openings[i].sent);
        if (imap != NULL)
            assert_int_equal(iw_imap_state(imap), openings[i].state);
        else
            assert_string_equal(failure.error.detail, openings[i].text);
        iw_imap_free(imap);
        assert_int_equal(fake.closes, 1);
        iw_buf_release(&fake.sent);
    }
}

/* ---- longer stories ---- */

static void test_a_mailbox_that_turns_read_only(void **state)
{
    (void)state;
    static const char *const untagged[] = {"* OK [READ-ONLY] x\r\n# OK done\r\n", NULL};
    static const char *const tagged[] = {"# NO [READ-ONLY] x\r\n", NULL};
    static const char *const fine[] = {"# OK [READ-WRITE] x\r\n", "# OK x\r\n", NULL};
    for (int i = 0; i < 2; i++) {
        struct iw_fake_server fake;
        struct iw_imap *imap = iw_fake_begin(&fake, SELECTED);
        fake.replies = i == 0 ? untagged : tagged;
        assert_int_equal(iw_imap_store(imap, "1", "FLAGS", "()", NULL),
                         i == 0 ? IW_IMAP_OK : IW_IMAP_NO);
        assert_true(iw_imap_turned_readonly(imap));
        iw_buf_clear(&fake.sent);
        fake.replies = fine;
        assert_int_equal(iw_imap_expunge(imap, NULL), IW_IMAP_READONLY);
        assert_int_equal(iw_imap_failure(imap)->outcome, IW_IMAP_READONLY);
        assert_int_equal(iw_imap_uid(imap, "STORE", "1 FLAGS ()", NULL), IW_IMAP_READONLY);
        assert_string_equal(iw_buf_string(&fake.sent), "");
        assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_READONLY);
        assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_OK);
        assert_int_equal(iw_imap_expunge(imap, NULL), IW_IMAP_OK);
        iw_fake_end(imap, &fake);
    }
}

static void test_a_read_only_mailbox_can_be_left(void **state)
{
    (void)state;
    static const char *const replies[] = {"# OK [READ-ONLY] x\r\n", "# OK x\r\n", NULL};
    for (int i = 0; i < 2; i++) {
        struct iw_fake_server fake;
        struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
        fake.replies = replies;
        assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_READONLY);
        assert_int_equal(iw_imap_expunge(imap, NULL), IW_IMAP_READONLY);
        assert_int_equal(i == 0 ? iw_imap_close(imap, NULL) : iw_imap_unselect(imap, NULL),
                         IW_IMAP_OK);
        assert_int_equal(iw_imap_state(imap), IW_SESSION_AUTH);
        iw_fake_end(imap, &fake);
    }
}

static void test_a_connection_that_is_over_stays_over(void **state)
{
    (void)state;
    static const char *const bye[] = {"# OK x\r\n* BYE soon\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = bye;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    iw_buf_clear(&fake.sent);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_ABORT);
    assert_string_equal(iw_imap_failure(imap)->error.detail, "command: NOOP => soon");
    iw_imap_shutdown(imap);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_logout(imap, NULL), IW_IMAP_ABORT);
    assert_int_equal(fake.closes, 1);
    assert_string_equal(iw_buf_string(&fake.sent), "");
    iw_fake_end(imap, &fake);
}

static void test_silence(void **state)
{
    (void)state;
    static const char *const nothing[] = {NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = nothing;
    fake.silent = true;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_failure(imap)->error.code, IW_TIMEOUT);
    iw_fake_end(imap, &fake);
}

static void check_response(struct iw_imap *imap, const char *code, const char *wanted)
{
    struct iw_imap_result result;
    struct iw_buf shown;
    iw_buf_init(&shown, NULL, 1 << 20);
    assert_int_equal(iw_imap_response(imap, code, &result), IW_IMAP_OK);
    iw_fake_show(&shown, &result);
    assert_string_equal(iw_buf_string(&shown), wanted);
    iw_buf_release(&shown);
}

static void test_responses_are_kept_until_asked_for(void **state)
{
    (void)state;
    static const char *const replies[] = {"* 4 EXISTS\r\n* 5 EXISTS\r\n* OK [UIDNEXT 9] x\r\n"
                                          "* 1 FETCH (BODY[] {2}\r\nab)\r\n# OK x\r\n",
                                          "* 6 EXISTS\r\n# OK [HIGHESTMODSEQ 8] x\r\n",
                                          "# OK [READ-WRITE] x\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, SELECTED);
    fake.replies = replies;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    check_response(imap, "uidvalidity", "uidvalidity <7>");
    check_response(imap, "UIDVALIDITY", "UIDVALIDITY");
    check_response(imap, "EXISTS", "EXISTS <3> <4> <5> <6>");
    check_response(imap, "FETCH", "FETCH <1 (BODY[] {2}|ab> <)>");
    check_response(imap, "HIGHESTMODSEQ", "HIGHESTMODSEQ <8>");
    check_response(imap, "OK", "OK");
    assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_OK);
    check_response(imap, "UIDNEXT", "UIDNEXT");
    iw_fake_end(imap, &fake);
}

static void test_what_nobody_asks_for_is_bounded(void **state)
{
    (void)state;
    const char *replies[1102];
    struct iw_fake_server fake;
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    for (size_t i = 0; i < 1100; i++)
        replies[i] = "* OK [NOTIFICATIONOVERFLOW] x\r\n";
    replies[1100] = "* OK [NOTIFICATIONOVERFLOW last] x\r\n# OK x\r\n";
    replies[1101] = NULL;
    fake.replies = replies;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_response(imap, "NOTIFICATIONOVERFLOW", &result), IW_IMAP_OK);
    assert_int_equal(result.count, 500); /* the others are the texts of their OK */
    assert_true(iw_span_equal(result.data[499].text, IW_SPAN("last")));
    iw_fake_end(imap, &fake);
}

/* As in imaplib; the typed values are those of the command alone. */
static void test_a_result_has_what_came_before_too(void **state)
{
    (void)state;
    static const char *const replies[] = {"# OK x\r\n* LIST () \"/\" early\r\n",
                                          "* LIST () \"/\" asked\r\n# OK x\r\n",
                                          "* LIST () \"/\" third\r\n# OK x\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_list(imap, NULL, NULL, &result), IW_IMAP_OK);
    assert_int_equal(result.count, 2);
    assert_true(iw_span_equal(result.data[0].text, IW_SPAN("() \"/\" early")));
    assert_true(iw_span_equal(result.data[1].text, IW_SPAN("() \"/\" asked")));
    assert_int_equal(result.response_count, 1);
    assert_int_equal(iw_imap_list(imap, NULL, NULL, &result), IW_IMAP_OK);
    assert_int_equal(result.count, 1);
    iw_fake_end(imap, &fake);
}

/* The capabilities that came with login are known, and given to nobody. */
static void test_login_uses_capabilities_up(void **state)
{
    (void)state;
    static const char *const replies[] = {"* OK [APPENDLIMIT 6] x\r\n# OK x\r\n",
                                          "# OK [CAPABILITY IMAP4rev1 X-IN] in\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_login(imap, "u", "p", NULL), IW_IMAP_OK);
    check_response(imap, "APPENDLIMIT", "APPENDLIMIT <6>");
    check_response(imap, "CAPABILITY", "CAPABILITY");
    assert_string_equal(iw_imap_capabilities(imap), "IMAP4REV1 X-IN");
    iw_fake_end(imap, &fake);
}

static void test_typed_values_stand_beside(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n* 4 EXISTS\r\n# OK [READ-WRITE] x\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_begin(&fake, SELECTED);
    fake.replies = replies;
    assert_int_equal(iw_imap_fetch(imap, "1", "(UID BODY[])", &result), IW_IMAP_OK);
    assert_int_equal(result.response_count, 2);
    assert_int_equal(result.responses[0].kind, IW_RESPONSE_FETCH);
    assert_int_equal(result.responses[1].kind, IW_RESPONSE_EXISTS);
    assert_int_equal(result.responses[1].number, 4);
    const struct iw_fetch_item *body = iw_fetch_find_section(&result.responses[0].fetch, "");
    assert_non_null(body);
    assert_true(iw_span_equal(body->value, IW_SPAN("abc")));
    assert_true(iw_code_is(&result.completion->text.code, "READ-WRITE"));
    iw_fake_end(imap, &fake);
}

static void test_login_is_not_sent_where_it_is_disabled(void **state)
{
    (void)state;
    static const char *const greeting[] = {"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n",
                                           NULL};
    struct iw_fake_server fake = {.silent = false};
    struct iw_imap *imap = iw_fake_open(&fake, greeting, NULL, NULL);
    assert_non_null(imap);
    assert_int_equal(iw_imap_login(imap, "u", "p", NULL), IW_IMAP_ERROR);
    assert_string_equal(iw_buf_string(&fake.sent), "");
    iw_fake_end(imap, &fake);
}

static void test_capabilities_are_asked_for_when_unknown(void **state)
{
    (void)state;
    static const char *const replies[] = {"# OK in\r\n",
                                          "* CAPABILITY IMAP4rev1 IDLE\r\n# OK x\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
    fake.replies = replies;
    assert_true(iw_imap_has(imap, "starttls"));
    assert_false(iw_imap_has(imap, "START"));
    assert_int_equal(iw_imap_login(imap, "u", "p", NULL), IW_IMAP_OK);
    iw_buf_clear(&fake.sent);
    assert_true(iw_imap_has(imap, "IDLE"));
    assert_false(iw_imap_has(imap, "STARTTLS"));
    assert_string_equal(iw_buf_string(&fake.sent), "# CAPABILITY\r\n");
    iw_fake_end(imap, &fake);
}

/* ---- STARTTLS ---- */

static void check_starttls(enum iw_fake_start start, bool tls_fails, const char *const *replies,
                           enum iw_imap_outcome outcome, unsigned handshakes, const char *text)
{
    struct iw_error error = {0};
    struct iw_tls_context *tls = iw_tls_client_new(NULL, &error);
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, start);
    assert_non_null(tls);
    fake.tls_fails = tls_fails;
    fake.replies = replies;
    assert_int_equal(iw_imap_starttls(imap, tls, NULL), outcome);
    assert_int_equal(fake.handshakes, handshakes);
    assert_string_equal(iw_imap_failure(imap)->error.detail, text);
    if (outcome == IW_IMAP_OK) {
        assert_string_equal(iw_buf_string(&fake.sent), "# STARTTLS\r\n# CAPABILITY\r\n");
        assert_true(iw_imap_has(imap, "X-NEW"));
        assert_int_equal(iw_imap_starttls(imap, tls, NULL), IW_IMAP_ABORT);
        assert_string_equal(iw_imap_failure(imap)->error.detail, "TLS session already established");
    }
    iw_fake_end(imap, &fake);
    iw_tls_context_free(tls);
}

static void test_starttls(void **state)
{
    (void)state;
    static const char *const good[] = {"# OK go\r\n",
                                       "* CAPABILITY IMAP4rev1 STARTTLS X-NEW\r\n# OK x\r\n", NULL};
    static const char *const injected[] = {"# OK go\r\n* CAPABILITY IMAP4rev1 X-EVIL\r\n", NULL};
    static const char *const no[] = {"# NO no\r\n", NULL};
    static const char *const ok[] = {"# OK go\r\n", NULL};
    static const char *const nothing[] = {NULL};
    check_starttls(NONAUTH, false, good, IW_IMAP_OK, 1, "");
    check_starttls(NONAUTH, false, injected, IW_IMAP_ABORT, 0,
                   "command: STARTTLS => octets in clear behind the OK of STARTTLS");
    check_starttls(NONAUTH, false, no, IW_IMAP_ERROR, 0, "Couldn't establish TLS session");
    check_starttls(NONAUTH, true, ok, IW_IMAP_ABORT, 1, "STARTTLS: bad certificate");
    check_starttls(AUTH, false, nothing, IW_IMAP_ABORT, 0, "TLS not supported by server");
}

/* ---- AUTHENTICATE ---- */

struct answers {
    const char *challenges[3]; /* as they must come */
    const char *answers[3];    /* NULL: cancel */
    size_t next;
    bool satisfied;
};

static bool give_answer(void *context, struct iw_span challenge, struct iw_span *answer)
{
    struct answers *answers = context;
    assert_true(iw_span_equal(challenge, iw_span_of(answers->challenges[answers->next])));
    *answer = iw_span_of(answers->answers[answers->next++]);
    return answer->data != NULL;
}

static bool say_satisfied(void *context)
{
    const struct answers *answers = context;
    return answers->satisfied;
}

static void check_authenticate(struct answers answers, const char *const *replies,
                               enum iw_imap_outcome outcome, const char *sent)
{
    struct iw_imap_authobject object = {give_answer, say_satisfied, &answers};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_authenticate(imap, "X", &object, NULL), outcome);
    assert_string_equal(iw_buf_string(&fake.sent), sent);
    if (outcome == IW_IMAP_OK)
        assert_int_equal(iw_imap_state(imap), IW_SESSION_AUTH);
    iw_fake_end(imap, &fake);
}

static void test_authenticate(void **state)
{
    (void)state;
    static const char *const two[] = {"+ \r\n", "+ aGk=\r\n", "# OK in\r\n", NULL};
    static const char *const bad[] = {"+ !!\r\n", "# BAD no\r\n", NULL};
    static const char *const no[] = {"# NO no\r\n", NULL};
    struct answers answers = {{"", "hi"}, {"\001\002", ""}, 0, true};
    check_authenticate(answers, two, IW_IMAP_OK, "# AUTHENTICATE X\r\nAQI=\r\n\r\n");
    answers.satisfied = false;
    check_authenticate(answers, two, IW_IMAP_ABORT, "# AUTHENTICATE X\r\nAQI=\r\n\r\n");
    check_authenticate(answers, bad, IW_IMAP_ERROR, "# AUTHENTICATE X\r\n*\r\n");
    check_authenticate(answers, no, IW_IMAP_ERROR, "# AUTHENTICATE X\r\n");
    struct answers cancel = {{""}, {NULL}, 0, true};
    static const char *const cancelled[] = {"+\r\n", "# BAD cancelled\r\n", NULL};
    check_authenticate(cancel, cancelled, IW_IMAP_ERROR, "# AUTHENTICATE X\r\n*\r\n");
}

static void test_authenticate_by_a_mechanism(void **state)
{
    (void)state;
    static const char *const plain[] = {"+ \r\n", "# OK in\r\n", NULL};
    static const char *const early[] = {"+ \r\n", "# OK in\r\n", NULL};
    struct iw_fake_server fake;
    struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
    fake.replies = plain;
    assert_int_equal(iw_imap_authenticate_as(imap, "PLAIN", "u", "p", NULL), IW_IMAP_OK);
    assert_string_equal(iw_buf_string(&fake.sent), "# AUTHENTICATE PLAIN\r\nAHUAcA==\r\n");
    iw_fake_end(imap, &fake);
    imap = iw_fake_begin(&fake, NONAUTH);
    fake.replies = early;
    assert_int_equal(iw_imap_authenticate_as(imap, "SCRAM-SHA-256", "u", "p", NULL), IW_IMAP_ABORT);
    iw_fake_end(imap, &fake);
    imap = iw_fake_begin(&fake, NONAUTH);
    assert_int_equal(iw_imap_authenticate_as(imap, "NO-SUCH", "u", "p", NULL), IW_IMAP_ERROR);
    assert_string_equal(iw_buf_string(&fake.sent), "");
    iw_fake_end(imap, &fake);
}

/* ---- limits and memory ---- */

static void test_what_is_over_a_limit_is_an_error(void **state)
{
    (void)state;
    static const char *const greeting[] = {"* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", NULL};
    static const char *const selected[] = {"# OK x\r\n", NULL};
    static const char *const literal[] = {"* 1 FETCH (BODY[] {11}\r\n12345678901)\r\n# OK x\r\n",
                                          "# OK x\r\n", NULL};
    static const char *const line[] = {
        "* LIST () \"/\" 345678901234567890123456789012345678901234567890123456789\r\n"
        "# OK x\r\n",
        "# OK x\r\n", NULL};
    struct iw_limits limits = iw_limits_default;
    limits.literal = 10;
    limits.line = 60;
    struct iw_imap_options options = {.limits = &limits};
    struct iw_fake_server fake = {.silent = false};
    struct iw_imap *imap = iw_fake_open(&fake, greeting, &options, NULL);
    assert_non_null(imap);
    fake.replies = selected;
    assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_OK);
    fake.replies = literal;
    assert_int_equal(iw_imap_fetch(imap, "1", "BODY[]", NULL), IW_IMAP_ERROR);
    assert_int_equal(iw_imap_failure(imap)->error.code, IW_LIMIT);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    fake.replies = line;
    assert_int_equal(iw_imap_list(imap, NULL, NULL, NULL), IW_IMAP_ERROR);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_OK);
    iw_fake_end(imap, &fake);
}

static void test_memory_of_one_command_is_bounded(void **state)
{
    (void)state;
    static const char *const greeting[] = {"* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", NULL};
    const char *replies[2000];
    struct iw_imap_options options = {.memory = 64 * 1024};
    struct iw_fake_server fake = {.silent = false};
    struct iw_imap *imap = iw_fake_open(&fake, greeting, &options, NULL);
    assert_non_null(imap);
    for (size_t i = 0; i < 1999; i++)
        replies[i] = "* LIST () \"/\" a-name-that-takes-some-room\r\n";
    replies[1999] = NULL;
    fake.replies = replies;
    assert_int_equal(iw_imap_list(imap, NULL, NULL, NULL), IW_IMAP_ABORT);
    assert_true(*fake.replies != NULL);
    iw_fake_end(imap, &fake);
}

/* A whole conversation; IW_IMAP_OK when all of it went well. */
static enum iw_imap_outcome converse(const struct iw_alloc *alloc)
{
    static const char *const greeting[] = {"* OK hi\r\n", "* CAPABILITY IMAP4rev1\r\n# OK x\r\n",
                                           NULL};
    static const char *const replies[] = {"# OK in\r\n",
                                          "* 3 EXISTS\r\n# OK [READ-WRITE] x\r\n",
                                          "* 1 FETCH (BODY[] {3}\r\nabc)\r\n# OK x\r\n",
                                          "+ go\r\n",
                                          "# OK [APPENDUID 1 2] x\r\n",
                                          "* BYE bye\r\n# OK x\r\n",
                                          NULL};
    struct iw_fake_server fake = {.silent = false};
    struct iw_imap_options options = {.host = "example.org", .alloc = alloc};
    struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
    struct iw_imap_result result;
    struct iw_imap *imap = iw_fake_open(&fake, greeting, &options, &failure);
    enum iw_imap_outcome outcome = failure.outcome;
    fake.replies = replies;
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_login(imap, "u", "p", &result);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_select(imap, "M", false, &result);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_fetch(imap, "1", "BODY[]", &result);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_append(imap, "M", "\\Seen", NULL, IW_SPAN("a\nb"), &result);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_response(imap, "EXISTS", &result);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_logout(imap, &result);
    iw_fake_end(imap, &fake);
    assert_int_equal(fake.closes, 1);
    return outcome;
}

static void test_every_allocation_fails(void **state)
{
    (void)state;
    struct iw_failing_alloc failing;
    size_t fail_at = 0;
    do {
        iw_failing_alloc_init(&failing, fail_at++);
        enum iw_imap_outcome outcome = converse(&failing.alloc);
        if (failing.blocks != 0 || (!failing.failed && outcome != IW_IMAP_OK))
            fail_msg("allocation %zu: %zu blocks left, outcome %d", fail_at - 1, failing.blocks,
                     outcome);
    } while (failing.failed);
    assert_true(fail_at > 10);
}

/* ---- arguments ---- */

static void test_what_encloses_all(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool enclosed, quoted;
    } texts[] = {
        {"()", true, false},         {"(a)", true, false},        {"(a) (b)", false, false},
        {"((a) (b))", true, false},  {"(a", false, false},        {"a)", false, false},
        {"(a))", false, false},      {"(\")\")", true, false},    {"(\"\\\")\")", true, false},
        {"(\")", false, false},      {"", false, false},          {"(", false, false},
        {"\"\"", false, true},       {"\"a\"", false, true},      {"\"", false, false},
        {"\"a\" b\"", false, false}, {"\"a\\\"", false, false},   {"\"a\\\\\"", false, true},
        {"\"a\\b\"", false, false},  {"\"a\\\"b\"", false, true}, {"a\"b\"", false, false},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct iw_span text = iw_span_of(texts[i].text);
        if (iw_is_enclosed(text) != texts[i].enclosed || iw_is_quoted(text) != texts[i].quoted)
            fail_msg("%s", texts[i].text);
    }
}

/* Two texts could be half an announcement each. */
static void test_texts_do_not_follow_each_other(void **state)
{
    (void)state;
    const struct iw_part parts[] = {{false, IW_SPAN(" {5")}, {false, IW_SPAN("}")}};
    const struct iw_request request = {.name = "X", .parts = parts, .part_count = 2};
    struct iw_error error = {0};
    struct iw_order *order = NULL;
    struct iw_queue queue;
    iw_queue_init(&queue, NULL, "a");
    assert_int_equal(iw_queue_add(&queue, &request, &order, &error), IW_SYNTAX);
    assert_null(order);
    iw_queue_release(&queue);
}

static void test_verbs(void **state)
{
    (void)state;
    const struct iw_verb *fetch_verb = iw_verb_find(IW_SPAN("fetch"));
    const struct iw_verb *noop_verb = iw_verb_find(IW_SPAN("NOOP"));
    const struct iw_verb *select_verb = iw_verb_find(IW_SPAN("SELECT"));
    assert_string_equal(fetch_verb->name, "FETCH");
    assert_null(iw_verb_find(IW_SPAN("FETC")));
    assert_true(iw_verb_legal(fetch_verb, IW_SESSION_SELECTED));
    assert_false(iw_verb_legal(fetch_verb, IW_SESSION_AUTH));
    assert_true(iw_verb_legal(NULL, IW_SESSION_NONAUTH));
    assert_false(iw_verb_legal(NULL, IW_SESSION_LOGOUT));
    assert_false(iw_verb_legal(NULL, IW_SESSION_GREETING));
    assert_false(iw_verb_waits(fetch_verb, fetch_verb));
    assert_true(iw_verb_waits(fetch_verb, noop_verb));
    assert_false(iw_verb_waits(noop_verb, fetch_verb));
    assert_true(iw_verb_waits(noop_verb, select_verb));
    assert_true(iw_verb_waits(select_verb, noop_verb));
    assert_true(iw_verb_waits(fetch_verb, NULL));
    assert_false(iw_verb_waits(NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_function),
        cmocka_unit_test(test_openings),
        cmocka_unit_test(test_a_mailbox_that_turns_read_only),
        cmocka_unit_test(test_a_read_only_mailbox_can_be_left),
        cmocka_unit_test(test_a_connection_that_is_over_stays_over),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_responses_are_kept_until_asked_for),
        cmocka_unit_test(test_what_nobody_asks_for_is_bounded),
        cmocka_unit_test(test_a_result_has_what_came_before_too),
        cmocka_unit_test(test_login_uses_capabilities_up),
        cmocka_unit_test(test_typed_values_stand_beside),
        cmocka_unit_test(test_login_is_not_sent_where_it_is_disabled),
        cmocka_unit_test(test_capabilities_are_asked_for_when_unknown),
        cmocka_unit_test(test_starttls),
        cmocka_unit_test(test_authenticate),
        cmocka_unit_test(test_authenticate_by_a_mechanism),
        cmocka_unit_test(test_what_is_over_a_limit_is_an_error),
        cmocka_unit_test(test_memory_of_one_command_is_bounded),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_what_encloses_all),
        cmocka_unit_test(test_texts_do_not_follow_each_other),
        cmocka_unit_test(test_verbs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
