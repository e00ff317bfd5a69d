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
 * Twice the stream changes its nature: STARTTLS, COMPRESS, and nothing is sent or understood
 * in between. After STARTTLS's OK the caller does the handshake and says iw_session_secured; after
 * that of COMPRESS it takes what has come behind it, compressed, by iw_session_take_rest, and says
 * iw_session_compressed.
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
    struct iw_arena *values;            /* frames and values are kept here; the caller resets it */
    const char *tag;                    /* prefix of all tags, 1 to 11 letters; "iw" */
    struct iw_literal_handler literals; /* of responses; all are kept */
    uint64_t silence_ms;                /* nothing comes while something is awaited; 60 000 */
    uint64_t command_ms;                /* one command, however busy the line is; 3 600 000 */
    uint64_t bye_ms;                    /* a server that said BYE goes on talking; 2 000 */
    bool strict;                        /* no leniency of the grammar is allowed; false: all are */
    bool asks_always; /* no literal goes before its "+", whatever the server offers */
};

enum iw_session_event_kind {
    IW_SESSION_GREETED,  /* response: OK or PREAUTH */
    IW_SESSION_RESPONSE, /* untagged data, a "+" that nobody waits for, or, not to be understood,
                            what a stray line end behind a literal has cut off of a response */
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

enum iw_session_feature {
    IW_SESSION_CONDSTORE = 1 << 0, /* RFC 7162; QRESYNC includes it */
    IW_SESSION_QRESYNC = 1 << 1,
    IW_SESSION_UTF8 = 1 << 2,   /* RFC 9755 */
    IW_SESSION_REV2 = 1 << 3,   /* RFC 9051 */
    IW_SESSION_UIDONLY = 1 << 4 /* RFC 9586 */
};

/* NULL: no memory. The server speaks first, from now on. */
struct iw_session *iw_session_new(const struct iw_session_options *options, uint64_t now);
void iw_session_free(struct iw_session *session);

/* ---- in ---- */

/* Borrows octets until iw_session_next has returned IW_MORE; only then may this be called again.
 * Behind the OK of COMPRESS they stay borrowed until iw_session_compressed. */
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

/* The handshake after STARTTLS's OK is done; until then any octet received ends the session. */
void iw_session_secured(struct iw_session *session, uint64_t now);

/* What has come behind the OK of COMPRESS; valid until the next call. Then the stream is compressed
 * both ways: what is received and pending from now on is the plain side of it. */
struct iw_span iw_session_take_rest(struct iw_session *session);
void iw_session_compressed(struct iw_session *session, uint64_t now);

/* ---- what is known ---- */

enum iw_session_state iw_session_state(const struct iw_session *session);
bool iw_session_knows_capabilities(const struct iw_session *session);
/* Upper case, separated by single SP. */
struct iw_span iw_session_capabilities(const struct iw_session *session);
bool iw_session_has(const struct iw_session *session, const char *capability);
/* The same, or the server has IMAP4rev2 and that includes it (RFC 9051 appendix E). */
bool iw_session_offers(const struct iw_session *session, const char *capability);
/* Bits of enum iw_session_feature: what ENABLED has named since the login. */
unsigned iw_session_enabled(const struct iw_session *session);
/* Names and other strings are UTF-8, no modified UTF-7: one of UTF8=ACCEPT and IMAP4rev2 is
 * enabled (RFC 9755 §3, RFC 9051 §5.1). */
bool iw_session_speaks_utf8(const struct iw_session *session);
/* Of the selected mailbox. */
bool iw_session_read_only(const struct iw_session *session);
/* The mailbox was selected to be written to, and is, or has become, read-only. */
bool iw_session_turned_read_only(const struct iw_session *session);
/* The text of a BYE; absent: none has come. */
struct iw_span iw_session_bye(const struct iw_session *session);

#endif
