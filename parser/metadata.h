/* SPDX-License-Identifier: MIT */
/* metadata-resp (RFC 5464 §4.4): annotations of a mailbox or, when its name is empty, of the
 * server. Asked for they come with values; unasked for only the names of those that changed. */
#ifndef IW_PARSER_METADATA_H
#define IW_PARSER_METADATA_H

#include "parser/names.h"

struct iw_metadata_entry {
    struct iw_span name;
    struct iw_span value; /* absent for NIL; empty when its literal was not kept */
    uint64_t size;        /* of the value, also when it was not kept */
    bool kept;            /* false: its literal was skipped; then it is written as announced only */
};

struct iw_metadata {
    struct iw_span mailbox;
    struct iw_metadata_entry *entries; /* with values */
    size_t count;
    struct iw_names changed; /* without; one of both is empty */
};

/* The cursor stands behind the word METADATA. */
enum iw_result iw_parse_metadata(struct iw_reader *reader, struct iw_metadata *metadata);
void iw_write_metadata(struct iw_buf *out, const struct iw_metadata *metadata);

#endif
