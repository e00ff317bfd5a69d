/* SPDX-License-Identifier: MIT */
/* Where an input is cut in two: at every byte up to 512, beyond that at token borders and 64 seeded
 * places. */
#ifndef IW_TESTS_CUTS_H
#define IW_TESTS_CUTS_H

#include "base/span.h"

/* Calls cut for each place, 1 to input.length - 1, in ascending order. */
void iw_each_cut(struct iw_span input, void (*cut)(void *context, size_t place), void *context);

#endif
