/* SPDX-License-Identifier: MIT */
/* Conversations and what they break, if anything. */
#include "script/invariants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define NONE IW_INVARIANT_COUNT

#define GREETED "S* OK hello\r\n"
#define SELECTED                                                                                   \
    "Ca SELECT x\r\n", "S* 3 EXISTS\r\n* OK [UIDNEXT 10] next\r\na OK [READ-WRITE] in\r\n"

/* Lines that begin with C or S, in turn; which invariant breaks, and a word of how. */
static const struct row {
    const char *said[12];
    enum iw_invariant breaks;
    const char *words;
} rows[] = {
    {{GREETED, "Ca NOOP\r\n", "Sa OK done\r\n"}, NONE, ""},
    {{GREETED, "Ca NOOP\r\nb NOOP\r\n", "Sb OK done\r\na OK done\r\n"}, NONE, ""},
    /* tags */
    {{GREETED, "Ca NOOP\r\n", "Sb OK done\r\n"}, IW_INVARIANT_TAGS, "b OK done"},
    {{GREETED, "Ca NOOP\r\n", "Sa OK done\r\na OK done\r\n"}, IW_INVARIANT_TAGS, "a OK done"},
    {{GREETED, "Ca NOOP x\r\n", "Sb BAD what\r\n"}, NONE, ""}, /* it could not be read */
    {{GREETED, "Ca LOGIN {3}\r\n", "S+ go\r\n", "Cbob x\r\n", "Sa OK in\r\n"}, NONE, ""},
    {{GREETED, "Ca LOGIN {3}\r\n", "Sa NO no\r\n", "Cb NOOP\r\n", "Sb OK done\r\n"}, NONE, ""},
    {{GREETED, "Ca LOGIN {3}\r\n", "Sa NO no\r\n", "Cb NOOP\r\n", "Sa OK done\r\n"},
     IW_INVARIANT_TAGS,
     "a OK"},
    {{GREETED, "Ca LOGIN {3+}\r\nbob {1+}\r\nx\r\n", "Sa OK in\r\n"}, NONE, ""},
    {{GREETED, "Ca AUTHENTICATE PLAIN\r\n", "S+ \r\n", "CAGEAYg==\r\n", "Sa OK in\r\n",
      "Cb NOOP\r\n", "Sb OK done\r\n"},
     NONE,
     ""},
    {{GREETED, "Ca IDLE\r\n", "S+ idling\r\n", "CDONE\r\nb NOOP\r\n", "Sa OK\r\nb OK done\r\n"},
     IW_INVARIANT_GRAMMAR,
     "SP"},
    {{GREETED, "Ca IDLE\r\n", "S+ idling\r\n", "CDONE\r\n", "Sa OK x\r\n", "Cb NOOP\r\n",
      "Sb OK done\r\nDONE OK x\r\n"},
     IW_INVARIANT_TAGS,
     "DONE"},
    /* a line that nobody has asked for may be taken for a command */
    {{GREETED, "Ca AUTHENTICATE X\r\n", "S+ \r\n", "C=\r\n", "Cx y\r\n",
      "Sa NO no\r\nx BAD what\r\n"},
     NONE,
     ""},
    {{GREETED, "Ca AUTHENTICATE X\r\n", "S+ \r\n", "C=\r\n", "S+ \r\n", "Cx y\r\n",
      "Sa NO no\r\nx BAD what\r\n"},
     IW_INVARIANT_TAGS,
     "x BAD"},
    /* grammar */
    {{GREETED, "S* 3 EXISTS \r\n"}, IW_INVARIANT_GRAMMAR, "octet 10"},
    {{GREETED, "S* OK done\n"}, IW_INVARIANT_GRAMMAR, ""},
    {{GREETED, "Ca AUTHENTICATE X\r\n", "S+ \r\n", "C=\r\n", "Sa OK in\n\r\n", "Cb NOOP\r\n",
      "Sb OK done\r\n"},
     IW_INVARIANT_GRAMMAR,
     ""},
    {{GREETED, SELECTED, "Cb FETCH 1 BODY[]\r\n", "S* 1 FETCH (BODY[] {5}\r\nhell)\r\nb OK x\r\n"},
     IW_INVARIANT_GRAMMAR,
     ""},
    /* EXISTS */
    {{GREETED, SELECTED, "Cb NOOP\r\n", "S* 4 EXISTS\r\n* 4 EXISTS\r\nb OK x\r\n"}, NONE, ""},
    {{GREETED, SELECTED, "Cb NOOP\r\n", "S* 2 EXISTS\r\nb OK x\r\n"},
     IW_INVARIANT_EXISTS,
     "3 to 2"},
    {{GREETED, SELECTED, "Cb NOOP\r\n", "S* 1 EXPUNGE\r\n* 2 EXISTS\r\nb OK x\r\n"}, NONE, ""},
    {{GREETED, SELECTED, "Cb SELECT y\r\n", "S* 0 EXISTS\r\nb OK x\r\n"}, NONE, ""},
    {{GREETED, SELECTED, "Cb SELECT y\r\n", "Sb BAD x\r\n", "Cc NOOP\r\n",
      "S* 0 EXISTS\r\nc OK x\r\n"},
     IW_INVARIANT_EXISTS,
     "3 to 0"},
    {{GREETED, SELECTED, "Cb CLOSE\r\n", "Sb OK x\r\n", "Cc NOOP\r\n",
      "S* 3 EXPUNGE\r\nc OK x\r\n"},
     IW_INVARIANT_NUMBERS,
     "message 3 of 0"},
    /* numbers */
    {{GREETED, SELECTED, "Cb NOOP\r\n", "S* 4 EXPUNGE\r\nb OK x\r\n"},
     IW_INVARIANT_NUMBERS,
     "message 4 of 3"},
    {{GREETED, SELECTED, "Cb NOOP\r\n", "S* 3 EXPUNGE\r\n* 3 EXPUNGE\r\nb OK x\r\n"},
     IW_INVARIANT_NUMBERS,
     "message 3 of 2"},
    {{GREETED, SELECTED, "S* 4 FETCH (FLAGS ())\r\n"}, IW_INVARIANT_NUMBERS, "message 4 of 3"},
    {{GREETED, SELECTED, "S* 4 EXISTS\r\n* 4 FETCH (FLAGS ())\r\n"}, NONE, ""},
    /* when EXPUNGE may come */
    {{GREETED, SELECTED, "S* 1 EXPUNGE\r\n"}, IW_INVARIANT_EXPUNGE_WINDOW, "nothing is"},
    {{GREETED, SELECTED, "Cb STORE 1 FLAGS ()\r\n", "S* 1 EXPUNGE\r\nb OK x\r\n"},
     IW_INVARIANT_EXPUNGE_WINDOW,
     "no command"},
    {{GREETED, SELECTED, "Cb UID STORE 1 FLAGS ()\r\n", "S* 1 EXPUNGE\r\nb OK x\r\n"}, NONE, ""},
    {{GREETED, SELECTED, "Cb STORE 1 FLAGS ()\r\nc NOOP\r\n",
      "S* 1 EXPUNGE\r\nb OK x\r\nc OK x\r\n"},
     NONE,
     ""},
    {{GREETED, SELECTED, "Cb IDLE\r\n", "S+ idling\r\n* 1 EXPUNGE\r\n"}, NONE, ""},
    {{GREETED, SELECTED, "Cb APPEND x {3}\r\n", "S* 1 EXPUNGE\r\n+ go\r\n"},
     IW_INVARIANT_EXPUNGE_WINDOW,
     ""},
    {{GREETED, SELECTED, "Cb NOTIFY NONE\r\n", "Sb OK x\r\n* 1 EXPUNGE\r\n"}, NONE, ""},
    /* UIDs */
    {{GREETED, SELECTED, "S* 1 FETCH (UID 4)\r\n* 2 FETCH (UID 7)\r\n* 3 FETCH (UID 9)\r\n"},
     NONE,
     ""},
    {{GREETED, SELECTED, "S* 1 FETCH (UID 4)\r\n* 3 FETCH (UID 4)\r\n"},
     IW_INVARIANT_UID_ORDER,
     "out of order"},
    {{GREETED, SELECTED, "S* 3 FETCH (UID 4)\r\n* 1 FETCH (UID 5)\r\n"},
     IW_INVARIANT_UID_ORDER,
     "out of order"},
    {{GREETED, SELECTED, "S* 1 FETCH (UID 4)\r\n* 1 FETCH (UID 5)\r\n"},
     IW_INVARIANT_UID_ORDER,
     "had UID 4"},
    {{GREETED, SELECTED, "S* 2 FETCH (UID 4)\r\n", "Cb NOOP\r\n",
      "S* 1 EXPUNGE\r\n* 1 FETCH (UID 4)\r\nb OK x\r\n"},
     NONE,
     ""},
    {{GREETED, SELECTED, "S* 2 FETCH (UID 4)\r\n", "Cb NOOP\r\n",
      "S* 1 EXPUNGE\r\n* 1 FETCH (UID 5)\r\nb OK x\r\n"},
     IW_INVARIANT_UID_ORDER,
     "had UID 4"},
    {{GREETED, SELECTED, "S* 3 FETCH (UID 10)\r\n"}, IW_INVARIANT_UIDNEXT, "was there"},
    {{GREETED, SELECTED, "S* 4 EXISTS\r\n* 4 FETCH (UID 9)\r\n"},
     IW_INVARIANT_UIDNEXT,
     "came later"},
    {{GREETED, SELECTED, "S* 4 EXISTS\r\n* 4 FETCH (UID 10)\r\n"}, NONE, ""},
    /* what does not change */
    {{GREETED, SELECTED, "S* 1 FETCH (RFC822.SIZE 4)\r\n* 1 FETCH (RFC822.SIZE 5)\r\n"},
     IW_INVARIANT_STATIC,
     "RFC822.SIZE of message 1"},
    {{GREETED, SELECTED, "S* 1 FETCH (BODY[] \"x\")\r\n* 1 FETCH (BODY[] {1}\r\nx)\r\n"}, NONE, ""},
    {{GREETED, SELECTED, "S* 1 FETCH (BODY[] \"x\")\r\n* 1 FETCH (BODY[] \"y\")\r\n"},
     IW_INVARIANT_STATIC,
     "BODY of message 1"},
    {{GREETED, SELECTED, "S* 1 FETCH (BODY[]<0> \"x\")\r\n* 1 FETCH (BODY[]<1> \"y\")\r\n"},
     NONE,
     ""},
    {{GREETED, SELECTED, "S* 1 FETCH (FLAGS ())\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"}, NONE, ""},
    /* MODSEQ, and things of an extension */
    {{GREETED, SELECTED, "S* 1 FETCH (MODSEQ (5))\r\n"}, IW_INVARIANT_UNASKED, "MODSEQ"},
    {{GREETED, "Ca ENABLE CONDSTORE\r\n", "Sa OK x\r\n", SELECTED,
      "S* 1 FETCH (MODSEQ (5))\r\n* 1 FETCH (MODSEQ (5))\r\n* 1 FETCH (MODSEQ (6))\r\n"},
     NONE,
     ""},
    {{GREETED, "Ca ENABLE CONDSTORE\r\n", "Sa OK x\r\n", SELECTED,
      "S* 1 FETCH (MODSEQ (5))\r\n* 1 FETCH (MODSEQ (4))\r\n"},
     IW_INVARIANT_MODSEQ,
     "5 to 4"},
    {{GREETED, SELECTED, "Cb NOOP\r\n", "S* VANISHED 3\r\nb OK x\r\n"},
     IW_INVARIANT_UNASKED,
     "VANISHED"},
    {{GREETED, "Ca ENABLE QRESYNC\r\n", "Sa OK x\r\n", SELECTED, "Cb NOOP\r\n",
      "S* 1 FETCH (UID 3)\r\n* VANISHED 4\r\n* VANISHED (EARLIER) 1:2\r\n* 2 EXISTS\r\nb OK x\r\n"},
     NONE,
     ""},
    {{GREETED, "Ca ENABLE QRESYNC\r\n", "Sa OK x\r\n", SELECTED, "Cb NOOP\r\n",
      "S* VANISHED 1:4294967295\r\nb OK x\r\n"},
     IW_INVARIANT_NUMBERS,
     "UID 4"},
    {{"S* OK [CAPABILITY IMAP4rev1] hello\r\n", SELECTED, "Cb SEARCH ALL\r\n",
      "S* ESEARCH (TAG \"b\") ALL 1\r\nb OK x\r\n"},
     IW_INVARIANT_UNASKED,
     "ESEARCH"},
    {{"S* OK [CAPABILITY IMAP4rev2] hello\r\n", SELECTED, "Cb SEARCH ALL\r\n",
      "S* ESEARCH (TAG \"b\") ALL 1\r\nb OK x\r\n"},
     NONE,
     ""},
};

static struct iw_invariants *hold(const struct row *row, size_t chunk)
{
    struct iw_invariants *invariants = iw_invariants_new(NULL);
    assert_non_null(invariants);
    for (size_t i = 0; i < sizeof row->said / sizeof *row->said && row->said[i] != NULL; i++) {
        struct iw_span said = iw_span_of(row->said[i] + 1);
        const bool server = row->said[i][0] == 'S';
        while (said.length > 0) {
            const struct iw_span part = iw_span_part(said, 0, chunk);
            (server ? iw_invariants_received : iw_invariants_sent)(invariants, part);
            said = iw_span_part(said, part.length, said.length);
        }
    }
    return invariants;
}

static void expect(const struct row *row, size_t chunk)
{
    struct iw_invariants *invariants = hold(row, chunk);
    const size_t number = (size_t)(row - rows);
    for (int which = 0; which < IW_INVARIANT_COUNT; which++) {
        const char *breach = iw_invariants_breach(invariants, (enum iw_invariant)which);
        const bool wanted = row->breaks == (enum iw_invariant)which;
        if (wanted != (breach != NULL))
            fail_msg("row %zu: %s: %s", number, iw_invariants_about[which].id,
                     breach != NULL ? breach : "not broken");
        if (wanted && strstr(breach, row->words) == NULL)
            fail_msg("row %zu: %s", number, breach);
    }
    iw_invariants_free(invariants);
}

static void test_conversations(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows; row++)
        expect(row, SIZE_MAX);
}

/* A stream has no borders but its own. */
static void test_octet_by_octet(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows; row++)
        expect(row, 1);
}

static void test_every_invariant_has_a_row(void **state)
{
    (void)state;
    for (int which = 0; which < IW_INVARIANT_COUNT; which++) {
        size_t i = 0;
        while (i < sizeof rows / sizeof *rows && rows[i].breaks != (enum iw_invariant)which)
            i++;
        assert_true(i < sizeof rows / sizeof *rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
        cmocka_unit_test(test_octet_by_octet),
        cmocka_unit_test(test_every_invariant_has_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
