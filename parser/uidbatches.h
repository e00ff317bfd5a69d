/* SPDX-License-Identifier: MIT */
/* uidbatches-response (RFC 10022 §4): ranges of UIDs with equally many messages each, from the
 * highest down. */
#ifndef IW_PARSER_UIDBATCHES_H
#define IW_PARSER_UIDBATCHES_H

#include "parser/esearch.h"

struct iw_uidbatches {
    struct iw_correlator correlator;
    struct iw_set ranges; /* as written: first is the larger bound */
};

/* The cursor stands behind the word UIDBATCHES. */
enum iw_result iw_parse_uidbatches(struct iw_reader *reader, struct iw_uidbatches *batches);
void iw_write_uidbatches(struct iw_buf *out, const struct iw_uidbatches *batches);

#endif
