/* SPDX-License-Identifier: MIT */
/* A command that outlives the octets it was read from: it is written and read again. */
#ifndef IW_MOCKSERVER_ENGINE_KEPT_H
#define IW_MOCKSERVER_ENGINE_KEPT_H

#include "parser/command.h"

struct iw_kept {
    struct iw_buf text;        /* from which it is read; owned */
    struct iw_arena arena;     /* owned */
    struct iw_command command; /* in text and arena */
};

/* False: no memory, or it is too long. Either way it is released in the end. */
bool iw_kept_init(struct iw_kept *kept, const struct iw_alloc *alloc,
                  const struct iw_command *command);
void iw_kept_release(struct iw_kept *kept);

#endif
