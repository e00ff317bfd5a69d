/* SPDX-License-Identifier: MIT */
/* envelope = "(" env-date SP … SP env-message-id ")" (RFC 9051 §7.5.2, §9).
 *
 * Strings are the octets of the header: encoded words (RFC 2047) stay as they are. NIL, which is
 * no such field, and "", which is an empty one, are kept apart. Addresses lie in the arena. */
#ifndef IW_PARSER_ENVELOPE_H
#define IW_PARSER_ENVELOPE_H

#include "base/buf.h"
#include "parser/reader.h"

/* A group (RFC 5322 §3.4) is written as addresses whose host is NIL: one whose mailbox is the
 * group's name begins it, one whose mailbox is NIL too ends it. */
struct iw_address {
    struct iw_span name, adl, mailbox, host; /* absent: NIL */
};

struct iw_addresses {
    struct iw_address *members;
    size_t count; /* 0: NIL */
};

struct iw_envelope {
    struct iw_span date, subject;
    struct iw_addresses from, sender, reply_to, to, cc, bcc;
    struct iw_span in_reply_to, message_id;
};

enum iw_result iw_parse_envelope(struct iw_reader *reader, struct iw_envelope *envelope);
void iw_write_envelope(struct iw_buf *out, const struct iw_envelope *envelope);

#endif
