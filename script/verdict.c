/* SPDX-License-Identifier: MIT */
#include "script/verdict.h"

#include <assert.h>

const char *iw_verdict_name(enum iw_verdict verdict)
{
    static const char *const names[IW_VERDICT_COUNT] = {
        [IW_PASS] = "pass",   [IW_FAILED] = "fail", [IW_DEVIATION] = "deviation",
        [IW_WEAK] = "weak",   [IW_INFO] = "info",   [IW_SKIP] = "skip",
        [IW_XFAIL] = "xfail", [IW_XPASS] = "xpass", [IW_BLOCKED] = "blocked",
        [IW_SETUP] = "setup", [IW_CRASH] = "crash", [IW_TIMED_OUT] = "timeout",
    };
    assert(verdict < IW_VERDICT_COUNT);
    return names[verdict];
}

enum iw_verdict iw_verdict_of_level(enum iw_level level)
{
    switch (level) {
    case IW_LEVEL_MUST:
    case IW_LEVEL_MUST_NOT:
    case IW_LEVEL_REQUIRED:
    case IW_LEVEL_SHALL:
        return IW_FAILED;
    case IW_LEVEL_DEF:
    case IW_LEVEL_SYN:
        return IW_DEVIATION;
    case IW_LEVEL_SHOULD:
    case IW_LEVEL_SHOULD_NOT:
        return IW_WEAK;
    case IW_LEVEL_MAY:
    case IW_LEVEL_PRACTICE:
        break;
    }
    return IW_INFO;
}

bool iw_verdict_counts(enum iw_verdict verdict, bool strict)
{
    switch (verdict) {
    case IW_FAILED:
    case IW_DEVIATION:
    case IW_XPASS:
    case IW_BLOCKED:
    case IW_TIMED_OUT:
    case IW_CRASH:
        return true;
    case IW_WEAK:
        return strict;
    default:
        return false;
    }
}
