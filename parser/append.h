/* SPDX-License-Identifier: MIT */
/* append-message: what APPEND and REPLACE add to a mailbox (RFC 9051 §6.3.12, RFC 4466 §4), one
 * message or several (RFC 3502), as a literal or put together from parts (RFC 4469). */
#ifndef IW_PARSER_APPEND_H
#define IW_PARSER_APPEND_H

#include "parser/annotation.h"
#include "parser/date.h"
#include "parser/flag.h"

/* cat-part = "URL" SP astring / "TEXT" SP literal (RFC 4469 §5) */
struct iw_cat_part {
    struct iw_span url; /* absent: a text */
    struct iw_literal_value text;
    struct iw_cat_part *next;
};

struct iw_append {
    struct iw_flags flags; /* names NULL: none given */
    bool has_flags, has_date;
    struct iw_date date;
    struct iw_annotations annotations; /* RFC 5257 §4.6; without members: none given */
    struct iw_span extensions; /* append-ext and data of no known type: verbatim with its SP in
                                * front; or absent */
    struct iw_span message;    /* the literal's octets; empty when it was not kept; or absent */
    uint64_t size;             /* announced */
    bool kept;                 /* false when the literal was streamed, skipped or refused */
    bool binary;               /* a literal8 */
    bool utf8;                 /* UTF8 (~{n}…): RFC 6855 §4 */
    struct iw_cat_part *parts; /* CATENATE; then there is no message */
    struct iw_append *next;    /* the next message */
};

/* 1*append-message */
enum iw_result iw_parse_append(struct iw_reader *reader, struct iw_append *append);
/* One. */
enum iw_result iw_parse_append_message(struct iw_reader *reader, struct iw_append *append);
/* All; a message that was not kept is written as the announcement alone. */
void iw_write_append(struct iw_buf *out, const struct iw_append *append);
bool iw_append_equal(const struct iw_append *a, const struct iw_append *b);

#endif
