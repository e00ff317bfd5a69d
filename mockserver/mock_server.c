/* SPDX-License-Identifier: MIT */
#include "mockserver/mock_server.h"

#include "mockserver/host.h"
#include "mockserver/mocks.h"
#include "net/clock.h"
#include "net/loop_thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MAX = 1 << 20 };

struct iw_mock_server {
    struct iw_loop_thread *thread;
    struct iw_mocks mocks; /* of that thread */
};

/* What the thread is to do. */
struct task {
    struct iw_mock_server *server;
    unsigned number; /* of the scenario meant */
    const struct iw_mocks_choice *choice;
    unsigned port, tls_port;
    bool good;
    char *report;
    size_t size;
    struct iw_error *error;
};

static struct iw_mocks_member *member_of(const struct task *task)
{
    return iw_mocks_find(&task->server->mocks, task->number);
}

static bool run(struct task *task, bool (*work)(void *context), unsigned ms)
{
    return iw_loop_thread_do(task->server->thread, work, task, ms);
}

/* ---- life ---- */

static void on_changed(void *context)
{
    struct iw_mock_server *server = context;
    iw_loop_thread_again(server->thread);
}

static bool do_open(void *context)
{
    struct task *task = context;
    struct iw_mock_server *server = task->server;
    const struct iw_mocks_options options = {.loop = iw_loop_thread_loop(server->thread),
                                             .now = iw_clock_unix(),
                                             .changed = on_changed,
                                             .context = server};
    task->good = iw_mocks_init(&server->mocks, &options, task->error);
    return true;
}

static bool do_close(void *context)
{
    struct task *task = context;
    iw_mocks_release(&task->server->mocks);
    return true;
}

struct iw_mock_server *iw_mock_server_start(struct iw_error *error)
{
    struct iw_mock_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    struct task task = {.server = server, .error = error};
    server->thread = iw_loop_thread_start(error);
    if (server->thread != NULL)
        run(&task, do_open, 0);
    if (task.good)
        return server;
    iw_mock_server_stop(server);
    return NULL;
}

void iw_mock_server_stop(struct iw_mock_server *server)
{
    struct task task = {.server = server};
    if (server == NULL)
        return;
    if (server->thread != NULL)
        run(&task, do_close, 0);
    iw_loop_thread_stop(server->thread);
    free(server);
}

/* ---- scenarios ---- */

static bool do_add(void *context)
{
    struct task *task = context;
    const struct iw_mocks_member *member =
        iw_mocks_add(&task->server->mocks, task->choice, task->error);
    task->number = member == NULL ? 0 : member->number;
    return true;
}

static unsigned add(struct iw_mock_server *server, const struct iw_mocks_choice *choice,
                    struct iw_error *error)
{
    struct task task = {.server = server, .choice = choice, .error = error};
    run(&task, do_add, 0);
    return task.number;
}

static unsigned add_scenario(struct iw_mock_server *server, struct iw_scenario *scenario,
                             const struct iw_diagnostic *diagnostic, const char *path,
                             size_t variant, struct iw_error *error)
{
    const struct iw_mocks_choice choice = {.scenario = scenario, .variant = variant};
    if (scenario != NULL)
        return add(server, &choice, error);
    if (diagnostic->place.line == 0)
        iw_failf(error, IW_SYSTEM, "%s %s", path, diagnostic->message);
    else
        iw_failf(error, IW_SYNTAX, "%s:%u:%u: %s", path, diagnostic->place.line,
                 diagnostic->place.column, diagnostic->message);
    return 0;
}

unsigned iw_mock_server_load(struct iw_mock_server *server, const char *path, size_t variant,
                             struct iw_error *error)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_scenario *scenario = iw_scenario_load(path, &diagnostic);
    return add_scenario(server, scenario, &diagnostic, path, variant, error);
}

unsigned iw_mock_server_load_text(struct iw_mock_server *server, const char *json,
                                  const char *directory, size_t variant, struct iw_error *error)
{
    static const char name[] = "inline";
    struct iw_diagnostic diagnostic = {0};
    struct iw_scenario *scenario =
        iw_scenario_parse(iw_span_of(json), name, directory, &diagnostic);
    return add_scenario(server, scenario, &diagnostic, name, variant, error);
}

unsigned iw_mock_server_load_plain(struct iw_mock_server *server, struct iw_error *error)
{
    const struct iw_mocks_choice choice = {.today = true};
    return add(server, &choice, error);
}

static bool do_reset(void *context)
{
    struct task *task = context;
    struct iw_mocks_member *member = member_of(task);
    if (member == NULL)
        iw_failf(task->error, IW_SYSTEM, "there is no scenario %u", task->number);
    task->good = member != NULL && iw_mocks_reset(&task->server->mocks, member, task->error);
    return true;
}

bool iw_mock_server_reset(struct iw_mock_server *server, unsigned scenario, struct iw_error *error)
{
    struct task task = {.server = server, .number = scenario, .error = error};
    run(&task, do_reset, 0);
    return task.good;
}

static bool do_drop(void *context)
{
    struct task *task = context;
    if (member_of(task) != NULL)
        iw_mocks_drop(&task->server->mocks, member_of(task));
    return true;
}

void iw_mock_server_drop(struct iw_mock_server *server, unsigned scenario)
{
    struct task task = {.server = server, .number = scenario};
    run(&task, do_drop, 0);
}

/* ---- asking ---- */

static bool do_find_ports(void *context)
{
    struct task *task = context;
    const struct iw_mocks_member *member = member_of(task);
    if (member == NULL)
        return true;
    task->port = iw_mocks_port(&task->server->mocks, member);
    task->tls_port = iw_mocks_tls_port(&task->server->mocks, member);
    return true;
}

unsigned iw_mock_server_port(struct iw_mock_server *server, unsigned scenario)
{
    struct task task = {.server = server, .number = scenario};
    run(&task, do_find_ports, 0);
    return task.port;
}

unsigned iw_mock_server_tls_port(struct iw_mock_server *server, unsigned scenario)
{
    struct task task = {.server = server, .number = scenario};
    run(&task, do_find_ports, 0);
    return task.tls_port;
}

const char *iw_mock_server_ca_file(const struct iw_mock_server *server)
{
    return server->mocks.identity.ca_file;
}

/* Clients have come, and all have gone. */
static bool have_gone(void *context)
{
    const struct iw_mocks_member *member = member_of(context);
    return member == NULL || (iw_mock_report(member->mock).connections > 0 &&
                              iw_host_open(iw_mock_host(member->mock)) == 0);
}

static bool do_judge(void *context)
{
    struct task *task = context;
    struct iw_mocks_member *member = member_of(task);
    struct iw_buf text;
    iw_buf_init(&text, NULL, REPORT_MAX);
    if (member == NULL)
        iw_buf_addf(&text, "there is no scenario %u\n", task->number);
    else
        iw_mock_explain(member->mock, &text);
    if (task->size > 0)
        snprintf(task->report, task->size, "%s", iw_buf_string(&text));
    iw_buf_release(&text);
    task->good =
        member != NULL && !iw_verdict_counts(iw_mock_report(member->mock).finding->verdict, false);
    return true;
}

bool iw_mock_server_verify(struct iw_mock_server *server, unsigned scenario, unsigned wait_ms,
                           char *report, size_t size)
{
    struct task task = {.server = server, .number = scenario, .report = report, .size = size};
    run(&task, have_gone, wait_ms);
    run(&task, do_judge, 0);
    return task.good;
}
