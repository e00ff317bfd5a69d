/* SPDX-License-Identifier: MIT */
#include "conformance/talk.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_OCTETS_MAX = 4096, ASTRING_PARTS = 4 };

/* What the loop is run for. */
enum waiting { FOR_NOTHING, FOR_GREETING, FOR_REPLY, FOR_TLS };

struct iw_talk {
    struct iw_loop *loop;
    const struct iw_target *target;
    struct iw_session *session;
    struct iw_conn *conn; /* NULL: gone */
    bool connected;       /* it has been there */
    struct iw_timer *timer;

    enum waiting waiting;
    enum iw_result result; /* of what is waited for */
    struct iw_error error; /* likewise */
    unsigned label;        /* of the command that is waited for */
    enum iw_state state;   /* of its reply */
    struct iw_span answer; /* to its "+"; absent: none */
    iw_talk_response *response;
    void *context;
};

static void stop_waiting(struct iw_talk *talk, enum iw_result result)
{
    if (talk->waiting == FOR_NOTHING)
        return;
    talk->waiting = FOR_NOTHING;
    talk->result = result;
    iw_loop_stop(talk->loop);
}

static void take_greeting(struct iw_talk *talk, const struct iw_session_event *event)
{
    if (event->response == NULL)
        talk->error = event->error;
    else
        talk->state = event->response->state;
    if (talk->waiting == FOR_GREETING)
        stop_waiting(talk, event->response == NULL ? IW_SYNTAX : IW_OK);
}

static void take_reply(struct iw_talk *talk, const struct iw_session_event *event)
{
    if (event->label != talk->label)
        return;
    if (event->kind == IW_SESSION_REFUSED || event->response == NULL) {
        talk->error = event->error;
        stop_waiting(talk, IW_FATAL);
        return;
    }
    const struct iw_span text = event->response->text.text;
    talk->state = event->response->state;
    iw_failf(&talk->error, IW_OK, "%.*s", (int)(text.length < 150 ? text.length : 150),
             text.length > 0 ? text.data : "");
    stop_waiting(talk, IW_OK);
}

static void take_event(struct iw_talk *talk, const struct iw_session_event *event)
{
    switch (event->kind) {
    case IW_SESSION_GREETED:
        take_greeting(talk, event);
        break;
    case IW_SESSION_RESPONSE:
        if (talk->response != NULL && event->response != NULL)
            talk->response(talk->context, event->response);
        break;
    case IW_SESSION_CONTINUE:
        iw_session_answer(talk->session, event->label, talk->answer, NULL);
        break;
    case IW_SESSION_DONE:
    case IW_SESSION_REFUSED:
        take_reply(talk, event);
        break;
    case IW_SESSION_DROPPED:
        break;
    case IW_SESSION_LOST:
        talk->error = event->error;
        stop_waiting(talk, event->error.code);
        break;
    }
}

/* Takes what has happened, sends what is due, and sets the timer. */
static void pump(struct iw_talk *talk)
{
    struct iw_session_event event;
    while (iw_session_next(talk->session, &event) == IW_OK)
        take_event(talk, &event);
    for (;;) {
        const struct iw_span pending = iw_session_pending(talk->session);
        if (talk->conn == NULL || pending.length == 0)
            break;
        iw_conn_write(talk->conn, pending);
        iw_session_consumed(talk->session, pending.length, iw_loop_now(talk->loop));
    }
    iw_timer_set(talk->timer, iw_session_deadline(talk->session));
}

static void on_opened(void *context, struct iw_conn *conn)
{
    struct iw_talk *talk = context;
    (void)conn;
    talk->connected = true;
}

static void on_secured(void *context, struct iw_conn *conn)
{
    struct iw_talk *talk = context;
    (void)conn;
    iw_session_secured(talk->session, iw_loop_now(talk->loop));
    if (talk->waiting == FOR_TLS)
        stop_waiting(talk, IW_OK);
    pump(talk);
}

static void on_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    struct iw_talk *talk = context;
    (void)conn;
    iw_session_receive(talk->session, octets, iw_loop_now(talk->loop));
    pump(talk);
}

static void on_ended(void *context, struct iw_conn *conn, enum iw_conn_end end,
                     const struct iw_error *error)
{
    struct iw_talk *talk = context;
    (void)conn;
    talk->conn = NULL;
    iw_session_closed(talk->session, end == IW_CONN_FIN ? NULL : error);
    pump(talk);
    if (error != NULL && error->detail[0] != '\0' && talk->error.detail[0] == '\0')
        talk->error = *error;
    stop_waiting(talk, IW_CLOSED);
}

static const struct iw_conn_events conn_events = {on_opened, on_secured, on_received, on_ended};

static void on_timer(void *context)
{
    struct iw_talk *talk = context;
    iw_session_tick(talk->session, iw_loop_now(talk->loop));
    pump(talk);
    if (talk->waiting == FOR_TLS) /* the session does not watch a handshake */
        stop_waiting(talk, IW_TIMEOUT);
}

static enum iw_result wait_for(struct iw_talk *talk, enum waiting what, struct iw_error *error)
{
    if (talk->conn == NULL)
        return iw_failf(error, IW_CLOSED, "the connection is gone");
    talk->waiting = what;
    talk->error = (struct iw_error){0};
    pump(talk);
    if (what == FOR_TLS)
        iw_timer_set(talk->timer, iw_loop_now(talk->loop) + talk->target->step_ms);
    while (talk->waiting != FOR_NOTHING) /* a stop from before may end a run early */
        iw_loop_run(talk->loop);
    if (error != NULL && error->detail[0] == '\0')
        *error = talk->error;
    return talk->result;
}

static bool open_parts(struct iw_talk *talk, struct iw_error *error)
{
    const struct iw_target *target = talk->target;
    const struct iw_session_options options = {
        .silence_ms = target->step_ms,
        .command_ms = (uint64_t)target->step_ms * IW_TALK_COMMAND_STEPS,
        .bye_ms = target->step_ms,
    };
    talk->timer = iw_timer_new(talk->loop, on_timer, talk);
    talk->session = iw_session_new(&options, iw_loop_now(talk->loop));
    if (talk->timer == NULL || talk->session == NULL) {
        iw_failf(error, IW_NO_MEMORY, "no memory");
        return false;
    }
    talk->conn = iw_conn_connect(talk->loop, target->url.host, target->url.port,
                                 target->url.tls ? target->tls : NULL, &conn_events, talk, error);
    return talk->conn != NULL;
}

struct iw_talk *iw_talk_open(struct iw_loop *loop, const struct iw_target *target,
                             struct iw_error *error)
{
    struct iw_talk *talk = calloc(1, sizeof *talk);
    if (talk == NULL) {
        iw_failf(error, IW_NO_MEMORY, "no memory");
        return NULL;
    }
    talk->loop = loop;
    talk->target = target;
    if (!open_parts(talk, error) || wait_for(talk, FOR_GREETING, error) != IW_OK) {
        const bool never = !talk->connected && talk->result != IW_TIMEOUT;
        if (error != NULL)
            error->code = never ? IW_SYSTEM : talk->result;
        iw_talk_close(talk);
        return NULL;
    }
    return talk;
}

void iw_talk_close(struct iw_talk *talk)
{
    if (talk == NULL)
        return;
    if (talk->conn != NULL)
        iw_conn_close(talk->conn, IW_CLOSE_FIN);
    if (talk->timer != NULL)
        iw_timer_free(talk->timer);
    if (talk->session != NULL)
        iw_session_free(talk->session);
    free(talk);
}

enum iw_result iw_talk_command(struct iw_talk *talk, const struct iw_request *request,
                               iw_talk_response *response, void *context, enum iw_state *state,
                               struct iw_error *error)
{
    talk->response = response;
    talk->context = context;
    enum iw_result result =
        iw_session_submit(talk->session, request, iw_loop_now(talk->loop), &talk->label, error);
    if (result == IW_OK)
        result = wait_for(talk, FOR_REPLY, error);
    talk->response = NULL;
    *state = talk->state;
    return result;
}

enum iw_result iw_talk_secure(struct iw_talk *talk, struct iw_error *error)
{
    enum iw_state state;
    const struct iw_request request = {.name = "STARTTLS"};
    enum iw_result result = iw_talk_command(talk, &request, NULL, NULL, &state, error);
    if (result != IW_OK)
        return result;
    if (state != IW_STATE_OK)
        return IW_SYSTEM; /* error holds the server's words */
    if (error != NULL)
        *error = (struct iw_error){0};
    iw_conn_start_tls(talk->conn, talk->target->tls, talk->target->url.host);
    return wait_for(talk, FOR_TLS, error);
}

/* LOGIN SP userid SP password, both as literals, which carry every octet but NUL. */
static enum iw_result log_in_by_login(struct iw_talk *talk, enum iw_state *state,
                                      struct iw_error *error)
{
    const struct iw_part parts[ASTRING_PARTS] = {
        {false, IW_SPAN(" ")},
        {true, iw_span_of(talk->target->user)},
        {false, IW_SPAN(" ")},
        {true, iw_span_of(talk->target->password)},
    };
    const struct iw_request request = {"LOGIN", parts, ASTRING_PARTS, false};
    return iw_talk_command(talk, &request, NULL, NULL, state, error);
}

static enum iw_result log_in_by_plain(struct iw_talk *talk, enum iw_state *state,
                                      struct iw_error *error)
{
    struct iw_buf message;
    iw_buf_init(&message, NULL, TEXT_OCTETS_MAX);
    iw_target_plain(talk->target, &message);
    talk->answer = iw_buf_span(&message);
    const struct iw_part parts[] = {{false, IW_SPAN(" PLAIN")}};
    const struct iw_request request = {"AUTHENTICATE", parts, 1, true};
    const enum iw_result result = iw_talk_command(talk, &request, NULL, NULL, state, error);
    talk->answer = (struct iw_span){NULL, 0};
    iw_buf_release(&message);
    return result;
}

enum iw_result iw_talk_log_in(struct iw_talk *talk, enum iw_state *state, struct iw_error *error)
{
    return talk->target->auth == IW_AUTH_PLAIN ? log_in_by_plain(talk, state, error)
                                               : log_in_by_login(talk, state, error);
}

const struct iw_session *iw_talk_session(const struct iw_talk *talk)
{
    return talk->session;
}
