/* SPDX-License-Identifier: MIT */
/* Content-Type and Content-Disposition: a word and parameters (RFC 2045 §5.1, RFC 2183 §2).
 *
 * Parameters in sections (RFC 2231 §3), name*0= name*1=, are put together under the name, which
 * keeps a "*" behind it when the first section is extended: that is how BODYSTRUCTURE shows them.
 * What they say is kept as it is written, unless it is decoded. What cannot be read is left out. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_TYPE_H
#define IW_MOCKSERVER_ENGINE_MIME_TYPE_H

#include "base/arena.h"
#include "parser/body.h"

enum { IW_MIME_PARAMS_MAX = 1000 };

struct iw_mime_type {
    struct iw_span type, subtype; /* as written; "text" and "plain" when it cannot be read */
    struct iw_params params;
};

/* IW_NO_MEMORY: the arena has no room. A value that is no Content-Type is text/plain
 * (RFC 2045 §5.2). */
enum iw_result iw_mime_parse_type(struct iw_arena *arena, struct iw_span value,
                                  struct iw_mime_type *type);

/* The word is absent when the value has none. */
enum iw_result iw_mime_parse_disposition(struct iw_arena *arena, struct iw_span value,
                                         struct iw_span *word, struct iw_params *params);

/* The first parameter of that name, without regard to case; absent: none. */
struct iw_span iw_mime_param(const struct iw_params *params, struct iw_span name);

/* What extended parameters say, in UTF-8 (RFC 2231 §4); a value that names no charset, or an
 * unknown one, stays as it is. The members are new ones. IW_NO_MEMORY: the arena has no room. */
enum iw_result iw_mime_decode_params(struct iw_arena *arena, struct iw_params *params);

bool iw_mime_type_is(const struct iw_mime_type *type, struct iw_span main, struct iw_span sub);

#endif
