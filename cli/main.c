/* SPDX-License-Identifier: MIT */
/* imapwright: one binary, a table of subcommands. */
#include "cli/commands.h"
#include "script/nearest.h"

#include <stdio.h>
#include <string.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"serve", iw_cmd_serve, "a mock server that plays a scenario to any client"},
    {"check-server", iw_cmd_check_server, "conformance of a live server, clause by clause"},
    {"check-client", iw_cmd_check_client, "a client under test, once per scenario"},
    {"record", iw_cmd_record, "a real session, written down as a scenario"},
    {"client-shim", iw_cmd_client_shim, "our own client as a client under test"},
    {"parse", iw_cmd_parse, "standard input to one JSON value per line"},
    {"lint", iw_cmd_lint, "scenarios: valid, legal, covered"},
    {"report", iw_cmd_report, "results of several runs side by side on one page"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_usage(FILE *out)
{
    fputs("usage: imapwright COMMAND [OPTION…] …\n\nCommands:\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].summary);
    fputs("\nimapwright COMMAND --help says more about one; so does imapwright help COMMAND.\n"
          "Exit status: 0 all as expected, 1 something was not, 2 usage or set-up.\n",
          out);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int fail_unknown(const char *name)
{
    const char *names[COMMAND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i].name;
    const char *nearest = iw_nearest(iw_span_of(name), names);
    fprintf(stderr, "imapwright: there is no command \"%s\"", name);
    if (nearest != NULL)
        fprintf(stderr, "; did you mean \"%s\"?\n", nearest);
    else
        fputs("; imapwright --help lists them\n", stderr);
    return 2;
}

/* argv[0] becomes what getopt puts before its complaints. */
static int run(const char *name, int argc, char **argv)
{
    char full_name[64];
    const struct command *command = find(name);
    if (command == NULL)
        return fail_unknown(name);
    snprintf(full_name, sizeof full_name, "imapwright %s", name);
    argv[0] = full_name;
    return command->run(argc, argv);
}

static int help(const char *name)
{
    char help_option[] = "--help";
    char *argv[] = {NULL, help_option, NULL};
    return run(name, 2, argv);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    bool asks_help = strcmp(argv[1], "help") == 0;
    if (asks_help && argc > 2)
        return help(argv[2]);
    if (asks_help || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("imapwright " IW_VERSION);
        return 0;
    }
    return run(argv[1], argc - 1, argv + 1);
}
