/* SPDX-License-Identifier: MIT */
#include "conformance/row.h"

#include "script/tokens.h"

enum { NAMES_MAX = 5 };

void iw_row_init(struct iw_row *row, const struct iw_case *of)
{
    *row = (struct iw_row){.of = of, .path = of->scenario->path, .verdict = IW_SKIP};
    iw_buf_init(&row->detail, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&row->expected, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&row->received, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&row->place, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&row->pointer, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&row->tokens, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&row->transcript, NULL, 8 * (size_t)IW_ROW_TEXT_MAX);
    iw_buf_init(&row->names, NULL, IW_ROW_TEXT_MAX);
}

void iw_row_release(struct iw_row *row)
{
    iw_buf_release(&row->detail);
    iw_buf_release(&row->expected);
    iw_buf_release(&row->received);
    iw_buf_release(&row->place);
    iw_buf_release(&row->pointer);
    iw_buf_release(&row->tokens);
    iw_buf_release(&row->transcript);
    iw_buf_release(&row->names);
}

/* True when a is to be reported rather than b. A case that was skipped in one variant and passed in
 * another has passed. */
static bool is_worse(enum iw_verdict a, enum iw_verdict b)
{
    static const unsigned char rank[IW_VERDICT_COUNT] = {
        [IW_SKIP] = 0,   [IW_PASS] = 1,      [IW_INFO] = 2,      [IW_XFAIL] = 3,
        [IW_XPASS] = 4,  [IW_WEAK] = 5,      [IW_DEVIATION] = 6, [IW_BLOCKED] = 7,
        [IW_FAILED] = 8, [IW_TIMED_OUT] = 9, [IW_CRASH] = 10,    [IW_SETUP] = 11,
    };
    return rank[a] > rank[b];
}

static void keep(struct iw_buf *kept, const struct iw_secrets *secrets, struct iw_span text)
{
    iw_buf_clear(kept);
    iw_secrets_write(secrets, iw_span_part(text, 0, IW_ROW_TEXT_MAX / 4), kept);
}

static void keep_place(struct iw_row *row, const struct iw_place *place)
{
    iw_buf_clear(&row->place);
    iw_buf_clear(&row->pointer);
    if (place->line > 0)
        iw_buf_addf(&row->place, "%s:%u:%u", row->path, place->line, place->column);
    iw_buf_add(&row->pointer, place->pointer);
}

static void keep_transcript_of(struct iw_row *row, const struct iw_attempt *attempt,
                               const struct iw_secrets *secrets)
{
    iw_buf_clear(&row->transcript);
    if (attempt->transcript != NULL)
        iw_transcript_write(attempt->transcript, 0, &row->transcript);
    if (attempt->note.length > 0)
        iw_secrets_write(secrets, attempt->note, &row->transcript);
}

static void add_name(struct iw_row *row, const char *name)
{
    if (name[0] == '\0' || row->not_passed > NAMES_MAX)
        return;
    iw_buf_add_string(&row->names, row->not_passed > 1 ? "; " : "");
    iw_buf_add_string(&row->names, row->not_passed == NAMES_MAX ? "…" : name);
}

void iw_row_add(struct iw_row *row, const struct iw_attempt *attempt,
                const struct iw_secrets *secrets, bool keep_transcript)
{
    const bool fine = attempt->verdict == IW_PASS || attempt->verdict == IW_SKIP;
    row->attempts++;
    row->ms += attempt->ms;
    row->passed += attempt->verdict == IW_PASS ? 1 : 0;
    row->not_passed += fine ? 0 : 1;
    if (!fine)
        add_name(row, attempt->name);
    if (row->attempts > 1 && !is_worse(attempt->verdict, row->verdict))
        return;
    row->verdict = attempt->verdict;
    keep(&row->detail, secrets, attempt->detail);
    keep(&row->expected, secrets, attempt->expected);
    keep(&row->received, secrets, attempt->received);
    iw_buf_clear(&row->tokens);
    iw_tokens_beside(iw_buf_span(&row->expected), iw_buf_span(&row->received), &row->tokens);
    keep_place(row, &attempt->place);
    if (keep_transcript || !fine)
        keep_transcript_of(row, attempt, secrets);
}

/* "12 of 240 (n=3; n=4; …): what the worst one says" */
static void write_detail(struct iw_row *row, struct iw_span reason, struct iw_buf *out)
{
    if (row->verdict == IW_XPASS)
        iw_buf_add_string(out, "passes although it is expected to fail");
    if (reason.length > 0) {
        iw_buf_add_string(out, row->verdict == IW_XPASS ? ": " : "");
        iw_buf_add(out, reason);
        iw_buf_add_string(out, row->verdict == IW_XFAIL ? ": " : "");
    }
    if (row->attempts > 1 && row->not_passed > 0)
        iw_buf_addf(out, "%zu of %zu", row->not_passed, row->attempts);
    if (row->not_passed > 0 && iw_buf_span(&row->names).length > 0)
        iw_buf_addf(out, row->attempts > 1 ? " (%s)" : "%s", iw_buf_string(&row->names));
    if (row->attempts > 1 && row->not_passed > 0)
        iw_buf_add_string(out, ": ");
    iw_buf_add(out, iw_buf_span(&row->detail));
}

void iw_row_report(struct iw_row *row, const struct iw_suite *suite,
                   const struct iw_expectations *expectations, struct iw_results *results)
{
    const struct iw_scenario *scenario = row->of->scenario;
    struct iw_buf id, detail;
    iw_buf_init(&id, NULL, IW_ROW_TEXT_MAX);
    iw_buf_init(&detail, NULL, 2 * IW_ROW_TEXT_MAX);
    iw_buf_add_string(&id, scenario->id);
    if (row->of->variant != IW_VARIANT_ALL)
        iw_variant_write(scenario, row->of->variant, &id);
    struct iw_span reason;
    row->verdict = iw_expectations_judge(expectations, iw_buf_string(&id), row->verdict, &reason);
    write_detail(row, reason, &detail);
    const struct iw_clause *clause =
        suite->clauses != NULL && scenario->covers.count > 0
            ? iw_clauses_find(suite->clauses, scenario->covers.items[0])
            : NULL;
    const struct iw_case_result result = {
        .id = iw_buf_string(&id),
        .verdict = row->verdict,
        .scenario = scenario,
        .clause = clause,
        .ms = row->ms,
        .detail = iw_buf_string(&detail),
        .expected = iw_buf_string(&row->expected),
        .received = iw_buf_string(&row->received),
        .place = iw_buf_string(&row->place),
        .pointer = iw_buf_string(&row->pointer),
        .tokens = iw_buf_string(&row->tokens),
        .transcript = iw_buf_string(&row->transcript),
        .mirrored = row->mirrored,
    };
    iw_results_case(results, &result);
    iw_buf_release(&id);
    iw_buf_release(&detail);
}
