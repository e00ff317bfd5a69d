/* SPDX-License-Identifier: MIT */
/* Responses as a grammar, for the targets that look at them or at a part of them. */
#ifndef IW_FUZZ_RESPONSES_H
#define IW_FUZZ_RESPONSES_H

#include "fuzz/grammar.h"

extern const struct iw_grammar iw_response_grammar;

/* What holds for a FETCH response with text as the value of the item of that name, UID in front of
 * it and FLAGS behind it: what the grammar says of all responses; and whether text is one value
 * that the item's type reads, or one that is kept as bad, octet for octet, what stands around it
 * is read. kind is the item's when text is good. */
void iw_item_holds(const char *name, enum iw_fetch_kind kind, struct iw_span text);

#endif
