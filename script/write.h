/* SPDX-License-Identifier: MIT */
/* A scenario as JSON again: read back, it is the same scenario. Lines stand in one piece, numbers
 * as strings, a range as its values; "given" and the like only where something is. */
#ifndef IW_SCRIPT_WRITE_H
#define IW_SCRIPT_WRITE_H

#include "base/buf.h"
#include "script/scenario.h"

void iw_scenario_write(const struct iw_scenario *scenario, struct iw_buf *out);

#endif
