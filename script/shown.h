/* SPDX-License-Identifier: MIT */
/* Octets of the wire on one line of a report. */
#ifndef IW_SCRIPT_SHOWN_H
#define IW_SCRIPT_SHOWN_H

#include "base/buf.h"

/* Control octets as \r \n \x00; of too many the first, and "..." behind them. */
void iw_add_shown(struct iw_buf *out, struct iw_span octets, size_t most);

#endif
