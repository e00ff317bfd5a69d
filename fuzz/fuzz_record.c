/* SPDX-License-Identifier: MIT */
/* Sessions of three clients with a server, overheard, and the scenario made of them.
 *
 * Holds, whatever either side says: no more passes than came; the scenario can be loaded, and lint
 * finds nothing in it unless a word of the protocol may be a password; the password is in none of
 * its texts. Input: lines "C1 text" and "S1 text"
 * (each side, connections 1 to 3), which get a CRLF; with "=" for the blank they get none, and with
 * "." that side closes. */
#include "fuzz/holds.h"

#include "script/lint.h"
#include "script/tap.h"
#include "script/transcribe.h"

#include <string.h>

enum { CONNS = 3, RECORDING_MAX = 16 << 20, INPUT_MAX = 1 << 16, LINE_MAX = 1 << 16 };

#define PASSWORD "hunter22"

struct hearing {
    struct iw_recording recording;
    struct iw_tap taps[CONNS];
    size_t heard[CONNS], passed[CONNS];
    size_t forms; /* of the password */
    uint64_t now;
};

static void hear(struct hearing *hearing, size_t conn, enum iw_side side, struct iw_span octets)
{
    struct iw_tap *tap = &hearing->taps[conn];
    hearing->heard[conn] += octets.length;
    iw_tap_hear(tap, side, octets, hearing->now);
    hearing->passed[conn] += tap->pass[0].length + tap->pass[1].length;
    IW_HOLDS(hearing->passed[conn] <= hearing->heard[conn]);
    iw_buf_clear(&tap->pass[0]);
    iw_buf_clear(&tap->pass[1]);
    if (tap->turn != IW_TAP_NONE)
        iw_tap_turned(tap);
}

static void take_line(struct hearing *hearing, struct iw_span line)
{
    if (line.length < 3 || (line.data[0] != 'C' && line.data[0] != 'S') || line.data[1] < '1' ||
        line.data[1] > '0' + CONNS)
        return;
    enum iw_side side = line.data[0] == 'C' ? IW_SIDE_CLIENT : IW_SIDE_SERVER;
    size_t conn = (size_t)(line.data[1] - '1');
    struct iw_buf octets;
    if (hearing->taps[conn].over)
        return;
    hearing->now += 1 + line.length % 7 * 1000;
    if (line.data[2] == '.') {
        iw_tap_closed(&hearing->taps[conn], side, IW_CLOSE_FIN, hearing->now);
        return;
    }
    iw_buf_init(&octets, NULL, LINE_MAX + 2);
    iw_buf_add(&octets, iw_span_part(line, 3, line.length));
    if (line.data[2] != '=')
        iw_buf_add_string(&octets, "\r\n");
    hear(hearing, conn, side, iw_buf_span(&octets));
    iw_buf_release(&octets);
}

static bool says(struct iw_span text, struct iw_span word)
{
    for (size_t at = 0; at + word.length <= text.length; at++)
        if (memcmp(text.data + at, word.data, word.length) == 0)
            return true;
    return false;
}

static void print_finding(void *context, const struct iw_diagnostic *diagnostic)
{
    (void)context;
    fprintf(stderr, "%u:%u: %s\n", diagnostic->place.line, diagnostic->place.column,
            diagnostic->message);
}

/* Files cannot be found here. plain: no word of the protocol is somebody's password. */
static void check_scenario(const struct iw_transcription *made, bool plain)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_span json = iw_buf_span(&made->json);
    IW_HOLDS(!says(json, IW_SPAN(PASSWORD)));
    for (size_t i = 0; i < made->file_count; i++)
        IW_HOLDS(!says(made->files[i].octets, IW_SPAN(PASSWORD)));
    if (made->file_count > 0)
        return;
    struct iw_scenario *scenario = iw_scenario_parse(json, "heard.json", NULL, &diagnostic);
    if (scenario == NULL)
        print_finding(NULL, &diagnostic);
    IW_HOLDS(scenario != NULL);
    size_t findings = plain ? iw_lint(scenario, NULL, print_finding, NULL) : 0;
    IW_HOLDS(findings == 0);
    iw_scenario_free(scenario);
}

static void check(struct hearing *hearing)
{
    const struct iw_transcribe_options options = {.stem = "heard"};
    struct iw_transcription made;
    bool written = iw_transcribe(&hearing->recording, &options, &made);
    IW_HOLDS(written || hearing->recording.redaction.full);
    if (written && hearing->recording.first != NULL)
        check_scenario(&made, hearing->recording.redaction.count == hearing->forms);
    iw_transcription_release(&made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hearing hearing;
    struct iw_span left = iw_span((const char *)data, size < INPUT_MAX ? size : INPUT_MAX);
    memset(&hearing, 0, sizeof hearing);
    iw_recording_init(&hearing.recording, RECORDING_MAX, false);
    iw_redaction_add_secret(&hearing.recording.redaction, IW_SPAN(PASSWORD));
    hearing.forms = hearing.recording.redaction.count;
    for (unsigned i = 0; i < CONNS; i++)
        iw_tap_init(&hearing.taps[i], &hearing.recording, i + 1, false);
    hear(&hearing, 0, IW_SIDE_SERVER, IW_SPAN("* OK ready\r\n"));
    while (left.length > 0) {
        const char *end = memchr(left.data, '\n', left.length);
        size_t length = end == NULL ? left.length : (size_t)(end - left.data);
        take_line(&hearing, iw_span_part(left, 0, length));
        left = iw_span_part(left, length + 1, left.length);
    }
    check(&hearing);
    for (unsigned i = 0; i < CONNS; i++)
        iw_tap_release(&hearing.taps[i]);
    iw_recording_release(&hearing.recording);
    return 0;
}
