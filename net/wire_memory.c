/* SPDX-License-Identifier: MIT */
#include "net/wire.h"

#include <stdlib.h>
#include <string.h>

struct memory {
    struct iw_span script; /* what is left of it */
    struct iw_buf *sent;
};

static enum iw_result memory_read(void *context, char *room, size_t size, size_t *got,
                                  int timeout_ms, struct iw_error *error)
{
    (void)timeout_ms;
    struct memory *memory = context;
    if (memory->script.length == 0)
        return iw_failf(error, IW_CLOSED, "the script has ended");
    struct iw_span some = iw_span_part(memory->script, 0, size);
    memcpy(room, some.data, some.length);
    *got = some.length;
    memory->script = iw_span_part(memory->script, some.length, memory->script.length);
    return IW_OK;
}

static enum iw_result memory_write(void *context, struct iw_span octets, int timeout_ms,
                                   struct iw_error *error)
{
    (void)timeout_ms;
    struct memory *memory = context;
    iw_buf_add(memory->sent, octets);
    return memory->sent->failed ? iw_fail(error, IW_LIMIT, 0, "room for what is sent") : IW_OK;
}

static const struct iw_wire_calls memory_calls = {
    .read = memory_read,
    .write = memory_write,
    .close = free,
};

struct iw_wire *iw_wire_memory(struct iw_span script, struct iw_buf *sent)
{
    struct memory *memory = malloc(sizeof *memory);
    if (memory == NULL)
        return NULL;
    *memory = (struct memory){.script = script, .sent = sent};
    struct iw_wire *wire = iw_wire_custom(&memory_calls, memory);
    if (wire == NULL)
        free(memory);
    return wire;
}
