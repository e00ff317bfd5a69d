/* SPDX-License-Identifier: MIT */
/* The time. Only net/ and its users ask for it; pure code gets it as an argument. */
#ifndef IW_NET_CLOCK_H
#define IW_NET_CLOCK_H

#include <stdint.h>

/* Milliseconds of a steady clock. */
uint64_t iw_clock_ms(void);
/* Seconds since 1970 (UTC). */
int64_t iw_clock_unix(void);

/* Deadlines in iw_clock_ms. A negative timeout never ends: UINT64_MAX. */
uint64_t iw_deadline(int timeout_ms);
/* What is left, at least 0; -1 when it never ends. */
int iw_deadline_left(uint64_t deadline);

#endif
