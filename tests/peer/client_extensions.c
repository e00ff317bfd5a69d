/* SPDX-License-Identifier: MIT */
/* What our client has beyond imaplib, with a live Dovecot.
 *
 *     client_extensions PORT TLS_PORT CA_FILE …
 *
 * The server is on 127.0.0.1 and known as localhost; alice has the password "secret". Two
 * connections look at the same mailbox: one changes it, the other has to notice. */
#include "client/extensions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <signal.h>
#include <sys/time.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 20000, ROOM = 10000, LARGE = 3 * 1000 * 1000 };

static unsigned port, tls_port;
static const char *ca;

#define TEXT "Subject: x\r\n\r\nhello\r\n"

static void expect(struct iw_imap *imap, enum iw_imap_outcome outcome)
{
    if (outcome != IW_IMAP_OK)
        fail_msg("outcome %d: %s", (int)outcome, iw_imap_failure(imap)->error.detail);
}

static struct iw_imap *log_in(void)
{
    struct iw_imap_failure failure;
    struct iw_imap *imap = iw_imap_open("127.0.0.1", port, TIMEOUT_MS, &failure);
    if (imap == NULL)
        fail_msg("%s", failure.error.detail);
    expect(imap, iw_imap_login(imap, "alice", "secret", NULL));
    return imap;
}

/* A mailbox of that name, new and with so many messages; what was there is gone. */
static struct iw_imap *open_box(const char *name, int messages)
{
    struct iw_imap *imap = log_in();
    struct iw_imap_message message = {.octets = IW_SPAN(TEXT)};
    iw_imap_delete(imap, name, NULL);
    expect(imap, iw_imap_create(imap, name, NULL));
    for (int i = 0; i < messages; i++)
        expect(imap, iw_imap_append_messages(imap, name, &message, 1, NULL));
    expect(imap, iw_imap_select(imap, name, false, NULL));
    return imap;
}

static void log_out(struct iw_imap *imap)
{
    expect(imap, iw_imap_logout(imap, NULL));
    iw_imap_free(imap);
}

static const struct iw_response *only(const struct iw_imap_result *result,
                                      enum iw_response_kind kind)
{
    const struct iw_response *found = NULL;
    for (size_t i = 0; i < result->response_count; i++) {
        if (result->responses[i].kind != kind)
            continue;
        assert_null(found);
        found = &result->responses[i];
    }
    assert_non_null(found);
    return found;
}

/* ---- messages that are added ---- */

struct pattern {
    uint64_t given, size;
};

/* Lines of 64 octets whose digits say where they are. */
static char pattern_at(uint64_t place)
{
    uint64_t in_line = place % 64;
    return in_line == 62 ? '\r' : in_line == 63 ? '\n' : (char)('0' + (place / 64 + in_line) % 10);
}

static enum iw_result pattern_read(void *context, char *room, size_t size, size_t *got,
                                   struct iw_error *error)
{
    struct pattern *pattern = context;
    (void)error;
    for (*got = 0; *got < size && pattern->given < pattern->size; (*got)++)
        room[*got] = pattern_at(pattern->given++);
    return IW_OK;
}

/* Checks the octets of a section as they come. */
struct arrivals {
    uint64_t expected, got;
    unsigned sections, messages;
    bool right;
};

static bool section_begins(void *context, uint32_t number, struct iw_span section, uint64_t size)
{
    struct arrivals *arrivals = context;
    arrivals->sections++;
    arrivals->right = arrivals->right && number == 1 && size == arrivals->expected &&
                      iw_span_equal(section, IW_SPAN("BODY[]"));
    return true;
}

static bool octets_come(void *context, struct iw_span octets)
{
    struct arrivals *arrivals = context;
    for (size_t i = 0; i < octets.length; i++)
        arrivals->right = arrivals->right && octets.data[i] == pattern_at(arrivals->got++);
    return true;
}

static bool message_ends(void *context, const struct iw_response *response)
{
    struct arrivals *arrivals = context;
    arrivals->messages++;
    const struct iw_fetch_item *item = iw_fetch_find_section(&response->fetch, "");
    arrivals->right = arrivals->right && item != NULL && !item->kept &&
                      item->size == arrivals->expected &&
                      iw_fetch_find(&response->fetch, IW_FETCH_UID) != NULL;
    return true;
}

static void test_a_large_message_there_and_back(void **state)
{
    (void)state;
    struct iw_imap_result result;
    struct iw_imap *imap = open_box("large", 0);
    struct pattern pattern = {.size = LARGE};
    struct iw_source source = {LARGE, pattern_read, &pattern};
    struct iw_imap_message message = {.source = &source, .flags = "\\Seen"};
    expect(imap, iw_imap_append_messages(imap, "large", &message, 1, &result));
    const struct iw_code *code = iw_imap_code(&result, "APPENDUID");
    assert_non_null(code);
    assert_int_equal(code->uids.count, 1);
    assert_null(iw_imap_code(&result, "COPYUID"));
    struct arrivals arrivals = {.expected = LARGE, .right = true};
    struct iw_fetch_sink sink = {section_begins, octets_come, message_ends, &arrivals};
    expect(imap, iw_imap_fetch_to(imap, false, "1", "(UID BODY.PEEK[])", NULL, &sink, &result));
    assert_true(arrivals.right);
    assert_int_equal(arrivals.got, LARGE);
    assert_int_equal(arrivals.sections, 1);
    assert_int_equal(arrivals.messages, 1);
    assert_int_equal(result.response_count, 0);
    expect(imap, iw_imap_fetch_with(imap, true, "1:*", "FLAGS", NULL, &result));
    only(&result, IW_RESPONSE_FETCH);
    log_out(imap);
}

static void test_several_messages_at_once(void **state)
{
    (void)state;
    struct iw_imap_result result;
    struct iw_imap *imap = open_box("several", 0);
    static const struct iw_date date = {1994, 2, 7, 21, 52, 25, -480};
    const struct iw_imap_piece pieces[] = {{.octets = IW_SPAN("Subject: cat\r\n\r\n")},
                                           {.octets = IW_SPAN("body\r\n")}};
    const struct iw_imap_message messages[] = {
        {.octets = IW_SPAN(TEXT), .flags = "\\Seen", .date = &date}, {.octets = IW_SPAN(TEXT)}};
    expect(imap, iw_imap_append_messages(imap, "several", messages, 2, &result));
    const struct iw_code *code = iw_imap_code(&result, "APPENDUID");
    assert_int_equal(iw_set_size(&code->uids, 0), 2);
    struct iw_imap_message cat = {.pieces = pieces, .piece_count = 2};
    expect(imap, iw_imap_append_messages(imap, "several", &cat, 1, NULL));
    struct iw_imap_message zero = {.octets = IW_SPAN("Subject: b\r\n\r\nx\0y\r\n"), .binary = true};
    expect(imap, iw_imap_append_messages(imap, "several", &zero, 1, NULL));
    expect(imap, iw_imap_fetch_with(imap, true, "3", "(BODY[])", NULL, &result));
    const struct iw_fetch_item *item =
        iw_fetch_find_section(&only(&result, IW_RESPONSE_FETCH)->fetch, "");
    assert_true(iw_span_equal(item->value, IW_SPAN("Subject: cat\r\n\r\nbody\r\n")));
    log_out(imap);
}

/* ---- mailboxes and the connection ---- */

static void test_lists(void **state)
{
    (void)state;
    struct iw_imap_result result;
    static const char *const patterns[] = {"t\xc3\xa4st", "nothing here", NULL};
    struct iw_imap *imap = open_box("t\xc3\xa4st", 2);
    expect(imap, iw_imap_list_extended(imap, NULL, NULL, patterns,
                                       "CHILDREN STATUS (MESSAGES) SPECIAL-USE", &result));
    const struct iw_response *list = only(&result, IW_RESPONSE_LIST);
    assert_true(iw_span_equal(list->list.mailbox, IW_SPAN("t&AOQ-st")));
    assert_true(
        iw_span_equal(iw_imap_mailbox_name(imap, list->list.mailbox), IW_SPAN("t\xc3\xa4st")));
    assert_int_equal(only(&result, IW_RESPONSE_STATUS)->status.items[0].number, 2);
    static const char *const fields[] = {"name", "imapwright", "version", NULL, NULL};
    expect(imap, iw_imap_id(imap, fields, &result));
    only(&result, IW_RESPONSE_ID);
    log_out(imap);
}

static void test_searches(void **state)
{
    (void)state;
    struct iw_imap_result result;
    struct iw_imap *imap = open_box("searches", 5);
    expect(imap, iw_imap_store_with(imap, true, "2:3", NULL, "+FLAGS.SILENT", "\\Flagged", NULL));
    expect(imap, iw_imap_search_returning(imap, true, "MIN MAX COUNT ALL SAVE", NULL, "FLAGGED",
                                          &result));
    const struct iw_esearch *found = &only(&result, IW_RESPONSE_ESEARCH)->esearch;
    assert_true(found->uid);
    assert_int_equal(found->count, 4);
    expect(imap, iw_imap_fetch_with(imap, true, "$", "FLAGS", NULL, &result));
    assert_int_equal(result.response_count, 2);
    expect(imap,
           iw_imap_sort_returning(imap, true, "COUNT", "REVERSE ARRIVAL", NULL, "ALL", &result));
    assert_int_equal(only(&result, IW_RESPONSE_ESEARCH)->esearch.items[0].number, 5);
    log_out(imap);
}

static void test_messages_move(void **state)
{
    (void)state;
    struct iw_imap_result result;
    struct iw_imap *other = open_box("target", 0);
    struct iw_imap *imap = open_box("source", 4);
    expect(imap, iw_imap_move_messages(imap, true, "2:3", "target", &result));
    const struct iw_code *code = iw_imap_code(&result, "COPYUID");
    assert_int_equal(iw_set_size(&code->source_uids, 0), 2);
    assert_int_equal(iw_set_size(&code->uids, 0), 2);
    expect(imap, iw_imap_copy_messages(imap, false, "1", "target", &result));
    assert_non_null(iw_imap_code(&result, "COPYUID"));
    expect(imap, iw_imap_store_with(imap, true, "1:*", NULL, "+FLAGS", "\\Deleted", NULL));
    expect(imap, iw_imap_uid_expunge(imap, "4", &result));
    only(&result, IW_RESPONSE_EXPUNGE);
    log_out(imap);
    log_out(other);
}

static void test_a_compressed_stream(void **state)
{
    (void)state;
    struct iw_imap_result result;
    struct iw_imap_failure failure;
    struct iw_error error = {0};
    struct iw_tls_context *tls = iw_tls_client_new(ca, &error);
    for (int secured = 0; secured < 2; secured++) {
        struct iw_imap *imap =
            secured ? iw_imap_open_ssl("localhost", tls_port, tls, TIMEOUT_MS, &failure)
                    : iw_imap_open("127.0.0.1", port, TIMEOUT_MS, &failure);
        assert_non_null(imap);
        expect(imap, iw_imap_authenticate_as(imap, "PLAIN", "alice", "secret", NULL));
        expect(imap, iw_imap_compress(imap, &result));
        assert_int_equal(iw_imap_compress(imap, &result), IW_IMAP_NO);
        expect(imap, iw_imap_noop(imap, NULL));
        iw_imap_delete(imap, "packed", NULL);
        expect(imap, iw_imap_create(imap, "packed", NULL));
        struct pattern pattern = {.size = LARGE};
        struct iw_source source = {LARGE, pattern_read, &pattern};
        struct iw_imap_message message = {.source = &source};
        expect(imap, iw_imap_append_messages(imap, "packed", &message, 1, NULL));
        expect(imap, iw_imap_select(imap, "packed", true, NULL));
        struct arrivals arrivals = {.expected = LARGE, .right = true};
        struct iw_fetch_sink sink = {section_begins, octets_come, message_ends, &arrivals};
        expect(imap, iw_imap_fetch_to(imap, false, "1", "(UID BODY.PEEK[])", NULL, &sink, NULL));
        assert_true(arrivals.right);
        assert_int_equal(arrivals.got, LARGE);
        log_out(imap);
    }
    iw_tls_context_free(tls);
}

/* ---- resynchronising ---- */

/* The view and the mailbox agree, as another connection sees it. */
static void check_view(const struct iw_mailbox_view *view, struct iw_imap *witness)
{
    struct iw_imap_result result;
    expect(witness, iw_imap_noop(witness, NULL));
    expect(witness, iw_imap_fetch_with(witness, false, "1:*", "(UID FLAGS)", NULL, &result));
    uint32_t count = 0;
    for (size_t i = 0; i < result.response_count; i++) {
        const struct iw_response *response = &result.responses[i];
        if (response->kind != IW_RESPONSE_FETCH)
            continue;
        const struct iw_message *message = iw_mailbox_view_at(view, response->number);
        assert_non_null(message);
        const struct iw_fetch_item *flags = iw_fetch_find(&response->fetch, IW_FETCH_FLAGS);
        assert_int_equal(message->uid, iw_fetch_find(&response->fetch, IW_FETCH_UID)->number);
        unsigned lasting = ~(unsigned)IW_FLAG_RECENT;
        assert_int_equal(message->flags & lasting, flags->flags.bits & lasting);
        count++;
    }
    assert_int_equal(iw_mailbox_view_count(view), count);
    assert_false(iw_mailbox_view_is_doubtful(view));
}

/* Something goes, something comes, something changes. */
static void disturb(struct iw_imap *imap, const char *set)
{
    struct iw_imap_message message = {.octets = IW_SPAN(TEXT)};
    expect(imap, iw_imap_store_with(imap, false, set, NULL, "+FLAGS", "\\Deleted", NULL));
    expect(imap, iw_imap_expunge(imap, NULL));
    expect(imap, iw_imap_append_messages(imap, "sync", &message, 1, NULL));
    expect(imap, iw_imap_noop(imap, NULL));
    expect(imap, iw_imap_store_with(imap, false, "2", NULL, "+FLAGS", "(\\Answered k)", NULL));
}

/* As a client that keeps what it knows from one connection to the next. */
static void resync(struct iw_mailbox_view *view, struct iw_imap *witness,
                   enum iw_resync_way expected)
{
    enum iw_resync_way way;
    struct iw_imap *imap = log_in();
    expect(imap, iw_imap_resync(imap, "sync", false, view, &way));
    assert_int_equal(way, expected);
    check_view(view, witness);
    disturb(witness, "1");
    expect(imap, iw_imap_noop(imap, NULL));
    if (iw_mailbox_view_unknown(view) > 0)
        expect(imap, iw_imap_fetch_with(imap, true, "1:*", "(FLAGS)", NULL, NULL));
    check_view(view, witness);
    log_out(imap);
    disturb(witness, "2,4");
}

static void test_resynchronising(void **state)
{
    (void)state;
    struct iw_imap *witness = open_box("sync", 12);
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    resync(view, witness, IW_RESYNC_FULL);
    resync(view, witness, IW_RESYNC_QRESYNC);
    resync(view, witness, IW_RESYNC_QRESYNC);
    log_out(witness);
    iw_mailbox_view_free(view);
}

/* ---- waiting ---- */

struct ears {
    struct iw_imap *imap;
    unsigned exists, heard;
};

static bool hear(void *context, const struct iw_response *response)
{
    struct ears *ears = context;
    ears->heard++;
    if (response->kind == IW_RESPONSE_EXISTS)
        ears->exists = response->number;
    return ears->exists < 3;
}

static struct iw_imap *alarmed; /* a signal handler has no other way to it */

static void on_alarm(int signal)
{
    (void)signal;
    iw_imap_cancel(alarmed);
}

static void cancel_soon(struct iw_imap *imap)
{
    struct itimerval soon = {.it_value = {.tv_usec = 100 * 1000}};
    alarmed = imap;
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &soon, NULL);
}

static void test_listening(void **state)
{
    (void)state;
    struct iw_imap *imap = open_box("listening", 2);
    struct iw_imap *other = log_in();
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    enum iw_resync_way way;
    struct iw_imap_message message = {.octets = IW_SPAN(TEXT)};
    struct ears ears = {.imap = imap};
    expect(imap, iw_imap_resync(imap, "listening", false, view, &way));
    struct iw_imap_listening listening = {.duration_ms = 300, .reissue_ms = 100, .heard = hear};
    listening.context = &ears;
    expect(imap, iw_imap_listen(imap, &listening));
    assert_int_equal(ears.exists, 0);
    expect(other, iw_imap_append_messages(other, "listening", &message, 1, NULL));
    listening.duration_ms = TIMEOUT_MS;
    expect(imap, iw_imap_listen(imap, &listening));
    assert_int_equal(ears.exists, 3);
    assert_int_equal(iw_mailbox_view_count(view), 3);
    listening.duration_ms = -1;
    ears.exists = 0;
    cancel_soon(imap);
    expect(imap, iw_imap_listen(imap, &listening));
    expect(imap, iw_imap_noop(imap, NULL));
    log_out(other);
    log_out(imap);
    iw_mailbox_view_free(view);
}

/* What it brings comes by itself; Dovecot takes its time. */
static void test_notify(void **state)
{
    (void)state;
    struct iw_imap *imap = open_box("notified", 1);
    expect(imap, iw_imap_notify(imap, false, "(selected (MessageNew MessageExpunge))", NULL));
    struct iw_imap_listening listening = {.without_idle = true, .duration_ms = 50};
    expect(imap, iw_imap_listen(imap, &listening));
    expect(imap, iw_imap_notify(imap, false, NULL, NULL));
    log_out(imap);
}

/* ---- giving up ---- */

static bool stop_after(void *context, uint64_t received, uint64_t sent)
{
    uint64_t *limit = context;
    (void)sent;
    return received < *limit;
}

static void test_giving_up(void **state)
{
    (void)state;
    struct iw_imap *imap = open_box("given up", 0);
    struct pattern pattern = {.size = LARGE};
    struct iw_source source = {LARGE, pattern_read, &pattern};
    struct iw_imap_message message = {.source = &source};
    expect(imap, iw_imap_append_messages(imap, "given up", &message, 1, NULL));
    uint64_t limit = 100000;
    iw_imap_on_progress(imap, stop_after, &limit);
    assert_int_equal(iw_imap_fetch_with(imap, false, "1", "BODY[]", NULL, NULL), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_failure(imap)->error.code, IW_CANCELLED);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_ABORT);
    iw_imap_free(imap);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_large_message_there_and_back),
        cmocka_unit_test(test_several_messages_at_once),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_searches),
        cmocka_unit_test(test_messages_move),
        cmocka_unit_test(test_a_compressed_stream),
        cmocka_unit_test(test_resynchronising),
        cmocka_unit_test(test_listening),
        cmocka_unit_test(test_notify),
        cmocka_unit_test(test_giving_up),
    };
    if (count < 4)
        return 2;
    port = (unsigned)strtoul(arguments[1], NULL, 10);
    tls_port = (unsigned)strtoul(arguments[2], NULL, 10);
    ca = arguments[3];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
