/* SPDX-License-Identifier: MIT */
/* One case of a run: it is tried once, or in every variant, for every task, several times over; the
 * row keeps the worst of these attempts and becomes one result. */
#ifndef IW_CONFORMANCE_ROW_H
#define IW_CONFORMANCE_ROW_H

#include "conformance/expect.h"
#include "conformance/results.h"
#include "conformance/secrets.h"
#include "conformance/suite.h"

/* How one attempt went. The spans are borrowed for the call. */
struct iw_attempt {
    enum iw_verdict verdict;
    const char *name; /* "n=3, task fetch INBOX"; "" when there is only one */
    struct iw_span detail, expected, received;
    struct iw_place place;                  /* line 0: nowhere */
    const struct iw_transcript *transcript; /* NULL: none */
    struct iw_span note;                    /* more for the transcript: a client's output */
    uint64_t ms;
};

enum { IW_ROW_TEXT_MAX = 1 << 20 };

struct iw_row {
    const struct iw_case *of;
    const char *path; /* of the scenario's file */
    size_t attempts, passed, not_passed;
    enum iw_verdict verdict; /* the worst so far */
    bool mirrored;           /* for the result */
    uint64_t ms;
    struct iw_buf detail, expected, received, place, pointer, tokens, transcript, names;
};

void iw_row_init(struct iw_row *row, const struct iw_case *of);
void iw_row_release(struct iw_row *row);

/* secrets may be NULL. */
void iw_row_add(struct iw_row *row, const struct iw_attempt *attempt,
                const struct iw_secrets *secrets, bool keep_transcript);

/* Judges by what was expected and hands the result on. */
void iw_row_report(struct iw_row *row, const struct iw_suite *suite,
                   const struct iw_expectations *expectations, struct iw_results *results);

#endif
