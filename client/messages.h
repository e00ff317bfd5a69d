/* SPDX-License-Identifier: MIT */
/* The messages of a mailbox in their order, by sequence number and by UID.
 *
 * UIDs ascend with the numbers (RFC 9051 §2.3.1.1); those that are not known yet are 0. The
 * messages lie in pages. A page of which nothing is known takes no memory, however many messages it
 * stands for, so that a count costs nothing until something is said of each; room_max bounds the
 * rest. Every operation takes time in proportion to the pages and the length of one. */
#ifndef IW_CLIENT_MESSAGES_H
#define IW_CLIENT_MESSAGES_H

#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>

struct iw_message {
    uint32_t uid;      /* 0: not known; only iw_messages_set_uid changes it */
    unsigned flags;    /* enum iw_flag_bit */
    uint64_t keywords; /* bits; what each means is the owner's matter */
    uint64_t modseq;   /* 0: not known */
    bool flags_known;  /* flags and keywords are those that the server has said last */
};

struct iw_message_page;

struct iw_messages {
    const struct iw_alloc *alloc;
    struct iw_message_page *pages; /* owned */
    size_t page_count, page_capacity;
    uint32_t count;        /* of messages */
    uint32_t uids;         /* of messages whose UID is known */
    size_t room, room_max; /* messages there is memory for */
};

/* room_max: of messages of which something is known, in steps of a page. */
void iw_messages_init(struct iw_messages *messages, const struct iw_alloc *alloc, size_t room_max);
void iw_messages_release(struct iw_messages *messages);

/* Numbers are 1 to count. What is given out is valid until the next change. */

/* NULL: no such number. */
const struct iw_message *iw_messages_at(const struct iw_messages *messages, uint32_t number);
/* To be changed. NULL also when there is no memory or no room for it. */
struct iw_message *iw_messages_change(struct iw_messages *messages, uint32_t number);
/* IW_MESSAGES_MISPLACED: the UID does not fit between those around it, or to the one that is there;
 * then nothing has changed. */
enum iw_messages_placing { IW_MESSAGES_PLACED, IW_MESSAGES_MISPLACED, IW_MESSAGES_NO_ROOM };
enum iw_messages_placing iw_messages_set_uid(struct iw_messages *messages, uint32_t number,
                                             uint32_t uid);

/* Messages of which nothing is known, behind all others. False: no memory, or more than 2^32-1. */
bool iw_messages_add(struct iw_messages *messages, uint32_t count);
/* One of which nothing is known; it gets that number, at most count + 1. False: no memory or room.
 */
bool iw_messages_insert(struct iw_messages *messages, uint32_t number);
/* So many from that number on; all of them exist. */
void iw_messages_remove(struct iw_messages *messages, uint32_t number, uint32_t count);
/* The same; they stay, but nothing is known of them any more. */
void iw_messages_forget(struct iw_messages *messages, uint32_t number, uint32_t count);

/* The first message whose UID is known and at least uid, which is not 0; count + 1: there is none.
 */
uint32_t iw_messages_from_uid(const struct iw_messages *messages, uint32_t uid);
/* The first message whose UID is not known, and how many of them follow each other there. 0: none.
 */
uint32_t iw_messages_first_unknown(const struct iw_messages *messages, uint32_t *run);

#endif
