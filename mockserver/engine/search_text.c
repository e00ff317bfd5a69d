/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/search_text.h"

#include "base/chars.h"
#include "mockserver/engine/mime_field.h"

bool iw_text_contains(struct iw_span whole, struct iw_span part)
{
    if (part.length == 0)
        return true;
    char first = iw_upper(part.data[0]);
    for (size_t i = 0; i + part.length <= whole.length; i++) {
        if (iw_upper(whole.data[i]) == first &&
            iw_span_equal_nocase(iw_span(whole.data + i, part.length), part))
            return true;
    }
    return false;
}

bool iw_message_field_contains(struct iw_span message, struct iw_span name, struct iw_span text,
                               struct iw_arena *scratch)
{
    struct iw_mime_field field;
    while (iw_mime_next_field(&message, &field)) {
        if (iw_span_equal_nocase(field.name, name) &&
            iw_text_contains(iw_mime_unfold(scratch, field.value), text))
            return true;
    }
    return false;
}

bool iw_message_body_contains(struct iw_span message, struct iw_span text, struct iw_arena *scratch)
{
    struct iw_mime_field field;
    (void)scratch;
    while (iw_mime_next_field(&message, &field)) {
    }
    return iw_text_contains(message, text);
}

bool iw_message_contains(struct iw_span message, struct iw_span text, struct iw_arena *scratch)
{
    struct iw_span left = message;
    struct iw_mime_field field;
    while (iw_mime_next_field(&left, &field)) {
        if (iw_text_contains(iw_mime_unfold(scratch, field.whole), text))
            return true;
    }
    return iw_message_body_contains(message, text, scratch);
}

/* ---- Date ---- */

/* The next run of letters or of digits. */
static struct iw_span next_word(struct iw_span *left)
{
    size_t begin = 0;
    while (begin < left->length && !iw_is(left->data[begin], IW_CHAR_ALPHA | IW_CHAR_DIGIT))
        begin++;
    size_t end = begin;
    while (end < left->length && iw_is(left->data[end], IW_CHAR_ALPHA | IW_CHAR_DIGIT))
        end++;
    struct iw_span word = iw_span_part(*left, begin, end);
    *left = iw_span_part(*left, end, left->length);
    return word;
}

static uint8_t month_of(struct iw_span word)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (uint8_t i = 0; i < 12; i++) {
        if (iw_span_equal_nocase(word, iw_span(names + 3 * (size_t)i, 3)))
            return (uint8_t)(i + 1);
    }
    return 0;
}

/* [day-name ","] day month year …; a year of two digits is of this century up to 49, one of three
 * counts from 1900 (RFC 5322 §4.3) */
bool iw_message_date(struct iw_span message, struct iw_date *date)
{
    struct iw_mime_field field;
    uint64_t day, year;
    if (!iw_mime_find_field(message, IW_SPAN("Date"), &field))
        return false;
    struct iw_span left = field.value;
    struct iw_span word = next_word(&left);
    if (word.length > 0 && iw_is(word.data[0], IW_CHAR_ALPHA))
        word = next_word(&left);
    uint8_t month = month_of(next_word(&left));
    struct iw_span year_word = next_word(&left);
    if (!iw_span_number(word, 31, &day) || month == 0 || !iw_span_number(year_word, 9999, &year))
        return false;
    if (year_word.length < 4)
        year += year_word.length == 2 && year < 50 ? 2000 : 1900;
    *date = (struct iw_date){.year = (uint16_t)year, .month = month, .day = (uint8_t)day};
    return true;
}
