/* SPDX-License-Identifier: MIT */
#include "tests/lib/each_scenario.h"

#include "conformance/paths.h"
#include "script/load.h"

#include <stdio.h>
#include <string.h>

static bool add_path(struct iw_paths *all, const char *path)
{
    struct iw_buf problem;
    size_t length = strlen(path);
    iw_buf_init(&problem, NULL, IW_PATH_OCTETS_MAX);
    bool file = length > 5 && strcmp(path + length - 5, ".json") == 0;
    bool added = file ? iw_paths_add(all, path, path) : iw_paths_walk(all, path, path, &problem);
    if (!added)
        printf("%s", iw_buf_string(&problem));
    iw_buf_release(&problem);
    return added;
}

void iw_each_scenario(char **paths, int path_count,
                      enum iw_outcome (*play)(void *context, const struct iw_scenario *scenario),
                      void *context, size_t counts[IW_OUTCOMES])
{
    struct iw_paths all = {0};
    for (int i = 0; i < path_count; i++)
        counts[IW_OUTCOME_FAILED] += !add_path(&all, paths[i]);
    iw_paths_sort(&all);
    for (size_t i = 0; i < all.count; i++) {
        struct iw_diagnostic diagnostic;
        struct iw_scenario *scenario = iw_scenario_load(all.items[i].path, &diagnostic);
        if (scenario == NULL)
            printf("%s:%u:%u: %s\n", all.items[i].path, diagnostic.place.line,
                   diagnostic.place.column, diagnostic.message);
        counts[scenario == NULL ? IW_OUTCOME_FAILED : play(context, scenario)]++;
        iw_scenario_free(scenario);
    }
    iw_paths_release(&all);
}

size_t iw_each_variants(const struct iw_scenario *scenario)
{
    size_t variants = iw_scenario_variants(scenario);
    return variants < IW_EACH_VARIANTS_MAX ? variants : IW_EACH_VARIANTS_MAX;
}

static void print(const char *name, struct iw_span text)
{
    if (text.data != NULL)
        printf("    %s: %.*s\n", name, (int)text.length, text.data);
}

void iw_print_finding(const struct iw_finding *finding)
{
    printf(": %s, line %u\n", iw_verdict_name(finding->verdict), finding->place.line);
    print("step", finding->step);
    print("expected", finding->expected);
    print("received", finding->received);
    print("text", finding->text);
}
