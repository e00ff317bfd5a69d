/* SPDX-License-Identifier: MIT */
/* Reads "given": {"tls": …}. */
#include "script/members.h"

#include <stddef.h>

static bool read_mode(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"none", "starttls", "implicit", NULL};
    struct iw_span *mode = target;
    *mode = value->text;
    return iw_load_word(loader, value, words) >= 0;
}

/* One of the words, or a fill. */
static bool read_word(struct iw_loader *loader, const struct iw_json *value,
                      const char *const *words, struct iw_span *word)
{
    *word = value->text;
    if (value->kind == IW_JSON_STRING && iw_span_starts(value->text, IW_SPAN("${")))
        return true;
    return iw_load_word(loader, value, words) >= 0;
}

static bool read_certificate(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"good",       "rsa",      "expired",     "not-yet-valid",
                                        "wrong-host", "no-names", "for-clients", "self-signed",
                                        "unknown-ca", "weak-key", "weak-hash",   NULL};
    return read_word(loader, value, words, target);
}

static bool read_version(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"1.0", "1.1", "1.2", "1.3", NULL};
    return read_word(loader, value, words, target);
}

static bool read_client(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"optional", "required", NULL};
    return read_word(loader, value, words, target);
}

static const struct iw_member tls_members[] = {
    {"mode", read_mode, offsetof(struct iw_given_tls, mode)},
    {"certificate", read_certificate, offsetof(struct iw_given_tls, certificate)},
    {"min", read_version, offsetof(struct iw_given_tls, min)},
    {"max", read_version, offsetof(struct iw_given_tls, max)},
    {"ciphers", iw_load_text, offsetof(struct iw_given_tls, ciphers)},
    {"client", read_client, offsetof(struct iw_given_tls, client)},
    {"tickets", iw_load_bool, offsetof(struct iw_given_tls, tickets)},
    {NULL, NULL, 0},
};
const struct iw_object iw_tls_object = {"tls", tls_members};

/* A mode alone is a word. */
bool iw_load_tls(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_given_tls *tls = target;
    return value->kind == IW_JSON_OBJECT ? iw_load_object(loader, value, &iw_tls_object, tls)
                                         : read_mode(loader, value, &tls->mode);
}
