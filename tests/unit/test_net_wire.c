/* SPDX-License-Identifier: MIT */
/* Wires against peers that need no thread: a listening socket's backlog, a forked server, a shell.
 */
#include "net/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 5000, SHORT_MS = 30, LARGE = 32 * 1024 * 1024 };

/* ---- helpers ---- */

static int listen_on_loopback(int backlog, unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, backlog), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Reads until so many octets are there or the stream ends. */
static enum iw_result read_exactly(struct iw_wire *wire, char *room, size_t size)
{
    for (size_t have = 0; have < size;) {
        size_t got = 0;
        enum iw_result result =
            iw_wire_read(wire, room + have, size - have, &got, PATIENCE_MS, NULL);
        if (result != IW_OK)
            return result;
        have += got;
    }
    return IW_OK;
}

static void assert_reads(struct iw_wire *wire, const char *expected)
{
    char room[200];
    size_t length = strlen(expected);
    assert_int_equal(read_exactly(wire, room, length), IW_OK);
    assert_memory_equal(room, expected, length);
}

static enum iw_result read_some(struct iw_wire *wire, int timeout_ms, struct iw_error *error)
{
    char room[100];
    size_t got = 0;
    return iw_wire_read(wire, room, sizeof room, &got, timeout_ms, error);
}

static void assert_exits_well(pid_t child)
{
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* ---- TCP ---- */

static void test_tcp_carries_both_ways_and_ends_with_fin(void **state)
{
    (void)state;
    unsigned port;
    int listener = listen_on_loopback(5, &port);
    struct iw_error error = {0};
    struct iw_wire *wire = iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, &error);
    assert_non_null(wire);
    assert_true(iw_wire_fd(wire) >= 0);
    int peer = accept(listener, NULL, NULL);
    assert_int_equal(send(peer, "* OK ready\r\n", 12, 0), 12);
    assert_reads(wire, "* OK ready\r\n");
    assert_int_equal(iw_wire_write(wire, IW_SPAN("a NOOP\r\n"), PATIENCE_MS, &error), IW_OK);
    char room[20];
    assert_int_equal(recv(peer, room, sizeof room, 0), 8);
    assert_memory_equal(room, "a NOOP\r\n", 8);
    /* Unread octets do not turn the end into a reset. */
    assert_int_equal(send(peer, "* BYE\r\n", 7, 0), 7);
    iw_wire_close(wire);
    assert_int_equal(recv(peer, room, sizeof room, 0), 0);
    close(peer);
    close(listener);
}

static void test_the_end_of_a_connection_is_told(void **state)
{
    (void)state;
    unsigned port;
    int listener = listen_on_loopback(5, &port);
    for (int reset = 0; reset <= 1; reset++) {
        struct iw_wire *wire = iw_wire_tcp("localhost", port, PATIENCE_MS, NULL);
        int peer = accept(listener, NULL, NULL);
        struct linger at_once = {.l_onoff = reset};
        setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(peer);
        struct iw_error error = {0};
        assert_int_equal(read_some(wire, PATIENCE_MS, &error), IW_CLOSED);
        assert_string_equal(error.detail,
                            reset ? "reset by the other end" : "closed by the other end");
        iw_wire_close(wire);
    }
    close(listener);
}

static void test_every_wait_has_an_end(void **state)
{
    (void)state;
    unsigned port;
    int listener = listen_on_loopback(5, &port);
    struct iw_wire *wire = iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, NULL);
    uint64_t begin = iw_clock_ms();
    assert_int_equal(read_some(wire, SHORT_MS, NULL), IW_TIMEOUT);
    assert_in_range(iw_clock_ms() - begin, SHORT_MS - 1, PATIENCE_MS);
    assert_int_equal(read_some(wire, 0, NULL), IW_TIMEOUT);
    char *large = calloc(1, LARGE);
    struct iw_error error = {0};
    assert_int_equal(iw_wire_write(wire, iw_span(large, LARGE), SHORT_MS, &error), IW_TIMEOUT);
    assert_int_equal(error.code, IW_TIMEOUT);
    free(large);
    iw_wire_close(wire);
    close(listener);
}

static void test_connecting_fails_with_the_reason(void **state)
{
    (void)state;
    unsigned port;
    int listener = listen_on_loopback(0, &port);
    close(listener);
    struct iw_error error = {0};
    assert_null(iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, &error));
    assert_int_equal(error.code, IW_SYSTEM);
    assert_non_null(strstr(error.detail, "Connection refused"));
    error = (struct iw_error){0};
    assert_null(iw_wire_tcp("127.0.0.1", 65536, PATIENCE_MS, &error));
    assert_int_equal(error.code, IW_SYSTEM);
}

/* A listener whose queue is full drops what would connect. */
static void test_connecting_to_silence_times_out(void **state)
{
    (void)state;
    unsigned port;
    int listener = listen_on_loopback(0, &port);
    struct iw_wire *first = iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, NULL);
    assert_non_null(first);
    struct iw_error error = {0};
    assert_null(iw_wire_tcp("127.0.0.1", port, SHORT_MS, &error));
    assert_int_equal(error.code, IW_TIMEOUT);
    iw_wire_close(first);
    close(listener);
}

/* ---- TLS ---- */

/* What the forked server does: greets in clear, then in TLS echoes one message and ends; how tells
 * whether with close_notify. Gives an exit status. */
static int serve_tls(struct iw_tls_context *context, int peer, bool notify)
{
    struct iw_tls *tls = iw_tls_new(context, NULL);
    struct iw_buf plain, cipher;
    iw_buf_init(&plain, NULL, 1 << 16);
    iw_buf_init(&cipher, NULL, 1 << 16);
    ssize_t done = send(peer, "* OK\r\n", 6, MSG_NOSIGNAL);
    while (done > 0 && plain.length < 4) {
        char chunk[4096];
        done = recv(peer, chunk, sizeof chunk, 0);
        if (done <= 0 ||
            iw_tls_receive(tls, iw_span(chunk, (size_t)done), &plain, &cipher, NULL) != IW_OK)
            return 1;
        if (plain.length >= 4)
            iw_tls_send(tls, iw_buf_span(&plain), &cipher, NULL);
        if (cipher.length > 0)
            done = send(peer, cipher.data + cipher.begin, cipher.length, MSG_NOSIGNAL);
        iw_buf_clear(&cipher);
    }
    if (notify) {
        iw_tls_finish(tls, &cipher);
        done = send(peer, cipher.data + cipher.begin, cipher.length, MSG_NOSIGNAL);
    }
    iw_buf_release(&plain);
    iw_buf_release(&cipher);
    iw_tls_free(tls);
    return done > 0 ? 0 : 1;
}

static pid_t fork_tls_server(struct iw_tls_context *context, int listener, bool notify)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    struct pollfd poller = {.fd = listener, .events = POLLIN};
    int status = 1;
    if (poll(&poller, 1, PATIENCE_MS) == 1) {
        int peer = accept(listener, NULL, NULL);
        status = serve_tls(context, peer, notify);
        close(peer);
    }
    _exit(status);
}

static void write_file(const char *path, struct iw_span content)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content.data, 1, content.length, file), content.length);
    assert_int_equal(fclose(file), 0);
}

static void test_start_tls_secures_an_open_stream(void **state)
{
    (void)state;
    struct iw_tls_context *serving = iw_tls_server_new(NULL);
    char ca_file[] = "/tmp/iw-test-wire-XXXXXX";
    close(mkstemp(ca_file));
    write_file(ca_file, iw_tls_server_ca(serving));
    struct iw_tls_context *trusting = iw_tls_client_new(ca_file, NULL);
    for (int notify = 0; notify <= 1; notify++) {
        unsigned port;
        int listener = listen_on_loopback(5, &port);
        pid_t server = fork_tls_server(serving, listener, notify);
        struct iw_wire *wire = iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, NULL);
        assert_reads(wire, "* OK\r\n");
        struct iw_error error = {0};
        assert_int_equal(iw_wire_start_tls(wire, trusting, "localhost", PATIENCE_MS, &error),
                         IW_OK);
        assert_int_equal(iw_wire_start_tls(wire, trusting, "localhost", PATIENCE_MS, NULL),
                         IW_SYSTEM);
        assert_int_equal(iw_wire_write(wire, IW_SPAN("echo"), PATIENCE_MS, &error), IW_OK);
        assert_reads(wire, "ec"); /* one record, read in two */
        assert_reads(wire, "ho");
        assert_int_equal(read_some(wire, PATIENCE_MS, &error), IW_CLOSED);
        assert_string_equal(error.detail, notify ? "closed by the other end"
                                                 : "closed by the other end, without close_notify");
        iw_wire_close(wire);
        close(listener);
        assert_exits_well(server);
    }
    iw_tls_context_free(trusting);
    iw_tls_context_free(serving);
    unlink(ca_file);
}

static void test_start_tls_with_a_silent_or_strange_server_fails(void **state)
{
    (void)state;
    struct iw_tls_context *trusting = iw_tls_client_new(NULL, NULL);
    unsigned port;
    int listener = listen_on_loopback(5, &port);
    for (int strange = 0; strange <= 1; strange++) {
        struct iw_wire *wire = iw_wire_tcp("127.0.0.1", port, PATIENCE_MS, NULL);
        int peer = accept(listener, NULL, NULL);
        if (strange)
            assert_int_equal(send(peer, "* OK injected in clear\r\n", 24, 0), 24);
        struct iw_error error = {0};
        assert_int_equal(iw_wire_start_tls(wire, trusting, "localhost", SHORT_MS, &error),
                         strange ? IW_SYSTEM : IW_TIMEOUT);
        assert_true(error.detail[0] != '\0');
        iw_wire_close(wire);
        close(peer);
    }
    close(listener);
    iw_tls_context_free(trusting);
}

/* ---- child processes ---- */

static void test_a_child_talks_over_stdin_and_stdout(void **state)
{
    (void)state;
    struct iw_wire *wire =
        iw_wire_child("printf '* PREAUTH\\r\\n'; read line; echo \"got $line\"", NULL);
    assert_non_null(wire);
    assert_reads(wire, "* PREAUTH\r\n");
    assert_int_equal(iw_wire_write(wire, IW_SPAN("a NOOP\n"), PATIENCE_MS, NULL), IW_OK);
    assert_reads(wire, "got a NOOP\n");
    assert_int_equal(read_some(wire, PATIENCE_MS, NULL), IW_CLOSED);
    iw_wire_close(wire);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it was waited for */
}

/* Without SIGPIPE, which would end this test too. */
static void test_writing_to_a_child_that_is_gone_is_closed(void **state)
{
    (void)state;
    struct iw_wire *wire = iw_wire_child("exit 3", NULL);
    assert_int_equal(read_some(wire, PATIENCE_MS, NULL), IW_CLOSED);
    assert_int_equal(iw_wire_write(wire, IW_SPAN("a NOOP\r\n"), PATIENCE_MS, NULL), IW_CLOSED);
    iw_wire_close(wire);
}

/* The socket to a child is a blocking one for the child, but not for us. */
static void test_a_child_that_does_not_read_times_out(void **state)
{
    (void)state;
    struct iw_wire *wire = iw_wire_child("exec sleep 0.3", NULL);
    char *large = calloc(1, LARGE);
    assert_int_equal(iw_wire_write(wire, iw_span(large, LARGE), SHORT_MS, NULL), IW_TIMEOUT);
    free(large);
    iw_wire_close(wire);
}

static void test_a_child_that_stays_is_killed(void **state)
{
    (void)state;
    uint64_t begin = iw_clock_ms();
    struct iw_wire *wire = iw_wire_child("echo $$; exec sleep 20", NULL);
    char room[20] = "";
    for (size_t have = 0; strchr(room, '\n') == NULL; have++)
        assert_int_equal(read_exactly(wire, room + have, 1), IW_OK);
    iw_wire_close(wire);
    assert_int_equal(kill((pid_t)strtol(room, NULL, 10), 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_true(iw_clock_ms() - begin < PATIENCE_MS);
}

/* ---- custom and memory ---- */

struct custom {
    int closed;
    const char *secured; /* the host of start_tls */
};

static enum iw_result custom_start_tls(void *context, struct iw_tls_context *tls, const char *host,
                                       int timeout_ms, struct iw_error *error)
{
    (void)tls, (void)timeout_ms, (void)error;
    ((struct custom *)context)->secured = host;
    return IW_OK;
}

static void custom_close(void *context)
{
    ((struct custom *)context)->closed++;
}

static void test_a_custom_stream_uses_its_own_calls(void **state)
{
    (void)state;
    static const struct iw_wire_calls calls = {.start_tls = custom_start_tls,
                                               .close = custom_close};
    struct custom custom = {0};
    struct iw_wire *wire = iw_wire_custom(&calls, &custom);
    assert_int_equal(iw_wire_fd(wire), -1);
    assert_int_equal(iw_wire_start_tls(wire, NULL, "imap.example.org", 0, NULL), IW_OK);
    assert_string_equal(custom.secured, "imap.example.org");
    iw_wire_close(wire);
    assert_int_equal(custom.closed, 1);
}

static void test_memory_plays_a_script(void **state)
{
    (void)state;
    struct iw_buf sent;
    iw_buf_init(&sent, NULL, 8);
    struct iw_wire *wire = iw_wire_memory(IW_SPAN("* OK\r\n"), &sent);
    assert_reads(wire, "* O");
    assert_reads(wire, "K\r\n");
    assert_int_equal(read_some(wire, 0, NULL), IW_CLOSED);
    assert_int_equal(iw_wire_write(wire, IW_SPAN("a N"), 0, NULL), IW_OK);
    assert_int_equal(iw_wire_write(wire, IW_SPAN("OOP\r\n"), 0, NULL), IW_OK);
    assert_true(iw_span_equal(iw_buf_span(&sent), IW_SPAN("a NOOP\r\n")));
    assert_int_equal(iw_wire_write(wire, IW_SPAN("x"), 0, NULL), IW_LIMIT);
    assert_int_equal(iw_wire_start_tls(wire, NULL, "localhost", 0, NULL), IW_SYSTEM);
    iw_wire_close(wire);
    iw_buf_release(&sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp_carries_both_ways_and_ends_with_fin),
        cmocka_unit_test(test_the_end_of_a_connection_is_told),
        cmocka_unit_test(test_every_wait_has_an_end),
        cmocka_unit_test(test_connecting_fails_with_the_reason),
        cmocka_unit_test(test_connecting_to_silence_times_out),
        cmocka_unit_test(test_start_tls_secures_an_open_stream),
        cmocka_unit_test(test_start_tls_with_a_silent_or_strange_server_fails),
        cmocka_unit_test(test_a_child_talks_over_stdin_and_stdout),
        cmocka_unit_test(test_writing_to_a_child_that_is_gone_is_closed),
        cmocka_unit_test(test_a_child_that_does_not_read_times_out),
        cmocka_unit_test(test_a_child_that_stays_is_killed),
        cmocka_unit_test(test_a_custom_stream_uses_its_own_calls),
        cmocka_unit_test(test_memory_plays_a_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
