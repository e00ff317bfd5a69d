/* SPDX-License-Identifier: MIT */
/* Which messages belong together, for THREAD (RFC 5256 §3 and §4; REFS is as Dovecot has it). */
#ifndef IW_MOCKSERVER_ENGINE_THREAD_H
#define IW_MOCKSERVER_ENGINE_THREAD_H

#include "mockserver/engine/search.h"
#include "parser/thread.h"

enum iw_thread_algorithm {
    IW_THREAD_ORDEREDSUBJECT, /* by base subject alone */
    IW_THREAD_REFERENCES,     /* by references, then by base subject */
    IW_THREAD_REFS            /* by references alone; the thread with the newest message last */
};

/* Threads of what was found, in the run's arena. Uses the session's scratch arena. False: no
 * memory. */
bool iw_thread(struct iw_run *run, enum iw_thread_algorithm algorithm, const struct iw_found *found,
               struct iw_thread *thread);

#endif
