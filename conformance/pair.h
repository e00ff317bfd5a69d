/* SPDX-License-Identifier: MIT */
/* Two dialogues played against each other in memory, one as the client, one as the server, under a
 * virtual clock: nothing waits for real. */
#ifndef IW_CONFORMANCE_PAIR_H
#define IW_CONFORMANCE_PAIR_H

#include "script/play.h"

struct iw_pair_options {
    const struct iw_scenario *client, *server;
    size_t client_variant, server_variant;
    bool
        same; /* one scenario from both sides: what the server makes up need satisfy no assertion */
    struct iw_transcript *transcript; /* as the client saw it; NULL: none */
};

struct iw_pair {
    struct iw_play *client, *server;
    uint64_t now;             /* virtual milliseconds */
    bool tls[IW_CONN_MAX][2]; /* which side has begun the handshake */
    bool open[IW_CONN_MAX];
    bool server_first; /* the server was not content while the client still was */
};

/* Plays to the end; the server makes up what its lines leave open; then iw_play_finding of each
 * side says how it went. False: no memory. */
bool iw_pair_play(struct iw_pair *pair, const struct iw_pair_options *options);
void iw_pair_release(struct iw_pair *pair);

#endif
