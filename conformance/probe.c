/* SPDX-License-Identifier: MIT */
#include "conformance/probe.h"

#include "conformance/talk.h"
#include "parser/write.h"

#include <string.h>

struct probe {
    struct iw_talk *talk;
    struct iw_target *target;
    struct iw_buf *problem;
};

static enum iw_verdict say(struct probe *probe, enum iw_verdict verdict, const char *what,
                           const struct iw_error *error)
{
    const struct iw_url *url = &probe->target->url;
    iw_buf_addf(probe->problem, "%s:%u: %s", url->host, url->port, what);
    if (error != NULL && error->detail[0] != '\0')
        iw_buf_addf(probe->problem, ": %s", error->detail);
    return verdict;
}

/* What a broken conversation means for the run. */
static enum iw_verdict say_broken(struct probe *probe, enum iw_result result, const char *when,
                                  const struct iw_error *error)
{
    if (result != IW_TIMEOUT)
        return say(probe, IW_SETUP, when, error);
    const struct iw_target *target = probe->target;
    iw_buf_addf(probe->problem, "%s:%u: %s: nothing came for %u ms, or no end in %u",
                target->url.host, target->url.port, when, target->step_ms,
                target->step_ms * IW_TALK_COMMAND_STEPS);
    return IW_TIMED_OUT;
}

static enum iw_verdict ask_capabilities(struct probe *probe, struct iw_texts *texts)
{
    enum iw_state state;
    struct iw_error error = {0};
    const struct iw_request request = {.name = "CAPABILITY"};
    const enum iw_result result =
        iw_talk_command(probe->talk, &request, NULL, NULL, &state, &error);
    if (result != IW_OK)
        return say_broken(probe, result, "no answer to CAPABILITY", &error);
    if (state != IW_STATE_OK)
        return say(probe, IW_SETUP, "CAPABILITY was refused", &error);
    const struct iw_span words = iw_session_capabilities(iw_talk_session(probe->talk));
    struct iw_arena *arena = &probe->target->arena;
    if (!iw_texts_add_words(&probe->target->capabilities, words, arena) ||
        (texts != NULL && !iw_texts_add_words(texts, words, arena)))
        return say(probe, IW_SETUP, "no memory", NULL);
    return IW_PASS;
}

static enum iw_verdict secure(struct probe *probe)
{
    if (!probe->target->starttls)
        return IW_PASS;
    if (!iw_texts_have(&probe->target->before_login, IW_SPAN("STARTTLS")))
        return say(probe, IW_SETUP, "the server does not offer STARTTLS", NULL);
    struct iw_error error = {0};
    const enum iw_result result = iw_talk_secure(probe->talk, &error);
    if (result != IW_OK)
        return say_broken(probe, result, "STARTTLS failed", &error);
    return ask_capabilities(probe, NULL);
}

/* LOGIN unless the server forbids it. */
static enum iw_verdict choose_auth(struct probe *probe)
{
    struct iw_target *target = probe->target;
    struct iw_error error = {0};
    if (!iw_target_may_log_in(target, &error))
        return say(probe, IW_SETUP, error.detail, NULL);
    const struct iw_session *session = iw_talk_session(probe->talk);
    if (target->auth != IW_AUTH_ANY)
        return IW_PASS;
    if (!iw_session_has(session, "LOGINDISABLED") && iw_target_is_quotable(target))
        target->auth = IW_AUTH_LOGIN;
    else if (iw_session_has(session, "AUTH=PLAIN"))
        target->auth = IW_AUTH_PLAIN;
    else
        return say(probe, IW_SETUP,
                   target->url.tls || target->starttls
                       ? "the server offers neither LOGIN nor AUTH=PLAIN"
                       : "the server allows no login in clear: use --starttls or imaps://",
                   NULL);
    return IW_PASS;
}

static enum iw_verdict log_in(struct probe *probe)
{
    if (probe->target->preauth)
        return IW_PASS;
    enum iw_verdict verdict = choose_auth(probe);
    if (verdict != IW_PASS)
        return verdict;
    enum iw_state state;
    struct iw_error error = {0};
    const enum iw_result result = iw_talk_log_in(probe->talk, &state, &error);
    if (result != IW_OK)
        return say_broken(probe, result, "the login was not answered", &error);
    if (state != IW_STATE_OK) {
        iw_buf_addf(probe->problem, "user %s: ", probe->target->user);
        return say(probe, IW_SETUP, "the server refuses this user name and password", &error);
    }
    return ask_capabilities(probe, NULL);
}

/* The prefix of the first namespace of a kind, if it can stand in a mailbox name as it is. */
static void take_prefix(struct iw_target *target, const struct iw_namespace_data *data,
                        enum iw_namespace_place place, struct iw_span *prefix)
{
    if (data->places[place].count == 0)
        return;
    struct iw_span first = data->places[place].members[0].prefix;
    if (iw_can_quote(first) && memchr(first.data, '"', first.length) == NULL &&
        memchr(first.data, '\\', first.length) == NULL)
        *prefix = iw_arena_copy(&target->arena, first);
}

/* RFC 2342 §5 */
static void take_namespace(void *context, const struct iw_response *response)
{
    struct iw_target *target = context;
    if (response->kind != IW_RESPONSE_NAMESPACE)
        return;
    take_prefix(target, &response->namespaces, IW_NAMESPACE_PERSONAL, &target->prefix);
    take_prefix(target, &response->namespaces, IW_NAMESPACE_OTHER, &target->others);
}

static void take_list(void *context, const struct iw_response *response)
{
    struct iw_target *target = context;
    if (response->kind == IW_RESPONSE_LIST && response->list.separator.length == 1)
        target->separator[0] = response->list.separator.data[0];
}

/* The hierarchy separator (RFC 9051 §6.3.9: LIST "" ""), and where our mailboxes may stand. */
static enum iw_verdict ask_names(struct probe *probe)
{
    enum iw_state state;
    struct iw_error error = {0};
    const struct iw_part parts[] = {{false, IW_SPAN(" \"\" \"\"")}};
    const struct iw_request list = {"LIST", parts, 1, false};
    enum iw_result result =
        iw_talk_command(probe->talk, &list, take_list, probe->target, &state, &error);
    if (result == IW_OK && iw_texts_have(&probe->target->capabilities, IW_SPAN("NAMESPACE"))) {
        const struct iw_request names = {.name = "NAMESPACE"};
        result =
            iw_talk_command(probe->talk, &names, take_namespace, probe->target, &state, &error);
    }
    return result == IW_OK ? IW_PASS : say_broken(probe, result, "no answer to LIST", &error);
}

static enum iw_verdict take_greeting(struct probe *probe)
{
    const struct iw_session *session = iw_talk_session(probe->talk);
    const enum iw_session_state state = iw_session_state(session);
    probe->target->preauth = state == IW_SESSION_AUTH;
    if (state == IW_SESSION_NONAUTH || state == IW_SESSION_AUTH)
        return IW_PASS;
    return say(probe, IW_SETUP, "the server refuses the connection", NULL);
}

enum iw_verdict iw_probe(struct iw_loop *loop, struct iw_target *target, struct iw_buf *problem)
{
    struct probe probe = {.target = target, .problem = problem};
    struct iw_error error = {0};
    probe.talk = iw_talk_open(loop, target, &error);
    if (probe.talk == NULL)
        return say_broken(&probe, error.code,
                          error.code == IW_SYSTEM ? "no connection" : "connected, but no greeting",
                          &error);
    enum iw_verdict verdict = take_greeting(&probe);
    if (verdict == IW_PASS)
        verdict = ask_capabilities(&probe, &target->before_login);
    if (verdict == IW_PASS)
        verdict = secure(&probe);
    if (verdict == IW_PASS)
        verdict = log_in(&probe);
    if (verdict == IW_PASS)
        verdict = ask_names(&probe);
    iw_talk_close(probe.talk);
    return verdict;
}
