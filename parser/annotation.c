/* SPDX-License-Identifier: MIT */
#include "parser/annotation.h"

#include "parser/member.h"
#include "parser/same.h"
#include "parser/write.h"

static enum iw_result add_annotation(struct iw_reader *reader, struct iw_annotations *annotations,
                                     struct iw_annotation annotation)
{
    enum iw_result result = iw_reader_grow(reader, &annotations->members, annotations->count,
                                           sizeof *annotations->members);
    if (result == IW_OK)
        annotations->members[annotations->count++] = annotation;
    return result;
}

/* att-value = attrib SP value ; attrib = astring ; value = nstring / literal8 */
static enum iw_result parse_attribute(struct iw_reader *reader, struct iw_span entry,
                                      struct iw_annotations *annotations)
{
    struct iw_annotation annotation = {.entry = entry};
    enum iw_result result = iw_read_astring(reader, &annotation.attribute);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_octets(reader, true, &annotation.value);
    return result == IW_OK ? add_annotation(reader, annotations, annotation) : result;
}

/* "(" att-value *(SP att-value) ")" */
static enum iw_result parse_attributes(struct iw_reader *reader, struct iw_span entry,
                                       struct iw_annotations *annotations)
{
    enum iw_result result = iw_read_char(reader, '(', "( and attributes");
    if (result == IW_OK)
        result = parse_attribute(reader, entry, annotations);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_attribute(reader, entry, annotations);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and an attribute, or )") : result;
}

/* entry-att = entry SP "(" … ")" ; or, when the first stands alone, entry ; entry = astring */
static enum iw_result parse_entry(struct iw_reader *reader, bool *named,
                                  struct iw_annotations *annotations)
{
    struct iw_span entry;
    bool first = annotations->count == 0;
    enum iw_result result = iw_read_astring(reader, &entry);
    if (result != IW_OK)
        return result;
    bool listed = iw_reader_more(reader) && reader->at[1] == '(';
    if (first)
        *named = *named && !listed;
    if (*named)
        return add_annotation(reader, annotations, (struct iw_annotation){.entry = entry});
    result = iw_read_space(reader);
    return result == IW_OK ? parse_attributes(reader, entry, annotations) : result;
}

enum iw_result iw_parse_annotations(struct iw_reader *reader, bool named,
                                    struct iw_annotations *annotations)
{
    *annotations = (struct iw_annotations){0};
    enum iw_result result = iw_read_char(reader, '(', "( and annotations");
    if (result == IW_OK)
        result = parse_entry(reader, &named, annotations);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_entry(reader, &named, annotations);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and an entry, or )") : result;
}

/* True if both stand in the parentheses of one entry. */
static bool shares_entry(const struct iw_annotation *a, const struct iw_annotation *b)
{
    return b->attribute.data != NULL && iw_span_equal(a->entry, b->entry);
}

void iw_write_annotations(struct iw_buf *out, const struct iw_annotations *annotations)
{
    const struct iw_annotation *end = annotations->members + annotations->count;
    iw_buf_add_char(out, '(');
    for (const struct iw_annotation *at = annotations->members; at < end; at++) {
        bool shared = at > annotations->members && shares_entry(at - 1, at);
        if (at > annotations->members)
            iw_buf_add_char(out, ' ');
        if (!shared)
            iw_write_astring(out, at->entry);
        if (at->attribute.data == NULL)
            continue;
        iw_buf_add_string(out, shared ? "" : " (");
        iw_write_astring(out, at->attribute);
        iw_buf_add_char(out, ' ');
        iw_write_octets(out, &at->value);
        if (at + 1 == end || !shares_entry(at, at + 1))
            iw_buf_add_char(out, ')');
    }
    iw_buf_add_char(out, ')');
}

bool iw_annotations_equal(const struct iw_annotations *a, const struct iw_annotations *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->members[i].entry, b->members[i].entry) ||
            !iw_same_span(a->members[i].attribute, b->members[i].attribute) ||
            !iw_octets_equal(&a->members[i].value, &b->members[i].value))
            return false;
    return true;
}
