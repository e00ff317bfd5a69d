/* SPDX-License-Identifier: MIT */
/* The octets of BODY[…] (RFC 9051 §6.4.5): parts of the message, but for HEADER.FIELDS, which is
 * put together. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_SECTION_H
#define IW_MOCKSERVER_ENGINE_MIME_SECTION_H

#include "mockserver/engine/mime_message.h"
#include "parser/section.h"

/* Absent octets: the message has no such section (Dovecot and others answer as if it was empty).
 * A NUL, which no literal may hold, is 0x80. Borrows from the message or lies in the arena;
 * IW_NO_MEMORY when that has no room. */
enum iw_result iw_mime_section(struct iw_arena *arena, const struct iw_mime_message *message,
                               const struct iw_section *section, struct iw_span *octets);

/* <origin.length>: what of these octets lies there; empty behind their end. */
struct iw_span iw_mime_partial(struct iw_span octets, uint64_t origin, uint64_t length);

/* The whole message, or the part with its header. */
struct iw_span iw_mime_whole(const struct iw_mime_part *part);

#endif
