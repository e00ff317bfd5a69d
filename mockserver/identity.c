/* SPDX-License-Identifier: MIT */
#include "mockserver/identity.h"

#include "net/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool make_folder(struct iw_identity *identity, struct iw_error *error)
{
    const char *parent = getenv("TMPDIR");
    snprintf(identity->folder, sizeof identity->folder, "%s/imapwright-XXXXXX",
             parent == NULL || *parent == '\0' ? "/tmp" : parent);
    if (mkdtemp(identity->folder) != NULL)
        return true;
    iw_failf(error, IW_SYSTEM, "cannot make the folder %s: %s", identity->folder, strerror(errno));
    identity->folder[0] = '\0';
    return false;
}

static bool write_file(const struct iw_identity *identity, char path[416], const char *name,
                       struct iw_span pem, struct iw_error *error)
{
    snprintf(path, sizeof identity->ca_file, "%s/%s", identity->folder, name);
    FILE *file = fopen(path, "w");
    bool written = file != NULL && fwrite(pem.data, 1, pem.length, file) == pem.length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        iw_failf(error, IW_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    return written;
}

static bool write_files(struct iw_identity *identity, struct iw_error *error)
{
    struct iw_span client = iw_tls_server_client(identity->tls);
    return make_folder(identity, error) &&
           write_file(identity, identity->ca_file, "ca.pem", iw_tls_server_ca(identity->tls),
                      error) &&
           (client.length == 0 ||
            write_file(identity, identity->client_file, "client.pem", client, error));
}

/* ---- words ---- */

enum { WORD_MAX = 1000 };

/* As a C string; absent: "". */
static bool copy_word(struct iw_span word, char text[WORD_MAX], const char *what,
                      struct iw_error *error)
{
    if (word.length < WORD_MAX) {
        snprintf(text, WORD_MAX, "%.*s", (int)word.length, word.length > 0 ? word.data : "");
        return true;
    }
    iw_failf(error, IW_SYNTAX, "TLS: that %s is too long", what);
    return false;
}

static bool read_certificate(struct iw_span word, struct iw_certificate_terms *terms,
                             struct iw_error *error)
{
    char name[WORD_MAX];
    if (word.data == NULL)
        return true;
    if (!copy_word(word, name, "certificate's name", error))
        return false;
    const struct iw_certificate_terms *found = iw_certificate_named(name);
    if (found == NULL) {
        iw_failf(error, IW_SYNTAX, "TLS: there is no certificate \"%.40s\"", name);
        return false;
    }
    *terms = *found;
    return true;
}

static bool read_version(struct iw_span word, enum iw_tls_version *version, struct iw_error *error)
{
    if (word.data == NULL || iw_tls_version_named(word, version))
        return true;
    iw_failf(error, IW_SYNTAX, "TLS: there is no version \"%.*s\"",
             word.length > 40 ? 40 : (int)word.length, word.data);
    return false;
}

static bool read_asks(struct iw_span word, enum iw_tls_asks *asks, struct iw_error *error)
{
    bool insists = iw_span_equal(word, IW_SPAN("required"));
    if (word.data == NULL)
        return true;
    *asks = insists ? IW_TLS_INSISTS : IW_TLS_ASKS;
    if (insists || iw_span_equal(word, IW_SPAN("optional")))
        return true;
    iw_failf(error, IW_SYNTAX, "TLS: a client's certificate is optional or required");
    return false;
}

bool iw_identity_make(struct iw_identity *identity, const struct iw_given_tls *given,
                      struct iw_span user, struct iw_error *error)
{
    static const struct iw_given_tls usual;
    char ciphers[WORD_MAX], name[WORD_MAX];
    given = given == NULL ? &usual : given;
    struct iw_certificate_terms certificate = {.names = NULL};
    struct iw_tls_terms terms = {.certificate = &certificate, .tickets = given->tickets};
    *identity = (struct iw_identity){.tls = NULL};
    if (!read_certificate(given->certificate, &certificate, error) ||
        !read_version(given->min, &terms.least, error) ||
        !read_version(given->max, &terms.most, error) ||
        !read_asks(given->client, &terms.asks, error) ||
        !copy_word(given->ciphers, ciphers, "list of suites", error) ||
        !copy_word(user, name, "user", error))
        return false;
    terms.ciphers = given->ciphers.data == NULL ? NULL : ciphers;
    certificate.client = terms.asks == IW_TLS_ASKS_NOT ? NULL : name;
    identity->tls = iw_tls_server_with(&terms, error);
    return identity->tls != NULL && write_files(identity, error);
}

void iw_identity_release(struct iw_identity *identity)
{
    iw_tls_context_free(identity->tls);
    if (identity->ca_file[0] != '\0')
        unlink(identity->ca_file);
    if (identity->client_file[0] != '\0')
        unlink(identity->client_file);
    if (identity->folder[0] != '\0')
        rmdir(identity->folder);
    *identity = (struct iw_identity){0};
}
