/* SPDX-License-Identifier: MIT */
#include "fuzz/grammar.h"

#include "fuzz/holds.h"

#include <string.h>

enum {
    OCTETS_PER_OCTET = 400, /* of memory: the shortest FETCH items take most */
    OCTETS_AT_LEAST = 1 << 14
};

/* One parse and what it took. */
struct trial {
    struct iw_arena arena;
    struct iw_lenient lenient;
    struct iw_error error;
    union iw_value value;
    enum iw_result result;
};

static void try_frame(const struct iw_grammar *grammar, struct trial *trial,
                      const struct iw_frame *frame, const struct iw_limits *limits,
                      uint64_t leniencies)
{
    *trial = (struct trial){.lenient.allowed = leniencies};
    iw_arena_init(&trial->arena, NULL, limits->values);
    trial->result =
        grammar->parse(frame, &trial->arena, limits, &trial->lenient, &trial->value, &trial->error);
    IW_HOLDS(trial->result == IW_OK || trial->result == IW_SYNTAX || trial->result == IW_LIMIT);
    IW_HOLDS(trial->error.code == trial->result);
    IW_HOLDS(trial->error.offset <= frame->bytes.length);
    IW_HOLDS((trial->result == IW_OK) == (trial->error.expected == NULL));
    IW_HOLDS((trial->lenient.used & ~leniencies) == 0);
    IW_HOLDS(trial->arena.held <= limits->values);
    IW_HOLDS(trial->arena.held <= OCTETS_AT_LEAST + OCTETS_PER_OCTET * frame->bytes.length);
}

static void forget(struct trial *trial)
{
    iw_arena_release(&trial->arena);
}

/* ---- written and read again ---- */

/* The one frame that text is. */
static void reframe(const struct iw_grammar *grammar, struct iw_framer *framer, struct iw_span text,
                    struct iw_frame *frame)
{
    struct iw_error error = {0};
    iw_framer_init(framer, grammar->role, &iw_limits_default, NULL);
    iw_framer_feed(framer, text);
    do {
        IW_HOLDS(iw_framer_next(framer, frame, &error) == IW_OK);
        if (frame->kind == IW_FRAME_ASK)
            iw_framer_accept(framer);
    } while (frame->kind == IW_FRAME_ASK);
    IW_HOLDS(iw_framer_held(framer) == 0);
}

static void check_written(const struct iw_grammar *grammar, const union iw_value *value)
{
    struct iw_buf first, second;
    struct iw_framer framer;
    struct iw_frame frame;
    struct trial again;
    iw_buf_init(&first, NULL, SIZE_MAX / 2);
    iw_buf_init(&second, NULL, SIZE_MAX / 2);
    grammar->write(&first, value);
    IW_HOLDS(!first.failed);
    reframe(grammar, &framer, iw_buf_span(&first), &frame);
    try_frame(grammar, &again, &frame, &iw_limits_default, 0);
    IW_HOLDS(again.result == IW_OK);
    IW_HOLDS(grammar->equal(value, &again.value));
    grammar->write(&second, &again.value);
    IW_HOLDS(iw_span_equal(iw_buf_span(&first), iw_buf_span(&second)));
    forget(&again);
    iw_framer_release(&framer);
    iw_buf_release(&first);
    iw_buf_release(&second);
}

/* ---- other limits, other leniencies ---- */

/* Responses that leniencies let in can be written, though not always be read again. */
static void check_writable(const struct iw_grammar *grammar, const union iw_value *value)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, SIZE_MAX / 2);
    grammar->write(&out, value);
    IW_HOLDS(!out.failed);
    iw_buf_release(&out);
}

static void check_lenient(const struct iw_grammar *grammar, const struct iw_frame *frame,
                          const struct trial *strict)
{
    struct trial lenient;
    try_frame(grammar, &lenient, frame, &iw_limits_default, IW_LENIENT_ALL);
    IW_HOLDS(strict->result != IW_OK || lenient.result == IW_OK);
    bool other = strict->result == IW_OK && lenient.lenient.used != 0 && grammar->spoilt != NULL &&
                 grammar->spoilt(&strict->value);
    IW_HOLDS(strict->result != IW_OK || other || grammar->equal(&strict->value, &lenient.value));
    IW_HOLDS(lenient.lenient.used != 0 || lenient.result == strict->result);
    for (unsigned i = 0; i < IW_LENIENT_COUNT; i++)
        IW_HOLDS((lenient.lenient.used >> i & 1) == 0 ||
                 lenient.lenient.offsets[i] <= frame->bytes.length);
    if (lenient.result == IW_OK && grammar->role == IW_FRAME_RESPONSES)
        check_writable(grammar, &lenient.value);
    forget(&lenient);
}

static void check_small_limits(const struct iw_grammar *grammar, const struct iw_frame *frame,
                               const struct trial *strict)
{
    static const struct iw_limits small = {.line = 100,
                                           .literal = 100,
                                           .frame = 1000,
                                           .literals = 3,
                                           .values = 6000,
                                           .items = 5,
                                           .depth = 3};
    struct trial trial;
    try_frame(grammar, &trial, frame, &small, 0);
    IW_HOLDS(trial.result == strict->result || trial.result == IW_LIMIT);
    IW_HOLDS(trial.result != IW_OK || grammar->equal(&strict->value, &trial.value));
    forget(&trial);
}

static bool all_kept(const struct iw_frame *frame)
{
    for (size_t i = 0; i < frame->literal_count; i++)
        if (!frame->literals[i].kept)
            return false;
    return true;
}

static void check_frame(const struct iw_grammar *grammar, const struct iw_frame *frame)
{
    struct trial strict;
    try_frame(grammar, &strict, frame, &iw_limits_default, 0);
    check_lenient(grammar, frame, &strict);
    check_small_limits(grammar, frame, &strict);
    if (strict.result == IW_OK && all_kept(frame))
        check_written(grammar, &strict.value);
    forget(&strict);
}

/* ---- the stream ---- */

static enum iw_literal_fate keep(void *context, struct iw_span so_far,
                                 const struct iw_literal *literal)
{
    (void)context;
    (void)so_far;
    (void)literal;
    return IW_LITERAL_KEEP;
}

static enum iw_literal_fate skip_odd(void *context, struct iw_span so_far,
                                     const struct iw_literal *literal)
{
    (void)context;
    (void)so_far;
    return literal->size % 2 == 1 ? IW_LITERAL_SKIP : IW_LITERAL_KEEP;
}

static void check_stream(const struct iw_grammar *grammar, struct iw_span stream,
                         struct iw_literal_handler handler)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    iw_framer_init(&framer, grammar->role, &iw_limits_default, NULL);
    iw_framer_handle_literals(&framer, handler);
    iw_framer_feed(&framer, stream);
    while ((result = iw_framer_next(&framer, &frame, &error)) != IW_MORE) {
        if (result != IW_OK)
            error = (struct iw_error){0};
        else if (frame.kind == IW_FRAME_ASK)
            iw_framer_accept(&framer);
        else
            check_frame(grammar, &frame);
    }
    iw_framer_release(&framer);
}

void iw_grammar_holds(const struct iw_grammar *grammar, struct iw_span stream)
{
    check_stream(grammar, stream, (struct iw_literal_handler){.fate = keep});
    if (stream.length > 0 && memchr(stream.data, '{', stream.length) != NULL)
        check_stream(grammar, stream, (struct iw_literal_handler){.fate = skip_odd});
}
