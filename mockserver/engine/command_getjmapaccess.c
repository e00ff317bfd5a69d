/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

/* RFC 9698 §4. There is no such server: it is for clients that look whether there is. */
struct iw_outcome iw_command_getjmapaccess(struct iw_run *run)
{
    const struct iw_response response = {.kind = IW_RESPONSE_JMAPACCESS,
                                         .url = IW_SPAN("https://jmap.imapwright.example/session")};
    iw_write_response(run->out, &response);
    return iw_ok("that is where");
}
