/* SPDX-License-Identifier: MIT */
/* Collations (RFC 4790): text that compares equal is mapped to the same octets. For
 * i;unicode-casemap (RFC 5051) that is text which differs only in case or in how its characters are
 * composed. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_CASEMAP_H
#define IW_MOCKSERVER_ENGINE_MIME_CASEMAP_H

#include "base/buf.h"

enum { IW_CASEMAP_MAX = 32 }; /* characters that one becomes, at most */

enum iw_collation { IW_COLLATION_UNICODE, IW_COLLATION_ASCII, IW_COLLATION_OCTET };

/* By collation, the default first; IW_COLLATION_COUNT of them. */
enum { IW_COLLATION_COUNT = 3 };
extern const char *const iw_collation_names[IW_COLLATION_COUNT];

/* Of i;unicode-casemap: title case, and then its decomposition, canonical or not, to the end (RFC
 * 5051 §2). */
size_t iw_casemap_char(enum iw_collation collation, uint32_t code, uint32_t mapped[IW_CASEMAP_MAX]);

/* An octet that is no UTF-8 stays as it is. Failure is the buffer's. */
void iw_casemap(enum iw_collation collation, struct iw_buf *out, struct iw_span utf8);

#endif
