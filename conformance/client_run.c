/* SPDX-License-Identifier: MIT */
#include "conformance/client_run.h"

#include "conformance/encounter.h"
#include "conformance/row.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_OCTETS_MAX = 4096, NOTE_OCTETS_MAX = 1 << 18 };

/* How far one task of a case is. */
enum stage { STAGE_TWIN, STAGE_TWIN_RUNNING, STAGE_ATTEMPTS, STAGE_REFUSED };

/* A case: its tasks one after the other, each with the twin first, then all variants. */
struct entry {
    struct iw_row row;
    size_t task, tasks; /* tasks is at least 1; a scenario without any has an empty one */
    enum stage stage;
    size_t begun, running;
    size_t first_variant, variants, attempts; /* of one task */
};

struct job {
    struct run *run;
    struct entry *entry;
    struct iw_encounter *encounter; /* NULL: idle */
    struct iw_span task;
    size_t variant;
    bool twin;
};

struct run {
    const struct iw_client_run_options *options;
    struct entry *entries;
    size_t reported; /* entries handed on, in order */
    struct job *jobs;
    unsigned busy;
    bool stopped;
};

static void go_on(struct run *run);

static struct iw_span task_of(const struct entry *entry)
{
    const struct iw_texts *tasks = &entry->row.of->scenario->tasks;
    return entry->task < tasks->count ? tasks->items[entry->task] : IW_SPAN("");
}

/* ---- entries ---- */

static void begin_task(struct entry *entry)
{
    const struct iw_scenario *scenario = entry->row.of->scenario;
    entry->begun = 0;
    entry->stage = scenario->rules != NULL ? STAGE_TWIN : STAGE_ATTEMPTS;
}

static void prepare_entry(struct run *run, size_t index)
{
    struct entry *entry = &run->entries[index];
    const struct iw_case *of = &run->options->suite->cases[index];
    iw_row_init(&entry->row, of);
    entry->tasks = of->scenario->tasks.count > 0 ? of->scenario->tasks.count : 1;
    entry->variants = iw_case_variants(of, &entry->first_variant);
    entry->attempts = entry->variants * run->options->repeat;
    begin_task(entry);
}

static bool is_over(const struct entry *entry)
{
    return entry->task >= entry->tasks;
}

/* Goes to the next task when the present one is done. */
static void advance(struct entry *entry)
{
    const bool done = entry->stage == STAGE_REFUSED ||
                      (entry->stage == STAGE_ATTEMPTS && entry->begun == entry->attempts);
    if (!done || entry->running > 0 || is_over(entry))
        return;
    entry->task++;
    begin_task(entry);
}

static void report_ready(struct run *run)
{
    const struct iw_client_run_options *options = run->options;
    while (run->reported < options->suite->count && is_over(&run->entries[run->reported])) {
        struct entry *entry = &run->entries[run->reported++];
        iw_row_report(&entry->row, options->suite, options->expectations, options->results);
        iw_row_release(&entry->row);
    }
}

/* ---- attempts ---- */

/* "[n=3] fetch INBOX", as far as it tells attempts apart. */
static void name_attempt(const struct job *job, struct iw_buf *name)
{
    const struct entry *entry = job->entry;
    if (entry->variants > 1 && !job->twin)
        iw_variant_write(entry->row.of->scenario, job->variant, name);
    if (entry->tasks > 1) {
        iw_buf_add_string(name, iw_buf_span(name).length > 0 ? " " : "");
        iw_buf_add(name, job->task);
    }
}

/* The client's output, each line marked. */
static void write_note(struct iw_span output, struct iw_buf *note)
{
    bool fresh = true;
    if (output.length > 0)
        iw_buf_add_string(note, IW_RESULT_NOTE);
    for (size_t i = 0; i < output.length; i++) {
        if (fresh)
            iw_buf_add_string(note, "  > ");
        fresh = output.data[i] == '\n';
        if (output.data[i] != '\0')
            iw_buf_add_char(note, output.data[i]);
    }
    if (!fresh)
        iw_buf_add_char(note, '\n');
}

static void add_attempt(const struct job *job, const struct iw_encounter *encounter)
{
    const struct iw_finding *finding = iw_encounter_finding(encounter);
    struct iw_buf name, note;
    iw_buf_init(&name, NULL, NAME_OCTETS_MAX);
    iw_buf_init(&note, NULL, NOTE_OCTETS_MAX);
    name_attempt(job, &name);
    write_note(iw_encounter_output(encounter), &note);
    const struct iw_attempt attempt = {
        .verdict = finding->verdict,
        .name = iw_buf_string(&name),
        .detail = finding->text,
        .expected = finding->expected.length > 0 ? finding->expected : finding->step,
        .received = finding->received,
        .place = finding->place,
        .transcript = iw_encounter_transcript(encounter),
        .note = iw_buf_span(&note),
        .ms = iw_encounter_ms(encounter),
    };
    iw_row_add(&job->entry->row, &attempt, NULL, job->run->options->keep_transcripts);
    iw_buf_release(&name);
    iw_buf_release(&note);
}

static void on_done(void *context, struct iw_encounter *encounter)
{
    struct job *job = context;
    struct run *run = job->run;
    struct entry *entry = job->entry;
    const enum iw_verdict verdict = iw_encounter_finding(encounter)->verdict;
    entry->running--;
    if (job->twin)
        entry->stage = verdict == IW_PASS ? STAGE_ATTEMPTS : STAGE_REFUSED;
    if (!job->twin || verdict != IW_PASS)
        add_attempt(job, encounter);
    iw_encounter_free(encounter);
    job->encounter = NULL;
    run->busy--;
    advance(entry);
    go_on(run);
}

/* The client or a server for it cannot be started: it would be the same for every case. */
static void give_up(struct run *run, const struct iw_error *error)
{
    run->stopped = true;
    iw_results_unusable(run->options->results, "client", IW_SETUP, error->detail);
}

static void begin_attempt(struct run *run, struct job *job, struct entry *entry)
{
    const struct iw_client_run_options *options = run->options;
    const struct iw_scenario *scenario = entry->row.of->scenario;
    job->run = run;
    job->entry = entry;
    job->task = task_of(entry);
    job->twin = entry->stage == STAGE_TWIN;
    job->variant = entry->first_variant + entry->begun % entry->variants;
    const struct iw_encounter_options encounter = {
        .loop = options->loop,
        .scenario = scenario,
        .variant = job->variant,
        .twin = job->twin,
        .command = options->command,
        .command_count = options->command_count,
        .task = job->task,
        .client_ms = scenario->then.within_ms > 0 ? scenario->then.within_ms : options->client_ms,
        .step_ms = options->step_ms,
        .seed = options->seed,
        .done = on_done,
        .context = job,
    };
    struct iw_error error = {0};
    job->encounter = iw_encounter_start(&encounter, &error);
    if (job->encounter == NULL) {
        give_up(run, &error);
        return;
    }
    if (job->twin)
        entry->stage = STAGE_TWIN_RUNNING;
    else
        entry->begun++;
    entry->running++;
    run->busy++;
}

static struct job *idle_job(struct run *run)
{
    for (unsigned i = 0; i < run->options->jobs; i++) {
        if (run->jobs[i].encounter == NULL)
            return &run->jobs[i];
    }
    return NULL;
}

/* The first of the open cases that has something to begin; as many are open as there are jobs. */
static struct entry *next_entry(struct run *run)
{
    unsigned open = 0;
    for (size_t i = run->reported; i < run->options->suite->count; i++) {
        struct entry *entry = &run->entries[i];
        if (is_over(entry))
            continue;
        if (entry->stage == STAGE_TWIN ||
            (entry->stage == STAGE_ATTEMPTS && entry->begun < entry->attempts))
            return entry;
        if (++open >= run->options->jobs)
            break;
    }
    return NULL;
}

static void go_on(struct run *run)
{
    while (!run->stopped) {
        struct entry *entry = next_entry(run);
        struct job *job = entry != NULL ? idle_job(run) : NULL;
        if (job == NULL)
            break;
        begin_attempt(run, job, entry);
    }
    report_ready(run);
    if (run->busy == 0)
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
        iw_encounter_free(run->jobs[i].encounter);
        run->jobs[i].encounter = NULL;
    }
    run->busy = 0;
    run->options->results->summary.interrupted = true;
    iw_loop_stop(run->options->loop);
}

static void run_all(struct run *run)
{
    const struct iw_client_run_options *options = run->options;
    for (size_t i = 0; i < options->suite->count; i++)
        prepare_entry(run, i);
    const struct iw_work work = {.loop = options->loop,
                                 .run_ms = options->run_ms,
                                 .begin = begin,
                                 .stop = stop,
                                 .context = run,
                                 .busy = &run->busy};
    iw_stop_work(options->stop, &work);
    for (size_t i = run->reported; i < options->suite->count; i++)
        iw_row_release(&run->entries[i].row);
}

void iw_client_run(const struct iw_client_run_options *options)
{
    struct run run = {.options = options};
    run.entries = calloc(options->suite->count + 1, sizeof *run.entries);
    run.jobs = calloc(options->jobs, sizeof *run.jobs);
    if (run.entries != NULL && run.jobs != NULL)
        run_all(&run);
    else
        iw_results_unusable(options->results, "client", IW_SETUP, "no memory");
    free(run.entries);
    free(run.jobs);
    iw_loop_run(options->loop); /* until killed clients are gone */
}
