/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

/* RFC 2342 §5, RFC 9051 §6.3.10 */
struct iw_outcome iw_command_namespace(struct iw_run *run)
{
    struct iw_namespace personal = {.prefix = IW_SPAN(""), .separator = IW_SPAN("/")};
    struct iw_namespace others = {.prefix = IW_SPAN("Other Users/"), .separator = IW_SPAN("/")};
    bool shares = iw_engine_session_has(run->session, IW_CAPABILITY_ACL);
    const struct iw_response response = {
        .kind = IW_RESPONSE_NAMESPACE,
        .namespaces = {.places = {[IW_NAMESPACE_PERSONAL] = {&personal, 1},
                                  [IW_NAMESPACE_OTHER] = {&others, shares ? 1 : 0}}}};
    iw_write_response(run->out, &response);
    return iw_ok("that is all");
}
