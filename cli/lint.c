/* SPDX-License-Identifier: MIT */
#include "script/lint.h"
#include "cli/commands.h"
#include "conformance/paths.h"
#include "conformance/suite.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] =
    "usage: imapwright lint [--scenarios DIR] FILE…\n"
    "\n"
    "Checks scenario files, and those below folders: valid, legal, covered.\n"
    "Prints one line per finding: file:line:column: message (at pointer).\n"
    "\n"
    "  --scenarios DIR  whose clauses.json names the clauses, for files that do not lie beside\n"
    "                   one (else the one that belongs to imapwright)\n"
    "  --help           this text\n"
    "\n"
    "Exit status: 0 nothing found, 1 findings, 2 usage.\n";

enum { PROBLEMS_MAX = 1 << 20 };

/* One clause table is kept: the files of one run mostly share it. */
struct run {
    char clauses_path[IW_PATH_OCTETS_MAX + 16];
    struct iw_clauses *clauses;
    char default_directory[IW_PATH_OCTETS_MAX]; /* empty: none */
    size_t findings;
};

static void print_finding(void *context, const struct iw_diagnostic *diagnostic)
{
    struct run *run = context;
    run->findings++;
    printf("%s:%u:%u: %s", diagnostic->path, diagnostic->place.line, diagnostic->place.column,
           diagnostic->message);
    if (diagnostic->pointer[0] != '\0')
        printf(" (at %s)", diagnostic->pointer);
    putchar('\n');
}

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* The table beside the scenario, else the default one; NULL when there is neither. */
static const struct iw_clauses *clauses_of(struct run *run, const char *root)
{
    char path[IW_PATH_OCTETS_MAX + 16];
    snprintf(path, sizeof path, "%s/clauses.json", root);
    if (!is_file(path))
        snprintf(path, sizeof path, "%s/clauses.json", run->default_directory);
    if (!is_file(path))
        return NULL;
    if (strcmp(path, run->clauses_path) == 0)
        return run->clauses;
    struct iw_diagnostic diagnostic;
    iw_clauses_free(run->clauses);
    snprintf(run->clauses_path, sizeof run->clauses_path, "%s", path);
    run->clauses = iw_clauses_load(path, &diagnostic);
    if (run->clauses == NULL)
        print_finding(run, &diagnostic);
    return run->clauses;
}

static void lint_file(struct run *run, const char *path)
{
    struct iw_diagnostic diagnostic;
    struct iw_scenario *scenario = iw_scenario_load(path, &diagnostic);
    if (scenario == NULL) {
        print_finding(run, &diagnostic);
        return;
    }
    iw_lint(scenario, clauses_of(run, scenario->root), print_finding, run);
    iw_scenario_free(scenario);
}

static int lint_all(struct run *run, struct iw_paths *paths)
{
    iw_paths_sort(paths);
    for (size_t i = 0; i < paths->count; i++)
        lint_file(run, paths->items[i].path);
    fprintf(stderr, "%zu file%s, %zu finding%s\n", paths->count, paths->count == 1 ? "" : "s",
            run->findings, run->findings == 1 ? "" : "s");
    return run->findings == 0 ? 0 : 1;
}

/* A folder stands for the scenarios below it. */
static bool add_path(struct iw_paths *paths, const char *path, struct iw_buf *problem)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return iw_paths_walk(paths, path, path, problem);
    if (iw_paths_add(paths, path, path))
        return true;
    iw_buf_add_string(problem, "out of memory\n");
    return false;
}

/* 0 to go on, else the exit status plus one. */
static int read_options(int argc, char **argv, struct run *run)
{
    static const struct option options[] = {{"scenarios", required_argument, NULL, 's'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (option != 's')
            return 3;
        snprintf(run->default_directory, sizeof run->default_directory, "%s", optarg);
    }
    if (optind < argc)
        return 0;
    fputs(usage, stderr);
    return 3;
}

static void find_default(struct run *run)
{
    struct iw_buf path;
    iw_buf_init(&path, NULL, IW_PATH_OCTETS_MAX);
    if (run->default_directory[0] == '\0' && iw_suite_find_directory(&path))
        snprintf(run->default_directory, sizeof run->default_directory, "%s", iw_buf_string(&path));
    iw_buf_release(&path);
}

int iw_cmd_lint(int argc, char **argv)
{
    struct run run = {.findings = 0};
    int status = read_options(argc, argv, &run);
    if (status != 0)
        return status - 1;
    find_default(&run);
    struct iw_paths paths = {0};
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, PROBLEMS_MAX);
    bool good = true;
    for (int i = optind; i < argc && good; i++)
        good = add_path(&paths, argv[i], &problem);
    if (!good)
        fprintf(stderr, "imapwright lint: %s", iw_buf_string(&problem));
    status = good ? lint_all(&run, &paths) : 2;
    iw_buf_release(&problem);
    iw_paths_release(&paths);
    iw_clauses_free(run.clauses);
    return status;
}
