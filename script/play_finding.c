/* SPDX-License-Identifier: MIT */
#include "script/playing.h"
#include "script/shown.h"

#include <string.h>

enum { SHOWN_MAX = 400, TEXT_MAX = 4096 };

struct iw_span iw_received_text(const struct iw_received *received)
{
    if (received == NULL)
        return iw_span(NULL, 0);
    struct iw_span octets = received->frame.bytes;
    while (octets.length > 0 && strchr("\r\n", octets.data[octets.length - 1]) != NULL)
        octets.length--;
    return octets;
}

/* ---- texts in the play's memory, without secrets ---- */

static struct iw_span keep(struct iw_play *play, struct iw_span text)
{
    static const char *const passwords[] = {"password", "password2"};
    struct iw_span secrets[10]; /* as many as a transcript has, and these */
    size_t count = 0;
    const struct iw_transcript *transcript = play->options.transcript;
    for (size_t i = 0; transcript != NULL && i < transcript->secret_count; i++)
        secrets[count++] = transcript->secrets[i];
    for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++) {
        const struct iw_binding *password =
            iw_bindings_get(&play->bindings, iw_span_of(passwords[i]));
        if (password != NULL)
            secrets[count++] = password->value;
    }
    struct iw_buf clean;
    iw_buf_init(&clean, play->options.alloc, 2 * TEXT_MAX);
    iw_redact(&clean, iw_span_part(text, 0, TEXT_MAX), secrets, count);
    struct iw_span kept = iw_span(NULL, 0);
    if (text.data != NULL && !clean.failed)
        kept = iw_arena_copy(&play->arena, iw_buf_span(&clean));
    iw_buf_release(&clean);
    return kept;
}

static void describe_side(struct iw_buf *out, const struct iw_step *step)
{
    iw_buf_add_char(out, step->side == IW_SIDE_CLIENT ? 'C' : 'S');
    if (step->conn != 1)
        iw_buf_add_number(out, step->conn);
}

/* "S2! b: * ${_} EXPUNGE" */
static void describe_line(struct iw_buf *out, const struct iw_line *line)
{
    static const char *const marks[] = {
        [IW_MARK_PLAIN] = "", [IW_MARK_NEVER] = "!", [IW_MARK_MAYBE] = "?", [IW_MARK_EXACT] = "="};
    struct iw_step step = {.side = line->side, .conn = line->conn};
    describe_side(out, &step);
    iw_buf_add_string(out, line->premise ? "~" : marks[line->mark]);
    if (line->label.length > 0) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, line->label);
    }
    iw_buf_add_string(out, ": ");
    iw_add_shown(out, line->text, SHOWN_MAX);
}

static void describe(struct iw_buf *out, const struct iw_step *step)
{
    static const char *const kinds[] = {
        [IW_STEP_SEND] = "send",      [IW_STEP_CLOSE] = "close",
        [IW_STEP_TLS] = "tls",        [IW_STEP_COMPRESS] = "compress",
        [IW_STEP_TCP] = "tcp",        [IW_STEP_SILENT] = "silent_ms",
        [IW_STEP_DELAY] = "delay_ms", [IW_STEP_MAILBOX] = "mailbox",
        [IW_STEP_ENGINE] = "engine",  [IW_STEP_AUTHENTICATE] = "authenticate",
    };
    if (step->kind == IW_STEP_LINE) {
        describe_line(out, &step->line);
    } else if (step->kind == IW_STEP_ASSERT) {
        iw_buf_add_string(out, "assert ");
        iw_add_shown(out, step->text, SHOWN_MAX);
    } else if (step->kind == IW_STEP_MAILBOX || step->kind == IW_STEP_ENGINE) {
        iw_buf_add_string(out, kinds[step->kind]);
    } else {
        describe_side(out, step);
        iw_buf_add_string(out, step->maybe ? "?: " : ": ");
        iw_buf_add_string(out, kinds[step->kind]);
    }
}

/* A step as it stands in the file, as far as it is shown. */
static struct iw_span describe_step(struct iw_play *play, const struct iw_step *step)
{
    struct iw_buf text;
    if (step == NULL)
        return iw_span(NULL, 0);
    iw_buf_init(&text, play->options.alloc, TEXT_MAX);
    describe(&text, step);
    struct iw_span kept = keep(play, iw_buf_span(&text));
    iw_buf_release(&text);
    return kept;
}

/* ---- failing ---- */

static enum iw_verdict verdict_of(const struct iw_play *play, enum iw_failure failure,
                                  const struct iw_step *step)
{
    bool helper = step != NULL && step->kind == IW_STEP_LINE && step->conn == 0;
    if (failure == IW_FAILURE_SKIP)
        return IW_SKIP;
    if (failure == IW_FAILURE_BLOCKED || play->section == IW_SECTION_SETUP || helper)
        return IW_BLOCKED;
    if (failure == IW_FAILURE_SILENCE)
        return IW_TIMED_OUT;
    return iw_verdict_of_level(play->scenario->level);
}

/* The cleanup comes next; a failure in it ends the play without a word. */
static void leave_section(struct iw_play *play)
{
    iw_play_end_own(play);
    play->state = IW_PLAY_STEPPING;
    play->at = play->steps.count;
    play->allowance = 0;
}

enum iw_turn iw_play_fail(struct iw_play *play, enum iw_failure failure, const struct iw_step *step,
                          struct iw_span expected, struct iw_span received, const char *text)
{
    if (play->section != IW_SECTION_CLEANUP && !play->failed) {
        struct iw_finding *finding = &play->finding;
        finding->verdict = verdict_of(play, failure, step);
        if (step != NULL)
            finding->place = step->place;
        finding->step = describe_step(play, step);
        finding->expected = keep(play, expected);
        finding->received = keep(play, received);
        finding->text = keep(play, iw_span_of(text));
    }
    play->failed = true;
    leave_section(play);
    return IW_TURN_AGAIN;
}

enum iw_turn iw_play_fail_memory(struct iw_play *play, const struct iw_step *step)
{
    struct iw_span none = iw_span(NULL, 0);
    return iw_play_fail(play, IW_FAILURE_BLOCKED, step, none, none,
                        "the memory for one play is used up");
}

enum iw_turn iw_play_fail_error(struct iw_play *play, const struct iw_step *step,
                                const struct iw_error *error)
{
    struct iw_buf text;
    struct iw_span none = iw_span(NULL, 0);
    iw_buf_init(&text, play->options.alloc, TEXT_MAX);
    if (error->detail[0] != '\0')
        iw_buf_add_string(&text, error->detail);
    else
        iw_buf_addf(&text, "expected %s at octet %zu",
                    error->expected == NULL ? "something else" : error->expected, error->offset);
    enum iw_turn turn =
        iw_play_fail(play, IW_FAILURE_BLOCKED, step, none, none, iw_buf_string(&text));
    iw_buf_release(&text);
    return turn;
}

/* "expected X, received Y (differs)"; what is absent is left out. */
static void explain(struct iw_buf *out, struct iw_play *play, const struct iw_block_report *report)
{
    const struct iw_mismatch *mismatch = &report->mismatch;
    const char *reason = mismatch->reason == NULL ? "differs" : mismatch->reason;
    struct iw_span expected = iw_span(NULL, 0);
    if (mismatch->expected.data != NULL)
        expected = iw_filled_show(&report->line->text, mismatch->expected, &play->work);
    if (expected.data == NULL || mismatch->received.data == NULL) {
        iw_add_shown(out, expected.data == NULL ? mismatch->received : expected, SHOWN_MAX);
        iw_buf_addf(out, " %s", reason);
        return;
    }
    iw_buf_add_string(out, "expected ");
    iw_add_shown(out, expected, SHOWN_MAX);
    iw_buf_add_string(out, ", received ");
    iw_add_shown(out, mismatch->received, SHOWN_MAX);
    iw_buf_addf(out, " (%s)", reason);
}

enum iw_turn iw_play_fail_line(struct iw_play *play, const struct iw_block_report *report,
                               const char *event, enum iw_failure failure)
{
    struct iw_buf text;
    const struct iw_expected *line = report->line;
    iw_buf_init(&text, play->options.alloc, TEXT_MAX);
    if (line->step->line.premise && failure == IW_FAILURE_MISMATCH) {
        failure = IW_FAILURE_SKIP;
        event = "the scenario does not apply";
    }
    if (event != NULL)
        iw_buf_add_string(&text, event);
    bool near = report->received != NULL || report->mismatch.reason != NULL;
    if (event != NULL && near)
        iw_buf_add_string(&text, "; nearest: ");
    if (near)
        explain(&text, play, report);
    else if (event == NULL)
        iw_buf_add_string(&text, "did not come");
    struct iw_span expected = iw_filled_show(&line->text, line->text.octets, &play->work);
    const struct iw_received *received = report->received;
    if (received == NULL)
        received = report->last;
    enum iw_turn turn = iw_play_fail(play, failure, line->step, expected,
                                     iw_received_text(received), iw_buf_string(&text));
    iw_buf_release(&text);
    return turn;
}
