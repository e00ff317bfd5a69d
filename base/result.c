/* SPDX-License-Identifier: MIT */
#include "base/result.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const names[] = {
    [IW_OK] = "ok",
    [IW_MORE] = "more input needed",
    [IW_SYNTAX] = "syntax",
    [IW_LIMIT] = "limit",
    [IW_NO_MEMORY] = "no memory",
    [IW_CLOSED] = "closed",
    [IW_TIMEOUT] = "timeout",
    [IW_CANCELLED] = "cancelled",
    [IW_SYSTEM] = "system",
    [IW_UNTRUSTED] = "untrusted",
    [IW_FATAL] = "fatal",
};

const char *iw_result_name(enum iw_result result)
{
    size_t index = (size_t)result;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

enum iw_result iw_fail(struct iw_error *error, enum iw_result code, size_t offset,
                       const char *expected)
{
    if (error != NULL && error->code == IW_OK) {
        error->code = code;
        error->offset = offset;
        error->expected = expected;
        error->detail[0] = '\0';
    }
    return code;
}

enum iw_result iw_failf(struct iw_error *error, enum iw_result code, const char *format, ...)
{
    if (error == NULL || error->code != IW_OK)
        return code;
    iw_fail(error, code, 0, NULL);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
    return code;
}
