/* SPDX-License-Identifier: MIT */
/* The framer, in both roles, with the octets whole, in chunks that the input chooses, and singly.
 *
 * Holds: each chunking gives the same frames, literals, streamed octets, limits and rest; the bytes
 * of a frame whose literals were all kept are those of the stream at its offset; offsets ascend;
 * memory stays below a bound made of the limits, and below one made of the octets that have come.
 *
 * Input: four octets, then the stream. Bits of the first: 0 and 1 what becomes of literals (keep,
 * stream, skip, by their size), 2 small limits, 3 refuse every second literal that waits, 4 raw
 * lines behind frames of even length. "@" is none of them. The other three are chunk lengths in
 * turn: "0" to "9" are 1 to 10. */
#include "fuzz/holds.h"

#include "parser/frame.h"
#include "tests/lib/failing_alloc.h"

#include <string.h>

enum { OPTIONS = 4, FATE = 3, SMALL = 1 << 2, REFUSE = 1 << 3, RAW = 1 << 4 };

struct run {
    struct iw_span stream;
    unsigned options;
    enum iw_frame_role role;
    struct iw_framer framer;
    struct iw_failing_alloc memory;
    struct iw_limits limits;
    struct iw_buf log, streamed;
    uint64_t fed, next_offset;
};

static const struct iw_limits small_limits = {
    .line = 40, .literal = 16, .frame = 90, .literals = 4};

/* ---- what the run does with literals ---- */

static enum iw_literal_fate fate(void *context, struct iw_span so_far,
                                 const struct iw_literal *literal)
{
    const struct run *run = context;
    unsigned choice = run->options & FATE;
    IW_HOLDS(so_far.length == literal->offset);
    return choice == FATE ? (enum iw_literal_fate)(literal->size % 3)
                          : (enum iw_literal_fate)choice;
}

static void streamed(void *context, struct iw_span octets)
{
    struct run *run = context;
    IW_HOLDS(octets.length > 0);
    iw_buf_add(&run->streamed, octets);
}

static void answer(struct run *run, const struct iw_frame *frame)
{
    if (frame->kind == IW_FRAME_WHOLE) {
        if ((run->options & RAW) != 0 && frame->bytes.length % 2 == 0)
            iw_framer_expect_line(&run->framer);
        return;
    }
    const struct iw_literal *asked = &frame->literals[frame->literal_count - 1];
    IW_HOLDS(run->role == IW_FRAME_COMMANDS && asked->waits && !asked->kept);
    if ((run->options & REFUSE) != 0 && asked->size % 2 == 1)
        iw_framer_refuse(&run->framer);
    else
        iw_framer_accept(&run->framer);
}

/* ---- what must hold for each frame ---- */

static void check_literals(const struct iw_frame *frame)
{
    uint64_t end = 0;
    for (size_t i = 0; i < frame->literal_count; i++) {
        const struct iw_literal *literal = &frame->literals[i];
        IW_HOLDS(literal->offset >= end);
        end = literal->offset + (literal->kept ? literal->size : 0);
        IW_HOLDS(end <= frame->bytes.length);
        IW_HOLDS(frame->bytes.data[literal->offset - 1] == '\n');
    }
}

static bool all_kept(const struct iw_frame *frame)
{
    for (size_t i = 0; i < frame->literal_count; i++)
        if (!frame->literals[i].kept)
            return false;
    return true;
}

static void check_frame(struct run *run, const struct iw_frame *frame)
{
    struct iw_span bytes = frame->bytes;
    IW_HOLDS(bytes.length > 0 && bytes.data[bytes.length - 1] == '\n');
    IW_HOLDS(bytes.length <= run->limits.frame);
    IW_HOLDS(frame->literal_count <= run->limits.literals);
    IW_HOLDS(frame->offset >= run->next_offset);
    IW_HOLDS(frame->offset + bytes.length <= run->fed);
    if (frame->kind == IW_FRAME_ASK)
        return;
    IW_HOLDS(!all_kept(frame) ||
             memcmp(bytes.data, run->stream.data + frame->offset, bytes.length) == 0);
    check_literals(frame);
    run->next_offset = frame->offset + bytes.length;
}

static void log_numbers(struct iw_buf *log, const uint64_t *numbers, size_t count)
{
    iw_buf_add(log, iw_span((const char *)numbers, count * sizeof *numbers));
}

static void log_literal(struct iw_buf *log, const struct iw_literal *literal)
{
    const uint64_t numbers[] = {literal->offset, literal->size, literal->binary, literal->waits,
                                literal->kept};
    log_numbers(log, numbers, sizeof numbers / sizeof *numbers);
}

/* Of a command that waits only what is new, so that many such do not make a log of squared size. */
static void log_frame(struct iw_buf *log, const struct iw_frame *frame)
{
    const uint64_t numbers[] = {frame->kind,    frame->role,         frame->offset,
                                frame->bare_lf, frame->bytes.length, frame->literal_count};
    log_numbers(log, numbers, sizeof numbers / sizeof *numbers);
    bool asks = frame->kind == IW_FRAME_ASK;
    if (!asks)
        iw_buf_add(log, frame->bytes);
    for (size_t i = asks ? frame->literal_count - 1 : 0; i < frame->literal_count; i++)
        log_literal(log, &frame->literals[i]);
}

/* ---- one run ---- */

static void check_memory(const struct run *run)
{
    /* A buffer that grows takes twice what it holds, and for a moment the old block too. */
    const struct iw_limits *limits = &run->limits;
    size_t entry = sizeof(struct iw_literal);
    uint64_t by_limits = 6 * (limits->line + limits->frame) + 3 * (limits->literals + 4) * entry;
    uint64_t by_octets = 6 * run->fed + 3 * (run->fed + 4) * entry;
    IW_HOLDS(run->memory.peak <= 512 + by_limits);
    IW_HOLDS(run->memory.peak <= 512 + by_octets);
}

static void feed(struct run *run, struct iw_span octets)
{
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    run->fed += octets.length;
    iw_framer_feed(&run->framer, octets);
    while ((result = iw_framer_next(&run->framer, &frame, &error)) != IW_MORE) {
        IW_HOLDS(result == IW_OK || result == IW_LIMIT);
        if (result == IW_OK) {
            check_frame(run, &frame);
            log_frame(&run->log, &frame);
            answer(run, &frame);
        } else {
            iw_buf_addf(&run->log, "limit %zu %s", error.offset, error.expected);
            error = (struct iw_error){0};
        }
    }
    check_memory(run);
}

/* lengths: of three chunks in turn; NULL: whole. */
static void run_all(struct run *run, const uint8_t *lengths)
{
    iw_failing_alloc_init(&run->memory, SIZE_MAX);
    run->limits = (run->options & SMALL) != 0 ? small_limits : iw_limits_default;
    iw_framer_init(&run->framer, run->role, &run->limits, &run->memory.alloc);
    iw_framer_handle_literals(&run->framer, (struct iw_literal_handler){fate, streamed, run});
    iw_buf_init(&run->log, NULL, SIZE_MAX / 2);
    iw_buf_init(&run->streamed, NULL, SIZE_MAX / 2);
    size_t at = 0;
    for (size_t i = 0; at < run->stream.length; i++) {
        size_t length = lengths == NULL ? run->stream.length : (lengths[i % 3] & 0x0fU) + 1;
        feed(run, iw_span_part(run->stream, at, at + length));
        at += length;
    }
    uint64_t held = iw_framer_held(&run->framer);
    IW_HOLDS(held + run->next_offset <= run->stream.length);
    iw_buf_addf(&run->log, "held %llu", (unsigned long long)held);
    iw_framer_release(&run->framer);
    IW_HOLDS(run->memory.blocks == 0);
}

static void forget(struct run *run)
{
    iw_buf_release(&run->log);
    iw_buf_release(&run->streamed);
}

static void compare(struct run whole, const uint8_t *lengths)
{
    struct run run = {.stream = whole.stream, .options = whole.options, .role = whole.role};
    run_all(&run, lengths);
    IW_HOLDS(iw_span_equal(iw_buf_span(&run.log), iw_buf_span(&whole.log)));
    IW_HOLDS(iw_span_equal(iw_buf_span(&run.streamed), iw_buf_span(&whole.streamed)));
    forget(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t singly[3] = {0, 0, 0};
    static const enum iw_frame_role roles[] = {IW_FRAME_RESPONSES, IW_FRAME_COMMANDS};
    if (size < OPTIONS)
        return 0;
    struct iw_span stream = iw_span((const char *)data + OPTIONS, size - OPTIONS);
    for (size_t i = 0; i < 2; i++) {
        struct run whole = {.stream = stream, .options = data[0], .role = roles[i]};
        run_all(&whole, NULL);
        compare(whole, data + 1);
        compare(whole, singly);
        forget(&whole);
    }
    return 0;
}
