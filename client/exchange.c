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

/* For "%.*s"; a message takes what fits. */
static int width(struct iw_span text)
{
    return text.length > 500 ? 500 : (int)text.length;
}

/* A BYE is told with the command it met; afterwards it is all there is to say. */
enum iw_imap_outcome iw_imap_lost(struct iw_imap *imap, const char *name,
                                  const struct iw_error *error)
{
    const struct iw_imap_item *heard = iw_heard_find(&imap->heard, "BYE");
    struct iw_span bye = heard == NULL ? iw_session_bye(imap->session) : heard->text;
    if (error->code != IW_CLOSED)
        bye = iw_span(NULL, 0);
    struct iw_span text = bye.data == NULL ? iw_span_of(error->detail) : bye;
    bool again = bye.data != NULL && imap->bye_told;
    if (bye.data == NULL && error->code == IW_CLOSED)
        text = IW_SPAN("socket error: EOF");
    imap->idling = false;
    imap->bye_told = bye.data != NULL;
    return iw_imap_fail(imap, IW_IMAP_ABORT, error->code, "%s%s%s%.*s",
                        again || name == NULL ? "" : "command: ", again || name == NULL ? "" : name,
                        again || name == NULL ? "" : " => ", width(text), text.data);
}

/* What a tagged response to IDLE means that comes before the "+". */
static enum iw_imap_outcome deny_idle(struct iw_imap *imap, const struct iw_session_event *event)
{
    struct iw_span line = iw_behind_words(event->frame->bytes, 0);
    struct iw_span text = iw_behind_words(event->frame->bytes, 2);
    if (event->response->state == IW_STATE_NO)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "idle denied: %.*s", width(text),
                            text.data);
    return iw_imap_fail(imap, IW_IMAP_ABORT, IW_SYNTAX, "unexpected status response: %.*s",
                        width(line), line.data);
}

static void give_data(struct iw_imap *imap, const struct iw_exchange *exchange,
                      const struct iw_session_event *event)
{
    struct iw_imap_result *result = exchange->result;
    enum iw_state state = event->response->state;
    imap->completion = *event->response;
    result->completion = &imap->completion;
    result->type = iw_state_name(state);
    iw_heard_give_typed(&imap->heard, result);
    if (state != IW_STATE_OK || exchange->answer == NULL)
        iw_heard_give_text(&imap->heard, iw_behind_words(event->frame->bytes, 2), result);
    else if (exchange->stays)
        iw_heard_show(&imap->heard, exchange->answer, result);
    else
        iw_heard_give(&imap->heard, exchange->answer, result);
}

static enum iw_imap_outcome complete(struct iw_imap *imap, struct iw_exchange *exchange,
                                     const struct iw_session_event *event)
{
    struct iw_span text = iw_behind_words(event->frame->bytes, 2);
    enum iw_state state = event->response->state;
    bool logout = event->verb != NULL && event->verb->effect == IW_VERB_LOGOUT;
    iw_heard_add(&imap->heard, event);
    give_data(imap, exchange, event);
    if (iw_session_bye(imap->session).data != NULL && !logout)
        return iw_imap_lost(imap, exchange->name, &(struct iw_error){.code = IW_CLOSED});
    if (exchange->idles)
        return deny_idle(imap, event);
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
        if (!exchange->idles)
            converse(imap, exchange, event);
        imap->idle_label = event->label;
        exchange->outcome = IW_IMAP_OK;
        return exchange->idles;
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
    exchange->outcome = iw_imap_lost(imap, exchange->name, &event->error);
    return true;
}

static void log_event(struct iw_imap *imap, const struct iw_session_event *event)
{
    if (event->frame != NULL)
        iw_imap_log(imap, "<", event->frame->bytes);
    const struct iw_response *response = event->response;
    bool status = response != NULL &&
                  (response->kind == IW_RESPONSE_STATE || response->kind == IW_RESPONSE_TAGGED);
    if (status && response->state != IW_STATE_OK && response->state != IW_STATE_PREAUTH)
        iw_imap_say(imap, 1, "%s response: %.*s", iw_state_name(response->state),
                    width(response->text.text), response->text.text.data);
}

bool iw_imap_next_event(struct iw_imap *imap, struct iw_session_event *event)
{
    if (iw_session_next(imap->session, event) != IW_OK)
        return false;
    log_event(imap, event);
    if (imap->view != NULL && event->response != NULL)
        iw_mailbox_view_take(imap->view, event->response, NULL);
    return true;
}

/* What has come behind the end of the exchange belongs to no result. */
static void take_rest(struct iw_imap *imap)
{
    struct iw_session_event event;
    while (iw_imap_next_event(imap, &event))
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

static void tell_progress(struct iw_imap *imap, size_t received, size_t sent)
{
    imap->received += received;
    imap->sent += sent;
    if (imap->progress != NULL &&
        !imap->progress(imap->progress_context, imap->received, imap->sent))
        iw_imap_cancel(imap);
}

/* Cancelled while it only waits for news: what is in progress is brought to its end. */
static bool ends_in_order(struct iw_imap *imap)
{
    if (!imap->idling && !imap->listening)
        return false;
    iw_bell_hush(imap->bell);
    imap->cancelled = true;
    return true;
}

static void send_pending(struct iw_imap *imap)
{
    struct iw_span octets = iw_session_pending(imap->session);
    if (octets.length > 0 && iw_bell_rung(imap->bell))
        ends_in_order(imap);
    while (octets.length > 0 && imap->write_error.code == IW_OK) {
        octets = iw_span_part(octets, 0, WRITE_SIZE);
        enum iw_result result =
            iw_wire_write(imap->wire, octets, time_left(imap, INT_MAX), &imap->write_error);
        if (result == IW_OK) {
            iw_session_consumed(imap->session, octets.length, iw_clock_ms());
            tell_progress(imap, 0, octets.length);
        } else if (imap->write_error.code == IW_OK)
            iw_failf(&imap->write_error, result, "cannot send");
        octets = iw_session_pending(imap->session);
    }
}

/* Octets that were read for someone else. */
static bool receive_unread(struct iw_imap *imap)
{
    size_t length = imap->unread.length;
    if (length == 0)
        return false;
    if (length > sizeof imap->room)
        length = sizeof imap->room;
    memcpy(imap->room, iw_buf_span(&imap->unread).data, length);
    iw_buf_consume(&imap->unread, length);
    iw_session_receive(imap->session, iw_span(imap->room, length), iw_clock_ms());
    return true;
}

/* Where nothing can be written the server may still have said why. */
static enum iw_result receive(struct iw_imap *imap, int most_ms)
{
    bool mute = imap->write_error.code != IW_OK;
    size_t got = 0;
    struct iw_error error = {0};
    int left = time_left(imap, mute ? LAST_WORDS_MS : most_ms);
    enum iw_result result =
        iw_wire_read(imap->wire, imap->room, sizeof imap->room, &got, left, &error);
    if (result == IW_OK && got > 0) {
        iw_session_receive(imap->session, iw_span(imap->room, got), iw_clock_ms());
        tell_progress(imap, got, 0);
        return IW_OK;
    }
    if (result == IW_CANCELLED && !mute && ends_in_order(imap))
        return IW_TIMEOUT;
    if (result == IW_CANCELLED)
        iw_bell_hush(imap->bell);
    if (result == IW_TIMEOUT && !mute) {
        if (left < most_ms || most_ms == INT_MAX)
            iw_session_tick(imap->session, iw_session_deadline(imap->session));
        return IW_TIMEOUT;
    }
    if (error.code == IW_OK)
        iw_failf(&error, IW_SYSTEM, "the stream gives nothing");
    iw_session_closed(imap->session, mute ? &imap->write_error : &error);
    return IW_OK;
}

enum iw_result iw_imap_turn(struct iw_imap *imap, int most_ms)
{
    send_pending(imap);
    if (receive_unread(imap))
        return IW_OK;
    iw_session_tick(imap->session, iw_clock_ms());
    if (iw_session_deadline(imap->session) < UINT64_MAX || imap->idling)
        return receive(imap, most_ms);
    iw_session_closed(imap->session, NULL); /* nothing would end the wait */
    return IW_OK;
}

enum iw_imap_outcome iw_imap_await(struct iw_imap *imap, struct iw_exchange *exchange)
{
    struct iw_session_event event;
    for (;;) {
        struct iw_arena_mark mark = iw_arena_mark(&imap->heard.values);
        while (iw_imap_next_event(imap, &event)) {
            if (iw_fetch_stream_takes(imap->stream, &event)) {
                iw_arena_rewind(&imap->heard.values, mark);
                continue;
            }
            bool over = take_event(imap, exchange, &event);
            mark = iw_arena_mark(&imap->heard.values);
            if (!over)
                continue;
            if (!exchange->idles)
                take_rest(imap);
            return exchange->outcome;
        }
        iw_imap_turn(imap, INT_MAX);
    }
}

/* ---- one command ---- */

/* A mailbox that has turned read-only is to be selected again; it can be left all the same. */
static bool leaves(const struct iw_verb *verb)
{
    return verb != NULL && (verb->effect == IW_VERB_CLOSE || verb->effect == IW_VERB_LOGOUT);
}

enum iw_imap_outcome iw_imap_check_state(struct iw_imap *imap, const char *name)
{
    char states[80];
    const struct iw_verb *verb = iw_verb_find(iw_span_of(name));
    bool over = imap->wire != NULL && iw_imap_state(imap) == IW_SESSION_LOGOUT;
    bool anywhere = verb == NULL || verb->states == iw_verb_find(IW_SPAN("NOOP"))->states;
    bool legal = anywhere || iw_verb_legal(verb, iw_imap_state(imap));
    if (!imap->idling && (over || legal || (imap->wire == NULL && !imap->logged_out)))
        return IW_IMAP_OK;
    iw_verb_name_states(verb, states, sizeof states);
    return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX,
                        "command %s illegal in state %s, only allowed in states %s", name,
                        iw_imap_state_name(imap), states);
}

/* LOGIN's arguments are nobody's business. */
static void log_request(struct iw_imap *imap, const struct iw_request *request)
{
    bool secret = iw_span_equal_nocase(iw_span_of(request->name), IW_SPAN("LOGIN"));
    struct iw_span arguments = request->part_count == 0 || request->parts[0].literal
                                   ? iw_span("", 0)
                                   : request->parts[0].octets;
    char line[IW_IMAP_LOG_LINE_MAX];
    int length = snprintf(line, sizeof line, "%s%.*s", request->name, secret ? 0 : width(arguments),
                          arguments.data);
    iw_imap_log(imap, ">", iw_span_part(iw_span(line, sizeof line - 1), 0, (size_t)length));
}

static enum iw_imap_outcome submit(struct iw_imap *imap, struct iw_exchange *exchange,
                                   struct iw_arguments *arguments)
{
    struct iw_request request;
    struct iw_error error = {0};
    const char *name = exchange->name;
    if (iw_imap_check_state(imap, name) != IW_IMAP_OK)
        return IW_IMAP_ERROR;
    if (!exchange->always)
        iw_heard_drop_status(&imap->heard);
    if (!imap->wants_readonly && !exchange->always && !leaves(iw_verb_find(iw_span_of(name))) &&
        iw_heard_find(&imap->heard, "READ-ONLY") != NULL)
        return iw_imap_fail(imap, IW_IMAP_READONLY, IW_SYSTEM,
                            "mailbox status changed to READ-ONLY");
    if (imap->wire == NULL)
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_CLOSED, "%s: the connection is shut down",
                            name);
    enum iw_result result = iw_arguments_finish(arguments, name, &request, &error);
    request.converses = exchange->authobject != NULL || exchange->idles;
    if (result == IW_OK)
        result =
            iw_session_submit(imap->session, &request, iw_clock_ms(), &exchange->label, &error);
    if (result == IW_CLOSED)
        return iw_imap_lost(imap, name, &error);
    if (result != IW_OK)
        return iw_imap_fail(imap, IW_IMAP_ERROR, error.code, "%s: %s", name, error.detail);
    log_request(imap, &request);
    return IW_IMAP_OK;
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
    bool selects =
        verb != NULL && (verb->effect == IW_VERB_SELECT || verb->effect == IW_VERB_EXAMINE);
    struct iw_exchange exchange = {.name = name,
                                   .answer = verb == NULL ? NULL : verb->answer,
                                   .stays = selects,
                                   .result = result};
    return iw_imap_exchange(imap, exchange, arguments);
}

enum iw_imap_outcome iw_imap_insist(struct iw_imap *imap, enum iw_imap_outcome outcome,
                                    const struct iw_imap_result *result)
{
    if (outcome != IW_IMAP_NO)
        return outcome;
    struct iw_span text = result->count > 0 ? result->data[0].text : iw_span("", 0);
    return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "%.*s", width(text), text.data);
}
