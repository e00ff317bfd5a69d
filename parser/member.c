/* SPDX-License-Identifier: MIT */
#include "parser/member.h"

void iw_write_atoms(struct iw_buf *out, const struct iw_names *members)
{
    for (size_t i = 0; i < members->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, members->names[i]);
    }
}
