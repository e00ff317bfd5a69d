/* SPDX-License-Identifier: MIT */
#include "parser/set.h"

#include "base/chars.h"
#include "base/eight.h"

#include <stdlib.h>

/* seq-number = nz-number / "*" ; *open becomes true at "*" */
static enum iw_result parse_bound(struct iw_reader *reader, uint32_t *bound, bool *open)
{
    uint64_t number = IW_SET_STAR;
    if (iw_reader_skip(reader, '*')) {
        *open = true;
    } else {
        enum iw_result result = iw_read_nz_number(reader, UINT32_MAX, &number);
        if (result != IW_OK)
            return result;
    }
    *bound = (uint32_t)number;
    return IW_OK;
}

/* seq-number / seq-range; seq-range = seq-number ":" seq-number */
static enum iw_result parse_range(struct iw_reader *reader, struct iw_range *range, bool *open)
{
    enum iw_result result = parse_bound(reader, &range->first, open);
    if (result != IW_OK)
        return result;
    range->last = range->first;
    return iw_reader_skip(reader, ':') ? parse_bound(reader, &range->last, open) : IW_OK;
}

/* *((seq-number / seq-range) ",") while the numbers have less than eight digits, do not end the
 * frame, and ranges are left: what a large mailbox answers to SEARCH is a million of them. Whether
 * "," or ":" follows is as good as random, so no branch depends on it: a range is written at each
 * of its bounds and passed behind its ",". Returns what is behind the last "," that was reached. */
static const char *read_short_ranges(const char *at, const char *end, struct iw_range **range,
                                     const struct iw_range *last)
{
    enum { COMMA = 1, COLON };
    static const uint8_t separators[256] = {[','] = COMMA, [':'] = COLON};
    size_t begun = 0;  /* 1: the first bound of *range is read */
    size_t behind = 0; /* octets of that bound and its ":" */
    uint32_t first = 0;
    while (*range < last && end - at > 8 && *at != '0') {
        uint64_t eight = iw_eight_load(at);
        unsigned digits = iw_eight_digits(eight);
        unsigned separator = separators[(unsigned char)at[digits]];
        if (digits - 1 >= 7 || separator - COMMA > COMMA - begun) /* COLON not behind COLON */
            break;
        uint32_t number = iw_eight_value(iw_eight_places(eight, digits));
        first = begun ? first : number;
        **range = (struct iw_range){first, number};
        *range += COLON - separator;
        begun = separator - COMMA;
        behind = begun * (digits + 1);
        at += digits + 1;
    }
    return at - behind;
}

/* All of them that there is room for, and for one more. */
static void take_short_ranges(struct iw_reader *reader, struct iw_set *set)
{
    struct iw_range *range = set->ranges + set->count;
    const struct iw_range *last = set->ranges + iw_reader_room(reader, set->count) - 1;
    reader->at = read_short_ranges(reader->at, reader->end, &range, last);
    set->count = (size_t)(range - set->ranges);
}

/* sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command
 * seq-last-command = "$" ; *open becomes true at "*" and "$" */
static enum iw_result parse_set(struct iw_reader *reader, struct iw_set *set, bool *open)
{
    *set = (struct iw_set){.saved = iw_reader_skip(reader, '$')};
    *open = set->saved;
    if (set->saved)
        return IW_OK;
    do {
        enum iw_result result =
            iw_reader_grow(reader, &set->ranges, set->count, sizeof *set->ranges);
        if (result != IW_OK)
            return result;
        take_short_ranges(reader, set);
        result = parse_range(reader, &set->ranges[set->count], open);
        if (result != IW_OK)
            return result;
        set->count++;
    } while (iw_reader_skip(reader, ','));
    return IW_OK;
}

enum iw_result iw_parse_set(struct iw_reader *reader, struct iw_set *set)
{
    bool open;
    return parse_set(reader, set, &open);
}

/* uid-set = (uniqueid / uid-range) *("," uid-set) ; known-uids, …: they have neither "*" nor "$" */
enum iw_result iw_parse_known_set(struct iw_reader *reader, struct iw_set *set)
{
    bool open;
    const char *first = reader->at;
    enum iw_result result = parse_set(reader, set, &open);
    if (result != IW_OK || !open)
        return result;
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
