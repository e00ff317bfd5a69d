/* SPDX-License-Identifier: MIT */
/* What APPEND and REPLACE put into a mailbox: literals, and messages that are put together of texts
 * and parts of other messages (CATENATE, RFC 4469). */
#ifndef IW_MOCKSERVER_ENGINE_APPENDING_H
#define IW_MOCKSERVER_ENGINE_APPENDING_H

#include "mockserver/engine/command.h"

/* Lies in the run's arena. */
struct iw_appending {
    const struct iw_append **messages;
    struct iw_span *octets; /* of each */
    size_t count;
    uint64_t total; /* octets */
};

/* OK; else why the command's messages cannot be taken. */
struct iw_outcome iw_appending_prepare(struct iw_run *run, struct iw_appending *appending);
/* All of them or none. False: no memory. */
bool iw_appending_add(struct iw_run *run, const struct iw_appending *appending,
                      struct iw_mailbox *mailbox);
/* APPENDUID of what was added last. *range is used by it. */
struct iw_code iw_appending_code(const struct iw_appending *appending,
                                 const struct iw_mailbox *mailbox, struct iw_range *range);

#endif
