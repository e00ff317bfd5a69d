/* SPDX-License-Identifier: MIT */
/* msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP …) ")" (RFC 9051 §7.5.2, §9).
 *
 * One ENVELOPE, BODY, BODYSTRUCTURE or ANNOTATION that does not fit the grammar spoils that item,
 * not the response, as long as its parentheses match: it is kept verbatim as IW_FETCH_BAD.
 *
 * Octets that the framer did not keep are not there to be written: their literal is written as the
 * announcement alone. */
#ifndef IW_PARSER_FETCH_H
#define IW_PARSER_FETCH_H

#include "parser/annotation.h"
#include "parser/body.h"
#include "parser/date.h"
#include "parser/flag.h"
#include "parser/section.h"

/* Behind each kind the members that say its value. */
enum iw_fetch_kind {
    IW_FETCH_FLAGS,         /* flags */
    IW_FETCH_UID,           /* number */
    IW_FETCH_INTERNALDATE,  /* date */
    IW_FETCH_SIZE,          /* RFC822.SIZE: number */
    IW_FETCH_MODSEQ,        /* number (RFC 7162 §7) */
    IW_FETCH_SECTION,       /* BODY[…]<o>, RFC822, RFC822.HEADER, RFC822.TEXT: octets */
    IW_FETCH_ENVELOPE,      /* envelope */
    IW_FETCH_BODYSTRUCTURE, /* body; also of BODY without brackets, which has no extension */
    IW_FETCH_BINARY,        /* BINARY[…]<o>: octets (RFC 3516 §7) */
    IW_FETCH_BINARY_SIZE,   /* BINARY.SIZE[…]: section, number */
    IW_FETCH_PREVIEW,       /* PREVIEW (RFC 8970 §6), SNIPPET: octets, algorithm */
    IW_FETCH_ID,            /* EMAILID, THREADID (RFC 8474 §7): value */
    IW_FETCH_SAVEDATE,      /* date, or nil (RFC 8514 §5) */
    IW_FETCH_GMAIL_ID,      /* X-GM-MSGID, X-GM-THRID: number, all 64 bits of it */
    IW_FETCH_GMAIL_LABELS,  /* X-GM-LABELS: labels */
    IW_FETCH_ANNOTATION,    /* annotations (RFC 5257 §5) */
    IW_FETCH_BAD,           /* value verbatim, and what is wrong with it */
    IW_FETCH_OTHER          /* of no known name: value verbatim, and what stands in brackets */
};

struct iw_fetch_item {
    enum iw_fetch_kind kind;
    bool has_section; /* brackets stand behind the name; always for BINARY and BINARY.SIZE */
    bool has_origin;
    bool kept;            /* octets: false when the literal was streamed or skipped */
    bool nil;             /* SAVEDATE; INTERNALDATE only with leniencies */
    struct iw_span name;  /* "FLAGS", "BODY" …, as written, without section and origin */
    struct iw_span value; /* octets, absent for NIL; ID: the same; BAD, OTHER: verbatim */
    union {
        uint64_t number;
        uint64_t size; /* octets: how many are announced, also when they are not kept */
    };
    union {
        struct iw_flags flags;
        struct iw_date date;
        struct iw_envelope *envelope;
        struct iw_body *body;
        struct {
            struct iw_section section;
            uint64_t origin; /* <n> */
        };
        struct {
            struct iw_span brackets; /* OTHER: between the brackets, verbatim */
            uint64_t other_origin;
        };
        struct iw_span algorithm; /* PREVIEW, SNIPPET: FUZZY in (FUZZY "…"); absent: no such list */
        struct {
            struct iw_span *labels; /* system labels with their backslash */
            size_t label_count;
        };
        struct iw_annotations annotations;
        struct {
            size_t offset;        /* BAD: in value, of the octet that does not fit */
            const char *expected; /* what would fit there; static */
        };
    };
};

struct iw_fetch {
    struct iw_fetch_item *items;
    size_t count;
};

enum iw_result iw_parse_fetch(struct iw_reader *reader, struct iw_fetch *fetch);
void iw_write_fetch(struct iw_buf *out, const struct iw_fetch *fetch);

/* The first item of that kind. NULL: none. */
const struct iw_fetch_item *iw_fetch_find(const struct iw_fetch *fetch, enum iw_fetch_kind kind);
/* The first BODY[…] of that section, "" for the whole message (see iw_section_is). NULL: none. */
const struct iw_fetch_item *iw_fetch_find_section(const struct iw_fetch *fetch,
                                                  const char *section);

#endif
