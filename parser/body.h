/* SPDX-License-Identifier: MIT */
/* body = "(" (body-type-1part / body-type-mpart) ")": what BODY and BODYSTRUCTURE tell of a
 * message's MIME structure (RFC 9051 §7.5.2, §9).
 *
 * A body is a tree of at most IW_BODY_DEPTH_MAX levels, whatever limits.depth says, so that it may
 * be walked by recursion. It lies in the arena and borrows from the frame. */
#ifndef IW_PARSER_BODY_H
#define IW_PARSER_BODY_H

#include "parser/envelope.h"

enum { IW_BODY_DEPTH_MAX = 200 };

enum iw_body_kind {
    IW_BODY_BASIC,
    IW_BODY_TEXT,     /* TEXT: has lines */
    IW_BODY_MESSAGE,  /* MESSAGE/RFC822 and MESSAGE/GLOBAL: has an envelope, a body and lines */
    IW_BODY_MULTIPART /* has parts, and of the fields only those of the extension */
};

struct iw_param {
    struct iw_span name, value;
};

struct iw_params {
    struct iw_param *members;
    size_t count; /* 0: NIL */
};

struct iw_body {
    enum iw_body_kind kind;
    struct iw_span type;    /* media-type, as written; absent for multipart, which does not say */
    struct iw_span subtype; /* as written */
    struct iw_params params;
    struct iw_span id, description; /* absent: NIL */
    struct iw_span encoding;
    uint32_t octets; /* as transferred */
    uint64_t lines;
    struct iw_envelope *envelope; /* MESSAGE */
    struct iw_body *part;         /* MESSAGE: its body; MULTIPART: the first part; else NULL */
    struct iw_body *next;         /* the next part of the same multipart; NULL: none */

    /* How many of the extension fields are there: md5 (of a multipart: its params), disposition,
     * language, location. */
    unsigned extensions;
    struct iw_span md5;
    struct iw_span disposition; /* absent: NIL */
    struct iw_params disposition_params;
    struct iw_span *languages;
    size_t language_count; /* 0: NIL; "a" and ("a") are the same */
    struct iw_span location;
    struct iw_span more; /* *(SP body-extension) verbatim, from its first SP on; absent: none */
};

/* Without extensible, as of BODY, extension fields are IW_SYNTAX. */
enum iw_result iw_parse_body(struct iw_reader *reader, bool extensible, struct iw_body *body);
void iw_write_body(struct iw_buf *out, const struct iw_body *body);
bool iw_body_equal(const struct iw_body *a, const struct iw_body *b);

#endif
