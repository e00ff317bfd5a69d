/* SPDX-License-Identifier: MIT */
/* What the parts of the blocking face share: the connection, and how one command runs on it. */
#ifndef IW_CLIENT_IMAP_PRIVATE_H
#define IW_CLIENT_IMAP_PRIVATE_H

#include "client/arguments.h"
#include "client/extensions.h"
#include "client/heard.h"
#include "client/imap.h"

enum { IW_IMAP_LOG_LINES = 10, IW_IMAP_LOG_LINE_MAX = 200 };

struct iw_imap {
    const struct iw_alloc *alloc;
    struct iw_session *session;
    struct iw_wire *wire; /* owned; NULL: shut down */
    struct iw_bell *bell; /* owned; what iw_imap_cancel rings */
    bool cancelled;       /* an IDLE was told to end by it */
    bool listening;       /* iw_imap_listen runs: it ends in order */
    bool compressed;
    iw_imap_progress *progress; /* NULL: nobody is told */
    void *progress_context;
    uint64_t received, sent;        /* octets, for it */
    struct iw_mailbox_view *view;   /* borrowed; NULL: none */
    struct iw_fetch_stream *stream; /* of the FETCH in progress; NULL: what comes is kept */
    char *host;                     /* owned; NULL: unknown */
    struct iw_heard heard;
    struct iw_response completion; /* of the last result */
    struct iw_imap_failure failure;
    struct iw_error write_error; /* what is pending can no longer be sent */
    int timeout_ms;              /* as in the options */
    bool secured;                /* TLS is established */
    bool wants_readonly;         /* the last select was an EXAMINE */
    bool logged_out;             /* LOGOUT was begun */
    bool bye_told;               /* a failure has said it */
    bool idling, in_burst;       /* between IDLE's "+" and DONE; between responses of a burst */
    unsigned idle_label;
    uint64_t idle_deadline;
    struct iw_buf capabilities; /* as iw_imap_capabilities gave them last */
    struct iw_buf unread;       /* octets that iw_imap_read and readline have read too far */
    struct iw_imap_debug debug;
    char log[IW_IMAP_LOG_LINES][IW_IMAP_LOG_LINE_MAX]; /* a ring */
    size_t logged;                                     /* lines so far */
    const char *version;                               /* of the protocol */
    char welcome[200];
    char room[16 * 1024]; /* what was read last; the session borrows it */
};

/* One wait for one command, or for the greeting when name is NULL. */
struct iw_exchange {
    const char *name;
    const char *answer; /* the untagged data that are its result; NULL: the tagged text */
    unsigned label;
    bool idles;  /* over when the server says "+" */
    bool always; /* goes although the mailbox has turned read-only */
    bool stays;  /* its data is found again, as SELECT's */
    const struct iw_imap_authobject *authobject; /* NULL: it does not converse */
    struct iw_imap_result *result;               /* never NULL */
    enum iw_imap_outcome outcome;
};

/* Notes why, and returns outcome. */
enum iw_imap_outcome iw_imap_fail(struct iw_imap *imap, enum iw_imap_outcome outcome,
                                  enum iw_result code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads and writes until the exchange is over; its outcome. */
enum iw_imap_outcome iw_imap_await(struct iw_imap *imap, struct iw_exchange *exchange);

/* What a session's end means for the command of that name (NULL: for the opening). */
enum iw_imap_outcome iw_imap_lost(struct iw_imap *imap, const char *name,
                                  const struct iw_error *error);

/* The session's next event, logged, and taken by the view; false: none. */
bool iw_imap_next_event(struct iw_imap *imap, struct iw_session_event *event);

/* ---- a FETCH whose bodies go to a sink ---- */

struct iw_fetch_stream {
    const struct iw_fetch_sink *sink;
    const struct iw_alloc *alloc;
    bool stopped; /* the sink wants no more */
};

/* What the session does with literals. context: struct iw_imap. */
struct iw_literal_handler iw_fetch_stream_handler(struct iw_imap *imap);
/* True: the response was for the sink, and nothing of it is needed any more. */
bool iw_fetch_stream_takes(struct iw_fetch_stream *stream, const struct iw_session_event *event);

/* Begins the arguments of a command; names go as the server expects them. */
void iw_imap_begin(const struct iw_imap *imap, struct iw_arguments *arguments);

/* Sends what is pending and waits for octets, at most that long. IW_TIMEOUT: nothing came; all else
 * is the session's to tell. */
enum iw_result iw_imap_turn(struct iw_imap *imap, int most_ms);

/* Whether the state allows it; else IW_IMAP_ERROR, as imaplib says it. */
enum iw_imap_outcome iw_imap_check_state(struct iw_imap *imap, const char *name);

/* The login is done: what came before it will not be found any more, but for status texts. */
void iw_imap_forget_strangers(struct iw_imap *imap);

/* IW_IMAP_ERROR when the server has no such capability: what cannot be done. */
enum iw_imap_outcome iw_imap_need(struct iw_imap *imap, const char *capability, const char *what);

/* "> NOOP", "< * 3 EXISTS"; the first line of it, controls replaced. Said from level 4 on. */
void iw_imap_log(struct iw_imap *imap, const char *mark, struct iw_span line);
/* Said from that level on. */
void iw_imap_say(const struct iw_imap *imap, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One whole command; releases the arguments. name and answer as in struct iw_exchange, label and
 * outcome are set here. */
enum iw_imap_outcome iw_imap_exchange(struct iw_imap *imap, struct iw_exchange exchange,
                                      struct iw_arguments *arguments);

/* The same, by the table of verbs. */
enum iw_imap_outcome iw_imap_run(struct iw_imap *imap, const char *name,
                                 struct iw_arguments *arguments, struct iw_imap_result *result);

/* A NO that must not be is an error, and its text is the reason. */
enum iw_imap_outcome iw_imap_insist(struct iw_imap *imap, enum iw_imap_outcome outcome,
                                    const struct iw_imap_result *result);

#endif
