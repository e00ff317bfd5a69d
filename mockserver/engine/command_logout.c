/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9051 §6.1.3 */
struct iw_outcome iw_command_logout(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    iw_buf_add_string(run->out, "* BYE see you\r\n");
    iw_engine_session_unselect(session);
    session->state = IW_ENGINE_LOGOUT;
    session->closes = true;
    return iw_ok("logged out");
}
