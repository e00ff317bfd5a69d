/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9051 §6.1.1 */
struct iw_outcome iw_command_capability(struct iw_run *run)
{
    iw_buf_add_string(run->out, "* CAPABILITY ");
    iw_engine_write_capabilities(run->session->engine, iw_engine_session_place(run->session),
                                 run->out);
    iw_buf_add_string(run->out, "\r\n");
    return iw_ok("that is all");
}
