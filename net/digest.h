/* SPDX-License-Identifier: MIT */
/* Hashes, by the names that SASL gives them: "SHA-1", "SHA-256". What is computed is added to out;
 * false: no such hash, no memory, or out is full. */
#ifndef IW_NET_DIGEST_H
#define IW_NET_DIGEST_H

#include "base/buf.h"

bool iw_digest(struct iw_span hash, struct iw_span octets, struct iw_buf *out);

/* HMAC (RFC 2104). */
bool iw_digest_keyed(struct iw_span hash, struct iw_span key, struct iw_span octets,
                     struct iw_buf *out);

/* PBKDF2 (RFC 8018 §5.2) with HMAC, as long as the hash is: Hi of RFC 5802 §2.2. */
bool iw_digest_stretched(struct iw_span hash, struct iw_span password, struct iw_span salt,
                         uint32_t rounds, struct iw_buf *out);

#endif
