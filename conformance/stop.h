/* SPDX-License-Identifier: MIT */
/* SIGINT and SIGTERM end a run in good order: what is going on is cut off, what was made is
 * removed, the reports are written. */
#ifndef IW_CONFORMANCE_STOP_H
#define IW_CONFORMANCE_STOP_H

#include "net/loop.h"

struct iw_stop {
    bool asked;                  /* a signal has come */
    void (*stop)(void *context); /* called when one comes; NULL: nothing is going on */
    void *context;
};

/* stop must live as long as the loop. */
void iw_stop_on_signals(struct iw_stop *stop, struct iw_loop *loop);

#endif
