/* SPDX-License-Identifier: MIT */
/* sequence-set.
 *
 * Holds: written and read again it is the same; it is written as it was read, or shorter where a
 * range n:n became n; normalizing keeps the members, is ascending without touching ranges, counts
 * no member twice, and changes nothing when done again. An error's offset lies in the text.
 *
 * Input: four octets for the number that "*" stands for, most significant first ("0000" is a large
 * one, four NULs are an empty mailbox), then the text. */
#include "fuzz/holds.h"
#include "fuzz/text_reader.h"

#include "parser/set.h"

enum { STAR_OCTETS = 4, PROBES = 4 };

static bool same(const struct iw_set *a, const struct iw_set *b)
{
    if (a->count != b->count || a->saved != b->saved)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->ranges[i].first != b->ranges[i].first || a->ranges[i].last != b->ranges[i].last)
            return false;
    return true;
}

static void check_written(const struct iw_set *set, struct iw_span text, struct iw_arena *arena)
{
    struct iw_buf out;
    struct iw_reader reader;
    struct iw_error error;
    struct iw_set again;
    iw_buf_init(&out, NULL, SIZE_MAX / 2);
    iw_write_set(&out, set);
    IW_HOLDS(out.length < text.length || iw_span_equal(iw_buf_span(&out), text));
    iw_text_reader(&reader, iw_buf_span(&out), arena, &error);
    IW_HOLDS(iw_parse_set(&reader, &again) == IW_OK);
    IW_HOLDS(iw_text_read(&reader).length == out.length);
    IW_HOLDS(same(set, &again));
    iw_buf_release(&out);
}

/* Membership around bounds that were written: of a few ranges all over the set, for each question
 * walks through both sets. */
static void check_members(const struct iw_set *set, const struct iw_set *normal, uint32_t star)
{
    size_t stride = set->count / PROBES + 1;
    for (size_t i = 0; i < set->count; i += stride) {
        const uint32_t bounds[] = {set->ranges[i].first, set->ranges[i].last, star};
        for (size_t j = 0; j < 3; j++)
            for (uint32_t step = 0; step < 3; step++) {
                uint32_t number = bounds[j] + step - 1; /* may wrap: any number will do */
                IW_HOLDS(iw_set_contains(set, number, star) ==
                         iw_set_contains(normal, number, star));
            }
    }
}

static void check_normal(const struct iw_set *set, uint32_t star, struct iw_arena *arena)
{
    struct iw_set normal = *set;
    IW_HOLDS(iw_set_normalize(&normal, star, arena));
    for (size_t i = 0; i < normal.count; i++) {
        const struct iw_range *range = &normal.ranges[i];
        IW_HOLDS(range->first >= 1 && range->first <= range->last);
        IW_HOLDS(i == 0 || (uint64_t)range[-1].last + 1 < range->first);
    }
    IW_HOLDS(normal.count <= set->count);
    IW_HOLDS(iw_set_size(&normal, star) <= iw_set_size(set, star));
    IW_HOLDS(iw_set_size(&normal, star) <= UINT32_MAX);
    check_members(set, &normal, star);
    struct iw_set again = normal;
    IW_HOLDS(iw_set_normalize(&again, star, arena));
    IW_HOLDS(same(&normal, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t star = 0;
    if (size < STAR_OCTETS)
        return 0;
    for (size_t i = 0; i < STAR_OCTETS; i++)
        star = star << 8 | data[i];
    struct iw_span text = iw_span((const char *)data + STAR_OCTETS, size - STAR_OCTETS);
    struct iw_arena arena;
    struct iw_reader reader;
    struct iw_error error;
    struct iw_set set;
    iw_arena_init(&arena, NULL, (size_t)1 << 26);
    iw_text_reader(&reader, text, &arena, &error);
    enum iw_result result = iw_parse_set(&reader, &set);
    IW_HOLDS(result == error.code);
    if (result == IW_OK) {
        check_written(&set, iw_text_read(&reader), &arena);
        check_normal(&set, star, &arena);
    } else
        IW_HOLDS(result == IW_SYNTAX && error.offset <= text.length && error.expected != NULL);
    iw_arena_release(&arena);
    return 0;
}
