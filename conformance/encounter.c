/* SPDX-License-Identifier: MIT */
#include "conformance/encounter.h"

#include "mockserver/client_command.h"
#include "mockserver/server.h"

#include <signal.h>
#include <stdlib.h>

enum {
    OUTPUT_OCTETS_MAX = 64 << 10,
    TEXT_OCTETS_MAX = 600,
    SETTLE_MS = 20,    /* for octets that were on their way when the client exited */
    SETTLE_STEPS = 10, /* as often for a dialogue that is not over */
    EXIT_AFTER_KILL = 3000
};

enum phase { RUNNING, KILLED, SETTLING, OVER };

struct iw_encounter {
    struct iw_encounter_options options;
    enum phase phase;
    struct iw_mock *mock;
    struct iw_client_command command;
    struct iw_child *child; /* NULL: it has exited */
    struct iw_timer *timer;
    struct iw_buf output;
    uint64_t began, ended;
    unsigned settled; /* how often it has been waited for the server */
    bool dialogue_over;
    bool abandoned; /* freed but for this struct, which waits for the child's end */
    struct iw_encounter_facts facts;
    struct iw_finding finding;
    char text[TEXT_OCTETS_MAX];
};

static uint64_t now_of(const struct iw_encounter *encounter)
{
    return iw_loop_now(encounter->options.loop);
}

/* The last thing in a callback. */
static void finish(struct iw_encounter *encounter)
{
    const struct iw_mock_report report = iw_mock_report(encounter->mock);
    encounter->phase = OVER;
    encounter->facts.connections = report.connections;
    encounter->facts.server = report.finding;
    encounter->finding =
        iw_encounter_judge(&encounter->facts, encounter->text, sizeof encounter->text);
    iw_timer_set(encounter->timer, UINT64_MAX);
    encounter->options.done(encounter->options.context, encounter);
}

static void on_output(void *context, struct iw_child *child, struct iw_span octets)
{
    struct iw_encounter *encounter = context;
    (void)child;
    if (encounter->abandoned)
        return;
    const struct iw_span last = iw_span_part(
        octets, octets.length > OUTPUT_OCTETS_MAX / 2 ? octets.length - OUTPUT_OCTETS_MAX / 2 : 0,
        octets.length);
    if (iw_buf_span(&encounter->output).length + last.length > OUTPUT_OCTETS_MAX)
        iw_buf_consume(&encounter->output, OUTPUT_OCTETS_MAX / 2);
    iw_buf_add(&encounter->output, last);
}

static void on_exited(void *context, struct iw_child *child, const struct iw_child_exit *exit)
{
    struct iw_encounter *encounter = context;
    (void)child;
    encounter->child = NULL;
    if (encounter->abandoned) {
        free(encounter);
        return;
    }
    if (encounter->phase == KILLED || encounter->phase == RUNNING)
        encounter->phase = SETTLING;
    encounter->ended = now_of(encounter);
    encounter->facts.exit = *exit;
    iw_timer_set(encounter->timer, now_of(encounter) + SETTLE_MS);
}

static const struct iw_child_events child_events = {on_output, on_exited};

static void on_dialogue_over(void *context)
{
    struct iw_encounter *encounter = context;
    encounter->dialogue_over = true;
}

static bool is_settled(struct iw_encounter *encounter)
{
    const bool rules = encounter->options.twin || encounter->options.scenario->rules != NULL;
    return rules || encounter->dialogue_over || ++encounter->settled > SETTLE_STEPS;
}

static void on_timer(void *context)
{
    struct iw_encounter *encounter = context;
    switch (encounter->phase) {
    case RUNNING:
        encounter->facts.timed_out = true;
        encounter->ended = now_of(encounter);
        encounter->phase = KILLED;
        iw_child_kill(encounter->child, SIGKILL);
        iw_timer_set(encounter->timer, now_of(encounter) + EXIT_AFTER_KILL);
        break;
    case SETTLING:
        if (is_settled(encounter))
            finish(encounter);
        else
            iw_timer_set(encounter->timer, now_of(encounter) + SETTLE_MS);
        break;
    case KILLED: /* something of it lives on outside of its process group, and holds its output */
        finish(encounter);
        break;
    case OVER:
        break;
    }
}

static bool start_server(struct iw_encounter *encounter, struct iw_error *error)
{
    const struct iw_encounter_options *options = &encounter->options;
    const struct iw_mock_options mock = {
        .scenario = options->scenario,
        .variant = options->variant,
        .twin = options->twin,
        .step_ms = options->step_ms,
        .seed = options->seed,
        .done = on_dialogue_over,
        .context = encounter,
    };
    encounter->mock = iw_mock_start(options->loop, &mock, error);
    return encounter->mock != NULL;
}

struct iw_span iw_encounter_policy(const struct iw_scenario *scenario)
{
    static const struct {
        const char *tls, *policy;
    } policies[] = {{"none", "plain"}, {"starttls", "starttls"}, {"implicit", "tls"}};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        if (iw_span_equal(scenario->given.tls.mode, iw_span_of(policies[i].tls)))
            return iw_span_of(policies[i].policy);
    return iw_span(NULL, 0);
}

static bool start_client(struct iw_encounter *encounter, struct iw_error *error)
{
    const struct iw_encounter_options *options = &encounter->options;
    const struct iw_given *given = &options->scenario->given;
    const bool has_user = given->user_count > 0;
    const struct iw_client_facts facts = {
        .host = "127.0.0.1",
        .port = iw_mock_port(encounter->mock),
        .tls_port = iw_mock_tls_port(encounter->mock),
        .user = has_user ? given->users[0].name : IW_SPAN("user"),
        .password = has_user ? given->users[0].password : IW_SPAN("secret"),
        .ca = iw_mock_ca_file(encounter->mock),
        .certificate = iw_mock_client_file(encounter->mock),
        .task = options->task,
        .policy = iw_encounter_policy(options->scenario),
    };
    if (!iw_client_command_make(&encounter->command, options->command, options->command_count,
                                &facts)) {
        iw_failf(error, IW_LIMIT, "the client's command line is too long");
        return false;
    }
    encounter->child =
        iw_child_spawn(options->loop, encounter->command.argv, encounter->command.environment,
                       &child_events, encounter, error);
    return encounter->child != NULL;
}

struct iw_encounter *iw_encounter_start(const struct iw_encounter_options *options,
                                        struct iw_error *error)
{
    struct iw_encounter *encounter = calloc(1, sizeof *encounter);
    if (encounter == NULL) {
        iw_failf(error, IW_NO_MEMORY, "no memory");
        return NULL;
    }
    encounter->options = *options;
    encounter->facts.scenario = options->scenario;
    encounter->facts.twin = options->twin;
    encounter->facts.client_ms = options->client_ms;
    iw_buf_init(&encounter->output, NULL, OUTPUT_OCTETS_MAX);
    encounter->timer = iw_timer_new(options->loop, on_timer, encounter);
    encounter->began = now_of(encounter);
    if (encounter->timer == NULL || !start_server(encounter, error) ||
        !start_client(encounter, error)) {
        iw_encounter_free(encounter);
        return NULL;
    }
    iw_timer_set(encounter->timer, encounter->began + options->client_ms);
    return encounter;
}

/* The struct itself stays until a child that is still there has been killed. */
void iw_encounter_free(struct iw_encounter *encounter)
{
    if (encounter == NULL)
        return;
    if (encounter->timer != NULL)
        iw_timer_free(encounter->timer);
    if (encounter->mock != NULL)
        iw_mock_stop(encounter->mock);
    iw_client_command_release(&encounter->command);
    iw_buf_release(&encounter->output);
    encounter->abandoned = encounter->child != NULL;
    if (encounter->abandoned)
        iw_child_kill(encounter->child, SIGKILL);
    else
        free(encounter);
}

const struct iw_finding *iw_encounter_finding(const struct iw_encounter *encounter)
{
    return &encounter->finding;
}

const struct iw_transcript *iw_encounter_transcript(const struct iw_encounter *encounter)
{
    return iw_mock_transcript(encounter->mock);
}

struct iw_span iw_encounter_output(const struct iw_encounter *encounter)
{
    return iw_buf_span(&encounter->output);
}

uint64_t iw_encounter_ms(const struct iw_encounter *encounter)
{
    return encounter->ended - encounter->began;
}
