/* SPDX-License-Identifier: MIT */
/* The client's part of {"S": "authenticate"}: what it answers to a live server's challenges. */
#ifndef IW_CONFORMANCE_EXCHANGE_H
#define IW_CONFORMANCE_EXCHANGE_H

#include "conformance/target.h"
#include "sasl/sasl.h"
#include "script/play.h"

struct iw_exchange_client {
    const struct iw_target *target; /* borrowed: host, user and password */
    struct iw_sasl *sasl[IW_CONN_MAX];
};

/* For iw_play_options; the client is its context. */
struct iw_exchange iw_exchange_of(struct iw_exchange_client *client);
void iw_exchange_release(struct iw_exchange_client *client);

#endif
