/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/serve_admin.h"
#include "cli/serve_ctl.h"
#include "cli/serve_listening.h"
#include "cli/serve_options.h"
#include "cli/serve_scenario.h"
#include "cli/serve_verdict.h"
#include "mockserver/client_command.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum {
    CLIENT_SECONDS = 30,
    LISTENING_MAX = 60 << 10, /* of the line in a client's environment */
    SETTLE_MS = 50,           /* for octets that were on their way when the client exited */
    LINE_MAX = 4 << 20
};

struct serve {
    struct iw_serve_options options;
    struct iw_loop *loop;
    struct iw_timer *timer;
    struct iw_mocks mocks;
    struct iw_serve_admin *admin; /* NULL: nobody is to ask */
    struct iw_child *child;
    struct iw_client_command command;
    struct iw_child_exit exit;
    struct iw_buf listening; /* the line */
    uint64_t began;
    unsigned client_ms;
    bool exited, timed_out, unconnected;
    bool mid_line; /* the client's output stopped there */
};

static bool fail(const struct iw_error *error)
{
    fprintf(stderr, "imapwright serve: %s\n",
            error->detail[0] != '\0' ? error->detail : iw_result_name(error->code));
    return false;
}

/* ---- the wire, with -v ---- */

/* "C1: a NOOP"; of one among several scenarios "2 C1: a NOOP". */
static void begin_line(const struct serve *serve, unsigned number, unsigned conn, char who)
{
    if (serve->mocks.count > 1)
        fprintf(stderr, "%u ", number);
    fprintf(stderr, "%c%u: ", who, conn);
}

static void show_wire(void *context, unsigned number, unsigned conn, char who,
                      struct iw_span octets)
{
    begin_line(context, number, conn, who);
    for (size_t i = 0; i < octets.length; i++) {
        unsigned char c = (unsigned char)octets.data[i];
        if (c >= 0x20 && c != 0x7f)
            fputc(c, stderr);
        else if (c != '\n' && c != '\r')
            fprintf(stderr, "\\x%02x", c);
        if (c == '\n' && i + 1 < octets.length) {
            fputc('\n', stderr);
            begin_line(context, number, conn, who);
        }
    }
    fputc('\n', stderr);
}

/* ---- the client ---- */

static void on_output(void *context, struct iw_child *child, struct iw_span octets)
{
    struct serve *serve = context;
    (void)child;
    fwrite(octets.data, 1, octets.length, stderr);
    serve->mid_line = octets.length > 0 && octets.data[octets.length - 1] != '\n';
}

static void on_exited(void *context, struct iw_child *child, const struct iw_child_exit *exit)
{
    struct serve *serve = context;
    (void)child;
    serve->child = NULL;
    serve->exited = true;
    serve->exit = *exit;
    iw_timer_set(serve->timer, iw_loop_now(serve->loop) + SETTLE_MS);
}

static const struct iw_child_events child_events = {on_output, on_exited};

/* It is told of the first scenario, and of all of them in {listening}. */
static bool start_client(struct serve *serve, struct iw_error *error)
{
    const struct iw_mocks *mocks = &serve->mocks;
    const struct iw_mocks_member *first = mocks->first;
    bool has_task = first->scenario != NULL && first->scenario->tasks.count > 0;
    struct iw_span line = iw_buf_span(&serve->listening);
    line = line.length > LISTENING_MAX ? iw_span(NULL, 0) : iw_span_part(line, 0, line.length - 1);
    const struct iw_client_facts facts = {
        .host = "127.0.0.1",
        .port = iw_mocks_port(mocks, first),
        .tls_port = iw_mocks_tls_port(mocks, first),
        .user = iw_mock_user(first->mock),
        .password = iw_mock_password(first->mock),
        .ca = iw_mock_ca_file(first->mock),
        .certificate = iw_mock_client_file(first->mock),
        .task = has_task ? first->scenario->tasks.items[0] : IW_SPAN("login"),
        .listening = line,
    };
    const struct iw_serve_options *options = &serve->options;
    if (!iw_client_command_make(&serve->command, options->client, options->client_count, &facts)) {
        iw_failf(error, IW_LIMIT, "the client's command line is too long");
        return false;
    }
    serve->child = iw_child_spawn(serve->loop, serve->command.argv, serve->command.environment,
                                  &child_events, serve, error);
    return serve->child != NULL;
}

/* ---- how it goes on, and ends ---- */

static bool nobody_came(const struct iw_mocks *mocks)
{
    for (const struct iw_mocks_member *m = mocks->first; m != NULL; m = m->next) {
        if (iw_mock_report(m->mock).connections > 0)
            return false;
    }
    return true;
}

static void on_timer(void *context)
{
    struct serve *serve = context;
    if (serve->child != NULL) {
        serve->timed_out = true;
        iw_child_kill(serve->child, SIGKILL);
        return;
    }
    serve->unconnected = serve->options.client_count == 0 && nobody_came(&serve->mocks);
    if (serve->exited || serve->unconnected)
        iw_loop_stop(serve->loop);
}

static void stop(void *context)
{
    struct serve *serve = context;
    if (serve->child != NULL)
        iw_child_kill(serve->child, SIGKILL);
    else
        iw_loop_stop(serve->loop);
}

static void on_signal(void *context, int signal)
{
    (void)signal;
    stop(context);
}

static void on_changed(void *context)
{
    const struct serve *serve = context;
    iw_serve_admin_changed(serve->admin);
}

static void set_timer(struct serve *serve)
{
    uint64_t seconds = serve->options.seconds;
    if (seconds == 0 && serve->options.client_count > 0)
        seconds = CLIENT_SECONDS;
    serve->client_ms = (unsigned)seconds * 1000;
    if (seconds > 0)
        iw_timer_set(serve->timer, iw_loop_now(serve->loop) + seconds * 1000);
}

static int judge(const struct serve *serve)
{
    const struct iw_serve_end end = {.options = &serve->options,
                                     .mocks = &serve->mocks,
                                     .exit = serve->options.client_count > 0 ? &serve->exit : NULL,
                                     .client_ms = serve->client_ms,
                                     .timed_out = serve->timed_out,
                                     .unconnected = serve->unconnected,
                                     .ms = iw_loop_now(serve->loop) - serve->began};
    if (serve->mid_line)
        fputc('\n', stderr);
    return iw_serve_judge(&end);
}

static int run(struct serve *serve)
{
    struct iw_error error = {0};
    iw_loop_on_signal(serve->loop, on_signal, serve); /* first: nobody is told before it holds */
    iw_serve_write_listening(&serve->options, &serve->mocks, &serve->listening);
    if (!iw_serve_announce(&serve->options, iw_buf_span(&serve->listening)))
        return 2;
    if (serve->options.client_count > 0 && !start_client(serve, &error)) {
        fail(&error);
        return 2;
    }
    set_timer(serve);
    iw_loop_run(serve->loop);
    return judge(serve);
}

/* ---- setting up ---- */

/* A scenario is played alike on every day; a server without one, or a persona, lives today. */
static bool choose(const struct serve *serve, size_t index, char *user,
                   struct iw_mocks_choice *choice, struct iw_buf *problem)
{
    const struct iw_serve_options *options = &serve->options;
    if (options->persona != NULL) {
        choice->today = true;
        choice->scenario = iw_serve_scenario_persona(options->persona, problem);
        return choice->scenario != NULL;
    }
    choice->today = options->name_count == 0;
    return options->name_count == 0 ||
           iw_serve_scenario_choose(options->names[index], user, choice, problem);
}

static bool add(struct serve *serve, size_t index)
{
    char user[IW_SERVE_USER_MAX + 1];
    struct iw_error error = {0};
    struct iw_buf problem;
    const struct iw_serve_options *options = &serve->options;
    struct iw_mocks_choice choice = {.variant = (size_t)options->variant};
    if (index == 0) {
        choice.port = (unsigned)options->port;
        choice.tls_port = (unsigned)options->tls_port;
    }
    iw_buf_init(&problem, NULL, LINE_MAX);
    bool chosen = choose(serve, index, user, &choice, &problem);
    if (!chosen)
        fprintf(stderr, "%s\n", iw_buf_string(&problem));
    iw_buf_release(&problem);
    return chosen && (iw_mocks_add(&serve->mocks, &choice, &error) != NULL || fail(&error));
}

static bool furnish(void *context, struct iw_engine *engine, struct iw_error *error)
{
    struct serve *serve = context;
    return iw_serve_world_make(&serve->options.world, engine, error) == IW_OK;
}

/* Many scenarios and many connections take many file descriptors. */
static void lift_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool open_admin(struct serve *serve, struct iw_error *error)
{
    const struct iw_serve_admin_options options = {.loop = serve->loop,
                                                   .mocks = &serve->mocks,
                                                   .path = serve->options.admin,
                                                   .stop = stop,
                                                   .context = serve};
    serve->admin = options.path == NULL ? NULL : iw_serve_admin_new(&options, error);
    return options.path == NULL || serve->admin != NULL || fail(error);
}

static bool set_up(struct serve *serve)
{
    struct iw_error error = {0};
    const struct iw_serve_world *world = &serve->options.world;
    const struct iw_world_user *first = world->user_count == 0 ? NULL : world->users;
    lift_limit();
    serve->loop = iw_loop_new(&error);
    serve->timer = serve->loop == NULL ? NULL : iw_timer_new(serve->loop, on_timer, serve);
    const struct iw_mocks_options options = {
        .loop = serve->loop,
        .user = first == NULL ? NULL : first->name,
        .password = first == NULL ? NULL : first->password,
        .bare = world->mail_count > 0,
        .open_max = (size_t)serve->options.open_max,
        .tls = &serve->options.tls,
        .seed = serve->options.seed,
        .now = (int64_t)time(NULL),
        .furnish = furnish,
        .wire = serve->options.verbose ? show_wire : NULL,
        .changed = on_changed,
        .context = serve,
    };
    if (serve->timer == NULL || !iw_mocks_init(&serve->mocks, &options, &error))
        return fail(&error);
    serve->began = iw_loop_now(serve->loop);
    size_t index = 0;
    do {
        if (!add(serve, index))
            return false;
    } while (++index < serve->options.name_count);
    return open_admin(serve, &error);
}

static void tear_down(struct serve *serve)
{
    iw_serve_admin_free(serve->admin);
    iw_timer_free(serve->timer);
    iw_mocks_release(&serve->mocks);
    if (serve->loop != NULL)
        iw_loop_free(serve->loop);
    iw_client_command_release(&serve->command);
    iw_buf_release(&serve->listening);
    iw_serve_options_release(&serve->options);
}

int iw_cmd_serve(int argc, char **argv)
{
    struct serve serve = {0};
    iw_buf_init(&serve.listening, NULL, LINE_MAX);
    int status = iw_serve_options_read(&serve.options, argc, argv);
    const struct iw_serve_options *options = &serve.options;
    if (status != 0)
        status--;
    else if (options->ctl != NULL)
        status = iw_serve_ctl(options->ctl, options->names, options->name_count);
    else
        status = set_up(&serve) ? run(&serve) : 2;
    tear_down(&serve);
    return status;
}
