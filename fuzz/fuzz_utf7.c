/* SPDX-License-Identifier: MIT */
/* Modified UTF-7.
 *
 * Holds: every name has one form. What is UTF-7 decodes to UTF-8 that encodes to the same octets
 * again; what is UTF-8 encodes to UTF-7 that decodes to the same octets again. UTF-7 is printable
 * ASCII. An error's offset lies in the text, and nothing was added. Input: the text, taken for
 * both. */
#include "fuzz/holds.h"

#include "base/utf7.h"

#include <string.h>

typedef enum iw_result convert(struct iw_buf *out, struct iw_span text, struct iw_error *error);

static void check_printable(struct iw_span utf7)
{
    for (size_t i = 0; i < utf7.length; i++)
        IW_HOLDS(utf7.data[i] >= 0x20 && utf7.data[i] <= 0x7e);
}

/* There, and back to where it was. */
static void check_both_ways(convert *there, convert *back, struct iw_span text)
{
    struct iw_buf far, near;
    struct iw_error error = {0};
    iw_buf_init(&far, NULL, SIZE_MAX / 2);
    iw_buf_init(&near, NULL, SIZE_MAX / 2);
    enum iw_result result = there(&far, text, &error);
    IW_HOLDS(result == error.code);
    if (result == IW_OK) {
        check_printable(there == iw_utf7_encode ? iw_buf_span(&far) : text);
        IW_HOLDS(back(&near, iw_buf_span(&far), &error) == IW_OK);
        IW_HOLDS(iw_span_equal(iw_buf_span(&near), text));
    } else {
        IW_HOLDS(result == IW_SYNTAX && error.offset <= text.length && error.expected != NULL);
        IW_HOLDS(far.length == 0);
    }
    iw_buf_release(&far);
    iw_buf_release(&near);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_span text = iw_span((const char *)data, size);
    check_both_ways(iw_utf7_decode, iw_utf7_encode, text);
    check_both_ways(iw_utf7_encode, iw_utf7_decode, text);
    return 0;
}
