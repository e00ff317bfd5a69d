/* SPDX-License-Identifier: MIT */
/* JUnit's XML as CI servers read it: one test suite per run; fail, deviation, timeout, crash and
 * xpass are failures, blocked and setup errors, skip and xfail skipped. */
#include "conformance/results.h"
#include "conformance/text.h"

static void begin(struct iw_report *report)
{
    (void)report;
}

static const char *const elements[] = {
    [IW_CLASS_PASSED] = NULL,
    [IW_CLASS_FAILED] = "failure",
    [IW_CLASS_BROKEN] = "error",
    [IW_CLASS_SKIPPED] = "skipped",
};

static void add_line(struct iw_buf *out, const char *name, const char *text)
{
    if (text[0] != '\0') {
        iw_buf_addf(out, "%-9s ", name);
        iw_text_xml(out, text);
        iw_buf_add_char(out, '\n');
    }
}

static void add_reasons(struct iw_report *report, const struct iw_case_result *result)
{
    struct iw_buf *out = &report->body;
    struct iw_buf text;
    iw_buf_init(&text, NULL, 1 << 16);
    iw_results_clause(result->clause, &text);
    add_line(out, "clause", iw_buf_string(&text));
    add_line(out, "expected", result->expected);
    add_line(out, "received", result->received);
    iw_buf_clear(&text);
    iw_results_place(result, &text);
    add_line(out, "at", iw_buf_string(&text));
    iw_text_xml(out, result->tokens);
    iw_buf_clear(&text);
    iw_results_again(report->run, result, &text);
    add_line(out, "again", iw_buf_string(&text));
    iw_buf_release(&text);
}

static void open_testcase(struct iw_report *report, const char *folder, const char *name,
                          uint64_t ms)
{
    struct iw_buf *out = &report->body;
    iw_buf_add_string(out, "  <testcase classname=\"");
    iw_text_xml(out, folder);
    iw_buf_add_string(out, "\" name=\"");
    iw_text_xml(out, name);
    iw_buf_addf(out, "\" time=\"%llu.%03u\">\n", (unsigned long long)(ms / 1000),
                (unsigned)(ms % 1000));
}

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    struct iw_buf *out = &report->body;
    open_testcase(report, report->run->command, result->id, result->ms);
    const char *element = elements[iw_results_class(result->verdict, report->run->strict)];
    if (element != NULL) {
        iw_buf_addf(out, "    <%s type=\"%s\" message=\"", element,
                    iw_verdict_name(result->verdict));
        iw_text_xml(out, result->detail);
        iw_buf_add_string(out, "\">");
        add_reasons(report, result);
        iw_buf_addf(out, "</%s>\n", element);
    } else if (result->verdict != IW_PASS) {
        iw_buf_addf(out, "    <system-out>%s: ", iw_verdict_name(result->verdict));
        iw_text_xml(out, result->detail);
        iw_buf_add_string(out, "</system-out>\n");
    }
    if (result->transcript[0] != '\0') {
        iw_buf_add_string(out, "    <system-err>");
        iw_text_xml(out, result->transcript);
        iw_buf_add_string(out, "</system-err>\n");
    }
    iw_buf_add_string(out, "  </testcase>\n");
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    struct iw_buf *out = &report->body;
    open_testcase(report, mutant->mutant, mutant->check, 0);
    if (!mutant->killed) {
        iw_buf_add_string(out, "    <failure type=\"survived\" message=\"");
        iw_text_xml(out, mutant->detail);
        iw_buf_add_string(out, "\"/>\n");
    }
    iw_buf_add_string(out, "  </testcase>\n");
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    size_t counts[IW_CLASS_SKIPPED + 1] = {0};
    for (int verdict = 0; verdict < IW_VERDICT_COUNT; verdict++) {
        counts[iw_results_class((enum iw_verdict)verdict, report->run->strict)] +=
            summary->counts[verdict];
    }
    struct iw_buf head;
    iw_buf_init(&head, NULL, 1 << 16);
    iw_buf_add_string(&head, "<testsuite name=\"imapwright ");
    iw_text_xml(&head, report->run->command);
    iw_buf_add_string(&head, "\" hostname=\"");
    iw_text_xml(&head, report->run->target);
    iw_buf_addf(&head, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
                summary->total + summary->mutants, counts[IW_CLASS_FAILED] + summary->survivors,
                counts[IW_CLASS_BROKEN], counts[IW_CLASS_SKIPPED]);
    fprintf(report->file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n%s",
            iw_buf_string(&head));
    fprintf(report->file, " time=\"%llu.%03u\">\n", (unsigned long long)(summary->ms / 1000),
            (unsigned)(summary->ms % 1000));
    fputs(iw_buf_string(&report->body), report->file);
    fputs("</testsuite>\n</testsuites>\n", report->file);
    iw_buf_release(&head);
}

const struct iw_report_calls iw_report_junit = {begin, put_case, put_mutant, end};
