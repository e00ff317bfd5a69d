/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "mockserver/engine/store.h"

static struct iw_store_change *place_of(const struct iw_changes *changes, uint64_t number)
{
    return &changes->ring[number % IW_CHANGES_MAX];
}

static void forget_first(struct iw_store *store)
{
    struct iw_store_change *change = place_of(&store->changes, store->changes.first++);
    iw_store_free(store, change->name);
    iw_store_free(store, change->old);
    iw_store_free(store, change->entry);
}

bool iw_changes_watch(struct iw_store *store)
{
    struct iw_changes *changes = &store->changes;
    while (changes->capacity < IW_CHANGES_MAX) {
        if (!iw_store_grow(store, (void **)&changes->ring, changes->capacity, &changes->capacity,
                           sizeof *changes->ring))
            return false;
    }
    changes->read = true;
    return true;
}

void iw_changes_release(struct iw_store *store)
{
    struct iw_changes *changes = &store->changes;
    while (changes->first < changes->count)
        forget_first(store);
    iw_store_give_back(store, changes->ring, changes->capacity * sizeof *changes->ring);
}

/* The last change is another one of the same messages, and nobody has read it. */
static bool joins_last(const struct iw_changes *changes, const struct iw_store_change *change)
{
    if (changes->read || changes->first == changes->count ||
        (change->kinds & ~(unsigned)IW_CHANGES_OF_MESSAGES) != 0)
        return false;
    struct iw_store_change *last = place_of(changes, changes->count - 1);
    bool joins = (last->kinds & ~(unsigned)IW_CHANGES_OF_MESSAGES) == 0 &&
                 last->owner == change->owner && last->actor == changes->actor &&
                 iw_span_equal(last->name, change->name);
    if (joins)
        last->kinds |= change->kinds;
    return joins;
}

/* Absent: there was none, or there is no memory, which *failed says then. */
static struct iw_span copy_of(struct iw_store *store, struct iw_span text, bool *failed)
{
    struct iw_span copy = text.data == NULL ? text : iw_store_copy(store, text);
    *failed |= text.data != NULL && copy.data == NULL;
    return copy;
}

void iw_changes_add(struct iw_store *store, const struct iw_store_change *change)
{
    struct iw_changes *changes = &store->changes;
    bool failed = false;
    store->stirs++;
    if (changes->capacity < IW_CHANGES_MAX || joins_last(changes, change))
        return;
    if (changes->count - changes->first == IW_CHANGES_MAX)
        forget_first(store);
    struct iw_store_change *place = place_of(changes, changes->count++);
    *place = *change;
    place->actor = changes->actor;
    place->name = copy_of(store, change->name, &failed);
    place->old = copy_of(store, change->old, &failed);
    place->entry = copy_of(store, change->entry, &failed);
    changes->read = false;
    if (failed) {
        while (changes->first < changes->count)
            forget_first(store);
    }
}

/* ---- who may see a mailbox ---- */

static bool sees(const struct iw_mailbox *mailbox, const struct iw_user *user)
{
    return (iw_mailbox_rights(mailbox, user) & IW_RIGHT_LOOKUP) != 0;
}

struct iw_sight iw_sight_begin(const struct iw_mailbox *mailbox)
{
    const struct iw_store *store = mailbox->store;
    struct iw_sight sight = {.mailbox = mailbox};
    if (store->changes.capacity < IW_CHANGES_MAX)
        return sight;
    for (const struct iw_user *user = store->first_user; user != NULL; user = user->next)
        sight.count++;
    sight.before = iw_alloc_resize(store->alloc, NULL, sight.count * sizeof *sight.before);
    size_t i = 0;
    for (const struct iw_user *user = store->first_user; sight.before != NULL && user != NULL;
         user = user->next)
        sight.before[i++] = sees(mailbox, user);
    return sight;
}

void iw_sight_end(struct iw_sight *sight, bool after)
{
    const struct iw_mailbox *mailbox = sight->mailbox;
    struct iw_store *store = mailbox->store;
    const struct iw_user *user = store->first_user;
    for (size_t i = 0; sight->before != NULL && i < sight->count; i++, user = user->next) {
        bool now = after && sees(mailbox, user);
        const struct iw_store_change change = {.kinds = now ? IW_CHANGE_SHOWN : IW_CHANGE_HIDDEN,
                                               .owner = mailbox->owner,
                                               .name = mailbox->name,
                                               .reader = user};
        if (now != sight->before[i] && user != mailbox->owner)
            iw_changes_add(store, &change);
    }
    iw_alloc_free(store->alloc, sight->before);
    sight->before = NULL;
}

const struct iw_store_change *iw_changes_at(struct iw_store *store, uint64_t number)
{
    struct iw_changes *changes = &store->changes;
    changes->read = true;
    return number < changes->first ? NULL : place_of(changes, number);
}
