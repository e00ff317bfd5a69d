/* SPDX-License-Identifier: MIT */
/* Frames malformed on purpose.
 *
 * Holds, for each whole frame of a stream, one fault and one of its places: the token that the
 * fault changes lies in the frame, and all around it stays as it is; something does change; the
 * same again is the same; and the outcome, taken for a stream, keeps what fuzz/grammar.h says of
 * responses or commands.
 *
 * Input: the fault, two octets for the place, and the stream, tried in both roles. */
#include "fuzz/commands.h"
#include "fuzz/holds.h"
#include "fuzz/responses.h"

#include "parser/malform.h"

enum { CHOICE = 3 };

struct choice {
    const struct iw_grammar *grammar;
    enum iw_malform fault;
    size_t place; /* of more than there may be */
};

static void check_around(const struct iw_frame *frame, struct iw_span token, struct iw_span outcome)
{
    size_t begin = (size_t)(token.data - frame->bytes.data), end = begin + token.length;
    IW_HOLDS(token.length > 0 && end <= frame->bytes.length);
    struct iw_span front = iw_span_part(frame->bytes, 0, begin);
    struct iw_span behind = iw_span_part(frame->bytes, end, frame->bytes.length);
    IW_HOLDS(outcome.length >= front.length + behind.length);
    IW_HOLDS(iw_span_starts(outcome, front));
    size_t tail = outcome.length - behind.length;
    IW_HOLDS(iw_span_equal(iw_span_part(outcome, tail, outcome.length), behind));
    IW_HOLDS(!iw_span_equal(outcome, frame->bytes));
}

static void check_frame(const struct choice *choice, const struct iw_frame *frame)
{
    struct iw_buf outcome, again;
    size_t places = iw_malform_places(frame, choice->fault);
    if (places == 0)
        return;
    size_t place = choice->place % places;
    iw_buf_init(&outcome, NULL, SIZE_MAX / 2);
    iw_buf_init(&again, NULL, SIZE_MAX / 2);
    iw_malform_write(&outcome, frame, choice->fault, place);
    iw_malform_write(&again, frame, choice->fault, place);
    IW_HOLDS(iw_span_equal(iw_buf_span(&outcome), iw_buf_span(&again)));
    check_around(frame, iw_malform_token(frame, choice->fault, place), iw_buf_span(&outcome));
    iw_grammar_holds(choice->grammar, iw_buf_span(&outcome));
    iw_buf_release(&outcome);
    iw_buf_release(&again);
}

/* A frame with a bare LF is no well-formed one. */
static void check_stream(const struct choice *choice, struct iw_span stream)
{
    struct iw_framer framer;
    struct iw_frame frame;
    enum iw_result result;
    iw_framer_init(&framer, choice->grammar->role, &iw_limits_default, NULL);
    iw_framer_feed(&framer, stream);
    while ((result = iw_framer_next(&framer, &frame, NULL)) != IW_MORE) {
        if (result == IW_OK && frame.kind == IW_FRAME_ASK)
            iw_framer_accept(&framer);
        else if (result == IW_OK && !frame.bare_lf)
            check_frame(choice, &frame);
    }
    iw_framer_release(&framer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CHOICE)
        return 0;
    struct iw_span stream = iw_span((const char *)data + CHOICE, size - CHOICE);
    struct choice choice = {.fault = (enum iw_malform)(data[0] % IW_MALFORM_COUNT),
                            .place = (size_t)data[1] << 8 | data[2]};
    choice.grammar = &iw_response_grammar;
    check_stream(&choice, stream);
    choice.grammar = &iw_command_grammar;
    check_stream(&choice, stream);
    return 0;
}
