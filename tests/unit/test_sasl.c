/* SPDX-License-Identifier: MIT */
/* Client and server of each mechanism play against each other. */
#include "sasl/sasl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS_MAX = 10 };

static const char *password_of(void *context, const char *user)
{
    (void)context;
    if (strcmp(user, "alice") == 0)
        return "wonder land";
    return strcmp(user, "bob") == 0 ? "" : NULL;
}

/* What a TLS connection is named by. */
#define EXPORTER                                                                                   \
    {                                                                                              \
        "thirty-two octets of the exporter", 33                                                    \
    }
#define UNIQUE                                                                                     \
    {                                                                                              \
        "the finished", 12                                                                         \
    }

static const struct iw_sasl_accounts accounts = {.password = password_of};
static const struct iw_sasl_accounts bound = {.password = password_of,
                                              .binding = {.exporter = EXPORTER}};

/* How an exchange ended on each side, and who is in. */
struct outcome {
    enum iw_result client, server;
    char user[32];
    unsigned rounds;
};

/* One side's octets to the other, as a copy: they end at the next step. */
struct message {
    char octets[4096];
    size_t length;
};

static struct iw_span take(struct message *message, struct iw_span octets)
{
    assert_true(octets.length <= sizeof message->octets);
    if (octets.length > 0)
        memcpy(message->octets, octets.data, octets.length);
    message->length = octets.length;
    return iw_span(message->octets, message->length);
}

/* The server begins with an empty challenge where the client has no initial response to give. */
static struct outcome play(const char *mechanism, const struct iw_sasl_credentials *credentials,
                           const struct iw_sasl_accounts *known)
{
    struct iw_error error = {0};
    struct iw_sasl *client = iw_sasl_client_new(mechanism, credentials, &error);
    struct iw_sasl *server = iw_sasl_server_new(mechanism, known, &error);
    assert_non_null(client);
    assert_non_null(server);
    struct outcome outcome = {IW_MORE, IW_MORE, "", 0};
    struct message to_server, to_client;
    struct iw_span challenge, answer = iw_span(NULL, 0);
    while (outcome.server == IW_MORE && outcome.rounds++ < STEPS_MAX) {
        outcome.server = iw_sasl_step(server, answer, &challenge, &error);
        bool speaks = outcome.server == IW_MORE || challenge.data != NULL;
        if ((outcome.server != IW_OK && outcome.server != IW_MORE) || !speaks)
            break;
        outcome.client = iw_sasl_step(client, take(&to_client, challenge), &answer, &error);
        if (outcome.client != IW_OK && outcome.client != IW_MORE)
            break;
        answer = take(&to_server, answer);
    }
    const char *user = iw_sasl_user(server);
    if (user != NULL)
        strncpy(outcome.user, user, sizeof outcome.user - 1);
    iw_sasl_free(client);
    iw_sasl_free(server);
    return outcome;
}

static void test_every_mechanism_with_every_password(void **state)
{
    (void)state;
    static const struct {
        const char *user, *password;
        bool right;
    } rows[] = {
        {"alice", "wonder land", true},
        {"alice", "wonder lanD", false},
        {"alice", "wonder", false},
        {"alice", "x", false},
        {"mallory", "x", false},
        {"ALICE", "wonder land", false},
        {"bob", "x", false},
    };
    for (const struct iw_sasl_mechanism *mechanism = iw_sasl_mechanisms; mechanism->name != NULL;
         mechanism++) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (mechanism->secret == IW_SASL_NO_SECRET)
                continue;
            struct iw_sasl_credentials credentials = {.user = rows[i].user,
                                                      .password = rows[i].password,
                                                      .service = "imap",
                                                      .host = "localhost"};
            if (mechanism->binds)
                credentials.binding = bound.binding;
            struct outcome outcome = play(mechanism->name, &credentials, &bound);
            bool in = outcome.server == IW_OK && outcome.client == IW_OK;
            bool named = strcmp(outcome.user, rows[i].user) == 0;
            if (in != rows[i].right || named != rows[i].right)
                fail_msg("%s, %s, \"%s\": client %s, server %s, user \"%s\"", mechanism->name,
                         rows[i].user, rows[i].password, iw_result_name(outcome.client),
                         iw_result_name(outcome.server), outcome.user);
            assert_true(outcome.rounds < STEPS_MAX);
        }
    }
}

static void test_nobody_acts_as_another(void **state)
{
    (void)state;
    static const char *const able[] = {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5"};
    for (size_t i = 0; i < sizeof able / sizeof *able; i++) {
        struct iw_sasl_credentials credentials = {.user = "alice",
                                                  .password = "wonder land",
                                                  .authorize = "bob",
                                                  .service = "imap",
                                                  .host = "localhost"};
        assert_int_equal(play(able[i], &credentials, &accounts).server, IW_SYSTEM);
        credentials.authorize = "alice";
        assert_int_equal(play(able[i], &credentials, &accounts).server, IW_OK);
    }
}

/* Who is on the same TLS connection as the server, and who only thinks so (RFC 5802 §6). */
static void test_channel_binding(void **state)
{
    (void)state;
    static const struct {
        const char *mechanism;
        struct iw_sasl_binding client, server;
        enum iw_result result; /* of the server */
    } rows[] = {
        {"SCRAM-SHA-256-PLUS", {.exporter = EXPORTER}, {.exporter = EXPORTER}, IW_OK},
        {"SCRAM-SHA-1-PLUS", {.unique = UNIQUE}, {.unique = UNIQUE}, IW_OK},
        {"SCRAM-SHA-1-PLUS", {.exporter = EXPORTER}, {EXPORTER, UNIQUE}, IW_OK},
        {"SCRAM-SHA-256-PLUS", {.exporter = UNIQUE}, {.exporter = EXPORTER}, IW_SYSTEM},
        {"SCRAM-SHA-256-PLUS", {.unique = UNIQUE}, {.exporter = EXPORTER}, IW_SYSTEM},
        {"SCRAM-SHA-256-PLUS", {.exporter = EXPORTER}, {.exporter = {0}}, IW_SYSTEM},
        {"SCRAM-SHA-256", {.exporter = EXPORTER}, {.exporter = {0}}, IW_OK},
        {"SCRAM-SHA-256", {.exporter = {0}}, {.exporter = EXPORTER}, IW_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_sasl_credentials credentials = {
            .user = "alice", .password = "wonder land", .binding = rows[i].client};
        struct iw_sasl_accounts known = {.password = password_of, .binding = rows[i].server};
        struct outcome outcome = play(rows[i].mechanism, &credentials, &known);
        if (outcome.server != rows[i].result)
            fail_msg("row %zu: server %s, client %s", i, iw_result_name(outcome.server),
                     iw_result_name(outcome.client));
    }
}

/* "y": I could bind, but you do not offer it (RFC 5802 §7). A server that does knows that someone
 * has taken -PLUS out of its list. */
static void test_a_hidden_plus_is_seen(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        const struct iw_sasl_accounts *known;
        enum iw_result result;
    } rows[] = {
        {"y,,n=alice,r=nonce", &bound, IW_SYSTEM},
        {"n,,n=alice,r=nonce", &bound, IW_MORE},
        {"y,,n=alice,r=nonce", &accounts, IW_MORE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_error error = {0};
        struct iw_span out;
        struct iw_sasl *server = iw_sasl_server_new("SCRAM-SHA-256", rows[i].known, &error);
        if (iw_sasl_step(server, iw_span_of(rows[i].first), &out, &error) != rows[i].result)
            fail_msg("row %zu: %s", i, error.detail);
        iw_sasl_free(server);
    }
}

static void test_without_a_secret(void **state)
{
    (void)state;
    static const struct {
        const char *mechanism, *external, *authorize;
        enum iw_result result;
        const char *user;
    } rows[] = {
        {"EXTERNAL", "alice", NULL, IW_OK, "alice"},
        {"EXTERNAL", "alice", "alice", IW_OK, "alice"},
        {"EXTERNAL", "alice", "bob", IW_SYSTEM, ""},
        {"EXTERNAL", NULL, NULL, IW_SYSTEM, ""},
        {"EXTERNAL", NULL, "alice", IW_SYSTEM, ""},
        {"ANONYMOUS", NULL, NULL, IW_OK, IW_SASL_ANONYMOUS},
        {"ANONYMOUS", "alice", NULL, IW_OK, IW_SASL_ANONYMOUS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_sasl_credentials credentials = {.authorize = rows[i].authorize};
        struct iw_sasl_accounts known = {.password = password_of, .external = rows[i].external};
        struct outcome outcome = play(rows[i].mechanism, &credentials, &known);
        if (outcome.server != rows[i].result || strcmp(outcome.user, rows[i].user) != 0)
            fail_msg("row %zu: %s, \"%s\"", i, iw_result_name(outcome.server), outcome.user);
    }
}

/* What a client does with the challenges of a script. */
struct script {
    const char *mechanism;
    const char *challenges[4];
    const char *answers[4];
    enum iw_result result; /* of the last step */
};

static void test_clients_against_scripts(void **state)
{
    (void)state;
    static const struct script rows[] = {
        {"LOGIN", {"Username:", "Password:"}, {"alice", "wonder land"}, IW_OK},
        /* the challenge of RFC 2195 §2; the digest is from another implementation of HMAC */
        {"CRAM-MD5",
         {"<1896.697170952@postoffice.reston.mci.net>"},
         {"alice f95fc644f558783366496d1aa2832865"},
         IW_OK},
        {"XOAUTH2", {""}, {"user=alice\001auth=Bearer wonder land\001\001"}, IW_OK},
        {"XOAUTH2",
         {"", "{\"status\":\"401\"}"},
         {"user=alice\001auth=Bearer wonder land\001\001", ""},
         IW_MORE},
        {"XOAUTH2", {"", "no", "again"}, {NULL}, IW_SYSTEM},
        /* RFC 7628 §3.1, §3.2.3 */
        {"OAUTHBEARER", {""}, {"n,a=alice,\001auth=Bearer wonder land\001\001"}, IW_OK},
        {"OAUTHBEARER",
         {"", "{\"status\":\"invalid_token\"}"},
         {"n,a=alice,\001auth=Bearer wonder land\001\001", "\001"},
         IW_MORE},
        {"OAUTHBEARER", {"", "no", "again"}, {NULL}, IW_SYSTEM},
        {"PLAIN", {"", ""}, {NULL}, IW_SYSTEM},
        {"ANONYMOUS", {""}, {"alice"}, IW_OK},
        {"EXTERNAL", {""}, {"alice"}, IW_OK},
        /* a nonce that does not begin with the client's own */
        {"SCRAM-SHA-256", {"", "r=foreign,s=QSXCR+Q6sek8bf92,i=4096"}, {NULL}, IW_SYSTEM},
        {"SCRAM-SHA-256", {"", "e=other-error"}, {NULL}, IW_SYSTEM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct script *row = &rows[i];
        struct iw_error error = {0};
        struct iw_sasl_credentials credentials = {.user = "alice", .password = "wonder land"};
        struct iw_sasl *client = iw_sasl_client_new(row->mechanism, &credentials, &error);
        assert_non_null(client);
        enum iw_result result = IW_MORE;
        for (size_t k = 0; row->challenges[k] != NULL; k++) {
            struct iw_span answer;
            result = iw_sasl_step(client, iw_span_of(row->challenges[k]), &answer, &error);
            if (row->answers[k] != NULL && !iw_span_equal(answer, iw_span_of(row->answers[k])))
                fail_msg("row %zu, answer %zu: \"%.*s\"", i, k, (int)answer.length, answer.data);
        }
        if (result != row->result)
            fail_msg("row %zu: %s", i, iw_result_name(result));
        iw_sasl_free(client);
    }
}

/* The client's own nonce, and a count that the server chose. */
static void test_iteration_counts(void **state)
{
    (void)state;
    static const struct {
        const char *count;
        enum iw_result result;
    } rows[] = {
        {"1", IW_MORE},
        {"4096", IW_MORE},
        {"1000001", IW_SYSTEM},
        {"2147483647", IW_SYSTEM},
        {"0", IW_SYSTEM},
        {"-1", IW_SYSTEM},
        {"99999999999999999999999", IW_SYSTEM},
        {"", IW_SYSTEM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_error error = {0};
        struct iw_sasl_credentials credentials = {.user = "alice", .password = "wonder land"};
        struct iw_sasl *client = iw_sasl_client_new("SCRAM-SHA-256", &credentials, &error);
        struct iw_span answer;
        char challenge[256];
        assert_int_equal(iw_sasl_step(client, iw_span("", 0), &answer, &error), IW_MORE);
        struct iw_span nonce = iw_span_part(answer, strlen("n,,n=alice,"), answer.length);
        snprintf(challenge, sizeof challenge, "%.*sx,s=QSXCR+Q6sek8bf92,i=%s", (int)nonce.length,
                 nonce.data, rows[i].count);
        if (iw_sasl_step(client, iw_span_of(challenge), &answer, &error) != rows[i].result)
            fail_msg("%s", challenge);
        iw_sasl_free(client);
    }
}

static void test_a_wrong_signature_is_seen(void **state)
{
    (void)state;
    struct iw_error error = {0};
    struct iw_sasl_credentials credentials = {.user = "alice", .password = "wonder land"};
    struct iw_sasl *client = iw_sasl_client_new("SCRAM-SHA-256", &credentials, &error);
    struct iw_sasl *server = iw_sasl_server_new("SCRAM-SHA-256", &accounts, &error);
    struct iw_span out, answer;
    assert_int_equal(iw_sasl_step(client, iw_span("", 0), &answer, &error), IW_MORE);
    assert_int_equal(iw_sasl_step(server, answer, &out, &error), IW_MORE);
    assert_int_equal(iw_sasl_step(client, out, &answer, &error), IW_MORE);
    struct iw_span forged = IW_SPAN("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_int_equal(iw_sasl_step(client, forged, &answer, &error), IW_SYSTEM);
    assert_int_equal(iw_sasl_step(client, forged, &answer, &error), IW_SYSTEM);
    iw_sasl_free(client);
    iw_sasl_free(server);
}

/* A server is told nonsense in place of each answer. */
static void test_servers_refuse_nonsense(void **state)
{
    (void)state;
    static const char nonsense[] = "\001\0\002,=,,\xff{}";
    for (const struct iw_sasl_mechanism *mechanism = iw_sasl_mechanisms; mechanism->name != NULL;
         mechanism++) {
        if (strcmp(mechanism->name, "ANONYMOUS") == 0)
            continue; /* whose trace may be anything */
        struct iw_error error = {0};
        struct iw_sasl *server = iw_sasl_server_new(mechanism->name, &accounts, &error);
        enum iw_result result = IW_MORE;
        struct iw_span out;
        for (int i = 0; i < STEPS_MAX && result == IW_MORE; i++)
            result = iw_sasl_step(server, iw_span(nonsense, sizeof nonsense), &out, &error);
        if (result != IW_SYSTEM || iw_sasl_user(server) != NULL)
            fail_msg("%s: %s", mechanism->name, iw_result_name(result));
        iw_sasl_free(server);
    }
}

static void test_mechanisms_by_name(void **state)
{
    (void)state;
    struct iw_error error = {0};
    struct iw_sasl_credentials credentials = {.user = "alice"};
    assert_string_equal(iw_sasl_find("scram-sha-256")->name, "SCRAM-SHA-256");
    assert_null(iw_sasl_find("SCRAM-SHA-25"));
    assert_null(iw_sasl_find(""));
    assert_null(iw_sasl_client_new("KERBEROS_V4", &credentials, &error));
    assert_int_equal(error.code, IW_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_mechanism_with_every_password),
        cmocka_unit_test(test_nobody_acts_as_another),
        cmocka_unit_test(test_channel_binding),
        cmocka_unit_test(test_a_hidden_plus_is_seen),
        cmocka_unit_test(test_without_a_secret),
        cmocka_unit_test(test_clients_against_scripts),
        cmocka_unit_test(test_iteration_counts),
        cmocka_unit_test(test_a_wrong_signature_is_seen),
        cmocka_unit_test(test_servers_refuse_nonsense),
        cmocka_unit_test(test_mechanisms_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
