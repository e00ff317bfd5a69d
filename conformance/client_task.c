/* SPDX-License-Identifier: MIT */
#include "conformance/client_task.h"

#include "client/extensions.h"
#include "conformance/client_run.h"
#include "parser/write.h"
#include "sasl/sasl.h"
#include "script/files.h"

#include <string.h>

enum {
    MESSAGE_MAX = 64 * 1024 * 1024,
    USAGE = 2,
    IDLE_MS = 2000,
    POLLS = 3,
    VIEW_OCTETS_MAX = 1 << 24
};

/* One visit to a server. */
struct visit {
    const struct iw_task_visit *options;
    const char *const *words;
    size_t count;
    struct iw_imap *imap;
    struct iw_imap_result result; /* of the last command */
};

/* ---- reporting ---- */

int iw_task_report(const struct iw_imap_failure *failure, FILE *errors)
{
    static const char *const kinds[] = {
        [IW_IMAP_OK] = "error",    [IW_IMAP_NO] = "error",          [IW_IMAP_ERROR] = "error",
        [IW_IMAP_ABORT] = "abort", [IW_IMAP_READONLY] = "readonly",
    };
    fprintf(errors, "%s: %s\n", kinds[failure->outcome], failure->error.detail);
    return IW_CLIENT_EXIT_ERROR;
}

static int report_text(const struct visit *visit, const char *text)
{
    fprintf(visit->options->errors, "error: %s\n", text);
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
static int judge(const struct visit *visit, enum iw_imap_outcome outcome)
{
    FILE *errors = visit->options->errors;
    if (outcome == IW_IMAP_OK)
        return IW_CLIENT_EXIT_OK;
    if (outcome != IW_IMAP_NO)
        return iw_task_report(iw_imap_failure(visit->imap), errors);
    fputs("error: NO ", errors);
    if (visit->result.count > 0)
        print_octets(errors, visit->result.data[0].text);
    fputc('\n', errors);
    return IW_CLIENT_EXIT_ERROR;
}

static int judge_and_print(const struct visit *visit, enum iw_imap_outcome outcome)
{
    FILE *out = visit->options->out;
    int status = judge(visit, outcome);
    for (size_t i = 0; status == IW_CLIENT_EXIT_OK && i < visit->result.count; i++) {
        const struct iw_imap_item *item = &visit->result.data[i];
        print_octets(out, item->text);
        if (item->literal.data != NULL)
            fprintf(out, " (%zu octets)", item->literal.length);
        fputc('\n', out);
    }
    return status;
}

/* ---- without a mailbox ---- */

static int do_login(struct visit *visit)
{
    (void)visit;
    return IW_CLIENT_EXIT_OK;
}

static int do_noop(struct visit *visit)
{
    return judge(visit, iw_imap_noop(visit->imap, &visit->result));
}

static int do_capability(struct visit *visit)
{
    return judge_and_print(visit, iw_imap_capability(visit->imap, &visit->result));
}

static int do_list(struct visit *visit)
{
    return judge_and_print(visit, iw_imap_list(visit->imap, NULL, NULL, &visit->result));
}

static int do_namespace(struct visit *visit)
{
    return judge_and_print(visit, iw_imap_namespace(visit->imap, &visit->result));
}

static int do_status(struct visit *visit)
{
    return judge_and_print(
        visit, iw_imap_status(visit->imap, visit->words[1], "(MESSAGES UIDNEXT)", &visit->result));
}

static int do_create(struct visit *visit)
{
    return judge(visit, iw_imap_create(visit->imap, visit->words[1], &visit->result));
}

static int do_delete(struct visit *visit)
{
    return judge(visit, iw_imap_delete(visit->imap, visit->words[1], &visit->result));
}

static int do_rename(struct visit *visit)
{
    return judge(visit,
                 iw_imap_rename(visit->imap, visit->words[1], visit->words[2], &visit->result));
}

/* A message of so many octets: lines of x. */
static void make_message(struct iw_buf *message, uint64_t octets)
{
    iw_buf_add_string(message, octets >= 4 ? "a:b\n" : "");
    for (uint64_t i = octets >= 4 ? 4 : 0; i < octets; i++)
        iw_buf_add_char(message, i % 64 == 63 && i + 1 < octets ? '\n' : 'x');
}

static int do_append(struct visit *visit)
{
    struct iw_buf message;
    const char *why;
    uint64_t octets = 0;
    iw_buf_init(&message, NULL, MESSAGE_MAX);
    bool made = iw_span_number(iw_span_of(visit->words[2]), MESSAGE_MAX, &octets);
    if (made)
        make_message(&message, octets);
    if (!made && !iw_read_file(visit->words[2], &message, &why)) {
        fprintf(visit->options->errors, "cannot read %s\n", visit->words[2]);
        iw_buf_release(&message);
        return USAGE;
    }
    const struct iw_imap_message whole = {.octets = iw_buf_span(&message)};
    int status = judge(visit, made ? iw_imap_append_messages(visit->imap, visit->words[1], &whole,
                                                             1, &visit->result)
                                   : iw_imap_append(visit->imap, visit->words[1], NULL, NULL,
                                                    whole.octets, &visit->result));
    iw_buf_release(&message);
    return status;
}

/* ---- in a mailbox ---- */

static int select_first(struct visit *visit)
{
    return judge(visit, iw_imap_select(visit->imap, visit->words[1], false, &visit->result));
}

static int do_select(struct visit *visit)
{
    int status = select_first(visit);
    return status != 0 ? status : judge_and_print(visit, IW_IMAP_OK);
}

static int do_examine(struct visit *visit)
{
    int status =
        judge_and_print(visit, iw_imap_select(visit->imap, visit->words[1], true, &visit->result));
    if (status == IW_CLIENT_EXIT_OK && !iw_imap_is_readonly(visit->imap))
        return report_text(visit, "the mailbox is not read-only");
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

static int do_fetch(struct visit *visit)
{
    int status = select_first(visit);
    if (status == IW_CLIENT_EXIT_OK)
        status = judge(visit, iw_imap_fetch(visit->imap, "1", "BODY[]", &visit->result));
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    const struct iw_fetch_item *body = find_body(&visit->result);
    if (body == NULL || body->value.data == NULL)
        return report_text(visit, "no message came");
    if (!body->kept || body->value.length != body->size)
        return report_text(visit, "the message did not come whole");
    fprintf(visit->options->out, "%zu octets\n", body->value.length);
    return IW_CLIENT_EXIT_OK;
}

static int do_flag(struct visit *visit)
{
    int status = select_first(visit);
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    return judge_and_print(visit, iw_imap_store(visit->imap, visit->words[2], "+FLAGS",
                                                visit->words[3], &visit->result));
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

static int do_search(struct visit *visit)
{
    struct iw_buf keys;
    iw_buf_init(&keys, NULL, 2 * IW_TASK_OCTETS_MAX);
    for (size_t i = 2; i < visit->count; i++)
        add_key(&keys, visit->words[i]);
    int status = select_first(visit);
    if (status == IW_CLIENT_EXIT_OK)
        status = judge_and_print(
            visit, iw_imap_search(visit->imap, NULL, iw_buf_string(&keys), &visit->result));
    iw_buf_release(&keys);
    return status;
}

static int do_expunge(struct visit *visit)
{
    int status = select_first(visit);
    return status != IW_CLIENT_EXIT_OK
               ? status
               : judge_and_print(visit, iw_imap_expunge(visit->imap, &visit->result));
}

static int do_copy(struct visit *visit)
{
    int status = select_first(visit);
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    return judge(visit,
                 iw_imap_copy(visit->imap, visit->words[2], visit->words[3], &visit->result));
}

/* Without MOVE (RFC 6851 §3.3) it is copied and marked; only what a plain EXPUNGE would take along
 * as well stays, marked. */
static int do_move(struct visit *visit)
{
    const char *number = visit->words[2];
    int status = select_first(visit);
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    if (iw_imap_has(visit->imap, "MOVE"))
        return judge(visit, iw_imap_move(visit->imap, number, visit->words[3], &visit->result));
    status = judge(visit, iw_imap_copy(visit->imap, number, visit->words[3], &visit->result));
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    return judge(visit,
                 iw_imap_store(visit->imap, number, "+FLAGS.SILENT", "\\Deleted", &visit->result));
}

/* Looks for news a few times. */
static int do_poll(struct visit *visit)
{
    int status = select_first(visit);
    for (int i = 0; i < POLLS && status == IW_CLIENT_EXIT_OK; i++)
        status = judge(visit, iw_imap_noop(visit->imap, &visit->result));
    return status;
}

/* Waits for news: one response, or its time is over; then shows that the connection goes on. */
static int do_idle(struct visit *visit)
{
    int status = select_first(visit);
    if (status != IW_CLIENT_EXIT_OK)
        return status;
    if (!iw_imap_has(visit->imap, "IDLE"))
        return do_noop(visit);
    status = judge(visit, iw_imap_idle(visit->imap, IDLE_MS));
    if (status == IW_CLIENT_EXIT_OK)
        status = judge(visit, iw_imap_idle_next(visit->imap, &visit->result));
    if (status == IW_CLIENT_EXIT_OK)
        status = judge(visit, iw_imap_idle_done(visit->imap, &visit->result));
    return status == IW_CLIENT_EXIT_OK ? do_noop(visit) : status;
}

/* Twice the same mailbox, as after a break: what was learned must hold, or be learned anew. */
static int do_sync(struct visit *visit)
{
    enum iw_resync_way way;
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, VIEW_OCTETS_MAX);
    int status = view == NULL ? report_text(visit, "no memory") : IW_CLIENT_EXIT_OK;
    for (int i = 0; i < 2 && status == IW_CLIENT_EXIT_OK; i++)
        status = judge(visit, iw_imap_resync(visit->imap, visit->words[1], false, view, &way));
    if (status == IW_CLIENT_EXIT_OK)
        status = do_noop(visit);
    iw_imap_keep_view(visit->imap, NULL);
    iw_mailbox_view_free(view);
    return status;
}

/* ---- the table ---- */

static int (*const runs[IW_TASK_UNKNOWN])(struct visit *visit) = {
    [IW_TASK_LOGIN] = do_login,
    [IW_TASK_NOOP] = do_noop,
    [IW_TASK_CAPABILITY] = do_capability,
    [IW_TASK_LIST] = do_list,
    [IW_TASK_NAMESPACE] = do_namespace,
    [IW_TASK_STATUS] = do_status,
    [IW_TASK_SELECT] = do_select,
    [IW_TASK_EXAMINE] = do_examine,
    [IW_TASK_FETCH] = do_fetch,
    [IW_TASK_FLAG] = do_flag,
    [IW_TASK_SEARCH] = do_search,
    [IW_TASK_APPEND] = do_append,
    [IW_TASK_EXPUNGE] = do_expunge,
    [IW_TASK_COPY] = do_copy,
    [IW_TASK_MOVE] = do_move,
    [IW_TASK_POLL] = do_poll,
    [IW_TASK_IDLE] = do_idle,
    [IW_TASK_SYNC] = do_sync,
    [IW_TASK_CREATE] = do_create,
    [IW_TASK_DELETE] = do_delete,
    [IW_TASK_RENAME] = do_rename,
};

int iw_task_check(const struct iw_task *task)
{
    if (iw_task_verb(task) == IW_TASK_UNKNOWN)
        return IW_CLIENT_EXIT_NO_TASK;
    return iw_task_misuse(task) == NULL ? 0 : USAGE;
}

/* ---- the visit ---- */

/* "login EXTERNAL" leaves it to the connection to say who comes (RFC 4422 appendix A). */
static const char *user_for(const struct iw_task_visit *options, const char *auth)
{
    const struct iw_sasl_mechanism *mechanism = iw_sasl_find(auth);
    bool bare = mechanism != NULL && mechanism->secret == IW_SASL_NO_SECRET;
    return bare && auth != options->auth ? NULL : options->user;
}

static int log_in(struct visit *visit, enum iw_task_verb verb)
{
    const struct iw_task_visit *options = visit->options;
    const char *auth = verb == IW_TASK_LOGIN && visit->count > 1 ? visit->words[1] : options->auth;
    if (options->may_be_known && iw_imap_state(visit->imap) == IW_SESSION_AUTH)
        return IW_CLIENT_EXIT_OK;
    if (auth == NULL)
        return judge(visit,
                     iw_imap_login(visit->imap, options->user, options->password, &visit->result));
    return judge(visit, iw_imap_authenticate_as(visit->imap, auth, user_for(options, auth),
                                                options->password, &visit->result));
}

/* What has gone wrong without any command having said so. */
static int judge_rest(struct visit *visit)
{
    if (iw_imap_state(visit->imap) == IW_SESSION_LOGOUT)
        return judge(visit, iw_imap_noop(visit->imap, &visit->result));
    if (iw_imap_turned_readonly(visit->imap)) {
        fputs("readonly: mailbox status changed to READ-ONLY\n", visit->options->errors);
        return IW_CLIENT_EXIT_ERROR;
    }
    return IW_CLIENT_EXIT_OK;
}

int iw_task_do(const struct iw_task *task, struct iw_imap *imap,
               const struct iw_task_visit *options)
{
    enum iw_task_verb verb = iw_task_verb(task);
    struct visit visit = {
        .options = options, .words = task->words, .count = task->count, .imap = imap};
    int status = log_in(&visit, verb);
    if (status == IW_CLIENT_EXIT_OK)
        status = runs[verb](&visit);
    if (status == IW_CLIENT_EXIT_OK)
        status = judge_rest(&visit);
    iw_imap_logout(imap, NULL);
    iw_imap_free(imap);
    return status;
}
