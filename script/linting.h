/* SPDX-License-Identifier: MIT */
/* What the parts of lint share. Private to lint.c and lint_*.c. */
#ifndef IW_SCRIPT_LINTING_H
#define IW_SCRIPT_LINTING_H

#include "script/bindings.h"
#include "script/lint.h"

struct iw_linting {
    const struct iw_scenario *scenario;
    const struct iw_clauses *clauses; /* NULL: unknown */
    bool serves;                      /* imapwright is the server in it: it sends the S lines */
    bool maybe_illegal;               /* something in it may be what "illegal" is about */
    bool starved;                     /* memory ended: not everything was looked at */
    struct iw_arena scratch;          /* for one line or rule; whoever begins with one resets it */
    struct iw_arena arena;            /* the findings */
    struct iw_finding_node *first, **tail;
    size_t count;
};

struct iw_finding_node {
    struct iw_diagnostic diagnostic;
    struct iw_finding_node *next;
};

void iw_lint_find(struct iw_linting *linting, const struct iw_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "OK", "NO|BAD [X]": a tagged reply, not "* …" or "+". */
bool iw_lint_is_completion(const struct iw_line *line);

/* The first word of a line, or two behind "UID". */
struct iw_span iw_lint_command(struct iw_span text);

/* lint_names.c: names are bound before they are used, and used at all. */
void iw_lint_names(struct iw_linting *linting);

/* lint_legal.c: every line is read by our own parser, and illegal output of the server is marked.
 */
void iw_lint_lines(struct iw_linting *linting);

/* lint_effect.c: nothing stands there that can never take effect. */
void iw_lint_effect(struct iw_linting *linting);

#endif
