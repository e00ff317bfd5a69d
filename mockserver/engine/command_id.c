/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 2971 §3.1 */
struct iw_outcome iw_command_id(struct iw_run *run)
{
    iw_buf_add_string(run->out, "* ID (\"name\" \"imapwright\")\r\n");
    return iw_ok("now we know each other");
}
