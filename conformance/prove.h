/* SPDX-License-Identifier: MIT */
/* check-server --prove: every check passes against its own other side and on the embedded engine,
 * and every mutant turns the checks red that it says it breaks. In memory, without a server.
 *
 * A mutant is a dialogue in which the server does one thing wrong, played as the server to the
 * checks of its "breaks"; or a set of rules that break the engine, which is then what they meet.
 *
 * A check is for servers that do what only some do ("S~:" lines): where it does not apply to the
 * engine, it is played to the lawful variations of it (scenarios/lawful) that cover its clause.
 *
 * A mutant shall change only what it says: asked to look, the proof plays all other checks against
 * it as well, and one that reddens more than IW_PROVE_ALSO_RED_MAX of them must say why. */
#ifndef IW_CONFORMANCE_PROVE_H
#define IW_CONFORMANCE_PROVE_H

#include "conformance/row.h"

enum { IW_PROVE_ALSO_RED_MAX = 5 };

struct iw_prove_options {
    const struct iw_suite *checks;  /* the selected ones */
    const struct iw_suite *mutants; /* all of them */
    const struct iw_suite *lawful;  /* what servers may be like that the engine is not */
    const struct iw_expectations *expectations;
    struct iw_results *results; /* begun; the caller ends it */
    bool all_checks;            /* a check that a mutant breaks must be among them */
    const char *also_red;       /* look what else these mutants redden ("*", "store--*"), and play
                                 * no others; NULL: do not look, and play all */
    bool keep_transcripts;
};

void iw_prove(const struct iw_prove_options *options);

#endif
