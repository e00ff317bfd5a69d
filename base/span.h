/* SPDX-License-Identifier: MIT */
/* A borrowed range of bytes: never owned, never NUL-terminated, any octet may be inside.
 * {NULL, 0} is the empty span and, where a field may be absent, means absent; an empty value that
 * is present has a non-NULL pointer. */
#ifndef IW_BASE_SPAN_H
#define IW_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iw_span {
    const char *data;
    size_t length;
};

static inline struct iw_span iw_span(const char *data, size_t length)
{
    return (struct iw_span){data, length};
}

/* For string literals only: the length is taken at compile time. */
#define IW_SPAN(literal) ((struct iw_span){"" literal, sizeof(literal) - 1})

/* The bytes of a C string; NULL gives the absent span. */
struct iw_span iw_span_of(const char *string);

bool iw_span_equal(struct iw_span a, struct iw_span b);

/* ASCII letters compare equal in either case; other octets as they are (RFC 9051 §9 note 1). */
bool iw_span_equal_nocase(struct iw_span a, struct iw_span b);

bool iw_span_starts(struct iw_span whole, struct iw_span prefix);
bool iw_span_starts_nocase(struct iw_span whole, struct iw_span prefix);

/* Part of a span; both ends are clipped to it. */
static inline struct iw_span iw_span_part(struct iw_span whole, size_t begin, size_t end)
{
    if (end > whole.length)
        end = whole.length;
    if (begin > end)
        begin = end;
    return begin == 0 ? iw_span(whole.data, end) : iw_span(whole.data + begin, end - begin);
}

/* Up to the next SP, which goes with it; what stands behind that is left in *rest. */
struct iw_span iw_span_take_word(struct iw_span *rest);

/* Without the CRLF, or the half of one, at its end. */
struct iw_span iw_span_without_crlf(struct iw_span line);

/* A number of digits only, no sign, no blanks, 1 to 20 octets. False if it is none or exceeds max;
 * then *value is untouched. */
bool iw_span_number(struct iw_span digits, uint64_t max, uint64_t *value);

#endif
