/* SPDX-License-Identifier: MIT */
#include "client/session.h"

#include "client/capability.h"
#include "client/salvage.h"

#include <string.h>

enum {
    SILENCE_MS = 60 * 1000,
    COMMAND_MS = 60 * 60 * 1000,
    BYE_MS = 2000,
    BYE_TEXT_MAX = 1000, /* octets of a BYE's text that are kept */
    UNASKED_MAX = 4096   /* octets of a literal that LITERAL- need not ask for (RFC 7888 §5) */
};

/* What the stream is about to become: nothing is sent or read in between. */
enum turn { TURN_NONE, TURN_TLS, TURN_DEFLATE };

struct mailbox {
    bool wanted_read_only, read_only;
};

struct iw_session {
    struct iw_session_options options; /* defaults filled in */
    struct iw_limits limits;
    struct iw_framer framer;
    struct iw_queue queue;
    struct iw_capabilities capabilities;
    struct iw_arena own; /* used when options.values is NULL */
    struct iw_frame frame;
    struct iw_response response;
    enum iw_session_state state;
    struct mailbox mailbox, coming; /* coming: of the SELECT or EXAMINE in progress */
    bool selecting;
    enum turn turn;
    unsigned enabled; /* enum iw_session_feature */
    bool logged_out;  /* LOGOUT was accepted: the end of the stream is in order */
    bool said_bye;
    bool closed;         /* the stream has ended; what it brought may still be unread */
    bool behind_literal; /* the last response ended in a literal and an empty rest of line */
    bool lost, told;
    struct iw_error loss;
    struct iw_error end; /* why it is closed */
    char bye[BYE_TEXT_MAX];
    size_t bye_length;
    uint64_t now, begun, heard, bye_at;
};

static uint64_t default_to(uint64_t given, uint64_t usual)
{
    return given == 0 ? usual : given;
}

static uint64_t after(uint64_t time, uint64_t ms)
{
    return time > UINT64_MAX - ms ? UINT64_MAX : time + ms;
}

struct iw_session *iw_session_new(const struct iw_session_options *options, uint64_t now)
{
    struct iw_session *session = iw_alloc_resize(options->alloc, NULL, sizeof *session);
    if (session == NULL)
        return NULL;
    *session = (struct iw_session){.options = *options, .now = now, .begun = now, .heard = now};
    session->limits = options->limits == NULL ? iw_limits_default : *options->limits;
    session->options.limits = &session->limits;
    session->options.tag = NULL; /* the queue has its own copy */
    session->options.silence_ms = default_to(options->silence_ms, SILENCE_MS);
    session->options.command_ms = default_to(options->command_ms, COMMAND_MS);
    session->options.bye_ms = default_to(options->bye_ms, BYE_MS);
    iw_framer_init(&session->framer, IW_FRAME_RESPONSES, &session->limits, options->alloc);
    iw_framer_handle_literals(&session->framer, options->literals);
    iw_queue_init(&session->queue, options->alloc, options->tag == NULL ? "iw" : options->tag);
    iw_capabilities_init(&session->capabilities, options->alloc);
    iw_arena_init(&session->own, options->alloc, session->limits.values);
    return session;
}

void iw_session_free(struct iw_session *session)
{
    if (session == NULL)
        return;
    iw_framer_release(&session->framer);
    iw_queue_release(&session->queue);
    iw_capabilities_release(&session->capabilities);
    iw_arena_release(&session->own);
    iw_alloc_free(session->options.alloc, session);
}

/* ---- the end ---- */

/* A peer's octets for a message: controls become "?", so that they cannot steer a terminal. */
static void make_printable(char *text, size_t size, struct iw_span octets)
{
    size_t length = octets.length < size ? octets.length : size - 1;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)octets.data[i];
        text[i] = c < 0x20 || c == 0x7f ? '?' : octets.data[i];
    }
    text[length] = '\0';
}

/* The first loss wins; behind a BYE its text is the reason. quoted stands behind what, when it is
 * there. */
static void lose(struct iw_session *session, enum iw_result code, const char *what,
                 struct iw_span quoted)
{
    char text[sizeof session->loss.detail];
    if (session->lost)
        return;
    session->lost = true;
    session->state = IW_SESSION_LOGOUT;
    if (session->said_bye) {
        code = IW_CLOSED;
        what = "BYE";
        quoted = iw_span(session->bye, session->bye_length);
    }
    make_printable(text, sizeof text, quoted);
    iw_failf(&session->loss, code, "%s%s%s", what, text[0] == '\0' ? "" : ": ", text);
}

static void lose_memory(struct iw_session *session)
{
    lose(session, IW_NO_MEMORY, "no memory", iw_span(NULL, 0));
}

/* The queue can send nothing more. */
static void lose_queue(struct iw_session *session)
{
    const struct iw_error *failure = &session->queue.failure;
    lose(session, failure->code, failure->detail, iw_span(NULL, 0));
}

/* ---- sending ---- */

/* Between its "+" and the answer it may last for as long as it likes. */
static bool rests(const struct iw_order *order)
{
    return order->verb != NULL && (order->verb->traits & IW_VERB_RESTS) != 0;
}

static bool must_wait(const struct iw_session *session, const struct iw_order *order)
{
    for (const struct iw_order *earlier = session->queue.first; earlier != order;
         earlier = earlier->next)
        if (earlier->state == IW_ORDER_SENT &&
            (earlier->converses || iw_verb_waits(order->verb, earlier->verb) ||
             (order->nameless != NULL && order->nameless == earlier->nameless)))
            return true;
    return false;
}

/* RFC 7888 §4, §5, and RFC 7889 §4: beyond 4096 octets only where the server has said how much it
 * takes, so that one which is too large is refused before it is sent. */
static void decide_literals(struct iw_session *session)
{
    uint64_t known = iw_capabilities_number(&session->capabilities, "APPENDLIMIT=");
    bool plus = iw_session_has(session, "LITERAL+");
    session->queue.unasked =
        !session->options.asks_always && (plus || iw_session_offers(session, "LITERAL-"));
    session->queue.unasked_max = plus && known > UNASKED_MAX ? known : UNASKED_MAX;
}

static void begin(struct iw_session *session, struct iw_order *order)
{
    enum iw_verb_effect effect = order->verb == NULL ? IW_VERB_PLAIN : order->verb->effect;
    order->begun = session->now;
    order->lists_had = session->capabilities.changes;
    if (effect == IW_VERB_SELECT || effect == IW_VERB_EXAMINE) {
        bool examine = effect == IW_VERB_EXAMINE;
        session->selecting = true;
        session->coming = (struct mailbox){.wanted_read_only = examine, .read_only = examine};
    }
    decide_literals(session);
    if (!iw_queue_begin(&session->queue, order))
        lose_queue(session);
}

/* Sends whatever need not wait any longer. */
static void begin_queued(struct iw_session *session)
{
    struct iw_order *order;
    if (session->state == IW_SESSION_GREETING || session->turn != TURN_NONE)
        return;
    while (!session->lost && (order = iw_queue_next(&session->queue)) != NULL) {
        if (must_wait(session, order))
            return;
        if (iw_verb_legal(order->verb, session->state))
            begin(session, order);
        else
            order->state = IW_ORDER_REFUSED;
    }
}

/* "command FETCH illegal in state AUTH, only allowed in states SELECTED", as imaplib has it. */
static enum iw_result refuse(const struct iw_session *session, const struct iw_order *order,
                             struct iw_error *error)
{
    char states[80];
    iw_verb_name_states(order->verb, states, sizeof states);
    return iw_failf(error, IW_SYNTAX, "command %s illegal in state %s, only allowed in states %s",
                    order->name, iw_session_state_name(session->state), states);
}

enum iw_result iw_session_submit(struct iw_session *session, const struct iw_request *request,
                                 uint64_t now, unsigned *label, struct iw_error *error)
{
    struct iw_order *order = NULL;
    if (session->lost)
        return iw_failf(error, IW_CLOSED, "%s", session->loss.detail);
    session->now = now;
    if (session->queue.first == NULL && session->state != IW_SESSION_GREETING)
        session->heard = now;
    enum iw_result result = iw_queue_add(&session->queue, request, &order, error);
    if (result != IW_OK)
        return result;
    *label = order->label;
    begin_queued(session);
    if (order->state != IW_ORDER_REFUSED)
        return IW_OK;
    result = refuse(session, order, error);
    iw_queue_remove(&session->queue, order);
    return result;
}

enum iw_result iw_session_answer(struct iw_session *session, unsigned label, struct iw_span line,
                                 struct iw_error *error)
{
    struct iw_order *order = iw_queue_find_label(&session->queue, label);
    if (order == NULL || !order->asked)
        return iw_failf(error, IW_SYNTAX, "an answer that was not asked for");
    enum iw_result result = iw_queue_line(&session->queue, line, error);
    if (result != IW_OK)
        return result;
    order->asked = false;
    if (rests(order))
        order->begun = session->now;
    return IW_OK;
}

struct iw_span iw_session_pending(const struct iw_session *session)
{
    return session->lost ? iw_span(NULL, 0) : iw_queue_pending(&session->queue);
}

void iw_session_consumed(struct iw_session *session, size_t octets, uint64_t now)
{
    session->now = now;
    session->heard = now;
    if (!iw_queue_consumed(&session->queue, octets))
        lose_queue(session);
    begin_queued(session);
}

static void go_on(struct iw_session *session, uint64_t now)
{
    session->now = now;
    session->heard = now;
    session->turn = TURN_NONE;
    begin_queued(session);
}

void iw_session_secured(struct iw_session *session, uint64_t now)
{
    iw_framer_take_rest(&session->framer);
    iw_capabilities_forget(&session->capabilities);
    go_on(session, now);
}

struct iw_span iw_session_take_rest(struct iw_session *session)
{
    return iw_framer_take_rest(&session->framer);
}

void iw_session_compressed(struct iw_session *session, uint64_t now)
{
    go_on(session, now);
}

/* ---- response codes ---- */

/* READ-ONLY and READ-WRITE speak of the mailbox that is being selected, else of the selected one
 * (RFC 9051 §7.1). */
static void take_mailbox_code(struct iw_session *session, const struct iw_code *code)
{
    bool read_only = iw_code_is(code, "READ-ONLY");
    if (!read_only && !iw_code_is(code, "READ-WRITE"))
        return;
    if (session->selecting)
        session->coming.read_only = read_only;
    else if (session->state == IW_SESSION_SELECTED)
        session->mailbox.read_only = read_only;
}

static void learn(struct iw_session *session, const struct iw_span *names, size_t count)
{
    if (!iw_capabilities_learn(&session->capabilities, names, count))
        lose_memory(session);
}

static void take_capability_code(struct iw_session *session, const struct iw_code *code)
{
    if (iw_code_is(code, "CAPABILITY"))
        learn(session, code->names, code->name_count);
}

/* ENABLED that no ENABLE has asked for changes nothing (RFC 9051 §7.2.1). */
static void take_enabled(struct iw_session *session, const struct iw_names *names)
{
    static const struct {
        const char *name;
        unsigned bits;
    } features[] = {
        {"CONDSTORE", IW_SESSION_CONDSTORE}, {"QRESYNC", IW_SESSION_QRESYNC | IW_SESSION_CONDSTORE},
        {"UTF8=ACCEPT", IW_SESSION_UTF8},    {"UTF8=ONLY", IW_SESSION_UTF8},
        {"IMAP4rev2", IW_SESSION_REV2},      {"UIDONLY", IW_SESSION_UIDONLY},
    };
    if (!iw_queue_awaits(&session->queue, "ENABLE"))
        return;
    for (size_t i = 0; i < names->count; i++)
        for (size_t k = 0; k < sizeof features / sizeof *features; k++)
            if (iw_span_equal_nocase(names->names[i], iw_span_of(features[k].name)))
                session->enabled |= features[k].bits;
}

/* ---- events ---- */

static void take_bye(struct iw_session *session, struct iw_span text)
{
    const struct iw_order *order = iw_queue_find_state(&session->queue, IW_ORDER_SENT);
    struct iw_span kept = iw_span_part(text, 0, sizeof session->bye);
    if (kept.length > 0)
        memcpy(session->bye, kept.data, kept.length);
    session->bye_length = kept.length;
    session->said_bye = true;
    session->bye_at = session->now;
    session->state = IW_SESSION_LOGOUT;
    if (order == NULL)
        lose(session, IW_CLOSED, "", iw_span(NULL, 0));
}

/* greeting = "*" SP (resp-cond-auth / resp-cond-bye) CRLF */
static bool on_greeting(struct iw_session *session, struct iw_session_event *event)
{
    const struct iw_response *response = event->response;
    bool is_state = response != NULL && response->kind == IW_RESPONSE_STATE;
    if (!is_state || (response->state != IW_STATE_OK && response->state != IW_STATE_PREAUTH)) {
        lose(session, IW_SYNTAX, "invalid greeting", iw_span_without_crlf(session->frame.bytes));
        if (is_state && response->state == IW_STATE_BYE)
            take_bye(session, response->text.text);
        return false;
    }
    bool known = response->state == IW_STATE_PREAUTH;
    session->state = known ? IW_SESSION_AUTH : IW_SESSION_NONAUTH;
    take_capability_code(session, &response->text.code);
    begin_queued(session);
    event->kind = IW_SESSION_GREETED;
    return true;
}

static void complete_select(struct iw_session *session, enum iw_state outcome)
{
    session->selecting = false;
    if (outcome == IW_STATE_OK) {
        session->state = IW_SESSION_SELECTED;
        session->mailbox = session->coming;
    } else if (outcome == IW_STATE_NO) {
        session->state = IW_SESSION_AUTH;
    }
}

/* LOGIN, or UNAUTHENTICATE (RFC 8437 §3): a list that has come in the meantime stays. */
static void complete_login(struct iw_session *session, const struct iw_order *order,
                           enum iw_session_state state)
{
    session->state = state;
    session->enabled = 0;
    if (session->capabilities.changes == order->lists_had)
        iw_capabilities_forget(&session->capabilities);
}

/* What the tagged response of an order changes (RFC 9051 §3). */
static void complete(struct iw_session *session, const struct iw_order *order,
                     enum iw_state outcome)
{
    enum iw_verb_effect effect = order->verb == NULL ? IW_VERB_PLAIN : order->verb->effect;
    bool ok = outcome == IW_STATE_OK;
    if (effect == IW_VERB_SELECT || effect == IW_VERB_EXAMINE)
        complete_select(session, outcome);
    else if (effect == IW_VERB_TLS && ok)
        session->turn = TURN_TLS;
    else if (effect == IW_VERB_DEFLATE && ok)
        session->turn = TURN_DEFLATE;
    else if (effect == IW_VERB_LOGIN && ok)
        complete_login(session, order, IW_SESSION_AUTH);
    else if (effect == IW_VERB_REVERT && ok)
        complete_login(session, order, IW_SESSION_NONAUTH);
    else if (effect == IW_VERB_CLOSE)
        session->state = IW_SESSION_AUTH; /* refused too: nothing is selected, or nothing is lost */
    else if (effect == IW_VERB_LOGOUT && ok)
        session->state = IW_SESSION_LOGOUT;
    session->logged_out = effect == IW_VERB_LOGOUT && ok;
}

static bool on_tagged(struct iw_session *session, struct iw_session_event *event)
{
    const struct iw_response *response = event->response;
    struct iw_order *order = iw_queue_find_tag(&session->queue, response->tag);
    if (order == NULL) {
        lose(session, IW_SYNTAX, "unexpected tagged response",
             iw_span_without_crlf(session->frame.bytes));
        return false;
    }
    take_mailbox_code(session, &response->text.code);
    complete(session, order, response->state);
    take_capability_code(session, &response->text.code);
    if (session->turn == TURN_TLS && iw_framer_held(&session->framer) > 0) {
        lose(session, IW_SYNTAX, "octets in clear behind the OK of STARTTLS", iw_span(NULL, 0));
        return false;
    }
    event->kind = IW_SESSION_DONE;
    event->label = order->label;
    event->verb = order->verb;
    if (order == session->queue.sending && !iw_queue_cut_short(&session->queue))
        lose_queue(session);
    iw_queue_remove(&session->queue, order);
    bool idle = iw_queue_find_state(&session->queue, IW_ORDER_SENT) == NULL;
    if (session->said_bye && !session->logged_out && idle)
        lose(session, IW_CLOSED, "", iw_span(NULL, 0));
    begin_queued(session);
    return true;
}

/* False: the "+" was for a literal and is used up. */
static bool on_continue(struct iw_session *session, struct iw_session_event *event)
{
    if (session->queue.waits) {
        if (!iw_queue_go_on(&session->queue))
            lose_queue(session);
        begin_queued(session);
        return false;
    }
    struct iw_order *order = iw_queue_conversing(&session->queue);
    if (order == NULL)
        return true;
    order->asked = true;
    event->kind = IW_SESSION_CONTINUE;
    event->label = order->label;
    event->verb = order->verb;
    return true;
}

static void on_state(struct iw_session *session, const struct iw_response *response)
{
    take_mailbox_code(session, &response->text.code);
    if (response->state == IW_STATE_OK)
        take_capability_code(session, &response->text.code);
    if (response->state == IW_STATE_BYE)
        take_bye(session, response->text.text);
}

/* ---- reading ---- */

/* Sets event->response. False: no memory. */
static bool read_response(struct iw_session *session, struct iw_session_event *event)
{
    struct iw_arena *arena = session->options.values;
    if (arena == NULL) {
        arena = &session->own;
        iw_arena_reset(arena);
    } else {
        session->frame.bytes = iw_arena_copy(arena, session->frame.bytes);
        if (session->frame.bytes.data == NULL)
            return false;
    }
    static const uint64_t no_stray_line = IW_LENIENT_ALL & ~((uint64_t)1 << IW_LENIENT_STRAY_LINE);
    struct iw_lenient lenient = {.allowed = session->options.strict ? 0 : no_stray_line};
    enum iw_result result = iw_parse_response(&session->frame, arena, &session->limits, &lenient,
                                              &session->response, &event->error);
    event->frame = &session->frame;
    event->leniencies = lenient.used;
    if (result == IW_OK || iw_salvage(session->frame.bytes, &session->response))
        event->response = &session->response;
    return result != IW_NO_MEMORY;
}

/* True: the event is for the caller. */
static bool on_frame(struct iw_session *session, struct iw_session_event *event)
{
    event->kind = IW_SESSION_RESPONSE;
    if (!read_response(session, event)) {
        lose_memory(session);
        return false;
    }
    if (session->state == IW_SESSION_GREETING)
        return on_greeting(session, event);
    bool behind_literal = session->behind_literal;
    session->behind_literal = iw_salvage_expects_rest(&session->frame);
    if (event->response == NULL && behind_literal && iw_salvage_is_blank(session->frame.bytes)) {
        session->behind_literal = true;
        return false;
    }
    if (event->response == NULL) {
        bool known = iw_span_starts(session->frame.bytes, IW_SPAN("* ")) || behind_literal;
        if (!known)
            lose(session, IW_SYNTAX, "unexpected response",
                 iw_span_without_crlf(session->frame.bytes));
        return known;
    }
    switch (event->response->kind) {
    case IW_RESPONSE_TAGGED:
        return on_tagged(session, event);
    case IW_RESPONSE_CONTINUE:
        return on_continue(session, event);
    case IW_RESPONSE_STATE:
        on_state(session, event->response);
        return true;
    case IW_RESPONSE_ENABLED:
        take_enabled(session, &event->response->capabilities);
        return true;
    case IW_RESPONSE_CAPABILITY:
        learn(session, event->response->capabilities.names, event->response->capabilities.count);
        return true;
    default:
        return true;
    }
}

/* ---- in ---- */

void iw_session_receive(struct iw_session *session, struct iw_span octets, uint64_t now)
{
    session->now = now;
    session->heard = now;
    if (session->lost || octets.length == 0)
        return;
    if (session->turn == TURN_TLS)
        lose(session, IW_SYNTAX, "octets in clear behind the OK of STARTTLS", iw_span(NULL, 0));
    else if (session->turn == TURN_DEFLATE)
        lose(session, IW_SYNTAX, "octets for a stream that is not compressed yet",
             iw_span(NULL, 0));
    else
        iw_framer_feed(&session->framer, octets);
}

void iw_session_closed(struct iw_session *session, const struct iw_error *reason)
{
    if (session->closed)
        return;
    session->closed = true;
    if (reason != NULL)
        session->end = *reason;
}

/* The framer has nothing whole left, and nothing more will come. */
static void end_stream(struct iw_session *session)
{
    bool inside = iw_framer_held(&session->framer) > 0;
    enum iw_result code = session->end.code == IW_OK ? IW_CLOSED : session->end.code;
    lose(session, code, inside ? "connection closed inside a response" : "connection closed",
         iw_span_of(session->end.detail));
}

/* A command whose turn came in a state that does not allow it. */
static bool give_refused(struct iw_session *session, struct iw_session_event *event)
{
    struct iw_order *order = iw_queue_find_state(&session->queue, IW_ORDER_REFUSED);
    if (order == NULL)
        return false;
    event->kind = IW_SESSION_REFUSED;
    event->label = order->label;
    event->verb = order->verb;
    refuse(session, order, &event->error);
    iw_queue_remove(&session->queue, order);
    return true;
}

/* IW_OK: *event is set; IW_MORE: nothing has happened; IW_CLOSED: the session is lost. */
static enum iw_result next_frame(struct iw_session *session, struct iw_session_event *event)
{
    while (!session->lost) {
        *event = (struct iw_session_event){.kind = IW_SESSION_DROPPED};
        enum iw_result result = IW_MORE;
        if (session->turn == TURN_NONE)
            result = iw_framer_next(&session->framer, &session->frame, &event->error);
        if (result == IW_OK && on_frame(session, event))
            return IW_OK;
        if (result == IW_OK)
            continue;
        if (result == IW_LIMIT && session->state != IW_SESSION_GREETING)
            return IW_OK;
        if (result == IW_MORE && (!session->closed || session->logged_out))
            return IW_MORE;
        if (result == IW_MORE)
            end_stream(session);
        else if (result == IW_LIMIT)
            lose(session, IW_LIMIT, "the greeting is too long", iw_span(NULL, 0));
        else
            lose_memory(session);
    }
    return IW_CLOSED;
}

enum iw_result iw_session_next(struct iw_session *session, struct iw_session_event *event)
{
    *event = (struct iw_session_event){.label = 0};
    if (!session->lost && give_refused(session, event))
        return IW_OK;
    enum iw_result result = next_frame(session, event);
    if (result != IW_CLOSED)
        return result;
    *event = (struct iw_session_event){.kind = IW_SESSION_LOST, .error = session->loss};
    if (session->told)
        return IW_MORE;
    session->told = true;
    return IW_OK;
}

/* ---- time ---- */

static uint64_t earlier_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t iw_session_deadline(const struct iw_session *session)
{
    const struct iw_session_options *options = &session->options;
    bool greeting = session->state == IW_SESSION_GREETING;
    uint64_t begun = greeting ? session->begun : UINT64_MAX;
    uint64_t deadline = UINT64_MAX;
    if (session->lost || session->logged_out)
        return deadline;
    for (const struct iw_order *order = session->queue.first; order != NULL; order = order->next)
        if (order->state == IW_ORDER_SENDING ||
            (order->state == IW_ORDER_SENT && !(order->asked && rests(order))))
            begun = earlier_of(begun, order->begun);
    if (begun != UINT64_MAX)
        deadline = earlier_of(after(begun, options->command_ms),
                              after(session->heard, options->silence_ms));
    if (session->said_bye)
        deadline = earlier_of(deadline, after(session->bye_at, options->bye_ms));
    return deadline;
}

void iw_session_tick(struct iw_session *session, uint64_t now)
{
    session->now = now;
    if (now >= iw_session_deadline(session))
        lose(session, IW_TIMEOUT, "no answer in time", iw_span(NULL, 0));
}

/* ---- what is known ---- */

enum iw_session_state iw_session_state(const struct iw_session *session)
{
    return session->state;
}

bool iw_session_knows_capabilities(const struct iw_session *session)
{
    return session->capabilities.known;
}

struct iw_span iw_session_capabilities(const struct iw_session *session)
{
    struct iw_span names = iw_buf_span(&session->capabilities.names);
    return names.length < 2 ? iw_span("", 0) : iw_span_part(names, 1, names.length - 1);
}

bool iw_session_has(const struct iw_session *session, const char *capability)
{
    return iw_capabilities_have(&session->capabilities, capability);
}

bool iw_session_offers(const struct iw_session *session, const char *capability)
{
    return iw_capabilities_include(&session->capabilities, capability);
}

unsigned iw_session_enabled(const struct iw_session *session)
{
    return session->enabled;
}

bool iw_session_speaks_utf8(const struct iw_session *session)
{
    return (session->enabled & (IW_SESSION_UTF8 | IW_SESSION_REV2)) != 0;
}

bool iw_session_read_only(const struct iw_session *session)
{
    return session->state == IW_SESSION_SELECTED && session->mailbox.read_only;
}

bool iw_session_turned_read_only(const struct iw_session *session)
{
    return iw_session_read_only(session) && !session->mailbox.wanted_read_only;
}

struct iw_span iw_session_bye(const struct iw_session *session)
{
    return session->said_bye ? iw_span(session->bye, session->bye_length) : iw_span(NULL, 0);
}
