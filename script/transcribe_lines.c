/* SPDX-License-Identifier: MIT */
/* One utterance becomes a step: its octets with secrets replaced, literals as fills, and what JSON
 * or the language cannot hold in hexadecimal. */
#include "base/chars.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "script/transcribing.h"

#include <string.h>

enum { INLINE_MAX = 200, NAME_MAX_OCTETS = 120 };

/* ---- octets ---- */

/* Octets that cannot stand as they are: no UTF-8, NUL, and what marks a hole. */
static bool is_odd(struct iw_span text)
{
    return text.data[0] == '\0' || text.data[0] == '\1' || iw_utf8_decode(text, NULL) == 0;
}

/* What may not stand as it is, because it would begin or end a fill. */
enum place {
    IN_LINE,
    IN_QUOTES, /* of a literal's text */
    IN_DEFAULT /* of ${...= */
};

static bool is_special(struct iw_span text, enum place place)
{
    return iw_span_starts(text, IW_SPAN("${")) ||
           (place == IN_QUOTES && iw_span_starts(text, IW_SPAN("'}"))) ||
           (place == IN_DEFAULT && iw_is_among(text.data[0], "}'"));
}

static void add_hex(struct iw_buf *out, struct iw_span octets)
{
    iw_buf_add_string(out, "${hex:");
    for (size_t i = 0; i < octets.length; i++)
        iw_buf_addf(out, "%02x", (unsigned)(unsigned char)octets.data[i]);
    iw_buf_add_char(out, '}');
}

static void add_plain(struct iw_buf *out, struct iw_span text, enum place place)
{
    for (size_t at = 0, end; at < text.length; at = end) {
        struct iw_span rest = iw_span_part(text, at, text.length);
        end = at + 1;
        if (is_odd(rest)) {
            while (end < text.length && is_odd(iw_span_part(text, end, text.length)))
                end++;
            add_hex(out, iw_span_part(text, at, end));
        } else if (is_special(rest, place)) {
            add_hex(out, iw_span_part(text, at, end));
        } else {
            iw_buf_add_char(out, text.data[at]);
        }
    }
}

/* quoted: a literal, in which names of users are text like any other. */
static void add_octets(struct iw_transcribing *t, struct iw_span text, bool quoted)
{
    const struct iw_redaction *redaction = &t->recording->redaction;
    const enum place place = quoted ? IN_QUOTES : t->open ? IN_DEFAULT : IN_LINE;
    size_t at = 0, found;
    for (const struct iw_redacted *form;
         (form = iw_redaction_find(redaction, text, at, !quoted, &found)) != NULL;) {
        add_plain(&t->line, iw_span_part(text, at, found), place);
        iw_buf_add_string(&t->line, form->fill);
        at = found + form->octets.length;
    }
    add_plain(&t->line, iw_span_part(text, at, text.length), place);
}

/* ---- literals ---- */

static bool is_printable(struct iw_span text)
{
    for (size_t at = 0, length; at < text.length; at += length) {
        uint32_t code = 0;
        length = iw_utf8_decode(iw_span_part(text, at, text.length), &code);
        bool crlf = code == '\r' && at + 1 < text.length && text.data[at + 1] == '\n';
        bool lf = code == '\n' && at > 0 && text.data[at - 1] == '\r';
        if (length == 0 || (code < 0x20 && !crlf && !lf && code != '\t') || code == 0x7f)
            return false;
    }
    return true;
}

/* Such a file is read as it is written: every line ends in CRLF. */
static bool is_message(struct iw_span octets)
{
    for (size_t i = 0; i < octets.length; i++)
        if ((octets.data[i] == '\n' && (i == 0 || octets.data[i - 1] != '\r')) ||
            octets.data[i] == '\0')
            return false;
    return true;
}

static const struct iw_file *find_file(const struct iw_file *files, size_t count,
                                       struct iw_span octets)
{
    for (size_t i = 0; i < count; i++)
        if (iw_span_equal(files[i].octets, octets))
            return &files[i];
    return NULL;
}

static bool is_name_taken(const struct iw_transcribing *t, struct iw_span name)
{
    for (size_t i = 0; i < t->options->known_count; i++)
        if (iw_span_equal(t->options->known[i].name, name))
            return true;
    return false;
}

/* "session-3.eml" */
static struct iw_span next_name(struct iw_transcribing *t, struct iw_span octets)
{
    struct iw_buf name;
    struct iw_span made;
    iw_buf_init(&name, NULL, NAME_MAX_OCTETS);
    do {
        iw_buf_clear(&name);
        iw_buf_addf(&name, "%.80s-%zu.%s", t->options->stem, ++t->file_number,
                    is_message(octets) ? "eml" : "bin");
    } while (is_name_taken(t, iw_buf_span(&name)));
    made = iw_arena_copy(&t->out->arena, iw_buf_span(&name));
    iw_buf_release(&name);
    return made;
}

static const struct iw_file *add_file(struct iw_transcribing *t, struct iw_span octets)
{
    struct iw_transcription *out = t->out;
    if (out->file_count == out->file_capacity) {
        size_t capacity = 2 * out->file_capacity + 16;
        struct iw_file *larger = iw_arena_array(&out->arena, capacity, sizeof *larger);
        if (larger == NULL)
            return NULL;
        if (out->file_count > 0)
            memcpy(larger, out->files, out->file_count * sizeof *larger);
        out->files = larger;
        out->file_capacity = capacity;
    }
    struct iw_file *file = &out->files[out->file_count];
    *file = (struct iw_file){next_name(t, octets), iw_arena_copy(&out->arena, octets)};
    if (file->name.data == NULL || file->octets.data == NULL)
        return NULL;
    out->file_count++;
    return file;
}

static void add_file_name(struct iw_transcribing *t, struct iw_span octets)
{
    struct iw_buf clean;
    iw_buf_init(&clean, NULL, t->out->json.cap);
    iw_redaction_write(&t->recording->redaction, octets, &clean);
    const struct iw_transcribe_options *options = t->options;
    const struct iw_file *file =
        find_file(options->known, options->known_count, iw_buf_span(&clean));
    if (file == NULL)
        file = find_file(t->out->files, t->out->file_count, iw_buf_span(&clean));
    if (file == NULL && !clean.failed)
        file = add_file(t, iw_buf_span(&clean));
    if (file == NULL)
        t->line.failed = true;
    else
        iw_buf_add(&t->line, file->name);
    iw_buf_release(&clean);
}

static void add_literal(struct iw_transcribing *t, const struct iw_literal *literal,
                        struct iw_span octets)
{
    iw_buf_addf(&t->line, "${literal%s%s:", literal->binary ? "8" : "", literal->waits ? "" : "+");
    if (octets.length <= INLINE_MAX && is_printable(octets)) {
        iw_buf_add_char(&t->line, '\'');
        add_octets(t, octets, true);
        iw_buf_add_char(&t->line, '\'');
    } else {
        add_file_name(t, octets);
    }
    iw_buf_add_char(&t->line, '}');
}

/* Where the announcement in front of that octet begins. */
static size_t announcement(struct iw_span octets, const struct iw_literal *literal)
{
    size_t at = literal->offset;
    while (at > 0 && octets.data[at] != '{')
        at--;
    return at - (literal->binary && at > 0);
}

/* From there to the end, which is left out. */
static void add_text(struct iw_transcribing *t, const struct iw_utterance *u, size_t at, size_t end)
{
    for (size_t i = 0; i < u->literal_count; i++) {
        const struct iw_literal *literal = &u->literals[i];
        size_t behind = literal->offset + (size_t)literal->size;
        add_octets(t, iw_span_part(u->octets, at, announcement(u->octets, literal)), false);
        add_literal(t, literal, iw_span_part(u->octets, literal->offset, behind));
        at = behind;
    }
    add_octets(t, iw_span_part(u->octets, at, end), false);
}

/* ---- steps ---- */

static void begin_line(struct iw_transcribing *t, const struct iw_utterance *u, const char *mark,
                       unsigned number)
{
    iw_buf_clear(&t->line);
    iw_buf_add_char(&t->line, u->side == IW_SIDE_CLIENT ? 'C' : 'S');
    if (u->conn > 1)
        iw_buf_add_number(&t->line, u->conn);
    iw_buf_add_string(&t->line, mark);
    if (number > 0)
        iw_buf_add_char(&t->line, ' ');
    if (number > 26)
        iw_buf_add_char(&t->line, (char)('a' + (number - 1) / 26 - 1));
    if (number > 0)
        iw_buf_add_char(&t->line, (char)('a' + (number - 1) % 26));
    iw_buf_add_string(&t->line, ": ");
}

static void begin_step(struct iw_transcribing *t, struct iw_json_writer *json)
{
    iw_buf_add_string(&t->steps, t->steps.length == 0 ? "\n    " : ",\n    ");
    iw_json_writer_init(json, &t->steps, IW_JSON_ONE_LINE);
}

static void end_line(struct iw_transcribing *t)
{
    struct iw_json_writer json;
    begin_step(t, &json);
    iw_json_put_text(&json, NULL, iw_buf_span(&t->line));
    if (t->line.failed)
        t->steps.failed = true;
}

/* "S2" */
static const char *side_key(const struct iw_utterance *u, enum iw_side side, char key[4])
{
    key[0] = side == IW_SIDE_CLIENT ? 'C' : 'S';
    key[1] = u->conn > 1 ? (char)('0' + u->conn) : '\0';
    key[2] = '\0';
    return key;
}

/* {"S": "tls"} */
static void add_word(struct iw_transcribing *t, const struct iw_utterance *u, enum iw_side side,
                     const char *word)
{
    struct iw_json_writer json;
    char key[4];
    begin_step(t, &json);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, side_key(u, side, key), word);
    iw_json_close_object(&json);
}

static bool ends_in_crlf(struct iw_span octets)
{
    return octets.length >= 2 && octets.data[octets.length - 2] == '\r' &&
           octets.data[octets.length - 1] == '\n';
}

static size_t text_end(struct iw_span octets)
{
    return iw_span_without_crlf(octets).length;
}

/* Octet for octet; what does not end in CRLF is sent without the one that a line has. */
static void add_exact(struct iw_transcribing *t, const struct iw_utterance *u)
{
    bool whole = ends_in_crlf(u->octets);
    struct iw_json_writer json;
    char key[4];
    begin_line(t, u, "=", 0);
    add_text(t, u, 0, whole ? u->octets.length - 2 : u->octets.length);
    if (whole) {
        end_line(t);
        return;
    }
    begin_step(t, &json);
    iw_json_open_object(&json, NULL);
    iw_json_open_object(&json, side_key(u, u->side, key));
    iw_json_open_array(&json, "send");
    iw_json_put_text(&json, NULL, iw_buf_span(&t->line));
    iw_json_close_array(&json);
    iw_json_put_string(&json, "cut", "-2");
    iw_json_close_object(&json);
    iw_json_close_object(&json);
}

/* ---- the client's ---- */

static void add_login(struct iw_transcribing *t, const struct iw_utterance *u)
{
    iw_buf_addf(&t->line, "LOGIN %s ${password}", u->user);
}

/* The exchange is a step of its own, and an initial response belongs to it. */
static void add_authenticate(struct iw_transcribing *t, const struct iw_utterance *u)
{
    size_t end = u->tag_length + 1 + sizeof "AUTHENTICATE";
    while (end < u->octets.length && !iw_is_among(u->octets.data[end], " \r\n"))
        end++;
    add_text(t, u, u->tag_length + 1, end);
}

/* "APPEND ${...=INBOX {2}…}": sent as it came, and whatever comes is right. */
static void add_open(struct iw_transcribing *t, const struct iw_utterance *u)
{
    struct iw_span name = iw_transcribe_name(u);
    size_t behind = u->tag_length + 1 + name.length, end = text_end(u->octets);
    iw_buf_add(&t->line, name);
    iw_buf_add_string(&t->line, " ${...=");
    t->open = true;
    if (behind < end)
        add_text(t, u, behind + 1, end);
    t->open = false;
    iw_buf_add_char(&t->line, '}');
}

static void add_command(struct iw_transcribing *t, const struct iw_utterance *u)
{
    bool optional = u->label == 0 && iw_transcribe_is_listed(&t->options->optional, u);
    if (!u->legal) {
        add_exact(t, u);
        return;
    }
    begin_line(t, u, optional ? "?" : "", u->label);
    if (u->command == IW_COMMAND_LOGIN) {
        add_login(t, u);
    } else if (u->command == IW_COMMAND_AUTHENTICATE && u->proven) {
        add_authenticate(t, u);
    } else if (iw_transcribe_is_listed(&t->options->any, u)) {
        add_open(t, u);
    } else {
        add_text(t, u, u->tag_length + 1, text_end(u->octets));
    }
    end_line(t);
    if (u->command == IW_COMMAND_AUTHENTICATE && u->proven)
        add_word(t, u, IW_SIDE_SERVER, "authenticate");
}

/* ---- the server's ---- */

/* A status without a text would get one when it is sent. */
static bool is_bare_status(const struct iw_utterance *u)
{
    size_t end = text_end(u->octets);
    return u->response == IW_RESPONSE_STATE && end > 0 &&
           (u->octets.data[end - 1] == ' ' || u->octets.data[end - 1] == ']');
}

/* What is tagged here answers a command that nobody has heard: its tag is its own. */
static void add_response(struct iw_transcribing *t, const struct iw_utterance *u)
{
    bool tagged = u->kind == IW_UTTERED_UNTAGGED && u->octets.data[0] != '*';
    if (!u->legal || tagged || !ends_in_crlf(u->octets) || is_bare_status(u)) {
        add_exact(t, u);
        return;
    }
    begin_line(t, u, "", 0);
    add_text(t, u, 0, text_end(u->octets));
    end_line(t);
}

/* A message of SASL, where the client has given nothing away. */
static void add_message(struct iw_transcribing *t, const struct iw_utterance *u)
{
    if (u->answers->proven)
        return;
    if (u->side == IW_SIDE_SERVER)
        add_response(t, u);
    else
        add_exact(t, u);
}

static void add_completion(struct iw_transcribing *t, const struct iw_utterance *u)
{
    const struct iw_utterance *command = u->answers;
    t->logged_out[u->conn] = t->logged_out[u->conn] || command->command == IW_COMMAND_LOGOUT;
    struct iw_span text = iw_span_part(u->octets, u->tag_length + 1, u->octets.length);
    if (text.length > 0 && iw_is_among(text.data[0], "*+")) {
        add_exact(t, u); /* without its tag it would be another line */
        return;
    }
    begin_line(t, u, "", command->label);
    add_text(t, u, u->tag_length + 1, text_end(u->octets));
    end_line(t);
}

static void add_close(struct iw_transcribing *t, const struct iw_utterance *u)
{
    enum iw_side side = t->logged_out[u->conn] ? IW_SIDE_SERVER : u->side;
    struct iw_json_writer json;
    char key[4];
    if (side == IW_SIDE_CLIENT || u->how != IW_CLOSE_RST) {
        add_word(t, u, side, "close");
        return;
    }
    begin_step(t, &json);
    iw_json_open_object(&json, NULL);
    iw_json_open_object(&json, side_key(u, side, key));
    iw_json_put_string(&json, "close", "rst");
    iw_json_close_object(&json);
    iw_json_close_object(&json);
}

void iw_transcribe_utterance(struct iw_transcribing *t, const struct iw_utterance *u)
{
    switch (u->kind) {
    case IW_UTTERED_COMMAND:
        add_command(t, u);
        break;
    case IW_UTTERED_LINE:
    case IW_UTTERED_PART:
        add_exact(t, u);
        break;
    case IW_UTTERED_PROOF:
        add_message(t, u);
        break;
    case IW_UTTERED_UNTAGGED:
    case IW_UTTERED_PLUS:
        add_response(t, u);
        break;
    case IW_UTTERED_COMPLETION:
        add_completion(t, u);
        break;
    case IW_UTTERED_TLS:
        add_word(t, u, IW_SIDE_SERVER, "tls");
        break;
    case IW_UTTERED_COMPRESS:
        add_word(t, u, IW_SIDE_SERVER, "compress");
        break;
    case IW_UTTERED_CLOSE:
        add_close(t, u);
        break;
    }
}
