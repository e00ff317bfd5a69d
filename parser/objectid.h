/* SPDX-License-Identifier: MIT */
/* objectid (RFC 8474 §7): the name a server gives a mailbox, a message or a thread for ever. */
#ifndef IW_PARSER_OBJECTID_H
#define IW_PARSER_OBJECTID_H

#include "base/buf.h"
#include "parser/reader.h"

/* "(" objectid ")": the id is what stands inside, 1 to 255 octets. */
enum iw_result iw_parse_objectid(struct iw_reader *reader, struct iw_span *id);
void iw_write_objectid(struct iw_buf *out, struct iw_span id);

#endif
