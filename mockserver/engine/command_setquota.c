/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* RFC 9208 §4.1.3: what is not named has no limit from now on. A server that lists resources says
 * by QUOTASET that limits can be set; one of RFC 2087 has nothing to say it with. */
struct iw_outcome iw_command_setquota(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    bool is_old = iw_run_has_resource(run, IW_RESOURCE_STORAGE) &&
                  !iw_engine_session_has(run->session, IW_CAPABILITY_QUOTA_RES_STORAGE);
    struct iw_user *owner = iw_run_find_root(run, command->other);
    uint64_t limits[IW_RESOURCE_COUNT];
    if (!is_old && !iw_engine_session_has(run->session, IW_CAPABILITY_QUOTASET))
        return iw_bad("this server does not have QUOTASET");
    for (size_t i = 0; i < IW_RESOURCE_COUNT; i++)
        limits[i] = IW_QUOTA_UNLIMITED;
    for (const struct iw_entry *entry = command->entries; entry != NULL; entry = entry->next) {
        enum iw_resource resource = iw_resource_of(entry->name);
        if (resource == IW_RESOURCE_COUNT || !iw_run_has_resource(run, resource))
            return iw_no("CANNOT", "there is no such resource");
        limits[resource] = entry->limit;
    }
    if (owner == NULL)
        return iw_no("NOPERM", "there is no such quota root, or not for you");
    for (size_t i = 0; i < IW_RESOURCE_COUNT; i++)
        owner->quota.limits[i] = limits[i];
    iw_run_write_quota(run, owner);
    return iw_ok("the limits are set");
}
