/* SPDX-License-Identifier: MIT */
#include "script/nearest.h"

#include "base/chars.h"

enum { WORD_MAX = 40 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein's distance without regard to case; WORD_MAX when either word is longer than that. */
static unsigned distance(struct iw_span a, struct iw_span b)
{
    unsigned row[WORD_MAX + 1];
    if (a.length > WORD_MAX || b.length > WORD_MAX)
        return WORD_MAX;
    for (unsigned j = 0; j <= b.length; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a.length; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b.length; j++) {
            bool same = iw_upper(a.data[i - 1]) == iw_upper(b.data[j - 1]);
            unsigned here = least(row[j] + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1));
            diagonal = row[j];
            row[j] = here;
        }
    }
    return row[b.length];
}

/* A distance of that or more is no likeness: a word of one letter is like no other. */
static unsigned too_far(struct iw_span word)
{
    unsigned far = word.length < 4 ? 2 : 3;
    return word.length < far ? (unsigned)word.length : far;
}

struct iw_span iw_nearest_span(struct iw_span word, const struct iw_span *candidates, size_t count)
{
    struct iw_span nearest = {NULL, 0};
    unsigned best = too_far(word);
    for (size_t i = 0; i < count; i++) {
        unsigned here = distance(word, candidates[i]);
        if (here >= best)
            continue;
        best = here;
        nearest = candidates[i];
    }
    return nearest;
}

const char *iw_nearest(struct iw_span word, const char *const *candidates)
{
    const char *nearest = NULL;
    unsigned best = too_far(word);
    for (size_t i = 0; candidates[i] != NULL; i++) {
        unsigned here = distance(word, iw_span_of(candidates[i]));
        if (here >= best)
            continue;
        best = here;
        nearest = candidates[i];
    }
    return nearest;
}
