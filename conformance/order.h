/* SPDX-License-Identifier: MIT */
/* In which order a run plays its cases, and which of them at the same time.
 *
 * First come those that may be played side by side, what takes longest in front, so that none is
 * left waiting when the rest is done; then those that want the account for themselves, one by one.
 * Within that the order of the suite holds. It depends on the suite and what is expected alone, not
 * on how fast a server answers. */
#ifndef IW_CONFORMANCE_ORDER_H
#define IW_CONFORMANCE_ORDER_H

#include "conformance/expect.h"
#include "conformance/suite.h"

enum { IW_ORDER_KNOWN_MS = 1000 };

struct iw_order_item {
    size_t index; /* of the case in the suite */
    bool alone;
    unsigned connections;
    unsigned reply_ms; /* for one reply: less where it is known that none comes */
    unsigned wait_ms;  /* in which probably nothing happens */
};

/* Fills in suite->count items. What is expected to fail probably waits in vain, and so for
 * IW_ORDER_KNOWN_MS only: if it has been mended the answer comes at once. */
void iw_order_make(struct iw_order_item *items, const struct iw_suite *suite,
                   const struct iw_expectations *expectations, unsigned step_ms);

/* What is being played. */
struct iw_order_now {
    unsigned cases, connections;
    bool alone;
};

/* Whether the item may be played beside that; what needs more connections than there may be is
 * never asked for. */
bool iw_order_may_begin(const struct iw_order_item *item, const struct iw_order_now *now,
                        unsigned connections_max);

#endif
