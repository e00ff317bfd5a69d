/* SPDX-License-Identifier: MIT */
/* fetch-att: what a FETCH asks for (RFC 9051 §6.4.5, §9 and its extensions). */
#ifndef IW_PARSER_FETCH_ATT_H
#define IW_PARSER_FETCH_ATT_H

#include "parser/names.h"
#include "parser/section.h"

struct iw_fetch_att {
    struct iw_span raw;  /* as it stands in the frame */
    struct iw_span name; /* without section; in upper case if it is known, else as written */
    bool has_section; /* BODY[…], BODY.PEEK[…], BINARY[…], BINARY.PEEK[…], BINARY.SIZE[…] */
    struct iw_section section;
    struct iw_span brackets; /* of an item of no known type: what is between; or absent */
    bool has_partial;
    uint64_t origin, length;    /* <origin.length>; the length is at least 1 */
    struct iw_names names;      /* PREVIEW, SNIPPET: LAZY, …; ANNOTATION: entries, with wildcards;
                                 * RFC822.HEADER.LINES: names of fields */
    struct iw_names attributes; /* ANNOTATION */
    struct iw_span value;       /* of an item of no known type: "(" … ")" verbatim; or absent */
    struct iw_fetch_att *next;
};

/* "ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")" */
enum iw_result iw_parse_fetch_atts(struct iw_reader *reader, struct iw_fetch_att **first);
/* One, without macros. */
enum iw_result iw_parse_fetch_att(struct iw_reader *reader, struct iw_fetch_att *att);
/* "<" origin "." length ">" */
enum iw_result iw_parse_fetch_partial(struct iw_reader *reader, struct iw_fetch_att *att);

/* A macro stands bare, anything else in parentheses. */
void iw_write_fetch_atts(struct iw_buf *out, const struct iw_fetch_att *first);
void iw_write_fetch_att(struct iw_buf *out, const struct iw_fetch_att *att);

bool iw_fetch_atts_equal(const struct iw_fetch_att *a, const struct iw_fetch_att *b);

#endif
