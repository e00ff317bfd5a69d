/* SPDX-License-Identifier: MIT */
/* Search keys: every one of the table with its argument, and what does not fit. */
#include "parser/search_key.h"

#include "tests/lib/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct iw_row rows[] = {
    /* without an argument */
    {"A SEARCH ALL ANSWERED DELETED DRAFT FLAGGED NEW OLD RECENT SEEN\r\n"},
    {"A SEARCH UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNSEEN SAVEDATESUPPORTED\r\n"},
    {"A SEARCH unseen\r\n", "A SEARCH UNSEEN\r\n"},

    /* strings */
    {"A SEARCH BCC a BODY b CC c FROM d SUBJECT e TEXT f TO g\r\n"},
    {"A SEARCH SUBJECT \"a b\"\r\n"},
    {"A SEARCH SUBJECT \"\"\r\n"},
    {"A SEARCH SUBJECT {3+}\r\na\"b\r\n", "A SEARCH SUBJECT \"a\\\"b\"\r\n"},
    {"A SEARCH CHARSET UTF-8 SUBJECT {2}\r\n\xc3\xa4\r\n"},
    {"A SEARCH KEYWORD $Forwarded UNKEYWORD Junk\r\n"},
    {"A SEARCH HEADER Message-ID \"<a@b>\"\r\n", "A SEARCH HEADER Message-ID <a@b>\r\n"},
    {"A SEARCH HEADER \"X Y\" \"\"\r\n"},
    {"A SEARCH FILTER on-the-road\r\n"},
    {"A SEARCH EMAILID M6d99ac3275bb4e THREADID T_-1\r\n"},
    {"A SEARCH X-GM-RAW \"has:attachment in:unread\" X-GM-LABELS foo\r\n"},
    {"A SEARCH X-GM-MSGID 18446744073709551615 X-GM-THRID 0\r\n"},
    {"A SEARCH SUBJECT\r\n", NULL, true, 16},
    {"A SEARCH SUBJECT \r\n", NULL, true, 17},
    {"A SEARCH SUBJECT (a)\r\n", NULL, true, 17},
    {"A SEARCH HEADER Subject\r\n", NULL, true, 23},
    {"A SEARCH KEYWORD \"a\"\r\n", NULL, true, 17},
    {"A SEARCH KEYWORD \\Seen\r\n", NULL, true, 17},
    {"A SEARCH EMAILID a.b\r\n", NULL, true, 18},
    {"A SEARCH X-GM-MSGID 18446744073709551616\r\n", NULL, true, 20},

    /* dates */
    {"A SEARCH BEFORE 1-Feb-1994 ON 01-feb-1994 SINCE \"28-Feb-1900\"\r\n",
     "A SEARCH BEFORE 1-Feb-1994 ON 1-Feb-1994 SINCE 28-Feb-1900\r\n"},
    {"A SEARCH SENTBEFORE 31-Dec-9999 SENTON 1-Jan-0001 SENTSINCE 29-Feb-2000\r\n"},
    {"A SEARCH SAVEDBEFORE 1-Feb-1994 SAVEDON 1-Feb-1994 SAVEDSINCE 1-Feb-1994\r\n"},
    {"A SEARCH ON 1-Feb-1994\r\n"},
    {"A SEARCH ON 2-Feb-1994\r\n"},
    {"A SEARCH SINCE 30-Feb-2000\r\n", NULL, true, 15},
    {"A SEARCH SINCE 1994-02-01\r\n", NULL, true, 17},
    {"A SEARCH SINCE \"1-Feb-1994\r\n", NULL, true, 26},
    {"A SEARCH SINCE 1-Feb-94\r\n", NULL, true, 21},

    /* numbers */
    {"A SEARCH LARGER 0 SMALLER 9223372036854775807\r\n"},
    {"A SEARCH OLDER 1 YOUNGER 4294967295\r\n"},
    {"A SEARCH UIDAFTER 25000 UIDBEFORE 27000\r\n"},
    {"A SEARCH MODSEQ 0\r\n"},
    {"A SEARCH MODSEQ \"/flags/\\\\draft\" all 620162338\r\n"},
    {"A SEARCH LARGER 9223372036854775808\r\n", NULL, true, 16},
    {"A SEARCH LARGER -1\r\n", NULL, true, 16},
    {"A SEARCH OLDER 0\r\n", NULL, true, 15},
    {"A SEARCH UIDAFTER 4294967296\r\n", NULL, true, 18},
    {"A SEARCH MODSEQ \"/flags/x\" 5\r\n", NULL, true, 27},
    {"A SEARCH MODSEQ \"/flags/x\" some 5\r\n", NULL, true, 27},

    /* sets */
    {"A SEARCH 1\r\n"},
    {"A SEARCH * 2:4,6:* $\r\n"},
    {"A SEARCH UID 1:* UID $\r\n"},
    {"A SEARCH 0\r\n", NULL, true, 9},
    {"A SEARCH 1:\r\n", NULL, true, 11},
    {"A SEARCH UID SEEN\r\n", NULL, true, 13},
    {"A SEARCH 1SEEN\r\n", NULL, true, 10},

    /* keys of keys */
    {"A SEARCH NOT SEEN\r\n"},
    {"A SEARCH NOT NOT SEEN\r\n"},
    {"A SEARCH OR SEEN DELETED DRAFT\r\n"},
    {"A SEARCH OR OR 1 2 OR 3 4\r\n"},
    {"A SEARCH (SEEN)\r\n"},
    {"A SEARCH ((SEEN DRAFT) NOT (1 UID 2))\r\n"},
    {"A SEARCH FUZZY (SUBJECT a FROM b)\r\n"},
    {"A SEARCH NOT\r\n", NULL, true, 12},
    {"A SEARCH OR SEEN\r\n", NULL, true, 16},
    {"A SEARCH (OR SEEN)\r\n", NULL, true, 17},
    {"A SEARCH ()\r\n", NULL, true, 10},
    {"A SEARCH (SEEN \r\n", NULL, true, 14},
    {"A SEARCH ( SEEN)\r\n", NULL, true, 10},
    {"A SEARCH SEEN(DRAFT)\r\n", NULL, true, 13},
    {"A SEARCH (SEEN)(DRAFT)\r\n", NULL, true, 15},

    /* annotations: an entry, an attribute, a value */
    {"A SEARCH ANNOTATION \"/comment\" value \"IMAP4\"\r\n"},
    {"A SEARCH ANNOTATION * value.priv NIL\r\n", "A SEARCH ANNOTATION \"*\" value.priv NIL\r\n"},
    {"A SEARCH ANNOTATION \"*\" value.shared NIL\r\n"},
    {"A SEARCH ANNOTATION /comment value\r\n", NULL, true, 34},

    /* programs */
    {"A SEARCH CHARSET \"UTF-8\" ALL\r\n", "A SEARCH CHARSET UTF-8 ALL\r\n"},
    {"A SEARCH CHARSET \"a b\" ALL\r\n"},
    {"A SEARCH CHARSET UTF-8\r\n", NULL, true, 22},
    {"A SEARCH ALL CHARSET UTF-8\r\n"},
    {"A SEARCH RETURN () ALL\r\n"},
    {"A SEARCH RETURN (MIN MAX ALL COUNT SAVE UPDATE CONTEXT RELEVANCY PARTIAL -1:-5) ALL\r\n"},
    {"A SEARCH return (min x-y 1:* z (a)) CHARSET UTF-8 1\r\n",
     "A SEARCH RETURN (MIN x-y 1:* z (a)) CHARSET UTF-8 1\r\n"},
    {"A SEARCH RETURN ALL\r\n", NULL, true, 16},
    {"A SEARCH RETURN (ALL)\r\n", NULL, true, 21},
    {"A SEARCH RETURN (PARTIAL) ALL\r\n", NULL, true, 24},
    {"A SEARCH RETURN (PARTIAL 1) ALL\r\n", NULL, true, 26},
    {"A SEARCH RETURN (MIN ) ALL\r\n", NULL, true, 21},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_COMMANDS, rows, sizeof rows / sizeof *rows};

/* Each name but those of a set and a list is there, and once. */
static void test_names(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < IW_SEARCH_KINDS; kind++) {
        struct iw_span name = iw_search_kind_name((enum iw_search_kind)kind);
        bool nameless = kind == IW_SEARCH_SET || kind == IW_SEARCH_AND;
        assert_int_equal(name.length == 0, nameless);
        for (unsigned other = 0; other < kind && !nameless; other++)
            assert_false(iw_span_equal(name, iw_search_kind_name((enum iw_search_kind)other)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
