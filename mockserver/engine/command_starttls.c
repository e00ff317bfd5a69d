/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9051 §6.2.1 */
struct iw_outcome iw_command_starttls(struct iw_run *run)
{
    if (run->session->secure || !iw_engine_session_has(run->session, IW_CAPABILITY_STARTTLS))
        return iw_bad("no TLS to start here");
    run->session->starts_tls = true;
    return iw_ok("begin TLS");
}
