/* SPDX-License-Identifier: MIT */
#include "script/shown.h"

static void add_octet(struct iw_buf *out, char c)
{
    unsigned char octet = (unsigned char)c;
    if (c == '\r')
        iw_buf_add_string(out, "\\r");
    else if (c == '\n')
        iw_buf_add_string(out, "\\n");
    else if (octet < 0x20 || octet == 0x7f)
        iw_buf_addf(out, "\\x%02x", octet);
    else
        iw_buf_add_char(out, c);
}

void iw_add_shown(struct iw_buf *out, struct iw_span octets, size_t most)
{
    for (size_t i = 0; i < octets.length && i < most; i++)
        add_octet(out, octets.data[i]);
    if (octets.length > most)
        iw_buf_add_string(out, "...");
}
