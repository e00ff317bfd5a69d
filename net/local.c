/* SPDX-License-Identifier: MIT */
#include "net/local.h"

#include "net/clock.h"
#include "net/loop_private.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

enum { BACKLOG = 511, CHUNK = 64 * 1024 };

struct iw_local_conn {
    uv_pipe_t pipe;
    uv_write_t request;
    struct iw_local *local; /* NULL: it is closing */
    struct iw_buf inbox;
    struct iw_buf answer; /* being written */
    bool asked;           /* a line was given out and is not answered yet */
    bool writing;
    bool last;   /* ends after the answer */
    bool shut;   /* the other end has sent all */
    bool inside; /* of take_lines */
    struct iw_local_conn *next;
};

struct iw_local {
    uv_pipe_t pipe;
    struct iw_loop *loop;
    size_t line_max, count;
    struct iw_local_events events;
    void *context;
    struct iw_local_conn *first;
};

/* ---- the end of a connection ---- */

static void on_conn_closed(uv_handle_t *handle)
{
    struct iw_local_conn *conn = handle->data;
    iw_buf_release(&conn->inbox);
    iw_buf_release(&conn->answer);
    free(conn);
}

static void drop(struct iw_local_conn *conn)
{
    struct iw_local_conn **place = &conn->local->first;
    while (*place != conn)
        place = &(*place)->next;
    *place = conn->next;
    conn->local->count--;
    conn->local = NULL;
    uv_close((uv_handle_t *)&conn->pipe, on_conn_closed);
}

static void end(struct iw_local_conn *conn)
{
    struct iw_local *local = conn->local;
    if (local == NULL)
        return;
    local->events.ended(local->context, conn);
    drop(conn);
}

/* ---- lines and answers ---- */

/* A whole line from the inbox; false: there is none, or it is not its turn. */
static bool take_line(struct iw_local_conn *conn)
{
    struct iw_local *local = conn->local;
    struct iw_span all = iw_buf_span(&conn->inbox);
    const char *lf = all.length == 0 ? NULL : memchr(all.data, '\n', all.length);
    size_t length = lf == NULL ? all.length : (size_t)(lf - all.data);
    if (conn->asked || conn->writing || conn->last || (lf == NULL && length <= local->line_max))
        return false;
    conn->asked = true;
    conn->last = length > local->line_max;
    local->events.line(local->context, conn,
                       conn->last ? iw_span(NULL, 0) : iw_span_part(all, 0, length));
    if (conn->local != NULL)
        iw_buf_consume(&conn->inbox, lf == NULL ? length : length + 1);
    return conn->local != NULL;
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room);

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *room)
{
    struct iw_local_conn *conn = handle->data;
    (void)wanted;
    char *data = iw_buf_reserve(&conn->inbox, CHUNK);
    *room = uv_buf_init(data, data == NULL ? 0 : CHUNK);
}

/* Reads only what it may keep: a line, and a chunk behind it. */
static void go_on(struct iw_local_conn *conn)
{
    if (conn->inside)
        return;
    conn->inside = true;
    while (take_line(conn))
        continue;
    conn->inside = false;
    if (conn->local == NULL)
        return;
    bool idle = !conn->asked && !conn->writing;
    if (conn->shut && conn->asked) /* the answer goes on from there */
        conn->local->events.hurry(conn->local->context, conn);
    else if (idle && (conn->shut || conn->last))
        end(conn);
    else if (conn->shut || conn->last || conn->inbox.length > conn->local->line_max)
        uv_read_stop((uv_stream_t *)&conn->pipe);
    else
        uv_read_start((uv_stream_t *)&conn->pipe, on_room, on_read);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    struct iw_local_conn *conn = stream->data;
    (void)room;
    if (got > 0)
        iw_buf_commit(&conn->inbox, (size_t)got);
    else if (got == UV_EOF)
        conn->shut = true;
    if (got < 0 && got != UV_EOF)
        end(conn);
    else
        go_on(conn);
}

static void on_written(uv_write_t *request, int status)
{
    struct iw_local_conn *conn = request->data;
    conn->writing = false;
    if (conn->local == NULL)
        return;
    if (status < 0)
        end(conn);
    else
        go_on(conn);
}

void iw_local_answer(struct iw_local_conn *conn, struct iw_span text)
{
    conn->asked = false;
    iw_buf_clear(&conn->answer);
    iw_buf_add(&conn->answer, text);
    struct iw_span copy = iw_buf_span(&conn->answer);
    union {
        const char *borrowed;
        char *base; /* libuv's type; it only reads */
    } data = {.borrowed = copy.data};
    uv_buf_t buf = uv_buf_init(data.base, (unsigned)copy.length);
    conn->request.data = conn;
    conn->writing = !conn->answer.failed &&
                    uv_write(&conn->request, (uv_stream_t *)&conn->pipe, &buf, 1, on_written) == 0;
    conn->last = conn->last || !conn->writing;
    go_on(conn);
}

/* ---- listening ---- */

static void on_connection(uv_stream_t *stream, int status)
{
    struct iw_local *local = stream->data;
    struct iw_local_conn *conn = status < 0 ? NULL : calloc(1, sizeof *conn);
    if (conn == NULL)
        return;
    uv_pipe_init(iw_loop_uv(local->loop), &conn->pipe, 0);
    conn->pipe.data = conn;
    conn->local = local;
    conn->next = local->first;
    local->first = conn;
    local->count++;
    iw_buf_init(&conn->inbox, NULL, local->line_max + 2 * CHUNK);
    iw_buf_init(&conn->answer, NULL, SIZE_MAX / 2);
    if (uv_accept(stream, (uv_stream_t *)&conn->pipe) < 0 || local->count > IW_LOCAL_CONNS_MAX)
        drop(conn);
    else
        go_on(conn);
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    return address;
}

/* -1: errno says why. The path fits. */
static int dial(const char *path)
{
    const struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static bool fits(const char *path, struct iw_error *error)
{
    const size_t max = sizeof((struct sockaddr_un *)NULL)->sun_path - 1;
    if (path[0] != '\0' && strlen(path) <= max)
        return true;
    iw_failf(error, IW_SYSTEM, "the path of a Unix socket has 1 to %zu octets: %s", max, path);
    return false;
}

/* What a server that died has left behind. */
static void remove_stale(const char *path)
{
    struct stat file;
    if (lstat(path, &file) != 0 || !S_ISSOCK(file.st_mode))
        return;
    int fd = dial(path);
    if (fd >= 0)
        close(fd);
    else if (errno == ECONNREFUSED)
        unlink(path);
}

/* Nobody can connect before it listens, and then its mode is right. */
static int open_socket(struct iw_local *local, const char *path)
{
    int code = uv_pipe_bind(&local->pipe, path);
    if (code == 0 && chmod(path, S_IRUSR | S_IWUSR) != 0)
        code = uv_translate_sys_error(errno);
    return code != 0 ? code : uv_listen((uv_stream_t *)&local->pipe, BACKLOG, on_connection);
}

static void on_local_closed(uv_handle_t *handle)
{
    free(handle->data);
}

struct iw_local *iw_local_listen(struct iw_loop *loop, const char *path, size_t line_max,
                                 const struct iw_local_events *events, void *context,
                                 struct iw_error *error)
{
    struct iw_local *local = fits(path, error) ? calloc(1, sizeof *local) : NULL;
    if (local == NULL)
        return NULL;
    *local = (struct iw_local){
        .loop = loop, .line_max = line_max, .events = *events, .context = context};
    uv_pipe_init(iw_loop_uv(loop), &local->pipe, 0);
    local->pipe.data = local;
    remove_stale(path);
    int code = open_socket(local, path);
    if (code == 0)
        return local;
    iw_failf(error, IW_SYSTEM, "cannot listen on %s: %s", path, uv_strerror(code));
    iw_local_close(local);
    return NULL;
}

void iw_local_close(struct iw_local *local)
{
    if (local == NULL)
        return;
    while (local->first != NULL)
        drop(local->first);
    uv_close((uv_handle_t *)&local->pipe, on_local_closed); /* removes the file */
}

/* ---- the other side ---- */

static enum iw_result fail_ask(const char *path, struct iw_error *error)
{
    return iw_failf(error, IW_SYSTEM, "%s: %s", path, strerror(errno));
}

static enum iw_result send_all(int fd, struct iw_span octets)
{
    while (octets.length > 0) {
        ssize_t sent = send(fd, octets.data, octets.length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return IW_SYSTEM;
        if (sent > 0)
            octets = iw_span_part(octets, (size_t)sent, octets.length);
    }
    return IW_OK;
}

/* IW_CLOSED: the end came first. */
static enum iw_result receive_line(int fd, uint64_t deadline, struct iw_buf *answer)
{
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, iw_deadline_left(deadline));
        if (ready == 0)
            errno = ETIMEDOUT;
        char *room = ready > 0 ? iw_buf_reserve(answer, CHUNK) : NULL;
        ssize_t got = room == NULL ? -1 : recv(fd, room, CHUNK, 0);
        if (got == 0)
            return IW_CLOSED;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return IW_SYSTEM;
        iw_buf_commit(answer, (size_t)got);
        if (room[got - 1] == '\n') {
            iw_buf_truncate(answer, answer->length - 1);
            return IW_OK;
        }
    }
}

enum iw_result iw_local_ask(const char *path, struct iw_span line, int ms, struct iw_buf *answer,
                            struct iw_error *error)
{
    if (!fits(path, error))
        return error->code;
    int fd = dial(path);
    if (fd < 0)
        return fail_ask(path, error);
    enum iw_result result = send_all(fd, line);
    if (result == IW_OK)
        result = send_all(fd, IW_SPAN("\n"));
    if (result == IW_OK)
        result = receive_line(fd, iw_deadline(ms), answer);
    if (result == IW_CLOSED)
        iw_failf(error, result, "%s: the server has gone", path);
    else if (result != IW_OK)
        fail_ask(path, error);
    close(fd);
    return result;
}
