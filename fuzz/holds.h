/* SPDX-License-Identifier: MIT */
/* IW_HOLDS(property): what a fuzz target demands. A breach prints it and aborts, which libFuzzer,
 * AFL++ and ctest all take for a crash. */
#ifndef IW_FUZZ_HOLDS_H
#define IW_FUZZ_HOLDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void iw_does_not_hold(const char *property, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, property);
    abort();
}

#define IW_HOLDS(property) ((property) ? (void)0 : iw_does_not_hold(#property, __FILE__, __LINE__))

#endif
