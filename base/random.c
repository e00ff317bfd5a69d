/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <assert.h>

static uint64_t splitmix64(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15;
    uint64_t mixed = *state;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

void iw_random_seed(struct iw_random *random, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++)
        random->state[i] = splitmix64(&seed);
}

static uint64_t rotate(uint64_t bits, unsigned left)
{
    return bits << left | bits >> (64 - left);
}

uint64_t iw_random_next(struct iw_random *random)
{
    uint64_t *state = random->state;
    uint64_t result = rotate(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 45);
    return result;
}

uint64_t iw_random_below(struct iw_random *random, uint64_t bound)
{
    assert(bound > 0);
    /* 2^64 mod bound numbers at the low end are one too many: they are drawn again. */
    uint64_t surplus = (UINT64_MAX - bound + 1) % bound;
    uint64_t number;
    do
        number = iw_random_next(random);
    while (number < surplus);
    return number % bound;
}
