/* SPDX-License-Identifier: MIT */
/* The results of a run as a stream: begin, one result per case, one per mutant, end. Every report
 * (terminal, JSON, JUnit, TAP, HTML) is fed from this one stream and so says the same.
 *
 * The texts of a result are borrowed for the duration of the call; a report keeps what it needs.
 * Secrets are gone from them before they come here. */
#ifndef IW_CONFORMANCE_RESULTS_H
#define IW_CONFORMANCE_RESULTS_H

#include "base/buf.h"
#include "script/clauses.h"
#include "script/verdict.h"

#include <stdio.h>

/* One case, or a part of the set-up that failed (then scenario is NULL and id names the part). No
 * text is NULL; what does not apply is "". */
struct iw_case_result {
    const char *id; /* with the variant in brackets if a single one was asked for */
    enum iw_verdict verdict;
    const struct iw_scenario *scenario;
    const struct iw_clause *clause; /* the one it decides; NULL: none is known */
    uint64_t ms;
    const char *detail;   /* one line: what differs, or why it was skipped or blocked */
    const char *expected; /* the line that was wanted, filled in */
    const char *received; /* the nearest line that came */
    const char *place;    /* file:line:column of the step */
    const char *pointer;  /* its JSON pointer */
    const char *tokens;   /* expected and received beside each other, a line a token */
    const char *transcript;
    bool mirrored; /* --prove: no engine has what it needs, it has met its own other side only */
};

/* One mutant against one check that it must turn red. */
struct iw_mutant_result {
    const char *mutant, *check;
    bool killed;
    const char *detail;          /* how the check noticed, or that it did not */
    const char *const *also_red; /* other checks that it reddened */
    size_t also_red_count;
    bool mirrored; /* it breaks no engine, but is the check's other side with the defect in it */
};

/* What all reports say about the run. */
struct iw_run {
    const char *command; /* "check-server" */
    const char *target;  /* the URL without password, or the client's command */
    /* The command that runs one case again is before, a blank, the quoted id, after. */
    const char *again_before, *again_after;
    bool strict; /* a weak result counts */
};

struct iw_summary {
    size_t counts[IW_VERDICT_COUNT];
    size_t total;
    size_t mutants, survivors;
    size_t mirrored_cases, mirrored_mutants;
    uint64_t ms;
    bool interrupted; /* by a signal or the run's time limit */
    bool unusable;    /* set-up failed: nothing, or not everything, was tested */
};

/* Stands in a transcript before what the client wrote. */
#define IW_RESULT_NOTE "what the client wrote:\n"

struct iw_report;

/* What a report does at each event. end writes what has been kept back and says whether all could
 * be written. */
struct iw_report_calls {
    void (*begin)(struct iw_report *report);
    void (*result)(struct iw_report *report, const struct iw_case_result *result);
    void (*mutant)(struct iw_report *report, const struct iw_mutant_result *mutant);
    void (*end)(struct iw_report *report, const struct iw_summary *summary);
};

struct iw_report {
    const struct iw_report_calls *calls;
    const struct iw_run *run; /* borrowed */
    FILE *file;            /* closed at the end unless it is stdout; NULL: writes its own files */
    const char *path;      /* for messages */
    struct iw_buf body;    /* what must wait until the numbers are known */
    struct iw_buf mutants; /* the same, for mutants */
    size_t number;         /* cases and mutants so far */
    bool verbose;
    bool colour;
    bool failed; /* something could not be written */
};

extern const struct iw_report_calls iw_report_text, iw_report_json, iw_report_junit, iw_report_tap,
    iw_report_html, iw_report_transcripts;

/* The whole JSON document at the end of a run, for the reports that hold it. */
void iw_report_json_compose(const struct iw_report *report, const struct iw_summary *summary,
                            struct iw_buf *out);

enum { IW_REPORT_WIRE_LINES = 20, IW_REPORTS_MAX = 8, IW_REPORT_OCTETS_MAX = 1 << 29 };

struct iw_results {
    struct iw_run run;
    struct iw_report reports[IW_REPORTS_MAX];
    size_t report_count;
    struct iw_summary summary;
};

void iw_results_init(struct iw_results *results, const struct iw_run *run);

/* path "-" is stdout. IW_SYSTEM: the file cannot be written. */
enum iw_result iw_results_add(struct iw_results *results, const struct iw_report_calls *calls,
                              const char *path, struct iw_error *error);

/* Writes the transcript of each case into a file of its own below the directory, which is made. */
enum iw_result iw_results_add_transcripts(struct iw_results *results, const char *directory,
                                          struct iw_error *error);

void iw_results_begin(struct iw_results *results);
void iw_results_case(struct iw_results *results, const struct iw_case_result *result);
void iw_results_mutant(struct iw_results *results, const struct iw_mutant_result *mutant);

/* A part of the set-up that failed ("target", "client"): nothing, or nothing more, can be tested.
 */
void iw_results_unusable(struct iw_results *results, const char *part, enum iw_verdict verdict,
                         const char *detail);

/* Ends all reports and releases them. The run's exit status: 0 all as expected, 1 something was
 * not, 2 usage or set-up, and when a report could not be written. */
int iw_results_end(struct iw_results *results, uint64_t ms);

/* "imapwright check-server imap://… 'server/x[n=3]'", for reports; without the id where no case
 * is meant. */
void iw_results_again(const struct iw_run *run, const struct iw_case_result *result,
                      struct iw_buf *out);

/* "SEL-10 (MUST, RFC 3501 §6.3.2): the requirement", for reports; nothing for NULL. */
void iw_results_clause(const struct iw_clause *clause, struct iw_buf *out);

/* The last lines of the wire (0: all), and behind them as many of what the client wrote. The helper
 * connection, which sets up and cleans up, is left out unless asked for. */
void iw_results_wire(const struct iw_case_result *result, size_t lines, bool helper,
                     struct iw_buf *out);

/* "x.json:12:5 (at /dialogue/3)"; nothing where there is no place. */
void iw_results_place(const struct iw_case_result *result, struct iw_buf *out);

/* The four things that CI formats know. */
enum iw_result_class { IW_CLASS_PASSED, IW_CLASS_FAILED, IW_CLASS_BROKEN, IW_CLASS_SKIPPED };

enum iw_result_class iw_results_class(enum iw_verdict verdict, bool strict);

#endif
