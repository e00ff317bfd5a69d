/* SPDX-License-Identifier: MIT */
/* Both ends in memory: a dialogue plays against its own other side, under a virtual clock, so that
 * nothing waits for real. What one side writes arrives at the other in chunks drawn from a seed.
 * The helper connection, over which the client changes the world, is answered here: always OK. */
#ifndef IW_TESTS_DUET_H
#define IW_TESTS_DUET_H

#include "base/random.h"
#include "script/play.h"

struct iw_duet_options {
    struct iw_steps setup; /* of both sides */
    size_t variant;
    uint64_t seed;    /* 0: every write arrives whole */
    unsigned step_ms; /* 0: ten minutes, of virtual time */
    bool judge;       /* nothing is made up, and assertions must hold */
    struct iw_aside aside;
    const struct iw_alloc *alloc;
    struct iw_transcript *transcript; /* as the client sees it; NULL: none */
};

/* What is on its way to one side of one connection. */
struct iw_duet_pipe {
    struct iw_buf octets;
    bool ends; /* behind the octets: the other side has closed */
    bool told; /* … and this side knows */
    enum iw_close how;
    bool tls; /* this side has begun the handshake */
};

struct iw_duet {
    struct iw_play *plays[2]; /* by enum iw_side; owned */
    struct iw_duet_pipe pipes[2][IW_CONN_MAX];
    bool opened[IW_CONN_MAX];
    char helper_tag[64]; /* of the helper command whose literal is to come; else empty */
    uint64_t now;
    uint64_t seed;
    struct iw_random random;
};

/* Both plays, with ${user} and the others bound. The client plays `client`, the server `server`;
 * usually they are the same. False: no memory; release all the same. */
bool iw_duet_begin(struct iw_duet *duet, const struct iw_scenario *client,
                   const struct iw_scenario *server, const struct iw_duet_options *options);
/* To the end of both. False: they never came to one. */
bool iw_duet_run(struct iw_duet *duet);
void iw_duet_release(struct iw_duet *duet);

/* The lines that bring each connection of the scenario to its start, in the arena. */
struct iw_steps iw_duet_setup(const struct iw_scenario *scenario, struct iw_arena *arena);

#endif
