/* SPDX-License-Identifier: MIT */
/* serve --ctl: one request to a running serve, from its words. */
#ifndef IW_CLI_SERVE_CTL_H
#define IW_CLI_SERVE_CTL_H


#include <stddef.h>

/* The words are "verify scenario=1", or one word that is JSON already; numbers, true and false are
 * such.
 *
 * Prints the answer. The exit status: 1 for one that says no, or a verdict that is no pass. ms: how
 * long to wait for it, beyond what the request asks for itself. */
int iw_serve_ctl(const char *path, const char *const *words, size_t count);

#endif
