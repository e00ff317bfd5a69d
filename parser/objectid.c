/* SPDX-License-Identifier: MIT */
#include "parser/objectid.h"

#include "base/chars.h"

enum { ID_MAX = 255 };

/* objectid = 1*255(ALPHA / DIGIT / "_" / "-") */
enum iw_result iw_parse_objectid(struct iw_reader *reader, struct iw_span *id)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result != IW_OK)
        return result;
    const char *first = reader->at;
    while (reader->at < reader->end && reader->at - first < ID_MAX &&
           (iw_is(*reader->at, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || *reader->at == '_' ||
            *reader->at == '-'))
        reader->at++;
    if (reader->at == first)
        return iw_reader_fail(reader, "an object's id");
    *id = iw_span(first, (size_t)(reader->at - first));
    return iw_read_char(reader, ')', ")");
}

void iw_write_objectid(struct iw_buf *out, struct iw_span id)
{
    iw_buf_add_char(out, '(');
    iw_buf_add(out, id);
    iw_buf_add_char(out, ')');
}
