/* SPDX-License-Identifier: MIT */
/* The terminal: a line per case, below it what one needs to know when it did not pass, and a
 * summary at the end. */
#include "conformance/results.h"
#include "conformance/text.h"

#include <string.h>

enum { WIRE_COLUMNS = 150 };

static const char *colour_of(enum iw_verdict verdict)
{
    switch (verdict) {
    case IW_PASS:
        return "\033[32m";
    case IW_SKIP:
    case IW_XFAIL:
    case IW_INFO:
        return "\033[2m";
    case IW_WEAK:
    case IW_DEVIATION:
        return "\033[33m";
    default:
        return "\033[31m";
    }
}

static void add_word(struct iw_buf *out, const struct iw_report *report, enum iw_verdict verdict)
{
    if (report->colour)
        iw_buf_add_string(out, colour_of(verdict));
    iw_buf_addf(out, "%-9s", iw_verdict_name(verdict));
    if (report->colour)
        iw_buf_add_string(out, "\033[0m");
    iw_buf_add_char(out, ' ');
}

static void add_line(struct iw_buf *out, const char *name, const char *text)
{
    if (text[0] != '\0') {
        iw_buf_addf(out, "          %-9s ", name);
        iw_text_terminal(out, text);
        iw_buf_add_char(out, '\n');
    }
}

/* The front of a line that is too long for the eye, up to the end of a character. */
static struct iw_span shorten(struct iw_span line)
{
    size_t end = WIRE_COLUMNS;
    if (line.length <= end)
        return line;
    while (end > 0 && ((unsigned char)line.data[end] & 0xc0) == 0x80)
        end--;
    return iw_span_part(line, 0, end);
}

static void add_wire_line(struct iw_buf *out, struct iw_span line, bool whole)
{
    struct iw_buf one;
    const struct iw_span shown = whole ? line : shorten(line);
    iw_buf_init(&one, NULL, IW_REPORT_OCTETS_MAX);
    iw_buf_add(&one, shown);
    iw_buf_add_string(&one, shown.length < line.length ? " …" : "");
    iw_buf_add_string(out, "          | ");
    iw_text_terminal(out, iw_buf_string(&one));
    iw_buf_add_char(out, '\n');
    iw_buf_release(&one);
}

static void add_lines(struct iw_buf *out, const char *text, bool whole)
{
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        add_wire_line(out, iw_span(line, length), whole);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
}

static void add_transcript(struct iw_buf *out, const struct iw_report *report,
                           const struct iw_case_result *result)
{
    const bool all = report->verbose;
    struct iw_buf wire;
    iw_buf_init(&wire, NULL, IW_REPORT_OCTETS_MAX);
    iw_results_wire(result, all ? 0 : IW_REPORT_WIRE_LINES, all || result->verdict == IW_BLOCKED,
                    &wire);
    const char *text = iw_buf_string(&wire);
    if (*text != '\0')
        iw_buf_add_string(out, all ? "          wire\n"
                                   : "          wire      (the last lines; all with -v)\n");
    add_lines(out, text, all);
    iw_buf_release(&wire);
}

static void add_reasons(struct iw_buf *out, const struct iw_report *report,
                        const struct iw_case_result *result)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, 1 << 16);
    iw_results_clause(result->clause, &text);
    add_line(out, "clause", iw_buf_string(&text));
    add_line(out, "expected", result->expected);
    add_line(out, "received", result->received);
    add_line(out, "because", result->detail);
    iw_buf_clear(&text);
    iw_results_place(result, &text);
    add_line(out, "at", iw_buf_string(&text));
    add_lines(out, result->tokens, true);
    add_transcript(out, report, result);
    iw_buf_clear(&text);
    iw_results_again(report->run, result, &text);
    add_line(out, "again", iw_buf_string(&text));
    iw_buf_release(&text);
}

static void begin(struct iw_report *report)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 16);
    iw_text_terminal(&out, report->run->target);
    fprintf(report->file, "imapwright %s: %s\n", report->run->command, iw_buf_string(&out));
    iw_buf_release(&out);
}

static const char mirrored[] = "  (its own other side only)";

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, IW_REPORT_OCTETS_MAX);
    add_word(&out, report, result->verdict);
    iw_text_terminal(&out, result->id);
    const bool quiet = result->verdict == IW_SKIP || result->verdict == IW_XFAIL;
    if (quiet) {
        iw_buf_add_string(&out, ": ");
        iw_text_terminal(&out, result->detail);
    }
    iw_buf_add_string(&out, result->mirrored ? mirrored : "");
    iw_buf_add_char(&out, '\n');
    if (result->verdict != IW_PASS && (!quiet || report->verbose)) {
        add_reasons(&out, report, result);
    } else if (report->verbose) {
        add_transcript(&out, report, result);
    }
    fputs(iw_buf_string(&out), report->file);
    fflush(report->file);
    iw_buf_release(&out);
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 16);
    if (report->colour)
        iw_buf_add_string(&out, colour_of(mutant->killed ? IW_PASS : IW_FAILED));
    iw_buf_addf(&out, "%-9s%s ", mutant->killed ? "killed" : "SURVIVED",
                report->colour ? "\033[0m" : "");
    iw_text_terminal(&out, mutant->mutant);
    iw_buf_add_string(&out, "  by  ");
    iw_text_terminal(&out, mutant->check);
    iw_buf_add_string(&out, mutant->mirrored ? mirrored : "");
    iw_buf_add_char(&out, '\n');
    for (size_t i = 0; i < mutant->also_red_count && report->verbose; i++)
        add_line(&out, "also red", mutant->also_red[i]);
    if (!mutant->killed || report->verbose)
        add_line(&out, "because", mutant->detail);
    fputs(iw_buf_string(&out), report->file);
    iw_buf_release(&out);
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    FILE *file = report->file;
    fprintf(file, "\n%zu case%s in %llu.%03u s", summary->total, summary->total == 1 ? "" : "s",
            (unsigned long long)(summary->ms / 1000), (unsigned)(summary->ms % 1000));
    const char *separator = ": ";
    for (int verdict = 0; verdict < IW_VERDICT_COUNT; verdict++) {
        if (summary->counts[verdict] > 0) {
            fprintf(file, "%s%zu %s", separator, summary->counts[verdict],
                    iw_verdict_name((enum iw_verdict)verdict));
            separator = ", ";
        }
    }
    fputc('\n', file);
    if (summary->mutants > 0) {
        fprintf(file, "%zu mutant%s: %zu killed, %zu survived\n", summary->mutants,
                summary->mutants == 1 ? "" : "s", summary->mutants - summary->survivors,
                summary->survivors);
    }
    if (summary->mirrored_cases + summary->mirrored_mutants > 0) {
        fprintf(file, "against their own other side only: %zu case%s, %zu mutant%s\n",
                summary->mirrored_cases, summary->mirrored_cases == 1 ? "" : "s",
                summary->mirrored_mutants, summary->mirrored_mutants == 1 ? "" : "s");
    }
    if (summary->interrupted)
        fputs("interrupted: not everything was run\n", file);
}

const struct iw_report_calls iw_report_text = {begin, put_case, put_mutant, end};
