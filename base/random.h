/* SPDX-License-Identifier: MIT */
/* Numbers that look random and are the same for the same seed, on every machine (xoshiro256**, its
 * state filled by splitmix64). Not for secrets. */
#ifndef IW_BASE_RANDOM_H
#define IW_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct iw_random {
    uint64_t state[4]; /* never all 0 */
};

void iw_random_seed(struct iw_random *random, uint64_t seed);
uint64_t iw_random_next(struct iw_random *random);

/* 0 to bound - 1, each equally likely; bound is at least 1. */
uint64_t iw_random_below(struct iw_random *random, uint64_t bound);

#endif
