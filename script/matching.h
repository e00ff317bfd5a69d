/* SPDX-License-Identifier: MIT */
/* One comparison under way. Private to match.c, match_value.c and match_text.c. */
#ifndef IW_SCRIPT_MATCHING_H
#define IW_SCRIPT_MATCHING_H

#include "script/match.h"
#include "script/shape.h"

struct iw_matching {
    const struct iw_filled *text; /* the expected line's, for its holes */
    struct iw_bindings trial;     /* a copy: what has been captured so far stands in front */
    struct iw_mismatch nearest;
    bool any_mismatch;
    size_t matched;
    unsigned quiet;    /* > 0: looking for a member of a set; a mismatch is not worth a report */
    size_t work;       /* values compared; past the limit nothing matches any more */
    uint64_t *claimed; /* of iw_match_spread; NULL: all pairs must be there at once */
};

/* Always false, so that `return iw_mismatch(…)` reads as it does. Kept when it is the deepest. */
bool iw_matching_fail(struct iw_matching *matching, struct iw_span expected,
                      struct iw_span received, const char *reason);

/* False when the comparison has gone on for too long. */
bool iw_matching_go_on(struct iw_matching *matching, size_t work);

/* ---- match_text.c ---- */

/* The hole that the whole of text is; NULL: it is none. */
const struct iw_hole *iw_matching_hole(const struct iw_matching *matching, struct iw_span text);
bool iw_matching_is_rest(const struct iw_matching *matching, const struct iw_node *node);

/* The hole takes a value: its conditions hold, and its name gets the value. */
bool iw_matching_take(struct iw_matching *matching, const struct iw_hole *hole, struct iw_span raw,
                      struct iw_span value);

/* Octets that may have holes in them, each of which takes the shortest run that fits. */
bool iw_matching_text(struct iw_matching *matching, struct iw_span expected,
                      struct iw_span received, bool nocase);

/* ---- match_value.c ---- */

/* One value; lists go as deep as the parser allowed. */
bool iw_matching_value(struct iw_matching *matching, enum iw_shape_kind kind,
                       const struct iw_node *expected, const struct iw_node *received);

/* All values from here to the end of their list. */
bool iw_matching_values(struct iw_matching *matching, const struct iw_shape *shape,
                        const struct iw_node *expected, const struct iw_node *received);

#endif
