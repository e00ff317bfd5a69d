/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_section.h"

#include "mockserver/engine/mime_field.h"

#include <string.h>

struct iw_span iw_mime_whole(const struct iw_mime_part *part)
{
    return iw_span(part->header.data, part->header.length + part->body.length);
}

static bool is_named(const struct iw_section *section, struct iw_span name)
{
    for (size_t i = 0; i < section->field_count; i++)
        if (iw_span_equal_nocase(section->fields[i], name))
            return true;
    return false;
}

/* The fields that are (not) named, and the empty line, also where the header has none. */
static enum iw_result collect_fields(struct iw_arena *arena, struct iw_span header,
                                     const struct iw_section *section, struct iw_span *octets)
{
    struct iw_mime_field field;
    char *out = iw_arena_get(arena, header.length + 4);
    size_t length = 0;
    if (out == NULL)
        return IW_NO_MEMORY;
    while (iw_mime_next_field(&header, &field)) {
        if (is_named(section, field.name) != (section->text == IW_SECTION_FIELDS))
            continue;
        memcpy(out + length, field.whole.data, field.whole.length);
        length += field.whole.length;
        if (out[length - 1] != '\n') {
            out[length++] = '\r';
            out[length++] = '\n';
        }
    }
    out[length++] = '\r';
    out[length++] = '\n';
    *octets = iw_span(out, length);
    return IW_OK;
}

static enum iw_result without_nul(struct iw_arena *arena, struct iw_span *octets)
{
    if (octets->length == 0 || memchr(octets->data, '\0', octets->length) == NULL)
        return IW_OK;
    char *copy = iw_arena_get(arena, octets->length);
    if (copy == NULL)
        return IW_NO_MEMORY;
    for (size_t i = 0; i < octets->length; i++)
        copy[i] = octets->data[i] == '\0' ? '\x80' : octets->data[i];
    octets->data = copy;
    return IW_OK;
}

/* section-text = section-msgtext / "MIME"; HEADER and TEXT behind part numbers are those of the
 * message within. */
enum iw_result iw_mime_section(struct iw_arena *arena, const struct iw_mime_message *message,
                               const struct iw_section *section, struct iw_span *octets)
{
    const struct iw_mime_part *part =
        iw_mime_find_part(message, section->parts, section->part_count);
    bool numbered = section->part_count > 0;
    enum iw_result result = IW_OK;
    *octets = iw_span(NULL, 0);
    if (numbered && part != NULL && section->text != IW_SECTION_ALL &&
        section->text != IW_SECTION_MIME)
        part = part->kind == IW_BODY_MESSAGE ? part->first : NULL;
    if (part == NULL)
        return IW_OK;
    switch (section->text) {
    case IW_SECTION_ALL:
        *octets = numbered ? part->body : iw_mime_whole(part);
        break;
    case IW_SECTION_HEADER:
    case IW_SECTION_MIME:
        *octets = part->header;
        break;
    case IW_SECTION_TEXT:
        *octets = part->body;
        break;
    case IW_SECTION_FIELDS:
    case IW_SECTION_FIELDS_NOT:
        result = collect_fields(arena, part->header, section, octets);
        break;
    }
    return result == IW_OK ? without_nul(arena, octets) : result;
}

struct iw_span iw_mime_partial(struct iw_span octets, uint64_t origin, uint64_t length)
{
    uint64_t begin = origin < octets.length ? origin : octets.length;
    uint64_t left = octets.length - begin;
    return iw_span_part(octets, (size_t)begin, (size_t)(begin + (length < left ? length : left)));
}
