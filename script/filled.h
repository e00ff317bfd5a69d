/* SPDX-License-Identifier: MIT */
/* A filled line: its octets, with the holes and literals in them. Everything lies in the arena of
 * whoever filled it.
 *
 * A hole stands in the octets as a mark: the octet 0x01 and two letters that number it ("AA", "AB",
 * … "AP", "BA", …). The tree parser takes all three for atom octets, so a hole may be an atom of
 * its own or a part of one. */
#ifndef IW_SCRIPT_FILLED_H
#define IW_SCRIPT_FILLED_H

#include "base/arena.h"
#include "base/span.h"

enum {
    IW_HOLE_MARK = 0x01,
    IW_HOLE_MARK_SIZE = 3,
    IW_HOLES_MAX = 200,           /* in one line */
    IW_FILL_OCTETS_MAX = 16 << 20 /* of one filled line */
};

struct iw_filled;

struct iw_hole {
    struct iw_span name;    /* "_" for ${_}; empty for ${...} */
    bool rest;              /* ${...} and ${name...}: any number of values */
    bool number;            /* ${n:number…}: must be one */
    char relation;          /* '>' '<' '=' '!' or 'G' (>=) 'L' (<=); 0: none */
    struct iw_span operand; /* right of the relation, filled: a number or a bound name's value; a
                               name that is not bound yet stands as it is */
    bool operand_name;      /* … and is such a name: looked up when the hole is matched */
    const struct iw_filled *decoded; /* ${base64:…} with holes in it: what the decoded octets have
                                        to be, in the arena; else NULL */
};

/* A literal in the filled octets. */
struct iw_fill_literal {
    size_t begin;       /* of its announcement: "{" or "~{" */
    size_t offset;      /* of its first octet, behind the announcement's CRLF */
    size_t size;        /* octets that stand there */
    uint64_t announced; /* the same, unless the scenario lets the count lie */
    bool binary;        /* ~{n} */
    bool waits;         /* {n}, not {n+} */
};

struct iw_filled {
    struct iw_span octets; /* in the arena */
    struct iw_hole *holes;
    size_t hole_count;
    struct iw_fill_literal *literals; /* in order */
    size_t literal_count;
};

/* The index of the hole whose mark stands at text.data[at], or SIZE_MAX. */
size_t iw_hole_at(struct iw_span text, size_t at);

/* Part of the filled octets for people: holes as ${name}. In the arena; absent without memory. */
struct iw_span iw_filled_show(const struct iw_filled *filled, struct iw_span part,
                              struct iw_arena *arena);

#endif
