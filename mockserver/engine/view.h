/* SPDX-License-Identifier: MIT */
/* The selected mailbox as one client knows it: which message has which number, and what it has been
 * told of each. The mailbox changes at any time; the view follows only when the client is told, and
 * a number keeps its message until then (RFC 9051 §7.5.1, RFC 2180 §4). */
#ifndef IW_MOCKSERVER_ENGINE_VIEW_H
#define IW_MOCKSERVER_ENGINE_VIEW_H

#include "base/arena.h"
#include "mockserver/engine/store.h"
#include "parser/option.h"

struct iw_view_entry {
    uint64_t flags, modseq; /* as the client knows them */
    uint32_t uid;
    bool recent; /* \Recent in this session */
    bool gone;   /* only while the client is being told */
};

struct iw_view {
    struct iw_mailbox *mailbox; /* NULL: none is selected */
    bool read_only;
    unsigned rights; /* as the client knows them: what it may do while the mailbox is selected */
    struct iw_view_entry *entries; /* number n is entries[n - 1] */
    size_t count, capacity;
    size_t recent;         /* entries that are */
    uint32_t uidnext;      /* messages from here on are not in the view yet */
    uint64_t flags_modseq; /* changes of flags up to here have been told */
    uint64_t flag_changes; /* … and so many of them */
    size_t expunged;       /* so many of the mailbox's log have been told */
    size_t keywords;       /* so many of the mailbox's keywords have been told */
    uint64_t annotations;  /* changes of annotations up to here have been told */
    bool over_quota;       /* it has been told that the owner's quota is exceeded */
};

/* How a client wants to be told; from what it has enabled. */
struct iw_view_style {
    bool vanished;   /* VANISHED for EXPUNGE (RFC 7162 §3.2.10) */
    bool modseq;     /* MODSEQ with FLAGS (RFC 7162 §3.2) */
    bool uid;        /* UID with FLAGS (RFC 9051 §7.5.2) */
    bool uid_only;   /* UIDFETCH for FETCH (RFC 9586 §3.3) */
    bool no_recent;  /* no RECENT, no \Recent (RFC 9051 App. E) */
    bool no_expunge; /* the command answered now must not be interrupted by EXPUNGE */
    bool no_new;     /* it does not want to hear of new messages (RFC 5465 §3.1) */
    bool no_flags;   /* … of flags */
    size_t new_max;  /* so many new messages at once; 0: all */
};

/* False: no memory; then it is closed. */
bool iw_view_open(struct iw_view *view, struct iw_mailbox *mailbox, bool read_only,
                  unsigned rights);
void iw_view_close(struct iw_view *view);

/* Index of the first entry whose UID is not below uid. */
size_t iw_view_place(const struct iw_view *view, uint32_t uid);
/* NULL: the message is gone, but the client has not been told yet. */
struct iw_message *iw_view_message(const struct iw_view *view, size_t index);

/* Whether iw_view_tell would have something to say. A constant time. */
bool iw_view_has_news(const struct iw_view *view, const struct iw_view_style *style);
/* The responses that bring the client up to date: expunges, new keywords, new messages, flags. */
void iw_view_tell(struct iw_view *view, const struct iw_view_style *style, struct iw_buf *out);
/* FLAGS, and PERMANENTFLAGS when no more can be made, if the mailbox has new keywords. */
void iw_view_tell_keywords(struct iw_view *view, struct iw_buf *out);
/* The user's rights are these from now on: PERMANENTFLAGS, if that changes them (RFC 4314 §5.1.1).
 */
void iw_view_tell_rights(struct iw_view *view, unsigned rights, struct iw_buf *out);
/* "* FLAGS (…)" and the code PERMANENTFLAGS. */
void iw_view_write_flags(const struct iw_view *view, struct iw_buf *out);
void iw_view_write_permanent_flags(const struct iw_view *view, struct iw_buf *out);
/* The client knows the flags of this message as they are. */
void iw_view_know(struct iw_view *view, size_t index, const struct iw_message *message);
/* All changes of the mailbox up to this mod-sequence have been told. */
uint64_t iw_view_modseq(const struct iw_view *view);
/* "* n FETCH (…FLAGS…)" of one message, which the client then knows. uid: with UID in any case. */
void iw_view_write_fetch_flags(struct iw_view *view, size_t index,
                               const struct iw_view_style *style, bool uid, struct iw_buf *out);

/* ---- which messages a command names ---- */

/* Indexes of a view in ascending order, as stretches; lies in an arena. */
struct iw_chosen {
    struct iw_stretch {
        size_t begin, end;
    } * stretches;
    size_t count;
    bool backwards;  /* iw_chosen_next begins with the last */
    size_t at, next; /* where it goes on: so many stretches behind, so many messages of one */
    size_t taken;    /* so many it has given */
};

/* The messages of a set of numbers, or of UIDs. IW_SYNTAX: a number beyond the last message. UIDs
 * that are not there name nothing (RFC 9051 §6.4.9). A saved set ("$") is what saved says. */
enum iw_result iw_view_choose(const struct iw_view *view, const struct iw_set *set, bool uid,
                              const struct iw_set *saved, struct iw_arena *arena,
                              struct iw_chosen *chosen);
/* The places, from *begin to before *end, that a window shows of so many (RFC 9394 §3.1). */
void iw_window_places(const struct iw_window *window, size_t count, size_t *begin, size_t *end);
/* Keeps what a window on the chosen shows. */
void iw_chosen_cut(struct iw_chosen *chosen, const struct iw_window *window);
/* Of all stretches. */
size_t iw_chosen_count(const struct iw_chosen *chosen);
/* False: that was the last. */
bool iw_chosen_next(struct iw_chosen *chosen, size_t *index);

#endif
