/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 2177, RFC 9051 §6.3.13: until DONE, news are told as they come
 * (iw_engine_session_has_news). */
struct iw_outcome iw_command_idle(struct iw_run *run)
{
    if (run->line.data != NULL)
        return iw_span_equal_nocase(run->line, IW_SPAN("DONE")) ? iw_ok("no longer idle")
                                                                : iw_bad("expected DONE");
    run->session->idles = true;
    iw_buf_add_string(run->out, "+ idling\r\n");
    return iw_line();
}
