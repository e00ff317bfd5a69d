/* SPDX-License-Identifier: MIT */
/* One HTML file that needs nothing else: a summary, and a row per case that opens to its clause,
 * what was expected and received, and the wire. */
#include "conformance/results.h"
#include "conformance/text.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

static const char style[] =
    "<style>\n"
    ":root { color-scheme: light dark; --good: #1a7f37; --bad: #c62828; --so: #9a6700;\n"
    "  --line: #8884; --faint: #8882 }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --good: #57ab5a; --bad: #ff7b72; --so: #d4a72c } }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto;\n"
    "  padding: 0 1rem }\n"
    "table { border-collapse: collapse; width: 100% }\n"
    "th, td { text-align: left; vertical-align: top; padding: .35rem .7rem;\n"
    "  border-bottom: 1px solid var(--line) }\n"
    "td p { margin: .3rem 0; overflow-wrap: anywhere }\n"
    "code, pre { font: 13px/1.45 ui-monospace, monospace }\n"
    "pre { background: var(--faint); padding: .6rem; overflow-x: auto }\n"
    "summary { cursor: pointer }\n"
    ".v { font-weight: 600; white-space: nowrap }\n"
    ".pass { color: var(--good) }\n"
    ".fail, .crash, .timeout, .blocked, .setup, .xpass { color: var(--bad) }\n"
    ".deviation, .weak { color: var(--so) }\n"
    ".counts span { margin-right: 1.2rem }\n"
    "</style>\n";

static void begin(struct iw_report *report)
{
    (void)report;
}

static void add_field(struct iw_buf *out, const char *name, const char *text)
{
    if (text[0] != '\0') {
        iw_buf_addf(out, "<p>%s: <code>", name);
        iw_text_xml(out, text);
        iw_buf_add_string(out, "</code></p>\n");
    }
}

static void add_verdict(struct iw_buf *out, const char *verdict)
{
    iw_buf_addf(out, "<td class=\"v %s\">%s</td>", verdict, verdict);
}

static void add_reasons(struct iw_buf *out, const struct iw_report *report,
                        const struct iw_case_result *result)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, 1 << 16);
    iw_results_clause(result->clause, &text);
    if (iw_buf_span(&text).length > 0) {
        iw_buf_add_string(out, "<p>");
        iw_text_xml(out, iw_buf_string(&text));
        iw_buf_add_string(out, "</p>\n");
    }
    add_field(out, "expected", result->expected);
    add_field(out, "received", result->received);
    iw_buf_clear(&text);
    iw_results_place(result, &text);
    add_field(out, "at", iw_buf_string(&text));
    if (result->tokens[0] != '\0') {
        iw_buf_add_string(out, "<pre>");
        iw_text_xml(out, result->tokens);
        iw_buf_add_string(out, "</pre>\n");
    }
    iw_buf_clear(&text);
    iw_results_again(report->run, result, &text);
    add_field(out, "again", iw_buf_string(&text));
    iw_buf_release(&text);
}

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    struct iw_buf *out = &report->body;
    iw_buf_add_string(out, "<tr>");
    add_verdict(out, iw_verdict_name(result->verdict));
    iw_buf_add_string(out, "<td><code>");
    iw_text_xml(out, result->id);
    iw_buf_add_string(out, "</code></td><td>");
    if (result->clause != NULL)
        iw_buf_add(out, result->clause->id);
    iw_buf_add_string(out, "</td><td>");
    iw_text_xml(out, result->detail);
    if (result->verdict != IW_PASS || result->transcript[0] != '\0') {
        iw_buf_add_string(out, "<details><summary>more</summary>\n");
        if (result->verdict != IW_PASS)
            add_reasons(out, report, result);
        if (result->transcript[0] != '\0') {
            iw_buf_add_string(out, "<pre>");
            iw_text_xml(out, result->transcript);
            iw_buf_add_string(out, "</pre>");
        }
        iw_buf_add_string(out, "</details>");
    }
    iw_buf_add_string(out, "</td></tr>\n");
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    struct iw_buf *out = &report->mutants;
    iw_buf_addf(out, "<tr><td class=\"v %s\">%s</td><td><code>", mutant->killed ? "pass" : "fail",
                mutant->killed ? "killed" : "survived");
    iw_text_xml(out, mutant->mutant);
    iw_buf_add_string(out, "</code></td><td><code>");
    iw_text_xml(out, mutant->check);
    iw_buf_add_string(out, "</code></td><td>");
    iw_text_xml(out, mutant->detail);
    iw_buf_add_string(out, "</td></tr>\n");
}

static void add_title(struct iw_buf *out, const struct iw_report *report)
{
    iw_buf_add_string(out, report->run->command);
    iw_buf_add_string(out, ": ");
    iw_text_xml(out, report->run->target);
}

static void add_counts(struct iw_buf *out, const struct iw_summary *summary)
{
    iw_buf_addf(out, "</h1>\n<p class=\"counts\"><span>%zu cases in %llu.%03u s</span>",
                summary->total, (unsigned long long)(summary->ms / 1000),
                (unsigned)(summary->ms % 1000));
    for (int verdict = 0; verdict < IW_VERDICT_COUNT; verdict++) {
        const char *name = iw_verdict_name((enum iw_verdict)verdict);
        if (summary->counts[verdict] > 0) {
            iw_buf_addf(out, "<span class=\"v %s\">%zu %s</span>", name, summary->counts[verdict],
                        name);
        }
    }
    iw_buf_add_string(out, summary->interrupted ? "<span>interrupted</span></p>\n" : "</p>\n");
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, 1 << 20);
    iw_buf_add_string(&out, head);
    iw_buf_add_string(&out, "<title>imapwright ");
    add_title(&out, report);
    iw_buf_add_string(&out, "</title>\n");
    iw_buf_add_string(&out, style);
    iw_buf_add_string(&out, "<h1>imapwright ");
    add_title(&out, report);
    add_counts(&out, summary);
    fputs(iw_buf_string(&out), report->file);
    iw_buf_release(&out);
    fputs("<table>\n<tr><th>verdict</th><th>case</th><th>clause</th><th>detail</th></tr>\n",
          report->file);
    fputs(iw_buf_string(&report->body), report->file);
    fputs("</table>\n", report->file);
    if (summary->mutants > 0) {
        fputs("<h2>Mutants</h2>\n<table>\n<tr><th></th><th>mutant</th><th>check</th>"
              "<th>detail</th></tr>\n",
              report->file);
        fputs(iw_buf_string(&report->mutants), report->file);
        fputs("</table>\n", report->file);
    }
    fputs("</html>\n", report->file);
}

const struct iw_report_calls iw_report_html = {begin, put_case, put_mutant, end};
