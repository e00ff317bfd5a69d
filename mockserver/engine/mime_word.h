/* SPDX-License-Identifier: MIT */
/* Field values as a person reads them: encoded words (RFC 2047) as UTF-8, folds taken out. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_WORD_H
#define IW_MOCKSERVER_ENGINE_MIME_WORD_H

#include "base/buf.h"

/* Takes text piece by piece; embedded in who takes it. Pieces are whole characters. */
struct iw_mime_sink {
    void (*put)(struct iw_mime_sink *sink, struct iw_span utf8);
};

/* Puts the decoded value, which may be folded. */
void iw_mime_put_words(struct iw_mime_sink *sink, struct iw_span value);

/* The same into a buffer; failure is the buffer's. */
void iw_mime_add_words(struct iw_buf *out, struct iw_span value);

#endif
