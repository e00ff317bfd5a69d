/* SPDX-License-Identifier: MIT */
/* What the server has said, in imaplib's shape: untagged data by name, each a text or a pair of
 * text and literal; response codes under their own names too.
 *
 * What came during the present command is fresh and lives in an arena until the next command
 * begins. What of it no result has given is then carried over, so that iw_imap_response finds it;
 * the oldest of these are dropped first when there are too many. */
#ifndef IW_CLIENT_HEARD_H
#define IW_CLIENT_HEARD_H

#include "client/imap.h"

struct iw_untagged {
    struct iw_untagged *next;
    struct iw_span name; /* upper case */
    struct iw_imap_item item;
    bool given; /* by a result */
};

struct iw_untagged_list {
    struct iw_untagged *first, *last;
    size_t count, octets;
};

struct iw_heard {
    const struct iw_alloc *alloc;
    struct iw_arena values;        /* of the present command; the session writes here too */
    struct iw_untagged_list fresh; /* in values */
    struct iw_untagged_list older; /* each its own block; owned */
    struct iw_heard_typed *typed;  /* in values, newest first */
    size_t typed_count;
    bool incomplete; /* something of the present command was over a limit */
};

void iw_heard_init(struct iw_heard *heard, const struct iw_alloc *alloc, size_t memory);
void iw_heard_release(struct iw_heard *heard);

/* A command begins: all that results have given ends. */
void iw_heard_begin(struct iw_heard *heard);
/* Nothing that has come so far will be found any more; results stay valid. */
void iw_heard_forget(struct iw_heard *heard);

/* What does not fit in memory makes the results incomplete. */
void iw_heard_add(struct iw_heard *heard, const struct iw_session_event *event);

/* result->data: the fresh data of that name, NULL for none of them; and the typed values. */
void iw_heard_give(struct iw_heard *heard, const char *name, struct iw_imap_result *result);
/* result->data: that one text. */
void iw_heard_give_text(struct iw_heard *heard, struct iw_span text, struct iw_imap_result *result);
/* result->data: everything of that name that was carried over; it is given once. */
void iw_heard_give_older(struct iw_heard *heard, const char *name, struct iw_imap_result *result);

/* The rest of a line behind its first words, without CRLF. */
struct iw_span iw_behind_words(struct iw_span line, unsigned words);

#endif
