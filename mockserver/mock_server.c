/* SPDX-License-Identifier: MIT */
#include "mockserver/mock_server.h"

#include "mockserver/given.h"
#include "mockserver/host.h"
#include "mockserver/mocks.h"
#include "mockserver/snapshot.h"
#include "net/clock.h"
#include "net/loop_thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MAX = 1 << 20, COPY_MAX = 1 << 30 };

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

/* Copies that a caller has, and what holds them. */
struct commands {
    struct iw_mock_server_commands list;
    struct iw_arena arena;
};

struct mailboxes {
    struct iw_mock_server_mailboxes list;
    struct iw_arena arena;
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

/* ---- what the clients have said ---- */

struct hearing {
    struct task task;
    size_t least;
    struct commands *commands; /* NULL once they cannot be had */
};

static uint64_t commands_of(const struct iw_mocks_member *member)
{
    const struct iw_transcript *commands = iw_mock_commands(member->mock);
    return commands->gone + commands->count;
}

static bool have_come(void *context)
{
    const struct hearing *hearing = context;
    const struct iw_mocks_member *member = member_of(&hearing->task);
    return member == NULL || commands_of(member) >= hearing->least;
}

static bool do_copy_commands(void *context)
{
    struct hearing *hearing = context;
    const struct iw_mocks_member *member = member_of(&hearing->task);
    struct commands *commands = hearing->commands;
    hearing->task.good = member != NULL && iw_snapshot_commands(iw_mock_commands(member->mock),
                                                                &commands->arena, &commands->list);
    return true;
}

struct iw_mock_server_commands *iw_mock_server_commands(struct iw_mock_server *server,
                                                        unsigned scenario, size_t least,
                                                        unsigned wait_ms)
{
    struct hearing hearing = {.task = {.server = server, .number = scenario},
                              .least = least,
                              .commands = calloc(1, sizeof *hearing.commands)};
    if (hearing.commands == NULL)
        return NULL;
    iw_arena_init(&hearing.commands->arena, NULL, COPY_MAX);
    iw_loop_thread_do(server->thread, have_come, &hearing, wait_ms);
    iw_loop_thread_do(server->thread, do_copy_commands, &hearing, 0);
    if (hearing.task.good)
        return &hearing.commands->list;
    iw_mock_server_commands_free(&hearing.commands->list);
    return NULL;
}

void iw_mock_server_commands_free(struct iw_mock_server_commands *list)
{
    struct commands *commands = (struct commands *)list; /* its first member */
    if (commands == NULL)
        return;
    iw_arena_release(&commands->arena);
    free(commands);
}

/* ---- what is there ---- */

struct looking {
    struct task task;
    const char *user; /* NULL: the first one */
    struct mailboxes *mailboxes;
};

static struct iw_user *find_user(const struct iw_store *store, const char *name)
{
    return name == NULL ? store->first_user : iw_store_user(store, iw_span_of(name));
}

static bool do_copy_mailboxes(void *context)
{
    struct looking *looking = context;
    const struct iw_mocks_member *member = member_of(&looking->task);
    struct mailboxes *mailboxes = looking->mailboxes;
    const struct iw_store *store = member == NULL ? NULL : &iw_mock_engine(member->mock)->store;
    const struct iw_user *user = store == NULL ? NULL : find_user(store, looking->user);
    looking->task.good =
        user != NULL && iw_snapshot_mailboxes(store, user, &mailboxes->arena, &mailboxes->list);
    return true;
}

struct iw_mock_server_mailboxes *iw_mock_server_mailboxes(struct iw_mock_server *server,
                                                          unsigned scenario, const char *user)
{
    struct looking looking = {.task = {.server = server, .number = scenario},
                              .user = user,
                              .mailboxes = calloc(1, sizeof *looking.mailboxes)};
    if (looking.mailboxes == NULL)
        return NULL;
    iw_arena_init(&looking.mailboxes->arena, NULL, COPY_MAX);
    iw_loop_thread_do(server->thread, do_copy_mailboxes, &looking, 0);
    if (looking.task.good)
        return &looking.mailboxes->list;
    iw_mock_server_mailboxes_free(&looking.mailboxes->list);
    return NULL;
}

void iw_mock_server_mailboxes_free(struct iw_mock_server_mailboxes *list)
{
    struct mailboxes *mailboxes = (struct mailboxes *)list; /* its first member */
    if (mailboxes == NULL)
        return;
    iw_arena_release(&mailboxes->arena);
    free(mailboxes);
}

const struct iw_mock_server_mailbox *
iw_mock_server_mailbox(const struct iw_mock_server_mailboxes *mailboxes, const char *name)
{
    for (size_t i = 0; i < mailboxes->count; i++) {
        if (strcmp(mailboxes->items[i].name, name) == 0)
            return &mailboxes->items[i];
    }
    return NULL;
}

/* ---- what others do ---- */

struct delivering {
    struct task task;
    const struct iw_mock_server_delivery *delivery;
    unsigned uid;
};

static struct iw_span span_or_none(const char *text)
{
    return text == NULL ? iw_span(NULL, 0) : iw_span_of(text);
}

static unsigned deliver(struct iw_mock *mock, const struct iw_mock_server_delivery *delivery,
                        struct iw_error *error)
{
    struct iw_engine *engine = iw_mock_engine(mock);
    const char *name = delivery->mailbox == NULL ? "INBOX" : delivery->mailbox;
    const struct iw_user *user = find_user(&engine->store, delivery->user);
    struct iw_mailbox *mailbox =
        user == NULL ? NULL : iw_store_find(&engine->store, user, iw_span_of(name));
    size_t length = delivery->length == 0 ? strlen(delivery->octets) : delivery->length;
    if (mailbox == NULL || mailbox->no_select)
        iw_failf(error, IW_SYNTAX, "there is no mailbox \"%.200s\"", name);
    else if (!iw_given_deliver(engine, mailbox, iw_span(delivery->octets, length),
                               span_or_none(delivery->flags)))
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
    else
        return mailbox->uidnext - 1;
    return 0;
}

static bool do_deliver(void *context)
{
    struct delivering *delivering = context;
    const struct iw_mocks_member *member = member_of(&delivering->task);
    if (member == NULL) {
        iw_failf(delivering->task.error, IW_SYSTEM, "there is no scenario %u",
                 delivering->task.number);
        return true;
    }
    delivering->uid = deliver(member->mock, delivering->delivery, delivering->task.error);
    iw_mock_stir(member->mock);
    return true;
}

unsigned iw_mock_server_deliver(struct iw_mock_server *server, unsigned scenario,
                                const struct iw_mock_server_delivery *delivery,
                                struct iw_error *error)
{
    struct delivering delivering = {.task = {.server = server, .number = scenario, .error = error},
                                    .delivery = delivery};
    iw_loop_thread_do(server->thread, do_deliver, &delivering, 0);
    return delivering.uid;
}

struct ending {
    struct task task;
    unsigned conn;
    bool reset;
    size_t count;
};

static bool do_hang_up(void *context)
{
    struct ending *ending = context;
    const struct iw_mocks_member *member = member_of(&ending->task);
    if (member != NULL)
        ending->count = iw_mock_hang_up(member->mock, ending->conn,
                                        ending->reset ? IW_CLOSE_RST : IW_CLOSE_FIN);
    return true;
}

size_t iw_mock_server_hang_up(struct iw_mock_server *server, unsigned scenario, unsigned conn,
                              bool reset)
{
    struct ending ending = {
        .task = {.server = server, .number = scenario}, .conn = conn, .reset = reset};
    iw_loop_thread_do(server->thread, do_hang_up, &ending, 0);
    return ending.count;
}
