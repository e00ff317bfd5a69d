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
