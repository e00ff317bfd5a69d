/* SPDX-License-Identifier: MIT */
/* Between contexts (tls_context.c) and sessions (tls.c). */
#ifndef IW_NET_TLS_PRIVATE_H
#define IW_NET_TLS_PRIVATE_H

#include "net/certificate.h"
#include "net/tls.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

struct iw_tls_context {
    struct ssl_ctx_st *ssl;
    bool server;
    bool any_certificate;
    struct iw_certificate certificate; /* of a server; else empty */
};

/* Sets the error to "what: why", why being the oldest entry of OpenSSL's queue, and empties it. */
enum iw_result iw_tls_fail(struct iw_error *error, const char *what);

#endif
