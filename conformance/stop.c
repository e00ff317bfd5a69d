/* SPDX-License-Identifier: MIT */
#include "conformance/stop.h"

static void on_signal(void *context, int signal)
{
    struct iw_stop *stop = context;
    (void)signal;
    stop->asked = true;
    if (stop->stop != NULL)
        stop->stop(stop->context);
}

void iw_stop_on_signals(struct iw_stop *stop, struct iw_loop *loop)
{
    *stop = (struct iw_stop){0};
    iw_loop_on_signal(loop, on_signal, stop);
}

void iw_stop_work(struct iw_stop *stop, const struct iw_work *work)
{
    struct iw_timer *timer = iw_timer_new(work->loop, work->stop, work->context);
    if (timer != NULL && work->run_ms > 0)
        iw_timer_set(timer, iw_loop_now(work->loop) + work->run_ms);
    stop->context = work->context;
    stop->stop = work->stop;
    if (stop->asked)
        work->stop(work->context);
    work->begin(work->context);
    while (*work->busy > 0) /* a stop from before may end the loop early */
        iw_loop_run(work->loop);
    stop->stop = NULL;
    if (timer != NULL)
        iw_timer_free(timer);
}
