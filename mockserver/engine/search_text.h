/* SPDX-License-Identifier: MIT */
/* What a search looks at in a message's octets: fields, texts, the date. ASCII letters match in
 * either case. */
#ifndef IW_MOCKSERVER_ENGINE_SEARCH_TEXT_H
#define IW_MOCKSERVER_ENGINE_SEARCH_TEXT_H

#include "base/arena.h"
#include "parser/date.h"

bool iw_text_contains(struct iw_span whole, struct iw_span part);

/* A field of that name holds the text; the empty text: there is such a field. */
bool iw_message_field_contains(struct iw_span message, struct iw_span field, struct iw_span text,
                               struct iw_arena *scratch);
bool iw_message_body_contains(struct iw_span message, struct iw_span text,
                              struct iw_arena *scratch);
/* Header or body. */
bool iw_message_contains(struct iw_span message, struct iw_span text, struct iw_arena *scratch);

/* Day, month and year of the Date field (RFC 5322 §3.3), as it is written there. False: it has
 * none that can be read. */
bool iw_message_date(struct iw_span message, struct iw_date *date);

#endif
