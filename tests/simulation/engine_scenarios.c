/* SPDX-License-Identifier: MIT */
/* engine_scenarios PATH…: every server scenario, below the directories or in the files given, is
 * played to the embedded engine. One that fails is reported; exit 1 if any. One that needs what the
 * engine does not have, and a set of rules, are passed over. */
#include "conformance/engine_run.h"
#include "script/load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 8, PATH_SIZE = 1024, VARIANTS_MAX = 200 };

struct count {
    size_t played, failed, passed_over;
};

static void print(const char *name, struct iw_span text)
{
    if (text.data != NULL)
        printf("    %s: %.*s\n", name, (int)text.length, text.data);
}

static void report(const struct iw_scenario *scenario, size_t variant,
                   const struct iw_finding *finding)
{
    printf("%s, variant %zu: %s, line %u\n", scenario->id, variant,
           iw_verdict_name(finding->verdict), finding->place.line);
    print("step", finding->step);
    print("expected", finding->expected);
    print("received", finding->received);
    print("text", finding->text);
}

static enum iw_verdict play(const struct iw_scenario *scenario, size_t variant)
{
    const struct iw_engine_run_options options = {.check = scenario, .variant = variant};
    struct iw_engine_run run;
    enum iw_verdict verdict = IW_BLOCKED;
    if (iw_engine_run(&run, &options)) {
        const struct iw_finding finding = iw_engine_run_finding(&run);
        verdict = finding.verdict;
        if (verdict != IW_PASS)
            report(scenario, variant, &finding);
    }
    iw_engine_run_release(&run);
    return verdict;
}

static void play_variants(const struct iw_scenario *scenario, struct count *count)
{
    size_t variants = iw_scenario_variants(scenario);
    enum iw_verdict verdict = IW_PASS;
    for (size_t i = 0; i < variants && i < VARIANTS_MAX && verdict == IW_PASS; i++)
        verdict = play(scenario, i);
    count->played += verdict != IW_SKIP;
    count->passed_over += verdict == IW_SKIP;
    count->failed += verdict != IW_PASS && verdict != IW_SKIP;
}

static void play_file(const char *path, struct count *count)
{
    struct iw_diagnostic diagnostic;
    struct iw_scenario *scenario = iw_scenario_load(path, &diagnostic);
    if (scenario == NULL) {
        printf("%s:%u:%u: %s\n", path, diagnostic.place.line, diagnostic.place.column,
               diagnostic.message);
        count->failed++;
        return;
    }
    if (scenario->dialogue.count > 0)
        play_variants(scenario, count);
    else
        count->passed_over++;
    iw_scenario_free(scenario);
}

static void visit(const char *path, unsigned depth, struct count *count);

static void visit_directory(const char *path, unsigned depth, struct count *count)
{
    struct dirent **entries = NULL;
    int entry_count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < entry_count; i++) {
        char inner[PATH_SIZE];
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && length < PATH_SIZE)
            visit(inner, depth + 1, count);
        free(entries[i]);
    }
    free(entries);
}

static void visit(const char *path, unsigned depth, struct count *count)
{
    struct stat status;
    size_t length = strlen(path);
    if (stat(path, &status) != 0) {
        printf("%s: cannot be read\n", path);
        count->failed++;
    } else if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX) {
        visit_directory(path, depth, count);
    } else if (length > 5 && strcmp(path + length - 5, ".json") == 0 &&
               strstr(path, "/untestable.json") == NULL) {
        play_file(path, count);
    }
}

int main(int count, char **paths)
{
    struct count total = {0};
    for (int i = 1; i < count; i++)
        visit(paths[i], 0, &total);
    printf("%zu scenarios played, %zu failed, %zu passed over\n", total.played, total.failed,
           total.passed_over);
    return total.failed > 0 || total.played == 0;
}
