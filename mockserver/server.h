/* SPDX-License-Identifier: MIT */
/* The mock server on real sockets: listens, and hands every connection's octets to the scenario's
 * dialogue or rules (mockserver/host.h, which is pure).
 *
 * One server plays one scenario, in one variant, to all of its connections. It is over when the
 * dialogue has ended, or, for rules, when the caller stops it. Several may share one port: the
 * connections that come to one of them are handed on to the others (whose). */
#ifndef IW_MOCKSERVER_SERVER_H
#define IW_MOCKSERVER_SERVER_H

#include "mockserver/identity.h"
#include "net/loop.h"
#include "script/transcript.h"

struct iw_engine;
struct iw_host;

struct iw_mock;

struct iw_mock_options {
    const struct iw_scenario *scenario; /* NULL: the plain engine */
    size_t variant;
    bool twin;                          /* the unharmed twin: the scenario's rules are left out */
    bool portless;                      /* it listens nowhere: others hand connections on to it */
    unsigned port;                      /* 0: a free one */
    unsigned tls_port;                  /* 0: a free one */
    const struct iw_identity *identity; /* borrowed; NULL, or TLS is unusual: one of its own */
    const struct iw_given_tls *tls;     /* borrowed; counts more than the scenario's; NULL: none */
    uint64_t seed;                      /* of what is drawn: pauses, segments */
    size_t open_max;                    /* connections at once; 0: 10 000 */
    const char *user, *password;        /* NULL: "user", "secret" */
    bool bare;                          /* INBOX has no message of its own */
    int64_t unix_seconds;               /* the present time of its mailboxes; 0: a day in 2024 */
    unsigned step_ms;                   /* how long a dialogue waits for the client; 0: 5 000 */
    void (*done)(void *context);        /* the dialogue has ended; NULL: nobody asks */
    /* Every piece that goes over the wire, as the transcript has it: who is 'C', 'S' or '-'. NULL:
     * nobody looks on. */
    void (*wire)(void *context, unsigned conn, char who, struct iw_span octets);
    /* Who goes on with a connection: asked for the n-th that comes (from 1; user absent), and again
     * when its client has logged in (n is 0). NULL, or this mock itself: it stays. */
    struct iw_mock *(*whose)(void *context, size_t n, struct iw_span user);
    void (*changed)(void *context); /* something has happened; NULL: nobody asks */
    void *context;
};

/* What the server saw, for the oracles of "then". */
struct iw_mock_report {
    const struct iw_finding
        *finding; /* dialogue deviation, never, in_sync …; verdict IW_PASS: none */
    size_t connections;
    size_t commands;
};

/* NULL with the reason in error ("port 143 is in use"). */
struct iw_mock *iw_mock_start(struct iw_loop *loop, const struct iw_mock_options *options,
                              struct iw_error *error);
/* From the beginning, on the same ports: its connections are closed, its world is as it was. False,
 * with the reason in error: it has no world any more, and can only be stopped. */
bool iw_mock_reset(struct iw_mock *mock, struct iw_error *error);
/* To be filled before the loop runs. */
struct iw_engine *iw_mock_engine(struct iw_mock *mock);
const struct iw_host *iw_mock_host(const struct iw_mock *mock);
/* 0: it has none. */
unsigned iw_mock_port(const struct iw_mock *mock);
unsigned iw_mock_tls_port(const struct iw_mock *mock);
/* Path of a file with the CA's certificate; removed by iw_mock_stop, unless it was lent. */
const char *iw_mock_ca_file(const struct iw_mock *mock);
/* The same with the client's certificate and key; "": it is not asked for one. */
const char *iw_mock_client_file(const struct iw_mock *mock);
/* Entries that were shown here stay as they are. */
struct iw_transcript *iw_mock_transcript(struct iw_mock *mock);
/* Every whole command as it came, literals and CRLF included; one an entry. */
const struct iw_transcript *iw_mock_commands(const struct iw_mock *mock);
/* Its world has been changed from outside: who is to be told of that, is. */
void iw_mock_stir(struct iw_mock *mock);
/* Ends a connection, or with 0 all of them. How many were there. */
size_t iw_mock_hang_up(struct iw_mock *mock, unsigned conn, enum iw_close how);
/* Judges what has happened so far. Valid until the next call. */
struct iw_mock_report iw_mock_report(struct iw_mock *mock);
/* What ${user} and ${password} stand for. */
struct iw_span iw_mock_user(const struct iw_mock *mock);
struct iw_span iw_mock_password(const struct iw_mock *mock);
/* The report in words, for people: verdict, place in the file, expected against received, and the
 * last lines of the wire (mockserver/explain.h). Nothing for a plain pass but the verdict. */
void iw_mock_explain(struct iw_mock *mock, struct iw_buf *out);
/* Closes everything and frees. */
void iw_mock_stop(struct iw_mock *mock);

#endif
