/* SPDX-License-Identifier: MIT */
/* Header fields (RFC 5322 §2.2), as they stand: nothing is copied, everything is a part of the
 * header. Line ends are CRLF or, in broken messages, LF alone. A line without a colon is a field
 * without a name; only an empty line ends a header. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_FIELD_H
#define IW_MOCKSERVER_ENGINE_MIME_FIELD_H

#include "base/arena.h"

struct iw_mime_field {
    struct iw_span whole; /* with its continuation lines and its last line end */
    struct iw_span name;  /* without the blanks in front of the colon; empty: there is no colon */
    struct iw_span value; /* behind the colon and blanks, folds inside, without the last line end */
};

/* Takes the next field from the front of header; false at the empty line or the end. */
bool iw_mime_next_field(struct iw_span *header, struct iw_mime_field *field);

/* The first field of that name, in any case of its letters. */
bool iw_mime_find_field(struct iw_span header, struct iw_span name, struct iw_mime_field *field);

/* The length of the line that text begins with, its line end included. */
size_t iw_mime_line(struct iw_span text);

/* The line without its line end. */
struct iw_span iw_mime_chomp(struct iw_span line);

/* The value on one line (RFC 5322 §2.2.3): line ends are taken out, blanks stay but at the front,
 * and NUL, which no IMAP string can hold, becomes 0x80. A part of value or a copy in the arena;
 * absent when the arena has no room. */
struct iw_span iw_mime_unfold(struct iw_arena *arena, struct iw_span value);

#endif
