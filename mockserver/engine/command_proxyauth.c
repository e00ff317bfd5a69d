/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* PROXYAUTH user, of Netscape's and Sun's servers: the first user, who administers the server, goes
 * on as another one. */
struct iw_outcome iw_command_proxyauth(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_store *store = &session->engine->store;
    struct iw_user *user = iw_store_user(store, run->command->user);
    if (session->user != store->first_user)
        return iw_no("NOPERM", "you do not administer this server");
    if (user == NULL)
        return iw_no("NONEXISTENT", "there is no such user");
    iw_engine_session_log_out(session);
    iw_engine_session_log_in(session, user);
    return iw_ok("you are someone else now");
}
