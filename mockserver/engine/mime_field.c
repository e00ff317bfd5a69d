/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_field.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t iw_mime_line(struct iw_span text)
{
    const char *end = text.length == 0 ? NULL : memchr(text.data, '\n', text.length);
    return end == NULL ? text.length : (size_t)(end - text.data) + 1;
}

struct iw_span iw_mime_chomp(struct iw_span line)
{
    if (line.length > 0 && line.data[line.length - 1] == '\n') {
        line.length--;
        if (line.length > 0 && line.data[line.length - 1] == '\r')
            line.length--;
    }
    return line;
}

/* The first line and every line behind it that begins with a blank. */
static size_t field_length(struct iw_span header)
{
    size_t length = iw_mime_line(header);
    while (length < header.length && is_blank(header.data[length]))
        length += iw_mime_line(iw_span_part(header, length, header.length));
    return length;
}

/* field = field-name *WSP ":" unstructured CRLF (RFC 5322 §2.2, §4.5) */
bool iw_mime_next_field(struct iw_span *header, struct iw_mime_field *field)
{
    struct iw_span line = iw_span_part(*header, 0, iw_mime_line(*header));
    if (iw_mime_chomp(line).length == 0)
        return false;
    field->whole = iw_span_part(*header, 0, field_length(*header));
    *header = iw_span_part(*header, field->whole.length, header->length);

    const char *colon = memchr(line.data, ':', line.length);
    size_t name = colon == NULL ? 0 : (size_t)(colon - line.data);
    field->value = iw_mime_chomp(field->whole);
    field->value = iw_span_part(field->value, colon == NULL ? 0 : name + 1, field->value.length);
    while (field->value.length > 0 && is_blank(*field->value.data))
        field->value = iw_span_part(field->value, 1, field->value.length);
    while (name > 0 && is_blank(line.data[name - 1]))
        name--;
    field->name = iw_span_part(line, 0, name);
    return true;
}

bool iw_mime_find_field(struct iw_span header, struct iw_span name, struct iw_mime_field *field)
{
    while (iw_mime_next_field(&header, field))
        if (iw_span_equal_nocase(field->name, name))
            return true;
    return false;
}

static bool is_plain(struct iw_span value)
{
    return value.length == 0 || (memchr(value.data, '\n', value.length) == NULL &&
                                 memchr(value.data, '\0', value.length) == NULL);
}

struct iw_span iw_mime_unfold(struct iw_arena *arena, struct iw_span value)
{
    if (is_plain(value))
        return value;
    char *copy = iw_arena_get(arena, value.length);
    if (copy == NULL)
        return iw_span(NULL, 0);
    size_t length = 0;
    for (size_t line = 0; value.length > 0; value = iw_span_part(value, line, value.length)) {
        line = iw_mime_line(value);
        struct iw_span text = iw_mime_chomp(iw_span_part(value, 0, line));
        for (size_t i = 0; i < text.length; i++) {
            if (length > 0 || !is_blank(text.data[i]))
                copy[length++] = text.data[i] == '\0' ? '\x80' : text.data[i];
        }
    }
    return iw_span(copy, length);
}
