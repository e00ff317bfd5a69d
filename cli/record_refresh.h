/* SPDX-License-Identifier: MIT */
/* record --refresh: a recording gets what the server says now. */
#ifndef IW_CLI_RECORD_REFRESH_H
#define IW_CLI_RECORD_REFRESH_H

#include "cli/record_options.h"

/* The exit status; what changed has been printed. */
int iw_record_refresh(struct iw_record_options *options);

#endif
