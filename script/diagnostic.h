/* SPDX-License-Identifier: MIT */
/* One finding in a file: "file:line:column: message (at /dialogue/3)". */
#ifndef IW_SCRIPT_DIAGNOSTIC_H
#define IW_SCRIPT_DIAGNOSTIC_H

#include "script/scenario.h"

#include <stdarg.h>

struct iw_diagnostic {
    const char *path; /* borrowed from the caller */
    struct iw_place place;
    char pointer[128]; /* place.pointer points here */
    char message[320]; /* what is wrong and what was expected; with a suggestion where near */
};

/* Everything but the path. What a message quotes of a file is made fit for a terminal: control
 * characters, and octets that are no UTF-8, become "?". */
void iw_diagnostic_set(struct iw_diagnostic *diagnostic, const struct iw_place *place,
                       const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

#endif
