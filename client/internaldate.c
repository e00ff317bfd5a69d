/* SPDX-License-Identifier: MIT */
#include "client/internaldate.h"

#include "base/chars.h"
#include "net/clock.h"
#include "parser/date.h"
#include "parser/int2ap.h"

#include <stdio.h>
#include <string.h>

enum { DAY_SECONDS = 86400 };

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* ---- reading ---- */

/* What follows the last key of the first line where `is` says that it is right; absent: nothing. */
static struct iw_span find_last(const char *response, size_t length, const char *key,
                                bool (*is)(struct iw_span text))
{
    struct iw_span found = {NULL, 0};
    for (size_t i = 0; i < length && response[i] != '\n'; i++) {
        struct iw_span rest = iw_span(response + i, length - i);
        if (!iw_span_starts(rest, iw_span_of(key)))
            continue;
        rest = iw_span_part(rest, strlen(key), rest.length);
        if (is(rest))
            found = rest;
    }
    return found;
}

/* "9" is a digit, "A" and "a" are letters, "0" is a blank or 0 to 3, "+" is a sign. */
static bool fits(char c, char shape)
{
    switch (shape) {
    case '9':
        return iw_is(c, IW_CHAR_DIGIT);
    case 'A':
        return c >= 'A' && c <= 'Z';
    case 'a':
        return c >= 'a' && c <= 'z';
    case '0':
        return c == ' ' || (c >= '0' && c <= '3');
    case '+':
        return c == '+' || c == '-';
    default:
        return c == shape;
    }
}

static bool is_date(struct iw_span text)
{
    static const char shape[] = "09-Aaa-9999 99:99:99 +9999\"";
    for (size_t i = 0; shape[i] != '\0'; i++)
        if (i == text.length || !fits(text.data[i], shape[i]))
            return false;
    return true;
}

/* A blank is a zero. */
static int number_at(const char *digits, size_t count)
{
    int number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (digits[i] == ' ' ? 0 : digits[i] - '0');
    return number;
}

static unsigned month_at(const char *name)
{
    unsigned month = 12;
    while (month > 0 && memcmp(months[month - 1], name, 3) != 0)
        month--;
    return month;
}

/* False: no such month, or the year 0. */
static bool read_date(const char *response, size_t length, int64_t *seconds)
{
    const char *text = find_last(response, length, "INTERNALDATE \"", is_date).data;
    if (text == NULL || month_at(text + 3) == 0 || number_at(text + 7, 4) == 0)
        return false;
    struct iw_date first = {
        .year = (uint16_t)number_at(text + 7, 4), .month = (uint8_t)month_at(text + 3), .day = 1};
    int zone = number_at(text + 22, 2) * 3600 + number_at(text + 24, 2) * 60;
    *seconds = iw_date_to_unix(&first) + (int64_t)(number_at(text, 2) - 1) * DAY_SECONDS +
               number_at(text + 12, 2) * 3600 + number_at(text + 15, 2) * 60 +
               number_at(text + 18, 2) - (text[21] == '-' ? -zone : zone);
    return true;
}

/* As a clock east of UTC by so many seconds shows it. False: the year leaves 1 to 9999. */
static bool fill_tuple(int64_t seconds, long east, int summer, int tuple[IW_TIME_TUPLE])
{
    struct iw_date date;
    if (!iw_date_from_unix(seconds + east, 0, &date))
        return false;
    const struct iw_date first = {.year = date.year, .month = 1, .day = 1};
    int64_t days = (seconds + east - iw_date_to_unix(&first)) / DAY_SECONDS;
    int64_t since = iw_date_to_unix(&first) / DAY_SECONDS + days; /* 1970-01-01: a Thursday */
    const int values[IW_TIME_TUPLE] = {date.year,
                                       date.month,
                                       date.day,
                                       date.hour,
                                       date.minute,
                                       date.second,
                                       (int)((since % 7 + 10) % 7),
                                       (int)days + 1,
                                       summer};
    memcpy(tuple, values, sizeof values);
    return true;
}

bool iw_internaldate2tuple(const char *response, size_t length, int tuple[IW_TIME_TUPLE])
{
    int64_t seconds;
    long east;
    bool summer;
    return read_date(response, length, &seconds) && iw_clock_zone(seconds, &east, &summer) &&
           fill_tuple(seconds, east, summer, tuple);
}

bool iw_internaldate2utc(const char *response, size_t length, int tuple[IW_TIME_TUPLE])
{
    int64_t seconds;
    return read_date(response, length, &seconds) && fill_tuple(seconds, 0, 0, tuple);
}

/* ---- writing ---- */

/* What IMAP cannot say of a zone, its seconds, is left out. */
static void write_date(const struct iw_date *date, long east, char text[IW_INTERNALDATE_SIZE])
{
    long minutes = (east < 0 ? -east : east) / 60;
    snprintf(text, IW_INTERNALDATE_SIZE, "\"%02d-%s-%04d %02d:%02d:%02d %c%02ld%02ld\"", date->day,
             months[date->month - 1], date->year, date->hour, date->minute, date->second,
             east < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
}

bool iw_time2internaldate(int64_t seconds, char text[IW_INTERNALDATE_SIZE])
{
    struct iw_date date;
    long east;
    bool summer;
    if (!iw_clock_zone(seconds, &east, &summer) || !iw_date_from_unix(seconds + east, 0, &date))
        return false;
    write_date(&date, east, text);
    return true;
}

static bool in_range(int value, int least, int most)
{
    return value >= least && value <= most;
}

bool iw_tuple2internaldate(const int tuple[IW_TIME_TUPLE], char text[IW_INTERNALDATE_SIZE])
{
    static const int most[] = {9999, 12, 31, 23, 59, 59};
    static const int least[] = {1, 1, 1, 0, 0, 0};
    struct iw_date shown;
    long east;
    for (int i = 0; i < 6; i++)
        if (!in_range(tuple[i], least[i], most[i]))
            return false;
    const struct iw_date date = {.year = (uint16_t)tuple[0],
                                 .month = (uint8_t)tuple[1],
                                 .day = (uint8_t)tuple[2],
                                 .hour = (uint8_t)tuple[3],
                                 .minute = (uint8_t)tuple[4],
                                 .second = (uint8_t)tuple[5]};
    int64_t seconds = iw_date_to_unix(&date);
    /* 31 June would come back as 1 July. */
    if (!iw_date_from_unix(seconds, 0, &shown) || shown.day != date.day ||
        !iw_clock_zone_of_local(seconds, tuple[8], &east))
        return false;
    write_date(&date, east, text);
    return true;
}

/* ---- flags ---- */

static bool ends(struct iw_span text)
{
    return memchr(text.data, ')', text.length) != NULL;
}

/* As Python splits octets: these are white space. */
static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

size_t iw_parseflags(const char *response, size_t length, struct iw_span *flags, size_t most)
{
    size_t count = 0, begin = 0;
    struct iw_span text = find_last(response, length, "FLAGS (", ends);
    for (size_t i = 0; i < text.length; i++) {
        bool end = text.data[i] == ')';
        if (!end && !is_white(text.data[i]))
            continue;
        if (i > begin && count++ < most)
            flags[count - 1] = iw_span_part(text, begin, i);
        begin = i + 1;
        if (end)
            break;
    }
    return count;
}

void iw_int2ap(int64_t number, char letters[IW_INT2AP_SIZE])
{
    struct iw_buf out;
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    iw_buf_init(&out, NULL, IW_INT2AP_SIZE);
    iw_write_int2ap(&out, magnitude);
    snprintf(letters, IW_INT2AP_SIZE, "%s", iw_buf_string(&out));
    iw_buf_release(&out);
}
