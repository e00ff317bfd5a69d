/* SPDX-License-Identifier: MIT */
#include "parser/int2ap.h"

void iw_write_int2ap(struct iw_buf *out, uint64_t number)
{
    unsigned digits = 0;
    while (digits < 16 && number >> (4 * digits) != 0)
        digits++;
    while (digits-- > 0)
        iw_buf_add_char(out, (char)('A' + (number >> (4 * digits) & 15)));
}
