/* SPDX-License-Identifier: MIT */
/* A stream compressed both ways with raw deflate (RFC 1951, as COMPRESS has it, RFC 4978), without
 * sockets: packed octets on the network's side, plain ones on ours. The memory is constant: what
 * swells when it is unpacked is taken piece by piece. */
#ifndef IW_NET_DEFLATE_H
#define IW_NET_DEFLATE_H

#include "base/buf.h"
#include "base/result.h"

struct iw_deflate;

/* NULL: no memory. */
struct iw_deflate *iw_deflate_new(void);
void iw_deflate_free(struct iw_deflate *deflate);

/* Adds to *packed all that the other end needs to read octets. IW_OK; IW_LIMIT: *packed is full,
 * and nothing more can be sent. */
enum iw_result iw_deflate_send(struct iw_deflate *deflate, struct iw_span octets,
                               struct iw_buf *packed, struct iw_error *error);

/* Octets that came from the network; borrowed until iw_deflate_take has given IW_MORE. */
void iw_deflate_feed(struct iw_deflate *deflate, struct iw_span packed);

/* Up to size plain octets into room. IW_OK with *got > 0; IW_MORE: feed again; IW_CLOSED: the other
 * end has ended its stream; IW_SYNTAX: that is no deflate. After the last two nothing more comes.
 */
enum iw_result iw_deflate_take(struct iw_deflate *deflate, char *room, size_t size, size_t *got,
                               struct iw_error *error);

#endif
