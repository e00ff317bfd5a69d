/* SPDX-License-Identifier: MIT */
/* BINARY[…] and BINARY.SIZE[…]: a part without its Content-Transfer-Encoding (RFC 3516 §4.2,
 * RFC 9051 §6.4.5). A multipart, a message within and the whole message, whose own encoding changes
 * nothing, are given as they are; IMAP4rev2 asks for none of them. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_BINARY_H
#define IW_MOCKSERVER_ENGINE_MIME_BINARY_H

#include "mockserver/engine/mime_message.h"
#include "parser/section.h"

/* True: the section is one part that has no parts. */
bool iw_mime_is_leaf(const struct iw_mime_message *message, const struct iw_section *section);

/* The decoded octets, NULs included; absent: there is no such part. IW_SYNTAX: NO [UNKNOWN-CTE];
 * IW_NO_MEMORY: the arena has no room. */
enum iw_result iw_mime_binary(struct iw_arena *arena, const struct iw_mime_message *message,
                              const struct iw_section *section, struct iw_span *octets);

/* How many they are, without holding them; 0: there is no such part. */
enum iw_result iw_mime_binary_size(const struct iw_mime_message *message,
                                   const struct iw_section *section, uint64_t *size);

#endif
