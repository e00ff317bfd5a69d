/* SPDX-License-Identifier: MIT */
/* date-time and date (RFC 9051 §9). */
#ifndef IW_PARSER_DATE_H
#define IW_PARSER_DATE_H

#include "base/buf.h"
#include "parser/reader.h"

struct iw_date {
    uint16_t year;  /* 1 to 9999 */
    uint8_t month;  /* 1 to 12 */
    uint8_t day;    /* 1 to the month's last */
    uint8_t hour;   /* 0 to 23 */
    uint8_t minute; /* 0 to 59 */
    uint8_t second; /* 0 to 59: leap seconds are refused, no clock of a mail store has them */
    int16_t zone;   /* minutes east of UTC, -5999 to 5999 */
};

/* The grammar's zone is four digits, hhmm: minutes stay below 60, hours may go up to 99. -0000 is
 * read as +0000. Month names are read in any case and written as in RFC 9051. */

/* date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
 * With IW_LENIENT_DATE_NIL and IW_LENIENT_DATE_ZERO there may be none: then all fields are 0. */
enum iw_result iw_parse_date_time(struct iw_reader *reader, struct iw_date *date);
void iw_write_date_time(struct iw_buf *out, const struct iw_date *date);

/* date = date-text / DQUOTE date-text DQUOTE; the time fields are 0 */
enum iw_result iw_parse_date(struct iw_reader *reader, struct iw_date *date);
/* Without quotes. */
void iw_write_date(struct iw_buf *out, const struct iw_date *date);

/* Proleptic Gregorian, seconds since 1970-01-01T00:00:00Z; negative before. */
int64_t iw_date_to_unix(const struct iw_date *date);
/* The date and time shown by a clock in that zone. False when the year would leave 1 to 9999, or
 * the zone its range. */
bool iw_date_from_unix(int64_t seconds, int16_t zone, struct iw_date *date);

#endif
