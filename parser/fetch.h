/* SPDX-License-Identifier: MIT */
/* msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP …) ")" (RFC 9051 §7.5.2, §9).
 *
 * A section's octets that the framer did not keep are not there to be written: its literal is
 * written as the announcement alone. */
#ifndef IW_PARSER_FETCH_H
#define IW_PARSER_FETCH_H

#include "parser/date.h"
#include "parser/flag.h"

enum iw_fetch_kind {
    IW_FETCH_FLAGS,
    IW_FETCH_UID,
    IW_FETCH_INTERNALDATE,
    IW_FETCH_SIZE,    /* RFC822.SIZE */
    IW_FETCH_MODSEQ,  /* "(" mod-sequence-value ")" (RFC 7162 §7) */
    IW_FETCH_SECTION, /* BODY[…]<o>, RFC822, RFC822.HEADER, RFC822.TEXT: an nstring */
    IW_FETCH_OTHER    /* kept verbatim: ENVELOPE, BODYSTRUCTURE, BINARY[…], extensions */
};

struct iw_fetch_item {
    enum iw_fetch_kind kind;
    struct iw_span name;    /* "FLAGS", "BODY" …, as written, without section and origin */
    struct iw_span section; /* between the brackets; absent without brackets */
    bool has_origin;
    bool kept;            /* SECTION: false when the literal was streamed or skipped */
    uint64_t origin;      /* <n> */
    struct iw_span value; /* SECTION: the octets, absent for NIL; OTHER: the value verbatim */
    uint64_t size;        /* SECTION: octets announced, also when they are not kept */
    uint64_t number;      /* UID, SIZE, MODSEQ */
    struct iw_date date;
    struct iw_flags flags;
};

struct iw_fetch {
    struct iw_fetch_item *items;
    size_t count;
};

enum iw_result iw_parse_fetch(struct iw_reader *reader, struct iw_fetch *fetch);
void iw_write_fetch(struct iw_buf *out, const struct iw_fetch *fetch);

/* The first item of that kind; for sections also the section, without regard to case. NULL: none.
 */
const struct iw_fetch_item *iw_fetch_find(const struct iw_fetch *fetch, enum iw_fetch_kind kind);
const struct iw_fetch_item *iw_fetch_find_section(const struct iw_fetch *fetch,
                                                  const char *section);

#endif
