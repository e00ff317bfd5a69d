/* SPDX-License-Identifier: MIT */
/* One connection's state in the engine, and the way of a command through it. */
#ifndef IW_MOCKSERVER_ENGINE_SESSION_H
#define IW_MOCKSERVER_ENGINE_SESSION_H

#include "mockserver/engine/engine.h"
#include "mockserver/engine/mime_casemap.h"
#include "mockserver/engine/view.h"
#include "parser/command.h"

enum iw_engine_state {
    IW_ENGINE_NOT_AUTHENTICATED = 1 << 0,
    IW_ENGINE_AUTHENTICATED = 1 << 1,
    IW_ENGINE_SELECTED = 1 << 2,
    IW_ENGINE_LOGOUT = 1 << 3
};

/* What a client has enabled, by ENABLE or by what it did (RFC 7162 §3.1). */
enum iw_engine_enabled {
    IW_ENABLED_CONDSTORE = 1 << 0,
    IW_ENABLED_QRESYNC = 1 << 1, /* CONDSTORE, too */
    IW_ENABLED_UTF8 = 1 << 2,
    IW_ENABLED_REV2 = 1 << 3,
    IW_ENABLED_METADATA = 1 << 4,        /* to be told of mailboxes' annotations */
    IW_ENABLED_METADATA_SERVER = 1 << 5, /* of the server's */
    IW_ENABLED_UIDONLY = 1 << 6          /* no message numbers (RFC 9586) */
};

struct iw_command_type;
struct iw_context;
struct iw_notifier;
struct iw_run;
struct iw_sasl;

enum { IW_BINDING_MAX = 64 };

/* What names the TLS connection to both of its ends (sasl/sasl.h). */
struct iw_engine_binding {
    bool unique; /* tls-unique, else tls-exporter */
    char octets[IW_BINDING_MAX];
    size_t length; /* 0: there is none */
};

struct iw_engine_session {
    struct iw_engine *engine;
    enum iw_engine_state state;
    bool secure;
    struct iw_engine_binding binding;
    bool starts_tls;      /* the answer just given ends with the TLS handshake */
    bool starts_deflate;  /* … with the beginning of compression */
    bool compressed;      /* that is on */
    bool closes;          /* … with the end of the connection */
    char certified[256];  /* whom TLS has proven, for EXTERNAL; "": nobody */
    struct iw_user *user; /* NULL: not logged in */
    unsigned enabled;
    enum iw_collation collation; /* of searches and sorts (RFC 5255 §4) */
    struct iw_view view;
    uint64_t server_annotations; /* changes of them up to here have been told */
    struct iw_set saved;         /* UIDs that "$" stands for (RFC 5182), in saved_arena */
    struct iw_arena saved_arena;
    struct iw_notifier *notifier; /* what NOTIFY has asked for; NULL: it never came; owned */
    struct iw_context *contexts;  /* results to be kept up to date; the newest first; owned */

    /* The command in progress. */
    const struct iw_command_type *current; /* NULL: none */
    const struct iw_command *command;      /* borrowed; NULL once a line has been asked for */
    struct iw_buf tag;
    struct iw_arena arena;
    struct iw_arena scratch; /* for what lasts shorter; the command function resets it */
    void *memory;            /* the command function's own */
    bool wants_line;         /* the client's next line belongs to it */
    bool keeps_numbers;      /* no EXPUNGE while it runs */
    bool idles;              /* it is IDLE: news are told at once */
    int64_t told;            /* when it began, or INPROGRESS was told last; Unix seconds */
    struct iw_sasl *sasl;    /* of AUTHENTICATE; owned */
};

void iw_engine_session_init(struct iw_engine_session *session, struct iw_engine *engine,
                            bool secure);
void iw_engine_session_release(struct iw_engine_session *session);

void iw_engine_session_greet(struct iw_engine_session *session, struct iw_buf *out);

/* Adds the answer to out, whole response lines, the tagged one last; but if then
 * iw_engine_session_is_busy, only the first piece of it: iw_engine_session_go_on adds the next.
 * Till then the command and what it was read from must stay. */
void iw_engine_session_answer(struct iw_engine_session *session, const struct iw_command *command,
                              struct iw_buf *out);
bool iw_engine_session_is_busy(const struct iw_engine_session *session);
void iw_engine_session_go_on(struct iw_engine_session *session, struct iw_buf *out);
/* While session->wants_line: the line, without CRLF. */
void iw_engine_session_line(struct iw_engine_session *session, struct iw_span line,
                            struct iw_buf *out);

/* Whether it is told of news without a command, and whether there are some now. A constant time. */
bool iw_engine_session_hears(const struct iw_engine_session *session);
bool iw_engine_session_has_news(const struct iw_engine_session *session);
void iw_engine_session_tell(struct iw_engine_session *session, struct iw_buf *out);

/* A command that the engine knows and that may come in this state; or one that it does not know. */
bool iw_engine_session_fits(const struct iw_engine_session *session,
                            const struct iw_command *command);

/* The TLS that the session is in has that name; too long a name is none. */
void iw_engine_session_bind(struct iw_engine_session *session, bool unique, struct iw_span octets);

/* ---- for rules, which answer in the engine's place ---- */

/* The handshake is done. */
void iw_engine_session_secured(struct iw_engine_session *session);
/* Logs the first user in without a word: a scenario has told the client so. */
void iw_engine_session_admit(struct iw_engine_session *session);
/* The client was told NO where the answer to this command was OK: as if it had never come. */
void iw_engine_session_take_back(struct iw_engine_session *session, enum iw_command_kind kind);
/* The command in progress is over, whatever it waits for. */
void iw_engine_session_abandon(struct iw_engine_session *session);
/* Opens INBOX, or the first mailbox there is, without a word. */
void iw_engine_session_open_first(struct iw_engine_session *session);

/* ---- for command functions ---- */

enum iw_capability_place iw_engine_session_place(const struct iw_engine_session *session);
bool iw_engine_session_has(const struct iw_engine_session *session, enum iw_capability capability);

/* By ENABLE, or because the server lists no other revision (RFC 9051 §6.3.1, App. A). */
bool iw_engine_session_is_rev2(const struct iw_engine_session *session);
/* Quoted strings may hold UTF-8: in IMAP4rev2, or when that is enabled. */
bool iw_engine_session_takes_utf8(const struct iw_engine_session *session);
/* The n of NAME=n; UINT64_MAX: the session does not have it. */
uint64_t iw_engine_session_limit(const struct iw_engine_session *session,
                                 enum iw_capability capability);
struct iw_view_style iw_engine_session_style(const struct iw_engine_session *session);
void iw_engine_session_log_in(struct iw_engine_session *session, struct iw_user *user);
/* Nothing is left of what the user has done, but for the command in progress. */
void iw_engine_session_log_out(struct iw_engine_session *session);
/* False: no memory; then no mailbox is selected. */
bool iw_engine_session_select(struct iw_engine_session *session, struct iw_mailbox *mailbox,
                              bool read_only);
void iw_engine_session_unselect(struct iw_engine_session *session);

#endif
