/* SPDX-License-Identifier: MIT */
/* The search language of Gmail's web pages, as X-GM-RAW has it (X-GM-EXT-1), so far as search keys
 * can say it:
 *
 *   word  "some words"                     TEXT
 *   from: to: cc: bcc: subject:            the key of that name
 *   rfc822msgid:                           HEADER Message-ID
 *   label: in:                             X-GM-LABELS; in:anywhere is ALL
 *   is:read unread starred                 SEEN, UNSEEN, FLAGGED
 *   has:attachment                         HEADER Content-Type multipart/mixed
 *   larger:2M smaller:10K size:100         LARGER, SMALLER
 *   after:2024/02/01 before:2024-02-01     SINCE, BEFORE
 *   -term   a OR b                         NOT, OR
 *
 * Terms beside each other must all hold. What is written in no such way is a text. */
#ifndef IW_MOCKSERVER_ENGINE_GMAIL_QUERY_H
#define IW_MOCKSERVER_ENGINE_GMAIL_QUERY_H

#include "base/arena.h"
#include "parser/search_key.h"

/* NULL in *keys: nothing is asked for. They lie in the arena and borrow from the query. False: no
 * memory. */
bool iw_gmail_query(struct iw_arena *arena, struct iw_span query,
                    const struct iw_search_key **keys);

#endif
