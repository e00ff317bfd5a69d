/* SPDX-License-Identifier: MIT */
/* A dialogue's client plays its part to a live server again, whatever the server answers, and what
 * goes by is recorded. */
#ifndef IW_CONFORMANCE_REFRESH_H
#define IW_CONFORMANCE_REFRESH_H

#include "conformance/target.h"
#include "net/loop.h"
#include "script/recording.h"

struct iw_refresh_options {
    struct iw_loop *loop;
    const struct iw_target *target; /* user and password are set */
    const struct iw_scenario *scenario;
    struct iw_recording *recording;
    unsigned run_ms;
};

/* Runs the loop until it is over. IW_OK: the client has come to its end; else error's detail says
 * what stopped it. */
enum iw_result iw_refresh(const struct iw_refresh_options *options, struct iw_error *error);

#endif
