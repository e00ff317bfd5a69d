/* SPDX-License-Identifier: MIT */
/* Which messages of a mailbox a search program finds: for SEARCH, SORT, THREAD and all that
 * searches (RFC 9051 §6.4.4).
 *
 * Below FUZZY (RFC 6203) a text is found when one of its words is; the more of them a message has,
 * the more relevant it is. */
#ifndef IW_MOCKSERVER_ENGINE_SEARCH_H
#define IW_MOCKSERVER_ENGINE_SEARCH_H

#include "mockserver/engine/command.h"

struct iw_hit {
    uint32_t index;     /* into the view */
    uint32_t relevancy; /* 1 to 100 (RFC 6203 §4) */
};

/* Messages that were found, in the run's arena. */
struct iw_found {
    const struct iw_view *view;
    struct iw_hit *hits; /* ascending, until they are sorted */
    size_t count;
    uint32_t lowest_uid; /* of those that MESSAGELIMIT let be looked at; 0: all (RFC 9738) */
};

/* OK; else why it cannot be searched: a charset or a key that the engine does not know. The key
 * MODSEQ enables CONDSTORE. Uses the session's scratch arena. */
struct iw_outcome iw_search(struct iw_run *run, const struct iw_view *view,
                            const struct iw_search_program *program, struct iw_found *found);
/* The same of the selected mailbox with the program of the command in progress, so much at a time:
 * on MORE the command function returns that, and calls this again when it is called again. */
struct iw_outcome iw_search_on(struct iw_run *run, struct iw_found *found);

/* The message of a hit; NULL: it has gone since. */
const struct iw_message *iw_found_message(const struct iw_found *found, size_t place);
/* Its message number, or UID. */
uint32_t iw_found_number(const struct iw_found *found, size_t place, bool uid);

/* The program has a key of that kind, at any depth. */
bool iw_search_has(const struct iw_search_program *program, enum iw_search_kind kind);

#endif
