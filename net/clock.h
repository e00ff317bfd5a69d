/* SPDX-License-Identifier: MIT */
/* The time. Only net/ and its users ask for it; pure code gets it as an argument. */
#ifndef IW_NET_CLOCK_H
#define IW_NET_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of a steady clock. */
uint64_t iw_clock_ms(void);
/* Seconds since 1970 (UTC). */
int64_t iw_clock_unix(void);

/* Deadlines in iw_clock_ms. A negative timeout never ends: UINT64_MAX. */
uint64_t iw_deadline(int timeout_ms);
/* What is left, at least 0; -1 when it never ends. */
int iw_deadline_left(uint64_t deadline);

/* The machine's zone (TZ, as it stands now) at that instant: seconds east of UTC, and whether it is
 * daylight saving time. False: the system does not know. */
bool iw_clock_zone(int64_t unix_seconds, long *east, bool *summer);
/* The same when the local clock shows so many seconds since 1970-01-01 00:00:00. summer: 1 yes, 0
 * no, negative unknown. */
bool iw_clock_zone_of_local(int64_t shown, int summer, long *east);

#endif
