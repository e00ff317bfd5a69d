/* SPDX-License-Identifier: MIT */
/* The connection: opening it in every way, STARTTLS, the capabilities, and its end. */
#include "base/random.h"
#include "client/imap_private.h"

#include <stdio.h>
#include <string.h>

enum { MEMORY = 256 * 1024 * 1024, UNREAD_MAX = 128 * 1024 * 1024, TIMEOUT_MS = 60 * 1000 };

/* ---- making ---- */

static uint64_t positive(int ms)
{
    return ms > 0 ? (uint64_t)ms : 0;
}

/* Four letters, as imaplib's: no secret, but no two connections look alike in a log. */
static void make_tag(char tag[5], const void *salt)
{
    struct iw_random random;
    iw_random_seed(&random, iw_clock_ms() ^ (uint64_t)iw_clock_unix() << 32 ^ (uintptr_t)salt);
    for (int i = 0; i < 4; i++)
        tag[i] = (char)('A' + iw_random_below(&random, 16));
    tag[4] = '\0';
}

static char *copy_string(const struct iw_alloc *alloc, const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = iw_alloc_resize(alloc, NULL, size);
    if (copy != NULL)
        memcpy(copy, string, size);
    return copy;
}

static struct iw_imap *make(struct iw_wire *wire, bool secured,
                            const struct iw_imap_options *options)
{
    char tag[5];
    struct iw_imap *imap = iw_alloc_resize(options->alloc, NULL, sizeof *imap);
    if (imap == NULL)
        return NULL;
    memset(imap, 0, sizeof *imap);
    imap->alloc = options->alloc;
    imap->secured = secured;
    imap->timeout_ms = options->timeout_ms;
    imap->debug = options->debug;
    iw_buf_init(&imap->unread, options->alloc, UNREAD_MAX);
    iw_buf_init(&imap->capabilities, options->alloc, UNREAD_MAX);
    iw_heard_init(&imap->heard, options->alloc, options->memory == 0 ? MEMORY : options->memory);
    make_tag(tag, imap);
    struct iw_session_options session = {
        .limits = options->limits,
        .alloc = options->alloc,
        .values = &imap->heard.values,
        .tag = tag,
        .silence_ms = positive(options->timeout_ms),
        .command_ms = positive(options->command_ms),
        .strict = options->strict,
    };
    session.literals = iw_fetch_stream_handler(imap);
    imap->bell = iw_bell_new();
    imap->session = iw_session_new(&session, iw_clock_ms());
    imap->host = options->host == NULL ? NULL : copy_string(options->alloc, options->host);
    if (imap->session == NULL || imap->bell == NULL ||
        (options->host != NULL && imap->host == NULL)) {
        iw_imap_free(imap);
        return NULL;
    }
    imap->wire = wire;
    iw_wire_heed(wire, imap->bell);
    return imap;
}

void iw_imap_shutdown(struct iw_imap *imap)
{
    if (imap->wire == NULL)
        return;
    iw_wire_close(imap->wire);
    imap->wire = NULL;
}

void iw_imap_free(struct iw_imap *imap)
{
    if (imap == NULL)
        return;
    iw_imap_shutdown(imap);
    iw_session_free(imap->session);
    iw_bell_free(imap->bell);
    iw_heard_release(&imap->heard);
    iw_buf_release(&imap->unread);
    iw_buf_release(&imap->capabilities);
    iw_alloc_free(imap->alloc, imap->host);
    iw_alloc_free(imap->alloc, imap);
}

/* ---- capabilities ---- */

enum iw_imap_outcome iw_imap_capability(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct iw_arguments none;
    iw_arguments_init(&none, imap->alloc);
    return iw_imap_run(imap, "CAPABILITY", &none, result);
}

/* Asks when nothing is known, as imaplib does after the greeting, STARTTLS and login. What told
 * them is used up. */
static enum iw_imap_outcome know_capabilities(struct iw_imap *imap)
{
    if (iw_session_knows_capabilities(imap->session))
        return IW_IMAP_OK;
    struct iw_imap_result result;
    struct iw_arguments none;
    struct iw_exchange exchange = {
        .name = "CAPABILITY", .answer = "CAPABILITY", .always = true, .result = &result};
    iw_arguments_init(&none, imap->alloc);
    enum iw_imap_outcome outcome =
        iw_imap_insist(imap, iw_imap_exchange(imap, exchange, &none), &result);
    if (outcome == IW_IMAP_OK && !iw_session_knows_capabilities(imap->session))
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "no CAPABILITY response from server");
    return outcome;
}

bool iw_imap_has(struct iw_imap *imap, const char *capability)
{
    return know_capabilities(imap) == IW_IMAP_OK && iw_session_has(imap->session, capability);
}

enum iw_imap_outcome iw_imap_need(struct iw_imap *imap, const char *capability, const char *what)
{
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    if (imap->idling)
        return iw_imap_check_state(imap, capability);
    enum iw_imap_outcome outcome = know_capabilities(imap);
    if (outcome != IW_IMAP_OK || iw_session_offers(imap->session, capability))
        return outcome;
    return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "Server does not support %s", what);
}

const char *iw_imap_capabilities(struct iw_imap *imap)
{
    iw_buf_clear(&imap->capabilities);
    if (know_capabilities(imap) == IW_IMAP_OK)
        iw_buf_add(&imap->capabilities, iw_session_capabilities(imap->session));
    return iw_buf_string(&imap->capabilities);
}

/* ---- opening ---- */

static const char *const versions[] = {"IMAP4REV1", "IMAP4", "IMAP4REV2", NULL};

const char *iw_imap_protocol_version(const struct iw_imap *imap)
{
    return imap->version;
}

static enum iw_imap_outcome greet(struct iw_imap *imap)
{
    struct iw_imap_result result = {.type = "NO"};
    struct iw_exchange greeting = {.result = &result};
    enum iw_imap_outcome outcome = iw_imap_await(imap, &greeting);
    if (outcome == IW_IMAP_ABORT && imap->failure.error.code == IW_SYNTAX)
        imap->failure.outcome = outcome = IW_IMAP_ERROR;
    if (outcome == IW_IMAP_OK)
        outcome = know_capabilities(imap);
    if (outcome != IW_IMAP_OK)
        return outcome;
    iw_heard_forget_named(&imap->heard, "CAPABILITY");
    iw_imap_say(imap, 3, "CAPABILITIES: %s", iw_imap_capabilities(imap));
    size_t i = 0;
    while (versions[i] != NULL && !iw_session_has(imap->session, versions[i]))
        i++;
    imap->version = versions[i];
    if (imap->version == NULL)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "server not IMAP4 compliant");
    return IW_IMAP_OK;
}

static void tell(struct iw_imap_failure *failure, const struct iw_error *error)
{
    if (failure == NULL)
        return;
    *failure = (struct iw_imap_failure){.outcome = IW_IMAP_ABORT, .error = *error};
    if (failure->error.detail[0] == '\0')
        snprintf(failure->error.detail, sizeof failure->error.detail, "%s",
                 iw_result_name(error->code));
}

struct iw_imap *iw_imap_open_wire(struct iw_wire *wire, bool secured,
                                  const struct iw_imap_options *options,
                                  struct iw_imap_failure *failure)
{
    struct iw_imap *imap = make(wire, secured, options);
    if (imap == NULL) {
        iw_wire_close(wire);
        tell(failure, &(struct iw_error){.code = IW_NO_MEMORY});
        return NULL;
    }
    if (greet(imap) == IW_IMAP_OK)
        return imap;
    if (failure != NULL)
        *failure = imap->failure;
    iw_imap_free(imap);
    return NULL;
}

/* With the caller's certificates, or the system's. */
static enum iw_result secure(struct iw_wire *wire, struct iw_tls_context *tls, const char *host,
                             int timeout_ms, struct iw_error *error)
{
    struct iw_tls_context *context = tls != NULL ? tls : iw_tls_client_new(NULL, error);
    if (context == NULL)
        return error->code;
    enum iw_result result =
        iw_wire_start_tls(wire, context, host, timeout_ms > 0 ? timeout_ms : TIMEOUT_MS, error);
    if (tls == NULL)
        iw_tls_context_free(context);
    return result;
}

struct iw_imap *iw_imap_open_with(unsigned port, bool secured, struct iw_tls_context *tls,
                                  const struct iw_imap_options *given,
                                  struct iw_imap_failure *failure)
{
    struct iw_error error = {0};
    struct iw_imap_options options = *given;
    if (options.host == NULL || *options.host == '\0')
        options.host = "localhost";
    if (port == 0)
        port = secured ? IW_IMAP_SSL_PORT : IW_IMAP_PORT;
    int timeout_ms = options.timeout_ms > 0 ? options.timeout_ms : TIMEOUT_MS;
    struct iw_wire *wire = iw_wire_tcp(options.host, port, timeout_ms, &error);
    if (wire != NULL && (!secured || secure(wire, tls, options.host, timeout_ms, &error) == IW_OK))
        return iw_imap_open_wire(wire, secured, &options, failure);
    if (wire != NULL)
        iw_wire_close(wire);
    tell(failure, &error);
    return NULL;
}

struct iw_imap *iw_imap_open(const char *host, unsigned port, int timeout_ms,
                             struct iw_imap_failure *failure)
{
    struct iw_imap_options options = {.host = host, .timeout_ms = timeout_ms};
    return iw_imap_open_with(port, false, NULL, &options, failure);
}

struct iw_imap *iw_imap_open_ssl(const char *host, unsigned port, struct iw_tls_context *tls,
                                 int timeout_ms, struct iw_imap_failure *failure)
{
    struct iw_imap_options options = {.host = host, .timeout_ms = timeout_ms};
    return iw_imap_open_with(port, true, tls, &options, failure);
}

struct iw_imap *iw_imap_open_stream(const char *command, int timeout_ms,
                                    struct iw_imap_failure *failure)
{
    struct iw_error error = {0};
    struct iw_imap_options options = {.timeout_ms = timeout_ms};
    struct iw_wire *wire = iw_wire_child(command, &error);
    if (wire != NULL)
        return iw_imap_open_wire(wire, false, &options, failure);
    tell(failure, &error);
    return NULL;
}

/* ---- STARTTLS ---- */

/* The OK is there: octets from now on are TLS, and nothing said in clear counts. */
static enum iw_imap_outcome finish_starttls(struct iw_imap *imap, struct iw_tls_context *tls)
{
    struct iw_error error = {0};
    if (secure(imap->wire, tls, imap->host, imap->timeout_ms, &error) != IW_OK) {
        iw_imap_shutdown(imap);
        return iw_imap_fail(imap, IW_IMAP_ABORT, error.code, "STARTTLS: %s",
                            error.detail[0] == '\0' ? iw_result_name(error.code) : error.detail);
    }
    imap->secured = true;
    iw_session_secured(imap->session, iw_clock_ms());
    iw_heard_forget(&imap->heard);
    enum iw_imap_outcome outcome = know_capabilities(imap);
    iw_heard_forget_named(&imap->heard, "CAPABILITY");
    return outcome;
}

enum iw_imap_outcome iw_imap_starttls(struct iw_imap *imap, struct iw_tls_context *tls,
                                      struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_arguments none;
    if (result == NULL)
        result = &own;
    *result = (struct iw_imap_result){.type = "NO"};
    if (iw_imap_check_state(imap, "STARTTLS") != IW_IMAP_OK && imap->idling)
        return IW_IMAP_ERROR;
    if (imap->secured)
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_SYSTEM, "TLS session already established");
    enum iw_imap_outcome outcome = know_capabilities(imap);
    if (outcome != IW_IMAP_OK)
        return outcome;
    if (!iw_session_has(imap->session, "STARTTLS"))
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_SYSTEM, "TLS not supported by server");
    iw_arguments_init(&none, imap->alloc);
    outcome = iw_imap_run(imap, "STARTTLS", &none, result);
    if (outcome == IW_IMAP_NO)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "Couldn't establish TLS session");
    if (outcome == IW_IMAP_OK)
        outcome = finish_starttls(imap, tls);
    if (outcome == IW_IMAP_OK)
        *result = (struct iw_imap_result){.type = "OK"};
    return outcome;
}

/* ---- the end ---- */

enum iw_imap_outcome iw_imap_logout(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_arguments none;
    if (result == NULL)
        result = &own;
    iw_arguments_init(&none, imap->alloc);
    enum iw_imap_outcome outcome = iw_imap_run(imap, "LOGOUT", &none, result);
    if (imap->idling)
        return outcome;
    bool was_open = imap->wire != NULL;
    imap->logged_out = true;
    iw_imap_shutdown(imap);
    if (!was_open || iw_heard_find(&imap->heard, "BYE") == NULL)
        return outcome;
    result->type = "BYE";
    iw_heard_give(&imap->heard, "BYE", result);
    if (result->count > 1)
        result->count = 1;
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    return IW_IMAP_OK;
}

/* ---- what is known ---- */

const struct iw_imap_failure *iw_imap_failure(const struct iw_imap *imap)
{
    return &imap->failure;
}

const char *iw_imap_reason(const struct iw_imap *imap)
{
    return imap->failure.error.detail;
}

enum iw_session_state iw_imap_state(const struct iw_imap *imap)
{
    return imap->wire == NULL ? IW_SESSION_LOGOUT : iw_session_state(imap->session);
}

const char *iw_imap_state_name(const struct iw_imap *imap)
{
    return imap->idling ? "IDLING" : iw_session_state_name(iw_imap_state(imap));
}

bool iw_imap_utf8_enabled(const struct iw_imap *imap)
{
    return (iw_session_enabled(imap->session) & IW_SESSION_UTF8) != 0;
}

bool iw_imap_is_readonly(const struct iw_imap *imap)
{
    return iw_session_read_only(imap->session);
}

bool iw_imap_turned_readonly(const struct iw_imap *imap)
{
    return iw_session_turned_read_only(imap->session);
}

const char *iw_imap_welcome(const struct iw_imap *imap)
{
    return imap->welcome;
}

int iw_imap_socket(const struct iw_imap *imap)
{
    return imap->wire == NULL ? -1 : iw_wire_fd(imap->wire);
}
