/* SPDX-License-Identifier: MIT */
/* client_scenarios [-v] PATH…: every client scenario, below the directories or in the files given,
 * is played to our own client: both in one process, under a virtual clock, with the server's octets
 * whole and in chunks drawn from seeds. Judged as check-client judges, the unharmed twin included.
 * One that does not pass is reported; exit 1 if any. -v shows each conversation. */
#include "conformance/client_run.h"
#include "conformance/client_task.h"
#include "conformance/encounter.h"
#include "script/transcript.h"
#include "tests/lib/each_scenario.h"
#include "tests/lib/mock_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CREDENTIAL_MAX = 4096,
    TRANSCRIPT_CAP = 1 << 20,
    SEEDS = 3, /* 0 is whole, the others in chunks */
    TIMEOUT_MS = 10 * 1000,
    CLIENT_MS = 120 * 1000 /* of virtual time for a whole visit */
};

/* ---- one visit ---- */

struct attempt {
    const struct iw_scenario *scenario;
    struct iw_span task;
    size_t variant;
    uint64_t seed;
    bool twin;
};

static const char *text_of(struct iw_span span, const char *otherwise, char room[CREDENTIAL_MAX])
{
    if (span.data == NULL)
        return otherwise;
    snprintf(room, CREDENTIAL_MAX, "%.*s", (int)span.length, span.data);
    return room;
}

/* The exit status of the client. */
static int visit(const struct attempt *attempt, struct iw_mock_wire *wire, FILE *said)
{
    char user[CREDENTIAL_MAX], password[CREDENTIAL_MAX];
    const struct iw_given *given = &attempt->scenario->given;
    const bool has_user = given->user_count > 0;
    const struct iw_span none = {NULL, 0};
    struct iw_task task = {.count = 0};
    struct iw_imap_failure failure;
    const struct iw_task_visit options = {
        .user = text_of(has_user ? given->users[0].name : none, "user", user),
        .password = text_of(has_user ? given->users[0].password : none, "secret", password),
        .out = said,
        .errors = said,
    };
    const struct iw_imap_options client = {
        .host = "localhost", .timeout_ms = TIMEOUT_MS, .command_ms = 2 * TIMEOUT_MS};
    const struct iw_span policy = iw_encounter_policy(attempt->scenario);
    const bool implicit = iw_span_equal(policy, IW_SPAN("tls"));
    if (!iw_task_split(&task, attempt->task) || iw_task_check(&task) != 0)
        return IW_CLIENT_EXIT_NO_TASK;
    struct iw_imap *imap =
        iw_imap_open_wire(iw_mock_wire_open(wire, implicit), implicit, &client, &failure);
    if (imap == NULL)
        return iw_task_report(&failure, said);
    if (iw_span_equal(policy, IW_SPAN("starttls")) &&
        iw_imap_starttls(imap, NULL, NULL) != IW_IMAP_OK) {
        iw_task_report(iw_imap_failure(imap), said);
        iw_imap_free(imap);
        return IW_CLIENT_EXIT_ERROR;
    }
    return iw_task_do(&task, imap, &options);
}

static void report(const struct attempt *attempt, const struct iw_finding *finding,
                   const char *said, const struct iw_transcript *transcript)
{
    struct iw_buf wire;
    iw_buf_init(&wire, NULL, TRANSCRIPT_CAP * 2);
    iw_transcript_write(transcript, 0, &wire);
    printf("%s, variant %zu, seed %llu, task %.*s%s", attempt->scenario->id, attempt->variant,
           (unsigned long long)attempt->seed, (int)attempt->task.length, attempt->task.data,
           attempt->twin ? ", the twin" : "");
    iw_print_finding(finding);
    printf("    said: %s\n%s\n", said, iw_buf_string(&wire));
    iw_buf_release(&wire);
}

static struct iw_finding judge(const struct attempt *attempt, struct iw_mock_wire *wire, int status,
                               uint64_t ms, char *text, size_t size)
{
    const struct iw_encounter_facts facts = {
        .scenario = attempt->scenario,
        .twin = attempt->twin,
        .timed_out = ms > CLIENT_MS || wire->stuck,
        .client_ms = CLIENT_MS,
        .exit = {.status = status},
        .connections = iw_host_connections(wire->host),
        .server = iw_host_finding(wire->host),
    };
    return iw_encounter_judge(&facts, text, size);
}

static bool play(const struct attempt *attempt, bool verbose)
{
    char text[600], *said = NULL;
    size_t said_length = 0;
    struct iw_error error = {0};
    struct iw_transcript transcript;
    struct iw_mock_wire wire = {.seed = attempt->seed};
    FILE *memory = open_memstream(&said, &said_length);
    iw_transcript_init(&transcript, TRANSCRIPT_CAP);
    const struct iw_host_options options = {.scenario = attempt->scenario,
                                            .variant = attempt->variant,
                                            .twin = attempt->twin,
                                            .transcript = &transcript};
    wire.host = iw_host_new(&options, &error);
    const uint64_t begun = iw_mock_now();
    const int status = wire.host == NULL || memory == NULL ? -1 : visit(attempt, &wire, memory);
    if (memory != NULL)
        fclose(memory);
    struct iw_finding finding = {.verdict = IW_BLOCKED, .text = iw_span_of(error.detail)};
    if (wire.host != NULL)
        finding = judge(attempt, &wire, status, iw_mock_now() - begun, text, sizeof text);
    if (finding.verdict != IW_PASS || verbose)
        report(attempt, &finding, said, &transcript);
    iw_host_free(wire.host);
    iw_transcript_release(&transcript);
    iw_mock_wire_release(&wire);
    free(said);
    return finding.verdict == IW_PASS;
}

/* ---- all of them ---- */

/* One task: the twin first, then every variant with every seed, up to the first that fails. */
static bool play_task(const struct iw_scenario *scenario, struct iw_span task, bool verbose)
{
    struct attempt attempt = {.scenario = scenario, .task = task, .twin = true};
    if (scenario->rules != NULL && !play(&attempt, verbose))
        return false;
    attempt.twin = false;
    for (size_t i = 0; i < iw_each_variants(scenario); i++) {
        attempt.variant = i;
        for (attempt.seed = 0; attempt.seed < SEEDS; attempt.seed++)
            if (!play(&attempt, verbose && attempt.seed == 0))
                return false;
    }
    return true;
}

static enum iw_outcome play_scenario(void *context, const struct iw_scenario *scenario)
{
    const bool *verbose = context;
    bool passed = scenario->tasks.count > 0;
    if (!passed)
        printf("%s: there is no task\n", scenario->id);
    for (size_t i = 0; i < scenario->tasks.count && passed; i++)
        passed = play_task(scenario, scenario->tasks.items[i], *verbose);
    return passed ? IW_OUTCOME_PASSED : IW_OUTCOME_FAILED;
}

int main(int count, char **arguments)
{
    size_t outcomes[IW_OUTCOMES] = {0};
    bool verbose = count > 1 && strcmp(arguments[1], "-v") == 0;
    int first = 1 + verbose;
    iw_each_scenario(arguments + first, count - first, play_scenario, &verbose, outcomes);
    printf("%zu scenarios passed, %zu failed\n", outcomes[IW_OUTCOME_PASSED],
           outcomes[IW_OUTCOME_FAILED]);
    return outcomes[IW_OUTCOME_FAILED] > 0 || outcomes[IW_OUTCOME_PASSED] == 0;
}
