/* SPDX-License-Identifier: MIT */
/* What CAPABILITY lists is what works: each capability of the engine's table is taken away by
 * itself, and what it brings is refused, or not there. */
#include "mockserver/engine/engine.h"
#include "tests/lib/mock_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_MAX = 4000, WORD_MAX = 64, PLACES = 4 };

/* What stands here of SELECTED is said first: LOGIN and SELECT of an INBOX with one message. */
#define SELECTED "s LOGIN user secret\ns SELECT INBOX\n"

static const struct row {
    enum iw_capability capability;
    const char *with, *without; /* names that are there, or not, in both cases */
    const char *before;         /* lines whose answers do not matter */
    const char *line;           /* what the capability is needed for */
    const char *on, *off;       /* what the answer has in it with the capability, and without;
                                 * off NULL: just not that */
} rows[] = {
#define CAN(name) IW_CAPABILITY_##name
    {CAN(IMAP4REV1), "IMAP4rev2", NULL, SELECTED, "a FETCH 1 RFC822\n", "a OK", "a BAD"},
    {CAN(IMAP4REV1), "IMAP4rev2", NULL, SELECTED, "a LSUB \"\" *\n", "a OK", "a BAD"},
    {CAN(IMAP4REV2), NULL, NULL, SELECTED, "a ENABLE IMAP4rev2\n", "ENABLED IMAP4rev2\n",
     "ENABLED\n"},
    {CAN(IMAP4), "IMAP4", NULL, SELECTED, "a PARTIAL 1 RFC822 1 1\n", "a OK", "a BAD"},
    {CAN(IMAP4), "IMAP4", NULL, SELECTED, "a FETCH 1 RFC822.PEEK\n", "a OK", "a BAD"},
    {CAN(STARTTLS), NULL, NULL, "", "a STARTTLS\n", "a OK", "a BAD"},
    {CAN(LOGINDISABLED), "LOGINDISABLED", NULL, "", "a LOGIN user secret\n", "a NO", "a OK"},
    {CAN(SASL_IR), NULL, NULL, "", "a AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0\n", "a OK", "a BAD"},
    {CAN(ID), NULL, NULL, "", "a ID NIL\n", "a OK", "a BAD"},
    {CAN(ENABLE), NULL, NULL, SELECTED, "a ENABLE CONDSTORE\n", "a OK", "a BAD"},
    {CAN(IDLE), NULL, NULL, SELECTED, "a IDLE\n", "+ ", "a BAD"},
    {CAN(LANGUAGE), NULL, NULL, "", "a LANGUAGE\n", "a OK", "a BAD"},
    {CAN(LITERAL_PLUS), NULL, NULL, "", "a LOGIN {4+}\nuser {6}\nsecret\n", "a OK", "a BAD"},
    {CAN(LITERAL_MINUS), "LITERAL-", "LITERAL+", "", "a LOGIN {4+}\nuser {6}\nsecret\n", "a OK",
     "a BAD"},
    {CAN(NAMESPACE), NULL, NULL, SELECTED, "a NAMESPACE\n", "a OK", "a BAD"},
    {CAN(CHILDREN), NULL, NULL, SELECTED, "a LIST \"\" INBOX\n", "\\HasNoChildren", "LIST () "},
    {CAN(XLIST), "XLIST", NULL, SELECTED, "a XLIST \"\" *\n", "a OK", "a BAD"},
    {CAN(SPECIAL_USE), NULL, NULL, SELECTED "s CREATE x (USE (\\Sent))\n", "a LIST \"\" x\n",
     "\\Sent", "LIST (\\HasNoChildren) "},
    {CAN(SPECIAL_USE), NULL, NULL, SELECTED, "a LIST (SPECIAL-USE) \"\" *\n", "a OK", "a BAD"},
    {CAN(SPECIAL_USE), NULL, NULL, SELECTED, "a LIST \"\" * RETURN (SPECIAL-USE)\n", "a OK",
     "a BAD"},
    {CAN(CREATE_SPECIAL_USE), NULL, NULL, SELECTED, "a CREATE x (USE (\\Sent))\n", "a OK", "a BAD"},
    {CAN(LIST_EXTENDED), NULL, NULL, SELECTED, "a LIST (SUBSCRIBED) \"\" *\n", "a OK", "a BAD"},
    {CAN(LIST_EXTENDED), NULL, NULL, SELECTED, "a LIST \"\" (INBOX x)\n", "a OK", "a BAD"},
    {CAN(LIST_STATUS), NULL, NULL, SELECTED, "a LIST \"\" * RETURN (STATUS (MESSAGES))\n", "a OK",
     "a BAD"},
    {CAN(STATUS_SIZE), NULL, NULL, SELECTED, "a STATUS INBOX (SIZE)\n", "a OK", "a BAD"},
    {CAN(UNSELECT), NULL, NULL, SELECTED, "a UNSELECT\n", "a OK", "a BAD"},
    {CAN(UIDPLUS), NULL, NULL, SELECTED, "a UID EXPUNGE 1\n", "a OK", "a BAD"},
    {CAN(UIDPLUS), NULL, NULL, SELECTED, "a COPY 1 INBOX\n", "a OK [COPYUID", "a OK copied"},
    {CAN(UIDPLUS), NULL, NULL, SELECTED, "a APPEND INBOX {1+}\nx\n", "[APPENDUID", "a OK app"},
    {CAN(MULTIAPPEND), NULL, NULL, SELECTED, "a APPEND INBOX {1+}\nx {1+}\nx\n", "a OK", "a BAD"},
    {CAN(APPENDLIMIT), NULL, NULL, SELECTED, "a STATUS INBOX (APPENDLIMIT)\n", "a OK", "a BAD"},
    {CAN(APPENDLIMIT), "APPENDLIMIT=1", NULL, SELECTED, "a APPEND INBOX {2+}\nxx\n",
     "a NO [TOOBIG]", "a OK"},
    {CAN(CATENATE), NULL, NULL, SELECTED, "a APPEND INBOX CATENATE (TEXT {1+}\nx)\n", "a OK",
     "a BAD"},
    {CAN(URL_PARTIAL), NULL, NULL, SELECTED,
     "a APPEND INBOX CATENATE (URL \"/INBOX/;UID=1/;PARTIAL=0.9\")\n", "a OK", "a NO [BADURL"},
    {CAN(URLAUTH), NULL, NULL, SELECTED, "a RESETKEY\n", "a OK", "a BAD"},
    {CAN(URLAUTH), NULL, NULL, SELECTED, "a URLFETCH x\n", "a OK", "a BAD"},
    {CAN(REPLACE), NULL, NULL, SELECTED, "a REPLACE 1 INBOX {1+}\nx\n", "a OK", "a BAD"},
    {CAN(BINARY), NULL, NULL, SELECTED, "a FETCH 1 BINARY[1]\n", "a OK", "a BAD"},
    {CAN(BINARY), NULL, NULL, SELECTED, "a APPEND INBOX ~{1+}\nx\n", "a OK", "a BAD"},
    {CAN(MOVE), NULL, NULL, SELECTED, "a MOVE 1 INBOX\n", "a OK", "a BAD"},
    {CAN(CONDSTORE), NULL, "QRESYNC", SELECTED, "a FETCH 1 MODSEQ\n", "a OK", "a BAD"},
    {CAN(CONDSTORE), NULL, "QRESYNC", SELECTED, "a FETCH 1 UID (CHANGEDSINCE 1)\n", "a OK",
     "a BAD"},
    {CAN(CONDSTORE), NULL, "QRESYNC", SELECTED, "a STORE 1 (UNCHANGEDSINCE 9) FLAGS ()\n", "a OK",
     "a BAD"},
    {CAN(CONDSTORE), NULL, "QRESYNC", SELECTED, "a SEARCH MODSEQ 1\n", "a OK", "a BAD"},
    {CAN(CONDSTORE), NULL, "QRESYNC", SELECTED, "a SELECT INBOX (CONDSTORE)\n", "a OK", "a BAD"},
    {CAN(CONDSTORE), NULL, "QRESYNC", SELECTED, "a STATUS INBOX (HIGHESTMODSEQ)\n", "a OK",
     "a BAD"},
    {CAN(QRESYNC), NULL, NULL, SELECTED, "a ENABLE QRESYNC\n", "ENABLED QRESYNC", "ENABLED\n"},
    {CAN(QRESYNC), NULL, NULL, SELECTED "s ENABLE QRESYNC\n",
     "a SELECT INBOX (QRESYNC (1700000001 1))\n", "a OK", "a BAD"},
    {CAN(NOTIFY), NULL, NULL, SELECTED, "a NOTIFY NONE\n", "a OK", "a BAD"},
    {CAN(UIDONLY), NULL, NULL, SELECTED, "a ENABLE UIDONLY\n", "ENABLED UIDONLY", "ENABLED\n"},
    {CAN(UIDBATCHES), NULL, NULL, SELECTED, "a UIDBATCHES 500\n", "a OK", "a BAD"},
    {CAN(MESSAGELIMIT), NULL, NULL, SELECTED, "a SEARCH UIDBEFORE 9\n", "a OK", "a BAD"},
    {CAN(MESSAGELIMIT), "MESSAGELIMIT=1", NULL, SELECTED "s COPY 1 INBOX\n", "a FETCH 1:2 UID\n",
     "a OK [MESSAGELIMIT 1 2]", "* 1 FETCH"},
    {CAN(SAVELIMIT), "SAVELIMIT=1", NULL, SELECTED "s COPY 1 INBOX\n", "a COPY 1:2 INBOX\n",
     "a NO [MESSAGELIMIT", "a OK"},
    /* It brings no more than a response in the middle of long work: test_engine_search.c. */
    {CAN(INPROGRESS), NULL, NULL, SELECTED, "a CAPABILITY\n", " INPROGRESS ", NULL},
    {CAN(ESEARCH), NULL, NULL, SELECTED, "a SEARCH RETURN (MIN) ALL\n", "a OK", "a BAD"},
    {CAN(SEARCHRES), NULL, NULL, SELECTED, "a SEARCH RETURN (SAVE) ALL\n", "a OK", "a BAD"},
    {CAN(SEARCHRES), NULL, NULL, SELECTED, "a FETCH $ UID\n", "a OK", "a BAD"},
    {CAN(SEARCHRES), NULL, NULL, SELECTED, "a SEARCH $\n", "a OK", "a BAD"},
    {CAN(WITHIN), NULL, NULL, SELECTED, "a SEARCH OLDER 1\n", "a OK", "a BAD"},
    {CAN(SORT), NULL, NULL, SELECTED, "a SORT (DATE) UTF-8 ALL\n", "a OK", "a BAD"},
    {CAN(SORT_DISPLAY), NULL, NULL, SELECTED, "a SORT (DISPLAYTO) UTF-8 ALL\n", "a OK", "a BAD"},
    {CAN(ESORT), NULL, NULL, SELECTED, "a SORT RETURN (MIN) (DATE) UTF-8 ALL\n", "a OK", "a BAD"},
    {CAN(THREAD_ORDEREDSUBJECT), NULL, NULL, SELECTED, "a THREAD ORDEREDSUBJECT UTF-8 ALL\n",
     "a OK", "a BAD"},
    {CAN(THREAD_REFERENCES), NULL, NULL, SELECTED, "a THREAD REFERENCES UTF-8 ALL\n", "a OK",
     "a BAD"},
    {CAN(THREAD_REFS), NULL, NULL, SELECTED, "a THREAD REFS UTF-8 ALL\n", "a OK", "a BAD"},
    {CAN(CONTEXT_SEARCH), NULL, NULL, SELECTED, "a SEARCH RETURN (UPDATE) ALL\n", "a OK", "a BAD"},
    {CAN(CONTEXT_SORT), NULL, NULL, SELECTED, "a SORT RETURN (UPDATE) (DATE) UTF-8 ALL\n", "a OK",
     "a BAD"},
    {CAN(PARTIAL), NULL, "CONTEXT=SEARCH", SELECTED, "a SEARCH RETURN (PARTIAL 1:1) ALL\n", "a OK",
     "a BAD"},
    {CAN(PARTIAL), NULL, NULL, SELECTED, "a UID FETCH 1 UID (PARTIAL 1:1)\n", "a OK", "a BAD"},
    {CAN(MULTISEARCH), NULL, NULL, SELECTED, "a ESEARCH IN (personal) ALL\n", "a OK", "a BAD"},
    {CAN(SEARCH_FUZZY), NULL, NULL, SELECTED, "a SEARCH FUZZY SUBJECT x\n", "a OK", "a BAD"},
    /* Any server may search so, if it says so or not. */
    {CAN(I18NLEVEL), NULL, NULL, SELECTED, "a CAPABILITY\n", " I18NLEVEL=1 ", NULL},
    {CAN(I18NLEVEL_2), "I18NLEVEL=2", NULL, SELECTED, "a COMPARATOR\n", "a OK", "a BAD"},
    {CAN(UTF8_ACCEPT), NULL, NULL, SELECTED, "a ENABLE UTF8=ACCEPT\n", "ENABLED UTF8=ACCEPT",
     "ENABLED\n"},
    {CAN(UTF8_ONLY), "UTF8=ONLY", "UTF8=ACCEPT", "s LOGIN user secret\n", "a SELECT INBOX\n",
     "a NO [CANNOT]", "a OK"},
    {CAN(UTF8_ONLY), "UTF8=ONLY", "UTF8=ACCEPT", "s LOGIN user secret\n", "a ENABLE UTF8=ACCEPT\n",
     "ENABLED UTF8=ACCEPT", "ENABLED\n"},
    {CAN(OBJECTID), NULL, NULL, SELECTED, "a FETCH 1 (EMAILID THREADID)\n", "a OK", "a BAD"},
    {CAN(OBJECTID), NULL, NULL, SELECTED, "a SEARCH EMAILID M1\n", "a OK", "a BAD"},
    {CAN(OBJECTID), NULL, NULL, SELECTED, "a STATUS INBOX (MAILBOXID)\n", "a OK", "a BAD"},
    {CAN(OBJECTID), NULL, NULL, SELECTED, "a CREATE x\n", "a OK [MAILBOXID", "a OK created"},
    {CAN(JMAPACCESS), "JMAPACCESS", NULL, SELECTED, "a GETJMAPACCESS\n", "a OK", "a BAD"},
    {CAN(SAVEDATE), NULL, NULL, SELECTED, "a FETCH 1 SAVEDATE\n", "a OK", "a BAD"},
    {CAN(SAVEDATE), NULL, NULL, SELECTED, "a SEARCH SAVEDATESUPPORTED\n", "a OK", "a BAD"},
    {CAN(PREVIEW), NULL, NULL, SELECTED, "a FETCH 1 PREVIEW\n", "a OK", "a BAD"},
    {CAN(ACL), NULL, NULL, SELECTED, "a GETACL INBOX\n", "a OK", "a BAD"},
    {CAN(RIGHTS), NULL, NULL, SELECTED, "a SETACL INBOX anyone lt\n", "a OK", "a BAD"},
    {CAN(RIGHTS), NULL, NULL, SELECTED, "a MYRIGHTS INBOX\n", "lrswipkxteacd", "lrswipacd"},
    {CAN(LIST_MYRIGHTS), NULL, NULL, SELECTED, "a LIST \"\" * RETURN (MYRIGHTS)\n", "a OK",
     "a BAD"},
    {CAN(QUOTA), NULL, NULL, SELECTED, "a GETQUOTAROOT INBOX\n", "a OK", "a BAD"},
    {CAN(QUOTA_RES_STORAGE), NULL, NULL, SELECTED, "a STATUS INBOX (DELETED-STORAGE)\n", "a OK",
     "a BAD"},
    {CAN(QUOTA_RES_MESSAGE), NULL, NULL, SELECTED, "a STATUS INBOX (DELETED)\n", "a OK", "a BAD"},
    {CAN(QUOTA_RES_MAILBOX), NULL, NULL, SELECTED, "a GETQUOTAROOT INBOX\n", "MAILBOX ", NULL},
    {CAN(QUOTASET), NULL, NULL, SELECTED, "a SETQUOTA user (MESSAGE 9)\n", "a OK", "a BAD"},
    {CAN(METADATA), NULL, NULL, SELECTED, "a GETMETADATA INBOX /shared/comment\n", "a OK", "a NO"},
    {CAN(METADATA_SERVER), NULL, "METADATA", SELECTED, "a GETMETADATA \"\" /shared/comment\n",
     "a OK", "a BAD"},
    {CAN(LIST_METADATA), NULL, NULL, SELECTED, "a LIST \"\" * RETURN (METADATA (/shared/a))\n",
     "a OK", "a BAD"},
    {CAN(ANNOTATEMORE), NULL, NULL, SELECTED, "a GETANNOTATION INBOX \"/comment\" \"value\"\n",
     "a OK", "a BAD"},
    {CAN(COMPRESS_DEFLATE), NULL, NULL, SELECTED, "a COMPRESS DEFLATE\n", "a OK", "a BAD"},
    {CAN(UNAUTHENTICATE), NULL, NULL, SELECTED, "a UNAUTHENTICATE\n", "a OK", "a BAD"},
    {CAN(PROXYAUTH), "PROXYAUTH", NULL, SELECTED, "a PROXYAUTH user\n", "a OK", "a BAD"},
    {CAN(X_GM_EXT_1), "X-GM-EXT-1", NULL, SELECTED, "a FETCH 1 X-GM-MSGID\n", "a OK", "a BAD"},
    {CAN(X_GM_EXT_1), "X-GM-EXT-1", NULL, SELECTED, "a STORE 1 X-GM-LABELS (a)\n", "a OK", "a BAD"},
    {CAN(X_GM_EXT_1), "X-GM-EXT-1", NULL, SELECTED, "a SEARCH X-GM-RAW a\n", "a OK", "a BAD"},
    {CAN(AUTH), NULL, NULL, "", "a AUTHENTICATE PLAIN\n", "+ ", "a NO"},
#undef CAN
};

enum { ROWS = sizeof rows / sizeof *rows };

/* ---- the list ---- */

/* The name of a capability with its limit; of AUTH, every mechanism. */
static bool is_called(const char *word, const char *name)
{
    size_t length = strcspn(word, "=");
    bool valued = strcmp(name, "AUTH") == 0 || strstr(name, "LIMIT") != NULL;
    return strcmp(word, name) == 0 ||
           (valued && length == strlen(name) && strncmp(word, name, length) == 0);
}

/* Adds the words of the list that are not called so. */
static void take_away(char list[LIST_MAX], const char *name)
{
    char left[LIST_MAX] = "", word[WORD_MAX];
    int length;
    for (const char *at = list; sscanf(at, "%63s%n", word, &length) == 1; at += length) {
        if (!is_called(word, name))
            snprintf(left + strlen(left), LIST_MAX - strlen(left), " %s", word);
    }
    snprintf(list, LIST_MAX, "%s", left + 1);
}

/* What the engine lists in that place, with and without what the row says; has: the capability
 * itself stays. IMAP4rev2, which brings many others, is there only where the row wants it. */
static void make_list(const struct iw_engine *engine, const struct row *row, unsigned place,
                      bool has, char list[LIST_MAX])
{
    const struct iw_capability_type *type = &iw_capability_types[row->capability];
    const char *name = row->capability == IW_CAPABILITY_AUTH ? "AUTH" : type->name;
    bool is_rev2 = row->capability == IW_CAPABILITY_IMAP4REV2;
    struct iw_buf all;
    iw_buf_init(&all, NULL, LIST_MAX);
    iw_engine_write_capabilities(engine, 1u << place, &all);
    snprintf(list, LIST_MAX, "%s", iw_buf_string(&all));
    iw_buf_release(&all);
    if (!is_rev2)
        take_away(list, "IMAP4rev2");
    if (row->without != NULL)
        take_away(list, row->without);
    if (row->with != NULL) {
        char word[WORD_MAX];
        snprintf(word, sizeof word, "%.*s", (int)strcspn(row->with, "="), row->with);
        if (strstr(row->with, "LIMIT") != NULL)
            take_away(list, word);
        snprintf(list + strlen(list), LIST_MAX - strlen(list), " %s", row->with);
    }
    if (!has)
        take_away(list, name);
}

/* ---- the rows ---- */

static void play(const struct row *row, bool has)
{
    struct iw_mock_talk talk;
    char lists[PLACES][LIST_MAX];
    iw_talk_begin(&talk, NULL, 0, false);
    struct iw_engine *engine = iw_host_engine(talk.host);
    for (unsigned i = 0; i < PLACES; i++)
        make_list(engine, row, i, has, lists[i]);
    for (unsigned i = 0; i < PLACES; i++)
        engine->options.capabilities[i] = iw_span_of(lists[i]);
    unsigned conn = iw_talk_connect(&talk);
    iw_talk_say(&talk, conn, row->before);
    const char *answer = iw_talk_say(&talk, conn, row->line);
    bool is_on = strstr(answer, row->on) != NULL;
    bool is_off = row->off == NULL ? !is_on : strstr(answer, row->off) != NULL;
    if (is_on != has || is_off == has)
        fail_msg("%s, %s: %s%s", iw_capability_types[row->capability].name,
                 has ? "there" : "not there", row->line, answer);
    iw_talk_end(&talk);
}

static void what_is_listed_works(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        play(&rows[i], true);
}

static void what_is_not_listed_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        play(&rows[i], false);
}

static void every_capability_has_a_row(void **state)
{
    (void)state;
    for (enum iw_capability i = IW_CAPABILITY_IMAP4REV1; i < IW_CAPABILITY_COUNT; i++) {
        size_t at = 0;
        while (at < ROWS && rows[at].capability != i)
            at++;
        if (at == ROWS)
            fail_msg("%s has none", iw_capability_types[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_listed_works),
        cmocka_unit_test(what_is_not_listed_is_refused),
        cmocka_unit_test(every_capability_has_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
