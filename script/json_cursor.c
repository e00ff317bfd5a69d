/* SPDX-License-Identifier: MIT */
#include "script/json_cursor.h"

#include <string.h>

enum { POINTER_MAX = 400 }; /* more than any message shows; else they would grow with depth */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_punctuation(char c)
{
    return c != '\0' && strchr("{}[],:", c) != NULL;
}

struct iw_json_cursor iw_json_cursor(struct iw_span text)
{
    return (struct iw_json_cursor){text.data,
                                   text.length == 0 ? text.data : text.data + text.length, 1, 1};
}

void iw_json_step(struct iw_json_cursor *cursor)
{
    char c = *cursor->at++;
    if (c == '\n') {
        cursor->line++;
        cursor->column = 1;
    } else if (!is_continuation(c)) {
        cursor->column++;
    }
}

void iw_json_skip_blanks(struct iw_json_cursor *cursor)
{
    while (cursor->at < cursor->end &&
           (is_blank(*cursor->at) || *cursor->at == ',' || *cursor->at == ':'))
        iw_json_step(cursor);
}

void iw_json_skip_string(struct iw_json_cursor *cursor)
{
    iw_json_step(cursor);
    while (cursor->at < cursor->end && *cursor->at != '"' && *cursor->at != '\n') {
        if (*cursor->at == '\\' && cursor->end - cursor->at > 1)
            iw_json_step(cursor);
        iw_json_step(cursor);
    }
    if (cursor->at < cursor->end)
        iw_json_step(cursor);
}

void iw_json_skip_token(struct iw_json_cursor *cursor)
{
    if (*cursor->at == '"') {
        iw_json_skip_string(cursor);
        return;
    }
    do
        iw_json_step(cursor);
    while (!is_punctuation(cursor->at[-1]) && cursor->at < cursor->end && !is_blank(*cursor->at) &&
           !is_punctuation(*cursor->at) && *cursor->at != '"');
}

struct iw_place iw_json_place(const struct iw_json_cursor *cursor, struct iw_span pointer)
{
    return (struct iw_place){cursor->line, cursor->column, pointer};
}

struct iw_span iw_json_pointer(struct iw_arena *arena, struct iw_span parent, struct iw_span key)
{
    if (parent.length >= POINTER_MAX)
        return parent;
    key = iw_span_part(key, 0, POINTER_MAX);
    char *text = iw_arena_get(arena, parent.length + 2 * key.length + 2);
    if (text == NULL)
        return iw_span(NULL, 0);
    size_t length = parent.length;
    if (length > 0)
        memcpy(text, parent.data, length);
    text[length++] = '/';
    for (size_t i = 0; i < key.length; i++) {
        char c = key.data[i];
        if (c == '~' || c == '/')
            text[length++] = '~';
        text[length++] = c == '~' ? '0' : c == '/' ? '1' : c;
    }
    return iw_span(text, length);
}
