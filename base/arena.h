/* SPDX-License-Identifier: MIT */
/* Memory for many small values that end together.
 *
 * An arena takes blocks, gives pieces of them, and takes all pieces back at once by reset. After a
 * reset it keeps its blocks, so that a steady stream of messages costs no malloc. It never holds
 * more than its cap: past it every request fails, which bounds what a hostile peer can make us
 * hold. Pieces are aligned for any type and are valid until reset or release. */
#ifndef IW_BASE_ARENA_H
#define IW_BASE_ARENA_H

#include "base/alloc.h"
#include "base/span.h"

struct iw_arena_block;

struct iw_arena {
    const struct iw_alloc *alloc;
    struct iw_arena_block *first;   /* owned list, in order of use */
    struct iw_arena_block *current; /* pieces come from here */
    size_t cap;                     /* octets of all blocks together */
    size_t held;                    /* octets of all blocks together, now */
};

void iw_arena_init(struct iw_arena *arena, const struct iw_alloc *alloc, size_t cap);
void iw_arena_release(struct iw_arena *arena);
void iw_arena_reset(struct iw_arena *arena);

/* All pieces given since the mark end; those before it stay. */
struct iw_arena_mark {
    struct iw_arena_block *block; /* NULL: nothing was given yet */
    size_t used;
};
struct iw_arena_mark iw_arena_mark(const struct iw_arena *arena);
void iw_arena_rewind(struct iw_arena *arena, struct iw_arena_mark mark);

/* Zeroed memory, or NULL when the cap or the machine's memory is reached. size 0 is allowed and
 * gives a non-NULL pointer. */
void *iw_arena_get(struct iw_arena *arena, size_t size);
/* The same, but what is in it is left as it was: for what is written before anybody reads it. */
void *iw_arena_take(struct iw_arena *arena, size_t size);

/* Space for count members of the given size; NULL also when the product overflows. */
void *iw_arena_array(struct iw_arena *arena, size_t count, size_t size);

/* A copy of the bytes with a NUL behind them (not counted in the length); data is NULL on failure.
 */
struct iw_span iw_arena_copy(struct iw_arena *arena, struct iw_span bytes);

#endif
