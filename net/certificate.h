/* SPDX-License-Identifier: MIT */
/* A throw-away certificate authority and what it signs, in PEM: a server's certificate and, where
 * one is asked for, a client's.
 *
 * P-256 keys; unless its terms say otherwise the server is localhost, 127.0.0.1 and ::1, and its
 * certificate is valid from yesterday for 31 days. The extensions satisfy the strict checks of
 * RFC 5280 §4.2. The authority's key is forgotten at once: it signs nothing else. */
#ifndef IW_NET_CERTIFICATE_H
#define IW_NET_CERTIFICATE_H

#include "base/buf.h"

struct iw_certificate {
    struct iw_buf ca;     /* the authority's certificate, which clients are to trust */
    struct iw_buf server; /* the server's certificate, then its private key */
    struct iw_buf client; /* the same of a client; empty: none was asked for */
};

/* Of the server's certificate. Zero stands for what is usual; all else is for tests of clients,
 * which must not accept it. */
struct iw_certificate_terms {
    const char *names; /* subjectAltName as in openssl.cnf, "DNS:a.test,IP:10.0.0.1"; "": none */
    const char *usage; /* extendedKeyUsage likewise, "clientAuth" */
    int first_day, last_day; /* from today; both 0: -1 and 30 */
    bool of_a_stranger;      /* another authority than ca has signed it */
    bool of_itself;          /* it has signed itself */
    unsigned rsa_bits;       /* of an RSA key; 0: P-256 */
    bool sha1;               /* it is signed over SHA-1 */
    const char *client;      /* common name of a client that the authority knows; NULL: none */
};

/* "good", "expired" …: see docs/scenarios.md. NULL: there is none of that name. */
const struct iw_certificate_terms *iw_certificate_named(const char *name);

/* terms NULL: the usual ones. False when memory is out or OpenSSL refuses; its error queue says
 * why. The result is the caller's to release either way. */
bool iw_certificate_make(struct iw_certificate *made, const struct iw_certificate_terms *terms);
void iw_certificate_release(struct iw_certificate *certificate);

#endif
