/* SPDX-License-Identifier: MIT */
/* base64 (RFC 4648 §4) as IMAP uses it: padded, on one line. */
#ifndef IW_BASE_BASE64_H
#define IW_BASE_BASE64_H

#include "base/buf.h"
#include "base/result.h"

/* The alphabet with "+" and "/", and the value of one of its characters; -1 for any other. */
extern const char iw_base64_alphabet[65];
int iw_base64_value(char c);

void iw_base64_encode(struct iw_buf *out, struct iw_span octets);

/* Strict: groups of four, "=" only as padding at the end and then required, no blanks, and the bits
 * that padding leaves over are 0. IW_SYNTAX with the offset of the character that does not fit (the
 * end of text, if it is too short); then out is as it was. */
enum iw_result iw_base64_decode(struct iw_buf *out, struct iw_span text, struct iw_error *error);

#endif
