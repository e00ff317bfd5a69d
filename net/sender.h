/* SPDX-License-Identifier: MIT */
/* A connection's way out, below TLS. Octets go to the kernel at once, and what it does not take
 * waits in a queue; under a passage they wait in an outbox first, and a timer lets them go. Behind
 * the last one goes FIN.
 *
 * Events come from inside the loop; only failed may also come from inside a call. In none of them
 * may the sender be freed. */
#ifndef IW_NET_SENDER_H
#define IW_NET_SENDER_H

#include "net/loop.h"

struct iw_sender;
struct uv_stream_s; /* libuv's stream */

struct iw_sender_events {
    /* The kernel has all that had to wait. */
    void (*drained)(void *context);
    /* The passage has come to its cut. */
    void (*cut)(void *context);
    /* The kernel has FIN, or it was refused: then sent is false. */
    void (*finished)(void *context, bool sent);
    /* Nothing is sent from here on. IW_CLOSED: the other end has reset the connection. */
    void (*failed)(void *context, enum iw_result code, const char *detail);
};

/* The stream is borrowed. NULL: no memory. */
struct iw_sender *iw_sender_new(struct iw_loop *loop, struct uv_stream_s *stream,
                                const struct iw_sender_events *events, void *context);
/* Once the stream is closed. */
void iw_sender_free(struct iw_sender *sender);

/* Copies. More than 256 MiB that wait are a failure. */
void iw_sender_write(struct iw_sender *sender, struct iw_span octets);
/* From here on octets go by this passage, those that wait in an outbox included; copied. */
void iw_sender_set_passage(struct iw_sender *sender, const struct iw_passage *passage,
                           uint64_t seed);
/* FIN is due behind all that waits, and nothing more is written. */
void iw_sender_end(struct iw_sender *sender);
/* Nothing goes out any more, not even what waits in an outbox. */
void iw_sender_stop(struct iw_sender *sender);

/* What is written may still go out: it has neither been ended nor stopped. */
bool iw_sender_is_open(const struct iw_sender *sender);
/* It was ended, and the kernel has everything, FIN too, or has refused it. */
bool iw_sender_is_finished(const struct iw_sender *sender);
/* Octets that a passage holds back. */
size_t iw_sender_held(const struct iw_sender *sender);
/* Octets that wait, here or in libuv's queue. */
size_t iw_sender_queued(const struct iw_sender *sender);
/* Segments that were given to the kernel so far. */
uint64_t iw_sender_segments(const struct iw_sender *sender);

#endif
