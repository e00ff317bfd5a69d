/* SPDX-License-Identifier: MIT */
#include "script/numbers.h"

#include "base/chars.h"

enum { WORK_MAX = 4000000 }; /* ranges looked at for one answer */

static const uint64_t star = UINT64_MAX;

struct range {
    uint64_t first, last; /* first <= last */
};

/* bound = 1*DIGIT / "*" */
static bool read_bound(struct iw_span set, size_t *at, uint64_t *bound)
{
    size_t begin = *at;
    if (begin < set.length && set.data[begin] == '*') {
        *bound = star;
        (*at)++;
        return true;
    }
    while (*at < set.length && iw_is(set.data[*at], IW_CHAR_DIGIT))
        (*at)++;
    return iw_span_number(iw_span_part(set, begin, *at), UINT64_MAX - 1, bound);
}

/* range = bound [":" bound], with the separator behind it; false at the end and where none is. */
static bool read_range(struct iw_span set, size_t *at, struct range *range)
{
    uint64_t a, b;
    if (!read_bound(set, at, &a))
        return false;
    b = a;
    if (*at < set.length && set.data[*at] == ':') {
        (*at)++;
        if (!read_bound(set, at, &b))
            return false;
    }
    *range = (struct range){a < b ? a : b, a < b ? b : a};
    if (*at == set.length)
        return true;
    bool parted = (set.data[*at] == ',' || set.data[*at] == ' ') && *at + 1 < set.length;
    (*at)++;
    return parted;
}

bool iw_numbers_valid(struct iw_span set)
{
    size_t at = 0;
    struct range range;
    while (at < set.length)
        if (!read_range(set, &at, &range))
            return false;
    return set.length > 0;
}

/* The largest number up to which every number from `from` on is in the set; from - 1 when from
 * itself is not (then *inside is false). One pass: later passes go further. */
static uint64_t run_end(struct iw_span set, uint64_t from, bool *inside, size_t *work)
{
    size_t at = 0;
    struct range range;
    uint64_t end = from;
    *inside = false;
    while (at < set.length && read_range(set, &at, &range)) {
        (*work)++;
        if (range.first <= (*inside && end < star ? end + 1 : end) && range.last >= end) {
            *inside = true;
            end = range.last;
        }
    }
    return end;
}

static bool covers(struct iw_span set, struct range range, size_t *work)
{
    uint64_t from = range.first;
    for (;;) {
        bool inside;
        uint64_t end = run_end(set, from, &inside, work);
        if (!inside || *work > WORK_MAX)
            return false;
        if (end >= range.last)
            return true;
        from = end + 1;
    }
}

static bool includes(struct iw_span large, struct iw_span small, size_t *work)
{
    size_t at = 0;
    struct range range;
    while (at < small.length && read_range(small, &at, &range))
        if (!covers(large, range, work))
            return false;
    return true;
}

bool iw_numbers_equal(struct iw_span a, struct iw_span b)
{
    size_t work = 0;
    return iw_span_equal(a, b) || (includes(a, b, &work) && includes(b, a, &work));
}

bool iw_numbers_contain(struct iw_span set, uint64_t number)
{
    bool inside;
    size_t work = 0;
    run_end(set, number, &inside, &work);
    return inside;
}

/* The smallest number in the set that is not below `from`. */
static bool next_member(struct iw_span set, uint64_t from, uint64_t *number, size_t *work)
{
    size_t at = 0;
    struct range range;
    bool found = false;
    while (at < set.length && read_range(set, &at, &range)) {
        uint64_t first = range.first > from ? range.first : from;
        (*work)++;
        if (first <= range.last && (!found || first < *number)) {
            *number = first;
            found = true;
        }
    }
    return found;
}

uint64_t iw_numbers_size(struct iw_span set)
{
    uint64_t size = 0, from = 0, first = 0;
    size_t work = 0;
    while (next_member(set, from, &first, &work)) {
        bool inside;
        uint64_t end = run_end(set, first, &inside, &work);
        if (end == star || work > WORK_MAX)
            return UINT64_MAX;
        size += end - first + 1;
        from = end + 1;
    }
    return size;
}
