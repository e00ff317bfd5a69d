/* SPDX-License-Identifier: MIT */
/* engine_scenarios PATH…: every server scenario, below the directories or in the files given, is
 * played to the embedded engine. One that fails is reported; exit 1 if any. One that needs what the
 * engine does not have, and a set of rules, are passed over. */
#include "conformance/engine_run.h"
#include "tests/lib/each_scenario.h"

#include <stdio.h>

static enum iw_verdict play(const struct iw_scenario *scenario, size_t variant)
{
    const struct iw_engine_run_options options = {.check = scenario, .variant = variant};
    struct iw_engine_run run;
    enum iw_verdict verdict = IW_BLOCKED;
    if (iw_engine_run(&run, &options)) {
        const struct iw_finding finding = iw_engine_run_finding(&run);
        verdict = finding.verdict;
        if (verdict != IW_PASS) {
            printf("%s, variant %zu", scenario->id, variant);
            iw_print_finding(&finding);
        }
    }
    iw_engine_run_release(&run);
    return verdict;
}

static enum iw_outcome play_scenario(void *context, const struct iw_scenario *scenario)
{
    (void)context;
    enum iw_verdict verdict = scenario->dialogue.count == 0 ? IW_SKIP : IW_PASS;
    for (size_t i = 0; i < iw_each_variants(scenario) && verdict == IW_PASS; i++)
        verdict = play(scenario, i);
    return verdict == IW_PASS   ? IW_OUTCOME_PASSED
           : verdict == IW_SKIP ? IW_OUTCOME_PASSED_OVER
                                : IW_OUTCOME_FAILED;
}

int main(int count, char **arguments)
{
    size_t outcomes[IW_OUTCOMES] = {0};
    iw_each_scenario(arguments + 1, count - 1, play_scenario, NULL, outcomes);
    printf("%zu scenarios passed, %zu failed, %zu passed over\n", outcomes[IW_OUTCOME_PASSED],
           outcomes[IW_OUTCOME_FAILED], outcomes[IW_OUTCOME_PASSED_OVER]);
    return outcomes[IW_OUTCOME_FAILED] > 0 || outcomes[IW_OUTCOME_PASSED] == 0;
}
