/* SPDX-License-Identifier: MIT */
/* Parts that came in the encoding "binary", in one that anyone can fetch (RFC 3516 §6): leaf parts
 * become base64, what has parts is 8bit. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_RECODE_H
#define IW_MOCKSERVER_ENGINE_MIME_RECODE_H

#include "base/buf.h"
#include "mockserver/engine/mime_message.h"

/* Adds the message to out, whose octets it was parsed from; as it is when no part is binary. */
void iw_mime_recode(const struct iw_mime_message *message, struct iw_span octets,
                    struct iw_buf *out);

#endif
