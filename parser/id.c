/* SPDX-License-Identifier: MIT */
#include "parser/id.h"

#include "parser/verbatim.h"
#include "parser/write.h"

/* string SP nstring */
static enum iw_result parse_field(struct iw_reader *reader, struct iw_id *id)
{
    enum iw_result result = iw_reader_grow(reader, &id->fields, id->count, sizeof *id->fields);
    if (result != IW_OK)
        return result;
    struct iw_id_field *field = &id->fields[id->count++];
    result = iw_read_string(reader, &field->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_nstring(reader, &field->value) : result;
}

/* "ID" SP id-params-list ; id-params-list = "(" *(string SP nstring) ")" / nil, SP between */
enum iw_result iw_parse_id(struct iw_reader *reader, struct iw_id *id)
{
    *id = (struct iw_id){0};
    bool ended = iw_reader_peek(reader, '\r') || iw_reader_peek(reader, '\n');
    if (ended && iw_reader_lenient(reader, IW_LENIENT_ID_ABSENT)) {
        id->nil = true;
        return IW_OK;
    }
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    id->nil = iw_reader_skip_word(reader, "NIL");
    if (id->nil)
        return IW_OK;
    result = iw_read_char(reader, '(', "( or NIL");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = parse_field(reader, id);
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

void iw_write_id(struct iw_buf *out, const struct iw_id *id)
{
    iw_buf_add_string(out, id->nil ? " NIL" : " (");
    for (size_t i = 0; i < id->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_write_string(out, id->fields[i].name);
        iw_buf_add_char(out, ' ');
        iw_write_nstring(out, id->fields[i].value);
    }
    if (!id->nil)
        iw_buf_add_char(out, ')');
}
