/* SPDX-License-Identifier: MIT */
/* A reader over a text without literals, for targets of what stands inside a line. */
#ifndef IW_FUZZ_TEXT_READER_H
#define IW_FUZZ_TEXT_READER_H

#include "parser/reader.h"

static inline void iw_text_reader(struct iw_reader *reader, struct iw_span text,
                                  struct iw_arena *arena, struct iw_error *error)
{
    struct iw_frame frame = {.bytes = text};
    *error = (struct iw_error){0};
    iw_reader_init(reader, &frame, arena, &iw_limits_default, NULL, error);
}

/* The octets read so far. */
static inline struct iw_span iw_text_read(const struct iw_reader *reader)
{
    return iw_span(reader->begin, (size_t)(reader->at - reader->begin));
}

#endif
