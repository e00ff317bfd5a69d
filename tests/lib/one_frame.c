/* SPDX-License-Identifier: MIT */
#include "tests/lib/one_frame.h"

#include "tests/lib/exact.h"

#include <stdlib.h>
#include <string.h>

static void own(struct iw_one_frame *one, const struct iw_frame *frame, size_t octets)
{
    size_t size = frame->literal_count * sizeof *frame->literals;
    struct iw_literal *literals = malloc(size == 0 ? 1 : size);
    if (literals == NULL)
        abort();
    if (size > 0)
        memcpy(literals, frame->literals, size);
    one->frame = *frame;
    one->frame.bytes = iw_exact_copy(iw_span_part(frame->bytes, 0, octets));
    one->frame.literals = literals;
}

static enum iw_literal_fate skip(void *context, struct iw_span so_far,
                                 const struct iw_literal *literal)
{
    (void)context;
    (void)so_far;
    (void)literal;
    return IW_LITERAL_SKIP;
}

/* The next frame that does not wait for an answer. */
static enum iw_result next_whole(struct iw_framer *framer, struct iw_frame *frame)
{
    struct iw_error error = {0};
    enum iw_result result;
    while ((result = iw_framer_next(framer, frame, &error)) == IW_OK && frame->kind == IW_FRAME_ASK)
        iw_framer_accept(framer);
    return result;
}

bool iw_one_frame_open(struct iw_one_frame *one, enum iw_frame_role role, struct iw_span input,
                       bool keep)
{
    struct iw_framer framer;
    struct iw_frame frame;
    iw_framer_init(&framer, role, &iw_limits_default, NULL);
    if (!keep)
        iw_framer_handle_literals(&framer, (struct iw_literal_handler){.fate = skip});
    iw_framer_feed(&framer, input);
    bool whole = next_whole(&framer, &frame) == IW_OK && iw_framer_held(&framer) == 0;
    if (whole)
        own(one, &frame, frame.bytes.length);
    iw_framer_release(&framer);
    return whole;
}

void iw_one_frame_cut(struct iw_one_frame *one, const struct iw_one_frame *whole, size_t octets)
{
    own(one, &whole->frame, octets);
}

void iw_one_frame_close(struct iw_one_frame *one)
{
    iw_exact_free(one->frame.bytes);
    free((void *)(uintptr_t)one->frame.literals);
}
