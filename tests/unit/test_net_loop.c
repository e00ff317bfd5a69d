/* SPDX-License-Identifier: MIT */
/* Timers, signals and child processes of the loop. */
#include "base/buf.h"
#include "net/clock.h"
#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_MS = 5000, PROMPT_MS = 2000, LARGE_OCTETS = 96 * 1024 * 1024 };

/* ---- timers ---- */

struct timers {
    struct iw_loop *loop;
    struct iw_timer *a, *b, *never;
    char order[8];
};

static void on_a(void *context)
{
    struct timers *timers = context;
    timers->order[strlen(timers->order)] = 'a';
    if (strlen(timers->order) < 3) {
        iw_timer_set(timers->a, iw_loop_now(timers->loop) + 20);
        return;
    }
    iw_timer_free(timers->a); /* in its own callback */
    iw_timer_free(timers->never);
}

static void on_b(void *context)
{
    struct timers *timers = context;
    timers->order[strlen(timers->order)] = 'b';
    iw_timer_set(timers->b, UINT64_MAX);
}

static void on_never(void *context)
{
    (void)context;
    fail_msg("this timer was unset");
}

static void test_timers_fire_in_order(void **state)
{
    (void)state;
    struct timers timers = {.loop = iw_loop_new(NULL)};
    timers.a = iw_timer_new(timers.loop, on_a, &timers);
    timers.b = iw_timer_new(timers.loop, on_b, &timers);
    timers.never = iw_timer_new(timers.loop, on_never, &timers);
    uint64_t begin = iw_loop_now(timers.loop);
    iw_timer_set(timers.never, begin);
    iw_timer_set(timers.never, UINT64_MAX);
    iw_timer_set(timers.b, begin + 1);
    iw_timer_set(timers.b, begin + 10); /* replaces */
    iw_timer_set(timers.a, 0);          /* the past is now */
    iw_loop_run(timers.loop);           /* until nothing is left to wait for */
    assert_string_equal(timers.order, "aba");
    assert_in_range(iw_loop_now(timers.loop) - begin, 20, GUARD_MS);
    iw_timer_free(timers.b);
    iw_loop_free(timers.loop);
}

/* ---- signals ---- */

struct signals {
    struct iw_loop *loop;
    int seen;
};

static void raise_both(void *context)
{
    (void)context;
    raise(SIGINT);
    raise(SIGTERM);
}

static void on_signal(void *context, int number)
{
    struct signals *signals = context;
    signals->seen |= number == SIGTERM ? 1 : number == SIGINT ? 2 : 4;
    if (signals->seen == 3)
        iw_loop_stop(signals->loop);
}

static void test_signals_are_told_and_keep_nothing_alive(void **state)
{
    (void)state;
    struct signals signals = {.loop = iw_loop_new(NULL)};
    iw_loop_on_signal(signals.loop, on_signal, &signals);
    iw_loop_run(signals.loop); /* returns: a signal is nothing to wait for */
    struct iw_timer *guard = iw_timer_new(signals.loop, on_never, NULL);
    struct iw_timer *soon = iw_timer_new(signals.loop, raise_both, NULL);
    iw_timer_set(guard, iw_loop_now(signals.loop) + GUARD_MS);
    iw_timer_set(soon, 0);
    iw_loop_run(signals.loop);
    assert_int_equal(signals.seen, 3);
    iw_timer_free(guard);
    iw_timer_free(soon);
    iw_loop_free(signals.loop);
}

/* ---- child processes ---- */

struct run {
    struct iw_loop *loop;
    struct iw_child *child;
    struct iw_timer *guard, *kill;
    struct iw_buf output;
    struct iw_child_exit exit;
    bool exited;
    int kill_on_output; /* the signal, once; 0: none */
};

static void on_output(void *context, struct iw_child *child, struct iw_span octets)
{
    struct run *run = context;
    assert_false(run->exited);
    iw_buf_add(&run->output, octets);
    if (run->kill_on_output != 0)
        iw_child_kill(child, run->kill_on_output);
    run->kill_on_output = 0;
}

static void on_exited(void *context, struct iw_child *child, const struct iw_child_exit *how)
{
    struct run *run = context;
    assert_ptr_equal(child, run->child);
    run->exited = true;
    run->exit = *how;
    iw_timer_free(run->guard);
}

static const struct iw_child_events child_events = {.output = on_output, .exited = on_exited};

/* Runs a program to its end; the output is the caller's to release. */
static struct run run_program(const char *const *argv, const char *const *environment, int signal)
{
    struct run run = {.loop = iw_loop_new(NULL), .kill_on_output = signal};
    iw_buf_init(&run.output, NULL, 1 << 20);
    run.guard = iw_timer_new(run.loop, on_never, NULL);
    iw_timer_set(run.guard, iw_loop_now(run.loop) + GUARD_MS);
    run.child = iw_child_spawn(run.loop, argv, environment, &child_events, &run, NULL);
    assert_non_null(run.child);
    iw_loop_run(run.loop);
    assert_true(run.exited);
    iw_loop_free(run.loop);
    return run;
}

static struct run run_shell(const char *script, const char *const *environment, int signal)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    return run_program(argv, environment, signal);
}

struct shell_row {
    const char *script;
    int kill; /* at the first output */
    const char *output;
    int status, signal;
};

static const struct shell_row shell_rows[] = {
    {"exit 0", 0, "", 0, 0},
    {"exit 89", 0, "", 89, 0},
    {"echo out; echo err >&2; echo out", 0, "out\nerr\nout\n", 0, 0},
    {"cat; echo end of stdin", 0, "end of stdin\n", 0, 0},
    {"kill -SEGV $$", 0, "", 0, SIGSEGV},
    {"exec 1>&- 2>&-; sleep 0.02; exit 7", 0, "", 7, 0},
    {"echo up; exec sleep 20", SIGTERM, "up\n", 0, SIGTERM},
    {"trap '' TERM; echo up; sleep 20 & sleep 20", SIGKILL, "up\n", 0, SIGKILL},
    {"trap 'echo down; exit 3' TERM; sleep 20 & echo up; wait", SIGTERM, "up\ndown\n", 3, 0},
    {"sleep 20 & echo left behind; exit 4", 0, "left behind\n", 4, 0},
};

static void test_a_childs_end_and_output_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shell_rows / sizeof *shell_rows; i++) {
        const struct shell_row *row = &shell_rows[i];
        print_message("%s\n", row->script);
        uint64_t begin = iw_clock_ms();
        struct run run = run_shell(row->script, NULL, row->kill);
        assert_string_equal(iw_buf_string(&run.output), row->output);
        assert_int_equal(run.exit.status, row->status);
        assert_int_equal(run.exit.signal, row->signal);
        assert_in_range(iw_clock_ms() - begin, 0, PROMPT_MS);
        iw_buf_release(&run.output);
    }
}

static void test_the_environment_is_ours_with_additions(void **state)
{
    static const char *const environment[] = {"IW_A=new", "IW_C=", NULL};
    static const char *const argv[] = {"env", NULL};
    (void)state;
    setenv("IW_A", "old", 1);
    setenv("IW_B", "kept", 1);
    setenv("IW_AA", "kept", 1);
    struct run run = run_program(argv, environment, 0);
    const char *output = iw_buf_string(&run.output);
    assert_non_null(strstr(output, "IW_A=new\n"));
    assert_null(strstr(output, "IW_A=old\n"));
    assert_non_null(strstr(output, "IW_B=kept\n"));
    assert_non_null(strstr(output, "IW_AA=kept\n"));
    assert_non_null(strstr(output, "IW_C=\n"));
    iw_buf_release(&run.output);
}

/* Whoever of the group lives holds the inherited end of a pipe open. */
static void test_nothing_of_the_group_stays(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct run run = run_shell("sleep 20 & sleep 20 & exit 0", NULL, 0);
    close(ends[1]);
    struct pollfd poller = {.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&poller, 1, PROMPT_MS), 1);
    assert_true(poller.revents & POLLHUP);
    close(ends[0]);
    iw_buf_release(&run.output);
}

static void test_the_peak_is_of_the_largest_process(void **state)
{
    (void)state;
    struct run small = run_shell("exit 0", NULL, 0);
    struct run large =
        run_shell("head -c 100663296 /dev/zero | tail -c 100663296 | wc -c", NULL, 0);
    print_message("%zu KiB, %zu KiB\n", (size_t)small.exit.peak_octets / 1024,
                  (size_t)large.exit.peak_octets / 1024);
    assert_in_range(small.exit.peak_octets, 1, LARGE_OCTETS - 1);
    assert_in_range(large.exit.peak_octets, LARGE_OCTETS, 2 * LARGE_OCTETS);
    iw_buf_release(&small.output);
    iw_buf_release(&large.output);
}

static void test_a_program_that_is_not_there_is_named(void **state)
{
    static const char *const argv[] = {"/nonexistent/client", "--host", NULL};
    (void)state;
    struct iw_loop *loop = iw_loop_new(NULL);
    struct iw_error error = {0};
    assert_null(iw_child_spawn(loop, argv, NULL, &child_events, NULL, &error));
    assert_int_equal(error.code, IW_SYSTEM);
    assert_string_equal(error.detail, "cannot run /nonexistent/client: no such file or directory");
    iw_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers_fire_in_order),
        cmocka_unit_test(test_signals_are_told_and_keep_nothing_alive),
        cmocka_unit_test(test_a_childs_end_and_output_are_told),
        cmocka_unit_test(test_the_environment_is_ours_with_additions),
        cmocka_unit_test(test_nothing_of_the_group_stays),
        cmocka_unit_test(test_the_peak_is_of_the_largest_process),
        cmocka_unit_test(test_a_program_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
