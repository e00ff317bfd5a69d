/* SPDX-License-Identifier: MIT */
/* transcriber OUT.json < CONVERSATION: what was heard becomes a scenario, and files beside it in
 * messages/. transcriber OUT.json C2S S2C: the same of a connection's two streams, which are
 * brought into an order that makes sense.
 *
 * A conversation is lines "C: text" and "S: text", each with its CRLF; "C2: …" is another
 * connection; in "C~: text" stand \r, \n, \\ and \x00, and nothing is added. "- tls 2" opens a
 * connection in TLS, "- offer" offers STARTTLS; "- wait MS" passes time; "- close C", "- close2 S
 * rst" ends; "- engine NAMES", "- optional NAMES", "- any NAMES", "- keep-user", "- outcome ok" are
 * the options; "- passes" shows on standard output what passed to whom. */
#include "script/files.h"
#include "script/tap.h"
#include "script/transcribe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDING_MAX = 64 << 20, TEXT_SIZE = 1 << 20, NAMES_SIZE = 200 };

struct stage {
    struct iw_recording recording;
    struct iw_tap taps[IW_CONN_MAX];
    bool open[IW_CONN_MAX], tls[IW_CONN_MAX], offer, shows;
    uint64_t now;
    char lists[3][NAMES_SIZE]; /* optional, engine, any */
    struct iw_transcribe_options options;
};

static struct iw_tap *tap_of(struct stage *stage, unsigned conn)
{
    struct iw_tap *tap = &stage->taps[conn];
    if (!stage->open[conn])
        iw_tap_init(tap, &stage->recording, conn, stage->tls[conn]);
    if (!stage->open[conn])
        tap->offers_tls = stage->offer;
    stage->open[conn] = true;
    return tap;
}

static void show(const struct stage *stage, const char *to, struct iw_span octets)
{
    if (!stage->shows || octets.length == 0)
        return;
    printf("%s ", to);
    for (size_t i = 0; i < octets.length; i++)
        if (octets.data[i] == '\n')
            printf("\\n");
        else if (octets.data[i] != '\r')
            putchar(octets.data[i]);
    putchar('\n');
}

static void hear(struct stage *stage, unsigned conn, enum iw_side side, struct iw_span octets)
{
    static const char *const turns[] = {"", "TLS", "TLS with the client", "compression"};
    struct iw_tap *tap = tap_of(stage, conn);
    iw_tap_hear(tap, side, octets, stage->now);
    show(stage, "to the server:", iw_buf_span(&tap->pass[IW_SIDE_CLIENT]));
    show(stage, "to the client:", iw_buf_span(&tap->pass[IW_SIDE_SERVER]));
    iw_buf_clear(&tap->pass[0]);
    iw_buf_clear(&tap->pass[1]);
    if (tap->turn == IW_TAP_NONE)
        return;
    if (stage->shows)
        puts(turns[tap->turn]);
    iw_tap_turned(tap);
}

/* ---- a conversation ---- */

static struct iw_texts keep_names(struct stage *stage, size_t list, const char *text)
{
    struct iw_texts names;
    snprintf(stage->lists[list], NAMES_SIZE, "%s", text);
    iw_transcribe_names(stage->lists[list], &stage->recording.arena, &names);
    return names;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *found = strchr(digits, c);
    return c == '\0' || found == NULL ? 0 : (int)(found - digits);
}

static size_t unescape(char *text)
{
    char *to = text;
    for (char *from = text; *from != '\0'; to++) {
        *to = *from++;
        if (*to != '\\' || *from == '\0')
            continue;
        char kind = *from++;
        *to = kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind;
        if (kind == 'x' && strlen(from) >= 2) {
            *to = (char)(hex_digit(from[0]) * 16 + hex_digit(from[1]));
            from += 2;
        }
    }
    return (size_t)(to - text);
}

static unsigned number_of(const char *text)
{
    uint64_t number = 0;
    iw_span_number(iw_span_of(text), 1000000, &number);
    return (unsigned)number;
}

/* "close2 S rst" */
static void close_one(struct stage *stage, const char *word, const char *how)
{
    unsigned conn = word[5] == '\0' ? 1 : number_of(word + 5);
    iw_tap_closed(tap_of(stage, conn), how[0] == 'C' ? IW_SIDE_CLIENT : IW_SIDE_SERVER,
                  strstr(how, "rst") != NULL ? IW_CLOSE_RST : IW_CLOSE_FIN, stage->now);
}

/* "wait 6000": a word and its value. */
static void set(struct stage *stage, char *word)
{
    char *value = word + strcspn(word, " ");
    struct iw_transcribe_options *options = &stage->options;
    if (*value != '\0')
        *value++ = '\0';
    if (strcmp(word, "tls") == 0)
        stage->tls[number_of(value) % IW_CONN_MAX] = true;
    else if (strcmp(word, "offer") == 0)
        stage->offer = true;
    else if (strcmp(word, "passes") == 0)
        stage->shows = true;
    else if (strcmp(word, "wait") == 0)
        stage->now += number_of(value);
    else if (strcmp(word, "keep-user") == 0)
        stage->recording.redaction.keep_users = true;
    else if (strcmp(word, "optional") == 0)
        options->optional = keep_names(stage, 0, value);
    else if (strcmp(word, "engine") == 0)
        options->engine = keep_names(stage, 1, value);
    else if (strcmp(word, "any") == 0)
        options->any = keep_names(stage, 2, value);
    else if (strcmp(word, "outcome") == 0)
        options->outcome = strcmp(value, "ok") == 0 ? IW_CLIENT_OK : IW_CLIENT_ERROR;
    else if (strncmp(word, "close", 5) == 0)
        close_one(stage, word, value);
    else
        exit(2);
}

static void take_line(struct stage *stage, char *line)
{
    enum iw_side side = line[0] == 'C' ? IW_SIDE_CLIENT : IW_SIDE_SERVER;
    unsigned conn = 1;
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '-') {
        set(stage, line + 2);
        return;
    }
    char *at = line + 1;
    if (*at >= '1' && *at <= '9')
        conn = (unsigned)(*at++ - '0');
    bool bare = *at == '~';
    char *text = at + (bare ? 3 : 2);
    size_t length = bare ? unescape(text) : strlen(text);
    if (!bare)
        memcpy(text + length, "\r\n", 2); /* there is room behind the line */
    stage->now += 1;
    hear(stage, conn, side, iw_span(text, length + (bare ? 0 : 2)));
}

static void read_conversation(struct stage *stage)
{
    char *line = malloc(TEXT_SIZE);
    while (line != NULL && fgets(line, TEXT_SIZE - 2, stdin) != NULL)
        take_line(stage, line);
    free(line);
}

/* ---- two streams ---- */

static void read_file(const char *path, struct iw_buf *octets)
{
    const char *why;
    iw_buf_init(octets, NULL, TEXT_SIZE);
    if (!iw_read_file(path, octets, &why))
        exit(2);
}

static struct iw_span take(struct iw_span *stream)
{
    const char *end = stream->length == 0 ? NULL : memchr(stream->data, '\n', stream->length);
    size_t length = end == NULL ? stream->length : (size_t)(end - stream->data) + 1;
    struct iw_span line = iw_span_part(*stream, 0, length);
    *stream = iw_span_part(*stream, length, stream->length);
    return line;
}

/* The client speaks when nothing it has said waits for an answer, or when it is asked to. */
static void read_streams(struct stage *stage, const char *client_path, const char *server_path)
{
    struct iw_buf files[2];
    read_file(client_path, &files[0]);
    read_file(server_path, &files[1]);
    struct iw_span client = iw_buf_span(&files[0]), server = iw_buf_span(&files[1]);
    const struct iw_tap *tap = tap_of(stage, 1);
    bool asked = false;
    hear(stage, 1, IW_SIDE_SERVER, take(&server));
    while (client.length + server.length > 0) {
        bool inside = tap->framers[IW_SIDE_SERVER].pending.length > 0;
        bool waits = tap->open_count > 0 || tap->asked.length > 0;
        bool speaks = asked || client.length == 0 ? asked : !waits && !inside;
        if ((speaks || server.length == 0) && client.length > 0) {
            hear(stage, 1, IW_SIDE_CLIENT, take(&client));
            asked = iw_framer_held(&tap->framers[IW_SIDE_CLIENT]) > 0 && tap->asked.length == 0;
        } else {
            struct iw_span line = take(&server);
            asked = !inside && line.data[0] == '+';
            hear(stage, 1, IW_SIDE_SERVER, line);
        }
    }
    iw_tap_closed(&stage->taps[1], IW_SIDE_SERVER, IW_CLOSE_FIN, stage->now);
    iw_buf_release(&files[0]);
    iw_buf_release(&files[1]);
}

/* ---- the scenario ---- */

static bool write_file(const char *path, struct iw_span octets)
{
    FILE *file = fopen(path, "wb");
    bool written = file != NULL && fwrite(octets.data, 1, octets.length, file) == octets.length;
    return file != NULL && fclose(file) == 0 && written;
}

static bool write_all(struct stage *stage, const char *path)
{
    struct iw_transcription made;
    char file[1024];
    bool written = iw_transcribe(&stage->recording, &stage->options, &made) &&
                   write_file(path, iw_buf_span(&made.json));
    for (size_t i = 0; written && i < made.file_count; i++) {
        const char *slash = strrchr(path, '/');
        snprintf(file, sizeof file, "%.*s/messages/%s", (int)(slash - path), path,
                 made.files[i].name.data);
        written = write_file(file, made.files[i].octets);
    }
    iw_transcription_release(&made);
    return written;
}

int main(int count, char **arguments)
{
    static struct stage stage;
    if ((count != 2 && count != 4) || strchr(arguments[1], '/') == NULL)
        return 2;
    stage.now = 1;
    stage.options.stem = "heard";
    iw_recording_init(&stage.recording, RECORDING_MAX, false);
    if (count == 2)
        read_conversation(&stage);
    else
        read_streams(&stage, arguments[2], arguments[3]);
    bool written = write_all(&stage, arguments[1]);
    for (unsigned i = 0; i < IW_CONN_MAX; i++)
        if (stage.open[i])
            iw_tap_release(&stage.taps[i]);
    iw_recording_release(&stage.recording);
    return written ? 0 : 1;
}
