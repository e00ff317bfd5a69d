/* SPDX-License-Identifier: MIT */
/* A scenario played as the client against the embedded engine, in one process, in memory, under a
 * virtual clock: as against a live server (conformance/live.h), in milliseconds. */
#ifndef IW_CONFORMANCE_ENGINE_RUN_H
#define IW_CONFORMANCE_ENGINE_RUN_H

#include "conformance/memory_line.h"
#include "conformance/prologue.h"
#include "mockserver/engine/capability_lists.h"
#include "mockserver/host.h"
#include "script/invariants.h"

struct iw_engine_run_options {
    const struct iw_scenario *check;
    size_t variant;
    const struct iw_scenario *rules; /* a mutant, or what else is lawful; NULL: the engine alone */
    size_t rules_variant;
    struct iw_transcript *transcript; /* as the client saw it; NULL: none */
};

struct iw_engine_run {
    struct iw_target target;
    struct iw_prologue prologue;
    struct iw_play *play;
    struct iw_host *host;
    struct iw_capability_lists capabilities; /* as the check needs them */
    uint64_t now;                            /* virtual milliseconds */
    unsigned numbers[IW_CONN_MAX]; /* of the host, by connection of the play; 0: not open */
    struct iw_invariants *invariants[IW_CONN_MAX]; /* NULL: never open */
    bool opened[IW_CONN_MAX];                      /* the play knows of it */
    bool client_tls[IW_CONN_MAX];                  /* the client has begun the handshake */
    bool server_tls[IW_CONN_MAX];                  /* the host has */
    struct iw_memory_line lines[IW_CONN_MAX];
    struct iw_buf carried; /* from one end to the other, on its way */
    struct iw_buf reason;  /* why it cannot be played; empty: it can */
};

/* Plays to the end; then iw_engine_run_finding says how it went. False: no memory, or the mutant is
 * wrong. Release in any case. */
bool iw_engine_run(struct iw_engine_run *run, const struct iw_engine_run_options *options);
void iw_engine_run_release(struct iw_engine_run *run);

/* How the first connection that broke it did; NULL: none has. */
const char *iw_engine_run_breach(const struct iw_engine_run *run, enum iw_invariant which);

/* The check's; IW_SKIP with the reason when the engine does not have what it needs. */
struct iw_finding iw_engine_run_finding(struct iw_engine_run *run);

#endif
