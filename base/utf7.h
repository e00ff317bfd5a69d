/* SPDX-License-Identifier: MIT */
/* Mailbox names in modified UTF-7 (RFC 3501 §5.1.3) from and to UTF-8.
 *
 * Printable ASCII stands for itself, "&" is "&-", and all else is UTF-16 in a base64 with "," for
 * "/", between "&" and "-". Every name has exactly one form, and only that one is read. Control
 * characters are encoded; whether a name may hold them is not decided here. */
#ifndef IW_BASE_UTF7_H
#define IW_BASE_UTF7_H

#include "base/buf.h"
#include "base/result.h"

/* IW_SYNTAX at the first octet that is no UTF-8; IW_NO_MEMORY when out takes no more. Then out is
 * as it was. */
enum iw_result iw_utf7_encode(struct iw_buf *out, struct iw_span utf8, struct iw_error *error);

/* IW_SYNTAX at the character that does not fit: an octet outside of printable ASCII, printable
 * ASCII inside base64, a shift that does not end, a shift directly behind another, an unpaired
 * surrogate, left-over bits. Then out is as it was. */
enum iw_result iw_utf7_decode(struct iw_buf *out, struct iw_span utf7, struct iw_error *error);

#endif
