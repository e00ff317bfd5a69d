/* SPDX-License-Identifier: MIT */
/* entry-att of RFC 5257 §5: annotations of a message, as FETCH shows them and STORE and APPEND set
 * them. They lie in the arena and borrow from the frame. */
#ifndef IW_PARSER_ANNOTATION_H
#define IW_PARSER_ANNOTATION_H

#include "parser/octets.h"

/* entry SP "(" attribute SP value … ")", one for each attribute. */
struct iw_annotation {
    struct iw_span entry;
    struct iw_span attribute; /* absent: the entry is but named, it has changed */
    struct iw_octets value;
};

struct iw_annotations {
    struct iw_annotation *members;
    size_t count;
};

/* "(" entry-att *(SP entry-att) ")", and "(" entry *(SP entry) ")" where entries may be named. */
enum iw_result iw_parse_annotations(struct iw_reader *reader, bool named,
                                    struct iw_annotations *annotations);
/* Attributes of one entry that stand side by side share its name. */
void iw_write_annotations(struct iw_buf *out, const struct iw_annotations *annotations);
bool iw_annotations_equal(const struct iw_annotations *a, const struct iw_annotations *b);

#endif
