/* SPDX-License-Identifier: MIT */
/* Wires over sockets: a TCP connection, and a child process on one end of a socket pair. */
#include "net/wire_private.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    CHILD_PATIENCE_MS = 1000, /* how long close waits for a child before it kills it */
    CHILD_NAP_MS = 20,        /* the longest sleep between two looks at it */
    UNREAD_CAP = 1024 * 1024  /* what close takes off the socket, so that it ends with a FIN */
};

struct socket {
    int fd;
    pid_t child; /* to be waited for; 0: none */
    const struct iw_bell *bell;
};

/* ---- waiting ---- */

/* Until fd is ready for the events (POLLIN, POLLOUT), or broken, which the next call on it tells;
 * or until the bell is rung. */
static enum iw_result wait_ready(int fd, const struct iw_bell *bell, short events,
                                 uint64_t deadline)
{
    for (;;) {
        struct pollfd pollers[] = {{.fd = fd, .events = events},
                                   {.fd = bell == NULL ? -1 : iw_bell_fd(bell), .events = POLLIN}};
        int count = poll(pollers, 2, iw_deadline_left(deadline));
        if (count > 0)
            return pollers[1].revents != 0 ? IW_CANCELLED : IW_OK;
        if (count == 0)
            return IW_TIMEOUT;
        if (errno != EINTR)
            return IW_SYSTEM;
    }
}

/* After a call on its fd that gave -1: IW_OK when it is worth another try. */
static enum iw_result again(const struct socket *stream, short events, uint64_t deadline,
                            struct iw_error *error)
{
    int code = errno;
    if (code == EINTR)
        return IW_OK;
    enum iw_result result = IW_SYSTEM;
    if (code == EAGAIN || code == EWOULDBLOCK) {
        result = wait_ready(stream->fd, stream->bell, events, deadline);
        code = errno;
    }
    if (result == IW_OK)
        return IW_OK;
    if (result == IW_CANCELLED)
        return iw_failf(error, IW_CANCELLED, "cancelled");
    if (result == IW_TIMEOUT)
        return iw_failf(error, IW_TIMEOUT, "the other end %s in time",
                        events == POLLIN ? "sends nothing" : "does not take what is sent");
    if (code == ECONNRESET || code == EPIPE)
        return iw_failf(error, IW_CLOSED, "%s",
                        code == EPIPE ? "closed by the other end" : "reset by the other end");
    return iw_failf(error, IW_SYSTEM, "%s", strerror(code));
}

/* ---- the stream ---- */

static enum iw_result socket_read(void *context, char *room, size_t size, size_t *got,
                                  int timeout_ms, struct iw_error *error)
{
    const struct socket *stream = context;
    uint64_t deadline = iw_deadline(timeout_ms);
    for (;;) {
        ssize_t count = recv(stream->fd, room, size, MSG_DONTWAIT);
        if (count > 0) {
            *got = (size_t)count;
            return IW_OK;
        }
        if (count == 0)
            return iw_failf(error, IW_CLOSED, "closed by the other end");
        enum iw_result result = again(stream, POLLIN, deadline, error);
        if (result != IW_OK)
            return result;
    }
}

static enum iw_result socket_write(void *context, struct iw_span octets, int timeout_ms,
                                   struct iw_error *error)
{
    const struct socket *stream = context;
    uint64_t deadline = iw_deadline(timeout_ms);
    while (octets.length > 0) {
        ssize_t count = send(stream->fd, octets.data, octets.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            octets = iw_span_part(octets, (size_t)count, octets.length);
            continue;
        }
        enum iw_result result = again(stream, POLLOUT, deadline, error);
        if (result != IW_OK)
            return result;
    }
    return IW_OK;
}

static bool has_exited(pid_t child)
{
    pid_t found;
    do
        found = waitpid(child, NULL, WNOHANG);
    while (found < 0 && errno == EINTR);
    return found != 0; /* -1: someone else has waited for it */
}

static void wait_child(pid_t child)
{
    uint64_t deadline = iw_deadline(CHILD_PATIENCE_MS);
    for (int nap = 1; iw_deadline_left(deadline) > 0; nap = nap < CHILD_NAP_MS ? nap * 2 : nap) {
        if (has_exited(child))
            return;
        poll(NULL, 0, nap);
    }
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Closing a socket with octets unread would send RST, and the other end might lose our last ones.
 */
static void finish_sending(int fd)
{
    char unread[4096];
    shutdown(fd, SHUT_WR);
    for (size_t taken = 0; taken < UNREAD_CAP; taken += sizeof unread)
        if (recv(fd, unread, sizeof unread, MSG_DONTWAIT) <= 0)
            return;
}

static void socket_close(void *context)
{
    struct socket *stream = context;
    finish_sending(stream->fd);
    close(stream->fd);
    if (stream->child > 0)
        wait_child(stream->child);
    free(stream);
}

static void socket_heed(void *context, const struct iw_bell *bell)
{
    struct socket *stream = context;
    stream->bell = bell;
}

static const struct iw_wire_calls socket_calls = {
    .read = socket_read,
    .write = socket_write,
    .close = socket_close,
    .heed = socket_heed,
};

/* Takes fd and child over, also when it fails. */
static struct iw_wire *socket_wire(int fd, pid_t child, struct iw_error *error)
{
    struct socket *stream = malloc(sizeof *stream);
    if (stream != NULL) {
        *stream = (struct socket){.fd = fd, .child = child};
        return iw_wire_over_socket(&socket_calls, stream, fd, error);
    }
    close(fd);
    if (child > 0)
        wait_child(child);
    iw_fail(error, IW_NO_MEMORY, 0, NULL);
    return NULL;
}

/* ---- TCP ---- */

/* IW_OK, IW_TIMEOUT, or IW_SYSTEM with errno. */
static enum iw_result finish_connect(int fd, uint64_t deadline)
{
    enum iw_result result = wait_ready(fd, NULL, POLLOUT, deadline);
    if (result != IW_OK)
        return result;
    int code = 0;
    socklen_t size = sizeof code;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
        return IW_SYSTEM;
    errno = code;
    return code == 0 ? IW_OK : IW_SYSTEM;
}

/* A connected socket, or -1 with *result and errno. */
static int connect_address(const struct addrinfo *address, uint64_t deadline,
                           enum iw_result *result)
{
    *result = IW_SYSTEM;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        *result = IW_OK;
    else if (errno == EINPROGRESS || errno == EINTR)
        *result = finish_connect(fd, deadline);
    if (*result == IW_OK)
        return fd;
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}

static int count_addresses(const struct addrinfo *address)
{
    int count = 0;
    for (; address != NULL; address = address->ai_next)
        count++;
    return count;
}

/* The first address that answers; -1 with the last one's reason. */
static int connect_any(const struct addrinfo *addresses, const char *host, unsigned port,
                       int timeout_ms, struct iw_error *error)
{
    uint64_t deadline = iw_deadline(timeout_ms);
    enum iw_result result = IW_SYSTEM;
    int left = count_addresses(addresses);
    for (const struct addrinfo *each = addresses; each != NULL; each = each->ai_next, left--) {
        int share = timeout_ms < 0 ? -1 : iw_deadline_left(deadline) / left;
        int fd = connect_address(each, iw_deadline(share), &result);
        if (fd >= 0)
            return fd;
    }
    iw_failf(error, result, "cannot connect to %s port %u: %s", host, port,
             result == IW_TIMEOUT ? "no answer in time" : strerror(errno));
    return -1;
}

struct iw_wire *iw_wire_tcp(const char *host, unsigned port, int timeout_ms, struct iw_error *error)
{
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *addresses = NULL;
    int found = port > 65535 ? EAI_SERVICE : getaddrinfo(host, service, &hints, &addresses);
    if (found != 0) {
        iw_failf(error, IW_SYSTEM, "cannot connect to %s port %u: %s", host, port,
                 gai_strerror(found));
        return NULL;
    }
    int fd = connect_any(addresses, host, port, timeout_ms, error);
    freeaddrinfo(addresses);
    return fd < 0 ? NULL : socket_wire(fd, 0, error);
}

/* ---- child processes ---- */

/* The child starts with no signal blocked and SIGPIPE deadly, whatever its parent has set. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, deadly;
    sigemptyset(&none);
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGPIPE);
    int code = posix_spawnattr_setsigmask(attributes, &none);
    if (code == 0)
        code = posix_spawnattr_setsigdefault(attributes, &deadly);
    if (code == 0)
        code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return code;
}

/* 0 or an errno. */
static int spawn_shell(const char *command, int fd, pid_t *child)
{
    char shell[] = "sh", flag[] = "-c";
    char *copy = strdup(command);
    if (copy == NULL)
        return ENOMEM;
    char *argv[] = {shell, flag, copy, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int code = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
    if (code == 0)
        code = set_signals(&attributes);
    if (code == 0)
        code = posix_spawn(child, "/bin/sh", &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(copy);
    return code;
}

struct iw_wire *iw_wire_child(const char *command, struct iw_error *error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
        iw_failf(error, IW_SYSTEM, "cannot make a socket pair: %s", strerror(errno));
        return NULL;
    }
    pid_t child = 0;
    int code = spawn_shell(command, pair[1], &child);
    close(pair[1]);
    if (code == 0)
        return socket_wire(pair[0], child, error);
    close(pair[0]);
    iw_failf(error, IW_SYSTEM, "cannot run /bin/sh: %s", strerror(code));
    return NULL;
}
