/* SPDX-License-Identifier: MIT */
/* The order of messages that SORT wants (RFC 5256 §3, RFC 5957, RFC 6203 §5). Strings compare by
 * i;unicode-casemap; messages that all keys find equal stand as in the mailbox. */
#ifndef IW_MOCKSERVER_ENGINE_ORDER_H
#define IW_MOCKSERVER_ENGINE_ORDER_H

#include "mockserver/engine/search.h"

/* The session may be asked for all of these. */
bool iw_order_is_known(const struct iw_run *run, const struct iw_sort_key *keys);

/* Sorts what was found. Memory is taken from the run's arena; the session's scratch arena is used.
 * False: no memory; then the order is as it was. */
bool iw_order(struct iw_run *run, const struct iw_sort_key *keys, struct iw_found *found);

/* The sent date in Unix seconds; without one the internal date (RFC 5256 §2.2). */
int64_t iw_sent_date(const struct iw_message *message);

#endif
