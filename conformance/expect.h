/* SPDX-License-Identifier: MIT */
/* What is known before the run: failures that are expected (--expect), and cases that did not pass
 * the last time (--rerun-failed). Both are JSON files. */
#ifndef IW_CONFORMANCE_EXPECT_H
#define IW_CONFORMANCE_EXPECT_H

#include "base/arena.h"
#include "base/buf.h"
#include "script/verdict.h"

struct iw_expected {
    struct iw_span id, reason;
};

struct iw_expectations {
    struct iw_arena arena;
    struct iw_expected *items;
    size_t count;
};

enum { IW_EXPECT_OCTETS_MAX = 64 << 20 };

/* {"server/store--silent": "reason", …}. False with a line in *problem. */
bool iw_expectations_load(struct iw_expectations *expectations, const char *path,
                          struct iw_buf *problem);
void iw_expectations_release(struct iw_expectations *expectations);

/* What a verdict becomes: one that counts becomes xfail, a pass xpass, if the id is expected to
 * fail. *reason is set when the id is known, else absent. */
enum iw_verdict iw_expectations_judge(const struct iw_expectations *expectations, const char *id,
                                      enum iw_verdict verdict, struct iw_span *reason);

/* The ids of a results file whose verdict counts, in memory of the arena; their number, or -1 with
 * a line in *problem. */
long iw_failed_ids_load(const char *path, struct iw_arena *arena, const char ***ids,
                        struct iw_buf *problem);

#endif
