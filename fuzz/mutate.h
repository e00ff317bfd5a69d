/* SPDX-License-Identifier: MIT */
/* A mutator that knows the grammar: of a stream of responses or commands it takes a frame and gives
 * it one fault of parser/malform.h, doubles it or drops it; up to three times. What it makes is
 * well-formed but for that, so it gets deeper into a parser than changed octets do.
 *
 * Pure: the same stream, role and seed make the same outcome. */
#ifndef IW_FUZZ_MUTATE_H
#define IW_FUZZ_MUTATE_H

#include "base/buf.h"
#include "parser/frame.h"

/* Responses begin with "*", "+", or a tag and a state; all else is commands. */
enum iw_frame_role iw_mutate_role(struct iw_span stream);

/* Adds the outcome to out. False, and nothing is added: there is no whole frame in the stream, or
 * the outcome has more than max octets. */
bool iw_mutate(struct iw_buf *out, struct iw_span stream, enum iw_frame_role role, uint64_t seed,
               size_t max);

#endif
