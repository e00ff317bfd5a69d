/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

enum { SIZE_MIN = 500 };

static uint64_t at_most(uint64_t number, uint64_t max)
{
    return number < max ? number : max;
}

/* UIDBATCHES size [first:last] (RFC 10022 §3.1): batches count from the highest UIDs down, and each
 * but the last holds as many messages as it may. */
struct iw_outcome iw_command_uidbatches(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    const struct iw_view *view = &run->session->view;
    struct iw_response response = {.kind = IW_RESPONSE_UIDBATCHES,
                                   .uidbatches = {.correlator = {.tag = command->tag}}};
    struct iw_set *ranges = &response.uidbatches.ranges;
    struct iw_outcome outcome = iw_bad("batches count upwards");
    outcome.code = IW_SPAN("CLIENTBUG");
    if (command->window.first > command->window.last)
        return outcome;
    if (command->length < SIZE_MIN)
        return iw_no("TOOFEW", "batches hold 500 messages or more");
    uint64_t batches = view->count / command->length + (view->count % command->length > 0);
    uint64_t first = 1, last = batches;
    if (command->window.first != 0) {
        first = (uint64_t)command->window.first;
        last = at_most((uint64_t)command->window.last, batches);
    }
    ranges->ranges = iw_arena_array(run->arena, batches, sizeof *ranges->ranges);
    if (ranges->ranges == NULL)
        return iw_no_memory();
    for (; first <= last; first++) {
        uint64_t end = view->count - (first - 1) * command->length;
        uint64_t begin = end - at_most(end, command->length);
        ranges->ranges[ranges->count++] =
            (struct iw_range){view->entries[end - 1].uid, view->entries[begin].uid};
    }
    iw_write_response(run->out, &response);
    return iw_ok("those are the batches");
}
