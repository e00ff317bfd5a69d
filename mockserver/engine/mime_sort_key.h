/* SPDX-License-Identifier: MIT */
/* Strings to compare octet by octet, for the criteria of SORT that look into the header
 * (RFC 5256 §3, RFC 5957 §3), after the casemap of a collation. What a message does not have is "".
 */
#ifndef IW_MOCKSERVER_ENGINE_MIME_SORT_KEY_H
#define IW_MOCKSERVER_ENGINE_MIME_SORT_KEY_H

#include "mockserver/engine/mime_casemap.h"
#include "mockserver/engine/mime_subject.h"

/* FROM, TO, CC: the mailbox of the field's first address. */
enum iw_result iw_mime_sort_mailbox(struct iw_arena *arena, enum iw_collation collation,
                                    struct iw_span header, struct iw_span name,
                                    struct iw_span *key);

/* DISPLAYFROM, DISPLAYTO: the name of the first address, decoded; without one mailbox@host. */
enum iw_result iw_mime_sort_display(struct iw_arena *arena, enum iw_collation collation,
                                    struct iw_span header, struct iw_span name,
                                    struct iw_span *key);

/* SUBJECT: the base subject is the key; whether it is a reply THREAD wants to know, too. */
enum iw_result iw_mime_sort_subject(struct iw_arena *arena, enum iw_collation collation,
                                    struct iw_span header, struct iw_mime_subject *subject);

#endif
