/* SPDX-License-Identifier: MIT */
/* One scenario, in one variant, played to all clients that come: without I/O. Connections are
 * numbered in order of their coming. Each goes one of three roads:
 *
 *   a dialogue that starts with the greeting gets every octet from the first on;
 *   before a dialogue that starts later the engine answers until the client has reached the
 *   start state by its own road;
 *   with rules, or without any scenario, the engine answers and the rules act in between.
 *
 * When a dialogue has ended well its connections are left to the engine, so that the client
 * can say good-bye; when it has failed, they are closed. A connection that the dialogue does not
 * have is closed at once while it lasts.
 *
 * Times are milliseconds of any steady clock. Everything handed out is valid until the next call.
 */
#ifndef IW_MOCKSERVER_HOST_H
#define IW_MOCKSERVER_HOST_H

#include "script/play.h"

struct iw_engine;

struct iw_host_options {
    const struct iw_scenario *scenario; /* borrowed; NULL: the plain engine */
    size_t variant;
    bool twin;                        /* given as in the scenario, but nothing of it is played */
    const char *user, *password;      /* borrowed; NULL: the scenario's, else "user", "secret" */
    bool bare;                        /* INBOX has no message of its own */
    bool binds;                       /* iw_host_bind is called for each connection in TLS */
    bool lobby;                       /* clients that have logged in wait: iw_host_waiting */
    size_t open_max;                  /* connections at once; 0: 10 000 */
    size_t held_max;                  /* octets that wait of all clients; 0: 1 GiB */
    unsigned step_ms;                 /* how long a dialogue waits for the client; 0: 5 000 */
    struct iw_transcript *transcript; /* borrowed; NULL: none kept */
    struct iw_transcript *commands;   /* borrowed: each whole command as it came; NULL: none kept */
    const struct iw_given_tls *tls;   /* borrowed; what it says counts more than the scenario */
    uint64_t seed;                    /* of what is drawn: pauses, segments */
    int64_t unix_seconds;             /* when it starts; 0: a day in 2024 */
};

struct iw_host;

/* NULL with the reason in error. */
struct iw_host *iw_host_new(const struct iw_host_options *options, struct iw_error *error);
void iw_host_free(struct iw_host *host);

/* How connections are protected, all filled in: what TLS has to be like. The twin has nothing wrong
 * with it. */
const struct iw_given_tls *iw_host_tls(const struct iw_host *host);

/* To be filled before the first connection comes. */
struct iw_engine *iw_host_engine(struct iw_host *host);

/* Events. opened gives the connection's number; 0: there are too many at once, close it. */
/* tls_port: TLS comes before anything else, as an action like others. */
unsigned iw_host_opened(struct iw_host *host, bool tls_port, uint64_t now);
void iw_host_received(struct iw_host *host, unsigned conn, struct iw_span octets, uint64_t now);
void iw_host_closed(struct iw_host *host, unsigned conn, enum iw_close how, uint64_t now);
/* The connection has failed: it is gone, and why is for the transcript. */
void iw_host_failed(struct iw_host *host, unsigned conn, const char *why, uint64_t now);
/* Nobody has closed it but the test: it is gone. */
void iw_host_dropped(struct iw_host *host, unsigned conn, uint64_t now);
/* The handshake is done; tls NULL: nothing is known of it. */
struct iw_host_tls {
    const char *version; /* "TLSv1.3" */
    const char *client;  /* whom its certificate names; "": it has shown none */
    bool resumed;
};
void iw_host_secured(struct iw_host *host, unsigned conn, const struct iw_host_tls *tls,
                     uint64_t now);
/* Before that: what names the connection's TLS to both of its ends. */
void iw_host_bind(struct iw_host *host, unsigned conn, bool unique, struct iw_span octets);
void iw_host_tick(struct iw_host *host, uint64_t now);

/* A connection that is held does nothing: its client takes nothing of what was written, and no more
 * is to pile up. False: it is in the dialogue, which goes by its own clock, and cannot be held. */
bool iw_host_hold(struct iw_host *host, unsigned conn, bool held);

/* Of a lobby: a connection whose client has logged in, as that user, and been told so. It waits
 * until it stays, or moves. 0: none. */
unsigned iw_host_waiting(const struct iw_host *host, struct iw_span *user);
void iw_host_stay(struct iw_host *host, unsigned conn);
/* Into another host, with what its client has sent since: there it comes as logged in, to the rules
 * or to a dialogue that starts behind the login. now is the other's. Its number there; 0: there are
 * too many. Here it is gone in any case. */
unsigned iw_host_move(struct iw_host *host, unsigned conn, struct iw_host *to, uint64_t now);

/* IW_ACTION_WRITE, _TLS, _COMPRESS, _TCP and _CLOSE until IW_ACTION_NONE, after every event.
 * Nothing follows on a connection after a close that ends it (iw_close_ends). */
struct iw_action iw_host_next(struct iw_host *host, uint64_t now);

/* When iw_host_tick wants to be called; UINT64_MAX: never. */
uint64_t iw_host_deadline(const struct iw_host *host);

/* The dialogue has ended; never true without one. */
bool iw_host_done(const struct iw_host *host);

/* Judges what has happened so far. */
const struct iw_finding *iw_host_finding(struct iw_host *host);
size_t iw_host_connections(const struct iw_host *host); /* that have come */
size_t iw_host_open(const struct iw_host *host);        /* that are there */
size_t iw_host_commands(const struct iw_host *host);    /* that the engine saw */

/* A connection that is there. */
struct iw_host_visitor {
    unsigned number;
    const char *state;      /* "not authenticated", "authenticated", "selected", "logout" */
    struct iw_span user;    /* absent: nobody */
    struct iw_span mailbox; /* the one it has open; absent: none */
    bool secure, dialogue;  /* in TLS; in the dialogue's hands */
};
void iw_host_each(const struct iw_host *host, void *context,
                  void (*visit)(void *context, const struct iw_host_visitor *visitor));

/* What ${user} and ${password} stand for. */
struct iw_span iw_host_user(const struct iw_host *host);
struct iw_span iw_host_password(const struct iw_host *host);

#endif
