/* SPDX-License-Identifier: MIT */
/* What one connection knows of the mailbox it has selected, from what the server has told: how many
 * messages there are, their UIDs, their mod-sequences, and a print of each thing that never
 * changes.
 *
 * Each function takes one thing that was told and returns NULL, or what is wrong with it: one line,
 * valid until the next call. What is wrong is believed all the same, so that it is told once. */
#ifndef IW_SCRIPT_SELECTION_H
#define IW_SCRIPT_SELECTION_H

#include "parser/response.h"

enum { IW_SELECTION_TEXT_MAX = 160, IW_SELECTION_MESSAGES_MAX = 100000 };

/* Static for a message (RFC 9051 §2.3, RFC 8474 §5): what is compared. */
enum iw_static {
    IW_STATIC_INTERNALDATE,
    IW_STATIC_SIZE,
    IW_STATIC_ENVELOPE,
    IW_STATIC_BODYSTRUCTURE,
    IW_STATIC_BODY, /* BODY[] */
    IW_STATIC_EMAILID,
    IW_STATIC_THREADID,
    IW_STATIC_COUNT
};

struct iw_selected_message {
    uint32_t uid;    /* 0: not known */
    uint64_t modseq; /* likewise */
    uint64_t prints[IW_STATIC_COUNT];
};

struct iw_selection {
    const struct iw_alloc *alloc;
    struct iw_selected_message *messages; /* in order; owned */
    size_t count, capacity;
    bool uncounted;     /* more than are kept, or no memory: nothing is compared any more */
    uint32_t uid_next;  /* when it was selected; 0: not told */
    size_t before_next; /* messages of that time: their UIDs are below uid_next */
    char text[IW_SELECTION_TEXT_MAX];
};

void iw_selection_init(struct iw_selection *selection, const struct iw_alloc *alloc);
void iw_selection_release(struct iw_selection *selection);

/* A mailbox has been selected, with so many messages, or left (0, 0). */
void iw_selection_begin(struct iw_selection *selection, uint32_t count, uint32_t uid_next);

const char *iw_selection_exists(struct iw_selection *selection, uint32_t count);
const char *iw_selection_expunge(struct iw_selection *selection, uint32_t number);
const char *iw_selection_vanished(struct iw_selection *selection, const struct iw_set *uids);

/* Parts of FETCH, each a matter of its own. number: of the message, from 1. */
const char *iw_selection_number(struct iw_selection *selection, uint32_t number);
const char *iw_selection_uid(struct iw_selection *selection, uint32_t number, uint64_t uid);
const char *iw_selection_uid_next(struct iw_selection *selection, uint32_t number, uint64_t uid);
const char *iw_selection_modseq(struct iw_selection *selection, uint32_t number, uint64_t modseq);
const char *iw_selection_static(struct iw_selection *selection, uint32_t number,
                                const struct iw_fetch_item *item);

#endif
