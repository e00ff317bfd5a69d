/* SPDX-License-Identifier: MIT */
/* Message IDs, as THREAD compares them (RFC 5256 §3, RFC 5322 §3.6.4). */
#ifndef IW_MOCKSERVER_ENGINE_MIME_IDS_H
#define IW_MOCKSERVER_ENGINE_MIME_IDS_H

#include "base/arena.h"
#include "base/result.h"

struct iw_mime_ids {
    struct iw_span *members; /* without "<" and ">", quotes and comments: equal when they are */
    size_t count;
};

/* The first of Message-ID; absent: none. Lies in the arena; IW_NO_MEMORY when that has no room. */
enum iw_result iw_mime_message_id(struct iw_arena *arena, struct iw_span header,
                                  struct iw_span *id);

/* Those of References, or without any the first of In-Reply-To. */
enum iw_result iw_mime_references(struct iw_arena *arena, struct iw_span header,
                                  struct iw_mime_ids *ids);

#endif
