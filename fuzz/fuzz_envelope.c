/* SPDX-License-Identifier: MIT */
/* Envelopes: what fuzz/responses.h says holds for an item of a FETCH response. Input: the value of
 * ENVELOPE, literals included. */
#include "fuzz/holds.h"
#include "fuzz/responses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    iw_item_holds("ENVELOPE", IW_FETCH_ENVELOPE, iw_span((const char *)data, size));
    return 0;
}
