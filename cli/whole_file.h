/* SPDX-License-Identifier: MIT */
/* Files that are there whole or not at all. */
#ifndef IW_CLI_WHOLE_FILE_H
#define IW_CLI_WHOLE_FILE_H

#include "base/span.h"

/* Written beside it and moved there: whoever waits for the file finds it whole. False: errno says
 * why, and what was there before is still there. */
bool iw_write_whole(const char *path, struct iw_span octets);

#endif
