/* SPDX-License-Identifier: MIT */
#include "parser/write.h"

#include "base/chars.h"

bool iw_can_quote(struct iw_span value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char octet = (unsigned char)value.data[i];
        if (octet == '\0' || octet == '\r' || octet == '\n' || octet > 0x7f)
            return false;
    }
    return true;
}

/* 1*ASTRING-CHAR; NIL would be legal too, but every reader of nstrings takes it for no string. */
static bool can_be_atom(struct iw_span value)
{
    if (value.length == 0 || iw_span_equal_nocase(value, IW_SPAN("NIL")))
        return false;
    for (size_t i = 0; i < value.length; i++)
        if (!iw_is(value.data[i], IW_CHAR_ASTRING))
            return false;
    return true;
}

/* quoted = DQUOTE *QUOTED-CHAR DQUOTE */
void iw_write_quoted(struct iw_buf *out, struct iw_span value)
{
    iw_buf_add_char(out, '"');
    size_t plain = 0; /* from here on nothing is written yet */
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] != '"' && value.data[i] != '\\')
            continue;
        iw_buf_add(out, iw_span_part(value, plain, i));
        iw_buf_add_char(out, '\\');
        plain = i;
    }
    iw_buf_add(out, iw_span_part(value, plain, value.length));
    iw_buf_add_char(out, '"');
}

/* literal = "{" number64 "}" CRLF *CHAR8 */
static void write_literal(struct iw_buf *out, struct iw_span value)
{
    iw_buf_add_char(out, '{');
    iw_buf_add_number(out, value.length);
    iw_buf_add(out, IW_SPAN("}\r\n"));
    iw_buf_add(out, value);
}

void iw_write_string(struct iw_buf *out, struct iw_span value)
{
    if (iw_can_quote(value))
        iw_write_quoted(out, value);
    else
        write_literal(out, value);
}

void iw_write_astring(struct iw_buf *out, struct iw_span value)
{
    if (can_be_atom(value))
        iw_buf_add(out, value);
    else
        iw_write_string(out, value);
}

void iw_write_nstring(struct iw_buf *out, struct iw_span value)
{
    if (value.data == NULL)
        iw_buf_add(out, IW_SPAN("NIL"));
    else
        iw_write_string(out, value);
}
