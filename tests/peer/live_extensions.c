/* SPDX-License-Identifier: MIT */
/* Every function of client/extensions.h that a server offers. */
#include "tests/peer/live.h"

static struct iw_imap_message small_message(void)
{
    return (struct iw_imap_message){.octets = IW_SPAN("Subject: x\r\n\r\nhello\r\n"),
                                    .flags = "\\Seen"};
}

/* ---- the connection ---- */

static void test_identities(void **state)
{
    static const char *const fields[] = {"name", "imapwright", "version", NULL, NULL};
    struct iw_live *live = *state;
    iw_live_need(live, "ID");
    iw_live_ok(live, "ID", iw_imap_id(live->imap, fields, &live->result));
    if (!iw_live_deviates("mailutils", "an OK to ID, but no ID response (RFC 2971 §3.1)"))
        iw_live_last(live, IW_RESPONSE_ID);
    iw_live_ok(live, "ID", iw_imap_id(live->imap, NULL, &live->result));
}

static void test_compressing(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "COMPRESS=DEFLATE");
    iw_live_ok(live, "COMPRESS", iw_imap_compress(live->imap, &live->result));
    iw_live_ok(live, "FETCH", iw_imap_fetch(live->imap, "1:*", "BODY.PEEK[]", &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_FETCH), IW_LIVE_MESSAGES);
}

static void test_unauthenticating(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "UNAUTHENTICATE");
    iw_live_ok(live, "UNAUTHENTICATE", iw_imap_unauthenticate(live->imap, &live->result));
    assert_string_equal(iw_imap_state_name(live->imap), "NONAUTH");
}

static bool count_octets(void *context, uint64_t received, uint64_t sent)
{
    uint64_t *most = context;
    *most = received + sent;
    return true;
}

static void test_progress_and_cancelling(void **state)
{
    struct iw_live *live = *state;
    uint64_t octets = 0;
    iw_imap_on_progress(live->imap, count_octets, &octets);
    iw_live_ok(live, "FETCH", iw_imap_fetch(live->imap, "1", "BODY.PEEK[]", &live->result));
    assert_true(octets > 100);
    iw_imap_cancel(live->imap);
    iw_live_expect(live->imap, "cancelled", iw_imap_noop(live->imap, &live->result), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_failure(live->imap)->error.code, IW_CANCELLED);
    iw_imap_free(live->imap);
    live->imap = iw_live_connect();
}

/* ---- mailboxes ---- */

static void test_names(void **state)
{
    struct iw_live *live = *state;
    char name[2 * IW_LIVE_NAME_SIZE];
    snprintf(name, sizeof name, "%s t\xc3\xa4st", live->spare);
    iw_imap_delete(live->imap, name, NULL);
    iw_live_ok(live, "CREATE", iw_imap_create(live->imap, name, NULL));
    iw_live_ok(live, "LIST", iw_imap_list(live->imap, NULL, name, &live->result));
    struct iw_span sent = iw_live_last(live, IW_RESPONSE_LIST)->list.mailbox;
    assert_true(iw_span_equal(iw_imap_mailbox_name(live->imap, sent), iw_span_of(name)));
    assert_false(iw_span_equal(sent, iw_span_of(name)));
    iw_live_ok(live, "DELETE", iw_imap_delete(live->imap, name, NULL));
}

static void test_extended_lists(void **state)
{
    struct iw_live *live = *state;
    const char *const patterns[] = {live->box, "nothing here", NULL};
    iw_live_need(live, "LIST-EXTENDED");
    iw_live_ok(live, "SUBSCRIBE", iw_imap_subscribe(live->imap, live->box, NULL));
    iw_live_ok(
        live, "LIST",
        iw_imap_list_extended(live->imap, "SUBSCRIBED", NULL, patterns, "CHILDREN", &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_LIST), 1);
    static const struct {
        const char *capability, *returns;
    } rows[] = {{"SPECIAL-USE", "SPECIAL-USE"}, {"LIST-MYRIGHTS", "MYRIGHTS"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (iw_live_offers(live, rows[i].capability))
            iw_live_ok(live, rows[i].returns,
                       iw_imap_list_extended(live->imap, NULL, NULL, patterns, rows[i].returns,
                                             &live->result));
    iw_live_need(live, "LIST-STATUS");
    iw_live_ok(live, "LIST",
               iw_imap_list_extended(live->imap, NULL, NULL, patterns, "STATUS (MESSAGES)",
                                     &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_STATUS)->status.items[0].number,
                     IW_LIVE_MESSAGES);
}

static void test_metadata(void **state)
{
    struct iw_live *live = *state;
    const struct iw_imap_metadata set = {"/private/comment", IW_SPAN("two\r\nlines")};
    const struct iw_imap_metadata removed = {"/private/comment", {NULL, 0}};
    static const char *const entries[] = {"/private/comment", NULL};
    iw_live_need(live, "METADATA");
    iw_live_ok(live, "SETMETADATA",
               iw_imap_set_metadata(live->imap, live->box, &set, 1, &live->result));
    iw_live_ok(live, "GETMETADATA",
               iw_imap_get_metadata(live->imap, live->box, NULL, entries, &live->result));
    const struct iw_metadata *metadata = &iw_live_last(live, IW_RESPONSE_METADATA)->metadata;
    assert_int_equal(metadata->count, 1);
    iw_live_ok(live, "SETMETADATA",
               iw_imap_set_metadata(live->imap, live->box, &removed, 1, &live->result));
}

/* ---- searching ---- */

static void test_extended_searches(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "ESEARCH");
    iw_live_ok(live, "SEARCH",
               iw_imap_search_returning(live->imap, true, "MIN MAX COUNT ALL", NULL, "UNSEEN",
                                        &live->result));
    const struct iw_esearch *found = &iw_live_last(live, IW_RESPONSE_ESEARCH)->esearch;
    assert_true(found->uid);
    assert_int_equal(found->count, 4);
}

static void test_saved_searches(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "SEARCHRES");
    iw_live_ok(live, "SEARCH",
               iw_imap_search_returning(live->imap, false, "SAVE", NULL, "UNSEEN", &live->result));
    iw_live_ok(live, "FETCH",
               iw_imap_fetch_with(live->imap, false, "$", "UID", NULL, &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_FETCH), IW_LIVE_MESSAGES - 1);
}

static void test_extended_sorts(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "ESORT");
    iw_live_ok(live, "SORT",
               iw_imap_sort_returning(live->imap, false, "COUNT", "REVERSE DATE", "UTF-8", "ALL",
                                      &live->result));
    const struct iw_esearch *found = &iw_live_last(live, IW_RESPONSE_ESEARCH)->esearch;
    assert_int_equal(found->items[0].number, IW_LIVE_MESSAGES);
}

static void test_updated_searches(void **state)
{
    struct iw_live *live = *state;
    char tag[IW_LIVE_NAME_SIZE];
    iw_live_need(live, "CONTEXT=SEARCH");
    iw_live_ok(
        live, "SEARCH",
        iw_imap_search_returning(live->imap, false, "UPDATE COUNT", NULL, "UNSEEN", &live->result));
    struct iw_span name = iw_live_last(live, IW_RESPONSE_ESEARCH)->esearch.correlator.tag;
    snprintf(tag, sizeof tag, "%.*s", (int)name.length, name.data);
    iw_live_ok(live, "CANCELUPDATE", iw_imap_cancel_update(live->imap, tag, &live->result));
}

/* ---- messages that are there ---- */

static void test_conditions(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_need(live, "CONDSTORE");
    iw_live_ok(live, "SELECT",
               iw_imap_select_with(imap, live->box, false, "CONDSTORE", &live->result));
    const struct iw_code *highest = iw_imap_code(&live->result, "HIGHESTMODSEQ");
    assert_non_null(highest);
    char modifiers[IW_LIVE_NAME_SIZE];
    snprintf(modifiers, sizeof modifiers, "CHANGEDSINCE %llu", (unsigned long long)highest->number);
    iw_live_ok(live, "STORE",
               iw_imap_store_with(imap, true, "2", NULL, "+FLAGS", "\\Flagged", &live->result));
    iw_live_ok(live, "FETCH",
               iw_imap_fetch_with(imap, true, "1:*", "FLAGS", modifiers, &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_FETCH), 1);
    assert_non_null(iw_fetch_find(&iw_live_last(live, IW_RESPONSE_FETCH)->fetch, IW_FETCH_MODSEQ));
    iw_live_ok(live, "STORE",
               iw_imap_store_with(imap, true, "2", "UNCHANGEDSINCE 1", "+FLAGS", "\\Answered",
                                  &live->result));
    assert_non_null(iw_imap_code(&live->result, "MODIFIED"));
}

static void test_copies_and_moves(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "UIDPLUS");
    iw_live_ok(live, "CREATE", iw_imap_create(live->imap, live->spare, NULL));
    iw_live_ok(live, "COPY",
               iw_imap_copy_messages(live->imap, true, "1:2", live->spare, &live->result));
    const struct iw_code *code = iw_imap_code(&live->result, "COPYUID");
    assert_non_null(code);
    assert_int_equal(iw_set_size(&code->uids, 0), 2);
    iw_live_ok(live, "STORE",
               iw_imap_store_with(live->imap, true, "1:2", NULL, "+FLAGS.SILENT", "\\Deleted",
                                  &live->result));
    iw_live_ok(live, "UID EXPUNGE", iw_imap_uid_expunge(live->imap, "2:9", &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_EXPUNGE), 1);
    iw_live_need(live, "MOVE");
    iw_live_ok(live, "MOVE",
               iw_imap_move_messages(live->imap, true, "3", live->spare, &live->result));
    assert_non_null(iw_imap_code(&live->result, "COPYUID"));
}

struct bodies {
    unsigned begun, messages;
    uint64_t octets, announced;
};

static bool body_begins(void *context, uint32_t number, struct iw_span section, uint64_t size)
{
    struct bodies *bodies = context;
    bodies->begun += number > 0 && iw_span_equal(section, IW_SPAN("BODY[]"));
    bodies->announced += size;
    return true;
}

static bool body_octets(void *context, struct iw_span octets)
{
    struct bodies *bodies = context;
    bodies->octets += octets.length;
    return true;
}

static bool message_ends(void *context, const struct iw_response *response)
{
    struct bodies *bodies = context;
    bodies->messages += iw_fetch_find(&response->fetch, IW_FETCH_UID) != NULL;
    return true;
}

static void test_bodies_as_they_come(void **state)
{
    struct iw_live *live = *state;
    struct bodies bodies = {.begun = 0};
    const struct iw_fetch_sink sink = {body_begins, body_octets, message_ends, &bodies};
    iw_live_ok(live, "FETCH",
               iw_imap_fetch_to(live->imap, false, "1:*", "(UID BODY.PEEK[])", NULL, &sink,
                                &live->result));
    assert_int_equal(bodies.begun, IW_LIVE_MESSAGES);
    assert_int_equal(bodies.messages, IW_LIVE_MESSAGES);
    assert_int_equal(bodies.octets, bodies.announced);
    assert_int_equal(iw_live_count(live, IW_RESPONSE_FETCH), 0);
}

/* The items that have types of their own. */
static void test_items(void **state)
{
    static const struct {
        const char *capability, *items;
        enum iw_fetch_kind kind;
    } rows[] = {
        {"BINARY", "BINARY.PEEK[1]", IW_FETCH_BINARY},
        {"BINARY", "BINARY.SIZE[1]", IW_FETCH_BINARY_SIZE},
        {"PREVIEW", "PREVIEW", IW_FETCH_PREVIEW},
        {"SAVEDATE", "SAVEDATE", IW_FETCH_SAVEDATE},
        {"OBJECTID", "EMAILID", IW_FETCH_ID},
        {"CONDSTORE", "MODSEQ", IW_FETCH_MODSEQ},
    };
    struct iw_live *live = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!iw_live_offers(live, rows[i].capability))
            continue;
        iw_live_ok(live, rows[i].items,
                   iw_imap_fetch_with(live->imap, true, "1", rows[i].items, NULL, &live->result));
        if (iw_fetch_find(&iw_live_last(live, IW_RESPONSE_FETCH)->fetch, rows[i].kind) == NULL)
            fail_msg("no %s came", rows[i].items);
    }
}

/* ---- messages that are added ---- */

static enum iw_result read_source(void *context, char *room, size_t size, size_t *got,
                                  struct iw_error *error)
{
    struct iw_span *rest = context;
    struct iw_span part = iw_span_part(*rest, 0, size);
    (void)error;
    memcpy(room, part.data, part.length);
    *rest = iw_span_part(*rest, part.length, rest->length);
    *got = part.length;
    return IW_OK;
}

static void test_appending_a_source(void **state)
{
    struct iw_live *live = *state;
    struct iw_span rest = small_message().octets;
    struct iw_source source = {rest.length, read_source, &rest};
    struct iw_imap_message message = {.source = &source};
    iw_live_ok(live, "APPEND",
               iw_imap_append_messages(live->imap, live->box, &message, 1, &live->result));
    iw_live_need(live, "UIDPLUS");
    assert_non_null(iw_imap_code(&live->result, "APPENDUID"));
}

static void test_appending_several(void **state)
{
    struct iw_live *live = *state;
    const struct iw_imap_message two[] = {small_message(), small_message()};
    iw_live_need(live, "MULTIAPPEND");
    iw_live_ok(live, "APPEND",
               iw_imap_append_messages(live->imap, live->box, two, 2, &live->result));
    iw_live_ok(live, "NOOP", iw_imap_noop(live->imap, NULL));
    iw_live_ok(live, "SEARCH", iw_imap_search(live->imap, NULL, "ALL", &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_SEARCH)->search.count, IW_LIVE_MESSAGES + 2);
}

static void test_appending_pieces(void **state)
{
    struct iw_live *live = *state;
    const struct iw_imap_piece pieces[] = {{.octets = IW_SPAN("Subject: cat\r\n\r\n")},
                                           {.octets = IW_SPAN("body\r\n")}};
    const struct iw_imap_message cat = {.pieces = pieces, .piece_count = 2};
    iw_live_need(live, "CATENATE");
    iw_live_ok(live, "APPEND",
               iw_imap_append_messages(live->imap, live->box, &cat, 1, &live->result));
}

static void test_appending_binary(void **state)
{
    struct iw_live *live = *state;
    const struct iw_imap_message zero = {
        .octets = IW_SPAN("Subject: b\r\nMIME-Version: 1.0\r\nContent-Type: application/x\r\n"
                          "Content-Transfer-Encoding: binary\r\n\r\nx\0y\r\n"),
        .binary = true};
    iw_live_need(live, "BINARY");
    iw_live_ok(live, "APPEND",
               iw_imap_append_messages(live->imap, live->box, &zero, 1, &live->result));
}

static void test_replacing(void **state)
{
    struct iw_live *live = *state;
    const struct iw_imap_message small = small_message();
    iw_live_need(live, "REPLACE");
    iw_live_ok(live, "REPLACE",
               iw_imap_replace(live->imap, true, 1, live->box, &small, &live->result));
}

/* ---- changes ---- */

static bool hear_enough(void *context, const struct iw_response *response)
{
    unsigned *heard = context;
    *heard += response->kind == IW_RESPONSE_EXISTS;
    return *heard == 0;
}

/* The other connection changes the mailbox, and the view follows. */
static void test_views_and_listening(void **state)
{
    struct iw_live *live = *state;
    unsigned heard = 0;
    enum iw_resync_way way;
    struct iw_imap *other = iw_live_other(live);
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, 1000);
    iw_live_ok(live, "resync", iw_imap_resync(live->imap, live->box, false, view, &way));
    assert_int_equal(way, IW_RESYNC_FULL);
    assert_int_equal(iw_mailbox_view_count(view), IW_LIVE_MESSAGES);
    iw_live_expect(other, "STORE", iw_imap_store(other, "1", "+FLAGS", "\\Deleted", NULL),
                   IW_IMAP_OK);
    iw_live_expect(other, "EXPUNGE", iw_imap_expunge(other, NULL), IW_IMAP_OK);
    iw_live_ok(live, "resync", iw_imap_resync(live->imap, live->box, false, view, &way));
    bool qresync = iw_imap_has(live->imap, "QRESYNC");
    assert_int_equal(way, qresync ? IW_RESYNC_QRESYNC : IW_RESYNC_FULL);
    unsigned gone = !iw_live_deviates(
        "mailutils", "shows expunged messages while another connection is open (RFC 3501 §6.4.3)");
    assert_int_equal(iw_mailbox_view_count(view), IW_LIVE_MESSAGES - gone);
    assert_int_equal(iw_mailbox_view_at(view, 1)->uid, 1 + gone);
    assert_false(iw_mailbox_view_is_doubtful(view));
    if (iw_live_offers(live, "IDLE") && !iw_live_is("mailutils")) {
        const struct iw_imap_message small = small_message();
        const struct iw_imap_listening listening = {
            .duration_ms = IW_LIVE_TIMEOUT_MS, .heard = hear_enough, .context = &heard};
        iw_live_expect(other, "APPEND", iw_imap_append_messages(other, live->box, &small, 1, NULL),
                       IW_IMAP_OK);
        iw_live_ok(live, "listen", iw_imap_listen(live->imap, &listening));
        assert_int_equal(heard, 1);
        assert_int_equal(iw_mailbox_view_facts(view)->exists, IW_LIVE_MESSAGES);
    }
    iw_imap_keep_view(live->imap, NULL);
    iw_mailbox_view_free(view);
}

static void test_notifying(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "NOTIFY");
    iw_live_ok(
        live, "NOTIFY",
        iw_imap_notify(live->imap, true, "(selected (MessageNew MessageExpunge))", &live->result));
    const struct iw_imap_listening listening = {.without_idle = true, .duration_ms = 50};
    iw_live_ok(live, "listen", iw_imap_listen(live->imap, &listening));
    iw_live_ok(live, "NOTIFY NONE", iw_imap_notify(live->imap, false, NULL, &live->result));
}

const struct CMUnitTest iw_live_extension_tests[] = {
    IW_LIVE_TEST(test_identities),
    IW_LIVE_TEST(test_compressing),
    IW_LIVE_TEST(test_unauthenticating),
    IW_LIVE_TEST(test_progress_and_cancelling),
    IW_LIVE_TEST(test_names),
    IW_LIVE_TEST(test_extended_lists),
    IW_LIVE_TEST(test_metadata),
    IW_LIVE_TEST(test_extended_searches),
    IW_LIVE_TEST(test_saved_searches),
    IW_LIVE_TEST(test_extended_sorts),
    IW_LIVE_TEST(test_updated_searches),
    IW_LIVE_TEST(test_conditions),
    IW_LIVE_TEST(test_copies_and_moves),
    IW_LIVE_TEST(test_bodies_as_they_come),
    IW_LIVE_TEST(test_items),
    IW_LIVE_TEST(test_appending_a_source),
    IW_LIVE_TEST(test_appending_several),
    IW_LIVE_TEST(test_appending_pieces),
    IW_LIVE_TEST(test_appending_binary),
    IW_LIVE_TEST(test_replacing),
    IW_LIVE_TEST(test_views_and_listening),
    IW_LIVE_TEST(test_notifying),
};
const size_t iw_live_extension_count =
    sizeof iw_live_extension_tests / sizeof *iw_live_extension_tests;
