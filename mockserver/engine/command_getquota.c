/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

/* A server of RFC 2087 alone knows STORAGE and MESSAGE; one of RFC 9208 what it lists. */
bool iw_run_has_resource(const struct iw_run *run, enum iw_resource resource)
{
    static const enum iw_capability capabilities[IW_RESOURCE_COUNT] = {
        [IW_RESOURCE_STORAGE] = IW_CAPABILITY_QUOTA_RES_STORAGE,
        [IW_RESOURCE_MESSAGE] = IW_CAPABILITY_QUOTA_RES_MESSAGE,
        [IW_RESOURCE_MAILBOX] = IW_CAPABILITY_QUOTA_RES_MAILBOX};
    bool lists_any = false;
    for (size_t i = 0; i < IW_RESOURCE_COUNT; i++)
        lists_any |= iw_engine_session_has(run->session, capabilities[i]);
    return lists_any ? iw_engine_session_has(run->session, capabilities[resource])
                     : resource != IW_RESOURCE_MAILBOX;
}

void iw_run_write_quota(struct iw_run *run, const struct iw_user *owner)
{
    struct iw_quota_resource resources[IW_RESOURCE_COUNT];
    struct iw_response response = {.kind = IW_RESPONSE_QUOTA,
                                   .quota = {.root = owner->name, .resources = resources}};
    for (enum iw_resource i = 0; i < IW_RESOURCE_COUNT; i++) {
        if (owner->quota.limits[i] == IW_QUOTA_UNLIMITED || !iw_run_has_resource(run, i))
            continue;
        resources[response.quota.count++] =
            (struct iw_quota_resource){.name = iw_span_of(iw_resource_name(i)),
                                       .usage = iw_quota_used(&owner->quota, i),
                                       .limit = owner->quota.limits[i]};
    }
    iw_write_response(run->out, &response);
}

struct iw_user *iw_run_find_root(struct iw_run *run, struct iw_span root)
{
    struct iw_user *user = run->session->user;
    return iw_span_equal(root, user->name) ? user : NULL;
}

/* RFC 9208 §4.1.1 */
struct iw_outcome iw_command_getquota(struct iw_run *run)
{
    const struct iw_user *owner = iw_run_find_root(run, run->command->other);
    if (owner == NULL)
        return iw_no("NONEXISTENT", "there is no such quota root, or not for you");
    iw_run_write_quota(run, owner);
    return iw_ok("that is the quota");
}
