/* SPDX-License-Identifier: MIT */
/* What another thread or a signal handler rings to end a wait. */
#ifndef IW_NET_BELL_H
#define IW_NET_BELL_H

#include <stdbool.h>

struct iw_bell;

/* NULL: no memory or no descriptor. */
struct iw_bell *iw_bell_new(void);
void iw_bell_free(struct iw_bell *bell);

/* From any thread, and from a signal handler; leaves errno as it was. It stays rung until it is
 * hushed. */
void iw_bell_ring(struct iw_bell *bell);
bool iw_bell_rung(const struct iw_bell *bell);
void iw_bell_hush(struct iw_bell *bell);

/* To be polled for input: ready while it is rung. */
int iw_bell_fd(const struct iw_bell *bell);

#endif
