/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9051 §6.2.3 */
struct iw_outcome iw_command_login(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    struct iw_user *user = iw_store_user(&run->session->engine->store, command->user);
    if (iw_engine_session_has(run->session, IW_CAPABILITY_LOGINDISABLED))
        return iw_no("PRIVACYREQUIRED", "not without TLS");
    if (user == NULL || !iw_span_equal(user->password, command->other))
        return iw_no("AUTHENTICATIONFAILED", "wrong name or password");
    iw_engine_session_log_in(run->session, user);
    return iw_ok("logged in");
}
