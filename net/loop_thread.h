/* SPDX-License-Identifier: MIT */
/* An event loop in a thread of its own, for programs that have none. All of the loop belongs to
 * that thread; others have work done there. The thread takes no signals. */
#ifndef IW_NET_LOOP_THREAD_H
#define IW_NET_LOOP_THREAD_H

#include "net/loop.h"

struct iw_loop_thread;

/* NULL, with the reason in error. */
struct iw_loop_thread *iw_loop_thread_start(struct iw_error *error);
/* Everything of the loop must be closed. */
void iw_loop_thread_stop(struct iw_loop_thread *thread);

/* To be used by work only. */
struct iw_loop *iw_loop_thread_loop(struct iw_loop_thread *thread);

/* Calls work in the thread, and returns when that says true: else it is called again after each
 * iw_loop_thread_again, for ms at most. What it said last. From any other thread; several take
 * turns. */
bool iw_loop_thread_do(struct iw_loop_thread *thread, bool (*work)(void *context), void *context,
                       unsigned ms);
/* In the thread, also from callbacks of the loop. */
void iw_loop_thread_again(struct iw_loop_thread *thread);

#endif
