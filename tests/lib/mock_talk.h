/* SPDX-License-Identifier: MIT */
/* A mock server's host in memory, and clients that talk to it line by line under a virtual clock.
 * Failures are reported through cmocka. */
#ifndef IW_TESTS_MOCK_TALK_H
#define IW_TESTS_MOCK_TALK_H

#include "base/buf.h"
#include "mockserver/host.h"
#include "script/load.h"

enum { IW_TALK_CONNS = 6 };

struct iw_mock_talk {
    struct iw_scenario *scenario; /* NULL: none */
    struct iw_transcript transcript;
    struct iw_host *host;
    uint64_t now;
    struct iw_talk_conn {
        struct iw_buf came; /* since it was last asked for; "|" stands between two writes */
        bool closed;        /* by the host, how: */
        enum iw_close how;
        bool tls; /* the host began a handshake, and it is done */
    } conns[IW_TALK_CONNS];
};

/* json: a scenario, with ' for "; NULL: none. */
void iw_talk_begin(struct iw_mock_talk *talk, const char *json, size_t variant, bool twin);
void iw_talk_end(struct iw_mock_talk *talk);

/* The connection's number: 1, 2, … */
unsigned iw_talk_connect(struct iw_mock_talk *talk);
/* Sends lines, each ended by LF in the text and by CRLF on the wire. The answer as text, with LF
 * for CRLF, is valid until the next call for that connection. */
const char *iw_talk_say(struct iw_mock_talk *talk, unsigned conn, const char *lines);
/* Octets as they stand. */
const char *iw_talk_send(struct iw_mock_talk *talk, unsigned conn, struct iw_span octets);
const char *iw_talk_wait(struct iw_mock_talk *talk, unsigned conn, uint64_t ms);
void iw_talk_hang_up(struct iw_mock_talk *talk, unsigned conn);

/* Connects, logs in and selects INBOX without looking at the answers. */
unsigned iw_talk_open_inbox(struct iw_mock_talk *talk);

enum iw_verdict iw_talk_verdict(struct iw_mock_talk *talk);

#endif
