/* SPDX-License-Identifier: MIT */
/* What holds on every connection to a server, whatever the conversation is about: watched from the
 * octets of both directions, beside the scenario. One of these watches one connection; it never
 * says a thing twice.
 *
 * It believes the client as far as its commands can be read: behind one that cannot, tags are not
 * watched any more, because a server may then answer as it can. */
#ifndef IW_SCRIPT_INVARIANTS_H
#define IW_SCRIPT_INVARIANTS_H

#include "base/alloc.h"
#include "base/span.h"

enum iw_invariant {
    IW_INVARIANT_GRAMMAR,
    IW_INVARIANT_TAGS,
    IW_INVARIANT_EXISTS,
    IW_INVARIANT_NUMBERS,
    IW_INVARIANT_EXPUNGE_WINDOW,
    IW_INVARIANT_UID_ORDER,
    IW_INVARIANT_UIDNEXT,
    IW_INVARIANT_STATIC,
    IW_INVARIANT_MODSEQ,
    IW_INVARIANT_UNASKED,
    IW_INVARIANT_COUNT
};

struct iw_invariant_about {
    const char *id;     /* "invariant/exists" */
    const char *clause; /* that it is a case of */
    const char *title;
};

extern const struct iw_invariant_about iw_invariants_about[IW_INVARIANT_COUNT];

struct iw_invariants;

/* NULL: no memory. */
struct iw_invariants *iw_invariants_new(const struct iw_alloc *alloc);
void iw_invariants_free(struct iw_invariants *invariants);

/* In the order in which they go and come, behind TLS and DEFLATE. */
void iw_invariants_sent(struct iw_invariants *invariants, struct iw_span octets);
void iw_invariants_received(struct iw_invariants *invariants, struct iw_span octets);

/* What is sent may arrive as something else: tags are not watched any more. */
void iw_invariants_distrust(struct iw_invariants *invariants);

/* How it was broken first, one line; NULL: it has not been. Valid until free. */
const char *iw_invariants_breach(const struct iw_invariants *invariants, enum iw_invariant which);

#endif
