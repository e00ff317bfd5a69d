/* SPDX-License-Identifier: MIT */
/* expunged-resp (RFC 7162 §3.2.10, §7): UIDs of messages that are gone. */
#ifndef IW_PARSER_VANISHED_H
#define IW_PARSER_VANISHED_H

#include "parser/set.h"

struct iw_vanished {
    bool earlier; /* before this: no number of a message changes */
    struct iw_set uids;
};

/* The cursor stands behind the word VANISHED. */
enum iw_result iw_parse_vanished(struct iw_reader *reader, struct iw_vanished *vanished);
void iw_write_vanished(struct iw_buf *out, const struct iw_vanished *vanished);

#endif
