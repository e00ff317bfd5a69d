/* SPDX-License-Identifier: MIT */
/* Body structures: what fuzz/responses.h says holds for an item of a FETCH response, under both of
 * its names. Input: the value of BODY or BODYSTRUCTURE, literals included. */
#include "fuzz/holds.h"
#include "fuzz/responses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    iw_item_holds("BODYSTRUCTURE", IW_FETCH_BODYSTRUCTURE, iw_span((const char *)data, size));
    iw_item_holds("BODY", IW_FETCH_BODYSTRUCTURE, iw_span((const char *)data, size));
    return 0;
}
