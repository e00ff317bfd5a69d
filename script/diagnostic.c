/* SPDX-License-Identifier: MIT */
#include "script/diagnostic.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static void make_printable(char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t code = 0;
        size_t octets = iw_utf8_decode(iw_span(text + at, length - at), &code);
        bool shows = octets > 0 && code >= ' ' && (code < 0x7f || code > 0x9f);
        if (!shows)
            text[at] = '?';
        at += shows ? octets : 1;
    }
}

void iw_diagnostic_set(struct iw_diagnostic *diagnostic, const struct iw_place *place,
                       const char *format, va_list arguments)
{
    struct iw_span pointer = iw_span_part(place->pointer, 0, sizeof diagnostic->pointer - 1);
    if (pointer.length > 0)
        memcpy(diagnostic->pointer, pointer.data, pointer.length);
    diagnostic->pointer[pointer.length] = '\0';
    make_printable(diagnostic->pointer);
    diagnostic->place = *place;
    diagnostic->place.pointer = iw_span(diagnostic->pointer, pointer.length);
    vsnprintf(diagnostic->message, sizeof diagnostic->message, format, arguments);
    make_printable(diagnostic->message);
}
