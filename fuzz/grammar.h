/* SPDX-License-Identifier: MIT */
/* What must hold for everything that is parsed from a whole frame and written again.
 *
 * For each frame of a stream: an error has its code and an offset within the frame; what is parsed
 * is written as one frame that parses to an equal value and is written the same again; what is
 * parsed strictly is parsed to the same value with every leniency allowed, but for what is kept
 * because it is bad; and what uses no leniency is parsed strictly; memory stays below
 * limits.values, and below a multiple of the frame; with small limits the result is the same or
 * IW_LIMIT. */
#ifndef IW_FUZZ_GRAMMAR_H
#define IW_FUZZ_GRAMMAR_H

#include "parser/command.h"
#include "parser/response.h"
#include "parser/tree.h"

union iw_value {
    struct iw_response response;
    struct iw_command command;
    struct iw_tree tree;
};

struct iw_grammar {
    enum iw_frame_role role;
    enum iw_result (*parse)(const struct iw_frame *frame, struct iw_arena *arena,
                            const struct iw_limits *limits, struct iw_lenient *lenient,
                            union iw_value *value, struct iw_error *error);
    void (*write)(struct iw_buf *out, const union iw_value *value);
    bool (*equal)(const union iw_value *a, const union iw_value *b);
    /* Something in it does not fit the grammar and is kept for that: a leniency may read it. NULL:
     * that cannot be. */
    bool (*spoilt)(const union iw_value *value);
};

void iw_grammar_holds(const struct iw_grammar *grammar, struct iw_span stream);

#endif
