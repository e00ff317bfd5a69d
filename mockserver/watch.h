/* SPDX-License-Identifier: MIT */
/* What a scenario's "then" says about the client's commands, watched as they come: `never`, `count`
 * and, from the first thing a rule did on, `in_sync` (they parse strictly, use fresh tags and fit
 * the state). The first fault stands. */
#ifndef IW_MOCKSERVER_WATCH_H
#define IW_MOCKSERVER_WATCH_H

#include "mockserver/wanted.h"
#include "script/play.h"

struct iw_watch {
    const struct iw_scenario *scenario; /* borrowed; NULL: nothing is watched */
    const struct iw_bindings *names;    /* borrowed; among them the password, which is not shown */
    struct iw_arena *arena;             /* borrowed */
    struct iw_wanted *never, *counted;
    unsigned *counts;          /* one per member of then.counts */
    struct iw_finding finding; /* IW_PASS: no fault yet; texts are in the arena */
};

/* One command that has come whole, or as far as it was let. */
struct iw_watched {
    const struct iw_seen *seen;
    const struct iw_error *syntax; /* NULL: the strict parser could read it */
    bool fresh_tag, fits;
    bool troubled; /* a rule has acted before */
};

enum iw_result iw_watch_init(struct iw_watch *watch, const struct iw_scenario *scenario,
                             struct iw_bindings *names, struct iw_arena *arena,
                             struct iw_error *error);
void iw_watch_command(struct iw_watch *watch, const struct iw_watched *command);
/* One that has come up to where a literal waits. */
void iw_watch_ask(struct iw_watch *watch, const struct iw_seen *seen);
/* Octets have come behind that before they might. */
void iw_watch_early(struct iw_watch *watch, struct iw_span announcement, bool troubled);
/* Any fault; text is one line. The first stands. place NULL: it has none. */
void iw_watch_fault(struct iw_watch *watch, enum iw_verdict verdict, const struct iw_place *place,
                    struct iw_span expected, struct iw_span received, const char *text);
/* What it would be if the client were done now: also counts that are not what they shall be. */
struct iw_finding iw_watch_judge(const struct iw_watch *watch);

#endif
