/* SPDX-License-Identifier: MIT */
/* A frame's octets are counted from 0. The first pending.length of them lie in pending, the others
 * at the front of input; once a line's end is found all of them lie in one of the two. */
#include "parser/frame.h"

#include "base/chars.h"

#include <assert.h>
#include <string.h>

enum state {
    LINE,     /* searching for the end of the present line */
    KEEP,     /* inside a literal whose octets stay in the frame */
    STREAM,   /* … go to the handler */
    SKIP,     /* … are dropped */
    ASKED,    /* a command so far is lent out, waiting for accept or refuse */
    GIVEN,    /* a whole frame is lent out */
    DROPPING, /* inside a line that is too long */
    LOST      /* out of memory */
};

/* from is at most the length. */
static struct iw_span rest_of(struct iw_span span, size_t from)
{
    return from == 0 ? span : iw_span(span.data + from, span.length - from);
}

static size_t smaller(uint64_t a, size_t b)
{
    return a < b ? (size_t)a : b;
}

void iw_framer_init(struct iw_framer *framer, enum iw_frame_role role,
                    const struct iw_limits *limits, const struct iw_alloc *alloc)
{
    *framer = (struct iw_framer){.role = role, .limits = *limits, .alloc = alloc, .state = LINE};
    size_t cap = limits->frame > limits->line ? limits->frame : limits->line;
    iw_buf_init(&framer->pending, alloc, cap);
}

void iw_framer_release(struct iw_framer *framer)
{
    iw_buf_release(&framer->pending);
    iw_alloc_free(framer->alloc, framer->literals);
    *framer = (struct iw_framer){.state = LOST};
}

void iw_framer_handle_literals(struct iw_framer *framer, struct iw_literal_handler handler)
{
    framer->handler = handler;
}

void iw_framer_expect_line(struct iw_framer *framer)
{
    framer->raw = true;
}

void iw_framer_feed(struct iw_framer *framer, struct iw_span bytes)
{
    assert(framer->input.length == 0);
    framer->input = bytes;
}

/* ---- where the octets are ---- */

/* The frame up to searched; it lies in one place. */
static struct iw_span frame_so_far(const struct iw_framer *framer)
{
    if (framer->pending.length == 0)
        return iw_span(framer->input.data, framer->searched);
    return iw_buf_span(&framer->pending);
}

static enum iw_result lose(struct iw_framer *framer, struct iw_error *error)
{
    framer->state = LOST;
    return iw_fail(error, IW_NO_MEMORY, framer->searched, "memory for the frame");
}

/* Brings the frame up to searched into pending. */
static bool gather(struct iw_framer *framer)
{
    size_t missing = framer->searched - framer->pending.length;
    if (missing == 1) /* as when a stream is fed octet by octet */
        iw_buf_add_char(&framer->pending, *framer->input.data);
    else
        iw_buf_add(&framer->pending, iw_span(framer->input.data, missing));
    framer->input = rest_of(framer->input, missing);
    return !framer->pending.failed;
}

/* The input is used up inside a frame. */
static enum iw_result want_more(struct iw_framer *framer, struct iw_error *error)
{
    return gather(framer) ? IW_MORE : lose(framer, error);
}

/* Forgets the frame's first octets, at most up to searched. */
static void forget(struct iw_framer *framer, size_t octets)
{
    size_t stored = smaller(octets, framer->pending.length);
    if (stored > 0)
        iw_buf_consume(&framer->pending, stored);
    framer->input = rest_of(framer->input, octets - stored);
    framer->searched -= octets;
    framer->absent += octets;
}

static void begin_frame(struct iw_framer *framer)
{
    forget(framer, framer->searched);
    framer->offset += framer->absent;
    framer->absent = 0;
    framer->line_begin = 0;
    framer->literal_count = 0;
    framer->bare_lf = false;
    framer->continued = false;
    framer->discarded = false;
    framer->state = LINE;
}

/* ---- what a line says ---- */

/* The octets up to the first LF and with it; all of them if there is none. */
static size_t line_length(struct iw_span octets, bool *ended)
{
    if (octets.length <= 1) {
        *ended = octets.length == 1 && *octets.data == '\n';
        return octets.length;
    }
    const char *lf = memchr(octets.data, '\n', octets.length);
    *ended = lf != NULL;
    return *ended ? (size_t)(lf - octets.data) + 1 : octets.length;
}

/* line begins outside of quotes, because a quoted string never goes past its line. */
static bool ends_in_quotes(struct iw_span line)
{
    size_t at = 0;
    while (at < line.length) {
        const char *quote = memchr(line.data + at, '"', line.length - at);
        if (quote == NULL)
            return false;
        for (at = (size_t)(quote - line.data) + 1; at < line.length && line.data[at] != '"'; at++)
            at += line.data[at] == '\\';
        if (at >= line.length)
            return true;
        at++;
    }
    return false;
}

/* continue-req = "+" …, resp-cond-state, resp-cond-bye, greeting, with a tag or "*" in front */
static bool is_prose(struct iw_span line)
{
    static const struct iw_span states[] = {
        {"OK", 2}, {"NO", 2}, {"BAD", 3}, {"BYE", 3}, {"PREAUTH", 7}};
    if (iw_span_equal(iw_span_take_word(&line), IW_SPAN("+")))
        return true;
    struct iw_span word = iw_span_take_word(&line);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (iw_span_equal_nocase(word, states[i]))
            return true;
    return false;
}

enum announcement { NONE, ANNOUNCED, TOO_LARGE };

static bool ends_in(struct iw_span line, char c)
{
    return line.length > 0 && line.data[line.length - 1] == c;
}

/* line is not empty. */
static struct iw_span without_last(struct iw_span line)
{
    return iw_span(line.data, line.length - 1);
}

/* ["~"] "{" number64 ["+"] "}" at the end of line, which has no CRLF any more; *before is what
 * stands in front of it. */
static enum announcement find_announcement(struct iw_span line, struct iw_literal *literal,
                                           struct iw_span *before)
{
    if (!ends_in(line, '}'))
        return NONE;
    line = without_last(line);
    literal->waits = !ends_in(line, '+');
    if (!literal->waits)
        line = without_last(line);
    size_t end = line.length, begin = end;
    while (begin > 0 && iw_is(line.data[begin - 1], IW_CHAR_DIGIT))
        begin--;
    if (begin == end || begin == 0 || line.data[begin - 1] != '{')
        return NONE;
    *before = iw_span_part(line, 0, begin - 1);
    literal->binary = ends_in(*before, '~');
    while (begin < end - 1 && line.data[begin] == '0')
        begin++;
    struct iw_span digits = iw_span_part(line, begin, end);
    return iw_span_number(digits, INT64_MAX, &literal->size) ? ANNOUNCED : TOO_LARGE;
}

/* The same, where the line's place in the frame lets it announce anything. */
static enum announcement judge_line(const struct iw_framer *framer, struct iw_span line,
                                    struct iw_literal *literal)
{
    struct iw_span before;
    enum announcement found = find_announcement(line, literal, &before);
    if (found == NONE || ends_in_quotes(before))
        return NONE;
    bool may_be_prose = framer->role == IW_FRAME_RESPONSES && !framer->continued;
    bool refusable = framer->role == IW_FRAME_COMMANDS && literal->waits;
    if (found == TOO_LARGE && refusable) /* nothing follows: the command is given, to be refused */
        return NONE;
    return may_be_prose && is_prose(line) ? NONE : found;
}

/* ---- literals ---- */

static bool add_literal(struct iw_framer *framer, const struct iw_literal *literal)
{
    enum { FIRST = 4 };
    if (framer->literal_count == framer->literal_capacity) {
        size_t capacity = framer->literal_capacity == 0 ? FIRST : framer->literal_capacity * 2;
        if (capacity > SIZE_MAX / 2 / sizeof *literal)
            return false;
        struct iw_literal *larger =
            iw_alloc_resize(framer->alloc, framer->literals, capacity * sizeof *literal);
        if (larger == NULL)
            return false;
        framer->literals = larger;
        framer->literal_capacity = capacity;
    }
    framer->literals[framer->literal_count++] = *literal;
    return true;
}

static enum iw_literal_fate fate_of(struct iw_framer *framer, const struct iw_literal *literal)
{
    const struct iw_literal_handler *handler = &framer->handler;
    enum iw_literal_fate fate = IW_LITERAL_KEEP;
    if (handler->fate != NULL)
        fate = handler->fate(handler->context, frame_so_far(framer), literal);
    bool fits = literal->size <= framer->limits.literal &&
                literal->size <= framer->limits.frame - framer->searched;
    return fate == IW_LITERAL_KEEP && !fits ? IW_LITERAL_SKIP : fate;
}

/* The octets of the last literal follow. */
static void begin_literal(struct iw_framer *framer)
{
    static const enum state states[] = {
        [IW_LITERAL_KEEP] = KEEP, [IW_LITERAL_STREAM] = STREAM, [IW_LITERAL_SKIP] = SKIP};
    struct iw_literal *literal = &framer->literals[framer->literal_count - 1];
    enum iw_literal_fate fate = fate_of(framer, literal);
    literal->kept = fate == IW_LITERAL_KEEP;
    framer->literal_left = literal->size;
    framer->state = states[fate];
}

static void end_literal(struct iw_framer *framer)
{
    framer->line_begin = framer->searched;
    framer->continued = true;
    framer->state = LINE;
}

/* The present line announces a literal. */
static enum iw_result meet_literal(struct iw_framer *framer, struct iw_literal *literal,
                                   struct iw_error *error)
{
    bool waits = framer->role == IW_FRAME_COMMANDS && literal->waits;
    bool surplus = !framer->discarded && framer->literal_count >= framer->limits.literals;
    size_t offset = framer->line_begin;
    if (framer->discarded || surplus) {
        framer->discarded = true;
        forget(framer, framer->searched);
        framer->literal_left = literal->size;
        framer->state = SKIP;
        if (waits)
            begin_frame(framer);
        return surplus ? iw_fail(error, IW_LIMIT, offset, "fewer literals") : IW_OK;
    }
    literal->offset = framer->searched;
    literal->kept = false;
    if (!add_literal(framer, literal))
        return lose(framer, error);
    if (waits)
        framer->state = ASKED;
    else
        begin_literal(framer);
    return IW_OK;
}

void iw_framer_accept(struct iw_framer *framer)
{
    assert(framer->state == ASKED);
    begin_literal(framer);
}

void iw_framer_refuse(struct iw_framer *framer)
{
    assert(framer->state == ASKED);
    begin_frame(framer);
}

/* ---- one step in each state: IW_OK means that the state has changed, go on ---- */

/* The present line, without its line end, may announce a literal, or is to be dropped. */
static enum iw_result end_odd_line(struct iw_framer *framer, struct iw_span line,
                                   struct iw_error *error)
{
    struct iw_literal literal;
    enum announcement found = framer->raw ? NONE : judge_line(framer, line, &literal);
    if (found == ANNOUNCED)
        return meet_literal(framer, &literal, error);
    framer->raw = false;
    bool reported = framer->discarded;
    framer->state = GIVEN;
    if (found == TOO_LARGE || framer->discarded)
        begin_frame(framer);
    if (found == TOO_LARGE && !reported)
        return iw_fail(error, IW_LIMIT, 0, "a literal below 2^63");
    return IW_OK;
}

/* The LF at the end of the present line is found; searched is behind it. */
static inline enum iw_result end_line(struct iw_framer *framer, struct iw_error *error)
{
    if (framer->pending.length > 0 && !gather(framer))
        return lose(framer, error);
    struct iw_span line = without_last(rest_of(frame_so_far(framer), framer->line_begin));
    bool crlf = ends_in(line, '\r');
    line.length -= crlf;
    framer->bare_lf |= !crlf;
    if (ends_in(line, '}') || framer->discarded)
        return end_odd_line(framer, line, error);
    framer->raw = false;
    framer->state = GIVEN;
    return IW_OK;
}

/* The present line, known up to searched, is longer than limits.line. */
static enum iw_result drop_line(struct iw_framer *framer, bool ended, struct iw_error *error)
{
    bool reported = framer->discarded;
    size_t offset = framer->line_begin + framer->limits.line;
    framer->raw = false;
    forget(framer, framer->searched);
    framer->state = DROPPING;
    if (ended)
        begin_frame(framer);
    return reported ? IW_OK : iw_fail(error, IW_LIMIT, offset, "a shorter line");
}

/* The present frame, known up to searched, is longer than limits.frame: only its present line is of
 * interest from now on, for what it announces. */
static enum iw_result discard(struct iw_framer *framer, bool ended, struct iw_error *error)
{
    framer->discarded = true;
    forget(framer, framer->line_begin);
    framer->line_begin = 0;
    framer->literal_count = 0;
    enum iw_result result = IW_OK;
    if (framer->searched > framer->limits.line)
        result = drop_line(framer, ended, error);
    else if (ended)
        result = end_line(framer, error);
    if (result != IW_OK)
        return result;
    return iw_fail(error, IW_LIMIT, framer->limits.frame, "a shorter response or command");
}

/* The line is over its limit, or the frame, or both: then counts what is met first, as if the
 * octets came singly. */
static enum iw_result pass_limit(struct iw_framer *framer, bool over_line, bool over_frame,
                                 bool ended, struct iw_error *error)
{
    if (over_line && over_frame)
        over_line = framer->limits.line <= framer->limits.frame - framer->line_begin;
    return over_line ? drop_line(framer, ended, error) : discard(framer, ended, error);
}

static enum iw_result step_line(struct iw_framer *framer, struct iw_error *error)
{
    bool ended;
    struct iw_span fresh = rest_of(framer->input, framer->searched - framer->pending.length);
    framer->searched += line_length(fresh, &ended);
    bool over_line = framer->searched - framer->line_begin > framer->limits.line;
    bool over_frame = framer->searched > framer->limits.frame && !framer->discarded;
    if (over_line || over_frame)
        return pass_limit(framer, over_line, over_frame, ended, error);
    return ended ? end_line(framer, error) : want_more(framer, error);
}

static enum iw_result step_keep(struct iw_framer *framer, struct iw_error *error)
{
    size_t here = framer->pending.length + framer->input.length - framer->searched;
    size_t taken = smaller(framer->literal_left, here);
    framer->searched += taken;
    framer->literal_left -= taken;
    if (framer->literal_left > 0)
        return want_more(framer, error);
    end_literal(framer);
    return IW_OK;
}

/* The octets of a literal that is not kept are taken out of input, so the frame so far must not be
 * in it. */
static enum iw_result step_absent(struct iw_framer *framer, struct iw_error *error)
{
    if (!gather(framer))
        return lose(framer, error);
    size_t taken = smaller(framer->literal_left, framer->input.length);
    if (taken > 0 && framer->state == STREAM && framer->handler.octets != NULL)
        framer->handler.octets(framer->handler.context, iw_span_part(framer->input, 0, taken));
    framer->input = rest_of(framer->input, taken);
    framer->absent += taken;
    framer->literal_left -= taken;
    if (framer->literal_left > 0)
        return IW_MORE;
    end_literal(framer);
    return IW_OK;
}

static enum iw_result step_dropping(struct iw_framer *framer)
{
    bool ended;
    size_t dropped = line_length(framer->input, &ended);
    framer->input = rest_of(framer->input, dropped);
    framer->absent += dropped;
    if (!ended)
        return IW_MORE;
    begin_frame(framer);
    return IW_OK;
}

static enum iw_result step(struct iw_framer *framer, struct iw_error *error)
{
    switch ((enum state)framer->state) {
    case GIVEN:
        begin_frame(framer);
        return IW_OK;
    case LINE:
        return step_line(framer, error);
    case KEEP:
        return step_keep(framer, error);
    case STREAM:
    case SKIP:
        return step_absent(framer, error);
    case DROPPING:
        return step_dropping(framer);
    case ASKED:
        assert(!"iw_framer_next before accept or refuse");
        return IW_FATAL;
    case LOST:
        break;
    }
    return iw_fail(error, IW_FATAL, 0, "nothing after memory ran out");
}

static void lend(const struct iw_framer *framer, struct iw_frame *frame)
{
    *frame = (struct iw_frame){.kind = framer->state == ASKED ? IW_FRAME_ASK : IW_FRAME_WHOLE,
                               .role = framer->role,
                               .bytes = frame_so_far(framer),
                               .literals = framer->literals,
                               .literal_count = framer->literal_count,
                               .offset = framer->offset,
                               .bare_lf = framer->bare_lf};
}

enum iw_result iw_framer_next(struct iw_framer *framer, struct iw_frame *frame,
                              struct iw_error *error)
{
    do {
        enum iw_result result = step(framer, error);
        if (result != IW_OK)
            return result;
    } while (framer->state != GIVEN && framer->state != ASKED);
    lend(framer, frame);
    return IW_OK;
}

/* ---- between frames ---- */

uint64_t iw_framer_held(const struct iw_framer *framer)
{
    uint64_t fed = framer->pending.length + framer->input.length;
    return framer->state == GIVEN ? fed - framer->searched : fed + framer->absent;
}

struct iw_span iw_framer_take_rest(struct iw_framer *framer)
{
    if (framer->state == GIVEN)
        begin_frame(framer);
    /* A line begun is in pending only when input is empty: iw_framer_next returned IW_MORE. */
    struct iw_span rest =
        framer->pending.length > 0 ? iw_buf_span(&framer->pending) : framer->input;
    framer->searched = 0;
    framer->input = iw_span(NULL, 0);
    framer->offset += rest.length;
    iw_buf_clear(&framer->pending);
    return rest;
}
