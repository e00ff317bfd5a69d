/* SPDX-License-Identifier: MIT */
/* Two TLS sessions back to back in memory: what one gives as cipher text the other receives. */
#include "net/certificate.h"
#include "net/tls.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { CAP = 1 << 20, FLIGHTS_MAX = 20 };

struct end {
    struct iw_tls *tls;
    struct iw_buf plain;  /* received */
    struct iw_buf cipher; /* to the other end */
    enum iw_result result;
    struct iw_error error;
};

struct fixture {
    struct iw_tls_context *server;
    char ca_file[64]; /* of the server's CA */
};

static void write_temporary(char *path, struct iw_span content)
{
    int fd = mkstemp(path);
    assert_int_equal(write(fd, content.data, content.length), content.length);
    close(fd);
}

static int set_up(void **state)
{
    static struct fixture fixture = {.ca_file = "/tmp/iw-test-tls-XXXXXX"};
    fixture.server = iw_tls_server_new(NULL);
    *state = &fixture;
    if (fixture.server == NULL)
        return -1;
    write_temporary(fixture.ca_file, iw_tls_server_ca(fixture.server));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->ca_file);
    iw_tls_context_free(fixture->server);
    return 0;
}

static struct end end_new(struct iw_tls_context *context, const char *host)
{
    struct end end = {.tls = iw_tls_new(context, host)};
    assert_non_null(end.tls);
    iw_buf_init(&end.plain, NULL, CAP);
    iw_buf_init(&end.cipher, NULL, CAP);
    return end;
}

static void end_free(struct end *end)
{
    iw_tls_free(end->tls);
    iw_buf_release(&end->plain);
    iw_buf_release(&end->cipher);
}

/* What from wants to send goes to to, in pieces of so many octets. */
static void carry(struct end *from, struct end *to, size_t piece)
{
    struct iw_span flight = iw_buf_span(&from->cipher);
    for (size_t at = 0; at < flight.length && to->result == IW_OK; at += piece)
        to->result = iw_tls_receive(to->tls, iw_span_part(flight, at, at + piece), &to->plain,
                                    &to->cipher, &to->error);
    iw_buf_clear(&from->cipher);
}

/* Until both are silent. */
static void exchange(struct end *client, struct end *server, size_t piece)
{
    for (int i = 0; i < FLIGHTS_MAX && client->cipher.length + server->cipher.length > 0; i++) {
        carry(client, server, piece);
        carry(server, client, piece);
    }
    assert_int_equal(client->cipher.length + server->cipher.length, 0);
}

static void handshake(struct end *client, struct end *server, size_t piece)
{
    client->result = iw_tls_send(client->tls, iw_span("", 0), &client->cipher, &client->error);
    exchange(client, server, piece);
}

static void assert_plain(const struct end *end, const char *expected)
{
    assert_true(iw_span_equal(iw_buf_span(&end->plain), iw_span_of(expected)));
}

/* ---- the road that works ---- */

static void test_any_chunking_gives_the_same_text(void **state)
{
    static const size_t pieces[] = {1, 2, 5, 6, 100, 4096, CAP};
    struct fixture *fixture = *state;
    struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
    assert_non_null(trusting);
    for (size_t row = 0; row < sizeof pieces / sizeof *pieces; row++) {
        struct end client = end_new(trusting, "localhost");
        struct end server = end_new(fixture->server, NULL);
        handshake(&client, &server, pieces[row]);
        assert_true(iw_tls_established(client.tls) && iw_tls_established(server.tls));
        iw_tls_send(server.tls, IW_SPAN("* OK ready\r\n"), &server.cipher, NULL);
        iw_tls_send(server.tls, IW_SPAN("* CAPABILITY IMAP4rev2\r\n"), &server.cipher, NULL);
        iw_tls_send(client.tls, IW_SPAN("a NOOP\r\n"), &client.cipher, NULL);
        exchange(&client, &server, pieces[row]);
        assert_plain(&client, "* OK ready\r\n* CAPABILITY IMAP4rev2\r\n");
        assert_plain(&server, "a NOOP\r\n");
        end_free(&client);
        end_free(&server);
    }
    iw_tls_context_free(trusting);
}

static bool same_binding(const struct iw_tls_binding *a, const struct iw_tls_binding *b)
{
    return a->unique == b->unique && a->length == b->length &&
           memcmp(a->octets, b->octets, a->length) == 0;
}

/* Both ends of a connection have the same name for it, and no other connection has it. */
static void test_a_binding_names_one_connection(void **state)
{
    struct fixture *fixture = *state;
    for (enum iw_tls_version version = IW_TLS_1_2; version <= IW_TLS_1_3; version++) {
        struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
        iw_tls_context_only(trusting, version);
        struct iw_tls_binding last = {.length = 0};
        for (int i = 0; i < 2; i++) {
            struct end client = end_new(trusting, "localhost");
            struct end server = end_new(fixture->server, NULL);
            assert_int_equal(iw_tls_binding(client.tls).length, 0);
            handshake(&client, &server, CAP);
            struct iw_tls_binding ours = iw_tls_binding(client.tls);
            struct iw_tls_binding theirs = iw_tls_binding(server.tls);
            assert_true(ours.length >= 12 && ours.unique == (version == IW_TLS_1_2));
            assert_true(same_binding(&ours, &theirs));
            assert_false(same_binding(&ours, &last));
            last = ours;
            end_free(&client);
            end_free(&server);
        }
        iw_tls_context_free(trusting);
    }
}

/* Text given too early waits for the handshake; the client's comes in one piece with the end of
 * its handshake. */
static void test_text_may_be_sent_before_the_handshake_is_done(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
    struct end client = end_new(trusting, "127.0.0.1");
    struct end server = end_new(fixture->server, NULL);
    assert_int_equal(iw_tls_send(server.tls, IW_SPAN("* OK "), &server.cipher, NULL), IW_OK);
    assert_int_equal(iw_tls_send(client.tls, IW_SPAN("a NOOP"), &client.cipher, NULL), IW_OK);
    assert_int_equal(iw_tls_send(server.tls, IW_SPAN("ready"), &server.cipher, NULL), IW_OK);
    assert_false(iw_tls_established(client.tls));
    exchange(&client, &server, CAP);
    assert_plain(&client, "* OK ready");
    assert_plain(&server, "a NOOP");
    end_free(&client);
    end_free(&server);
    iw_tls_context_free(trusting);
}

static void test_a_large_text_takes_many_records(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
    struct end client = end_new(trusting, "::1");
    struct end server = end_new(fixture->server, NULL);
    handshake(&client, &server, CAP);
    struct iw_buf text;
    iw_buf_init(&text, NULL, CAP);
    for (unsigned i = 0; i < 50000; i++)
        iw_buf_addf(&text, "%u ", i);
    iw_tls_send(server.tls, iw_buf_span(&text), &server.cipher, NULL);
    exchange(&client, &server, 1000);
    assert_true(iw_span_equal(iw_buf_span(&client.plain), iw_buf_span(&text)));
    iw_buf_release(&text);
    end_free(&client);
    end_free(&server);
    iw_tls_context_free(trusting);
}

static void test_close_notify_ends_one_direction(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
    struct end client = end_new(trusting, "localhost");
    struct end server = end_new(fixture->server, NULL);
    handshake(&client, &server, CAP);
    iw_tls_send(server.tls, IW_SPAN("* BYE\r\n"), &server.cipher, NULL);
    iw_tls_finish(server.tls, &server.cipher);
    carry(&server, &client, 1);
    assert_int_equal(client.result, IW_CLOSED);
    assert_plain(&client, "* BYE\r\n");
    assert_int_equal(iw_tls_receive(client.tls, IW_SPAN("x"), &client.plain, &client.cipher, NULL),
                     IW_CLOSED);
    iw_tls_send(client.tls, IW_SPAN("a LOGOUT\r\n"), &client.cipher, NULL);
    carry(&client, &server, CAP);
    assert_int_equal(server.result, IW_OK);
    assert_plain(&server, "a LOGOUT\r\n");
    end_free(&client);
    end_free(&server);
    iw_tls_context_free(trusting);
}

/* ---- the client's own certificate ---- */

/* A server by OpenSSL alone, that asks for a certificate and takes any. */
struct asking {
    SSL_CTX *context;
    SSL *ssl;
    BIO *in, *out;
};

static int take_any(int verified, X509_STORE_CTX *store)
{
    (void)verified;
    (void)store;
    return 1;
}

static X509 *certificate_of(struct iw_span pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.length);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(certificate);
    return certificate;
}

static struct asking asking_new(const char *pem_file)
{
    struct asking server = {.context = SSL_CTX_new(TLS_server_method())};
    assert_int_equal(SSL_CTX_use_certificate_chain_file(server.context, pem_file), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(server.context, pem_file, SSL_FILETYPE_PEM), 1);
    SSL_CTX_set_verify(server.context, SSL_VERIFY_PEER, take_any);
    server.ssl = SSL_new(server.context);
    server.in = BIO_new(BIO_s_mem());
    server.out = BIO_new(BIO_s_mem());
    SSL_set_bio(server.ssl, server.in, server.out);
    return server;
}

/* What the server has been shown; the caller's. NULL: nothing. */
static X509 *shown(const char *pem_file, struct iw_tls_context *context)
{
    struct asking server = asking_new(pem_file);
    struct end client = end_new(context, "localhost");
    char octets[CAP / 16];
    iw_tls_send(client.tls, iw_span("", 0), &client.cipher, NULL);
    for (int i = 0; i < FLIGHTS_MAX && client.cipher.length > 0; i++) {
        struct iw_span flight = iw_buf_span(&client.cipher);
        BIO_write(server.in, flight.data, (int)flight.length);
        iw_buf_clear(&client.cipher);
        SSL_accept(server.ssl);
        int got = BIO_read(server.out, octets, sizeof octets);
        if (got > 0)
            iw_tls_receive(client.tls, iw_span(octets, (size_t)got), &client.plain, &client.cipher,
                           NULL);
    }
    assert_true(SSL_is_init_finished(server.ssl) == 1 && iw_tls_established(client.tls));
    X509 *certificate = SSL_get1_peer_certificate(server.ssl);
    end_free(&client);
    SSL_free(server.ssl);
    SSL_CTX_free(server.context);
    return certificate;
}

static void test_a_client_shows_its_certificate_when_asked(void **state)
{
    (void)state;
    char pem_file[] = "/tmp/iw-test-tls-XXXXXX";
    struct iw_certificate own;
    assert_true(iw_certificate_make(&own, NULL));
    write_temporary(pem_file, iw_buf_span(&own.server));
    X509 *expected = certificate_of(iw_buf_span(&own.server));
    for (int with = 0; with < 2; with++) {
        struct iw_tls_context *context = iw_tls_client_new(NULL, NULL);
        iw_tls_client_insecure_accept_any_certificate(context);
        if (with)
            assert_int_equal(iw_tls_client_certificate(context, pem_file, NULL, NULL), IW_OK);
        X509 *certificate = shown(pem_file, context);
        assert_true((certificate != NULL) == (with == 1));
        assert_true(!with || X509_cmp(certificate, expected) == 0);
        X509_free(certificate);
        iw_tls_context_free(context);
    }
    X509_free(expected);
    unlink(pem_file);
    iw_certificate_release(&own);
}

static const char encrypted_key[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjsk9bUYccB3QICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEENwy9+/EFnUgb6ILV0VIdwMEQJSq\n"
    "7W7Qky25h/ipkVFkiqXMIT+Z/FbSvFR3Mw0kyz8LfcFp8UHz4+ZB1Mk1Rb2tcJF0\n"
    "hWk0buB4K/p6yewfHf0=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

static void test_a_certificate_without_its_key_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char own_file[] = "/tmp/iw-test-tls-XXXXXX", key_file[] = "/tmp/iw-test-tls-XXXXXX";
    char other_file[] = "/tmp/iw-test-tls-XXXXXX";
    const struct {
        const char *certificate, *key, *words;
    } rows[] = {
        {"/nonexistent/me.pem", NULL, "certificate of /nonexistent/me.pem"},
        {own_file, "/nonexistent/key.pem", "key of /nonexistent/key.pem"},
        {own_file, other_file, "key values mismatch"},
        {own_file, key_file, "key of /tmp/"},
        {fixture->ca_file, NULL, "key of /tmp/"},
    };
    struct iw_certificate own, other;
    assert_true(iw_certificate_make(&own, NULL) && iw_certificate_make(&other, NULL));
    write_temporary(own_file, iw_buf_span(&own.server));
    write_temporary(other_file, iw_buf_span(&other.server));
    write_temporary(key_file, iw_span_of(encrypted_key));
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        struct iw_error error = {0};
        struct iw_tls_context *context = iw_tls_client_new(NULL, NULL);
        assert_int_equal(
            iw_tls_client_certificate(context, rows[row].certificate, rows[row].key, &error),
            IW_SYSTEM);
        assert_non_null(strstr(error.detail, rows[row].words));
        iw_tls_context_free(context);
    }
    unlink(own_file);
    unlink(other_file);
    unlink(key_file);
    iw_certificate_release(&own);
    iw_certificate_release(&other);
}

/* ---- the roads that must not ---- */

struct refusal {
    const char *host;
    bool trusting;
    const char *client_says, *server_says;
};

static void test_a_wrong_server_is_refused_on_both_ends(void **state)
{
    static const struct refusal rows[] = {
        {"imap.example.org", true, "hostname mismatch", "bad certificate"},
        {"localhost.example.org", true, "hostname mismatch", "bad certificate"},
        {"127.0.0.2", true, "IP address mismatch", "bad certificate"},
        {"::2", true, "IP address mismatch", "bad certificate"},
        {"localhost", false, "unable to get local issuer certificate", "unknown ca"},
    };
    struct fixture *fixture = *state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        print_message("row %zu: %s\n", row, rows[row].host);
        const char *ca_file = rows[row].trusting ? fixture->ca_file : NULL;
        struct iw_tls_context *context = iw_tls_client_new(ca_file, NULL);
        struct end client = end_new(context, rows[row].host);
        struct end server = end_new(fixture->server, NULL);
        handshake(&client, &server, CAP);
        assert_int_equal(client.result, IW_UNTRUSTED);
        assert_non_null(strstr(client.error.detail, rows[row].client_says));
        assert_int_equal(server.result, IW_SYSTEM);
        assert_non_null(strstr(server.error.detail, rows[row].server_says));
        assert_int_equal(iw_tls_send(client.tls, IW_SPAN("x"), &client.cipher, NULL), IW_SYSTEM);
        assert_int_equal(client.cipher.length, 0);
        end_free(&client);
        end_free(&server);
        iw_tls_context_free(context);
    }
}

/* Each is refused by a client that trusts the authority handed out with it; the first is good. */
static void test_certificates_that_prove_nothing(void **state)
{
    static const struct {
        const char *name;        /* NULL: these terms */
        const char *client_says; /* NULL: it is content */
        struct iw_certificate_terms terms;
    } rows[] = {
        {NULL, NULL, {.first_day = 0, .last_day = 1}},
        {NULL, "hostname mismatch", {.names = "DNS:*.localhost"}},
        {"good", NULL, {0}},
        {"rsa", NULL, {0}},
        {"expired", "certificate has expired", {0}},
        {"not-yet-valid", "certificate is not yet valid", {0}},
        {"wrong-host", "hostname mismatch", {0}},
        {"no-names", "hostname mismatch", {0}},
        {"for-clients", "unsuitable certificate purpose", {0}},
        {"self-signed", "self-signed certificate", {0}},
        {"unknown-ca", "unable to get local issuer certificate", {0}},
        {"weak-key", "EE certificate key too weak", {0}},
        {"weak-hash", "CA signature digest algorithm too weak", {0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ca_file[] = "/tmp/iw-test-ca-XXXXXX";
        struct iw_tls_terms terms = {.certificate = rows[i].name == NULL
                                                        ? &rows[i].terms
                                                        : iw_certificate_named(rows[i].name)};
        struct iw_tls_context *made = iw_tls_server_with(&terms, NULL);
        assert_non_null(made);
        write_temporary(ca_file, iw_tls_server_ca(made));
        struct iw_tls_context *trusting = iw_tls_client_new(ca_file, NULL);
        struct end client = end_new(trusting, "localhost");
        struct end server = end_new(made, NULL);
        handshake(&client, &server, CAP);
        if (rows[i].client_says == NULL && !iw_tls_established(client.tls))
            fail_msg("row %zu: %s", i, client.error.detail);
        if (rows[i].client_says != NULL &&
            (client.result != IW_UNTRUSTED ||
             strstr(client.error.detail, rows[i].client_says) == NULL))
            fail_msg("row %zu: %s", i, client.error.detail);
        end_free(&client);
        end_free(&server);
        iw_tls_context_free(trusting);
        iw_tls_context_free(made);
        unlink(ca_file);
    }
}

static bool contains(struct iw_span octets, struct iw_span part)
{
    for (size_t at = 0; at + part.length <= octets.length; at++)
        if (iw_span_equal(iw_span_part(octets, at, at + part.length), part))
            return true;
    return false;
}

/* SNI (RFC 6066 §3): names, no addresses. */
static void test_the_name_of_the_server_is_sent(void **state)
{
    static const struct {
        const char *host;
        bool sent;
    } rows[] = {{"imap.example.org", true}, {"127.0.0.1", false}, {"::1", false}};
    struct fixture *fixture = *state;
    struct iw_tls_context *context = iw_tls_client_new(fixture->ca_file, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct end client = end_new(context, rows[i].host);
        assert_int_equal(iw_tls_send(client.tls, IW_SPAN(""), &client.cipher, NULL), IW_OK);
        struct iw_span hello = iw_buf_span(&client.cipher);
        if (contains(hello, iw_span_of(rows[i].host)) != rows[i].sent)
            fail_msg("%s", rows[i].host);
        end_free(&client);
    }
    iw_tls_context_free(context);
}

/* A ServerHello that chooses TLS 1.1 or 1.0. */
static void test_no_version_below_1_2(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *context = iw_tls_client_new(fixture->ca_file, NULL);
    for (char minor = 1; minor <= 2; minor++) {
        char hello[47] = {0x16, 3, minor, 0, 42, 2, 0, 0, 38, 3, minor};
        hello[44] = (char)0xc0; /* behind 32 octets of nonce and no session: a cipher suite, */
        hello[45] = 0x13;       /* and no compression */
        struct end client = end_new(context, "localhost");
        assert_int_equal(iw_tls_send(client.tls, IW_SPAN(""), &client.cipher, NULL), IW_OK);
        client.result = iw_tls_receive(client.tls, iw_span(hello, sizeof hello), &client.plain,
                                       &client.cipher, &client.error);
        assert_int_equal(client.result, IW_SYSTEM);
        assert_non_null(strstr(client.error.detail, "unsupported protocol"));
        end_free(&client);
    }
    iw_tls_context_free(context);
}

static void test_only_the_ugly_option_accepts_anyone(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *context = iw_tls_client_new(NULL, NULL);
    assert_null(iw_tls_new(context, NULL));
    assert_null(iw_tls_new(context, ""));
    iw_tls_client_insecure_accept_any_certificate(context);
    struct end client = end_new(context, "imap.example.org");
    struct end server = end_new(fixture->server, NULL);
    handshake(&client, &server, CAP);
    assert_true(iw_tls_established(client.tls) && iw_tls_established(server.tls));
    end_free(&client);
    end_free(&server);
    iw_tls_context_free(context);
}

static void test_a_ca_file_that_is_none_is_named(void **state)
{
    (void)state;
    struct iw_error error = {0};
    assert_null(iw_tls_client_new("/nonexistent/ca.pem", &error));
    assert_int_equal(error.code, IW_SYSTEM);
    assert_non_null(strstr(error.detail, "/nonexistent/ca.pem"));
}

static void test_octets_that_are_no_tls_fail(void **state)
{
    const struct iw_span rows[] = {
        IW_SPAN("a LOGIN user secret\r\n"),            /* clear text */
        IW_SPAN("\x16\x03\x01\xff\xff\x01 and so on"), /* a record that is too long */
        IW_SPAN("\x17\x03\x03\x00\x06 secret"),        /* data before the handshake */
    };
    struct fixture *fixture = *state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        struct end server = end_new(fixture->server, NULL);
        server.result =
            iw_tls_receive(server.tls, rows[row], &server.plain, &server.cipher, &server.error);
        assert_int_equal(server.result, IW_SYSTEM);
        assert_true(strlen(server.error.detail) > strlen("TLS: "));
        assert_int_equal(server.plain.length, 0);
        end_free(&server);
    }
}

/* A changed octet of a record is seen; what came before it is kept. */
static void test_a_damaged_record_fails(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
    struct end client = end_new(trusting, "localhost");
    struct end server = end_new(fixture->server, NULL);
    handshake(&client, &server, CAP);
    iw_tls_send(server.tls, IW_SPAN("first"), &server.cipher, NULL);
    iw_tls_send(server.tls, IW_SPAN("second"), &server.cipher, NULL);
    server.cipher.data[server.cipher.begin + server.cipher.length - 1] ^= 1;
    carry(&server, &client, CAP);
    assert_int_equal(client.result, IW_SYSTEM);
    assert_plain(&client, "first");
    end_free(&client);
    end_free(&server);
    iw_tls_context_free(trusting);
}

static void test_the_callers_caps_hold(void **state)
{
    struct fixture *fixture = *state;
    struct iw_tls_context *trusting = iw_tls_client_new(fixture->ca_file, NULL);
    struct end client = end_new(trusting, "localhost");
    struct end server = end_new(fixture->server, NULL);
    handshake(&client, &server, CAP);
    client.plain.cap = 4;
    iw_tls_send(server.tls, IW_SPAN("12345"), &server.cipher, NULL);
    carry(&server, &client, CAP);
    assert_int_equal(client.result, IW_LIMIT);
    server.cipher.cap = 10;
    assert_int_equal(iw_tls_send(server.tls, IW_SPAN("12345"), &server.cipher, NULL), IW_LIMIT);
    end_free(&client);
    end_free(&server);
    iw_tls_context_free(trusting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_chunking_gives_the_same_text),
        cmocka_unit_test(test_a_binding_names_one_connection),
        cmocka_unit_test(test_text_may_be_sent_before_the_handshake_is_done),
        cmocka_unit_test(test_a_large_text_takes_many_records),
        cmocka_unit_test(test_close_notify_ends_one_direction),
        cmocka_unit_test(test_a_client_shows_its_certificate_when_asked),
        cmocka_unit_test(test_a_certificate_without_its_key_is_refused),
        cmocka_unit_test(test_a_wrong_server_is_refused_on_both_ends),
        cmocka_unit_test(test_certificates_that_prove_nothing),
        cmocka_unit_test(test_the_name_of_the_server_is_sent),
        cmocka_unit_test(test_no_version_below_1_2),
        cmocka_unit_test(test_only_the_ugly_option_accepts_anyone),
        cmocka_unit_test(test_a_ca_file_that_is_none_is_named),
        cmocka_unit_test(test_octets_that_are_no_tls_fail),
        cmocka_unit_test(test_a_damaged_record_fails),
        cmocka_unit_test(test_the_callers_caps_hold),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
