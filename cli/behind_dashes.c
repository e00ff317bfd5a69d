/* SPDX-License-Identifier: MIT */
#include "cli/behind_dashes.h"

#include <string.h>

int iw_behind_dashes(int argc, char **argv, const char *const **client, size_t *count)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0)
            continue;
        *client = (const char *const *)(argv + i + 1);
        *count = (size_t)(argc - i - 1);
        return i;
    }
    return argc;
}
