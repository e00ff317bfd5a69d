/* SPDX-License-Identifier: MIT */
/* Named leniencies: each relaxes one place of the grammar and is named after it. Strict reading is
 * the default; every use is recorded, so that a tester can report it. At most 60. */
#ifndef IW_PARSER_LENIENT_H
#define IW_PARSER_LENIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum iw_leniency {
    IW_LENIENT_BARE_LF,        /* a line that ends in LF alone */
    IW_LENIENT_TRAILING_SPACE, /* SP before CRLF */
    IW_LENIENT_EMPTY_TEXT,     /* resp-text without any text (legal in RFC 9051, not in RFC 3501) */
    IW_LENIENT_QUOTED_8BIT,    /* octets from 0x80 between quotes that are no UTF-8 */
    IW_LENIENT_QUOTED_ESCAPE,  /* a backslash between quotes before neither \ nor " */
    IW_LENIENT_LITERAL_NUL,    /* NUL in a literal that is no literal8 */
    IW_LENIENT_FLAG_RECENT,    /* \Recent where the grammar excludes it: FLAGS, PERMANENTFLAGS */
    IW_LENIENT_QUOTA_NO_LIST,  /* QUOTA with a root and no list of resources */
    IW_LENIENT_COUNT
};

struct iw_lenient {
    uint64_t allowed;    /* bit 1 << enum iw_leniency */
    uint64_t used;       /* the same, set by the parser */
    size_t first_offset; /* of the first use in the frame */
};

const char *iw_leniency_name(enum iw_leniency leniency); /* "bare-lf", … */

/* True if it is allowed; then its use is recorded at that offset. NULL allows nothing. */
bool iw_lenient_use(struct iw_lenient *lenient, enum iw_leniency leniency, size_t offset);

#endif
