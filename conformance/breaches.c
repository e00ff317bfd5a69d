/* SPDX-License-Identifier: MIT */
#include "conformance/breaches.h"

enum { DETAIL_OCTETS_MAX = 4096, TRANSCRIPT_OCTETS_MAX = 1 << 22 };

void iw_breaches_init(struct iw_breaches *breaches)
{
    for (size_t i = 0; i < IW_INVARIANT_COUNT; i++) {
        iw_buf_init(&breaches->of[i].detail, NULL, DETAIL_OCTETS_MAX);
        iw_buf_init(&breaches->of[i].transcript, NULL, TRANSCRIPT_OCTETS_MAX);
    }
}

void iw_breaches_release(struct iw_breaches *breaches)
{
    for (size_t i = 0; i < IW_INVARIANT_COUNT; i++) {
        iw_buf_release(&breaches->of[i].detail);
        iw_buf_release(&breaches->of[i].transcript);
    }
}

void iw_breaches_note(struct iw_breaches *breaches, const struct iw_invariants *invariants,
                      const char *id, const struct iw_transcript *transcript,
                      const struct iw_secrets *secrets)
{
    for (int which = 0; which < IW_INVARIANT_COUNT; which++) {
        const char *breach = iw_invariants_breach(invariants, (enum iw_invariant)which);
        struct iw_buf *detail = &breaches->of[which].detail;
        if (breach == NULL || detail->length > 0)
            continue;
        iw_secrets_write(secrets, iw_span_of(breach), detail);
        iw_buf_addf(detail, " (in %s)", id);
        if (transcript != NULL)
            iw_transcript_write(transcript, 0, &breaches->of[which].transcript);
    }
}

static void report(const struct iw_breaches *breaches, int which, const struct iw_suite *suite,
                   const struct iw_expectations *expectations, struct iw_results *results)
{
    const struct iw_invariant_about *about = &iw_invariants_about[which];
    const struct iw_clause *clause =
        suite->clauses != NULL ? iw_clauses_find(suite->clauses, iw_span_of(about->clause)) : NULL;
    struct iw_buf detail, transcript;
    struct iw_span reason;
    const enum iw_verdict found =
        iw_verdict_of_level(clause != NULL ? clause->level : IW_LEVEL_DEF);
    iw_buf_init(&detail, NULL, 2 * DETAIL_OCTETS_MAX);
    iw_buf_init(&transcript, NULL, TRANSCRIPT_OCTETS_MAX);
    iw_buf_add(&transcript, iw_buf_span(&breaches->of[which].transcript));
    const enum iw_verdict verdict = iw_expectations_judge(expectations, about->id, found, &reason);
    if (reason.length > 0) {
        iw_buf_add(&detail, reason);
        iw_buf_add_string(&detail, ": ");
    }
    iw_buf_addf(&detail, "%s: ", about->title);
    iw_buf_add(&detail, iw_buf_span(&breaches->of[which].detail));
    const struct iw_case_result result = {.id = about->id,
                                          .verdict = verdict,
                                          .clause = clause,
                                          .detail = iw_buf_string(&detail),
                                          .expected = "",
                                          .received = "",
                                          .place = "",
                                          .pointer = "",
                                          .tokens = "",
                                          .transcript = iw_buf_string(&transcript)};
    iw_results_case(results, &result);
    iw_buf_release(&detail);
    iw_buf_release(&transcript);
}

void iw_breaches_report(const struct iw_breaches *breaches, const struct iw_suite *suite,
                        const struct iw_expectations *expectations, struct iw_results *results)
{
    for (int which = 0; which < IW_INVARIANT_COUNT; which++) {
        if (breaches->of[which].detail.length > 0)
            report(breaches, which, suite, expectations, results);
    }
}
