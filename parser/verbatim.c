/* SPDX-License-Identifier: MIT */
#include "parser/verbatim.h"

#include "base/chars.h"

/* ---- values ---- */

/* DQUOTE *(octet / "\" octet) DQUOTE; no CR, LF or NUL */
static enum iw_result skip_quoted(struct iw_reader *reader)
{
    const char *at = reader->at + 1;
    for (; at < reader->end && *at != '"'; at++) {
        if (*at == '\\' && at + 1 < reader->end)
            at++;
        if (*at == '\r' || *at == '\n' || *at == '\0')
            break;
    }
    bool closed = at < reader->end && *at == '"';
    reader->at = at;
    if (!closed)
        return iw_reader_fail(reader, "\"");
    reader->at++;
    return IW_OK;
}

/* Octets from 0x21 to 0x7e that neither open nor close anything. */
static bool is_plain(char c)
{
    return c > 0x20 && c < 0x7f && c != '(' && c != ')' && c != '"' && c != '{';
}

static enum iw_result skip_token(struct iw_reader *reader, const char *expected)
{
    struct iw_literal_value literal;
    if (iw_reader_peek(reader, '"'))
        return skip_quoted(reader);
    if (iw_reader_at_literal(reader))
        return iw_read_literal(reader, &literal);
    const char *first = reader->at;
    while (reader->at < reader->end && is_plain(*reader->at))
        reader->at++;
    return reader->at > first ? IW_OK : iw_reader_fail(reader, expected);
}

/* "(" … ")", without recursion: the reader counts the depth. */
static enum iw_result skip_list(struct iw_reader *reader)
{
    unsigned outside = reader->depth;
    enum iw_result result = IW_OK;
    do {
        if (iw_reader_skip(reader, '('))
            result = iw_reader_enter(reader);
        else if (iw_reader_skip(reader, ')'))
            iw_reader_leave(reader);
        else if (!iw_reader_skip(reader, ' '))
            result = skip_token(reader, ")");
    } while (result == IW_OK && reader->depth > outside);
    return result;
}

enum iw_result iw_skip_value(struct iw_reader *reader, const char *expected, struct iw_span *value)
{
    const char *begin = reader->at;
    enum iw_result result =
        iw_reader_peek(reader, '(') ? skip_list(reader) : skip_token(reader, expected);
    if (result == IW_OK)
        *value = iw_between(begin, reader->at);
    return result;
}

enum iw_result iw_skip_values(struct iw_reader *reader, struct iw_span *values)
{
    const char *begin = reader->at;
    struct iw_span value;
    while (iw_reader_more(reader)) {
        reader->at++;
        enum iw_result result = iw_skip_value(reader, "a value", &value);
        if (result != IW_OK)
            return result;
    }
    if (reader->at > begin)
        *values = iw_between(begin, reader->at);
    return IW_OK;
}

enum iw_result iw_skip_brackets(struct iw_reader *reader, struct iw_span *inside)
{
    struct iw_span value;
    enum iw_result result = iw_read_char(reader, '[', "[");
    const char *begin = reader->at;
    while (result == IW_OK && !iw_reader_peek(reader, ']')) {
        if (iw_reader_peek(reader, '('))
            result = iw_skip_value(reader, ")", &value);
        else if (!iw_reader_skip(reader, ' '))
            result = iw_read_run(reader, IW_CHAR_ATOM, "]", &value);
    }
    if (result != IW_OK)
        return result;
    *inside = iw_between(begin, reader->at);
    reader->at++;
    return IW_OK;
}

enum iw_result iw_read_item_name(struct iw_reader *reader, struct iw_span *name)
{
    const char *at = reader->at;
    while (at < reader->end && iw_is(*at, IW_CHAR_ATOM) && *at != '[')
        at++;
    if (at == reader->at && iw_reader_extra_space(reader, '\0'))
        return iw_read_item_name(reader, name);
    if (at == reader->at)
        return iw_reader_fail(reader, "an item's name");
    *name = iw_between(reader->at, at);
    reader->at = at;
    return IW_OK;
}

/* ---- lists ---- */

bool iw_reader_many_spaces(struct iw_reader *reader)
{
    bool extra = iw_reader_extra_space(reader, '\0');
    reader->at -= extra; /* on the last SP */
    return extra;
}

enum iw_result iw_read_atoms(struct iw_reader *reader, const char *expected,
                             struct iw_span **members, size_t *count)
{
    struct iw_span atom;
    for (;;) {
        enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, expected, &atom);
        if (result == IW_OK)
            result = iw_list_add(reader, members, count, atom);
        if (result != IW_OK || !iw_reader_more(reader))
            return result;
        reader->at++;
    }
}
