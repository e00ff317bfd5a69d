/* SPDX-License-Identifier: MIT */
#include "parser/date.h"

#include "base/chars.h"

#include <assert.h>

enum { YEAR_MAX = 9999, ZONE_MAX = 5999, DAY_SECONDS = 86400 };

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The last two letters of each month add up to another number modulo 32, in either case: which
 * month it may be, from 1. */
static const uint8_t month_of_sum[32] = {
    [('a' + 'n') % 32] = 1,  [('e' + 'b') % 32] = 2,  [('a' + 'r') % 32] = 3,
    [('p' + 'r') % 32] = 4,  [('a' + 'y') % 32] = 5,  [('u' + 'n') % 32] = 6,
    [('u' + 'l') % 32] = 7,  [('u' + 'g') % 32] = 8,  [('e' + 'p') % 32] = 9,
    [('c' + 't') % 32] = 10, [('o' + 'v') % 32] = 11, [('e' + 'c') % 32] = 12,
};

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* ---- reading ---- */

/* 2DIGIT at *at. */
static inline bool two_digits(const char *at, unsigned *value)
{
    unsigned tens = (unsigned)at[0] - '0', ones = (unsigned)at[1] - '0';
    *value = tens * 10 + ones;
    return tens < 10 && ones < 10;
}

/* 2DIGIT, whose number is at most max; the cursor moves only then. Inline like the other pieces of
 * a date: calls would cost more than the work, and each response to a FETCH may hold a date. */
IW_READER_INLINE enum iw_result read_two(struct iw_reader *reader, unsigned max,
                                         const char *expected, unsigned *value)
{
    bool there = reader->end - reader->at >= 2 && two_digits(reader->at, value) && *value <= max;
    if (!there)
        return iw_reader_fail(reader, expected);
    reader->at += 2;
    return IW_OK;
}

static enum iw_result read_one(struct iw_reader *reader, const char *expected, unsigned *value)
{
    if (reader->at == reader->end || !iw_is(*reader->at, IW_CHAR_DIGIT))
        return iw_reader_fail(reader, expected);
    *value = (unsigned)(*reader->at++ - '0');
    return IW_OK;
}

static bool digits_at(const struct iw_reader *reader, unsigned count)
{
    for (const char *at = reader->at; count > 0; at++, count--)
        if (at == reader->end || !iw_is(*at, IW_CHAR_DIGIT))
            return false;
    return true;
}

/* Leniently a year of two digits, as RFC 5322 §4.3 reads it. */
static bool take_short_year(struct iw_reader *reader, unsigned *year)
{
    if (!digits_at(reader, 2) || digits_at(reader, 3) ||
        !iw_reader_lenient(reader, IW_LENIENT_DATE_YEAR))
        return false;
    two_digits(reader->at, year);
    *year += *year < 50 ? 2000 : 1900;
    reader->at += 2;
    return true;
}

/* date-year = 4DIGIT */
IW_READER_INLINE enum iw_result parse_year(struct iw_reader *reader, unsigned *year)
{
    unsigned century, rest;
    if (iw_reader_relaxed(reader) && take_short_year(reader, year))
        return IW_OK;
    bool there = reader->end - reader->at >= 4 && two_digits(reader->at, &century) &&
                 two_digits(reader->at + 2, &rest);
    if (!there)
        return iw_reader_fail(reader, "a year of four digits");
    reader->at += 4;
    *year = century * 100 + rest;
    return IW_OK;
}

/* The rest of a month's name that is spelt out. */
static void skip_rest_of_month(struct iw_reader *reader)
{
    const char *at = reader->at;
    while (at < reader->end && iw_is(*at, IW_CHAR_ALPHA))
        at++;
    if (at > reader->at && iw_reader_lenient(reader, IW_LENIENT_DATE_MONTH))
        reader->at = at;
}

/* The same three letters in any case; those of name are in the case that servers write. */
static inline bool is_month(const char *at, const char *name)
{
    return memcmp(at, name, 3) == 0 || iw_span_equal_nocase(iw_span(at, 3), iw_span(name, 3));
}

/* date-month = "Jan" / "Feb" / … / "Dec" */
IW_READER_INLINE enum iw_result parse_month(struct iw_reader *reader, unsigned *month)
{
    const char *at = reader->at;
    if (reader->end - at < 3)
        return iw_reader_fail(reader, "a month's name");
    unsigned found = month_of_sum[((unsigned char)at[1] + (unsigned char)at[2]) % 32];
    if (found == 0 || !is_month(at, months[found - 1]))
        return iw_reader_fail(reader, "a month's name");
    reader->at += 3;
    if (iw_reader_relaxed(reader))
        skip_rest_of_month(reader);
    *month = found;
    return IW_OK;
}

/* What stands where "-" must: leniently SP. */
static enum iw_result read_no_dash(struct iw_reader *reader)
{
    if (!iw_reader_peek(reader, ' ') || !iw_reader_lenient(reader, IW_LENIENT_DATE_SPACES))
        return iw_read_char(reader, '-', "-");
    reader->at++;
    return IW_OK;
}

IW_READER_INLINE enum iw_result read_dash(struct iw_reader *reader)
{
    return iw_reader_skip(reader, '-') ? IW_OK : read_no_dash(reader);
}

static bool is_in_calendar(const struct iw_date *date)
{
    enum { DAYS_OF_ANY_MONTH = 28 };
    return date->year > 0 && date->day > 0 &&
           (date->day <= DAYS_OF_ANY_MONTH || date->day <= days_in(date->year, date->month));
}

/* A day or a year that no calendar has: leniently one that means no date at all. */
static enum iw_result judge_day(struct iw_reader *reader, const char *day_at, const char *year_at,
                                const struct iw_date *date)
{
    const char *behind = reader->at;
    bool no_year = date->year == 0;
    bool zero = no_year || date->day == 0;
    reader->at = no_year ? year_at : day_at;
    if (!zero || !iw_reader_lenient(reader, IW_LENIENT_DATE_ZERO))
        return iw_reader_fail(reader, no_year ? "a year from 0001" : "a day of that month");
    reader->at = behind;
    return IW_OK;
}

/* "-" date-month "-" date-year, behind a day that began at first; date-year = 4DIGIT */
IW_READER_INLINE enum iw_result parse_month_and_year(struct iw_reader *reader, const char *first,
                                                     unsigned day, struct iw_date *date)
{
    unsigned month = 0, year = 0;
    enum iw_result result = read_dash(reader);
    if (result == IW_OK)
        result = parse_month(reader, &month);
    if (result == IW_OK)
        result = read_dash(reader);
    const char *year_at = reader->at;
    if (result == IW_OK)
        result = parse_year(reader, &year);
    date->year = (uint16_t)year;
    date->month = (uint8_t)month;
    date->day = (uint8_t)day;
    if (result != IW_OK || is_in_calendar(date))
        return result;
    return judge_day(reader, first, year_at, date);
}

/* One digit of which no second follows. */
static bool is_one_place(struct iw_reader *reader)
{
    return digits_at(reader, 1) && !digits_at(reader, 2) &&
           iw_reader_lenient(reader, IW_LENIENT_DATE_DAY);
}

/* 2DIGIT, or leniently one of which no second follows */
IW_READER_INLINE enum iw_result read_places(struct iw_reader *reader, unsigned max,
                                            const char *expected, unsigned *value)
{
    if (iw_reader_relaxed(reader) && is_one_place(reader))
        return read_one(reader, expected, value);
    return read_two(reader, max, expected, value);
}

/* date-day-fixed = (SP DIGIT) / 2DIGIT */
IW_READER_INLINE enum iw_result parse_day_fixed(struct iw_reader *reader, unsigned *day)
{
    static const char expected[] = "a day of two places";
    return iw_reader_skip(reader, ' ') ? read_one(reader, expected, day)
                                       : read_places(reader, 99, expected, day);
}

/* 60, as 59 */
static bool take_leap_second(struct iw_reader *reader, unsigned *second)
{
    bool leap = reader->end - reader->at > 1 && reader->at[0] == '6' && reader->at[1] == '0' &&
                iw_reader_lenient(reader, IW_LENIENT_DATE_LEAP_SECOND);
    if (leap)
        *second = 59;
    reader->at += leap ? 2 : 0;
    return leap;
}

/* ":" 2DIGIT ; leniently nothing, or 60 */
IW_READER_INLINE enum iw_result parse_seconds(struct iw_reader *reader, unsigned *second)
{
    if (!iw_reader_peek(reader, ':') && iw_reader_lenient(reader, IW_LENIENT_DATE_SECONDS))
        return IW_OK;
    enum iw_result result = iw_read_char(reader, ':', ":");
    if (result != IW_OK || (iw_reader_relaxed(reader) && take_leap_second(reader, second)))
        return result;
    return read_two(reader, 59, "a second, 00 to 59", second);
}

/* time = 2DIGIT ":" 2DIGIT ":" 2DIGIT */
IW_READER_INLINE enum iw_result parse_time(struct iw_reader *reader, struct iw_date *date)
{
    unsigned hour = 0, minute = 0, second = 0;
    enum iw_result result = read_places(reader, 23, "an hour, 00 to 23", &hour);
    if (result == IW_OK)
        result = iw_read_char(reader, ':', ":");
    if (result == IW_OK)
        result = read_two(reader, 59, "a minute, 00 to 59", &minute);
    if (result == IW_OK)
        result = parse_seconds(reader, &second);
    date->hour = (uint8_t)hour;
    date->minute = (uint8_t)minute;
    date->second = (uint8_t)second;
    return result;
}

/* The zones that RFC 5322 §4.3 names. */
static const struct {
    struct iw_span name;
    int16_t minutes;
} zones[] = {
    {{"GMT", 3}, 0},    {{"UTC", 3}, 0},    {{"UT", 2}, 0},     {{"Z", 1}, 0},
    {{"EST", 3}, -300}, {{"EDT", 3}, -240}, {{"CST", 3}, -360}, {{"CDT", 3}, -300},
    {{"MST", 3}, -420}, {{"MDT", 3}, -360}, {{"PST", 3}, -480}, {{"PDT", 3}, -420},
};

/* A zone's name; false if none is at the cursor. */
static bool take_zone_name(struct iw_reader *reader, struct iw_date *date)
{
    const char *at = reader->at;
    while (at < reader->end && iw_is(*at, IW_CHAR_ALPHA))
        at++;
    struct iw_span word = iw_span(reader->at, (size_t)(at - reader->at));
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (!iw_span_equal_nocase(word, zones[i].name))
            continue;
        if (!iw_reader_lenient(reader, IW_LENIENT_DATE_ZONE_NAME))
            return false;
        date->zone = zones[i].minutes;
        reader->at = at;
        return true;
    }
    return false;
}

static void skip_zone_colon(struct iw_reader *reader)
{
    if (iw_reader_peek(reader, ':') && iw_reader_lenient(reader, IW_LENIENT_DATE_ZONE_COLON))
        reader->at++;
}

/* zone = ("+" / "-") 4DIGIT */
IW_READER_INLINE enum iw_result parse_zone(struct iw_reader *reader, struct iw_date *date)
{
    unsigned hours = 0, minutes = 0;
    bool west = iw_reader_skip(reader, '-');
    if (!west && iw_reader_relaxed(reader) && take_zone_name(reader, date))
        return IW_OK;
    if (!west && !iw_reader_skip(reader, '+'))
        return iw_reader_fail(reader, "a zone's + or -");
    enum iw_result result = read_two(reader, 99, "a zone's hours", &hours);
    if (result == IW_OK && iw_reader_relaxed(reader))
        skip_zone_colon(reader);
    if (result == IW_OK)
        result = read_two(reader, 59, "a zone's minutes, 00 to 59", &minutes);
    int zone = (int)(hours * 60 + minutes);
    date->zone = (int16_t)(west ? -zone : zone);
    return result;
}

/* SP "(" … ")" */
static void skip_comment(struct iw_reader *reader)
{
    const char *at = reader->at;
    if (reader->end - at < 2 || at[0] != ' ' || at[1] != '(')
        return;
    while (at < reader->end && *at != ')' && *at != '"' && iw_is(*at, IW_CHAR_TEXT))
        at++;
    if (at < reader->end && *at == ')' && iw_reader_lenient(reader, IW_LENIENT_DATE_COMMENT))
        reader->at = at + 1;
}

/* 1*ALPHA [","] SP */
static void skip_weekday(struct iw_reader *reader)
{
    const char *at = reader->at;
    while (at < reader->end && iw_is(*at, IW_CHAR_ALPHA))
        at++;
    bool word = at > reader->at;
    at += at < reader->end && *at == ',';
    if (word && at < reader->end && *at == ' ' &&
        iw_reader_lenient(reader, IW_LENIENT_DATE_WEEKDAY))
        reader->at = at + 1;
}

static bool take_nil(struct iw_reader *reader)
{
    const char *first = reader->at;
    bool nil = iw_reader_skip_word(reader, "NIL");
    const char *behind = reader->at;
    reader->at = nil ? first : behind;
    if (!nil || !iw_reader_lenient(reader, IW_LENIENT_DATE_NIL))
        return false;
    reader->at = behind;
    return true;
}

/* SP zone [SP comment] ; leniently neither */
IW_READER_INLINE enum iw_result parse_spaced_zone(struct iw_reader *reader, struct iw_date *date)
{
    if (iw_reader_peek(reader, '"') && iw_reader_lenient(reader, IW_LENIENT_DATE_NO_ZONE))
        return IW_OK;
    enum iw_result result = iw_read_char(reader, ' ', "SP and a zone");
    if (result == IW_OK)
        result = parse_zone(reader, date);
    if (result == IW_OK && iw_reader_relaxed(reader))
        skip_comment(reader);
    return result;
}

enum iw_result iw_parse_date_time(struct iw_reader *reader, struct iw_date *date)
{
    unsigned day = 0;
    *date = (struct iw_date){0};
    if (iw_reader_relaxed(reader) && take_nil(reader))
        return IW_OK;
    enum iw_result result = iw_read_char(reader, '"', "a quoted date and time");
    if (result == IW_OK && iw_reader_relaxed(reader))
        skip_weekday(reader);
    const char *first = reader->at;
    if (result == IW_OK)
        result = parse_day_fixed(reader, &day);
    if (result == IW_OK)
        result = parse_month_and_year(reader, first, day, date);
    if (result == IW_OK)
        result = iw_read_char(reader, ' ', "SP and a time");
    if (result == IW_OK)
        result = parse_time(reader, date);
    if (result == IW_OK)
        result = parse_spaced_zone(reader, date);
    if (result == IW_OK && (date->day == 0 || date->year == 0))
        *date = (struct iw_date){0};
    return result == IW_OK ? iw_read_char(reader, '"', "the closing quote") : result;
}

/* date-text = date-day "-" date-month "-" date-year; date-day = 1*2DIGIT */
static enum iw_result parse_date_text(struct iw_reader *reader, struct iw_date *date)
{
    const char *first = reader->at;
    bool two = reader->end - first >= 2 && iw_is(first[1], IW_CHAR_DIGIT);
    unsigned day = 0;
    enum iw_result result =
        two ? read_two(reader, 99, "a day", &day) : read_one(reader, "a day", &day);
    return result == IW_OK ? parse_month_and_year(reader, first, day, date) : result;
}

enum iw_result iw_parse_date(struct iw_reader *reader, struct iw_date *date)
{
    *date = (struct iw_date){0};
    bool quoted = iw_reader_skip(reader, '"');
    const char *first = reader->at;
    enum iw_result result = parse_date_text(reader, date);
    if (result == IW_OK && (date->day == 0 || date->year == 0)) {
        reader->at = first;
        return iw_reader_fail(reader, "a date");
    }
    return result == IW_OK && quoted ? iw_read_char(reader, '"', "the closing quote") : result;
}

/* ---- writing ---- */

static const char *month_name(const struct iw_date *date)
{
    assert(date->month >= 1 && date->month <= 12);
    return months[date->month - 1];
}

void iw_write_date_time(struct iw_buf *out, const struct iw_date *date)
{
    int zone = date->zone < 0 ? -date->zone : date->zone;
    iw_buf_addf(out, "\"%2u-%s-%04u %02u:%02u:%02u %c%02d%02d\"", (unsigned)date->day,
                month_name(date), (unsigned)date->year, (unsigned)date->hour,
                (unsigned)date->minute, (unsigned)date->second, date->zone < 0 ? '-' : '+',
                zone / 60, zone % 60);
}

void iw_write_date(struct iw_buf *out, const struct iw_date *date)
{
    iw_buf_addf(out, "%u-%s-%04u", (unsigned)date->day, month_name(date), (unsigned)date->year);
}

/* ---- counting ----
 * Years are counted from 1 March, so that the leap day is a year's last; 400 of them have 146 097
 * days. Day 0 is 0000-03-01, which is 719 468 days before 1970-01-01. */

enum { DAYS_TO_1970 = 719468, DAYS_IN_ERA = 146097 };

static int64_t days_before(unsigned year, unsigned month, unsigned day)
{
    int64_t from_march = month > 2 ? month - 3 : month + 9;
    int64_t years = (int64_t)year - (month <= 2);
    int64_t in_year = (153 * from_march + 2) / 5 + day - 1;
    return years * 365 + years / 4 - years / 100 + years / 400 + in_year;
}

int64_t iw_date_to_unix(const struct iw_date *date)
{
    int64_t days = days_before(date->year, date->month, date->day) - DAYS_TO_1970;
    int64_t minutes = (int64_t)date->hour * 60 + date->minute - date->zone;
    return days * DAY_SECONDS + minutes * 60 + date->second;
}

/* days is counted from 0000-03-01 and at least 0. */
static void set_day(int64_t days, struct iw_date *date)
{
    int64_t in_era = days % DAYS_IN_ERA;
    int64_t year_of_era =
        (in_era - in_era / 1460 + in_era / 36524 - in_era / (DAYS_IN_ERA - 1)) / 365;
    int64_t in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * in_year + 2) / 153;
    date->day = (uint8_t)(in_year - (153 * from_march + 2) / 5 + 1);
    date->month = (uint8_t)(from_march < 10 ? from_march + 3 : from_march - 9);
    date->year = (uint16_t)(days / DAYS_IN_ERA * 400 + year_of_era + (date->month <= 2));
}

bool iw_date_from_unix(int64_t seconds, int16_t zone, struct iw_date *date)
{
    /* 0001-01-01T00:00:00 and 9999-12-31T23:59:59 on that zone's clock */
    int64_t first = (days_before(1, 1, 1) - DAYS_TO_1970) * DAY_SECONDS;
    int64_t last = (days_before(YEAR_MAX, 12, 31) - DAYS_TO_1970 + 1) * DAY_SECONDS - 1;
    int64_t east = (int64_t)zone * 60;
    if (zone < -ZONE_MAX || zone > ZONE_MAX || seconds < first - east || seconds > last - east)
        return false;
    int64_t shown = seconds + east + (int64_t)DAYS_TO_1970 * DAY_SECONDS;
    int64_t in_day = shown % DAY_SECONDS;
    *date = (struct iw_date){.hour = (uint8_t)(in_day / 3600),
                             .minute = (uint8_t)(in_day / 60 % 60),
                             .second = (uint8_t)(in_day % 60),
                             .zone = zone};
    set_day(shown / DAY_SECONDS, date);
    return true;
}
