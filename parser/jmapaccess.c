/* SPDX-License-Identifier: MIT */
#include "parser/jmapaccess.h"

#include "parser/verbatim.h"
#include "parser/write.h"

/* "JMAPACCESS" SP quoted */
enum iw_result iw_parse_jmapaccess(struct iw_reader *reader, struct iw_span *url)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_quoted(reader, url) : result;
}

void iw_write_jmapaccess(struct iw_buf *out, struct iw_span url)
{
    iw_buf_add_char(out, ' ');
    iw_write_quoted(out, url);
}
