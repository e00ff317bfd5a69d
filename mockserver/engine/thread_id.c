/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/thread_id.h"

#include "mockserver/engine/mime_ids.h"

enum { ARENA_CAP = 4 << 20 };

/* FNV-1a */
static uint64_t hash(struct iw_span octets)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < octets.length; i++)
        value = (value ^ (unsigned char)octets.data[i]) * UINT64_C(1099511628211);
    return value;
}

uint64_t iw_thread_id(struct iw_span message)
{
    struct iw_arena arena;
    struct iw_mime_ids references = {0};
    struct iw_span root = {NULL, 0};
    iw_arena_init(&arena, NULL, ARENA_CAP);
    if (iw_mime_references(&arena, message, &references) == IW_OK && references.count > 0)
        root = references.members[0];
    else
        iw_mime_message_id(&arena, message, &root);
    uint64_t id = root.length == 0 ? 0 : hash(root);
    iw_arena_release(&arena);
    return id;
}
