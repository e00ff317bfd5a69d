/* SPDX-License-Identifier: MIT */
/* imaplib's methods, one a line of standard input, its arguments behind TABs; their results on
 * standard output: OUTCOME TYPE DATA…, each of the data in hexadecimal, a pair with "=", imaplib's
 * None as "-". For client_imaplib_twin.py, which has imaplib itself do the same.
 *
 *     imaplib_in_c HOST PORT */
#include "client/imap.h"

#include <stdio.h>
#include <string.h>

enum { ARGUMENTS = 5, LINE_MAX_ = 8192, TIMEOUT_MS = 20000 };

struct call {
    struct iw_imap *imap;
    const char *arguments[ARGUMENTS]; /* NULL where there are no more */
    struct iw_imap_result result;
};

#define METHOD(name, expression)                                                                   \
    static enum iw_imap_outcome name(struct call *call)                                            \
    {                                                                                              \
        const char **a = call->arguments;                                                          \
        struct iw_imap *m = call->imap;                                                            \
        struct iw_imap_result *r = &call->result;                                                  \
        (void)a;                                                                                   \
        return expression;                                                                         \
    }

METHOD(do_login, iw_imap_login(m, a[0], a[1], r))
METHOD(do_capability, iw_imap_capability(m, r))
METHOD(do_noop, iw_imap_noop(m, r))
METHOD(do_list, iw_imap_list(m, a[0], a[1], r))
METHOD(do_lsub, iw_imap_lsub(m, a[0], a[1], r))
METHOD(do_status, iw_imap_status(m, a[0], a[1], r))
METHOD(do_select, iw_imap_select(m, a[0], false, r))
METHOD(do_examine, iw_imap_select(m, a[0], true, r))
METHOD(do_create, iw_imap_create(m, a[0], r))
METHOD(do_delete, iw_imap_delete(m, a[0], r))
METHOD(do_rename, iw_imap_rename(m, a[0], a[1], r))
METHOD(do_subscribe, iw_imap_subscribe(m, a[0], r))
METHOD(do_unsubscribe, iw_imap_unsubscribe(m, a[0], r))
METHOD(do_append, iw_imap_append(m, a[0], a[1], NULL, iw_span_of(a[2]), r))
METHOD(do_fetch, iw_imap_fetch(m, a[0], a[1], r))
METHOD(do_search, iw_imap_search(m, NULL, a[0], r))
METHOD(do_store, iw_imap_store(m, a[0], a[1], a[2], r))
METHOD(do_copy, iw_imap_copy(m, a[0], a[1], r))
METHOD(do_uid, iw_imap_uid(m, a[0], a[1], r))
METHOD(do_expunge, iw_imap_expunge(m, r))
METHOD(do_check, iw_imap_check(m, r))
METHOD(do_close, iw_imap_close(m, r))
METHOD(do_unselect, iw_imap_unselect(m, r))
METHOD(do_response, iw_imap_response(m, a[0], r))
METHOD(do_logout, iw_imap_logout(m, r))

static const struct method {
    const char *name;
    enum iw_imap_outcome (*run)(struct call *call);
} methods[] = {
    {"login", do_login},       {"capability", do_capability},
    {"noop", do_noop},         {"list", do_list},
    {"lsub", do_lsub},         {"status", do_status},
    {"select", do_select},     {"examine", do_examine},
    {"create", do_create},     {"delete", do_delete},
    {"rename", do_rename},     {"subscribe", do_subscribe},
    {"append", do_append},     {"unsubscribe", do_unsubscribe},
    {"fetch", do_fetch},       {"search", do_search},
    {"store", do_store},       {"copy", do_copy},
    {"uid", do_uid},           {"expunge", do_expunge},
    {"check", do_check},       {"close", do_close},
    {"unselect", do_unselect}, {"response", do_response},
    {"logout", do_logout},
};

static void print_hex(struct iw_span octets)
{
    for (size_t i = 0; i < octets.length; i++)
        printf("%02x", (unsigned)(unsigned char)octets.data[i]);
}

static void print_result(enum iw_imap_outcome outcome, const struct iw_imap_result *result)
{
    static const char *const outcomes[] = {"ok", "ok", "error", "abort", "readonly"};
    printf("%s", outcomes[outcome]);
    bool done = outcome == IW_IMAP_OK || outcome == IW_IMAP_NO;
    if (done)
        printf(" %s", result->type);
    if (done && result->count == 0)
        printf(" -");
    for (size_t i = 0; done && i < result->count; i++) {
        putchar(' ');
        print_hex(result->data[i].text);
        if (result->data[i].literal.data == NULL)
            continue;
        putchar('=');
        print_hex(result->data[i].literal);
    }
    putchar('\n');
}

static bool run(struct call *call, char *line)
{
    size_t count = 0;
    line[strcspn(line, "\n")] = '\0';
    memset(call->arguments, 0, sizeof call->arguments);
    for (char *tab = strchr(line, '\t'); tab != NULL && count < ARGUMENTS;
         tab = strchr(tab, '\t')) {
        *tab++ = '\0';
        call->arguments[count++] = tab;
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(methods[i].name, line) != 0)
            continue;
        enum iw_imap_outcome outcome = methods[i].run(call);
        print_result(outcome, &call->result);
        return true;
    }
    fprintf(stderr, "no method %s\n", line);
    return false;
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_];
    struct iw_imap_failure failure;
    uint64_t port = 0;
    if (argc != 3 || !iw_span_number(iw_span_of(argv[2]), 65535, &port))
        return 2;
    struct call call = {.imap = iw_imap_open(argv[1], (unsigned)port, TIMEOUT_MS, &failure)};
    if (call.imap == NULL) {
        fprintf(stderr, "%s\n", failure.error.detail);
        return 1;
    }
    bool good = true;
    while (good && fgets(line, sizeof line, stdin) != NULL)
        good = run(&call, line);
    iw_imap_free(call.imap);
    return good ? 0 : 2;
}
