/* SPDX-License-Identifier: MIT */
/* A throw-away certificate authority and one server certificate signed by it, in PEM.
 *
 * P-256 keys; the server is localhost, 127.0.0.1 and ::1; valid from yesterday for 31 days. The
 * extensions satisfy the strict checks of RFC 5280 §4.2. The authority's key is forgotten at once:
 * it signs this one certificate only. */
#ifndef IW_NET_CERTIFICATE_H
#define IW_NET_CERTIFICATE_H

#include "base/buf.h"

struct iw_certificate {
    struct iw_buf ca;     /* the authority's certificate */
    struct iw_buf server; /* the server's certificate, then its private key */
};

/* False when memory is out or OpenSSL refuses; its error queue says why. The result is the
 * caller's to release either way. */
bool iw_certificate_make(struct iw_certificate *made);
void iw_certificate_release(struct iw_certificate *certificate);

#endif
