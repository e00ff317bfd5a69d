/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* NOOP, CHECK (RFC 9051 §6.1.2, RFC 3501 §6.4.1): whatever is new is told at the end of every
 * command. */
struct iw_outcome iw_command_noop(struct iw_run *run)
{
    (void)run;
    return iw_ok("done");
}
