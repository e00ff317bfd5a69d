/* SPDX-License-Identifier: MIT */
#include "conformance/breaches.h"

#include <string.h>

enum { TOLD_MAX = 16, DETAIL_OCTETS_MAX = 1 << 14, TRANSCRIPT_OCTETS_MAX = 1 << 22 };

void iw_breaches_init(struct iw_breaches *breaches)
{
    for (size_t i = 0; i < IW_INVARIANT_COUNT; i++) {
        breaches->of[i].told = 0;
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

/* Another breach of the same invariant, unless the same has been told, or enough have. */
static void tell(struct iw_breach *breach, struct iw_span text, const char *id,
                 const struct iw_secrets *secrets)
{
    struct iw_buf redacted;
    iw_buf_init(&redacted, NULL, DETAIL_OCTETS_MAX);
    iw_secrets_write(secrets, text, &redacted);
    if (strstr(iw_buf_string(&breach->detail), iw_buf_string(&redacted)) == NULL) {
        if (breach->told < TOLD_MAX)
            iw_buf_addf(&breach->detail, "%s%s (in %s)", breach->told == 0 ? "" : "; ",
                        iw_buf_string(&redacted), id);
        if (breach->told == TOLD_MAX)
            iw_buf_add_string(&breach->detail, "; and others");
        breach->told += breach->told <= TOLD_MAX;
    }
    iw_buf_release(&redacted);
}

void iw_breaches_note(struct iw_breaches *breaches, const struct iw_invariants *invariants,
                      const char *id, const struct iw_transcript *transcript,
                      const struct iw_secrets *secrets)
{
    for (int which = 0; which < IW_INVARIANT_COUNT; which++) {
        const char *text = iw_invariants_breach(invariants, (enum iw_invariant)which);
        struct iw_breach *breach = &breaches->of[which];
        if (text == NULL)
            continue;
        if (breach->told == 0 && transcript != NULL)
            iw_transcript_write(transcript, 0, &breach->transcript);
        tell(breach, iw_span_of(text), id, secrets);
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
        if (breaches->of[which].told > 0)
            report(breaches, which, suite, expectations, results);
    }
}
