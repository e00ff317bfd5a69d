/* SPDX-License-Identifier: MIT */
/* Lists of names and strings, as many responses and commands have them. Members lie in the arena;
 * an empty list is {NULL, 0}. */
#ifndef IW_PARSER_NAMES_H
#define IW_PARSER_NAMES_H

#include "base/buf.h"
#include "parser/reader.h"

struct iw_names {
    struct iw_span *names;
    size_t count;
};

/* *(SP astring) up to the end of the line; each is written with its SP. */
enum iw_result iw_parse_astrings(struct iw_reader *reader, struct iw_names *names);
void iw_write_astrings(struct iw_buf *out, const struct iw_names *names);

/* "(" astring *(SP astring) ")" */
enum iw_result iw_parse_astring_list(struct iw_reader *reader, struct iw_names *names);
void iw_write_astring_list(struct iw_buf *out, const struct iw_names *names);

/* "(" string *(SP string) ")" */
enum iw_result iw_parse_string_list(struct iw_reader *reader, struct iw_names *names);
void iw_write_string_list(struct iw_buf *out, const struct iw_names *names);

/* filter-name = 1*<any ATOM-CHAR except "/"> (RFC 5466 §4) */
enum iw_result iw_read_filter_name(struct iw_reader *reader, struct iw_span *name);

#endif
