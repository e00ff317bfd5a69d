/* SPDX-License-Identifier: MIT */
/* Memory that runs out at a chosen request, and is counted: for tests in which allocation i fails,
 * for all i, and tests of what a parser holds. */
#ifndef IW_TESTS_FAILING_ALLOC_H
#define IW_TESTS_FAILING_ALLOC_H

#include "base/alloc.h"

#include <stdbool.h>

struct iw_failing_alloc {
    struct iw_alloc alloc; /* pass its address on; the struct must stay where it is */
    size_t fail_at;        /* this request and all later ones fail; SIZE_MAX: none does */
    size_t requests;       /* for new or more memory, so far */
    size_t blocks;         /* held now: 0 when all was released */
    size_t held, peak;     /* octets */
    bool failed;           /* some request did fail */
};

void iw_failing_alloc_init(struct iw_failing_alloc *failing, size_t fail_at);

#endif
