/* SPDX-License-Identifier: MIT */
#include "conformance/refresh.h"

#include "conformance/live.h"
#include "script/tap.h"

#include <string.h>

enum { ARENA_MAX = 64 << 20 };

struct refresh {
    const struct iw_refresh_options *options;
    struct iw_arena arena;
    struct iw_scenario loose; /* the scenario, with what the server says left open */
    struct iw_tap taps[IW_CONN_MAX];
    bool open[IW_CONN_MAX];
};

/* ---- what is waited for ---- */

static bool is_line(const struct iw_step *step, enum iw_side side)
{
    return step->kind == IW_STEP_LINE && step->side == side;
}

/* The client's line that the step stands behind; NULL: the greeting is due. */
static const struct iw_line *line_before(const struct iw_steps *steps, size_t at)
{
    unsigned conn = steps->items[at].conn;
    while (at > 0)
        if (is_line(&steps->items[--at], IW_SIDE_CLIENT) && steps->items[at].conn == conn)
            return &steps->items[at].line;
    return NULL;
}

static bool has_literal(const struct iw_line *line)
{
    struct iw_span word = IW_SPAN("${literal");
    for (size_t at = 0; at + word.length <= line->text.length; at++)
        if (iw_span_starts(iw_span_part(line->text, at, line->text.length), word))
            return true;
    return false;
}

/* What all that follows rests on: it has to work again where it worked. */
static bool is_ground(const struct iw_line *line)
{
    static const char *const commands[] = {"LOGIN ", "AUTHENTICATE ", "STARTTLS", "COMPRESS "};
    for (size_t i = 0; line != NULL && i < sizeof commands / sizeof *commands; i++)
        if (iw_span_starts_nocase(line->text, iw_span_of(commands[i])))
            return true;
    return false;
}

static bool is_first_of_conn(const struct iw_steps *steps, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (steps->items[i].conn == steps->items[at].conn)
            return false;
    return true;
}

/* What is waited for in the place of a line of the server's; absent: nothing. A greeting, leave to
 * go on that no literal takes, and the end of each command, however it ends. */
static struct iw_span loosen(const struct iw_steps *steps, size_t at)
{
    const struct iw_step *step = &steps->items[at];
    const struct iw_line *before = line_before(steps, at);
    struct iw_span text = step->line.text;
    bool exact = step->line.mark == IW_MARK_EXACT;
    if (before == NULL && is_first_of_conn(steps, at))
        return iw_span_starts(text, IW_SPAN("* PREAUTH")) ? IW_SPAN("* PREAUTH") : IW_SPAN("* OK");
    if (iw_span_starts(text, IW_SPAN("+")))
        return before != NULL && !has_literal(before) ? IW_SPAN("+") : iw_span(NULL, 0);
    if (exact || step->line.mark == IW_MARK_NEVER || iw_span_starts(text, IW_SPAN("*")))
        return iw_span(NULL, 0);
    bool has_to_work = is_ground(before) && iw_span_starts(text, IW_SPAN("OK"));
    return has_to_work ? IW_SPAN("OK") : IW_SPAN("OK|NO|BAD");
}

static bool is_kept(const struct iw_step *step)
{
    bool broken = step->kind == IW_STEP_SEND && step->side == IW_SIDE_SERVER;
    return !broken && step->kind != IW_STEP_DELAY && step->kind != IW_STEP_SILENT &&
           step->kind != IW_STEP_ASSERT && step->kind != IW_STEP_MAILBOX &&
           step->kind != IW_STEP_TCP;
}

static bool make_loose(struct refresh *refresh)
{
    const struct iw_steps *steps = &refresh->options->scenario->dialogue;
    refresh->loose = *refresh->options->scenario;
    refresh->loose.dialogue =
        (struct iw_steps){iw_arena_array(&refresh->arena, steps->count, sizeof *steps->items), 0};
    struct iw_steps *loose = &refresh->loose.dialogue;
    for (size_t i = 0; loose->items != NULL && i < steps->count; i++) {
        struct iw_step step = steps->items[i];
        if (!is_kept(&step))
            continue;
        if (is_line(&step, IW_SIDE_SERVER)) {
            step.line.text = loosen(steps, i);
            step.line.mark = IW_MARK_PLAIN;
            step.line.premise = false;
        }
        if (!is_line(&step, IW_SIDE_SERVER) || step.line.text.data != NULL)
            loose->items[loose->count++] = step;
    }
    return loose->items != NULL;
}

/* ---- what goes by ---- */

static struct iw_tap *tap_of(struct refresh *refresh, unsigned conn)
{
    if (!refresh->open[conn])
        iw_tap_init(&refresh->taps[conn], refresh->options->recording, conn,
                    refresh->options->target->url.tls);
    refresh->open[conn] = true;
    return &refresh->taps[conn];
}

static void on_heard(void *context, unsigned conn, enum iw_side side, struct iw_span octets)
{
    struct refresh *refresh = context;
    struct iw_tap *tap = tap_of(refresh, conn);
    iw_tap_hear(tap, side, octets, iw_loop_now(refresh->options->loop));
    iw_buf_clear(&tap->pass[IW_SIDE_CLIENT]);
    iw_buf_clear(&tap->pass[IW_SIDE_SERVER]);
    if (tap->turn != IW_TAP_NONE)
        iw_tap_turned(tap);
}

static void on_closed(void *context, unsigned conn, enum iw_side side, enum iw_close how)
{
    struct refresh *refresh = context;
    iw_tap_closed(tap_of(refresh, conn), side, how, iw_loop_now(refresh->options->loop));
}

/* ---- the run ---- */

static void on_done(void *context, struct iw_live *live)
{
    const struct refresh *refresh = context;
    (void)live;
    iw_loop_stop(refresh->options->loop);
}

static enum iw_result judge(const struct iw_finding *finding, struct iw_error *error)
{
    if (finding->verdict == IW_PASS)
        return IW_OK;
    struct iw_span step = finding->step, text = finding->text;
    return iw_failf(error, IW_SYSTEM, "%.*s: %.*s", (int)(step.length < 80 ? step.length : 80),
                    step.length == 0 ? "" : step.data, (int)(text.length < 100 ? text.length : 100),
                    text.length == 0 ? "" : text.data);
}

static enum iw_result play(struct refresh *refresh, struct iw_error *error)
{
    const struct iw_live_options options = {.loop = refresh->options->loop,
                                            .target = refresh->options->target,
                                            .scenario = &refresh->loose,
                                            .root = "root",
                                            .name = "refresh",
                                            .witness = {on_heard, on_closed, refresh},
                                            .case_ms = refresh->options->run_ms,
                                            .done = on_done,
                                            .context = refresh};
    struct iw_live *live = iw_live_start(&options);
    if (live == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    iw_loop_run(refresh->options->loop);
    enum iw_result result = judge(iw_live_finding(live), error);
    iw_live_free(live);
    return result;
}

enum iw_result iw_refresh(const struct iw_refresh_options *options, struct iw_error *error)
{
    struct refresh refresh = {.options = options};
    iw_arena_init(&refresh.arena, NULL, ARENA_MAX);
    enum iw_result result =
        make_loose(&refresh) ? play(&refresh, error) : iw_fail(error, IW_NO_MEMORY, 0, NULL);
    for (unsigned i = 0; i < IW_CONN_MAX; i++)
        if (refresh.open[i])
            iw_tap_release(&refresh.taps[i]);
    iw_arena_release(&refresh.arena);
    return result;
}
