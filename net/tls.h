/* SPDX-License-Identifier: MIT */
/* TLS as a pair of pipes without sockets (OpenSSL with memory BIOs): cipher text in and out on one
 * side, plain text on the other. TLS 1.2 at least; no renegotiation, no compression.
 *
 * The caps of the buffers given bound what a call adds: past one it fails with IW_LIMIT. After any
 * failure the session is over and only iw_tls_free may follow; what *cipher holds then (an alert
 * that tells the other end why) is still to be sent. */
#ifndef IW_NET_TLS_H
#define IW_NET_TLS_H

#include "base/buf.h"
#include "base/result.h"

struct iw_tls_context; /* certificates, trust, versions; shared by many sessions */
struct iw_tls;         /* one connection's session */

/* A server with a P-256 key and a certificate for localhost, 127.0.0.1 and ::1, signed by a CA made
 * at the same time. */
struct iw_tls_context *iw_tls_server_new(struct iw_error *error);

/* 0: as usual, which is 1.2 and 1.3. The old ones are for tests of clients. */
enum iw_tls_version { IW_TLS_USUAL, IW_TLS_1_0, IW_TLS_1_1, IW_TLS_1_2, IW_TLS_1_3 };

/* "1.0" …; false: none of them. */
bool iw_tls_version_named(struct iw_span name, enum iw_tls_version *version);

/* Whether a server asks for a certificate that its CA has signed. */
enum iw_tls_asks { IW_TLS_ASKS_NOT, IW_TLS_ASKS, IW_TLS_INSISTS };

struct iw_certificate_terms; /* net/certificate.h */

/* What a server does not do as usual; zero: all is. */
struct iw_tls_terms {
    const struct iw_certificate_terms *certificate; /* NULL: the usual one */
    enum iw_tls_version least, most;
    const char *ciphers; /* the only ones, by OpenSSL's names, with colons; NULL: its choice */
    enum iw_tls_asks asks;
    bool tickets; /* sessions can be resumed */
};
struct iw_tls_context *iw_tls_server_with(const struct iw_tls_terms *terms, struct iw_error *error);

/* The CA's certificate in PEM, for clients, and the certificate and key of a client that it knows;
 * valid as long as the context. */
struct iw_span iw_tls_server_ca(const struct iw_tls_context *context);
struct iw_span iw_tls_server_client(const struct iw_tls_context *context);

/* Verifies against ca_file, or the system's store when it is NULL. */
struct iw_tls_context *iw_tls_client_new(const char *ca_file, struct iw_error *error);

/* A client's own certificate, for servers that ask for one (SASL's EXTERNAL); PEM, the chain behind
 * it. key_file NULL: the key is in the same file. Nobody is asked for a passphrase, so an encrypted
 * key is an error. */
enum iw_result iw_tls_client_certificate(struct iw_tls_context *context,
                                         const char *certificate_file, const char *key_file,
                                         struct iw_error *error);

/* Anyone may be at the other end. For tests of servers whose certificate nobody signed. */
void iw_tls_client_insecure_accept_any_certificate(struct iw_tls_context *context);

/* Offers and accepts this one version. */
void iw_tls_context_only(struct iw_tls_context *context, enum iw_tls_version version);

void iw_tls_context_free(struct iw_tls_context *context);

/* host: the name a client verifies and sends (SNI; not for addresses); NULL for servers. The
 * context must outlive the call only. NULL when memory is out, and for a client that would verify
 * nobody: its host is NULL or no possible name, and not any certificate will do. */
struct iw_tls *iw_tls_new(struct iw_tls_context *context, const char *host);
void iw_tls_free(struct iw_tls *tls);

/* Cipher text that came from the network. Plain text goes to *plain, cipher text to be sent to
 * *cipher. IW_OK; IW_CLOSED after close_notify; IW_UNTRUSTED or IW_SYSTEM with the reason in
 * error. */
enum iw_result iw_tls_receive(struct iw_tls *tls, struct iw_span octets, struct iw_buf *plain,
                              struct iw_buf *cipher, struct iw_error *error);

/* Plain text to be sent, one record for each 16 KiB; call with an empty span to begin a client's
 * handshake. Up to 1 MiB given before the handshake is done waits and goes out at its end. */
enum iw_result iw_tls_send(struct iw_tls *tls, struct iw_span octets, struct iw_buf *cipher,
                           struct iw_error *error);

/* close_notify: nothing can be sent afterwards, but goes on being received. */
void iw_tls_finish(struct iw_tls *tls, struct iw_buf *cipher);

bool iw_tls_established(const struct iw_tls *tls);

enum { IW_TLS_BINDING_MAX = 64 };

/* Of an established session. */
enum { IW_TLS_NAME_MAX = 256 };
struct iw_tls_facts {
    const char *version; /* "TLSv1.3" */
    const char *cipher;
    bool resumed;
    char peer[IW_TLS_NAME_MAX]; /* common name of the client's certificate; "": it has shown none */
};
struct iw_tls_facts iw_tls_facts(const struct iw_tls *tls);

/* What names an established session to both of its ends, for SASL's channel binding: of TLS 1.3
 * tls-exporter (RFC 9266), of TLS 1.2 tls-unique (RFC 5929 §3), where an extended master secret
 * keeps it from being copied (RFC 7627). */
struct iw_tls_binding {
    bool unique; /* else exporter */
    char octets[IW_TLS_BINDING_MAX];
    size_t length; /* 0: there is none */
};
struct iw_tls_binding iw_tls_binding(const struct iw_tls *tls);

#endif
