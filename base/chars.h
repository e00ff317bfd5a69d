/* SPDX-License-Identifier: MIT */
/* Character classes of the IMAP grammar (RFC 9051 §9), as one table of bits. */
#ifndef IW_BASE_CHARS_H
#define IW_BASE_CHARS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum iw_char_class {
    IW_CHAR_DIGIT = 1 << 0,   /* DIGIT */
    IW_CHAR_ALPHA = 1 << 1,   /* ALPHA */
    IW_CHAR_ATOM = 1 << 2,    /* ATOM-CHAR = any CHAR except atom-specials */
    IW_CHAR_ASTRING = 1 << 3, /* ASTRING-CHAR = ATOM-CHAR / resp-specials ("]") */
    IW_CHAR_TAG = 1 << 4,     /* any ASTRING-CHAR except "+" */
    IW_CHAR_LIST = 1 << 5,    /* list-char = ATOM-CHAR / list-wildcards / resp-specials */
    IW_CHAR_QUOTED = 1 << 6,  /* TEXT-CHAR except quoted-specials; octets >= 0x80 are not in it */
    IW_CHAR_TEXT = 1 << 7     /* TEXT-CHAR = any CHAR except CR and LF; CHAR = 0x01 to 0x7f */
};

extern const uint8_t iw_char_classes[256];

static inline bool iw_is(char c, unsigned classes)
{
    return (iw_char_classes[(unsigned char)c] & classes) != 0;
}

/* One of the characters of the set; a NUL is none. */
static inline bool iw_is_among(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static inline char iw_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

#endif
