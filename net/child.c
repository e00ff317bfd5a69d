/* SPDX-License-Identifier: MIT */
/* A child process ends in three steps: it dies (its pidfd is readable: the resources it used can
 * be asked for), libuv reaps it (on_exited), and its output ends. libuv handles signals after all
 * other events of a turn, so the first step always comes before the second. */
#include "net/loop_private.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

extern char **environ;

enum { OUTPUT_MS = 200 }; /* how long the output may go on after the exit */

struct iw_child {
    uv_process_t process;
    uv_pipe_t output;    /* the reading end of stdout and stderr */
    uv_poll_t death;     /* of the pidfd */
    uv_timer_t patience; /* for output that outlives the child */
    unsigned handles;    /* of the four, not closed yet */
    int pidfd;           /* -1: none, or closed */
    struct iw_loop *loop;
    struct iw_child_events events;
    void *context;
    bool exited, ended; /* the process; its output */
    struct iw_child_exit exit;
};

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle)
{
    struct iw_child *child = handle->data;
    if (--child->handles == 0)
        free(child);
}

static void close_handle(struct iw_child *child, uv_handle_t *handle)
{
    handle->data = child;
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void close_death(struct iw_child *child)
{
    if (child->pidfd < 0)
        return;
    close_handle(child, (uv_handle_t *)&child->death);
    close(child->pidfd);
    child->pidfd = -1;
}

static void close_all(struct iw_child *child)
{
    close_death(child);
    if (child->process.loop != NULL) /* uv_spawn was called, even if it failed */
        close_handle(child, (uv_handle_t *)&child->process);
    close_handle(child, (uv_handle_t *)&child->output);
    close_handle(child, (uv_handle_t *)&child->patience);
}

static void finish(struct iw_child *child)
{
    child->events.exited(child->context, child, &child->exit);
    close_all(child);
}

static void on_patience(uv_timer_t *timer)
{
    struct iw_child *child = timer->data;
    iw_child_kill(child, SIGKILL);
    finish(child);
}

static void on_exited(uv_process_t *process, int64_t status, int signal)
{
    struct iw_child *child = process->data;
    child->exited = true;
    child->exit.status = (int)status;
    child->exit.signal = signal;
    if (child->ended)
        finish(child);
    else
        uv_timer_start(&child->patience, on_patience, OUTPUT_MS, 0);
}

/* The C library's waitid has no place for the resources; the kernel's has. WNOWAIT leaves the
 * child to libuv. */
static void on_death(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    struct iw_child *child = poll->data;
    siginfo_t info;
    struct rusage usage;
    if (syscall(SYS_waitid, P_PID, uv_process_get_pid(&child->process), &info,
                WEXITED | WNOWAIT | WNOHANG, &usage) == 0)
        child->exit.peak_octets = (uint64_t)usage.ru_maxrss * 1024;
    close_death(child);
}

static void watch_death(struct iw_child *child)
{
    child->pidfd = (int)syscall(SYS_pidfd_open, uv_process_get_pid(&child->process), 0);
    if (child->pidfd < 0)
        return;
    if (uv_poll_init(iw_loop_uv(child->loop), &child->death, child->pidfd) < 0) {
        close(child->pidfd);
        child->pidfd = -1;
        return;
    }
    child->handles++;
    child->death.data = child;
    uv_poll_start(&child->death, UV_READABLE, on_death);
}

/* ---- output ---- */

static void give_chunk(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    (void)suggested;
    struct iw_child *child = handle->data;
    struct iw_scratch *scratch = iw_loop_scratch(child->loop);
    *room = uv_buf_init(scratch->chunk, sizeof scratch->chunk);
}

static void on_output(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    struct iw_child *child = stream->data;
    if (got > 0 && child->events.output != NULL)
        child->events.output(child->context, child, iw_span(room->base, (size_t)got));
    if (got >= 0)
        return;
    uv_read_stop(stream);
    child->ended = true;
    if (child->exited)
        finish(child);
}

/* ---- beginning ---- */

static bool same_name(const char *a, const char *b)
{
    size_t length = strcspn(a, "=");
    return strncmp(a, b, length) == 0 && b[length] == '=';
}

static bool is_named(const char *entry, const char *const *entries)
{
    for (; *entries != NULL; entries++)
        if (same_name(*entries, entry))
            return true;
    return false;
}

static size_t count_of(const char *const *strings)
{
    size_t count = 0;
    while (strings[count] != NULL)
        count++;
    return count;
}

/* An entry of a list that libuv wants writable, and only reads. */
static char *unconst(const char *string)
{
    union {
        const char *borrowed;
        char *writable;
    } view = {.borrowed = string};
    return view.writable;
}

/* Ours without the names that are set anew, then those. The list is the caller's to free, its
 * strings are borrowed. */
static char **join_environment(const char *const *added)
{
    size_t ours = 0;
    while (environ != NULL && environ[ours] != NULL)
        ours++;
    char **joined = calloc(ours + count_of(added) + 1, sizeof *joined);
    if (joined == NULL)
        return NULL;
    size_t count = 0;
    for (size_t i = 0; i < ours; i++)
        if (!is_named(environ[i], added))
            joined[count++] = environ[i];
    for (; *added != NULL; added++)
        joined[count++] = unconst(*added);
    return joined;
}

static char **writable_list(const char *const *strings)
{
    size_t count = count_of(strings);
    char **list = calloc(count + 1, sizeof *list);
    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = unconst(strings[i]);
    return list;
}

static struct iw_child *child_new(struct iw_loop *loop, const struct iw_child_events *events,
                                  void *context)
{
    struct iw_child *child = calloc(1, sizeof *child);
    if (child == NULL)
        return NULL;
    child->loop = loop;
    child->events = *events;
    child->context = context;
    child->pidfd = -1;
    child->handles = 2;
    uv_pipe_init(iw_loop_uv(loop), &child->output, 0);
    uv_timer_init(iw_loop_uv(loop), &child->patience);
    child->output.data = child;
    child->patience.data = child;
    return child;
}

/* 0 or a code of libuv's. One pipe for stdout and stderr keeps their order. */
static int spawn(struct iw_child *child, char **argv, char **environment)
{
    uv_file ends[2];
    int code = uv_pipe(ends, UV_NONBLOCK_PIPE, 0);
    if (code < 0)
        return code;
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE},
                                     {.flags = UV_INHERIT_FD, .data.fd = ends[1]},
                                     {.flags = UV_INHERIT_FD, .data.fd = ends[1]}};
    const uv_process_options_t options = {
        .exit_cb = on_exited,
        .file = argv[0],
        .args = argv,
        .env = environment,
        .flags = UV_PROCESS_DETACHED, /* a session, and so a process group, of its own */
        .stdio_count = 3,
        .stdio = stdio,
    };
    uv_pipe_open(&child->output, ends[0]);
    code = uv_spawn(iw_loop_uv(child->loop), &child->process, &options);
    close(ends[1]);
    child->handles++; /* the process is a handle even when it could not be run */
    child->process.data = child;
    return code;
}

struct iw_child *iw_child_spawn(struct iw_loop *loop, const char *const *argv,
                                const char *const *environment,
                                const struct iw_child_events *events, void *context,
                                struct iw_error *error)
{
    static const char *const nothing[] = {NULL};
    struct iw_child *child = child_new(loop, events, context);
    char **arguments = writable_list(argv);
    char **variables = join_environment(environment == NULL ? nothing : environment);
    int code = UV_ENOMEM;
    if (child != NULL && arguments != NULL && variables != NULL)
        code = spawn(child, arguments, variables);
    free(arguments);
    free(variables);
    if (code == 0) {
        uv_read_start((uv_stream_t *)&child->output, give_chunk, on_output);
        watch_death(child);
        return child;
    }
    iw_failf(error, IW_SYSTEM, "cannot run %s: %s", argv[0], uv_strerror(code));
    if (child != NULL)
        close_all(child);
    return NULL;
}

void iw_child_kill(struct iw_child *child, int signal)
{
    uv_pid_t pid = uv_process_get_pid(&child->process);
    if (pid > 1)
        kill(-pid, signal);
}
