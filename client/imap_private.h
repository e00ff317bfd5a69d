/* SPDX-License-Identifier: MIT */
/* What the parts of the blocking face share: the connection, and how one command runs on it. */
#ifndef IW_CLIENT_IMAP_PRIVATE_H
#define IW_CLIENT_IMAP_PRIVATE_H

#include "client/arguments.h"
#include "client/heard.h"
#include "client/imap.h"

struct iw_imap {
    const struct iw_alloc *alloc;
    struct iw_session *session;
    struct iw_wire *wire; /* owned; NULL: shut down */
    char *host;           /* owned; NULL: unknown */
    struct iw_heard heard;
    struct iw_response completion; /* of the last result */
    struct iw_imap_failure failure;
    struct iw_error write_error; /* what is pending can no longer be sent */
    int timeout_ms;              /* as in the options */
    bool secured;                /* TLS is established */
    char welcome[200];
    char room[16 * 1024]; /* what was read last; the session borrows it */
};

/* One wait for one command, or for the greeting when name is NULL. */
struct iw_exchange {
    const char *name;
    const char *answer; /* the untagged data that are its result; NULL: the tagged text */
    unsigned label;
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

/* One whole command; releases the arguments. name and answer as in struct iw_exchange, label and
 * outcome are set here. */
enum iw_imap_outcome iw_imap_exchange(struct iw_imap *imap, struct iw_exchange exchange,
                                      struct iw_arguments *arguments);

/* The same, by the table of verbs. */
enum iw_imap_outcome iw_imap_run(struct iw_imap *imap, const char *name,
                                 struct iw_arguments *arguments, struct iw_imap_result *result);

/* A NO that must not be is an error, with the server's text. */
enum iw_imap_outcome iw_imap_insist(struct iw_imap *imap, enum iw_imap_outcome outcome,
                                    const char *what, const struct iw_imap_result *result);

#endif
