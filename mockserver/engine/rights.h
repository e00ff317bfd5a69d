/* SPDX-License-Identifier: MIT */
/* Who may do what with a mailbox (RFC 4314). Rights are bits, in the order in which their letters
 * are written; "c" and "d" of RFC 2086 are written beside what they stand for, and read as it:
 * "c" is k, "d" is x, t and e (§2.1.1).
 *
 * The owner of a mailbox has all rights unless they are taken away, and never loses l, k and a.
 * Everyone else has what is granted to his name and to "anyone", without what is granted to these
 * two with "-" in front. */
#ifndef IW_MOCKSERVER_ENGINE_RIGHTS_H
#define IW_MOCKSERVER_ENGINE_RIGHTS_H

#include "base/buf.h"

struct iw_mailbox;
struct iw_store;
struct iw_user;

enum iw_right {
    IW_RIGHT_LOOKUP = 1 << 0,         /* l */
    IW_RIGHT_READ = 1 << 1,           /* r */
    IW_RIGHT_SEEN = 1 << 2,           /* s */
    IW_RIGHT_WRITE = 1 << 3,          /* w */
    IW_RIGHT_INSERT = 1 << 4,         /* i */
    IW_RIGHT_POST = 1 << 5,           /* p */
    IW_RIGHT_CREATE = 1 << 6,         /* k */
    IW_RIGHT_DELETE = 1 << 7,         /* x */
    IW_RIGHT_DELETE_MESSAGE = 1 << 8, /* t */
    IW_RIGHT_EXPUNGE = 1 << 9,        /* e */
    IW_RIGHT_ADMINISTER = 1 << 10,    /* a */
    IW_RIGHT_COUNT = 11,
    IW_RIGHTS_ALL = (1 << IW_RIGHT_COUNT) - 1,
    IW_RIGHTS_OWNER = IW_RIGHT_LOOKUP | IW_RIGHT_CREATE | IW_RIGHT_ADMINISTER,
    /* any of them makes a selected mailbox more than READ-ONLY (§5.2) */
    IW_RIGHTS_CHANGE = IW_RIGHT_SEEN | IW_RIGHT_WRITE | IW_RIGHT_INSERT | IW_RIGHT_DELETE_MESSAGE |
                       IW_RIGHT_EXPUNGE,
    /* any of them lets a user know his own (§4) */
    IW_RIGHTS_KNOW = IW_RIGHT_LOOKUP | IW_RIGHT_READ | IW_RIGHT_INSERT | IW_RIGHT_CREATE |
                     IW_RIGHT_DELETE | IW_RIGHT_ADMINISTER
};

enum { IW_GRANTS_MAX = 256 }; /* of one mailbox */

struct iw_grant {
    struct iw_span identifier; /* owned */
    unsigned rights;           /* never none */
};

/* All but the owner's, in order of their coming. */
struct iw_grants {
    struct iw_grant *members;
    size_t count, capacity;
};

/* It can name someone: characters, no controls among them, and not "-" alone. U+00AD, which
 * SASLprep maps to nothing, is not enough (§3). */
bool iw_identifier_is_good(struct iw_span identifier);
/* "lrswipkxtecda" in any order; old: as RFC 2086 knows them, without k, x, t and e. False: one of
 * them is none. */
bool iw_rights_read(struct iw_span letters, bool old, unsigned *rights);
/* The letters, with c and d where they belong. */
void iw_rights_write(unsigned rights, bool old, struct iw_buf *out);
/* The flags that may be changed with these rights (§4). */
uint64_t iw_rights_flags(unsigned rights);

/* What this user may do. */
unsigned iw_mailbox_rights(const struct iw_mailbox *mailbox, const struct iw_user *user);
/* What is granted to that identifier by itself. */
unsigned iw_mailbox_granted(const struct iw_mailbox *mailbox, struct iw_span identifier);
/* What that identifier cannot lose. */
unsigned iw_mailbox_required(const struct iw_mailbox *mailbox, struct iw_span identifier);
/* No rights: the identifier is forgotten. False: no memory, or there are too many. */
bool iw_mailbox_grant(struct iw_mailbox *mailbox, struct iw_span identifier, unsigned rights);
/* All grants of the other, whose owner is the same. False: no memory; then some may be missing. */
bool iw_mailbox_inherit(struct iw_mailbox *mailbox, const struct iw_mailbox *from);
void iw_grants_release(struct iw_store *store, struct iw_grants *grants);

#endif
