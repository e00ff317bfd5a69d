/* SPDX-License-Identifier: MIT */
#include "cli/serve_options.h"
#include "cli/behind_dashes.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: imapwright serve [[user=NAME:|conn=N:]SCENARIO…] [OPTION…] [-- CLIENT ARGS…]\n"
    "       imapwright serve --ctl PATH REQUEST…\n"
    "\n"
    "A mock server on 127.0.0.1 and ::1. It plays SCENARIO, a file or an id, to the clients that\n"
    "come; without one it is a small, well-behaved IMAP server. When it is ready it prints one\n"
    "line: {\"event\":\"listening\",\"imap\":PORT,\"imaps\":PORT,\"ca\":FILE}.\n"
    "\n"
    "Each of several scenarios has a world and ports of its own, which the line lists under\n"
    "\"scenarios\". Those that begin with user=NAME: or conn=N: share one port: they are for "
    "whoever\n"
    "logs in as NAME there, or for the Nth connection.\n"
    "\n"
    "With a client behind -- it runs that to its end and judges. In its arguments {host} {port}\n"
    "{tls_port} {url} {user} {password} {ca} {certificate} {task} {listening} are filled in; the\n"
    "same stand in its environment as IMAPWRIGHT_HOST … IMAPWRIGHT_LISTENING. Without, it serves\n"
    "until it gets SIGTERM or SIGINT, and then says how it went.\n"
    "\n"
    "  --port N       of plain IMAP, of the first scenario; else a free one\n"
    "  --tls-port N   of implicit TLS, of the first scenario; else a free one\n"
    "  --port-file F  the line above goes into this file, too\n"
    "  --ready-fd N   and into this file descriptor, which is then closed\n"
    "  --admin PATH   a Unix socket there takes requests: docs/serve.md\n"
    "  --ctl PATH     sends one there, as in: --ctl PATH verify scenario=1\n"
    "  --user U:P     who may log in, also several times; else what the scenario says, else user\n"
    "                 and secret\n"
    "  --users F      a file of such lines U:P; \"#\" begins a comment\n"
    "  --mail PATH    mail of the first user, also several times: a Maildir, a folder of .eml and\n"
    "                 .mbox files and of such folders, each a mailbox, or a file in mbox format\n"
    "  --as PERSONA   with the capabilities and oddities of a server known from the field: one of\n"
    "                 scenarios/personas; a wrong name lists them\n"
    "  --capability L what it says it can do, and no more: names, between spaces or commas; those\n"
    "                 with + or - in front come to or go from what is there\n"
    "  --tls-certificate NAME, --tls-min V, --tls-max V, --tls-ciphers LIST,\n"
    "  --tls-client optional|required, --tls-tickets\n"
    "                 as \"given\": {\"tls\": …} in scenarios, and instead of it: NAME is good, "
    "rsa,\n"
    "                 expired, not-yet-valid, wrong-host, no-names, for-clients, self-signed,\n"
    "                 unknown-ca, weak-key or weak-hash; V is 1.0 to 1.3\n"
    "  --seed N       of pauses and segments that are drawn\n"
    "  --variant K    which of the scenario's variants, from 0\n"
    "  --timeout S    how long a client may run (else 30), or take to connect (else for ever)\n"
    "  --max-connections N\n"
    "                 of one scenario at once (else 10 000)\n"
    "  --json F       the verdicts at the end, as JSON\n"
    "  -v             print every line of the wire as it goes, behind the scenario's number if\n"
    "                 there are several\n"
    "  --help         this text\n"
    "\n"
    "Exit status: 0 as the scenarios want it, 1 not so, 2 usage or set-up.\n";

enum { SECONDS_MAX = 86400, FD_MAX = 1 << 20 };

enum { TLS_CERTIFICATE = 256, TLS_MIN, TLS_MAX, TLS_CIPHERS, TLS_CLIENT, TLS_TICKETS };

static bool read_number(const char *name, const char *text, uint64_t max, uint64_t *number)
{
    if (iw_span_number(iw_span_of(text), max, number))
        return true;
    fprintf(stderr, "imapwright serve: --%s wants a number up to %llu, not \"%s\"\n", name,
            (unsigned long long)max, text);
    return false;
}

static bool read_fd(const char *text, int *fd)
{
    uint64_t number;
    if (!read_number("ready-fd", text, FD_MAX, &number))
        return false;
    *fd = (int)number;
    return true;
}

/* What went wrong with the world's options. */
static bool took(enum iw_result result, const struct iw_error *error)
{
    if (result != IW_OK)
        fprintf(stderr, "imapwright serve: %s\n",
                error->detail[0] != '\0' ? error->detail : iw_result_name(result));
    return result == IW_OK;
}

static bool read_world_option(struct iw_serve_world *world, int option, const char *value)
{
    struct iw_error error = {0};
    switch (option) {
    case 'u':
        return took(iw_serve_world_add_user(world, iw_span_of(value), &error), &error);
    case 'U':
        return took(iw_serve_world_read_users(world, value, &error), &error);
    case 'm':
        return took(iw_serve_world_add_mail(world, value, &error), &error);
    case 'c':
        world->capabilities = value;
        return true;
    default:
        return false;
    }
}

/* A word for TLS; what it must be is known to whoever uses it. */
static bool read_tls_option(struct iw_given_tls *tls, int option, const char *value)
{
    switch (option) {
    case TLS_CERTIFICATE:
        tls->certificate = iw_span_of(value);
        return true;
    case TLS_MIN:
        tls->min = iw_span_of(value);
        return true;
    case TLS_MAX:
        tls->max = iw_span_of(value);
        return true;
    case TLS_CIPHERS:
        tls->ciphers = iw_span_of(value);
        return true;
    case TLS_CLIENT:
        tls->client = iw_span_of(value);
        return true;
    case TLS_TICKETS:
        return tls->tickets = true;
    default:
        return false;
    }
}

static bool read_option(struct iw_serve_options *options, int option, const char *value)
{
    switch (option) {
    case 'p':
        return read_number("port", value, 65535, &options->port);
    case 't':
        return read_number("tls-port", value, 65535, &options->tls_port);
    case 'k':
        return read_number("variant", value, SIZE_MAX, &options->variant);
    case 's':
        return read_number("timeout", value, SECONDS_MAX, &options->seconds);
    case 'n':
        return read_number("max-connections", value, SIZE_MAX, &options->open_max);
    case 'r':
        return read_fd(value, &options->ready_fd);
    case 'f':
        options->port_file = value;
        return true;
    case 'A':
        options->admin = value;
        return true;
    case 'C':
        options->ctl = value;
        return true;
    case 'j':
        options->json = value;
        return true;
    case 'a':
        options->persona = value;
        return true;
    case 'v':
        options->verbose = true;
        return true;
    case 'S':
        return read_number("seed", value, UINT64_MAX, &options->seed);
    default:
        return read_tls_option(&options->tls, option, value) ||
               read_world_option(&options->world, option, value);
    }
}

/* What does not go together; NULL: it does. */
static const char *contradiction(const struct iw_serve_options *options)
{
    if (options->client != NULL && options->client_count == 0)
        return "no client stands behind --";
    if (options->name_count > 0 && options->persona != NULL)
        return "a scenario, or --as, not both";
    if (options->name_count > 1 && options->variant > 0)
        return "--variant is for one scenario";
    if (options->ctl != NULL && options->name_count == 0)
        return "--ctl wants a request";
    return NULL;
}

int iw_serve_options_read(struct iw_serve_options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"port", required_argument, NULL, 'p'},
        {"tls-port", required_argument, NULL, 't'},
        {"port-file", required_argument, NULL, 'f'},
        {"ready-fd", required_argument, NULL, 'r'},
        {"admin", required_argument, NULL, 'A'},
        {"ctl", required_argument, NULL, 'C'},
        {"user", required_argument, NULL, 'u'},
        {"users", required_argument, NULL, 'U'},
        {"mail", required_argument, NULL, 'm'},
        {"as", required_argument, NULL, 'a'},
        {"capability", required_argument, NULL, 'c'},
        {"tls-certificate", required_argument, NULL, TLS_CERTIFICATE},
        {"tls-min", required_argument, NULL, TLS_MIN},
        {"tls-max", required_argument, NULL, TLS_MAX},
        {"tls-ciphers", required_argument, NULL, TLS_CIPHERS},
        {"tls-client", required_argument, NULL, TLS_CLIENT},
        {"tls-tickets", no_argument, NULL, TLS_TICKETS},
        {"seed", required_argument, NULL, 'S'},
        {"variant", required_argument, NULL, 'k'},
        {"timeout", required_argument, NULL, 's'},
        {"max-connections", required_argument, NULL, 'n'},
        {"json", required_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    *options = (struct iw_serve_options){.ready_fd = -1};
    iw_serve_world_init(&options->world);
    argc = iw_behind_dashes(argc, argv, &options->client, &options->client_count);
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "v", known, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (!read_option(options, option, optarg))
            return 3;
    }
    options->names = (const char *const *)(argv + optind);
    options->name_count = (size_t)(argc - optind);
    const char *problem = contradiction(options);
    if (problem == NULL)
        return 0;
    fprintf(stderr, "imapwright serve: %s\n", problem);
    return 3;
}

void iw_serve_options_release(struct iw_serve_options *options)
{
    iw_serve_world_release(&options->world);
}
