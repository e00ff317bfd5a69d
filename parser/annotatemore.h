/* SPDX-License-Identifier: MIT */
/* "ANNOTATION" SP mailbox SP entry-list (draft-daboo-imap-annotatemore): what METADATA was
 * before it was a standard. */
#ifndef IW_PARSER_ANNOTATEMORE_H
#define IW_PARSER_ANNOTATEMORE_H

#include "parser/names.h"

struct iw_annotatemore_attribute {
    struct iw_span name;  /* value.priv, value.shared, size.priv, … */
    struct iw_span value; /* absent for NIL */
};

struct iw_annotatemore_entry {
    struct iw_span name;
    struct iw_annotatemore_attribute *attributes;
    size_t count;
};

struct iw_annotatemore {
    struct iw_span mailbox; /* empty: the server */
    struct iw_annotatemore_entry *entries;
    size_t count;
    struct iw_names changed; /* names alone; one of both is empty */
};

/* The cursor stands behind the word ANNOTATION. */
enum iw_result iw_parse_annotatemore(struct iw_reader *reader, struct iw_annotatemore *annotation);
void iw_write_annotatemore(struct iw_buf *out, const struct iw_annotatemore *annotation);

#endif
