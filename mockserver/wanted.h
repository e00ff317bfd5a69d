/* SPDX-License-Identifier: MIT */
/* A line that a rule or an oracle of "then" looks for: a command by its name alone, a pattern, or
 * exact octets ("C=: DONE"). Made once per host, when all that can be bound is bound.
 *
 * "C: FETCH" is any FETCH, UID FETCH too; "C: UID FETCH" only the latter. A command that announces
 * a literal which waits is a line of its own up to there. */
#ifndef IW_MOCKSERVER_WANTED_H
#define IW_MOCKSERVER_WANTED_H

#include "parser/frame.h"
#include "script/match.h"
#include "script/scenario.h"

struct iw_wanted {
    enum iw_side side;
    bool by_name, exact, uid;
    bool asks;               /* "C: APPEND ${...} {${n}}": up to where a literal waits for "+" */
    struct iw_span name;     /* by name; in the arena */
    struct iw_filled filled; /* exact: the octets without CRLF */
    struct iw_pattern pattern;
};

/* One line of the wire, looked at from all sides. */
struct iw_seen {
    struct iw_span octets; /* without the last CRLF */
    struct iw_span tag;    /* "*" and "+" too */
    struct iw_span name;   /* a command's, without "UID " */
    bool uid;
    bool asks;           /* it is no more than that */
    bool readable;       /* tree is set */
    struct iw_tree tree; /* behind the tag; whole for "*" and "+" */
};

enum iw_result iw_wanted_make(const struct iw_line *line, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena,
                              struct iw_wanted *wanted, struct iw_error *error);

/* Never fails: what no parser can read still has octets and, perhaps, a name. */
void iw_seen_make(const struct iw_frame *frame, enum iw_side side, struct iw_arena *arena,
                  struct iw_seen *seen);

/* Captured names go into bindings. mismatch: how near it came; what is read as octets or by name
 * has no parts that could differ. */
bool iw_wanted_matches(const struct iw_wanted *wanted, const struct iw_seen *seen,
                       struct iw_bindings *bindings, struct iw_mismatch *mismatch);

#endif
