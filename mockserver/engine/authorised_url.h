/* SPDX-License-Identifier: MIT */
/* URLs of messages (RFC 5092), and those that carry their own authorisation (RFC 4467), by the
 * mechanism INTERNAL: a token that only this engine can make of the URL and of the key of its
 * mailbox. Keys and tokens follow from the order of events: a mock server's, they keep no secret.
 */
#ifndef IW_MOCKSERVER_ENGINE_AUTHORISED_URL_H
#define IW_MOCKSERVER_ENGINE_AUTHORISED_URL_H

#include "mockserver/engine/command.h"
#include "parser/url.h"

/* The octets of a message that a URL names, in the arena or of the message. Absent: there are none.
 */
struct iw_span iw_url_octets(struct iw_arena *arena, const struct iw_imap_url *url,
                             const struct iw_message *message);

/* The mailbox of a URL "imap://user@host/mailbox/;uid=n…": of whom it names. NULL: none is there.
 */
struct iw_mailbox *iw_url_mailbox(const struct iw_store *store, const struct iw_imap_url *url);

/* The token of a URL up to and without ":INTERNAL:", added to out. */
void iw_url_write_token(uint64_t key, struct iw_span rump, struct iw_buf *out);

/* The message of a whole authorised URL, if it is good for the session's user now (RFC 4467 §6).
 * text: as it was parsed. NULL: it is not. */
const struct iw_message *iw_authorised_message(const struct iw_run *run, struct iw_span text,
                                               const struct iw_imap_url *url);

#endif
