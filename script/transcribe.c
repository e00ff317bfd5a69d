/* SPDX-License-Identifier: MIT */
#include "script/transcribe.h"

#include "base/chars.h"
#include "base/json_writer.h"
#include "script/transcribing.h"

#include <string.h>

enum {
    JSON_MAX = 128 << 20,
    LINE_MAX_OCTETS = 64 << 20,
    FILES_ARENA_MAX = 512 << 20,
    TITLE_MAX = 100,
    WAITING_MAX = 200,  /* commands that wait at the same time and are told apart */
    PATIENCE_MS = 4000, /* less than a server waits for a client's next line */
    MARGIN_MS = 2000,
    NEWS_MS = 100
};

/* ---- names ---- */

static size_t word_end(struct iw_span text, size_t at)
{
    while (at < text.length && !iw_is_among(text.data[at], " \r\n"))
        at++;
    return at;
}

struct iw_span iw_transcribe_name(const struct iw_utterance *command)
{
    struct iw_span octets = command->octets;
    struct iw_span text = iw_span_part(octets, command->tag_length + 1, octets.length);
    size_t end = word_end(text, 0);
    if (iw_span_equal_nocase(iw_span_part(text, 0, end), IW_SPAN("UID")))
        end = word_end(text, end + 1);
    return iw_span_part(text, 0, end);
}

bool iw_transcribe_is_listed(const struct iw_texts *names, const struct iw_utterance *command)
{
    for (size_t i = 0; command->legal && i < names->count; i++)
        if (iw_span_equal_nocase(names->items[i], iw_transcribe_name(command)))
            return true;
    return false;
}

bool iw_transcribe_names(const char *list, struct iw_arena *arena, struct iw_texts *names)
{
    *names =
        (struct iw_texts){iw_arena_array(arena, strlen(list) / 2 + 1, sizeof *names->items), 0};
    while (names->items != NULL && *list != '\0') {
        size_t length = strcspn(list, ",");
        if (length > 0)
            names->items[names->count++] = iw_span(list, length);
        list += length + (list[length] == ',');
    }
    return names->items != NULL;
}

/* ---- labels ---- */

struct waiting {
    struct iw_utterance *items[WAITING_MAX];
    size_t count;
};

static void forget(struct waiting *waiting, const struct iw_utterance *command)
{
    size_t i = 0;
    while (i < waiting->count && waiting->items[i] != command)
        i++;
    if (i < waiting->count)
        waiting->items[i] = waiting->items[--waiting->count];
}

/* The lowest that is free on the connection. */
static void give_label(const struct waiting *waiting, struct iw_utterance *command)
{
    bool taken[WAITING_MAX + 2] = {false};
    if (command->label != 0)
        return;
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->items[i]->conn == command->conn)
            taken[waiting->items[i]->label] = true;
    for (command->label = 1; taken[command->label];)
        command->label++;
}

/* Commands of one connection that wait at the same time are told apart, by the lowest labels that
 * are free. */
static void add_waiting(struct waiting *waiting, struct iw_utterance *command)
{
    bool alone = true;
    for (size_t i = 0; i < waiting->count; i++) {
        if (waiting->items[i]->conn != command->conn)
            continue;
        give_label(waiting, waiting->items[i]);
        alone = false;
    }
    if (!alone)
        give_label(waiting, command);
    if (waiting->count < WAITING_MAX)
        waiting->items[waiting->count++] = command;
}

static void label_commands(struct iw_recording *recording)
{
    struct waiting waiting = {.count = 0};
    for (struct iw_utterance *u = recording->first; u != NULL; u = u->next) {
        if (u->kind == IW_UTTERED_COMPLETION)
            forget(&waiting, u->answers);
        if (u->kind == IW_UTTERED_COMMAND && u->legal && !u->left_out)
            add_waiting(&waiting, u);
    }
}

/* ---- what is left to the engine ---- */

static bool is_of_engine(const struct iw_utterance *u)
{
    return u->kind == IW_UTTERED_UNTAGGED &&
           (u->response == IW_RESPONSE_CAPABILITY || u->response == IW_RESPONSE_ID);
}

/* Nothing but its own answer stands between it and its completion. */
static bool stands_alone(const struct iw_utterance *command)
{
    const struct iw_utterance *u = command->next;
    while (u != NULL && u != command->answers && (u->conn != command->conn || is_of_engine(u)))
        u = u->next;
    return u != NULL && u == command->answers;
}

static void leave_out(struct iw_utterance *command)
{
    for (struct iw_utterance *u = command; u != command->answers; u = u->next)
        u->left_out = u->left_out || u->conn == command->conn;
    command->answers->left_out = true;
}

static void leave_to_engine(struct iw_recording *recording, const struct iw_texts *names)
{
    for (struct iw_utterance *u = recording->first; u != NULL; u = u->next)
        if (u->kind == IW_UTTERED_COMMAND && iw_transcribe_is_listed(names, u) && stands_alone(u))
            leave_out(u);
}

/* ---- the dialogue ---- */

/* A client that took its time takes it again. News come to a client that idles by themselves, and
 * not in one piece with what stands before them; but nobody has to wait long for them. */
static uint64_t pause_before(struct iw_transcribing *t, const struct iw_utterance *u)
{
    uint64_t gap = t->last_ms[u->conn] == 0 ? 0 : u->ms - t->last_ms[u->conn];
    bool speaks = u->kind == IW_UTTERED_COMMAND || u->kind == IW_UTTERED_LINE;
    bool news = u->kind == IW_UTTERED_UNTAGGED && t->idling[u->conn];
    if (speaks)
        return gap > PATIENCE_MS ? gap - MARGIN_MS : 0;
    return news && (gap >= NEWS_MS || t->asked[u->conn]) ? NEWS_MS : 0;
}

static void pause(struct iw_transcribing *t, unsigned conn, uint64_t ms)
{
    const char key[] = {'S', conn > 1 ? (char)('0' + conn) : '\0', '\0'};
    struct iw_json_writer json;
    iw_buf_add_string(&t->steps, ",\n    ");
    iw_json_writer_init(&json, &t->steps, IW_JSON_ONE_LINE);
    iw_json_open_object(&json, NULL);
    iw_json_open_object(&json, key);
    iw_json_put_number(&json, "delay_ms", ms);
    iw_json_close_object(&json);
    iw_json_close_object(&json);
}

static void follow(struct iw_transcribing *t, const struct iw_utterance *u)
{
    t->last_ms[u->conn] = u->ms;
    t->asked[u->conn] = u->kind == IW_UTTERED_PLUS;
    if (u->kind == IW_UTTERED_COMMAND && u->command == IW_COMMAND_IDLE)
        t->idling[u->conn] = true;
    if (u->kind == IW_UTTERED_COMPLETION && u->answers->command == IW_COMMAND_IDLE)
        t->idling[u->conn] = false;
}

/* A reply without a text is sent with one. */
static bool lacks_text_alone(const struct iw_utterance *u)
{
    struct iw_span line = u->octets;
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_response response;
    struct iw_arena arena;
    struct iw_buf text;
    bool crlf = line.length >= 2 && line.data[line.length - 2] == '\r';
    line.length -= crlf ? 2 : line.length > 0;
    while (line.length > 0 && line.data[line.length - 1] == ' ')
        line.length--;
    iw_buf_init(&text, NULL, LINE_MAX_OCTETS);
    iw_arena_init(&arena, NULL, LINE_MAX_OCTETS);
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_buf_add(&text, line);
    iw_buf_add_string(&text, " done\r\n");
    iw_framer_feed(&framer, iw_buf_span(&text));
    bool legal =
        iw_framer_next(&framer, &frame, NULL) == IW_OK &&
        iw_parse_response(&frame, &arena, &iw_limits_default, NULL, &response, NULL) == IW_OK;
    iw_framer_release(&framer);
    iw_arena_release(&arena);
    iw_buf_release(&text);
    return legal;
}

static bool is_illegal(const struct iw_utterance *u)
{
    if (u->kind == IW_UTTERED_COMPLETION && !u->legal && lacks_text_alone(u))
        return false;
    return u->side == IW_SIDE_SERVER && !u->legal &&
           (u->kind == IW_UTTERED_UNTAGGED ||
            (u->kind == IW_UTTERED_PROOF && !u->answers->proven) || u->kind == IW_UTTERED_PLUS ||
            u->kind == IW_UTTERED_COMPLETION || u->kind == IW_UTTERED_PART);
}

static void write_steps(struct iw_transcribing *t)
{
    const struct iw_utterance *u = t->recording->first;
    for (; u != NULL && !t->steps.failed; u = u->next) {
        uint64_t ms = u->left_out ? 0 : pause_before(t, u);
        if (ms > 0)
            pause(t, u->conn, ms);
        if (!u->left_out) {
            iw_transcribe_utterance(t, u);
            t->illegal = t->illegal || is_illegal(u);
        }
        follow(t, u);
    }
}

/* ---- around it ---- */

/* "A recorded session: LOGIN, SELECT, FETCH …" */
static void write_title(const struct iw_transcribing *t, struct iw_json_writer *json)
{
    struct iw_buf title;
    const struct iw_utterance *u = t->recording->first;
    bool named = false;
    iw_buf_init(&title, NULL, TITLE_MAX * 2);
    iw_buf_add_string(&title, "A recorded session");
    for (; u != NULL && title.length < TITLE_MAX; u = u->next) {
        if (u->kind != IW_UTTERED_COMMAND || u->command == IW_COMMAND_OTHER)
            continue;
        bool uid = iw_span_starts_nocase(iw_transcribe_name(u), IW_SPAN("UID "));
        iw_buf_addf(&title, "%s %s%s", named ? "," : ":", uid ? "UID " : "",
                    iw_command_name(u->command));
        named = true;
    }
    iw_buf_add_string(&title, u != NULL ? " …" : "");
    if (t->options->title != NULL)
        iw_json_put_string(json, NULL, t->options->title);
    else
        iw_json_put_text(json, NULL, iw_buf_span(&title));
    iw_buf_release(&title);
}

static void write_texts(struct iw_json_writer *json, const char *key, const struct iw_texts *texts)
{
    iw_json_open_array(json, key);
    for (size_t i = 0; i < texts->count; i++)
        iw_json_put_text(json, NULL, texts->items[i]);
    iw_json_close_array(json);
}

static void write_capabilities(const struct iw_recording *recording, struct iw_json_writer *json)
{
    static const char *const states[] = {"before-login", "after-login", "tls-before-login",
                                         "tls-after-login"};
    struct iw_buf names;
    bool any = false;
    iw_buf_init(&names, NULL, LINE_MAX_OCTETS);
    for (size_t i = 0; i < 4; i++) {
        if (recording->capability[i].data == NULL)
            continue;
        if (!any)
            iw_json_open_object(json, "capability");
        any = true;
        iw_buf_clear(&names);
        iw_redaction_write(&recording->redaction, recording->capability[i], &names);
        iw_json_put_text(json, states[i], iw_buf_span(&names));
    }
    if (any)
        iw_json_close_object(json);
    iw_buf_release(&names);
}

static void write_users(const struct iw_redaction *redaction, struct iw_json_writer *json)
{
    if (!redaction->keep_users || redaction->user_count == 0)
        return;
    iw_json_open_object(json, "users");
    struct iw_span user = redaction->users[0];
    iw_json_put_text(json, user.data, IW_SPAN("secret")); /* a NUL stands behind it */
    iw_json_close_object(json);
}

static const char *tls_of(const struct iw_recording *recording)
{
    bool tls = false;
    for (const struct iw_utterance *u = recording->first; u != NULL; u = u->next)
        if (u->kind == IW_UTTERED_TLS)
            return "starttls";
    for (unsigned i = 1; i <= recording->conn_count; i++)
        tls = tls || recording->tls[i];
    return tls ? "implicit" : NULL;
}

static void write_given(const struct iw_transcribing *t, struct iw_buf *out)
{
    const struct iw_recording *recording = t->recording;
    const char *tls = tls_of(recording);
    struct iw_json_writer json;
    iw_json_writer_init(&json, out, IW_JSON_ONE_LINE);
    iw_json_open_object(&json, NULL);
    write_users(&recording->redaction, &json);
    write_capabilities(recording, &json);
    if (tls != NULL)
        iw_json_put_string(&json, "tls", tls);
    iw_json_close_object(&json);
}

static bool is_anything_given(const struct iw_recording *recording)
{
    bool any = tls_of(recording) != NULL ||
               (recording->redaction.keep_users && recording->redaction.user_count > 0);
    for (size_t i = 0; i < 4; i++)
        any = any || recording->capability[i].data != NULL;
    return any;
}

/* One member a line, each in one line. */
static void next_member(struct iw_buf *out, const char *key)
{
    iw_buf_addf(out, "%s  \"%s\": ", out->length == 0 ? "{\n" : ",\n", key);
}

static void write_whole(struct iw_transcribing *t)
{
    static const char *const outcomes[] = {[IW_CLIENT_UNSAID] = "any",
                                           [IW_CLIENT_OK] = "ok",
                                           [IW_CLIENT_ERROR] = "error",
                                           [IW_CLIENT_ANY] = "any"};
    struct iw_buf *out = &t->out->json;
    struct iw_json_writer json;
    iw_json_writer_init(&json, out, IW_JSON_ONE_LINE);
    next_member(out, "title");
    write_title(t, &json);
    if (t->recording->stopped != NULL) {
        next_member(out, "why");
        iw_buf_addf(out, "\"The recording ends early: %s.\"", t->recording->stopped);
    }
    if (t->illegal) {
        next_member(out, "illegal");
        iw_buf_add_string(out, "true");
    }
    next_member(out, "class");
    iw_buf_add_string(out, "\"recorded\"");
    next_member(out, "start");
    iw_buf_add_string(out, "\"dialogue\"");
    if (is_anything_given(t->recording)) {
        next_member(out, "given");
        write_given(t, out);
    }
    if (t->options->engine.count > 0) {
        next_member(out, "engine");
        write_texts(&json, NULL, &t->options->engine);
    }
    next_member(out, "dialogue");
    iw_buf_add_char(out, '[');
    iw_buf_add(out, iw_buf_span(&t->steps));
    iw_buf_addf(out, "\n  ],\n  \"then\": {\"client\": \"%s\"}\n}\n",
                outcomes[t->options->outcome]);
}

/* ---- the face ---- */

bool iw_transcribe(struct iw_recording *recording, const struct iw_transcribe_options *options,
                   struct iw_transcription *transcription)
{
    struct iw_transcribing t = {.recording = recording, .options = options, .out = transcription};
    *transcription = (struct iw_transcription){.files = NULL};
    iw_buf_init(&transcription->json, NULL, JSON_MAX);
    iw_arena_init(&transcription->arena, NULL, FILES_ARENA_MAX);
    iw_buf_init(&t.steps, NULL, JSON_MAX);
    iw_buf_init(&t.line, NULL, LINE_MAX_OCTETS);
    leave_to_engine(recording, &options->engine);
    label_commands(recording);
    write_steps(&t);
    write_whole(&t);
    bool written = !t.steps.failed && !transcription->json.failed && !recording->redaction.full;
    if (!written)
        iw_buf_clear(&transcription->json);
    iw_buf_release(&t.steps);
    iw_buf_release(&t.line);
    return written;
}

void iw_transcription_release(struct iw_transcription *transcription)
{
    iw_buf_release(&transcription->json);
    iw_arena_release(&transcription->arena);
}
