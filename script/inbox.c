/* SPDX-License-Identifier: MIT */
#include "script/inbox.h"

#include <string.h>

enum { KIB = 1024, MIB = 1024 * KIB, KEPT_MAX = 32 * MIB };

static const struct iw_limits limits = {
    .line = MIB,
    .literal = 16 * MIB,
    .frame = 32 * MIB,
    .literals = 10000,
    .values = 32 * MIB,
    .items = 200000,
    .depth = 100,
};

void iw_inbox_init(struct iw_inbox *inbox, enum iw_frame_role role, const struct iw_alloc *alloc)
{
    *inbox = (struct iw_inbox){.role = role};
    inbox->end = &inbox->first;
    iw_buf_init(&inbox->octets, alloc, KEPT_MAX);
    iw_framer_init(&inbox->framer, role, &limits, alloc);
}

void iw_inbox_release(struct iw_inbox *inbox)
{
    iw_buf_release(&inbox->octets);
    iw_framer_release(&inbox->framer);
}

bool iw_inbox_add(struct iw_inbox *inbox, struct iw_span octets)
{
    iw_buf_add(&inbox->octets, octets);
    return !inbox->octets.failed;
}

/* ---- cutting ---- */

static bool copy_frame(const struct iw_frame *frame, struct iw_arena *arena, struct iw_frame *copy)
{
    struct iw_literal *literals = iw_arena_array(arena, frame->literal_count, sizeof *literals);
    *copy = *frame;
    copy->bytes = iw_arena_copy(arena, frame->bytes);
    copy->literals = literals;
    if (literals == NULL || copy->bytes.data == NULL)
        return false;
    if (frame->literal_count > 0)
        memcpy(literals, frame->literals, frame->literal_count * sizeof *literals);
    return true;
}

/* The first word, unless it is "*" or "+"; also of a line that cannot be cut into tokens. */
static struct iw_span first_word(struct iw_span octets)
{
    size_t length = 0;
    while (length < octets.length && strchr(" \r\n", octets.data[length]) == NULL)
        length++;
    return iw_span_part(octets, 0, length);
}

static void find_tag(struct iw_received *received)
{
    struct iw_span word = first_word(received->frame.bytes);
    received->line = received->tree;
    if (iw_span_equal(word, IW_SPAN("*")) || iw_span_equal(word, IW_SPAN("+")))
        return;
    received->tag = word;
    if (received->tree.first == NULL)
        return;
    received->line.first = received->tree.first->next;
    received->line.count--;
}

static struct iw_received *receive(struct iw_inbox *inbox, const struct iw_frame *frame,
                                   struct iw_arena *arena)
{
    struct iw_received *received = iw_arena_get(arena, sizeof *received);
    if (received == NULL || !copy_frame(frame, arena, &received->frame))
        return NULL;
    enum iw_tree_kind kind = inbox->role == IW_FRAME_COMMANDS ? IW_TREE_COMMAND : IW_TREE_RESPONSE;
    if (iw_parse_tree(&received->frame, kind, arena, &limits, &received->tree, &received->error) !=
        IW_OK)
        received->tree = (struct iw_tree){0};
    find_tag(received);
    received->number = ++inbox->count;
    return received;
}

/* What the framer has not used goes back to the front of octets. */
static void take_back(struct iw_inbox *inbox)
{
    struct iw_span rest = iw_framer_take_rest(&inbox->framer);
    iw_buf_consume(&inbox->octets, inbox->octets.length - rest.length);
    inbox->inside = false;
}

static void put(struct iw_inbox *inbox, struct iw_received *received)
{
    *inbox->end = received;
    inbox->end = &received->next;
}

enum iw_result iw_inbox_cut(struct iw_inbox *inbox, struct iw_arena *arena,
                            struct iw_received **received, bool *ask, struct iw_error *error)
{
    struct iw_frame frame;
    if (inbox->lost)
        return iw_fail(error, IW_FATAL, 0, "a stream that can be framed");
    if (!inbox->asked)
        iw_framer_feed(&inbox->framer, iw_buf_span(&inbox->octets));
    inbox->asked = false;
    enum iw_result result = iw_framer_next(&inbox->framer, &frame, error);
    if (result == IW_MORE) {
        inbox->inside = inbox->inside || inbox->octets.length > 0;
        iw_buf_clear(&inbox->octets);
        return IW_MORE;
    }
    inbox->lost = result != IW_OK;
    if (result != IW_OK)
        return result;
    *ask = frame.kind == IW_FRAME_ASK;
    *received = receive(inbox, &frame, arena);
    inbox->lost = *received == NULL;
    if (*received == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, "memory for a line");
    inbox->asked = *ask;
    if (!*ask) {
        put(inbox, *received);
        take_back(inbox);
    }
    return IW_OK;
}

void iw_inbox_accept(struct iw_inbox *inbox)
{
    iw_framer_accept(&inbox->framer);
}

void iw_inbox_refuse(struct iw_inbox *inbox)
{
    iw_framer_refuse(&inbox->framer);
    inbox->asked = false;
    take_back(inbox);
}

/* ---- octets ---- */

struct iw_span iw_inbox_peek(const struct iw_inbox *inbox)
{
    return inbox->inside || inbox->asked ? iw_span(NULL, 0) : iw_buf_span(&inbox->octets);
}

void iw_inbox_skip(struct iw_inbox *inbox, size_t octets)
{
    iw_buf_consume(&inbox->octets, octets);
}

bool iw_inbox_has_octets(const struct iw_inbox *inbox)
{
    return inbox->octets.length > 0 || inbox->inside;
}

bool iw_inbox_empty(const struct iw_inbox *inbox)
{
    return inbox->first == NULL && !iw_inbox_has_octets(inbox);
}

void iw_inbox_rest(struct iw_inbox *inbox, struct iw_buf *rest)
{
    for (const struct iw_received *line = inbox->first; line != NULL; line = line->next)
        iw_buf_add(rest, line->frame.bytes);
    if (inbox->inside) /* then the framer has a line that has begun, and nothing else */
        iw_buf_add(rest, iw_framer_take_rest(&inbox->framer));
    iw_buf_add(rest, iw_buf_span(&inbox->octets));
    iw_inbox_clear(inbox);
}

/* ---- the queue ---- */

void iw_inbox_forget(struct iw_inbox *inbox, struct iw_received *received)
{
    struct iw_received **link = &inbox->first;
    while (*link != received)
        link = &(*link)->next;
    *link = received->next;
    if (*link == NULL)
        inbox->end = link;
}

void iw_inbox_clear(struct iw_inbox *inbox)
{
    const struct iw_alloc *alloc = inbox->octets.alloc;
    iw_buf_clear(&inbox->octets);
    iw_framer_release(&inbox->framer);
    iw_framer_init(&inbox->framer, inbox->role, &limits, alloc);
    inbox->inside = inbox->asked = inbox->lost = false;
    inbox->first = NULL;
    inbox->end = &inbox->first;
}
