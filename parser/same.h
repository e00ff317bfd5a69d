/* SPDX-License-Identifier: MIT */
/* Equality of the smallest values, for the equality of larger ones. */
#ifndef IW_PARSER_SAME_H
#define IW_PARSER_SAME_H

#include "parser/date.h"
#include "parser/flag.h"
#include "parser/id.h"
#include "parser/names.h"
#include "parser/set.h"

/* Absent and empty are not the same. */
static inline bool iw_same_span(struct iw_span a, struct iw_span b)
{
    return (a.data == NULL) == (b.data == NULL) && iw_span_equal(a, b);
}

static inline bool iw_same_names(const struct iw_names *a, const struct iw_names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->names[i], b->names[i]))
            return false;
    return true;
}

static inline bool iw_same_flags(const struct iw_flags *a, const struct iw_flags *b)
{
    return a->bits == b->bits && iw_same_names(&(struct iw_names){a->names, a->count},
                                               &(struct iw_names){b->names, b->count});
}

/* The same ranges in the same order; not only the same members. */
static inline bool iw_same_set(const struct iw_set *a, const struct iw_set *b)
{
    if (a->saved != b->saved || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->ranges[i].first != b->ranges[i].first || a->ranges[i].last != b->ranges[i].last)
            return false;
    return true;
}

static inline bool iw_same_date(const struct iw_date *a, const struct iw_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->zone == b->zone;
}

static inline bool iw_same_id(const struct iw_id *a, const struct iw_id *b)
{
    if (a->nil != b->nil || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->fields[i].name, b->fields[i].name) ||
            !iw_same_span(a->fields[i].value, b->fields[i].value))
            return false;
    return true;
}

#endif
