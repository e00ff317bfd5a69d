/* SPDX-License-Identifier: MIT */
#include "cli/check_options.h"
#include "cli/commands.h"
#include "conformance/password.h"
#include "conformance/prove.h"
#include "conformance/server_run.h"
#include "net/wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    JOBS = 8,
    CONNECTIONS_MAX = 100,
    SECOND = 1000,
    CASE_STEPS = 6, /* a case may take that many times what one reply may */
    CASE_SECONDS_MAX = 86400,
    RUN_SECONDS = 7200,
    PROBLEM_OCTETS_MAX = 1 << 20
};

enum own {
    PROVE = 1,
    ALSO_RED,
    PASSWORD_FILE,
    CA_FILE,
    STARTTLS,
    AUTH,
    SECOND_USER,
    MAX_CONNECTIONS,
    CASE_TIMEOUT,
    ALLOW_INBOX,
    IN_CLEAR,
    ANY_CERTIFICATE
};

static const struct option own_table[] = {
    {"prove", no_argument, NULL, PROVE},
    {"also-red", required_argument, NULL, ALSO_RED},
    {"password-file", required_argument, NULL, PASSWORD_FILE},
    {"ca-file", required_argument, NULL, CA_FILE},
    {"starttls", no_argument, NULL, STARTTLS},
    {"auth", required_argument, NULL, AUTH},
    {"second-user", required_argument, NULL, SECOND_USER},
    {"max-connections", required_argument, NULL, MAX_CONNECTIONS},
    {"case-timeout", required_argument, NULL, CASE_TIMEOUT},
    {"allow-inbox", no_argument, NULL, ALLOW_INBOX},
    {"send-password-in-clear", no_argument, NULL, IN_CLEAR},
    {"insecure-accept-any-certificate", no_argument, NULL, ANY_CERTIFICATE},
    {NULL, 0, NULL, 0},
};

static const char help[] =
    "usage: imapwright check-server [OPTION…] URL [CASE…]\n"
    "       imapwright check-server --prove [OPTION…] [CASE…]\n"
    "\n"
    "Plays conversations as a client against a live IMAP server and judges its answers, each by\n"
    "one clause of the standards. With --prove no server is needed: every check is played to our\n"
    "own server, which has what it needs, and to that server with a defect, which it must find;\n"
    "without --profile that is all of them. With --also-red MUTANTS as well (a glob) it says what\n"
    "else these turn red, which takes a second for each.\n"
    "\n"
    "URL   imap://USER@HOST:PORT/ or imaps://USER@HOST:PORT/. The password comes from\n"
    "      --password-file, from IMAPWRIGHT_PASSWORD or from a prompt; for this machine it may\n"
    "      also stand in the URL: imap://alice:secret@127.0.0.1:10143/\n"
    "CASE  an id (server/store/silent), the beginning of one (server/store), a glob ('*/uid-*'),\n"
    "      one variant ('server/x[n=3]'), or a scenario file. All of them unless given.\n"
    "\n"
    "It works only below a mailbox of its own, \"imapwright-…\", and removes it at the end.\n"
    "\n"
    "The server\n"
    "  --password-file F  the first line of F is the password\n"
    "  --starttls         switch to TLS before anything else\n"
    "  --ca-file F        trust the certificates in F, not the system's\n"
    "  --auth MECH        LOGIN or PLAIN (else what the server offers)\n"
    "  --second-user U:P  for the cases in which another user takes part\n"
    "  --max-connections N  at the same time (default 8)\n"
    "  --timeout SECONDS  how long one reply may take (default 20)\n"
    "  --case-timeout SECONDS  how long one case may take (default 6 replies)\n"
    "  --allow-inbox      also the cases that name INBOX\n"
    "  --send-password-in-clear           to another machine, without TLS\n"
    "  --insecure-accept-any-certificate  whoever answers gets the password\n";

static const char help_end[] =
    "\n"
    "Exit status: 0 all as expected, 1 something was not, 2 usage or set-up (a wrong password,\n"
    "no such server). Every case that does not pass says which clause it is about, what was\n"
    "expected and received, and the command that runs it again.\n";

struct command {
    struct iw_check_options shared;
    struct iw_target target;
    const char *password_file, *ca_file;
    unsigned case_timeout_s; /* 0: the default */
    const char *also_red;
    bool prove, any_certificate, help;
};

static bool take_auth(struct command *command, const char *argument)
{
    iw_check_options_remember(&command->shared, "auth", argument);
    if (strcasecmp(argument, "LOGIN") == 0)
        command->target.auth = IW_AUTH_LOGIN;
    else if (strcasecmp(argument, "PLAIN") == 0)
        command->target.auth = IW_AUTH_PLAIN;
    else {
        fprintf(stderr, "imapwright: --auth knows LOGIN and PLAIN, not \"%s\"\n", argument);
        return false;
    }
    return true;
}

/* U:P; the command to run a case again does not repeat the password. */
static bool take_second_user(struct command *command, const char *argument)
{
    const char *colon = strchr(argument, ':');
    if (colon == NULL || colon == argument) {
        fputs("imapwright: --second-user wants a name, a colon and a password\n", stderr);
        return false;
    }
    struct iw_span name =
        iw_arena_copy(&command->shared.arena, iw_span(argument, (size_t)(colon - argument)));
    iw_check_options_remember(&command->shared, "second-user", name.data);
    command->target.second_user = name.data;
    command->target.second_password = colon + 1;
    return name.data != NULL;
}

static bool take_own(struct command *command, int option, const char *argument)
{
    if (option != PROVE && option != ALSO_RED && option != AUTH && option != SECOND_USER)
        iw_check_options_remember(&command->shared, own_table[option - 1].name, argument);
    switch (option) {
    case PROVE:
        return command->prove = true;
    case ALSO_RED:
        command->also_red = argument;
        return true;
    case PASSWORD_FILE:
        command->password_file = argument;
        return true;
    case CA_FILE:
        command->ca_file = argument;
        return true;
    case STARTTLS:
        return command->target.starttls = true;
    case AUTH:
        return take_auth(command, argument);
    case SECOND_USER:
        return take_second_user(command, argument);
    case MAX_CONNECTIONS:
        return iw_check_options_number("max-connections", argument, CONNECTIONS_MAX,
                                       &command->target.connections_max);
    case CASE_TIMEOUT:
        return iw_check_options_number("case-timeout", argument, CASE_SECONDS_MAX,
                                       &command->case_timeout_s);
    case ALLOW_INBOX:
        return command->target.allow_inbox = true;
    case IN_CLEAR:
        return command->target.allow_password_in_clear = true;
    default:
        return command->any_certificate = true;
    }
}

static bool read_options(struct command *command, int argc, char **argv)
{
    struct option all[IW_CHECK_OPTION_COUNT + IW_CHECK_OWN_MAX + 1];
    iw_check_options_table(own_table, all);
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "hv", all, NULL)) != -1;) {
        if (option == 'h')
            return command->help = true;
        const bool own = option >= PROVE && option <= ANY_CERTIFICATE;
        if (!(own ? take_own(command, option, optarg)
                  : iw_check_options_take(&command->shared, option, optarg)))
            return false;
    }
    return true;
}

/* URL, unless none is needed, and CASEs. */
static bool read_operands(struct command *command, int argc, char **argv)
{
    int at = optind;
    const bool needs_none = command->prove || command->shared.list;
    const bool has_url = at < argc && strstr(argv[at], "://") != NULL;
    if (!needs_none || has_url) {
        struct iw_error error = {0};
        if (at == argc) {
            fputs("imapwright: which server? imap://USER@HOST:PORT/ is wanted\n", stderr);
            return false;
        }
        if (iw_url_parse(argv[at++], &command->target.url, &error) != IW_OK) {
            fprintf(stderr, "imapwright: %s\n", error.detail);
            return false;
        }
    }
    for (; at < argc; at++) {
        if (!iw_check_options_name(&command->shared, argv[at]))
            return false;
    }
    return true;
}

/* ---- --prove ---- */

/* All of a folder, whatever cases were asked for. */
static bool load_folder(struct command *command, const char *folder, struct iw_suite *suite)
{
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, PROBLEM_OCTETS_MAX);
    const struct iw_suite_options options = {
        .directory = iw_buf_string(&command->shared.directory),
        .folder = folder,
        .profile = "all",
    };
    const bool loaded = iw_suite_load(suite, &options, &problem);
    fputs(iw_buf_string(&problem), stderr);
    iw_buf_release(&problem);
    return loaded;
}

static int prove(void *context, const struct iw_suite *suite)
{
    struct command *command = context;
    struct iw_suite mutants, lawful = {0};
    struct iw_results results;
    int status = 2;
    iw_buf_add_string(&command->shared.again, " --prove");
    const struct iw_run run = {.command = "check-server",
                               .target = "the checks themselves",
                               .again_before = iw_buf_string(&command->shared.again),
                               .again_after = "",
                               .strict = true};
    iw_results_init(&results, &run);
    if (load_folder(command, "mutants", &mutants) && load_folder(command, "lawful", &lawful) &&
        iw_check_options_reports(&command->shared, &results)) {
        const struct iw_prove_options options = {
            .checks = suite,
            .mutants = &mutants,
            .lawful = &lawful,
            .expectations = &command->shared.expectations,
            .results = &results,
            .all_checks = command->shared.name_count == 0 && command->shared.shards == 0 &&
                          strcmp(command->shared.profile, "all") == 0,
            .also_red = command->also_red,
            .keep_transcripts = command->shared.verbose || command->shared.transcripts != NULL,
        };
        const uint64_t began = iw_clock_ms();
        iw_results_begin(&results);
        iw_prove(&options);
        status = iw_results_end(&results, iw_clock_ms() - began);
    }
    iw_suite_release(&lawful);
    iw_suite_release(&mutants);
    return status;
}

/* ---- a live server ---- */

static bool find_credentials(struct command *command)
{
    struct iw_url *url = &command->target.url;
    struct iw_error error = {0};
    if (url->user[0] == '\0') {
        fputs("imapwright: the URL names no user: imap://USER@HOST:PORT/\n", stderr);
        return false;
    }
    if (!iw_target_may_log_in(&command->target, &error) ||
        iw_password_find(url, command->password_file, &error) != IW_OK) {
        fprintf(stderr, "imapwright: %s\n", error.detail);
        return false;
    }
    command->target.user = url->user;
    command->target.password = url->password;
    return true;
}

/* Also for imap://: a case may make its own way into TLS. */
static bool make_tls(struct command *command)
{
    struct iw_error error = {0};
    command->target.tls = iw_tls_client_new(command->ca_file, &error);
    if (command->target.tls == NULL) {
        fprintf(stderr, "imapwright: %s\n", error.detail);
        return false;
    }
    if (command->any_certificate)
        iw_tls_client_insecure_accept_any_certificate(command->target.tls);
    return true;
}

static int run_cases(struct command *command, const struct iw_suite *suite,
                     struct iw_results *results, struct iw_loop *loop)
{
    const struct iw_check_options *shared = &command->shared;
    struct iw_stop stop;
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, PROBLEM_OCTETS_MAX);
    iw_stop_on_signals(&stop, loop);
    if (shared->timeout_s > 0)
        command->target.step_ms = shared->timeout_s * SECOND;
    const struct iw_server_run_options options = {
        .loop = loop,
        .target = &command->target,
        .suite = suite,
        .expectations = &shared->expectations,
        .results = results,
        .stop = &stop,
        .jobs = shared->jobs > 0 ? shared->jobs : JOBS,
        .repeat = shared->repeat > 0 ? shared->repeat : 1,
        .seed = shared->seed,
        .case_ms = command->case_timeout_s > 0 ? command->case_timeout_s * SECOND
                                               : command->target.step_ms * CASE_STEPS,
        .run_ms = (shared->run_timeout_s > 0 ? shared->run_timeout_s : RUN_SECONDS) * SECOND,
        .keep_transcripts = shared->verbose || shared->transcripts != NULL,
        .unix_seconds = iw_clock_unix(),
        .number = (unsigned long)getpid(),
    };
    const uint64_t began = iw_clock_ms();
    iw_results_begin(results);
    iw_server_run(&options, &problem);
    const int status = iw_results_end(results, iw_clock_ms() - began);
    fputs(iw_buf_string(&problem), stderr);
    iw_buf_release(&problem);
    iw_loop_free(loop);
    return status;
}

static int check(void *context, const struct iw_suite *suite)
{
    struct command *command = context;
    struct iw_results results;
    struct iw_error error = {0};
    struct iw_buf target;
    iw_buf_init(&target, NULL, PROBLEM_OCTETS_MAX);
    iw_url_write(&command->target.url, &target);
    iw_buf_addf(&command->shared.again, " %s", iw_buf_string(&target));
    const struct iw_run run = {.command = "check-server",
                               .target = iw_buf_string(&target),
                               .again_before = iw_buf_string(&command->shared.again),
                               .again_after = "",
                               .strict = command->shared.strict};
    iw_results_init(&results, &run);
    int status = 2;
    if (find_credentials(command) && make_tls(command) &&
        iw_check_options_reports(&command->shared, &results)) {
        struct iw_loop *loop = iw_loop_new(&error);
        if (loop != NULL)
            status = run_cases(command, suite, &results, loop);
        else
            fprintf(stderr, "imapwright: %s\n", error.detail);
    }
    iw_buf_release(&target);
    return status;
}

static int run_command(struct command *command, int argc, char **argv)
{
    if (!read_options(command, argc, argv) ||
        (!command->help && !read_operands(command, argc, argv))) {
        fputs("imapwright check-server --help says more\n", stderr);
        return 2;
    }
    if (command->help) {
        printf("%s%s%s", help, iw_check_options_help, help_end);
        return 0;
    }
    if (command->prove && command->shared.profile == NULL)
        command->shared.profile = "all";
    return iw_check_options_run(&command->shared, "server", command->prove ? prove : check,
                                command);
}

int iw_cmd_check_server(int argc, char **argv)
{
    struct command command = {.prove = false};
    iw_check_options_init(&command.shared, "check-server");
    iw_target_init(&command.target);
    const int status = run_command(&command, argc, argv);
    if (command.target.tls != NULL)
        iw_tls_context_free(command.target.tls);
    memset(command.target.url.password, 0, sizeof command.target.url.password);
    iw_target_release(&command.target);
    iw_check_options_release(&command.shared);
    return status;
}
