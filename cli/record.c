/* SPDX-License-Identifier: MIT */
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/record_refresh.h"
#include "cli/record_write.h"
#include "cli/whole_file.h"
#include "conformance/password.h"
#include "conformance/proxy.h"
#include "mockserver/client_command.h"
#include "mockserver/identity.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORDING_MAX = 128 << 20, /* octets of everything heard */
    CLIENT_SECONDS = 30,
    SETTLE_MS = 100, /* for octets that were on their way when the client exited */
    LINE_MAX = 4096,
    STEM_SIZE = 64
};

struct record {
    struct iw_record_options options;
    struct iw_loop *loop;
    struct iw_timer *timer;
    struct iw_identity identity; /* towards clients */
    struct iw_tls_context *tls;  /* towards the server */
    struct iw_recording recording;
    struct iw_proxy *proxy;
    struct iw_child *child;
    struct iw_client_command command;
    struct iw_child_exit exit;
    bool exited, timed_out, troubled;
};

static void say(const char *text)
{
    fprintf(stderr, "imapwright record: %s\n", text);
}

static bool fail(const struct iw_error *error)
{
    say(error->detail[0] != '\0' ? error->detail : iw_result_name(error->code));
    return false;
}

/* ---- being found ---- */

static bool announce(const struct record *record)
{
    const char *path = record->options.port_file;
    struct iw_json_writer json;
    struct iw_buf line;
    iw_buf_init(&line, NULL, LINE_MAX);
    iw_json_writer_init(&json, &line, IW_JSON_DENSE);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, "event", "listening");
    iw_json_put_number(&json, "imap", iw_proxy_port(record->proxy));
    iw_json_put_number(&json, "imaps", iw_proxy_tls_port(record->proxy));
    iw_json_put_octets(&json, "ca", iw_span_of(record->identity.ca_file));
    iw_json_close_object(&json);
    iw_buf_add_char(&line, '\n');
    bool written = path == NULL || iw_write_whole(path, iw_buf_span(&line));
    if (written)
        fputs(iw_buf_string(&line), stdout);
    else
        fprintf(stderr, "imapwright record: cannot write %s: %s\n", path, strerror(errno));
    fflush(stdout);
    iw_buf_release(&line);
    return written;
}

/* ---- the client ---- */

static void on_output(void *context, struct iw_child *child, struct iw_span octets)
{
    (void)context;
    (void)child;
    fwrite(octets.data, 1, octets.length, stderr);
}

static void on_exited(void *context, struct iw_child *child, const struct iw_child_exit *exit)
{
    struct record *record = context;
    (void)child;
    record->child = NULL;
    record->exited = true;
    record->exit = *exit;
    iw_timer_set(record->timer, iw_loop_now(record->loop) + SETTLE_MS);
}

static const struct iw_child_events child_events = {on_output, on_exited};

static bool start_client(struct record *record)
{
    const struct iw_record_options *options = &record->options;
    struct iw_error error = {0};
    const struct iw_client_facts facts = {
        .host = "127.0.0.1",
        .port = iw_proxy_port(record->proxy),
        .tls_port = iw_proxy_tls_port(record->proxy),
        .user = iw_span_of(options->to.user),
        .password = iw_span_of(options->to.password),
        .ca = record->identity.ca_file,
        .task = IW_SPAN(""),
    };
    if (!iw_client_command_make(&record->command, options->client, options->client_count, &facts)) {
        say("the client's command line is too long");
        return false;
    }
    record->child = iw_child_spawn(record->loop, record->command.argv, record->command.environment,
                                   &child_events, record, &error);
    return record->child != NULL || fail(&error);
}

/* ---- how it goes on, and ends ---- */

static void on_trouble(void *context, const char *text)
{
    struct record *record = context;
    record->troubled = true;
    say(text);
}

static void on_timer(void *context)
{
    struct record *record = context;
    if (record->child != NULL) {
        record->timed_out = true;
        say("the client takes too long and is killed");
        iw_child_kill(record->child, SIGKILL);
        return;
    }
    iw_loop_stop(record->loop);
}

static void on_signal(void *context, int signal)
{
    struct record *record = context;
    (void)signal;
    if (record->child != NULL)
        iw_child_kill(record->child, SIGKILL);
    else
        iw_loop_stop(record->loop);
}

static void set_timer(struct record *record)
{
    uint64_t seconds = record->options.seconds;
    if (seconds == 0 && record->options.client_count > 0)
        seconds = CLIENT_SECONDS;
    if (seconds > 0)
        iw_timer_set(record->timer, iw_loop_now(record->loop) + seconds * 1000);
}

static bool run(struct record *record)
{
    iw_loop_on_signal(record->loop, on_signal, record); /* first: nobody is told before it holds */
    if (!announce(record) || (record->options.client_count > 0 && !start_client(record)))
        return false;
    set_timer(record);
    iw_loop_run(record->loop);
    return true;
}

/* ---- setting up ---- */

/* Nobody is asked for a password that only the client has to know. */
static bool find_password(struct record *record)
{
    struct iw_record_options *options = &record->options;
    struct iw_error error = {0};
    bool wanted = options->password_file != NULL || getenv(IW_PASSWORD_VARIABLE) != NULL;
    for (size_t i = 0; i < options->client_count; i++)
        wanted = wanted || strstr(options->client[i], "{password}") != NULL;
    if (wanted && iw_password_find(&options->to, options->password_file, &error) != IW_OK)
        return fail(&error);
    iw_redaction_add_secret(&record->recording.redaction, iw_span_of(options->to.password));
    return true;
}

static bool make_tls(struct record *record)
{
    struct iw_error error = {0};
    record->tls = iw_tls_client_new(record->options.ca_file, &error);
    if (record->tls == NULL || !iw_identity_make(&record->identity, NULL, iw_span(NULL, 0), &error))
        return fail(&error);
    if (record->options.any_certificate)
        iw_tls_client_insecure_accept_any_certificate(record->tls);
    return true;
}

static bool set_up(struct record *record)
{
    const struct iw_record_options *options = &record->options;
    struct iw_error error = {0};
    if (!find_password(record) || !make_tls(record))
        return false;
    record->loop = iw_loop_new(&error);
    if (record->loop == NULL)
        return fail(&error);
    const struct iw_proxy_options proxy = {.loop = record->loop,
                                           .to = &options->to,
                                           .client_side = record->identity.tls,
                                           .server_side = record->tls,
                                           .starttls = options->starttls,
                                           .offer_starttls = options->offer_starttls,
                                           .port = (unsigned)options->port,
                                           .tls_port = (unsigned)options->tls_port,
                                           .recording = &record->recording,
                                           .trouble = on_trouble,
                                           .context = record};
    record->timer = iw_timer_new(record->loop, on_timer, record);
    record->proxy = iw_proxy_start(&proxy, &error);
    return (record->timer != NULL && record->proxy != NULL) || fail(&error);
}

static void tear_down(struct record *record)
{
    if (record->timer != NULL)
        iw_timer_free(record->timer);
    iw_proxy_stop(record->proxy);
    if (record->loop != NULL)
        iw_loop_free(record->loop);
    iw_client_command_release(&record->command);
    iw_tls_context_free(record->tls);
    iw_identity_release(&record->identity);
    iw_recording_release(&record->recording);
    iw_record_options_release(&record->options);
}

/* ---- the scenario ---- */

static enum iw_client_outcome outcome_of(const struct record *record)
{
    if (!record->exited || record->timed_out || record->exit.signal != 0)
        return IW_CLIENT_ANY;
    return record->exit.status == 0 ? IW_CLIENT_OK : IW_CLIENT_ERROR;
}

static bool transcribe(struct record *record, const char *path, struct iw_transcription *made)
{
    const struct iw_record_options *options = &record->options;
    struct iw_arena *arena = &record->recording.arena;
    char stem[STEM_SIZE];
    struct iw_transcribe_options how = {
        .title = options->title, .stem = stem, .outcome = outcome_of(record)};
    const struct {
        const char *list;
        struct iw_texts *names;
    } lists[] = {{options->optional, &how.optional},
                 {options->engine, &how.engine},
                 {options->any, &how.any}};
    iw_record_stem(path, stem, sizeof stem);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i].list != NULL && !iw_transcribe_names(lists[i].list, arena, lists[i].names))
            return false;
    return iw_transcribe(&record->recording, &how, made);
}

static int write_scenario(struct record *record)
{
    const char *path = record->options.output == NULL ? "recorded.json" : record->options.output;
    struct iw_transcription made = {.files = NULL};
    if (record->recording.first == NULL) {
        say(record->recording.stopped != NULL ? record->recording.stopped : "nothing was recorded");
        return 1;
    }
    bool transcribed = transcribe(record, path, &made);
    if (!transcribed)
        say("nothing is written: there is too much to keep secret, or no memory");
    bool written = transcribed && iw_record_write(path, &made);
    iw_transcription_release(&made);
    if (!written)
        return transcribed ? 2 : 1;
    fprintf(stderr, "%s: %u connection%s recorded\n", path, record->recording.conn_count,
            record->recording.conn_count == 1 ? "" : "s");
    if (record->recording.stopped != NULL)
        fprintf(stderr, "it ends early: %s\n", record->recording.stopped);
    bool whole = record->recording.stopped == NULL && !record->timed_out && !record->troubled;
    return whole ? 0 : 1;
}

static int record_session(struct record *record)
{
    return set_up(record) && run(record) ? write_scenario(record) : 2;
}

int iw_cmd_record(int argc, char **argv)
{
    struct record record = {0};
    int status = iw_record_options_read(&record.options, argc, argv);
    iw_recording_init(&record.recording, RECORDING_MAX, record.options.keep_user);
    if (status != 0)
        status--;
    else if (record.options.refresh != NULL)
        status = iw_record_refresh(&record.options);
    else
        status = record_session(&record);
    tear_down(&record);
    return status;
}
