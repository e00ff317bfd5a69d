/* SPDX-License-Identifier: MIT */
/* The clause table of scenarios/clauses.json: what the standards ask for, by id. All texts are in
 * the table's arena. */
#ifndef IW_SCRIPT_CLAUSES_H
#define IW_SCRIPT_CLAUSES_H

#include "script/load.h"

struct iw_clause {
    struct iw_span id;    /* "SEL-10" */
    struct iw_span part;  /* "server", "client" */
    struct iw_span group; /* "SEL" */
    struct iw_span rfc;   /* "3501 §6.3.2 / 9051 §6.3.3" */
    enum iw_level level;
    struct iw_span requirement;
    struct iw_span how;         /* how to test it */
    struct iw_span connections; /* server clauses: "1", "2"; absent else */
    struct iw_span topic;       /* client clauses, the member "class": "greet"; absent else */
};

struct iw_clause_group {
    struct iw_span name, title; /* "CON", "Connection, greeting, states, logout" */
};

struct iw_clauses {
    struct iw_arena arena;
    struct iw_clause *items; /* sorted by id */
    size_t count;
    struct iw_clause_group *groups; /* in the order of the file */
    size_t group_count;
};

/* NULL: the reason is in *diagnostic. */
struct iw_clauses *iw_clauses_load(const char *path, struct iw_diagnostic *diagnostic);
/* The same from memory; path is for messages only. */
struct iw_clauses *iw_clauses_parse(struct iw_span json, const char *path,
                                    struct iw_diagnostic *diagnostic);
void iw_clauses_free(struct iw_clauses *clauses);

/* NULL: there is none of that id. */
const struct iw_clause *iw_clauses_find(const struct iw_clauses *clauses, struct iw_span id);

/* One whose id is like that; NULL: there is none. */
const struct iw_clause *iw_clauses_nearest(const struct iw_clauses *clauses, struct iw_span id);

#endif
