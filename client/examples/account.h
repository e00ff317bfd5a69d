/* SPDX-License-Identifier: MIT */
/* The account that the examples work on: IMAPWRIGHT_HOST, IMAPWRIGHT_TLS_PORT (993),
 * IMAPWRIGHT_USER, IMAPWRIGHT_PASSWORD and IMAPWRIGHT_CA (the system's certificates) of the
 * environment, as `imapwright check-client` sets them. */
#ifndef IW_EXAMPLES_ACCOUNT_H
#define IW_EXAMPLES_ACCOUNT_H

#include "client/extensions.h"

/* Connected by TLS and logged in; NULL: it has said why. */
struct iw_imap *account_open(void);

/* Logs out and frees. The exit status: 0, or 1 when outcome, or the end, is not OK, which it says.
 */
int account_close(struct iw_imap *imap, enum iw_imap_outcome outcome);

#endif
