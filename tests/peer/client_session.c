/* SPDX-License-Identifier: MIT */
/* Our client through whole sessions with a live server, in every way it can reach one; what the
 * typed results say is looked at too.
 *
 *     client_session PORT TLS_PORT CA_FILE OTHER_CA_FILE PLAIN_COMMAND TLS_COMMAND
 *
 * The server is on 127.0.0.1 and known as localhost; alice has the password "secret". The commands
 * give a connection on their standard input and output. */
#include "base/random.h"
#include "client/imap.h"
#include "sasl/sasl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 20000, MESSAGE_OCTETS = 100 * 1024, LINE_OCTETS = 120, NAME_SIZE = 100 };

struct server {
    unsigned port, tls_port;
    const char *ca, *other_ca;
    const char *plain_command, *tls_command;
};

struct session {
    struct iw_imap *imap;
    struct iw_imap_result result; /* of the last command */
    char box[NAME_SIZE], renamed[NAME_SIZE];
    char message[MESSAGE_OCTETS];
    uint64_t uidvalidity;
};

/* ---- asking ---- */

static void expect_outcome(const struct iw_imap *imap, const char *what, enum iw_imap_outcome got,
                           enum iw_imap_outcome wanted)
{
    if (got != wanted)
        fail_msg("%s: outcome %d, not %d; %s", what, (int)got, (int)wanted,
                 iw_imap_failure(imap)->error.detail);
}

static void expect_ok(const struct session *session, const char *what, enum iw_imap_outcome got)
{
    expect_outcome(session->imap, what, got, IW_IMAP_OK);
    assert_string_equal(session->result.type, "OK");
    assert_non_null(session->result.completion);
    assert_int_equal(session->result.completion->state, IW_STATE_OK);
}

/* A NO whose code is that one, or NULL: which has none. */
static void expect_no(const struct session *session, const char *what, enum iw_imap_outcome got,
                      const char *code)
{
    expect_outcome(session->imap, what, got, IW_IMAP_NO);
    assert_string_equal(session->result.type, "NO");
    assert_int_equal(session->result.count, 1);
    assert_non_null(session->result.completion);
    const struct iw_code *given = &session->result.completion->text.code;
    if (code == NULL ? given->name.length > 0 : !iw_code_is(given, code))
        fail_msg("%s: %.*s, wanted [%s]", what, (int)session->result.data[0].text.length,
                 session->result.data[0].text.data, code == NULL ? "" : code);
}

static void expect_failure(const struct iw_imap_failure *failure, enum iw_imap_outcome outcome,
                           const char *words)
{
    assert_int_equal(failure->outcome, outcome);
    if (strstr(failure->error.detail, words) == NULL)
        fail_msg("\"%s\" says nothing of \"%s\"", failure->error.detail, words);
}

static void expect_text(struct iw_span given, const char *wanted)
{
    if (!iw_span_equal(given, iw_span_of(wanted)))
        fail_msg("\"%.*s\", not \"%s\"", (int)given.length, given.data, wanted);
}

/* The only response of that kind. */
static const struct iw_response *only(const struct session *session, enum iw_response_kind kind)
{
    const struct iw_response *found = NULL;
    for (size_t i = 0; i < session->result.response_count; i++) {
        if (session->result.responses[i].kind != kind)
            continue;
        assert_null(found);
        found = &session->result.responses[i];
    }
    assert_non_null(found);
    return found;
}

/* imaplib's data, all of it texts. */
static void expect_data(const struct session *session, const char *wanted)
{
    assert_int_equal(session->result.count, 1);
    assert_null(session->result.data[0].literal.data);
    expect_text(session->result.data[0].text, wanted);
}

/* ---- one session ---- */

/* Octets of every value that a literal may hold, in lines that look like IMAP. */
static void make_message(char *message)
{
    static const char head[] = "Subject: all octets\r\n\r\n{5}\r\n)\r\na OK done\r\n* BYE\r\n";
    struct iw_random random;
    iw_random_seed(&random, 1);
    for (size_t i = 0; i < MESSAGE_OCTETS; i++) {
        unsigned char octet = (unsigned char)(1 + iw_random_below(&random, 255));
        message[i] = octet == '\r' || octet == '\n' ? 'x' : (char)octet;
    }
    for (size_t i = LINE_OCTETS; i < MESSAGE_OCTETS - 2; i += LINE_OCTETS)
        memcpy(message + i, "\r\n", 2);
    memcpy(message, head, sizeof head - 1);
}

static void log_in(struct session *s)
{
    struct iw_imap *m = s->imap;
    assert_int_equal(iw_imap_state(m), IW_SESSION_NONAUTH);
    assert_true(strlen(iw_imap_welcome(m)) > 0);
    expect_ok(s, "CAPABILITY", iw_imap_capability(m, &s->result));
    assert_int_equal(s->result.count, 1);
    assert_true(iw_span_starts(s->result.data[0].text, IW_SPAN("IMAP4rev1 ")));
    expect_text(only(s, IW_RESPONSE_CAPABILITY)->capabilities.names[0], "IMAP4rev1");
    assert_true(iw_imap_has(m, "literal+"));
    assert_false(iw_imap_has(m, "LITERAL"));

    enum iw_imap_outcome outcome = iw_imap_login(m, "alice", "wrong", &s->result);
    expect_outcome(m, "LOGIN", outcome, IW_IMAP_ERROR);
    expect_failure(iw_imap_failure(m), IW_IMAP_ERROR, "AUTHENTICATIONFAILED");
    assert_int_equal(iw_imap_state(m), IW_SESSION_NONAUTH);
    outcome = iw_imap_select(m, "INBOX", false, &s->result);
    expect_outcome(m, "SELECT before LOGIN", outcome, IW_IMAP_ERROR);
    expect_failure(iw_imap_failure(m), IW_IMAP_ERROR, "NONAUTH");
    expect_ok(s, "LOGIN", iw_imap_login(m, "alice", "secret", &s->result));
    assert_int_equal(iw_imap_state(m), IW_SESSION_AUTH);
    assert_true(iw_imap_has(m, "UIDPLUS"));
    assert_int_equal(iw_imap_failure(m)->outcome, IW_IMAP_OK);
}

static uint64_t status_number(const struct session *s, const char *name)
{
    const struct iw_response *response = only(s, IW_RESPONSE_STATUS);
    expect_text(response->status.mailbox, s->box);
    for (size_t i = 0; i < response->status.count; i++)
        if (iw_span_equal_nocase(response->status.items[i].name, iw_span_of(name)))
            return response->status.items[i].number;
    fail_msg("no %s", name);
    return 0;
}

static void make_mailbox(struct session *s)
{
    struct iw_imap *m = s->imap;
    expect_ok(s, "CREATE", iw_imap_create(m, s->box, &s->result));
    expect_no(s, "CREATE again", iw_imap_create(m, s->box, &s->result), "ALREADYEXISTS");
    expect_ok(s, "LIST", iw_imap_list(m, NULL, s->box, &s->result));
    const struct iw_mailbox_list *list = &only(s, IW_RESPONSE_LIST)->list;
    expect_text(list->mailbox, s->box);
    expect_text(list->separator, "/");
    assert_int_equal(list->attribute_count, 1);
    expect_text(list->attributes[0], "\\HasNoChildren");
    expect_ok(s, "LIST", iw_imap_list(m, NULL, "nothing here", &s->result));
    assert_int_equal(s->result.count, 0);
    assert_int_equal(s->result.response_count, 0);
    expect_ok(s, "STATUS", iw_imap_status(m, s->box, "MESSAGES UIDNEXT UIDVALIDITY", &s->result));
    assert_int_equal(status_number(s, "MESSAGES"), 0);
    assert_int_equal(status_number(s, "UIDNEXT"), 1);
    s->uidvalidity = status_number(s, "UIDVALIDITY");
    assert_true(s->uidvalidity > 0);
}

static const struct iw_date date = {1994, 2, 7, 21, 52, 25, -480};

static void append(struct session *s, struct iw_span message, const char *flags, uint32_t uid)
{
    char uids[20];
    struct iw_buf set;
    snprintf(uids, sizeof uids, "%u", (unsigned)uid);
    iw_buf_init(&set, NULL, 100);
    expect_ok(s, "APPEND", iw_imap_append(s->imap, s->box, flags, &date, message, &s->result));
    const struct iw_code *code = &s->result.completion->text.code;
    assert_true(iw_code_is(code, "APPENDUID"));
    assert_int_equal(code->number, s->uidvalidity);
    iw_write_set(&set, &code->uids);
    assert_string_equal(iw_buf_string(&set), uids);
    iw_buf_release(&set);
}

static void open_mailbox(struct session *s)
{
    struct iw_imap *m = s->imap;
    expect_no(s, "SELECT", iw_imap_select(m, "nothing here", false, &s->result), NULL);
    assert_int_equal(iw_imap_state(m), IW_SESSION_AUTH);
    expect_ok(s, "SELECT", iw_imap_select(m, s->box, false, &s->result));
    expect_data(s, "1");
    assert_int_equal(only(s, IW_RESPONSE_EXISTS)->number, 1);
    assert_true(iw_code_is(&s->result.completion->text.code, "READ-WRITE"));
    assert_int_equal(iw_imap_state(m), IW_SESSION_SELECTED);
    assert_false(iw_imap_is_readonly(m));
    expect_outcome(m, "response", iw_imap_response(m, "UIDNEXT", &s->result), IW_IMAP_OK);
    expect_data(s, "2");
}

/* What was appended comes back, octet by octet. */
static void fetch_message(struct session *s)
{
    struct iw_imap *m = s->imap;
    struct iw_span whole = iw_span(s->message, sizeof s->message);
    expect_ok(
        s, "FETCH",
        iw_imap_fetch(m, "1", "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])", &s->result));
    const struct iw_response *response = only(s, IW_RESPONSE_FETCH);
    assert_int_equal(response->number, 1);
    assert_int_equal(iw_fetch_find(&response->fetch, IW_FETCH_UID)->number, 1);
    assert_int_equal(iw_fetch_find(&response->fetch, IW_FETCH_SIZE)->number, MESSAGE_OCTETS);
    const struct iw_fetch_item *flags = iw_fetch_find(&response->fetch, IW_FETCH_FLAGS);
    assert_true(iw_flags_have(&flags->flags, IW_SPAN("\\Flagged")));
    assert_true(iw_flags_have(&flags->flags, IW_SPAN("$work")));
    assert_false(iw_flags_have(&flags->flags, IW_SPAN("\\Seen")));
    const struct iw_fetch_item *when = iw_fetch_find(&response->fetch, IW_FETCH_INTERNALDATE);
    assert_int_equal(iw_date_to_unix(&when->date), iw_date_to_unix(&date));
    const struct iw_fetch_item *body = iw_fetch_find_section(&response->fetch, "");
    assert_non_null(body);
    assert_int_equal(body->size, MESSAGE_OCTETS);
    assert_true(iw_span_equal(body->value, whole));

    assert_int_equal(s->result.count, 2);
    struct iw_span head = s->result.data[0].text;
    assert_true(iw_span_starts(head, IW_SPAN("1 (")));
    expect_text(iw_span_part(head, head.length - 8, head.length), "{102400}");
    assert_true(iw_span_equal(s->result.data[0].literal, whole));
    expect_text(s->result.data[1].text, ")");
}

static void expect_numbers(const struct session *s, uint32_t number)
{
    const struct iw_search *search = &only(s, IW_RESPONSE_SEARCH)->search;
    assert_int_equal(search->count, number == 0 ? 0 : 1);
    if (number > 0)
        assert_int_equal(search->numbers[0], number);
}

static void change_flags(struct session *s)
{
    struct iw_imap *m = s->imap;
    expect_ok(s, "STORE", iw_imap_store(m, "1", "+FLAGS", "\\Answered", &s->result));
    const struct iw_response *response = only(s, IW_RESPONSE_FETCH);
    const struct iw_fetch_item *flags = iw_fetch_find(&response->fetch, IW_FETCH_FLAGS);
    assert_true(iw_flags_have(&flags->flags, IW_SPAN("\\Answered")));
    assert_true(iw_flags_have(&flags->flags, IW_SPAN("\\Flagged")));
    expect_ok(s, "SEARCH", iw_imap_search(m, NULL, "ANSWERED FLAGGED", &s->result));
    expect_data(s, "1");
    expect_numbers(s, 1);
    expect_ok(s, "SEARCH", iw_imap_search(m, "UTF-8", "UNDELETED UNANSWERED", &s->result));
    expect_numbers(s, 0);
    expect_outcome(m, "FETCH of nonsense", iw_imap_fetch(m, "1", "(NONSENSE)", &s->result),
                   IW_IMAP_ERROR);
    expect_failure(iw_imap_failure(m), IW_IMAP_ERROR, "BAD");
    assert_int_equal(iw_imap_state(m), IW_SESSION_SELECTED);
}

static void expunge(struct session *s)
{
    static const char second[] = "Subject: second\r\n\r\nstays\r\n";
    struct iw_imap *m = s->imap;
    append(s, iw_span_of(second), NULL, 2);
    expect_ok(s, "NOOP", iw_imap_noop(m, &s->result));
    expect_ok(s, "STORE", iw_imap_store(m, "1", "+FLAGS.SILENT", "(\\Deleted)", &s->result));
    expect_ok(s, "EXPUNGE", iw_imap_expunge(m, &s->result));
    expect_data(s, "1");
    assert_int_equal(only(s, IW_RESPONSE_EXPUNGE)->number, 1);
    expect_ok(s, "EXPUNGE", iw_imap_expunge(m, &s->result));
    assert_int_equal(s->result.count, 0);
    expect_ok(s, "UID SEARCH", iw_imap_uid(m, "SEARCH", "ALL", &s->result));
    expect_data(s, "2");
    expect_ok(s, "FETCH", iw_imap_fetch(m, "1", "BODY.PEEK[]", &s->result));
    const struct iw_response *response = only(s, IW_RESPONSE_FETCH);
    const struct iw_fetch_item *body = iw_fetch_find_section(&response->fetch, "");
    assert_non_null(body);
    expect_text(body->value, second);
    expect_ok(s, "CLOSE", iw_imap_close(m, &s->result));
    assert_int_equal(iw_imap_state(m), IW_SESSION_AUTH);
    expect_outcome(m, "FETCH behind CLOSE", iw_imap_fetch(m, "1", "FLAGS", &s->result),
                   IW_IMAP_ERROR);
    expect_failure(iw_imap_failure(m), IW_IMAP_ERROR, "AUTH");
}

/* Behind EXAMINE it is left to the server to refuse, as imaplib leaves it. Dovecot says OK and does
 * nothing. */
static void read_only(struct session *s)
{
    struct iw_imap *m = s->imap;
    expect_ok(s, "EXAMINE", iw_imap_select(m, s->box, true, &s->result));
    assert_true(iw_code_is(&s->result.completion->text.code, "READ-ONLY"));
    assert_true(iw_imap_is_readonly(m));
    assert_false(iw_imap_turned_readonly(m));
    expect_ok(s, "STORE", iw_imap_store(m, "1", "+FLAGS", "\\Seen", &s->result));
    assert_int_equal(s->result.response_count, 0);
    expect_ok(s, "SEARCH", iw_imap_search(m, NULL, "SEEN", &s->result));
    expect_numbers(s, 0);
    expect_ok(s, "UNSELECT", iw_imap_unselect(m, &s->result));
    assert_int_equal(iw_imap_state(m), IW_SESSION_AUTH);
    assert_false(iw_imap_is_readonly(m));
}

static void tidy_up(struct session *s)
{
    struct iw_imap *m = s->imap;
    expect_ok(s, "RENAME", iw_imap_rename(m, s->box, s->renamed, &s->result));
    expect_no(s, "DELETE", iw_imap_delete(m, s->box, &s->result), "NONEXISTENT");
    expect_ok(s, "DELETE", iw_imap_delete(m, s->renamed, &s->result));
    expect_outcome(m, "LOGOUT", iw_imap_logout(m, &s->result), IW_IMAP_OK);
    assert_string_equal(s->result.type, "BYE");
    expect_data(s, "Logging out");
    assert_int_equal(iw_imap_state(m), IW_SESSION_LOGOUT);
    expect_outcome(m, "NOOP behind LOGOUT", iw_imap_noop(m, &s->result), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_socket(m), -1);
}

/* Takes imap. */
static void play(struct iw_imap *imap, const char *way)
{
    struct session *session = calloc(1, sizeof *session);
    assert_non_null(session);
    session->imap = imap;
    snprintf(session->box, sizeof session->box, "box %s", way);
    snprintf(session->renamed, sizeof session->renamed, "renamed \\ \"%s\"", way);
    make_message(session->message);
    log_in(session);
    make_mailbox(session);
    append(session, iw_span(session->message, sizeof session->message), "\\Flagged $work", 1);
    open_mailbox(session);
    fetch_message(session);
    change_flags(session);
    expunge(session);
    read_only(session);
    tidy_up(session);
    iw_imap_free(session->imap);
    free(session);
}

/* ---- the ways there ---- */

static struct iw_imap *opened(struct iw_imap *imap, const struct iw_imap_failure *failure)
{
    if (imap == NULL)
        fail_msg("not opened: %s", failure->error.detail);
    return imap;
}

static struct iw_tls_context *trusting(const char *ca)
{
    struct iw_error error = {0};
    struct iw_tls_context *tls = iw_tls_client_new(ca, &error);
    if (tls == NULL)
        fail_msg("%s: %s", ca, error.detail);
    return tls;
}

static void in_clear(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    play(opened(iw_imap_open("127.0.0.1", server->port, TIMEOUT_MS, &failure), &failure), "clear");
}

static void by_starttls(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    struct iw_imap_result result;
    struct iw_tls_context *tls = trusting(server->ca);
    struct iw_imap *imap =
        opened(iw_imap_open("localhost", server->port, TIMEOUT_MS, &failure), &failure);
    assert_true(iw_imap_has(imap, "STARTTLS"));
    expect_outcome(imap, "STARTTLS", iw_imap_starttls(imap, tls, &result), IW_IMAP_OK);
    assert_string_equal(result.type, "OK");
    assert_false(iw_imap_has(imap, "STARTTLS"));
    expect_outcome(imap, "STARTTLS again", iw_imap_starttls(imap, tls, &result), IW_IMAP_ABORT);
    expect_failure(iw_imap_failure(imap), IW_IMAP_ABORT, "already");
    iw_tls_context_free(tls);
    play(imap, "starttls");
}

static void in_tls(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    struct iw_tls_context *tls = trusting(server->ca);
    struct iw_imap *imap =
        iw_imap_open_ssl("127.0.0.1", server->tls_port, tls, TIMEOUT_MS, &failure);
    iw_tls_context_free(tls);
    play(opened(imap, &failure), "tls");
}

static void through_a_child(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    struct iw_imap_result result;
    struct iw_imap *imap =
        opened(iw_imap_open_stream(server->plain_command, TIMEOUT_MS, &failure), &failure);
    /* STARTTLS would verify nobody. */
    assert_int_equal(iw_imap_starttls(imap, NULL, &result), IW_IMAP_ABORT);
    iw_imap_free(imap);
    imap = opened(iw_imap_open_stream(server->plain_command, TIMEOUT_MS, &failure), &failure);
    play(imap, "child");
}

static void through_a_child_in_tls(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    struct iw_imap *imap = iw_imap_open_stream(server->tls_command, TIMEOUT_MS, &failure);
    play(opened(imap, &failure), "child in tls");
}

static void note(void *context, const char *line)
{
    struct iw_buf *said = context;
    iw_buf_addf(said, "%s\n", line);
}

/* With debug from the start, in clear and in TLS. */
static void with_all_that_is_said(void **state)
{
    const struct server *server = *state;
    struct iw_tls_context *tls = trusting(server->ca);
    for (int secured = 0; secured < 2; secured++) {
        struct iw_buf said;
        iw_buf_init(&said, NULL, 1 << 16);
        struct iw_imap_failure failure;
        struct iw_imap_options options = {
            .host = "localhost", .timeout_ms = TIMEOUT_MS, .debug = {4, note, &said}};
        unsigned port = secured ? server->tls_port : server->port;
        struct iw_imap *imap =
            opened(iw_imap_open_with(port, secured, tls, &options, &failure), &failure);
        assert_true(iw_span_starts(iw_buf_span(&said), IW_SPAN("< * OK [CAPABILITY ")));
        assert_non_null(strstr(iw_buf_string(&said), "\nCAPABILITIES: IMAP4REV1 "));
        iw_imap_free(imap);
        iw_buf_release(&said);
    }
    iw_tls_context_free(tls);
}

/* ---- whom it does not trust ---- */

static void not_another_authority(void **state)
{
    const struct server *server = *state;
    struct iw_tls_context *other = trusting(server->other_ca);
    struct iw_tls_context *rows[] = {other, NULL}; /* NULL: what the system trusts */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
        struct iw_imap_result result;
        assert_null(iw_imap_open_ssl("localhost", server->tls_port, rows[i], TIMEOUT_MS, &failure));
        expect_failure(&failure, IW_IMAP_ABORT, "certificate");
        struct iw_imap *imap =
            opened(iw_imap_open("localhost", server->port, TIMEOUT_MS, &failure), &failure);
        assert_int_equal(iw_imap_starttls(imap, rows[i], &result), IW_IMAP_ABORT);
        expect_failure(iw_imap_failure(imap), IW_IMAP_ABORT, "certificate");
        assert_int_equal(iw_imap_login(imap, "alice", "secret", &result), IW_IMAP_ABORT);
        iw_imap_free(imap);
    }
    iw_tls_context_free(other);
}

static void not_another_name(void **state)
{
    const struct server *server = *state;
    struct iw_error error = {0};
    struct iw_imap_failure failure;
    struct iw_imap_result result;
    struct iw_tls_context *tls = trusting(server->ca);
    const struct iw_imap_options options = {.host = "mail.example.org", .timeout_ms = TIMEOUT_MS};
    struct iw_wire *wire = iw_wire_tcp("127.0.0.1", server->port, TIMEOUT_MS, &error);
    assert_non_null(wire);
    struct iw_imap *imap = opened(iw_imap_open_wire(wire, false, &options, &failure), &failure);
    assert_int_equal(iw_imap_starttls(imap, tls, &result), IW_IMAP_ABORT);
    expect_failure(iw_imap_failure(imap), IW_IMAP_ABORT, "STARTTLS: ");
    assert_int_equal(iw_imap_state(imap), IW_SESSION_LOGOUT);
    iw_imap_free(imap);
    iw_tls_context_free(tls);
}

/* ---- AUTHENTICATE ---- */

/* Those that prove a password; the others are tried with tokens and certificates elsewhere. */
static bool takes_password(const char *mechanism)
{
    static const char *const others[] = {"ANONYMOUS", "EXTERNAL", "XOAUTH2", "OAUTHBEARER"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(mechanism, others[i]) == 0)
            return false;
    return true;
}

static void with_each_mechanism(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    struct iw_imap_result result;
    struct iw_tls_context *tls = trusting(server->ca);
    size_t played = 0;
    for (const struct iw_sasl_mechanism *row = iw_sasl_mechanisms; row->name != NULL; row++) {
        char capability[NAME_SIZE];
        if (!takes_password(row->name))
            continue;
        struct iw_imap *imap = opened(
            iw_imap_open_ssl("localhost", server->tls_port, tls, TIMEOUT_MS, &failure), &failure);
        snprintf(capability, sizeof capability, "AUTH=%s", row->name);
        bool offered = iw_imap_has(imap, capability);
        enum iw_imap_outcome outcome =
            iw_imap_authenticate_as(imap, row->name, "alice", "wrong", &result);
        expect_outcome(imap, row->name, outcome, IW_IMAP_ERROR);
        assert_int_equal(iw_imap_state(imap), IW_SESSION_NONAUTH);
        outcome = iw_imap_authenticate_as(imap, row->name, "alice", "secret", &result);
        expect_outcome(imap, row->name, outcome, offered ? IW_IMAP_OK : IW_IMAP_ERROR);
        assert_int_equal(iw_imap_state(imap), offered ? IW_SESSION_AUTH : IW_SESSION_NONAUTH);
        played += offered;
        iw_imap_free(imap);
    }
    assert_int_equal(played, 6); /* in TLS: PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, two of SCRAM */
    iw_tls_context_free(tls);
}

/* PLAIN by hand (RFC 4616), or a change of mind. */
struct by_hand {
    struct iw_span answer; /* absent: none */
    size_t challenges, challenge_octets;
};

static bool answer_by_hand(void *context, struct iw_span challenge, struct iw_span *answer)
{
    struct by_hand *by_hand = context;
    by_hand->challenges++;
    by_hand->challenge_octets += challenge.length;
    *answer = by_hand->answer;
    return by_hand->answer.data != NULL;
}

static void with_an_object_of_ones_own(void **state)
{
    const struct server *server = *state;
    struct iw_imap_failure failure;
    struct iw_imap_result result;
    struct by_hand by_hand = {.challenges = 0};
    const struct iw_imap_authobject object = {.answer = answer_by_hand, .context = &by_hand};
    struct iw_imap *imap =
        opened(iw_imap_open("127.0.0.1", server->port, TIMEOUT_MS, &failure), &failure);
    expect_outcome(imap, "cancelled", iw_imap_authenticate(imap, "PLAIN", &object, &result),
                   IW_IMAP_ERROR);
    assert_int_equal(by_hand.challenges, 1);
    by_hand.answer = IW_SPAN("\0alice\0secret");
    expect_outcome(imap, "by hand", iw_imap_authenticate(imap, "PLAIN", &object, &result),
                   IW_IMAP_OK);
    assert_int_equal(by_hand.challenges, 2);
    assert_int_equal(by_hand.challenge_octets, 0);
    assert_int_equal(iw_imap_state(imap), IW_SESSION_AUTH);
    expect_outcome(imap, "twice", iw_imap_login_cram_md5(imap, "alice", "secret", &result),
                   IW_IMAP_ERROR);
    iw_imap_free(imap);
    imap = opened(iw_imap_open("127.0.0.1", server->port, TIMEOUT_MS, &failure), &failure);
    expect_outcome(imap, "CRAM-MD5", iw_imap_login_cram_md5(imap, "alice", "secret", &result),
                   IW_IMAP_OK);
    iw_imap_free(imap);
}

int main(int argc, char **argv)
{
    uint64_t port = 0, tls_port = 0;
    if (argc != 7 || !iw_span_number(iw_span_of(argv[1]), 65535, &port) ||
        !iw_span_number(iw_span_of(argv[2]), 65535, &tls_port))
        return 2;
    struct server server = {(unsigned)port, (unsigned)tls_port, argv[3], argv[4], argv[5], argv[6]};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(in_clear, &server),
        cmocka_unit_test_prestate(by_starttls, &server),
        cmocka_unit_test_prestate(in_tls, &server),
        cmocka_unit_test_prestate(through_a_child, &server),
        cmocka_unit_test_prestate(through_a_child_in_tls, &server),
        cmocka_unit_test_prestate(with_all_that_is_said, &server),
        cmocka_unit_test_prestate(not_another_authority, &server),
        cmocka_unit_test_prestate(not_another_name, &server),
        cmocka_unit_test_prestate(with_each_mechanism, &server),
        cmocka_unit_test_prestate(with_an_object_of_ones_own, &server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
