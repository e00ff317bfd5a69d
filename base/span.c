/* SPDX-License-Identifier: MIT */
#include "base/span.h"

#include "base/chars.h"

#include <string.h>

struct iw_span iw_span_of(const char *string)
{
    return string == NULL ? iw_span(NULL, 0) : iw_span(string, strlen(string));
}

bool iw_span_equal(struct iw_span a, struct iw_span b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool iw_span_equal_nocase(struct iw_span a, struct iw_span b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (iw_upper(a.data[i]) != iw_upper(b.data[i]))
            return false;
    return true;
}

bool iw_span_starts(struct iw_span whole, struct iw_span prefix)
{
    return iw_span_equal(iw_span_part(whole, 0, prefix.length), prefix);
}

bool iw_span_starts_nocase(struct iw_span whole, struct iw_span prefix)
{
    return iw_span_equal_nocase(iw_span_part(whole, 0, prefix.length), prefix);
}

struct iw_span iw_span_take_word(struct iw_span *rest)
{
    const char *space = rest->length == 0 ? NULL : memchr(rest->data, ' ', rest->length);
    size_t length = space == NULL ? rest->length : (size_t)(space - rest->data);
    struct iw_span word = iw_span_part(*rest, 0, length);
    *rest = iw_span_part(*rest, length + 1, rest->length);
    return word;
}

struct iw_span iw_span_without_crlf(struct iw_span line)
{
    if (line.length > 0 && line.data[line.length - 1] == '\n')
        line.length--;
    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    return line;
}

bool iw_span_number(struct iw_span digits, uint64_t max, uint64_t *value)
{
    if (digits.length == 0 || digits.length > 20)
        return false;
    uint64_t n = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (!iw_is(digits.data[i], IW_CHAR_DIGIT))
            return false;
        uint64_t digit = (uint64_t)(digits.data[i] - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (n > max)
        return false;
    *value = n;
    return true;
}
