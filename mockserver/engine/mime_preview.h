/* SPDX-License-Identifier: MIT */
/* PREVIEW (RFC 8970): the beginning of what a reader sees of a message. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_PREVIEW_H
#define IW_MOCKSERVER_ENGINE_MIME_PREVIEW_H

#include "base/buf.h"
#include "mockserver/engine/mime_message.h"

enum { IW_MIME_PREVIEW_MAX = 200 }; /* characters (RFC 8970 §3.3) */

/* Adds UTF-8 of the first text/plain part that is no attachment, else of the first text/html part
 * without its markup; runs of blanks are one SP. Nothing: there is no such text. */
void iw_mime_preview(struct iw_buf *out, const struct iw_mime_message *message);

#endif
