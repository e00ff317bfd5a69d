/* SPDX-License-Identifier: MIT */
/* The client's end of one IMAP connection, without I/O and without a clock (RFC 9051 §3, §7, §11):
 * octets and the time come in, events and octets to be sent go out.
 *
 *     iw_session_receive(session, octets, now);
 *     while (iw_session_next(session, &event) == IW_OK)
 *         …
 *     send iw_session_pending(session), then tell iw_session_consumed
 *
 * Times are milliseconds of any steady clock. The session knows which command each response
 * completes, sends synchronising literals when the server asks for them, and keeps the state, the
 * capabilities and whether the mailbox is read-only. Nothing that a server sends trips an assert.
 *
 * Ownership: what an event points to is valid until the next call of iw_session_next. When
 * options.values is given, octets and values behind a copy of *event.response are valid until that
 * arena is reset. Pending octets are valid until the next call on the session. A request's literals
 * are borrowed until its event has come. */
#ifndef IW_CLIENT_SESSION_H
#define IW_CLIENT_SESSION_H

#include "base/arena.h"
#include "client/queue.h"
#include "parser/response.h"

struct iw_session;

/* Zero stands for the default of each. */
struct iw_session_options {
    const struct iw_limits *limits; /* copied; iw_limits_default */
    const struct iw_alloc *alloc;
    struct iw_arena *values; /* frames and values are kept here; the caller resets it */
    const char *tag;         /* prefix of all tags, 1 to 11 letters; "iw" */
    uint64_t silence_ms;     /* nothing comes while something is awaited; 60 000 */
    uint64_t command_ms;     /* one command, however busy the line is; 3 600 000 */
    uint64_t bye_ms;         /* a server that said BYE goes on talking; 2 000 */
    bool strict;             /* no leniency of the grammar is allowed; false: all are */
};

enum iw_session_event_kind {
    IW_SESSION_GREETED,  /* response: OK or PREAUTH */
    IW_SESSION_RESPONSE, /* untagged data, or a "+" that nobody waits for */
    IW_SESSION_CONTINUE, /* label converses: answer with iw_session_answer */
    IW_SESSION_DONE,     /* label is complete; response: the tagged one */
    IW_SESSION_REFUSED,  /* label was not sent: the state did not allow it when its turn came */
    IW_SESSION_DROPPED,  /* a response was over a limit and is not here; the session goes on */
    IW_SESSION_LOST      /* the last event: BYE, the end of the stream, time, nonsense, memory */
};

struct iw_session_event {
    enum iw_session_event_kind kind;
    unsigned label;                     /* CONTINUE, DONE, REFUSED; else 0 */
    const struct iw_verb *verb;         /* of label's command; NULL: not in the table */
    const struct iw_frame *frame;       /* all that have a response */
    const struct iw_response *response; /* NULL: the frame is there, but not to be understood. With
                                           an error: only the state and the rest as text */
    uint64_t leniencies;                /* bits 1 << enum iw_leniency used to read it */
    struct iw_error error; /* what the reader did not like; why it was refused, dropped, lost */
};

/* NULL: no memory. The server speaks first, from now on. */
struct iw_session *iw_session_new(const struct iw_session_options *options, uint64_t now);
void iw_session_free(struct iw_session *session);

/* ---- in ---- */

/* Borrows octets until iw_session_next has returned IW_MORE; only then may this be called again. */
void iw_session_receive(struct iw_session *session, struct iw_span octets, uint64_t now);
/* The stream has ended: at its end when reason is NULL. */
void iw_session_closed(struct iw_session *session, const struct iw_error *reason);
void iw_session_tick(struct iw_session *session, uint64_t now);
/* When iw_session_tick must be called; UINT64_MAX: nothing is awaited. */
uint64_t iw_session_deadline(const struct iw_session *session);

/* IW_OK: *event is set. IW_MORE: nothing else has happened. */
enum iw_result iw_session_next(struct iw_session *session, struct iw_session_event *event);

/* ---- out ---- */

/* IW_OK: *label is the command's from now on, and one event with it will come unless the session is
 * lost. It is sent at once, or when what it must wait for is complete. Else nothing is sent:
 * IW_SYNTAX, the texts are not fit for a line, or the state does not allow the command; IW_CLOSED,
 * the session is lost; IW_LIMIT; IW_NO_MEMORY. */
enum iw_result iw_session_submit(struct iw_session *session, const struct iw_request *request,
                                 uint64_t now, unsigned *label, struct iw_error *error);
/* One line for a command that converses and has been asked; IW_SYNTAX also when it was not. */
enum iw_result iw_session_answer(struct iw_session *session, unsigned label, struct iw_span line,
                                 struct iw_error *error);
struct iw_span iw_session_pending(const struct iw_session *session);
void iw_session_consumed(struct iw_session *session, size_t octets, uint64_t now);

/* The handshake after STARTTLS's OK is done; until then nothing is sent, and any octet received
 * ends the session. */
void iw_session_secured(struct iw_session *session, uint64_t now);

/* ---- what is known ---- */

enum iw_session_state iw_session_state(const struct iw_session *session);
bool iw_session_knows_capabilities(const struct iw_session *session);
/* Upper case, separated by single SP. */
struct iw_span iw_session_capabilities(const struct iw_session *session);
bool iw_session_has(const struct iw_session *session, const char *capability);
/* Of the selected mailbox. */
bool iw_session_read_only(const struct iw_session *session);
/* The mailbox was selected to be written to, and is, or has become, read-only. */
bool iw_session_turned_read_only(const struct iw_session *session);
/* The text of a BYE; absent: none has come. */
struct iw_span iw_session_bye(const struct iw_session *session);

#endif
