/* SPDX-License-Identifier: MIT */
/* The command line and the environment of a client under test. */
#include "mockserver/client_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct iw_client_facts facts = {
    .host = "127.0.0.1",
    .port = 43117,
    .tls_port = 65535,
    .user = {"ann", 3},
    .password = {"{port}", 6},
    .ca = "/tmp/ca.pem",
    .task = {"flag INBOX 1 \\Seen", 18},
};

static void arguments_are_filled_in(void **state)
{
    static const struct {
        const char *template, *filled;
    } rows[] = {
        {"./client", "./client"},
        {"", ""},
        {"{host}", "127.0.0.1"},
        {"{port}{tls_port}", "4311765535"},
        {"-u{user}:{password}", "-uann:{port}"},
        {"{url};MAILINDEX=1", "imap://127.0.0.1:43117/;MAILINDEX=1"},
        {"--cacert={ca}", "--cacert=/tmp/ca.pem"},
        {"{task}", "flag INBOX 1 \\Seen"},
        {"{Host} {hos} {host {} { {{port}}", "{Host} {hos} {host {} { {43117}"},
        {"{port", "{port"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_client_command command;
        assert_true(iw_client_command_make(&command, &rows[i].template, 1, &facts));
        assert_string_equal(command.argv[0], rows[i].filled);
        assert_null(command.argv[1]);
        iw_client_command_release(&command);
    }
}

static void the_environment_says_the_same(void **state)
{
    static const char *const wanted[] = {
        "IMAPWRIGHT_HOST=127.0.0.1", "IMAPWRIGHT_PORT=43117",
        "IMAPWRIGHT_TLS_PORT=65535", "IMAPWRIGHT_URL=imap://127.0.0.1:43117/",
        "IMAPWRIGHT_USER=ann",       "IMAPWRIGHT_PASSWORD={port}",
        "IMAPWRIGHT_CA=/tmp/ca.pem", "IMAPWRIGHT_TASK=flag INBOX 1 \\Seen",
    };
    static const char *const templates[] = {"a", "{task}"};
    struct iw_client_command command;
    (void)state;
    assert_true(iw_client_command_make(&command, templates, 2, &facts));
    assert_string_equal(command.argv[1], "flag INBOX 1 \\Seen");
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(command.environment[i], wanted[i]);
    assert_null(command.environment[sizeof wanted / sizeof *wanted]);
    iw_client_command_release(&command);
}

static void the_policy_is_said_where_there_is_one(void **state)
{
    static const char *const templates[] = {"--tls={policy}"};
    struct iw_client_facts with = facts;
    struct iw_client_command command;
    (void)state;
    with.policy = IW_SPAN("starttls");
    assert_true(iw_client_command_make(&command, templates, 1, &with));
    assert_string_equal(command.argv[0], "--tls=starttls");
    assert_string_equal(command.environment[8], "IMAPWRIGHT_POLICY=starttls");
    assert_null(command.environment[9]);
    iw_client_command_release(&command);
}

static void a_certificate_is_named_where_there_is_one(void **state)
{
    static const char *const templates[] = {"--cert={certificate}"};
    static const struct {
        const char *certificate, *argument, *variable;
    } rows[] = {{NULL, "--cert=", "IMAPWRIGHT_TASK=flag INBOX 1 \\Seen"},
                {"", "--cert=", "IMAPWRIGHT_TASK=flag INBOX 1 \\Seen"},
                {"/tmp/c.pem", "--cert=/tmp/c.pem", "IMAPWRIGHT_CERTIFICATE=/tmp/c.pem"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_client_facts with = facts;
        struct iw_client_command command;
        with.certificate = rows[i].certificate;
        assert_true(iw_client_command_make(&command, templates, 1, &with));
        assert_string_equal(command.argv[0], rows[i].argument);
        assert_string_equal(command.environment[7], rows[i].variable);
        iw_client_command_release(&command);
    }
}

static void an_endless_argument_is_refused(void **state)
{
    enum { SIZE = 70000 };
    char *endless = malloc(SIZE);
    struct iw_client_command command;
    (void)state;
    assert_non_null(endless);
    memset(endless, 'x', SIZE - 1);
    endless[SIZE - 1] = '\0';
    const char *template = endless;
    assert_false(iw_client_command_make(&command, &template, 1, &facts));
    iw_client_command_release(&command);
    free(endless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_filled_in),
        cmocka_unit_test(the_environment_says_the_same),
        cmocka_unit_test(the_policy_is_said_where_there_is_one),
        cmocka_unit_test(a_certificate_is_named_where_there_is_one),
        cmocka_unit_test(an_endless_argument_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
