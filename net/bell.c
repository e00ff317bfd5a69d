/* SPDX-License-Identifier: MIT */
#include "net/bell.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct iw_bell {
    int fd;
    atomic_bool rung;
};

#if ATOMIC_BOOL_LOCK_FREE != 2
#error "a signal handler may only touch atomics that are free of locks"
#endif

struct iw_bell *iw_bell_new(void)
{
    struct iw_bell *bell = malloc(sizeof *bell);
    if (bell == NULL)
        return NULL;
    bell->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    atomic_init(&bell->rung, false);
    if (bell->fd >= 0)
        return bell;
    free(bell);
    return NULL;
}

void iw_bell_free(struct iw_bell *bell)
{
    if (bell == NULL)
        return;
    close(bell->fd);
    free(bell);
}

/* A counter that is full is ready to be read as well: a failed write loses nothing. */
void iw_bell_ring(struct iw_bell *bell)
{
    static const uint64_t one = 1;
    int code = errno;
    atomic_store(&bell->rung, true);
    ssize_t written = write(bell->fd, &one, sizeof one);
    (void)written;
    errno = code;
}

bool iw_bell_rung(const struct iw_bell *bell)
{
    return bell != NULL && atomic_load(&bell->rung);
}

void iw_bell_hush(struct iw_bell *bell)
{
    uint64_t count;
    atomic_store(&bell->rung, false);
    ssize_t got = read(bell->fd, &count, sizeof count);
    (void)got;
}

int iw_bell_fd(const struct iw_bell *bell)
{
    return bell->fd;
}
