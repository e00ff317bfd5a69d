/* SPDX-License-Identifier: MIT */
/* Every function of client/imap.h that a server offers. */
#include "tests/peer/live.h"

#include "sasl/sasl.h"

/* ---- before the login ---- */

static void test_what_is_known_at_once(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    assert_string_equal(iw_imap_protocol_version(imap), "IMAP4REV1");
    assert_string_equal(iw_imap_state_name(imap), "NONAUTH");
    assert_true(strlen(iw_imap_welcome(imap)) > 0);
    assert_true(iw_imap_socket(imap) >= 0);
    assert_non_null(iw_imap_log_line(imap, 0));
    iw_live_ok(live, "CAPABILITY", iw_imap_capability(imap, &live->result));
    assert_int_equal(live->result.count, 1);
    assert_non_null(strstr(iw_imap_capabilities(imap), "IMAP4REV1"));
    assert_false(iw_imap_utf8_enabled(imap));
    iw_live_expect(imap, "SELECT", iw_imap_select(imap, "INBOX", false, NULL), IW_IMAP_ERROR);
    iw_live_expect(imap, "LOGIN", iw_imap_login(imap, "alice", "wrong", NULL), IW_IMAP_ERROR);
    iw_live_ok(live, "LOGIN", iw_imap_login(imap, "alice", "secret", NULL));
    assert_string_equal(iw_imap_state_name(imap), "AUTH");
}

static bool takes_password(const char *mechanism)
{
    return iw_sasl_find(mechanism)->secret == IW_SASL_PASSWORD;
}

/* mailutils offers whatever its library knows, but it keeps hashes of passwords, so that only those
 * in clear can work. */
static bool can_work(const struct iw_sasl_mechanism *mechanism)
{
    if (mechanism->binds && iw_live_deviates("cyrus", "binds TLS 1.3 by tls-unique (RFC 9266 §3)"))
        return false;
    return mechanism->clear || !iw_live_is("mailutils");
}

/* With the right password and a wrong one; tokens and certificates are in client_dovecot.py. */
static void test_each_mechanism(void **state)
{
    struct iw_live *live = *state;
    for (const struct iw_sasl_mechanism *row = iw_sasl_mechanisms; row->name != NULL; row++) {
        char capability[IW_LIVE_NAME_SIZE];
        snprintf(capability, sizeof capability, "AUTH=%s", row->name);
        if (!takes_password(row->name) || !iw_live_offers(live, capability) || !can_work(row))
            continue;
        live->other = iw_live_connect();
        iw_live_expect(live->other, row->name,
                       iw_imap_authenticate_as(live->other, row->name, "alice", "wrong", NULL),
                       IW_IMAP_ERROR);
        iw_imap_free(live->other);
        live->other = iw_live_connect();
        iw_live_expect(live->other, row->name,
                       iw_imap_authenticate_as(live->other, row->name, "alice", "secret", NULL),
                       IW_IMAP_OK);
        assert_string_equal(iw_imap_state_name(live->other), "AUTH");
        iw_imap_free(live->other);
        live->other = NULL;
    }
}

static void test_cram_md5_and_plain_by_name(void **state)
{
    struct iw_live *live = *state;
    iw_live_ok(live, "PLAIN", iw_imap_login_plain(live->imap, "alice", "secret", &live->result));
    iw_imap_free(live->imap);
    live->imap = iw_live_connect();
    if (!iw_live_is("mailutils"))
        iw_live_ok(live, "CRAM-MD5", iw_imap_login_cram_md5(live->imap, "alice", "secret", NULL));
}

static bool answer_plain(void *context, struct iw_span challenge, struct iw_span *answer)
{
    const struct iw_span *given = context;
    assert_int_equal(challenge.length, 0);
    *answer = *given;
    return given->data != NULL;
}

static void test_an_object_of_ones_own(void **state)
{
    struct iw_live *live = *state;
    struct iw_span given = {0};
    const struct iw_imap_authobject object = {.answer = answer_plain, .context = &given};
    iw_live_expect(live->imap, "cancelled",
                   iw_imap_authenticate(live->imap, "PLAIN", &object, &live->result),
                   IW_IMAP_ERROR);
    given = IW_SPAN("\0alice\0secret");
    iw_live_ok(live, "PLAIN", iw_imap_authenticate(live->imap, "PLAIN", &object, &live->result));
}

/* ---- any state ---- */

static void test_small_talk(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_ok(live, "NOOP", iw_imap_noop(imap, &live->result));
    iw_live_ok(live, "CHECK", iw_imap_check(imap, &live->result));
    iw_live_ok(live, "xatom", iw_imap_xatom(imap, "NOOP", NULL, &live->result));
    iw_live_ok(live, "response", iw_imap_response(imap, "UIDVALIDITY", &live->result));
    assert_int_equal(live->result.count, 1);
    iw_live_ok(live, "recent", iw_imap_recent(imap, &live->result));
    bool says_no = iw_live_deviates("courier", "NO to an unknown command (RFC 3501 §7.1.3)");
    iw_live_expect(imap, "nonsense", iw_imap_xatom(imap, "XNONSENSE", NULL, &live->result),
                   says_no ? IW_IMAP_NO : IW_IMAP_ERROR);
    iw_live_ok(live, "NOOP", iw_imap_noop(imap, &live->result));
}

static void test_the_stream_by_hand(void **state)
{
    static const char octets[] = "by-hand NOOP\r\n";
    struct iw_live *live = *state;
    char line[1000] = "";
    size_t got = 0;
    iw_live_ok(live, "send", iw_imap_send(live->imap, octets, strlen(octets)));
    iw_live_ok(live, "read", iw_imap_read(live->imap, line, 1, &got));
    assert_int_equal(got, 1);
    iw_live_ok(live, "readline", iw_imap_readline(live->imap, line + 1, sizeof line - 1, &got));
    assert_true(iw_span_starts(iw_span(line, got + 1), IW_SPAN("by-hand OK ")));
    iw_live_ok(live, "NOOP", iw_imap_noop(live->imap, &live->result));
}

/* ---- mailboxes ---- */

static void test_mailboxes(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_expect(imap, "CREATE", iw_imap_create(imap, live->box, &live->result), IW_IMAP_NO);
    iw_live_ok(live, "SUBSCRIBE", iw_imap_subscribe(imap, live->box, &live->result));
    iw_live_ok(live, "LSUB", iw_imap_lsub(imap, NULL, live->box, &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_LSUB), 1);
    iw_live_ok(live, "UNSUBSCRIBE", iw_imap_unsubscribe(imap, live->box, &live->result));
    iw_live_ok(live, "LIST", iw_imap_list(imap, NULL, NULL, &live->result));
    assert_true(iw_live_count(live, IW_RESPONSE_LIST) >= 2);
    iw_live_ok(live, "LIST", iw_imap_list(imap, NULL, live->box, &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_LIST), 1);
    struct iw_span listed = iw_live_last(live, IW_RESPONSE_LIST)->list.mailbox;
    assert_true(iw_span_equal(listed, iw_span_of(live->box)));
    iw_live_ok(live, "CLOSE", iw_imap_close(imap, &live->result));
    iw_live_ok(live, "STATUS", iw_imap_status(imap, live->box, "(MESSAGES UNSEEN)", &live->result));
    const struct iw_status_data *status = &iw_live_last(live, IW_RESPONSE_STATUS)->status;
    assert_int_equal(status->count, 2);
    assert_int_equal(status->items[0].number, IW_LIVE_MESSAGES);
    assert_int_equal(status->items[1].number, IW_LIVE_MESSAGES - 1);
    iw_live_ok(live, "RENAME", iw_imap_rename(imap, live->box, live->spare, &live->result));
    iw_live_expect(imap, "SELECT", iw_imap_select(imap, live->box, false, NULL), IW_IMAP_NO);
    iw_live_ok(live, "DELETE", iw_imap_delete(imap, live->spare, &live->result));
}

static void test_namespaces(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "NAMESPACE");
    iw_live_ok(live, "NAMESPACE", iw_imap_namespace(live->imap, &live->result));
    iw_live_last(live, IW_RESPONSE_NAMESPACE);
}

static void test_read_only(void **state)
{
    struct iw_live *live = *state;
    iw_live_ok(live, "EXAMINE", iw_imap_select(live->imap, live->box, true, &live->result));
    assert_true(iw_imap_is_readonly(live->imap));
    assert_false(iw_imap_turned_readonly(live->imap));
    iw_live_need(live, "UNSELECT");
    iw_live_ok(live, "UNSELECT", iw_imap_unselect(live->imap, &live->result));
    assert_string_equal(iw_imap_state_name(live->imap), "AUTH");
}

/* ---- messages ---- */

static const struct iw_fetch_item *first(const struct iw_live *live, enum iw_fetch_kind kind)
{
    const struct iw_fetch_item *item =
        iw_fetch_find(&iw_live_last(live, IW_RESPONSE_FETCH)->fetch, kind);
    assert_non_null(item);
    return item;
}

static void test_fetching(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_ok(live, "FETCH",
               iw_imap_fetch(imap, "1", "(UID FLAGS INTERNALDATE RFC822.SIZE)", &live->result));
    assert_int_equal(first(live, IW_FETCH_UID)->number, 1);
    assert_true(iw_flags_have(&first(live, IW_FETCH_FLAGS)->flags, IW_SPAN("\\Seen")));
    static const struct iw_date date = {1994, 2, 7, 21, 52, 25, -480};
    if (!iw_live_is("mailutils"))
        assert_int_equal(iw_date_to_unix(&first(live, IW_FETCH_INTERNALDATE)->date),
                         iw_date_to_unix(&date));
    iw_live_ok(live, "FETCH",
               iw_imap_fetch(imap, "1:3", "(ENVELOPE BODYSTRUCTURE)", &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_FETCH), IW_LIVE_MESSAGES);
    assert_true(
        iw_span_equal(first(live, IW_FETCH_ENVELOPE)->envelope->subject, IW_SPAN("a letter")));
    first(live, IW_FETCH_BODYSTRUCTURE);
    iw_live_ok(live, "FETCH", iw_imap_fetch(imap, "2", "BODY.PEEK[TEXT]", &live->result));
    assert_true(iw_span_equal(first(live, IW_FETCH_SECTION)->value, IW_SPAN("Yes.\r\n")));
    iw_live_ok(live, "UID FETCH", iw_imap_uid(imap, "FETCH", "2 (FLAGS)", &live->result));
    assert_int_equal(first(live, IW_FETCH_UID)->number, 2);
}

static void test_flags_and_searching(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_ok(live, "STORE", iw_imap_store(imap, "2", "+FLAGS", "\\Flagged", &live->result));
    assert_true(iw_flags_have(&first(live, IW_FETCH_FLAGS)->flags, IW_SPAN("\\Flagged")));
    iw_live_ok(live, "SEARCH", iw_imap_search(imap, NULL, "FLAGGED", &live->result));
    const struct iw_search *search = &iw_live_last(live, IW_RESPONSE_SEARCH)->search;
    assert_int_equal(search->count, 1);
    assert_int_equal(search->numbers[0], 2);
    iw_live_ok(live, "SEARCH",
               iw_imap_search(imap, "UTF-8", "SUBJECT meeting UNSEEN", &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_SEARCH)->search.count, 1);
    iw_live_ok(live, "UID SEARCH", iw_imap_uid(imap, "SEARCH", "ALL", &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_SEARCH)->search.count, IW_LIVE_MESSAGES);
}

static void test_copying_and_expunging(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_expect(imap, "COPY", iw_imap_copy(imap, "1", live->spare, &live->result), IW_IMAP_NO);
    iw_live_ok(live, "CREATE", iw_imap_create(imap, live->spare, &live->result));
    iw_live_ok(live, "COPY", iw_imap_copy(imap, "1:2", live->spare, &live->result));
    iw_live_ok(live, "STORE",
               iw_imap_store(imap, "1,3", "+FLAGS.SILENT", "(\\Deleted)", &live->result));
    iw_live_ok(live, "EXPUNGE", iw_imap_expunge(imap, &live->result));
    if (!iw_live_deviates("mailutils", "says EXPUNGED for EXPUNGE (RFC 3501 §7.4.1)"))
        assert_int_equal(iw_live_count(live, IW_RESPONSE_EXPUNGE), 2);
    iw_live_ok(live, "SELECT", iw_imap_select(imap, live->spare, false, &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_EXISTS)->number, 2);
}

static void test_moving(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "MOVE");
    iw_live_ok(live, "CREATE", iw_imap_create(live->imap, live->spare, &live->result));
    iw_live_ok(live, "MOVE", iw_imap_move(live->imap, "1", live->spare, &live->result));
    assert_int_equal(iw_live_count(live, IW_RESPONSE_EXPUNGE), 1);
}

static void test_sorting(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "SORT");
    iw_live_ok(live, "SORT",
               iw_imap_sort(live->imap, "SUBJECT DATE", "UTF-8", "ALL", &live->result));
    const struct iw_search *sorted = &iw_live_last(live, IW_RESPONSE_SORT)->search;
    assert_int_equal(sorted->count, 3); /* "a letter", then the meeting and its "Re:" */
    assert_int_equal(sorted->numbers[0], 3);
    assert_int_equal(sorted->numbers[1], 1);
}

static void test_threads(void **state)
{
    static const char *const algorithms[] = {"ORDEREDSUBJECT", "REFERENCES", "REFS"};
    struct iw_live *live = *state;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        char capability[IW_LIVE_NAME_SIZE];
        snprintf(capability, sizeof capability, "THREAD=%s", algorithms[i]);
        if (!iw_live_offers(live, capability))
            continue;
        iw_live_ok(live, "THREAD",
                   iw_imap_thread(live->imap, algorithms[i], "UTF-8", "ALL", &live->result));
        struct iw_span text = live->result.data[0].text;
        if (!iw_span_equal(text, IW_SPAN("(1 2)(3)")) && !iw_span_equal(text, IW_SPAN("(3)(1 2)")))
            fail_msg("%s: %.*s", algorithms[i], (int)text.length, text.data);
    }
}

/* ---- rights, quotas, annotations ---- */

static void test_rights(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    iw_live_need(live, "ACL");
    iw_live_ok(live, "GETACL", iw_imap_getacl(imap, live->box, &live->result));
    size_t before = iw_live_last(live, IW_RESPONSE_ACL)->acl.count;
    iw_live_ok(live, "SETACL", iw_imap_setacl(imap, live->box, "bob", "lr", &live->result));
    iw_live_ok(live, "GETACL", iw_imap_getacl(imap, live->box, &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_ACL)->acl.count, before + 1);
    iw_live_ok(live, "DELETEACL", iw_imap_deleteacl(imap, live->box, "bob", &live->result));
    iw_live_ok(live, "GETACL", iw_imap_getacl(imap, live->box, &live->result));
    assert_int_equal(iw_live_last(live, IW_RESPONSE_ACL)->acl.count, before);
    iw_live_ok(live, "MYRIGHTS", iw_imap_myrights(imap, live->box, &live->result));
    struct iw_span rights = iw_live_last(live, IW_RESPONSE_MYRIGHTS)->myrights.rights;
    assert_true(memchr(rights.data, 'a', rights.length) != NULL);
}

/* Cyrus keeps GETQUOTA to administrators. */
static void test_quotas(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap_result roots;
    char root[IW_LIVE_NAME_SIZE];
    iw_live_need(live, "QUOTA");
    iw_live_ok(live, "GETQUOTAROOT",
               iw_imap_getquotaroot(live->imap, live->box, &roots, &live->result));
    const struct iw_quota *quota = &iw_live_last(live, IW_RESPONSE_QUOTA)->quota;
    assert_int_equal(roots.count, 1);
    snprintf(root, sizeof root, "%.*s", (int)quota->root.length, quota->root.data);
    bool refused = iw_live_is("cyrus");
    iw_live_expect(live->imap, "GETQUOTA", iw_imap_getquota(live->imap, root, &live->result),
                   refused ? IW_IMAP_NO : IW_IMAP_OK);
    assert_int_equal(iw_live_count(live, IW_RESPONSE_QUOTA), refused ? 0 : 1);
    assert_int_equal(iw_imap_setquota(live->imap, root, "STORAGE 512", &live->result), IW_IMAP_NO);
}

/* Nobody offers them any more (draft-daboo-imap-annotatemore-05; PARTIAL was in IMAP4 alone), and
 * what the server says of them does no harm. */
static void test_what_is_long_gone(void **state)
{
    static const char *const entries[] = {"/comment", "(\"value.priv\" \"x\")", NULL};
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    assert_int_not_equal(
        iw_imap_getannotation(imap, live->box, "/comment", "value.priv", &live->result),
        IW_IMAP_ABORT);
    assert_int_not_equal(iw_imap_setannotation(imap, live->box, entries, &live->result),
                         IW_IMAP_ABORT);
    assert_int_not_equal(iw_imap_partial(imap, "1", "RFC822", "1", "10", &live->result),
                         IW_IMAP_ABORT);
    assert_int_not_equal(iw_imap_proxyauth(imap, "bob", &live->result), IW_IMAP_ABORT);
    iw_live_ok(live, "NOOP", iw_imap_noop(imap, &live->result));
}

/* ---- the rest ---- */

static void test_idling(void **state)
{
    struct iw_live *live = *state;
    struct iw_imap *imap = live->imap;
    static const char text[] = "Subject: new\r\n\r\nnew\r\n";
    iw_live_need(live, "IDLE");
    struct iw_imap *other = iw_live_other(live);
    iw_live_ok(live, "IDLE", iw_imap_idle(imap, IW_LIVE_TIMEOUT_MS));
    assert_string_equal(iw_imap_state_name(imap), "IDLING");
    iw_live_expect(other, "APPEND",
                   iw_imap_append(other, live->box, NULL, NULL, iw_span_of(text), NULL),
                   IW_IMAP_OK);
    bool silent = iw_live_deviates("mailutils", "IDLE tells nothing (RFC 2177 §1)");
    live->result = (struct iw_imap_result){.type = ""};
    while (!silent && strcmp(live->result.type, "EXISTS") != 0) {
        iw_live_ok(live, "next", iw_imap_idle_next(imap, &live->result));
        assert_non_null(live->result.type);
    }
    if (!silent)
        assert_true(iw_span_equal(live->result.data[0].text, IW_SPAN("4")));
    while (live->result.type != NULL)
        iw_live_ok(live, "burst", iw_imap_idle_burst(imap, 100, &live->result));
    iw_live_ok(live, "DONE", iw_imap_idle_done(imap, &live->result));
    iw_live_ok(live, "NOOP", iw_imap_noop(imap, &live->result));
}

static void test_enabling(void **state)
{
    struct iw_live *live = *state;
    iw_live_need(live, "ENABLE");
    iw_live_ok(live, "CLOSE", iw_imap_close(live->imap, &live->result));
    iw_live_ok(live, "ENABLE", iw_imap_enable(live->imap, "CONDSTORE", &live->result));
    iw_live_need(live, "UTF8=ACCEPT");
    iw_live_ok(live, "ENABLE", iw_imap_enable(live->imap, "UTF8=ACCEPT", &live->result));
    assert_true(iw_imap_utf8_enabled(live->imap));
    iw_live_ok(live, "CREATE", iw_imap_create(live->imap, live->spare, &live->result));
}

static void test_shutting_down(void **state)
{
    struct iw_live *live = *state;
    iw_imap_shutdown(live->imap);
    assert_string_equal(iw_imap_state_name(live->imap), "LOGOUT");
    iw_live_expect(live->imap, "NOOP", iw_imap_noop(live->imap, NULL), IW_IMAP_ABORT);
    iw_imap_free(live->imap);
    live->imap = iw_live_connect();
}

const struct CMUnitTest iw_live_session_tests[] = {
    IW_LIVE_EARLY_TEST(test_what_is_known_at_once),
    IW_LIVE_EARLY_TEST(test_each_mechanism),
    IW_LIVE_EARLY_TEST(test_cram_md5_and_plain_by_name),
    IW_LIVE_EARLY_TEST(test_an_object_of_ones_own),
    IW_LIVE_TEST(test_small_talk),
    IW_LIVE_TEST(test_the_stream_by_hand),
    IW_LIVE_TEST(test_mailboxes),
    IW_LIVE_TEST(test_namespaces),
    IW_LIVE_TEST(test_read_only),
    IW_LIVE_TEST(test_fetching),
    IW_LIVE_TEST(test_flags_and_searching),
    IW_LIVE_TEST(test_copying_and_expunging),
    IW_LIVE_TEST(test_moving),
    IW_LIVE_TEST(test_sorting),
    IW_LIVE_TEST(test_threads),
    IW_LIVE_TEST(test_rights),
    IW_LIVE_TEST(test_quotas),
    IW_LIVE_TEST(test_what_is_long_gone),
    IW_LIVE_TEST(test_idling),
    IW_LIVE_TEST(test_enabling),
    IW_LIVE_TEST(test_shutting_down),
};
const size_t iw_live_session_count = sizeof iw_live_session_tests / sizeof *iw_live_session_tests;
