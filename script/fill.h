/* SPDX-License-Identifier: MIT */
/* Fills the ${…} of a scenario line: bound names and ${literal:…}, ${base64:…} … become octets,
 * inside out; what is left are holes, each marked in the result by one octet.
 *
 * A mark is the octet 0x01 followed by two letters that number the hole ("AA", "AB", … "AP", "BA",
 * …); the tree parser takes all three for atom octets, so a hole may be an atom of its own or a
 * part of one.
 *
 * A lone ${name} (a whole token) writes the value as it stood on the wire; inside other text and
 * between quotes it writes the decoded value. An empty ${name...} takes one blank beside it away.
 */
#ifndef IW_SCRIPT_FILL_H
#define IW_SCRIPT_FILL_H

#include "base/buf.h"
#include "base/passage.h"
#include "base/result.h"
#include "script/bindings.h"
#include "script/scenario.h"

enum {
    IW_HOLE_MARK = 0x01,
    IW_HOLE_MARK_SIZE = 3,
    IW_HOLES_MAX = 200, /* in one line */
    IW_FILL_DEPTH_MAX = 8,
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

enum iw_fill_purpose {
    IW_FILL_SEND,   /* holes are errors; ${v=7} takes and binds its default */
    IW_FILL_EXPECT, /* what is not bound becomes a hole; so does ${v=7} */
    IW_FILL_INVENT  /* like SEND, but a hole gets (and binds) a made-up number that fits it, and
                       ${...} nothing: for a scenario that plays against its own other side */
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

/* scenario gives the files. On failure error says what is unbound, unknown or too deep, with the
 * offset in text. */
enum iw_result iw_fill(struct iw_span text, const struct iw_scenario *scenario,
                       struct iw_bindings *bindings, enum iw_fill_purpose purpose,
                       struct iw_arena *arena, struct iw_filled *filled, struct iw_error *error);

/* A step's number ("120", "-97", "${n}"). */
enum iw_result iw_fill_number(struct iw_span text, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena, int64_t *number,
                              struct iw_error *error);

/* The same, or a range ("5..20"). */
enum iw_result iw_fill_spread(struct iw_span text, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena,
                              struct iw_spread *range, struct iw_error *error);

/* Calls back for every ${…} of a line, outermost first, for lint: kind is the word before ":" of a
 * fill ("literal", "size", …) or absent; name and has_default are set for names. */
struct iw_fill_use {
    struct iw_span kind, argument, name;
    struct iw_span operand; /* ${n:number>operand}: a number or a name; absent without */
    bool has_default, is_rest, is_any;
    bool is_sum; /* ${n+1}: n must be bound */
    size_t offset;
};
enum iw_result iw_fill_scan(struct iw_span text,
                            void (*use)(void *context, const struct iw_fill_use *use),
                            void *context, struct iw_error *error);

#endif
