/* SPDX-License-Identifier: MIT */
/* "SEARCH" *(SP nz-number) [SP search-sort-mod-seq] (RFC 3501 §7.2.5, RFC 7162 §7): the numbers a
 * search found, in the order in which they came. */
#ifndef IW_PARSER_SEARCH_H
#define IW_PARSER_SEARCH_H

#include "base/buf.h"
#include "parser/reader.h"

struct iw_search {
    uint32_t *numbers;
    size_t count;
    uint64_t modseq; /* SP "(MODSEQ n)" (RFC 7162 §7); 0: none */
};

/* The cursor stands behind the word SEARCH. */
enum iw_result iw_parse_search(struct iw_reader *reader, struct iw_search *search);
void iw_write_search(struct iw_buf *out, const struct iw_search *search);

#endif
