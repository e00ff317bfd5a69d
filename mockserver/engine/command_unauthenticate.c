/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 8437 §3: all but TLS is as it was at the greeting. It is never refused; a connection whose
 * state cannot be that again, for compression does not end here, is closed. */
struct iw_outcome iw_command_unauthenticate(struct iw_run *run)
{
    iw_engine_session_log_out(run->session);
    if (run->session->compressed) {
        iw_buf_add_string(run->out, "* BYE compression cannot end\r\n");
        run->session->closes = true;
    }
    return iw_ok("who are you?");
}
