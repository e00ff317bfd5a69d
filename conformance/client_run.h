/* SPDX-License-Identifier: MIT */
/* A whole run of check-client: for every scenario, variant and task a mock server of its own and
 * one process of the client under test, judged by how it ends and by what the server saw.
 *
 * For rules, the client first meets the unharmed twin, the same server without the rules: a client
 * that fails there is blocked, so that one which always fails passes nothing. */
#ifndef IW_CONFORMANCE_CLIENT_RUN_H
#define IW_CONFORMANCE_CLIENT_RUN_H

#include "conformance/stop.h"

/* What a client under test says by its exit status. */
enum {
    IW_CLIENT_EXIT_OK = 0,
    IW_CLIENT_EXIT_ERROR = 1,
    IW_CLIENT_EXIT_BROKEN = 70, /* an internal error (EX_SOFTWARE): as bad as a signal */
    IW_CLIENT_EXIT_NO_TASK = 89 /* it does not implement the task */
};

struct iw_client_run_options {
    struct iw_loop *loop;
    const char *const *command; /* CLIENT ARGS…, with {host} … in them */
    size_t command_count;
    const struct iw_suite *suite;
    const struct iw_expectations *expectations;
    struct iw_results *results; /* begun; the caller ends it */
    struct iw_stop *stop;
    unsigned jobs;         /* clients at the same time */
    unsigned repeat;       /* how often each attempt is made */
    unsigned client_ms;    /* how long a client may run, unless the scenario says less */
    unsigned step_ms;      /* how long a dialogue waits for the client */
    unsigned run_ms;       /* for everything; 0: no end */
    uint64_t seed;         /* of what is drawn: pauses, segments */
    bool keep_transcripts; /* of cases that pass, too */
};

void iw_client_run(const struct iw_client_run_options *options);

#endif
