/* SPDX-License-Identifier: MIT */
/* Which mailboxes may be deleted: only those whose name says that we made them, long ago. */
#include "conformance/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { NOW = 0x60000000 };

static void test_name(void **state)
{
    (void)state;
    struct iw_target target;
    char name[IW_SCRATCH_NAME_MAX];
    iw_target_init(&target);
    iw_scratch_name(&target, NOW, 0x1c2b, name);
    assert_string_equal(name, "imapwright-60000000-1c2b");
    target.prefix = IW_SPAN("INBOX.");
    iw_scratch_name(&target, 5, 1, name);
    assert_string_equal(name, "INBOX.imapwright-00000005-1");
    iw_target_release(&target);
}

static void test_old(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *mailbox;
        bool old;
    } rows[] = {
        {"", "imapwright-5fff0000-1", true},
        {"", "imapwright-5fff0000-1/c3-M", true},
        {"", "imapwright-5ffff1f0-1", false}, /* 3600 s: an hour, not more */
        {"", "imapwright-5ffff1ef-1", true},
        {"", "imapwright-60000000-1", false},
        {"", "imapwright-70000000-1", false}, /* a clock that was wrong */
        {"", "imapwright-5fff0000", false},
        {"", "imapwright-5FFF0000-1", false},
        {"", "imapwright-5fff000-1", false},
        {"", "imapwright-notes", false},
        {"", "imapwright-5fff0000s-1", false},
        {"", "my/imapwright-5fff0000-1", false},
        {"", "IMAPWRIGHT-5fff0000-1", false},
        {"", "imapwright", false},
        {"", "INBOX", false},
        {"", "", false},
        {"INBOX.", "INBOX.imapwright-5fff0000-1", true},
        {"INBOX.", "imapwright-5fff0000-1", false},
        {"INBOX.", "INBOX", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_target target;
        iw_target_init(&target);
        target.prefix = iw_span_of(rows[i].prefix);
        if (iw_scratch_is_old(&target, iw_span_of(rows[i].mailbox), NOW) != rows[i].old)
            fail_msg("row %zu: %s", i, rows[i].mailbox);
        iw_target_release(&target);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_name), cmocka_unit_test(test_old)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
