/* SPDX-License-Identifier: MIT */
/* Whether what a server sent is legal as it stands, beyond having tokens: "strict": true. */
#ifndef IW_SCRIPT_STRICT_H
#define IW_SCRIPT_STRICT_H

#include "base/arena.h"
#include "parser/frame.h"

/* By the grammar, but for \Recent among the flags of a mailbox: that has a case of its own, and
 * would be in the way of all that open one. With seven_bit also without octets from 0x80 outside of
 * literals, as it has to be until UTF-8 is enabled (RFC 3501 §9; RFC 9051 App. A). The frame is a
 * response with its literals. False: error says what is expected at which octet of the frame. */
bool iw_strict_response(const struct iw_frame *frame, bool seven_bit, struct iw_arena *arena,
                        struct iw_error *error);

#endif
