/* SPDX-License-Identifier: MIT */
/* The whole parser: everything libimapwright-parser offers, in the order in which it is best read.
 * It needs libc only, does no I/O, keeps no global state and starts no thread.
 *
 * From bytes to values in three steps:
 *
 *     struct iw_framer framer;                               1. cut the stream into frames
 *     iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
 *     iw_framer_feed(&framer, bytes);                           whatever has come, any chunking
 *     while (iw_framer_next(&framer, &frame, &error) == IW_OK) {
 *         iw_parse_response(&frame, &arena, &iw_limits_default, NULL, &response, &error);
 *                                                            2. read one frame as a typed value
 *         …                                                  3. switch (response.kind)
 *         iw_arena_reset(&arena);
 *     }
 *
 * A server does the same with IW_FRAME_COMMANDS and iw_parse_command, and answers IW_FRAME_ASK.
 * The way back is iw_write_response and iw_write_command, into a struct iw_buf with a cap.
 * docs/parser-example.c is a whole program; docs/parser.md says more.
 *
 * Lifetimes: a value borrows from its frame and from the arena. The frame ends with the next call
 * on the framer, the arena's pieces with its reset. What must live longer is copied
 * (iw_arena_copy into an arena of yours).
 *
 * Results: IW_OK; IW_MORE, feed again; IW_SYNTAX, this frame is not what the grammar allows, the
 * next one is not touched by that; IW_LIMIT, the same for a limit of yours; IW_NO_MEMORY; IW_FATAL,
 * the stream is lost. The first error stays in a struct iw_error: empty it before the next frame.
 *
 * Memory: struct iw_limits bounds what one frame can take. A struct iw_alloc says where it comes
 * from; NULL is the C library. No step calls malloc once its buffers have grown.
 *
 * Names that begin with iw_read_ and iw_parse_ on a struct iw_reader are the parts: they read one
 * value within a frame, for grammar of your own. */
#ifndef IW_PARSER_IMAPWRIGHT_PARSER_H
#define IW_PARSER_IMAPWRIGHT_PARSER_H

/* clang-format off */

/* What everything is made of. */
#include "base/result.h"
#include "base/span.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"

/* From bytes to frames, and what the parser may take and forgive. */
#include "parser/limits.h"
#include "parser/frame.h"
#include "parser/lenient.h"
#include "parser/persona.h"

/* A whole frame as one value. */
#include "parser/response.h"
#include "parser/command.h"

/* The values in it, the common ones first. */
#include "parser/flag.h"
#include "parser/set.h"
#include "parser/date.h"
#include "parser/names.h"
#include "parser/octets.h"
#include "parser/annotation.h"
#include "parser/text.h"
#include "parser/code.h"
#include "parser/fetch.h"
#include "parser/section.h"
#include "parser/envelope.h"
#include "parser/body.h"
#include "parser/mailbox.h"
#include "parser/search.h"
#include "parser/esearch.h"
#include "parser/thread.h"
#include "parser/vanished.h"
#include "parser/uidbatches.h"
#include "parser/namespace.h"
#include "parser/id.h"
#include "parser/quota.h"
#include "parser/acl.h"
#include "parser/metadata.h"
#include "parser/annotatemore.h"
#include "parser/comparator.h"
#include "parser/objectid.h"
#include "parser/jmapaccess.h"
#include "parser/urlauth.h"
#include "parser/convert.h"
#include "parser/apple_push.h"

/* The arguments of commands. */
#include "parser/append.h"
#include "parser/fetch_att.h"
#include "parser/search_key.h"
#include "parser/notify.h"
#include "parser/option.h"

/* IMAP URLs, and text as mailboxes and messages encode it. */
#include "parser/url.h"
#include "base/utf7.h"
#include "base/utf8.h"
#include "base/base64.h"

/* The parts, for grammar of your own. */
#include "base/chars.h"
#include "parser/reader.h"
#include "parser/write.h"
#include "parser/int2ap.h"
#include "parser/verbatim.h"
#include "parser/tree.h"
#include "parser/malform.h"

#endif
