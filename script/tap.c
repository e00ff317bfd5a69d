/* SPDX-License-Identifier: MIT */
#include "script/tap.h"

#include "base/chars.h"
#include "parser/tree.h"
#include "script/proof.h"

#include <string.h>

enum {
    WAITING_MAX = 4 << 20, /* of a client that does not wait for "+" */
    PASS_MAX = 64 << 20,
    ASKED_MAX = 16 << 20,
    SCRATCH_MAX = 64 << 20
};

/* What a scenario can play: a literal of it is kept up to 16 MiB. */
static const struct iw_limits limits = {.line = 1 << 20,
                                        .literal = 15 << 20,
                                        .frame = 15 << 20,
                                        .literals = 1000,
                                        .values = 32 << 20,
                                        .items = 1000000,
                                        .depth = 100};

void iw_tap_init(struct iw_tap *tap, struct iw_recording *recording, unsigned conn, bool secure)
{
    memset(tap, 0, sizeof *tap);
    tap->recording = recording;
    tap->conn = conn;
    tap->secure = secure;
    recording->tls[conn] = secure;
    if (recording->conn_count < conn)
        recording->conn_count = conn;
    iw_framer_init(&tap->framers[IW_SIDE_CLIENT], IW_FRAME_COMMANDS, &limits, NULL);
    iw_framer_init(&tap->framers[IW_SIDE_SERVER], IW_FRAME_RESPONSES, &limits, NULL);
    iw_buf_init(&tap->pass[IW_SIDE_CLIENT], NULL, PASS_MAX);
    iw_buf_init(&tap->pass[IW_SIDE_SERVER], NULL, PASS_MAX);
    iw_buf_init(&tap->waiting, NULL, PASS_MAX);
    iw_buf_init(&tap->fed, NULL, PASS_MAX);
    iw_buf_init(&tap->asked, NULL, ASKED_MAX);
    iw_buf_init(&tap->pluses, NULL, ASKED_MAX);
    iw_arena_init(&tap->scratch, NULL, SCRATCH_MAX);
}

void iw_tap_release(struct iw_tap *tap)
{
    for (int side = 0; side < 2; side++) {
        iw_framer_release(&tap->framers[side]);
        iw_buf_release(&tap->pass[side]);
    }
    iw_buf_release(&tap->waiting);
    iw_buf_release(&tap->fed);
    iw_buf_release(&tap->asked);
    iw_buf_release(&tap->pluses);
    iw_arena_release(&tap->scratch);
}

/* ---- what passes ---- */

/* Where STARTTLS is ours, what the server says of it must be changed and what the client says of it
 * must not pass: then whole frames do. */
static bool passes_frames(const struct iw_tap *tap)
{
    return tap->offers_tls && !tap->secure;
}

static void pass(struct iw_tap *tap, enum iw_side side, struct iw_span octets)
{
    iw_buf_add(&tap->pass[side], octets);
}

/* Octets fed that stand behind what the framer has just given out. */
static size_t left_in(const struct iw_framer *framer, enum iw_result result)
{
    return result == IW_OK ? framer->pending.length + framer->input.length - framer->searched : 0;
}

/* Up to where the framer has come. */
static void pass_fed(struct iw_tap *tap)
{
    size_t to = tap->fed.length - tap->left;
    if (passes_frames(tap))
        return;
    pass(tap, IW_SIDE_CLIENT, iw_span_part(iw_buf_span(&tap->fed), tap->passed, to));
    tap->passed = to;
}

/* What of a frame has not passed yet. */
static void pass_frame(struct iw_tap *tap, struct iw_span octets, bool whole)
{
    if (!passes_frames(tap))
        return;
    pass(tap, IW_SIDE_CLIENT, iw_span_part(octets, tap->passed, octets.length));
    tap->passed = whole ? 0 : octets.length;
}

/* From here on nothing is understood: what has been held up passes. */
static void go_deaf(struct iw_tap *tap, const char *why)
{
    iw_recording_stop(tap->recording, why);
    if (tap->deaf)
        return;
    for (int side = 0; side < 2 && passes_frames(tap); side++) {
        struct iw_span begun = iw_buf_span(&tap->framers[side].pending);
        pass(tap, side,
             iw_span_part(begun, side == IW_SIDE_CLIENT ? tap->passed : 0, begun.length));
    }
    size_t from = passes_frames(tap) ? tap->fed.length - tap->left : tap->passed;
    if (tap->feeding)
        pass(tap, IW_SIDE_CLIENT, iw_span_part(iw_buf_span(&tap->fed), from, tap->fed.length));
    pass(tap, IW_SIDE_CLIENT, iw_buf_span(&tap->waiting));
    iw_buf_clear(&tap->waiting);
    tap->deaf = true;
}

/* ---- what is heard ---- */

static struct iw_utterance *note(struct iw_tap *tap, struct iw_utterance utterance)
{
    utterance.conn = tap->conn;
    utterance.ms = tap->now;
    return iw_recording_add(tap->recording, &utterance);
}

static struct iw_utterance of_frame(enum iw_utterance_kind kind, enum iw_side side,
                                    const struct iw_frame *frame)
{
    return (struct iw_utterance){.kind = kind,
                                 .side = side,
                                 .octets = frame->bytes,
                                 .literals = frame->literals,
                                 .literal_count = frame->literal_count};
}

/* The scenario language compares trees. */
static bool is_tree(struct iw_tap *tap, const struct iw_frame *frame, enum iw_tree_kind kind)
{
    struct iw_tree tree;
    return iw_parse_tree(frame, kind, &tap->scratch, &limits, &tree, NULL) == IW_OK;
}

static bool is_response(struct iw_tap *tap, const struct iw_frame *frame,
                        struct iw_response *response)
{
    return iw_parse_response(frame, &tap->scratch, &limits, NULL, response, NULL) == IW_OK &&
           is_tree(tap, frame, IW_TREE_RESPONSE);
}

static struct iw_span without_end(struct iw_span line)
{
    while (line.length > 0 && iw_is_among(line.data[line.length - 1], "\r\n"))
        line.length--;
    return line;
}

/* tag = 1*TAG-CHAR, and a space behind it */
static size_t tag_length(struct iw_span line)
{
    size_t length = 0;
    while (length < line.length && iw_is(line.data[length], IW_CHAR_TAG))
        length++;
    return length < line.length && line.data[length] == ' ' ? length : 0;
}

static struct iw_span tag_of(const struct iw_utterance *utterance)
{
    return iw_span_part(utterance->octets, 0, utterance->tag_length);
}

/* ---- the client ---- */

static void take_message(struct iw_tap *tap, const struct iw_frame *frame)
{
    struct iw_span line = without_end(frame->bytes);
    struct iw_utterance heard = of_frame(IW_UTTERED_PROOF, IW_SIDE_CLIENT, frame);
    heard.answers = tap->proving;
    note(tap, heard);
    if (tap->messages == 0 && iw_span_equal(line, IW_SPAN("*")))
        return;
    tap->proving->proven = true;
    iw_proof_learn_message(&tap->recording->redaction, tap->mechanism, ++tap->messages, line);
}

static void begin_proving(struct iw_tap *tap, struct iw_utterance *utterance,
                          const struct iw_command *command)
{
    tap->proving = utterance;
    tap->mechanism = iw_arena_copy(&tap->recording->arena, command->mechanism);
    tap->messages = 0;
    if (command->initial.data == NULL)
        return;
    utterance->proven = true;
    iw_proof_learn_message(&tap->recording->redaction, tap->mechanism, ++tap->messages,
                           command->initial);
}

/* STARTTLS is answered here. */
static void answer_starttls(struct iw_tap *tap, struct iw_utterance *command)
{
    struct iw_buf answer;
    iw_buf_init(&answer, NULL, ASKED_MAX);
    iw_buf_add(&answer, tag_of(command));
    iw_buf_add_string(&answer, " OK begin TLS\r\n");
    pass(tap, IW_SIDE_SERVER, iw_buf_span(&answer));
    command->answers = note(tap, (struct iw_utterance){.kind = IW_UTTERED_COMPLETION,
                                                       .side = IW_SIDE_SERVER,
                                                       .octets = iw_buf_span(&answer),
                                                       .tag_length = command->tag_length,
                                                       .legal = true,
                                                       .answers = command});
    note(tap, (struct iw_utterance){.kind = IW_UTTERED_TLS, .side = IW_SIDE_SERVER});
    iw_buf_release(&answer);
    tap->turn = IW_TAP_CLIENT_TLS;
}

static void add_open(struct iw_tap *tap, struct iw_utterance *command)
{
    if (tap->open_count == IW_TAP_OPEN_MAX) {
        go_deaf(tap, "too many commands have no answer");
        return;
    }
    tap->open[tap->open_count++] = command;
}

static void begin_command(struct iw_tap *tap, struct iw_utterance *utterance,
                          const struct iw_command *command)
{
    struct iw_redaction *redaction = &tap->recording->redaction;
    switch (utterance->command) {
    case IW_COMMAND_LOGIN:
        utterance->user = iw_proof_learn_login(redaction, command);
        break;
    case IW_COMMAND_AUTHENTICATE:
        begin_proving(tap, utterance, command);
        break;
    case IW_COMMAND_IDLE:
        tap->idling = utterance;
        break;
    case IW_COMMAND_STARTTLS:
    case IW_COMMAND_COMPRESS:
        tap->turning = utterance;
        break;
    default:
        break;
    }
    if (utterance->command == IW_COMMAND_STARTTLS && passes_frames(tap))
        answer_starttls(tap, utterance);
    else
        add_open(tap, utterance);
}

/* "+"s that came for its literals are told behind it. */
static void tell_pluses(struct iw_tap *tap)
{
    struct iw_span left = iw_buf_span(&tap->pluses);
    while (left.length > 0) {
        const char *end = memchr(left.data, '\n', left.length);
        size_t length = end == NULL ? left.length : (size_t)(end - left.data) + 1;
        const struct iw_frame frame = {.kind = IW_FRAME_WHOLE,
                                       .role = IW_FRAME_RESPONSES,
                                       .bytes = iw_span_part(left, 0, length)};
        struct iw_utterance heard = of_frame(IW_UTTERED_PLUS, IW_SIDE_SERVER, &frame);
        struct iw_response response;
        heard.legal = is_response(tap, &frame, &response);
        note(tap, heard);
        left = iw_span_part(left, length, left.length);
    }
    iw_buf_clear(&tap->pluses);
}

static void take_command(struct iw_tap *tap, const struct iw_frame *frame)
{
    struct iw_utterance heard = of_frame(IW_UTTERED_COMMAND, IW_SIDE_CLIENT, frame);
    struct iw_command command;
    iw_arena_reset(&tap->scratch);
    heard.legal = iw_parse_command(frame, &tap->scratch, &limits, NULL, &command, NULL) == IW_OK &&
                  is_tree(tap, frame, IW_TREE_COMMAND);
    heard.command = heard.legal ? command.kind : IW_COMMAND_OTHER;
    heard.tag_length = tag_length(frame->bytes);
    if (heard.command == IW_COMMAND_OTHER)
        iw_proof_learn_words(&tap->recording->redaction, without_end(frame->bytes));
    struct iw_utterance *utterance = note(tap, heard);
    if (utterance == NULL)
        return;
    if (utterance->command != IW_COMMAND_LOGIN)
        tell_pluses(tap);
    iw_buf_clear(&tap->pluses);
    begin_command(tap, utterance, &command);
}

static void take_client_frame(struct iw_tap *tap, const struct iw_frame *frame)
{
    bool ours = passes_frames(tap);
    if (frame->kind == IW_FRAME_ASK) {
        pass_frame(tap, frame->bytes, false);
        iw_buf_clear(&tap->asked);
        iw_buf_add(&tap->asked, frame->bytes);
        return;
    }
    if (tap->proving != NULL)
        take_message(tap, frame);
    else if (tap->idling != NULL)
        note(tap, of_frame(IW_UTTERED_LINE, IW_SIDE_CLIENT, frame));
    else
        take_command(tap, frame);
    if (!ours || tap->turn != IW_TAP_CLIENT_TLS)
        pass_frame(tap, frame->bytes, true);
}

static bool is_held_up(const struct iw_tap *tap)
{
    return tap->asked.length > 0 || tap->turning != NULL || tap->turn != IW_TAP_NONE;
}

static bool feed_client(struct iw_tap *tap)
{
    if (tap->feeding)
        return true;
    if (tap->waiting.length == 0)
        return false;
    struct iw_buf fed = tap->fed;
    tap->fed = tap->waiting;
    tap->waiting = fed;
    iw_buf_clear(&tap->waiting);
    iw_framer_feed(&tap->framers[IW_SIDE_CLIENT], iw_buf_span(&tap->fed));
    tap->feeding = true;
    if (!passes_frames(tap))
        tap->passed = 0;
    return true;
}

static bool is_whole(const struct iw_frame *frame)
{
    for (size_t i = 0; i < frame->literal_count; i++)
        if (frame->kind == IW_FRAME_WHOLE && !frame->literals[i].kept)
            return false;
    return true;
}

static void hear_client(struct iw_tap *tap)
{
    struct iw_framer *framer = &tap->framers[IW_SIDE_CLIENT];
    while (!tap->deaf && !is_held_up(tap) && feed_client(tap)) {
        struct iw_frame frame;
        enum iw_result result = iw_framer_next(framer, &frame, NULL);
        tap->left = left_in(framer, result);
        if (result == IW_MORE || result == IW_OK)
            pass_fed(tap);
        if (result == IW_MORE)
            tap->feeding = false;
        else if (result != IW_OK || !is_whole(&frame))
            go_deaf(tap, "a line or literal of the client is too long to be recorded");
        else
            take_client_frame(tap, &frame);
        if (tap->recording->stopped != NULL)
            go_deaf(tap, "");
    }
    if (tap->waiting.length > WAITING_MAX)
        go_deaf(tap, "the client does not wait for answers");
}

/* ---- the server ---- */

static struct iw_span capabilities_of(struct iw_span line)
{
    struct iw_span word = IW_SPAN("CAPABILITY ");
    for (size_t at = 0; at + word.length < line.length; at++) {
        struct iw_span rest = iw_span_part(line, at, line.length);
        if (!iw_span_starts_nocase(rest, word))
            continue;
        size_t end = word.length;
        while (end < rest.length && !iw_is_among(rest.data[end], "]\r\n"))
            end++;
        return iw_span_part(rest, word.length, end);
    }
    return iw_span(NULL, 0);
}

static bool names_capabilities(const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_CAPABILITY:
        return true;
    case IW_RESPONSE_STATE:
    case IW_RESPONSE_TAGGED:
        return iw_code_is(&response->text.code, "CAPABILITY");
    default:
        return false;
    }
}

/* Between a login and its OK a server tells already what it can do then. */
static bool is_in(const struct iw_tap *tap)
{
    bool comes = tap->authenticated || tap->proving != NULL;
    for (size_t i = 0; i < tap->open_count; i++)
        comes = comes || tap->open[i]->command == IW_COMMAND_LOGIN;
    return comes;
}

static void keep_capabilities(struct iw_tap *tap, const struct iw_response *response)
{
    struct iw_recording *recording = tap->recording;
    size_t state = (tap->secure ? 2 : 0) + (is_in(tap) ? 1 : 0);
    if (names_capabilities(response))
        recording->capability[state] =
            iw_arena_copy(&recording->arena, capabilities_of(response->raw));
}

/* A command whose literal was not wanted is over where it began. */
static void refuse_literal(struct iw_tap *tap, bool of_command)
{
    struct iw_span octets = iw_buf_span(&tap->asked);
    struct iw_utterance *command =
        note(tap, (struct iw_utterance){.kind = IW_UTTERED_COMMAND,
                                        .side = IW_SIDE_CLIENT,
                                        .octets = octets,
                                        .legal = of_command,
                                        .command = IW_COMMAND_OTHER,
                                        .tag_length = tag_length(octets)});
    iw_proof_learn_words(&tap->recording->redaction, without_end(octets));
    iw_buf_clear(&tap->asked);
    iw_buf_clear(&tap->pluses);
    if (command != NULL)
        add_open(tap, command);
    if (passes_frames(tap))
        tap->passed = 0;
    iw_framer_refuse(&tap->framers[IW_SIDE_CLIENT]);
}

static bool is_asked(const struct iw_tap *tap, struct iw_span tag)
{
    struct iw_span asked = iw_buf_span(&tap->asked);
    return tag.length > 0 && iw_span_equal(iw_span_part(asked, 0, tag_length(asked)), tag);
}

static struct iw_utterance *close_command(struct iw_tap *tap, struct iw_span tag)
{
    size_t i = 0;
    while (i < tap->open_count && !iw_span_equal(tag_of(tap->open[i]), tag))
        i++;
    if (i == tap->open_count || tag.length == 0)
        return NULL;
    struct iw_utterance *command = tap->open[i];
    memmove(&tap->open[i], &tap->open[i + 1], (--tap->open_count - i) * sizeof *tap->open);
    return command;
}

/* The command has its answer. */
static void end_command(struct iw_tap *tap, const struct iw_utterance *command, bool ok)
{
    if (command == tap->proving)
        tap->proving = NULL;
    if (command == tap->idling)
        tap->idling = NULL;
    if (command == tap->turning) {
        bool tls = command->command == IW_COMMAND_STARTTLS;
        tap->turning = NULL;
        if (ok)
            tap->turn = tls ? IW_TAP_TLS : IW_TAP_COMPRESS;
    }
    if (ok && (command->command == IW_COMMAND_LOGIN || command->command == IW_COMMAND_AUTHENTICATE))
        tap->authenticated = true;
    if (ok && command->command == IW_COMMAND_UNAUTHENTICATE)
        tap->authenticated = false;
}

static void take_completion(struct iw_tap *tap, struct iw_utterance *heard,
                            struct iw_utterance *command)
{
    bool ok = heard->legal && heard->state == IW_STATE_OK;
    heard->kind = IW_UTTERED_COMPLETION;
    heard->answers = command;
    heard->tag_length = command->tag_length;
    end_command(tap, command, ok);
    command->answers = note(tap, *heard);
    if (tap->turn != IW_TAP_NONE)
        note(tap, (struct iw_utterance){.kind = tap->turn == IW_TAP_COMPRESS ? IW_UTTERED_COMPRESS
                                                                             : IW_UTTERED_TLS,
                                        .side = IW_SIDE_SERVER});
}

static void take_plus(struct iw_tap *tap, struct iw_utterance *heard)
{
    heard->kind = tap->proving != NULL ? IW_UTTERED_PROOF : IW_UTTERED_PLUS;
    heard->answers = tap->proving;
    if (tap->asked.length == 0) {
        note(tap, *heard);
        return;
    }
    iw_buf_add(&tap->pluses, heard->octets);
    iw_buf_clear(&tap->asked);
    iw_framer_accept(&tap->framers[IW_SIDE_CLIENT]);
}

static void take_response(struct iw_tap *tap, const struct iw_frame *frame)
{
    struct iw_utterance heard = of_frame(IW_UTTERED_UNTAGGED, IW_SIDE_SERVER, frame);
    struct iw_response response = {.kind = IW_RESPONSE_OTHER};
    struct iw_span tag = iw_span_part(frame->bytes, 0, tag_length(frame->bytes));
    iw_arena_reset(&tap->scratch);
    heard.legal = is_response(tap, frame, &response);
    heard.response = heard.legal ? response.kind : IW_RESPONSE_OTHER;
    heard.state = response.state;
    bool bad = heard.legal && response.kind == IW_RESPONSE_STATE && response.state == IW_STATE_BAD;
    if (tap->asked.length > 0 && (bad || is_asked(tap, tag)))
        refuse_literal(tap, !bad);
    struct iw_utterance *command = close_command(tap, tag);
    if (command != NULL)
        take_completion(tap, &heard, command);
    else if (frame->bytes.data[0] == '+')
        take_plus(tap, &heard);
    else
        note(tap, heard);
    if (heard.legal && response.kind == IW_RESPONSE_STATE && response.state == IW_STATE_PREAUTH)
        tap->authenticated = true;
    if (heard.legal)
        keep_capabilities(tap, &response);
}

/* " STARTTLS" behind the names of capabilities: that is what the client hears, and what is
 * recorded. */
static void offer_tls(struct iw_tap *tap, struct iw_frame frame)
{
    struct iw_span line = frame.bytes, names = capabilities_of(line);
    bool legal = names.data != NULL && frame.literal_count == 0 &&
                 (iw_span_starts(line, IW_SPAN("* ")) || tag_length(line) > 0);
    size_t end = legal ? (size_t)(names.data - line.data) + names.length : line.length;
    struct iw_buf told;
    iw_buf_init(&told, NULL, PASS_MAX);
    iw_buf_add(&told, iw_span_part(line, 0, end));
    iw_buf_add_string(&told, legal ? " STARTTLS" : "");
    iw_buf_add(&told, iw_span_part(line, end, line.length));
    frame.bytes = iw_buf_span(&told);
    pass(tap, IW_SIDE_SERVER, frame.bytes);
    take_response(tap, &frame);
    iw_buf_release(&told);
}

static void hear_server(struct iw_tap *tap, struct iw_span octets)
{
    struct iw_framer *framer = &tap->framers[IW_SIDE_SERVER];
    bool frames = passes_frames(tap);
    size_t to = 0;
    iw_framer_feed(framer, octets);
    while (!tap->deaf && tap->turn == IW_TAP_NONE && tap->recording->stopped == NULL) {
        struct iw_frame frame;
        enum iw_result result = iw_framer_next(framer, &frame, NULL);
        to = octets.length - left_in(framer, result);
        if (result == IW_MORE)
            break;
        if (result != IW_OK || !is_whole(&frame)) {
            iw_recording_stop(tap->recording,
                              "a line or literal of the server is too long to be recorded");
        } else if (frames) {
            offer_tls(tap, frame);
        } else {
            take_response(tap, &frame);
        }
    }
    if (tap->recording->stopped != NULL) {
        go_deaf(tap, "");
        to = frames ? to : 0;
        pass(tap, IW_SIDE_SERVER, iw_span_part(octets, to, octets.length));
    } else if (!frames) {
        pass(tap, IW_SIDE_SERVER, iw_span_part(octets, 0, to));
    }
}

/* ---- the face ---- */

void iw_tap_hear(struct iw_tap *tap, enum iw_side side, struct iw_span octets, uint64_t now)
{
    tap->now = now;
    if (tap->recording->stopped != NULL)
        go_deaf(tap, "");
    if (tap->deaf) {
        pass(tap, side, octets);
        return;
    }
    if (side == IW_SIDE_CLIENT)
        iw_buf_add(&tap->waiting, octets);
    else
        hear_server(tap, octets);
    hear_client(tap);
}

void iw_tap_turned(struct iw_tap *tap)
{
    tap->secure = tap->secure || tap->turn != IW_TAP_COMPRESS;
    iw_framer_take_rest(&tap->framers[IW_SIDE_CLIENT]);
    if (tap->turn != IW_TAP_CLIENT_TLS)
        iw_framer_take_rest(&tap->framers[IW_SIDE_SERVER]);
    iw_buf_clear(&tap->fed);
    iw_buf_clear(&tap->waiting);
    tap->feeding = false;
    tap->passed = 0;
    tap->turning = NULL;
    tap->turn = IW_TAP_NONE;
}

static void note_part(struct iw_tap *tap, enum iw_side side, struct iw_span octets)
{
    if (octets.length > 0)
        note(tap, (struct iw_utterance){.kind = IW_UTTERED_PART, .side = side, .octets = octets});
}

void iw_tap_closed(struct iw_tap *tap, enum iw_side side, enum iw_close how, uint64_t now)
{
    if (tap->over)
        return;
    tap->over = true;
    tap->now = now;
    if (tap->deaf)
        return;
    struct iw_span begun = iw_buf_span(&tap->framers[IW_SIDE_CLIENT].pending);
    if (tap->asked.length > 0)
        begun = iw_buf_span(&tap->asked);
    if (tap->proving != NULL)
        begun = iw_span(NULL, 0);
    iw_proof_learn_words(&tap->recording->redaction, begun);
    note_part(tap, IW_SIDE_CLIENT, begun);
    note_part(tap, IW_SIDE_SERVER, iw_buf_span(&tap->framers[IW_SIDE_SERVER].pending));
    note(tap, (struct iw_utterance){.kind = IW_UTTERED_CLOSE, .side = side, .how = how});
}
