/* SPDX-License-Identifier: MIT */
/* GENURLAUTH and URLFETCH (RFC 4467 §9, RFC 5524): what authorised URLs are and lead to. */
#ifndef IW_PARSER_URLAUTH_H
#define IW_PARSER_URLAUTH_H

#include "parser/names.h"

/* "(" url-metadata-el ")": BODYPARTSTRUCTURE, BODY, BINARY, … with their values verbatim. */
struct iw_url_item {
    struct iw_span name;
    struct iw_span raw;
};

struct iw_url_data {
    struct iw_span url;
    struct iw_span value; /* RFC 4467; absent for NIL and when there are items */
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
