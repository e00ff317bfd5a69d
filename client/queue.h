/* SPDX-License-Identifier: MIT */
/* Commands from submission to completion, and the octets they put on the wire.
 *
 * One command at a time is being sent; a synchronising literal holds it, and everything behind it,
 * until the server's "+" (RFC 9051 §4.3). A literal that need not be asked for goes at once
 * (RFC 7888). Sent commands stay until their tagged response.
 *
 * Ownership: texts are copied when a command is added; literals and sources are borrowed until the
 * command has been removed. Spans given out are valid until the next call. A function that gives
 * false has set failure: then nothing more can be sent on this connection. */
#ifndef IW_CLIENT_QUEUE_H
#define IW_CLIENT_QUEUE_H

#include "base/buf.h"
#include "base/result.h"
#include "client/verb.h"

/* Where a literal's octets come from when they are not in memory. */
struct iw_source {
    uint64_t size; /* octets in all */
    /* Up to size octets (never 0) into room. IW_OK with *got from 1 to size; anything else: they
     * cannot be had, and error says why. */
    enum iw_result (*read)(void *context, char *room, size_t size, size_t *got,
                           struct iw_error *error);
    void *context;
};

struct iw_part {
    bool literal; /* announced by {n} CRLF, and sent when the server may be sent it */
    struct iw_span octets;
    bool binary; /* literal8: announced by ~{n}, NUL may be inside (RFC 3516 §4.4) */
    const struct iw_source *source; /* of a literal, instead of octets; NULL: none */
};

/* "tag SP name", then the parts as they stand (each text brings its own SP), then CRLF. Two texts
 * never follow each other. */
struct iw_request {
    const char *name;
    const struct iw_part *parts;
    size_t part_count;
    bool converses; /* each "+" is for the caller, who answers with a line; nothing else is sent
                       until it is complete: AUTHENTICATE, IDLE */
};

enum iw_order_state {
    IW_ORDER_QUEUED,  /* nothing is on the wire; it has no tag yet */
    IW_ORDER_SENDING, /* tag given, some parts are still to come */
    IW_ORDER_SENT,    /* the tagged response is awaited */
    IW_ORDER_REFUSED  /* never sent: the state did not allow it when its turn came */
};

struct iw_order {
    struct iw_order *next; /* in order of submission */
    unsigned label;
    enum iw_order_state state;
    const struct iw_verb *verb; /* NULL: not in the table */
    const char *name;
    char tag[24];
    bool converses;
    bool asked;           /* a "+" has come that the caller has not answered */
    uint64_t begun;       /* when sending began */
    unsigned lists_had;   /* capability lists learned before it was sent */
    const char *nameless; /* its untagged result, when that does not say whose it is: SEARCH, …;
                             else NULL */
    struct iw_part *parts;
    size_t part_count, part_at;
};

struct iw_queue {
    const struct iw_alloc *alloc;
    char prefix[12]; /* of every tag */
    unsigned label_last, tag_last;
    struct iw_order *first;         /* owned list */
    struct iw_order *sending;       /* among them; NULL: none */
    bool waits;                     /* sending waits for "+" */
    struct iw_span literal;         /* of sending, free to go, not yet on the wire */
    const struct iw_source *source; /* likewise; NULL: none */
    bool source_binary;
    uint64_t source_left; /* octets that have not been read from it */
    uint64_t unasked_max; /* a literal of at most that many octets need not be asked for, if … */
    bool unasked;         /* … this is set; the session decides */
    struct iw_buf out;    /* goes before the literal, and behind what of the source went before */
    struct iw_error failure;
};

/* prefix: 1 to 11 tag characters. */
void iw_queue_init(struct iw_queue *queue, const struct iw_alloc *alloc, const char *prefix);
void iw_queue_release(struct iw_queue *queue);

/* IW_SYNTAX: a text holds CR, LF or NUL, or would be taken for a literal's announcement; a literal
 * holds NUL. IW_NO_MEMORY. Otherwise *order is queued. */
enum iw_result iw_queue_add(struct iw_queue *queue, const struct iw_request *request,
                            struct iw_order **order, struct iw_error *error);
void iw_queue_remove(struct iw_queue *queue, struct iw_order *order);

/* The first that is queued; NULL also while another is being sent. */
struct iw_order *iw_queue_next(const struct iw_queue *queue);
/* Gives it a tag and begins to send it. */
bool iw_queue_begin(struct iw_queue *queue, struct iw_order *order);
/* "+" came for the command being sent. */
bool iw_queue_go_on(struct iw_queue *queue);
/* A tagged response has come for the command being sent: what is left of it is not sent, but a
 * literal that the server has begun to take is sent whole. One that is still to be read from its
 * source cannot be: false. */
bool iw_queue_cut_short(struct iw_queue *queue);
/* One line for a command that converses. IW_SYNTAX as above. */
enum iw_result iw_queue_line(struct iw_queue *queue, struct iw_span line, struct iw_error *error);

/* By tag, among those that have one; by label; NULL: none. */
struct iw_order *iw_queue_find_tag(const struct iw_queue *queue, struct iw_span tag);
struct iw_order *iw_queue_find_label(const struct iw_queue *queue, unsigned label);
/* The first in that state; NULL: none. */
struct iw_order *iw_queue_find_state(const struct iw_queue *queue, enum iw_order_state state);
/* One of that name is sent. */
bool iw_queue_awaits(const struct iw_queue *queue, const char *name);
/* The first that is sent and converses. */
struct iw_order *iw_queue_conversing(const struct iw_queue *queue);

struct iw_span iw_queue_pending(const struct iw_queue *queue);
bool iw_queue_consumed(struct iw_queue *queue, size_t octets);

#endif
