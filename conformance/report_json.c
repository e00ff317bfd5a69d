/* SPDX-License-Identifier: MIT */
/* The results as one JSON object: target, seconds, summary, cases, mutants. --rerun-failed reads it
 * again (conformance/expect.h). */
#include "base/json_writer.h"
#include "conformance/results.h"

#include <string.h>

static void begin(struct iw_report *report)
{
    (void)report;
}

static void put_covers(struct iw_json_writer *writer, const struct iw_scenario *scenario)
{
    iw_json_open_array(writer, "covers");
    for (size_t i = 0; scenario != NULL && i < scenario->covers.count; i++)
        iw_json_put_text(writer, NULL, scenario->covers.items[i]);
    iw_json_close_array(writer);
}

static void put_clause(struct iw_json_writer *writer, const struct iw_clause *clause)
{
    if (clause == NULL)
        return;
    iw_json_open_object(writer, "clause");
    iw_json_put_text(writer, "id", clause->id);
    iw_json_put_text(writer, "rfc", clause->rfc);
    iw_json_put_string(writer, "level", iw_level_name(clause->level));
    iw_json_put_text(writer, "requirement", clause->requirement);
    iw_json_close_object(writer);
}

static void put_lines(struct iw_json_writer *writer, const char *key, const char *text)
{
    iw_json_open_array(writer, key);
    for (const char *line = text; *line != '\0'; line += *line == '\n') {
        const size_t length = strcspn(line, "\n");
        iw_json_put_text(writer, NULL, iw_span(line, length));
        line += length;
    }
    iw_json_close_array(writer);
}

/* What a reader needs to act on a case that did not pass. */
static void put_reasons(struct iw_json_writer *writer, const struct iw_report *report,
                        const struct iw_case_result *result)
{
    iw_json_put_string(writer, "expected", result->expected);
    iw_json_put_string(writer, "received", result->received);
    iw_json_put_string(writer, "place", result->place);
    iw_json_put_string(writer, "pointer", result->pointer);
    put_lines(writer, "tokens", result->tokens);
    struct iw_buf again;
    iw_buf_init(&again, NULL, 1 << 16);
    iw_results_again(report->run, result, &again);
    iw_json_put_string(writer, "again", iw_buf_string(&again));
    iw_buf_release(&again);
}

static void next_item(struct iw_buf *list, struct iw_json_writer *writer)
{
    iw_buf_add_string(list, iw_buf_span(list).length > 0 ? ",\n    " : "\n    ");
    iw_json_writer_init(writer, list, IW_JSON_ONE_LINE);
    iw_json_open_object(writer, NULL);
}

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    struct iw_json_writer writer;
    next_item(&report->body, &writer);
    const struct iw_scenario *scenario = result->scenario;
    iw_json_put_string(&writer, "id", result->id);
    iw_json_put_string(&writer, "verdict", iw_verdict_name(result->verdict));
    iw_json_put_string(&writer, "level", scenario ? iw_level_name(scenario->level) : "");
    put_covers(&writer, scenario);
    put_clause(&writer, result->clause);
    iw_json_put_text(&writer, "title", scenario ? scenario->title : iw_span_of(""));
    iw_json_put_seconds(&writer, "seconds", result->ms);
    iw_json_put_string(&writer, "detail", result->detail);
    if (result->mirrored)
        iw_json_put_bool(&writer, "mirrored", true);
    if (result->verdict != IW_PASS)
        put_reasons(&writer, report, result);
    iw_json_put_string(&writer, "transcript", result->transcript);
    iw_json_close_object(&writer);
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    struct iw_json_writer writer;
    next_item(&report->mutants, &writer);
    iw_json_put_string(&writer, "mutant", mutant->mutant);
    iw_json_put_string(&writer, "check", mutant->check);
    iw_json_put_bool(&writer, "killed", mutant->killed);
    if (mutant->mirrored)
        iw_json_put_bool(&writer, "mirrored", true);
    iw_json_open_array(&writer, "also_red");
    for (size_t i = 0; i < mutant->also_red_count; i++)
        iw_json_put_string(&writer, NULL, mutant->also_red[i]);
    iw_json_close_array(&writer);
    iw_json_put_string(&writer, "detail", mutant->detail);
    iw_json_close_object(&writer);
}

static void put_summary(struct iw_json_writer *writer, const struct iw_summary *summary)
{
    iw_json_open_object(writer, "summary");
    for (int verdict = 0; verdict < IW_VERDICT_COUNT; verdict++) {
        iw_json_put_number(writer, iw_verdict_name((enum iw_verdict)verdict),
                           summary->counts[verdict]);
    }
    iw_json_close_object(writer);
}

void iw_report_json_compose(const struct iw_report *report, const struct iw_summary *summary,
                            struct iw_buf *out)
{
    struct iw_json_writer writer;
    iw_json_writer_init(&writer, out, IW_JSON_ONE_LINE);
    iw_json_open_object(&writer, NULL);
    iw_json_put_string(&writer, "command", report->run->command);
    iw_json_put_string(&writer, "target", report->run->target);
    iw_json_put_seconds(&writer, "seconds", summary->ms);
    put_summary(&writer, summary);
    iw_buf_add_string(out, ",\n  \"cases\": [");
    iw_buf_add(out, iw_buf_span(&report->body));
    iw_buf_add_string(out, "],\n  \"mutants\": [");
    iw_buf_add(out, iw_buf_span(&report->mutants));
    iw_buf_add_string(out, "]}\n");
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, 2 * (size_t)IW_REPORT_OCTETS_MAX);
    iw_report_json_compose(report, summary, &out);
    const struct iw_span octets = iw_buf_span(&out);
    fwrite(octets.data, 1, octets.length, report->file);
    report->failed = out.failed;
    iw_buf_release(&out);
}

const struct iw_report_calls iw_report_json = {begin, put_case, put_mutant, end};
