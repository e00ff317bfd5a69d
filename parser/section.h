/* SPDX-License-Identifier: MIT */
/* section-spec: which part of a message a FETCH item holds (RFC 9051 §6.4.5, §9).
 *
 * Numbers and field names lie in the arena. */
#ifndef IW_PARSER_SECTION_H
#define IW_PARSER_SECTION_H

#include "base/buf.h"
#include "parser/reader.h"

enum iw_section_text {
    IW_SECTION_ALL,        /* nothing but part numbers, or nothing at all */
    IW_SECTION_HEADER,     /* HEADER */
    IW_SECTION_FIELDS,     /* HEADER.FIELDS */
    IW_SECTION_FIELDS_NOT, /* HEADER.FIELDS.NOT */
    IW_SECTION_TEXT,       /* TEXT */
    IW_SECTION_MIME        /* MIME, behind part numbers only */
};

struct iw_section {
    uint32_t *parts; /* 1.2.3: each from 1 */
    size_t part_count;
    enum iw_section_text text;
    struct iw_span *fields; /* FIELDS and FIELDS_NOT: at least one */
    size_t field_count;
};

/* section = "[" [section-spec] "]" */
enum iw_result iw_parse_section_spec(struct iw_reader *reader, struct iw_section *section);
/* section-binary = "[" [section-part] "]" */
enum iw_result iw_parse_section_binary(struct iw_reader *reader, struct iw_section *section);
/* With the brackets. */
void iw_write_section(struct iw_buf *out, const struct iw_section *section);

/* The same section: names of fields compare without regard to case. */
bool iw_section_equal(const struct iw_section *a, const struct iw_section *b);

/* True if text names this section: "", "1.2.MIME", "HEADER.FIELDS (FROM TO)", in any case, the
 * names of fields in their order and without quotes. */
bool iw_section_is(const struct iw_section *section, struct iw_span text);

#endif
