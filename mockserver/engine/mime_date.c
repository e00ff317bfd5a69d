/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_date.h"

#include "base/chars.h"
#include "mockserver/engine/mime_lex.h"

/* Blanks and comments may stand everywhere. */
static void skip_blanks(struct iw_mime_lexer *lexer)
{
    iw_mime_skip_cfws(lexer);
}

/* 1*most DIGIT, and how many they were; 0: none. */
static unsigned read_digits(struct iw_mime_lexer *lexer, unsigned most, unsigned *number)
{
    unsigned count = 0;
    for (*number = 0; count < most && lexer->at < lexer->end; count++) {
        if (!iw_is(*lexer->at, IW_CHAR_DIGIT))
            break;
        *number = *number * 10 + (unsigned)(*lexer->at++ - '0');
    }
    return count;
}

static struct iw_span read_word(struct iw_mime_lexer *lexer)
{
    const char *begin = lexer->at;
    while (lexer->at < lexer->end && iw_is(*lexer->at, IW_CHAR_ALPHA))
        lexer->at++;
    return iw_span(begin, (size_t)(lexer->at - begin));
}

/* month = "Jan" / … / "Dec"; a longer name counts by its first three letters. */
static bool read_month(struct iw_mime_lexer *lexer, struct iw_date *date)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    struct iw_span word = read_word(lexer);
    for (uint8_t i = 0; i < 12; i++) {
        if (iw_span_starts_nocase(word, iw_span_of(months[i]))) {
            date->month = i + 1;
            return true;
        }
    }
    return false;
}

/* year = 4*DIGIT; obs-year = 2*DIGIT: two digits up to 49 are of this century, others and three
 * digits of the last (RFC 5322 §4.3). */
static bool read_year(struct iw_mime_lexer *lexer, struct iw_date *date)
{
    unsigned year, digits = read_digits(lexer, 5, &year);
    if (digits == 2)
        year += year < 50 ? 2000 : 1900;
    else if (digits == 3)
        year += 1900;
    date->year = (uint16_t)year;
    return digits >= 2 && year >= 1 && year <= 9999;
}

static bool is_day_of_month(const struct iw_date *date)
{
    struct iw_date again;
    return date->day >= 1 && date->day <= 31 &&
           iw_date_from_unix(iw_date_to_unix(date), 0, &again) && again.day == date->day;
}

/* [day-of-week ","] day month year; with "-" between them too */
static bool read_date(struct iw_mime_lexer *lexer, struct iw_date *date)
{
    unsigned day;
    skip_blanks(lexer);
    read_word(lexer);
    skip_blanks(lexer);
    iw_mime_skip(lexer, ',');
    skip_blanks(lexer);
    if (read_digits(lexer, 2, &day) == 0)
        return false;
    date->day = (uint8_t)day;
    skip_blanks(lexer);
    iw_mime_skip(lexer, '-');
    if (!read_month(lexer, date))
        return false;
    skip_blanks(lexer);
    iw_mime_skip(lexer, '-');
    return read_year(lexer, date) && is_day_of_month(date);
}

/* time-of-day = hour ":" minute [ ":" second ] */
static bool read_time(struct iw_mime_lexer *lexer, struct iw_date *date)
{
    unsigned hour, minute, second = 0;
    skip_blanks(lexer);
    if (read_digits(lexer, 2, &hour) == 0)
        return false;
    skip_blanks(lexer);
    if (!iw_mime_skip(lexer, ':'))
        return false;
    skip_blanks(lexer);
    if (read_digits(lexer, 2, &minute) == 0)
        return false;
    skip_blanks(lexer);
    if (iw_mime_skip(lexer, ':')) {
        skip_blanks(lexer);
        if (read_digits(lexer, 2, &second) == 0)
            return false;
    }
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    date->hour = (uint8_t)hour;
    date->minute = (uint8_t)minute;
    date->second = (uint8_t)(second == 60 ? 59 : second);
    return true;
}

/* obs-zone = "UT" / "GMT" / "EST" / … / military letters, which mean UTC (RFC 5322 §4.3) */
static int16_t named_zone(struct iw_span name)
{
    static const struct {
        const char *name;
        int16_t hours;
    } zones[] = {{"EDT", -4}, {"EST", -5}, {"CDT", -5}, {"CST", -6},
                 {"MDT", -6}, {"MST", -7}, {"PDT", -7}, {"PST", -8}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (iw_span_equal_nocase(name, iw_span_of(zones[i].name)))
            return (int16_t)(zones[i].hours * 60);
    return 0;
}

/* zone = ("+" / "-") 4DIGIT / obs-zone; 0 for anything else */
static int16_t read_zone(struct iw_mime_lexer *lexer)
{
    unsigned number;
    skip_blanks(lexer);
    bool minus = iw_mime_skip(lexer, '-');
    if (!minus && !iw_mime_skip(lexer, '+'))
        return named_zone(read_word(lexer));
    if (read_digits(lexer, 5, &number) != 4 || number % 100 > 59)
        return 0;
    int minutes = (int)(number / 100 * 60 + number % 100);
    return (int16_t)(minus ? -minutes : minutes);
}

bool iw_mime_parse_date(struct iw_span value, struct iw_date *date)
{
    struct iw_mime_lexer lexer = {.at = value.data, .end = value.data + value.length};
    *date = (struct iw_date){0};
    if (!read_date(&lexer, date))
        return false;
    if (read_time(&lexer, date))
        date->zone = read_zone(&lexer);
    return true;
}
