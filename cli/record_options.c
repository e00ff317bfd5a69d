/* SPDX-License-Identifier: MIT */
#include "cli/record_options.h"
#include "cli/behind_dashes.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: imapwright record --to URL [-o FILE] [OPTION…] [-- CLIENT ARGS…]\n"
    "       imapwright record --to URL --refresh FILE [OPTION…]\n"
    "\n"
    "Stands between a client and a real server on 127.0.0.1 and ::1 and writes what they say to\n"
    "each other as a scenario, which imapwright serve FILE plays back. Passwords, tokens and the\n"
    "messages of SASL are never written. When it is ready it prints the line that serve prints.\n"
    "\n"
    "With a client behind -- it records that to its end; {host} {port} {tls_port} {url} {user}\n"
    "{password} {ca} are filled in as serve does it. Without, until it gets SIGTERM or SIGINT.\n"
    "\n"
    "  --to URL       imap://HOST:PORT or imaps://HOST:PORT, also with USER@ for {user}\n"
    "  -o, --output F the scenario (else recorded.json); long literals go to messages/ beside it\n"
    "  --refresh F    plays the client's side of that recording to the server again, and writes\n"
    "                 into it what the server says now\n"
    "\n"
    "  --port N, --tls-port N, --port-file F, --timeout S   as for serve\n"
    "  --starttls     secures the way to the server first; the client hears nothing of it\n"
    "  --offer-starttls  lets the client secure its way, whatever the server can\n"
    "  --ca-file F    trust the certificates in F, not the system's\n"
    "  --password-file F  the first line of F is the password; else IMAPWRIGHT_PASSWORD is\n"
    "\n"
    "  --keep-user    keeps the user's name, which else is ${user}\n"
    "  --optional L   commands that need not come again (\"C?:\"), as in NOOP,CHECK\n"
    "  --engine L     commands that are left out, and answered wherever they come\n"
    "  --any L        commands whose arguments do not matter, as in ID,APPEND\n"
    "  --title T      the scenario's title\n"
    "  --help         this text\n"
    "\n"
    "  --insecure-accept-any-certificate  whoever answers is taken for the server\n"
    "  --send-password-in-clear           of --refresh, to another machine, without TLS\n"
    "\n"
    "Exit status: 0 recorded, 1 not all of it, 2 usage or set-up.\n";

enum { SECONDS_MAX = 86400, PORT_MAX = 65535 };

enum {
    TO = 1,
    REFRESH,
    PORT,
    TLS_PORT,
    PORT_FILE,
    TIMEOUT,
    STARTTLS,
    OFFER_STARTTLS,
    CA_FILE,
    PASSWORD_FILE,
    KEEP_USER,
    OPTIONAL,
    ENGINE,
    ANY,
    TITLE,
    ANY_CERTIFICATE,
    IN_CLEAR
};

static bool read_number(const char *name, const char *text, uint64_t max, uint64_t *number)
{
    if (iw_span_number(iw_span_of(text), max, number))
        return true;
    fprintf(stderr, "imapwright record: --%s wants a number up to %llu, not \"%s\"\n", name,
            (unsigned long long)max, text);
    return false;
}

static bool read_url(struct iw_record_options *options, const char *text)
{
    struct iw_error error = {0};
    options->has_to = iw_url_parse(text, &options->to, &error) == IW_OK;
    if (!options->has_to)
        fprintf(stderr, "imapwright record: %s\n", error.detail);
    return options->has_to;
}

/* Options that are a text, or a yes. */
static bool take(struct iw_record_options *options, int option, const char *value)
{
    const struct {
        int option;
        const char **text;
        bool *yes;
    } table[] = {
        {'o', &options->output, NULL},
        {REFRESH, &options->refresh, NULL},
        {PORT_FILE, &options->port_file, NULL},
        {CA_FILE, &options->ca_file, NULL},
        {PASSWORD_FILE, &options->password_file, NULL},
        {OPTIONAL, &options->optional, NULL},
        {ENGINE, &options->engine, NULL},
        {ANY, &options->any, NULL},
        {TITLE, &options->title, NULL},
        {STARTTLS, NULL, &options->starttls},
        {OFFER_STARTTLS, NULL, &options->offer_starttls},
        {KEEP_USER, NULL, &options->keep_user},
        {ANY_CERTIFICATE, NULL, &options->any_certificate},
        {IN_CLEAR, NULL, &options->in_clear},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].option != option)
            continue;
        if (table[i].text != NULL)
            *table[i].text = value;
        else
            *table[i].yes = true;
        return true;
    }
    return false;
}

static bool read_option(struct iw_record_options *options, int option, const char *value)
{
    switch (option) {
    case TO:
        return read_url(options, value);
    case PORT:
        return read_number("port", value, PORT_MAX, &options->port);
    case TLS_PORT:
        return read_number("tls-port", value, PORT_MAX, &options->tls_port);
    case TIMEOUT:
        return read_number("timeout", value, SECONDS_MAX, &options->seconds);
    default:
        return take(options, option, value);
    }
}

static const char *contradiction(const struct iw_record_options *options, int operands)
{
    if (!options->has_to)
        return "--to says which server: --to imap://HOST:PORT";
    if (operands > 0)
        return "the client stands behind --";
    if (options->client != NULL && options->client_count == 0)
        return "no client stands behind --";
    if (options->refresh != NULL && (options->client != NULL || options->output != NULL))
        return "--refresh needs no client, and writes into the file itself";
    if (options->starttls && options->to.tls)
        return "--starttls is for imap://, not for imaps://";
    return NULL;
}

int iw_record_options_read(struct iw_record_options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"to", required_argument, NULL, TO},
        {"output", required_argument, NULL, 'o'},
        {"refresh", required_argument, NULL, REFRESH},
        {"port", required_argument, NULL, PORT},
        {"tls-port", required_argument, NULL, TLS_PORT},
        {"port-file", required_argument, NULL, PORT_FILE},
        {"timeout", required_argument, NULL, TIMEOUT},
        {"starttls", no_argument, NULL, STARTTLS},
        {"offer-starttls", no_argument, NULL, OFFER_STARTTLS},
        {"ca-file", required_argument, NULL, CA_FILE},
        {"password-file", required_argument, NULL, PASSWORD_FILE},
        {"keep-user", no_argument, NULL, KEEP_USER},
        {"optional", required_argument, NULL, OPTIONAL},
        {"engine", required_argument, NULL, ENGINE},
        {"any", required_argument, NULL, ANY},
        {"title", required_argument, NULL, TITLE},
        {"insecure-accept-any-certificate", no_argument, NULL, ANY_CERTIFICATE},
        {"send-password-in-clear", no_argument, NULL, IN_CLEAR},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    argc = iw_behind_dashes(argc, argv, &options->client, &options->client_count);
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "o:", known, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (!read_option(options, option, optarg))
            return 3;
    }
    const char *problem = contradiction(options, argc - optind);
    if (problem == NULL)
        return 0;
    fprintf(stderr, "imapwright record: %s\n", problem);
    return 3;
}

void iw_record_options_release(struct iw_record_options *options)
{
    memset(options->to.password, 0, sizeof options->to.password);
}
