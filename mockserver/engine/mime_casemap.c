/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_casemap.h"

#include "base/chars.h"
#include "base/utf8.h"

#include <string.h>
#include <unicase.h>
#include <uninorm.h>

const char *const iw_collation_names[IW_COLLATION_COUNT] = {
    [IW_COLLATION_UNICODE] = "i;unicode-casemap",
    [IW_COLLATION_ASCII] = "i;ascii-casemap",
    [IW_COLLATION_OCTET] = "i;octet",
};

/* Each character is replaced by its decomposition in place, until none has one: what is not looked
 * at yet lies behind at. */
static size_t decompose(uint32_t mapped[IW_CASEMAP_MAX])
{
    size_t count = 1;
    for (size_t at = 0; at < count;) {
        ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
        int tag, length = uc_decomposition(mapped[at], &tag, parts);
        if (length <= 0 || count + (size_t)length - 1 > IW_CASEMAP_MAX) {
            at++;
            continue;
        }
        memmove(mapped + at + length, mapped + at + 1, (count - at - 1) * sizeof *mapped);
        memcpy(mapped + at, parts, (size_t)length * sizeof *mapped);
        count += (size_t)length - 1;
    }
    return count;
}

size_t iw_casemap_char(enum iw_collation collation, uint32_t code, uint32_t mapped[IW_CASEMAP_MAX])
{
    if (code < 0x80 || collation != IW_COLLATION_UNICODE) {
        const bool same = code >= 0x80 || collation == IW_COLLATION_OCTET;
        mapped[0] = same ? code : (uint32_t)iw_upper((char)code);
        return 1;
    }
    mapped[0] = uc_totitle(code);
    return decompose(mapped);
}

static void add_char(enum iw_collation collation, struct iw_buf *out, uint32_t code)
{
    uint32_t mapped[IW_CASEMAP_MAX];
    size_t count = iw_casemap_char(collation, code, mapped);
    for (size_t i = 0; i < count; i++) {
        char octets[4];
        iw_buf_add(out, iw_span(octets, iw_utf8_encode(mapped[i], octets)));
    }
}

void iw_casemap(enum iw_collation collation, struct iw_buf *out, struct iw_span utf8)
{
    uint32_t code;
    for (size_t length; utf8.length > 0; utf8 = iw_span_part(utf8, length, utf8.length)) {
        length = iw_utf8_decode(utf8, &code);
        if (length > 0) {
            add_char(collation, out, code);
        } else {
            length = 1;
            iw_buf_add_char(out, *utf8.data);
        }
    }
}
