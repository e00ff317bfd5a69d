/* SPDX-License-Identifier: MIT */
/* Where a run of plain octets ends. Words and strings are short and of any length, so a loop over
 * their octets costs more in branches that are guessed wrong than in work: with SSE2, 16 octets are
 * looked at in one step without any branch.
 *
 * [begin, end) may be read; at lies in it. The result lies between at and end, and all octets in
 * front of it are plain; whether it is the first that is not, the caller must look. Without SSE2,
 * or in less than 16 octets, nothing is skipped. */
#ifndef IW_BASE_SCAN_H
#define IW_BASE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __SSE2__

#include <emmintrin.h>

enum { IW_SCAN_STEP = 16 };

/* All but "," to "z", and of these "\" and its neighbour "]". Octets from 0x80 are negative. */
static inline uint32_t iw_scan_word_stops(__m128i octets)
{
    __m128i even = _mm_and_si128(octets, _mm_set1_epi8(~1));
    __m128i stops = _mm_cmplt_epi8(octets, _mm_set1_epi8(','));
    stops = _mm_or_si128(stops, _mm_cmpgt_epi8(octets, _mm_set1_epi8('z')));
    stops = _mm_or_si128(stops, _mm_cmpeq_epi8(even, _mm_set1_epi8('\\')));
    return (uint32_t)_mm_movemask_epi8(stops); /* bit i is octet i's */
}

static inline uint32_t iw_scan_quoted_stops(__m128i octets)
{
    __m128i stops = _mm_cmplt_epi8(octets, _mm_set1_epi8(' '));
    stops = _mm_or_si128(stops, _mm_cmpeq_epi8(octets, _mm_set1_epi8('"')));
    stops = _mm_or_si128(stops, _mm_cmpeq_epi8(octets, _mm_set1_epi8('\\')));
    return (uint32_t)_mm_movemask_epi8(stops);
}

#define IW_SCAN_INLINE static inline __attribute__((always_inline))

/* Where fewer octets are left than a step, the last step of [begin, end) is looked at, and those
 * before at are ignored. */
IW_SCAN_INLINE const char *iw_scan(const char *begin, const char *at, const char *end,
                                   uint32_t (*stops_of)(__m128i octets))
{
    for (; end - at >= IW_SCAN_STEP; at += IW_SCAN_STEP) {
        uint32_t stops = stops_of(_mm_loadu_si128((const __m128i *)at));
        if (stops != 0)
            return at + __builtin_ctz(stops);
    }
    if (at == end || end - begin < IW_SCAN_STEP)
        return at;
    const char *from = end - IW_SCAN_STEP;
    uint32_t stops = stops_of(_mm_loadu_si128((const __m128i *)from)) >> (at - from);
    return stops == 0 ? end : at + __builtin_ctz(stops);
}

/* Skips letters, digits, and most of what else stands in every kind of atom. */
IW_SCAN_INLINE const char *iw_scan_word(const char *begin, const char *at, const char *end)
{
    return iw_scan(begin, at, end, iw_scan_word_stops);
}

/* Skips QUOTED-CHARs that are one octet from SP on. */
IW_SCAN_INLINE const char *iw_scan_quoted(const char *begin, const char *at, const char *end)
{
    return iw_scan(begin, at, end, iw_scan_quoted_stops);
}

#else

static inline const char *iw_scan_word(const char *begin, const char *at, const char *end)
{
    (void)begin;
    (void)end;
    return at;
}

static inline const char *iw_scan_quoted(const char *begin, const char *at, const char *end)
{
    (void)begin;
    (void)end;
    return at;
}

#endif
#endif
