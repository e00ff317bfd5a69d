/* SPDX-License-Identifier: MIT */
#include "parser/namespace.h"

#include "parser/mailbox.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* namespace-response-extension = SP string SP "(" string *(SP string) ")" */
static enum iw_result parse_extension(struct iw_reader *reader, struct iw_namespace *space)
{
    enum iw_result result = iw_reader_grow(reader, &space->extensions, space->extension_count,
                                           sizeof *space->extensions);
    if (result != IW_OK)
        return result;
    struct iw_namespace_extension *extension = &space->extensions[space->extension_count++];
    result = iw_read_string(reader, &extension->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_string_list(reader, &extension->values) : result;
}

/* namespace-descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil)
 *                   [namespace-response-extensions] ")" */
static enum iw_result parse_descr(struct iw_reader *reader, struct iw_namespace *space)
{
    *space = (struct iw_namespace){0};
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_string(reader, &space->prefix);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_separator(reader, &space->separator);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_extension(reader, space);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* namespace = nil / "(" 1*namespace-descr ")" */
static enum iw_result parse_place(struct iw_reader *reader, struct iw_namespace **members,
                                  size_t *count)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK || iw_reader_skip_word(reader, "NIL"))
        return result;
    result = iw_read_char(reader, '(', "( or NIL");
    do {
        if (result == IW_OK)
            result = iw_reader_grow(reader, members, *count, sizeof **members);
        if (result == IW_OK)
            result = parse_descr(reader, &(*members)[*count]);
        *count += result == IW_OK;
        if (result == IW_OK && iw_reader_relaxed(reader))
            iw_reader_extra_space(reader, '(');
    } while (result == IW_OK && iw_reader_peek(reader, '('));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* namespace-response = "NAMESPACE" SP namespace SP namespace SP namespace */
enum iw_result iw_parse_namespace(struct iw_reader *reader, struct iw_namespace_data *data)
{
    *data = (struct iw_namespace_data){0};
    enum iw_result result = IW_OK;
    for (size_t i = 0; result == IW_OK && i < IW_NAMESPACE_COUNT; i++)
        result = parse_place(reader, &data->places[i].members, &data->places[i].count);
    return result;
}

static void write_descr(struct iw_buf *out, const struct iw_namespace *space)
{
    iw_buf_add_char(out, '(');
    iw_write_string(out, space->prefix);
    iw_buf_add_char(out, ' ');
    iw_write_nstring(out, space->separator);
    for (size_t i = 0; i < space->extension_count; i++) {
        iw_buf_add_char(out, ' ');
        iw_write_string(out, space->extensions[i].name);
        iw_buf_add_char(out, ' ');
        iw_write_string_list(out, &space->extensions[i].values);
    }
    iw_buf_add_char(out, ')');
}

void iw_write_namespace(struct iw_buf *out, const struct iw_namespace_data *data)
{
    for (size_t i = 0; i < IW_NAMESPACE_COUNT; i++) {
        size_t count = data->places[i].count;
        iw_buf_add_string(out, count == 0 ? " NIL" : " (");
        for (size_t j = 0; j < count; j++)
            write_descr(out, &data->places[i].members[j]);
        if (count > 0)
            iw_buf_add_char(out, ')');
    }
}
