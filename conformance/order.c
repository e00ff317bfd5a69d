/* SPDX-License-Identifier: MIT */
#include "conformance/order.h"

#include "conformance/use.h"

#include <stdlib.h>

static struct iw_order_item item_of(const struct iw_suite *suite, size_t index,
                                    const struct iw_expectations *expectations, unsigned step_ms)
{
    const struct iw_scenario *scenario = suite->cases[index].scenario;
    const struct iw_use use = iw_use_of(scenario);
    struct iw_span reason;
    const bool known =
        iw_expectations_judge(expectations, scenario->id, IW_FAILED, &reason) == IW_XFAIL;
    const unsigned reply_ms = known && step_ms > IW_ORDER_KNOWN_MS ? IW_ORDER_KNOWN_MS : step_ms;
    return (struct iw_order_item){.index = index,
                                  .alone = use.alone,
                                  .connections = iw_use_connections(&use),
                                  .reply_ms = reply_ms,
                                  .wait_ms = use.silent_ms + (known ? reply_ms : 0)};
}

static int compare(const void *a, const void *b)
{
    const struct iw_order_item *left = a, *right = b;
    if (left->alone != right->alone)
        return left->alone ? 1 : -1;
    if (left->wait_ms != right->wait_ms)
        return left->wait_ms > right->wait_ms ? -1 : 1;
    return left->index < right->index ? -1 : 1;
}

void iw_order_make(struct iw_order_item *items, const struct iw_suite *suite,
                   const struct iw_expectations *expectations, unsigned step_ms)
{
    for (size_t i = 0; i < suite->count; i++)
        items[i] = item_of(suite, i, expectations, step_ms);
    if (suite->count > 0)
        qsort(items, suite->count, sizeof *items, compare);
}

bool iw_order_may_begin(const struct iw_order_item *item, const struct iw_order_now *now,
                        unsigned connections_max)
{
    if (now->cases == 0)
        return true;
    return !now->alone && !item->alone && now->connections + item->connections <= connections_max;
}
