/* SPDX-License-Identifier: MIT */
/* GENURLAUTH and URLFETCH (RFC 4467 §9, RFC 5524): what authorised URLs are and lead to.
 * Everything borrows from the frame and the arena. */
#ifndef IW_PARSER_URLAUTH_H
#define IW_PARSER_URLAUTH_H

#include "parser/body.h"
#include "parser/names.h"
#include "parser/octets.h"

enum iw_url_item_kind {
    IW_URL_OCTETS,    /* BODY, BINARY */
    IW_URL_STRUCTURE, /* BODYPARTSTRUCTURE */
    IW_URL_OTHER      /* of no known name: one value, verbatim */
};

/* "(" url-metadata-el ")" (RFC 5524 §5) */
struct iw_url_item {
    enum iw_url_item_kind kind;
    struct iw_span name; /* in upper case; as written if it is of no known kind */
    struct iw_octets octets;
    struct iw_body *body;
    struct iw_span raw;
};

struct iw_url_data {
    struct iw_span url;
    struct iw_octets value; /* RFC 4467; NIL also when there are items */
    struct iw_url_item *items;
    size_t count;
};

struct iw_urlfetch {
    struct iw_url_data *urls;
    size_t count;
};

/* 1*(SP url-full); the cursor stands behind the word GENURLAUTH. */
enum iw_result iw_parse_genurlauth(struct iw_reader *reader, struct iw_names *urls);
void iw_write_genurlauth(struct iw_buf *out, const struct iw_names *urls);

/* The cursor stands behind the word URLFETCH. */
enum iw_result iw_parse_urlfetch(struct iw_reader *reader, struct iw_urlfetch *urlfetch);
void iw_write_urlfetch(struct iw_buf *out, const struct iw_urlfetch *urlfetch);

#endif
