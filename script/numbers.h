/* SPDX-License-Identifier: MIT */
/* Sets of numbers as they are written, "1:3,7" or "1 2 3 7", compared by value. They are read where
 * they stand and never expanded, so no memory is needed. What could take long is bounded: a pair of
 * sets too large to compare counts as unequal. */
#ifndef IW_SCRIPT_NUMBERS_H
#define IW_SCRIPT_NUMBERS_H

#include "base/span.h"

/* Numbers and ranges parted by "," or single blanks; "*" as a bound is the largest number. */
bool iw_numbers_valid(struct iw_span set);

/* All these want valid sets. The order of members and of bounds does not matter. */
bool iw_numbers_equal(struct iw_span a, struct iw_span b);
bool iw_numbers_contain(struct iw_span set, uint64_t number);
/* Members, each counted once; UINT64_MAX also when the set is too large to be counted. */
uint64_t iw_numbers_size(struct iw_span set);

#endif
