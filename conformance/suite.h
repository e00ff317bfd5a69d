/* SPDX-License-Identifier: MIT */
/* Which cases a run is about: the scenario files below a directory, narrowed by the names on the
 * command line, a shard and a profile. Owns the scenarios. */
#ifndef IW_CONFORMANCE_SUITE_H
#define IW_CONFORMANCE_SUITE_H

#include "base/buf.h"
#include "script/clauses.h"

#define IW_VARIANT_ALL ((size_t)-1)

struct iw_case {
    const struct iw_scenario *scenario; /* of the suite's scenarios */
    size_t variant;                     /* IW_VARIANT_ALL unless one was asked for: "id[n=3]" */
};

struct iw_suite {
    struct iw_case *cases; /* sorted by id */
    size_t count;
    struct iw_scenario **scenarios;
    size_t scenario_count;
    struct iw_clauses *clauses; /* NULL when the directory has no clauses.json */
};

struct iw_suite_options {
    const char *directory;    /* "…/scenarios" */
    const char *folder;       /* "server", "client" or "mutants": the part of it to use */
    const char *const *names; /* ids, prefixes, globs, files; none: all */
    size_t name_count;
    const char *profile;    /* cases of this profile and of none; NULL: "rev1"; "all": every one */
    unsigned shard, shards; /* this part, from 1, of that many; 0, 0: all */
};

/* False with a message of one or more lines in *problem: a file that cannot be loaded, a name that
 * fits nothing. Only files that are selected are loaded. */
bool iw_suite_load(struct iw_suite *suite, const struct iw_suite_options *options,
                   struct iw_buf *problem);
void iw_suite_release(struct iw_suite *suite);

/* The directory beside the executable (its own, its parent's, …) or the installed one; false: none
 * is there. */
bool iw_suite_find_directory(struct iw_buf *path);

/* name: an id ("server/store/silent"), its first words ("server/store"), a glob; with or without
 * the folder in front. A name with a variant ("…[n=3]") fits the same id. */
bool iw_case_selected(const char *id, const char *name);

/* Which shard the index-th case (from 0) belongs to is index modulo shards. */
bool iw_case_in_shard(size_t index, unsigned shard, unsigned shards);

/* "2/5" → 2, 5. False: not 1 <= I <= N. */
bool iw_shard_parse(const char *text, unsigned *shard, unsigned *shards);

/* How many variants are to be played, from *first on. */
size_t iw_case_variants(const struct iw_case *of, size_t *first);

/* "[n=3,how=rst]"; nothing for a scenario without vary. */
void iw_variant_write(const struct iw_scenario *scenario, size_t variant, struct iw_buf *out);

#endif
