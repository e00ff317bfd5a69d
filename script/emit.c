/* SPDX-License-Identifier: MIT */
#include "script/emit.h"

#include "script/cutting.h"
#include "script/status.h"

#include <string.h>

enum { STREAM_MAX = 2 * IW_FILL_OCTETS_MAX };

void iw_emit_init(struct iw_emit *emit, const struct iw_emit_options *options,
                  struct iw_steps steps)
{
    *emit = (struct iw_emit){.options = *options, .steps = steps};
    iw_buf_init(&emit->stream, options->alloc, STREAM_MAX);
}

void iw_emit_release(struct iw_emit *emit)
{
    iw_buf_release(&emit->stream);
}

static enum iw_result no_memory(struct iw_error *error)
{
    return iw_fail(error, IW_NO_MEMORY, 0, "memory for what is sent");
}

static enum iw_result fill(struct iw_emit *emit, struct iw_span text, struct iw_filled *filled,
                           struct iw_error *error)
{
    enum iw_fill_purpose purpose = emit->options.invent ? IW_FILL_INVENT : IW_FILL_SEND;
    return iw_fill(text, emit->options.scenario, emit->options.bindings, purpose,
                   emit->options.arena, filled, error);
}

/* ---- lines ---- */

static enum iw_result add_stop(struct iw_emit *emit, const struct iw_emit_stop *stop,
                               struct iw_error *error)
{
    if (emit->stop_count == emit->stop_capacity) {
        size_t capacity = emit->stop_capacity * 2 + 4;
        struct iw_emit_stop *larger = iw_arena_array(emit->options.arena, capacity, sizeof *larger);
        if (larger == NULL)
            return no_memory(error);
        if (emit->stop_count > 0)
            memcpy(larger, emit->stops, emit->stop_count * sizeof *larger);
        emit->stops = larger;
        emit->stop_capacity = capacity;
    }
    emit->stops[emit->stop_count++] = *stop;
    return IW_OK;
}

static enum iw_result write_tag(struct iw_emit *emit, const struct iw_line *line,
                                struct iw_error *error)
{
    struct iw_span tag;
    const struct iw_emit_calls *calls = &emit->options.calls;
    if (calls->tag == NULL || !calls->tag(calls->context, line, &tag))
        return iw_failf(error, IW_SYNTAX, "no command is open that this line could answer");
    iw_buf_add(&emit->stream, tag);
    iw_buf_add_char(&emit->stream, ' ');
    return IW_OK;
}

/* tag SP command CRLF */
static enum iw_result write_command(struct iw_emit *emit, const struct iw_step *step,
                                    const struct iw_filled *filled, struct iw_error *error)
{
    enum iw_result result = write_tag(emit, &step->line, error);
    size_t base = emit->stream.length;
    size_t line_end = base + filled->octets.length + 2;
    iw_buf_add(&emit->stream, filled->octets);
    for (size_t i = 0; i < filled->literal_count && result == IW_OK; i++) {
        struct iw_emit_stop stop = {step, base + filled->literals[i].offset, line_end};
        if (filled->literals[i].waits)
            result = add_stop(emit, &stop, error);
    }
    return result;
}

/* What a status response says when the scenario gives it no text, which the grammar wants. */
static const char *text_for(struct iw_span state)
{
    static const struct {
        const char *state, *text;
    } texts[] = {{"OK", " done"},
                 {"NO", " not done"},
                 {"BAD", " not understood"},
                 {"BYE", " closing"},
                 {"PREAUTH", " ready"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (iw_span_equal_nocase(state, iw_span_of(texts[i].state)))
            return texts[i].text;
    return "";
}

/* Of alternatives the first, with its code and, if it is the only one, its text. */
static void write_status(struct iw_emit *emit, struct iw_span octets, size_t at)
{
    struct iw_status status = iw_status_take(octets, &at);
    iw_buf_add(&emit->stream, status.word);
    iw_buf_add(&emit->stream, status.rest);
    if (status.text.length == 0)
        iw_buf_add_string(&emit->stream, text_for(status.word));
}

/* "* …", "+ …", or tag SP state … */
static enum iw_result write_response(struct iw_emit *emit, const struct iw_step *step,
                                     const struct iw_filled *filled, struct iw_error *error)
{
    struct iw_span octets = filled->octets;
    enum iw_result result = IW_OK;
    if (iw_is_untagged_status(octets)) {
        iw_buf_add_string(&emit->stream, "* ");
        write_status(emit, octets, 2);
    } else if (iw_span_starts(octets, IW_SPAN("*")) || iw_span_starts(octets, IW_SPAN("+"))) {
        iw_buf_add(&emit->stream, octets);
        if (iw_span_equal(octets, IW_SPAN("+")))
            iw_buf_add_char(&emit->stream, ' ');
    } else {
        result = write_tag(emit, &step->line, error);
        write_status(emit, octets, 0);
    }
    return result;
}

static enum iw_result write_line(struct iw_emit *emit, const struct iw_step *step,
                                 struct iw_error *error)
{
    const struct iw_line *line = &step->line;
    const struct iw_emit_calls *calls = &emit->options.calls;
    struct iw_filled filled;
    if (line->mark == IW_MARK_NEVER)
        return IW_OK;
    enum iw_result result = fill(emit, line->text, &filled, error);
    if (result != IW_OK)
        return result;
    if (calls->line != NULL)
        calls->line(calls->context, line, &filled);
    if (line->mark == IW_MARK_EXACT)
        iw_buf_add(&emit->stream, filled.octets);
    else if (line->side == IW_SIDE_CLIENT)
        result = write_command(emit, step, &filled, error);
    else
        result = write_response(emit, step, &filled, error);
    iw_buf_add(&emit->stream, IW_SPAN("\r\n"));
    return result;
}

static enum iw_result write_engine(struct iw_emit *emit, const struct iw_step *step,
                                   struct iw_error *error)
{
    struct iw_filled command = {.octets = {NULL, 0}};
    const struct iw_emit_calls *calls = &emit->options.calls;
    enum iw_result result = IW_OK;
    if (step->text.data != NULL)
        result = fill(emit, step->text, &command, error);
    if (result != IW_OK)
        return result;
    if (calls->engine == NULL || !calls->engine(calls->context, command.octets, &emit->stream))
        return iw_failf(error, IW_SYNTAX, "no engine is there to act");
    return IW_OK;
}

/* ---- streams ---- */

static bool is_own(const struct iw_emit *emit, const struct iw_step *step)
{
    if (step->kind == IW_STEP_ENGINE)
        return true;
    return step->side == emit->options.side &&
           !(step->kind == IW_STEP_LINE && step->line.mark == IW_MARK_NEVER);
}

/* The world belongs to no side. */
static bool is_world(const struct iw_step *step)
{
    return step->kind == IW_STEP_MAILBOX;
}

static enum iw_result write_step(struct iw_emit *emit, const struct iw_step *step,
                                 struct iw_error *error)
{
    emit->step = step;
    return step->kind == IW_STEP_ENGINE ? write_engine(emit, step, error)
                                        : write_line(emit, step, error);
}

static void begin_stream(struct iw_emit *emit)
{
    iw_buf_clear(&emit->stream);
    emit->written = emit->segment_end = 0;
    emit->stop_count = emit->stop_at = emit->split_at = 0;
    emit->asking = emit->closes = false;
    emit->passage = (struct iw_passage){.rate = 0};
}

/* The engine's octets belong to whatever connection the lines around them have. */
static bool joins(const struct iw_emit *emit, const struct iw_step *step)
{
    if (step->kind != IW_STEP_LINE)
        return step->kind == IW_STEP_ENGINE;
    return emit->step == NULL || emit->step->kind != IW_STEP_LINE || emit->step->conn == step->conn;
}

/* The present step and those behind it that belong to the same write. */
static enum iw_result begin_lines(struct iw_emit *emit, struct iw_error *error)
{
    begin_stream(emit);
    for (; emit->at < emit->steps.count; emit->at++) {
        const struct iw_step *step = &emit->steps.items[emit->at];
        if (!is_own(emit, step) && !is_world(step))
            continue;
        if (!joins(emit, step))
            break;
        enum iw_result result = write_step(emit, step, error);
        if (result != IW_OK)
            return result;
    }
    emit->end = emit->stream.length;
    return emit->stream.failed ? no_memory(error) : IW_OK;
}

static void flip(struct iw_emit *emit)
{
    struct iw_buf *stream = &emit->stream;
    if (emit->passage.flips && emit->passage.flip < stream->length)
        stream->data[stream->begin + emit->passage.flip] ^= 1;
}

/* What is done to the stream of a send. */
static enum iw_result harm(struct iw_emit *emit, const struct iw_send *send, struct iw_error *error)
{
    const struct iw_cutting *cutting = &send->cutting;
    size_t length = emit->stream.length;
    enum iw_result result = iw_replace_fill(send, &emit->stream, &emit->options, error);
    if (result == IW_OK)
        result = iw_cutting_fill(cutting, length, &emit->options, &emit->passage, error);
    emit->closes = cutting->close.data != NULL;
    if (result == IW_OK && emit->closes)
        result = iw_close_fill(cutting->close, &emit->options, &emit->how, error);
    flip(emit);
    emit->end = emit->passage.cuts ? emit->passage.cut : length;
    return result;
}

static enum iw_result begin_send(struct iw_emit *emit, const struct iw_step *step,
                                 struct iw_error *error)
{
    const struct iw_send *send = &step->send;
    begin_stream(emit);
    for (size_t i = 0; i < send->count; i++) {
        enum iw_result result = write_step(emit, &send->steps[i], error);
        if (result != IW_OK)
            return result;
    }
    emit->step = step;
    return emit->stream.failed ? no_memory(error) : harm(emit, send, error);
}

/* A segment begins: how long it is, and, unless it is the first, when. */
static void begin_segment(struct iw_emit *emit, uint64_t now)
{
    const struct iw_passage *passage = &emit->passage;
    size_t left = emit->end - emit->written;
    uint64_t length = iw_spread_draw(passage->dribble, emit->options.random);
    uint64_t ms = 0;
    if (emit->split_at < passage->split_count)
        length = passage->split[emit->split_at++];
    if (emit->written > 0)
        ms = iw_spread_draw(passage->every_ms, emit->options.random);
    bool part = length > 0 && length < left;
    emit->segment_end = emit->written + (part ? (size_t)length : left);
    emit->waiting = ms > 0;
    emit->until = now + (ms < IW_MS_MAX ? ms : IW_MS_MAX);
}

/* Up to the end of the segment, or to where "+" has to be waited for. */
static struct iw_act write_piece(struct iw_emit *emit)
{
    size_t end = emit->segment_end;
    bool stops = emit->stop_at < emit->stop_count && emit->stops[emit->stop_at].at <= end;
    if (stops)
        end = emit->stops[emit->stop_at].at;
    struct iw_span octets = iw_span_part(iw_buf_span(&emit->stream), emit->written, end);
    emit->asking = stops;
    emit->written = end;
    return (struct iw_act){
        .kind = IW_ACT_WRITE, .conn = emit->step->conn, .octets = octets, .step = emit->step};
}

void iw_emit_go_on(struct iw_emit *emit)
{
    emit->asking = false;
    emit->stop_at++;
}

void iw_emit_refused(struct iw_emit *emit)
{
    size_t line_end = emit->stops[emit->stop_at].line_end;
    emit->written = line_end < emit->end ? line_end : emit->end;
    if (emit->segment_end < emit->written)
        emit->segment_end = emit->written;
    emit->asking = false;
    while (emit->stop_at < emit->stop_count && emit->stops[emit->stop_at].at < line_end)
        emit->stop_at++;
}

/* ---- the acts ---- */

static struct iw_act failed(const struct iw_step *step)
{
    return (struct iw_act){.kind = IW_ACT_FAILED, .conn = step->conn, .step = step};
}

/* What comes next of the stream; IW_ACT_END: it is over, or it has to wait. */
static struct iw_act next_of_stream(struct iw_emit *emit, uint64_t now)
{
    const struct iw_step *step = emit->step;
    struct iw_act act = {.kind = IW_ACT_END, .conn = step->conn, .step = step};
    if (emit->asking) {
        act.kind = IW_ACT_ASK;
        act.step = emit->stops[emit->stop_at].step;
        return act;
    }
    if (emit->written < emit->segment_end)
        return write_piece(emit);
    if (emit->written < emit->end) {
        begin_segment(emit, now);
        return act;
    }
    emit->step = NULL;
    if (emit->closes) {
        act.kind = IW_ACT_CLOSE;
        act.how = emit->how;
    }
    return act;
}

static struct iw_act pause(struct iw_emit *emit, const struct iw_step *step, uint64_t now,
                           struct iw_error *error)
{
    uint64_t ms;
    if (iw_ms_fill(step->ms, &emit->options, &ms, error) != IW_OK)
        return failed(step);
    emit->waiting = true;
    emit->until = now + ms;
    return (struct iw_act){.kind = IW_ACT_END};
}

static struct iw_act begin_tcp(struct iw_emit *emit, const struct iw_step *step,
                               struct iw_error *error)
{
    const struct iw_span close = step->tcp.cutting.close;
    struct iw_act act = {.kind = IW_ACT_TCP,
                         .conn = step->conn,
                         .step = step,
                         .how = IW_CLOSE_SILENT,
                         .passage = &emit->passage};
    if (iw_tcp_fill(&step->tcp, &emit->options, &emit->passage, error) != IW_OK ||
        (close.data != NULL && iw_close_fill(close, &emit->options, &act.how, error) != IW_OK))
        return failed(step);
    return act;
}

/* Begins a step. IW_ACT_END: there is more to come. */
static struct iw_act begin_step(struct iw_emit *emit, uint64_t now, struct iw_error *error)
{
    const struct iw_step *step = &emit->steps.items[emit->at];
    struct iw_act act = {.kind = IW_ACT_END, .conn = step->conn, .step = step};
    if (step->kind == IW_STEP_LINE || step->kind == IW_STEP_ENGINE)
        return begin_lines(emit, error) == IW_OK ? act : failed(emit->step);
    emit->at++;
    switch (step->kind) {
    case IW_STEP_SEND:
        return begin_send(emit, step, error) == IW_OK ? act : failed(step);
    case IW_STEP_CLOSE:
        act.kind = step->maybe ? IW_ACT_END : IW_ACT_CLOSE;
        return iw_close_fill(step->close, &emit->options, &act.how, error) == IW_OK ? act
                                                                                    : failed(step);
    case IW_STEP_TCP:
        return begin_tcp(emit, step, error);
    case IW_STEP_SILENT:
    case IW_STEP_DELAY:
        return pause(emit, step, now, error);
    case IW_STEP_TLS:
        act.kind = IW_ACT_TLS;
        break;
    case IW_STEP_COMPRESS:
        act.kind = IW_ACT_COMPRESS;
        break;
    default:
        break;
    }
    return act;
}

struct iw_act iw_emit_next(struct iw_emit *emit, uint64_t now, struct iw_error *error)
{
    for (;;) {
        struct iw_act act = {.kind = IW_ACT_END};
        if (emit->waiting && now < emit->until)
            return (struct iw_act){.kind = IW_ACT_WAIT, .until = emit->until, .step = emit->step};
        emit->waiting = false;
        if (emit->step != NULL)
            act = next_of_stream(emit, now);
        else if (emit->at == emit->steps.count)
            return act;
        else if (is_world(&emit->steps.items[emit->at]))
            return (struct iw_act){.kind = IW_ACT_WORLD, .step = &emit->steps.items[emit->at++]};
        else if (is_own(emit, &emit->steps.items[emit->at]))
            act = begin_step(emit, now, error);
        else
            emit->at++;
        if (act.kind != IW_ACT_END)
            return act;
    }
}
