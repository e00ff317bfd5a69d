/* SPDX-License-Identifier: MIT */
/* Conversations of four real servers: every octet belongs to a frame, every frame parses or is a
 * deviation known by name, and what parses is written and read again as an equal value. */
#include "parser/command.h"
#include "parser/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FILE_MAX = 1 << 16, TEXT_MAX = 1 << 20, VALUES_MAX = 1 << 20 };

/* Counted by another program: frames are what the file has, others those of no type here. */
static const struct transcript {
    const char *name;
    size_t frames, others;
} transcripts[] = {
    {"courier-imaplib.s2c", 158, 0},   {"courier-imaplib.c2s", 60, 0},
    {"cyrus-imaplib.s2c", 168, 0},     {"cyrus-imaplib.c2s", 60, 0},
    {"dovecot-curl.s2c", 21, 0},       {"dovecot-curl.c2s", 8, 0},
    {"dovecot-imapfilter.s2c", 58, 0}, {"dovecot-imapfilter.c2s", 21, 0},
    {"dovecot-mutt.s2c", 62, 0},       {"dovecot-mutt.c2s", 15, 0},
    {"dovecot-node-imap.s2c", 55, 0},  {"dovecot-node-imap.c2s", 14, 0},
    {"dovecot-php.s2c", 75, 0},        {"dovecot-php.c2s", 20, 0},
    {"dovecot-ruby.s2c", 77, 0},       {"dovecot-ruby.c2s", 20, 0},
    {"mailutils-imaplib.s2c", 137, 1}, {"mailutils-imaplib.c2s", 59, 0},
};

/* Where these servers leave the grammar. */
static const struct deviation {
    const char *server;
    const char *begin; /* of the response */
    size_t count;
    enum iw_leniency leniency; /* that lets it pass; IW_LENIENT_COUNT: it is of no type */
    const char *why;
} deviations[] = {
    {"courier", "* FLAGS (", 4, IW_LENIENT_FLAG_RECENT, "\\Recent in FLAGS (RFC 3501 §9 flag)"},
    {"courier", "* QUOTA \"", 2, IW_LENIENT_QUOTA_NO_LIST, "no list (RFC 2087 §5.1)"},
    {"mailutils", "* 1 EXPUNGED", 1, IW_LENIENT_COUNT, "EXPUNGED for EXPUNGE (RFC 3501 §7.4.1)"},
};
enum { DEVIATIONS = sizeof deviations / sizeof *deviations };

/* Responses that these servers send and that have no type. */
static const char *const known_others[] = {"EXPUNGED"};

struct play {
    const struct transcript *transcript;
    struct iw_framer framer;
    struct iw_arena arena;
    struct iw_span file;
    uint64_t covered; /* octets of the file in frames so far */
    size_t frames, others;
    size_t deviations[DEVIATIONS];
    bool continuing; /* commands: behind AUTHENTICATE or IDLE */
};

static struct iw_span read_file(const char *name, char *octets)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/transcripts/%s", IW_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s: cannot be opened", path);
    size_t length = fread(octets, 1, FILE_MAX, file);
    fclose(file);
    assert_in_range(length, 1, FILE_MAX - 1);
    return iw_span(octets, length);
}

static bool is_response(const struct play *play)
{
    return play->framer.role == IW_FRAME_RESPONSES;
}

/* ---- what must hold for a frame ---- */

/* The deviation that a response is; DEVIATIONS: none. */
static size_t deviation_of(const struct play *play, struct iw_span bytes)
{
    size_t i = 0;
    while (i < DEVIATIONS && !(strncmp(play->transcript->name, deviations[i].server,
                                       strlen(deviations[i].server)) == 0 &&
                               iw_span_starts(bytes, iw_span_of(deviations[i].begin))))
        i++;
    return i;
}

static bool is_known_other(struct iw_span name)
{
    for (size_t i = 0; i < sizeof known_others / sizeof *known_others; i++)
        if (iw_span_equal(name, iw_span_of(known_others[i])))
            return true;
    return false;
}

/* The framer that lends the frame; its text must live as long. */
static void reframe(struct iw_framer *framer, enum iw_frame_role role, struct iw_span text,
                    struct iw_frame *frame)
{
    struct iw_error error = {0};
    iw_framer_init(framer, role, &iw_limits_default, NULL);
    iw_framer_feed(framer, text);
    do {
        assert_int_equal(iw_framer_next(framer, frame, &error), IW_OK);
        if (frame->kind == IW_FRAME_ASK)
            iw_framer_accept(framer);
    } while (frame->kind == IW_FRAME_ASK);
    assert_int_equal(iw_framer_held(framer), 0);
}

static void check_response_written(struct play *play, const struct iw_response *response)
{
    struct iw_buf out;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_response again;
    struct iw_error error = {0};
    iw_buf_init(&out, NULL, TEXT_MAX);
    iw_write_response(&out, response);
    if (response->kind == IW_RESPONSE_OTHER)
        assert_true(iw_span_equal(iw_buf_span(&out), response->raw));
    reframe(&framer, IW_FRAME_RESPONSES, iw_buf_span(&out), &frame);
    assert_int_equal(
        iw_parse_response(&frame, &play->arena, &iw_limits_default, NULL, &again, &error), IW_OK);
    if (!iw_response_equal(response, &again))
        fail_msg("differs when it is read again: %.*s", (int)response->raw.length,
                 response->raw.data);
    iw_framer_release(&framer);
    iw_buf_release(&out);
}

static void check_response(struct play *play, const struct iw_frame *frame)
{
    struct iw_response response;
    struct iw_error error = {0};
    size_t i = deviation_of(play, frame->bytes);
    enum iw_result result =
        iw_parse_response(frame, &play->arena, &iw_limits_default, NULL, &response, &error);
    bool refused = i < DEVIATIONS && deviations[i].leniency < IW_LENIENT_COUNT;
    if (i < DEVIATIONS)
        play->deviations[i]++;
    if (result != (refused ? IW_SYNTAX : IW_OK))
        fail_msg("%s: %s at %zu in %.*s", play->transcript->name, error.expected, error.offset,
                 (int)frame->bytes.length, frame->bytes.data);
    if (refused) {
        struct iw_lenient lenient = {.allowed = (uint64_t)1 << deviations[i].leniency};
        error = (struct iw_error){0};
        assert_int_equal(
            iw_parse_response(frame, &play->arena, &iw_limits_default, &lenient, &response, &error),
            IW_OK);
        assert_int_equal(lenient.used, lenient.allowed);
        return;
    }
    if (response.kind == IW_RESPONSE_OTHER && !is_known_other(response.name))
        fail_msg("a response of no type: %.*s", (int)response.raw.length, response.raw.data);
    play->others += response.kind == IW_RESPONSE_OTHER;
    check_response_written(play, &response);
}

/* imaplib does not quote the quota root that it is given. */
static bool is_unquoted_root(struct iw_span line)
{
    struct iw_span wanted = IW_SPAN(" GETQUOTA User quota\r\n");
    return line.length > wanted.length &&
           iw_span_equal(iw_span_part(line, line.length - wanted.length, line.length), wanted);
}

static void check_command(struct play *play, const struct iw_frame *frame)
{
    struct iw_command command, again;
    struct iw_framer framer;
    struct iw_frame written;
    struct iw_buf out;
    struct iw_error error = {0};
    play->continuing =
        play->continuing && memchr(frame->bytes.data, ' ', frame->bytes.length) == NULL;
    if (play->continuing)
        return;
    if (iw_parse_command(frame, &play->arena, &iw_limits_default, NULL, &command, &error) !=
        IW_OK) {
        if (is_unquoted_root(frame->bytes))
            return;
        fail_msg("%s: %s at %zu in %.*s", play->transcript->name, error.expected, error.offset,
                 (int)frame->bytes.length, frame->bytes.data);
    }
    play->continuing = command.kind == IW_COMMAND_AUTHENTICATE || command.kind == IW_COMMAND_IDLE;
    play->others += command.kind == IW_COMMAND_OTHER;
    iw_buf_init(&out, NULL, TEXT_MAX);
    iw_write_command(&out, &command);
    reframe(&framer, IW_FRAME_COMMANDS, iw_buf_span(&out), &written);
    assert_int_equal(
        iw_parse_command(&written, &play->arena, &iw_limits_default, NULL, &again, &error), IW_OK);
    if (!iw_command_equal(&command, &again))
        fail_msg("differs when it is read again: %.*s", (int)frame->bytes.length,
                 frame->bytes.data);
    iw_framer_release(&framer);
    iw_buf_release(&out);
}

static void check_frame(struct play *play, const struct iw_frame *frame)
{
    if (frame->kind == IW_FRAME_ASK) {
        iw_framer_accept(&play->framer);
        return;
    }
    struct iw_span original = iw_span_part(play->file, (size_t)play->covered,
                                           (size_t)play->covered + frame->bytes.length);
    assert_int_equal(frame->offset, play->covered);
    assert_true(iw_span_equal(frame->bytes, original));
    play->covered += frame->bytes.length;
    play->frames++;
    iw_arena_reset(&play->arena);
    if (is_response(play))
        check_response(play, frame);
    else
        check_command(play, frame);
}

/* ---- whole files ---- */

static void feed(struct play *play, struct iw_span chunk)
{
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    iw_framer_feed(&play->framer, chunk);
    while ((result = iw_framer_next(&play->framer, &frame, &error)) == IW_OK)
        check_frame(play, &frame);
    assert_int_equal(result, IW_MORE);
}

static void check_deviations(const struct play *play)
{
    for (size_t i = 0; i < DEVIATIONS; i++) {
        const struct deviation *deviation = &deviations[i];
        size_t length = strlen(deviation->server);
        bool here = strncmp(play->transcript->name, deviation->server, length) == 0;
        if (play->deviations[i] != (here && is_response(play) ? deviation->count : 0))
            fail_msg("%s: %zu times: %s", play->transcript->name, play->deviations[i],
                     deviation->why);
    }
}

static void play_transcript(const struct transcript *transcript, size_t chunk)
{
    char octets[FILE_MAX];
    struct play play = {.transcript = transcript, .file = read_file(transcript->name, octets)};
    bool responses = strstr(transcript->name, ".s2c") != NULL;
    iw_framer_init(&play.framer, responses ? IW_FRAME_RESPONSES : IW_FRAME_COMMANDS,
                   &iw_limits_default, NULL);
    iw_arena_init(&play.arena, NULL, VALUES_MAX);
    for (size_t at = 0; at < play.file.length; at += chunk)
        feed(&play, iw_span_part(play.file, at, at + chunk));
    assert_int_equal(iw_framer_held(&play.framer), 0);
    assert_int_equal(play.covered, play.file.length);
    if (play.frames != transcript->frames || play.others != transcript->others)
        fail_msg("%s: %zu frames, %zu without a type", transcript->name, play.frames, play.others);
    check_deviations(&play);
    iw_framer_release(&play.framer);
    iw_arena_release(&play.arena);
}

static void test_transcripts(void **state)
{
    static const size_t chunks[] = {FILE_MAX, 1, 13, 1460};
    (void)state;
    for (size_t i = 0; i < sizeof transcripts / sizeof *transcripts; i++)
        for (size_t j = 0; j < sizeof chunks / sizeof *chunks; j++)
            play_transcript(&transcripts[i], chunks[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_transcripts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
