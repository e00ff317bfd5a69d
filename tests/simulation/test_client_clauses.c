/* SPDX-License-Identifier: MIT */
/* Clauses about clients that a scenario cannot show, since they are about what the caller gets to
 * see. Each test has the name of its clause; tests/client_clauses.json names them. */
#include "client/extensions.h"
#include "tests/lib/fake_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void check_data(const struct iw_imap_result *result, const char *shown)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, 1 << 16);
    iw_fake_show(&text, result);
    assert_string_equal(iw_buf_string(&text), shown);
    iw_buf_release(&text);
}

static void check_kept(struct iw_imap *imap, const char *name, const char *shown)
{
    struct iw_imap_result result;
    assert_int_equal(iw_imap_response(imap, name, &result), IW_IMAP_OK);
    check_data(&result, shown);
}

/* Nothing that came before the login is seen after it, but status texts. */
static void test_CL_CON_14(void **state)
{
    static const char *const replies[] = {
        "+ \r\n", /* to AUTHENTICATE only */
        "* LIST () \"/\" evil\r\n* 5 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n* SEARCH 1\r\n"
        "* OK [UIDVALIDITY 9] x\r\n* OK [ALERT] look\r\n# OK in\r\n",
        "* LIST () \"/\" INBOX\r\n# OK listed\r\n", NULL};
    static const char *const names[] = {"EXISTS", "FETCH", "SEARCH", "UIDVALIDITY"};
    struct iw_imap_result result;
    struct iw_fake_server fake;
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct iw_imap *imap = iw_fake_begin(&fake, NONAUTH);
        fake.replies = way == 0 ? replies + 1 : replies;
        enum iw_imap_outcome outcome =
            way == 0 ? iw_imap_login(imap, "u", "p", NULL)
                     : iw_imap_authenticate_as(imap, "EXTERNAL", "u", "p", NULL);
        assert_int_equal(outcome, IW_IMAP_OK);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            check_kept(imap, names[i], names[i]);
        check_kept(imap, "ALERT", "ALERT <>");
        assert_int_equal(iw_imap_list(imap, NULL, NULL, &result), IW_IMAP_OK);
        check_data(&result, "OK <() \"/\" INBOX>");
        iw_fake_end(imap, &fake);
    }
}

/* An ALERT reaches the caller, whatever response it comes in. */
static void test_CL_CON_16(void **state)
{
    static const char *const rows[] = {
        "* OK [ALERT] disk full\r\n# OK done\r\n",
        "# OK [ALERT] disk full\r\n",
        "# NO [ALERT] disk full\r\n",
    };
    struct iw_fake_server fake;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const replies[] = {rows[i], NULL};
        struct iw_imap_result result;
        struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
        fake.replies = replies;
        assert_in_range(iw_imap_noop(imap, &result), IW_IMAP_OK, IW_IMAP_NO);
        const struct iw_code *code = iw_imap_code(&result, "ALERT");
        if (code == NULL)
            fail_msg("row %zu: there is no code", i);
        assert_non_null(strstr(i == 0 ? "disk full" : result.data[0].text.data, "disk full"));
        iw_fake_end(imap, &fake);
    }
}

/* A new list of flags replaces the old, and RECENT is remembered. */
static void test_CL_RSP_07_and_08(void **state)
{
    static const char *const replies[] = {
        "* 3 EXISTS\r\n* 1 RECENT\r\n* FLAGS (\\Seen old)\r\n# OK [READ-WRITE] in\r\n",
        "* FLAGS (\\Seen \\Deleted $new)\r\n* 2 RECENT\r\n# OK done\r\n", NULL};
    struct iw_imap_result result;
    struct iw_fake_server fake;
    (void)state;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_OK);
    check_kept(imap, "FLAGS", "FLAGS <(\\Seen old)>");
    check_kept(imap, "RECENT", "RECENT <1>");
    assert_int_equal(iw_imap_noop(imap, &result), IW_IMAP_OK);
    check_kept(imap, "FLAGS", "FLAGS <(\\Seen \\Deleted $new)>");
    check_kept(imap, "RECENT", "RECENT <2>");
    iw_fake_end(imap, &fake);
}

/* MODIFIED names what was not stored, in OK and in NO. */
static void test_CL_RSP_33(void **state)
{
    static const struct {
        const char *reply;
        enum iw_imap_outcome outcome;
    } rows[] = {
        {"# OK [MODIFIED 7,9] done\r\n", IW_IMAP_OK},
        {"# NO [MODIFIED 7,9] done\r\n", IW_IMAP_NO},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const replies[] = {rows[i].reply, NULL};
        struct iw_imap_result result;
        struct iw_fake_server fake;
        struct iw_imap *imap = iw_fake_begin(&fake, SELECTED);
        fake.replies = replies;
        assert_int_equal(
            iw_imap_store_with(imap, true, "5:9", "UNCHANGEDSINCE 12", "+FLAGS", "\\Seen", &result),
            rows[i].outcome);
        assert_non_null(iw_imap_code(&result, "MODIFIED"));
        iw_fake_end(imap, &fake);
    }
}

/* Under IMAP4rev2 a quoted name is UTF-8, and "&" is only itself; before, it is modified UTF-7. */
static void test_CL_RSP_59(void **state)
{
    static const char *const replies[] = {"* CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE\r\n# OK x\r\n",
                                          "* LIST () \"/\" \"&ZeVnLA-\"\r\n# OK x\r\n",
                                          "* ENABLED IMAP4rev2\r\n# OK x\r\n",
                                          "* LIST () \"/\" \"日本 &ZeVnLA-\"\r\n# OK x\r\n", NULL};
    struct iw_imap_result result;
    struct iw_fake_server fake;
    (void)state;
    struct iw_imap *imap = iw_fake_begin(&fake, AUTH);
    fake.replies = replies;
    assert_int_equal(iw_imap_capability(imap, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_list(imap, NULL, NULL, &result), IW_IMAP_OK);
    struct iw_span name = iw_imap_mailbox_name(imap, result.responses[0].list.mailbox);
    assert_true(iw_span_equal(name, IW_SPAN("日本")));
    assert_int_equal(iw_imap_enable(imap, "IMAP4rev2", NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_list(imap, NULL, NULL, &result), IW_IMAP_OK);
    name = iw_imap_mailbox_name(imap, result.responses[0].list.mailbox);
    assert_true(iw_span_equal(name, IW_SPAN("日本 &ZeVnLA-")));
    iw_fake_end(imap, &fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_CL_CON_14),        cmocka_unit_test(test_CL_CON_16),
        cmocka_unit_test(test_CL_RSP_07_and_08), cmocka_unit_test(test_CL_RSP_33),
        cmocka_unit_test(test_CL_RSP_59),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
