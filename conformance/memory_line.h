/* SPDX-License-Identifier: MIT */
/* A connection between two ends in one process: what one of them writes, as the other reads it.
 * Compression (RFC 4978) is done as on a real one, by each end for itself; TLS is not. */
#ifndef IW_CONFORMANCE_MEMORY_LINE_H
#define IW_CONFORMANCE_MEMORY_LINE_H

#include "net/deflate.h"
#include "script/scenario.h"

struct iw_memory_line {
    struct iw_deflate *ends[2]; /* by enum iw_side; NULL: that end does not compress; owned */
};

/* From now on this end compresses and unpacks, if there is memory. */
void iw_memory_line_compress(struct iw_memory_line *line, enum iw_side end);
/* What the end writes; *out then holds what the other one reads. False: it cannot read that, or
 * there is no memory. */
bool iw_memory_line_carry(struct iw_memory_line *line, enum iw_side from, struct iw_span octets,
                          struct iw_buf *out);
/* Frees; the line is as new. */
void iw_memory_line_release(struct iw_memory_line *line);

#endif
