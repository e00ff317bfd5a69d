/* SPDX-License-Identifier: MIT */
/* "THREAD" [SP 1*thread-list] (RFC 5256 §5): which messages answer which.
 *
 * A thread is a flat array: each number with the parentheses that stand beside it. In
 * (3 6 (4 23)(44 7)) 3 opens one, 4 opens one, 23 closes one, 44 opens one, 7 closes two. A number
 * is a child of the one before it in its list; a list within a list is a child of the number in
 * front of it, or, in ((3)(5)), of a message that is gone. */
#ifndef IW_PARSER_THREAD_H
#define IW_PARSER_THREAD_H

#include "base/buf.h"
#include "parser/reader.h"

struct iw_thread_member {
    uint32_t number;
    unsigned opens;  /* "(" right before it */
    unsigned closes; /* ")" right behind it */
};

struct iw_thread {
    struct iw_thread_member *members; /* of all threads; each begins and ends at depth 0 */
    size_t count;
};

/* The cursor stands behind the word THREAD. */
enum iw_result iw_parse_thread(struct iw_reader *reader, struct iw_thread *thread);
void iw_write_thread(struct iw_buf *out, const struct iw_thread *thread);

#endif
