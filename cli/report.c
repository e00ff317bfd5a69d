/* SPDX-License-Identifier: MIT */
/* imapwright report: the results of several runs side by side on one page. */
#include "cli/commands.h"
#include "conformance/report_page.h"
#include "script/files.h"
#include "script/json.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: imapwright report [NAME=]RESULT.json… -o FILE\n"
    "\n"
    "Puts the results of runs (check-server --json, check-client --json) side by side on one HTML\n"
    "page that needs nothing else: a row per case, a column per run; each cell opens to the\n"
    "clause, the reason and the wire.\n"
    "\n"
    "  NAME=              heads the column (else the target of the run)\n"
    "  -o, --output FILE  the page (- is standard output)\n"
    "      --help         this text\n"
    "\n"
    "Exit status: 0 written, 2 usage, or a file that cannot be read or written.\n";

enum { RUNS_MAX = 64, RESULTS_OCTETS_MAX = 1 << 28 };

struct comparison {
    struct iw_page_run runs[RUNS_MAX];
    size_t count;
    const char *output;    /* NULL: not said */
    struct iw_arena arena; /* the texts of the runs */
};

/* What the page reads of a run, and what kind it must be. */
static const struct wanted {
    const char *name;
    enum iw_json_kind kind;
} of_run[] = {{"command", IW_JSON_STRING}, {"target", IW_JSON_STRING}, {"seconds", IW_JSON_REAL},
              {"summary", IW_JSON_OBJECT}, {"cases", IW_JSON_ARRAY},   {NULL, IW_JSON_NULL}},
  of_case[] = {{"id", IW_JSON_STRING},
               {"verdict", IW_JSON_STRING},
               {"covers", IW_JSON_ARRAY},
               {"seconds", IW_JSON_REAL},
               {NULL, IW_JSON_NULL}};

static bool has_members(const char *path, const struct iw_json *object, const struct wanted *wanted)
{
    for (; wanted->name != NULL; wanted++) {
        const struct iw_json *member = iw_json_member(object, wanted->name);
        if (member == NULL || member->kind != wanted->kind) {
            fprintf(stderr, "imapwright report: %s:%u:%u: these are no results: ", path,
                    object->place.line, object->place.column);
            fprintf(stderr, "\"%s\" is missing or of another kind\n", wanted->name);
            return false;
        }
    }
    return true;
}

static bool are_results(const char *path, const struct iw_json *json)
{
    if (!has_members(path, json, of_run))
        return false;
    const struct iw_json *result = iw_json_member(json, "cases")->child;
    while (result != NULL && has_members(path, result, of_case))
        result = result->next;
    return result == NULL;
}

/* The tree is needed for a moment only, the text until the page is written. */
static bool check(const char *path, struct iw_span text)
{
    struct iw_arena arena;
    struct iw_json_error error = {0};
    iw_arena_init(&arena, NULL, 16 * (size_t)RESULTS_OCTETS_MAX);
    const struct iw_json *json = iw_json_parse(text, &arena, &error);
    if (json == NULL) {
        fprintf(stderr, "imapwright report: %s:%u:%u: %s\n", path, error.place.line,
                error.place.column, error.message);
    }
    const bool good = json != NULL && are_results(path, json);
    iw_arena_release(&arena);
    return good;
}

static bool add_run(struct comparison *comparison, const char *argument)
{
    struct iw_page_run *run = &comparison->runs[comparison->count++];
    const char *equals = strchr(argument, '=');
    const char *path = equals != NULL ? equals + 1 : argument;
    if (equals != NULL)
        run->name = (struct iw_span){argument, (size_t)(equals - argument)};
    struct iw_buf text;
    const char *why;
    iw_buf_init(&text, NULL, RESULTS_OCTETS_MAX);
    bool good = iw_read_file(path, &text, &why);
    if (!good)
        fprintf(stderr, "imapwright report: cannot read %s: %s\n", path, why);
    if (good) {
        run->json = iw_arena_copy(&comparison->arena, iw_buf_span(&text));
        good = run->json.data != NULL && check(path, run->json);
    }
    iw_buf_release(&text);
    return good;
}

static int write_page(const struct comparison *comparison)
{
    const bool to_stdout = strcmp(comparison->output, "-") == 0;
    FILE *file = to_stdout ? stdout : fopen(comparison->output, "w");
    if (file != NULL) {
        iw_report_page_write(file, comparison->runs, comparison->count);
        const bool written = fflush(file) == 0 && ferror(file) == 0;
        if ((to_stdout || fclose(file) == 0) && written)
            return 0;
    }
    fprintf(stderr, "imapwright report: cannot write %s: %s\n", comparison->output,
            strerror(errno));
    return 2;
}

/* 0 to go on, else the exit status plus one. */
static int read_options(int argc, char **argv, struct comparison *comparison)
{
    static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (option != 'o')
            return 3;
        comparison->output = optarg;
    }
    if (comparison->output != NULL && optind < argc && argc - optind <= RUNS_MAX)
        return 0;
    if (argc - optind > RUNS_MAX)
        fprintf(stderr, "imapwright report: at most %d runs\n", RUNS_MAX);
    else
        fputs(usage, stderr);
    return 3;
}

int iw_cmd_report(int argc, char **argv)
{
    struct comparison comparison = {.count = 0};
    int status = read_options(argc, argv, &comparison);
    if (status != 0)
        return status - 1;
    iw_arena_init(&comparison.arena, NULL, 4 * (size_t)RESULTS_OCTETS_MAX);
    bool good = true;
    for (int i = optind; i < argc && good; i++)
        good = add_run(&comparison, argv[i]);
    status = good ? write_page(&comparison) : 2;
    iw_arena_release(&comparison.arena);
    return status;
}
