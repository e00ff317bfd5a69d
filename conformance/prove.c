/* SPDX-License-Identifier: MIT */
#include "conformance/prove.h"

#include "conformance/engine_run.h"
#include "conformance/pair.h"

#include <stdio.h>
#include <stdlib.h>

enum { TRANSCRIPT_OCTETS_MAX = 1 << 20, TEXT_OCTETS_MAX = 1 << 16 };

/* ---- green: each check against its own other side, and against the engine ---- */

static void add_own_side(struct iw_row *row, const struct iw_prove_options *options, size_t variant)
{
    const struct iw_scenario *scenario = row->of->scenario;
    struct iw_transcript transcript;
    iw_transcript_init(&transcript, TRANSCRIPT_OCTETS_MAX);
    struct iw_pair pair;
    const struct iw_pair_options play = {.client = scenario,
                                         .server = scenario,
                                         .client_variant = variant,
                                         .server_variant = variant,
                                         .same = true,
                                         .transcript = &transcript};
    struct iw_attempt attempt = {.verdict = IW_BLOCKED, .name = "", .detail = IW_SPAN("no memory")};
    if (iw_pair_play(&pair, &play)) {
        const struct iw_finding *client = iw_play_finding(pair.client);
        const struct iw_finding *server = iw_play_finding(pair.server);
        const bool servers = pair.server_first || client->verdict == IW_PASS;
        const struct iw_finding *finding = servers ? server : client;
        attempt = (struct iw_attempt){
            .verdict = finding->verdict,
            .name = "",
            .detail = finding->text,
            .expected = finding->expected.length > 0 ? finding->expected : finding->step,
            .received = finding->received,
            .place = finding->place,
            .transcript = &transcript,
        };
    }
    iw_row_add(row, &attempt, NULL, options->keep_transcripts);
    iw_pair_release(&pair);
    iw_transcript_release(&transcript);
}

/* The engine keeps the invariants, whatever is asked of it. */
static void add_breach(const struct iw_engine_run *run, struct iw_attempt *attempt)
{
    for (int which = 0; which < IW_INVARIANT_COUNT; which++) {
        const char *breach = iw_engine_run_breach(run, (enum iw_invariant)which);
        if (breach != NULL) {
            attempt->verdict = IW_FAILED;
            attempt->name = iw_invariants_about[which].id;
            attempt->detail = iw_span_of(breach);
        }
    }
}

/* True: the check could be played. */
static bool add_on_engine(struct iw_row *row, const struct iw_prove_options *options,
                          size_t variant, const struct iw_scenario *lawful)
{
    struct iw_transcript transcript;
    struct iw_engine_run run;
    iw_transcript_init(&transcript, TRANSCRIPT_OCTETS_MAX);
    const struct iw_engine_run_options play = {
        .check = row->of->scenario, .variant = variant, .rules = lawful, .transcript = &transcript};
    struct iw_attempt attempt = {.verdict = IW_BLOCKED,
                                 .name = lawful != NULL ? lawful->id : "on the engine",
                                 .detail = IW_SPAN("no memory")};
    if (iw_engine_run(&run, &play)) {
        const struct iw_finding finding = iw_engine_run_finding(&run);
        attempt.verdict = finding.verdict;
        attempt.detail = finding.text;
        attempt.expected = finding.expected.length > 0 ? finding.expected : finding.step;
        attempt.received = finding.received;
        attempt.place = finding.place;
        attempt.transcript = &transcript;
        if (attempt.verdict == IW_PASS)
            add_breach(&run, &attempt);
    }
    const bool played = attempt.verdict != IW_SKIP;
    if (played)
        iw_row_add(row, &attempt, NULL, options->keep_transcripts);
    iw_engine_run_release(&run);
    iw_transcript_release(&transcript);
    return played;
}

/* Whether a variation is of what the check is about: its clause is among those it covers. */
static bool varies(const struct iw_scenario *lawful, const struct iw_scenario *check)
{
    for (size_t i = 0; i < lawful->covers.count && check->covers.count > 0; i++) {
        if (iw_span_equal(lawful->covers.items[i], check->covers.items[0]))
            return true;
    }
    return false;
}

/* Where nothing has what the check needs, that says nothing about the check. */
static bool add_on_engines(struct iw_row *row, const struct iw_prove_options *options,
                           size_t variant)
{
    bool played = add_on_engine(row, options, variant, NULL);
    for (size_t i = 0; i < options->lawful->count && !played; i++) {
        const struct iw_scenario *lawful = options->lawful->cases[i].scenario;
        played = varies(lawful, row->of->scenario) && add_on_engine(row, options, variant, lawful);
    }
    return played;
}

static void prove_green(const struct iw_prove_options *options, const struct iw_case *of)
{
    struct iw_row row;
    iw_row_init(&row, of);
    size_t first;
    const size_t variants = iw_case_variants(of, &first);
    bool on_engine = false;
    for (size_t v = first; v < first + variants; v++) {
        add_own_side(&row, options, v);
        on_engine = add_on_engines(&row, options, v) || on_engine;
    }
    row.mirrored = !on_engine;
    iw_row_report(&row, options->checks, options->expectations, options->results);
    iw_row_release(&row);
}

/* ---- red: each mutant against the checks it breaks ---- */

struct red {
    const struct iw_scenario *mutant;
    struct iw_buf detail; /* of the last check played */
    const char **also;    /* other checks that it reddens; owned */
    size_t also_count;
};

static const struct iw_scenario *find_check(const struct iw_suite *checks, struct iw_span id)
{
    for (size_t i = 0; i < checks->count; i++) {
        if (iw_span_equal(iw_span_of(checks->cases[i].scenario->id), id))
            return checks->cases[i].scenario;
    }
    return NULL;
}

/* Whether the check notices; what it says goes to *detail. */
static bool notices(const struct iw_finding *finding, struct iw_buf *detail)
{
    if (finding->verdict == IW_PASS || finding->verdict == IW_SKIP ||
        finding->verdict == IW_BLOCKED) {
        iw_buf_addf(detail, "the check does not notice: %s", iw_verdict_name(finding->verdict));
        return false;
    }
    iw_buf_add(detail, finding->text);
    return true;
}

/* A mutant that is rules breaks the engine. One whose rules cannot be played, or have not acted,
 * proves nothing. */
static bool kills_by_rules(const struct iw_engine_run_options *play, struct iw_buf *detail)
{
    struct iw_engine_run run;
    bool killed = false;
    iw_buf_clear(detail);
    if (iw_engine_run(&run, play)) {
        const struct iw_finding finding = iw_engine_run_finding(&run);
        const struct iw_finding *mutant = iw_host_finding(run.host);
        killed = notices(&finding, detail);
        if (killed && mutant->verdict == IW_BLOCKED) {
            killed = false;
            iw_buf_clear(detail);
            iw_buf_add(detail, mutant->text);
        }
    } else {
        iw_buf_add_string(detail, "no memory");
    }
    iw_engine_run_release(&run);
    return killed;
}

/* A mutant that does not follow the check to the defect it has proves nothing. */
static bool kills(const struct iw_pair_options *play, struct iw_buf *detail)
{
    struct iw_pair pair;
    bool killed = false;
    iw_buf_clear(detail);
    if (!iw_pair_play(&pair, play)) {
        iw_buf_add_string(detail, "no memory");
    } else if (pair.server_first) {
        iw_buf_add_string(detail, "the mutant does not follow the check: ");
        iw_buf_add(detail, iw_play_finding(pair.server)->text);
    } else {
        killed = notices(iw_play_finding(pair.client), detail);
    }
    iw_pair_release(&pair);
    return killed;
}

/* By some variant of the check. */
static bool is_killed(const struct iw_scenario *mutant, const struct iw_scenario *check,
                      struct iw_buf *detail)
{
    bool killed = false;
    for (size_t v = 0; v < iw_scenario_variants(check) && !killed; v++) {
        size_t of_mutant = v < iw_scenario_variants(mutant) ? v : 0;
        const struct iw_pair_options pair = {
            .client = check, .server = mutant, .client_variant = v, .server_variant = of_mutant};
        const struct iw_engine_run_options engine = {
            .check = check, .variant = v, .rules = mutant, .rules_variant = of_mutant};
        killed = mutant->rules != NULL ? kills_by_rules(&engine, detail) : kills(&pair, detail);
    }
    return killed;
}

/* IW_INVARIANT_COUNT: it is none. */
static enum iw_invariant find_invariant(struct iw_span id)
{
    enum iw_invariant which = 0;
    while (which < IW_INVARIANT_COUNT &&
           !iw_span_equal(id, iw_span_of(iw_invariants_about[which].id)))
        which++;
    return which;
}

static bool shows_breach(const struct iw_scenario *check, const struct iw_scenario *mutant,
                         enum iw_invariant which, struct iw_buf *detail)
{
    struct iw_engine_run run;
    const struct iw_engine_run_options play = {.check = check, .rules = mutant};
    const char *breach = iw_engine_run(&run, &play) ? iw_engine_run_breach(&run, which) : NULL;
    if (breach != NULL)
        iw_buf_addf(detail, "%s (in %s)", breach, check->id);
    iw_engine_run_release(&run);
    return breach != NULL;
}

/* By any of the checks, whatever they are about. */
static bool breaks_invariant(const struct iw_prove_options *options,
                             const struct iw_scenario *mutant, enum iw_invariant which,
                             struct iw_buf *detail)
{
    iw_buf_clear(detail);
    for (size_t i = 0; i < options->checks->count; i++) {
        if (shows_breach(options->checks->cases[i].scenario, mutant, which, detail))
            return true;
    }
    iw_buf_add_string(detail, "no check shows it");
    return false;
}

static bool is_named(const struct iw_texts *names, const char *id)
{
    for (size_t i = 0; i < names->count; i++) {
        if (iw_span_equal(names->items[i], iw_span_of(id)))
            return true;
    }
    return false;
}

/* What else a mutant reddens; of a dialogue nobody else knows a word. */
static void find_also_red(const struct iw_prove_options *options, struct red *red)
{
    const struct iw_scenario *mutant = red->mutant;
    if (options->also_red == NULL || mutant->rules == NULL)
        return;
    red->also = calloc(options->checks->count, sizeof *red->also);
    for (size_t i = 0; red->also != NULL && i < options->checks->count; i++) {
        const struct iw_scenario *check = options->checks->cases[i].scenario;
        if (!is_named(&mutant->breaks, check->id) && is_killed(mutant, check, &red->detail))
            red->also[red->also_count++] = check->id;
    }
}

static void report_mutant(const struct iw_prove_options *options, struct red *red,
                          const char *check, bool killed)
{
    if (killed && red->also_count > IW_PROVE_ALSO_RED_MAX && red->mutant->why.length == 0) {
        killed = false;
        iw_buf_clear(&red->detail);
        iw_buf_addf(&red->detail, "it turns %zu other checks red, and has no \"why\"",
                    red->also_count);
    }
    const struct iw_mutant_result result = {.mutant = red->mutant->id,
                                            .check = check,
                                            .killed = killed,
                                            .mirrored = red->mutant->rules == NULL,
                                            .detail = iw_buf_string(&red->detail),
                                            .also_red = red->also,
                                            .also_red_count = red->also_count};
    iw_results_mutant(options->results, &result);
}

static void prove_breaks(const struct iw_prove_options *options, struct red *red,
                         struct iw_span breaks)
{
    const struct iw_scenario *check = find_check(options->checks, breaks);
    const enum iw_invariant which = find_invariant(breaks);
    if (which < IW_INVARIANT_COUNT && options->all_checks) {
        const bool killed = breaks_invariant(options, red->mutant, which, &red->detail);
        report_mutant(options, red, iw_invariants_about[which].id, killed);
    } else if (check != NULL) {
        const bool killed = is_killed(red->mutant, check, &red->detail);
        report_mutant(options, red, check->id, killed);
    } else if (options->all_checks && which == IW_INVARIANT_COUNT) {
        iw_buf_clear(&red->detail);
        iw_buf_add_string(&red->detail, "there is no such check");
        report_mutant(options, red, breaks.data, false); /* a JSON string ends in NUL */
    }
}

static void prove_red(const struct iw_prove_options *options, const struct iw_scenario *mutant)
{
    struct red red = {.mutant = mutant};
    iw_buf_init(&red.detail, NULL, TEXT_OCTETS_MAX);
    find_also_red(options, &red);
    for (size_t i = 0; i < mutant->breaks.count; i++)
        prove_breaks(options, &red, mutant->breaks.items[i]);
    iw_buf_release(&red.detail);
    free(red.also);
}

void iw_prove(const struct iw_prove_options *options)
{
    for (size_t i = 0; i < options->checks->count; i++)
        prove_green(options, &options->checks->cases[i]);
    for (size_t i = 0; i < options->mutants->count; i++) {
        const struct iw_scenario *mutant = options->mutants->cases[i].scenario;
        if (options->also_red == NULL || iw_case_selected(mutant->id, options->also_red))
            prove_red(options, mutant);
    }
}
