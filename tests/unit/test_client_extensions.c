/* SPDX-License-Identifier: MIT */
/* What the client has beyond imaplib, over a scripted stream: what is sent, what the typed values
 * say, where bodies go and how much memory it takes. */
#include "client/extensions.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BUFFER = 1 << 20, REPLY_MAX = 8000, ROOM = 1000 };

/* ---- a server of a few replies, and its time ---- */

/* The linker sends iw_clock_ms here: time passes only where the client waits in vain. */
static uint64_t virtual_ms;

uint64_t __wrap_iw_clock_ms(void);
uint64_t __wrap_iw_clock_ms(void)
{
    return virtual_ms;
}

struct fake {
    const char *replies; /* ends in an empty one; each ends in NUL; "#" stands for the tag */
    size_t cut;          /* the first octets of a reply come by themselves */
    char tag[16];
    char reply[REPLY_MAX];
    size_t length, given; /* of reply */
    bool silent;          /* instead of ending */
    struct iw_buf sent;   /* with "#" for each tag */
};

static enum iw_result fake_write(void *context, struct iw_span octets, int timeout_ms,
                                 struct iw_error *error)
{
    struct fake *fake = context;
    (void)timeout_ms;
    (void)error;
    size_t length = 0;
    while (length < octets.length && octets.data[length] != ' ' && length < 15)
        length++;
    bool tagged = length > 4 && length < octets.length && octets.data[0] >= 'A' &&
                  octets.data[0] <= 'P' && octets.data[length] == ' ' &&
                  octets.data[length - 1] <= '9';
    if (tagged)
        snprintf(fake->tag, sizeof fake->tag, "%.*s", (int)length, octets.data);
    iw_buf_add_string(&fake->sent, tagged ? "#" : "");
    iw_buf_add(&fake->sent, iw_span_part(octets, tagged ? length : 0, octets.length));
    return IW_OK;
}

static void next_reply(struct fake *fake)
{
    fake->length = fake->given = 0;
    for (const char *c = fake->replies; *c != '\0'; c++) {
        size_t left = sizeof fake->reply - fake->length;
        int length = snprintf(fake->reply + fake->length, left, "%.*s", *c == '#' ? 15 : 1,
                              *c == '#' ? fake->tag : c);
        assert_true((size_t)length < left);
        fake->length += (size_t)length;
    }
    fake->replies += strlen(fake->replies) + 1;
}

static enum iw_result fake_read(void *context, char *room, size_t size, size_t *got, int timeout_ms,
                                struct iw_error *error)
{
    struct fake *fake = context;
    assert_true(timeout_ms >= 0);
    if (fake->given == fake->length && *fake->replies == '\0') {
        virtual_ms += (unsigned)timeout_ms;
        return iw_failf(error, fake->silent ? IW_TIMEOUT : IW_CLOSED, "the end");
    }
    if (fake->given == fake->length)
        next_reply(fake);
    size_t end = fake->given < fake->cut && fake->cut < fake->length ? fake->cut : fake->length;
    *got = end - fake->given < size ? end - fake->given : size;
    memcpy(room, fake->reply + fake->given, *got);
    fake->given += *got;
    return IW_OK;
}

static const struct iw_wire_calls fake_calls = {.read = fake_read, .write = fake_write};

#define SELECTED(names)                                                                            \
    "* PREAUTH [CAPABILITY IMAP4rev1 " names "] hi\r\n\0* 3 EXISTS\r\n# OK [READ-WRITE] in\r\n\0"

/* With a mailbox selected; replies begin as SELECTED does. NULL: no memory. */
static struct iw_imap *open_fake(struct fake *fake, const char *replies,
                                 const struct iw_alloc *alloc)
{
    struct iw_imap_options options = {.alloc = alloc};
    fake->replies = replies;
    iw_buf_init(&fake->sent, NULL, BUFFER);
    size_t cut = fake->cut;
    fake->cut = 0;
    struct iw_imap *imap =
        iw_imap_open_wire(iw_wire_custom(&fake_calls, fake), false, &options, NULL);
    if (imap != NULL && iw_imap_select(imap, "M", false, NULL) != IW_IMAP_OK) {
        iw_imap_free(imap);
        imap = NULL;
    }
    iw_buf_clear(&fake->sent);
    fake->cut = cut;
    return imap;
}

/* ---- what is sent ---- */

typedef enum iw_imap_outcome call_function(struct iw_imap *imap, struct iw_imap_result *result);

/* clang-format off */
#define CALL(name, expression)                                                                    \
    static enum iw_imap_outcome name(struct iw_imap *imap, struct iw_imap_result *result)         \
    {                                                                                             \
        return expression;                                                                        \
    }

static const char *const fields[] = {"name", "a \"b\"", "os", NULL, NULL};
static const char *const patterns[] = {"%", "a b", NULL};
static const char *const entries[] = {"/shared/a", "/private/b", NULL};
static const struct iw_imap_metadata values[] = {
    {"/shared/a", {"x", 1}}, {"/private/b", {NULL, 0}}, {"/private/c", {"\0", 1}}};
static const struct iw_date date = {2024, 2, 29, 1, 2, 3, 60};
static const struct iw_imap_piece pieces[] = {
    {.url = "/M;UIDVALIDITY=7/;UID=20"}, {.octets = {"ab", 2}}};
static const struct iw_imap_message plain = {.octets = {"abc", 3}};
static const struct iw_imap_message both[] = {
    {.octets = {"ab", 2}, .flags = "\\Seen", .date = &date}, {.octets = {"\0", 1}, .binary = true}};
static const struct iw_imap_message cat = {.pieces = pieces, .piece_count = 2};
static const struct iw_imap_message nul = {.octets = {"\0", 1}};

CALL(id, iw_imap_id(imap, fields, result))
CALL(id_nil, iw_imap_id(imap, NULL, result))
CALL(list, iw_imap_list_extended(imap, "SUBSCRIBED", "", patterns, "CHILDREN", result))
CALL(list_bare, iw_imap_list_extended(imap, NULL, NULL, patterns, NULL, result))
CALL(select_with, iw_imap_select_with(imap, "M", false, "QRESYNC (7 9)", result))
CALL(examine_with, iw_imap_select_with(imap, "\xc3\xa4", true, "(CONDSTORE)", result))
CALL(get_metadata, iw_imap_get_metadata(imap, "M", "DEPTH 1", entries, result))
CALL(get_server, iw_imap_get_metadata(imap, "", NULL, entries, result))
CALL(set_metadata, iw_imap_set_metadata(imap, "M", values, 3, result))
CALL(notify, iw_imap_notify(imap, true, "(selected (MessageNew))", result))
CALL(notify_none, iw_imap_notify(imap, true, NULL, result))
CALL(search, iw_imap_search_returning(imap, true, "MIN MAX", "UTF-8", "TEXT \"\xc3\xa4\"", result))
CALL(search_numbers, iw_imap_search_returning(imap, false, "", NULL, "ALL", result))
CALL(sort, iw_imap_sort_returning(imap, true, "COUNT", "REVERSE DATE", NULL, "ALL", result))
CALL(cancel_update, iw_imap_cancel_update(imap, "A\"1", result))
CALL(fetch, iw_imap_fetch_with(imap, true, "1:*", "(FLAGS)", "CHANGEDSINCE 7 VANISHED", result))
CALL(store, iw_imap_store_with(imap, false, "1", "UNCHANGEDSINCE 7", "+FLAGS", "\\Seen", result))
CALL(store_bad, iw_imap_store_with(imap, false, "1", NULL, "+FLAGS", "x\r\ny", result))
CALL(move, iw_imap_move_messages(imap, true, "1,3", "a b", result))
CALL(copy, iw_imap_copy_messages(imap, false, "1", "N", result))
CALL(uid_expunge, iw_imap_uid_expunge(imap, "5:7", result))
CALL(append, iw_imap_append_messages(imap, "N", &plain, 1, result))
CALL(append_two, iw_imap_append_messages(imap, "N", both, 2, result))
CALL(append_cat, iw_imap_append_messages(imap, "N", &cat, 1, result))
CALL(append_nul, iw_imap_append_messages(imap, "N", &nul, 1, result))
CALL(replace, iw_imap_replace(imap, true, 4294967295, "N", &plain, result))
CALL(replace_cat, iw_imap_replace(imap, false, 1, "N", &cat, result))
CALL(unauthenticate, iw_imap_unauthenticate(imap, result))
CALL(plain_auth, iw_imap_authenticate_as(imap, "PLAIN", "u", "p", result))
CALL(external, iw_imap_authenticate_as(imap, "EXTERNAL", NULL, NULL, result))
CALL(cram_md5, iw_imap_authenticate_as(imap, "CRAM-MD5", "u", "p", result))

#define REST "# OK [X] done\r\n\0"

struct row {
    const char *name;
    const char *offered; /* with SP in front */
    call_function *call;
    const char *replies;
    const char *sent;
    enum iw_imap_outcome outcome;
};

static const struct row rows[] = {
    {"id", " ID", id, REST, "# ID (\"name\" \"a \\\"b\\\"\" \"os\" NIL)\r\n"},
    {"id_nil", " ID", id_nil, REST, "# ID NIL\r\n"},
    {"id, not offered", "", id, REST, "", IW_IMAP_ERROR},
    {"list", " LIST-EXTENDED", list, REST,
     "# LIST (SUBSCRIBED) \"\" (% \"a b\") RETURN (CHILDREN)\r\n"},
    {"list, of IMAP4rev2", " IMAP4rev2", list_bare, REST, "# LIST \"\" (% \"a b\")\r\n"},
    {"list, not offered", " LIST-STATUS", list, REST, "", IW_IMAP_ERROR},
    {"select", "", select_with, REST, "# SELECT M (QRESYNC (7 9))\r\n"},
    {"examine", "", examine_with, REST, "# EXAMINE &AOQ- (CONDSTORE)\r\n"},
    {"get_metadata", " METADATA", get_metadata, REST,
     "# GETMETADATA (DEPTH 1) M (/shared/a /private/b)\r\n"},
    {"get_metadata of the server", " METADATA-SERVER", get_server, REST,
     "# GETMETADATA \"\" (/shared/a /private/b)\r\n"},
    {"get_metadata of a mailbox", " METADATA-SERVER", get_metadata, REST, "", IW_IMAP_ERROR},
    {"set_metadata", " METADATA LITERAL-", set_metadata, REST,
     "# SETMETADATA M (/shared/a {1+}\r\nx /private/b NIL /private/c ~{1+}\r\n@)\r\n"},
    {"notify", " NOTIFY", notify, REST, "# NOTIFY SET STATUS (selected (MessageNew))\r\n"},
    {"notify_none", " NOTIFY", notify_none, REST, "# NOTIFY NONE\r\n"},
    {"search", " ESEARCH", search, REST,
     "# UID SEARCH RETURN (MIN MAX) CHARSET UTF-8 TEXT \"\xc3\xa4\"\r\n"},
    {"search by number", " ESEARCH", search_numbers, REST, "# SEARCH RETURN () ALL\r\n"},
    {"sort", " ESORT", sort, REST, "# UID SORT RETURN (COUNT) (REVERSE DATE) UTF-8 ALL\r\n"},
    {"cancel_update", "", cancel_update, REST, "# CANCELUPDATE \"A\\\"1\"\r\n"},
    {"fetch", "", fetch, REST, "# UID FETCH 1:* (FLAGS) (CHANGEDSINCE 7 VANISHED)\r\n"},
    {"store", "", store, REST, "# STORE 1 (UNCHANGEDSINCE 7) +FLAGS (\\Seen)\r\n"},
    {"no second line", "", store_bad, REST, "", IW_IMAP_ERROR},
    {"move", " MOVE", move, REST, "# UID MOVE 1,3 \"a b\"\r\n"},
    {"copy", "", copy, REST, "# COPY 1 N\r\n"},
    {"uid_expunge", " UIDPLUS", uid_expunge, REST, "# UID EXPUNGE 5:7\r\n"},
    {"append", "", append, "+ go\r\n\0" REST, "# APPEND N {3}\r\nabc\r\n"},
    {"append two", " MULTIAPPEND BINARY LITERAL+", append_two, REST,
     "# APPEND N (\\Seen) \"29-Feb-2024 01:02:03 +0100\" {2+}\r\nab ~{1+}\r\n@\r\n"},
    {"append two, not offered", " BINARY", append_two, REST, "", IW_IMAP_ERROR},
    {"append binary, not offered", " MULTIAPPEND", append_two, REST, "", IW_IMAP_ERROR},
    {"append cat", " CATENATE LITERAL+", append_cat, REST,
     "# APPEND N CATENATE (URL \"/M;UIDVALIDITY=7/;UID=20\" TEXT {2+}\r\nab)\r\n"},
    {"append NUL", "", append_nul, REST, "", IW_IMAP_ERROR},
    {"replace", " REPLACE LITERAL+", replace, REST, "# UID REPLACE 4294967295 N {3+}\r\nabc\r\n"},
    {"replace cat", " REPLACE LITERAL+", replace_cat, REST,
     "# REPLACE 1 N CATENATE (URL \"/M;UIDVALIDITY=7/;UID=20\" TEXT {2+}\r\nab)\r\n"},
    {"unauthenticate", " UNAUTHENTICATE", unauthenticate, REST, "# UNAUTHENTICATE\r\n"},
    {"NO is an answer", " ID", id_nil, "# NO no\r\n\0", "# ID NIL\r\n", IW_IMAP_NO},
};
/* clang-format on */

/* AUTHENTICATE comes before any of that. */
static const struct row authentications[] = {
    {"PLAIN, at once", " SASL-IR", plain_auth, REST, "# AUTHENTICATE PLAIN AHUAcA==\r\n"},
    {"PLAIN, at once, of IMAP4rev2", " IMAP4rev2", plain_auth, REST,
     "# AUTHENTICATE PLAIN AHUAcA==\r\n"},
    {"PLAIN, when asked", "", plain_auth, "+ \r\n\0" REST, "# AUTHENTICATE PLAIN\r\nAHUAcA==\r\n"},
    {"an empty response", " SASL-IR", external, REST, "# AUTHENTICATE EXTERNAL =\r\n"},
    {"the server begins", " SASL-IR", cram_md5, "+ PDFAeD4=\r\n\0" REST,
     "# AUTHENTICATE CRAM-MD5\r\ndSA5MTE0NWExODc3YjBlZTFkNWMwNDg0NjU3MDdiNzE0Ng==\r\n"},
};

static void test_initial_responses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof authentications / sizeof *authentications; i++) {
        const struct row *row = &authentications[i];
        struct fake fake = {.cut = 0};
        struct iw_buf replies;
        struct iw_imap_options options = {.timeout_ms = 0};
        iw_buf_init(&replies, NULL, BUFFER);
        iw_buf_init(&fake.sent, NULL, BUFFER);
        iw_buf_addf(&replies, "* OK [CAPABILITY IMAP4rev1%s] hi\r\n", row->offered);
        iw_buf_add_char(&replies, '\0');
        for (const char *reply = row->replies; *reply != '\0'; reply += strlen(reply) + 1)
            iw_buf_add(&replies, iw_span(reply, strlen(reply) + 1));
        fake.replies = iw_buf_string(&replies);
        struct iw_imap *imap =
            iw_imap_open_wire(iw_wire_custom(&fake_calls, &fake), false, &options, NULL);
        assert_int_equal(row->call(imap, NULL), IW_IMAP_OK);
        if (strcmp(iw_buf_string(&fake.sent), row->sent) != 0)
            fail_msg("%s: sent %s", row->name, iw_buf_string(&fake.sent));
        iw_imap_free(imap);
        iw_buf_release(&replies);
        iw_buf_release(&fake.sent);
    }
}

/* Greeting, SELECT, and the row's replies, one behind the other. */
static const char *make_replies(const struct row *row, struct iw_buf *replies)
{
    static const char selected[] = "* 3 EXISTS\r\n# OK [READ-WRITE] in\r\n";
    iw_buf_addf(replies, "* PREAUTH [CAPABILITY IMAP4rev1%s] hi\r\n", row->offered);
    iw_buf_add_char(replies, '\0');
    iw_buf_add(replies, iw_span(selected, sizeof selected));
    for (const char *reply = row->replies; *reply != '\0'; reply += strlen(reply) + 1)
        iw_buf_add(replies, iw_span(reply, strlen(reply) + 1));
    return iw_buf_string(replies);
}

static void show_nul(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text[i] = text[i] == '\0' ? '@' : text[i];
}

static void check(const struct row *row)
{
    struct fake fake = {.cut = 0};
    struct iw_buf replies;
    struct iw_imap_result result;
    iw_buf_init(&replies, NULL, BUFFER);
    struct iw_imap *imap = open_fake(&fake, make_replies(row, &replies), NULL);
    assert_non_null(imap);
    enum iw_imap_outcome outcome = row->call(imap, &result);
    size_t length = fake.sent.length;
    char *sent = (char *)(uintptr_t)iw_buf_string(&fake.sent);
    show_nul(sent, length);
    if (outcome != row->outcome || strcmp(sent, row->sent) != 0)
        fail_msg("%s: outcome %d, sent:\n%s%s", row->name, (int)outcome, sent,
                 iw_imap_failure(imap)->error.detail);
    if (outcome == IW_IMAP_OK) {
        assert_non_null(iw_imap_code(&result, "x"));
        assert_null(iw_imap_code(&result, "Y"));
    }
    iw_imap_free(imap);
    iw_buf_release(&replies);
    iw_buf_release(&fake.sent);
}

static void test_what_each_function_sends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(&rows[i]);
}

static void test_every_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool failed = true;
        for (size_t fail_at = 0; failed; fail_at++) {
            struct iw_failing_alloc failing;
            struct fake fake = {.cut = 0};
            struct iw_buf replies;
            iw_failing_alloc_init(&failing, fail_at);
            iw_buf_init(&replies, NULL, BUFFER);
            struct iw_imap *imap =
                open_fake(&fake, make_replies(&rows[i], &replies), &failing.alloc);
            enum iw_imap_outcome outcome = imap == NULL ? IW_IMAP_ABORT : rows[i].call(imap, NULL);
            failed = failing.failed;
            if (outcome != rows[i].outcome && !failed)
                fail_msg("%s: outcome %d with all memory", rows[i].name, (int)outcome);
            iw_imap_free(imap);
            assert_int_equal(failing.blocks, 0);
            iw_buf_release(&replies);
            iw_buf_release(&fake.sent);
        }
    }
}

/* ---- bodies to a sink ---- */

struct log {
    struct iw_buf text;
    unsigned stop_after; /* so many calls; 0: never */
};

static bool go_on(struct log *log)
{
    return log->stop_after == 0 || --log->stop_after > 0;
}

static bool log_begin(void *context, uint32_t number, struct iw_span section, uint64_t size)
{
    struct log *log = context;
    iw_buf_addf(&log->text, "%u %.*s %llu:", number, (int)section.length, section.data,
                (unsigned long long)size);
    return go_on(log);
}

static bool log_octets(void *context, struct iw_span octets)
{
    struct log *log = context;
    assert_true(octets.length > 0);
    iw_buf_add(&log->text, octets);
    return go_on(log);
}

static bool log_message(void *context, const struct iw_response *response)
{
    struct log *log = context;
    iw_buf_addf(&log->text, "/%zu\n", response->fetch.count);
    return go_on(log);
}

static const char bodies[] =
    SELECTED("X") "* 1 FETCH (UID 7 BODY[] {5}\r\nhello FLAGS (\\Seen))\r\n"
                  "* 2 FETCH (BODY[HEADER.FIELDS (SUBJECT \"FROM\")] {2}\r\nab BODY[TEXT]<4> "
                  "{3}\r\nc)\" UID 8)\r\n"
                  "* 3 EXISTS\r\n"
                  "* 3 FETCH (BODY[] \"quoted\" BINARY[1.2] ~{1}\r\n) RFC822.HEADER {1}\r\nh)\r\n"
                  "* 4 FETCH (BODY[] NIL)\r\n"
                  "* 5 FETCH (BODY[] \"\" BODY[1]<0> {0}\r\n)\r\n"
                  "* 6 FETCH (ENVELOPE (NIL {4}\r\nmine NIL NIL NIL NIL NIL NIL NIL NIL))\r\n"
                  "* 9 UIDFETCH (BODY[1] {1}\r\nu)\r\n"
                  "* 1 FETCH (FLAGS ())\r\n"
                  "# OK done\r\n\0";
static const char logged[] =
    "1 BODY[] 5:hello/3\n"
    "2 BODY[HEADER.FIELDS (SUBJECT \"FROM\")] 2:ab2 BODY[TEXT]<4> 3:c)\"/3\n"
    "3 BINARY[1.2] 1:)3 RFC822.HEADER 1:h3 BODY[] 6:quoted/3\n"
    "/1\n"
    "5 BODY[1]<0> 0:5 BODY[] 0:/2\n"
    "/1\n"
    "9 BODY[1] 1:u/1\n"
    "/1\n";

static void stream(size_t cut, unsigned stop_after, enum iw_imap_outcome expected,
                   const char *expected_log)
{
    struct fake fake = {.cut = cut};
    struct log log = {.stop_after = stop_after};
    struct iw_imap_result result;
    struct iw_fetch_sink sink = {log_begin, log_octets, log_message, &log};
    struct iw_imap *imap = open_fake(&fake, bodies, NULL);
    iw_buf_init(&log.text, NULL, BUFFER);
    enum iw_imap_outcome outcome =
        iw_imap_fetch_to(imap, false, "1:*", "(BODY[])", NULL, &sink, &result);
    if (outcome != expected || strcmp(iw_buf_string(&log.text), expected_log) != 0)
        fail_msg("cut %zu, stop %u: outcome %d, %s\n%s", cut, stop_after, (int)outcome,
                 iw_imap_failure(imap)->error.detail, iw_buf_string(&log.text));
    assert_int_equal(result.response_count, 1);
    assert_int_equal(result.responses[0].kind, IW_RESPONSE_EXISTS);
    iw_buf_release(&log.text);
    iw_buf_release(&fake.sent);
    iw_imap_free(imap);
}

static void test_bodies_at_every_cut(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < sizeof bodies; cut++)
        stream(cut, 0, IW_IMAP_OK, logged);
}

/* What comes then is passed over, and the connection goes on. */
static void test_a_sink_that_wants_no_more(void **state)
{
    (void)state;
    stream(0, 1, IW_IMAP_ERROR, "1 BODY[] 5:");
    stream(0, 2, IW_IMAP_ERROR, "1 BODY[] 5:hello");
    stream(0, 3, IW_IMAP_ERROR, "1 BODY[] 5:hello/3\n");
    stream(0, 4, IW_IMAP_ERROR, "1 BODY[] 5:hello/3\n2 BODY[HEADER.FIELDS (SUBJECT \"FROM\")] 2:");
}

/* Messages without end, made as they are read. */
struct flood {
    struct fake fake; /* the opening, and the last reply */
    unsigned messages, message;
    uint64_t size, given; /* octets of a body, and of the present one */
    size_t head;          /* of what stands before it */
};

static enum iw_result flood_read(void *context, char *room, size_t size, size_t *got,
                                 int timeout_ms, struct iw_error *error)
{
    struct flood *flood = context;
    struct fake *fake = &flood->fake;
    bool opening = fake->tag[0] == '\0' || iw_span_equal(iw_span_of(fake->tag), IW_SPAN("")) ||
                   strstr(iw_buf_string(&fake->sent), "FETCH") == NULL;
    if (opening || flood->message == flood->messages)
        return fake_read(fake, room, size, got, timeout_ms, error);
    if (flood->given == 0 && flood->head == 0) {
        *got = flood->head = (size_t)snprintf(room, size, "* %u FETCH (BODY[] {%llu}\r\n",
                                              ++flood->message, (unsigned long long)flood->size);
        flood->message--;
        return IW_OK;
    }
    if (flood->given < flood->size) {
        uint64_t left = flood->size - flood->given;
        *got = left < size ? (size_t)left : size;
        memset(room, 'x', *got);
        flood->given += *got;
        return IW_OK;
    }
    *got = (size_t)snprintf(room, size, " UID %u FLAGS (\\Seen))\r\n", ++flood->message);
    flood->given = flood->head = 0;
    return IW_OK;
}

static enum iw_result flood_write(void *context, struct iw_span octets, int timeout_ms,
                                  struct iw_error *error)
{
    struct flood *flood = context;
    return fake_write(&flood->fake, octets, timeout_ms, error);
}

struct total {
    uint64_t octets;
    unsigned messages;
};

static bool add_octets(void *context, struct iw_span octets)
{
    struct total *total = context;
    total->octets += octets.length;
    return true;
}

static bool add_message(void *context, const struct iw_response *response)
{
    struct total *total = context;
    total->messages++;
    return response->number == total->messages;
}

/* The most octets held at a time while so many messages of that size come. */
static size_t peak_of(unsigned messages, uint64_t size)
{
    static const struct iw_wire_calls calls = {.read = flood_read, .write = flood_write};
    struct iw_failing_alloc counting;
    struct flood flood = {.messages = messages, .size = size};
    struct total total = {0};
    struct iw_fetch_sink sink = {NULL, add_octets, add_message, &total};
    iw_failing_alloc_init(&counting, SIZE_MAX);
    struct iw_imap_options options = {.alloc = &counting.alloc};
    flood.fake.replies = SELECTED("X") "# OK done\r\n\0";
    iw_buf_init(&flood.fake.sent, NULL, BUFFER);
    struct iw_imap *imap = iw_imap_open_wire(iw_wire_custom(&calls, &flood), false, &options, NULL);
    assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_OK);
    assert_int_equal(iw_imap_fetch_to(imap, false, "1:*", "(UID FLAGS BODY[])", NULL, &sink, NULL),
                     IW_IMAP_OK);
    assert_int_equal(total.messages, messages);
    assert_int_equal(total.octets, messages * size);
    size_t peak = counting.peak;
    iw_imap_free(imap);
    assert_int_equal(counting.blocks, 0);
    iw_buf_release(&flood.fake.sent);
    return peak;
}

static void test_memory_is_constant(void **state)
{
    (void)state;
    size_t one = peak_of(1, 10);
    assert_true(one < 100 * 1000);
    assert_int_equal(peak_of(20000, 100), one);
    assert_int_equal(peak_of(3, 100 * 1000 * 1000), one);
}

/* ---- waiting ---- */

struct ears {
    struct iw_buf heard;
    unsigned enough;
};

static bool hear(void *context, const struct iw_response *response)
{
    struct ears *ears = context;
    iw_buf_addf(&ears->heard, "%s %u, ", iw_response_kind_name(response->kind), response->number);
    return ears->enough == 0 || --ears->enough > 0;
}

static void check_listen(const char *replies, struct iw_imap_listening listening, unsigned enough,
                         enum iw_imap_outcome expected, const char *heard, const char *sent)
{
    struct fake fake = {.silent = true};
    struct ears ears = {.enough = enough};
    struct iw_imap *imap = open_fake(&fake, replies, NULL);
    iw_buf_init(&ears.heard, NULL, BUFFER);
    listening.heard = hear;
    listening.context = &ears;
    enum iw_imap_outcome outcome = iw_imap_listen(imap, &listening);
    if (outcome != expected || strcmp(iw_buf_string(&ears.heard), heard) != 0 ||
        strcmp(iw_buf_string(&fake.sent), sent) != 0)
        fail_msg("outcome %d, not %d: %s\nheard %s, not %s\nsent %s", (int)outcome, (int)expected,
                 iw_imap_failure(imap)->error.detail, iw_buf_string(&ears.heard), heard,
                 iw_buf_string(&fake.sent));
    iw_imap_free(imap);
    iw_buf_release(&ears.heard);
    iw_buf_release(&fake.sent);
}

static void test_listening(void **state)
{
    (void)state;
    struct iw_imap_listening idle = {.duration_ms = -1};
    struct iw_imap_listening passive = {.duration_ms = 30, .without_idle = true};
    struct iw_imap_listening again = {.duration_ms = 60, .reissue_ms = 40};
    check_listen(SELECTED("IDLE") "+ idling\r\n* 4 EXISTS\r\n\0* 1 RECENT\r\n\0"
                                  "* 2 EXPUNGE\r\n# OK done\r\n\0",
                 idle, 2, IW_IMAP_OK, "exists 4, recent 1, ", "# IDLE\r\nDONE\r\n");
    check_listen(SELECTED("IDLE") "+ idling\r\n\0# OK done\r\n\0+ idling\r\n\0* 4 EXISTS\r\n"
                                  "# OK done\r\n\0",
                 again, 0, IW_IMAP_ABORT, "", "# IDLE\r\n");
    check_listen(SELECTED("X") "# OK done\r\n\0", idle, 1, IW_IMAP_ERROR, "", "");
    check_listen(SELECTED("IDLE") "# NO no\r\n\0", idle, 1, IW_IMAP_ERROR, "", "# IDLE\r\n");
    check_listen(SELECTED("NOTIFY") "* 4 EXISTS\r\n\0* 2 EXPUNGE\r\n\0* BYE off\r\n\0", passive, 2,
                 IW_IMAP_OK, "exists 4, expunge 2, ", "");
    check_listen(SELECTED("NOTIFY") "* 4 EXISTS\r\n\0* BYE off\r\n\0", passive, 0, IW_IMAP_ABORT,
                 "exists 4, state 0, ", "");
    check_listen(SELECTED("NOTIFY") "\0", passive, 0, IW_IMAP_OK, "", "");
}

/* A server that is silent in each IDLE and answers each DONE: IDLE is issued again and again. */
struct sleeper {
    struct fake fake;
    unsigned idles, dones;
    struct iw_imap *cancels; /* when something is sent; NULL: nothing */
};

static enum iw_result sleeper_read(void *context, char *room, size_t size, size_t *got,
                                   int timeout_ms, struct iw_error *error)
{
    struct sleeper *sleeper = context;
    const char *sent = iw_buf_string(&sleeper->fake.sent);
    if (strcmp(sent, "# IDLE\r\n") == 0 || strcmp(sent, "DONE\r\n") == 0) {
        bool done = sent[0] == 'D';
        sleeper->dones += done;
        sleeper->idles += !done;
        *got = (size_t)snprintf(room, size, done ? "%s OK x\r\n" : "+ %s\r\n", sleeper->fake.tag);
        iw_buf_clear(&sleeper->fake.sent);
        return IW_OK;
    }
    return fake_read(&sleeper->fake, room, size, got, timeout_ms, error);
}

static enum iw_result sleeper_write(void *context, struct iw_span octets, int timeout_ms,
                                    struct iw_error *error)
{
    struct sleeper *sleeper = context;
    if (sleeper->cancels != NULL)
        iw_imap_cancel(sleeper->cancels);
    return fake_write(&sleeper->fake, octets, timeout_ms, error);
}

static void test_idle_is_issued_again(void **state)
{
    (void)state;
    static const struct iw_wire_calls calls = {.read = sleeper_read, .write = sleeper_write};
    struct sleeper sleeper = {.fake = {.silent = true}};
    struct iw_imap_options options = {.timeout_ms = 0};
    sleeper.fake.replies = SELECTED("IDLE") "\0";
    iw_buf_init(&sleeper.fake.sent, NULL, BUFFER);
    struct iw_imap *imap =
        iw_imap_open_wire(iw_wire_custom(&calls, &sleeper), false, &options, NULL);
    assert_int_equal(iw_imap_select(imap, "M", false, NULL), IW_IMAP_OK);
    iw_buf_clear(&sleeper.fake.sent);
    struct iw_imap_listening listening = {.duration_ms = 100, .reissue_ms = 20};
    assert_int_equal(iw_imap_listen(imap, &listening), IW_IMAP_OK);
    assert_int_equal(sleeper.idles, 5);
    assert_int_equal(sleeper.idles, sleeper.dones);
    unsigned before = sleeper.idles;
    iw_imap_cancel(imap);
    listening.duration_ms = -1;
    assert_int_equal(iw_imap_listen(imap, &listening), IW_IMAP_OK);
    assert_int_equal(sleeper.idles, before);
    sleeper.cancels = imap; /* before "+" has come */
    assert_int_equal(iw_imap_listen(imap, &listening), IW_IMAP_OK);
    sleeper.cancels = NULL;
    assert_int_equal(sleeper.idles, before + 1);
    assert_int_equal(sleeper.dones, before + 1);
    iw_imap_cancel(imap);
    assert_int_equal(iw_imap_noop(imap, NULL), IW_IMAP_ABORT);
    assert_int_equal(iw_imap_failure(imap)->error.code, IW_CANCELLED);
    iw_imap_free(imap);
    iw_buf_release(&sleeper.fake.sent);
}

/* ---- resynchronising ---- */

/* "5/S 7/ ", with the flags that are known */
static void show_view(const struct iw_mailbox_view *view, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t number = 1; number <= iw_mailbox_view_count(view); number++) {
        const struct iw_message *message = iw_mailbox_view_at(view, number);
        length += (size_t)snprintf(text + length, size - length, "%u%s%s ", message->uid,
                                   message->flags_known ? "/" : "",
                                   (message->flags & IW_FLAG_SEEN) != 0 ? "S" : "");
    }
}

struct resync_row {
    const char *name;
    const char *replies;
    const char *sent;
    enum iw_resync_way way;
    const char *view;
    const char *enable; /* before; NULL: nothing */
};

#define LEFT "# OK left\r\n\0"
#define QR   "* ENABLED QRESYNC\r\n# OK x\r\n\0"

/* The view holds 5, 7 and 9, with flags, of UIDVALIDITY 3 and as of MODSEQ 20. */
static const struct resync_row resync_rows[] = {
    {"QRESYNC",
     SELECTED("UNSELECT ENABLE QRESYNC CONDSTORE") LEFT QR
     "* 3 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n* OK [HIGHESTMODSEQ 25] x\r\n"
     "* VANISHED (EARLIER) 1:6\r\n* 1 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (24))\r\n"
     "* 3 FETCH (UID 11 FLAGS () MODSEQ (25))\r\n# OK x\r\n\0",
     "# UNSELECT\r\n# ENABLE QRESYNC\r\n# SELECT M (QRESYNC (3 20))\r\n", IW_RESYNC_QRESYNC,
     "7/S 9/ 11/ "},
    {"QRESYNC, and the mailbox is another one",
     SELECTED("UNSELECT ENABLE QRESYNC CONDSTORE") LEFT QR
     "* 2 EXISTS\r\n* OK [UIDVALIDITY 4] x\r\n# OK x\r\n\0"
     "* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n# OK x\r\n\0",
     "# UNSELECT\r\n# ENABLE QRESYNC\r\n# SELECT M (QRESYNC (3 20))\r\n"
     "# FETCH 1:* (UID FLAGS MODSEQ)\r\n",
     IW_RESYNC_FULL, "1/ 2/S "},
    {"QRESYNC, and the mailbox has no mod-sequences",
     SELECTED("UNSELECT ENABLE QRESYNC CONDSTORE") LEFT QR
     "* 3 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n* OK [NOMODSEQ] x\r\n# OK x\r\n\0"
     "* 1 FETCH (UID 5 FLAGS ())\r\n* 2 FETCH (UID 7 FLAGS ())\r\n"
     "* 3 FETCH (UID 9 FLAGS (\\Seen))\r\n# OK x\r\n\0",
     "# UNSELECT\r\n# ENABLE QRESYNC\r\n# SELECT M (QRESYNC (3 20))\r\n"
     "# FETCH 1:* (UID FLAGS)\r\n",
     IW_RESYNC_FULL, "5/ 7/ 9/S "},
    {"CONDSTORE",
     SELECTED("CONDSTORE") "* 3 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n* OK [HIGHESTMODSEQ 25] x\r\n# "
                           "OK x\r\n\0"
                           "* 3 FETCH (UID 11 FLAGS (\\Seen) MODSEQ (25))\r\n# OK x\r\n\0"
                           "* SEARCH 11 5 9\r\n# OK x\r\n\0",
     "# SELECT M (CONDSTORE)\r\n# UID FETCH 1:* (FLAGS) (CHANGEDSINCE 20)\r\n# UID SEARCH ALL\r\n",
     IW_RESYNC_CONDSTORE, "5/ 9/ 11/S "},
    {"CONDSTORE, all are gone",
     SELECTED("CONDSTORE") "* 0 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n* OK [HIGHESTMODSEQ 25] x\r\n# "
                           "OK x\r\n\0",
     "# SELECT M (CONDSTORE)\r\n", IW_RESYNC_FULL, ""},
    {"UIDONLY",
     SELECTED("UNSELECT ENABLE UIDONLY") LEFT
     "* ENABLED UIDONLY\r\n# OK x\r\n\0"
     "* 2 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n# OK x\r\n\0"
     "* 7 UIDFETCH (FLAGS ())\r\n* 9 UIDFETCH (FLAGS (\\Seen))\r\n# OK x\r\n\0",
     "# UNSELECT\r\n# ENABLE UIDONLY\r\n# SELECT M\r\n# UID FETCH 1:* (UID FLAGS)\r\n",
     IW_RESYNC_FULL, "7/ 9/S ", "UIDONLY"},
    {"UIDONLY, an empty mailbox, then a message",
     SELECTED("UNSELECT ENABLE UIDONLY") LEFT
     "* ENABLED UIDONLY\r\n# OK x\r\n\0"
     "* 0 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n# OK x\r\n* 1 EXISTS\r\n"
     "* 4 UIDFETCH (FLAGS ())\r\n\0",
     "# UNSELECT\r\n# ENABLE UIDONLY\r\n# SELECT M\r\n", IW_RESYNC_FULL, "4/ ", "UIDONLY"},
    {"neither",
     SELECTED("X") "* 2 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n# OK x\r\n\0"
                   "* 1 FETCH (UID 7 FLAGS ())\r\n* 2 FETCH (UID 9 FLAGS ())\r\n# OK x\r\n\0",
     "# SELECT M\r\n# FETCH 1:* (UID FLAGS)\r\n", IW_RESYNC_FULL, "7/ 9/ "},
};

static void test_resynchronising(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof resync_rows / sizeof *resync_rows; i++) {
        const struct resync_row *row = &resync_rows[i];
        struct fake fake = {.cut = 0};
        struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
        struct iw_mailbox_facts facts = {.uidvalidity = 3, .highest_modseq = 20};
        struct iw_imap *imap = open_fake(&fake, row->replies, NULL);
        enum iw_resync_way way = IW_RESYNC_FULL;
        char shown[200];
        iw_mailbox_view_loosen(view);
        iw_mailbox_view_set_facts(view, &facts);
        for (uint32_t uid = 5; uid <= 9; uid += 2)
            assert_true(
                iw_mailbox_view_add(view, &(struct iw_message){.uid = uid, .flags_known = true}));
        if (row->enable != NULL)
            assert_int_equal(iw_imap_unselect(imap, NULL), IW_IMAP_OK);
        if (row->enable != NULL)
            assert_int_equal(iw_imap_enable(imap, row->enable, NULL), IW_IMAP_OK);
        enum iw_imap_outcome outcome = iw_imap_resync(imap, "M", false, view, &way);
        show_view(view, shown, sizeof shown);
        if (outcome != IW_IMAP_OK || way != row->way || strcmp(shown, row->view) != 0 ||
            strcmp(iw_buf_string(&fake.sent), row->sent) != 0)
            fail_msg("%s: outcome %d %s, way %d, view %s, sent:\n%s", row->name, (int)outcome,
                     iw_imap_failure(imap)->error.detail, (int)way, shown,
                     iw_buf_string(&fake.sent));
        iw_imap_free(imap);
        iw_mailbox_view_free(view);
        iw_buf_release(&fake.sent);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_each_function_sends),
        cmocka_unit_test(test_initial_responses),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_bodies_at_every_cut),
        cmocka_unit_test(test_a_sink_that_wants_no_more),
        cmocka_unit_test(test_memory_is_constant),
        cmocka_unit_test(test_listening),
        cmocka_unit_test(test_idle_is_issued_again),
        cmocka_unit_test(test_resynchronising),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
