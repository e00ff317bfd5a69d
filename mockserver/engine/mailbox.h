/* SPDX-License-Identifier: MIT */
/* One mailbox of the store, and the messages in it.
 *
 * Messages stand in ascending order of their UIDs, so that a UID is found by binary search, and a
 * new one goes behind all others. Every change of a message or of its flags takes the next
 * mod-sequence (RFC 7162 §3.1). UIDs of messages that are gone stay in a log, with the
 * mod-sequence of their removal, in the order in which they went.
 *
 * Flags are bits: the system flags as enum iw_flag_bit, then one bit for each keyword of the
 * mailbox in order of its first use.
 *
 * The octets of a message are shared by its copies and never change. A mailbox that is deleted is
 * no longer found, but it and its messages live until the last session has left it. */
#ifndef IW_MOCKSERVER_ENGINE_MAILBOX_H
#define IW_MOCKSERVER_ENGINE_MAILBOX_H

#include "base/buf.h"
#include "mockserver/engine/annotations.h"
#include "mockserver/engine/rights.h"
#include "parser/date.h"
#include "parser/flag.h"

enum {
    IW_KEYWORD_FIRST = 7,
    IW_KEYWORDS_MAX = 64 - IW_KEYWORD_FIRST, /* of one mailbox */
    IW_FLAGS_SYSTEM =
        IW_FLAG_ANSWERED | IW_FLAG_FLAGGED | IW_FLAG_DELETED | IW_FLAG_SEEN | IW_FLAG_DRAFT,
    IW_FLAG_CHANGES_MAX = 64 /* kept of one mailbox */
};

struct iw_store;
struct iw_user;

/* What a message holds. Made by iw_store_content. */
struct iw_content {
    size_t references;
    uint64_t email_id, thread_id; /* RFC 8474 §5 */
    size_t length;
    char octets[];
};

struct iw_message {
    uint32_t uid;
    uint64_t flags;
    uint64_t modseq;
    int64_t saved;       /* SAVEDATE, Unix seconds (RFC 8514) */
    struct iw_date date; /* INTERNALDATE */
    struct iw_content *content;
};

struct iw_expunged {
    uint32_t uid;
    uint64_t modseq;
};

struct iw_mailbox {
    struct iw_store *store;
    struct iw_user *owner;
    struct iw_span name; /* UTF-8, "/" between its levels, INBOX in upper case; owned */
    struct iw_span use;  /* special uses as attributes, "\Sent \Archive" (RFC 6154); owned */
    bool no_select;      /* only a name, for the sake of what is below it */
    bool no_modseq;      /* clients are told of no mod-sequences (RFC 7162 §3.1.2.2) */
    bool gone;           /* deleted, but open somewhere: in the store's list of them */
    struct iw_mailbox *next_gone;
    unsigned sessions; /* that have it open */
    uint64_t id;       /* MAILBOXID (RFC 8474 §4) */
    uint32_t uidvalidity, uidnext;
    uint32_t recent_uid;   /* from this UID on no session has been told of the messages */
    uint64_t modseq;       /* HIGHESTMODSEQ; from 1 */
    uint64_t flags_modseq; /* of the last change of flags; from 1, too */
    uint64_t flag_changes; /* how many there were; whose, is at n % IW_FLAG_CHANGES_MAX */
    uint32_t flags_changed[IW_FLAG_CHANGES_MAX]; /* UIDs */
    struct iw_message *messages;
    size_t count, capacity;
    struct iw_expunged *expunged;
    size_t expunged_count, expunged_capacity;
    struct iw_span keywords[IW_KEYWORDS_MAX]; /* owned */
    size_t keyword_count;
    uint64_t url_key; /* of its authorised URLs (RFC 4467 §3); 0: there is none */
    unsigned owner_rights;
    struct iw_grants grants; /* of all others */
    struct iw_annotation_values annotations;
};

/* What a new message is made of. */
struct iw_delivery {
    struct iw_content *content; /* one more reference is taken */
    uint64_t flags;             /* bits of the mailbox it goes to */
    struct iw_date date;
    int64_t saved;
};

/* The pointer is valid until the next add or remove. NULL: no memory, or the UIDs are used up. */
struct iw_message *iw_mailbox_add(struct iw_mailbox *mailbox, const struct iw_delivery *delivery);
/* NULL: there is none. */
struct iw_message *iw_mailbox_message(const struct iw_mailbox *mailbox, uint32_t uid);
/* The index of the first message whose UID is not below uid; count if there is none. */
size_t iw_mailbox_place(const struct iw_mailbox *mailbox, uint32_t uid);
/* Takes a new mod-sequence only if they change. True: they did. */
bool iw_mailbox_set_flags(struct iw_mailbox *mailbox, struct iw_message *message, uint64_t flags);
/* Removes, in one pass and with one mod-sequence, every message that chosen says yes to. The
 * number of them; 0 also when there is no memory for the log: then all stay. */
size_t iw_mailbox_remove(struct iw_mailbox *mailbox,
                         bool (*chosen)(void *context, const struct iw_message *message),
                         void *context);
/* One of its messages has just these octets, which it shares. */
bool iw_mailbox_holds(const struct iw_mailbox *mailbox, const struct iw_content *content);
/* "\\Sent" is among its special uses. */
bool iw_mailbox_has_use(const struct iw_mailbox *mailbox, const char *use);
/* How many messages have all flags of `with` and none of `without`. */
size_t iw_mailbox_count(const struct iw_mailbox *mailbox, uint64_t with, uint64_t without);

/* The bit of a flag. A keyword that is new takes a new bit if create says so. 0: it has none, or
 * there is no room for one more. */
uint64_t iw_mailbox_flag(struct iw_mailbox *mailbox, struct iw_span name, bool create);
/* The bits of all of them; a flag that has no bit sets *full. */
uint64_t iw_mailbox_flags(struct iw_mailbox *mailbox, const struct iw_flags *flags, bool create,
                          bool *full);
/* The names of the bits into names, which has room for IW_FLAG_NAMES_MAX; borrowed from the
 * mailbox. */
enum { IW_FLAG_NAMES_MAX = 64 };
struct iw_flags iw_mailbox_flag_names(const struct iw_mailbox *mailbox, uint64_t flags, bool recent,
                                      struct iw_span *names);

/* A session opens and leaves it. Leaving may free it when it is gone. */
void iw_mailbox_enter(struct iw_mailbox *mailbox);
void iw_mailbox_leave(struct iw_mailbox *mailbox);

#endif
