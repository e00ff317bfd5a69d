/* SPDX-License-Identifier: MIT */
/* engine_dialogues [--update] FILE…: dialogues in Markdown are played to the embedded engine, and
 * every octet it says must be what is written there, and legal.
 *
 * Between two lines "~~~" stands one dialogue with a fresh world: the users "user" and "second",
 * both with the password "secret", and their empty INBOXes. "C: …" is a line from the client,
 * "S: …" one from the engine, each without its CRLF; C2 and S2 are a second session, and so on up
 * to 4. A word NOMODSEQ behind the first "~~~" makes mailboxes without mod-sequences; any other
 * words are all the capabilities there are.
 * Consecutive lines of one client come at once. "+ …" that only asks for a literal is not shown.
 *
 * --update writes what the engine says into the files. */
#include "mockserver/engine/session.h"
#include "parser/response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS = 4, CAP = 64 << 20, PATH_SIZE = 1024 };

struct talker {
    struct iw_engine_session session;
    struct iw_framer framer;
    struct iw_buf said, answer;
    bool open;
};

struct stage {
    struct iw_engine engine;
    struct talker talkers[SESSIONS];
    struct iw_arena arena;
};

/* given: what stands behind "~~~". */
static void begin(struct stage *stage, struct iw_span given)
{
    bool no_modseq = iw_span_equal(given, IW_SPAN("NOMODSEQ"));
    struct iw_engine_options options = {.has_tls = true, .store = {.no_modseq = no_modseq}};
    for (size_t i = 0; i < sizeof options.capabilities / sizeof *options.capabilities; i++)
        options.capabilities[i] = no_modseq ? iw_span(NULL, 0) : given;
    iw_engine_init(&stage->engine, &options);
    iw_store_add_user(&stage->engine.store, IW_SPAN("user"), IW_SPAN("secret"));
    iw_store_add_user(&stage->engine.store, IW_SPAN("second"), IW_SPAN("secret"));
    iw_arena_init(&stage->arena, NULL, CAP);
    for (size_t i = 0; i < SESSIONS; i++) {
        struct talker *talker = &stage->talkers[i];
        iw_engine_session_init(&talker->session, &stage->engine, true);
        iw_framer_init(&talker->framer, IW_FRAME_COMMANDS, &iw_limits_default, NULL);
        iw_buf_init(&talker->said, NULL, CAP);
        iw_buf_init(&talker->answer, NULL, CAP);
    }
}

static void end(struct stage *stage)
{
    for (size_t i = 0; i < SESSIONS; i++) {
        iw_engine_session_release(&stage->talkers[i].session);
        iw_framer_release(&stage->talkers[i].framer);
        iw_buf_release(&stage->talkers[i].said);
        iw_buf_release(&stage->talkers[i].answer);
    }
    iw_arena_release(&stage->arena);
    iw_engine_release(&stage->engine);
}

/* ---- the engine's turn ---- */

static void answer_command(struct stage *stage, struct talker *talker, const struct iw_frame *frame)
{
    struct iw_command command;
    struct iw_error error = {0};
    iw_arena_reset(&stage->arena);
    if (iw_parse_command(frame, &stage->arena, &iw_limits_default, NULL, &command, &error) !=
        IW_OK) {
        iw_buf_addf(&talker->answer, "* BAD octet %zu: expected %s\r\n", error.offset,
                    error.expected);
        return;
    }
    iw_engine_session_answer(&talker->session, &command, &talker->answer);
    while (iw_engine_session_is_busy(&talker->session))
        iw_engine_session_go_on(&talker->session, &talker->answer);
}

static struct iw_span without_line_end(struct iw_span line)
{
    return iw_span_part(line, 0, line.length < 2 ? 0 : line.length - 2);
}

/* Feeds all that was said. */
static void act(struct stage *stage, struct talker *talker)
{
    struct iw_frame frame;
    struct iw_error error = {0};
    if (talker->said.length == 0)
        return;
    iw_framer_feed(&talker->framer, iw_buf_span(&talker->said));
    for (;;) {
        if (talker->session.wants_line)
            iw_framer_expect_line(&talker->framer);
        if (iw_framer_next(&talker->framer, &frame, &error) != IW_OK)
            break;
        if (frame.kind == IW_FRAME_ASK)
            iw_framer_accept(&talker->framer);
        else if (talker->session.wants_line)
            iw_engine_session_line(&talker->session, without_line_end(frame.bytes),
                                   &talker->answer);
        else
            answer_command(stage, talker, &frame);
    }
    iw_buf_clear(&talker->said);
}

static void push_news(struct stage *stage)
{
    for (size_t i = 0; i < SESSIONS; i++) {
        if (iw_engine_session_has_news(&stage->talkers[i].session))
            iw_engine_session_tell(&stage->talkers[i].session, &stage->talkers[i].answer);
    }
}

static bool is_legal(struct stage *stage, struct iw_span answer)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    struct iw_response response;
    bool legal = true;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&framer, answer);
    while (legal && iw_framer_next(&framer, &frame, &error) == IW_OK) {
        legal = iw_parse_response(&frame, &stage->arena, &iw_limits_default, NULL, &response,
                                  &error) == IW_OK;
        if (!legal)
            printf("not legal: octet %zu of \"%.*s\": expected %s\n", error.offset,
                   (int)frame.bytes.length, frame.bytes.data, error.expected);
    }
    legal = legal && iw_framer_held(&framer) == 0;
    iw_framer_release(&framer);
    return legal;
}

/* ---- the file ---- */

struct reading {
    struct stage stage;
    bool playing;
    struct iw_buf *out; /* the file as it should be */
    size_t line;
    size_t faults;
};

/* "C2: text": its talker and its text; NULL: the line is no such line. */
static struct talker *take_line(struct reading *reading, char side, struct iw_span line,
                                struct iw_span *text)
{
    size_t digits = line.length > 1 && line.data[1] >= '1' && line.data[1] <= '4';
    if (line.length < 3 + digits || line.data[0] != side || line.data[1 + digits] != ':' ||
        line.data[2 + digits] != ' ')
        return NULL;
    *text = iw_span_part(line, 3 + digits, line.length);
    return &reading->stage.talkers[digits ? line.data[1] - '1' : 0];
}

/* Writes what every session has said as "S: …" lines. */
static void write_answers(struct reading *reading)
{
    for (size_t i = 0; i < SESSIONS; i++) {
        struct talker *talker = &reading->stage.talkers[i];
        struct iw_span left = iw_buf_span(&talker->answer);
        if (!is_legal(&reading->stage, left))
            reading->faults++;
        while (left.length > 0) {
            const char *end = memchr(left.data, '\n', left.length);
            size_t length = end == NULL ? left.length : (size_t)(end - left.data) + 1;
            struct iw_span line = iw_span_part(left, 0, length);
            if (i == 0)
                iw_buf_add_string(reading->out, "S: ");
            else
                iw_buf_addf(reading->out, "S%zu: ", i + 1);
            iw_buf_add(reading->out, without_line_end(line));
            iw_buf_add_char(reading->out, '\n');
            left = iw_span_part(left, length, left.length);
        }
        iw_buf_clear(&talker->answer);
    }
}

static void let_all_act(struct reading *reading)
{
    for (size_t i = 0; i < SESSIONS; i++)
        act(&reading->stage, &reading->stage.talkers[i]);
    push_news(&reading->stage);
    write_answers(reading);
}

static void keep(struct reading *reading, struct iw_span line)
{
    iw_buf_add(reading->out, line);
    iw_buf_add_char(reading->out, '\n');
}

static void read_line(struct reading *reading, struct iw_span line, struct talker **speaking)
{
    struct iw_span text;
    if (iw_span_starts_nocase(line, IW_SPAN("~~~"))) {
        if (reading->playing) {
            let_all_act(reading);
            end(&reading->stage);
        } else {
            begin(&reading->stage, iw_span_part(line, 4, line.length));
        }
        reading->playing = !reading->playing;
        *speaking = NULL;
        keep(reading, line);
        return;
    }
    if (!reading->playing) {
        keep(reading, line);
        return;
    }
    struct talker *talker = take_line(reading, 'C', line, &text);
    if (talker == NULL)
        return; /* what the engine says is written anew */
    if (*speaking != NULL)
        let_all_act(reading);
    *speaking = talker;
    iw_buf_add(&talker->said, text);
    iw_buf_add_string(&talker->said, "\r\n");
    keep(reading, line);
}

/* Consecutive lines of one client come at once: a line of the engine's between them ends the row.
 */
static void read_file(struct reading *reading, struct iw_span file)
{
    struct talker *speaking = NULL;
    struct iw_span text;
    while (file.length > 0) {
        const char *end_of_line = memchr(file.data, '\n', file.length);
        size_t length = end_of_line == NULL ? file.length : (size_t)(end_of_line - file.data);
        struct iw_span line = iw_span_part(file, 0, length);
        struct talker *talker = reading->playing ? take_line(reading, 'C', line, &text) : NULL;
        if (talker != NULL && talker == speaking) {
            iw_buf_add(&talker->said, text);
            iw_buf_add_string(&talker->said, "\r\n");
            keep(reading, line);
        } else {
            read_line(reading, line, &speaking);
            if (reading->playing && talker == NULL && speaking != NULL) {
                let_all_act(reading);
                speaking = NULL;
            }
        }
        file = iw_span_part(file, length + 1, file.length);
    }
}

/* ---- the command ---- */

static bool load(const char *path, struct iw_buf *file)
{
    FILE *stream = fopen(path, "r");
    char piece[4096];
    size_t length;
    if (stream == NULL)
        return false;
    while ((length = fread(piece, 1, sizeof piece, stream)) > 0)
        iw_buf_add(file, iw_span(piece, length));
    fclose(stream);
    return !file->failed;
}

static bool save(const char *path, struct iw_span text)
{
    FILE *stream = fopen(path, "w");
    bool saved = stream != NULL && fwrite(text.data, 1, text.length, stream) == text.length;
    return stream != NULL && fclose(stream) == 0 && saved;
}

static void show_difference(const char *path, struct iw_span is, struct iw_span should)
{
    size_t line = 1, begin = 0, at = 0;
    while (at < is.length && at < should.length && is.data[at] == should.data[at]) {
        if (is.data[at++] == '\n') {
            line++;
            begin = at;
        }
    }
    struct iw_span a = iw_span_part(is, begin, is.length);
    struct iw_span b = iw_span_part(should, begin, should.length);
    printf("%s:%zu: written: %.*s\n", path, line, (int)(strcspn(a.data, "\n")), a.data);
    printf("%s:%zu: engine:  %.*s\n", path, line, (int)(strcspn(b.data, "\n")), b.data);
}

static bool play_file(const char *path, bool update)
{
    struct reading *reading = calloc(1, sizeof *reading);
    struct iw_buf file, out;
    iw_buf_init(&file, NULL, CAP);
    iw_buf_init(&out, NULL, CAP);
    bool good = reading != NULL && load(path, &file);
    if (good) {
        reading->out = &out;
        read_file(reading, iw_buf_span(&file));
        bool same = iw_span_equal(iw_buf_span(&file), iw_buf_span(&out));
        good = reading->faults == 0 && !reading->playing && (same || update);
        iw_buf_string(&file);
        iw_buf_string(&out);
        if (!same && !update)
            show_difference(path, iw_buf_span(&file), iw_buf_span(&out));
        if (!same && update)
            good = save(path, iw_buf_span(&out)) && good;
    }
    iw_buf_release(&file);
    iw_buf_release(&out);
    free(reading);
    return good;
}

int main(int count, char **arguments)
{
    bool update = count > 1 && strcmp(arguments[1], "--update") == 0;
    bool good = count > 1 + update;
    for (int i = 1 + update; i < count; i++)
        good = play_file(arguments[i], update) && good;
    return good ? 0 : 1;
}
