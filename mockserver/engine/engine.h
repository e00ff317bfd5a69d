/* SPDX-License-Identifier: MIT */
/* The embedded engine: a little IMAP server in memory. This is the world that all its sessions
 * share; a session (engine/session.h) is one connection's.
 *
 * Pure: octets and the time come in, octets go out. A byte's way: the owner frames and parses a
 * command, iw_engine_session_answer looks it up in the table of commands (engine/command.c) and
 * calls its function (engine/command_*.c, one command each), which works on the store
 * (engine/store.h) and writes the untagged responses; the session adds what has changed in the
 * selected mailbox (engine/view.h) and the tagged one.
 *
 * To add a command: a file command_name.c, its line in command.h, its row in command.c, and what
 * it needs in capability.[ch]. */
#ifndef IW_MOCKSERVER_ENGINE_ENGINE_H
#define IW_MOCKSERVER_ENGINE_ENGINE_H

#include "mockserver/engine/capability.h"
#include "mockserver/engine/store.h"

struct iw_engine_options {
    struct iw_store_options store;
    int64_t now;          /* Unix seconds at the start; 0: 2024-01-02 12:00 UTC */
    uint64_t append_max;  /* octets of one message (RFC 7889); 0: 64 MiB */
    uint64_t message_max; /* messages of one command (RFC 9738); 0: a million */
    bool has_tls;         /* STARTTLS can be had */
    bool binds;           /* sessions in TLS are told what names it: mechanisms with -PLUS */
    bool certificates;    /* clients can show one in TLS, for EXTERNAL */
    bool preauth;         /* who connects is the first user, and told so by the greeting */
    /* By iw_capability_place, in order of the bits: the whole list for that place, borrowed;
     * absent: what the engine has. */
    struct iw_span capabilities[4];
};

struct iw_engine {
    struct iw_engine_options options;
    struct iw_store store;
    int64_t now; /* Unix seconds; its owner moves it */
};

void iw_engine_init(struct iw_engine *engine, const struct iw_engine_options *options);
void iw_engine_release(struct iw_engine *engine);

/* Whether a client in this place may use it. */
bool iw_engine_has(const struct iw_engine *engine, enum iw_capability capability,
                   enum iw_capability_place place);
/* The n of a capability that is listed as NAME=n; UINT64_MAX: it is not had there. */
uint64_t iw_engine_limit(const struct iw_engine *engine, enum iw_capability capability,
                         enum iw_capability_place place);
/* "IMAP4rev1 …", as it is listed there. */
void iw_engine_write_capabilities(const struct iw_engine *engine, enum iw_capability_place place,
                                  struct iw_buf *out);
/* Whether a mechanism is offered there. */
bool iw_engine_has_mechanism(const struct iw_engine *engine, struct iw_span mechanism,
                             enum iw_capability_place place);

/* The present time, in UTC. */
struct iw_date iw_engine_date(const struct iw_engine *engine);

#endif
