/* SPDX-License-Identifier: MIT */
/* "JMAPACCESS" SP quoted (RFC 9698 §4): the URL of the same mail by JMAP. */
#ifndef IW_PARSER_JMAPACCESS_H
#define IW_PARSER_JMAPACCESS_H

#include "base/buf.h"
#include "parser/reader.h"

/* The cursor stands behind the word JMAPACCESS. */
enum iw_result iw_parse_jmapaccess(struct iw_reader *reader, struct iw_span *url);
void iw_write_jmapaccess(struct iw_buf *out, struct iw_span url);

#endif
