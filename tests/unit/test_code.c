/* SPDX-License-Identifier: MIT */
/* Response codes: every shape, the fields it fills, and what does not fit it. */
#include "parser/response.h"

#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* clang-format off */
static const struct iw_row rows[] = {
    /* bare */
    {"* OK [READ-ONLY] x\r\n"},
    {"* OK [read-only] x\r\n"},
    {"* OK [ALERT more] x\r\n"},
    {"* OK [OVERQUOTA] x\r\n"},
    {"* OK [] x\r\n", NULL, true, 6},
    {"* OK [ALERT ] x\r\n", NULL, true, 12},
    {"* OK [ ALERT] x\r\n", NULL, true, 6},
    {"* OK [ALERT x\r\n", NULL, true, 13},

    /* number */
    {"* OK [UIDNEXT 4392] x\r\n"},
    {"* OK [UIDVALIDITY 4294967295] x\r\n"},
    {"* OK [UNSEEN 1] x\r\n"},
    {"* OK [HIGHESTMODSEQ 9223372036854775807] x\r\n"},
    {"* OK [UIDNEXT] x\r\n", NULL, true, 13},
    {"* OK [UIDNEXT 0] x\r\n", NULL, true, 14},
    {"* OK [UIDNEXT 01] x\r\n", NULL, true, 14},
    {"* OK [UIDNEXT 4294967296] x\r\n", NULL, true, 14},
    {"* OK [HIGHESTMODSEQ 9223372036854775808] x\r\n", NULL, true, 20},
    {"* OK [UIDNEXT 5 6] x\r\n", NULL, true, 15},
    {"* OK [UIDNEXT -5] x\r\n", NULL, true, 14},

    /* names */
    {"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n"},
    {"* OK [CAPABILITY] x\r\n", NULL, true, 16},
    {"* OK [CAPABILITY IMAP4rev1 ] x\r\n", NULL, true, 27},
    {"* OK [CAPABILITY \"IDLE\"] x\r\n", NULL, true, 17},

    /* charsets */
    {"A NO [BADCHARSET] x\r\n"},
    {"A NO [BADCHARSET (UTF-8 US-ASCII)] x\r\n"},
    {"A NO [BADCHARSET (\"UTF-8\" \"a b\")] x\r\n", "A NO [BADCHARSET (UTF-8 \"a b\")] x\r\n"},
    {"A NO [BADCHARSET (\"a]b\\\"\\\\\" \"\")] x\r\n"},
    {"A NO [BADCHARSET (\"\xc3\xa4\")] x\r\n"},
    {"A NO [BADCHARSET ()] x\r\n", NULL, true, 18},
    {"A NO [BADCHARSET UTF-8] x\r\n", NULL, true, 17},
    {"A NO [BADCHARSET (UTF-8] x\r\n", NULL, true, 23},
    {"A NO [BADCHARSET ({5}] x\r\n", NULL, true, 18},

    /* flags */
    {"* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] x\r\n"},
    {"* OK [PERMANENTFLAGS ()] x\r\n"},
    {"* OK [PERMANENTFLAGS \\Seen] x\r\n", NULL, true, 21},
    {"* OK [PERMANENTFLAGS] x\r\n", NULL, true, 20},

    /* set */
    {"A OK [MODIFIED 7,9:12] x\r\n"},
    {"A OK [MODIFIED *] x\r\n", NULL, true, 15},
    {"A OK [MODIFIED 1:*] x\r\n", NULL, true, 15},
    {"A OK [MODIFIED *:4] x\r\n", NULL, true, 15},
    {"A OK [MODIFIED $] x\r\n", NULL, true, 15},
    {"A OK [MODIFIED 7,] x\r\n", NULL, true, 17},
    {"A OK [DOWNGRADED 70,105] x\r\n"},

    /* appenduid, copyuid */
    {"A OK [APPENDUID 38505 3955] x\r\n"},
    {"A OK [APPENDUID 38505 3955:3957] x\r\n"},
    {"A OK [APPENDUID 38505] x\r\n", NULL, true, 21},
    {"A OK [APPENDUID 0 3955] x\r\n", NULL, true, 16},
    {"A OK [APPENDUID 38505 *] x\r\n", NULL, true, 22},
    {"A OK [COPYUID 38505 304,319:320 3956:3958] x\r\n"},
    {"A OK [COPYUID 38505 305,319:320 3956:3958] x\r\n"},
    {"A OK [COPYUID 38506 304,319:320 3956:3958] x\r\n"},
    {"A OK [COPYUID 38505 304] x\r\n", NULL, true, 23},
    {"A OK [COPYUID 38505 304 5 6] x\r\n", NULL, true, 25},

    /* arguments, known and unknown */
    {"* OK [MAILBOXID (F2212ea87)] x\r\n"},
    {"* BYE [REFERRAL imap://user;AUTH=*@server/] x\r\n"},
    {"* OK [MAILBOXID ()] x\r\n", NULL, true, 17},
    {"* OK [MAILBOXID F2] x\r\n", NULL, true, 16},
    {"* OK [MAILBOXID] x\r\n", NULL, true, 15},
    {"A NO [REFERRAL imap://a/ imap://b/c%20d] x\r\n"},
    {"A NO [REFERRAL] x\r\n", NULL, true, 14},
    {"A NO [REFERRAL ] x\r\n", NULL, true, 15},
    {"A NO [REFERRAL imap://a/  imap://b/] x\r\n", NULL, true, 25},
    {"* NO [WEBALERT https://a/b?c=d] x\r\n"},
    {"A NO [BADURL \"imap://a\" and so on] x\r\n"},
    {"A NO [BADURL imap://a] x\r\n"},
    {"A NO [BADURL] x\r\n", NULL, true, 12},
    {"* OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] x\r\n"},
    {"* OK [URLMECH] x\r\n", NULL, true, 13},
    {"A NO [NEWNAME old \"new one\"] x\r\n"},
    {"A NO [NEWNAME \"old\" new] x\r\n", "A NO [NEWNAME old new] x\r\n"},
    {"A NO [NEWNAME old] x\r\n", NULL, true, 17},
    {"A NO [NEWNAME old new 3] x\r\n", NULL, true, 21},
    {"A OK [METADATA LONGENTRIES 2199] x\r\n"},
    {"A NO [METADATA MAXSIZE 1024] x\r\n"},
    {"A NO [METADATA MAXSIZE 0] x\r\n"},
    {"A NO [metadata toomany] x\r\n", "A NO [metadata TOOMANY] x\r\n"},
    {"A NO [METADATA NOPRIVATE] x\r\n"},
    {"A NO [METADATA] x\r\n", NULL, true, 14},
    {"A NO [METADATA TOOFEW] x\r\n", NULL, true, 15},
    {"A NO [METADATA MAXSIZE] x\r\n", NULL, true, 22},
    {"A NO [METADATA MAXSIZE 4294967296] x\r\n", NULL, true, 23},
    {"A NO [METADATA TOOMANY 3] x\r\n", NULL, true, 22},
    {"* OK [INPROGRESS] x\r\n"},
    {"* OK [INPROGRESS (NIL NIL NIL)] x\r\n"},
    {"* OK [INPROGRESS (\"A1\" NIL NIL)] x\r\n"},
    {"* OK [INPROGRESS (\"A1\" 0 NIL)] x\r\n"},
    {"* OK [INPROGRESS (\"A1\" 175 4294967295)] x\r\n"},
    {"* OK [INPROGRESS (nil 175 1000)] x\r\n", "* OK [INPROGRESS (NIL 175 1000)] x\r\n"},
    {"* OK [INPROGRESS (A1 1 2)] x\r\n", NULL, true, 18},
    {"* OK [INPROGRESS (\"A1\" NIL 2)] x\r\n", NULL, true, 27},
    {"* OK [INPROGRESS (\"A1\" 1 0)] x\r\n", NULL, true, 25},
    {"* OK [INPROGRESS (\"A1\" 4294967296 NIL)] x\r\n", NULL, true, 23},
    {"* OK [INPROGRESS (\"A1\" 1)] x\r\n", NULL, true, 24},
    {"* OK [INPROGRESS ()] x\r\n", NULL, true, 18},
    {"A OK [MESSAGELIMIT 1000] x\r\n"},
    {"A OK [MESSAGELIMIT 1000 23221] x\r\n"},
    {"A OK [MESSAGELIMIT 1000 0] x\r\n", NULL, true, 24},
    {"A OK [MESSAGELIMIT] x\r\n", NULL, true, 18},
    {"A OK [MESSAGELIMIT 0] x\r\n", NULL, true, 19},
    {"* OK [ANNOTATIONS 20480] x\r\n"},
    {"* OK [ANNOTATIONS 20480 NOPRIVATE] x\r\n"},
    {"* OK [ANNOTATIONS READ-ONLY] x\r\n"},
    {"* OK [ANNOTATIONS read-only noprivate] x\r\n",
     "* OK [ANNOTATIONS READ-ONLY NOPRIVATE] x\r\n"},
    {"* OK [ANNOTATIONS NONE] x\r\n"},
    {"* OK [ANNOTATIONS NONE NOPRIVATE] x\r\n", NULL, true, 22},
    {"* OK [ANNOTATIONS 0] x\r\n", NULL, true, 18},
    {"* OK [ANNOTATIONS SOME] x\r\n", NULL, true, 18},
    {"* OK [ANNOTATIONS 5 X] x\r\n", NULL, true, 20},
    {"A NO [ANNOTATE TOOBIG] x\r\n"},
    {"A NO [ANNOTATE TOOMANY] x\r\n"},
    {"A NO [ANNOTATE MAXSIZE] x\r\n", NULL, true, 15},
    {"A NO [BADEVENT (FlagChange MessageNew)] x\r\n"},
    {"A NO [BADEVENT ()] x\r\n", NULL, true, 16},
    {"A NO [BADEVENT FlagChange] x\r\n", NULL, true, 15},
    {"A NO [UNDEFINED-FILTER on-the-road] x\r\n"},
    {"A NO [UNDEFINED-FILTER a/b] x\r\n", NULL, true, 24},
    {"A NO [UNDEFINED-FILTER] x\r\n", NULL, true, 22},
    {"* NO [NOUPDATE \"B02\"] x\r\n"},
    {"* NO [NOUPDATE \"a\\\"b]\"] x\r\n"},
    {"* NO [NOUPDATE B02] x\r\n", NULL, true, 15},
    {"* OK [NOTIFICATIONOVERFLOW] x\r\n"},
    {"A NO [TOOFEW] x\r\n"},
    {"A NO [TOOMANY] x\r\n"},
    {"A NO [MAXCONVERTPARTS 3] x\r\n"},
    {"* OK [X-ANY] x\r\n"},
    {"* OK [X-ANY \"a {5} ( ] x\r\n"},
    {"* OK [X-ANY a]b] x\r\n", NULL, true, 14},
    {"* OK [X-ANY ] x\r\n", NULL, true, 12},
    {"* OK [X-ANY \xc3\xa4] x\r\n", NULL, true, 12},
    {"* OK [X(] x\r\n", NULL, true, 7},
};
/* clang-format on */
static struct iw_rows table = {IW_FRAME_RESPONSES, rows, sizeof rows / sizeof *rows};

/* ---- fields ---- */

static void test_fields(void **state)
{
    (void)state;
    struct iw_subject s;
    const struct iw_code *code = &s.response.text.code;
    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("* OK [uidNext 5] x\r\n"), NULL);
    assert_true(iw_code_is(code, "UIDNEXT"));
    assert_false(iw_code_is(code, "UIDNEX"));
    assert_string_equal(code->type->name, "UIDNEXT");
    assert_int_equal(code->number, 5);
    assert_true(iw_span_equal(code->argument, IW_SPAN("5")));
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("* OK [BADCHARSET (A \"b\\\"\")] x\r\n"), NULL);
    assert_int_equal(code->name_count, 2);
    assert_true(iw_span_equal(code->names[1], IW_SPAN("b\"")));
    assert_true(iw_span_equal(code->argument, IW_SPAN("(A \"b\\\"\")")));
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n"),
                    NULL);
    assert_int_equal(code->flags.bits, IW_FLAG_SEEN | IW_FLAG_ANY);
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("A OK [COPYUID 7 1:3,5 11:14] x\r\n"), NULL);
    assert_int_equal(code->number, 7);
    assert_int_equal(code->source_uids.count, 2);
    assert_int_equal(code->source_uids.ranges[1].first, 5);
    assert_int_equal(code->uids.count, 1);
    assert_int_equal(code->uids.ranges[0].last, 14);
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("* OK [X-NEW a b] x\r\n"), NULL);
    assert_null(code->type);
    assert_true(iw_span_equal(code->name, IW_SPAN("X-NEW")));
    assert_true(iw_span_equal(code->argument, IW_SPAN("a b")));
    iw_subject_close(&s);

    iw_subject_read(&s, IW_FRAME_RESPONSES, IW_SPAN("* OK no code\r\n"), NULL);
    assert_int_equal(code->name.length, 0);
    iw_subject_close(&s);
}

/* Every name of the table is found under itself, in either case, and stands there once. */
static void test_table(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct iw_code_type *type = iw_code_types; type->name != NULL; type++) {
        assert_ptr_equal(iw_code_type_of(iw_span_of(type->name)), type);
        assert_true((type->shape == IW_CODE_NUMBER) == (type->max > 0));
        count++;
    }
    assert_in_range(count, 60, 200);
    assert_string_equal(iw_code_type_of(IW_SPAN("alert"))->name, "ALERT");
    assert_null(iw_code_type_of(IW_SPAN("ALERTS")));
    assert_null(iw_code_type_of(IW_SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&table),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
