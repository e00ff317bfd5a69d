/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 4978 §3: everything behind the answer is compressed. */
struct iw_outcome iw_command_compress(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    if (session->compressed)
        return iw_bad("it is compressed already");
    if (!iw_span_equal_nocase(run->command->mechanism, IW_SPAN("DEFLATE")))
        return iw_bad("that mechanism is unknown");
    session->starts_deflate = true;
    return iw_ok("compressed from here on");
}
