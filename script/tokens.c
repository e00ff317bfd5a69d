/* SPDX-License-Identifier: MIT */
#include "script/tokens.h"

#include "script/shown.h"

#include <string.h>

enum { TOKENS_MAX = 40, COLUMN = 28 };

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

/* "NO|BAD" takes either. */
static bool tokens_agree(struct iw_span expected, struct iw_span received)
{
    if (iw_span_starts(expected, IW_SPAN("${")) || iw_span_equal_nocase(expected, received))
        return true;
    for (size_t begin = 0, end = 0; end < expected.length; begin = end + 1) {
        for (end = begin; end < expected.length && expected.data[end] != '|';)
            end++;
        if (iw_span_equal(iw_span_part(expected, begin, end), received))
            return received.length > 0;
    }
    return false;
}

/* The line says how something went: behind it stands prose, which is free. */
static bool is_status(struct iw_span line)
{
    static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    struct iw_span word = next_token(&line);
    if (iw_span_equal(word, IW_SPAN("*")))
        word = next_token(&line);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tokens_agree(word, iw_span_of(words[i])) && word.length > 0 && word.data[0] != '$')
            return true;
    return false;
}

static void add_column(struct iw_buf *out, struct iw_span token)
{
    size_t begin = out->length;
    iw_add_shown(out, token, COLUMN);
    for (size_t width = out->length - begin; width < COLUMN; width++)
        iw_buf_add_char(out, ' ');
}

static void write_beside(struct iw_span expected, struct iw_span received, struct iw_buf *out)
{
    bool agreed = true, prose = is_status(expected);
    for (size_t i = 0; i < TOKENS_MAX; i++) {
        struct iw_span wanted = next_token(&expected);
        struct iw_span came = next_token(&received);
        if (wanted.length == 0 && (came.length == 0 || prose))
            return;
        add_column(out, wanted);
        iw_buf_add_string(out, " | ");
        iw_add_shown(out, came, COLUMN);
        if (agreed && !tokens_agree(wanted, came)) {
            agreed = false;
            iw_buf_add_string(out, came.length == 0     ? "   <- is missing"
                                   : wanted.length == 0 ? "   <- is too much"
                                                        : "   <- differs");
        }
        iw_buf_add_char(out, '\n');
    }
    iw_buf_add_string(out, "and so on\n");
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

void iw_tokens_beside(struct iw_span expected, struct iw_span received, struct iw_buf *out)
{
    expected = without_side(expected);
    if (expected.length > 0 && received.length > 0)
        write_beside(expected, without_tag(expected, received), out);
}
