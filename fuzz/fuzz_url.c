/* SPDX-License-Identifier: MIT */
/* imapurl.
 *
 * Holds: written and read again it is the same URL, and written the same; it is written no longer
 * than it was read, but for a few slashes; a URL cut short is one or is not, and its
 * error's offset lies in the text. Input: the URL. */
#include "fuzz/holds.h"

#include "parser/url.h"

enum {
    VALUES_MAX = 1 << 26,
    LONGER = 5 /* octets: a "/" behind the host, and twice "%2F" for a "/" at an end */
};

static void check_written(const struct iw_imap_url *url, size_t length, struct iw_arena *arena)
{
    struct iw_buf first, second;
    struct iw_imap_url again;
    struct iw_error error = {0};
    iw_buf_init(&first, NULL, SIZE_MAX / 2);
    iw_buf_init(&second, NULL, SIZE_MAX / 2);
    iw_write_imap_url(&first, url);
    IW_HOLDS(!first.failed && first.length <= length + LONGER);
    IW_HOLDS(iw_parse_imap_url(iw_buf_span(&first), arena, &again, &error) == IW_OK);
    IW_HOLDS(iw_imap_url_equal(url, &again));
    iw_write_imap_url(&second, &again);
    IW_HOLDS(iw_span_equal(iw_buf_span(&first), iw_buf_span(&second)));
    iw_buf_release(&first);
    iw_buf_release(&second);
}

static void check(struct iw_span text)
{
    struct iw_arena arena;
    struct iw_imap_url url;
    struct iw_error error = {0};
    iw_arena_init(&arena, NULL, VALUES_MAX);
    enum iw_result result = iw_parse_imap_url(text, &arena, &url, &error);
    IW_HOLDS(result == error.code);
    if (result == IW_OK)
        check_written(&url, text.length, &arena);
    else
        IW_HOLDS(result == IW_SYNTAX && error.offset <= text.length && error.expected != NULL);
    iw_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_span text = iw_span((const char *)data, size);
    check(text);
    check(iw_span_part(text, 0, size / 2));
    return 0;
}
