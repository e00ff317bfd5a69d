/* SPDX-License-Identifier: MIT */
/* A small IMAP4rev1 server that answers honestly but knows little: what carries a client to the
 * point where a scenario begins, and what rules act upon. It stands where the embedded engine will
 * stand, and has no ENVELOPE, no BODYSTRUCTURE and no COPY.
 *
 * struct iw_canned is the world all connections of one host share; a session is one connection's
 * state. Both are pure: a command goes in, the octets of the answer come out, whole response lines
 * with CRLF, the tagged one last. What must happen after these octets are sent stands in the
 * session's starts_tls and closes. */
#ifndef IW_MOCKSERVER_CANNED_H
#define IW_MOCKSERVER_CANNED_H

#include "mockserver/mailboxes.h"
#include "parser/command.h"
#include "script/scenario.h"

struct iw_canned_user {
    struct iw_span name, password;
};

struct iw_canned {
    const struct iw_scenario *scenario; /* borrowed; NULL: the default world */
    struct iw_canned_user first_user;   /* what ${user} and ${password} stand for */
    struct iw_mailboxes boxes;
    bool starttls; /* offered where the connection is in clear */
};

enum iw_canned_state {
    IW_CANNED_NOT_AUTHENTICATED = 1 << 0,
    IW_CANNED_AUTHENTICATED = 1 << 1,
    IW_CANNED_SELECTED = 1 << 2,
    IW_CANNED_LOGOUT = 1 << 3
};

enum iw_canned_wait { IW_CANNED_COMMAND, IW_CANNED_SASL_LINE, IW_CANNED_DONE_LINE };

struct iw_canned_session {
    struct iw_canned *canned;
    enum iw_canned_state state;
    enum iw_canned_wait wait; /* what the client's next line is */
    bool secure;
    bool starts_tls;     /* the answer just given ends with the TLS handshake */
    bool closes;         /* … with the end of the connection */
    struct iw_span user; /* logged in as; absent: not */
    struct iw_mailbox *selected;
    bool read_only;
    uint32_t recent_uid; /* messages from this UID on are recent in this session */
    uint32_t *view;      /* UIDs by message number: what the client has been told */
    size_t view_count, view_capacity;
};

/* user and password: NULL stands for the scenario's first given user, else "user" and "secret".
 * False: no memory. */
bool iw_canned_init(struct iw_canned *canned, const struct iw_scenario *scenario, const char *user,
                    const char *password);
void iw_canned_release(struct iw_canned *canned);

void iw_canned_session_init(struct iw_canned_session *session, struct iw_canned *canned,
                            bool secure);
void iw_canned_session_release(struct iw_canned_session *session);
void iw_canned_secured(struct iw_canned_session *session);
/* Logs the first user in without a word: a scenario has told the client so. */
void iw_canned_admit(struct iw_canned_session *session);
/* The client was told NO where the answer to this command was OK: as if it had never come. */
void iw_canned_take_back(struct iw_canned_session *session, enum iw_command_kind kind);
/* Opens INBOX, or the first mailbox there is, without a word. */
void iw_canned_open_first(struct iw_canned_session *session);

void iw_canned_greet(struct iw_canned_session *session, struct iw_buf *out);
/* frame is what command was read from. */
void iw_canned_answer(struct iw_canned_session *session, const struct iw_command *command,
                      const struct iw_frame *frame, struct iw_buf *out);
/* The line that session->wait asks for, without CRLF; tag is that of the command it belongs to. */
void iw_canned_line(struct iw_canned_session *session, struct iw_span tag, struct iw_span line,
                    struct iw_buf *out);

/* A command that this server knows and that may come in this state. */
bool iw_canned_fits(const struct iw_canned_session *session, const struct iw_command *command);

#endif
