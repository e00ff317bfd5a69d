/* SPDX-License-Identifier: MIT */
/* "Did you mean …?" */
#ifndef IW_SCRIPT_NEAREST_H
#define IW_SCRIPT_NEAREST_H

#include "base/span.h"

/* The candidate (of a NULL-ended list) that a typing error or two would turn into word, without
 * regard to case; NULL when none is that near. */
const char *iw_nearest(struct iw_span word, const char *const *candidates);

#endif
