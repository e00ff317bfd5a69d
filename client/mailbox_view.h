/* SPDX-License-Identifier: MIT */
/* What a client knows of the selected mailbox, kept right through all that the server says of it:
 * EXISTS, RECENT, EXPUNGE, VANISHED, FETCH, UIDFETCH, and the codes of OK (RFC 9051 §7, RFC 7162,
 * RFC 9586). Pure: it is given responses, in the order in which they came.
 *
 * A view is tight or loose. In a tight one every message has its number, also those of which
 * nothing is known yet. In a loose one only messages whose UID is known are listed, in the order of
 * their UIDs, and numbers mean nothing: while a mailbox that was known before is selected with
 * QRESYNC, and always under UIDONLY.
 *
 * What the server says may contradict what it has said before. Then the response is not taken (or
 * as much of it as makes sense), and the view is doubtful until it is cleared: resynchronise. */
#ifndef IW_CLIENT_MAILBOX_VIEW_H
#define IW_CLIENT_MAILBOX_VIEW_H

#include "client/messages.h"
#include "parser/response.h"

enum { IW_VIEW_KEYWORDS = 64 };

struct iw_mailbox_facts {
    uint32_t exists; /* as the server counts */
    uint32_t recent;
    uint32_t uidvalidity, uidnext; /* 0: not said */
    /* What to ask for changes since. Raised when a command is complete, to what the server has said
     * in a code, or else to the largest MODSEQ of a message (RFC 7162 §6). 0: not known. */
    uint64_t highest_modseq;
    bool no_modseq; /* the mailbox keeps no mod-sequences */
};

/* Told while a response is taken; must not touch the view. NULL functions are not called. */
struct iw_view_watcher {
    /* A message whose UID is known; number is the one it had, 0 in a loose view. */
    void (*gone)(void *context, uint32_t number, const struct iw_message *message);
    void (*changed)(void *context, uint32_t number, const struct iw_message *message);
    void *context;
};

struct iw_mailbox_view;

/* room_max: messages of which something is known. NULL: no memory. The view is tight and empty. */
struct iw_mailbox_view *iw_mailbox_view_new(const struct iw_alloc *alloc, size_t room_max);
void iw_mailbox_view_free(struct iw_mailbox_view *view);
void iw_mailbox_view_watch(struct iw_mailbox_view *view, const struct iw_view_watcher *watcher);

/* A mailbox is going to be selected. clear: nothing is known of it. loosen: what the view holds is
 * from an earlier session, and is kept unless another UIDVALIDITY comes. */
void iw_mailbox_view_clear(struct iw_mailbox_view *view);
void iw_mailbox_view_loosen(struct iw_mailbox_view *view);
/* The selection is complete: each message gets its number. Doubtful when more are listed than
 * exist. Not under UIDONLY. */
void iw_mailbox_view_tighten(struct iw_mailbox_view *view);

/* Of the selected mailbox only its facts are left; the view is loose or tight, and no longer
 * doubtful. */
void iw_mailbox_view_forget(struct iw_mailbox_view *view, bool loose);
/* To a loose view: all known messages that are not of that set, which is normalized, have gone. */
void iw_mailbox_view_retain(struct iw_mailbox_view *view, const struct iw_set *uids);

/* To a loose view, from where it was stored: facts, and a message (its UID must be larger than all
 * before it). False: it is not, or there is no memory or room. */
void iw_mailbox_view_set_facts(struct iw_mailbox_view *view, const struct iw_mailbox_facts *facts);
bool iw_mailbox_view_add(struct iw_mailbox_view *view, const struct iw_message *message);

/* IW_OK: it is taken, or of no concern here. IW_SYNTAX: it contradicts; IW_NO_MEMORY, IW_LIMIT:
 * room_max is reached. Then the view is doubtful. */
enum iw_result iw_mailbox_view_take(struct iw_mailbox_view *view,
                                    const struct iw_response *response, struct iw_error *error);

/* ---- what is known; valid until the next change ---- */

const struct iw_mailbox_facts *iw_mailbox_view_facts(const struct iw_mailbox_view *view);
bool iw_mailbox_view_is_doubtful(const struct iw_mailbox_view *view);
/* Of a tight view: exists; of a loose one: how many UIDs are known. */
uint32_t iw_mailbox_view_count(const struct iw_mailbox_view *view);
/* number from 1; NULL: there is none. */
const struct iw_message *iw_mailbox_view_at(const struct iw_mailbox_view *view, uint32_t number);
/* 0: no such UID is known. */
uint32_t iw_mailbox_view_number(const struct iw_mailbox_view *view, uint32_t uid);
/* How many messages have no UID here. */
uint32_t iw_mailbox_view_unknown(const struct iw_mailbox_view *view);

/* What bit i of keywords means; absent: nothing. A keyword beyond the 64th is not noted, and makes
 * flags_known false. */
struct iw_span iw_mailbox_view_keyword(const struct iw_mailbox_view *view, unsigned bit);
/* What a SEARCH, or the ALL of an ESEARCH, has found, normalized; *set is as it was when response
 * is neither. False: no memory. */
bool iw_search_as_set(const struct iw_response *response, struct iw_arena *arena,
                      struct iw_set *set);
/* All ranges of known UIDs, "1:3,5"; nothing when none is known. */
void iw_mailbox_view_write_uids(const struct iw_mailbox_view *view, struct iw_buf *out);

#endif
