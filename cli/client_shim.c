/* SPDX-License-Identifier: MIT */
/* Our own client as a client under test: one task, named by the environment, and an exit status. */
#include "cli/commands.h"
#include "client/imap.h"
#include "conformance/client_run.h"
#include "conformance/password.h"
#include "conformance/url.h"
#include "parser/write.h"
#include "script/files.h"

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
    "  login                      nothing else\n"
    "  noop | capability | list\n"
    "  status MAILBOX\n"
    "  select MAILBOX             fails when the mailbox can only be read\n"
    "  examine MAILBOX            fails when the mailbox can be written to\n"
    "  fetch MAILBOX              BODY[] of message 1, which must come whole\n"
    "  flag MAILBOX N FLAG\n"
    "  search MAILBOX KEY…\n"
    "  append MAILBOX FILE\n"
    "  expunge MAILBOX\n"
    "  copy MAILBOX N TARGET\n"
    "  create MAILBOX | delete MAILBOX\n"
    "\n"
    "Exit status: 0 it worked; 1 an error was reported, on standard error as \"error: …\" (what\n"
    "was asked cannot work), \"abort: …\" (the connection is over) or \"readonly: …\" (the "
    "mailbox\n"
    "cannot be written to); 2 usage; 89 there is no such task.\n";

enum { WORD_COUNT_MAX = 64, TASK_MAX = 4096, MESSAGE_MAX = 64 * 1024 * 1024 };

struct shim {
    const char *host, *user, *password, *ca, *policy, *url, *auth, *port, *tls_port, *timeout,
        *stream, *certificate, *key;
    const char *password_file;
    char password_line[IW_PASSWORD_MAX];
    struct iw_url parsed;
    unsigned plain_number, tls_number;
    int timeout_ms;
    bool help;
    char task[TASK_MAX];
    const char *words[WORD_COUNT_MAX + 1]; /* ends with NULL */
    size_t word_count;
    struct iw_imap *imap;
    struct iw_imap_result result; /* of the last command */
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
    shim->policy = getenv("IMAPWRIGHT_POLICY");
    const char *task = getenv("IMAPWRIGHT_TASK");
    snprintf(shim->task, sizeof shim->task, "%s", task == NULL ? "" : task);
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
    if (argc - optind == 1)
        snprintf(shim->task, sizeof shim->task, "%s", argv[optind]);
    for (int i = optind; argc - optind > 1 && i < argc && shim->word_count < WORD_COUNT_MAX; i++)
        shim->words[shim->word_count++] = argv[i];
    return true;
}

/* Splits the task in place; quotes, single and double, hold words together. False: a quote has no
 * end, or there are too many words. */
static bool split_task(struct shim *shim)
{
    char *from = shim->task;
    char *to = shim->task;
    while (*(from += strspn(from, " \t")) != '\0') {
        char quote = '\0';
        if (shim->word_count == WORD_COUNT_MAX)
            return false;
        shim->words[shim->word_count++] = to;
        for (; *from != '\0' && (quote != '\0' || strchr(" \t", *from) == NULL); from++) {
            if (quote == '\0' && (*from == '"' || *from == '\''))
                quote = *from;
            else if (*from == quote)
                quote = '\0';
            else
                *to++ = *from;
        }
        if (quote != '\0')
            return false;
        bool more = *from != '\0';
        *to++ = '\0';
        from += more;
    }
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

/* ---- reporting ---- */

static int report(const struct iw_imap_failure *failure)
{
    static const char *const kinds[] = {
        [IW_IMAP_OK] = "error",    [IW_IMAP_NO] = "error",          [IW_IMAP_ERROR] = "error",
        [IW_IMAP_ABORT] = "abort", [IW_IMAP_READONLY] = "readonly",
    };
    fprintf(stderr, "%s: %s\n", kinds[failure->outcome], failure->error.detail);
    return IW_CLIENT_EXIT_ERROR;
}

static int report_text(const char *text)
{
    fprintf(stderr, "error: %s\n", text);
    return IW_CLIENT_EXIT_ERROR;
}

/* A server's octets on a terminal: controls become "?". */
static void print_octets(FILE *out, struct iw_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        unsigned char c = (unsigned char)octets.data[i];
        fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
    }
}

/* 0 for OK, else the exit status. */
static int judge(const struct shim *shim, enum iw_imap_outcome outcome)
{
    if (outcome == IW_IMAP_OK)
        return IW_CLIENT_EXIT_OK;
    if (outcome != IW_IMAP_NO)
        return report(iw_imap_failure(shim->imap));
    fputs("error: NO ", stderr);
    if (shim->result.count > 0)
        print_octets(stderr, shim->result.data[0].text);
    fputc('\n', stderr);
    return IW_CLIENT_EXIT_ERROR;
}

static int judge_and_print(const struct shim *shim, enum iw_imap_outcome outcome)
{
    int status = judge(shim, outcome);
    for (size_t i = 0; status == IW_CLIENT_EXIT_OK && i < shim->result.count; i++) {
        const struct iw_imap_item *item = &shim->result.data[i];
        print_octets(stdout, item->text);
        if (item->literal.data != NULL)
            printf(" (%zu octets)", item->literal.length);
        putchar('\n');
    }
    return status;
}

/* ---- tasks ---- */

static int select_first(struct shim *shim)
{
    return judge(shim, iw_imap_select(shim->imap, shim->words[1], false, &shim->result));
}

static int do_login(struct shim *shim)
{
    (void)shim;
    return IW_CLIENT_EXIT_OK;
}

static int do_noop(struct shim *shim)
{
    return judge(shim, iw_imap_noop(shim->imap, &shim->result));
}

static int do_capability(struct shim *shim)
{
    return judge_and_print(shim, iw_imap_capability(shim->imap, &shim->result));
}

static int do_list(struct shim *shim)
{
    return judge_and_print(shim, iw_imap_list(shim->imap, NULL, NULL, &shim->result));
}

static int do_status(struct shim *shim)
{
    return judge_and_print(
        shim, iw_imap_status(shim->imap, shim->words[1], "(MESSAGES UIDNEXT)", &shim->result));
}

static int do_select(struct shim *shim)
{
    int status = select_first(shim);
    return status != 0 ? status : judge_and_print(shim, IW_IMAP_OK);
}

static int do_examine(struct shim *shim)
{
    int status =
        judge_and_print(shim, iw_imap_select(shim->imap, shim->words[1], true, &shim->result));
    if (status == IW_CLIENT_EXIT_OK && !iw_imap_is_readonly(shim->imap))
        return report_text("the mailbox is not read-only");
    return status;
}

/* BODY[] of any message in the answer. */
static const struct iw_fetch_item *find_body(const struct iw_imap_result *result)
{
    for (size_t i = 0; i < result->response_count; i++) {
        const struct iw_response *response = &result->responses[i];
        if (response->kind != IW_RESPONSE_FETCH)
            continue;
        const struct iw_fetch_item *body = iw_fetch_find_section(&response->fetch, "");
        if (body != NULL)
            return body;
    }
    return NULL;
}

static int do_fetch(struct shim *shim)
{
    int status = select_first(shim);
    if (status == IW_CLIENT_EXIT_OK)
        status = judge(shim, iw_imap_fetch(shim->imap, "1", "BODY[]", &shim->result));
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    const struct iw_fetch_item *body = find_body(&shim->result);
    if (body == NULL || body->value.data == NULL)
        return report_text("no message came");
    if (!body->kept || body->value.length != body->size)
        return report_text("the message did not come whole");
    printf("%zu octets\n", body->value.length);
    return IW_CLIENT_EXIT_OK;
}

static int do_flag(struct shim *shim)
{
    int status = select_first(shim);
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    return judge_and_print(
        shim, iw_imap_store(shim->imap, shim->words[2], "+FLAGS", shim->words[3], &shim->result));
}

/* The quotes around a word with blanks have held it together; the server needs them too. */
static void add_key(struct iw_buf *keys, const char *word)
{
    bool quoted = word[0] == '\0' || (strchr(word, ' ') != NULL && word[0] != '(');
    if (keys->length > 0)
        iw_buf_add_char(keys, ' ');
    if (quoted)
        iw_write_string(keys, iw_span_of(word));
    else
        iw_buf_add_string(keys, word);
}

static int do_search(struct shim *shim)
{
    struct iw_buf keys;
    iw_buf_init(&keys, NULL, 2 * TASK_MAX);
    for (size_t i = 2; i < shim->word_count; i++)
        add_key(&keys, shim->words[i]);
    int status = select_first(shim);
    if (status == IW_CLIENT_EXIT_OK)
        status = judge_and_print(
            shim, iw_imap_search(shim->imap, NULL, iw_buf_string(&keys), &shim->result));
    iw_buf_release(&keys);
    return status;
}

static int do_append(struct shim *shim)
{
    struct iw_buf message;
    const char *why;
    iw_buf_init(&message, NULL, MESSAGE_MAX);
    int status = iw_read_file(shim->words[2], &message, &why)
                     ? judge(shim, iw_imap_append(shim->imap, shim->words[1], NULL, NULL,
                                                  iw_buf_span(&message), &shim->result))
                     : usage_error("cannot read ", shim->words[2]);
    iw_buf_release(&message);
    return status;
}

static int do_expunge(struct shim *shim)
{
    int status = select_first(shim);
    return status != IW_CLIENT_EXIT_OK
               ? status
               : judge_and_print(shim, iw_imap_expunge(shim->imap, &shim->result));
}

static int do_copy(struct shim *shim)
{
    int status = select_first(shim);
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    return judge(shim, iw_imap_copy(shim->imap, shim->words[2], shim->words[3], &shim->result));
}

static int do_create(struct shim *shim)
{
    return judge(shim, iw_imap_create(shim->imap, shim->words[1], &shim->result));
}

static int do_delete(struct shim *shim)
{
    return judge(shim, iw_imap_delete(shim->imap, shim->words[1], &shim->result));
}

static const struct task {
    const char *name;
    size_t least, most; /* words, its name included */
    int (*run)(struct shim *shim);
} tasks[] = {
    {"login", 1, 1, do_login},
    {"noop", 1, 1, do_noop},
    {"capability", 1, 1, do_capability},
    {"list", 1, 1, do_list},
    {"status", 2, 2, do_status},
    {"select", 2, 2, do_select},
    {"examine", 2, 2, do_examine},
    {"fetch", 2, 2, do_fetch},
    {"flag", 4, 4, do_flag},
    {"search", 3, WORD_COUNT_MAX, do_search},
    {"append", 3, 3, do_append},
    {"expunge", 2, 2, do_expunge},
    {"copy", 4, 4, do_copy},
    {"create", 2, 2, do_create},
    {"delete", 2, 2, do_delete},
    {NULL, 0, 0, NULL},
};

static const struct task *find_task(const char *name)
{
    const struct task *task = tasks;
    while (task->name != NULL && strcmp(task->name, name) != 0)
        task++;
    return task->name == NULL ? NULL : task;
}

/* ---- the connection ---- */

static struct iw_tls_context *make_tls(const struct shim *shim, struct iw_imap_failure *failure)
{
    *failure = (struct iw_imap_failure){.outcome = IW_IMAP_ABORT};
    bool named = shim->ca != NULL && shim->ca[0] != '\0';
    struct iw_tls_context *tls = iw_tls_client_new(named ? shim->ca : NULL, &failure->error);
    if (tls == NULL || shim->certificate == NULL ||
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

/* A stream may be someone's already: PREAUTH. */
static int log_in(struct shim *shim)
{
    if (shim->stream != NULL && iw_imap_state(shim->imap) == IW_SESSION_AUTH)
        return IW_CLIENT_EXIT_OK;
    if (shim->auth == NULL)
        return judge(shim, iw_imap_login(shim->imap, shim->user, shim->password, &shim->result));
    return judge(shim, iw_imap_authenticate_as(shim->imap, shim->auth, shim->user, shim->password,
                                               &shim->result));
}

/* What has gone wrong without any command having said so. */
static int judge_rest(struct shim *shim)
{
    if (iw_imap_state(shim->imap) == IW_SESSION_LOGOUT)
        return judge(shim, iw_imap_noop(shim->imap, &shim->result));
    if (iw_imap_turned_readonly(shim->imap)) {
        fputs("readonly: mailbox status changed to READ-ONLY\n", stderr);
        return IW_CLIENT_EXIT_ERROR;
    }
    return IW_CLIENT_EXIT_OK;
}

static int play(struct shim *shim, const struct task *task)
{
    struct iw_imap_failure failure;
    struct iw_tls_context *tls = NULL;
    if (strcmp(shim->policy, "plain") != 0 && (tls = make_tls(shim, &failure)) == NULL)
        return report(&failure);
    shim->imap = open_imap(shim, tls, &failure);
    if (tls != NULL)
        iw_tls_context_free(tls);
    if (shim->imap == NULL)
        return report(&failure);
    int status = log_in(shim);
    if (status == IW_CLIENT_EXIT_OK)
        status = task->run(shim);
    if (status == IW_CLIENT_EXIT_OK)
        status = judge_rest(shim);
    iw_imap_logout(shim->imap, NULL);
    iw_imap_free(shim->imap);
    return status;
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
    if (shim.word_count == 0 && !split_task(&shim))
        return usage_error("the task has a quote without an end, or too many words", "");
    const struct task *task = find_task(shim.word_count == 0 ? "login" : shim.words[0]);
    if (task == NULL)
        return IW_CLIENT_EXIT_NO_TASK;
    size_t count = shim.word_count == 0 ? 1 : shim.word_count;
    if (count < task->least || count > task->most)
        return usage_error("the wrong number of words for the task ", task->name);
    int status = read_target(&shim);
    return status != 0 ? status : play(&shim, task);
}
