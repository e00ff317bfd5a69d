/* SPDX-License-Identifier: MIT */
#include "base/close.h"

bool iw_close_ends(enum iw_close how)
{
    return how != IW_CLOSE_HALF && how != IW_CLOSE_SILENT;
}

bool iw_close_named(struct iw_span name, enum iw_close *how)
{
    static const char *const names[] = {[IW_CLOSE_FIN] = "fin",
                                        [IW_CLOSE_RST] = "rst",
                                        [IW_CLOSE_HALF] = "half",
                                        [IW_CLOSE_SILENT] = "silent",
                                        [IW_CLOSE_BARE] = "bare"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (iw_span_equal(name, iw_span_of(names[i]))) {
            *how = (enum iw_close)i;
            return true;
        }
    }
    return false;
}
