/* SPDX-License-Identifier: MIT */
#include "mockserver/explain.h"

#include "base/chars.h"

#include <string.h>

enum { SHOWN_MAX = 300, TOKENS_MAX = 40, COLUMN = 28 };

/* Octets on one line: control octets as escapes, cut when too many. */
static void add_shown(struct iw_buf *out, struct iw_span text, size_t most)
{
    for (size_t i = 0; i < text.length && i < most; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '\r')
            iw_buf_add_string(out, "\\r");
        else if (c == '\n')
            iw_buf_add_string(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            iw_buf_addf(out, "\\x%02x", c);
        else
            iw_buf_add_char(out, (char)c);
    }
    if (text.length > most)
        iw_buf_add_string(out, "...");
}

static size_t quoted_length(struct iw_span text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (text.data[i] == '\\')
            i++;
        else if (text.data[i] == '"')
            return i + 1;
    }
    return text.length;
}

static size_t hole_length(struct iw_span text)
{
    const char *end = memchr(text.data, '}', text.length);
    return end == NULL ? text.length : (size_t)(end - text.data) + 1;
}

static bool is_bracket(char c)
{
    return c == '(' || c == ')' || c == '[' || c == ']';
}

/* Takes the next token from the front: a bracket, a quoted string, a ${hole}, a run of the rest. */
static struct iw_span next_token(struct iw_span *text)
{
    struct iw_span left = *text;
    while (left.length > 0 && (left.data[0] == ' ' || left.data[0] == '\r' || left.data[0] == '\n'))
        left = iw_span_part(left, 1, left.length);
    size_t length = left.length > 0 ? 1 : 0;
    if (length > 0 && left.data[0] == '"') {
        length = quoted_length(left);
    } else if (iw_span_starts(left, IW_SPAN("${"))) {
        length = hole_length(left);
    } else if (length > 0 && !is_bracket(left.data[0])) {
        while (length < left.length && memchr(" \r\n\"", left.data[length], 4) == NULL &&
               !is_bracket(left.data[length]))
            length++;
    }
    *text = iw_span_part(left, length, left.length);
    return iw_span_part(left, 0, length);
}

static bool tokens_agree(struct iw_span expected, struct iw_span received)
{
    return iw_span_starts(expected, IW_SPAN("${")) || iw_span_equal_nocase(expected, received);
}

static void add_column(struct iw_buf *out, struct iw_span token)
{
    size_t begin = out->length;
    add_shown(out, token, COLUMN);
    for (size_t width = out->length - begin; width < COLUMN; width++)
        iw_buf_add_char(out, ' ');
}

void iw_explain_tokens(struct iw_span expected, struct iw_span received, struct iw_buf *out)
{
    bool agreed = true;
    for (size_t i = 0; i < TOKENS_MAX; i++) {
        struct iw_span wanted = next_token(&expected);
        struct iw_span came = next_token(&received);
        if (wanted.length == 0 && came.length == 0)
            return;
        iw_buf_add_string(out, "    ");
        add_column(out, wanted);
        iw_buf_add_string(out, " | ");
        add_shown(out, came, COLUMN);
        if (agreed && !tokens_agree(wanted, came)) {
            agreed = false;
            iw_buf_add_string(out, came.length == 0     ? "   <- is missing"
                                   : wanted.length == 0 ? "   <- is too much"
                                                        : "   <- differs");
        }
        iw_buf_add_char(out, '\n');
    }
    iw_buf_add_string(out, "    and so on\n");
}

/* "C2 a: TEXT" without what stands in front of TEXT. */
static struct iw_span without_side(struct iw_span line)
{
    size_t at = 1;
    if (line.length < 3 || (line.data[0] != 'C' && line.data[0] != 'S'))
        return line;
    while (at < line.length && line.data[at] != ':' && at < 20)
        at++;
    if (at + 1 < line.length && line.data[at] == ':' && line.data[at + 1] == ' ')
        return iw_span_part(line, at + 2, line.length);
    return line;
}

/* A received command without its tag, which the scenario does not write. */
static struct iw_span without_tag(struct iw_span expected, struct iw_span received)
{
    struct iw_span rest = received, wanted = expected;
    struct iw_span tag = next_token(&rest);
    bool untagged = iw_span_equal(tag, IW_SPAN("*")) || iw_span_equal(tag, IW_SPAN("+"));
    if (untagged || rest.length == 0 || tokens_agree(next_token(&wanted), tag))
        return received;
    return rest;
}

static void add_line(struct iw_buf *out, const char *label, struct iw_span text)
{
    iw_buf_addf(out, "  %-10s", label);
    add_shown(out, text, SHOWN_MAX);
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
    if (finding->expected.length > 0 && finding->received.length > 0 && finding->step.length > 0) {
        struct iw_span expected = without_side(finding->expected);
        iw_explain_tokens(expected, without_tag(expected, finding->received), out);
    }
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
