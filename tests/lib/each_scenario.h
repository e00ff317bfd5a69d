/* SPDX-License-Identifier: MIT */
/* For programs that play all scenarios there are, each in its own way. */
#ifndef IW_TESTS_EACH_SCENARIO_H
#define IW_TESTS_EACH_SCENARIO_H

#include "script/play.h"

enum { IW_EACH_VARIANTS_MAX = 200 };

enum iw_outcome {
    IW_OUTCOME_PASSED,
    IW_OUTCOME_FAILED,
    IW_OUTCOME_PASSED_OVER, /* it is not for this program */
    IW_OUTCOMES
};

/* The scenarios in the files and below the folders, by id; each is loaded for its play. What cannot
 * be read or loaded is said and has failed. Adds to counts. */
void iw_each_scenario(char **paths, int path_count,
                      enum iw_outcome (*play)(void *context, const struct iw_scenario *scenario),
                      void *context, size_t counts[IW_OUTCOMES]);

/* How many variants of it are played. */
size_t iw_each_variants(const struct iw_scenario *scenario);

/* The verdict behind what stands in the line already; then step, expected, received and text. */
void iw_print_finding(const struct iw_finding *finding);

#endif
