/* SPDX-License-Identifier: MIT */
/* The command line of serve. */
#ifndef IW_CLI_SERVE_OPTIONS_H
#define IW_CLI_SERVE_OPTIONS_H

#include "cli/serve_world.h"
#include "script/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct iw_serve_options {
    const char *const *names; /* of scenarios: "FILE", "user=NAME:FILE", "conn=N:FILE" */
    size_t name_count;
    const char *persona;   /* NULL: none */
    const char *port_file; /* NULL: none; so are the paths below */
    const char *admin;
    const char *json;
    const char *ctl; /* the names are a request for the server there */
    int ready_fd;    /* -1: none */
    struct iw_serve_world world;
    struct iw_given_tls tls; /* of all, whatever scenarios say */
    uint64_t port, tls_port, variant, seconds, open_max, seed;
    bool verbose;
    const char *const *client; /* NULL: nobody is started */
    size_t client_count;
};

/* 0 to go on, else the exit status plus one; what is wrong has been said. Release all the same. */
int iw_serve_options_read(struct iw_serve_options *options, int argc, char **argv);
void iw_serve_options_release(struct iw_serve_options *options);

#endif
