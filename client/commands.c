/* SPDX-License-Identifier: MIT */
/* One function per method of imaplib: its arguments, in the order of the grammar. */
#include "client/imap_private.h"

/* ---- shapes that several commands share ---- */

static enum iw_imap_outcome bare(struct iw_imap *imap, const char *name,
                                 struct iw_imap_result *result)
{
    struct iw_arguments none;
    iw_arguments_init(&none, imap->alloc);
    return iw_imap_run(imap, name, &none, result);
}

/* command SP mailbox [SP mailbox] */
static enum iw_imap_outcome on_mailboxes(struct iw_imap *imap, const char *name,
                                         const char *mailbox, const char *other,
                                         struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_mailbox(&arguments, mailbox);
    iw_add_mailbox(&arguments, other);
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
    iw_arguments_init(&raw, imap->alloc);
    iw_add_raw(&raw, arguments);
    struct iw_exchange exchange = {.name = name, .result = result};
    return iw_imap_exchange(imap, exchange, &raw);
}

enum iw_imap_outcome iw_imap_response(struct iw_imap *imap, const char *code,
                                      struct iw_imap_result *result)
{
    *result = (struct iw_imap_result){.type = "OK"};
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    iw_heard_begin(&imap->heard);
    iw_heard_give_older(&imap->heard, code, result);
    if (imap->heard.incomplete)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_NO_MEMORY, "no memory");
    return IW_IMAP_OK;
}

/* ---- not authenticated ---- */

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
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_string(&arguments, user);
    iw_add_secret(&arguments, password);
    enum iw_imap_outcome outcome =
        iw_imap_insist(imap, iw_imap_run(imap, "LOGIN", &arguments, result), "LOGIN", result);
    if (outcome == IW_IMAP_OK)
        iw_heard_forget(&imap->heard);
    return outcome;
}

/* ---- authenticated ---- */

/* select = "SELECT" SP mailbox; examine = "EXAMINE" SP mailbox */
enum iw_imap_outcome iw_imap_select(struct iw_imap *imap, const char *mailbox, bool readonly,
                                    struct iw_imap_result *result)
{
    const char *name = readonly ? "EXAMINE" : "SELECT";
    const char *where = mailbox == NULL ? "INBOX" : mailbox;
    iw_heard_forget(&imap->heard);
    enum iw_imap_outcome outcome = on_mailboxes(imap, name, where, NULL, result);
    if (outcome == IW_IMAP_OK && iw_imap_turned_readonly(imap))
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

/* list = "LIST" SP mailbox SP list-mailbox */
enum iw_imap_outcome iw_imap_list(struct iw_imap *imap, const char *directory, const char *pattern,
                                  struct iw_imap_result *result)
{
    return on_mailboxes(imap, "LIST", directory == NULL ? "" : directory,
                        pattern == NULL ? "*" : pattern, result);
}

/* lsub = "LSUB" SP mailbox SP list-mailbox (RFC 3501) */
enum iw_imap_outcome iw_imap_lsub(struct iw_imap *imap, const char *directory, const char *pattern,
                                  struct iw_imap_result *result)
{
    return on_mailboxes(imap, "LSUB", directory == NULL ? "" : directory,
                        pattern == NULL ? "*" : pattern, result);
}

/* status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")" */
enum iw_imap_outcome iw_imap_status(struct iw_imap *imap, const char *mailbox, const char *names,
                                    struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_arguments_init(&arguments, imap->alloc);
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

/* append = "APPEND" SP mailbox [SP flag-list] [SP date-time] SP literal */
enum iw_imap_outcome iw_imap_append(struct iw_imap *imap, const char *mailbox, const char *flags,
                                    const struct iw_date *date, struct iw_span message,
                                    struct iw_imap_result *result)
{
    enum iw_imap_outcome outcome;
    struct iw_arguments arguments;
    struct iw_buf lines, when;
    iw_arguments_init(&arguments, imap->alloc);
    iw_buf_init(&lines, imap->alloc, SIZE_MAX / 4);
    iw_buf_init(&when, imap->alloc, 100);
    normalize_lines(&lines, message);
    iw_add_mailbox(&arguments, mailbox == NULL ? "INBOX" : mailbox);
    iw_add_list(&arguments, flags != NULL && flags[0] != '\0' ? flags : NULL);
    if (date != NULL) {
        iw_write_date_time(&when, date);
        iw_add_raw(&arguments, iw_buf_string(&when));
    }
    iw_add_literal(&arguments, iw_buf_span(&lines));
    if (lines.failed || when.failed)
        iw_failf(&arguments.error, IW_NO_MEMORY, "no memory for the message");
    outcome = iw_imap_run(imap, "APPEND", &arguments, result);
    iw_buf_release(&lines);
    iw_buf_release(&when);
    return outcome;
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
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_raw(&arguments, charset == NULL ? NULL : "CHARSET");
    iw_add_string(&arguments, charset);
    iw_add_raw(&arguments, criteria);
    return iw_imap_run(imap, "SEARCH", &arguments, result);
}

/* fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" … ")") */
enum iw_imap_outcome iw_imap_fetch(struct iw_imap *imap, const char *message_set,
                                   const char *message_parts, struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_raw(&arguments, message_set);
    iw_add_raw(&arguments, message_parts);
    return iw_imap_run(imap, "FETCH", &arguments, result);
}

/* store = "STORE" SP sequence-set SP store-att-flags */
enum iw_imap_outcome iw_imap_store(struct iw_imap *imap, const char *message_set,
                                   const char *command, const char *flags,
                                   struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_raw(&arguments, message_set);
    iw_add_raw(&arguments, command);
    iw_add_list(&arguments, flags);
    return iw_imap_run(imap, "STORE", &arguments, result);
}

/* copy = "COPY" SP sequence-set SP mailbox */
enum iw_imap_outcome iw_imap_copy(struct iw_imap *imap, const char *message_set,
                                  const char *new_mailbox, struct iw_imap_result *result)
{
    struct iw_arguments arguments;
    iw_arguments_init(&arguments, imap->alloc);
    iw_add_raw(&arguments, message_set);
    iw_add_mailbox(&arguments, new_mailbox);
    return iw_imap_run(imap, "COPY", &arguments, result);
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
    if (verb == NULL || iw_verb_legal(verb, IW_SESSION_NONAUTH))
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "Unknown IMAP4 UID command: %s",
                            command);
    iw_arguments_init(&raw, imap->alloc);
    iw_add_raw(&raw, verb->name);
    iw_add_raw(&raw, arguments);
    struct iw_exchange exchange = {.name = "UID", .answer = uid_answer(verb), .result = result};
    return iw_imap_exchange(imap, exchange, &raw);
}
