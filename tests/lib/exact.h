/* SPDX-License-Identifier: MIT */
/* Input in a block of exactly its size, so that AddressSanitizer sees a read past its end. */
#ifndef IW_TESTS_EXACT_H
#define IW_TESTS_EXACT_H

#include "base/span.h"

struct iw_span iw_exact_copy(struct iw_span bytes);
void iw_exact_free(struct iw_span copy);

#endif
