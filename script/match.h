/* SPDX-License-Identifier: MIT */
/* Compares a received line with an expected one, as values (docs/scenarios.md, "Matching").
 *
 * The shape of each response and command stands in one table (match.c): which argument is a set of
 * flags, which a number set, which a list of name and value pairs. Everything else is an ordered
 * tree. */
#ifndef IW_SCRIPT_MATCH_H
#define IW_SCRIPT_MATCH_H

#include "parser/tree.h"
#include "script/bindings.h"
#include "script/filled.h"

enum { IW_ALTERNATIVES_MAX = 4 };

/* One of "NO|BAD|OK". A code is demanded only with the word it is written behind: "OK|NO [MODIFIED
 * 1]" is satisfied by any OK, and by a NO that carries the code. */
struct iw_alternative {
    struct iw_span word;        /* "OK"; a hole's mark takes any */
    const struct iw_node *code; /* NULL: none is demanded */
    const struct iw_node *text; /* prose: only a lone ${name} or ${name...} in it has an effect */
};

/* An expected line, ready to be compared. It borrows from the arena it was made in. */
struct iw_pattern {
    enum iw_tree_kind kind;
    struct iw_tree tree;   /* without a tag for "S: OK" and commands; with "*" or "+" else */
    struct iw_filled text; /* for its holes, and for messages */
    struct iw_span framed; /* the octets the tree borrows from */
    struct iw_alternative alternatives[IW_ALTERNATIVES_MAX]; /* of a status response */
    size_t alternative_count;                                /* 0: not a status response */
    bool completion;                                         /* a tagged reply */
    bool continuation;                                       /* "+" */
    bool asks;      /* "APPEND box {5}", "… {${n}}": a command up to where its literal waits */
    size_t freedom; /* number of holes: lines with fewer choose first */
};

/* error.offset is in the filled octets. */
enum iw_result iw_pattern_make(struct iw_filled text, enum iw_tree_kind kind,
                               struct iw_arena *arena, struct iw_pattern *pattern,
                               struct iw_error *error);

/* How far a comparison came, for the near-miss report: the deeper, the nearer. */
struct iw_mismatch {
    size_t matched;          /* nodes that were equal */
    struct iw_span expected; /* the node that was not, as written, holes still marks; absent:
                                nothing more is expected */
    struct iw_span received; /* absent: nothing there */
    const char *reason;      /* static: "differs", "is missing", "is NIL", "not greater" … */
};

/* received begins behind the tag (completions, commands) or with "*", "+". Captured names go into
 * bindings only when the whole line matches. A hole whose name bindings already knows must have
 * that value: so a name means one thing in all lines that are matched with the same bindings. */
bool iw_match(const struct iw_pattern *pattern, const struct iw_tree *received,
              struct iw_bindings *bindings, struct iw_mismatch *mismatch);

/* What of the pattern received already satisfies although not all of it is there: FETCH and STATUS
 * items may be spread over several responses. *claimed collects across calls, one bit per item;
 * true when every item has been seen. */
bool iw_match_spread(const struct iw_pattern *pattern, const struct iw_tree *received,
                     struct iw_bindings *bindings, uint64_t *claimed, struct iw_mismatch *mismatch);

/* C=: and S=:, both without CRLF: these very octets; a hole takes the shortest run that fits. */
bool iw_match_exact(const struct iw_filled *expected, struct iw_span received,
                    struct iw_bindings *bindings);

/* The same in a stream, with CRLF: the number of octets when the stream begins with them, 0 when it
 * does not, SIZE_MAX when it still may. With holes it is one line of the stream. */
size_t iw_match_octets(const struct iw_filled *expected, struct iw_span stream,
                       struct iw_bindings *bindings);

/* ASSERT: "${b} > ${a}", "${x} in ${set}", "${x} not-in ${set}", "${a} same-set ${b}",
 * "count ${list} = 3", filled. */
enum iw_result iw_match_assert(struct iw_span filled, bool *holds, struct iw_error *error);

#endif
