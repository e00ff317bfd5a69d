/* SPDX-License-Identifier: MIT */
/* The mock server in a thread of a test program, which talks to it with sockets that block. */
#include "mockserver/mock_server.h"

#include "net/wire.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 10000, THREADS = 8, ROUNDS = 10, STOPS = 2 };

static const char says[] = "{\"title\": \"NOOP says 7\", \"start\": \"dialogue\", \"dialogue\": "
                           "[\"S: * OK hi\", \"C: NOOP\", \"S: * 7 EXISTS\", \"S: OK\"]}";

static struct iw_mock_server *begin(void)
{
    struct iw_error error = {0};
    struct iw_mock_server *server = iw_mock_server_start(&error);
    if (server == NULL)
        fail_msg("%s", error.detail);
    return server;
}

static unsigned load(struct iw_mock_server *server, const char *json)
{
    struct iw_error error = {0};
    unsigned number = iw_mock_server_load_text(server, json, NULL, 0, &error);
    if (number == 0)
        fail_msg("%s", error.detail);
    return number;
}

/* A client: sends all of it, and reads until the other end closes or all of the answer is there.
 * False: the answer is another. Called from many threads: it asserts nothing. */
static bool talk(unsigned port, const char *said, const char *answer)
{
    char room[1000] = "";
    size_t length = 0, got;
    struct iw_wire *wire = iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, NULL);
    bool good = wire != NULL && iw_wire_write(wire, iw_span_of(said), PATIENCE_MS, NULL) == IW_OK;
    while (good && length < strlen(answer) && length + 1 < sizeof room &&
           iw_wire_read(wire, room + length, sizeof room - 1 - length, &got, PATIENCE_MS, NULL) ==
               IW_OK)
        length += got;
    room[length] = '\0';
    if (wire != NULL)
        iw_wire_close(wire);
    if (strcmp(room, answer) != 0)
        print_error("\"%s\" instead of \"%s\"\n", room, answer);
    return good && strcmp(room, answer) == 0;
}

static bool noop(struct iw_mock_server *server, unsigned number)
{
    return talk(iw_mock_server_port(server, number), "a NOOP\r\n",
                "* OK hi\r\n* 7 EXISTS\r\na OK done\r\n");
}

/* ---- one scenario's life ---- */

static void test_verdicts(void **state)
{
    (void)state;
    char report[500] = "";
    struct iw_mock_server *server = begin();
    unsigned number = load(server, says);
    assert_int_equal(number, 1);
    assert_true(iw_mock_server_tls_port(server, number) > 0);
    assert_int_equal(access(iw_mock_server_ca_file(server), R_OK), 0);

    assert_false(iw_mock_server_verify(server, number, 1, report, sizeof report));
    assert_non_null(strstr(report, "no client has connected"));
    assert_true(noop(server, number));
    assert_true(iw_mock_server_verify(server, number, PATIENCE_MS, report, sizeof report));
    assert_string_equal(report, "pass  inline: NOOP says 7\n");

    struct iw_error error = {0};
    assert_true(iw_mock_server_reset(server, number, &error));
    assert_false(iw_mock_server_verify(server, number, 1, NULL, 0));
    assert_false(talk(iw_mock_server_port(server, number), "a CHECK\r\n", "* OK hi\r\na OK\r\n"));
    assert_false(iw_mock_server_verify(server, number, PATIENCE_MS, report, sizeof report));
    assert_non_null(strstr(report, "deviation  inline"));
    assert_false(iw_mock_server_verify(server, number, 0, report, 5));
    assert_string_equal(report, "devi");

    unsigned port = iw_mock_server_port(server, number);
    iw_mock_server_drop(server, number);
    assert_null(iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, NULL));
    iw_mock_server_stop(server);
}

/* ---- what cannot be ---- */

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *json, *why;
        size_t variant;
    } rows[] = {
        {"{\"title\": 1}", "inline:1:11: ", 0},
        {"{", "inline:1:", 0},
        {"", "inline:1:", 0},
        {says, "variant 1: the scenario has 1", 1},
    };
    char report[200];
    struct iw_mock_server *server = begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_error error = {0};
        assert_int_equal(
            iw_mock_server_load_text(server, rows[i].json, NULL, rows[i].variant, &error), 0);
        if (strstr(error.detail, rows[i].why) == NULL)
            fail_msg("row %zu: %s", i, error.detail);
    }
    struct iw_error error = {0};
    assert_int_equal(iw_mock_server_load(server, "/nonexistent.json", 0, &error), 0);
    assert_non_null(strstr(error.detail, "/nonexistent.json"));
    for (unsigned number = 0; number < 10; number += 9) {
        struct iw_error missing = {0};
        assert_int_equal(iw_mock_server_port(server, number), 0);
        assert_int_equal(iw_mock_server_tls_port(server, number), 0);
        assert_false(iw_mock_server_reset(server, number, &missing));
        assert_non_null(strstr(missing.detail, "no scenario"));
        assert_false(iw_mock_server_verify(server, number, 0, report, sizeof report));
        assert_non_null(strstr(report, "no scenario"));
        iw_mock_server_drop(server, number);
    }
    iw_mock_server_stop(server);
    iw_mock_server_stop(NULL);
}

/* ---- what is there, what is said, what others do ---- */

/* A client that stays, and what it reads, up to a text. False: that did not come. */
static struct iw_wire *visit(struct iw_mock_server *server, unsigned number, const char *said)
{
    struct iw_wire *wire =
        iw_wire_tcp("127.0.0.1", iw_mock_server_port(server, number), PATIENCE_MS, NULL);
    assert_non_null(wire);
    assert_int_equal(iw_wire_write(wire, iw_span_of(said), PATIENCE_MS, NULL), IW_OK);
    return wire;
}

static bool hears(struct iw_wire *wire, const char *wanted)
{
    char room[4000] = "";
    size_t length = 0, got;
    while (strstr(room, wanted) == NULL && length + 1 < sizeof room &&
           iw_wire_read(wire, room + length, sizeof room - 1 - length, &got, PATIENCE_MS, NULL) ==
               IW_OK) {
        length += got;
        room[length] = '\0';
    }
    return strstr(room, wanted) != NULL;
}

static void test_commands(void **state)
{
    (void)state;
    static const struct {
        unsigned conn;
        const char *text;
    } rows[] = {
        {1, "a LOGIN {4+}\r\nuser secret"},
        {1, "b NOOP"},
        {2, "x BOGUS ("},
    };
    struct iw_mock_server *server = begin();
    unsigned number = iw_mock_server_load_plain(server, NULL);
    struct iw_mock_server_commands *said = iw_mock_server_commands(server, number, 1, 1);
    assert_int_equal(said->count, 0);
    iw_mock_server_commands_free(said);
    struct iw_wire *first = visit(server, number, "a LOGIN {4+}\r\nuser secret\r\nb NOOP\r\n");
    assert_true(hears(first, "b OK"));
    struct iw_wire *second = visit(server, number, "x BOGUS (\r\n");
    said = iw_mock_server_commands(server, number, 3, PATIENCE_MS);
    assert_int_equal(said->count, 3);
    assert_int_equal(said->lost, 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(said->items[i].conn, rows[i].conn);
        assert_string_equal(said->items[i].text, rows[i].text);
        assert_int_equal(said->items[i].length, strlen(rows[i].text));
    }
    iw_wire_close(first);
    iw_wire_close(second);
    iw_mock_server_drop(server, number);
    assert_string_equal(said->items[1].text, "b NOOP"); /* it is the caller's */
    iw_mock_server_commands_free(said);
    assert_null(iw_mock_server_commands(server, number, 0, 0));
    iw_mock_server_commands_free(NULL);
    iw_mock_server_stop(server);
}

static void test_mailboxes(void **state)
{
    (void)state;
    static const char scenario[] =
        "{\"title\": \"mail\", \"given\": {\"users\": {\"ann\": \"x\", \"bob\": \"y\"}, "
        "\"mailboxes\": {\"INBOX\": [], \"Work/Ünder\": [{\"lines\": [\"Subject: s\", \"\"], "
        "\"flags\": [\"\\\\Seen\", \"later\"]}]}}, "
        "\"rules\": [{\"on\": \"C: CHECK\", \"play\": []}]}";
    struct iw_error error = {0};
    struct iw_mock_server *server = begin();
    unsigned number = load(server, scenario);
    const struct iw_mock_server_delivery mail = {
        .user = "bob", .octets = "a\0b", .length = 3, .flags = "\\Deleted"};
    assert_int_equal(iw_mock_server_deliver(server, number, &mail, &error), 1);

    struct iw_mock_server_mailboxes *all = iw_mock_server_mailboxes(server, number, NULL);
    assert_int_equal(all->count, 3);
    const struct iw_mock_server_mailbox *work = iw_mock_server_mailbox(all, "Work/Ünder");
    assert_int_equal(work->count, 1);
    assert_int_equal(work->uidnext, 2);
    assert_true(work->uidvalidity > 0);
    assert_int_equal(work->messages[0].uid, 1);
    assert_string_equal(work->messages[0].flags, "\\Seen later");
    assert_string_equal(work->messages[0].octets, "Subject: s\r\n\r\n");
    assert_int_equal(iw_mock_server_mailbox(all, "INBOX")->count, 0);
    assert_null(iw_mock_server_mailbox(all, "inbox"));
    iw_mock_server_mailboxes_free(all);

    all = iw_mock_server_mailboxes(server, number, "bob");
    const struct iw_mock_server_message *message =
        &iw_mock_server_mailbox(all, "INBOX")->messages[0];
    assert_string_equal(message->flags, "\\Deleted");
    assert_int_equal(message->length, 3);
    assert_memory_equal(message->octets, "a\0b", 4);
    iw_mock_server_mailboxes_free(all);

    assert_null(iw_mock_server_mailboxes(server, number, "carol"));
    assert_null(iw_mock_server_mailboxes(server, number + 1, NULL));
    iw_mock_server_mailboxes_free(NULL);
    iw_mock_server_stop(server);
}

static void test_deliveries(void **state)
{
    (void)state;
    static const struct {
        unsigned number;
        struct iw_mock_server_delivery mail;
        const char *why;
    } rows[] = {
        {7, {.octets = "x"}, "no scenario 7"},
        {1, {.octets = "x", .user = "carol"}, "no mailbox \"INBOX\""},
        {1, {.octets = "x", .mailbox = "None"}, "no mailbox \"None\""},
    };
    struct iw_mock_server *server = begin();
    unsigned number = iw_mock_server_load_plain(server, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_error error = {0};
        assert_int_equal(iw_mock_server_deliver(server, rows[i].number, &rows[i].mail, &error), 0);
        assert_non_null(strstr(error.detail, rows[i].why));
    }
    struct iw_wire *wire = visit(server, number, "a LOGIN user secret\r\nb SELECT INBOX\r\n");
    assert_true(hears(wire, "b OK"));
    assert_int_equal(iw_wire_write(wire, IW_SPAN("c IDLE\r\n"), PATIENCE_MS, NULL), IW_OK);
    assert_true(hears(wire, "+ "));
    const struct iw_mock_server_delivery mail = {.octets = "Subject: x\r\n\r\n",
                                                 .mailbox = "inbox"};
    assert_int_equal(iw_mock_server_deliver(server, number, &mail, NULL), 2);
    assert_true(hears(wire, "* 2 EXISTS")); /* at once: it idles */
    iw_wire_close(wire);
    iw_mock_server_stop(server);
}

static void test_hanging_up(void **state)
{
    (void)state;
    static const bool resets[] = {false, true};
    char octet;
    size_t got;
    for (size_t i = 0; i < sizeof resets / sizeof *resets; i++) {
        struct iw_wire *wires[3];
        struct iw_mock_server *server = begin();
        unsigned number = iw_mock_server_load_plain(server, NULL);
        for (size_t k = 0; k < 3; k++) {
            wires[k] = visit(server, number, "a NOOP\r\n");
            assert_true(hears(wires[k], "a OK"));
        }
        assert_int_equal(iw_mock_server_hang_up(server, number, 2, resets[i]), 1);
        assert_int_equal(iw_mock_server_hang_up(server, number, 2, resets[i]), 0);
        struct iw_error error = {0};
        assert_int_equal(iw_wire_read(wires[1], &octet, 1, &got, PATIENCE_MS, &error), IW_CLOSED);
        assert_int_equal(strstr(error.detail, "reset") != NULL, resets[i]);
        assert_int_equal(iw_wire_write(wires[0], IW_SPAN("b NOOP\r\n"), PATIENCE_MS, NULL), IW_OK);
        assert_true(hears(wires[0], "b OK"));
        assert_int_equal(iw_mock_server_hang_up(server, number, 0, resets[i]), 2);
        assert_true(iw_mock_server_verify(server, number, 0, NULL, 0));
        for (size_t k = 0; k < 3; k++)
            iw_wire_close(wires[k]);
        assert_int_equal(iw_mock_server_hang_up(server, number + 1, 0, resets[i]), 0);
        iw_mock_server_stop(server);
    }
    struct iw_mock_server *server = begin(); /* a dialogue sees its client gone */
    unsigned number = load(server, says);
    struct iw_wire *wire = visit(server, number, "");
    assert_true(hears(wire, "* OK hi"));
    assert_int_equal(iw_mock_server_hang_up(server, number, 1, false), 1);
    assert_false(iw_mock_server_verify(server, number, PATIENCE_MS, NULL, 0));
    iw_wire_close(wire);
    iw_mock_server_stop(server);
}

/* ---- many at once ---- */

struct user {
    struct iw_mock_server *server;
    bool good;
};

/* Loads, talks and judges, as one test of many would. */
static void *use(void *context)
{
    struct user *user = context;
    user->good = true;
    for (int round = 0; round < ROUNDS && user->good; round++) {
        unsigned number = iw_mock_server_load_text(user->server, says, NULL, 0, NULL);
        user->good = number > 0 && noop(user->server, number) &&
                     iw_mock_server_verify(user->server, number, PATIENCE_MS, NULL, 0);
        iw_mock_server_drop(user->server, number);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    struct user users[THREADS];
    struct iw_mock_server *server = begin();
    for (size_t i = 0; i < THREADS; i++) {
        users[i].server = server;
        assert_int_equal(pthread_create(&threads[i], NULL, use, &users[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(users[i].good);
    }
    iw_mock_server_stop(server);
}

/* A client that is still there, and servers beside each other. */
static void test_stop(void **state)
{
    (void)state;
    for (int round = 0; round < STOPS; round++) {
        char octet;
        size_t got;
        struct iw_error error = {0};
        struct iw_mock_server *server = begin();
        struct iw_mock_server *other = begin();
        unsigned number = iw_mock_server_load_plain(server, &error);
        struct iw_wire *wire =
            iw_wire_tcp("127.0.0.1", iw_mock_server_port(server, number), PATIENCE_MS, &error);
        assert_non_null(wire);
        assert_int_equal(iw_wire_read(wire, &octet, 1, &got, PATIENCE_MS, &error), IW_OK);
        iw_mock_server_stop(server);
        assert_true(noop(other, load(other, says)));
        iw_wire_close(wire);
        iw_mock_server_stop(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),   cmocka_unit_test(test_errors),
        cmocka_unit_test(test_commands),   cmocka_unit_test(test_mailboxes),
        cmocka_unit_test(test_deliveries), cmocka_unit_test(test_hanging_up),
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
