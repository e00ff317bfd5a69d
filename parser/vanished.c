/* SPDX-License-Identifier: MIT */
#include "parser/vanished.h"

#include "parser/verbatim.h"

/* "(EARLIER)" */
static enum iw_result parse_earlier(struct iw_reader *reader)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK && !iw_reader_skip_word(reader, "EARLIER"))
        result = iw_reader_fail(reader, "EARLIER");
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids
 * known-uids = sequence-set ; "*" is not allowed */
enum iw_result iw_parse_vanished(struct iw_reader *reader, struct iw_vanished *vanished)
{
    *vanished = (struct iw_vanished){0};
    enum iw_result result = iw_read_space(reader);
    vanished->earlier = iw_reader_peek(reader, '(');
    if (result == IW_OK && vanished->earlier) {
        result = parse_earlier(reader);
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    return result == IW_OK ? iw_parse_known_set(reader, &vanished->uids) : result;
}

void iw_write_vanished(struct iw_buf *out, const struct iw_vanished *vanished)
{
    iw_buf_add_string(out, vanished->earlier ? " (EARLIER) " : " ");
    iw_write_set(out, &vanished->uids);
}
