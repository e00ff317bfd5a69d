/* SPDX-License-Identifier: MIT */
#include "cli/serve_verdict.h"

#include "conformance/encounter.h"
#include "conformance/row.h"
#include "mockserver/explain.h"

#include <stdio.h>

enum { REPORT_MAX = 1 << 20, WHY_MAX = 600, NAMES_MAX = 1 << 20 };

static size_t count_scenarios(const struct iw_mocks *mocks)
{
    size_t count = 0;
    for (const struct iw_mocks_member *m = mocks->first; m != NULL; m = m->next)
        count += m->scenario != NULL ? 1 : 0;
    return count;
}

static size_t count_connections(const struct iw_mocks *mocks)
{
    size_t count = 0;
    for (const struct iw_mocks_member *m = mocks->first; m != NULL; m = m->next)
        count += iw_mock_report(m->mock).connections;
    return count;
}

/* Of one scenario, as it stands; text: room for the line that says why, which the finding borrows.
 */
static struct iw_finding finding_of(const struct iw_serve_end *end,
                                    const struct iw_mocks_member *member, char *text, size_t size)
{
    const struct iw_mock_report report = iw_mock_report(member->mock);
    if (end->exit == NULL || count_scenarios(end->mocks) > 1)
        return *report.finding;
    const struct iw_encounter_facts facts = {.scenario = member->scenario,
                                             .timed_out = end->timed_out,
                                             .client_ms = end->client_ms,
                                             .exit = *end->exit,
                                             .connections = report.connections,
                                             .server = report.finding};
    return iw_encounter_judge(&facts, text, size);
}

/* ---- in words ---- */

/* Of a client that no scenario judges: whether it came and succeeded. */
static int judge_client(const struct iw_serve_end *end)
{
    const struct iw_child_exit *exit = end->exit;
    bool came = count_connections(end->mocks) > 0;
    if (end->timed_out)
        fprintf(stderr, "timeout: the client was killed after %u ms\n", end->client_ms);
    else if (exit->signal != 0)
        fprintf(stderr, "crash: signal %d ended the client\n", exit->signal);
    else if (!came)
        fputs("blocked: the client never connected\n", stderr);
    else
        fprintf(stderr, "the client's exit status: %d\n", exit->status);
    return came && !end->timed_out && exit->signal == 0 && exit->status == 0 ? 0 : 1;
}

static int status_of(enum iw_verdict verdict)
{
    return verdict == IW_SETUP ? 2 : iw_verdict_counts(verdict, false) ? 1 : 0;
}

static int explain(const struct iw_serve_end *end, const struct iw_mocks_member *member)
{
    char text[WHY_MAX];
    struct iw_buf out;
    struct iw_finding finding = finding_of(end, member, text, sizeof text);
    iw_buf_init(&out, NULL, REPORT_MAX);
    iw_explain(member->scenario, &finding, iw_mock_transcript(member->mock), &out);
    fputs(iw_buf_string(&out), stderr);
    iw_buf_release(&out);
    return status_of(finding.verdict);
}

static int judge_in_words(const struct iw_serve_end *end)
{
    int status = 0;
    if (end->unconnected) {
        fputs("timeout: no client has connected\n", stderr);
        return 1;
    }
    for (const struct iw_mocks_member *m = end->mocks->first; m != NULL; m = m->next) {
        int one = m->scenario == NULL ? 0 : explain(end, m);
        status = one > status ? one : status;
    }
    if (end->exit != NULL && count_scenarios(end->mocks) != 1) {
        int one = judge_client(end);
        status = one > status ? one : status;
    }
    return status;
}

/* ---- as JSON ---- */

static void add_case(const struct iw_serve_end *end, const struct iw_mocks_member *member,
                     struct iw_results *results)
{
    char text[WHY_MAX];
    const struct iw_suite suite = {0};
    const struct iw_expectations expectations = {0};
    const struct iw_finding finding = finding_of(end, member, text, sizeof text);
    const struct iw_case of = {.scenario = member->scenario, .variant = IW_VARIANT_ALL};
    const struct iw_attempt attempt = {.verdict = finding.verdict,
                                       .name = "",
                                       .detail = finding.text,
                                       .expected = finding.expected,
                                       .received = finding.received,
                                       .place = finding.place,
                                       .transcript = iw_mock_transcript(member->mock),
                                       .ms = end->ms};
    struct iw_row row;
    iw_row_init(&row, &of);
    iw_row_add(&row, &attempt, NULL, true);
    iw_row_report(&row, &suite, &expectations, results);
    iw_row_release(&row);
}

static void write_target(const struct iw_serve_options *options, struct iw_buf *out)
{
    for (size_t i = 0; i < options->client_count; i++)
        iw_buf_addf(out, "%s%s", i == 0 ? "" : " ", options->client[i]);
}

/* False: it could not be written. */
static bool write_json(const struct iw_serve_end *end)
{
    struct iw_error error = {0};
    struct iw_buf target;
    struct iw_results results;
    iw_buf_init(&target, NULL, NAMES_MAX);
    write_target(end->options, &target);
    const struct iw_run run = {.command = "serve",
                               .target = iw_buf_string(&target),
                               .again_before = "imapwright serve",
                               .again_after = ""};
    iw_results_init(&results, &run);
    bool written = iw_results_add(&results, &iw_report_json, end->options->json, &error) == IW_OK;
    if (!written)
        fprintf(stderr, "imapwright serve: %s\n", error.detail);
    iw_results_begin(&results);
    for (const struct iw_mocks_member *m = end->mocks->first; m != NULL; m = m->next) {
        if (m->scenario != NULL)
            add_case(end, m, &results);
    }
    written = iw_results_end(&results, end->ms) != 2 && written;
    iw_buf_release(&target);
    return written;
}

int iw_serve_judge(const struct iw_serve_end *end)
{
    int status = judge_in_words(end);
    bool written = end->options->json == NULL || write_json(end);
    return written ? status : 2;
}
