/* SPDX-License-Identifier: MIT */
/* base64.
 *
 * Holds: any octets encode to groups of four that decode to them again; what decodes encodes to the
 * same text again, so that every value has one form. What does not decode says where, within the
 * text, and adds nothing. Input: the text, taken for both. */
#include "fuzz/holds.h"

#include "base/base64.h"

static const char before[] = "kept";

static void open_buffer(struct iw_buf *buf)
{
    iw_buf_init(buf, NULL, SIZE_MAX / 2);
    iw_buf_add_string(buf, before);
}

/* What was added behind what stood there. */
static struct iw_span added(const struct iw_buf *buf)
{
    IW_HOLDS(iw_span_starts(iw_buf_span(buf), iw_span_of(before)));
    return iw_span_part(iw_buf_span(buf), sizeof before - 1, buf->length);
}

static void check_octets(struct iw_span octets)
{
    struct iw_buf text, again;
    struct iw_error error = {0};
    open_buffer(&text);
    open_buffer(&again);
    iw_base64_encode(&text, octets);
    IW_HOLDS(added(&text).length == (octets.length + 2) / 3 * 4);
    IW_HOLDS(iw_base64_decode(&again, added(&text), &error) == IW_OK);
    IW_HOLDS(iw_span_equal(added(&again), octets));
    iw_buf_release(&text);
    iw_buf_release(&again);
}

static void check_text(struct iw_span text)
{
    struct iw_buf octets, again;
    struct iw_error error = {0};
    open_buffer(&octets);
    open_buffer(&again);
    enum iw_result result = iw_base64_decode(&octets, text, &error);
    IW_HOLDS(result == error.code);
    if (result == IW_OK) {
        iw_base64_encode(&again, added(&octets));
        IW_HOLDS(iw_span_equal(added(&again), text));
    } else {
        IW_HOLDS(result == IW_SYNTAX && error.offset <= text.length && error.expected != NULL);
        IW_HOLDS(added(&octets).length == 0);
    }
    iw_buf_release(&octets);
    iw_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_span text = iw_span((const char *)data, size);
    check_octets(text);
    check_text(text);
    check_text(iw_span_part(text, 0, size / 4 * 4));
    return 0;
}
