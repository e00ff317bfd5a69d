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

/* Work that can be cut off. */
struct iw_work {
    struct iw_loop *loop;
    unsigned run_ms; /* it is stopped when it takes longer; 0: it may take as long as it likes */
    void (*begin)(void *context);
    void (*stop)(void *context); /* leaves nothing going on */
    void *context;
    const unsigned *busy; /* how much is going on; 0: the work is done, the loop may return */
};

/* Begins the work and runs the loop until it is done, or stopped. */
void iw_stop_work(struct iw_stop *stop, const struct iw_work *work);

#endif
