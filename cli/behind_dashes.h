/* SPDX-License-Identifier: MIT */
/* "… -- CLIENT ARGS…": everything behind the two dashes is the command of a client. */
#ifndef IW_CLI_BEHIND_DASHES_H
#define IW_CLI_BEHIND_DASHES_H

#include <stddef.h>

/* How many of argv are the program's own; *client and *count are set only where there are dashes,
 * and borrow from argv. */
int iw_behind_dashes(int argc, char **argv, const char *const **client, size_t *count);

#endif
