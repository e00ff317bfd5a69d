/* SPDX-License-Identifier: MIT */
/* SEARCH for text in messages (RFC 9051 §6.4.4): by substring, in decoded text, after
 * the casemap of a collation (RFC 5255 §4.2).
 *
 * Text goes through in pieces; memory is needed for the needle and for addresses only. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_SEARCH_H
#define IW_MOCKSERVER_ENGINE_MIME_SEARCH_H

#include "mockserver/engine/mime_casemap.h"
#include "mockserver/engine/mime_message.h"

struct iw_mime_needle {
    enum iw_collation collation;
    struct iw_span octets; /* after the casemap */
    size_t *borders;       /* by length matched, 1 on: how long a border that beginning has */
};

/* What is searched for, from any charset known: iw_mime_charset_is_known. Lies in the arena;
 * IW_NO_MEMORY when that has no room. */
enum iw_result iw_mime_needle(struct iw_arena *arena, enum iw_collation collation,
                              struct iw_span charset, struct iw_span string,
                              struct iw_mime_needle *needle);

/* In one decoded text. */
bool iw_mime_text_has(struct iw_span utf8, const struct iw_mime_needle *needle);

/* HEADER: in any field of that name; SUBJECT is one of them. An empty needle: there is one. */
bool iw_mime_field_has(const struct iw_mime_message *message, struct iw_span name,
                       const struct iw_mime_needle *needle);

/* FROM, TO, CC, BCC: in the field's addresses, each as: name <@route:mailbox@host>. */
enum iw_result iw_mime_addresses_have(struct iw_arena *arena, const struct iw_mime_message *message,
                                      struct iw_span name, const struct iw_mime_needle *needle,
                                      bool *found);

/* BODY: in a text part. No header is looked at, not even that of a message within. */
bool iw_mime_body_has(const struct iw_mime_message *message, const struct iw_mime_needle *needle);

/* TEXT: there, or in a header: the message's own, that of a part, that of a message within. */
bool iw_mime_message_has(const struct iw_mime_message *message,
                         const struct iw_mime_needle *needle);

#endif
