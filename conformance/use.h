/* SPDX-License-Identifier: MIT */
/* What a scenario's dialogue uses of a live server: connections, mailboxes, time, and what all
 * sessions of the account have in common. Read off its lines, so that no list of cases is kept. */
#ifndef IW_CONFORMANCE_USE_H
#define IW_CONFORMANCE_USE_H

#include "script/scenario.h"

struct iw_use {
    bool conns[IW_CONN_MAX]; /* but the helper */
    bool starttls;           /* it makes its own way into TLS, or stays in clear */
    bool inbox, separator;   /* names them */
    bool world;              /* it needs the helper: mailboxes are given, or change */
    bool alone;              /* what it does or asks for would show in other sessions */
    unsigned silent_ms;      /* it waits for so long, whatever the server does */
};

struct iw_use iw_use_of(const struct iw_scenario *scenario);

/* How many are open at the same time, the helper among them. */
unsigned iw_use_connections(const struct iw_use *use);

#endif
