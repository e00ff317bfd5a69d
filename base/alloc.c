/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdlib.h>

void *iw_alloc_resize(const struct iw_alloc *alloc, void *old, size_t size)
{
    if (alloc != NULL)
        return alloc->resize(alloc->context, old, size);
    if (size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

void iw_alloc_free(const struct iw_alloc *alloc, void *old)
{
    iw_alloc_resize(alloc, old, 0);
}
