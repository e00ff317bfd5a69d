/* SPDX-License-Identifier: MIT */
/* duet PATH…: every scenario with a dialogue, below the directories or in the files given, plays
 * against its own other side, whole and in chunks. A scenario that does not agree with itself is
 * reported; exit 1 if any. Rules scenarios have no other side in the file and are passed over. */
#include "tests/lib/duet.h"
#include "tests/lib/each_scenario.h"

#include <stdio.h>

enum { SEEDS = 3 /* 0 is whole, the others in chunks */ };

static bool play(const struct iw_scenario *scenario, const struct iw_duet_options *options)
{
    struct iw_duet duet;
    bool begun = iw_duet_begin(&duet, scenario, scenario, options);
    bool ended = begun && iw_duet_run(&duet);
    const struct iw_finding *client = begun ? iw_play_finding(duet.plays[IW_SIDE_CLIENT]) : NULL;
    const struct iw_finding *server = begun ? iw_play_finding(duet.plays[IW_SIDE_SERVER]) : NULL;
    bool skipped = begun && client->verdict == IW_SKIP;
    bool agreed = skipped || (ended && client->verdict == IW_PASS && server->verdict == IW_PASS);
    if (!agreed)
        printf("%s, variant %zu, seed %llu: does not agree with itself\n", scenario->id,
               options->variant, (unsigned long long)options->seed);
    if (!agreed && begun) {
        printf("  as the client");
        iw_print_finding(client);
        printf("  as the server");
        iw_print_finding(server);
    }
    iw_duet_release(&duet);
    return agreed;
}

static bool play_variants(const struct iw_scenario *scenario)
{
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, 1 << 20);
    struct iw_duet_options options = {.setup = iw_duet_setup(scenario, &arena)};
    bool agreed = options.setup.items != NULL;
    for (size_t i = 0; i < iw_each_variants(scenario) && agreed; i++) {
        options.variant = i;
        for (options.seed = 0; options.seed < SEEDS && agreed; options.seed++)
            agreed = play(scenario, &options);
    }
    iw_arena_release(&arena);
    return agreed;
}

static enum iw_outcome play_scenario(void *context, const struct iw_scenario *scenario)
{
    (void)context;
    if (scenario->dialogue.count == 0)
        return IW_OUTCOME_PASSED_OVER;
    return play_variants(scenario) ? IW_OUTCOME_PASSED : IW_OUTCOME_FAILED;
}

int main(int count, char **arguments)
{
    size_t outcomes[IW_OUTCOMES] = {0};
    iw_each_scenario(arguments + 1, count - 1, play_scenario, NULL, outcomes);
    printf("%zu dialogues agree, %zu do not, %zu rules passed over\n", outcomes[IW_OUTCOME_PASSED],
           outcomes[IW_OUTCOME_FAILED], outcomes[IW_OUTCOME_PASSED_OVER]);
    return outcomes[IW_OUTCOME_FAILED] > 0 ||
           outcomes[IW_OUTCOME_PASSED] + outcomes[IW_OUTCOME_PASSED_OVER] == 0;
}
