/* SPDX-License-Identifier: MIT */
/* Both ends of real connections over loopback in one loop, in clear and in TLS. What an end saw is
 * a word: o opened, s secured, r received (once, however many pieces), then F, R or E for how it
 * ended. */
#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_MS = 5000, LARGE = 3 * 1000 * 1000, COPIES = 8 };

struct scene;

struct end {
    struct scene *scene;
    struct iw_conn *conn; /* NULL when it has ended or is closed */
    char word[16];
    struct iw_buf received;
    struct iw_error error;
    size_t drained;
    /* What this end does; NULL: nothing. */
    void (*opened)(struct end *end);
    void (*secured)(struct end *end);
    void (*got)(struct end *end);
    void (*ended)(struct end *end);
};

struct scene {
    struct iw_loop *loop;
    struct iw_listener *listener;
    struct iw_timer *guard, *later;
    struct iw_tls_context *serving, *trusting;
    struct end server, client;
    size_t queued, counted;
};

static struct iw_tls_context *serving, *trusting;
static char large[LARGE];

/* ---- what ends see ---- */

static void note(struct end *end, char what)
{
    size_t length = strlen(end->word);
    assert_true(length + 1 < sizeof end->word);
    if (length == 0 || end->word[length - 1] != what)
        end->word[length] = what;
}

static void on_opened(void *context, struct iw_conn *conn)
{
    struct end *end = context;
    assert_ptr_equal(end->conn, conn);
    note(end, 'o');
    if (end->opened != NULL)
        end->opened(end);
}

static void on_secured(void *context, struct iw_conn *conn)
{
    struct end *end = context;
    assert_ptr_equal(end->conn, conn);
    note(end, 's');
    if (end->secured != NULL)
        end->secured(end);
}

static void on_received(void *context, struct iw_conn *conn, struct iw_span octets)
{
    struct end *end = context;
    assert_ptr_equal(end->conn, conn);
    assert_true(octets.length > 0);
    note(end, 'r');
    iw_buf_add(&end->received, octets);
    if (end->got != NULL)
        end->got(end);
}

static void on_ended(void *context, struct iw_conn *conn, enum iw_conn_end how,
                     const struct iw_error *error)
{
    static const char letters[] = {
        [IW_CONN_FIN] = 'F', [IW_CONN_RESET] = 'R', [IW_CONN_ERROR] = 'E'};
    struct end *end = context;
    assert_ptr_equal(end->conn, conn);
    note(end, letters[how]);
    end->error = *error;
    if (end->ended != NULL)
        end->ended(end);
    end->conn = NULL;
}

static void on_drained(void *context, struct iw_conn *conn)
{
    struct end *end = context;
    assert_ptr_equal(end->conn, conn);
    assert_int_equal(iw_conn_queued(conn), 0);
    end->drained++;
}

static const struct iw_conn_events events = {.opened = on_opened,
                                             .secured = on_secured,
                                             .received = on_received,
                                             .ended = on_ended,
                                             .drained = on_drained};

static void *on_accepted(void *context, struct iw_conn *conn)
{
    struct scene *scene = context;
    scene->server.conn = conn;
    iw_listener_close(scene->listener);
    scene->listener = NULL;
    return &scene->server;
}

/* ---- what ends do ---- */

static void close_end(struct end *end, enum iw_close how)
{
    iw_conn_close(end->conn, how);
    if (how != IW_CLOSE_HALF)
        end->conn = NULL;
}

static void close_fin(struct end *end)
{
    close_end(end, IW_CLOSE_FIN);
}

static void close_reset(struct end *end)
{
    close_end(end, IW_CLOSE_RST);
}

static void close_half(struct end *end)
{
    close_end(end, IW_CLOSE_HALF);
}

static void say_bye(struct end *end)
{
    iw_conn_write(end->conn, IW_SPAN("* BYE\r\n"));
}

static void say_noop(struct end *end)
{
    iw_conn_write(end->conn, IW_SPAN("a NOOP\r\n"));
}

static void bye_fin(struct end *end)
{
    say_bye(end);
    close_fin(end);
}

static void bye_half(struct end *end)
{
    say_bye(end);
    close_half(end);
}

static void bye_reset(struct end *end)
{
    say_bye(end);
    close_reset(end);
}

static void write_large(struct end *end)
{
    iw_conn_write(end->conn, iw_span(large, sizeof large));
}

static void start_tls(struct end *end)
{
    bool client = end == &end->scene->client;
    iw_conn_start_tls(end->conn, client ? end->scene->trusting : end->scene->serving,
                      client ? "localhost" : NULL);
}

/* ---- scenes ---- */

static void on_guard(void *context)
{
    (void)context;
    fail_msg("the loop has not ended in time");
}

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){.serving = serving, .trusting = trusting};
    scene->loop = iw_loop_new(NULL);
    assert_non_null(scene->loop);
    scene->guard = iw_timer_new(scene->loop, on_guard, scene);
    iw_timer_set(scene->guard, iw_loop_now(scene->loop) + GUARD_MS);
    scene->server.scene = scene;
    scene->client.scene = scene;
    iw_buf_init(&scene->server.received, NULL, LARGE);
    iw_buf_init(&scene->client.received, NULL, LARGE);
}

/* With a listener, and a client that connects to it. */
static void scene_connect(struct scene *scene, const char *host, bool tls)
{
    struct iw_error error = {0};
    scene->listener =
        iw_listen(scene->loop, 0, tls ? scene->serving : NULL, &events, on_accepted, scene, &error);
    assert_string_equal(error.detail, "");
    assert_non_null(scene->listener);
    scene->client.conn =
        iw_conn_connect(scene->loop, host, iw_listener_port(scene->listener),
                        tls ? scene->trusting : NULL, &events, &scene->client, NULL);
    assert_non_null(scene->client.conn);
}

static void on_tick(void *context)
{
    struct scene *scene = context;
    if (scene->client.conn == NULL && scene->server.conn == NULL && scene->listener == NULL)
        iw_loop_stop(scene->loop);
    else
        iw_timer_set(scene->later, iw_loop_now(scene->loop) + 1);
}

/* Until both ends are over. */
static void scene_play(struct scene *scene)
{
    scene->later = iw_timer_new(scene->loop, on_tick, scene);
    iw_timer_set(scene->later, 0);
    iw_loop_run(scene->loop);
    iw_timer_free(scene->later);
}

static void scene_close(struct scene *scene)
{
    iw_timer_free(scene->guard);
    iw_listener_close(scene->listener);
    iw_loop_free(scene->loop);
    iw_buf_release(&scene->server.received);
    iw_buf_release(&scene->client.received);
}

static void assert_received(const struct end *end, const char *expected)
{
    assert_int_equal(end->received.length, strlen(expected));
    assert_memory_equal(iw_buf_span(&end->received).data, expected, strlen(expected));
}

/* ---- how it ends is seen by the other end ---- */

struct closing {
    const char *title;
    void (*server_got)(struct end *end);
    void (*client_ended)(struct end *end);
    const char *server, *client; /* their words */
    const char *to_client, *to_server;
};

static const struct closing closings[] = {
    {"FIN", close_fin, NULL, "or", "oF", "", "a NOOP\r\n"},
    {"FIN after a write", bye_fin, NULL, "or", "orF", "* BYE\r\n", "a NOOP\r\n"},
    {"RST", close_reset, NULL, "or", "oR", "", "a NOOP\r\n"},
    {"RST after a write", bye_reset, NULL, "or", "orR", "* BYE\r\n", "a NOOP\r\n"},
    {"half", bye_half, NULL, "orF", "orF", "* BYE\r\n", "a NOOP\r\n"},
    {"an answer to half", bye_half, say_noop, "orF", "orF", "* BYE\r\n", "a NOOP\r\na NOOP\r\n"},
};

static void test_the_other_end_sees_how_it_ends(void **state)
{
    (void)state;
    for (int tls = 0; tls <= 1; tls++)
        for (size_t row = 0; row < sizeof closings / sizeof *closings; row++) {
            const struct closing *closing = &closings[row];
            print_message("%s%s\n", closing->title, tls ? ", TLS" : "");
            struct scene scene;
            scene_open(&scene);
            scene.client.opened = say_noop;
            scene.server.got = closing->server_got;
            scene.client.ended = closing->client_ended;
            scene_connect(&scene, "127.0.0.1", tls);
            scene_play(&scene);
            assert_string_equal(scene.client.word, closing->client);
            assert_string_equal(scene.server.word, closing->server);
            if (strchr(closing->client, 'F') != NULL) /* under TLS with close_notify */
                assert_string_equal(scene.client.error.detail, "closed by the other end");
            assert_received(&scene.client, closing->to_client);
            assert_received(&scene.server, closing->to_server);
            scene_close(&scene);
        }
}

/* The kernel answers a close with octets unread by RST, which could overtake the last words. */
static void test_fin_stays_fin_when_octets_are_unread(void **state)
{
    (void)state;
    for (int tls = 0; tls <= 1; tls++) {
        struct scene scene;
        scene_open(&scene);
        scene.client.opened = write_large;
        scene.server.opened = bye_fin;
        scene_connect(&scene, "127.0.0.1", tls);
        scene_play(&scene);
        assert_string_equal(scene.client.word, "orF");
        assert_received(&scene.client, "* BYE\r\n");
        scene_close(&scene);
    }
}

static void write_once_more(void *context)
{
    struct scene *scene = context;
    if (scene->client.conn != NULL) {
        say_noop(&scene->client);
        iw_timer_set(scene->later, iw_loop_now(scene->loop) + 1);
    } else {
        iw_loop_stop(scene->loop);
    }
}

static void keep_writing(struct end *end)
{
    say_noop(end);
    iw_conn_pause(end->conn, true); /* only a write can tell */
    end->scene->later = iw_timer_new(end->scene->loop, write_once_more, end->scene);
    iw_timer_set(end->scene->later, 0);
}

static void test_writing_after_a_reset_ends_with_reset(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.server.got = close_reset;
    scene.client.opened = keep_writing;
    scene_connect(&scene, "127.0.0.1", false);
    iw_loop_run(scene.loop);
    assert_string_equal(scene.client.word, "oR");
    assert_int_equal(scene.client.error.code, IW_CLOSED);
    iw_timer_free(scene.later);
    scene_close(&scene);
}

/* ---- carrying ---- */

static void echo(struct end *end)
{
    iw_conn_write(end->conn, iw_buf_span(&end->received));
    iw_buf_clear(&end->received);
}

static void close_when_complete(struct end *end)
{
    if (end->received.length == sizeof large)
        close_fin(end);
}

static void test_echo(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "::1", "localhost"};
    (void)state;
    for (int tls = 0; tls <= 1; tls++)
        for (size_t row = 0; row < sizeof hosts / sizeof *hosts; row++) {
            struct scene scene;
            scene_open(&scene);
            scene.client.opened = write_large;
            scene.client.got = close_when_complete;
            scene.server.got = echo;
            scene_connect(&scene, hosts[row], tls);
            scene_play(&scene);
            assert_string_equal(scene.client.word, "or");
            assert_string_equal(scene.server.word, "orF");
            assert_int_equal(scene.client.received.length, sizeof large);
            assert_memory_equal(iw_buf_span(&scene.client.received).data, large, sizeof large);
            scene_close(&scene);
        }
}

static void compress(struct end *end)
{
    iw_conn_start_deflate(end->conn);
}

static void compress_and_write(struct end *end)
{
    compress(end);
    write_large(end);
}

/* What is compressed is what the other end decompresses; clear text is not. */
static void test_compression(void **state)
{
    (void)state;
    for (int row = 0; row < 3; row++) {
        struct scene scene;
        bool one_sided = row == 2;
        scene_open(&scene);
        scene.client.opened = one_sided ? write_large : compress_and_write;
        scene.client.got = close_when_complete;
        scene.server.opened = compress;
        scene.server.got = echo;
        scene_connect(&scene, "127.0.0.1", row == 1);
        scene_play(&scene);
        assert_string_equal(scene.server.word, one_sided ? "oE" : "orF");
        assert_int_equal(scene.client.received.length, one_sided ? 0 : sizeof large);
        if (!one_sided)
            assert_memory_equal(iw_buf_span(&scene.client.received).data, large, sizeof large);
        scene_close(&scene);
    }
}

static void write_more_than_the_kernel_holds(struct end *end)
{
    for (int i = 0; i < COPIES; i++)
        write_large(end);
}

static void go_on(void *context)
{
    struct scene *scene = context;
    scene->queued = iw_conn_queued(scene->server.conn);
    assert_int_equal(scene->server.drained, 0);
    assert_string_equal(scene->client.word, "o");
    iw_conn_pause(scene->client.conn, false);
}

static void pause_a_while(struct end *end)
{
    iw_conn_pause(end->conn, true);
    iw_timer_set(end->scene->later, iw_loop_now(end->scene->loop) + 30);
}

static void count_copies(struct end *end)
{
    end->scene->counted += end->received.length;
    iw_buf_clear(&end->received);
    if (end->scene->counted < COPIES * sizeof large)
        return;
    close_fin(end);
    close_fin(&end->scene->server);
    iw_loop_stop(end->scene->loop);
}

static void test_pause_holds_the_sender_back(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.later = iw_timer_new(scene.loop, go_on, &scene);
    scene.client.opened = pause_a_while;
    scene.client.got = count_copies;
    scene.server.opened = write_more_than_the_kernel_holds;
    scene_connect(&scene, "127.0.0.1", false);
    iw_loop_run(scene.loop);
    assert_in_range(scene.queued, 1, COPIES * sizeof large);
    assert_int_equal(scene.counted, COPIES * sizeof large);
    assert_true(scene.server.drained > 0);
    assert_int_equal(scene.client.drained, 0); /* it never had to wait */
    iw_timer_free(scene.later);
    scene_close(&scene);
}

/* ---- STARTTLS ---- */

static void ask_for_tls(struct end *end)
{
    iw_conn_write(end->conn, IW_SPAN("a STARTTLS\r\n"));
}

/* A server that answers STARTTLS, and in TLS echoes. */
static void serve_starttls(struct end *end)
{
    if (strchr(end->word, 's') != NULL) {
        echo(end);
        return;
    }
    if (end->received.length < strlen("a STARTTLS\r\n"))
        return;
    iw_buf_clear(&end->received);
    iw_conn_write(end->conn, IW_SPAN("a OK begin\r\n"));
    start_tls(end);
}

static void client_of_starttls(struct end *end)
{
    if (strcmp(end->word, "or") == 0 && end->received.length == strlen("a OK begin\r\n"))
        start_tls(end);
    else if (strcmp(end->word, "orsr") == 0)
        close_fin(end);
}

static void test_starttls(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.client.opened = ask_for_tls;
    scene.client.got = client_of_starttls;
    scene.client.secured = say_bye;
    scene.server.got = serve_starttls;
    scene_connect(&scene, "localhost", false);
    scene_play(&scene);
    assert_string_equal(scene.client.word, "orsr");
    assert_string_equal(scene.server.word, "orsrF");
    assert_received(&scene.client, "a OK begin\r\n* BYE\r\n");
    scene_close(&scene);
}

static void inject(struct end *end)
{
    if (end->received.length == strlen("a OK begin\r\n"))
        iw_conn_write(end->conn, IW_SPAN("b LOGIN injected in clear\r\n"));
}

static void test_clear_text_after_starttls_ends_the_connection(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.client.opened = ask_for_tls;
    scene.client.got = inject;
    scene.server.got = serve_starttls;
    scene_connect(&scene, "127.0.0.1", false);
    scene_play(&scene);
    assert_string_equal(scene.server.word, "orE");
    assert_int_equal(scene.server.error.code, IW_SYSTEM);
    assert_received(&scene.server, "");
    scene_close(&scene);
}

static void start_tls_twice(struct end *end)
{
    start_tls(end);
    start_tls(end);
}

static void test_starting_tls_twice_ends_the_connection(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.client.opened = start_tls_twice;
    scene_connect(&scene, "127.0.0.1", false);
    scene.server.got = close_fin;
    scene_play(&scene);
    assert_string_equal(scene.client.word, "oE");
    assert_non_null(strstr(scene.client.error.detail, "in TLS already"));
    scene_close(&scene);
}

static void test_a_certificate_that_is_not_trusted_ends_both(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.trusting = iw_tls_client_new(NULL, NULL); /* the system's CAs only */
    scene_connect(&scene, "localhost", true);
    scene_play(&scene);
    assert_string_equal(scene.client.word, "E");
    assert_non_null(strstr(scene.client.error.detail, "unable to get local issuer certificate"));
    assert_string_equal(scene.server.word, "E");
    assert_non_null(strstr(scene.server.error.detail, "unknown ca"));
    iw_tls_context_free(scene.trusting);
    scene_close(&scene);
}

/* ---- callbacks may close ---- */

static void test_any_callback_may_close(void **state)
{
    static void (*const ways[])(struct end *) = {close_fin, close_reset};
    (void)state;
    for (size_t way = 0; way < 2; way++)
        for (int tls = 0; tls <= 1; tls++)
            for (int where = 0; where <= 3; where++) {
                struct scene scene;
                scene_open(&scene);
                scene.server.opened = where == 0 ? ways[way] : say_bye;
                scene.client.opened = where == 1 ? ways[way] : say_bye;
                scene.server.got = where == 2 ? ways[way] : close_fin;
                scene.client.got = where == 3 ? ways[way] : close_reset;
                scene_connect(&scene, "127.0.0.1", tls);
                scene_play(&scene);
                assert_true(scene.client.conn == NULL && scene.server.conn == NULL);
                scene_close(&scene);
            }
}

static void test_a_connection_may_be_closed_before_it_is_one(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene_connect(&scene, "localhost", true);
    close_fin(&scene.client);
    iw_timer_set(scene.guard, UINT64_MAX);
    iw_listener_close(scene.listener);
    scene.listener = NULL;
    iw_loop_run(scene.loop);
    assert_string_equal(scene.client.word, "");
    scene_close(&scene);
}

/* ---- listeners and connecting ---- */

static void test_a_port_in_use_is_named(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.listener = iw_listen(scene.loop, 0, NULL, &events, on_accepted, &scene, NULL);
    unsigned port = iw_listener_port(scene.listener);
    struct iw_error error = {0};
    assert_null(iw_listen(scene.loop, port, NULL, &events, on_accepted, &scene, &error));
    char expected[80];
    snprintf(expected, sizeof expected, "port %u on 127.0.0.1 is in use", port);
    assert_int_equal(error.code, IW_SYSTEM);
    assert_string_equal(error.detail, expected);
    assert_null(iw_listen(scene.loop, 65536, NULL, &events, on_accepted, &scene, NULL));
    scene_close(&scene);
}

/* Someone else has the number on ::1 only. */
static void test_both_addresses_have_the_port_or_none(void **state)
{
    (void)state;
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 1) < 0)
        skip();
    getsockname(fd, (struct sockaddr *)&address, &size);
    struct scene scene;
    scene_open(&scene);
    struct iw_error error = {0};
    unsigned port = ntohs(address.sin6_port);
    assert_null(iw_listen(scene.loop, port, NULL, &events, on_accepted, &scene, &error));
    char expected[80];
    snprintf(expected, sizeof expected, "port %u on ::1 is in use", port);
    assert_string_equal(error.detail, expected);
    scene_close(&scene);
    close(fd);
}

static bool localhost_has_both(void)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    bool v4 = false, v6 = false;
    if (getaddrinfo("localhost", NULL, &hints, &found) != 0)
        return false;
    for (const struct addrinfo *each = found; each != NULL; each = each->ai_next) {
        v4 = v4 || each->ai_family == AF_INET;
        v6 = v6 || each->ai_family == AF_INET6;
    }
    freeaddrinfo(found);
    return v4 && v6;
}

/* Only one of the name's two addresses listens: whichever comes first, one round needs the second.
 */
static void test_every_address_of_a_name_is_tried(void **state)
{
    (void)state;
    if (!localhost_has_both())
        skip();
    for (int v6 = 0; v6 <= 1; v6++) {
        struct sockaddr_in address4 = {.sin_family = AF_INET,
                                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
        struct sockaddr *address = v6 ? (struct sockaddr *)&address6 : (struct sockaddr *)&address4;
        socklen_t size = v6 ? sizeof address6 : sizeof address4;
        int fd = socket(address->sa_family, SOCK_STREAM, 0);
        if (fd < 0 || bind(fd, address, size) < 0 || listen(fd, 5) < 0)
            skip();
        getsockname(fd, address, &size);
        struct scene scene;
        scene_open(&scene);
        scene.client.opened = close_fin;
        scene.client.conn = iw_conn_connect(scene.loop, "localhost",
                                            ntohs(v6 ? address6.sin6_port : address4.sin_port),
                                            NULL, &events, &scene.client, NULL);
        scene_play(&scene);
        assert_string_equal(scene.client.word, "o");
        close(fd);
        scene_close(&scene);
    }
}

static void test_a_refused_connection_says_so(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    struct iw_listener *listener =
        iw_listen(scene.loop, 0, NULL, &events, on_accepted, &scene, NULL);
    unsigned port = iw_listener_port(listener);
    iw_listener_close(listener);
    scene.client.conn =
        iw_conn_connect(scene.loop, "localhost", port, NULL, &events, &scene.client, NULL);
    scene_play(&scene);
    assert_string_equal(scene.client.word, "E");
    assert_non_null(strstr(scene.client.error.detail, "connection refused"));
    assert_null(
        iw_conn_connect(scene.loop, "localhost", 65536, NULL, &events, &scene.client, NULL));
    scene_close(&scene);
}

/* ---- the suite ---- */

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i % 251);
    serving = iw_tls_server_new(NULL);
    char ca_file[] = "/tmp/iw-test-conn-XXXXXX";
    int fd = mkstemp(ca_file);
    struct iw_span ca = iw_tls_server_ca(serving);
    bool written = write(fd, ca.data, ca.length) == (ssize_t)ca.length;
    close(fd);
    trusting = iw_tls_client_new(ca_file, NULL);
    unlink(ca_file);
    return serving != NULL && trusting != NULL && written ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    iw_tls_context_free(serving);
    iw_tls_context_free(trusting);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_other_end_sees_how_it_ends),
        cmocka_unit_test(test_fin_stays_fin_when_octets_are_unread),
        cmocka_unit_test(test_writing_after_a_reset_ends_with_reset),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_compression),
        cmocka_unit_test(test_pause_holds_the_sender_back),
        cmocka_unit_test(test_starttls),
        cmocka_unit_test(test_clear_text_after_starttls_ends_the_connection),
        cmocka_unit_test(test_starting_tls_twice_ends_the_connection),
        cmocka_unit_test(test_a_certificate_that_is_not_trusted_ends_both),
        cmocka_unit_test(test_any_callback_may_close),
        cmocka_unit_test(test_a_connection_may_be_closed_before_it_is_one),
        cmocka_unit_test(test_a_port_in_use_is_named),
        cmocka_unit_test(test_both_addresses_have_the_port_or_none),
        cmocka_unit_test(test_every_address_of_a_name_is_tried),
        cmocka_unit_test(test_a_refused_connection_says_so),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
