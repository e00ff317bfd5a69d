/* SPDX-License-Identifier: MIT */
/* Finds the addresses of a host and connects to the first that answers, in the order in which the
 * resolver gives them. */
#ifndef IW_NET_DIAL_H
#define IW_NET_DIAL_H

#include "net/loop.h"

struct iw_dial;

/* done is called once, later, unless the dial is cancelled; with it the dial ends. It gets a
 * connected non-blocking socket, which is its own from then on, or -1 and the reason of the last
 * address: IW_CLOSED when it was reset at once, else IW_SYSTEM. NULL when memory is out or the port
 * is none. */
struct iw_dial *iw_dial_new(struct iw_loop *loop, const char *host, unsigned port,
                            void (*done)(void *context, int fd, const struct iw_error *error),
                            void *context, struct iw_error *error);
void iw_dial_cancel(struct iw_dial *dial);

#endif
