/* SPDX-License-Identifier: MIT */
#include "net/tls_private.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORD_OCTETS = 16 * 1024, /* the most plain text of one record (RFC 8446 §5.1) */
    EARLY_CAP = 1024 * 1024    /* plain text that may wait for the end of the handshake */
};

enum state {
    STATE_OPEN, /* the handshake goes on or is done */
    STATE_ENDED,
    STATE_FAILED
};

struct iw_tls {
    SSL *ssl;
    BIO *in, *out; /* owned by ssl */
    enum state state;
    struct iw_buf early; /* plain text given before the handshake was done */
};

static bool is_address(const char *host)
{
    unsigned char octets[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, octets) == 1 || inet_pton(AF_INET6, host, octets) == 1;
}

/* Whom a client expects: a name, which is also sent (SNI), or an address (RFC 9525 §6). */
static bool expect_host(SSL *ssl, const char *host)
{
    if (is_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    union {
        const char *borrowed;
        void *argument; /* of SSL_ctrl, which only copies */
    } name = {.borrowed = host};
    SSL_set_hostflags(ssl,
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return *host != '\0' && SSL_set1_host(ssl, host) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.argument) ==
               1;
}

static bool session_init(struct iw_tls *tls, struct iw_tls_context *context, const char *host)
{
    tls->ssl = SSL_new(context->ssl);
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    if (tls->ssl == NULL || in == NULL || out == NULL) {
        BIO_free(in);
        BIO_free(out);
        return false;
    }
    BIO_set_mem_eof_return(in, -1); /* empty means "later", not "over" */
    SSL_set_bio(tls->ssl, in, out);
    tls->in = in;
    tls->out = out;
    if (context->server) {
        SSL_set_accept_state(tls->ssl);
        return true;
    }
    SSL_set_connect_state(tls->ssl);
    return host == NULL ? context->any_certificate : expect_host(tls->ssl, host);
}

struct iw_tls *iw_tls_new(struct iw_tls_context *context, const char *host)
{
    struct iw_tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL)
        return NULL;
    iw_buf_init(&tls->early, NULL, EARLY_CAP);
    if (session_init(tls, context, host))
        return tls;
    ERR_clear_error();
    iw_tls_free(tls);
    return NULL;
}

void iw_tls_free(struct iw_tls *tls)
{
    if (tls == NULL)
        return;
    iw_buf_release(&tls->early);
    SSL_free(tls->ssl);
    free(tls);
}

bool iw_tls_established(const struct iw_tls *tls)
{
    return SSL_is_init_finished(tls->ssl) == 1;
}

struct iw_tls_facts iw_tls_facts(const struct iw_tls *tls)
{
    struct iw_tls_facts facts = {.version = SSL_get_version(tls->ssl),
                                 .cipher = SSL_get_cipher_name(tls->ssl),
                                 .resumed = SSL_session_reused(tls->ssl) == 1};
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    if (certificate != NULL && SSL_is_server(tls->ssl) == 1)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, facts.peer,
                                  sizeof facts.peer);
    return facts;
}

/* RFC 9266 §4.2 */
static size_t export_name(SSL *ssl, char *octets)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    const size_t length = 32;
    int done = SSL_export_keying_material(ssl, (unsigned char *)octets, length, label,
                                          sizeof label - 1, (const unsigned char *)"", 0, 1);
    return done == 1 ? length : 0;
}

/* The first Finished of the handshake: the client's, of a resumed session the server's. */
static size_t first_finished(SSL *ssl, char *octets)
{
    bool client_first = SSL_session_reused(ssl) == 0;
    if (SSL_get_extms_support(ssl) != 1)
        return 0;
    if (client_first == (SSL_is_server(ssl) == 0))
        return SSL_get_finished(ssl, octets, IW_TLS_BINDING_MAX);
    return SSL_get_peer_finished(ssl, octets, IW_TLS_BINDING_MAX);
}

struct iw_tls_binding iw_tls_binding(const struct iw_tls *tls)
{
    struct iw_tls_binding binding = {.length = 0};
    if (!iw_tls_established(tls))
        return binding;
    binding.unique = SSL_version(tls->ssl) == TLS1_2_VERSION;
    binding.length = binding.unique ? first_finished(tls->ssl, binding.octets)
                                    : export_name(tls->ssl, binding.octets);
    return binding;
}

/* The buffer could not take so many octets more. */
static enum iw_result fail_room(struct iw_tls *tls, const struct iw_buf *buf, size_t octets,
                                struct iw_error *error)
{
    tls->state = STATE_FAILED;
    enum iw_result code = octets > buf->cap - buf->length ? IW_LIMIT : IW_NO_MEMORY;
    return iw_fail(error, code, 0, "room for a TLS record");
}

/* Moves what OpenSSL wants to send into *cipher. */
static enum iw_result drain(struct iw_tls *tls, struct iw_buf *cipher, struct iw_error *error)
{
    size_t pending = BIO_ctrl_pending(tls->out);
    if (pending == 0)
        return IW_OK;
    char *room = iw_buf_reserve(cipher, pending);
    size_t got = 0;
    if (room == NULL || BIO_read_ex(tls->out, room, pending, &got) != 1)
        return fail_room(tls, cipher, pending, error);
    iw_buf_commit(cipher, got);
    return IW_OK;
}

static enum iw_result fail_session(struct iw_tls *tls, struct iw_error *error)
{
    tls->state = STATE_FAILED;
    long verified = SSL_get_verify_result(tls->ssl);
    if (verified == X509_V_OK || SSL_get_verify_mode(tls->ssl) == SSL_VERIFY_NONE)
        return iw_tls_fail(error, "TLS");
    ERR_clear_error();
    return iw_failf(error, IW_UNTRUSTED, "TLS: the certificate is not accepted: %s",
                    X509_verify_cert_error_string(verified));
}

/* The outcome of an OpenSSL call that did not give what it was asked for. */
static enum iw_result outcome(struct iw_tls *tls, int returned, struct iw_error *error)
{
    switch (SSL_get_error(tls->ssl, returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return IW_OK;
    case SSL_ERROR_ZERO_RETURN:
        tls->state = STATE_ENDED;
        return iw_failf(error, IW_CLOSED, "closed by the other end");
    default:
        return fail_session(tls, error);
    }
}

/* Everything readable into *plain. Each turn takes a record or leaves. */
static enum iw_result read_records(struct iw_tls *tls, struct iw_buf *plain, struct iw_error *error)
{
    char record[RECORD_OCTETS];
    for (;;) {
        size_t got = 0;
        int returned = SSL_read_ex(tls->ssl, record, sizeof record, &got);
        if (returned != 1)
            return outcome(tls, returned, error);
        iw_buf_add(plain, iw_span(record, got));
        if (plain->failed)
            return fail_room(tls, plain, got, error);
    }
}

/* One record for each 16 KiB. The handshake is done, so nothing but memory can stop a write. */
static enum iw_result write_records(struct iw_tls *tls, struct iw_span octets,
                                    struct iw_buf *cipher, struct iw_error *error)
{
    while (octets.length > 0) {
        struct iw_span record = iw_span_part(octets, 0, RECORD_OCTETS);
        size_t written = 0;
        if (SSL_write_ex(tls->ssl, record.data, record.length, &written) != 1)
            return fail_session(tls, error);
        enum iw_result result = drain(tls, cipher, error);
        if (result != IW_OK)
            return result;
        octets = iw_span_part(octets, written, octets.length);
    }
    return IW_OK;
}

static enum iw_result write_early(struct iw_tls *tls, struct iw_buf *cipher, struct iw_error *error)
{
    if (tls->early.length == 0 || !iw_tls_established(tls))
        return IW_OK;
    enum iw_result result = write_records(tls, iw_buf_span(&tls->early), cipher, error);
    iw_buf_release(&tls->early);
    return result;
}

static enum iw_result refuse(const struct iw_tls *tls, struct iw_error *error)
{
    if (tls->state == STATE_ENDED)
        return iw_failf(error, IW_CLOSED, "closed by the other end");
    return iw_failf(error, IW_SYSTEM, "TLS has failed before");
}

enum iw_result iw_tls_receive(struct iw_tls *tls, struct iw_span octets, struct iw_buf *plain,
                              struct iw_buf *cipher, struct iw_error *error)
{
    if (tls->state != STATE_OPEN)
        return refuse(tls, error);
    ERR_clear_error();
    size_t taken = 0;
    if (octets.length > 0 && BIO_write_ex(tls->in, octets.data, octets.length, &taken) != 1) {
        tls->state = STATE_FAILED;
        ERR_clear_error();
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    }
    enum iw_result result = read_records(tls, plain, error);
    enum iw_result drained = drain(tls, cipher, error); /* an alert also after a failure */
    if (result == IW_OK)
        result = drained;
    return result == IW_OK ? write_early(tls, cipher, error) : result;
}

/* A step of the handshake that no input has asked for: the client's first flight. */
static enum iw_result begin_handshake(struct iw_tls *tls, struct iw_buf *cipher,
                                      struct iw_error *error)
{
    int returned = SSL_do_handshake(tls->ssl);
    enum iw_result result = returned == 1 ? IW_OK : outcome(tls, returned, error);
    enum iw_result drained = drain(tls, cipher, error);
    return result == IW_OK ? drained : result;
}

enum iw_result iw_tls_send(struct iw_tls *tls, struct iw_span octets, struct iw_buf *cipher,
                           struct iw_error *error)
{
    if (tls->state == STATE_FAILED)
        return refuse(tls, error);
    ERR_clear_error();
    if (iw_tls_established(tls))
        return write_records(tls, octets, cipher, error);
    iw_buf_add(&tls->early, octets);
    if (tls->early.failed)
        return fail_room(tls, &tls->early, octets.length, error);
    return begin_handshake(tls, cipher, error);
}

void iw_tls_finish(struct iw_tls *tls, struct iw_buf *cipher)
{
    if (tls->state == STATE_FAILED)
        return;
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
    ERR_clear_error(); /* before the end of the handshake there is nothing to close */
    drain(tls, cipher, NULL);
}
