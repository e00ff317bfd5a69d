/* SPDX-License-Identifier: MIT */
#include "net/tls_private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum iw_result iw_tls_fail(struct iw_error *error, const char *what)
{
    unsigned long code = ERR_get_error();
    const char *why = code == 0 ? NULL : ERR_reason_error_string(code);
    ERR_clear_error();
    return iw_failf(error, IW_SYSTEM, "%s: %s", what, why == NULL ? "unknown reason" : why);
}

static struct iw_tls_context *context_new(const SSL_METHOD *method, bool server,
                                          struct iw_error *error)
{
    ERR_clear_error();
    struct iw_tls_context *context = calloc(1, sizeof *context);
    if (context == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    context->server = server;
    context->ssl = SSL_CTX_new(method);
    if (context->ssl == NULL || SSL_CTX_set_min_proto_version(context->ssl, TLS1_2_VERSION) != 1) {
        iw_tls_fail(error, "cannot set up TLS");
        iw_tls_context_free(context);
        return NULL;
    }
    SSL_CTX_set_options(context->ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context->ssl, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

static bool use_certificate(SSL_CTX *ssl, struct iw_span pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.length);
    if (bio == NULL)
        return false;
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    bool done = certificate != NULL && key != NULL &&
                SSL_CTX_use_certificate(ssl, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(ssl, key) == 1;
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(bio);
    return done;
}

/* ---- servers ---- */

static const int versions[] = {[IW_TLS_USUAL] = 0,
                               [IW_TLS_1_0] = TLS1_VERSION,
                               [IW_TLS_1_1] = TLS1_1_VERSION,
                               [IW_TLS_1_2] = TLS1_2_VERSION,
                               [IW_TLS_1_3] = TLS1_3_VERSION};

bool iw_tls_version_named(struct iw_span name, enum iw_tls_version *version)
{
    static const char *const names[] = {
        [IW_TLS_1_0] = "1.0", [IW_TLS_1_1] = "1.1", [IW_TLS_1_2] = "1.2", [IW_TLS_1_3] = "1.3"};
    for (size_t i = IW_TLS_1_0; i < sizeof names / sizeof *names; i++) {
        if (iw_span_equal(name, iw_span_of(names[i]))) {
            *version = (enum iw_tls_version)i;
            return true;
        }
    }
    return false;
}

static bool set_versions(SSL_CTX *ssl, const struct iw_tls_terms *terms)
{
    enum iw_tls_version least = terms->least;
    if (least == IW_TLS_USUAL && terms->most != IW_TLS_USUAL && terms->most < IW_TLS_1_2)
        least = terms->most;
    return (least == IW_TLS_USUAL || SSL_CTX_set_min_proto_version(ssl, versions[least]) == 1) &&
           (terms->most == IW_TLS_USUAL ||
            SSL_CTX_set_max_proto_version(ssl, versions[terms->most]) == 1);
}

/* Suites of TLS 1.3 have names, and a list, of their own. */
static bool set_ciphers(SSL_CTX *ssl, const char *ciphers)
{
    if (ciphers == NULL)
        return true;
    return strncmp(ciphers, "TLS_", 4) == 0 ? SSL_CTX_set_ciphersuites(ssl, ciphers) == 1
                                            : SSL_CTX_set_cipher_list(ssl, ciphers) == 1;
}

/* Without tickets every session has the same flights, and nothing follows the handshake unasked. */
static bool set_tickets(SSL_CTX *ssl, bool tickets)
{
    static const unsigned char name[] = "imapwright";
    if (tickets)
        return SSL_CTX_set_session_id_context(ssl, name, sizeof name - 1) == 1;
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(ssl, 0);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    return true;
}

/* What the CA has signed is known. */
static bool ask_clients(SSL_CTX *ssl, enum iw_tls_asks asks, struct iw_span ca)
{
    if (asks == IW_TLS_ASKS_NOT)
        return true;
    BIO *bio = BIO_new_mem_buf(ca.data, (int)ca.length);
    X509 *authority = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    bool done = authority != NULL &&
                X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), authority) == 1 &&
                SSL_CTX_add_client_CA(ssl, authority) == 1;
    X509_free(authority);
    BIO_free(bio);
    SSL_CTX_set_verify(ssl,
                       asks == IW_TLS_INSISTS ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                              : SSL_VERIFY_PEER,
                       NULL);
    return done;
}

/* What only tests of clients want would be refused by OpenSSL itself. */
static bool is_weak(const struct iw_tls_terms *terms)
{
    const struct iw_certificate_terms *certificate = terms->certificate;
    enum iw_tls_version least = terms->least == IW_TLS_USUAL ? terms->most : terms->least;
    bool by_certificate =
        certificate != NULL &&
        (certificate->sha1 || (certificate->rsa_bits > 0 && certificate->rsa_bits < 2048));
    return by_certificate || (least != IW_TLS_USUAL && least < IW_TLS_1_2);
}

static bool agree(struct iw_tls_context *context, const struct iw_tls_terms *terms)
{
    SSL_CTX *ssl = context->ssl;
    if (is_weak(terms))
        SSL_CTX_set_security_level(ssl, 0);
    return set_versions(ssl, terms) && set_ciphers(ssl, terms->ciphers) &&
           set_tickets(ssl, terms->tickets) &&
           iw_certificate_make(&context->certificate, terms->certificate) &&
           use_certificate(ssl, iw_buf_span(&context->certificate.server)) &&
           ask_clients(ssl, terms->asks, iw_buf_span(&context->certificate.ca));
}

struct iw_tls_context *iw_tls_server_with(const struct iw_tls_terms *terms, struct iw_error *error)
{
    struct iw_tls_context *context = context_new(TLS_server_method(), true, error);
    if (context == NULL || agree(context, terms))
        return context;
    iw_tls_fail(error, "cannot be such a server of TLS");
    iw_tls_context_free(context);
    return NULL;
}

struct iw_tls_context *iw_tls_server_new(struct iw_error *error)
{
    static const struct iw_tls_terms usual = {.ciphers = NULL};
    return iw_tls_server_with(&usual, error);
}

struct iw_span iw_tls_server_ca(const struct iw_tls_context *context)
{
    return iw_buf_span(&context->certificate.ca);
}

struct iw_span iw_tls_server_client(const struct iw_tls_context *context)
{
    return iw_buf_span(&context->certificate.client);
}

/* ---- clients ---- */

struct iw_tls_context *iw_tls_client_new(const char *ca_file, struct iw_error *error)
{
    struct iw_tls_context *context = context_new(TLS_client_method(), false, error);
    if (context == NULL)
        return NULL;
    SSL_CTX_set_verify(context->ssl, SSL_VERIFY_PEER, NULL);
    int loaded = ca_file == NULL ? SSL_CTX_set_default_verify_paths(context->ssl)
                                 : SSL_CTX_load_verify_file(context->ssl, ca_file);
    if (loaded == 1)
        return context;
    char what[150];
    snprintf(what, sizeof what, "cannot read the CA certificates of %s",
             ca_file == NULL ? "the system" : ca_file);
    iw_tls_fail(error, what);
    iw_tls_context_free(context);
    return NULL;
}

/* OpenSSL's own would ask at the terminal. */
static int no_passphrase(char *room, int size, int writing, void *context)
{
    (void)room;
    (void)size;
    (void)writing;
    (void)context;
    return 0;
}

enum iw_result iw_tls_client_certificate(struct iw_tls_context *context,
                                         const char *certificate_file, const char *key_file,
                                         struct iw_error *error)
{
    SSL_CTX *ssl = context->ssl;
    const char *file = key_file == NULL ? certificate_file : key_file;
    char what[150];
    ERR_clear_error();
    SSL_CTX_set_default_passwd_cb(ssl, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(ssl, certificate_file) != 1) {
        snprintf(what, sizeof what, "cannot read the certificate of %s", certificate_file);
        return iw_tls_fail(error, what);
    }
    if (SSL_CTX_use_PrivateKey_file(ssl, file, SSL_FILETYPE_PEM) != 1) {
        snprintf(what, sizeof what, "cannot use the key of %s", file);
        return iw_tls_fail(error, what);
    }
    return IW_OK;
}

void iw_tls_client_insecure_accept_any_certificate(struct iw_tls_context *context)
{
    context->any_certificate = true;
    SSL_CTX_set_verify(context->ssl, SSL_VERIFY_NONE, NULL);
}

void iw_tls_context_only(struct iw_tls_context *context, enum iw_tls_version version)
{
    SSL_CTX_set_min_proto_version(context->ssl, versions[version]);
    SSL_CTX_set_max_proto_version(context->ssl, versions[version]);
}

void iw_tls_context_free(struct iw_tls_context *context)
{
    if (context == NULL)
        return;
    iw_certificate_release(&context->certificate);
    SSL_CTX_free(context->ssl);
    free(context);
}
