/* SPDX-License-Identifier: MIT */
#include "sasl/sasl.h"

#include "base/buf.h"
#include "base/chars.h"

#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

enum { SCRAM_ROUNDS_MAX = 1000000 }; /* a server must not make a client count for minutes */

const struct iw_sasl_mechanism iw_sasl_mechanisms[] = {
    {.name = "SCRAM-SHA-256", .client_first = true, .mutual = true},
    {.name = "SCRAM-SHA-1", .client_first = true, .mutual = true},
    {.name = "CRAM-MD5"},
    {.name = "PLAIN", .client_first = true, .clear = true},
    {.name = "LOGIN", .clear = true},
    {.name = "XOAUTH2", .client_first = true, .clear = true},
    {.name = NULL},
};

enum progress { BEGUN, SPOKEN, CONTENT, REFUSED }; /* of our own mechanisms */

struct iw_sasl {
    const struct iw_sasl_mechanism *mechanism;
    struct iw_sasl_credentials credentials; /* of a client */
    struct iw_sasl_accounts accounts;       /* of a server: password is not NULL */
    enum progress progress;
    Gsasl *library; /* NULL: the mechanism is ours */
    Gsasl_session *session;
    char *output; /* of the last step; libgsasl's, or ours from malloc */
    char *user;   /* of a server, once it is content */
};

const struct iw_sasl_mechanism *iw_sasl_find(const char *name)
{
    const struct iw_sasl_mechanism *mechanism = iw_sasl_mechanisms;
    while (mechanism->name != NULL &&
           !iw_span_equal_nocase(iw_span_of(mechanism->name), iw_span_of(name)))
        mechanism++;
    return mechanism->name == NULL ? NULL : mechanism;
}

static bool is_server(const struct iw_sasl *sasl)
{
    return sasl->accounts.password != NULL;
}

/* True when the user's password is that one. */
static bool is_right(const struct iw_sasl *sasl, const char *user, const char *password)
{
    const char *known = user == NULL ? NULL : sasl->accounts.password(sasl->accounts.context, user);
    return known != NULL && password != NULL && strcmp(known, password) == 0;
}

/* ---- what libgsasl asks for ---- */

static int give(Gsasl_session *session, Gsasl_property property, const char *value)
{
    return value == NULL ? GSASL_NO_CALLBACK : gsasl_property_set(session, property, value);
}

static int supply_client(const struct iw_sasl_credentials *credentials, Gsasl_session *session,
                         Gsasl_property property)
{
    switch (property) {
    case GSASL_AUTHID:
        return give(session, property, credentials->user);
    case GSASL_PASSWORD:
        return give(session, property, credentials->password);
    case GSASL_AUTHZID:
        return give(session, property, credentials->authorize);
    case GSASL_SERVICE:
        return give(session, property, credentials->service);
    case GSASL_HOSTNAME:
        return give(session, property, credentials->host);
    default:
        return GSASL_NO_CALLBACK;
    }
}

static int supply_server(const struct iw_sasl *sasl, Gsasl_session *session,
                         Gsasl_property property)
{
    const char *user = gsasl_property_fast(session, GSASL_AUTHID);
    if (property == GSASL_VALIDATE_SIMPLE) {
        const char *password = gsasl_property_fast(session, GSASL_PASSWORD);
        return is_right(sasl, user, password) ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
    }
    if (property != GSASL_PASSWORD || user == NULL)
        return GSASL_NO_CALLBACK;
    return give(session, property, sasl->accounts.password(sasl->accounts.context, user));
}

static int supply(Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
    const struct iw_sasl *sasl = gsasl_callback_hook_get(library);
    if (is_server(sasl))
        return supply_server(sasl, session, property);
    return supply_client(&sasl->credentials, session, property);
}

/* ---- life ---- */

static enum iw_result start(struct iw_sasl *sasl, struct iw_error *error)
{
    const char *name = sasl->mechanism->name;
    if (strcmp(name, "XOAUTH2") == 0)
        return IW_OK;
    int code = gsasl_init(&sasl->library);
    if (code == GSASL_OK) {
        gsasl_callback_set(sasl->library, supply);
        gsasl_callback_hook_set(sasl->library, sasl);
        code = is_server(sasl) ? gsasl_server_start(sasl->library, name, &sasl->session)
                               : gsasl_client_start(sasl->library, name, &sasl->session);
    }
    if (code == GSASL_OK)
        return IW_OK;
    return iw_failf(error, code == GSASL_MALLOC_ERROR ? IW_NO_MEMORY : IW_SYSTEM, "%s: %s", name,
                    gsasl_strerror(code));
}

/* mechanism NULL: it was not found. */
static struct iw_sasl *make(struct iw_sasl model, const char *name, struct iw_error *error)
{
    model.mechanism = iw_sasl_find(name);
    if (model.mechanism == NULL) {
        iw_failf(error, IW_SYSTEM, "the mechanism is not built in");
        return NULL;
    }
    struct iw_sasl *sasl = malloc(sizeof *sasl);
    if (sasl == NULL) {
        iw_failf(error, IW_NO_MEMORY, "no memory");
        return NULL;
    }
    *sasl = model;
    if (start(sasl, error) == IW_OK)
        return sasl;
    iw_sasl_free(sasl);
    return NULL;
}

struct iw_sasl *iw_sasl_client_new(const char *mechanism,
                                   const struct iw_sasl_credentials *credentials,
                                   struct iw_error *error)
{
    return make((struct iw_sasl){.credentials = *credentials}, mechanism, error);
}

struct iw_sasl *iw_sasl_server_new(const char *mechanism, const struct iw_sasl_accounts *accounts,
                                   struct iw_error *error)
{
    return make((struct iw_sasl){.accounts = *accounts}, mechanism, error);
}

static void forget_output(struct iw_sasl *sasl)
{
    if (sasl->library != NULL)
        gsasl_free(sasl->output);
    else
        free(sasl->output);
    sasl->output = NULL;
}

void iw_sasl_free(struct iw_sasl *sasl)
{
    if (sasl == NULL)
        return;
    forget_output(sasl);
    if (sasl->session != NULL)
        gsasl_finish(sasl->session);
    if (sasl->library != NULL)
        gsasl_done(sasl->library);
    free(sasl->user);
    free(sasl);
}

const char *iw_sasl_user(const struct iw_sasl *sasl)
{
    return sasl->user;
}

/* ---- XOAUTH2: "user=" user 0x01 "auth=Bearer " token 0x01 0x01 ---- */

static const char xoauth2_denial[] = "{\"status\":\"401\",\"schemes\":\"bearer\"}";

static enum iw_result give_output(struct iw_sasl *sasl, enum iw_result result, const char *text,
                                  struct iw_span *output)
{
    sasl->output = strdup(text);
    *output = iw_span_of(sasl->output);
    return sasl->output == NULL ? IW_NO_MEMORY : result;
}

/* A challenge behind the token is the server's denial: it wants an empty answer, then says NO. */
static enum iw_result step_xoauth2_client(struct iw_sasl *sasl, struct iw_span *output,
                                          struct iw_error *error)
{
    const char *user = sasl->credentials.user == NULL ? "" : sasl->credentials.user;
    const char *token = sasl->credentials.password == NULL ? "" : sasl->credentials.password;
    if (sasl->progress == REFUSED)
        return iw_failf(error, IW_SYSTEM, "the token was refused");
    if (sasl->progress == CONTENT) {
        sasl->progress = REFUSED;
        return give_output(sasl, IW_MORE, "", output);
    }
    struct iw_buf text;
    iw_buf_init(&text, NULL, 1024 * 1024);
    iw_buf_addf(&text, "user=%s\001auth=Bearer %s\001\001", user, token);
    enum iw_result result = give_output(sasl, IW_OK, iw_buf_string(&text), output);
    if (text.failed)
        result = IW_NO_MEMORY;
    iw_buf_release(&text);
    sasl->progress = CONTENT;
    return result;
}

/* The octets between a key and the next 0x01, as a C string in copy; NULL: there are none. */
static char *xoauth2_value(struct iw_span input, const char *key, char *copy, size_t size)
{
    struct iw_span wanted = iw_span_of(key);
    for (size_t i = 0; i < input.length; i++) {
        struct iw_span rest = iw_span_part(input, i, input.length);
        bool begins = i == 0 || input.data[i - 1] == '\001';
        if (!begins || !iw_span_starts(rest, wanted))
            continue;
        rest = iw_span_part(rest, wanted.length, rest.length);
        const char *end = rest.length == 0 ? NULL : memchr(rest.data, '\001', rest.length);
        if (end == NULL || (size_t)(end - rest.data) >= size)
            return NULL;
        memcpy(copy, rest.data, (size_t)(end - rest.data));
        copy[end - rest.data] = '\0';
        return copy;
    }
    return NULL;
}

static enum iw_result step_xoauth2_server(struct iw_sasl *sasl, struct iw_span input,
                                          struct iw_span *output, struct iw_error *error)
{
    char user[256], token[4096];
    if (sasl->progress == REFUSED)
        return iw_failf(error, IW_SYSTEM, "the token was refused");
    if (sasl->progress == BEGUN && input.length == 0) {
        sasl->progress = SPOKEN;
        return give_output(sasl, IW_MORE, "", output);
    }
    const char *who = xoauth2_value(input, "user=", user, sizeof user);
    if (!is_right(sasl, who, xoauth2_value(input, "auth=Bearer ", token, sizeof token))) {
        sasl->progress = REFUSED;
        return give_output(sasl, IW_MORE, xoauth2_denial, output);
    }
    sasl->progress = CONTENT;
    sasl->user = strdup(who);
    return sasl->user == NULL ? IW_NO_MEMORY : IW_OK;
}

/* ---- libgsasl's ---- */

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

/* Whoever has logged in may act as nobody else. */
static enum iw_result admit(struct iw_sasl *sasl, struct iw_error *error)
{
    const char *user = gsasl_property_fast(sasl->session, GSASL_AUTHID);
    const char *other = gsasl_property_fast(sasl->session, GSASL_AUTHZID);
    if (user == NULL)
        return iw_failf(error, IW_SYSTEM, "nobody has logged in");
    if (other != NULL && other[0] != '\0' && strcmp(user, other) != 0)
        return iw_failf(error, IW_SYSTEM, "nobody may act as another user");
    sasl->user = strdup(user);
    return sasl->user == NULL ? IW_NO_MEMORY : IW_OK;
}

static enum iw_result step_library(struct iw_sasl *sasl, struct iw_span input,
                                   struct iw_span *output, struct iw_error *error)
{
    size_t length = 0;
    bool scram = strncmp(sasl->mechanism->name, "SCRAM-", 6) == 0;
    if (scram && !is_server(sasl) && counts_for_ever(input))
        return iw_failf(error, IW_SYSTEM, "the server's iteration count is out of range");
    const char *octets = input.data == NULL ? "" : input.data;
    int code = gsasl_step(sasl->session, octets, input.length, &sasl->output, &length);
    if (code == GSASL_MALLOC_ERROR)
        return iw_failf(error, IW_NO_MEMORY, "no memory");
    if (code != GSASL_OK && code != GSASL_NEEDS_MORE)
        return iw_failf(error, IW_SYSTEM, "%s: %s", sasl->mechanism->name, gsasl_strerror(code));
    bool speaks = length > 0 || code == GSASL_NEEDS_MORE || !is_server(sasl);
    if (speaks)
        *output = iw_span(sasl->output == NULL ? "" : sasl->output, length);
    if (code == GSASL_NEEDS_MORE)
        return IW_MORE;
    return is_server(sasl) ? admit(sasl, error) : IW_OK;
}

enum iw_result iw_sasl_step(struct iw_sasl *sasl, struct iw_span input, struct iw_span *output,
                            struct iw_error *error)
{
    forget_output(sasl);
    *output = iw_span(NULL, 0);
    if (sasl->library != NULL)
        return step_library(sasl, input, output, error);
    if (is_server(sasl))
        return step_xoauth2_server(sasl, input, output, error);
    return step_xoauth2_client(sasl, output, error);
}
