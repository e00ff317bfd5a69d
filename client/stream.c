/* SPDX-License-Identifier: MIT */
/* The stream below the commands: send, read and readline, for what no function speaks. */
#include "client/imap_private.h"

#include <string.h>

static enum iw_imap_outcome begin(struct iw_imap *imap)
{
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    if (imap->wire == NULL)
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_CLOSED, "the connection is shut down");
    return IW_IMAP_OK;
}

enum iw_imap_outcome iw_imap_send(struct iw_imap *imap, const char *octets, size_t length)
{
    struct iw_error error = {0};
    if (begin(imap) != IW_IMAP_OK)
        return imap->failure.outcome;
    if (iw_wire_write(imap->wire, iw_span(octets, length), imap->timeout_ms, &error) == IW_OK)
        return IW_IMAP_OK;
    return iw_imap_fail(imap, IW_IMAP_ABORT, error.code, "socket error: %s", error.detail);
}

/* More octets into unread; false: there are none. */
static bool fill(struct iw_imap *imap)
{
    struct iw_error error = {0};
    size_t got = 0;
    struct iw_span rest = iw_session_take_rest(imap->session);
    enum iw_result result = IW_OK;
    if (rest.length == 0) {
        result =
            iw_wire_read(imap->wire, imap->room, sizeof imap->room, &got, imap->timeout_ms, &error);
        rest = iw_span(imap->room, got);
    }
    if (result != IW_OK && result != IW_CLOSED)
        iw_imap_fail(imap, IW_IMAP_ABORT, result, "socket error: %s", error.detail);
    if (result != IW_OK)
        return false;
    iw_buf_add(&imap->unread, rest);
    if (imap->unread.failed)
        iw_imap_fail(imap, IW_IMAP_ABORT, IW_NO_MEMORY, "no memory");
    return !imap->unread.failed;
}

static void take(struct iw_imap *imap, char *room, size_t length, size_t *got)
{
    if (length > 0)
        memcpy(room, iw_buf_span(&imap->unread).data, length);
    iw_buf_consume(&imap->unread, length);
    *got = length;
}

enum iw_imap_outcome iw_imap_read(struct iw_imap *imap, char *room, size_t size, size_t *got)
{
    *got = 0;
    if (begin(imap) != IW_IMAP_OK)
        return imap->failure.outcome;
    while (imap->unread.length < size && fill(imap))
        continue;
    if (imap->failure.outcome == IW_IMAP_OK)
        take(imap, room, imap->unread.length < size ? imap->unread.length : size, got);
    return imap->failure.outcome;
}

/* Octets up to and with the first LF; 0: there is none among the first size. */
static size_t line_length(const struct iw_buf *unread, size_t size)
{
    struct iw_span all = iw_span_part(iw_buf_span(unread), 0, size);
    const char *end = all.length == 0 ? NULL : memchr(all.data, '\n', all.length);
    return end == NULL ? 0 : (size_t)(end - all.data) + 1;
}

enum iw_imap_outcome iw_imap_readline(struct iw_imap *imap, char *room, size_t size, size_t *got)
{
    *got = 0;
    if (begin(imap) != IW_IMAP_OK)
        return imap->failure.outcome;
    while (line_length(&imap->unread, size) == 0 && imap->unread.length < size && fill(imap))
        continue;
    if (imap->failure.outcome != IW_IMAP_OK)
        return imap->failure.outcome;
    size_t length = line_length(&imap->unread, size);
    if (length == 0 && imap->unread.length >= size)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_LIMIT, "got more than %zu bytes", size);
    take(imap, room, length == 0 ? imap->unread.length : length, got);
    return IW_IMAP_OK;
}
