/* SPDX-License-Identifier: MIT */
/* What servers send that no grammar lets in, not even with leniencies, and that yet must not be
 * missed or taken for nonsense. */
#ifndef IW_CLIENT_SALVAGE_H
#define IW_CLIENT_SALVAGE_H

#include "parser/response.h"

/* A status response or "+" that is not quite right: its state, or that it asks for something, and
 * the rest as text, borrowed from the line. False: it is neither; *response is of no use then. */
bool iw_salvage(struct iw_span line, struct iw_response *response);

/* Some servers put a line end of their own behind a literal: then a blank line follows, or the rest
 * of that response by itself. True: the frame ends so that this may come. */
bool iw_salvage_expects_rest(const struct iw_frame *frame);
bool iw_salvage_is_blank(struct iw_span line);

#endif
