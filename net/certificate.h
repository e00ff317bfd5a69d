/* SPDX-License-Identifier: MIT */
/* A throw-away certificate authority and one server certificate signed by it, in PEM.
 *
 * P-256 keys; unless its terms say otherwise the server is localhost, 127.0.0.1 and ::1, and its
 * certificate is valid from yesterday for 31 days. The extensions satisfy the strict checks of
 * RFC 5280 §4.2. The authority's key is forgotten at once: it signs this one certificate only. */
#ifndef IW_NET_CERTIFICATE_H
#define IW_NET_CERTIFICATE_H

#include "base/buf.h"

struct iw_certificate {
    struct iw_buf ca;     /* the authority's certificate */
    struct iw_buf server; /* the server's certificate, then its private key */
};

/* Of the server's certificate. Zero stands for what is usual; all else is for tests of clients,
 * which must not accept it. */
struct iw_certificate_terms {
    const char *names; /* subjectAltName as in openssl.cnf, "DNS:a.test,IP:10.0.0.1"; "": none */
    const char *usage; /* extendedKeyUsage likewise, "clientAuth" */
    int first_day, last_day; /* from today; both 0: -1 and 30 */
    bool of_a_stranger;      /* another authority than ca has signed it */
};

/* terms NULL: the usual ones. False when memory is out or OpenSSL refuses; its error queue says
 * why. The result is the caller's to release either way. */
bool iw_certificate_make(struct iw_certificate *made, const struct iw_certificate_terms *terms);
void iw_certificate_release(struct iw_certificate *certificate);

#endif
