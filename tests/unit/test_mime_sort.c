/* SPDX-License-Identifier: MIT */
/* What SORT, THREAD and PREVIEW take from a message: base subjects, sent dates, message IDs, keys
 * and the preview's text. */
#include "mockserver/engine/mime_date.h"
#include "mockserver/engine/mime_ids.h"
#include "mockserver/engine/mime_preview.h"
#include "mockserver/engine/mime_sort_key.h"
#include "mockserver/engine/mime_subject.h"

#include "tests/lib/exact.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *subject, *base;
    bool reply;
} subjects[] = {
    {"", "", false},
    {"alpha", "alpha", false},
    {" alpha \t beta ", "alpha beta", false},
    {"alpha\r\n  beta", "alpha beta", false},
    {"=?utf-8?q?Re:_a?=", "a", true},
    {"Re: alpha", "alpha", true},
    {"RE:alpha", "alpha", true},
    {"re : alpha", "alpha", true},
    {"Fw: alpha", "alpha", true},
    {"Fwd: alpha", "alpha", true},
    {"Re[2]: alpha", "alpha", true},
    {"Re [x] : alpha", "alpha", true},
    {"Re: Re: Fwd: alpha", "alpha", true},
    {"[x] alpha", "alpha", false},
    {"[x][2] Re: alpha", "alpha", true},
    {"Re: [x] Fwd: alpha (fwd)", "alpha", true},
    {"[x]", "[x]", false},
    {"Re: [x]", "[x]", true},
    {"[x] [y]", "[y]", false},
    {"[x", "[x", false},
    {"[[x] alpha", "[[x] alpha", false},
    {"alpha (fwd)", "alpha", true},
    {"alpha (FWD) (fwd) ", "alpha", true},
    {"[fwd: alpha]", "alpha", true},
    {"[Fwd: Re: alpha (fwd)]", "alpha", true},
    {"[fwd: [fwd: alpha]]", "alpha", true},
    {"[fwd: alpha", "[fwd: alpha", false},
    {"Re:", "", true},
    {"(fwd)", "", true},
    {"Re: (fwd)", "", true},
    {"AW: alpha", "AW: alpha", false},
    {"Re alpha", "Re alpha", false},
    {"Ref: alpha", "Ref: alpha", false},
    {"alpha fwd", "alpha fwd", false},
};

static void test_subjects(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct iw_arena arena;
        struct iw_mime_subject subject;
        struct iw_span value = iw_exact_copy(iw_span_of(subjects[i].subject));
        iw_arena_init(&arena, NULL, 1 << 20);
        assert_int_equal(iw_mime_base_subject(&arena, value, &subject), IW_OK);
        if (!iw_span_equal(subject.base, iw_span_of(subjects[i].base)) ||
            subject.reply != subjects[i].reply)
            fail_msg("%s: \"%.*s\"%s", subjects[i].subject, (int)subject.base.length,
                     subject.base.data, subject.reply ? ", a reply" : "");
        iw_arena_release(&arena);
        iw_exact_free(value);
    }
}

static const struct {
    const char *value;
    const char *date; /* as iw_write_date_time writes it; NULL: none */
} dates[] = {
    {"Mon, 7 Feb 1994 21:52:25 -0800", "\" 7-Feb-1994 21:52:25 -0800\""},
    {"7 Feb 1994 21:52 +0130", "\" 7-Feb-1994 21:52:00 +0130\""},
    {"Mon, 07 Feb 1994 21:52:25 -0800 (PST)", "\" 7-Feb-1994 21:52:25 -0800\""},
    {" (a) Mon (b) , 7\r\n (c) Feb 1994 21 : 52 : 25 +0000", "\" 7-Feb-1994 21:52:25 +0000\""},
    {"Monday, 7-FEB-94 21:52:25 GMT", "\" 7-Feb-1994 21:52:25 +0000\""},
    {"7 February 1994 21:52:25 EST", "\" 7-Feb-1994 21:52:25 -0500\""},
    {"7 Feb 49 1:2:3 pdt", "\" 7-Feb-2049 01:02:03 -0700\""},
    {"7 Feb 50 01:02:03 A", "\" 7-Feb-1950 01:02:03 +0000\""},
    {"7 Feb 101 01:02:03 UT", "\" 7-Feb-2001 01:02:03 +0000\""},
    {"7 Feb 1994 23:59:60 +0000", "\" 7-Feb-1994 23:59:59 +0000\""},
    {"29 Feb 2000 00:00:00 +0000", "\"29-Feb-2000 00:00:00 +0000\""},
    /* a zone that is none */
    {"7 Feb 1994 21:52:25", "\" 7-Feb-1994 21:52:25 +0000\""},
    {"7 Feb 1994 21:52:25 +99999", "\" 7-Feb-1994 21:52:25 +0000\""},
    {"7 Feb 1994 21:52:25 +0160", "\" 7-Feb-1994 21:52:25 +0000\""},
    {"7 Feb 1994 21:52:25 +01", "\" 7-Feb-1994 21:52:25 +0000\""},
    {"7 Feb 1994 21:52:25 XYZ", "\" 7-Feb-1994 21:52:25 +0000\""},
    /* a time that is none */
    {"7 Feb 1994", "\" 7-Feb-1994 00:00:00 +0000\""},
    {"7 Feb 1994 24:00:00 +0100", "\" 7-Feb-1994 00:00:00 +0000\""},
    {"7 Feb 1994 23:60:00 +0100", "\" 7-Feb-1994 00:00:00 +0000\""},
    {"7 Feb 1994 23:00:61 +0100", "\" 7-Feb-1994 00:00:00 +0000\""},
    {"7 Feb 1994 23 +0100", "\" 7-Feb-1994 00:00:00 +0000\""},
    /* no date */
    {"", NULL},
    {"Mon", NULL},
    {"7 Foo 1994 00:00:00 +0000", NULL},
    {"0 Feb 1994 00:00:00 +0000", NULL},
    {"30 Feb 1994 00:00:00 +0000", NULL},
    {"29 Feb 1900 00:00:00 +0000", NULL},
    {"32 Jan 1994 00:00:00 +0000", NULL},
    {"7 Feb 1 00:00:00 +0000", NULL},
    {"7 Feb 0000 00:00:00 +0000", NULL},
    {"7 Feb 10000 00:00:00 +0000", NULL},
    {"1994-02-07T21:52:25Z", NULL},
};

static void test_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct iw_span value = iw_exact_copy(iw_span_of(dates[i].value));
        struct iw_date date;
        struct iw_buf out;
        iw_buf_init(&out, NULL, 100);
        bool read = iw_mime_parse_date(value, &date);
        if (read)
            iw_write_date_time(&out, &date);
        if (read != (dates[i].date != NULL) ||
            (read && strcmp(iw_buf_string(&out), dates[i].date) != 0))
            fail_msg("%s: %s", dates[i].value, read ? iw_buf_string(&out) : "none");
        iw_buf_release(&out);
        iw_exact_free(value);
    }
}

static const struct {
    const char *header;
    const char *id, *references; /* each with a SP behind it */
} headers[] = {
    {"", "", ""},
    {"Message-ID: <a@b>\r\n", "a@b ", ""},
    {"message-id: <a@b> <c@d>\r\n", "a@b ", ""},
    {"Message-ID: a@b\r\n", "", ""},
    {"Message-ID: <>\r\n", "", ""},
    {"Message-ID: <a>\r\n", "", ""},
    {"Message-ID: <a@b\r\n", "", ""},
    {"Message-ID: (<x@y>) < (z) \"a\".b (c) @ [d] >\r\n", "a.b@[d] ", ""},
    {"Message-ID: <\"01KF8\"@b>\r\n", "01KF8@b ", ""},
    {"Message-ID: <\"a>\"@b>\r\n", "a>@b ", ""},
    {"Message-ID: <a@<c@d>\r\n", "c@d ", ""},
    {"References: <a@b>\r\n <c@d>garbage <e@f>\r\nIn-Reply-To: <g@h>\r\n", "", "a@b c@d e@f "},
    {"References: garbage\r\nIn-Reply-To: your <g@h> <i@j>\r\n", "", "g@h "},
    {"In-Reply-To: <Abc@d>\r\n", "", "Abc@d "},
};

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct iw_arena arena;
        struct iw_span id, header = iw_exact_copy(iw_span_of(headers[i].header));
        struct iw_mime_ids references;
        struct iw_buf out;
        iw_arena_init(&arena, NULL, 1 << 20);
        iw_buf_init(&out, NULL, 1000);
        assert_int_equal(iw_mime_message_id(&arena, header, &id), IW_OK);
        assert_int_equal(iw_mime_references(&arena, header, &references), IW_OK);
        iw_buf_add(&out, id);
        iw_buf_add_string(&out, id.data == NULL ? "" : " ");
        if (strcmp(iw_buf_string(&out), headers[i].id) != 0)
            fail_msg("%sid: %s", headers[i].header, iw_buf_string(&out));
        iw_buf_clear(&out);
        for (size_t j = 0; j < references.count; j++) {
            iw_buf_add(&out, references.members[j]);
            iw_buf_add_char(&out, ' ');
        }
        if (strcmp(iw_buf_string(&out), headers[i].references) != 0)
            fail_msg("%sreferences: %s", headers[i].header, iw_buf_string(&out));
        iw_buf_release(&out);
        iw_arena_release(&arena);
        iw_exact_free(header);
    }
}

static const struct {
    const char *header, *mailbox, *display, *subject;
} keys[] = {
    {"", "", "", ""},
    {"From: Zoe <alice@x>\r\nSubject: Re: Alpha\r\n", "ALICE", "ZOE", "ALPHA"},
    {"From: <bob@x>, c@d\r\nSubject:\r\n", "BOB", "BOB@X", ""},
    {"From: =?UTF-8?Q?M=C3=ADa?= <carl@x>\r\n", "CARL",
     "MI\xcc\x81"
     "A",
     ""},
    {"From: \"\" <abe@x>\r\n", "ABE", "ABE@X", ""},
    {"From: group: a@b;\r\n", "GROUP", "GROUP", ""},
    {"From:\r\nSubject: =?utf-8?q?=C3=A4?=\r\n", "", "", "A\xcc\x88"},
};

static void check_key(size_t row, const char *what, struct iw_span key, const char *expected)
{
    if (key.data == NULL || !iw_span_equal(key, iw_span_of(expected)))
        fail_msg("row %zu, %s: %.*s", row, what, (int)key.length, key.data);
}

static void test_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct iw_arena arena;
        struct iw_span key, header = iw_exact_copy(iw_span_of(keys[i].header));
        struct iw_mime_subject subject;
        iw_arena_init(&arena, NULL, 1 << 20);
        assert_int_equal(
            iw_mime_sort_mailbox(&arena, IW_COLLATION_UNICODE, header, IW_SPAN("From"), &key),
            IW_OK);
        check_key(i, "mailbox", key, keys[i].mailbox);
        assert_int_equal(
            iw_mime_sort_display(&arena, IW_COLLATION_UNICODE, header, IW_SPAN("From"), &key),
            IW_OK);
        check_key(i, "display", key, keys[i].display);
        assert_int_equal(iw_mime_sort_subject(&arena, IW_COLLATION_UNICODE, header, &subject),
                         IW_OK);
        check_key(i, "subject", subject.base, keys[i].subject);
        iw_arena_release(&arena);
        iw_exact_free(header);
    }
}

static enum iw_result read_all_keys(struct iw_arena *arena, struct iw_span header)
{
    struct iw_span key;
    struct iw_mime_subject subject;
    struct iw_mime_ids ids;
    enum iw_result result =
        iw_mime_sort_mailbox(arena, IW_COLLATION_UNICODE, header, IW_SPAN("From"), &key);
    if (result == IW_OK)
        result = iw_mime_sort_display(arena, IW_COLLATION_UNICODE, header, IW_SPAN("From"), &key);
    if (result == IW_OK)
        result = iw_mime_sort_subject(arena, IW_COLLATION_UNICODE, header, &subject);
    if (result == IW_OK)
        result = iw_mime_message_id(arena, header, &key);
    return result == IW_OK ? iw_mime_references(arena, header, &ids) : result;
}

static void test_no_memory(void **state)
{
    (void)state;
    struct iw_span header = IW_SPAN("From: A <b@c>\r\nSubject: Re: a\r\nMessage-ID: <d@e>\r\n"
                                    "References: <f@g> <h@i>\r\n");
    bool failed = true;
    for (size_t i = 0; failed; i++) {
        struct iw_failing_alloc failing;
        struct iw_arena arena;
        iw_failing_alloc_init(&failing, i);
        iw_arena_init(&arena, &failing.alloc, 1 << 20);
        enum iw_result result = read_all_keys(&arena, header);
        failed = failing.failed;
        assert_int_equal(result, failed ? IW_NO_MEMORY : IW_OK);
        iw_arena_release(&arena);
        assert_int_equal(failing.blocks, 0);
    }
}

#define MULTI "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
#define HTML  "Content-Type: text/html\r\n\r\n"
#define LONG  "0123456789 0123456789 0123456789 0123456789 "

static const struct {
    const char *why, *message, *preview;
} previews[] = {
    {"nothing", "", ""},
    {"an empty body", "Subject: a\r\n\r\n", ""},
    {"blanks alone", "\r\n \r\n\t\r\n", ""},
    {"plain", "\r\n  Hello,\r\n\r\nJoe.\r\n", "Hello, Joe."},
    {"decoded",
     "Content-Type: text/plain; charset=iso-8859-1\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9=20=\r\nau lait",
     "caf\xc3\xa9 au lait"},
    {"a picture", "Content-Type: image/png\r\n\r\nabc", ""},
    {"plain before html", MULTI "--x\r\n" HTML "a\r\n--x\r\n\r\nb\r\n--x--", "b"},
    {"no attachment",
     MULTI "--x\r\nContent-Disposition: attachment\r\n\r\na\r\n--x\r\n" HTML "b\r\n", "b"},
    {"html",
     HTML
     "<html><head><title>x</title><style>y{}</style></head><body class=\"a\">"
     "<p>Hel<b>l</b>o,<br/>Joe &amp; &lt;&#70;red&#x3e;&nbsp;&foo;</p><script>z</script></body>",
     "Hello, Joe & <Fred> ?"},
    {"html that is none", HTML "a & b; c <d", "a b; c"},
    {"at most 200 characters", "\r\n" LONG LONG LONG LONG LONG LONG,
     LONG LONG LONG LONG "0123456789 0123456789 01"},
    {"characters, not octets", "Content-Type: text/plain; charset=utf-8\r\n\r\n\xe2\x82\xac",
     "\xe2\x82\xac"},
};

static void test_previews(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof previews / sizeof *previews; i++) {
        struct iw_arena arena;
        struct iw_mime_message message;
        struct iw_buf out;
        struct iw_span octets = iw_exact_copy(iw_span_of(previews[i].message));
        iw_arena_init(&arena, NULL, 1 << 20);
        iw_buf_init(&out, NULL, 1000);
        assert_int_equal(iw_mime_parse(&arena, octets, &message), IW_OK);
        iw_mime_preview(&out, &message);
        if (strcmp(iw_buf_string(&out), previews[i].preview) != 0)
            fail_msg("%s: %s", previews[i].why, iw_buf_string(&out));
        iw_buf_release(&out);
        iw_arena_release(&arena);
        iw_exact_free(octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subjects),  cmocka_unit_test(test_dates),
        cmocka_unit_test(test_ids),       cmocka_unit_test(test_keys),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_previews),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
