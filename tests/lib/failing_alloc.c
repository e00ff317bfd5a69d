/* SPDX-License-Identifier: MIT */
#include "tests/lib/failing_alloc.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Stands in front of each block. */
struct header {
    alignas(max_align_t) size_t size;
};

static void give_back(struct iw_failing_alloc *failing, struct header *header)
{
    failing->blocks--;
    failing->held -= header->size;
    free(header);
}

/* Every growth moves, so that a span kept across one is found out. */
static void *resize(void *context, void *old, size_t size)
{
    struct iw_failing_alloc *failing = context;
    struct header *before = old == NULL ? NULL : (struct header *)old - 1;
    if (size == 0) {
        if (before != NULL)
            give_back(failing, before);
        return NULL;
    }
    if (failing->requests++ >= failing->fail_at) {
        failing->failed = true;
        return NULL;
    }
    struct header *header = malloc(sizeof *header + size);
    if (header == NULL)
        abort();
    header->size = size;
    failing->blocks++;
    failing->held += size;
    if (failing->peak < failing->held)
        failing->peak = failing->held;
    if (before != NULL) {
        memcpy(header + 1, old, before->size < size ? before->size : size);
        give_back(failing, before);
    }
    return header + 1;
}

void iw_failing_alloc_init(struct iw_failing_alloc *failing, size_t fail_at)
{
    *failing = (struct iw_failing_alloc){.alloc = {resize, failing}, .fail_at = fail_at};
}
