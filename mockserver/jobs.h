/* SPDX-License-Identifier: MIT */
/* What of a turn still has to go out, in order.
 *
 * A job is octets of conversation->going, or a rule that takes time and is played when its turn
 * comes. Octets that follow each other are one job: one write a turn. Jobs live in the turn's
 * arena and end with it. */
#ifndef IW_MOCKSERVER_JOBS_H
#define IW_MOCKSERVER_JOBS_H

#include "mockserver/rules.h"

struct iw_conversation;

struct iw_job {
    size_t begin, end;          /* octets of going, sent as they are; or: */
    const struct iw_rule *rule; /* that is played; NULL: none */
    struct iw_span replaced;    /* instead of this response line */
    struct iw_bindings bindings;
    struct iw_job *next;
};

struct iw_jobs {
    struct iw_job *first, *last; /* NULL: nothing is to be done */
};

/* The engine's answer, each response line offered to the rules. */
void iw_jobs_add_answer(struct iw_conversation *conversation);

/* What was added to going behind begin. */
void iw_jobs_add_going(struct iw_conversation *conversation, size_t begin);

/* The first one, which must be there; it is no longer in the list. */
struct iw_job *iw_jobs_take(struct iw_jobs *jobs);

#endif
