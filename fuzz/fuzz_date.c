/* SPDX-License-Identifier: MIT */
/* date-time and date, and seconds since 1970.
 *
 * Holds: what was read is in range; written and read again it is the same; from the seconds it
 * stands for comes the same date; and each number of seconds either has no date or one that stands
 * for it. An error's offset lies in the text.
 *
 * Input: a text, which is tried as a date-time and as a date; its first ten octets are tried as
 * seconds and a zone too. */
#include "fuzz/holds.h"
#include "fuzz/text_reader.h"

#include "parser/date.h"

#include <string.h>

typedef enum iw_result date_parser(struct iw_reader *reader, struct iw_date *date);
typedef void date_writer(struct iw_buf *out, const struct iw_date *date);

static bool same(const struct iw_date *a, const struct iw_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->zone == b->zone;
}

static void check_range(const struct iw_date *date)
{
    IW_HOLDS(date->year >= 1 && date->year <= 9999);
    IW_HOLDS(date->month >= 1 && date->month <= 12);
    IW_HOLDS(date->day >= 1 && date->day <= 31);
    IW_HOLDS(date->hour <= 23 && date->minute <= 59 && date->second <= 59);
    IW_HOLDS(date->zone >= -5999 && date->zone <= 5999);
}

static void check_seconds(const struct iw_date *date)
{
    struct iw_date again;
    check_range(date);
    IW_HOLDS(iw_date_from_unix(iw_date_to_unix(date), date->zone, &again));
    IW_HOLDS(same(date, &again));
}

static void check_written(const struct iw_date *date, date_parser *parse, date_writer *write)
{
    struct iw_buf out;
    struct iw_reader reader;
    struct iw_error error;
    struct iw_date again;
    iw_buf_init(&out, NULL, 100);
    write(&out, date);
    IW_HOLDS(!out.failed);
    iw_text_reader(&reader, iw_buf_span(&out), NULL, &error);
    IW_HOLDS(parse(&reader, &again) == IW_OK);
    IW_HOLDS(iw_text_read(&reader).length == out.length);
    IW_HOLDS(same(date, &again));
    iw_buf_release(&out);
}

static void check_text(struct iw_span text, date_parser *parse, date_writer *write)
{
    struct iw_reader reader;
    struct iw_error error;
    struct iw_date date;
    iw_text_reader(&reader, text, NULL, &error);
    enum iw_result result = parse(&reader, &date);
    IW_HOLDS(result == error.code);
    if (result != IW_OK) {
        IW_HOLDS(result == IW_SYNTAX && error.offset <= text.length && error.expected != NULL);
        return;
    }
    check_seconds(&date);
    check_written(&date, parse, write);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t seconds;
    int16_t zone;
    struct iw_date date;
    struct iw_span text = iw_span((const char *)data, size);
    check_text(text, iw_parse_date_time, iw_write_date_time);
    check_text(text, iw_parse_date, iw_write_date);
    if (size < sizeof seconds + sizeof zone)
        return 0;
    memcpy(&seconds, data, sizeof seconds);
    memcpy(&zone, data + sizeof seconds, sizeof zone);
    seconds >>= zone & 31; /* most large numbers lie outside of the calendar */
    if (!iw_date_from_unix(seconds, zone, &date))
        return 0;
    check_range(&date);
    IW_HOLDS(iw_date_to_unix(&date) == seconds && date.zone == zone);
    check_written(&date, iw_parse_date_time, iw_write_date_time);
    return 0;
}
