/* SPDX-License-Identifier: MIT */
/* One command from its arguments to its result: the loop between the session and the wire. */
#include "base/base64.h"
#include "client/imap_private.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    WRITE_SIZE = 64 * 1024,  /* octets of one write, each with its own time */
    LAST_WORDS_MS = 2000,    /* how long to read on when nothing can be written any more */
    ANSWER_MAX = 1024 * 1024 /* octets of one answer to a challenge */
};

enum iw_imap_outcome iw_imap_fail(struct iw_imap *imap, enum iw_imap_outcome outcome,
                                  enum iw_result code, const char *format, ...)
{
    va_list arguments;
    struct iw_error *error = &imap->failure.error;
    imap->failure = (struct iw_imap_failure){.outcome = outcome, .error = {.code = code}};
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
    for (char *c = error->detail; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return outcome;
}

/* ---- completion ---- */

/* "1 (FLAGS ())" of the data, or a server's text, for a message. */
static int width(struct iw_span text)
{
    return text.length > 150 ? 150 : (int)text.length;
}

static enum iw_imap_outcome complete(struct iw_imap *imap, struct iw_exchange *exchange,
                                     const struct iw_session_event *event)
{
    struct iw_imap_result *result = exchange->result;
    struct iw_span text = iw_behind_words(event->frame->bytes, 2);
    enum iw_state state = event->response->state;
    bool logout = event->verb != NULL && event->verb->effect == IW_VERB_LOGOUT;
    struct iw_span bye = iw_session_bye(imap->session);
    imap->completion = *event->response;
    result->completion = &imap->completion;
    result->type = iw_state_name(state);
    iw_heard_add(&imap->heard, event);
    bool untagged = state == IW_STATE_OK && exchange->answer != NULL;
    iw_heard_give(&imap->heard, untagged ? exchange->answer : NULL, result);
    if (!untagged)
        iw_heard_give_text(&imap->heard, text, result);
    if (bye.data != NULL && !logout)
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_CLOSED, "%s: BYE: %.*s", exchange->name,
                            width(bye), bye.data);
    if (state == IW_STATE_BAD)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "%s command error: BAD %.*s",
                            exchange->name, width(text), text.data);
    if (imap->heard.incomplete)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_LIMIT, "%s: a response was over a limit",
                            exchange->name);
    return state == IW_STATE_OK ? IW_IMAP_OK : IW_IMAP_NO;
}

/* ---- events ---- */

/* Answers a challenge, or cancels. */
static void converse(struct iw_imap *imap, const struct iw_exchange *exchange,
                     const struct iw_session_event *event)
{
    const struct iw_imap_authobject *object = exchange->authobject;
    struct iw_buf octets, line;
    struct iw_span answer = {NULL, 0};
    iw_buf_init(&octets, imap->alloc, ANSWER_MAX);
    iw_buf_init(&line, imap->alloc, ANSWER_MAX);
    struct iw_span challenge = iw_behind_words(event->frame->bytes, 1);
    bool good = object != NULL && iw_base64_decode(&octets, challenge, NULL) == IW_OK &&
                object->answer(object->context, iw_buf_span(&octets), &answer);
    if (good)
        iw_base64_encode(&line, answer);
    if (!good || line.failed) {
        iw_buf_clear(&line);
        iw_buf_add_char(&line, '*');
    }
    struct iw_error error = {0};
    enum iw_result result =
        iw_session_answer(imap->session, event->label, iw_buf_span(&line), &error);
    if (result != IW_OK)
        iw_session_closed(imap->session, &error);
    iw_buf_release(&octets);
    iw_buf_release(&line);
}

static enum iw_imap_outcome lost(struct iw_imap *imap, const struct iw_exchange *exchange,
                                 const struct iw_error *error)
{
    const char *name = exchange->name;
    return iw_imap_fail(imap, IW_IMAP_ABORT, error->code, "%s%s%s", name == NULL ? "" : name,
                        name == NULL ? "" : ": ", error->detail);
}

/* True: the exchange is over. */
static bool take_event(struct iw_imap *imap, struct iw_exchange *exchange,
                       const struct iw_session_event *event)
{
    switch (event->kind) {
    case IW_SESSION_GREETED: {
        struct iw_span text = iw_behind_words(event->frame->bytes, 2);
        snprintf(imap->welcome, sizeof imap->welcome, "%.*s", width(text), text.data);
        exchange->outcome = IW_IMAP_OK;
        return exchange->name == NULL;
    }
    case IW_SESSION_RESPONSE:
        iw_heard_add(&imap->heard, event);
        return false;
    case IW_SESSION_CONTINUE:
        converse(imap, exchange, event);
        return false;
    case IW_SESSION_DONE:
        exchange->outcome = complete(imap, exchange, event);
        return true;
    case IW_SESSION_REFUSED:
        exchange->outcome = iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "%s", event->error.detail);
        return true;
    case IW_SESSION_DROPPED:
        imap->heard.incomplete = true;
        return false;
    case IW_SESSION_LOST:
        break;
    }
    exchange->outcome = lost(imap, exchange, &event->error);
    return true;
}

/* What has come behind the end of the exchange belongs to no result. */
static void take_rest(struct iw_imap *imap)
{
    struct iw_session_event event;
    while (iw_session_next(imap->session, &event) == IW_OK)
        if (event.kind == IW_SESSION_RESPONSE)
            iw_heard_add(&imap->heard, &event);
}

/* ---- the wire ---- */

/* Milliseconds to the session's deadline, at most `most`. */
static int time_left(const struct iw_imap *imap, int most)
{
    uint64_t now = iw_clock_ms();
    uint64_t deadline = iw_session_deadline(imap->session);
    if (deadline <= now)
        return 0;
    return deadline - now > (uint64_t)most ? most : (int)(deadline - now);
}

static void send_pending(struct iw_imap *imap)
{
    struct iw_span octets = iw_session_pending(imap->session);
    while (octets.length > 0 && imap->write_error.code == IW_OK) {
        octets = iw_span_part(octets, 0, WRITE_SIZE);
        enum iw_result result =
            iw_wire_write(imap->wire, octets, time_left(imap, INT_MAX), &imap->write_error);
        if (result == IW_OK)
            iw_session_consumed(imap->session, octets.length, iw_clock_ms());
        else if (imap->write_error.code == IW_OK)
            iw_failf(&imap->write_error, result, "cannot send");
        octets = iw_session_pending(imap->session);
    }
}

/* Where nothing can be written the server may still have said why. */
static void receive(struct iw_imap *imap)
{
    bool mute = imap->write_error.code != IW_OK;
    size_t got = 0;
    struct iw_error error = {0};
    iw_session_tick(imap->session, iw_clock_ms());
    if (iw_session_deadline(imap->session) == UINT64_MAX) {
        iw_session_closed(imap->session, NULL); /* nothing would end the wait */
        return;
    }
    enum iw_result result = iw_wire_read(imap->wire, imap->room, sizeof imap->room, &got,
                                         time_left(imap, mute ? LAST_WORDS_MS : INT_MAX), &error);
    if (result == IW_OK && got > 0) {
        iw_session_receive(imap->session, iw_span(imap->room, got), iw_clock_ms());
    } else if (result == IW_TIMEOUT && !mute) {
        iw_session_tick(imap->session, iw_session_deadline(imap->session));
    } else {
        if (error.code == IW_OK)
            iw_failf(&error, IW_SYSTEM, "the stream gives nothing");
        iw_session_closed(imap->session, mute ? &imap->write_error : &error);
    }
}

enum iw_imap_outcome iw_imap_await(struct iw_imap *imap, struct iw_exchange *exchange)
{
    struct iw_session_event event;
    for (;;) {
        while (iw_session_next(imap->session, &event) == IW_OK) {
            if (!take_event(imap, exchange, &event))
                continue;
            take_rest(imap);
            return exchange->outcome;
        }
        send_pending(imap);
        receive(imap);
    }
}

/* ---- one command ---- */

/* imaplib refuses every command once a mailbox has turned read-only; here those that need the
 * mailbox, but for leaving it. */
static bool needs_writable(const char *name)
{
    const struct iw_verb *verb = iw_verb_find(iw_span_of(name));
    return verb != NULL && verb->effect != IW_VERB_CLOSE && !iw_verb_legal(verb, IW_SESSION_AUTH) &&
           iw_verb_legal(verb, IW_SESSION_SELECTED);
}

static enum iw_imap_outcome submit(struct iw_imap *imap, struct iw_exchange *exchange,
                                   struct iw_arguments *arguments)
{
    struct iw_request request;
    struct iw_error error = {0};
    if (imap->wire == NULL)
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_CLOSED, "%s: the connection is shut down",
                            exchange->name);
    if (needs_writable(exchange->name) && iw_imap_turned_readonly(imap))
        return iw_imap_fail(imap, IW_IMAP_READONLY, IW_SYSTEM,
                            "mailbox status changed to READ-ONLY");
    enum iw_result result = iw_arguments_finish(arguments, exchange->name, &request, &error);
    request.converses = exchange->authobject != NULL;
    if (result == IW_OK)
        result =
            iw_session_submit(imap->session, &request, iw_clock_ms(), &exchange->label, &error);
    if (result == IW_OK)
        return IW_IMAP_OK;
    return iw_imap_fail(imap, result == IW_CLOSED ? IW_IMAP_ABORT : IW_IMAP_ERROR, error.code,
                        "%s: %s", exchange->name, error.detail);
}

enum iw_imap_outcome iw_imap_exchange(struct iw_imap *imap, struct iw_exchange exchange,
                                      struct iw_arguments *arguments)
{
    struct iw_imap_result unwanted;
    if (exchange.result == NULL)
        exchange.result = &unwanted;
    *exchange.result = (struct iw_imap_result){.type = "NO"};
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    iw_heard_begin(&imap->heard);
    enum iw_imap_outcome outcome = submit(imap, &exchange, arguments);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_await(imap, &exchange);
    iw_arguments_release(arguments);
    return outcome;
}

enum iw_imap_outcome iw_imap_run(struct iw_imap *imap, const char *name,
                                 struct iw_arguments *arguments, struct iw_imap_result *result)
{
    const struct iw_verb *verb = iw_verb_find(iw_span_of(name));
    struct iw_exchange exchange = {
        .name = name, .answer = verb == NULL ? NULL : verb->answer, .result = result};
    return iw_imap_exchange(imap, exchange, arguments);
}

enum iw_imap_outcome iw_imap_insist(struct iw_imap *imap, enum iw_imap_outcome outcome,
                                    const char *what, const struct iw_imap_result *result)
{
    if (outcome != IW_IMAP_NO)
        return outcome;
    struct iw_span text = result->count > 0 ? result->data[0].text : iw_span("", 0);
    return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "%s: NO %.*s", what, width(text),
                        text.data);
}
