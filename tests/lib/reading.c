/* SPDX-License-Identifier: MIT */
#include "tests/lib/reading.h"

#include "tests/lib/exact.h"

#include <stdlib.h>

static bool is_line(struct iw_span text)
{
    return text.length > 0 && text.data[text.length - 1] == '\n';
}

/* A command's literals are all accepted. */
static void frame_text(struct iw_reading *reading)
{
    iw_framer_feed(&reading->framer, reading->copy);
    while (iw_framer_next(&reading->framer, &reading->frame, NULL) == IW_OK) {
        if (reading->frame.kind == IW_FRAME_WHOLE)
            return;
        iw_framer_accept(&reading->framer);
    }
    abort(); /* the test's text is no frame */
}

void iw_reading_begin(struct iw_reading *reading, enum iw_frame_role role, struct iw_span text,
                      const struct iw_alloc *alloc)
{
    *reading = (struct iw_reading){.limits = iw_limits_default, .copy = iw_exact_copy(text)};
    iw_framer_init(&reading->framer, role, &reading->limits, NULL);
    iw_arena_init(&reading->arena, alloc, reading->limits.values);
    reading->frame = (struct iw_frame){.role = role, .bytes = reading->copy};
    if (is_line(text))
        frame_text(reading);
    iw_reader_init(&reading->reader, &reading->frame, &reading->arena, &reading->limits,
                   &reading->lenient, &reading->error);
}

void iw_reading_end(struct iw_reading *reading)
{
    iw_framer_release(&reading->framer);
    iw_arena_release(&reading->arena);
    iw_exact_free(reading->copy);
}

size_t iw_reading_offset(const struct iw_reading *reading)
{
    return (size_t)(reading->reader.at - reading->reader.begin);
}
