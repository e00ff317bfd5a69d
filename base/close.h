/* SPDX-License-Identifier: MIT */
/* How one end of a connection goes away: the same word in a scenario, a play and on the socket. */
#ifndef IW_BASE_CLOSE_H
#define IW_BASE_CLOSE_H

#include "base/span.h"

enum iw_close {
    IW_CLOSE_FIN,    /* after all writes; under TLS close_notify first */
    IW_CLOSE_RST,    /* at once, with RST */
    IW_CLOSE_HALF,   /* FIN after all writes, but it goes on reading */
    IW_CLOSE_SILENT, /* not at all: it says nothing more and stays open */
    IW_CLOSE_BARE    /* FIN after all writes, without close_notify */
};

/* Nothing follows it on the connection, either way. */
bool iw_close_ends(enum iw_close how);

/* "fin", "rst", "half", "silent", "bare"; false: none of them. */
bool iw_close_named(struct iw_span name, enum iw_close *how);

#endif
