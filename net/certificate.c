/* SPDX-License-Identifier: MIT */
#include "net/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

enum {
    PEM_CAP = 16 * 1024,
    SERIAL_OCTETS = 16, /* at most 20 (RFC 5280 §4.1.2.2) */
    DAY_SECONDS = 24 * 60 * 60,
    FIRST_DAY = -1,
    LAST_DAY = 30
};

struct extension {
    int nid;
    const char *value; /* in the notation of openssl.cnf */
};

static const struct extension ca_extensions[] = {
    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    {NID_key_usage, "critical,keyCertSign,cRLSign"},
    {NID_subject_key_identifier, "hash"},
    {NID_undef, NULL},
};

enum { SERVER_EXTENSIONS = 7 };

static void list_server_extensions(const struct iw_certificate_terms *terms,
                                   struct extension list[SERVER_EXTENSIONS])
{
    const char *usage = terms->usage == NULL ? "serverAuth" : terms->usage;
    const char *names = terms->names == NULL ? "DNS:localhost,IP:127.0.0.1,IP:::1" : terms->names;
    const struct extension all[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, usage},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, "keyid:always"},
        {NID_subject_alt_name, names[0] == '\0' ? NULL : names},
        {NID_undef, NULL},
    };
    for (size_t i = 0; i < SERVER_EXTENSIONS; i++)
        list[i] = all[i];
}

static bool set_serial(X509 *certificate)
{
    unsigned char octets[SERIAL_OCTETS];
    if (RAND_bytes(octets, sizeof octets) != 1)
        return false;
    octets[0] = (octets[0] & 0x3f) | 0x40; /* positive, and of full length */
    BIGNUM *number = BN_bin2bn(octets, sizeof octets, NULL);
    bool done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return done;
}

static bool set_name(X509_NAME *name, const char *common_name)
{
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"imapwright",
                                      -1, -1, 0) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)common_name,
                                      -1, -1, 0) == 1;
}

static bool add_extensions(X509 *certificate, X509 *issuer, const struct extension *extensions)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    for (; extensions->value != NULL; extensions++) {
        X509_EXTENSION *made =
            X509V3_EXT_conf_nid(NULL, &context, extensions->nid, extensions->value);
        bool added = made != NULL && X509_add_ext(certificate, made, -1) == 1;
        X509_EXTENSION_free(made);
        if (!added)
            return false;
    }
    return true;
}

/* Certificate of key under a common name, signed by the issuer; issuer NULL: by itself. */
static X509 *make_certificate(EVP_PKEY *key, const char *common_name,
                              const struct extension *extensions, const int days[2], X509 *issuer,
                              EVP_PKEY *issuer_key)
{
    X509 *made = X509_new();
    if (made == NULL)
        return NULL;
    bool done = X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
                X509_gmtime_adj(X509_getm_notBefore(made), days[0] * (long)DAY_SECONDS) != NULL &&
                X509_gmtime_adj(X509_getm_notAfter(made), days[1] * (long)DAY_SECONDS) != NULL &&
                X509_set_pubkey(made, key) == 1 &&
                set_name(X509_get_subject_name(made), common_name);
    X509 *signer = issuer == NULL ? made : issuer;
    done = done && X509_set_issuer_name(made, X509_get_subject_name(signer)) == 1 &&
           add_extensions(made, signer, extensions) &&
           X509_sign(made, issuer_key, EVP_sha256()) > 0;
    if (done)
        return made;
    X509_free(made);
    return NULL;
}

/* PEM of a certificate and, where it is not NULL, a key. */
static bool to_pem(struct iw_buf *pem, X509 *certificate, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool done = bio != NULL && PEM_write_bio_X509(bio, certificate) == 1 &&
                (key == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
    if (done) {
        char *data = NULL;
        long length = BIO_get_mem_data(bio, &data);
        iw_buf_add(pem, iw_span(data, (size_t)length));
        done = !pem->failed;
    }
    BIO_free(bio);
    return done;
}

/* An authority, and the certificate it gives the server's key. */
static bool certify(EVP_PKEY *server_key, const struct iw_certificate_terms *terms, X509 **ca,
                    X509 **server)
{
    static const int usual[2] = {FIRST_DAY, LAST_DAY};
    const int days[2] = {terms->first_day, terms->last_day};
    const bool is_usual = days[0] == 0 && days[1] == 0;
    struct extension extensions[SERVER_EXTENSIONS];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    list_server_extensions(terms, extensions);
    *server = NULL;
    *ca = key == NULL
              ? NULL
              : make_certificate(key, "imapwright test CA", ca_extensions, usual, NULL, key);
    if (*ca != NULL)
        *server = make_certificate(server_key, "localhost", extensions, is_usual ? usual : days,
                                   *ca, key);
    EVP_PKEY_free(key);
    return *server != NULL;
}

bool iw_certificate_make(struct iw_certificate *made, const struct iw_certificate_terms *terms)
{
    static const struct iw_certificate_terms usual = {.names = NULL};
    X509 *ca = NULL, *server = NULL, *stranger = NULL, *other = NULL;
    EVP_PKEY *server_key = EVP_EC_gen("P-256");
    terms = terms == NULL ? &usual : terms;
    iw_buf_init(&made->ca, NULL, PEM_CAP);
    iw_buf_init(&made->server, NULL, PEM_CAP);
    bool done = server_key != NULL && certify(server_key, terms, &ca, &server) &&
                (!terms->of_a_stranger || certify(server_key, terms, &stranger, &other)) &&
                to_pem(&made->ca, terms->of_a_stranger ? stranger : ca, NULL) &&
                to_pem(&made->server, server, server_key);
    X509_free(other);
    X509_free(stranger);
    X509_free(server);
    X509_free(ca);
    EVP_PKEY_free(server_key);
    return done;
}

void iw_certificate_release(struct iw_certificate *certificate)
{
    iw_buf_release(&certificate->ca);
    iw_buf_release(&certificate->server);
}
