/* SPDX-License-Identifier: MIT */
/* One look at the server before a run: does it answer, may we log in, what can it do. */
#ifndef IW_CONFORMANCE_PROBE_H
#define IW_CONFORMANCE_PROBE_H

#include "conformance/target.h"
#include "net/loop.h"
#include "script/verdict.h"

/* IW_PASS: target knows the server. IW_SETUP: no connection, wrong password, no TLS …;
 * IW_TIMED_OUT: the server accepts and says nothing. *problem is then one line for the user. */
enum iw_verdict iw_probe(struct iw_loop *loop, struct iw_target *target, struct iw_buf *problem);

#endif
