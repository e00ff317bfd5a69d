/* SPDX-License-Identifier: MIT */
/* The mechanisms that libgsasl makes: it asks for what it needs by properties. */
#include "sasl/sasl_private.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/chars.h"

#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

enum {
    SCRAM_ROUNDS_MAX = 1000000, /* a server must not make a client count for minutes */
    BINDING_MAX = 4096          /* octets in base64 */
};

struct iw_sasl_library {
    Gsasl *gsasl;
    Gsasl_session *session;
    char *output;         /* of the last step; libgsasl's */
    const char *identity; /* whom a server's callback has let in; NULL: the AUTHID */
    bool over;            /* a step was the last one */
};

/* ---- what libgsasl asks for ---- */

static int give(Gsasl_session *session, Gsasl_property property, const char *value)
{
    return value == NULL ? GSASL_NO_CALLBACK : gsasl_property_set(session, property, value);
}

static int give_binding(Gsasl_session *session, Gsasl_property property, struct iw_span octets)
{
    struct iw_buf text;
    int code = GSASL_NO_CALLBACK;
    if (octets.length == 0)
        return code;
    iw_buf_init(&text, NULL, BINDING_MAX);
    iw_base64_encode(&text, octets);
    const char *string = iw_buf_string(&text);
    code = text.failed ? GSASL_MALLOC_ERROR : gsasl_property_set(session, property, string);
    iw_buf_release(&text);
    return code;
}

static int supply_client(const struct iw_sasl *sasl, Gsasl_session *session,
                         Gsasl_property property)
{
    static const struct iw_sasl_binding none; /* without -PLUS libgsasl takes one for an attack */
    const struct iw_sasl_credentials *credentials = &sasl->credentials;
    bool external = strcmp(sasl->mechanism->name, "EXTERNAL") == 0;
    const struct iw_sasl_binding *binding = sasl->mechanism->binds ? &credentials->binding : &none;
    switch (property) {
    case GSASL_AUTHID:
        return give(session, property, credentials->user);
    case GSASL_ANONYMOUS_TOKEN:
        return give(session, property,
                    credentials->user == NULL ? IW_SASL_ANONYMOUS : credentials->user);
    case GSASL_PASSWORD:
        return give(session, property, credentials->password);
    case GSASL_AUTHZID:
        return give(session, property,
                    external && credentials->authorize == NULL ? credentials->user
                                                               : credentials->authorize);
    case GSASL_SERVICE:
        return give(session, property, credentials->service);
    case GSASL_HOSTNAME:
        return give(session, property, credentials->host);
    case GSASL_REALM:
        return give(session, property, credentials->realm);
    case GSASL_CB_TLS_EXPORTER:
        return give_binding(session, property, binding->exporter);
    case GSASL_CB_TLS_UNIQUE:
        return give_binding(session, property, binding->unique);
    default:
        return GSASL_NO_CALLBACK;
    }
}

static int let_in(struct iw_sasl *sasl, const char *identity, bool right)
{
    sasl->library->identity = identity;
    return right ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
}

static int supply_server(struct iw_sasl *sasl, Gsasl_session *session, Gsasl_property property)
{
    const struct iw_sasl_accounts *accounts = &sasl->accounts;
    const char *user = gsasl_property_fast(session, GSASL_AUTHID);
    switch (property) {
    case GSASL_PASSWORD:
        return user == NULL ? GSASL_NO_CALLBACK
                            : give(session, property, accounts->password(accounts->context, user));
    case GSASL_VALIDATE_SIMPLE:
        return let_in(sasl, user,
                      iw_sasl_is_right(sasl, user, gsasl_property_fast(session, GSASL_PASSWORD)));
    case GSASL_VALIDATE_EXTERNAL:
        return let_in(sasl, accounts->external, accounts->external != NULL);
    case GSASL_VALIDATE_ANONYMOUS:
        return let_in(sasl, IW_SASL_ANONYMOUS, true);
    case GSASL_SERVICE:
        return give(session, property, "imap");
    case GSASL_HOSTNAME:
        return give(session, property, accounts->host == NULL ? "localhost" : accounts->host);
    case GSASL_REALM:
        return give(session, property, "");
    case GSASL_CB_TLS_EXPORTER:
        return give_binding(session, property, accounts->binding.exporter);
    case GSASL_CB_TLS_UNIQUE:
        return give_binding(session, property, accounts->binding.unique);
    default:
        return GSASL_NO_CALLBACK;
    }
}

static int supply(Gsasl *gsasl, Gsasl_session *session, Gsasl_property property)
{
    struct iw_sasl *sasl = gsasl_callback_hook_get(gsasl);
    if (sasl->server)
        return supply_server(sasl, session, property);
    return supply_client(sasl, session, property);
}

/* ---- life ---- */

enum iw_result iw_sasl_library_start(struct iw_sasl *sasl, struct iw_error *error)
{
    const char *name = sasl->mechanism->name;
    struct iw_sasl_library *library = calloc(1, sizeof *library);
    if (library == NULL)
        return iw_failf(error, IW_NO_MEMORY, "no memory");
    sasl->library = library;
    int code = gsasl_init(&library->gsasl);
    if (code == GSASL_OK) {
        gsasl_callback_set(library->gsasl, supply);
        gsasl_callback_hook_set(library->gsasl, sasl);
        code = sasl->server ? gsasl_server_start(library->gsasl, name, &library->session)
                            : gsasl_client_start(library->gsasl, name, &library->session);
    }
    if (code == GSASL_OK)
        return IW_OK;
    return iw_failf(error, code == GSASL_MALLOC_ERROR ? IW_NO_MEMORY : IW_SYSTEM, "%s: %s", name,
                    gsasl_strerror(code));
}

void iw_sasl_library_free(struct iw_sasl *sasl)
{
    struct iw_sasl_library *library = sasl->library;
    if (library == NULL)
        return;
    gsasl_free(library->output);
    if (library->session != NULL)
        gsasl_finish(library->session);
    if (library->gsasl != NULL)
        gsasl_done(library->gsasl);
    free(library);
}

/* ---- steps ---- */

/* server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count [","extensions]
 * (RFC 5802 §7): "i=" with a number that is out of all reason. */
static bool counts_for_ever(struct iw_span input)
{
    for (size_t i = 0; i + 2 < input.length; i++) {
        uint64_t rounds = 0;
        size_t end = i + 3;
        if (memcmp(input.data + i, ",i=", 3) != 0)
            continue;
        while (end < input.length && iw_is(input.data[end], IW_CHAR_DIGIT))
            end++;
        struct iw_span digits = iw_span_part(input, i + 3, end);
        return !iw_span_number(digits, SCRAM_ROUNDS_MAX, &rounds);
    }
    return false;
}

static enum iw_result admit(struct iw_sasl *sasl, struct iw_error *error)
{
    const struct iw_sasl_library *library = sasl->library;
    const char *user = library->identity;
    if (user == NULL)
        user = gsasl_property_fast(library->session, GSASL_AUTHID);
    const char *other = gsasl_property_fast(library->session, GSASL_AUTHZID);
    return iw_sasl_admit(sasl, user, other, error);
}

enum iw_result iw_sasl_library_step(struct iw_sasl *sasl, struct iw_span input,
                                    struct iw_span *output, struct iw_error *error)
{
    struct iw_sasl_library *library = sasl->library;
    size_t length = 0;
    bool scram = strncmp(sasl->mechanism->name, "SCRAM-", 6) == 0;
    gsasl_free(library->output);
    library->output = NULL;
    if (library->over) /* another step would say the secret again */
        return iw_failf(error, IW_SYSTEM, "%s: the exchange is over already",
                        sasl->mechanism->name);
    if (scram && !sasl->server && counts_for_ever(input))
        return iw_failf(error, IW_SYSTEM, "the server's iteration count is out of range");
    int code = gsasl_step(library->session, input.data, input.length, &library->output, &length);
    if (code == GSASL_MALLOC_ERROR)
        return iw_failf(error, IW_NO_MEMORY, "no memory");
    if (code != GSASL_OK && code != GSASL_NEEDS_MORE)
        return iw_failf(error, IW_SYSTEM, "%s: %s", sasl->mechanism->name, gsasl_strerror(code));
    bool speaks = length > 0 || code == GSASL_NEEDS_MORE || !sasl->server;
    if (speaks)
        *output = iw_span(library->output == NULL ? "" : library->output, length);
    if (code == GSASL_NEEDS_MORE)
        return IW_MORE;
    library->over = true;
    return sasl->server ? admit(sasl, error) : IW_OK;
}
