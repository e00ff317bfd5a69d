/* SPDX-License-Identifier: MIT */
/* AUTHENTICATE: with the caller's own object, or by a mechanism of sasl/. */
#include "base/base64.h"
#include "client/imap_private.h"
#include "sasl/sasl.h"

enum { INITIAL_MAX = 512 * 1024 };

/* [SP initial-resp], initial-resp = (base64 / "=") ; "=" is the empty one (RFC 4959 §3) */
static void add_initial(struct iw_arguments *arguments, struct iw_span initial)
{
    struct iw_buf line;
    if (initial.data == NULL)
        return;
    iw_buf_init(&line, arguments->text.alloc, INITIAL_MAX);
    iw_base64_encode(&line, initial);
    if (line.failed)
        iw_failf(&arguments->error, IW_LIMIT, "the initial response is too long");
    else
        iw_add_raw(arguments, initial.length == 0 ? "=" : iw_buf_string(&line));
    iw_buf_release(&line);
}

/* authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp] *(CRLF base64) */
enum iw_imap_outcome iw_imap_authenticate(struct iw_imap *imap, const char *mechanism,
                                          const struct iw_imap_authobject *authobject,
                                          struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_arguments arguments;
    if (result == NULL)
        result = &own;
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_upper(&arguments, mechanism);
    add_initial(&arguments, authobject->initial);
    struct iw_exchange exchange = {
        .name = "AUTHENTICATE", .authobject = authobject, .result = result};
    enum iw_imap_outcome outcome =
        iw_imap_insist(imap, iw_imap_exchange(imap, exchange, &arguments), result);
    if (outcome != IW_IMAP_OK)
        return outcome;
    iw_imap_forget_strangers(imap);
    if (authobject->satisfied == NULL || authobject->satisfied(authobject->context))
        return IW_IMAP_OK;
    iw_imap_shutdown(imap);
    return iw_imap_fail(imap, IW_IMAP_ABORT, IW_SYSTEM,
                        "AUTHENTICATE: the server has not proven who it is");
}

/* One mechanism of sasl/ as an object. */
struct played {
    struct iw_sasl *sasl;
    struct iw_error error;
    bool content;
};

static bool play_answer(void *context, struct iw_span challenge, struct iw_span *answer)
{
    struct played *played = context;
    enum iw_result result = iw_sasl_step(played->sasl, challenge, answer, &played->error);
    played->content = result == IW_OK;
    return result == IW_OK || result == IW_MORE;
}

static bool play_satisfied(void *context)
{
    const struct played *played = context;
    return played->content;
}

/* binding: of the wire, borrowed. */
static struct iw_sasl_binding name_connection(const struct iw_tls_binding *binding)
{
    struct iw_span octets = iw_span(binding->octets, binding->length);
    return binding->unique ? (struct iw_sasl_binding){.unique = octets}
                           : (struct iw_sasl_binding){.exporter = octets};
}

enum iw_imap_outcome iw_imap_authenticate_as(struct iw_imap *imap, const char *mechanism,
                                             const char *user, const char *password,
                                             struct iw_imap_result *result)
{
    const struct iw_tls *tls = imap->wire == NULL ? NULL : iw_wire_tls(imap->wire);
    struct iw_tls_binding binding = {.length = 0};
    if (tls != NULL)
        binding = iw_tls_binding(tls);
    struct iw_sasl_credentials credentials = {.user = user,
                                              .password = password,
                                              .service = "imap",
                                              .host = imap->host,
                                              .binding = name_connection(&binding)};
    struct played played = {.content = false};
    struct iw_imap_authobject object = {
        .answer = play_answer, .satisfied = play_satisfied, .context = &played};
    if (result != NULL)
        *result = (struct iw_imap_result){.type = "NO"};
    played.sasl = iw_sasl_client_new(mechanism, &credentials, &played.error);
    if (played.sasl == NULL)
        return iw_imap_fail(imap, IW_IMAP_ERROR, played.error.code, "AUTHENTICATE %s: %s",
                            mechanism, played.error.detail);
    if (iw_session_offers(imap->session, "SASL-IR") && iw_sasl_find(mechanism)->client_first)
        play_answer(&played, iw_span("", 0), &object.initial);
    enum iw_imap_outcome outcome = iw_imap_authenticate(imap, mechanism, &object, result);
    iw_sasl_free(played.sasl);
    return outcome;
}

enum iw_imap_outcome iw_imap_login_cram_md5(struct iw_imap *imap, const char *user,
                                            const char *password, struct iw_imap_result *result)
{
    return iw_imap_authenticate_as(imap, "CRAM-MD5", user, password, result);
}

enum iw_imap_outcome iw_imap_login_plain(struct iw_imap *imap, const char *user,
                                         const char *password, struct iw_imap_result *result)
{
    return iw_imap_authenticate_as(imap, "PLAIN", user, password, result);
}
