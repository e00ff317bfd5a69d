/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/store.h"

#include "mockserver/engine/thread_id.h"

#include <assert.h>
#include <string.h>

enum { OCTETS_MAX_DEFAULT = 1 << 30, UIDVALIDITY_DEFAULT = 1700000001 };

static const struct iw_span inbox = {"INBOX", 5};

/* ---- memory ---- */

static void *get(struct iw_store *store, size_t size)
{
    if (size > store->octets_max - store->held)
        return NULL;
    void *memory = iw_alloc_resize(store->alloc, NULL, size);
    if (memory != NULL)
        store->held += size;
    return memory;
}

void iw_store_give_back(struct iw_store *store, void *memory, size_t size)
{
    if (memory == NULL)
        return;
    iw_alloc_free(store->alloc, memory);
    store->held -= size;
}

bool iw_store_grow(struct iw_store *store, void **members, size_t count, size_t *capacity,
                   size_t size)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    size_t more = (wanted - *capacity) * size;
    if (more > store->octets_max - store->held)
        return false;
    void *grown = iw_alloc_resize(store->alloc, *members, wanted * size);
    if (grown == NULL)
        return false;
    store->held += more;
    *members = grown;
    *capacity = wanted;
    return true;
}

struct iw_span iw_store_copy(struct iw_store *store, struct iw_span octets)
{
    char *copy = get(store, octets.length + 1);
    if (copy == NULL)
        return iw_span(NULL, 0);
    if (octets.length > 0)
        memcpy(copy, octets.data, octets.length);
    copy[octets.length] = '\0';
    return iw_span(copy, octets.length);
}

void iw_store_free(struct iw_store *store, struct iw_span copy)
{
    iw_store_give_back(store, (void *)(uintptr_t)copy.data, copy.length + 1); /* ours */
}

/* ---- life ---- */

void iw_store_init(struct iw_store *store, const struct iw_store_options *options)
{
    *store = (struct iw_store){
        .alloc = options->alloc,
        .octets_max = options->octets_max == 0 ? OCTETS_MAX_DEFAULT : options->octets_max,
        .uidvalidity = options->uidvalidity == 0 ? UIDVALIDITY_DEFAULT : options->uidvalidity,
        .no_modseq = options->no_modseq};
}

static void free_mailbox(struct iw_store *store, struct iw_mailbox *mailbox)
{
    for (size_t i = 0; i < mailbox->count; i++)
        iw_store_drop(store, mailbox->messages[i].content);
    for (size_t i = 0; i < mailbox->keyword_count; i++)
        iw_store_free(store, mailbox->keywords[i]);
    iw_store_give_back(store, mailbox->messages, mailbox->capacity * sizeof *mailbox->messages);
    iw_store_give_back(store, mailbox->expunged,
                       mailbox->expunged_capacity * sizeof *mailbox->expunged);
    iw_grants_release(store, &mailbox->grants);
    iw_annotations_release(store, &mailbox->annotations);
    iw_store_free(store, mailbox->name);
    iw_store_free(store, mailbox->use);
    iw_store_give_back(store, mailbox, sizeof *mailbox);
}

static void free_user(struct iw_store *store, struct iw_user *user)
{
    for (size_t i = 0; i < user->subscription_count; i++)
        iw_store_free(store, user->subscriptions[i]);
    iw_store_give_back(store, user->subscriptions,
                       user->subscription_capacity * sizeof *user->subscriptions);
    iw_store_free(store, user->name);
    iw_store_free(store, user->password);
    iw_store_give_back(store, user, sizeof *user);
}

void iw_store_release(struct iw_store *store)
{
    for (size_t i = 0; i < store->count; i++)
        free_mailbox(store, store->mailboxes[i]);
    while (store->first_gone != NULL) {
        struct iw_mailbox *mailbox = store->first_gone;
        store->first_gone = mailbox->next_gone;
        free_mailbox(store, mailbox);
    }
    while (store->first_user != NULL) {
        struct iw_user *user = store->first_user;
        store->first_user = user->next;
        free_user(store, user);
    }
    iw_annotations_release(store, &store->annotations);
    iw_changes_release(store);
    iw_store_give_back(store, store->mailboxes, store->capacity * sizeof *store->mailboxes);
    assert(store->held == 0);
}

/* ---- users ---- */

struct iw_user *iw_store_user(const struct iw_store *store, struct iw_span name)
{
    struct iw_user *user = store->first_user;
    while (user != NULL && !iw_span_equal(user->name, name))
        user = user->next;
    return user;
}

struct iw_user *iw_store_add_user(struct iw_store *store, struct iw_span name,
                                  struct iw_span password)
{
    struct iw_user *user = get(store, sizeof *user);
    struct iw_user **end = &store->first_user;
    unsigned number = 0;
    if (user == NULL)
        return NULL;
    for (; *end != NULL; end = &(*end)->next)
        number++;
    *user = (struct iw_user){.number = number,
                             .quota = iw_quota_default(),
                             .name = iw_store_copy(store, name),
                             .password = iw_store_copy(store, password)};
    if (user->name.data == NULL || user->password.data == NULL ||
        iw_store_create(store, user, inbox) == NULL) {
        free_user(store, user);
        return NULL;
    }
    *end = user;
    return user;
}

/* The index of a subscription; count: there is none. */
static size_t find_subscription(const struct iw_user *user, struct iw_span name)
{
    size_t i = 0;
    while (i < user->subscription_count && !iw_span_equal(user->subscriptions[i], name))
        i++;
    return i;
}

bool iw_user_subscribes(const struct iw_user *user, struct iw_span name)
{
    return find_subscription(user, name) < user->subscription_count;
}

static void note_subscription(struct iw_store *store, struct iw_user *user, struct iw_span name)
{
    const struct iw_store_change change = {
        .kinds = IW_CHANGE_SUBSCRIPTION, .owner = user, .name = name};
    iw_changes_add(store, &change);
}

bool iw_store_subscribe(struct iw_store *store, struct iw_user *user, struct iw_span name)
{
    if (iw_user_subscribes(user, name))
        return true;
    if (!iw_store_grow(store, (void **)&user->subscriptions, user->subscription_count,
                       &user->subscription_capacity, sizeof *user->subscriptions))
        return false;
    struct iw_span copy = iw_store_copy(store, name);
    if (copy.data == NULL)
        return false;
    user->subscriptions[user->subscription_count++] = copy;
    note_subscription(store, user, name);
    return true;
}

bool iw_store_unsubscribe(struct iw_store *store, struct iw_user *user, struct iw_span name)
{
    size_t at = find_subscription(user, name);
    if (at == user->subscription_count)
        return false;
    note_subscription(store, user, name);
    iw_store_free(store, user->subscriptions[at]);
    user->subscriptions[at] = user->subscriptions[--user->subscription_count];
    return true;
}

/* ---- the order of mailboxes ---- */

/* "/" is below every other octet. */
static int compare_names(struct iw_span a, struct iw_span b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    for (size_t i = 0; i < common; i++) {
        unsigned char x = (unsigned char)a.data[i], y = (unsigned char)b.data[i];
        if (x != y)
            return (x == '/' ? 0 : x) < (y == '/' ? 0 : y) ? -1 : 1;
    }
    return a.length == b.length ? 0 : a.length < b.length ? -1 : 1;
}

/* The index of the first mailbox that does not stand before that name of that user. */
static size_t place_of(const struct iw_store *store, unsigned owner, struct iw_span name)
{
    size_t low = 0, high = store->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct iw_mailbox *mailbox = store->mailboxes[middle];
        bool before = mailbox->owner->number < owner ||
                      (mailbox->owner->number == owner && compare_names(mailbox->name, name) < 0);
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool insert(struct iw_store *store, struct iw_mailbox *mailbox)
{
    if (!iw_store_grow(store, (void **)&store->mailboxes, store->count, &store->capacity,
                       sizeof *store->mailboxes))
        return false;
    size_t at = place_of(store, mailbox->owner->number, mailbox->name);
    memmove(store->mailboxes + at + 1, store->mailboxes + at,
            (store->count - at) * sizeof *store->mailboxes);
    store->mailboxes[at] = mailbox;
    store->count++;
    return true;
}

static void take_out(struct iw_store *store, const struct iw_mailbox *mailbox)
{
    size_t at = place_of(store, mailbox->owner->number, mailbox->name);
    assert(at < store->count && store->mailboxes[at] == mailbox);
    store->count--;
    memmove(store->mailboxes + at, store->mailboxes + at + 1,
            (store->count - at) * sizeof *store->mailboxes);
}

void iw_store_range(const struct iw_store *store, const struct iw_user *owner, size_t *begin,
                    size_t *end)
{
    *begin = place_of(store, owner->number, iw_span(NULL, 0));
    *end = place_of(store, owner->number + 1, iw_span(NULL, 0));
}

bool iw_name_is_good(struct iw_span name)
{
    for (size_t i = 0; i < name.length; i++) {
        bool begins = i == 0 || name.data[i - 1] == '/';
        if ((name.data[i] == '/' && begins) || name.data[i] == '*' || name.data[i] == '%')
            return false;
    }
    return name.length > 0 && name.data[name.length - 1] != '/';
}

bool iw_name_is_below(struct iw_span name, struct iw_span superior)
{
    return name.length > superior.length && name.data[superior.length] == '/' &&
           iw_span_starts(name, superior);
}

bool iw_store_has_children(const struct iw_store *store, size_t index)
{
    const struct iw_mailbox *mailbox = store->mailboxes[index];
    return index + 1 < store->count && store->mailboxes[index + 1]->owner == mailbox->owner &&
           iw_name_is_below(store->mailboxes[index + 1]->name, mailbox->name);
}

/* ---- mailboxes ---- */

static void note(const struct iw_mailbox *mailbox, unsigned kind, struct iw_span old)
{
    const struct iw_store_change change = {
        .kinds = kind, .owner = mailbox->owner, .name = mailbox->name, .old = old};
    iw_changes_add(mailbox->store, &change);
}

struct iw_mailbox *iw_store_find(const struct iw_store *store, const struct iw_user *owner,
                                 struct iw_span name)
{
    if (iw_span_equal_nocase(name, inbox))
        name = inbox;
    size_t at = place_of(store, owner->number, name);
    if (at == store->count || store->mailboxes[at]->owner != owner ||
        !iw_span_equal(store->mailboxes[at]->name, name))
        return NULL;
    return store->mailboxes[at];
}

struct iw_mailbox *iw_store_superior(const struct iw_store *store, const struct iw_user *owner,
                                     struct iw_span name)
{
    for (size_t i = name.length; i > 0; i--) {
        struct iw_mailbox *superior =
            name.data[i - 1] == '/' ? iw_store_find(store, owner, iw_span_part(name, 0, i - 1))
                                    : NULL;
        if (superior != NULL)
            return superior;
    }
    return NULL;
}

static struct iw_mailbox *create_one(struct iw_store *store, struct iw_user *owner,
                                     struct iw_span name)
{
    struct iw_mailbox *mailbox = get(store, sizeof *mailbox);
    if (mailbox == NULL)
        return NULL;
    *mailbox = (struct iw_mailbox){.store = store,
                                   .owner = owner,
                                   .name = iw_store_copy(store, name),
                                   .id = store->mailbox_id + 1,
                                   .no_modseq = store->no_modseq,
                                   .uidnext = 1,
                                   .recent_uid = 1,
                                   .modseq = 1,
                                   .flags_modseq = 1,
                                   .owner_rights = IW_RIGHTS_ALL};
    const struct iw_mailbox *superior = iw_store_superior(store, owner, name);
    bool inherited = superior == NULL || iw_mailbox_inherit(mailbox, superior);
    if (mailbox->name.data == NULL || !inherited || !insert(store, mailbox)) {
        free_mailbox(store, mailbox);
        return NULL;
    }
    store->mailbox_id++;
    owner->quota.used[IW_RESOURCE_MAILBOX]++;
    mailbox->uidvalidity = store->uidvalidity++;
    note(mailbox, IW_CHANGE_CREATED, iw_span(NULL, 0));
    return mailbox;
}

static bool create_superiors(struct iw_store *store, struct iw_user *owner, struct iw_span name)
{
    for (size_t i = 1; i < name.length; i++) {
        struct iw_span superior = iw_span_part(name, 0, i);
        if (name.data[i] == '/' && iw_store_find(store, owner, superior) == NULL &&
            create_one(store, owner, superior) == NULL)
            return false;
    }
    return true;
}

struct iw_mailbox *iw_store_create(struct iw_store *store, struct iw_user *owner,
                                   struct iw_span name)
{
    if (!create_superiors(store, owner, name))
        return NULL;
    return create_one(store, owner, iw_span_equal_nocase(name, inbox) ? inbox : name);
}

void iw_store_delete(struct iw_store *store, struct iw_mailbox *mailbox)
{
    struct iw_quota_state *quota = &mailbox->owner->quota;
    struct iw_sight sight = iw_sight_begin(mailbox);
    take_out(store, mailbox);
    note(mailbox, IW_CHANGE_DELETED, iw_span(NULL, 0));
    iw_sight_end(&sight, false);
    quota->used[IW_RESOURCE_MAILBOX]--;
    quota->used[IW_RESOURCE_MESSAGE] -= mailbox->count;
    for (size_t i = 0; i < mailbox->count; i++)
        quota->used[IW_RESOURCE_STORAGE] -= mailbox->messages[i].content->length;
    mailbox->gone = true;
    if (mailbox->sessions == 0) {
        free_mailbox(store, mailbox);
        return;
    }
    mailbox->next_gone = store->first_gone;
    store->first_gone = mailbox;
}

void iw_store_forget(struct iw_store *store, struct iw_mailbox *mailbox)
{
    struct iw_mailbox **place = &store->first_gone;
    while (*place != mailbox)
        place = &(*place)->next_gone;
    *place = mailbox->next_gone;
    free_mailbox(store, mailbox);
}

static bool rename_one(struct iw_store *store, struct iw_mailbox *mailbox, struct iw_span name)
{
    struct iw_span copy = iw_store_copy(store, name);
    if (copy.data == NULL)
        return false;
    take_out(store, mailbox);
    iw_store_free(store, mailbox->name);
    mailbox->name = copy;
    return insert(store, mailbox); /* there is room: one was just taken out */
}

/* The index of the first mailbox below that name; count: none. */
static size_t first_below(const struct iw_store *store, const struct iw_user *owner,
                          struct iw_span name)
{
    size_t at = place_of(store, owner->number, name);
    if (at < store->count && iw_span_equal(store->mailboxes[at]->name, name))
        at++;
    bool below = at < store->count && store->mailboxes[at]->owner == owner &&
                 iw_name_is_below(store->mailboxes[at]->name, name);
    return below ? at : store->count;
}

/* No name below it would become too long. */
static bool names_fit(const struct iw_store *store, const struct iw_mailbox *mailbox,
                      struct iw_span name)
{
    size_t old = mailbox->name.length;
    if (name.length > IW_MAILBOX_NAME_MAX)
        return false;
    for (size_t i = first_below(store, mailbox->owner, mailbox->name);
         i < store->count && store->mailboxes[i]->owner == mailbox->owner &&
         iw_name_is_below(store->mailboxes[i]->name, mailbox->name);
         i++) {
        if (store->mailboxes[i]->name.length - old + name.length > IW_MAILBOX_NAME_MAX)
            return false;
    }
    return true;
}

bool iw_store_rename(struct iw_store *store, struct iw_mailbox *mailbox, struct iw_span name)
{
    char old_octets[IW_MAILBOX_NAME_MAX], new_octets[IW_MAILBOX_NAME_MAX];
    struct iw_user *owner = mailbox->owner;
    struct iw_span old = {old_octets, mailbox->name.length};
    if (!names_fit(store, mailbox, name) || !create_superiors(store, owner, name))
        return false;
    memcpy(old_octets, mailbox->name.data, old.length);
    memcpy(new_octets, name.data, name.length);
    bool renamed = rename_one(store, mailbox, name);
    if (renamed)
        note(mailbox, IW_CHANGE_RENAMED, old);
    for (size_t at; renamed && (at = first_below(store, owner, old)) < store->count;) {
        struct iw_mailbox *below = store->mailboxes[at];
        size_t rest = below->name.length - old.length;
        memcpy(new_octets + name.length, below->name.data + old.length, rest);
        renamed = rename_one(store, below, iw_span(new_octets, name.length + rest));
    }
    return renamed;
}

/* ---- messages ---- */

struct iw_content *iw_store_content(struct iw_store *store, struct iw_span octets)
{
    struct iw_content *content = get(store, sizeof *content + octets.length);
    if (content == NULL)
        return NULL;
    *content = (struct iw_content){
        .references = 1, .email_id = ++store->email_id, .length = octets.length};
    uint64_t thread = iw_thread_id(octets);
    content->thread_id = thread == 0 ? content->email_id : thread;
    if (octets.length > 0)
        memcpy(content->octets, octets.data, octets.length);
    return content;
}

void iw_store_drop(struct iw_store *store, struct iw_content *content)
{
    if (--content->references == 0)
        iw_store_give_back(store, content, sizeof *content + content->length);
}
