/* SPDX-License-Identifier: MIT */
#include "tests/peer/live.h"

#include <stdlib.h>

static struct {
    const char *server, *way, *ca;
    unsigned port, tls_port;
    unsigned boxes; /* made so far; each test has its own, and leaves them to the server */
} asked;            /* by the command line; cmocka has no other way to its fixtures */

static const struct {
    const char *text;
    struct iw_date date;
} messages[IW_LIVE_MESSAGES] = {
    {"Date: Mon, 7 Feb 1994 21:52:25 -0800\r\nFrom: Terry <terry@example.org>\r\n"
     "To: alice@example.org\r\nSubject: afternoon meeting\r\nMessage-Id: <1@example.org>\r\n"
     "Content-Type: text/plain\r\n\r\nHello, let us meet.\r\n",
     {1994, 2, 7, 21, 52, 25, -480}},
    {"Date: Tue, 8 Feb 1994 10:00:00 -0800\r\nFrom: Fred <fred@example.org>\r\n"
     "Subject: Re: afternoon meeting\r\nMessage-Id: <2@example.org>\r\n"
     "References: <1@example.org>\r\nIn-Reply-To: <1@example.org>\r\n\r\nYes.\r\n",
     {1994, 2, 8, 10, 0, 0, -480}},
    {"Date: Wed, 9 Feb 1994 08:00:00 +0000\r\nFrom: Amy <amy@example.org>\r\n"
     "Subject: a letter\r\nMessage-Id: <3@example.org>\r\n\r\nMore.\r\n",
     {1994, 2, 9, 8, 0, 0, 0}},
};

/* ---- asking ---- */

void iw_live_expect(const struct iw_imap *imap, const char *what, enum iw_imap_outcome outcome,
                    enum iw_imap_outcome wanted)
{
    if (outcome == wanted)
        return;
    iw_imap_print_log(imap);
    fail_msg("%s: outcome %d, not %d; %s", what, (int)outcome, (int)wanted, iw_imap_reason(imap));
}

void iw_live_ok(const struct iw_live *live, const char *what, enum iw_imap_outcome outcome)
{
    iw_live_expect(live->imap, what, outcome, IW_IMAP_OK);
}

bool iw_live_is(const char *server)
{
    return strcmp(asked.server, server) == 0;
}

bool iw_live_deviates(const char *server, const char *how)
{
    if (!iw_live_is(server))
        return false;
    printf("deviates: %s\n", how);
    return true;
}

bool iw_live_offers(struct iw_live *live, const char *capability)
{
    if (iw_imap_has(live->imap, capability))
        return true;
    printf("not offered: %s\n", capability);
    return false;
}

void iw_live_need(struct iw_live *live, const char *capability)
{
    if (!iw_live_offers(live, capability))
        skip();
}

size_t iw_live_count(const struct iw_live *live, enum iw_response_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < live->result.response_count; i++)
        count += live->result.responses[i].kind == kind;
    return count;
}

const struct iw_response *iw_live_last(const struct iw_live *live, enum iw_response_kind kind)
{
    const struct iw_response *found = NULL;
    for (size_t i = 0; i < live->result.response_count; i++)
        if (live->result.responses[i].kind == kind)
            found = &live->result.responses[i];
    if (found == NULL)
        fail_msg("no %s came", iw_response_kind_name(kind));
    return found;
}

/* ---- connecting ---- */

struct iw_imap *iw_live_connect(void)
{
    struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
    struct iw_error error = {0};
    bool secured = strcmp(asked.way, "tls") == 0;
    unsigned port = secured ? asked.tls_port : asked.port;
    struct iw_imap_options options = {.host = "localhost", .timeout_ms = IW_LIVE_TIMEOUT_MS};
    struct iw_tls_context *tls = iw_tls_client_new(asked.ca, &error);
    if (tls == NULL)
        fail_msg("%s", error.detail);
    struct iw_imap *imap = iw_imap_open_with(port, secured, tls, &options, &failure);
    if (imap == NULL)
        fail_msg("%s", failure.error.detail);
    if (strcmp(asked.way, "starttls") == 0)
        iw_live_expect(imap, "STARTTLS", iw_imap_starttls(imap, tls, NULL), IW_IMAP_OK);
    iw_tls_context_free(tls);
    return imap;
}

static struct iw_imap *log_in(void)
{
    struct iw_imap *imap = iw_live_connect();
    iw_live_expect(imap, "LOGIN", iw_imap_login(imap, "alice", "secret", NULL), IW_IMAP_OK);
    return imap;
}

struct iw_imap *iw_live_other(struct iw_live *live)
{
    live->other = log_in();
    iw_live_expect(live->other, "SELECT", iw_imap_select(live->other, live->box, false, NULL),
                   IW_IMAP_OK);
    return live->other;
}

/* ---- the mailbox ---- */

/* Below the user's own prefix, which is not empty everywhere. */
static void name_boxes(struct iw_live *live)
{
    struct iw_span prefix = IW_SPAN("");
    if (iw_imap_has(live->imap, "NAMESPACE")) {
        iw_live_ok(live, "NAMESPACE", iw_imap_namespace(live->imap, &live->result));
        const struct iw_response *response = iw_live_last(live, IW_RESPONSE_NAMESPACE);
        assert_int_equal(response->namespaces.places[IW_NAMESPACE_PERSONAL].count, 1);
        prefix = response->namespaces.places[IW_NAMESPACE_PERSONAL].members[0].prefix;
    }
    snprintf(live->box, sizeof live->box, "%.*sbox %s %u", (int)prefix.length, prefix.data,
             asked.way, ++asked.boxes);
    snprintf(live->spare, sizeof live->spare, "%.*sspare %s %u", (int)prefix.length, prefix.data,
             asked.way, asked.boxes);
}

int iw_live_begin_connected(void **state)
{
    struct iw_live *live = calloc(1, sizeof *live);
    assert_non_null(live);
    live->imap = iw_live_connect();
    *state = live;
    return 0;
}

int iw_live_begin(void **state)
{
    struct iw_live *live = calloc(1, sizeof *live);
    assert_non_null(live);
    live->imap = log_in();
    *state = live;
    name_boxes(live);
    iw_live_ok(live, "CREATE", iw_imap_create(live->imap, live->box, NULL));
    for (size_t i = 0; i < IW_LIVE_MESSAGES; i++)
        iw_live_ok(live, "APPEND",
                   iw_imap_append(live->imap, live->box, i == 0 ? "\\Seen" : NULL,
                                  &messages[i].date, iw_span_of(messages[i].text), NULL));
    iw_live_ok(live, "SELECT", iw_imap_select(live->imap, live->box, false, &live->result));
    if (iw_live_deviates("mailutils", "APPEND forgets flags and date (RFC 3501 §6.3.11)"))
        iw_live_ok(live, "STORE", iw_imap_store(live->imap, "1", "+FLAGS.SILENT", "\\Seen", NULL));
    return 0;
}

int iw_live_end(void **state)
{
    struct iw_live *live = *state;
    iw_imap_free(live->other);
    if (strcmp(iw_imap_state_name(live->imap), "IDLING") == 0)
        iw_imap_idle_done(live->imap, NULL);
    if (iw_imap_state(live->imap) != IW_SESSION_LOGOUT)
        iw_live_ok(live, "LOGOUT", iw_imap_logout(live->imap, NULL));
    iw_imap_free(live->imap);
    free(live);
    return 0;
}

int main(int count, char **arguments)
{
    uint64_t port = 0, tls_port = 0;
    if (count != 6 || !iw_span_number(iw_span_of(arguments[3]), 65535, &port) ||
        !iw_span_number(iw_span_of(arguments[4]), 65535, &tls_port))
        return 2;
    asked.server = arguments[1];
    asked.way = arguments[2];
    asked.port = (unsigned)port;
    asked.tls_port = (unsigned)tls_port;
    asked.ca = arguments[5];
    int failed = _cmocka_run_group_tests("client/imap.h", iw_live_session_tests,
                                         iw_live_session_count, NULL, NULL);
    failed += _cmocka_run_group_tests("client/extensions.h", iw_live_extension_tests,
                                      iw_live_extension_count, NULL, NULL);
    return failed == 0 ? 0 : 1;
}
