/* SPDX-License-Identifier: MIT */
#include "mockserver/explain.h"

#include "script/shown.h"
#include "script/tokens.h"

#include <string.h>

enum { SHOWN_MAX = 300, TOKENS_OCTETS_MAX = 1 << 14 };

static void add_line(struct iw_buf *out, const char *label, struct iw_span text)
{
    iw_buf_addf(out, "  %-10s", label);
    iw_add_shown(out, text, SHOWN_MAX);
    iw_buf_add_char(out, '\n');
}

static void add_place(const struct iw_scenario *scenario, const struct iw_finding *finding,
                      struct iw_buf *out)
{
    if (scenario == NULL || finding->place.line == 0)
        return;
    iw_buf_addf(out, "  at        %s:%u:%u", scenario->path, finding->place.line,
                finding->place.column);
    if (finding->place.pointer.length > 0) {
        iw_buf_add_string(out, " (at ");
        iw_buf_add(out, finding->place.pointer);
        iw_buf_add_char(out, ')');
    }
    iw_buf_add_char(out, '\n');
}

static void add_tokens(const struct iw_finding *finding, struct iw_buf *out)
{
    struct iw_buf tokens;
    iw_buf_init(&tokens, NULL, TOKENS_OCTETS_MAX);
    iw_tokens_beside(finding->expected, finding->received, &tokens);
    for (const char *line = iw_buf_string(&tokens); *line != '\0';) {
        size_t length = strcspn(line, "\n") + 1;
        iw_buf_add_string(out, "    ");
        iw_buf_add(out, iw_span(line, length));
        line += length;
    }
    iw_buf_release(&tokens);
}

static void add_lines(const struct iw_finding *finding, struct iw_buf *out)
{
    if (finding->step.length > 0)
        add_line(out, "step", finding->step);
    if (finding->expected.length > 0)
        add_line(out, "expected", finding->expected);
    if (finding->received.data != NULL)
        add_line(out, "received", finding->received);
    else if (finding->expected.length > 0)
        iw_buf_add_string(out, "  received  nothing\n");
    if (finding->step.length > 0)
        add_tokens(finding, out);
}

void iw_explain(const struct iw_scenario *scenario, const struct iw_finding *finding,
                const struct iw_transcript *transcript, struct iw_buf *out)
{
    iw_buf_addf(out, "%s", iw_verdict_name(finding->verdict));
    if (scenario != NULL) {
        iw_buf_addf(out, "  %s: ", scenario->id);
        iw_buf_add(out, scenario->title);
    }
    iw_buf_add_char(out, '\n');
    if (finding->verdict == IW_PASS)
        return;
    if (finding->text.length > 0)
        add_line(out, "why", finding->text);
    add_place(scenario, finding, out);
    add_lines(finding, out);
    if (transcript != NULL && transcript->count > 0) {
        iw_buf_add_string(out, "  the last lines of the wire:\n");
        iw_transcript_write(transcript, IW_EXPLAIN_LINES, out);
    }
}
