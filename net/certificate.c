/* SPDX-License-Identifier: MIT */
#include "net/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string.h>

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

enum { LEAF_EXTENSIONS = 7 };

static const struct {
    const char *name;
    struct iw_certificate_terms terms;
} named[] = {
    {"good", {.names = NULL}},
    {"rsa", {.rsa_bits = 2048}},
    {"expired", {.first_day = -31, .last_day = -1}},
    {"not-yet-valid", {.first_day = 1, .last_day = 31}},
    {"wrong-host", {.names = "DNS:other.test"}},
    {"no-names", {.names = ""}},
    {"for-clients", {.usage = "clientAuth"}},
    {"self-signed", {.of_itself = true}},
    {"unknown-ca", {.of_a_stranger = true}},
    {"weak-key", {.rsa_bits = 1024}},
    {"weak-hash", {.sha1 = true}},
};

const struct iw_certificate_terms *iw_certificate_named(const char *name)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(named[i].name, name) == 0)
            return &named[i].terms;
    return NULL;
}

static void list_extensions(const struct iw_certificate_terms *terms,
                            struct extension list[LEAF_EXTENSIONS])
{
    const char *usage = terms->usage == NULL ? "serverAuth" : terms->usage;
    const char *names = terms->names == NULL ? "DNS:localhost,IP:127.0.0.1,IP:::1" : terms->names;
    const struct extension all[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, usage},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, terms->of_itself ? "none" : "keyid:always"},
        {NID_subject_alt_name, names[0] == '\0' ? NULL : names},
        {NID_undef, NULL},
    };
    for (size_t i = 0; i < LEAF_EXTENSIONS; i++)
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

/* Who signs; certificate NULL: the key's owner itself. */
struct signer {
    X509 *certificate;
    EVP_PKEY *key;
    bool sha1;
};

static bool sign(X509 *made, const struct signer *signer)
{
    return X509_sign(made, signer->key, signer->sha1 ? EVP_sha1() : EVP_sha256()) > 0;
}

/* Certificate of key under a common name. */
static X509 *make_certificate(EVP_PKEY *key, const char *common_name,
                              const struct extension *extensions, const int days[2],
                              const struct signer *signer)
{
    X509 *made = X509_new();
    if (made == NULL)
        return NULL;
    bool done = X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
                X509_gmtime_adj(X509_getm_notBefore(made), days[0] * (long)DAY_SECONDS) != NULL &&
                X509_gmtime_adj(X509_getm_notAfter(made), days[1] * (long)DAY_SECONDS) != NULL &&
                X509_set_pubkey(made, key) == 1 &&
                set_name(X509_get_subject_name(made), common_name);
    X509 *issuer = signer->certificate == NULL ? made : signer->certificate;
    done = done && X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1 &&
           add_extensions(made, issuer, extensions) && sign(made, signer);
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

static const int usual_days[2] = {FIRST_DAY, LAST_DAY};

/* False: nothing was made. */
static bool make_authority(struct signer *authority)
{
    *authority = (struct signer){.key = EVP_EC_gen("P-256")};
    if (authority->key != NULL)
        authority->certificate = make_certificate(authority->key, "imapwright test CA",
                                                  ca_extensions, usual_days, authority);
    return authority->certificate != NULL;
}

static void release_authority(struct signer *authority)
{
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
}

static EVP_PKEY *make_key(const struct iw_certificate_terms *terms)
{
    return terms->rsa_bits > 0 ? EVP_RSA_gen(terms->rsa_bits) : EVP_EC_gen("P-256");
}

/* A certificate by the authority, and its key. */
static bool certify(const struct iw_certificate_terms *terms, const char *common_name,
                    const struct signer *authority, struct iw_buf *pem)
{
    const int days[2] = {terms->first_day, terms->last_day};
    const bool is_usual = days[0] == 0 && days[1] == 0;
    struct extension extensions[LEAF_EXTENSIONS];
    EVP_PKEY *key = make_key(terms);
    struct signer signer = *authority;
    if (terms->of_itself)
        signer = (struct signer){.key = key};
    signer.sha1 = terms->sha1;
    list_extensions(terms, extensions);
    X509 *made = key == NULL ? NULL
                             : make_certificate(key, common_name, extensions,
                                                is_usual ? usual_days : days, &signer);
    bool done = made != NULL && to_pem(pem, made, key);
    X509_free(made);
    EVP_PKEY_free(key);
    return done;
}

bool iw_certificate_make(struct iw_certificate *made, const struct iw_certificate_terms *terms)
{
    static const struct iw_certificate_terms usual = {.names = NULL};
    static const struct iw_certificate_terms clients = {.names = "", .usage = "clientAuth"};
    struct signer authority = {NULL}, stranger = {NULL};
    terms = terms == NULL ? &usual : terms;
    iw_buf_init(&made->ca, NULL, PEM_CAP);
    iw_buf_init(&made->server, NULL, PEM_CAP);
    iw_buf_init(&made->client, NULL, PEM_CAP);
    bool done =
        make_authority(&authority) && (!terms->of_a_stranger || make_authority(&stranger)) &&
        to_pem(&made->ca, authority.certificate, NULL) &&
        certify(terms, "localhost", terms->of_a_stranger ? &stranger : &authority, &made->server) &&
        (terms->client == NULL || certify(&clients, terms->client, &authority, &made->client));
    release_authority(&stranger);
    release_authority(&authority);
    return done;
}

void iw_certificate_release(struct iw_certificate *certificate)
{
    iw_buf_release(&certificate->ca);
    iw_buf_release(&certificate->server);
    iw_buf_release(&certificate->client);
}
