/* SPDX-License-Identifier: MIT */
/* The INBOX of a mock server's first user, as one looks at it who stands beside the server; and
 * what another client does there. (Client and engine both have a struct iw_message: no file can see
 * both of them.) */
#ifndef IW_TESTS_MOCK_WORLD_H
#define IW_TESTS_MOCK_WORLD_H

#include "mockserver/host.h"

struct iw_mock_inbox {
    uint32_t uidvalidity;
    uint64_t modseq;
    size_t count, annotations;
};

struct iw_mock_message {
    uint32_t uid;
    uint64_t flags;        /* enum iw_flag_bit */
    struct iw_span octets; /* borrowed */
};

struct iw_mock_inbox iw_mock_inbox(struct iw_host *host);
/* The message of that index, which must be there. */
struct iw_mock_message iw_mock_message(struct iw_host *host, size_t index);

/* False: no memory. */
bool iw_mock_deliver(struct iw_host *host, struct iw_span octets);
void iw_mock_remove(struct iw_host *host, size_t index);
void iw_mock_set_flags(struct iw_host *host, size_t index, uint64_t flags);

#endif
