/* SPDX-License-Identifier: MIT */
/* comparator-data (RFC 5255 §4.8): which collation searches and sorts use. */
#ifndef IW_PARSER_COMPARATOR_H
#define IW_PARSER_COMPARATOR_H

#include "parser/names.h"

struct iw_comparator {
    struct iw_span active;
    struct iw_names others; /* that would match, too; empty: none are named */
};

/* The cursor stands behind the word COMPARATOR. */
enum iw_result iw_parse_comparator(struct iw_reader *reader, struct iw_comparator *comparator);
void iw_write_comparator(struct iw_buf *out, const struct iw_comparator *comparator);

#endif
