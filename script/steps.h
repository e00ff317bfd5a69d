/* SPDX-License-Identifier: MIT */
/* Reads lists of steps: a dialogue, or what a rule plays. Private to the loader. */
#ifndef IW_SCRIPT_STEPS_H
#define IW_SCRIPT_STEPS_H

#include "script/members.h"

enum iw_steps_where { IW_STEPS_DIALOGUE, IW_STEPS_PLAY };

/* Only in a rule's play may the engine act. */
bool iw_load_steps(struct iw_loader *loader, const struct iw_json *value, enum iw_steps_where where,
                   struct iw_steps *steps);

extern const struct iw_object iw_side_object;  /* {"S": {"send": …}}: what stands in the braces */
extern const struct iw_object iw_tcp_object;   /* … {"tcp": …} */
extern const struct iw_object iw_world_object; /* {"mailbox": …} */

#endif
