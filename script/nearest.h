/* SPDX-License-Identifier: MIT */
/* "Did you mean …?" */
#ifndef IW_SCRIPT_NEAREST_H
#define IW_SCRIPT_NEAREST_H

#include "base/span.h"

/* The candidate (of a NULL-ended list) that a typing error or two would turn into word, without
 * regard to case; NULL when none is that near. */
const char *iw_nearest(struct iw_span word, const char *const *candidates);

/* The same among spans; absent when none is that near. */
struct iw_span iw_nearest_span(struct iw_span word, const struct iw_span *candidates, size_t count);

#endif
