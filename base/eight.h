/* SPDX-License-Identifier: MIT */
/* Eight octets looked at in one step: most words, numbers and pieces of strings are as short.
 *
 * They lie in a uint64_t, the first one lowest, on any machine. Marks are the top bits of octets:
 * those of the octets that have some property. */
#ifndef IW_BASE_EIGHT_H
#define IW_BASE_EIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* All eight octets at *at must be there. */
static inline uint64_t iw_eight_load(const char *at)
{
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(eight) : eight;
}

/* That octet eight times. */
static inline uint64_t iw_eight_of(unsigned char octet)
{
    return 0x0101010101010101U * octet;
}

/* Marks those from bound on, which is at most 0x80. */
static inline uint64_t iw_eight_from(uint64_t eight, unsigned char bound)
{
    uint64_t low = eight & iw_eight_of(0x7f);
    return ((low + iw_eight_of((unsigned char)(0x80 - bound))) | eight) & iw_eight_of(0x80);
}

/* The same octets. Names of the grammar are too short for the call of memcmp to be worth it: those
 * of four octets and more are compared in two steps that overlap. */
static inline bool iw_eight_same(const char *a, const char *b, size_t length)
{
    if (length > 16)
        return memcmp(a, b, length) == 0;
    if (length >= 8)
        return iw_eight_load(a) == iw_eight_load(b) &&
               iw_eight_load(a + length - 8) == iw_eight_load(b + length - 8);
    if (length >= 4)
        return memcmp(a, b, 4) == 0 && memcmp(a + length - 4, b + length - 4, 4) == 0;
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* How many octets stand in front of the first mark; 8 without any. */
static inline unsigned iw_eight_before(uint64_t marks)
{
    return marks == 0 ? 8 : (unsigned)__builtin_ctzll(marks) / 8;
}

/* How many digits the octets begin with. */
static inline unsigned iw_eight_digits(uint64_t eight)
{
    return iw_eight_before(iw_eight_from(eight ^ iw_eight_of('0'), 10)); /* a digit: 0 to 9 */
}

/* The places of the number that the first 1 to 8 octets are, as if zeros stood in front. */
static inline uint64_t iw_eight_places(uint64_t eight, unsigned digits)
{
    return (eight ^ iw_eight_of('0')) << (8 * (8 - digits));
}

/* What eight places are worth, each from 0 to 9. */
static inline uint32_t iw_eight_value(uint64_t places)
{
    places = (places * 10 + (places >> 8)) & 0x00ff00ff00ff00ffU;
    places = (places * 100 + (places >> 16)) & 0x0000ffff0000ffffU;
    return (uint32_t)(places * 10000 + (places >> 32));
}

/* The number that the first 1 to 8 octets are; false if one of them is no digit. */
static inline bool iw_eight_number(uint64_t eight, unsigned digits, uint32_t *number)
{
    uint64_t places = iw_eight_places(eight, digits);
    if (iw_eight_from(places, 10) != 0)
        return false;
    *number = iw_eight_value(places);
    return true;
}

#endif
