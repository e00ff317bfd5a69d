/* SPDX-License-Identifier: MIT */
/* list-mailbox patterns (RFC 9051 §6.3.9). */
#ifndef IW_MOCKSERVER_ENGINE_PATTERN_H
#define IW_MOCKSERVER_ENGINE_PATTERN_H

#include "base/span.h"

enum { IW_PATTERN_NAME_MAX = 2000 };

/* "*" stands for any octets, "%" for any but "/"; INBOX is matched in any case. A name longer than
 * IW_PATTERN_NAME_MAX matches nothing. The time is the product of both lengths. */
bool iw_pattern_matches(struct iw_span pattern, struct iw_span name);

#endif
