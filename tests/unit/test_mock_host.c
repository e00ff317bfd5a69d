/* SPDX-License-Identifier: MIT */
/* What a host does not let one client do to it and to the others. */
#include "tests/lib/mock_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_held_connection_waits_and_others_do_not(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned held = iw_talk_open_inbox(&talk);
    unsigned other = iw_talk_open_inbox(&talk);
    assert_true(iw_host_hold(talk.host, held, true));
    assert_string_equal(iw_talk_say(&talk, held, "a NOOP\nb NOOP\n"), "");
    assert_string_equal(iw_talk_say(&talk, other, "a NOOP\n"), "a OK done\n");
    assert_string_equal(iw_talk_wait(&talk, held, 100000), "");
    assert_true(iw_host_hold(talk.host, held, false));
    assert_string_equal(iw_talk_say(&talk, held, "c NOOP\n"),
                        "a OK done\n|b OK done\n|c OK done\n");
    assert_false(iw_host_hold(talk.host, 99, true));
    iw_talk_end(&talk);
}

static void a_dialogue_cannot_be_held(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk,
                  "{'title':'x','start':'greeted','dialogue':['C: NOOP','S: OK','C: CHECK',"
                  "'S: OK']}",
                  0, false);
    unsigned conn = iw_talk_connect(&talk);
    assert_false(iw_host_hold(talk.host, conn, true));
    assert_string_equal(iw_talk_say(&talk, conn, "a NOOP\n"), "a OK done\n");
    iw_talk_end(&talk);
}

/* The octets would only be thrown away. */
static void no_leave_for_a_literal_over_the_limit(void **state)
{
    struct iw_mock_talk talk;
    (void)state;
    iw_talk_begin(&talk, NULL, 0, false);
    unsigned conn = iw_talk_open_inbox(&talk);
    assert_string_equal(iw_talk_say(&talk, conn, "a APPEND INBOX {67108865}\n"),
                        "a NO [TOOBIG] that literal is too large\n");
    assert_string_equal(iw_talk_say(&talk, conn, "b APPEND x {1}\n"), "+ go ahead\n");
    assert_string_equal(iw_talk_say(&talk, conn, "x {9223372036854775807}\n"),
                        "b NO [TOOBIG] that literal is too large\n");
    assert_string_equal(iw_talk_say(&talk, conn, "c APPEND INBOX {67108864}\n"), "+ go ahead\n");
    iw_talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_connection_waits_and_others_do_not),
        cmocka_unit_test(a_dialogue_cannot_be_held),
        cmocka_unit_test(no_leave_for_a_literal_over_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
