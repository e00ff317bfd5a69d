/* SPDX-License-Identifier: MIT */
/* The face of a running serve for those who write tests: requests, one JSON object a line, come
 * over a Unix socket, and each gets one as its answer. docs/serve.md has the requests.
 *
 * A request that waits is looked at again when something has happened, and answered at its
 * deadline at the latest. Whatever a request says, nothing but its answer comes of a bad one. */
#ifndef IW_CLI_SERVE_ADMIN_H
#define IW_CLI_SERVE_ADMIN_H

#include "mockserver/mocks.h"

struct iw_serve_admin;

struct iw_serve_admin_options {
    struct iw_loop *loop;
    struct iw_mocks *mocks;
    const char *path;
    void (*stop)(void *context);
    void *context;
};

enum { IW_ADMIN_LINE_MAX = 4 << 20 };

/* NULL, with the reason in error. */
struct iw_serve_admin *iw_serve_admin_new(const struct iw_serve_admin_options *options,
                                          struct iw_error *error);
void iw_serve_admin_free(struct iw_serve_admin *admin);
/* Something has happened to one of the scenarios. */
void iw_serve_admin_changed(struct iw_serve_admin *admin);

#endif
