/* SPDX-License-Identifier: MIT */
/* The smallest writers, used by all others: the shortest legal form of each value. */
#ifndef IW_PARSER_WRITE_H
#define IW_PARSER_WRITE_H

#include "base/buf.h"

/* astring: atom where it may be, else quoted, else a literal. */
void iw_write_astring(struct iw_buf *out, struct iw_span value);
/* string: quoted, else a literal ({n} CRLF and the octets; who sends it to a server waits for "+"
 * at that place). */
void iw_write_string(struct iw_buf *out, struct iw_span value);
/* quoted, where nothing else is allowed: octets from 0x80 as they are; no NUL, CR or LF. */
void iw_write_quoted(struct iw_buf *out, struct iw_span value);
/* nstring: NIL for the absent span. */
void iw_write_nstring(struct iw_buf *out, struct iw_span value);
/* True when value may be written between quotes: no NUL, CR, LF, no octet above 0x7f. */
bool iw_can_quote(struct iw_span value);

#endif
