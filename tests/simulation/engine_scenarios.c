/* SPDX-License-Identifier: MIT */
/* engine_scenarios [--rules FILE] PATH…: every server scenario, below the directories or in the
 * files given, is played to the embedded engine, which the rules in FILE make another server that
 * is as right. One that fails is reported; exit 1 if any. One that needs what the engine does not
 * have, one of another profile than the rules, and a set of rules, are passed over. */
#include "conformance/engine_run.h"
#include "script/load.h"
#include "tests/lib/each_scenario.h"

#include <stdio.h>
#include <string.h>

static enum iw_verdict play(const struct iw_scenario *rules, const struct iw_scenario *scenario,
                            size_t variant)
{
    const struct iw_engine_run_options options = {
        .check = scenario, .variant = variant, .rules = rules};
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

static bool is_for(const struct iw_scenario *rules, const struct iw_scenario *scenario)
{
    return scenario->dialogue.count > 0 &&
           (rules == NULL || rules->profile.length == 0 || scenario->profile.length == 0 ||
            iw_span_equal(rules->profile, scenario->profile));
}

static enum iw_outcome play_scenario(void *context, const struct iw_scenario *scenario)
{
    const struct iw_scenario *rules = context;
    enum iw_verdict verdict = is_for(rules, scenario) ? IW_PASS : IW_SKIP;
    for (size_t i = 0; i < iw_each_variants(scenario) && verdict == IW_PASS; i++)
        verdict = play(rules, scenario, i);
    return verdict == IW_PASS   ? IW_OUTCOME_PASSED
           : verdict == IW_SKIP ? IW_OUTCOME_PASSED_OVER
                                : IW_OUTCOME_FAILED;
}

int main(int count, char **arguments)
{
    size_t outcomes[IW_OUTCOMES] = {0};
    struct iw_scenario *rules = NULL;
    struct iw_diagnostic diagnostic;
    int paths = 1;
    if (count > 2 && strcmp(arguments[1], "--rules") == 0) {
        rules = iw_scenario_load(arguments[2], &diagnostic);
        if (rules == NULL) {
            printf("%s: %s\n", arguments[2], diagnostic.message);
            return 1;
        }
        paths = 3;
    }
    iw_each_scenario(arguments + paths, count - paths, play_scenario, rules, outcomes);
    iw_scenario_free(rules);
    printf("%zu scenarios passed, %zu failed, %zu passed over\n", outcomes[IW_OUTCOME_PASSED],
           outcomes[IW_OUTCOME_FAILED], outcomes[IW_OUTCOME_PASSED_OVER]);
    return outcomes[IW_OUTCOME_FAILED] > 0 || outcomes[IW_OUTCOME_PASSED] == 0;
}
