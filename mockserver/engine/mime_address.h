/* SPDX-License-Identifier: MIT */
/* Address lists (RFC 5322 §3.4, §4.4) as ENVELOPE shows them.
 *
 * A broken address is shown with what could be read of it: since a mailbox or host that is NIL
 * means a group (RFC 9051 §7.5.2), what is missing has the names Dovecot gives it,
 * MISSING_MAILBOX, MISSING_DOMAIN and SYNTAX_ERROR. A list ends at what is no address. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_ADDRESS_H
#define IW_MOCKSERVER_ENGINE_MIME_ADDRESS_H

#include "base/arena.h"
#include "parser/envelope.h"

enum { IW_MIME_ADDRESSES_MAX = 100000 };

/* Adds the addresses of one field's value behind those there are. Members and strings lie in the
 * arena; IW_NO_MEMORY when it has no room. */
enum iw_result iw_mime_parse_addresses(struct iw_arena *arena, struct iw_span value,
                                       struct iw_addresses *addresses);

#endif
