/* SPDX-License-Identifier: MIT */
#include "cli/behind_dashes.h"
#include "cli/check_options.h"
#include "cli/commands.h"
#include "conformance/client_run.h"
#include "conformance/text.h"
#include "net/wire.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MAX = 8, SECOND = 1000, CLIENT_SECONDS = 30, STEP_SECONDS = 5, RUN_SECONDS = 7200 };

static const char help[] =
    "usage: imapwright check-client [OPTION…] [CASE…] -- CLIENT ARGS…\n"
    "\n"
    "Starts your client once per case, against a small IMAP server that behaves, or misbehaves,\n"
    "as the case says, and judges how the client takes it.\n"
    "\n"
    "CASE         an id (client/literal/empty), the beginning of one (client/literal), a glob, "
    "one\n"
    "             variant ('client/x[n=3]'), or a scenario file. All of them unless given.\n"
    "CLIENT ARGS  the client's command line. {host} {port} {tls_port} {url} {user} {password}\n"
    "             {ca} and {task} in it are filled in; the same stand in its environment as\n"
    "             IMAPWRIGHT_HOST … IMAPWRIGHT_TASK; where a scenario is about TLS, so do\n"
    "             {policy}: plain, starttls or tls, and {certificate}: the client's own.\n"
    "\n"
    "The client logs in, does its task (\"fetch INBOX\", \"status INBOX\", …) and exits with\n"
    "  0   it worked\n"
    "  1   it reported an error (any number not named here means the same)\n"
    "  70  it fell over: an internal error, as bad as a crash\n"
    "  89  it does not implement this task: the case is skipped\n"
    "\n"
    "Before a misbehaving server the client meets the same server behaving well. If it fails\n"
    "there, the case is \"blocked\": nothing can be said.\n"
    "\n"
    "The client\n"
    "  --timeout SECONDS  how long it may run (default 30)\n";

static const char help_end[] =
    "\n"
    "Exit status: 0 all as expected, 1 something was not, 2 usage or set-up (the client cannot be\n"
    "run). Every case that does not pass says which clause it is about, what was expected and\n"
    "received, and the command that runs it again.\n";

struct command {
    struct iw_check_options shared;
    const char *const *client;
    size_t client_count;
    bool help;
};

static bool read_options(struct command *command, int argc, char **argv)
{
    static const struct option none[] = {{NULL, 0, NULL, 0}};
    struct option all[IW_CHECK_OPTION_COUNT + IW_CHECK_OWN_MAX + 1];
    iw_check_options_table(none, all);
    const int own_argc = iw_behind_dashes(argc, argv, &command->client, &command->client_count);
    optind = 1;
    for (int option; (option = getopt_long(own_argc, argv, "hv", all, NULL)) != -1;) {
        if (option == 'h')
            return command->help = true;
        if (!iw_check_options_take(&command->shared, option, optarg))
            return false;
    }
    for (int i = optind; i < own_argc; i++) {
        if (!iw_check_options_name(&command->shared, argv[i]))
            return false;
    }
    if (command->client_count == 0 && !command->shared.list) {
        fputs("imapwright: which client? its command is wanted behind \"--\"\n", stderr);
        return false;
    }
    return true;
}

static void write_client(const struct command *command, struct iw_buf *out)
{
    for (size_t i = 0; i < command->client_count; i++) {
        iw_buf_add_string(out, i > 0 ? " " : "");
        iw_text_shell(out, command->client[i]);
    }
}

static unsigned default_jobs(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > JOBS_MAX ? JOBS_MAX : (unsigned)processors;
}

static int run_cases(const struct command *command, const struct iw_suite *suite,
                     struct iw_results *results, struct iw_loop *loop)
{
    const struct iw_check_options *shared = &command->shared;
    struct iw_stop stop;
    iw_stop_on_signals(&stop, loop);
    const struct iw_client_run_options options = {
        .loop = loop,
        .command = command->client,
        .command_count = command->client_count,
        .suite = suite,
        .expectations = &shared->expectations,
        .results = results,
        .stop = &stop,
        .jobs = shared->jobs > 0 ? shared->jobs : default_jobs(),
        .repeat = shared->repeat > 0 ? shared->repeat : 1,
        .seed = shared->seed,
        .client_ms = (shared->timeout_s > 0 ? shared->timeout_s : CLIENT_SECONDS) * SECOND,
        .step_ms = STEP_SECONDS * SECOND,
        .run_ms = (shared->run_timeout_s > 0 ? shared->run_timeout_s : RUN_SECONDS) * SECOND,
        .keep_transcripts = shared->verbose || shared->transcripts != NULL,
    };
    const uint64_t began = iw_clock_ms();
    iw_results_begin(results);
    iw_client_run(&options);
    const int status = iw_results_end(results, iw_clock_ms() - began);
    iw_loop_free(loop);
    return status;
}

static int check(void *context, const struct iw_suite *suite)
{
    struct command *command = context;
    struct iw_results results;
    struct iw_error error = {0};
    struct iw_buf client, after;
    iw_buf_init(&client, NULL, 1 << 20);
    iw_buf_init(&after, NULL, 1 << 20);
    write_client(command, &client);
    iw_buf_addf(&after, "-- %s", iw_buf_string(&client));
    const struct iw_run run = {.command = "check-client",
                               .target = iw_buf_string(&client),
                               .again_before = iw_buf_string(&command->shared.again),
                               .again_after = iw_buf_string(&after),
                               .strict = command->shared.strict};
    iw_results_init(&results, &run);
    int status = 2;
    if (iw_check_options_reports(&command->shared, &results)) {
        struct iw_loop *loop = iw_loop_new(&error);
        if (loop != NULL)
            status = run_cases(command, suite, &results, loop);
        else
            fprintf(stderr, "imapwright: %s\n", error.detail);
    }
    iw_buf_release(&client);
    iw_buf_release(&after);
    return status;
}

static int run_command(struct command *command, int argc, char **argv)
{
    if (!read_options(command, argc, argv)) {
        fputs("imapwright check-client --help says more\n", stderr);
        return 2;
    }
    if (command->help) {
        printf("%s%s%s", help, iw_check_options_help, help_end);
        return 0;
    }
    return iw_check_options_run(&command->shared, "client", check, command);
}

int iw_cmd_check_client(int argc, char **argv)
{
    struct command command = {.help = false};
    iw_check_options_init(&command.shared, "check-client");
    const int status = run_command(&command, argc, argv);
    iw_check_options_release(&command.shared);
    return status;
}
