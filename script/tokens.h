/* SPDX-License-Identifier: MIT */
/* Two lines beside each other, token by token. */
#ifndef IW_SCRIPT_TOKENS_H
#define IW_SCRIPT_TOKENS_H

#include "base/buf.h"

/* "SELECT | EXAMINE   <- differs": one pair a line, the first that differs marked. expected is as
 * the scenario has it, filled, with or without "C2: "; received is as it came, tag and all. Nothing
 * when either is empty. */
void iw_tokens_beside(struct iw_span expected, struct iw_span received, struct iw_buf *out);

#endif
