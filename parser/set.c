/* SPDX-License-Identifier: MIT */
#include "parser/set.h"

#include "base/chars.h"

#include <stdlib.h>

/* seq-number = nz-number / "*" */
static enum iw_result parse_bound(struct iw_reader *reader, uint32_t *bound)
{
    uint64_t number = IW_SET_STAR;
    if (!iw_reader_skip(reader, '*')) {
        enum iw_result result = iw_read_nz_number(reader, UINT32_MAX, &number);
        if (result != IW_OK)
            return result;
    }
    *bound = (uint32_t)number;
    return IW_OK;
}

/* seq-number / seq-range; seq-range = seq-number ":" seq-number */
static enum iw_result parse_range(struct iw_reader *reader, struct iw_range *range)
{
    enum iw_result result = parse_bound(reader, &range->first);
    if (result != IW_OK)
        return result;
    range->last = range->first;
    return iw_reader_skip(reader, ':') ? parse_bound(reader, &range->last) : IW_OK;
}

/* sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command
 * seq-last-command = "$" */
enum iw_result iw_parse_set(struct iw_reader *reader, struct iw_set *set)
{
    *set = (struct iw_set){.saved = iw_reader_skip(reader, '$')};
    if (set->saved)
        return IW_OK;
    do {
        enum iw_result result =
            iw_reader_grow(reader, &set->ranges, set->count, sizeof *set->ranges);
        if (result == IW_OK)
            result = parse_range(reader, &set->ranges[set->count]);
        if (result != IW_OK)
            return result;
        set->count++;
    } while (iw_reader_skip(reader, ','));
    return IW_OK;
}

/* uid-set = (uniqueid / uid-range) *("," uid-set) ; known-uids, …: they have neither "*" nor "$" */
enum iw_result iw_parse_known_set(struct iw_reader *reader, struct iw_set *set)
{
    const char *first = reader->at;
    enum iw_result result = iw_parse_set(reader, set);
    if (result != IW_OK)
        return result;
    bool open = set->saved;
    for (size_t i = 0; i < set->count; i++)
        open = open || set->ranges[i].first == IW_SET_STAR || set->ranges[i].last == IW_SET_STAR;
    if (!open)
        return IW_OK;
    reader->at = first;
    return iw_reader_fail(reader, "a set of numbers without * and $");
}

static void write_bound(struct iw_buf *out, uint32_t bound)
{
    if (bound == IW_SET_STAR)
        iw_buf_add_char(out, '*');
    else
        iw_buf_add_number(out, bound);
}

void iw_write_set(struct iw_buf *out, const struct iw_set *set)
{
    if (set->saved)
        iw_buf_add_char(out, '$');
    for (size_t i = 0; i < set->count; i++) {
        const struct iw_range *range = &set->ranges[i];
        if (i > 0)
            iw_buf_add_char(out, ',');
        write_bound(out, range->first);
        if (range->last == range->first)
            continue;
        iw_buf_add_char(out, ':');
        write_bound(out, range->last);
    }
}

/* The range in ascending order without "*"; false when it has no members. */
static bool resolve(const struct iw_range *range, uint32_t star, struct iw_range *resolved)
{
    uint32_t first = range->first == IW_SET_STAR ? star : range->first;
    uint32_t last = range->last == IW_SET_STAR ? star : range->last;
    if (first == 0 || last == 0)
        return false;
    *resolved = first <= last ? (struct iw_range){first, last} : (struct iw_range){last, first};
    return true;
}

static int compare(const void *left, const void *right)
{
    const struct iw_range *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

/* Joins sorted ranges that overlap or touch; returns how many remain. */
static size_t merge(struct iw_range *ranges, size_t count)
{
    size_t merged = 0;
    for (size_t i = 0; i < count; i++) {
        struct iw_range *last = merged == 0 ? NULL : &ranges[merged - 1];
        bool joins = last != NULL && ranges[i].first - 1 <= last->last;
        if (!joins)
            ranges[merged++] = ranges[i];
        else if (ranges[i].last > last->last)
            last->last = ranges[i].last;
    }
    return merged;
}

bool iw_set_normalize(struct iw_set *set, uint32_t star, struct iw_arena *arena)
{
    if (set->count == 0)
        return true;
    struct iw_range *ranges = iw_arena_array(arena, set->count, sizeof *ranges);
    if (ranges == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        if (resolve(&set->ranges[i], star, &ranges[count]))
            count++;
    qsort(ranges, count, sizeof *ranges, compare);
    set->ranges = ranges;
    set->count = merge(ranges, count);
    return true;
}

bool iw_set_contains(const struct iw_set *set, uint32_t number, uint32_t star)
{
    for (size_t i = 0; i < set->count; i++) {
        struct iw_range range;
        if (resolve(&set->ranges[i], star, &range) && number >= range.first && number <= range.last)
            return true;
    }
    return false;
}

bool iw_set_follow(const struct iw_set *set, uint32_t number, size_t *at)
{
    while (*at < set->count && set->ranges[*at].last < number)
        ++*at;
    return *at < set->count && set->ranges[*at].first <= number;
}

uint64_t iw_set_size(const struct iw_set *set, uint32_t star)
{
    uint64_t size = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct iw_range range;
        if (!resolve(&set->ranges[i], star, &range))
            continue;
        uint64_t members = (uint64_t)range.last - range.first + 1;
        size = size > UINT64_MAX - members ? UINT64_MAX : size + members;
    }
    return size;
}
