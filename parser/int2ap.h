/* SPDX-License-Identifier: MIT */
/* Int2AP: a number as letters "A" to "P", four bits each, the highest first, as Python's imaplib
 * begins its tags. */
#ifndef IW_PARSER_INT2AP_H
#define IW_PARSER_INT2AP_H

#include "base/buf.h"

/* 1 to 16 letters; none for 0. */
void iw_write_int2ap(struct iw_buf *out, uint64_t number);

#endif
