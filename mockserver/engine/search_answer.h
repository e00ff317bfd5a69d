/* SPDX-License-Identifier: MIT */
/* How SEARCH, SORT and ESEARCH tell what they have found, as the options behind RETURN want it
 * (RFC 9051 §6.4.4; RFC 4731, 5182, 5267, 6203, 9394). */
#ifndef IW_MOCKSERVER_ENGINE_SEARCH_ANSWER_H
#define IW_MOCKSERVER_ENGINE_SEARCH_ANSWER_H

#include "mockserver/engine/search.h"
#include "parser/esearch.h"

/* Why the command in progress may not have these options; NULL: it may. */
const char *iw_search_answer_fault(const struct iw_run *run);

/* All that SEARCH and SORT do with what they have found; outcome is that of the search. */
struct iw_outcome iw_search_answer(struct iw_run *run, const struct iw_found *found,
                                   struct iw_outcome outcome);
/* What ESEARCH does with what it has found in one mailbox, which the correlator names; the tag is
 * added. */
struct iw_outcome iw_search_answer_from(struct iw_run *run, const struct iw_found *found,
                                        struct iw_correlator correlator, struct iw_outcome outcome);

#endif
