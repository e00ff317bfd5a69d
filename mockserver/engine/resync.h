/* SPDX-License-Identifier: MIT */
/* What a client that knew a mailbox is told of it when it comes back: which messages have gone and
 * which have other flags (RFC 7162 §3.2.5, §3.2.6). */
#ifndef IW_MOCKSERVER_ENGINE_RESYNC_H
#define IW_MOCKSERVER_ENGINE_RESYNC_H

#include "mockserver/engine/command.h"

/* Lies in the run's arena. */
struct iw_resync {
    uint64_t modseq; /* that the client knows */
    bool all;        /* it asks about all messages, else about uids */
    struct iw_set uids;
    size_t index, at; /* where it goes on */
};

/* Sequence match data must be two ascending sets with as many members (RFC 7162 §3.2.5.2). */
bool iw_resync_is_good(const struct iw_qresync *known);

/* The selected mailbox is the one that the client knew: VANISHED (EARLIER) goes out. NULL: no
 * memory. */
struct iw_resync *iw_resync_begin(struct iw_run *run, const struct iw_qresync *known);
/* FETCH responses, as many as make up a piece. True: those were the last. */
bool iw_resync_go_on(struct iw_run *run, struct iw_resync *resync);

/* "* VANISHED (EARLIER) …": UIDs of this set, above that one, that have gone since; nothing if
 * there are none. What the client still sees is left out. uids NULL: of all; else it is normalized.
 * False: no memory. */
bool iw_resync_write_vanished(struct iw_run *run, uint64_t since, uint32_t above,
                              struct iw_set *uids);

#endif
