/* SPDX-License-Identifier: MIT */
/* The names of one play and their values. A value has two forms: as it stood on the wire (quotes
 * included), which is what a lone ${name} writes, and decoded, which is what one inside other text
 * writes and what comparisons use. */
#ifndef IW_SCRIPT_BINDINGS_H
#define IW_SCRIPT_BINDINGS_H

#include "base/arena.h"
#include "base/buf.h"

struct iw_binding {
    struct iw_span name;
    struct iw_span raw, value;
    struct iw_binding *next;
};

struct iw_bindings {
    struct iw_arena *arena;   /* borrowed; values are copied into it */
    struct iw_binding *first; /* a newer binding of a name stands before an older one, so that a
                                 copy of this struct is a snapshot: going back to it undoes */
    uint64_t invented;        /* made-up values so far (IW_FILL_INVENT) */
    /* Computes ${scram:argument}; NULL: base64 of nothing in particular stands for it. */
    bool (*scram)(struct iw_span argument, struct iw_span password, struct iw_buf *out);
};

/* NULL: not bound. */
const struct iw_binding *iw_bindings_get(const struct iw_bindings *bindings, struct iw_span name);

/* Binds or rebinds. False: no memory. */
bool iw_bindings_set(struct iw_bindings *bindings, struct iw_span name, struct iw_span raw,
                     struct iw_span value);

#endif
