/* SPDX-License-Identifier: MIT */
/* Content-Transfer-Encoding undone (RFC 2045 §6), piece by piece, also where it is broken.
 *
 * base64: what is not in the alphabet is passed over (§6.8), bits that make no octet are dropped.
 * quoted-printable: "=" that begins nothing stays as it is, blanks at the end of a line go (§6.7).
 * No input is refused, and the result is never longer than it. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_DECODE_H
#define IW_MOCKSERVER_ENGINE_MIME_DECODE_H

#include "base/span.h"

enum iw_mime_encoding {
    IW_MIME_IDENTITY, /* 7bit, 8bit, binary, and no field at all */
    IW_MIME_BASE64,
    IW_MIME_QUOTED_PRINTABLE,
    IW_MIME_Q,       /* of encoded words (RFC 2047 §4.2) */
    IW_MIME_PERCENT, /* of extended parameters (RFC 2231 §4) */
    IW_MIME_UNKNOWN  /* left as it is */
};

/* By the field's value, absent for none. */
enum iw_mime_encoding iw_mime_encoding_of(struct iw_span name);

struct iw_mime_decoder {
    enum iw_mime_encoding encoding;
    const char *at, *end;
    const char *blanks_end; /* quoted-printable: blanks up to here are not at the end of a line */
    uint32_t bits;          /* base64: the count lowest bits are the next of the result */
    unsigned count;
};

/* Borrows the text. */
void iw_mime_decode(struct iw_mime_decoder *decoder, enum iw_mime_encoding encoding,
                    struct iw_span text);

/* Up to room octets, at least 1; 0: the end. */
size_t iw_mime_decode_next(struct iw_mime_decoder *decoder, char *out, size_t room);

/* How many octets the result has. */
uint64_t iw_mime_decoded_size(enum iw_mime_encoding encoding, struct iw_span text);

#endif
