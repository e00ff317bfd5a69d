/* SPDX-License-Identifier: MIT */
/* resp-text: the prose of a status response or of "+", with a code in front or without
 * (RFC 9051 §7.1, §9). Braces and quotes mean nothing in it. */
#ifndef IW_PARSER_TEXT_H
#define IW_PARSER_TEXT_H

#include "parser/code.h"

/* resp-text = ["[" resp-text-code "]" SP] [text] */
struct iw_text {
    struct iw_code code; /* its name is empty: there is none */
    struct iw_span text;
};

/* SP resp-text. The text may be empty, as in RFC 9051; with IW_LENIENT_EMPTY_TEXT the SP in front
 * of it may be absent then. */
enum iw_result iw_parse_text(struct iw_reader *reader, struct iw_text *text);
/* The same without that SP. */
enum iw_result iw_parse_text_behind_space(struct iw_reader *reader, struct iw_text *text);
void iw_write_text(struct iw_buf *out, const struct iw_text *text);

#endif
