/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <assert.h>

/* What a first octet says: how long the character is, and the least number of that length. */
static size_t length_of(unsigned char first, uint32_t *bits, uint32_t *least)
{
    if (first < 0x80) {
        *bits = first;
        *least = 0;
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        *bits = first & 0x1fU;
        *least = 0x80;
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        *bits = first & 0x0fU;
        *least = 0x800;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *bits = first & 0x07U;
        *least = 0x10000;
        return 4;
    }
    return 0;
}

size_t iw_utf8_decode(struct iw_span text, uint32_t *code)
{
    uint32_t number, least;
    if (text.length == 0)
        return 0;
    size_t length = length_of((unsigned char)text.data[0], &number, &least);
    if (length == 0 || length > text.length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        unsigned char octet = (unsigned char)text.data[i];
        if ((octet & 0xc0U) != 0x80)
            return 0;
        number = number << 6 | (octet & 0x3fU);
    }
    if (number < least || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
        return 0;
    if (code != NULL)
        *code = number;
    return length;
}

size_t iw_utf8_encode(uint32_t code, char octets[4])
{
    assert(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
    if (code < 0x80) {
        octets[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--) {
        octets[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    octets[0] = (char)(marks[length] | code);
    return length;
}
