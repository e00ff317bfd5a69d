/* SPDX-License-Identifier: MIT */
/* The mailboxes of the canned server, in memory, shared by all connections of one host.
 *
 * Everything ends with iw_mailboxes_release. A deleted mailbox is no longer found but stays
 * valid for the sessions that have it selected; so do the octets of an expunged message. Messages
 * stand in ascending order of their UIDs. Flags are bits: the system flags as enum iw_flag_bit,
 * then one bit per keyword in order of first use. */
#ifndef IW_MOCKSERVER_MAILBOXES_H
#define IW_MOCKSERVER_MAILBOXES_H

#include "base/arena.h"
#include "parser/date.h"
#include "parser/flag.h"

enum { IW_KEYWORD_FIRST = 7, IW_KEYWORDS_MAX = 64 - IW_KEYWORD_FIRST };

struct iw_mail {
    uint32_t uid;
    uint64_t flags;
    struct iw_span octets;
    struct iw_date date; /* INTERNALDATE */
};

struct iw_mailbox {
    struct iw_mailbox *next;
    struct iw_span name;
    uint32_t uidvalidity, uidnext;
    uint32_t recent_uid; /* from this UID on no session has been told of the messages */
    struct iw_mail *mails;
    size_t count, capacity;
    bool deleted;
};

struct iw_mailboxes {
    struct iw_arena arena;
    struct iw_mailbox *first; /* in order of creation */
    struct iw_span keywords[IW_KEYWORDS_MAX];
    size_t keyword_count;
    uint32_t uidvalidity; /* of the next mailbox */
};

void iw_mailboxes_init(struct iw_mailboxes *boxes);
void iw_mailboxes_release(struct iw_mailboxes *boxes);

/* INBOX in any case is INBOX. NULL: there is none. */
struct iw_mailbox *iw_mailboxes_find(const struct iw_mailboxes *boxes, struct iw_span name);
/* NULL: no memory. The name must be new. */
struct iw_mailbox *iw_mailboxes_create(struct iw_mailboxes *boxes, struct iw_span name);
void iw_mailbox_delete(struct iw_mailbox *mailbox);

/* Copies the octets and gives the next UID. NULL: no memory, or the UIDs are used up. The pointer
 * ends with the next add or remove. */
struct iw_mail *iw_mailbox_add(struct iw_mailboxes *boxes, struct iw_mailbox *mailbox,
                               struct iw_span octets, uint64_t flags, const struct iw_date *date);
struct iw_mail *iw_mailbox_mail(const struct iw_mailbox *mailbox, uint32_t uid);
void iw_mailbox_remove(struct iw_mailbox *mailbox, uint32_t uid);
/* How many messages have all of these flags. */
size_t iw_mailbox_count(const struct iw_mailbox *mailbox, uint64_t flags);

/* The bit of a flag; a new keyword takes a new one. 0: there is no room, or it is "\Recent". */
uint64_t iw_mailboxes_flag(struct iw_mailboxes *boxes, struct iw_span name);
/* "(\Seen Later)" */
void iw_mailboxes_write_flags(const struct iw_mailboxes *boxes, uint64_t flags, bool recent,
                              struct iw_buf *out);

#endif
