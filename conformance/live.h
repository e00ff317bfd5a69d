/* SPDX-License-Identifier: MIT */
/* One scenario, in one variant, played as the client against a live server: the play's actions
 * become connections, octets and handshakes on the loop, and what comes back its events. */
#ifndef IW_CONFORMANCE_LIVE_H
#define IW_CONFORMANCE_LIVE_H

#include "conformance/breaches.h"
#include "conformance/prologue.h"
#include "net/loop.h"

struct iw_live;

/* Told of all that goes by, before anything is done about it. NULL functions: nobody is. */
struct iw_live_witness {
    void (*heard)(void *context, unsigned conn, enum iw_side side, struct iw_span octets);
    void (*closed)(void *context, unsigned conn, enum iw_side side, enum iw_close how);
    void *context;
};

struct iw_live_options {
    struct iw_loop *loop;
    const struct iw_target *target; /* probed */
    const struct iw_scenario *scenario;
    size_t variant;
    const char *root; /* the run's mailbox; borrowed */
    const char *name; /* of this play's mailboxes below it, unique in the run */
    struct iw_transcript *transcript;
    struct iw_live_witness witness;
    struct iw_breaches *breaches; /* of the run; NULL: nobody asks */
    const struct iw_secrets *secrets;
    unsigned body_ms; /* for one reply to the scenario; 0: as the target has it */
    unsigned case_ms; /* all of it, clean-up included */
    uint64_t seed;    /* of what is drawn: pauses, segments */
    /* It is over; may free it. Never called from inside iw_live_start. */
    void (*done)(void *context, struct iw_live *live);
    void *context;
};

/* NULL: no memory. */
struct iw_live *iw_live_start(const struct iw_live_options *options);
/* Also in the midst of it: closes what is open. */
void iw_live_free(struct iw_live *live);

unsigned iw_live_connections(const struct iw_live *live);
/* Valid until free. */
const struct iw_finding *iw_live_finding(const struct iw_live *live);
uint64_t iw_live_ms(const struct iw_live *live);

#endif
