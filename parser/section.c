/* SPDX-License-Identifier: MIT */
#include "parser/section.h"

#include "parser/verbatim.h"
#include "parser/write.h"

#include <stdio.h>

static const struct iw_span text_names[] = {
    [IW_SECTION_ALL] = IW_NAME(""),
    [IW_SECTION_HEADER] = IW_NAME("HEADER"),
    [IW_SECTION_FIELDS] = IW_NAME("HEADER.FIELDS"),
    [IW_SECTION_FIELDS_NOT] = IW_NAME("HEADER.FIELDS.NOT"),
    [IW_SECTION_TEXT] = IW_NAME("TEXT"),
    [IW_SECTION_MIME] = IW_NAME("MIME"),
};

static bool has_fields(const struct iw_section *section)
{
    return section->text == IW_SECTION_FIELDS || section->text == IW_SECTION_FIELDS_NOT;
}

/* ---- reading ---- */

/* header-list = "(" header-fld-name *(SP header-fld-name) ")" ; header-fld-name = astring */
static enum iw_result parse_header_list(struct iw_reader *reader, struct iw_section *section)
{
    struct iw_span name;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result != IW_OK)
        return result;
    do {
        result = iw_read_astring(reader, &name);
        if (result == IW_OK)
            result = iw_list_add(reader, &section->fields, &section->field_count, name);
        if (result != IW_OK)
            return result;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and a field's name, or )");
}

/* section-text = section-msgtext / "MIME"
 * section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT" */
static enum iw_result parse_section_text(struct iw_reader *reader, struct iw_section *section)
{
    struct iw_span word;
    unsigned last = section->part_count > 0 ? IW_SECTION_MIME : IW_SECTION_TEXT;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a section", &word);
    if (result != IW_OK)
        return result;
    for (unsigned text = IW_SECTION_HEADER; text <= last; text++) {
        if (!iw_is_word(word, text_names[text]))
            continue;
        section->text = (enum iw_section_text)text;
        return has_fields(section) ? parse_header_list(reader, section) : IW_OK;
    }
    reader->at = word.data;
    return iw_reader_fail(reader, "a section");
}

static enum iw_result add_part(struct iw_reader *reader, struct iw_section *section)
{
    uint64_t number;
    enum iw_result result = iw_read_nz_number(reader, UINT32_MAX, &number);
    if (result == IW_OK)
        result =
            iw_reader_grow(reader, &section->parts, section->part_count, sizeof *section->parts);
    if (result == IW_OK)
        section->parts[section->part_count++] = (uint32_t)number;
    return result;
}

/* section-spec = section-msgtext / (section-part ["." section-text])
 * section-part = nz-number *("." nz-number) */
static enum iw_result parse_spec(struct iw_reader *reader, struct iw_section *section)
{
    while (reader->at < reader->end && iw_is(*reader->at, IW_CHAR_DIGIT)) {
        enum iw_result result = add_part(reader, section);
        if (result != IW_OK || !iw_reader_skip(reader, '.'))
            return result;
    }
    return parse_section_text(reader, section);
}

enum iw_result iw_parse_section_spec(struct iw_reader *reader, struct iw_section *section)
{
    *section = (struct iw_section){0};
    enum iw_result result = iw_read_char(reader, '[', "[");
    if (result == IW_OK && !iw_reader_peek(reader, ']'))
        result = parse_spec(reader, section);
    return result == IW_OK ? iw_read_char(reader, ']', "]") : result;
}

enum iw_result iw_parse_section_binary(struct iw_reader *reader, struct iw_section *section)
{
    *section = (struct iw_section){0};
    enum iw_result result = iw_read_char(reader, '[', "[");
    if (result != IW_OK || iw_reader_skip(reader, ']'))
        return result;
    do {
        result = add_part(reader, section);
        if (result != IW_OK)
            return result;
    } while (iw_reader_skip(reader, '.'));
    return iw_read_char(reader, ']', "]");
}

/* ---- writing ---- */

/* astring, between quotes if it has a "]": not every reader takes that for a part of the name. */
static void write_field_name(struct iw_buf *out, struct iw_span name)
{
    if (name.length > 0 && memchr(name.data, ']', name.length) != NULL)
        iw_write_string(out, name);
    else
        iw_write_astring(out, name);
}

void iw_write_section(struct iw_buf *out, const struct iw_section *section)
{
    iw_buf_add_char(out, '[');
    for (size_t i = 0; i < section->part_count; i++) {
        if (i > 0)
            iw_buf_add_char(out, '.');
        iw_buf_add_number(out, section->parts[i]);
    }
    if (section->part_count > 0 && section->text != IW_SECTION_ALL)
        iw_buf_add_char(out, '.');
    iw_buf_add(out, text_names[section->text]);
    for (size_t i = 0; i < section->field_count; i++) {
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        write_field_name(out, section->fields[i]);
    }
    if (section->field_count > 0)
        iw_buf_add_char(out, ')');
    iw_buf_add_char(out, ']');
}

/* ---- comparing ---- */

bool iw_section_equal(const struct iw_section *a, const struct iw_section *b)
{
    if (a->part_count != b->part_count || a->text != b->text || a->field_count != b->field_count)
        return false;
    for (size_t i = 0; i < a->part_count; i++)
        if (a->parts[i] != b->parts[i])
            return false;
    for (size_t i = 0; i < a->field_count; i++)
        if (!iw_span_equal_nocase(a->fields[i], b->fields[i]))
            return false;
    return true;
}

/* True if text begins with that part; which is taken from it. */
static bool take(struct iw_span *text, struct iw_span part)
{
    if (!iw_span_starts_nocase(*text, part))
        return false;
    *text = iw_span_part(*text, part.length, text->length);
    return true;
}

static bool take_parts(struct iw_span *text, const struct iw_section *section)
{
    char number[16];
    for (size_t i = 0; i < section->part_count; i++) {
        snprintf(number, sizeof number, "%s%u", i == 0 ? "" : ".", (unsigned)section->parts[i]);
        if (!take(text, iw_span_of(number)))
            return false;
    }
    return section->part_count == 0 || section->text == IW_SECTION_ALL || take(text, IW_SPAN("."));
}

bool iw_section_is(const struct iw_section *section, struct iw_span text)
{
    if (!take_parts(&text, section) || !take(&text, text_names[section->text]))
        return false;
    for (size_t i = 0; i < section->field_count; i++)
        if (!take(&text, i == 0 ? IW_SPAN(" (") : IW_SPAN(" ")) || !take(&text, section->fields[i]))
            return false;
    return (section->field_count == 0 || take(&text, IW_SPAN(")"))) && text.length == 0;
}
