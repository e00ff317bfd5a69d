/* SPDX-License-Identifier: MIT */
/* What is played before and after a scenario on a live server: from its start and given come the
 * greeting, STARTTLS, LOGIN and SELECT of each connection, and, over connection 0, the mailboxes
 * and messages it asks for. */
#ifndef IW_CONFORMANCE_PROLOGUE_H
#define IW_CONFORMANCE_PROLOGUE_H

#include "conformance/target.h"
#include "script/play.h"

struct iw_prologue {
    struct iw_arena arena; /* owns the steps */
    struct iw_steps setup, cleanup;
    unsigned connections; /* open at the same time, the helper among them */
};

/* False: no memory. The steps use the names iw_prologue_bind gives. */
bool iw_prologue_make(struct iw_prologue *prologue, const struct iw_scenario *scenario,
                      const struct iw_target *target);
void iw_prologue_release(struct iw_prologue *prologue);

/* Names of a play on this target: user, password, M, N, sep, and what the prologue needs. M and N
 * become root + separator + name + "-M". False: no memory. */
bool iw_prologue_bind(struct iw_play *play, const struct iw_target *target, const char *root,
                      const char *name);

/* M, N, M/sub: a given mailbox of that name is made; no other is but INBOX, which is there. */
bool iw_prologue_creates(struct iw_span name);

#endif
