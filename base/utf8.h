/* SPDX-License-Identifier: MIT */
/* UTF-8 as RFC 3629 §4 defines it: shortest form only, no surrogates, at most U+10FFFF. */
#ifndef IW_BASE_UTF8_H
#define IW_BASE_UTF8_H

#include "base/span.h"

/* The length in octets of the character that text begins with, 1 to 4, and its number in *code
 * (which may be NULL); 0 if text is empty, cut short or no UTF-8. */
size_t iw_utf8_decode(struct iw_span text, uint32_t *code);

/* Writes 1 to 4 octets; code is a Unicode scalar value. */
size_t iw_utf8_encode(uint32_t code, char octets[4]);

#endif
