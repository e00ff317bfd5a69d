/* SPDX-License-Identifier: MIT */
/* Every function of client/extensions.h with the embedded engine: both in one process, under a
 * virtual clock. What another client does meanwhile is done to the engine's store. */
#include "client/extensions.h"
#include "tests/lib/mock_wire.h"
#include "tests/lib/mock_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 5000, ROOM = 100, MESSAGES = 3, HEADER_MAX = 64 << 10 };

#define TEXT "Subject: x\r\n\r\nhello\r\n"

/* One row: the client has logged in, and INBOX, which has MESSAGES messages, is selected. */
struct play {
    struct iw_host *host;
    struct iw_mock_wire wire;
    struct iw_imap *imap;
    struct iw_imap_result result;
};

static void deliver(struct play *play)
{
    assert_true(iw_mock_deliver(play->host, IW_SPAN(TEXT)));
}

/* ---- a row's beginning and end ---- */

static void expect(struct play *play, enum iw_imap_outcome outcome)
{
    if (outcome != IW_IMAP_OK)
        fail_msg("outcome %d: %s", (int)outcome, iw_imap_failure(play->imap)->error.detail);
}

static void begin(struct play *play)
{
    const struct iw_host_options options = {.bare = true};
    const struct iw_imap_options client = {.timeout_ms = TIMEOUT_MS};
    *play = (struct play){.host = iw_host_new(&options, NULL)};
    assert_non_null(play->host);
    for (int i = 0; i < MESSAGES; i++)
        deliver(play);
    play->wire.host = play->host;
    play->imap = iw_imap_open_wire(iw_mock_wire_open(&play->wire, true), true, &client, NULL);
    assert_non_null(play->imap);
    expect(play, iw_imap_login(play->imap, "user", "secret", NULL));
    expect(play, iw_imap_select(play->imap, "INBOX", false, NULL));
}

static void end(struct play *play)
{
    iw_imap_free(play->imap);
    assert_false(play->wire.stuck);
    iw_mock_wire_release(&play->wire);
    iw_host_free(play->host);
}

static size_t count(const struct play *play, enum iw_response_kind kind)
{
    size_t found = 0;
    for (size_t i = 0; i < play->result.response_count; i++)
        found += play->result.responses[i].kind == kind;
    return found;
}

/* The last one; fails without. */
static const struct iw_response *last(const struct play *play, enum iw_response_kind kind)
{
    const struct iw_response *found = NULL;
    for (size_t i = 0; i < play->result.response_count; i++) {
        if (play->result.responses[i].kind == kind)
            found = &play->result.responses[i];
    }
    assert_non_null(found);
    return found;
}

/* ---- the connection ---- */

static void compresses(struct play *play)
{
    expect(play, iw_imap_compress(play->imap, &play->result));
    expect(play, iw_imap_fetch_with(play->imap, true, "1:*", "BODY[]", NULL, &play->result));
    assert_int_equal(count(play, IW_RESPONSE_FETCH), MESSAGES);
    assert_int_equal(iw_imap_compress(play->imap, &play->result), IW_IMAP_ERROR);
}

static void unauthenticates(struct play *play)
{
    expect(play, iw_imap_unauthenticate(play->imap, &play->result));
    assert_string_equal(iw_imap_state_name(play->imap), "NONAUTH");
    expect(play, iw_imap_login(play->imap, "second", "secret", NULL));
}

static void says_who_it_is(struct play *play)
{
    static const char *const fields[] = {"name", "imapwright", "version", NULL, NULL};
    expect(play, iw_imap_id(play->imap, fields, &play->result));
    last(play, IW_RESPONSE_ID);
}

static void gives_up(struct play *play)
{
    iw_imap_cancel(play->imap);
    assert_int_equal(iw_imap_noop(play->imap, NULL), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_failure(play->imap)->error.code, IW_CANCELLED);
}

static bool note_octets(void *context, uint64_t received, uint64_t sent)
{
    uint64_t *octets = context;
    octets[0] = received;
    octets[1] = sent;
    return true;
}

static void tells_its_progress(struct play *play)
{
    uint64_t octets[2] = {0, 0};
    iw_imap_on_progress(play->imap, note_octets, octets);
    expect(play, iw_imap_noop(play->imap, NULL));
    assert_true(octets[0] >= strlen("A OK done\r\n") && octets[1] >= strlen("A NOOP\r\n"));
}

static void keeps_a_view(struct play *play)
{
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    iw_imap_keep_view(play->imap, view);
    expect(play, iw_imap_select(play->imap, "INBOX", false, NULL));
    deliver(play);
    iw_mock_remove(play->host, 0);
    expect(play, iw_imap_noop(play->imap, NULL));
    assert_int_equal(iw_mailbox_view_count(view), MESSAGES);
    iw_imap_keep_view(play->imap, NULL);
    iw_mailbox_view_free(view);
}

/* ---- mailboxes ---- */

static void reads_names(struct play *play)
{
    expect(play, iw_imap_create(play->imap, "t\xc3\xa4st", NULL));
    expect(play, iw_imap_list(play->imap, NULL, "t\xc3\xa4st", &play->result));
    struct iw_span sent = last(play, IW_RESPONSE_LIST)->list.mailbox;
    assert_true(iw_span_equal(sent, IW_SPAN("t&AOQ-st")));
    assert_true(iw_span_equal(iw_imap_mailbox_name(play->imap, sent), IW_SPAN("t\xc3\xa4st")));
}

static void lists(struct play *play)
{
    static const char *const patterns[] = {"INBOX", "none", NULL};
    expect(play, iw_imap_list_extended(play->imap, NULL, NULL, patterns,
                                       "CHILDREN SUBSCRIBED SPECIAL-USE MYRIGHTS "
                                       "STATUS (MESSAGES) METADATA (/shared/comment)",
                                       &play->result));
    assert_int_equal(count(play, IW_RESPONSE_LIST), 1);
    assert_int_equal(last(play, IW_RESPONSE_STATUS)->status.items[0].number, MESSAGES);
    last(play, IW_RESPONSE_MYRIGHTS);
    last(play, IW_RESPONSE_METADATA);
    expect(play, iw_imap_list_extended(play->imap, "SUBSCRIBED RECURSIVEMATCH", NULL, patterns,
                                       NULL, &play->result));
    assert_int_equal(count(play, IW_RESPONSE_LIST), 0);
}

static void selects(struct play *play)
{
    char known[64];
    expect(play, iw_imap_unselect(play->imap, NULL));
    expect(play, iw_imap_enable(play->imap, "QRESYNC", NULL));
    uint64_t modseq = iw_mock_inbox(play->host).modseq;
    deliver(play);
    iw_mock_remove(play->host, 0);
    snprintf(known, sizeof known, "QRESYNC (%lu %llu)",
             (unsigned long)iw_mock_inbox(play->host).uidvalidity, (unsigned long long)modseq);
    expect(play, iw_imap_select_with(play->imap, "INBOX", true, known, &play->result));
    assert_true(last(play, IW_RESPONSE_VANISHED)->vanished.earlier);
    assert_int_equal(last(play, IW_RESPONSE_FETCH)->number, MESSAGES);
    assert_non_null(iw_imap_code(&play->result, "HIGHESTMODSEQ"));
}

static void sets_metadata(struct play *play)
{
    const struct iw_imap_metadata entries[] = {{"/shared/comment", IW_SPAN("two\r\nlines")},
                                               {"/private/comment", {NULL, 0}}};
    expect(play, iw_imap_set_metadata(play->imap, "INBOX", entries, 2, &play->result));
    assert_int_equal(iw_mock_inbox(play->host).annotations, 1);
}

static void gets_metadata(struct play *play)
{
    static const char *const names[] = {"/shared/comment", NULL};
    sets_metadata(play);
    expect(play,
           iw_imap_get_metadata(play->imap, "INBOX", "MAXSIZE 100 DEPTH 1", names, &play->result));
    const struct iw_metadata *metadata = &last(play, IW_RESPONSE_METADATA)->metadata;
    assert_int_equal(metadata->count, 1);
    assert_true(iw_span_equal(metadata->entries[0].value, IW_SPAN("two\r\nlines")));
}

/* ---- waiting ---- */

struct ears {
    struct play *play;
    unsigned exists, status;
    bool delivered;
};

/* The first octets that come say that the server listens: then a message comes. */
static bool deliver_once(void *context, uint64_t received, uint64_t sent)
{
    struct ears *ears = context;
    (void)received;
    (void)sent;
    if (!ears->delivered)
        deliver(ears->play);
    ears->delivered = true;
    return true;
}

static bool hear(void *context, const struct iw_response *response)
{
    struct ears *ears = context;
    ears->status += response->kind == IW_RESPONSE_STATUS;
    if (response->kind == IW_RESPONSE_EXISTS)
        ears->exists = response->number;
    return true;
}

static void listens(struct play *play)
{
    struct ears ears = {.play = play};
    const struct iw_imap_listening listening = {
        .duration_ms = 60000, .reissue_ms = 20000, .heard = hear, .context = &ears};
    const uint64_t begun = iw_mock_now();
    iw_imap_on_progress(play->imap, deliver_once, &ears);
    expect(play, iw_imap_listen(play->imap, &listening));
    assert_int_equal(ears.exists, MESSAGES + 1);
    assert_in_range(iw_mock_now() - begun, 60000, 60000 + TIMEOUT_MS);
    expect(play, iw_imap_noop(play->imap, NULL));
}

static void is_notified(struct play *play)
{
    struct ears ears = {.play = play};
    const struct iw_imap_listening listening = {
        .without_idle = true, .duration_ms = 1000, .heard = hear, .context = &ears};
    expect(play, iw_imap_create(play->imap, "other", NULL));
    expect(play, iw_imap_select(play->imap, "other", false, NULL));
    expect(play, iw_imap_notify(play->imap, true, "(personal (MessageNew MessageExpunge))",
                                &play->result));
    assert_int_equal(count(play, IW_RESPONSE_STATUS), 1);
    deliver(play);
    expect(play, iw_imap_listen(play->imap, &listening));
    assert_int_equal(ears.status, 1);
    expect(play, iw_imap_notify(play->imap, false, NULL, &play->result));
}

/* ---- searching ---- */

static void searches(struct play *play)
{
    iw_mock_set_flags(play->host, 1, IW_FLAG_FLAGGED);
    expect(play, iw_imap_search_returning(play->imap, true, "MIN MAX COUNT ALL SAVE", "UTF-8",
                                          "FLAGGED", &play->result));
    const struct iw_esearch *found = &last(play, IW_RESPONSE_ESEARCH)->esearch;
    assert_true(found->uid);
    assert_int_equal(found->count, 4);
    expect(play, iw_imap_fetch_with(play->imap, true, "$", "FLAGS", NULL, &play->result));
    assert_int_equal(last(play, IW_RESPONSE_FETCH)->number, 2);
}

static void sorts(struct play *play)
{
    expect(play, iw_imap_sort_returning(play->imap, true, "COUNT PARTIAL 1:2", "REVERSE ARRIVAL",
                                        NULL, "ALL", &play->result));
    const struct iw_esearch *found = &last(play, IW_RESPONSE_ESEARCH)->esearch;
    assert_int_equal(found->items[0].number, MESSAGES);
    assert_int_equal(iw_set_size(&found->items[1].set, 0), 2);
}

static void updates_and_ends(struct play *play)
{
    char tag[16];
    expect(play, iw_imap_search_returning(play->imap, true, "UPDATE", NULL, "ALL", &play->result));
    struct iw_span searched = last(play, IW_RESPONSE_ESEARCH)->esearch.correlator.tag;
    snprintf(tag, sizeof tag, "%.*s", (int)searched.length, searched.data);
    deliver(play);
    expect(play, iw_imap_noop(play->imap, &play->result));
    assert_int_equal(last(play, IW_RESPONSE_ESEARCH)->esearch.items[0].kind, IW_ESEARCH_ADDTO);
    expect(play, iw_imap_cancel_update(play->imap, tag, &play->result));
    deliver(play);
    expect(play, iw_imap_noop(play->imap, &play->result));
    assert_int_equal(count(play, IW_RESPONSE_ESEARCH), 0);
}

/* ---- messages that are there ---- */

static void fetches(struct play *play)
{
    uint64_t modseq = iw_mock_inbox(play->host).modseq;
    char modifiers[64];
    iw_mock_set_flags(play->host, 2, IW_FLAG_SEEN);
    snprintf(modifiers, sizeof modifiers, "CHANGEDSINCE %llu PARTIAL 1:5",
             (unsigned long long)modseq);
    expect(play, iw_imap_fetch_with(play->imap, true, "1:*",
                                    "(FLAGS MODSEQ EMAILID THREADID SAVEDATE PREVIEW BINARY[1] "
                                    "BINARY.SIZE[1])",
                                    modifiers, &play->result));
    assert_int_equal(count(play, IW_RESPONSE_FETCH), 1);
    const struct iw_fetch *fetch = &last(play, IW_RESPONSE_FETCH)->fetch;
    assert_int_equal(fetch->count, 9);
    for (size_t i = 0; i < fetch->count; i++)
        assert_true(fetch->items[i].kind < IW_FETCH_BAD);
}

static void stores(struct play *play)
{
    char modifiers[64];
    snprintf(modifiers, sizeof modifiers, "UNCHANGEDSINCE %llu",
             (unsigned long long)iw_mock_inbox(play->host).modseq);
    iw_mock_set_flags(play->host, 0, IW_FLAG_SEEN);
    expect(play, iw_imap_store_with(play->imap, true, "1:2", modifiers, "FLAGS", "(\\Draft)",
                                    &play->result));
    const struct iw_code *code = iw_imap_code(&play->result, "MODIFIED");
    assert_non_null(code);
    assert_true(iw_set_contains(&code->uids, 1, 0) && !iw_set_contains(&code->uids, 2, 0));
    assert_int_equal(iw_mock_message(play->host, 1).flags, IW_FLAG_DRAFT);
}

static void moves(struct play *play)
{
    expect(play, iw_imap_create(play->imap, "other", NULL));
    expect(play, iw_imap_move_messages(play->imap, true, "1:2", "other", &play->result));
    const struct iw_code *code = iw_imap_code(&play->result, "COPYUID");
    assert_non_null(code);
    assert_int_equal(iw_set_size(&code->source_uids, 0), 2);
    assert_int_equal(iw_mock_inbox(play->host).count, MESSAGES - 2);
    assert_int_equal(count(play, IW_RESPONSE_EXPUNGE), 2);
}

static void copies(struct play *play)
{
    expect(play, iw_imap_copy_messages(play->imap, false, "2:3", "INBOX", &play->result));
    assert_int_equal(iw_set_size(&iw_imap_code(&play->result, "COPYUID")->uids, 0), 2);
    assert_int_equal(iw_mock_inbox(play->host).count, MESSAGES + 2);
}

static void expunges_some(struct play *play)
{
    expect(play, iw_imap_store_with(play->imap, true, "1:2", NULL, "+FLAGS", "\\Deleted", NULL));
    expect(play, iw_imap_uid_expunge(play->imap, "2:3", &play->result));
    assert_int_equal(last(play, IW_RESPONSE_EXPUNGE)->number, 2);
    assert_int_equal(iw_mock_inbox(play->host).count, MESSAGES - 1);
}

static void finds_codes(struct play *play)
{
    expect(play, iw_imap_select_with(play->imap, "INBOX", true, NULL, &play->result));
    assert_int_equal(iw_imap_code(&play->result, "UIDNEXT")->number, MESSAGES + 1);
    assert_non_null(iw_imap_code(&play->result, "READ-ONLY"));
    assert_null(iw_imap_code(&play->result, "READ-WRITE"));
}

struct arrivals {
    unsigned sections, messages;
    struct iw_buf octets;
};

static bool section_begins(void *context, uint32_t number, struct iw_span section, uint64_t size)
{
    struct arrivals *arrivals = context;
    assert_in_range(number, 1, MESSAGES);
    assert_true(iw_span_equal(section, IW_SPAN("BODY[]")));
    assert_int_equal(size, strlen(TEXT));
    arrivals->sections++;
    return true;
}

static bool octets_come(void *context, struct iw_span octets)
{
    struct arrivals *arrivals = context;
    iw_buf_add(&arrivals->octets, octets);
    return true;
}

static bool message_ends(void *context, const struct iw_response *response)
{
    struct arrivals *arrivals = context;
    arrivals->messages += response->kind == IW_RESPONSE_FETCH;
    return true;
}

static void fetches_to_a_sink(struct play *play)
{
    struct arrivals arrivals = {0};
    iw_buf_init(&arrivals.octets, NULL, HEADER_MAX);
    const struct iw_fetch_sink sink = {section_begins, octets_come, message_ends, &arrivals};
    expect(play,
           iw_imap_fetch_to(play->imap, true, "1:*", "BODY.PEEK[]", NULL, &sink, &play->result));
    assert_int_equal(arrivals.sections, MESSAGES);
    assert_int_equal(arrivals.messages, MESSAGES);
    assert_string_equal(iw_buf_string(&arrivals.octets), TEXT TEXT TEXT);
    iw_buf_release(&arrivals.octets);
}

/* ---- messages that are added ---- */

static void appends(struct play *play)
{
    static const struct iw_date date = {2024, 2, 29, 1, 2, 3, 60};
    const struct iw_imap_piece pieces[] = {{.url = "/INBOX/;UID=1/;SECTION=HEADER"},
                                           {.octets = IW_SPAN("bye\r\n")}};
    const struct iw_imap_message messages[] = {
        {.octets = IW_SPAN(TEXT), .flags = "\\Seen", .date = &date},
        {.octets = IW_SPAN("Subject: y\r\n\r\n\0"), .binary = true}};
    const struct iw_imap_message together = {.pieces = pieces, .piece_count = 2};
    expect(play, iw_imap_append_messages(play->imap, "INBOX", messages, 2, &play->result));
    assert_int_equal(iw_set_size(&iw_imap_code(&play->result, "APPENDUID")->uids, 0), 2);
    expect(play, iw_imap_append_messages(play->imap, "INBOX", &together, 1, &play->result));
    assert_int_equal(iw_mock_inbox(play->host).count, MESSAGES + 3);
    assert_true(iw_span_equal(iw_mock_message(play->host, MESSAGES + 2).octets,
                              IW_SPAN("Subject: x\r\n\r\nbye\r\n")));
}

static void replaces(struct play *play)
{
    const struct iw_imap_message message = {.octets = IW_SPAN(TEXT), .flags = "\\Draft"};
    expect(play, iw_imap_replace(play->imap, true, 1, "INBOX", &message, &play->result));
    assert_non_null(iw_imap_code(&play->result, "APPENDUID"));
    assert_int_equal(iw_mock_inbox(play->host).count, MESSAGES);
    assert_int_equal(iw_mock_message(play->host, 0).uid, 2);
}

/* ---- resynchronising ---- */

static void check_view(const struct play *play, const struct iw_mailbox_view *view)
{
    assert_int_equal(iw_mailbox_view_count(view), iw_mock_inbox(play->host).count);
    for (uint32_t i = 0; i < iw_mailbox_view_count(view); i++) {
        const struct iw_mock_message is = iw_mock_message(play->host, i);
        const struct iw_message *known = iw_mailbox_view_at(view, i + 1);
        assert_int_equal(known->uid, is.uid);
        assert_int_equal(known->flags & IW_FLAG_SEEN, is.flags & IW_FLAG_SEEN);
    }
}

static void resynchronises(struct play *play)
{
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    static const enum iw_resync_way ways[] = {IW_RESYNC_FULL, IW_RESYNC_QRESYNC};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        enum iw_resync_way way;
        expect(play, iw_imap_resync(play->imap, "INBOX", false, view, &way));
        assert_int_equal(way, ways[i]);
        check_view(play, view);
        expect(play, iw_imap_unselect(play->imap, NULL));
        deliver(play);
        iw_mock_set_flags(play->host, 1, IW_FLAG_SEEN);
        iw_mock_remove(play->host, 0);
    }
    iw_mailbox_view_free(view);
}

/* ---- all of them ---- */

static const struct row {
    const char *function; /* behind "iw_imap_" */
    void (*play)(struct play *play);
} rows[] = {
    {"compress", compresses},
    {"unauthenticate", unauthenticates},
    {"id", says_who_it_is},
    {"cancel", gives_up},
    {"on_progress", tells_its_progress},
    {"keep_view", keeps_a_view},
    {"mailbox_name", reads_names},
    {"list_extended", lists},
    {"select_with", selects},
    {"get_metadata", gets_metadata},
    {"set_metadata", sets_metadata},
    {"notify", is_notified},
    {"listen", listens},
    {"search_returning", searches},
    {"sort_returning", sorts},
    {"cancel_update", updates_and_ends},
    {"fetch_with", fetches},
    {"store_with", stores},
    {"move_messages", moves},
    {"copy_messages", copies},
    {"uid_expunge", expunges_some},
    {"code", finds_codes},
    {"fetch_to", fetches_to_a_sink},
    {"append_messages", appends},
    {"replace", replaces},
    {"resync", resynchronises},
};

enum { ROWS = sizeof rows / sizeof *rows };

static void every_function_works(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct play play;
        print_message("iw_imap_%s\n", rows[i].function);
        begin(&play);
        rows[i].play(&play);
        end(&play);
    }
}

static bool has_row(const char *name, size_t length)
{
    size_t i = 0;
    while (i < ROWS &&
           (strlen(rows[i].function) != length || strncmp(rows[i].function, name, length) != 0))
        i++;
    return i < ROWS;
}

/* Each "iw_imap_…(" of the header but in comments, and the type of a function. */
static void every_function_has_a_row(void **state)
{
    static const char prefix[] = "iw_imap_";
    char line[256];
    size_t declared = 0;
    FILE *header = fopen(IW_SOURCE_DIR "/client/extensions.h", "r");
    (void)state;
    assert_non_null(header);
    while (fgets(line, sizeof line, header) != NULL) {
        const char *name = strstr(line, prefix);
        size_t length = name == NULL ? 0 : strcspn(name, "( ;");
        bool code = strncmp(line, " *", 2) != 0 && strncmp(line, "/*", 2) != 0 &&
                    strncmp(line, "typedef", 7) != 0;
        for (; name != NULL && code; name = strstr(name + 1, prefix)) {
            length = strcspn(name, "( ;*,");
            if (name[length] != '(')
                continue;
            declared++;
            if (!has_row(name + sizeof prefix - 1, length - (sizeof prefix - 1)))
                fail_msg("%.*s has none", (int)length, name);
        }
    }
    fclose(header);
    assert_int_equal(declared, ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_has_a_row),
        cmocka_unit_test(every_function_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
