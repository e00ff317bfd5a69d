/* SPDX-License-Identifier: MIT */
/* imaplib's utility functions: INTERNALDATE in both directions, FLAGS, and Int2AP.
 *
 * Local time is the machine's, by TZ as it stands at the call. */
#ifndef IW_CLIENT_INTERNALDATE_H
#define IW_CLIENT_INTERNALDATE_H

#include "base/span.h"

enum { IW_INTERNALDATE_SIZE = 40, IW_INT2AP_SIZE = 17 };

/* Python's time tuple: year, month (1 to 12), day, hour, minute, second, weekday (0 is Monday), day
 * of the year (1 to 366), and daylight saving time: 1 yes, 0 no, -1 unknown. */
enum { IW_TIME_TUPLE = 9 };

/* The INTERNALDATE in a FETCH response, the last one of its first line, as local time, and as UTC.
 * False: there is none. Days and times beyond their range count on, as in imaplib. */
bool iw_internaldate2tuple(const char *response, size_t length, int tuple[IW_TIME_TUPLE]);
bool iw_internaldate2utc(const char *response, size_t length, int tuple[IW_TIME_TUPLE]);

/* DQUOTE "DD-Mmm-YYYY HH:MM:SS +HHMM" DQUOTE, of seconds since 1970-01-01T00:00:00Z, in local time.
 * False: the year would leave 1 to 9999. */
bool iw_time2internaldate(int64_t seconds, char text[IW_INTERNALDATE_SIZE]);
/* Of a local time. False also when it has no such month or day. */
bool iw_tuple2internaldate(const int tuple[IW_TIME_TUPLE], char text[IW_INTERNALDATE_SIZE]);

/* The flags of a FETCH or FLAGS response: where each begins and how long it is, for the first
 * `most` of them. Their number in all. */
size_t iw_parseflags(const char *response, size_t length, struct iw_span *flags, size_t most);

/* The number in letters "A" to "P", the highest digit first; its magnitude when it is negative. */
void iw_int2ap(int64_t number, char letters[IW_INT2AP_SIZE]);

#endif
