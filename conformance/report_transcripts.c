/* SPDX-License-Identifier: MIT */
/* A file per case with what went over the wire: DIR/server--store--silent.txt. */
#include "conformance/results.h"

enum { PATH_OCTETS_MAX = 4096 };

static void begin(struct iw_report *report)
{
    (void)report;
}

/* Every octet that could lead out of the directory, or that a shell minds, becomes "-". */
static void add_file_name(struct iw_buf *path, const char *id)
{
    for (const char *c = id; *c != '\0'; c++) {
        const bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                           (*c >= '0' && *c <= '9') || *c == '-' || *c == '=' || *c == '_';
        if (*c == '/')
            iw_buf_add_string(path, "--");
        else
            iw_buf_add_char(path, plain ? *c : '-');
    }
}

static void put_case(struct iw_report *report, const struct iw_case_result *result)
{
    if (result->transcript[0] == '\0')
        return;
    struct iw_buf path;
    iw_buf_init(&path, NULL, PATH_OCTETS_MAX);
    iw_buf_addf(&path, "%s/", report->path);
    add_file_name(&path, result->id);
    iw_buf_add_string(&path, ".txt");
    FILE *file = path.failed ? NULL : fopen(iw_buf_string(&path), "w");
    const bool written = file != NULL && fputs(result->transcript, file) >= 0;
    if (file == NULL || fclose(file) != 0 || !written)
        report->failed = true;
    iw_buf_release(&path);
}

static void put_mutant(struct iw_report *report, const struct iw_mutant_result *mutant)
{
    (void)report;
    (void)mutant;
}

static void end(struct iw_report *report, const struct iw_summary *summary)
{
    (void)report;
    (void)summary;
}

const struct iw_report_calls iw_report_transcripts = {begin, put_case, put_mutant, end};
