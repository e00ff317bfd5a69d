/* SPDX-License-Identifier: MIT */
/* A whole run of check-server: probes the server, makes its scratch mailbox, plays every case, as
 * many at a time as jobs and connections allow, and removes what it made. */
#ifndef IW_CONFORMANCE_SERVER_RUN_H
#define IW_CONFORMANCE_SERVER_RUN_H

#include "conformance/row.h"
#include "conformance/stop.h"

struct iw_server_run_options {
    struct iw_loop *loop;
    struct iw_target *target;
    const struct iw_suite *suite;
    const struct iw_expectations *expectations;
    struct iw_results *results; /* begun; the caller ends it */
    struct iw_stop *stop;
    unsigned jobs;         /* cases at the same time */
    unsigned repeat;       /* how often each case is played */
    unsigned case_ms;      /* for one case */
    unsigned run_ms;       /* for all of them; 0: no end */
    uint64_t seed;         /* of what is drawn: pauses, segments */
    bool keep_transcripts; /* of cases that pass, too */
    int64_t unix_seconds;  /* now */
    unsigned long number;  /* of this process */
};

/* Problems of the clean-up go to *problem; what is wrong with the server, to the results. */
void iw_server_run(const struct iw_server_run_options *options, struct iw_buf *problem);

#endif
