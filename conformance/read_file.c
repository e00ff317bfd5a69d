/* SPDX-License-Identifier: MIT */
#include "conformance/read_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 1 << 16 };

enum iw_result iw_read_file(const char *path, struct iw_buf *out, struct iw_error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return iw_failf(error, IW_SYSTEM, "cannot read %s: %s", path, strerror(errno));
    enum iw_result result = IW_OK;
    size_t got;
    do {
        char chunk[CHUNK];
        got = fread(chunk, 1, sizeof chunk, file);
        iw_buf_add(out, iw_span(chunk, got));
    } while (got > 0 && !out->failed);
    if (ferror(file))
        result = iw_failf(error, IW_SYSTEM, "cannot read %s: %s", path, strerror(errno));
    else if (out->failed)
        result = iw_failf(error, IW_LIMIT, "%s is too large", path);
    fclose(file);
    return result;
}
