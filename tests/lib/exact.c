/* SPDX-License-Identifier: MIT */
#include "tests/lib/exact.h"

#include <stdlib.h>
#include <string.h>

struct iw_span iw_exact_copy(struct iw_span bytes)
{
    char *copy = malloc(bytes.length);
    if (copy == NULL)
        abort();
    if (bytes.length > 0)
        memcpy(copy, bytes.data, bytes.length);
    return iw_span(copy, bytes.length);
}

void iw_exact_free(struct iw_span copy)
{
    free((void *)(uintptr_t)copy.data);
}
