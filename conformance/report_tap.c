/* SPDX-License-Identifier: MIT */
/* The Test Anything Protocol, version 13: the plan stands at the end, reasons in a YAML block. */
#include "base/json_writer.h"
#include "conformance/results.h"

#include <string.h>

static void begin(struct iw_report *report)
{
    fputs("TAP version 13\n", report->file);
}

/* Behind "#" stands a directive, so a lone one is escaped; a line stays a line. */
static void add_description(struct iw_buf *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '#' || *c == '\\')
            iw_buf_add_char(out, '\\');
        iw_buf_add_char(out, (unsigned char)*c < 0x20 ? ' ' : *c);
    }
}

/* A JSON string is a YAML string. */
static void add_member(struct iw_buf *out, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    struct iw_json_writer writer;
    iw_buf_addf(out, "  %s: ", name);
    iw_json_writer_init(&writer, out, IW_JSON_ONE_LINE);
    iw_json_put_string(&writer, NULL, text);
    iw_buf_add_char(out, '\n');
}

/* A sequence of JSON strings. */
static void add_lines(struct iw_buf *out, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    struct iw_json_writer writer;
    iw_buf_addf(out, "  %s:\n", name);
    for (const char *line = text; *line != '\0'; line += *line == '\n') {
        const size_t length = strcspn(line, "\n");
        iw_buf_add_string(out, "    - ");
        iw_json_writer_init(&writer, out, IW_JSON_ONE_LINE);
        iw_json_put_text(&writer, NULL, iw_span(line, length));
        iw_buf_add_char(out, '\n');
        line += length;
    }
}

static void add_reasons(struct iw_buf *out, const struct iw_report *report,
                        const struct iw_case_result *result)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, IW_REPORT_OCTETS_MAX);
    iw_buf_add_string(out, "  ---\n");
    add_member(out, "verdict", iw_verdict_name(result->verdict));
    add_member(out, "detail", result->detail);
    iw_results_clause(result->clause, &text);
    add_member(out, "clause", iw_buf_string(&text));
    add_member(out, "expected", result->expected);
    add_member(out, "received", result->received);
    iw_buf_clear(&text);
    iw_results_place(result, &text);
    add_member(out, "at", iw_buf_string(&text));
    add_lines(out, "tokens", result->tokens);
    iw_buf_clear(&text);
    iw_results_wire(result, IW_REPORT_WIRE_LINES, result->verdict == IW_BLOCKED, &text);
    add_lines(out, "wire", iw_buf_string(&text));
    iw_buf_clear(&text);
    iw_results_again(report->run, result, &text);
    add_member(out, "again", iw_buf_string(&text));
    iw_buf_add_string(out, "  ...\n");
    iw_buf_release(&text);
}

static const char *directive_of(enum iw_verdict verdict)
{
    return verdict == IW_SKIP ? " # SKIP " : verdict == IW_XFAIL ? " # TODO " : NULL;
}

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    const enum iw_result_class class = iw_results_class(result->verdict, report->run->strict);
    const bool ok = class == IW_CLASS_PASSED || result->verdict == IW_SKIP;
    const char *directive = directive_of(result->verdict);
    struct iw_buf out;
    iw_buf_init(&out, NULL, IW_REPORT_OCTETS_MAX);
    iw_buf_addf(&out, "%sok %zu - ", ok ? "" : "not ", report->number);
    add_description(&out, result->id);
    if (directive != NULL) {
        iw_buf_add_string(&out, directive);
        add_description(&out, result->detail);
    }
    iw_buf_add_char(&out, '\n');
    if (directive == NULL && result->verdict != IW_PASS)
        add_reasons(&out, report, result);
    fputs(iw_buf_string(&out), report->file);
    fflush(report->file);
    iw_buf_release(&out);
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 16);
    iw_buf_addf(&out, "%sok %zu - ", mutant->killed ? "" : "not ", report->number);
    add_description(&out, mutant->mutant);
    iw_buf_add_string(&out, " turns red ");
    add_description(&out, mutant->check);
    iw_buf_add_char(&out, '\n');
    fputs(iw_buf_string(&out), report->file);
    iw_buf_release(&out);
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    if (summary->interrupted)
        fputs("Bail out! interrupted\n", report->file);
    fprintf(report->file, "1..%zu\n", report->number);
}

const struct iw_report_calls iw_report_tap = {begin, put_case, put_mutant, end};
