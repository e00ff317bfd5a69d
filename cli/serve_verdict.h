/* SPDX-License-Identifier: MIT */
/* How it went, in the end: of each scenario, and of the client that serve has started. */
#ifndef IW_CLI_SERVE_VERDICT_H
#define IW_CLI_SERVE_VERDICT_H

#include "cli/serve_options.h"
#include "mockserver/mocks.h"

struct iw_serve_end {
    const struct iw_serve_options *options;
    const struct iw_mocks *mocks;
    const struct iw_child_exit *exit; /* of the client; NULL: none was started */
    unsigned client_ms;               /* its time */
    bool timed_out;                   /* it was killed */
    bool unconnected;                 /* no client has come in time */
    uint64_t ms;                      /* all of it */
};

/* Words to stderr, JSON where it is wanted. The exit status. */
int iw_serve_judge(const struct iw_serve_end *end);

#endif
