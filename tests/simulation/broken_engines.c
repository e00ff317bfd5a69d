/* SPDX-License-Identifier: MIT */
/* broken_engines SCENARIOS: the engine with three defects that servers have had, planted in its
 * code and made for no case. All server scenarios are played against each; those that turn red are
 * listed, and the clauses that speak of the defect must be among theirs. */
#include "conformance/engine_run.h"
#include "conformance/suite.h"
#include "mockserver/engine/command.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_OCTETS_MAX = 1 << 16, OUT_OCTETS_MAX = 1 << 24 };

enum defect {
    NO_DEFECT,
    STORES_AFTER_EXAMINE,
    EXPUNGES_BY_OLD_NUMBERS, /* each response has the number from before the first of them */
    REUSES_UIDS,             /* UIDNEXT is one more than the highest UID there is */
};

static enum defect planted;

/* ---- the defects, put in place of the engine's functions by the linker ---- */

struct iw_outcome __real_iw_command_store(struct iw_run *run);
struct iw_outcome __wrap_iw_command_store(struct iw_run *run);
size_t __real_iw_mailbox_remove(struct iw_mailbox *mailbox,
                                bool (*chosen)(void *context, const struct iw_message *message),
                                void *context);
size_t __wrap_iw_mailbox_remove(struct iw_mailbox *mailbox,
                                bool (*chosen)(void *context, const struct iw_message *message),
                                void *context);
void __real_iw_view_tell(struct iw_view *view, const struct iw_view_style *style,
                         struct iw_buf *out);
void __wrap_iw_view_tell(struct iw_view *view, const struct iw_view_style *style,
                         struct iw_buf *out);

struct iw_outcome __wrap_iw_command_store(struct iw_run *run)
{
    struct iw_view *view = &run->session->view;
    const bool read_only = view->read_only;
    view->read_only = read_only && planted != STORES_AFTER_EXAMINE;
    const struct iw_outcome outcome = __real_iw_command_store(run);
    view->read_only = read_only;
    return outcome;
}

size_t __wrap_iw_mailbox_remove(struct iw_mailbox *mailbox,
                                bool (*chosen)(void *context, const struct iw_message *message),
                                void *context)
{
    const size_t removed = __real_iw_mailbox_remove(mailbox, chosen, context);
    const size_t count = mailbox->count;
    if (planted == REUSES_UIDS)
        mailbox->uidnext = count > 0 ? mailbox->messages[count - 1].uid + 1 : 1;
    return removed;
}

/* "* n EXPUNGE" lines get the numbers that they had before the first of them. */
static void add_old_numbers(struct iw_span told, struct iw_buf *out)
{
    unsigned before = 0, number;
    int length;
    while (told.length > 0) {
        const char *end = memchr(told.data, '\n', told.length);
        const size_t line = end != NULL ? (size_t)(end - told.data) + 1 : told.length;
        length = 0;
        if (sscanf(told.data, "* %u EXPUNGE\r%n", &number, &length) == 1 && length > 0)
            iw_buf_addf(out, "* %u EXPUNGE\r\n", number + before++);
        else
            iw_buf_add(out, iw_span_part(told, 0, line));
        told = iw_span_part(told, line, told.length);
    }
}

void __wrap_iw_view_tell(struct iw_view *view, const struct iw_view_style *style,
                         struct iw_buf *out)
{
    struct iw_buf told;
    if (planted == REUSES_UIDS && view->uidnext > view->mailbox->uidnext)
        view->uidnext = view->mailbox->uidnext;
    if (planted != EXPUNGES_BY_OLD_NUMBERS) {
        __real_iw_view_tell(view, style, out);
        return;
    }
    iw_buf_init(&told, NULL, OUT_OCTETS_MAX);
    __real_iw_view_tell(view, style, &told);
    iw_buf_string(&told); /* sscanf wants its end */
    add_old_numbers(iw_buf_span(&told), out);
    iw_buf_release(&told);
}

/* ---- who notices ---- */

struct row {
    const char *name;
    enum defect defect;
    const char *clauses[2]; /* each must have a red case; "": no more of them */
    size_t red_max;         /* what has nothing to do with it stays green */
};

static const struct row rows[] = {
    {"STORE works after EXAMINE", STORES_AFTER_EXAMINE, {"SEL-10", "STO-07"}, 10},
    {"EXPUNGE tells old numbers", EXPUNGES_BY_OLD_NUMBERS, {"CPY-20", ""}, 10},
    {"UIDs are used again", REUSES_UIDS, {"CPY-26", ""}, 10},
};

/* Any of its variants; that it is skipped says nothing. */
static bool turns_red(const struct iw_scenario *check)
{
    bool red = false;
    for (size_t v = 0; v < iw_scenario_variants(check) && !red; v++) {
        const struct iw_engine_run_options options = {.check = check, .variant = v};
        struct iw_engine_run run;
        const bool played = iw_engine_run(&run, &options);
        const enum iw_verdict verdict = played ? iw_engine_run_finding(&run).verdict : IW_BLOCKED;
        red = verdict != IW_PASS && verdict != IW_SKIP;
        iw_engine_run_release(&run);
    }
    return red;
}

static bool check_row(const struct row *row, const struct iw_suite *suite)
{
    bool seen[] = {row->clauses[0][0] == '\0', row->clauses[1][0] == '\0'};
    size_t red = 0;
    printf("%s:\n", row->name);
    planted = row->defect;
    for (size_t i = 0; i < suite->count; i++) {
        const struct iw_scenario *check = suite->cases[i].scenario;
        if (!turns_red(check))
            continue;
        const struct iw_span clause = check->covers.items[0];
        printf("    %.*s %s\n", (int)clause.length, clause.data, check->id);
        red++;
        for (size_t c = 0; c < 2; c++)
            seen[c] = seen[c] || iw_span_equal(clause, iw_span_of(row->clauses[c]));
    }
    const bool right = seen[0] && seen[1] && red <= row->red_max;
    printf("  %zu red: %s\n", red, right ? "as it should be" : "WRONG");
    return right;
}

int main(int count, char **arguments)
{
    struct iw_suite suite;
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, TEXT_OCTETS_MAX);
    const struct iw_suite_options options = {
        .directory = arguments[count - 1], .folder = "server", .profile = "all"};
    bool right = iw_suite_load(&suite, &options, &problem);
    if (!right)
        printf("%s", iw_buf_string(&problem));
    for (size_t i = 0; i < sizeof rows / sizeof *rows && suite.count > 0; i++)
        right = check_row(&rows[i], &suite) && right;
    iw_suite_release(&suite);
    iw_buf_release(&problem);
    return !right;
}
