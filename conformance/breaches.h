/* SPDX-License-Identifier: MIT */
/* The invariants over a whole run (script/invariants.h): the first breach of each, with the case
 * that happened to show it. A breach is a result of its own, "invariant/exists": the case that
 * showed it may well have passed. */
#ifndef IW_CONFORMANCE_BREACHES_H
#define IW_CONFORMANCE_BREACHES_H

#include "conformance/expect.h"
#include "conformance/results.h"
#include "conformance/secrets.h"
#include "conformance/suite.h"
#include "script/invariants.h"

struct iw_breaches {
    struct {
        struct iw_buf detail; /* empty: it has not been broken */
        struct iw_buf transcript;
    } of[IW_INVARIANT_COUNT];
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
