/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/quota.h"

static const struct {
    const char *name;
    uint64_t unit, limit;
} resources[IW_RESOURCE_COUNT] = {
    [IW_RESOURCE_STORAGE] = {"STORAGE", 1024, 1 << 20},
    [IW_RESOURCE_MESSAGE] = {"MESSAGE", 1, 1000000},
    [IW_RESOURCE_MAILBOX] = {"MAILBOX", 1, 100000},
};

struct iw_quota_state iw_quota_default(void)
{
    struct iw_quota_state quota = {{0}, {0}};
    for (size_t i = 0; i < IW_RESOURCE_COUNT; i++)
        quota.limits[i] = resources[i].limit;
    return quota;
}

const char *iw_resource_name(enum iw_resource resource)
{
    return resources[resource].name;
}

enum iw_resource iw_resource_of(struct iw_span name)
{
    enum iw_resource resource = 0;
    while (resource < IW_RESOURCE_COUNT &&
           !iw_span_equal_nocase(name, iw_span_of(resources[resource].name)))
        resource++;
    return resource;
}

static uint64_t in_units(enum iw_resource resource, uint64_t amount)
{
    uint64_t unit = resources[resource].unit;
    return amount / unit + (amount % unit != 0);
}

uint64_t iw_quota_used(const struct iw_quota_state *quota, enum iw_resource resource)
{
    return in_units(resource, quota->used[resource]);
}

bool iw_quota_allows(const struct iw_quota_state *quota, enum iw_resource resource, uint64_t more)
{
    return in_units(resource, quota->used[resource] + more) <= quota->limits[resource];
}

bool iw_quota_is_exceeded(const struct iw_quota_state *quota)
{
    bool exceeded = false;
    for (enum iw_resource i = 0; i < IW_RESOURCE_COUNT; i++)
        exceeded |= iw_quota_used(quota, i) > quota->limits[i];
    return exceeded;
}
