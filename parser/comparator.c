/* SPDX-License-Identifier: MIT */
#include "parser/comparator.h"

#include "parser/verbatim.h"
#include "parser/write.h"

/* comparator-data = "COMPARATOR" SP comp-sel-quoted
 *                   [SP "(" comp-id-quoted *(SP comp-id-quoted) ")"] ; both are astrings */
enum iw_result iw_parse_comparator(struct iw_reader *reader, struct iw_comparator *comparator)
{
    *comparator = (struct iw_comparator){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_astring(reader, &comparator->active);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    return iw_parse_astring_list(reader, &comparator->others);
}

void iw_write_comparator(struct iw_buf *out, const struct iw_comparator *comparator)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, comparator->active);
    if (comparator->others.count == 0)
        return;
    iw_buf_add_char(out, ' ');
    iw_write_astring_list(out, &comparator->others);
}
