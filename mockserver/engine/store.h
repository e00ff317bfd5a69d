/* SPDX-License-Identifier: MIT */
/* All that the engine keeps: users, their mailboxes and subscriptions, in memory, shared by all
 * sessions.
 *
 * Whoever has a mailbox is its owner; a name is unique for its owner. Mailboxes are sorted by
 * owner, then by name with "/" below every other octet, so that those of a user, and what is below
 * a mailbox, stand together.
 *
 * The store never holds more than octets_max; past it every addition fails and changes nothing.
 * UIDVALIDITY, mailbox, email and thread ids follow from the options and the order of events. */
#ifndef IW_MOCKSERVER_ENGINE_STORE_H
#define IW_MOCKSERVER_ENGINE_STORE_H

#include "mockserver/engine/changes.h"
#include "mockserver/engine/mailbox.h"
#include "mockserver/engine/quota.h"

enum { IW_MAILBOX_NAME_MAX = 500 }; /* octets */

struct iw_user {
    unsigned number; /* in order of their coming */
    struct iw_span name, password;
    struct iw_span *subscriptions; /* names as this user would say them, in UTF-8; owned */
    size_t subscription_count, subscription_capacity;
    struct iw_quota_state quota;
    struct iw_user *next;
};

struct iw_store_options {
    const struct iw_alloc *alloc;
    size_t octets_max;    /* 0: 1 GiB */
    uint32_t uidvalidity; /* of the first mailbox; 0: 1700000001 */
    bool no_modseq;       /* mailboxes without mod-sequences */
};

struct iw_store {
    const struct iw_alloc *alloc;
    size_t held, octets_max;
    struct iw_user *first_user;
    struct iw_mailbox **mailboxes; /* those that can be found, sorted */
    size_t count, capacity;
    struct iw_mailbox *first_gone;           /* deleted, and still open somewhere */
    uint32_t uidvalidity;                    /* of the next mailbox */
    bool no_modseq;                          /* for new mailboxes */
    uint64_t mailbox_id, email_id;           /* the last ones given */
    uint64_t url_keys;                       /* so many were given */
    struct iw_annotation_values annotations; /* the server's */
    struct iw_changes changes;
    uint64_t stirs; /* grows with whatever a session may have to be told of */
};

void iw_store_init(struct iw_store *store, const struct iw_store_options *options);
void iw_store_release(struct iw_store *store);

/* ---- users ---- */

/* NULL: no memory. The name must be new. A user has an INBOX from the start. */
struct iw_user *iw_store_add_user(struct iw_store *store, struct iw_span name,
                                  struct iw_span password);
/* NULL: there is none. */
struct iw_user *iw_store_user(const struct iw_store *store, struct iw_span name);
/* False: no memory. */
bool iw_store_subscribe(struct iw_store *store, struct iw_user *user, struct iw_span name);
/* False: it was not subscribed to. */
bool iw_store_unsubscribe(struct iw_store *store, struct iw_user *user, struct iw_span name);
bool iw_user_subscribes(const struct iw_user *user, struct iw_span name);

/* ---- mailboxes ---- */

/* INBOX in any case is INBOX. NULL: there is none. */
struct iw_mailbox *iw_store_find(const struct iw_store *store, const struct iw_user *owner,
                                 struct iw_span name);
/* Superiors that are missing come into being, too; each has the rights of the one above it.
 * NULL: no memory. The name must be new. */
struct iw_mailbox *iw_store_create(struct iw_store *store, struct iw_user *owner,
                                   struct iw_span name);
/* It is no longer found; what is below it stays. */
void iw_store_delete(struct iw_store *store, struct iw_mailbox *mailbox);
/* With all that is below it; superiors of the new name come into being. The new name must be free
 * and not below the old one. False: a name would be too long, or no memory; in the latter case
 * some may have their new names. */
bool iw_store_rename(struct iw_store *store, struct iw_mailbox *mailbox, struct iw_span name);
/* The nearest mailbox above that name. NULL: there is none. */
struct iw_mailbox *iw_store_superior(const struct iw_store *store, const struct iw_user *owner,
                                     struct iw_span name);
/* The indexes of a user's mailboxes: from *begin to before *end. */
void iw_store_range(const struct iw_store *store, const struct iw_user *owner, size_t *begin,
                    size_t *end);
/* The mailbox at this index has others below it. */
bool iw_store_has_children(const struct iw_store *store, size_t index);
/* A mailbox can have it: no level is empty, and no octet is a wildcard. */
bool iw_name_is_good(struct iw_span name);
/* name stands below superior. */
bool iw_name_is_below(struct iw_span name, struct iw_span superior);

/* ---- messages ---- */

/* Octets with one reference, which iw_store_drop gives back. NULL: no memory. */
struct iw_content *iw_store_content(struct iw_store *store, struct iw_span octets);
void iw_store_drop(struct iw_store *store, struct iw_content *content);

/* ---- memory, for what is kept in the store ---- */

/* Room for one member more behind count; doubles. False: no memory. */
bool iw_store_grow(struct iw_store *store, void **members, size_t count, size_t *capacity,
                   size_t size);
/* Of what iw_store_grow made. memory may be NULL. */
void iw_store_give_back(struct iw_store *store, void *memory, size_t size);
/* A copy; absent: no memory. Freed with iw_store_free. */
struct iw_span iw_store_copy(struct iw_store *store, struct iw_span octets);
void iw_store_free(struct iw_store *store, struct iw_span copy);

/* Private to mailbox.c: nobody has this deleted mailbox open any more. */
void iw_store_forget(struct iw_store *store, struct iw_mailbox *mailbox);

#endif
