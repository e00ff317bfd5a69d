/* SPDX-License-Identifier: MIT */
#include "cli/serve_admin.h"

#include "cli/serve_request.h"
#include "net/local.h"

#include <stdlib.h>

enum { ARENA_MAX = 64 << 20, PROBLEM_MAX = 16 << 10 };

/* A request that waits. Those that do have no texts that would go with the arena. */
struct waiter {
    struct iw_local_conn *conn; /* NULL: the place is free */
    struct iw_request request;
    uint64_t deadline;
};

struct iw_serve_admin {
    struct iw_serve_admin_options options;
    struct iw_local *local;
    struct iw_timer *timer;
    struct iw_arena arena;         /* of the request in hand */
    struct iw_buf problem, answer; /* the same */
    struct waiter waiters[IW_LOCAL_CONNS_MAX];
    size_t waiting;
};

/* ---- answering ---- */

static void answer(struct iw_serve_admin *admin, struct iw_local_conn *conn,
                   const struct iw_request *request)
{
    iw_request_answer(request, admin->options.mocks, &admin->problem, &admin->answer);
    iw_local_answer(conn, iw_buf_span(&admin->answer));
    if (iw_request_stops(request))
        admin->options.stop(admin->options.context);
}

/* Wakes at the first of the deadlines. */
static void set_timer(struct iw_serve_admin *admin)
{
    uint64_t first = UINT64_MAX;
    for (size_t i = 0; i < IW_LOCAL_CONNS_MAX; i++) {
        const struct waiter *waiter = &admin->waiters[i];
        if (waiter->conn != NULL && waiter->deadline < first)
            first = waiter->deadline;
    }
    iw_timer_set(admin->timer, first);
}

static void let_wait(struct iw_serve_admin *admin, struct iw_local_conn *conn,
                     const struct iw_request *request)
{
    struct waiter *waiter = admin->waiters;
    while (waiter->conn != NULL) /* one a connection: there is room */
        waiter++;
    *waiter = (struct waiter){.conn = conn,
                              .request = *request,
                              .deadline = iw_loop_now(admin->options.loop) + request->wait_ms};
    admin->waiting++;
    set_timer(admin);
}

/* The place is free before the answer goes: the connection's next request may wait, too. */
static void let_go(struct iw_serve_admin *admin, struct waiter *waiter)
{
    const struct waiter due = *waiter;
    waiter->conn = NULL;
    admin->waiting--;
    iw_buf_clear(&admin->problem);
    answer(admin, due.conn, &due.request);
}

static void on_timer(void *context)
{
    struct iw_serve_admin *admin = context;
    uint64_t now = iw_loop_now(admin->options.loop);
    for (size_t i = 0; i < IW_LOCAL_CONNS_MAX; i++) {
        struct waiter *waiter = &admin->waiters[i];
        if (waiter->conn != NULL &&
            (now >= waiter->deadline || !iw_request_waits(&waiter->request, admin->options.mocks)))
            let_go(admin, waiter);
    }
    set_timer(admin);
}

void iw_serve_admin_changed(struct iw_serve_admin *admin)
{
    if (admin != NULL && admin->waiting > 0)
        iw_timer_set(admin->timer, iw_loop_now(admin->options.loop));
}

/* ---- asked ---- */

static void on_line(void *context, struct iw_local_conn *conn, struct iw_span line)
{
    struct iw_serve_admin *admin = context;
    struct iw_request request = {.verb = NULL};
    iw_arena_reset(&admin->arena);
    iw_buf_clear(&admin->problem);
    if (line.data == NULL)
        iw_buf_addf(&admin->problem, "a request has at most %d octets", IW_ADMIN_LINE_MAX);
    else
        iw_request_read(&request, line, &admin->arena, &admin->problem);
    if (iw_request_waits(&request, admin->options.mocks))
        let_wait(admin, conn, &request);
    else
        answer(admin, conn, &request);
}

static struct waiter *waiter_of(struct iw_serve_admin *admin, const struct iw_local_conn *conn)
{
    for (size_t i = 0; i < IW_LOCAL_CONNS_MAX; i++) {
        if (admin->waiters[i].conn == conn)
            return &admin->waiters[i];
    }
    return NULL;
}

static void on_hurry(void *context, struct iw_local_conn *conn)
{
    struct waiter *waiter = waiter_of(context, conn);
    if (waiter != NULL)
        let_go(context, waiter);
}

static void on_ended(void *context, struct iw_local_conn *conn)
{
    struct iw_serve_admin *admin = context;
    struct waiter *waiter = waiter_of(admin, conn);
    if (waiter == NULL)
        return;
    waiter->conn = NULL;
    admin->waiting--;
}

/* ---- life ---- */

struct iw_serve_admin *iw_serve_admin_new(const struct iw_serve_admin_options *options,
                                          struct iw_error *error)
{
    static const struct iw_local_events events = {on_line, on_hurry, on_ended};
    struct iw_serve_admin *admin = calloc(1, sizeof *admin);
    if (admin == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    admin->options = *options;
    iw_arena_init(&admin->arena, NULL, ARENA_MAX);
    iw_buf_init(&admin->problem, NULL, PROBLEM_MAX);
    iw_buf_init(&admin->answer, NULL, IW_REQUEST_ANSWER_MAX);
    admin->timer = iw_timer_new(options->loop, on_timer, admin);
    admin->local = admin->timer == NULL ? NULL
                                        : iw_local_listen(options->loop, options->path,
                                                          IW_ADMIN_LINE_MAX, &events, admin, error);
    if (admin->local != NULL)
        return admin;
    iw_serve_admin_free(admin);
    return NULL;
}

void iw_serve_admin_free(struct iw_serve_admin *admin)
{
    if (admin == NULL)
        return;
    iw_local_close(admin->local);
    iw_timer_free(admin->timer);
    iw_buf_release(&admin->problem);
    iw_buf_release(&admin->answer);
    iw_arena_release(&admin->arena);
    free(admin);
}
