/* SPDX-License-Identifier: MIT */
/* Changes of the world as a client brings them about on a live server: commands on the helper
 * connection. */
#ifndef IW_SCRIPT_WORLD_H
#define IW_SCRIPT_WORLD_H

#include "script/bindings.h"
#include "script/scenario.h"

enum { IW_WORLD_STEPS_MAX = 12 };

/* Why a client cannot bring the change about; NULL: it can. */
const char *iw_world_obstacle(enum iw_world_change change);

/* The lines, C and S, of connection 0, with the place of the step. The number of steps written;
 * 0: no memory. */
size_t iw_world_lines(const struct iw_step *step, const struct iw_bindings *bindings,
                      struct iw_arena *arena, struct iw_step steps[IW_WORLD_STEPS_MAX]);

#endif
