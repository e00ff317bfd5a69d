/* SPDX-License-Identifier: MIT */
/* Whether a target has what a scenario needs: what stands in its "needs", and what its start, its
 * given and its lines take for granted. */
#ifndef IW_CONFORMANCE_NEEDS_H
#define IW_CONFORMANCE_NEEDS_H

#include "conformance/target.h"
#include "script/scenario.h"

/* Why this scenario cannot be played on this target ("needs UIDPLUS"), added to *reason; false: it
 * can. */
bool iw_needs_unmet(const struct iw_scenario *scenario, const struct iw_target *target,
                    struct iw_buf *reason);

#endif
