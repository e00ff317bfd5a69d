/* SPDX-License-Identifier: MIT */
/* What has happened to the mailboxes of a store, for those who want to hear of it (NOTIFY,
 * RFC 5465). Nothing is kept until someone watches; then the last IW_CHANGES_MAX are. Whoever is
 * further behind has missed some. */
#ifndef IW_MOCKSERVER_ENGINE_CHANGES_H
#define IW_MOCKSERVER_ENGINE_CHANGES_H

#include "base/span.h"

#include <stdint.h>

enum { IW_CHANGES_MAX = 256 };

enum iw_change_kind {
    IW_CHANGE_NEW = 1 << 0, /* of the messages in it */
    IW_CHANGE_EXPUNGED = 1 << 1,
    IW_CHANGE_FLAGS = 1 << 2,
    IW_CHANGE_SEEN = 1 << 3, /* \Seen is among the flags */
    IW_CHANGES_OF_MESSAGES = (1 << 4) - 1,
    IW_CHANGE_CREATED = 1 << 4, /* of its name */
    IW_CHANGE_DELETED = 1 << 5,
    IW_CHANGE_RENAMED = 1 << 6,
    IW_CHANGE_SUBSCRIPTION = 1 << 7,
    IW_CHANGE_ANNOTATION = 1 << 8,
    IW_CHANGE_SHOWN = 1 << 9, /* to the reader: he may look it up now */
    IW_CHANGE_HIDDEN = 1 << 10
};

struct iw_mailbox;
struct iw_store;
struct iw_user;

struct iw_store_change {
    unsigned kinds;
    struct iw_user *owner;        /* NULL: it is the server's annotation */
    struct iw_span name, old;     /* old: before it was renamed; owned */
    struct iw_span entry;         /* of the annotation; owned */
    const struct iw_user *reader; /* who alone may know of it; NULL: all */
    const void *actor;            /* whose command did it; NULL: nobody's */
};

/* A part of the store. */
struct iw_changes {
    struct iw_store_change *ring; /* number n is at n % IW_CHANGES_MAX */
    size_t capacity;              /* IW_CHANGES_MAX: somebody watches */
    uint64_t first, count;        /* there are those from first to before count */
    bool read;                    /* somebody knows the last one */
    const void *actor;            /* whose command is in progress */
};

/* False: no memory. */
bool iw_changes_watch(struct iw_store *store);
void iw_changes_release(struct iw_store *store);

/* change->actor is the present one. One of the same messages as the last, which nobody has read
 * yet, becomes one with it. */
void iw_changes_add(struct iw_store *store, const struct iw_store_change *change);
/* SHOWN and HIDDEN, to all who may look it up now, but not before, and the other way round: begin
 * before the rights change, or before the mailbox goes, for which `after` is false. Nothing where
 * nobody watches, or without memory. */
struct iw_sight {
    const struct iw_mailbox *mailbox;
    bool *before; /* of each user, in order; NULL: nobody watches; owned */
    size_t count;
};
struct iw_sight iw_sight_begin(const struct iw_mailbox *mailbox);
void iw_sight_end(struct iw_sight *sight, bool after);

/* The change of that number, which is below changes.count; NULL: it has been lost. */
const struct iw_store_change *iw_changes_at(struct iw_store *store, uint64_t number);

#endif
