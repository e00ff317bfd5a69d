/* SPDX-License-Identifier: MIT */
/* The mock server on real sockets: listens, and hands every connection's octets to the scenario's
 * dialogue or rules (mockserver/host.h, which is pure).
 *
 * One server plays one scenario, in one variant, to all of its connections. It is over when the
 * dialogue has ended, or, for rules, when the caller stops it. */
#ifndef IW_MOCKSERVER_SERVER_H
#define IW_MOCKSERVER_SERVER_H

#include "net/loop.h"
#include "script/transcript.h"
#include "script/verdict.h"

struct iw_engine;

struct iw_mock_options {
    const struct iw_scenario *scenario; /* NULL: the plain engine */
    size_t variant;
    bool twin;                   /* the unharmed twin: the scenario's rules are left out */
    unsigned port;               /* 0: a free one */
    unsigned tls_port;           /* 0: a free one */
    const char *user, *password; /* NULL: "user", "secret" */
    bool bare;                   /* INBOX has no message of its own */
    int64_t unix_seconds;        /* the present time of its mailboxes; 0: a day in 2024 */
    unsigned step_ms;            /* how long a dialogue waits for the client; 0: 5 000 */
    void (*done)(void *context); /* the dialogue has ended; NULL: nobody asks */
    /* Every piece that goes over the wire, as the transcript has it: who is 'C', 'S' or '-'. NULL:
     * nobody looks on. */
    void (*wire)(void *context, unsigned conn, char who, struct iw_span octets);
    void *context;
};

struct iw_mock;

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
/* To be filled before the loop runs. */
struct iw_engine *iw_mock_engine(struct iw_mock *mock);
unsigned iw_mock_port(const struct iw_mock *mock);
unsigned iw_mock_tls_port(const struct iw_mock *mock);
/* Path of a file with the CA's certificate; removed by iw_mock_stop. */
const char *iw_mock_ca_file(const struct iw_mock *mock);
const struct iw_transcript *iw_mock_transcript(const struct iw_mock *mock);
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
