/* SPDX-License-Identifier: MIT */
#include "client/arguments.h"

#include "base/chars.h"
#include "base/utf7.h"

#include <string.h>

enum { TEXT_MAX = 4 * 1024 * 1024, NESTING_MAX = 1000 };

void iw_arguments_init(struct iw_arguments *arguments, const struct iw_alloc *alloc)
{
    *arguments = (struct iw_arguments){.part_count = 0};
    iw_buf_init(&arguments->text, alloc, TEXT_MAX);
}

void iw_arguments_release(struct iw_arguments *arguments)
{
    iw_alloc_free(arguments->text.alloc, arguments->parts);
    iw_buf_release(&arguments->text);
}

/* ---- what a string is ---- */

/* The end of the quoted string that begins at text[at], behind its DQUOTE; 0: it has none. */
static size_t quoted_end(struct iw_span text, size_t at)
{
    for (size_t i = at + 1; i < text.length; i++) {
        bool escape = text.data[i] == '\\';
        if (text.data[i] == '"')
            return i + 1;
        if (escape && i + 1 < text.length && text.data[i + 1] != '"' && text.data[i + 1] != '\\')
            return 0;
        i += escape;
    }
    return 0;
}

bool iw_is_quoted(struct iw_span text)
{
    return text.length >= 2 && text.data[0] == '"' && quoted_end(text, 0) == text.length;
}

bool iw_is_enclosed(struct iw_span text)
{
    size_t depth = 0;
    if (text.length < 2 || text.data[0] != '(')
        return false;
    for (size_t i = 0; i < text.length;) {
        char c = text.data[i];
        size_t end = c == '"' ? quoted_end(text, i) : i + 1;
        depth += c == '(';
        if (end == 0 || depth > NESTING_MAX || (c == ')' && depth == 0))
            return false;
        depth -= c == ')';
        if (depth == 0 && end < text.length)
            return false;
        i = end;
    }
    return depth == 0;
}

static bool all_in(struct iw_span text, unsigned classes)
{
    for (size_t i = 0; i < text.length; i++)
        if (!iw_is(text.data[i], classes))
            return false;
    return text.length > 0;
}

/* Controls are none in a name, and what ends a line is nothing that encoding may hide. */
static bool is_plain(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < 0x20 && c != '\r' && c != '\n') || c >= 0x7f)
            return false;
    }
    return true;
}

static bool is_ascii(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

/* ---- adding ---- */

static bool is_open(const struct iw_arguments *arguments)
{
    return arguments->error.code == IW_OK;
}

static void refuse_8bit(struct iw_arguments *arguments)
{
    iw_failf(&arguments->error, IW_SYNTAX, "octets from 0x80 in an argument");
}

static void add_space(struct iw_arguments *arguments)
{
    if (!arguments->opened)
        iw_buf_add_char(&arguments->text, ' ');
    arguments->opened = false;
}

static void add_text(struct iw_arguments *arguments, struct iw_span text)
{
    add_space(arguments);
    iw_buf_add(&arguments->text, text);
}

/* quoted = DQUOTE *QUOTED-CHAR DQUOTE. What may not be in it is found by the queue. */
static void add_quoted(struct iw_arguments *arguments, struct iw_span text)
{
    struct iw_buf *out = &arguments->text;
    add_space(arguments);
    iw_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            iw_buf_add_char(out, '\\');
        iw_buf_add_char(out, text.data[i]);
    }
    iw_buf_add_char(out, '"');
}

static void add_part(struct iw_arguments *arguments, struct iw_part part)
{
    if (arguments->part_count == arguments->part_capacity) {
        size_t capacity = arguments->part_capacity == 0 ? 8 : arguments->part_capacity * 2;
        struct iw_part *parts =
            iw_alloc_resize(arguments->text.alloc, arguments->parts, capacity * sizeof *parts);
        if (parts == NULL) {
            iw_failf(&arguments->error, IW_NO_MEMORY, "no memory for the arguments");
            return;
        }
        arguments->parts = parts;
        arguments->part_capacity = capacity;
    }
    arguments->parts[arguments->part_count++] = part;
}

/* Text written since the last part becomes one; where it lies is settled at the end. */
static void end_text(struct iw_arguments *arguments)
{
    size_t length = arguments->text.length - arguments->part_begin;
    if (length > 0)
        add_part(arguments, (struct iw_part){.octets = {NULL, length}});
    arguments->part_begin = arguments->text.length;
}

void iw_add_raw(struct iw_arguments *arguments, const char *text)
{
    if (text == NULL || !is_open(arguments))
        return;
    if (!is_ascii(iw_span_of(text)))
        refuse_8bit(arguments);
    else if (text[0] == '\0')
        iw_failf(&arguments->error, IW_SYNTAX, "an empty argument");
    else
        add_text(arguments, iw_span_of(text));
}

void iw_add_upper(struct iw_arguments *arguments, const char *text)
{
    size_t begin = arguments->text.length;
    iw_add_raw(arguments, text);
    struct iw_span added = iw_span_part(iw_buf_span(&arguments->text), begin, SIZE_MAX);
    iw_buf_truncate(&arguments->text, begin);
    for (size_t i = 0; i < added.length; i++)
        iw_buf_add_char(&arguments->text, iw_upper(added.data[i]));
}

void iw_add_criteria(struct iw_arguments *arguments, const char *text)
{
    if (text == NULL || !is_open(arguments))
        return;
    if (text[0] == '\0')
        iw_failf(&arguments->error, IW_SYNTAX, "an empty argument");
    else
        add_text(arguments, iw_span_of(text));
}

void iw_add_list(struct iw_arguments *arguments, const char *text)
{
    if (text == NULL || !is_open(arguments))
        return;
    bool enclosed = iw_is_enclosed(iw_span_of(text));
    if (!is_ascii(iw_span_of(text)))
        refuse_8bit(arguments);
    add_space(arguments);
    iw_buf_add_string(&arguments->text, enclosed ? "" : "(");
    iw_buf_add_string(&arguments->text, text);
    iw_buf_add_string(&arguments->text, enclosed ? "" : ")");
}

/* A name in ASCII stands as it is: it may be in modified UTF-7 already. One whose "&" is none of it
 * is not. */
static bool is_encoded(const struct iw_alloc *alloc, struct iw_span name)
{
    struct iw_buf utf8;
    if (!is_plain(name))
        return false;
    if (memchr(name.data, '&', name.length) == NULL || iw_is_quoted(name))
        return true;
    iw_buf_init(&utf8, alloc, TEXT_MAX);
    bool encoded = iw_utf7_decode(&utf8, name, NULL) != IW_SYNTAX;
    iw_buf_release(&utf8);
    return encoded;
}

static void add_name(struct iw_arguments *arguments, const char *name, unsigned classes)
{
    struct iw_buf utf7;
    struct iw_span value = iw_span_of(name);
    if (name == NULL || !is_open(arguments))
        return;
    iw_buf_init(&utf7, arguments->text.alloc, TEXT_MAX);
    if (!arguments->utf8 && !is_encoded(arguments->text.alloc, value)) {
        if (iw_utf7_encode(&utf7, value, NULL) != IW_OK)
            iw_failf(&arguments->error, IW_SYNTAX, "a name that is no UTF-8");
        value = iw_buf_span(&utf7);
    }
    if (iw_is_quoted(value) || all_in(value, classes))
        add_text(arguments, value);
    else
        add_quoted(arguments, value);
    iw_buf_release(&utf7);
}

void iw_add_mailbox(struct iw_arguments *arguments, const char *name)
{
    add_name(arguments, name, IW_CHAR_ASTRING);
}

void iw_add_pattern(struct iw_arguments *arguments, const char *name)
{
    add_name(arguments, name, IW_CHAR_LIST);
}

void iw_add_part(struct iw_arguments *arguments, const struct iw_part *literal)
{
    add_space(arguments);
    if (is_open(arguments))
        end_text(arguments);
    if (is_open(arguments))
        add_part(arguments, *literal);
}

static void add_literal(struct iw_arguments *arguments, struct iw_span octets)
{
    iw_add_part(arguments, &(struct iw_part){.literal = true, .octets = octets});
}

/* A literal could hold line ends; no argument of one line should. */
static void add_8bit(struct iw_arguments *arguments, struct iw_span text)
{
    if (memchr(text.data, '\r', text.length) != NULL ||
        memchr(text.data, '\n', text.length) != NULL)
        iw_failf(&arguments->error, IW_SYNTAX, "CR or LF in an argument");
    else
        add_literal(arguments, text);
}

void iw_add_string(struct iw_arguments *arguments, const char *value)
{
    struct iw_span text = iw_span_of(value);
    if (value == NULL || !is_open(arguments))
        return;
    if (!is_ascii(text))
        add_8bit(arguments, text);
    else if (iw_is_quoted(text) || all_in(text, IW_CHAR_ASTRING))
        add_text(arguments, text);
    else
        add_quoted(arguments, text);
}

void iw_add_value(struct iw_arguments *arguments, const char *value)
{
    if (value != NULL && is_open(arguments) && iw_is_enclosed(iw_span_of(value)))
        iw_add_raw(arguments, value);
    else
        iw_add_string(arguments, value);
}

void iw_add_secret(struct iw_arguments *arguments, const char *value)
{
    struct iw_span text = iw_span_of(value);
    if (value == NULL || !is_open(arguments))
        return;
    if (!is_ascii(text))
        add_8bit(arguments, text);
    else
        add_quoted(arguments, text);
}

void iw_open_list(struct iw_arguments *arguments)
{
    add_space(arguments);
    iw_buf_add_char(&arguments->text, '(');
    arguments->opened = true;
}

void iw_close_list(struct iw_arguments *arguments)
{
    iw_buf_add_char(&arguments->text, ')');
    arguments->opened = false;
}

void iw_add_message(struct iw_arguments *arguments, struct iw_span octets, bool wrapped)
{
    if (!wrapped || !is_open(arguments)) {
        add_literal(arguments, octets);
        return;
    }
    iw_add_raw(arguments, "UTF8");
    iw_open_list(arguments);
    iw_add_part(arguments, &(struct iw_part){.literal = true, .binary = true, .octets = octets});
    iw_close_list(arguments);
}

enum iw_result iw_arguments_finish(struct iw_arguments *arguments, const char *name,
                                   struct iw_request *request, struct iw_error *error)
{
    if (is_open(arguments))
        end_text(arguments);
    if (arguments->text.failed)
        iw_failf(&arguments->error, IW_LIMIT, "the arguments are too long");
    if (!is_open(arguments))
        return iw_failf(error, arguments->error.code, "%s", arguments->error.detail);
    const char *text = iw_buf_span(&arguments->text).data;
    for (size_t i = 0; i < arguments->part_count; i++) {
        struct iw_part *part = &arguments->parts[i];
        if (part->literal)
            continue;
        part->octets.data = text;
        text += part->octets.length;
    }
    *request = (struct iw_request){
        .name = name, .parts = arguments->parts, .part_count = arguments->part_count};
    return IW_OK;
}
