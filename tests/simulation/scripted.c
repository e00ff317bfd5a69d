/* SPDX-License-Identifier: MIT */
#include "tests/simulation/scripted.h"

#include "tests/lib/exact.h"

#include <string.h>

enum { BUFFER_MAX = 4 * 1024 * 1024, STEPS_MAX = 10000, TRICKLES = 8 };

/* A source of one octet at a time. */
struct trickle {
    struct iw_span left;
    struct iw_source source;
};

struct stage {
    struct iw_scripted *run;
    struct iw_session *session;
    struct iw_arena values;
    struct iw_buf said; /* by the server, not yet delivered: lines that follow each other */
    struct iw_buf sent; /* by the client, not yet compared */
    size_t delivered;   /* octets of the server so far */
    uint64_t now;
    unsigned asked; /* label of the last CONTINUE */
    bool over;      /* the server is gone or silent */
    bool slow;      /* what is pending stays where it is */
    struct trickle trickles[TRICKLES];
    unsigned trickle_count;
    struct iw_span chunk; /* the last of the server's, for as long as it may be borrowed */
};

/* ---- the script ---- */

/* The next line without its LF; false at the end. */
static bool take_line(const char **script, struct iw_span *line)
{
    if (**script == '\0')
        return false;
    size_t length = strcspn(*script, "\n");
    *line = iw_span(*script, length);
    *script += length + ((*script)[length] == '\n');
    return true;
}

static struct iw_span behind(struct iw_span line, size_t length)
{
    return iw_span_part(line, length, line.length);
}

static void add_said(struct iw_buf *out, struct iw_span line)
{
    iw_buf_add(out, behind(line, 3));
    if (line.data[1] == ':')
        iw_buf_add_string(out, "\r\n");
}

void iw_scripted_octets(const char *script, struct iw_buf *octets)
{
    struct iw_span line;
    while (take_line(&script, &line))
        if (line.length > 2 && line.data[0] == 'S')
            add_said(octets, line);
}

/* ---- the log ---- */

static void add_raw(struct iw_buf *log, struct iw_span raw)
{
    for (size_t i = 0; i < raw.length; i++) {
        bool crlf = raw.data[i] == '\r' && i + 1 < raw.length && raw.data[i + 1] == '\n';
        if (crlf && i + 2 == raw.length)
            return;
        iw_buf_add_char(log, crlf ? '|' : raw.data[i]);
        i += crlf;
    }
}

static void log_event(struct iw_buf *log, const struct iw_session_event *event)
{
    switch (event->kind) {
    case IW_SESSION_GREETED:
        iw_buf_add_string(log, "greeted");
        break;
    case IW_SESSION_RESPONSE:
        iw_buf_add_string(log, event->response == NULL ? "unreadable " : "response ");
        add_raw(log, event->frame->bytes);
        break;
    case IW_SESSION_CONTINUE:
        iw_buf_addf(log, "continue %u ", event->label);
        add_raw(log, event->frame->bytes);
        break;
    case IW_SESSION_DONE:
        iw_buf_addf(log, "done %u %s", event->label, iw_state_name(event->response->state));
        break;
    case IW_SESSION_REFUSED:
        iw_buf_addf(log, "refused %u", event->label);
        break;
    case IW_SESSION_DROPPED:
        iw_buf_add_string(log, "dropped");
        break;
    case IW_SESSION_LOST:
        iw_buf_addf(log, "lost %s: %s", iw_result_name(event->error.code), event->error.detail);
        break;
    }
    iw_buf_add_char(log, '\n');
}

/* ---- the session ---- */

/* At most that many octets; false: there were none. */
static bool take_pending(struct stage *stage, size_t most)
{
    struct iw_span octets = iw_span_part(iw_session_pending(stage->session), 0, most);
    if (octets.length == 0)
        return false;
    iw_buf_add(&stage->sent, octets);
    iw_session_consumed(stage->session, octets.length, stage->now);
    return true;
}

static void pump(struct stage *stage)
{
    struct iw_session_event event;
    while (iw_session_next(stage->session, &event) == IW_OK) {
        stage->run->spoke_after_loss |= stage->run->lost;
        stage->run->lost |= event.kind == IW_SESSION_LOST;
        if (event.kind == IW_SESSION_CONTINUE)
            stage->asked = event.label;
        log_event(&stage->run->log, &event);
    }
    while (!stage->slow && take_pending(stage, SIZE_MAX))
        continue;
    if (stage->run->keep)
        iw_arena_reset(&stage->values);
}

static void deliver(struct stage *stage, struct iw_span octets)
{
    iw_exact_free(stage->chunk);
    stage->chunk = iw_exact_copy(octets);
    iw_session_receive(stage->session, stage->chunk, stage->now);
    pump(stage);
    if (strstr(stage->run->script, "compressed") != NULL)
        return; /* it stays borrowed */
    iw_exact_free(stage->chunk);
    stage->chunk = iw_span(NULL, 0);
}

/* What the server has said, in as many chunks as the run wants. */
static void deliver_said(struct stage *stage)
{
    const struct iw_scripted *run = stage->run;
    struct iw_span all = iw_buf_span(&stage->said);
    if (all.length == 0 || stage->over)
        return;
    size_t begin = stage->delivered;
    stage->delivered += all.length;
    if (run->end < stage->delivered) {
        all = iw_span_part(all, 0, run->end - begin);
        stage->over = true;
    }
    size_t cut = run->cut > begin && run->cut < begin + all.length ? run->cut - begin : 0;
    deliver(stage, iw_span_part(all, 0, cut));
    deliver(stage, behind(all, cut));
    if (stage->over && !run->silent)
        iw_session_closed(stage->session, NULL);
    pump(stage);
    iw_buf_clear(&stage->said);
}

static void client_has_sent(struct stage *stage, struct iw_span line)
{
    struct iw_buf wanted;
    iw_buf_init(&wanted, NULL, BUFFER_MAX);
    add_said(&wanted, line);
    struct iw_span sent = iw_buf_span(&stage->sent);
    bool as_wanted =
        wanted.length == 0 ? sent.length == 0 : iw_span_starts(sent, iw_buf_span(&wanted));
    if (as_wanted)
        iw_buf_consume(&stage->sent, wanted.length);
    else
        iw_buf_addf(&stage->run->mismatch, "wanted \"%.*s\", sent \"%.*s\"\n", (int)line.length,
                    line.data, (int)sent.length, sent.data);
    iw_buf_release(&wanted);
}

static enum iw_result trickle_read(void *context, char *room, size_t size, size_t *got,
                                   struct iw_error *error)
{
    struct trickle *trickle = context;
    if (size == 0 || trickle->left.length == 0 || trickle->left.data[0] == '!')
        return iw_failf(error, IW_SYSTEM, "dry");
    room[0] = trickle->left.data[0] == '^' ? '\0' : trickle->left.data[0];
    *got = 1;
    trickle->left = behind(trickle->left, 1);
    return IW_OK;
}

/* "INBOX {hello} x" is a text, a literal, a text. */
static size_t split_parts(struct stage *stage, struct iw_span rest, struct iw_part *parts,
                          size_t most)
{
    size_t count = 0;
    while (rest.length > 0 && count < most) {
        char kind = rest.data[0];
        bool marked = (kind == '~' || kind == '@') && rest.length > 1 && rest.data[1] == '{';
        bool literal = kind == '{' || marked;
        size_t begin = literal ? 1U + marked : 0, end = begin;
        while (end < rest.length && (literal ? rest.data[end] != '}' : rest.data[end] != '{'))
            end++;
        bool mark_follows = !literal && end < rest.length && strchr("~@", rest.data[end - 1]);
        end -= mark_follows;
        struct iw_part *part = &parts[count++];
        *part = (struct iw_part){literal, iw_span_part(rest, begin, end)};
        part->binary = marked && kind == '~';
        if (marked && kind == '@') {
            struct trickle *trickle = &stage->trickles[stage->trickle_count++ % TRICKLES];
            *trickle = (struct trickle){part->octets, {part->octets.length, trickle_read, trickle}};
            part->source = &trickle->source;
        }
        rest = behind(rest, end + literal);
    }
    return count;
}

static void submit(struct stage *stage, struct iw_span line)
{
    char name[32] = "";
    struct iw_part parts[8];
    unsigned label = 0;
    struct iw_error error = {0};
    line = behind(line, 2);
    size_t length = 0;
    while (length < line.length && line.data[length] != ' ' && length + 1 < sizeof name)
        length++;
    memcpy(name, line.data, length);
    struct iw_request request = {
        .name = name,
        .parts = parts,
        .part_count = split_parts(stage, behind(line, length), parts, 8),
        .converses = strcmp(name, "AUTHENTICATE") == 0 || strcmp(name, "IDLE") == 0,
    };
    enum iw_result result = iw_session_submit(stage->session, &request, stage->now, &label, &error);
    if (result != IW_OK)
        iw_buf_addf(&stage->run->log, "not taken %s\n", iw_result_name(result));
    pump(stage);
}

static void answer(struct stage *stage, struct iw_span line)
{
    enum iw_result result = iw_session_answer(stage->session, stage->asked, behind(line, 2), NULL);
    if (result != IW_OK)
        iw_buf_addf(&stage->run->log, "not taken %s\n", iw_result_name(result));
    pump(stage);
}

static void pass_time(struct stage *stage, struct iw_span line)
{
    uint64_t ms = 0;
    iw_span_number(behind(line, 5), UINT64_MAX, &ms);
    stage->now += ms;
    iw_session_tick(stage->session, stage->now);
    pump(stage);
}

static void compress(struct stage *stage)
{
    struct iw_span rest = iw_session_take_rest(stage->session);
    iw_buf_addf(&stage->run->log, "behind \"%.*s\"\n", (int)rest.length, rest.data);
    iw_session_compressed(stage->session, stage->now);
}

static void crawl(struct stage *stage, struct iw_span line)
{
    uint64_t octets = 0;
    iw_span_number(behind(line, 5), SIZE_MAX, &octets);
    stage->slow = true;
    take_pending(stage, (size_t)octets);
}

static void play_step(struct stage *stage, struct iw_span line)
{
    if (line.data[0] == 'C' && !stage->over)
        client_has_sent(stage, line);
    else if (line.data[0] == '>')
        submit(stage, line);
    else if (line.data[0] == '<')
        answer(stage, line);
    else if (iw_span_equal(line, IW_SPAN("secured")) && !stage->over)
        iw_session_secured(stage->session, stage->now);
    else if (iw_span_equal(line, IW_SPAN("compressed")) && !stage->over)
        compress(stage);
    else if (iw_span_equal(line, IW_SPAN("eof")))
        iw_session_closed(stage->session, NULL);
    else if (iw_span_starts(line, IW_SPAN("wait ")))
        pass_time(stage, line);
    else if (iw_span_starts(line, IW_SPAN("slow ")))
        crawl(stage, line);
    else if (iw_span_equal(line, IW_SPAN("fast")))
        stage->slow = false;
    pump(stage);
}

static void play(struct stage *stage)
{
    struct iw_span line;
    const char *script = stage->run->script;
    while (take_line(&script, &line)) {
        if (line.length == 0)
            continue;
        if (line.data[0] == 'S') {
            add_said(&stage->said, line);
            continue;
        }
        deliver_said(stage);
        play_step(stage, line);
    }
    deliver_said(stage);
    if (stage->sent.length > 0 && !stage->over)
        client_has_sent(stage, IW_SPAN("C= nothing more"));
}

/* A silent server: the session says itself when it has waited long enough. */
static void wait_out(struct stage *stage)
{
    for (int i = 0; i < STEPS_MAX && iw_session_deadline(stage->session) != UINT64_MAX; i++) {
        stage->now = iw_session_deadline(stage->session);
        iw_session_tick(stage->session, stage->now);
        pump(stage);
    }
}

void iw_scripted_run(struct iw_scripted *run)
{
    struct stage stage = {.run = run};
    iw_buf_init(&run->log, NULL, BUFFER_MAX);
    iw_buf_init(&run->mismatch, NULL, BUFFER_MAX);
    iw_buf_init(&stage.sent, NULL, BUFFER_MAX);
    iw_buf_init(&stage.said, NULL, BUFFER_MAX);
    iw_arena_init(&stage.values, run->alloc, BUFFER_MAX);
    struct iw_session_options options = {.tag = "a",
                                         .alloc = run->alloc,
                                         .limits = run->limits,
                                         .values = run->keep ? &stage.values : NULL};
    stage.session = iw_session_new(&options, 0);
    run->born = stage.session != NULL;
    if (run->born) {
        play(&stage);
        if (run->silent)
            wait_out(&stage);
        run->state = iw_session_state(stage.session);
        run->enabled = iw_session_enabled(stage.session);
        run->read_only = iw_session_read_only(stage.session);
        run->turned_read_only = iw_session_turned_read_only(stage.session);
        run->knows_capabilities = iw_session_knows_capabilities(stage.session);
    }
    iw_session_free(stage.session);
    iw_arena_release(&stage.values);
    iw_buf_release(&stage.sent);
    iw_buf_release(&stage.said);
    iw_exact_free(stage.chunk);
}

void iw_scripted_release(struct iw_scripted *run)
{
    iw_buf_release(&run->log);
    iw_buf_release(&run->mismatch);
}
