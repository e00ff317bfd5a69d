/* SPDX-License-Identifier: MIT */
/* ENVELOPE of a message or of a message within (RFC 9051 §7.5.2), for iw_write_envelope.
 *
 * Sender and Reply-To that are absent or empty are From. An address field that comes several times
 * is one list, of the others the last counts. Encoded words stay as they are. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_ENVELOPE_H
#define IW_MOCKSERVER_ENGINE_MIME_ENVELOPE_H

#include "base/arena.h"
#include "parser/envelope.h"

/* Borrows from header and lies in the arena; IW_NO_MEMORY when that has no room. */
enum iw_result iw_mime_envelope(struct iw_arena *arena, struct iw_span header,
                                struct iw_envelope *envelope);

#endif
