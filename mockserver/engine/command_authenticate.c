/* SPDX-License-Identifier: MIT */
#include "base/base64.h"
#include "mockserver/engine/command.h"
#include "sasl/sasl.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_CAP = 64 << 10, NAME_MAX_OCTETS = 64 };

static const char *password_of(void *context, const char *name)
{
    const struct iw_engine *engine = context;
    const struct iw_user *user = iw_store_user(&engine->store, iw_span_of(name));
    return user == NULL ? NULL : user->password.data; /* a NUL stands behind it */
}

static struct iw_outcome ask(struct iw_run *run, struct iw_span challenge)
{
    iw_buf_add_string(run->out, "+ ");
    iw_base64_encode(run->out, challenge);
    iw_buf_add_string(run->out, "\r\n");
    return iw_line();
}

/* All who come without a name share what is theirs (RFC 4505). */
static struct iw_user *guest_of(struct iw_store *store)
{
    const struct iw_span name = IW_SPAN("anonymous");
    struct iw_user *guest = iw_store_user(store, name);
    return guest != NULL ? guest : iw_store_add_user(store, name, name);
}

static struct iw_outcome succeed(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_store *store = &session->engine->store;
    const char *name = iw_sasl_user(session->sasl);
    struct iw_user *user = name == NULL ? NULL : iw_store_user(store, iw_span_of(name));
    if (iw_sasl_is_anonymous(session->sasl))
        user = guest_of(store);
    if (user == NULL)
        return iw_no("AUTHORIZATIONFAILED", "nobody is known by that name");
    iw_engine_session_log_in(session, user);
    return iw_ok("logged in");
}

/* One message of the client's, in octets. A mechanism that proves the server's identity has one
 * message more when both are content; the client answers it with an empty line. */
static struct iw_outcome take(struct iw_run *run, struct iw_span message)
{
    struct iw_error error = {0};
    struct iw_span challenge = {NULL, 0};
    switch (iw_sasl_step(run->session->sasl, message, &challenge, &error)) {
    case IW_MORE:
        if (challenge.length == 0 && message.length == 0)
            return iw_no("AUTHENTICATIONFAILED", "an empty message says nothing");
        return ask(run, challenge);
    case IW_OK:
        if (challenge.length == 0)
            return succeed(run);
        run->memory = run->session; /* the last line that comes only confirms */
        return ask(run, challenge);
    case IW_NO_MEMORY:
        return iw_no_memory();
    default:
        return iw_no("AUTHENTICATIONFAILED", "wrong name or password");
    }
}

/* base64; "=" is an empty initial response (RFC 4959 §3) */
static struct iw_outcome take_line(struct iw_run *run, struct iw_span line)
{
    struct iw_error error = {0};
    struct iw_buf message;
    iw_buf_init(&message, NULL, MESSAGE_CAP);
    struct iw_outcome outcome = iw_bad("not the base64 of a message");
    if (iw_base64_decode(&message, line, &error) == IW_OK)
        outcome = take(run, message.length == 0 ? IW_SPAN("") : iw_buf_span(&message));
    iw_buf_release(&message);
    return outcome;
}

/* LOGIN is in no RFC: clients of Cyrus SASL, mutt among them, give the name at once, as servers
 * know it to be asked for. Of others the server has to speak first (RFC 4959 §3). */
static bool answer_unasked(struct iw_sasl *sasl, const struct iw_sasl_mechanism *mechanism)
{
    struct iw_error error = {0};
    struct iw_span challenge;
    return strcmp(mechanism->name, "LOGIN") == 0 &&
           iw_sasl_step(sasl, IW_SPAN(""), &challenge, &error) == IW_MORE;
}

/* The binding is for SCRAM that is bound, and for SCRAM whose client could have been: then one that
 * was kept from seeing it is found out (RFC 5802 §6). */
static struct iw_sasl_binding binding_for(const struct iw_engine_session *session,
                                          const struct iw_sasl_mechanism *mechanism)
{
    struct iw_span octets = {session->binding.octets, session->binding.length};
    char plus[NAME_MAX_OCTETS];
    snprintf(plus, sizeof plus, "%s-PLUS", mechanism->name);
    if (session->binding.length == 0 ||
        (!mechanism->binds && !iw_engine_has_mechanism(session->engine, iw_span_of(plus),
                                                       iw_engine_session_place(session))))
        return (struct iw_sasl_binding){{NULL, 0}, {NULL, 0}};
    return session->binding.unique ? (struct iw_sasl_binding){.unique = octets}
                                   : (struct iw_sasl_binding){.exporter = octets};
}

static struct iw_outcome begin(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    const struct iw_command *command = run->command;
    struct iw_sasl_accounts accounts = {
        .password = password_of,
        .context = session->engine,
        .external = session->certified[0] == '\0' ? NULL : session->certified};
    struct iw_error error = {0};
    const struct iw_span name = iw_arena_copy(run->arena, command->mechanism);
    const struct iw_sasl_mechanism *mechanism = name.data == NULL ? NULL : iw_sasl_find(name.data);
    if (mechanism == NULL || !iw_engine_has_mechanism(session->engine, command->mechanism,
                                                      iw_engine_session_place(session)))
        return iw_no("CANNOT", "that mechanism is not known here");
    accounts.binding = binding_for(session, mechanism);
    if (mechanism->binds && session->binding.length == 0)
        return iw_no("CANNOT", "there is nothing to bind it to");
    session->sasl = iw_sasl_server_new(mechanism->name, &accounts, &error);
    if (session->sasl == NULL)
        return iw_no("SERVERBUG", "that mechanism cannot begin");
    if (command->initial.data == NULL)
        return mechanism->client_first ? ask(run, iw_span(NULL, 0)) : take(run, IW_SPAN(""));
    if (!iw_engine_session_has(session, IW_CAPABILITY_SASL_IR))
        return iw_bad("this server does not have SASL-IR");
    if (!mechanism->client_first && !answer_unasked(session->sasl, mechanism))
        return iw_bad("that mechanism has no initial response");
    if (iw_span_equal(command->initial, IW_SPAN("=")))
        return take(run, IW_SPAN(""));
    return take_line(run, command->initial);
}

/* RFC 9051 §6.2.2, RFC 4422, RFC 4959 */
struct iw_outcome iw_command_authenticate(struct iw_run *run)
{
    if (run->line.data == NULL)
        return begin(run);
    if (iw_span_equal(run->line, IW_SPAN("*")))
        return iw_bad("cancelled");
    return run->memory != NULL ? succeed(run) : take_line(run, run->line);
}
