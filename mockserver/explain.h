/* SPDX-License-Identifier: MIT */
/* A finding in words: the near-miss report. */
#ifndef IW_MOCKSERVER_EXPLAIN_H
#define IW_MOCKSERVER_EXPLAIN_H

#include "script/play.h"

enum { IW_EXPLAIN_LINES = 20 };

/* Verdict and title; for anything but a pass also what is wrong, where in the file, expected and
 * received token by token, and the last lines of the wire. scenario and transcript may be NULL. */
void iw_explain(const struct iw_scenario *scenario, const struct iw_finding *finding,
                const struct iw_transcript *transcript, struct iw_buf *out);

#endif
