/* SPDX-License-Identifier: MIT */
/* One text under a reader: in a block of exactly its size, and with its literals, if it ends in LF,
 * as the framer sees them. */
#ifndef IW_TESTS_READING_H
#define IW_TESTS_READING_H

#include "parser/reader.h"

struct iw_reading {
    struct iw_limits limits;   /* may be changed before the first parse */
    struct iw_lenient lenient; /* allows nothing until a test says so */
    struct iw_error error;
    struct iw_arena arena;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_reader reader;
    struct iw_span copy;
};

/* alloc gives the arena's memory. The struct must stay where it is. */
void iw_reading_begin(struct iw_reading *reading, enum iw_frame_role role, struct iw_span text,
                      const struct iw_alloc *alloc);
void iw_reading_end(struct iw_reading *reading);

/* Octets read so far. */
size_t iw_reading_offset(const struct iw_reading *reading);

#endif
