/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

enum { BLOCK_SIZE_FIRST = 4096, BLOCK_SIZE_MAX = 1 << 20 };

struct iw_arena_block {
    struct iw_arena_block *next;
    size_t size; /* octets of bytes[] */
    size_t used;
    alignas(max_align_t) char bytes[];
};

void iw_arena_init(struct iw_arena *arena, const struct iw_alloc *alloc, size_t cap)
{
    *arena = (struct iw_arena){.alloc = alloc, .cap = cap};
}

void iw_arena_release(struct iw_arena *arena)
{
    struct iw_arena_block *block = arena->first;
    while (block != NULL) {
        struct iw_arena_block *next = block->next;
        iw_alloc_free(arena->alloc, block);
        block = next;
    }
    iw_arena_init(arena, arena->alloc, arena->cap);
}

void iw_arena_reset(struct iw_arena *arena)
{
    for (struct iw_arena_block *block = arena->first; block != NULL; block = block->next)
        block->used = 0;
    arena->current = arena->first;
}

struct iw_arena_mark iw_arena_mark(const struct iw_arena *arena)
{
    struct iw_arena_block *block = arena->current;
    return (struct iw_arena_mark){block, block == NULL ? 0 : block->used};
}

void iw_arena_rewind(struct iw_arena *arena, struct iw_arena_mark mark)
{
    if (mark.block == NULL) {
        iw_arena_reset(arena);
        return;
    }
    for (struct iw_arena_block *block = mark.block->next; block != NULL; block = block->next)
        block->used = 0;
    mark.block->used = mark.used;
    arena->current = mark.block;
}

/* A new block behind the current one, twice as large as it, but never past the cap. */
static struct iw_arena_block *add_block(struct iw_arena *arena, size_t need)
{
    size_t room = arena->cap - arena->held;
    if (room <= sizeof(struct iw_arena_block) || need > room - sizeof(struct iw_arena_block))
        return NULL;
    size_t size = arena->current == NULL ? BLOCK_SIZE_FIRST : arena->current->size * 2;
    if (size > BLOCK_SIZE_MAX)
        size = BLOCK_SIZE_MAX;
    if (size < need)
        size = need;
    if (size > room - sizeof(struct iw_arena_block))
        size = room - sizeof(struct iw_arena_block);
    struct iw_arena_block *block = iw_alloc_resize(arena->alloc, NULL, sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->size = size;
    block->used = 0;
    arena->held += sizeof *block + size;
    if (arena->current == NULL) {
        block->next = NULL;
        arena->first = block;
    } else {
        block->next = arena->current->next;
        arena->current->next = block;
    }
    return block;
}

static inline void *take(struct iw_arena *arena, size_t size)
{
    size_t aligned = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (aligned < size)
        return NULL;
    struct iw_arena_block *block = arena->current;
    while (block != NULL && block->size - block->used < aligned) {
        block = block->next;
        if (block != NULL)
            arena->current = block;
    }
    if (block == NULL) {
        block = add_block(arena, aligned);
        if (block == NULL)
            return NULL;
        arena->current = block;
    }
    void *piece = block->bytes + block->used;
    block->used += aligned;
    return piece;
}

void *iw_arena_take(struct iw_arena *arena, size_t size)
{
    return take(arena, size);
}

void *iw_arena_get(struct iw_arena *arena, size_t size)
{
    void *piece = take(arena, size);
    return piece == NULL ? NULL : memset(piece, 0, size);
}

void *iw_arena_array(struct iw_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return iw_arena_get(arena, count * size);
}

struct iw_span iw_arena_copy(struct iw_arena *arena, struct iw_span bytes)
{
    if (bytes.length == SIZE_MAX)
        return iw_span(NULL, 0);
    char *copy = iw_arena_get(arena, bytes.length + 1);
    if (copy != NULL && bytes.length > 0)
        memcpy(copy, bytes.data, bytes.length);
    return iw_span(copy, copy == NULL ? 0 : bytes.length);
}
