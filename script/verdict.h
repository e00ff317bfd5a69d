/* SPDX-License-Identifier: MIT */
/* Verdicts, and what is said with one. */
#ifndef IW_SCRIPT_VERDICT_H
#define IW_SCRIPT_VERDICT_H

#include "script/scenario.h"

enum iw_verdict {
    IW_PASS,
    IW_FAILED,    /* a MUST */
    IW_DEVIATION, /* stated behaviour or grammar */
    IW_WEAK,      /* a SHOULD */
    IW_INFO,
    IW_SKIP,
    IW_XFAIL,
    IW_XPASS,
    IW_BLOCKED, /* a precondition did not hold */
    IW_SETUP,   /* wrong password, no such host: nothing was tested */
    IW_TIMED_OUT,
    IW_CRASH,
    IW_VERDICT_COUNT
};

const char *iw_verdict_name(enum iw_verdict verdict); /* "pass", "fail", "deviation", … */

/* What a check of that level that does not hold is called. */
enum iw_verdict iw_verdict_of_level(enum iw_level level);

/* True for the verdicts that make a run exit 1: fail, deviation, weak (only with strict), xpass,
 * blocked, timeout, crash. */
bool iw_verdict_counts(enum iw_verdict verdict, bool strict);

#endif
