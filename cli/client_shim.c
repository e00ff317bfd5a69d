/* SPDX-License-Identifier: MIT */
/* Our own client as a client under test: one task, named by the environment, and an exit status. */
#include "cli/commands.h"
#include "conformance/client_run.h"
#include "conformance/client_task.h"
#include "conformance/password.h"
#include "conformance/url.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: imapwright client-shim [OPTION…] [TASK…]\n"
    "\n"
    "Logs in, does one task, logs out: imapwright's own client as a client under test, as in\n"
    "  imapwright check-client -- imapwright client-shim\n"
    "\n"
    "  --host HOST --port N --tls-port N --url URL --user NAME --ca FILE --policy P\n"
    "                     instead of IMAPWRIGHT_HOST, IMAPWRIGHT_PORT and so on\n"
    "  --password-file F  instead of IMAPWRIGHT_PASSWORD: the first line of F\n"
    "  --stream COMMAND   talks to a server that COMMAND runs on its standard input and output\n"
    "  --auth MECHANISM   AUTHENTICATE with SCRAM-SHA-256, PLAIN, …; LOGIN without\n"
    "  --certificate F --key F  the client's own, in PEM; without --key it is in the same file\n"
    "  --timeout SECONDS  how long the server may say nothing (default 10)\n"
    "  --help             this text\n"
    "\n"
    "A policy is plain, starttls or tls; an imaps URL stands for tls, plain is the default.\n"
    "\n"
    "TASK, else IMAPWRIGHT_TASK, is one of these. Words are split as by a shell, but a backslash\n"
    "stands for itself.\n"
    "  login [MECHANISM]          nothing else\n"
    "  noop | capability | list | namespace\n"
    "  status MAILBOX\n"
    "  select MAILBOX             fails when the mailbox can only be read\n"
    "  examine MAILBOX            fails when the mailbox can be written to\n"
    "  fetch MAILBOX              BODY[] of message 1, which must come whole\n"
    "  flag MAILBOX N FLAG\n"
    "  search MAILBOX KEY…\n"
    "  append MAILBOX FILE|OCTETS a file, or a message of so many octets\n"
    "  expunge MAILBOX\n"
    "  copy MAILBOX N TARGET | move MAILBOX N TARGET\n"
    "  poll MAILBOX               asks for news three times\n"
    "  idle MAILBOX               waits for news, by IDLE where there is one\n"
    "  sync MAILBOX               UIDs and flags of all messages, twice\n"
    "  create MAILBOX | delete MAILBOX | rename MAILBOX NAME\n"
    "\n"
    "Exit status: 0 it worked; 1 an error was reported, on standard error as \"error: …\" (what\n"
    "was asked cannot work), \"abort: …\" (the connection is over) or \"readonly: …\" (the "
    "mailbox\n"
    "cannot be written to); 2 usage; 89 there is no such task.\n";

struct shim {
    const char *host, *user, *password, *ca, *policy, *url, *auth, *port, *tls_port, *timeout,
        *stream, *certificate, *key;
    const char *password_file;
    char password_line[IW_PASSWORD_MAX];
    struct iw_url parsed;
    unsigned plain_number, tls_number;
    int timeout_ms;
    bool help;
    const char *line; /* the task, to be split; NULL: it has come in words */
    struct iw_task task;
};

/* ---- what is asked for ---- */

static int usage_error(const char *what, const char *detail)
{
    fprintf(stderr, "imapwright client-shim: %s%s; --help says more\n", what, detail);
    return 2;
}

static void read_environment(struct shim *shim)
{
    shim->host = getenv("IMAPWRIGHT_HOST");
    shim->port = getenv("IMAPWRIGHT_PORT");
    shim->tls_port = getenv("IMAPWRIGHT_TLS_PORT");
    shim->url = getenv("IMAPWRIGHT_URL");
    shim->user = getenv("IMAPWRIGHT_USER");
    shim->password = getenv("IMAPWRIGHT_PASSWORD");
    shim->ca = getenv("IMAPWRIGHT_CA");
    shim->certificate = getenv("IMAPWRIGHT_CERTIFICATE");
    shim->policy = getenv("IMAPWRIGHT_POLICY");
    shim->line = getenv("IMAPWRIGHT_TASK");
}

static bool take_option(struct shim *shim, int option)
{
    switch (option) {
    case 'H':
        shim->host = optarg;
        return true;
    case 'p':
        shim->port = optarg;
        return true;
    case 't':
        shim->tls_port = optarg;
        return true;
    case 'u':
        shim->url = optarg;
        return true;
    case 'U':
        shim->user = optarg;
        return true;
    case 'P':
        shim->password_file = optarg;
        return true;
    case 'c':
        shim->ca = optarg;
        return true;
    case 'o':
        shim->policy = optarg;
        return true;
    case 's':
        shim->stream = optarg;
        return true;
    case 'a':
        shim->auth = optarg;
        return true;
    case 'C':
        shim->certificate = optarg;
        return true;
    case 'k':
        shim->key = optarg;
        return true;
    case 'w':
        shim->timeout = optarg;
        return true;
    case 'h':
        return shim->help = true;
    default:
        return false;
    }
}

/* Words that are given one by one make the task; one alone is split like the environment's. */
static bool read_options(struct shim *shim, int argc, char **argv)
{
    static const struct option options[] = {
        {"host", required_argument, NULL, 'H'},
        {"port", required_argument, NULL, 'p'},
        {"tls-port", required_argument, NULL, 't'},
        {"url", required_argument, NULL, 'u'},
        {"user", required_argument, NULL, 'U'},
        {"password-file", required_argument, NULL, 'P'},
        {"ca", required_argument, NULL, 'c'},
        {"policy", required_argument, NULL, 'o'},
        {"stream", required_argument, NULL, 's'},
        {"auth", required_argument, NULL, 'a'},
        {"certificate", required_argument, NULL, 'C'},
        {"key", required_argument, NULL, 'k'},
        {"timeout", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "+h", options, NULL)) != -1;)
        if (!take_option(shim, option))
            return false;
    if (argc > optind)
        shim->line = argc - optind == 1 ? argv[optind] : NULL;
    for (int i = optind; shim->line == NULL && i < argc && shim->task.count < IW_TASK_WORDS_MAX;
         i++)
        shim->task.words[shim->task.count++] = argv[i];
    return true;
}

static bool read_number(const char *text, uint64_t max, unsigned *number)
{
    uint64_t value = 0;
    if (!iw_span_number(iw_span_of(text), max, &value))
        return false;
    *number = (unsigned)value;
    return true;
}

static int read_password(struct shim *shim)
{
    struct iw_error error = {0};
    if (shim->password_file == NULL)
        return 0;
    if (iw_password_read(shim->password_file, shim->password_line, sizeof shim->password_line,
                         &error) != IW_OK)
        return usage_error(error.detail, "");
    shim->password = shim->password_line;
    return 0;
}

/* The URL stands in for what is named nowhere else. */
static int read_url(struct shim *shim)
{
    struct iw_error error = {0};
    if (shim->url == NULL || shim->url[0] == '\0')
        return 0;
    if (iw_url_parse(shim->url, &shim->parsed, &error) != IW_OK)
        return usage_error("the URL: ", error.detail);
    if (shim->host == NULL)
        shim->host = shim->parsed.host;
    if (shim->user == NULL)
        shim->user = shim->parsed.user;
    if (shim->password == NULL && shim->parsed.has_password)
        shim->password = shim->parsed.password;
    if (shim->parsed.tls && shim->tls_port == NULL)
        shim->tls_number = shim->parsed.port;
    if (!shim->parsed.tls && shim->port == NULL)
        shim->plain_number = shim->parsed.port;
    if (shim->policy == NULL && shim->parsed.tls)
        shim->policy = "tls";
    return 0;
}

/* 0, or the exit status. */
static int read_target(struct shim *shim)
{
    unsigned seconds = 10;
    shim->plain_number = IW_IMAP_PORT;
    shim->tls_number = IW_IMAP_SSL_PORT;
    if (read_url(shim) != 0 || read_password(shim) != 0)
        return 2;
    if (shim->port != NULL && !read_number(shim->port, 65535, &shim->plain_number))
        return usage_error("no port: ", shim->port);
    if (shim->tls_port != NULL && !read_number(shim->tls_port, 65535, &shim->tls_number))
        return usage_error("no port: ", shim->tls_port);
    if (shim->timeout != NULL && !read_number(shim->timeout, 3600, &seconds))
        return usage_error("no number of seconds: ", shim->timeout);
    shim->timeout_ms = (int)(seconds == 0 ? 1 : seconds) * 1000;
    if (shim->stream != NULL && shim->host == NULL)
        shim->host = "localhost";
    if (shim->host == NULL || shim->user == NULL || shim->password == NULL)
        return usage_error("host, user and password must be given", "");
    if (shim->policy == NULL || strcmp(shim->policy, "none") == 0)
        shim->policy = "plain";
    if (strcmp(shim->policy, "plain") != 0 && strcmp(shim->policy, "starttls") != 0 &&
        strcmp(shim->policy, "tls") != 0)
        return usage_error("no policy: ", shim->policy);
    return 0;
}

/* ---- the connection ---- */

static struct iw_tls_context *make_tls(const struct shim *shim, struct iw_imap_failure *failure)
{
    *failure = (struct iw_imap_failure){.outcome = IW_IMAP_ABORT};
    bool named = shim->ca != NULL && shim->ca[0] != '\0';
    struct iw_tls_context *tls = iw_tls_client_new(named ? shim->ca : NULL, &failure->error);
    if (tls == NULL || shim->certificate == NULL || shim->certificate[0] == '\0' ||
        iw_tls_client_certificate(tls, shim->certificate, shim->key, &failure->error) == IW_OK)
        return tls;
    iw_tls_context_free(tls);
    return NULL;
}

static struct iw_wire *open_wire(const struct shim *shim, bool implicit, struct iw_error *error)
{
    unsigned port = implicit ? shim->tls_number : shim->plain_number;
    if (shim->stream != NULL)
        return iw_wire_child(shim->stream, error);
    return iw_wire_tcp(shim->host, port, shim->timeout_ms, error);
}

/* Connects, and secures the connection as the policy says. NULL: *failure says why. */
static struct iw_imap *open_imap(const struct shim *shim, struct iw_tls_context *tls,
                                 struct iw_imap_failure *failure)
{
    struct iw_imap_options options = {
        .host = shim->host, .timeout_ms = shim->timeout_ms, .command_ms = 2 * shim->timeout_ms};
    bool implicit = strcmp(shim->policy, "tls") == 0;
    *failure = (struct iw_imap_failure){.outcome = IW_IMAP_ABORT};
    struct iw_wire *wire = open_wire(shim, implicit, &failure->error);
    if (wire == NULL)
        return NULL;
    if (implicit &&
        iw_wire_start_tls(wire, tls, shim->host, shim->timeout_ms, &failure->error) != IW_OK) {
        iw_wire_close(wire);
        return NULL;
    }
    struct iw_imap *imap = iw_imap_open_wire(wire, implicit, &options, failure);
    if (imap == NULL || strcmp(shim->policy, "starttls") != 0 ||
        iw_imap_starttls(imap, tls, NULL) == IW_IMAP_OK)
        return imap;
    *failure = *iw_imap_failure(imap);
    iw_imap_free(imap);
    return NULL;
}

static int play(const struct shim *shim)
{
    struct iw_imap_failure failure;
    struct iw_tls_context *tls = NULL;
    const struct iw_task_visit visit = {
        .user = shim->user,
        .password = shim->password,
        .auth = shim->auth,
        .may_be_known = shim->stream != NULL,
        .out = stdout,
        .errors = stderr,
    };
    if (strcmp(shim->policy, "plain") != 0 && (tls = make_tls(shim, &failure)) == NULL)
        return iw_task_report(&failure, stderr);
    struct iw_imap *imap = open_imap(shim, tls, &failure);
    if (tls != NULL)
        iw_tls_context_free(tls);
    return imap == NULL ? iw_task_report(&failure, stderr) : iw_task_do(&shim->task, imap, &visit);
}

int iw_cmd_client_shim(int argc, char **argv)
{
    struct shim shim = {0};
    read_environment(&shim);
    if (!read_options(&shim, argc, argv))
        return 2;
    if (shim.help) {
        fputs(help, stdout);
        return 0;
    }
    if (shim.line != NULL && !iw_task_split(&shim.task, iw_span_of(shim.line)))
        return usage_error("the task has a quote without an end, or is too long", "");
    int status = iw_task_check(&shim.task);
    if (status == IW_CLIENT_EXIT_NO_TASK)
        return status;
    if (status != 0)
        return usage_error("the wrong number of words for the task ", shim.task.words[0]);
    status = read_target(&shim);
    return status != 0 ? status : play(&shim);
}
