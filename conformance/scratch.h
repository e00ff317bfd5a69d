/* SPDX-License-Identifier: MIT */
/* The mailbox below which a run works, and its removal.
 *
 * Its name holds the time at which it was made: "imapwright-5f0d6a31-1c2b". Only names that begin
 * like this are ever deleted: this run's own, and those of an earlier run that did not clean up
 * after itself, once they are an hour old. */
#ifndef IW_CONFORMANCE_SCRATCH_H
#define IW_CONFORMANCE_SCRATCH_H

#include "conformance/talk.h"

enum { IW_SCRATCH_OLD_SECONDS = 3600, IW_SCRATCH_NAME_MAX = 320 };

/* The name for a run that begins now; unique by the second and the number (a process id). */
void iw_scratch_name(const struct iw_target *target, int64_t unix_seconds, unsigned long number,
                     char name[IW_SCRATCH_NAME_MAX]);

/* Whether mailbox is the scratch mailbox of a run, or below one, that is older than that. */
bool iw_scratch_is_old(const struct iw_target *target, struct iw_span mailbox,
                       int64_t unix_seconds);

/* Logs in on a connection of its own, removes what old runs left, creates root, and learns what
 * APPEND does. False with a line in *problem. */
bool iw_scratch_prepare(struct iw_loop *loop, struct iw_target *target, const char *root,
                        int64_t unix_seconds, struct iw_buf *problem);

/* Removes root and everything below it. False: something is left, *problem says what. */
bool iw_scratch_remove(struct iw_loop *loop, const struct iw_target *target, const char *root,
                       struct iw_buf *problem);

#endif
