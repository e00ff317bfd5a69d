/* SPDX-License-Identifier: MIT */
/* The invariants over a whole run (script/invariants.h): how each was broken, with the cases that
 * happened to show it, and the conversation of the first. That is a result of its own,
 * "invariant/exists": the cases that showed it may well have passed. */
#ifndef IW_CONFORMANCE_BREACHES_H
#define IW_CONFORMANCE_BREACHES_H

#include "conformance/expect.h"
#include "conformance/results.h"
#include "conformance/secrets.h"
#include "conformance/suite.h"
#include "script/invariants.h"

struct iw_breach {
    unsigned told; /* different ones in detail; 0: the invariant has not been broken */
    struct iw_buf detail;
    struct iw_buf transcript;
};

struct iw_breaches {
    struct iw_breach of[IW_INVARIANT_COUNT];
};

void iw_breaches_init(struct iw_breaches *breaches);
void iw_breaches_release(struct iw_breaches *breaches);

/* A connection of a case is over. secrets may be NULL. */
void iw_breaches_note(struct iw_breaches *breaches, const struct iw_invariants *invariants,
                      const char *id, const struct iw_transcript *transcript,
                      const struct iw_secrets *secrets);

/* Hands on those there were, judged by what was expected. */
void iw_breaches_report(const struct iw_breaches *breaches, const struct iw_suite *suite,
                        const struct iw_expectations *expectations, struct iw_results *results);

#endif
