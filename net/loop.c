/* SPDX-License-Identifier: MIT */
#include "net/loop_private.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

enum {
    PLAIN_CAP = 128 * 1024,  /* a chunk, and the record that the chunks before left unfinished */
    PACKED_CAP = 128 * 1024, /* a piece after deflate */
    CIPHER_CAP = 128 * 1024, /* the records for a piece of plain text, or a flight */
    FREE_MS = 60 * 1000      /* how long iw_loop_free waits for what is being closed */
};

struct iw_loop {
    uv_loop_t uv;
    uv_signal_t terminate, interrupt;
    void (*signalled)(void *context, int signal);
    void *signal_context;
    struct iw_scratch scratch;
};

struct iw_timer {
    uv_timer_t uv;
    void (*fired)(void *context);
    void *context;
};

/* ---- the loop ---- */

/* libuv writes without MSG_NOSIGNAL; it gives children the default back. */
static void ignore_broken_pipes(void)
{
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        action.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &action, NULL);
    }
}

struct iw_loop *iw_loop_new(struct iw_error *error)
{
    struct iw_loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    int code = uv_loop_init(&loop->uv);
    if (code < 0) {
        iw_failf(error, IW_SYSTEM, "cannot make an event loop: %s", uv_strerror(code));
        free(loop);
        return NULL;
    }
    ignore_broken_pipes();
    uv_signal_init(&loop->uv, &loop->terminate);
    uv_signal_init(&loop->uv, &loop->interrupt);
    iw_buf_init(&loop->scratch.plain, NULL, PLAIN_CAP);
    iw_buf_init(&loop->scratch.cipher, NULL, CIPHER_CAP);
    iw_buf_init(&loop->scratch.packed, NULL, PACKED_CAP);
    return loop;
}

static void on_free_deadline(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

/* Turns the loop until every handle that is being closed is closed. */
static void finish_closing(uv_loop_t *uv)
{
    uv_timer_t deadline;
    uv_timer_init(uv, &deadline);
    uv_timer_start(&deadline, on_free_deadline, FREE_MS, 0);
    uv_unref((uv_handle_t *)&deadline);
    uv_run(uv, UV_RUN_DEFAULT); /* returns at once when iw_loop_stop came after the last run */
    uv_run(uv, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&deadline, NULL);
    uv_run(uv, UV_RUN_DEFAULT);
}

void iw_loop_free(struct iw_loop *loop)
{
    if (loop == NULL)
        return;
    uv_close((uv_handle_t *)&loop->terminate, NULL);
    uv_close((uv_handle_t *)&loop->interrupt, NULL);
    finish_closing(&loop->uv);
    int code = uv_loop_close(&loop->uv);
    assert(code == 0 && "something of the loop is still open");
    (void)code;
    iw_buf_release(&loop->scratch.plain);
    iw_buf_release(&loop->scratch.cipher);
    iw_buf_release(&loop->scratch.packed);
    free(loop);
}

void iw_loop_run(struct iw_loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void iw_loop_stop(struct iw_loop *loop)
{
    uv_stop(&loop->uv);
}

uint64_t iw_loop_now(const struct iw_loop *loop)
{
    return uv_now(&loop->uv);
}

struct uv_loop_s *iw_loop_uv(struct iw_loop *loop)
{
    return &loop->uv;
}

struct iw_scratch *iw_loop_scratch(struct iw_loop *loop)
{
    return &loop->scratch;
}

/* ---- timers ---- */

struct iw_timer *iw_timer_new(struct iw_loop *loop, void (*fired)(void *context), void *context)
{
    struct iw_timer *timer = malloc(sizeof *timer);
    if (timer == NULL)
        return NULL;
    uv_timer_init(&loop->uv, &timer->uv);
    timer->uv.data = timer;
    timer->fired = fired;
    timer->context = context;
    return timer;
}

static void on_timer(uv_timer_t *uv)
{
    struct iw_timer *timer = uv->data;
    timer->fired(timer->context);
}

void iw_timer_set(struct iw_timer *timer, uint64_t at)
{
    uv_timer_stop(&timer->uv);
    if (at == UINT64_MAX)
        return;
    uint64_t now = uv_now(timer->uv.loop);
    uv_timer_start(&timer->uv, on_timer, at > now ? at - now : 0, 0);
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void iw_timer_free(struct iw_timer *timer)
{
    if (timer != NULL)
        uv_close((uv_handle_t *)&timer->uv, on_timer_closed);
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *uv, int number)
{
    struct iw_loop *loop = uv->data;
    loop->signalled(loop->signal_context, number);
}

void iw_loop_on_signal(struct iw_loop *loop, void (*fired)(void *context, int signal),
                       void *context)
{
    loop->signalled = fired;
    loop->signal_context = context;
    loop->terminate.data = loop;
    loop->interrupt.data = loop;
    uv_signal_start(&loop->terminate, on_signal, SIGTERM);
    uv_signal_start(&loop->interrupt, on_signal, SIGINT);
    uv_unref((uv_handle_t *)&loop->terminate);
    uv_unref((uv_handle_t *)&loop->interrupt);
}
