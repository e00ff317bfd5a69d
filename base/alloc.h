/* SPDX-License-Identifier: MIT */
/* Where memory comes from. Every owner of memory takes one, so that a test can make the i-th
 * allocation fail for every i. NULL stands for the C library's. */
#ifndef IW_BASE_ALLOC_H
#define IW_BASE_ALLOC_H

#include <stddef.h>

struct iw_alloc {
    /* realloc's contract; size 0 frees and returns NULL. */
    void *(*resize)(void *context, void *old, size_t size);
    void *context;
};

void *iw_alloc_resize(const struct iw_alloc *alloc, void *old, size_t size);
void iw_alloc_free(const struct iw_alloc *alloc, void *old);

#endif
