/* SPDX-License-Identifier: MIT */
#include "cli/record_refresh.h"

#include "cli/record_write.h"
#include "conformance/password.h"
#include "conformance/refresh.h"
#include "script/files.h"
#include "script/load.h"
#include "script/revise.h"

#include <stdio.h>
#include <string.h>

enum {
    FILE_MAX = 32 << 20,
    RECORDING_MAX = 128 << 20,
    RUN_SECONDS = 60,
    STEM_SIZE = 64,
    SHOWN_MAX = 200 /* octets of a step */
};

struct refreshing {
    const struct iw_record_options *options;
    struct iw_scenario *scenario;
    struct iw_target target;
    struct iw_recording recording;
    struct iw_transcription made;
    struct iw_buf old_text, new_text;
    size_t changes;
};

static bool fail(const struct iw_error *error)
{
    fprintf(stderr, "imapwright record: %s\n",
            error->detail[0] != '\0'  ? error->detail
            : error->expected != NULL ? error->expected
                                      : iw_result_name(error->code));
    return false;
}

/* ---- before ---- */

static bool load(struct refreshing *r)
{
    const char *path = r->options->refresh, *why = NULL;
    struct iw_diagnostic diagnostic = {0};
    r->scenario = iw_scenario_load(path, &diagnostic);
    if (r->scenario == NULL) {
        fprintf(stderr, "%s:%u:%u: %s\n", path, diagnostic.place.line, diagnostic.place.column,
                diagnostic.message);
        return false;
    }
    if (r->scenario->dialogue.count == 0 || r->scenario->starts[1] != IW_START_DIALOGUE) {
        fprintf(stderr, "imapwright record: %s is no dialogue from the greeting on\n", path);
        return false;
    }
    if (iw_read_file(path, &r->old_text, &why))
        return true;
    fprintf(stderr, "imapwright record: cannot read %s: %s\n", path, why);
    return false;
}

static bool set_target(struct refreshing *r, struct iw_record_options *options)
{
    struct iw_error error = {0};
    struct iw_target *target = &r->target;
    if (options->to.user[0] == '\0') {
        fputs("imapwright record: the URL names no user: imap://USER@HOST:PORT/\n", stderr);
        return false;
    }
    if (iw_password_find(&options->to, options->password_file, &error) != IW_OK)
        return fail(&error);
    target->url = options->to;
    target->user = target->url.user;
    target->password = target->url.password;
    target->allow_password_in_clear = options->in_clear;
    target->starttls = iw_span_equal(r->scenario->given.tls.mode, IW_SPAN("starttls"));
    target->tls = iw_tls_client_new(options->ca_file, &error);
    if (target->tls == NULL || !iw_target_may_log_in(target, &error))
        return fail(&error);
    if (options->any_certificate)
        iw_tls_client_insecure_accept_any_certificate(target->tls);
    iw_redaction_add_secret(&r->recording.redaction, iw_span_of(target->password));
    return true;
}

/* ---- the play ---- */

static bool play(struct refreshing *r)
{
    struct iw_error error = {0};
    struct iw_loop *loop = iw_loop_new(&error);
    if (loop == NULL)
        return fail(&error);
    uint64_t seconds = r->options->seconds > 0 ? r->options->seconds : RUN_SECONDS;
    const struct iw_refresh_options refresh = {.loop = loop,
                                               .target = &r->target,
                                               .scenario = r->scenario,
                                               .recording = &r->recording,
                                               .run_ms = (unsigned)seconds * 1000};
    bool played = iw_refresh(&refresh, &error) == IW_OK;
    iw_loop_free(loop);
    return played || fail(&error);
}

/* ---- afterwards ---- */

static void print_change(void *context, enum iw_revision what, struct iw_span step)
{
    struct refreshing *r = context;
    size_t length = step.length < SHOWN_MAX ? step.length : SHOWN_MAX;
    printf("%c %.*s%s\n", what == IW_REVISION_GONE ? '-' : '+', (int)length, step.data,
           length < step.length ? " …" : "");
    r->changes++;
}

static bool revise(struct refreshing *r)
{
    struct iw_error error = {0};
    char stem[STEM_SIZE];
    iw_record_stem(r->options->refresh, stem, sizeof stem);
    const struct iw_transcribe_options how = {
        .stem = stem, .known = r->scenario->files, .known_count = r->scenario->file_count};
    if (!iw_transcribe(&r->recording, &how, &r->made)) {
        fputs("imapwright record: nothing is written: there is too much to keep secret\n", stderr);
        return false;
    }
    return iw_revise(iw_buf_span(&r->old_text), iw_buf_span(&r->made.json), &r->new_text,
                     print_change, r, &error) == IW_OK ||
           fail(&error);
}

static int write_back(struct refreshing *r)
{
    fprintf(stderr, "%s: %zu change%s\n", r->options->refresh, r->changes,
            r->changes == 1 ? "" : "s");
    if (r->changes == 0)
        return 0;
    iw_buf_release(&r->made.json);
    r->made.json = r->new_text;
    iw_buf_init(&r->new_text, NULL, FILE_MAX);
    return iw_record_write(r->options->refresh, &r->made) ? 0 : 1;
}

int iw_record_refresh(struct iw_record_options *options)
{
    struct refreshing r = {.options = options};
    iw_target_init(&r.target);
    iw_recording_init(&r.recording, RECORDING_MAX, options->keep_user);
    iw_buf_init(&r.old_text, NULL, FILE_MAX);
    iw_buf_init(&r.new_text, NULL, FILE_MAX);
    int status = 2;
    if (load(&r) && set_target(&r, options))
        status = play(&r) && revise(&r) ? write_back(&r) : 1;
    iw_transcription_release(&r.made);
    iw_buf_release(&r.old_text);
    iw_buf_release(&r.new_text);
    iw_recording_release(&r.recording);
    if (r.target.tls != NULL)
        iw_tls_context_free(r.target.tls);
    memset(r.target.url.password, 0, sizeof r.target.url.password);
    iw_target_release(&r.target);
    iw_scenario_free(r.scenario);
    return status;
}
