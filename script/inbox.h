/* SPDX-License-Identifier: MIT */
/* What has come in on one connection and is not used up yet: octets, and lines cut from them.
 *
 * Lines are cut only when someone asks for one, because until then the octets may have to be
 * compared as they are (C=: S=:). Cut lines stay in a queue until they are forgotten: replies are
 * claimed out of order, and what nobody has claimed may still be asked for by an S!: line. */
#ifndef IW_SCRIPT_INBOX_H
#define IW_SCRIPT_INBOX_H

#include "parser/tree.h"

/* One response or command, in the arena it was cut into. */
struct iw_received {
    struct iw_frame frame;
    struct iw_tree tree;   /* with the tag; empty when it cannot be cut into tokens */
    struct iw_error error; /* why it cannot */
    struct iw_span tag;    /* of a command or a completion; absent with "*" and "+" */
    struct iw_tree line;   /* behind the tag; with "*" or "+" */
    uint64_t number;       /* counts what came in on this connection */
    const void *claimant;  /* who has claimed it; NULL: nobody */
    bool past;             /* a barrier stands behind it: no line may claim it any more */
    bool used;             /* a "+" that has let a literal go */
    struct iw_received *next;
};

struct iw_inbox {
    enum iw_frame_role role;
    struct iw_buf octets; /* not given to the framer yet; owned */
    struct iw_framer framer;
    bool inside;                      /* the framer holds the beginning of a line */
    bool asked;                       /* the framer waits for accept or refuse */
    bool lost;                        /* something could not be framed */
    struct iw_received *first, **end; /* cut, in order; in the arena */
    uint64_t count;                   /* lines cut */
};

/* Initialised with limits that suit a test: literals of up to 16 MiB. */
void iw_inbox_init(struct iw_inbox *inbox, enum iw_frame_role role, const struct iw_alloc *alloc);
void iw_inbox_release(struct iw_inbox *inbox);

/* False: more has come in than is kept (32 MiB), or memory ran out. */
bool iw_inbox_add(struct iw_inbox *inbox, struct iw_span octets);

/* The next line, put at the end of the queue. IW_MORE: it has not come whole. With commands, *ask
 * says that a literal waits: answer with iw_inbox_accept or iw_inbox_refuse before anything else;
 * *received is then the command so far, in no queue. Any other result: the stream is lost. */
enum iw_result iw_inbox_cut(struct iw_inbox *inbox, struct iw_arena *arena,
                            struct iw_received **received, bool *ask, struct iw_error *error);
void iw_inbox_accept(struct iw_inbox *inbox);
void iw_inbox_refuse(struct iw_inbox *inbox);

/* Between lines: the octets that come next. Absent inside a line. */
struct iw_span iw_inbox_peek(const struct iw_inbox *inbox);
void iw_inbox_skip(struct iw_inbox *inbox, size_t octets);

/* Octets are there that no cut line has taken. */
bool iw_inbox_has_octets(const struct iw_inbox *inbox);
/* Nothing is there, neither lines nor octets. */
bool iw_inbox_empty(const struct iw_inbox *inbox);

/* All that nobody has taken out of it, once, added to rest. Not while a literal waits. */
void iw_inbox_rest(struct iw_inbox *inbox, struct iw_buf *rest);

/* Takes a line out of the queue. */
void iw_inbox_forget(struct iw_inbox *inbox, struct iw_received *received);
/* All lines and octets, also the beginning of a line. */
void iw_inbox_clear(struct iw_inbox *inbox);

#endif
