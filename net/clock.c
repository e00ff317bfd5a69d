/* SPDX-License-Identifier: MIT */
#include "net/clock.h"

#include <limits.h>
#include <time.h>

uint64_t iw_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int64_t iw_clock_unix(void)
{
    return (int64_t)time(NULL);
}

uint64_t iw_deadline(int timeout_ms)
{
    return timeout_ms < 0 ? UINT64_MAX : iw_clock_ms() + (uint64_t)timeout_ms;
}

int iw_deadline_left(uint64_t deadline)
{
    if (deadline == UINT64_MAX)
        return -1;
    uint64_t now = iw_clock_ms();
    if (deadline <= now)
        return 0;
    return deadline - now > INT_MAX ? INT_MAX : (int)(deadline - now);
}
