/* SPDX-License-Identifier: MIT */
/* Text in any charset and encoding as UTF-8, piece by piece (RFC 2045 §5, RFC 2047 §2).
 *
 * What cannot be converted is U+FFFD, one for each octet passed over. Text in a charset that nobody
 * knows, and in US-ASCII, is taken for UTF-8. The result is UTF-8 (RFC 3629) throughout. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_CHARSET_H
#define IW_MOCKSERVER_ENGINE_MIME_CHARSET_H

#include "mockserver/engine/mime_decode.h"

enum { IW_MIME_PIECE = 1024, IW_MIME_CHARSET_MAX = 64 };

struct iw_mime_text {
    struct iw_mime_decoder decoder;
    void *converter;         /* iconv's; owned; NULL: the text is UTF-8 */
    char raw[IW_MIME_PIECE]; /* decoded and not yet converted: raw[begin .. end) */
    size_t begin, end;
};

bool iw_mime_charset_is_known(struct iw_span name);

/* Borrows the octets until release. */
void iw_mime_text(struct iw_mime_text *text, struct iw_span charset, enum iw_mime_encoding encoding,
                  struct iw_span octets);
void iw_mime_text_release(struct iw_mime_text *text);

/* Whole characters; 0: the end. room is at least IW_MIME_TEXT_ROOM. */
enum { IW_MIME_TEXT_ROOM = 16 };
size_t iw_mime_text_next(struct iw_mime_text *text, char *out, size_t room);

#endif
