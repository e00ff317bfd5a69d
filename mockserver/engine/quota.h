/* SPDX-License-Identifier: MIT */
/* What a user's mailboxes may hold together (RFC 9208): one quota root for each user, with the
 * user's name. The store keeps count of what is used; a limit is only looked at by commands, so
 * that a scenario can go past it. */
#ifndef IW_MOCKSERVER_ENGINE_QUOTA_H
#define IW_MOCKSERVER_ENGINE_QUOTA_H

#include "base/span.h"

enum iw_resource {
    IW_RESOURCE_STORAGE, /* octets; on the wire units of 1024, rounded up (§5.1) */
    IW_RESOURCE_MESSAGE,
    IW_RESOURCE_MAILBOX,
    IW_RESOURCE_COUNT
};

#define IW_QUOTA_UNLIMITED UINT64_MAX

struct iw_quota_state {
    uint64_t used[IW_RESOURCE_COUNT];
    uint64_t limits[IW_RESOURCE_COUNT]; /* in the units of the wire, at most 2^63 - 1 */
};

/* 1 GiB, a million messages, 100 000 mailboxes; nothing is used. */
struct iw_quota_state iw_quota_default(void);

const char *iw_resource_name(enum iw_resource resource);
/* IW_RESOURCE_COUNT: none has that name. */
enum iw_resource iw_resource_of(struct iw_span name);

/* In the units of the wire. */
uint64_t iw_quota_used(const struct iw_quota_state *quota, enum iw_resource resource);
/* So much more fits. */
bool iw_quota_allows(const struct iw_quota_state *quota, enum iw_resource resource, uint64_t more);
/* More is used than may be. */
bool iw_quota_is_exceeded(const struct iw_quota_state *quota);

#endif
