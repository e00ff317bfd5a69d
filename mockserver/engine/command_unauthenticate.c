/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 8437 §3: all but TLS is as it was at the greeting. It is never refused. */
struct iw_outcome iw_command_unauthenticate(struct iw_run *run)
{
    iw_engine_session_log_out(run->session);
    return iw_ok("who are you?");
}
