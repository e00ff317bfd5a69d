/* SPDX-License-Identifier: MIT */
/* Which thread a message belongs to (THREADID, RFC 8474 §5.2): the one that begins with the first
 * message it refers to. */
#ifndef IW_MOCKSERVER_ENGINE_THREAD_ID_H
#define IW_MOCKSERVER_ENGINE_THREAD_ID_H

#include "base/span.h"

/* From the message IDs alone: the same in every mailbox and every run. 0: the message has none, and
 * stands alone. */
uint64_t iw_thread_id(struct iw_span message);

#endif
