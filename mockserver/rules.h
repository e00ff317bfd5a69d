/* SPDX-License-Identifier: MIT */
/* The rules of a scenario, made ready: which one acts on what has come or is about to go.
 *
 * The first that matches wins. A rule with "nth" counts what its line and its other conditions let
 * through, over all connections of the host, and acts at that one. What is captured belongs to the
 * one firing. */
#ifndef IW_MOCKSERVER_RULES_H
#define IW_MOCKSERVER_RULES_H

#include "mockserver/wanted.h"

/* The rule that came nearest to acting while none has: for the report that none did. */
struct iw_near_rule {
    const struct iw_rule *rule; /* NULL: none has looked at anything */
    size_t nearness;
    char text[160];     /* the field that failed: "\"conn\" is 2, and it came on 1" */
    char received[300]; /* the line, without secrets; empty: a connection */
};

struct iw_rules {
    const struct iw_scenario *scenario; /* borrowed; NULL: no rules */
    const struct iw_bindings *names;    /* borrowed: what every firing begins with */
    struct iw_wanted *wanted;           /* one per rule */
    struct iw_wanted **during;          /* one list per rule, as rule->during */
    unsigned *hits;                     /* one per rule, for nth */
    bool on_responses;                  /* some rule looks at what is sent */
    bool on_arguments;                  /* … at the arguments of the command in progress */
    size_t fired;                       /* how often any rule has acted */
    struct iw_near_rule near;
};

/* Where a line passes. */
struct iw_rule_scene {
    unsigned conn;
    struct iw_span user;   /* logged in; absent: nobody */
    const struct iw_seen *during; /* the command in progress; without a name: none */
};

/* Lists the scenario's rules; arena holds them. names must outlive the rules. */
enum iw_result iw_rules_init(struct iw_rules *rules, const struct iw_scenario *scenario,
                             struct iw_bindings *names, struct iw_arena *arena,
                             struct iw_error *error);

/* The rule that acts, or NULL. side is whose line was seen. bindings are the names and what was
 * captured; they live in the given arena. */
const struct iw_rule *iw_rules_find(struct iw_rules *rules, enum iw_side side,
                                    const struct iw_seen *seen, const struct iw_rule_scene *scene,
                                    struct iw_arena *arena, struct iw_bindings *bindings);
/* The same for what is no line: IW_ON_ACCEPT, IW_ON_CONNECT. */
const struct iw_rule *iw_rules_find_event(struct iw_rules *rules, enum iw_rule_event event,
                                          const struct iw_rule_scene *scene, struct iw_arena *arena,
                                          struct iw_bindings *bindings);

/* "change": line with the captured places replaced, byte for byte, into out. IW_SYNTAX when a place
 * cannot be told from the others. */
enum iw_result iw_rules_change(const struct iw_rules *rules, const struct iw_rule *rule,
                               struct iw_span line, struct iw_bindings *bindings,
                               struct iw_buf *out, struct iw_error *error);

#endif
