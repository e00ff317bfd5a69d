/* SPDX-License-Identifier: MIT */
#include "tests/lib/cuts.h"

#include "base/random.h"

#include <stdlib.h>
#include <string.h>

enum { EVERY_BYTE_UP_TO = 512, SEEDED = 64 };

static int compare(const void *left, const void *right)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

static bool is_border(struct iw_span input, size_t place)
{
    static const char marks[] = " \r\n()[]{}\"";
    return memchr(marks, input.data[place - 1], sizeof marks - 1) != NULL ||
           memchr(marks, input.data[place], sizeof marks - 1) != NULL;
}

void iw_each_cut(struct iw_span input, void (*cut)(void *context, size_t place), void *context)
{
    size_t seeded[SEEDED];
    struct iw_random random;
    iw_random_seed(&random, input.length);
    for (size_t i = 0; i < SEEDED; i++)
        seeded[i] = (size_t)iw_random_below(&random, input.length + 1);
    qsort(seeded, SEEDED, sizeof *seeded, compare);
    size_t next = 0;
    for (size_t place = 1; place < input.length; place++) {
        while (next < SEEDED && seeded[next] < place)
            next++;
        bool chosen = next < SEEDED && seeded[next] == place;
        if (place <= EVERY_BYTE_UP_TO || chosen || is_border(input, place))
            cut(context, place);
    }
}
