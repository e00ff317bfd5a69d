/* SPDX-License-Identifier: MIT */
/* BODY and BODYSTRUCTURE of a parsed message (RFC 9051 §7.5.2), for iw_write_body.
 *
 * Octets and lines are those of the part as it is transferred; lines are line ends. A text without
 * a charset has "us-ascii" (RFC 2046 §4.1.2); a multipart without parts has one that is empty, as
 * the grammar demands one. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_BODY_H
#define IW_MOCKSERVER_ENGINE_MIME_BODY_H

#include "mockserver/engine/mime_message.h"

/* Lies in the arena and borrows from the message. extended: with the extension fields, as
 * BODYSTRUCTURE has them. IW_NO_MEMORY when the arena has no room. */
enum iw_result iw_mime_body(struct iw_arena *arena, const struct iw_mime_message *message,
                            bool extended, struct iw_body *body);

/* The parameters of all parts as IMAP4rev2 has them: decoded, in UTF-8. */
enum iw_result iw_mime_decode_body(struct iw_arena *arena, struct iw_body *body);

#endif
