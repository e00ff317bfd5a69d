/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/rights.h"

#include "base/utf8.h"
#include "mockserver/engine/store.h"

bool iw_identifier_is_good(struct iw_span identifier)
{
    bool named = false;
    for (size_t at = identifier.length > 0 && identifier.data[0] == '-'; at < identifier.length;) {
        uint32_t code;
        size_t length = iw_utf8_decode(iw_span_part(identifier, at, identifier.length), &code);
        if (length == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0))
            return false;
        named |= code != 0xad;
        at += length;
    }
    return named;
}

static const struct {
    char letter;
    unsigned rights;
    bool is_new; /* RFC 2086 does not know it */
} letters[] = {
    {'l', IW_RIGHT_LOOKUP},
    {'r', IW_RIGHT_READ},
    {'s', IW_RIGHT_SEEN},
    {'w', IW_RIGHT_WRITE},
    {'i', IW_RIGHT_INSERT},
    {'p', IW_RIGHT_POST},
    {'k', IW_RIGHT_CREATE, true},
    {'x', IW_RIGHT_DELETE, true},
    {'t', IW_RIGHT_DELETE_MESSAGE, true},
    {'e', IW_RIGHT_EXPUNGE, true},
    {'a', IW_RIGHT_ADMINISTER},
    {'c', IW_RIGHT_CREATE},
    {'d', IW_RIGHT_DELETE | IW_RIGHT_DELETE_MESSAGE | IW_RIGHT_EXPUNGE},
};

enum { LETTER_COUNT = sizeof letters / sizeof *letters };

bool iw_rights_read(struct iw_span text, bool old, unsigned *rights)
{
    *rights = 0;
    for (size_t i = 0; i < text.length; i++) {
        size_t at = 0;
        while (at < LETTER_COUNT && letters[at].letter != text.data[i])
            at++;
        if (at == LETTER_COUNT || (old && letters[at].is_new))
            return false;
        *rights |= letters[at].rights;
    }
    return true;
}

void iw_rights_write(unsigned rights, bool old, struct iw_buf *out)
{
    for (size_t i = 0; i < LETTER_COUNT; i++) {
        if ((rights & letters[i].rights) != 0 && !(old && letters[i].is_new))
            iw_buf_add_char(out, letters[i].letter);
    }
}

uint64_t iw_rights_flags(unsigned rights)
{
    uint64_t flags = 0;
    if (rights & IW_RIGHT_SEEN)
        flags |= IW_FLAG_SEEN;
    if (rights & IW_RIGHT_DELETE_MESSAGE)
        flags |= IW_FLAG_DELETED;
    if (rights & IW_RIGHT_WRITE)
        flags |= ~(uint64_t)(IW_FLAG_SEEN | IW_FLAG_DELETED);
    return flags;
}

/* The index of a grant; count: there is none. */
static size_t find(const struct iw_grants *grants, struct iw_span identifier)
{
    size_t i = 0;
    while (i < grants->count && !iw_span_equal(grants->members[i].identifier, identifier))
        i++;
    return i;
}

static bool is_owner(const struct iw_mailbox *mailbox, struct iw_span identifier)
{
    return iw_span_equal(mailbox->owner->name, identifier);
}

unsigned iw_mailbox_required(const struct iw_mailbox *mailbox, struct iw_span identifier)
{
    return is_owner(mailbox, identifier) ? IW_RIGHTS_OWNER : 0;
}

unsigned iw_mailbox_granted(const struct iw_mailbox *mailbox, struct iw_span identifier)
{
    size_t at = find(&mailbox->grants, identifier);
    if (is_owner(mailbox, identifier))
        return mailbox->owner_rights;
    return at < mailbox->grants.count ? mailbox->grants.members[at].rights : 0;
}

unsigned iw_mailbox_rights(const struct iw_mailbox *mailbox, const struct iw_user *user)
{
    bool owner = mailbox->owner == user;
    unsigned given = owner ? mailbox->owner_rights : 0, taken = 0;
    for (size_t i = 0; i < mailbox->grants.count; i++) {
        const struct iw_grant *grant = &mailbox->grants.members[i];
        bool negative = grant->identifier.data[0] == '-';
        struct iw_span name = iw_span_part(grant->identifier, negative, grant->identifier.length);
        if (!iw_span_equal(name, user->name) && !iw_span_equal(name, IW_SPAN("anyone")))
            continue;
        given |= negative ? 0 : grant->rights;
        taken |= negative ? grant->rights : 0;
    }
    return (given & ~taken) | (owner ? IW_RIGHTS_OWNER : 0);
}

static void forget(struct iw_store *store, struct iw_grants *grants, size_t at)
{
    iw_store_free(store, grants->members[at].identifier);
    for (grants->count--; at < grants->count; at++)
        grants->members[at] = grants->members[at + 1];
}

bool iw_mailbox_grant(struct iw_mailbox *mailbox, struct iw_span identifier, unsigned rights)
{
    struct iw_grants *grants = &mailbox->grants;
    size_t at = find(grants, identifier);
    if (is_owner(mailbox, identifier)) {
        mailbox->owner_rights = rights | IW_RIGHTS_OWNER;
        return true;
    }
    if (at < grants->count) {
        grants->members[at].rights = rights;
        if (rights == 0)
            forget(mailbox->store, grants, at);
        return true;
    }
    if (rights == 0)
        return true;
    if (at == IW_GRANTS_MAX || !iw_store_grow(mailbox->store, (void **)&grants->members, at,
                                              &grants->capacity, sizeof *grants->members))
        return false;
    struct iw_span copy = iw_store_copy(mailbox->store, identifier);
    if (copy.data == NULL)
        return false;
    grants->members[grants->count++] = (struct iw_grant){copy, rights};
    return true;
}

bool iw_mailbox_inherit(struct iw_mailbox *mailbox, const struct iw_mailbox *from)
{
    bool inherited = true;
    mailbox->owner_rights = from->owner_rights;
    for (size_t i = 0; i < from->grants.count && inherited; i++) {
        const struct iw_grant *grant = &from->grants.members[i];
        inherited = iw_mailbox_grant(mailbox, grant->identifier, grant->rights);
    }
    return inherited;
}

void iw_grants_release(struct iw_store *store, struct iw_grants *grants)
{
    while (grants->count > 0)
        forget(store, grants, grants->count - 1);
    iw_store_give_back(store, grants->members, grants->capacity * sizeof *grants->members);
}
