/* SPDX-License-Identifier: MIT */
#include "conformance/client_run.h"
#include "conformance/encounter.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127, EXIT_SIGNAL = 128 };

/* The signal that ended it, also when a shell in between tells of it as 128 + n. */
static int signal_of(const struct iw_child_exit *exit)
{
    static const int crashes[] = {4, 6, 7, 8, 11}; /* ILL, ABRT, BUS, FPE, SEGV */
    if (exit->signal != 0)
        return exit->signal;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        if (exit->status == EXIT_SIGNAL + crashes[i])
            return crashes[i];
    }
    return 0;
}

/* What holds whoever the server was: the client did not come to its end by itself, or cannot be
 * judged at all. */
static bool judge_end(const struct iw_encounter_facts *facts, struct iw_finding *finding,
                      char *text, size_t size)
{
    const int status = facts->exit.status;
    if (facts->timed_out) {
        finding->verdict = IW_TIMED_OUT;
        snprintf(text, size, "the client was still running after %u ms and was killed",
                 facts->client_ms);
    } else if (signal_of(&facts->exit) != 0) {
        finding->verdict = IW_CRASH;
        snprintf(text, size, "signal %d ended the client", signal_of(&facts->exit));
    } else if (status == IW_CLIENT_EXIT_BROKEN) {
        finding->verdict = IW_CRASH;
        snprintf(text, size, "the client fell over (exit status %d)", status);
    } else if (status == IW_CLIENT_EXIT_NO_TASK) {
        finding->verdict = IW_SKIP;
        snprintf(text, size, "the client does not implement the task");
    } else if (status == EXIT_NOT_FOUND || status == EXIT_NOT_EXECUTABLE) {
        finding->verdict = IW_SETUP;
        snprintf(text, size, "the client could not be run (exit status %d)", status);
    } else if (facts->connections == 0) {
        finding->verdict = IW_BLOCKED;
        snprintf(text, size, "the client never connected (exit status %d)", status);
    } else {
        return false;
    }
    return true;
}

static void judge_twin(const struct iw_encounter_facts *facts, struct iw_finding *finding,
                       char *text, size_t size)
{
    char reason[256] = "";
    if (judge_end(facts, finding, reason, sizeof reason)) {
        if (finding->verdict == IW_TIMED_OUT || finding->verdict == IW_CRASH)
            finding->verdict = IW_BLOCKED;
    } else if (facts->exit.status != IW_CLIENT_EXIT_OK) {
        finding->verdict = IW_BLOCKED;
        snprintf(reason, sizeof reason, "exit status %d", facts->exit.status);
    }
    if (finding->verdict == IW_BLOCKED)
        snprintf(text, size, "the client fails the correct server too: %s", reason);
    else
        snprintf(text, size, "%s", reason);
}

/* The exit status against what the scenario demands. */
static const char *outcome_problem(const struct iw_encounter_facts *facts)
{
    const bool worked = facts->exit.status == IW_CLIENT_EXIT_OK;
    switch (facts->scenario->then.client) {
    case IW_CLIENT_OK:
        return worked ? NULL : "the client was to succeed and reported an error";
    case IW_CLIENT_ERROR:
        return worked ? "the client was to report an error and exited as if all were well" : NULL;
    case IW_CLIENT_ANY:
    case IW_CLIENT_UNSAID:
        break;
    }
    return NULL;
}

static void judge_outcome(const struct iw_encounter_facts *facts, struct iw_finding *finding,
                          char *text, size_t size)
{
    const struct iw_then *then = &facts->scenario->then;
    const uint64_t peak = facts->exit.peak_octets;
    const bool too_big = then->peak_mb > 0 && peak > (uint64_t)then->peak_mb << 20;
    const char *problem = outcome_problem(facts);
    if (problem != NULL)
        snprintf(text, size, "%s (exit status %d)", problem, facts->exit.status);
    else if (too_big)
        snprintf(text, size, "the client took %llu MB of memory, more than %u",
                 (unsigned long long)(peak >> 20), then->peak_mb);
    if (problem == NULL && !too_big)
        return;
    finding->verdict = iw_verdict_of_level(facts->scenario->level);
    finding->place = then->place;
}

/* What the server saw says more than an exit status. */
static void add_server_side(const struct iw_finding *server, struct iw_finding *finding, char *text,
                            size_t size)
{
    const size_t length = strlen(text);
    snprintf(text + length, size - length, "; the server: %.*s", (int)server->text.length,
             server->text.length > 0 ? server->text.data : "");
    finding->expected = server->expected;
    finding->received = server->received;
    finding->place = server->place;
}

struct iw_finding iw_encounter_judge(const struct iw_encounter_facts *facts, char *text,
                                     size_t size)
{
    struct iw_finding finding = {.verdict = IW_PASS};
    const bool has_server = facts->server != NULL && facts->server->verdict != IW_PASS;
    text[0] = '\0';
    if (facts->twin) {
        judge_twin(facts, &finding, text, size);
    } else {
        const bool ended_badly = judge_end(facts, &finding, text, size);
        if (!ended_badly)
            judge_outcome(facts, &finding, text, size);
        if (finding.verdict == IW_PASS && has_server)
            return *facts->server;
        if (has_server && facts->connections > 0 && finding.verdict != IW_SKIP)
            add_server_side(facts->server, &finding, text, size);
    }
    finding.text = iw_span_of(text);
    return finding;
}
