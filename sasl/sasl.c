/* SPDX-License-Identifier: MIT */
#include "sasl/sasl_private.h"

#include <stdlib.h>
#include <string.h>

const struct iw_sasl_mechanism iw_sasl_mechanisms[] = {
    {.name = "SCRAM-SHA-256-PLUS", .client_first = true, .mutual = true, .binds = true},
    {.name = "SCRAM-SHA-1-PLUS", .client_first = true, .mutual = true, .binds = true},
    {.name = "SCRAM-SHA-256", .client_first = true, .mutual = true},
    {.name = "SCRAM-SHA-1", .client_first = true, .mutual = true},
    {.name = "EXTERNAL", .secret = IW_SASL_NO_SECRET, .client_first = true},
    {.name = "DIGEST-MD5", .mutual = true},
    {.name = "CRAM-MD5"},
    {.name = "OAUTHBEARER", .secret = IW_SASL_TOKEN, .client_first = true, .clear = true},
    {.name = "XOAUTH2", .secret = IW_SASL_TOKEN, .client_first = true, .clear = true},
    {.name = "PLAIN", .client_first = true, .clear = true},
    {.name = "LOGIN", .clear = true},
    {.name = "ANONYMOUS", .secret = IW_SASL_NO_SECRET, .client_first = true},
    {.name = NULL},
};

const struct iw_sasl_mechanism *iw_sasl_find(const char *name)
{
    const struct iw_sasl_mechanism *mechanism = iw_sasl_mechanisms;
    while (mechanism->name != NULL &&
           !iw_span_equal_nocase(iw_span_of(mechanism->name), iw_span_of(name)))
        mechanism++;
    return mechanism->name == NULL ? NULL : mechanism;
}

static enum iw_result start(struct iw_sasl *sasl, struct iw_error *error)
{
    if (sasl->mechanism->secret == IW_SASL_TOKEN)
        return iw_sasl_bearer_start(sasl, error);
    return iw_sasl_library_start(sasl, error);
}

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
    return make((struct iw_sasl){.server = true, .accounts = *accounts}, mechanism, error);
}

void iw_sasl_free(struct iw_sasl *sasl)
{
    if (sasl == NULL)
        return;
    iw_sasl_library_free(sasl);
    iw_sasl_bearer_free(sasl);
    free(sasl->user);
    free(sasl);
}

enum iw_result iw_sasl_step(struct iw_sasl *sasl, struct iw_span input, struct iw_span *output,
                            struct iw_error *error)
{
    *output = iw_span(NULL, 0);
    if (sasl->bearer != NULL)
        return iw_sasl_bearer_step(sasl, input, output, error);
    return iw_sasl_library_step(sasl, input, output, error);
}

const char *iw_sasl_user(const struct iw_sasl *sasl)
{
    return sasl->user;
}

bool iw_sasl_is_anonymous(const struct iw_sasl *sasl)
{
    return strcmp(sasl->mechanism->name, "ANONYMOUS") == 0;
}

/* ---- for servers ---- */

bool iw_sasl_is_right(const struct iw_sasl *sasl, const char *user, const char *password)
{
    const char *known = user == NULL ? NULL : sasl->accounts.password(sasl->accounts.context, user);
    return known != NULL && password != NULL && strcmp(known, password) == 0;
}

enum iw_result iw_sasl_admit(struct iw_sasl *sasl, const char *user, const char *other,
                             struct iw_error *error)
{
    if (user == NULL)
        return iw_failf(error, IW_SYSTEM, "nobody has logged in");
    if (other != NULL && other[0] != '\0' && strcmp(user, other) != 0)
        return iw_failf(error, IW_SYSTEM, "nobody may act as another user");
    sasl->user = strdup(user);
    return sasl->user == NULL ? IW_NO_MEMORY : IW_OK;
}
