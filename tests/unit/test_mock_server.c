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
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
