/* SPDX-License-Identifier: MIT */
/* Which messages of the selected mailbox a search program finds: for SEARCH, SORT, THREAD and all
 * that searches (RFC 9051 §6.4.4). */
#ifndef IW_MOCKSERVER_ENGINE_SEARCH_H
#define IW_MOCKSERVER_ENGINE_SEARCH_H

#include "mockserver/engine/command.h"

/* Messages that were found, in the run's arena. */
struct iw_found {
    uint32_t *indexes; /* into the view, ascending */
    size_t count;
    uint64_t modseq; /* the largest of theirs */
};

/* OK; else why it cannot be searched: a charset or a key that the engine does not know. */
struct iw_outcome iw_search(struct iw_run *run, const struct iw_search_program *program,
                            struct iw_found *found);

/* The program has a key of that kind, at any depth. */
bool iw_search_has(const struct iw_search_program *program, enum iw_search_kind kind);

#endif
