/* SPDX-License-Identifier: MIT */
/* What a parser may take from its input. All limits are arguments; these are the safe defaults. */
#ifndef IW_PARSER_LIMITS_H
#define IW_PARSER_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct iw_limits {
    size_t line;      /* octets of one line, its CRLF included */
    uint64_t literal; /* octets of one literal that is kept; larger ones are skipped */
    size_t frame;     /* octets of one response or command with its kept literals */
    size_t literals;  /* literals in one frame */
    size_t values;    /* octets of arena memory for one frame's values */
    size_t items;     /* members of one list or set */
    unsigned depth;   /* of parentheses */
};

/* line 1 MiB, literal 64 MiB, frame 128 MiB, literals 10 000, values 64 MiB, items 1 000 000,
 * depth 100. */
extern const struct iw_limits iw_limits_default;

#endif
