/* SPDX-License-Identifier: MIT */
#include "cli/check_options.h"

#include "base/random.h"
#include "conformance/paths.h"
#include "conformance/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    JOBS_MAX = 64,
    REPEAT_MAX = 10000,
    SECONDS_MAX = 86400,
    COMMAND_OCTETS_MAX = 1 << 16,
    PROBLEM_OCTETS_MAX = 1 << 20
};

enum shared {
    LIST = IW_CHECK_OPTION_FIRST,
    JOBS,
    SHARD,
    TIMEOUT,
    RUN_TIMEOUT,
    REPEAT,
    RERUN_FAILED,
    EXPECT,
    STRICT,
    PROFILE,
    SCENARIOS,
    JUNIT,
    TAP,
    JSON,
    HTML,
    TRANSCRIPT,
    SEED,
    VERBOSE = 'v',
    HELP = 'h'
};

static const struct option shared_table[IW_CHECK_OPTION_COUNT] = {
    {"list", no_argument, NULL, LIST},
    {"jobs", required_argument, NULL, JOBS},
    {"shard", required_argument, NULL, SHARD},
    {"timeout", required_argument, NULL, TIMEOUT},
    {"run-timeout", required_argument, NULL, RUN_TIMEOUT},
    {"repeat", required_argument, NULL, REPEAT},
    {"rerun-failed", required_argument, NULL, RERUN_FAILED},
    {"expect", required_argument, NULL, EXPECT},
    {"strict", no_argument, NULL, STRICT},
    {"profile", required_argument, NULL, PROFILE},
    {"scenarios", required_argument, NULL, SCENARIOS},
    {"junit", required_argument, NULL, JUNIT},
    {"tap", required_argument, NULL, TAP},
    {"json", required_argument, NULL, JSON},
    {"html", required_argument, NULL, HTML},
    {"transcript", required_argument, NULL, TRANSCRIPT},
    {"seed", required_argument, NULL, SEED},
    {"verbose", no_argument, NULL, VERBOSE},
    {"help", no_argument, NULL, HELP},
};

const char iw_check_options_help[] =
    "Which cases\n"
    "  --list             only say which cases there are\n"
    "  --profile NAME     rev1 (default), rev2, utf8, uidonly or all; cases of no profile always\n"
    "  --shard I/N        the I-th of N equal parts\n"
    "  --rerun-failed F   the cases that did not pass in the results F (made with --json)\n"
    "  --scenarios DIR    where the scenarios are (else beside the program)\n"
    "How\n"
    "  --jobs N           cases at the same time (default 8; clients: one for each processor)\n"
    "  --run-timeout SECONDS  all of them: what is not done then is left out (default 7200)\n"
    "  --repeat N         each case N times\n"
    "  --seed N           in a random order, and pauses and segments: drawn from this one\n"
    "Judging\n"
    "  --expect F         known failures: a JSON object of ids and reasons\n"
    "  --strict           what a server or client only SHOULD do counts too\n"
    "Reports\n"
    "  --json F, --junit F, --tap F, --html F   written to F (\"-\": standard output)\n"
    "  --transcript DIR   what went over the wire, a file per case\n"
    "  -v, --verbose      transcripts of all cases on the terminal\n";

void iw_check_options_init(struct iw_check_options *options, const char *command)
{
    *options = (struct iw_check_options){0};
    iw_arena_init(&options->arena, NULL, (size_t)IW_EXPECT_OCTETS_MAX * 4);
    iw_buf_init(&options->directory, NULL, IW_PATH_OCTETS_MAX);
    iw_buf_init(&options->again, NULL, COMMAND_OCTETS_MAX);
    iw_buf_addf(&options->again, "imapwright %s", command);
}

void iw_check_options_release(struct iw_check_options *options)
{
    free(options->names);
    iw_arena_release(&options->arena);
    iw_expectations_release(&options->expectations);
    iw_buf_release(&options->directory);
    iw_buf_release(&options->again);
}

void iw_check_options_table(const struct option *own,
                            struct option all[IW_CHECK_OPTION_COUNT + IW_CHECK_OWN_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < IW_CHECK_OPTION_COUNT; i++)
        all[count++] = shared_table[i];
    for (size_t i = 0; own[i].name != NULL && i < IW_CHECK_OWN_MAX; i++)
        all[count++] = own[i];
    all[count] = (struct option){0};
}

bool iw_check_options_number(const char *name, const char *argument, unsigned max, unsigned *number)
{
    uint64_t value = 0;
    if (!iw_span_number(iw_span_of(argument), max, &value) || value == 0) {
        fprintf(stderr, "imapwright: --%s wants a number from 1 to %u, not \"%s\"\n", name, max,
                argument);
        return false;
    }
    *number = (unsigned)value;
    return true;
}

void iw_check_options_remember(struct iw_check_options *options, const char *name,
                               const char *argument)
{
    iw_buf_addf(&options->again, " --%s", name);
    if (argument != NULL) {
        iw_buf_add_char(&options->again, ' ');
        iw_text_shell(&options->again, argument);
    }
}

bool iw_check_options_name(struct iw_check_options *options, const char *name)
{
    const char **names = realloc(options->names, (options->name_count + 1) * sizeof *names);
    if (names == NULL)
        return false;
    options->names = names;
    names[options->name_count++] = name;
    return true;
}

static bool take_shard(struct iw_check_options *options, const char *argument)
{
    if (iw_shard_parse(argument, &options->shard, &options->shards))
        return true;
    fprintf(stderr, "imapwright: --shard wants I/N with I from 1 to N, not \"%s\"\n", argument);
    return false;
}

static bool take_seed(struct iw_check_options *options, const char *argument)
{
    options->has_seed = true;
    if (iw_span_number(iw_span_of(argument), UINT64_MAX, &options->seed))
        return true;
    fprintf(stderr, "imapwright: --seed wants a number, not \"%s\"\n", argument);
    return false;
}

static bool take_profile(struct iw_check_options *options, const char *argument)
{
    static const char *const profiles[] = {"rev1", "rev2", "utf8", "uidonly", "all"};
    options->profile = argument;
    iw_check_options_remember(options, "profile", argument);
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (strcmp(argument, profiles[i]) == 0)
            return true;
    }
    fprintf(stderr, "imapwright: there is no profile \"%s\"\n", argument);
    return false;
}

/* Where the argument of an option that is a mere text goes; NULL: it is none of these. */
static const char **text_of(struct iw_check_options *options, int option)
{
    switch (option) {
    case RERUN_FAILED:
        return &options->rerun_failed;
    case EXPECT:
        return &options->expect;
    case JUNIT:
        return &options->junit;
    case TAP:
        return &options->tap;
    case JSON:
        return &options->json;
    case HTML:
        return &options->html;
    case TRANSCRIPT:
        return &options->transcripts;
    default:
        return NULL;
    }
}

bool iw_check_options_take(struct iw_check_options *options, int option, const char *argument)
{
    const char **text = text_of(options, option);
    if (text != NULL) {
        *text = argument;
        return true;
    }
    switch (option) {
    case LIST:
        return options->list = true;
    case STRICT:
        iw_check_options_remember(options, "strict", NULL);
        return options->strict = true;
    case VERBOSE:
        return options->verbose = true;
    case JOBS:
        return iw_check_options_number("jobs", argument, JOBS_MAX, &options->jobs);
    case REPEAT:
        return iw_check_options_number("repeat", argument, REPEAT_MAX, &options->repeat);
    case TIMEOUT:
        iw_check_options_remember(options, "timeout", argument);
        return iw_check_options_number("timeout", argument, SECONDS_MAX, &options->timeout_s);
    case RUN_TIMEOUT:
        return iw_check_options_number("run-timeout", argument, SECONDS_MAX,
                                       &options->run_timeout_s);
    case SCENARIOS:
        options->scenarios = argument;
        iw_check_options_remember(options, "scenarios", argument);
        return true;
    case SHARD:
        return take_shard(options, argument);
    case SEED:
        return take_seed(options, argument);
    case PROFILE:
        return take_profile(options, argument);
    default:
        return false; /* getopt_long has said what is wrong */
    }
}

/* ---- loading ---- */

static bool find_directory(struct iw_check_options *options, struct iw_buf *problem)
{
    if (options->scenarios != NULL)
        iw_buf_add_string(&options->directory, options->scenarios);
    else if (!iw_suite_find_directory(&options->directory)) {
        iw_buf_add_string(problem, "the scenarios are not where they should be: say where with "
                                   "--scenarios DIR\n");
        return false;
    }
    return true;
}

static bool read_lists(struct iw_check_options *options, struct iw_buf *problem)
{
    if (options->expect != NULL &&
        !iw_expectations_load(&options->expectations, options->expect, problem))
        return false;
    if (options->rerun_failed == NULL)
        return true;
    const char **ids = NULL;
    const long count = iw_failed_ids_load(options->rerun_failed, &options->arena, &ids, problem);
    for (long i = 0; i < count; i++) {
        if (!iw_check_options_name(options, ids[i]))
            return false;
    }
    if (count == 0)
        iw_buf_addf(problem, "everything passed in %s: nothing to run again\n",
                    options->rerun_failed);
    return count > 0;
}

/* Fisher and Yates. */
static void shuffle(struct iw_suite *suite, uint64_t seed)
{
    struct iw_random random;
    iw_random_seed(&random, seed);
    for (size_t i = suite->count; i > 1; i--) {
        const size_t j = (size_t)iw_random_below(&random, i);
        const struct iw_case swapped = suite->cases[i - 1];
        suite->cases[i - 1] = suite->cases[j];
        suite->cases[j] = swapped;
    }
}

/* False, after saying what is wrong; the suite is to be released either way. */
static bool load(struct iw_check_options *options, const char *folder, struct iw_suite *suite)
{
    struct iw_buf problem;
    *suite = (struct iw_suite){0};
    iw_buf_init(&problem, NULL, PROBLEM_OCTETS_MAX);
    bool loaded = find_directory(options, &problem) && read_lists(options, &problem);
    if (loaded) {
        const struct iw_suite_options suite_options = {
            .directory = iw_buf_string(&options->directory),
            .folder = folder,
            .names = options->names,
            .name_count = options->name_count,
            .profile = options->profile,
            .shard = options->shard,
            .shards = options->shards,
        };
        loaded = iw_suite_load(suite, &suite_options, &problem);
    }
    fputs(iw_buf_string(&problem), stderr);
    iw_buf_release(&problem);
    if (loaded && options->has_seed)
        shuffle(suite, options->seed);
    return loaded;
}

static void list(const struct iw_suite *suite)
{
    for (size_t i = 0; i < suite->count; i++) {
        const struct iw_scenario *scenario = suite->cases[i].scenario;
        const struct iw_span covers =
            scenario->covers.count > 0 ? scenario->covers.items[0] : IW_SPAN("-");
        printf("%-44s %-10.*s %.*s\n", scenario->id, (int)covers.length, covers.data,
               (int)scenario->title.length, scenario->title.data);
    }
}

int iw_check_options_run(struct iw_check_options *options, const char *folder,
                         int (*check)(void *context, const struct iw_suite *suite), void *context)
{
    struct iw_suite suite;
    int status = 2;
    if (load(options, folder, &suite)) {
        status = 0;
        if (options->list)
            list(&suite);
        else
            status = check(context, &suite);
    }
    iw_suite_release(&suite);
    return status;
}

bool iw_check_options_reports(const struct iw_check_options *options, struct iw_results *results)
{
    const struct {
        const struct iw_report_calls *calls;
        const char *path;
    } wanted[] = {
        {&iw_report_text, "-"},
        {&iw_report_json, options->json},
        {&iw_report_junit, options->junit},
        {&iw_report_tap, options->tap},
        {&iw_report_html, options->html},
    };
    struct iw_error error = {0};
    bool to_stdout = false; /* then the terminal's report would be in between */
    for (size_t i = 1; i < sizeof wanted / sizeof wanted[0]; i++)
        to_stdout = to_stdout || (wanted[i].path != NULL && strcmp(wanted[i].path, "-") == 0);
    bool added = true;
    for (size_t i = to_stdout ? 1 : 0; i < sizeof wanted / sizeof wanted[0] && added; i++) {
        if (wanted[i].path == NULL)
            continue;
        added = iw_results_add(results, wanted[i].calls, wanted[i].path, &error) == IW_OK;
        if (added)
            results->reports[results->report_count - 1].verbose = options->verbose;
    }
    if (added && options->transcripts != NULL)
        added = iw_results_add_transcripts(results, options->transcripts, &error) == IW_OK;
    if (!added)
        fprintf(stderr, "imapwright: %s\n", error.detail);
    return added;
}
