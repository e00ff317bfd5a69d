/* SPDX-License-Identifier: MIT */
/* SCRAM bound to TLS, between our client's side of SASL and the engine (RFC 5802, RFC 7677): who
 * has another connection, or was kept from seeing -PLUS, does not get in. */
#include "base/base64.h"
#include "mockserver/engine/session.h"
#include "sasl/sasl.h"
#include "tests/lib/one_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CAP = 1 << 16, STEPS_MAX = 6 };

struct world {
    struct iw_engine engine;
    struct iw_engine_session session;
    struct iw_arena arena;
    struct iw_buf out;
};

static void say(struct world *world, const char *mechanism)
{
    struct iw_one_frame one;
    struct iw_command command;
    struct iw_error error = {0};
    char line[64];
    snprintf(line, sizeof line, "a AUTHENTICATE %s\r\n", mechanism);
    assert_true(iw_one_frame_open(&one, IW_FRAME_COMMANDS, iw_span_of(line), true));
    assert_int_equal(
        iw_parse_command(&one.frame, &world->arena, &iw_limits_default, NULL, &command, &error),
        IW_OK);
    iw_engine_session_answer(&world->session, &command, &world->out);
    iw_one_frame_close(&one);
}

/* What the server asks: behind "+ ", decoded. False: the command is over. */
static bool take_challenge(struct world *world, struct iw_buf *challenge)
{
    struct iw_span said = iw_buf_span(&world->out);
    struct iw_error error = {0};
    iw_buf_clear(challenge);
    if (!iw_span_starts(said, IW_SPAN("+ ")))
        return false;
    assert_int_equal(iw_base64_decode(challenge, iw_span_part(said, 2, said.length - 2), &error),
                     IW_OK);
    iw_buf_clear(&world->out);
    return true;
}

/* Until the engine has said yes or no. */
static void talk(struct world *world, struct iw_sasl *client)
{
    struct iw_buf challenge, answer;
    iw_buf_init(&challenge, NULL, CAP);
    iw_buf_init(&answer, NULL, CAP);
    for (int i = 0; i < STEPS_MAX && take_challenge(world, &challenge); i++) {
        struct iw_span output = {NULL, 0}, input = iw_buf_span(&challenge);
        struct iw_error error = {0};
        iw_sasl_step(client, input.data == NULL ? IW_SPAN("") : input, &output, &error);
        iw_buf_clear(&answer);
        iw_base64_encode(&answer, output);
        iw_engine_session_line(&world->session, iw_span_of(iw_buf_string(&answer)), &world->out);
    }
    iw_buf_release(&challenge);
    iw_buf_release(&answer);
}

static const struct row {
    const char *mechanism;
    const char *server, *client; /* what names the connection at each end; NULL: nothing */
    bool unique;                 /* tls-unique, else tls-exporter */
    bool binds;                  /* the engine offers -PLUS */
    const char *answer;
} rows[] = {
    {"SCRAM-SHA-256-PLUS", "one", "one", false, true, "a OK"},
    {"SCRAM-SHA-256-PLUS", "one", "one", true, true, "a OK"},
    {"SCRAM-SHA-1-PLUS", "one", "one", false, true, "a OK"},
    {"SCRAM-SHA-256-PLUS", "one", "two", false, true, "a NO [AUTHENTICATIONFAILED]"},
    {"SCRAM-SHA-256-PLUS", NULL, "one", false, true, "a NO [CANNOT]"},
    {"SCRAM-SHA-256-PLUS", "one", "one", false, false, "a NO [CANNOT]"},
    {"SCRAM-SHA-256", "one", "one", false, false, "a OK"},
    {"SCRAM-SHA-256", "one", NULL, false, true, "a OK"},
};

static struct iw_sasl_binding name(const struct row *row, const char *octets)
{
    return row->unique ? (struct iw_sasl_binding){.unique = iw_span_of(octets)}
                       : (struct iw_sasl_binding){.exporter = iw_span_of(octets)};
}

static void begin(struct world *world, bool binds)
{
    const struct iw_engine_options options = {.has_tls = true, .binds = binds};
    iw_engine_init(&world->engine, &options);
    iw_store_add_user(&world->engine.store, IW_SPAN("user"), IW_SPAN("secret"));
    iw_engine_session_init(&world->session, &world->engine, true);
    iw_arena_init(&world->arena, NULL, CAP);
    iw_buf_init(&world->out, NULL, CAP);
}

static void end(struct world *world)
{
    iw_engine_session_release(&world->session);
    iw_engine_release(&world->engine);
    iw_arena_release(&world->arena);
    iw_buf_release(&world->out);
}

static void play(const struct row *row)
{
    const struct iw_sasl_credentials credentials = {.user = "user",
                                                    .password = "secret",
                                                    .service = "imap",
                                                    .host = "localhost",
                                                    .binding = name(row, row->client)};
    struct iw_error error = {0};
    struct world world;
    begin(&world, row->binds);
    iw_engine_session_bind(&world.session, row->unique, iw_span_of(row->server));
    struct iw_sasl *client = iw_sasl_client_new(row->mechanism, &credentials, &error);
    assert_non_null(client);
    say(&world, row->mechanism);
    talk(&world, client);
    if (strncmp(iw_buf_string(&world.out), row->answer, strlen(row->answer)) != 0)
        fail_msg("row %zu: %s", (size_t)(row - rows), iw_buf_string(&world.out));
    iw_sasl_free(client);
    end(&world);
}

static void who_has_another_connection_does_not_get_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        play(&rows[i]);
}

/* "y": the client could bind, and saw no -PLUS. Where there is one, somebody has taken it out of
 * the list. */
static void who_was_kept_from_plus_does_not_get_in(void **state)
{
    (void)state;
    for (int binds = 0; binds < 2; binds++) {
        struct world world;
        struct iw_buf line;
        begin(&world, binds);
        iw_buf_init(&line, NULL, CAP);
        iw_base64_encode(&line, IW_SPAN("y,,n=user,r=abcdefghijklmnop"));
        iw_engine_session_bind(&world.session, false, IW_SPAN("one"));
        say(&world, "SCRAM-SHA-256");
        iw_buf_clear(&world.out);
        iw_engine_session_line(&world.session, iw_buf_span(&line), &world.out);
        const char *answer = binds ? "a NO [AUTHENTICATIONFAILED]" : "+ ";
        assert_int_equal(strncmp(iw_buf_string(&world.out), answer, strlen(answer)), 0);
        iw_buf_release(&line);
        end(&world);
    }
}

static bool lists_plus(bool binds, enum iw_capability_place place)
{
    const struct iw_engine_options options = {.binds = binds};
    struct iw_engine engine;
    struct iw_buf list;
    iw_engine_init(&engine, &options);
    iw_buf_init(&list, NULL, CAP);
    iw_engine_write_capabilities(&engine, place, &list);
    bool lists = strstr(iw_buf_string(&list), "-PLUS") != NULL;
    iw_buf_release(&list);
    iw_engine_release(&engine);
    return lists;
}

static void plus_is_listed_in_tls_only(void **state)
{
    (void)state;
    assert_true(lists_plus(true, IW_PLACE_TLS_BEFORE));
    assert_false(lists_plus(true, IW_PLACE_CLEAR_BEFORE));
    assert_false(lists_plus(false, IW_PLACE_TLS_BEFORE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_another_connection_does_not_get_in),
        cmocka_unit_test(who_was_kept_from_plus_does_not_get_in),
        cmocka_unit_test(plus_is_listed_in_tls_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
