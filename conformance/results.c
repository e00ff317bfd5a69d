/* SPDX-License-Identifier: MIT */
#include "conformance/results.h"

#include "base/chars.h"
#include "conformance/text.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void iw_results_init(struct iw_results *results, const struct iw_run *run)
{
    *results = (struct iw_results){.run = *run};
}

static struct iw_report *add_report(struct iw_results *results, const struct iw_report_calls *calls,
                                    const char *path)
{
    struct iw_report *report = &results->reports[results->report_count++];
    *report = (struct iw_report){.calls = calls, .run = &results->run, .path = path};
    iw_buf_init(&report->body, NULL, IW_REPORT_OCTETS_MAX);
    iw_buf_init(&report->mutants, NULL, IW_REPORT_OCTETS_MAX);
    return report;
}

enum iw_result iw_results_add(struct iw_results *results, const struct iw_report_calls *calls,
                              const char *path, struct iw_error *error)
{
    if (results->report_count == IW_REPORTS_MAX)
        return iw_failf(error, IW_LIMIT, "at most %d reports", IW_REPORTS_MAX);
    const bool to_stdout = strcmp(path, "-") == 0;
    FILE *file = to_stdout ? stdout : fopen(path, "w");
    if (file == NULL)
        return iw_failf(error, IW_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    struct iw_report *report = add_report(results, calls, path);
    report->file = file;
    report->colour = to_stdout && isatty(STDOUT_FILENO);
    return IW_OK;
}

enum iw_result iw_results_add_transcripts(struct iw_results *results, const char *directory,
                                          struct iw_error *error)
{
    if (results->report_count == IW_REPORTS_MAX)
        return iw_failf(error, IW_LIMIT, "at most %d reports", IW_REPORTS_MAX);
    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        return iw_failf(error, IW_SYSTEM, "cannot make %s: %s", directory, strerror(errno));
    add_report(results, &iw_report_transcripts, directory);
    return IW_OK;
}

void iw_results_begin(struct iw_results *results)
{
    for (size_t i = 0; i < results->report_count; i++)
        results->reports[i].calls->begin(&results->reports[i]);
}

void iw_results_case(struct iw_results *results, const struct iw_case_result *result)
{
    assert(result->detail != NULL && result->expected != NULL && result->received != NULL);
    results->summary.counts[result->verdict]++;
    results->summary.total++;
    results->summary.mirrored_cases += result->mirrored;
    for (size_t i = 0; i < results->report_count; i++) {
        struct iw_report *report = &results->reports[i];
        report->number++;
        report->calls->result(report, result);
    }
}

void iw_results_mutant(struct iw_results *results, const struct iw_mutant_result *mutant)
{
    results->summary.mutants++;
    results->summary.mirrored_mutants += mutant->mirrored;
    results->summary.survivors += mutant->killed ? 0 : 1;
    for (size_t i = 0; i < results->report_count; i++) {
        struct iw_report *report = &results->reports[i];
        report->number++;
        report->calls->mutant(report, mutant);
    }
}

static int exit_status(const struct iw_results *results)
{
    const struct iw_summary *summary = &results->summary;
    if (summary->unusable || summary->interrupted || summary->counts[IW_SETUP] > 0)
        return 2;
    if (summary->survivors > 0)
        return 1;
    for (int verdict = 0; verdict < IW_VERDICT_COUNT; verdict++) {
        if (summary->counts[verdict] > 0 &&
            iw_verdict_counts((enum iw_verdict)verdict, results->run.strict)) {
            return 1;
        }
    }
    return 0;
}

/* True when everything has reached the file. */
static bool finish(struct iw_report *report)
{
    bool written = !report->failed && !report->body.failed && !report->mutants.failed;
    if (report->file != NULL)
        written = fflush(report->file) == 0 && ferror(report->file) == 0 && written;
    if (report->file != NULL && report->file != stdout)
        written = fclose(report->file) == 0 && written;
    iw_buf_release(&report->body);
    iw_buf_release(&report->mutants);
    if (!written)
        fprintf(stderr, "imapwright: the report %s could not be written\n", report->path);
    return written;
}

void iw_results_unusable(struct iw_results *results, const char *part, enum iw_verdict verdict,
                         const char *detail)
{
    const struct iw_case_result result = {
        .id = part,
        .verdict = verdict,
        .detail = detail,
        .expected = "",
        .received = "",
        .place = "",
        .pointer = "",
        .tokens = "",
        .transcript = "",
    };
    results->summary.unusable = true;
    iw_results_case(results, &result);
}

int iw_results_end(struct iw_results *results, uint64_t ms)
{
    results->summary.ms = ms;
    int status = exit_status(results);
    for (size_t i = 0; i < results->report_count; i++) {
        struct iw_report *report = &results->reports[i];
        report->calls->end(report, &results->summary);
        if (!finish(report))
            status = 2;
    }
    results->report_count = 0;
    return status;
}

void iw_results_again(const struct iw_run *run, const struct iw_case_result *result,
                      struct iw_buf *out)
{
    iw_buf_add_string(out, run->again_before);
    if (result->scenario != NULL) {
        iw_buf_add_char(out, ' ');
        iw_text_shell(out, result->id);
    }
    if (run->again_after[0] != '\0') {
        iw_buf_add_char(out, ' ');
        iw_buf_add_string(out, run->again_after);
    }
}

void iw_results_clause(const struct iw_clause *clause, struct iw_buf *out)
{
    if (clause == NULL)
        return;
    iw_buf_add(out, clause->id);
    iw_buf_addf(out, " (%s", iw_level_name(clause->level));
    const bool is_rfc = clause->rfc.length > 0 && iw_is(clause->rfc.data[0], IW_CHAR_DIGIT);
    iw_buf_add_string(out, is_rfc ? ", RFC " : ", ");
    iw_buf_add(out, clause->rfc);
    iw_buf_add_string(out, "): ");
    iw_buf_add(out, clause->requirement);
}

enum iw_result_class iw_results_class(enum iw_verdict verdict, bool strict)
{
    switch (verdict) {
    case IW_SKIP:
    case IW_XFAIL:
        return IW_CLASS_SKIPPED;
    case IW_BLOCKED:
    case IW_SETUP:
        return IW_CLASS_BROKEN;
    default:
        return iw_verdict_counts(verdict, strict) ? IW_CLASS_FAILED : IW_CLASS_PASSED;
    }
}

/* "  0.012 C0: …" */
static bool is_helper(const char *line)
{
    line += strspn(line, " 0123456789.");
    return (line[0] == 'C' || line[0] == 'S' || line[0] == '-') && line[1] == '0' && line[2] == ':';
}

/* With its LF. */
static size_t line_length(const char *line)
{
    const size_t length = strcspn(line, "\n");
    return length + (line[length] == '\n' ? 1 : 0);
}

/* The last lines of the text up to end, of which those of the helper may not count. */
static void add_last(const char *text, const char *end, size_t lines, bool helper,
                     struct iw_buf *out)
{
    size_t total = 0, seen = 0;
    for (const char *line = text; line < end; line += line_length(line))
        total += helper || !is_helper(line);
    for (const char *line = text; line < end; line += line_length(line)) {
        if (!helper && is_helper(line))
            continue;
        if (lines == 0 || seen + lines >= total)
            iw_buf_add(out, iw_span(line, line_length(line)));
        seen++;
    }
}

void iw_results_wire(const struct iw_case_result *result, size_t lines, bool helper,
                     struct iw_buf *out)
{
    const char *end = result->transcript + strlen(result->transcript);
    const char *note = strstr(result->transcript, IW_RESULT_NOTE);
    add_last(result->transcript, note == NULL ? end : note, lines, helper, out);
    if (note != NULL) {
        iw_buf_add_string(out, IW_RESULT_NOTE);
        add_last(note + strlen(IW_RESULT_NOTE), end, lines, true, out);
    }
}

void iw_results_place(const struct iw_case_result *result, struct iw_buf *out)
{
    iw_buf_add_string(out, result->place);
    if (result->pointer[0] != '\0')
        iw_buf_addf(out, " (at %s)", result->pointer);
}
