/* SPDX-License-Identifier: MIT */
/* What becomes of one side's octets below TLS, and when: they wait in an outbox and leave it in
 * segments. Pure: the time is an argument (milliseconds of any steady clock).
 *
 * A passage counts octets from the moment on at which the outbox got it. */
#ifndef IW_BASE_PASSAGE_H
#define IW_BASE_PASSAGE_H

#include "base/buf.h"
#include "base/random.h"

enum { IW_PASSAGE_SPLITS = 64 };

/* least to most, both included, drawn anew each time. */
struct iw_spread {
    uint64_t least, most;
};

/* "20" or "5..20"; false: neither. */
bool iw_spread_read(struct iw_span text, struct iw_spread *range);

/* random NULL: the least. */
uint64_t iw_spread_draw(struct iw_spread range, struct iw_random *random);

struct iw_passage {                  /* zero: everything at once, as it stands */
    size_t split[IW_PASSAGE_SPLITS]; /* lengths of the first segments */
    size_t split_count;
    struct iw_spread dribble;  /* lengths of all others; 0: no limit */
    struct iw_spread every_ms; /* between two segments */
    uint64_t rate;             /* octets a second; 0: no limit */
    bool flips;
    size_t flip; /* the octet whose lowest bit is turned, from 0 */
    bool cuts;
    size_t cut;         /* octets after which nothing more goes out */
    bool deaf;          /* nothing is taken from the other end */
    bool nagle;         /* the kernel may join small segments: no TCP_NODELAY */
    uint64_t refuse_ms; /* a server: how long its ports refuse all new connections */
};

struct iw_outbox {
    struct iw_passage passage;
    struct iw_buf octets; /* owned; not sent yet */
    size_t sent;          /* under this passage */
    size_t split_at;
    uint64_t due_us; /* when the next segment may go */
    bool waits;      /* due_us is yet to come when there is something to send */
    struct iw_random random;
};

/* At most cap octets wait. */
void iw_outbox_init(struct iw_outbox *outbox, size_t cap, uint64_t seed);
void iw_outbox_release(struct iw_outbox *outbox);

/* Copied. What waits is sent by it too. */
void iw_outbox_set_passage(struct iw_outbox *outbox, const struct iw_passage *passage);

/* False: there is no room for so much, or no memory. Behind a cut octets vanish. */
bool iw_outbox_add(struct iw_outbox *outbox, struct iw_span octets);

/* The segment that goes now, valid until the next call; false: none does. */
bool iw_outbox_next(struct iw_outbox *outbox, uint64_t now, struct iw_span *segment);

/* When the next segment goes; UINT64_MAX: nothing waits. */
uint64_t iw_outbox_due(const struct iw_outbox *outbox);

/* The cut has been reached. */
bool iw_outbox_is_cut(const struct iw_outbox *outbox);

#endif
