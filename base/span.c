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
