/* SPDX-License-Identifier: MIT */
/* A wait that a signal handler ends. */
#include "net/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include <cmocka.h>

enum { PATIENCE_MS = 5000, SOON_US = 20 * 1000 };

static struct iw_bell *alarm_bell; /* a signal handler has no other way to it */

static void on_alarm(int signal)
{
    (void)signal;
    iw_bell_ring(alarm_bell);
}

static void ring_soon(struct iw_bell *bell)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval soon = {.it_value = {.tv_usec = SOON_US}};
    alarm_bell = bell;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
}

static enum iw_result read_one(struct iw_wire *wire)
{
    char room[1];
    size_t got = 0;
    return iw_wire_read(wire, room, sizeof room, &got, PATIENCE_MS, NULL);
}

static void test_a_signal_handler_ends_a_wait(void **state)
{
    (void)state;
    struct iw_bell *bell = iw_bell_new();
    struct iw_wire *wire = iw_wire_child("cat", NULL);
    assert_non_null(bell);
    assert_non_null(wire);
    iw_wire_heed(wire, bell);
    uint64_t begun = iw_clock_ms();
    ring_soon(bell);
    assert_int_equal(read_one(wire), IW_CANCELLED);
    assert_true(iw_clock_ms() - begun < PATIENCE_MS);
    assert_int_equal(read_one(wire), IW_CANCELLED);
    assert_int_equal(iw_wire_write(wire, IW_SPAN("x"), PATIENCE_MS, NULL), IW_CANCELLED);
    iw_bell_hush(bell);
    assert_int_equal(iw_wire_write(wire, IW_SPAN("x"), PATIENCE_MS, NULL), IW_OK);
    assert_int_equal(read_one(wire), IW_OK);
    iw_wire_heed(wire, NULL);
    iw_bell_free(bell);
    iw_wire_close(wire);
}

/* A write to someone who does not read is a wait too. */
static void test_a_write_that_waits_ends(void **state)
{
    (void)state;
    static const char octets[8 * 1024 * 1024];
    struct iw_bell *bell = iw_bell_new();
    struct iw_wire *wire = iw_wire_child("exec sleep 10", NULL);
    assert_non_null(wire);
    iw_wire_heed(wire, bell);
    ring_soon(bell);
    struct iw_span all = iw_span(octets, sizeof octets);
    assert_int_equal(iw_wire_write(wire, all, PATIENCE_MS, NULL), IW_CANCELLED);
    iw_wire_close(wire);
    iw_bell_free(bell);
}

static void test_a_bell_stays_rung_until_it_is_hushed(void **state)
{
    (void)state;
    struct iw_bell *bell = iw_bell_new();
    assert_false(iw_bell_rung(bell));
    errno = 77;
    iw_bell_ring(bell);
    iw_bell_ring(bell);
    assert_int_equal(errno, 77);
    assert_true(iw_bell_rung(bell));
    iw_bell_hush(bell);
    assert_false(iw_bell_rung(bell));
    iw_bell_hush(bell);
    iw_bell_free(bell);
    assert_false(iw_bell_rung(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_signal_handler_ends_a_wait),
        cmocka_unit_test(test_a_write_that_waits_ends),
        cmocka_unit_test(test_a_bell_stays_rung_until_it_is_hushed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
