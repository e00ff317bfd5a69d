/* SPDX-License-Identifier: MIT */
/* Values that a server writes into a FETCH response; it reports through cmocka. */
#ifndef IW_TESTS_FETCHED_H
#define IW_TESTS_FETCHED_H

#include "base/span.h"

/* The strict parser reads the value as that item (ENVELOPE, BODYSTRUCTURE, …), and it is written
 * again to the same octets. */
void iw_assert_fetched(const char *item, struct iw_span value);

#endif
