/* SPDX-License-Identifier: MIT */
/* The arithmetic of SCRAM (RFC 5802 §3) for ${scram:…}, so that a scenario can send messages that
 * no library would, with a proof that fits them. */
#ifndef IW_CONFORMANCE_SCRAM_H
#define IW_CONFORMANCE_SCRAM_H

#include "base/buf.h"

/* argument = hash "," ("proof" / "signature") "," salt "," count "," AuthMessage, the salt in
 * base64; adds the base64 of ClientProof or ServerSignature. False: it is none, or no memory. */
bool iw_scram(struct iw_span argument, struct iw_span password, struct iw_buf *out);

#endif
