/* SPDX-License-Identifier: MIT */
/* The results as one page: what the JSON report says, shown by conformance/report_page.h. */
#include "conformance/report_page.h"
#include "conformance/results.h"

static void begin(struct iw_report *report)
{
    iw_report_json.begin(report);
}

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    iw_report_json.result(report, result);
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    iw_report_json.mutant(report, mutant);
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    struct iw_buf json;
    iw_buf_init(&json, NULL, 2 * (size_t)IW_REPORT_OCTETS_MAX);
    iw_report_json_compose(report, summary, &json);
    const struct iw_page_run run = {.json = iw_buf_span(&json)};
    iw_report_page_write(report->file, &run, 1);
    report->failed = json.failed;
    iw_buf_release(&json);
}

const struct iw_report_calls iw_report_html = {begin, put_case, put_mutant, end};
