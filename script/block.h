/* SPDX-License-Identifier: MIT */
/* A block: the server's lines that a client expects together, and which reply each of them claims.
 *
 * Untagged lines claim in any order (or in the written one), lines with fewer holes first, each
 * reply once; a tagged reply belongs to the line of its command. The claims are final when the last
 * completion or the "+" of the block has come, or, in a block without one, when every line has
 * found a reply. */
#ifndef IW_SCRIPT_BLOCK_H
#define IW_SCRIPT_BLOCK_H

#include "script/inbox.h"
#include "script/match.h"

enum iw_expected_kind {
    IW_EXPECTED_UNTAGGED,
    IW_EXPECTED_COMPLETION,
    IW_EXPECTED_CONTINUATION,
    IW_EXPECTED_EXACT /* S=: */
};

struct iw_expected {
    enum iw_expected_kind kind;
    const struct iw_step *step;
    bool maybe;
    struct iw_pattern pattern; /* not of EXACT */
    struct iw_filled text;
    struct iw_span tag; /* of a COMPLETION */
    bool satisfied;     /* for good; UNTAGGED: when the block is done */
    uint64_t number;    /* of what all but UNTAGGED have claimed */
};

struct iw_choice;

struct iw_block {
    struct iw_expected *lines; /* in the order of the scenario */
    size_t count;
    bool ordered;
    struct iw_span last_tag;  /* of the command sent last: its completion cannot come before "+" */
    struct iw_bindings trial; /* what the lines have captured */
    uint64_t limit; /* the number of the reply that ended the block; 0: not ended by one */

    /* Private to block.c. */
    struct iw_expected **order; /* untagged lines in the order in which they choose */
    struct iw_choice *choices;  /* of each of them */
    size_t order_count;
    size_t work; /* done so far */
    bool tired;  /* … and it has become too much: no claim is looked for any more */
};

enum iw_block_state { IW_BLOCK_WAITS, IW_BLOCK_DONE, IW_BLOCK_FAILED };

/* Why a block failed, or what it still waits for. */
struct iw_block_report {
    const struct iw_expected *line;
    const struct iw_received *received; /* NULL: nothing came near */
    const struct iw_received *last;     /* what came last, when the wait ended; or NULL */
    struct iw_mismatch mismatch;
};

/* lines, count, ordered, last_tag and trial are set; the rest is made here. False: no memory. */
bool iw_block_begin(struct iw_block *block, struct iw_arena *arena);

/* Looks at all that is in the queue. report is set unless the block is done. */
enum iw_block_state iw_block_look(struct iw_block *block, struct iw_inbox *inbox,
                                  struct iw_block_report *report);

/* False: with this reply in the queue too, a look would find nothing new. */
bool iw_block_concerns(const struct iw_block *block, const struct iw_received *reply);

/* Between lines: lets an exact line claim the octets that come next. IW_OK: one did; IW_MORE: one
 * might, with more octets; IW_SYNTAX: none does. */
enum iw_result iw_block_take_exact(struct iw_block *block, struct iw_inbox *inbox);

#endif
