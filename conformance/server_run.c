/* SPDX-License-Identifier: MIT */
#include "conformance/server_run.h"

#include "conformance/live.h"
#include "conformance/needs.h"
#include "conformance/order.h"
#include "conformance/probe.h"
#include "conformance/scratch.h"

#include <stdio.h>
#include <stdlib.h>

enum { TRANSCRIPT_OCTETS_MAX = 1 << 20, NAME_OCTETS_MAX = 512 };

/* A case and how far it has come. */
struct entry {
    struct iw_row row;
    size_t begun, attempts; /* attempts: variants times repetitions; 0: it was skipped */
    size_t first_variant, variants;
};

struct job {
    struct run *run;
    struct entry *entry;
    struct iw_live *live; /* NULL: idle */
    size_t variant;
    struct iw_transcript transcript;
    char name[NAME_OCTETS_MAX]; /* of its mailboxes */
};

struct run {
    const struct iw_server_run_options *options;
    struct iw_secrets secrets;
    struct iw_breaches breaches;
    char root[IW_SCRATCH_NAME_MAX];
    struct entry *entries; /* as the suite has them */
    struct iw_order_item *order;
    size_t next;     /* item of the order from which attempts are begun */
    size_t reported; /* items handed on, in that order */
    struct job *jobs;
    struct iw_order_now now;
    unsigned serial; /* of attempts, for names */
    bool stopped;
};

static void go_on(struct run *run);

/* ---- rows ---- */

static void report_ready(struct run *run)
{
    const struct iw_server_run_options *options = run->options;
    while (run->reported < options->suite->count) {
        struct entry *entry = &run->entries[run->order[run->reported].index];
        if (entry->row.attempts < entry->attempts)
            return;
        iw_row_report(&entry->row, options->suite, options->expectations, options->results);
        iw_row_release(&entry->row);
        run->reported++;
    }
}

/* A case that the server cannot play is one attempt that was skipped. */
static void prepare_entry(struct run *run, size_t index)
{
    struct entry *entry = &run->entries[index];
    const struct iw_case *of = &run->options->suite->cases[index];
    iw_row_init(&entry->row, of);
    struct iw_buf reason;
    iw_buf_init(&reason, NULL, NAME_OCTETS_MAX);
    if (iw_needs_unmet(of->scenario, run->options->target, &reason)) {
        const struct iw_attempt skipped = {
            .verdict = IW_SKIP, .name = "", .detail = iw_buf_span(&reason)};
        iw_row_add(&entry->row, &skipped, NULL, false);
        entry->attempts = 0;
    } else {
        entry->variants = iw_case_variants(of, &entry->first_variant);
        entry->attempts = entry->variants * run->options->repeat;
    }
    iw_buf_release(&reason);
}

/* ---- attempts ---- */

static void name_attempt(const struct job *job, struct iw_buf *name)
{
    if (job->entry->attempts > 1)
        iw_variant_write(job->entry->row.of->scenario, job->variant, name);
}

static void on_done(void *context, struct iw_live *live)
{
    struct job *job = context;
    struct run *run = job->run;
    const struct iw_finding *finding = iw_live_finding(live);
    struct iw_buf name;
    iw_buf_init(&name, NULL, NAME_OCTETS_MAX);
    name_attempt(job, &name);
    const struct iw_attempt attempt = {
        .verdict = finding->verdict,
        .name = iw_buf_string(&name),
        .detail = finding->text,
        .expected = finding->expected.length > 0 ? finding->expected : finding->step,
        .received = finding->received,
        .place = finding->place,
        .transcript = &job->transcript,
        .ms = iw_live_ms(live),
    };
    iw_row_add(&job->entry->row, &attempt, &run->secrets, run->options->keep_transcripts);
    iw_buf_release(&name);
    run->now.connections -= iw_live_connections(live);
    run->now.cases--;
    iw_live_free(live);
    job->live = NULL;
    iw_transcript_release(&job->transcript);
    report_ready(run);
    go_on(run);
}

static void begin_attempt(struct run *run, struct job *job, const struct iw_order_item *item)
{
    const struct iw_server_run_options *options = run->options;
    struct entry *entry = &run->entries[item->index];
    const struct iw_scenario *scenario = entry->row.of->scenario;
    job->run = run;
    job->entry = entry;
    job->variant = entry->first_variant + entry->begun % entry->variants;
    entry->begun++;
    snprintf(job->name, sizeof job->name, "c%u", ++run->serial);
    iw_transcript_init(&job->transcript, TRANSCRIPT_OCTETS_MAX);
    iw_secrets_redact(&run->secrets, &job->transcript);
    const struct iw_live_options live = {
        .loop = options->loop,
        .target = options->target,
        .scenario = scenario,
        .variant = job->variant,
        .root = run->root,
        .name = job->name,
        .transcript = &job->transcript,
        .breaches = &run->breaches,
        .secrets = &run->secrets,
        .body_ms = item->reply_ms,
        .case_ms = options->case_ms,
        .seed = options->seed,
        .done = on_done,
        .context = job,
    };
    job->live = iw_live_start(&live);
    if (job->live == NULL) {
        const struct iw_attempt broken = {
            .verdict = IW_BLOCKED, .name = "", .detail = IW_SPAN("no memory")};
        iw_row_add(&entry->row, &broken, NULL, false);
        iw_transcript_release(&job->transcript);
        return;
    }
    run->now.cases++;
    run->now.connections += iw_live_connections(job->live);
}

static struct job *idle_job(struct run *run)
{
    for (unsigned i = 0; i < run->options->jobs; i++) {
        if (run->jobs[i].live == NULL)
            return &run->jobs[i];
    }
    return NULL;
}

/* The item of which the next attempt is begun; NULL: there is none left. */
static const struct iw_order_item *next_item(struct run *run)
{
    while (run->next < run->options->suite->count) {
        const struct iw_order_item *item = &run->order[run->next];
        if (run->entries[item->index].begun < run->entries[item->index].attempts)
            return item;
        run->next++;
    }
    return NULL;
}

static void go_on(struct run *run)
{
    const unsigned connections_max = run->options->target->connections_max;
    while (!run->stopped) {
        const struct iw_order_item *item = next_item(run);
        struct job *job = item != NULL ? idle_job(run) : NULL;
        if (job == NULL || !iw_order_may_begin(item, &run->now, connections_max))
            break;
        run->now.alone = item->alone;
        begin_attempt(run, job, item);
    }
    report_ready(run);
    if (run->now.cases == 0)
        iw_loop_stop(run->options->loop);
}

static void begin(void *context)
{
    go_on(context);
}

static void stop(void *context)
{
    struct run *run = context;
    run->stopped = true;
    for (unsigned i = 0; i < run->options->jobs; i++) {
        if (run->jobs[i].live != NULL) {
            iw_live_free(run->jobs[i].live);
            run->jobs[i].live = NULL;
            iw_transcript_release(&run->jobs[i].transcript);
        }
    }
    run->now.cases = 0;
    run->options->results->summary.interrupted = true;
    iw_loop_stop(run->options->loop);
}

/* ---- the run ---- */

static void play_all(struct run *run)
{
    const struct iw_server_run_options *options = run->options;
    for (size_t i = 0; i < options->suite->count; i++)
        prepare_entry(run, i);
    iw_order_make(run->order, options->suite, options->expectations, options->target->step_ms);
    const struct iw_work work = {.loop = options->loop,
                                 .run_ms = options->run_ms,
                                 .begin = begin,
                                 .stop = stop,
                                 .context = run,
                                 .busy = &run->now.cases};
    iw_stop_work(options->stop, &work);
    for (size_t i = run->reported; i < options->suite->count; i++)
        iw_row_release(&run->entries[run->order[i].index].row);
}

static bool start(struct run *run, struct iw_buf *problem)
{
    const struct iw_server_run_options *options = run->options;
    const enum iw_verdict verdict = iw_probe(options->loop, options->target, problem);
    if (verdict != IW_PASS) {
        iw_results_unusable(options->results, "target", verdict, iw_buf_string(problem));
        iw_buf_clear(problem);
        return false;
    }
    iw_scratch_name(options->target, options->unix_seconds, options->number, run->root);
    if (!iw_scratch_prepare(options->loop, options->target, run->root, options->unix_seconds,
                            problem)) {
        iw_results_unusable(options->results, "target", IW_SETUP, iw_buf_string(problem));
        iw_buf_clear(problem);
        return false;
    }
    return true;
}

void iw_server_run(const struct iw_server_run_options *options, struct iw_buf *problem)
{
    struct run run = {.options = options};
    run.entries = calloc(options->suite->count + 1, sizeof *run.entries);
    run.order = calloc(options->suite->count + 1, sizeof *run.order);
    run.jobs = calloc(options->jobs, sizeof *run.jobs);
    if (run.entries == NULL || run.order == NULL || run.jobs == NULL ||
        !iw_secrets_init(&run.secrets, options->target))
        iw_results_unusable(options->results, "target", IW_SETUP, "no memory");
    else if (start(&run, problem)) {
        iw_breaches_init(&run.breaches);
        play_all(&run);
        iw_breaches_report(&run.breaches, options->suite, options->expectations, options->results);
        iw_breaches_release(&run.breaches);
        iw_scratch_remove(options->loop, options->target, run.root, problem);
    }
    iw_secrets_release(&run.secrets);
    free(run.entries);
    free(run.order);
    free(run.jobs);
}
