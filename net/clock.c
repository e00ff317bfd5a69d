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

bool iw_clock_zone(int64_t unix_seconds, long *east, bool *summer)
{
    struct tm tm;
    time_t time = (time_t)unix_seconds;
    tzset();
    if (localtime_r(&time, &tm) == NULL)
        return false;
    *east = tm.tm_gmtoff;
    *summer = tm.tm_isdst > 0;
    return true;
}

bool iw_clock_zone_of_local(int64_t shown, int summer, long *east)
{
    struct tm tm;
    time_t time = (time_t)shown;
    if (gmtime_r(&time, &tm) == NULL)
        return false;
    tm.tm_isdst = summer;
    mktime(&tm);
    *east = tm.tm_gmtoff;
    return true;
}
