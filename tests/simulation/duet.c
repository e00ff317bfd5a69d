/* SPDX-License-Identifier: MIT */
/* duet PATH…: every scenario with a dialogue, below the directories or in the files given, plays
 * against its own other side, whole and in chunks. A scenario that does not agree with itself is
 * reported; exit 1 if any. Rules scenarios have no other side in the file and are passed over. */
#include "tests/lib/duet.h"
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

static void print_finding(const char *side, const struct iw_finding *finding)
{
    printf("  as the %s: %s, line %u\n", side, iw_verdict_name(finding->verdict),
           finding->place.line);
    print("step", finding->step);
    print("expected", finding->expected);
    print("received", finding->received);
    print("text", finding->text);
}

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
        print_finding("client", client);
        print_finding("server", server);
    }
    iw_duet_release(&duet);
    return agreed;
}

static void play_variants(const struct iw_scenario *scenario, struct count *count)
{
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, 1 << 20);
    struct iw_duet_options options = {.setup = iw_duet_setup(scenario, &arena)};
    size_t variants = iw_scenario_variants(scenario);
    bool agreed = options.setup.items != NULL;
    for (size_t i = 0; i < variants && i < VARIANTS_MAX && agreed; i++) {
        options.variant = i;
        for (options.seed = 0; options.seed < 3 && agreed; options.seed++)
            agreed = play(scenario, &options);
    }
    count->played++;
    count->failed += !agreed;
    iw_arena_release(&arena);
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
    printf("%zu dialogues played, %zu failed, %zu rules passed over\n", total.played, total.failed,
           total.passed_over);
    return total.failed > 0 || total.played + total.passed_over == 0;
}
