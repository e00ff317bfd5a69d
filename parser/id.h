/* SPDX-License-Identifier: MIT */
/* "ID" SP id-params-list (RFC 2971 §4): what a peer says it is. The command has the same form. */
#ifndef IW_PARSER_ID_H
#define IW_PARSER_ID_H

#include "base/buf.h"
#include "parser/reader.h"

struct iw_id_field {
    struct iw_span name;
    struct iw_span value; /* absent for NIL */
};

struct iw_id {
    bool nil; /* NIL and not a list */
    struct iw_id_field *fields;
    size_t count;
};

/* The cursor stands behind the word ID. */
enum iw_result iw_parse_id(struct iw_reader *reader, struct iw_id *id);
void iw_write_id(struct iw_buf *out, const struct iw_id *id);

#endif
