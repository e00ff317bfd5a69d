/* SPDX-License-Identifier: MIT */
/* i;unicode-casemap (RFC 5051): text that compares equal, octet by octet, when it differs only in
 * case or in how its characters are composed. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_CASEMAP_H
#define IW_MOCKSERVER_ENGINE_MIME_CASEMAP_H

#include "base/buf.h"

enum { IW_CASEMAP_MAX = 32 }; /* characters that one becomes, at most */

/* Title case, and then its decomposition, canonical or not, to the end (RFC 5051 §2). */
size_t iw_casemap_char(uint32_t code, uint32_t mapped[IW_CASEMAP_MAX]);

/* An octet that is no UTF-8 stays as it is. Failure is the buffer's. */
void iw_casemap(struct iw_buf *out, struct iw_span utf8);

#endif
