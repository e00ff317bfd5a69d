/* SPDX-License-Identifier: MIT */
#include "net/dial.h"

#include "net/loop_private.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

struct iw_dial {
    struct iw_loop *loop;
    uv_getaddrinfo_t lookup;
    struct addrinfo *addresses; /* owned */
    const struct addrinfo *next;
    uv_poll_t poll; /* for the attempt that goes on; one at a time */
    int fd;         /* its socket; -1: none goes on */
    char *host;     /* owned */
    unsigned port;
    bool cancelled;
    void (*done)(void *context, int fd, const struct iw_error *error);
    void *context;
};

static void dial_free(struct iw_dial *dial)
{
    uv_freeaddrinfo(dial->addresses);
    free(dial->host);
    free(dial);
}

static void finish(struct iw_dial *dial, int fd, int code)
{
    struct iw_error error = {0};
    if (fd < 0)
        iw_failf(&error, code == UV_ECONNRESET ? IW_CLOSED : IW_SYSTEM,
                 "cannot connect to %s port %u: %s", dial->host, dial->port, uv_strerror(code));
    dial->done(dial->context, fd, &error);
    dial_free(dial);
}

static void try_next(struct iw_dial *dial, int code);

/* ---- one attempt ---- */

static void on_attempt_closed(uv_handle_t *handle)
{
    struct iw_dial *dial = handle->data;
    int code = 0;
    socklen_t size = sizeof code;
    int fd = dial->fd;
    dial->fd = -1;
    if (!dial->cancelled && getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0) {
        finish(dial, fd, 0);
        return;
    }
    close(fd);
    if (dial->cancelled)
        dial_free(dial);
    else
        try_next(dial, uv_translate_sys_error(code));
}

static void on_writable(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    if (!uv_is_closing((uv_handle_t *)poll))
        uv_close((uv_handle_t *)poll, on_attempt_closed);
}

/* 0, and the attempt goes on; or an errno. */
static int begin_attempt(struct iw_dial *dial, const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    int code = connect(fd, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
    if (code == EINPROGRESS || code == EINTR)
        code = 0;
    if (code == 0)
        code = -uv_poll_init(iw_loop_uv(dial->loop), &dial->poll, fd);
    if (code != 0) {
        close(fd);
        return code;
    }
    dial->fd = fd;
    dial->poll.data = dial;
    uv_poll_start(&dial->poll, UV_WRITABLE, on_writable);
    return 0;
}

/* Begins an attempt with the next address that allows it; code is why the one before failed. */
static void try_next(struct iw_dial *dial, int code)
{
    while (dial->next != NULL) {
        const struct addrinfo *address = dial->next;
        dial->next = address->ai_next;
        int begun = begin_attempt(dial, address);
        if (begun == 0)
            return;
        code = uv_translate_sys_error(begun);
    }
    finish(dial, -1, code);
}

/* ---- the whole ---- */

static void on_looked_up(uv_getaddrinfo_t *lookup, int status, struct addrinfo *addresses)
{
    struct iw_dial *dial = lookup->data;
    dial->addresses = addresses;
    dial->next = addresses;
    if (dial->cancelled)
        dial_free(dial);
    else
        try_next(dial, status == 0 ? UV_EAI_NODATA : status);
}

struct iw_dial *iw_dial_new(struct iw_loop *loop, const char *host, unsigned port,
                            void (*done)(void *context, int fd, const struct iw_error *error),
                            void *context, struct iw_error *error)
{
    struct iw_dial *dial = calloc(1, sizeof *dial);
    char *copy = strdup(host);
    if (dial == NULL || copy == NULL) {
        free(dial);
        free(copy);
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    *dial = (struct iw_dial){.loop = loop, .fd = -1, .host = copy, .port = port};
    dial->done = done;
    dial->context = context;
    dial->lookup.data = dial;
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    int code = port > 65535 ? UV_EAI_SERVICE
                            : uv_getaddrinfo(iw_loop_uv(loop), &dial->lookup, on_looked_up, host,
                                             service, &hints);
    if (code == 0)
        return dial;
    iw_failf(error, IW_SYSTEM, "cannot connect to %s port %u: %s", host, port, uv_strerror(code));
    dial_free(dial);
    return NULL;
}

void iw_dial_cancel(struct iw_dial *dial)
{
    dial->cancelled = true;
    if (dial->fd < 0)
        uv_cancel((uv_req_t *)&dial->lookup); /* on_looked_up comes either way */
    else if (!uv_is_closing((uv_handle_t *)&dial->poll))
        uv_close((uv_handle_t *)&dial->poll, on_attempt_closed);
}
