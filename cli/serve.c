/* SPDX-License-Identifier: MIT */
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/serve_world.h"
#include "conformance/encounter.h"
#include "conformance/suite.h"
#include "mockserver/client_command.h"
#include "mockserver/explain.h"
#include "mockserver/server.h"
#include "script/load.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: imapwright serve [SCENARIO] [OPTION…] [-- CLIENT ARGS…]\n"
    "\n"
    "A mock server on 127.0.0.1 and ::1. It plays SCENARIO, a file or an id, to the clients that\n"
    "come; without one it is a small, well-behaved IMAP server. When it is ready it prints one\n"
    "line: {\"event\":\"listening\",\"imap\":PORT,\"imaps\":PORT,\"ca\":FILE}.\n"
    "\n"
    "With a client behind -- it runs that to its end and judges. In its arguments {host} {port}\n"
    "{tls_port} {url} {user} {password} {ca} {task} are filled in; the same stand in its\n"
    "environment as IMAPWRIGHT_HOST … IMAPWRIGHT_TASK. Without, it serves until it gets SIGTERM "
    "or\n"
    "SIGINT, and then says how it went.\n"
    "\n"
    "  --port N       of plain IMAP; else a free one\n"
    "  --tls-port N   of implicit TLS; else a free one\n"
    "  --port-file F  the line above goes into this file, too\n"
    "  --user U:P     who may log in, also several times; else what the scenario says, else user\n"
    "                 and secret\n"
    "  --users F      a file of such lines U:P; \"#\" begins a comment\n"
    "  --mail PATH    mail of the first user, also several times: a Maildir, a folder of .eml and\n"
    "                 .mbox files and of such folders, each a mailbox, or a file in mbox format\n"
    "  --as PERSONA   with the capabilities and oddities of a server known from the field: one of\n"
    "                 scenarios/personas; a wrong name lists them\n"
    "  --capability L what it says it can do, and no more: names, between spaces or commas; those\n"
    "                 with + or - in front come to or go from what is there\n"
    "  --variant K    which of the scenario's variants, from 0\n"
    "  --timeout S    how long a client may run (else 30), or take to connect (else for ever)\n"
    "  -v             print every line of the wire as it goes\n"
    "  --help         this text\n"
    "\n"
    "Exit status: 0 as the scenario wants it, 1 not so, 2 usage or set-up.\n";

enum {
    CLIENT_SECONDS = 30,
    SECONDS_MAX = 86400,
    SETTLE_MS = 50, /* for octets that were on their way when the client exited */
    REPORT_MAX = 1 << 20,
    PROBLEM_MAX = 4096,
    PERSONA_MAX = 64
};

struct serve {
    /* from the command line */
    const char *name, *port_file;
    const char *persona;
    struct iw_serve_world world;
    uint64_t port, tls_port, variant, seconds;
    bool verbose;
    const char *const *client;
    size_t client_count;

    struct iw_scenario *scenario;
    struct iw_loop *loop;
    struct iw_mock *mock;
    struct iw_timer *timer;
    struct iw_child *child;
    struct iw_client_command command;
    struct iw_encounter_facts facts;
    bool exited, unconnected;
    bool mid_line; /* the client's output stopped there */
};

/* ---- what is printed ---- */

static void show_wire(void *context, unsigned conn, char who, struct iw_span octets)
{
    (void)context;
    fprintf(stderr, "%c%u: ", who, conn);
    for (size_t i = 0; i < octets.length; i++) {
        unsigned char c = (unsigned char)octets.data[i];
        if (c == '\n' && i + 1 < octets.length)
            fprintf(stderr, "\n%c%u: ", who, conn);
        else if (c >= 0x20 && c != 0x7f)
            fputc(c, stderr);
        else if (c != '\n' && c != '\r')
            fprintf(stderr, "\\x%02x", c);
    }
    fputc('\n', stderr);
}

static void write_listening(const struct serve *serve, struct iw_buf *out)
{
    struct iw_json_writer json;
    iw_json_writer_init(&json, out, IW_JSON_DENSE);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, "event", "listening");
    iw_json_put_number(&json, "imap", iw_mock_port(serve->mock));
    iw_json_put_number(&json, "imaps", iw_mock_tls_port(serve->mock));
    iw_json_put_octets(&json, "ca", iw_span_of(iw_mock_ca_file(serve->mock)));
    iw_json_close_object(&json);
    iw_buf_add_char(out, '\n');
}

/* Whoever waits for the file finds it whole: it is written beside and moved there. */
static bool write_port_file(const char *path, struct iw_span text)
{
    char beside[4096];
    snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(beside, "w");
    bool written = file != NULL && fwrite(text.data, 1, text.length, file) == text.length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (written && rename(beside, path) == 0)
        return true;
    fprintf(stderr, "imapwright serve: cannot write %s: %s\n", path, strerror(errno));
    unlink(beside);
    return false;
}

/* Whoever has read the line finds the file. */
static bool announce(const struct serve *serve)
{
    struct iw_buf line;
    iw_buf_init(&line, NULL, PROBLEM_MAX);
    write_listening(serve, &line);
    bool written =
        serve->port_file == NULL || write_port_file(serve->port_file, iw_buf_span(&line));
    if (written) {
        fputs(iw_buf_string(&line), stdout);
        fflush(stdout);
    }
    iw_buf_release(&line);
    return written;
}

/* ---- the client ---- */

static void on_output(void *context, struct iw_child *child, struct iw_span octets)
{
    struct serve *serve = context;
    (void)child;
    fwrite(octets.data, 1, octets.length, stderr);
    serve->mid_line = octets.length > 0 && octets.data[octets.length - 1] != '\n';
}

static void on_exited(void *context, struct iw_child *child, const struct iw_child_exit *exit)
{
    struct serve *serve = context;
    (void)child;
    serve->child = NULL;
    serve->exited = true;
    serve->facts.exit = *exit;
    iw_timer_set(serve->timer, iw_loop_now(serve->loop) + SETTLE_MS);
}

static const struct iw_child_events child_events = {on_output, on_exited};

static bool start_client(struct serve *serve, struct iw_error *error)
{
    bool has_task = serve->scenario != NULL && serve->scenario->tasks.count > 0;
    const struct iw_client_facts facts = {
        .host = "127.0.0.1",
        .port = iw_mock_port(serve->mock),
        .tls_port = iw_mock_tls_port(serve->mock),
        .user = iw_mock_user(serve->mock),
        .password = iw_mock_password(serve->mock),
        .ca = iw_mock_ca_file(serve->mock),
        .task = has_task ? serve->scenario->tasks.items[0] : IW_SPAN("login"),
    };
    if (!iw_client_command_make(&serve->command, serve->client, serve->client_count, &facts)) {
        iw_failf(error, IW_LIMIT, "the client's command line is too long");
        return false;
    }
    serve->child = iw_child_spawn(serve->loop, serve->command.argv, serve->command.environment,
                                  &child_events, serve, error);
    return serve->child != NULL;
}

/* ---- how it goes on, and ends ---- */

static void on_timer(void *context)
{
    struct serve *serve = context;
    if (serve->child != NULL) {
        serve->facts.timed_out = true;
        iw_child_kill(serve->child, SIGKILL);
        return;
    }
    serve->unconnected = serve->client_count == 0 && iw_mock_report(serve->mock).connections == 0;
    if (serve->exited || serve->unconnected)
        iw_loop_stop(serve->loop);
}

static void on_signal(void *context, int signal)
{
    struct serve *serve = context;
    (void)signal;
    if (serve->child != NULL)
        iw_child_kill(serve->child, SIGKILL);
    else
        iw_loop_stop(serve->loop);
}

static void set_timer(struct serve *serve)
{
    uint64_t seconds = serve->seconds;
    if (seconds == 0 && serve->client_count > 0)
        seconds = CLIENT_SECONDS;
    serve->facts.client_ms = (unsigned)seconds * 1000;
    if (seconds > 0)
        iw_timer_set(serve->timer, iw_loop_now(serve->loop) + seconds * 1000);
}

static int run(struct serve *serve)
{
    struct iw_error error = {0};
    iw_loop_on_signal(serve->loop, on_signal, serve); /* first: nobody is told before it holds */
    if (!announce(serve))
        return 2;
    if (serve->client_count > 0 && !start_client(serve, &error)) {
        fprintf(stderr, "imapwright serve: %s\n", error.detail);
        return 2;
    }
    set_timer(serve);
    iw_loop_run(serve->loop);
    return 0;
}

/* ---- the verdict ---- */

static int status_of(enum iw_verdict verdict)
{
    return verdict == IW_SETUP ? 2 : iw_verdict_counts(verdict, false) ? 1 : 0;
}

/* Without a scenario there is nothing to judge but whether the client came and succeeded. */
static int judge_plain(const struct serve *serve)
{
    if (serve->client_count == 0)
        return serve->unconnected ? 1 : 0;
    const struct iw_child_exit *exit = &serve->facts.exit;
    bool came = iw_mock_report(serve->mock).connections > 0;
    if (!came)
        fputs("blocked: the client never connected\n", stderr);
    if (serve->facts.timed_out)
        fprintf(stderr, "timeout: the client was killed after %u ms\n", serve->facts.client_ms);
    else if (exit->signal != 0)
        fprintf(stderr, "crash: signal %d ended the client\n", exit->signal);
    else
        fprintf(stderr, "the client's exit status: %d\n", exit->status);
    return came && exit->signal == 0 && exit->status == 0 ? 0 : 1;
}

static int judge(struct serve *serve)
{
    char text[600];
    const struct iw_mock_report report = iw_mock_report(serve->mock);
    struct iw_finding finding = *report.finding;
    if (serve->mid_line)
        fputc('\n', stderr);
    if (serve->unconnected)
        fputs("timeout: no client has connected\n", stderr);
    if (serve->scenario == NULL || serve->unconnected)
        return judge_plain(serve);
    if (serve->client_count > 0) {
        serve->facts.scenario = serve->scenario;
        serve->facts.connections = report.connections;
        serve->facts.server = report.finding;
        finding = iw_encounter_judge(&serve->facts, text, sizeof text);
    }
    struct iw_buf out;
    iw_buf_init(&out, NULL, REPORT_MAX);
    iw_explain(serve->scenario, &finding, iw_mock_transcript(serve->mock), &out);
    fputs(iw_buf_string(&out), stderr);
    iw_buf_release(&out);
    return status_of(finding.verdict);
}

/* ---- setting up ---- */

static void print_diagnostic(const char *path, const struct iw_diagnostic *diagnostic)
{
    if (diagnostic->place.line == 0)
        fprintf(stderr, "imapwright serve: %s %s\n", path, diagnostic->message);
    else
        fprintf(stderr, "%s:%u:%u: %s%s%s%s\n", path, diagnostic->place.line,
                diagnostic->place.column, diagnostic->message,
                diagnostic->pointer[0] == '\0' ? "" : " (at ", diagnostic->pointer,
                diagnostic->pointer[0] == '\0' ? "" : ")");
}

/* A file, or the id of a scenario that belongs to imapwright. */
static struct iw_scenario *load(const char *name)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_buf path;
    iw_buf_init(&path, NULL, PROBLEM_MAX);
    if (access(name, R_OK) == 0)
        iw_buf_add_string(&path, name);
    else if (iw_suite_find_directory(&path))
        iw_buf_addf(&path, "/%s.json", name);
    if (path.length == 0 || access(iw_buf_string(&path), R_OK) != 0) {
        iw_buf_clear(&path);
        iw_buf_add_string(&path, name);
    }
    struct iw_scenario *scenario = iw_scenario_load(iw_buf_string(&path), &diagnostic);
    if (scenario == NULL)
        print_diagnostic(iw_buf_string(&path), &diagnostic);
    iw_buf_release(&path);
    return scenario;
}

static int is_scenario(const struct dirent *entry)
{
    return strstr(entry->d_name, ".json") != NULL;
}

static void print_personas(FILE *stream)
{
    struct dirent **entries;
    struct iw_buf path;
    iw_buf_init(&path, NULL, PROBLEM_MAX);
    int count = -1;
    if (iw_suite_find_directory(&path)) {
        iw_buf_add_string(&path, "/personas");
        count = scandir(iw_buf_string(&path), &entries, is_scenario, alphasort);
    }
    for (int i = 0; i < count; i++) {
        fprintf(stream, " %.*s", (int)strcspn(entries[i]->d_name, "."), entries[i]->d_name);
        free(entries[i]);
    }
    fputc('\n', stream);
    if (count >= 0)
        free(entries);
    iw_buf_release(&path);
}

/* A persona is a scenario: capabilities, and rules over the engine. */
static bool load_persona(struct serve *serve)
{
    char name[PERSONA_MAX + sizeof "personas/"];
    size_t length = strlen(serve->persona);
    snprintf(name, sizeof name, "personas/%s", serve->persona);
    serve->scenario = length == 0 || length > PERSONA_MAX || strpbrk(serve->persona, "./") != NULL
                          ? NULL
                          : load(name);
    if (serve->scenario != NULL)
        return true;
    fprintf(stderr, "imapwright serve: --as takes one of:");
    print_personas(stderr);
    return false;
}

static bool load_scenario(struct serve *serve)
{
    if (serve->persona != NULL)
        return load_persona(serve);
    if (serve->name == NULL)
        return true;
    serve->scenario = load(serve->name);
    if (serve->scenario == NULL)
        return false;
    size_t variants = iw_scenario_variants(serve->scenario);
    if (serve->variant < variants)
        return true;
    fprintf(stderr, "imapwright serve: --variant %llu: the scenario has %zu, counted from 0\n",
            (unsigned long long)serve->variant, variants);
    return false;
}

static int set_up_and_run(struct serve *serve)
{
    struct iw_error error = {0};
    const struct iw_serve_world *world = &serve->world;
    const struct iw_world_user *first = world->user_count == 0 ? NULL : world->users;
    /* A scenario is played alike on every day. */
    bool lives_now = serve->scenario == NULL || serve->persona != NULL;
    const struct iw_mock_options options = {.scenario = serve->scenario,
                                            .unix_seconds = lives_now ? (int64_t)time(NULL) : 0,
                                            .variant = (size_t)serve->variant,
                                            .port = (unsigned)serve->port,
                                            .tls_port = (unsigned)serve->tls_port,
                                            .user = first == NULL ? NULL : first->name,
                                            .password = first == NULL ? NULL : first->password,
                                            .bare = world->mail_count > 0,
                                            .wire = serve->verbose ? show_wire : NULL};
    serve->loop = iw_loop_new(&error);
    if (serve->loop != NULL) {
        serve->timer = iw_timer_new(serve->loop, on_timer, serve);
        serve->mock = iw_mock_start(serve->loop, &options, &error);
    }
    if (serve->mock == NULL || serve->timer == NULL ||
        iw_serve_world_make(&serve->world, iw_mock_engine(serve->mock), &error) != IW_OK) {
        fprintf(stderr, "imapwright serve: %s\n",
                error.detail[0] != '\0' ? error.detail : iw_result_name(error.code));
        return 2;
    }
    int status = run(serve);
    return status != 0 ? status : judge(serve);
}

static void tear_down(struct serve *serve)
{
    if (serve->timer != NULL)
        iw_timer_free(serve->timer);
    iw_mock_stop(serve->mock);
    if (serve->loop != NULL)
        iw_loop_free(serve->loop);
    iw_client_command_release(&serve->command);
    iw_scenario_free(serve->scenario);
    iw_serve_world_release(&serve->world);
}

/* ---- the command line ---- */

static bool read_number(const char *name, const char *text, uint64_t max, uint64_t *number)
{
    if (iw_span_number(iw_span_of(text), max, number))
        return true;
    fprintf(stderr, "imapwright serve: --%s wants a number up to %llu, not \"%s\"\n", name,
            (unsigned long long)max, text);
    return false;
}

/* What went wrong with the world's options. */
static bool took(enum iw_result result, const struct iw_error *error)
{
    if (result != IW_OK)
        fprintf(stderr, "imapwright serve: %s\n",
                error->detail[0] != '\0' ? error->detail : iw_result_name(result));
    return result == IW_OK;
}

static bool read_option(struct serve *serve, int option, const char *value)
{
    struct iw_error error = {0};
    switch (option) {
    case 'p':
        return read_number("port", value, 65535, &serve->port);
    case 't':
        return read_number("tls-port", value, 65535, &serve->tls_port);
    case 'f':
        serve->port_file = value;
        return true;
    case 'u':
        return took(iw_serve_world_add_user(&serve->world, iw_span_of(value), &error), &error);
    case 'U':
        return took(iw_serve_world_read_users(&serve->world, value, &error), &error);
    case 'm':
        return took(iw_serve_world_add_mail(&serve->world, value, &error), &error);
    case 'a':
        serve->persona = value;
        return true;
    case 'c':
        serve->world.capabilities = value;
        return true;
    case 'k':
        return read_number("variant", value, SIZE_MAX, &serve->variant);
    case 's':
        return read_number("timeout", value, SECONDS_MAX, &serve->seconds);
    case 'v':
        serve->verbose = true;
        return true;
    default:
        return false;
    }
}

/* 0 to go on, else the exit status plus one. argc counts up to the "--". */
static int read_options(int argc, char **argv, struct serve *serve)
{
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"tls-port", required_argument, NULL, 't'},
                                            {"port-file", required_argument, NULL, 'f'},
                                            {"user", required_argument, NULL, 'u'},
                                            {"users", required_argument, NULL, 'U'},
                                            {"mail", required_argument, NULL, 'm'},
                                            {"as", required_argument, NULL, 'a'},
                                            {"capability", required_argument, NULL, 'c'},
                                            {"variant", required_argument, NULL, 'k'},
                                            {"timeout", required_argument, NULL, 's'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "v", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (!read_option(serve, option, optarg))
            return 3;
    }
    if (serve->client != NULL && serve->client_count == 0) {
        fputs("imapwright serve: no client stands behind --\n", stderr);
        return 3;
    }
    if (argc - optind > 1) {
        fprintf(stderr, "imapwright serve: one scenario at a time, not %d\n", argc - optind);
        return 3;
    }
    serve->name = optind < argc ? argv[optind] : NULL;
    if (serve->name != NULL && serve->persona != NULL) {
        fputs("imapwright serve: a scenario, or --as, not both\n", stderr);
        return 3;
    }
    return 0;
}

/* Everything behind "--" is the client. */
static int find_client(int argc, char **argv, struct serve *serve)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0)
            continue;
        serve->client = (const char *const *)(argv + i + 1);
        serve->client_count = (size_t)(argc - i - 1);
        return i;
    }
    return argc;
}

int iw_cmd_serve(int argc, char **argv)
{
    struct serve serve = {0};
    iw_serve_world_init(&serve.world);
    int status = read_options(find_client(argc, argv, &serve), argv, &serve);
    if (status != 0)
        status--;
    else
        status = load_scenario(&serve) ? set_up_and_run(&serve) : 2;
    tear_down(&serve);
    return status;
}
