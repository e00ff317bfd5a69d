/* SPDX-License-Identifier: MIT */
#include "parser/lenient.h"

#include <assert.h>

static const char *const names[IW_LENIENT_COUNT] = {
    [IW_LENIENT_BARE_LF] = "bare-lf",
    [IW_LENIENT_TRAILING_SPACE] = "trailing-space",
    [IW_LENIENT_EMPTY_TEXT] = "empty-text",
    [IW_LENIENT_QUOTED_8BIT] = "quoted-8bit",
    [IW_LENIENT_QUOTED_ESCAPE] = "quoted-escape",
    [IW_LENIENT_LITERAL_NUL] = "literal-nul",
    [IW_LENIENT_FLAG_RECENT] = "flag-recent",
    [IW_LENIENT_QUOTA_NO_LIST] = "quota-no-list",
};

_Static_assert(IW_LENIENT_COUNT <= 60, "the bits of a uint64_t, with room to spare");

const char *iw_leniency_name(enum iw_leniency leniency)
{
    size_t index = (size_t)leniency;
    return index < IW_LENIENT_COUNT ? names[index] : "unknown";
}

bool iw_lenient_use(struct iw_lenient *lenient, enum iw_leniency leniency, size_t offset)
{
    assert((size_t)leniency < IW_LENIENT_COUNT);
    uint64_t bit = (uint64_t)1 << leniency;
    if (lenient == NULL || (lenient->allowed & bit) == 0)
        return false;
    if (lenient->used == 0)
        lenient->first_offset = offset;
    lenient->used |= bit;
    return true;
}
