/* SPDX-License-Identifier: MIT */
/* One function per method of imaplib: its arguments, in the order of the grammar. */
#include "client/imap_private.h"

#include "base/chars.h"

/* ---- shapes that several commands share ---- */

void iw_imap_begin(const struct iw_imap *imap, struct iw_arguments *arguments)
{
    iw_arguments_init(arguments, imap->alloc);
    arguments->utf8 = iw_session_speaks_utf8(imap->session);
}

static enum iw_imap_outcome bare(struct iw_imap *imap, const char *name,
                                 struct iw_imap_result *result)
{
    struct iw_arguments none;
    iw_imap_begin(imap, &none);
    return iw_imap_run(imap, name, &none, result);
}

/* command SP mailbox [SP mailbox] */
static enum iw_imap_outcome on_mailboxes(struct iw_imap *imap, const char *name,
                                         const char *mailbox, const char *other,
                                         struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_mailbox(&arguments, mailbox);
    iw_add_mailbox(&arguments, other);
    return iw_imap_run(imap, name, &arguments, result);
}

/* command SP mailbox SP value [SP value] */
static enum iw_imap_outcome with_values(struct iw_imap *imap, const char *name, const char *mailbox,
                                        const char *value, const char *other,
                                        struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_mailbox(&arguments, mailbox);
    iw_add_value(&arguments, value);
    iw_add_value(&arguments, other);
    return iw_imap_run(imap, name, &arguments, result);
}

/* command SP sequence-set SP mailbox */
static enum iw_imap_outcome transfer(struct iw_imap *imap, const char *name,
                                     const char *message_set, const char *new_mailbox,
                                     struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_raw(&arguments, message_set);
    iw_add_mailbox(&arguments, new_mailbox);
    return iw_imap_run(imap, name, &arguments, result);
}

/* ---- any state ---- */

enum iw_imap_outcome iw_imap_noop(struct iw_imap *imap, struct iw_imap_result *result)
{
    return bare(imap, "NOOP", result);
}

enum iw_imap_outcome iw_imap_xatom(struct iw_imap *imap, const char *name, const char *arguments,
                                   struct iw_imap_result *result)
{
    struct iw_arguments raw;
    iw_imap_begin(imap, &raw);
    iw_add_raw(&raw, arguments);
    struct iw_exchange exchange = {.name = name, .result = result};
    return iw_imap_exchange(imap, exchange, &raw);
}

/* What is kept of that name, without asking the server. */
static enum iw_imap_outcome give_kept(struct iw_imap *imap, const char *name,
                                      struct iw_imap_result *result)
{
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    iw_heard_begin(&imap->heard);
    iw_heard_give(&imap->heard, name, result);
    if (imap->heard.incomplete)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_NO_MEMORY, "no memory");
    return IW_IMAP_OK;
}

enum iw_imap_outcome iw_imap_response(struct iw_imap *imap, const char *code,
                                      struct iw_imap_result *result)
{
    *result = (struct iw_imap_result){.type = code};
    return give_kept(imap, code, result);
}

enum iw_imap_outcome iw_imap_recent(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_arguments none;
    if (result == NULL)
        result = &own;
    *result = (struct iw_imap_result){.type = "OK"};
    enum iw_imap_outcome outcome = give_kept(imap, "RECENT", result);
    if (outcome != IW_IMAP_OK || result->count > 0)
        return outcome;
    iw_imap_begin(imap, &none);
    struct iw_exchange exchange = {.name = "NOOP", .answer = "RECENT", .result = result};
    return iw_imap_exchange(imap, exchange, &none);
}

/* ---- not authenticated ---- */

/* Data that came before the login are nobody's (RFC 9051 §11.3). */
void iw_imap_forget_strangers(struct iw_imap *imap)
{
    iw_heard_forget_named(&imap->heard, "CAPABILITY");
    iw_heard_forget_data(&imap->heard);
}

/* login = "LOGIN" SP userid SP password */
enum iw_imap_outcome iw_imap_login(struct iw_imap *imap, const char *user, const char *password,
                                   struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_arguments arguments;
    if (result == NULL)
        result = &own;
    *result = (struct iw_imap_result){.type = "NO"};
    if (iw_session_has(imap->session, "LOGINDISABLED"))
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "LOGIN: the server has disabled it");
    iw_imap_begin(imap, &arguments);
    iw_add_string(&arguments, user);
    iw_add_secret(&arguments, password);
    enum iw_imap_outcome outcome = iw_imap_run(imap, "LOGIN", &arguments, result);
    if (outcome == IW_IMAP_OK)
        iw_imap_forget_strangers(imap);
    return iw_imap_insist(imap, outcome, result);
}

/* ---- authenticated ---- */

/* select = "SELECT" SP mailbox; examine = "EXAMINE" SP mailbox */
enum iw_imap_outcome iw_imap_select(struct iw_imap *imap, const char *mailbox, bool readonly,
                                    struct iw_imap_result *result)
{
    const char *name = readonly ? "EXAMINE" : "SELECT";
    const char *where = mailbox == NULL ? "INBOX" : mailbox;
    if (!imap->idling)
        iw_heard_forget(&imap->heard);
    imap->wants_readonly = readonly;
    enum iw_imap_outcome outcome = on_mailboxes(imap, name, where, NULL, result);
    if (outcome == IW_IMAP_OK && !readonly && iw_heard_find(&imap->heard, "READ-ONLY") != NULL)
        return iw_imap_fail(imap, IW_IMAP_READONLY, IW_SYSTEM, "%s is not writable", where);
    return outcome;
}

enum iw_imap_outcome iw_imap_create(struct iw_imap *imap, const char *mailbox,
                                    struct iw_imap_result *result)
{
    return on_mailboxes(imap, "CREATE", mailbox, NULL, result);
}

enum iw_imap_outcome iw_imap_delete(struct iw_imap *imap, const char *mailbox,
                                    struct iw_imap_result *result)
{
    return on_mailboxes(imap, "DELETE", mailbox, NULL, result);
}

enum iw_imap_outcome iw_imap_rename(struct iw_imap *imap, const char *old_name,
                                    const char *new_name, struct iw_imap_result *result)
{
    return on_mailboxes(imap, "RENAME", old_name, new_name, result);
}

enum iw_imap_outcome iw_imap_subscribe(struct iw_imap *imap, const char *mailbox,
                                       struct iw_imap_result *result)
{
    return on_mailboxes(imap, "SUBSCRIBE", mailbox, NULL, result);
}

enum iw_imap_outcome iw_imap_unsubscribe(struct iw_imap *imap, const char *mailbox,
                                         struct iw_imap_result *result)
{
    return on_mailboxes(imap, "UNSUBSCRIBE", mailbox, NULL, result);
}

/* list = "LIST" SP mailbox SP list-mailbox; lsub = "LSUB" SP mailbox SP list-mailbox (RFC 3501) */
static enum iw_imap_outcome list_as(struct iw_imap *imap, const char *name, const char *directory,
                                    const char *pattern, struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_mailbox(&arguments, directory == NULL ? "" : directory);
    iw_add_pattern(&arguments, pattern == NULL ? "*" : pattern);
    return iw_imap_run(imap, name, &arguments, result);
}

enum iw_imap_outcome iw_imap_list(struct iw_imap *imap, const char *directory, const char *pattern,
                                  struct iw_imap_result *result)
{
    return list_as(imap, "LIST", directory, pattern, result);
}

enum iw_imap_outcome iw_imap_lsub(struct iw_imap *imap, const char *directory, const char *pattern,
                                  struct iw_imap_result *result)
{
    return list_as(imap, "LSUB", directory, pattern, result);
}

/* status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")" */
enum iw_imap_outcome iw_imap_status(struct iw_imap *imap, const char *mailbox, const char *names,
                                    struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_mailbox(&arguments, mailbox);
    iw_add_list(&arguments, names);
    return iw_imap_run(imap, "STATUS", &arguments, result);
}

/* CR, LF and CRLF become CRLF. */
static void normalize_lines(struct iw_buf *out, struct iw_span message)
{
    size_t begin = 0;
    for (size_t i = 0; i < message.length; i++) {
        char c = message.data[i];
        if (c != '\r' && c != '\n')
            continue;
        iw_buf_add(out, iw_span_part(message, begin, i));
        iw_buf_add_string(out, "\r\n");
        if (c == '\r' && i + 1 < message.length && message.data[i + 1] == '\n')
            i++;
        begin = i + 1;
    }
    iw_buf_add(out, iw_span_part(message, begin, message.length));
}

/* append = "APPEND" SP mailbox [SP flag-list] [SP date-time] SP (literal / append-data-ext) */
enum iw_imap_outcome iw_imap_append(struct iw_imap *imap, const char *mailbox, const char *flags,
                                    const struct iw_date *date, struct iw_span message,
                                    struct iw_imap_result *result)
{
    enum iw_imap_outcome outcome;
    struct iw_arguments arguments;
    struct iw_buf lines, when;
    iw_imap_begin(imap, &arguments);
    iw_buf_init(&lines, imap->alloc, SIZE_MAX / 4);
    iw_buf_init(&when, imap->alloc, 100);
    normalize_lines(&lines, message);
    iw_add_mailbox(&arguments, mailbox == NULL || mailbox[0] == '\0' ? "INBOX" : mailbox);
    iw_add_list(&arguments, flags != NULL && flags[0] != '\0' ? flags : NULL);
    if (date != NULL) {
        iw_write_date_time(&when, date);
        iw_add_raw(&arguments, iw_buf_string(&when));
    }
    iw_add_message(&arguments, iw_buf_span(&lines), iw_imap_utf8_enabled(imap));
    if (lines.failed || when.failed)
        iw_failf(&arguments.error, IW_NO_MEMORY, "no memory for the message");
    outcome = iw_imap_run(imap, "APPEND", &arguments, result);
    iw_buf_release(&lines);
    iw_buf_release(&when);
    return outcome;
}

/* enable = "ENABLE" 1*(SP capability) (RFC 5161) */
enum iw_imap_outcome iw_imap_enable(struct iw_imap *imap, const char *capability,
                                    struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    if (result != NULL)
        *result = (struct iw_imap_result){.type = "NO"};
    enum iw_imap_outcome outcome = iw_imap_need(imap, "ENABLE", "ENABLE");
    if (outcome != IW_IMAP_OK)
        return outcome;
    iw_imap_begin(imap, &arguments);
    iw_add_raw(&arguments, capability);
    return iw_imap_run(imap, "ENABLE", &arguments, result);
}

/* An extension of iPlanet's server. */
enum iw_imap_outcome iw_imap_proxyauth(struct iw_imap *imap, const char *user,
                                       struct iw_imap_result *result)
{
    return with_values(imap, "PROXYAUTH", NULL, user, NULL, result);
}

/* namespace-command = "NAMESPACE" */
enum iw_imap_outcome iw_imap_namespace(struct iw_imap *imap, struct iw_imap_result *result)
{
    return bare(imap, "NAMESPACE", result);
}

/* ---- rights, quotas, annotations ---- */

/* getacl = "GETACL" SP mailbox (RFC 4314) */
enum iw_imap_outcome iw_imap_getacl(struct iw_imap *imap, const char *mailbox,
                                    struct iw_imap_result *result)
{
    return on_mailboxes(imap, "GETACL", mailbox, NULL, result);
}

/* setacl = "SETACL" SP mailbox SP identifier SP mod-rights */
enum iw_imap_outcome iw_imap_setacl(struct iw_imap *imap, const char *mailbox, const char *who,
                                    const char *what, struct iw_imap_result *result)
{
    return with_values(imap, "SETACL", mailbox, who, what, result);
}

/* deleteacl = "DELETEACL" SP mailbox SP identifier */
enum iw_imap_outcome iw_imap_deleteacl(struct iw_imap *imap, const char *mailbox, const char *who,
                                       struct iw_imap_result *result)
{
    return with_values(imap, "DELETEACL", mailbox, who, NULL, result);
}

/* myrights = "MYRIGHTS" SP mailbox */
enum iw_imap_outcome iw_imap_myrights(struct iw_imap *imap, const char *mailbox,
                                      struct iw_imap_result *result)
{
    return on_mailboxes(imap, "MYRIGHTS", mailbox, NULL, result);
}

/* getquota = "GETQUOTA" SP quota-root-name (RFC 9208) */
enum iw_imap_outcome iw_imap_getquota(struct iw_imap *imap, const char *root,
                                      struct iw_imap_result *result)
{
    return with_values(imap, "GETQUOTA", NULL, root, NULL, result);
}

/* getquotaroot = "GETQUOTAROOT" SP mailbox */
enum iw_imap_outcome iw_imap_getquotaroot(struct iw_imap *imap, const char *mailbox,
                                          struct iw_imap_result *quotaroot,
                                          struct iw_imap_result *quota)
{
    struct iw_imap_result own;
    if (quotaroot == NULL)
        quotaroot = &own;
    enum iw_imap_outcome outcome = on_mailboxes(imap, "GETQUOTAROOT", mailbox, NULL, quotaroot);
    if (quota == NULL)
        return outcome;
    *quota = *quotaroot;
    if (outcome == IW_IMAP_OK)
        iw_heard_give(&imap->heard, "QUOTA", quota);
    return outcome;
}

/* setquota = "SETQUOTA" SP quota-root-name SP setquota-list */
enum iw_imap_outcome iw_imap_setquota(struct iw_imap *imap, const char *root, const char *limits,
                                      struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_string(&arguments, root);
    iw_add_list(&arguments, limits);
    return iw_imap_run(imap, "SETQUOTA", &arguments, result);
}

/* "GETANNOTATION" SP mailbox SP entries SP attributes (an early draft of RFC 5464) */
enum iw_imap_outcome iw_imap_getannotation(struct iw_imap *imap, const char *mailbox,
                                           const char *entry, const char *attribute,
                                           struct iw_imap_result *result)
{
    return with_values(imap, "GETANNOTATION", mailbox, entry, attribute, result);
}

/* "SETANNOTATION" SP mailbox 1*(SP entry SP "(" attribute SP value … ")") */
enum iw_imap_outcome iw_imap_setannotation(struct iw_imap *imap, const char *mailbox,
                                           const char *const *entries,
                                           struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_mailbox(&arguments, mailbox);
    while (*entries != NULL)
        iw_add_value(&arguments, *entries++);
    return iw_imap_run(imap, "SETANNOTATION", &arguments, result);
}

/* ---- selected ---- */

enum iw_imap_outcome iw_imap_check(struct iw_imap *imap, struct iw_imap_result *result)
{
    return bare(imap, "CHECK", result);
}

enum iw_imap_outcome iw_imap_close(struct iw_imap *imap, struct iw_imap_result *result)
{
    return bare(imap, "CLOSE", result);
}

enum iw_imap_outcome iw_imap_unselect(struct iw_imap *imap, struct iw_imap_result *result)
{
    return bare(imap, "UNSELECT", result);
}

enum iw_imap_outcome iw_imap_expunge(struct iw_imap *imap, struct iw_imap_result *result)
{
    return bare(imap, "EXPUNGE", result);
}

/* search = "SEARCH" [SP "CHARSET" SP charset] 1*(SP search-key) */
enum iw_imap_outcome iw_imap_search(struct iw_imap *imap, const char *charset, const char *criteria,
                                    struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    if (charset != NULL && charset[0] == '\0')
        charset = NULL;
    if (charset != NULL && iw_imap_utf8_enabled(imap))
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX,
                            "Non-None charset not valid in UTF8 mode");
    iw_imap_begin(imap, &arguments);
    iw_add_raw(&arguments, charset == NULL ? NULL : "CHARSET");
    iw_add_string(&arguments, charset);
    iw_add_criteria(&arguments, criteria);
    return iw_imap_run(imap, "SEARCH", &arguments, result);
}

/* sort = "SORT" SP sort-criteria SP search-criteria (RFC 5256) */
enum iw_imap_outcome iw_imap_sort(struct iw_imap *imap, const char *sort_criteria,
                                  const char *charset, const char *search_criteria,
                                  struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_list(&arguments, sort_criteria);
    iw_add_string(&arguments, charset);
    iw_add_criteria(&arguments, search_criteria);
    return iw_imap_run(imap, "SORT", &arguments, result);
}

/* thread = "THREAD" SP thread-alg SP search-criteria */
enum iw_imap_outcome iw_imap_thread(struct iw_imap *imap, const char *threading_algorithm,
                                    const char *charset, const char *search_criteria,
                                    struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_raw(&arguments, threading_algorithm);
    iw_add_string(&arguments, charset);
    iw_add_criteria(&arguments, search_criteria);
    return iw_imap_run(imap, "THREAD", &arguments, result);
}

/* fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" … ")") */
enum iw_imap_outcome iw_imap_fetch(struct iw_imap *imap, const char *message_set,
                                   const char *message_parts, struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_raw(&arguments, message_set);
    iw_add_raw(&arguments, message_parts);
    return iw_imap_run(imap, "FETCH", &arguments, result);
}

/* "PARTIAL" SP nz-number SP msg-att-text SP number SP number (RFC 1730) */
enum iw_imap_outcome iw_imap_partial(struct iw_imap *imap, const char *message_num,
                                     const char *message_part, const char *start,
                                     const char *length, struct iw_imap_result *result)
{
    const char *const words[] = {message_num, message_part, start, length};
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        iw_add_raw(&arguments, words[i]);
    return iw_imap_run(imap, "PARTIAL", &arguments, result);
}

/* store = "STORE" SP sequence-set SP store-att-flags */
enum iw_imap_outcome iw_imap_store(struct iw_imap *imap, const char *message_set,
                                   const char *command, const char *flags,
                                   struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_imap_begin(imap, &arguments);
    iw_add_raw(&arguments, message_set);
    iw_add_raw(&arguments, command);
    iw_add_list(&arguments, flags);
    return iw_imap_run(imap, "STORE", &arguments, result);
}

/* copy = "COPY" SP sequence-set SP mailbox */
enum iw_imap_outcome iw_imap_copy(struct iw_imap *imap, const char *message_set,
                                  const char *new_mailbox, struct iw_imap_result *result)
{
    return transfer(imap, "COPY", message_set, new_mailbox, result);
}

/* move = "MOVE" SP sequence-set SP mailbox */
enum iw_imap_outcome iw_imap_move(struct iw_imap *imap, const char *message_set,
                                  const char *new_mailbox, struct iw_imap_result *result)
{
    return transfer(imap, "MOVE", message_set, new_mailbox, result);
}

/* As imaplib has it: SEARCH, SORT and THREAD give their own data, all others those of FETCH. */
static const char *uid_answer(const struct iw_verb *verb)
{
    static const char *const own[] = {"SEARCH", "SORT", "THREAD"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (iw_span_equal(iw_span_of(verb->name), iw_span_of(own[i])))
            return own[i];
    return "FETCH";
}

static enum iw_imap_outcome unknown_uid_command(struct iw_imap *imap, const char *command)
{
    char name[100];
    size_t length = 0;
    for (; command[length] != '\0' && length + 1 < sizeof name; length++)
        name[length] = iw_upper(command[length]);
    name[length] = '\0';
    return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "Unknown IMAP4 UID command: %s", name);
}

/* uid = "UID" SP (copy / move / fetch / search / store / "EXPUNGE" SP sequence-set) */
enum iw_imap_outcome iw_imap_uid(struct iw_imap *imap, const char *command, const char *arguments,
                                 struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_arguments raw;
    const struct iw_verb *verb = iw_verb_find(iw_span_of(command));
    if (result == NULL)
        result = &own;
    *result = (struct iw_imap_result){.type = "NO"};
    if (verb == NULL)
        return unknown_uid_command(imap, command);
    if (iw_imap_check_state(imap, verb->name) != IW_IMAP_OK)
        return IW_IMAP_ERROR;
    iw_imap_begin(imap, &raw);
    iw_add_raw(&raw, verb->name);
    iw_add_criteria(&raw, arguments);
    struct iw_exchange exchange = {.name = "UID", .answer = uid_answer(verb), .result = result};
    return iw_imap_exchange(imap, exchange, &raw);
}
