/* SPDX-License-Identifier: MIT */
#include "parser/annotatemore.h"

#include "parser/mailbox.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* att-value = attrib SP value ; attrib = string, value = nstring */
static enum iw_result parse_attribute(struct iw_reader *reader, struct iw_annotatemore_entry *entry)
{
    enum iw_result result =
        iw_reader_grow(reader, &entry->attributes, entry->count, sizeof *entry->attributes);
    if (result != IW_OK)
        return result;
    struct iw_annotatemore_attribute *attribute = &entry->attributes[entry->count++];
    result = iw_read_string(reader, &attribute->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_nstring(reader, &attribute->value) : result;
}

/* entry-att = entry SP "(" att-value *(SP att-value) ")" ; entry = string */
static enum iw_result parse_entry(struct iw_reader *reader, struct iw_annotatemore *annotation)
{
    enum iw_result result = iw_reader_grow(reader, &annotation->entries, annotation->count,
                                           sizeof *annotation->entries);
    if (result != IW_OK)
        return result;
    struct iw_annotatemore_entry *entry = &annotation->entries[annotation->count++];
    *entry = (struct iw_annotatemore_entry){0};
    result = iw_read_string(reader, &entry->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_attribute(reader, entry);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_attribute(reader, entry);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* "ANNOTATION" SP mailbox SP entry-list
 * entry-list = entry-att *(SP entry-att) / "(" entry *(SP entry) ")" */
enum iw_result iw_parse_annotatemore(struct iw_reader *reader, struct iw_annotatemore *annotation)
{
    *annotation = (struct iw_annotatemore){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &annotation->mailbox);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    if (iw_reader_peek(reader, '('))
        return iw_parse_string_list(reader, &annotation->changed);
    result = parse_entry(reader, annotation);
    while (result == IW_OK && iw_reader_more(reader)) {
        reader->at++;
        result = parse_entry(reader, annotation);
    }
    return result;
}

static void write_entry(struct iw_buf *out, const struct iw_annotatemore_entry *entry)
{
    iw_buf_add_char(out, ' ');
    iw_write_string(out, entry->name);
    for (size_t i = 0; i < entry->count; i++) {
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        iw_write_string(out, entry->attributes[i].name);
        iw_buf_add_char(out, ' ');
        iw_write_nstring(out, entry->attributes[i].value);
    }
    iw_buf_add_char(out, ')');
}

void iw_write_annotatemore(struct iw_buf *out, const struct iw_annotatemore *annotation)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, annotation->mailbox);
    if (annotation->count == 0) {
        iw_buf_add_char(out, ' ');
        iw_write_string_list(out, &annotation->changed);
    }
    for (size_t i = 0; i < annotation->count; i++)
        write_entry(out, &annotation->entries[i]);
}
