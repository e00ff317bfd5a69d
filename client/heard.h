/* SPDX-License-Identifier: MIT */
/* What the server has said, in imaplib's shape: untagged data by name, each a text or a pair of
 * text and literal; response codes under their own names too.
 *
 * What came during the present command is fresh and lives in an arena until the next command
 * begins. What of it no result has given is then carried over, and is given by the next result of
 * that name; the oldest of these are dropped first when there are too many. */
#ifndef IW_CLIENT_HEARD_H
#define IW_CLIENT_HEARD_H

#include "client/imap.h"

struct iw_untagged {
    struct iw_untagged *next;
    struct iw_span name; /* upper case */
    struct iw_imap_item item;
    unsigned response; /* the same for what came in one response */
    bool given;        /* by a result */
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
    unsigned responses; /* so far; wraps */
    bool incomplete;    /* something of the present command was over a limit */
};

void iw_heard_init(struct iw_heard *heard, const struct iw_alloc *alloc, size_t memory);
void iw_heard_release(struct iw_heard *heard);

/* All that results have given ends; what they have not is carried over. */
void iw_heard_begin(struct iw_heard *heard);
/* A command begins: the status texts of earlier ones are of their moment only. */
void iw_heard_drop_status(struct iw_heard *heard);
/* Nothing that has come so far will be found any more; results stay valid. */
void iw_heard_forget(struct iw_heard *heard);
/* The same for one name. */
void iw_heard_forget_named(struct iw_heard *heard, const char *name);

/* The same for what only a server that knows the user can say: data of mailboxes and messages. */
void iw_heard_forget_data(struct iw_heard *heard);

/* What does not fit in memory makes the results incomplete. */
void iw_heard_add(struct iw_heard *heard, const struct iw_session_event *event);

/* The oldest of that name that no result has given; NULL: none. */
const struct iw_imap_item *iw_heard_find(const struct iw_heard *heard, const char *name);

/* result->data: all of that name, of earlier commands first. Each is given once, */
void iw_heard_give(struct iw_heard *heard, const char *name, struct iw_imap_result *result);
/* … but what this gives is found again. Only what is fresh. */
void iw_heard_show(struct iw_heard *heard, const char *name, struct iw_imap_result *result);
/* result->type and data: the first fresh response that no result has given. False: there is none.
 */
bool iw_heard_give_first(struct iw_heard *heard, struct iw_imap_result *result);
/* result->data: that one text. */
void iw_heard_give_text(struct iw_heard *heard, struct iw_span text, struct iw_imap_result *result);
/* result->responses: the typed values of the present command. */
void iw_heard_give_typed(struct iw_heard *heard, struct iw_imap_result *result);

/* The rest of a line behind its first words, without CRLF. */
struct iw_span iw_behind_words(struct iw_span line, unsigned words);

#endif
