/* SPDX-License-Identifier: MIT */
/* How a client under test is started: its command line with {host} {port} {tls_port} {url} {user}
 * {password} {ca} {certificate} {task} {policy} filled in, and the same as IMAPWRIGHT_HOST …
 * IMAPWRIGHT_POLICY for its environment. Anything else in braces stays as it stands. */
#ifndef IW_MOCKSERVER_CLIENT_COMMAND_H
#define IW_MOCKSERVER_CLIENT_COMMAND_H

#include "base/arena.h"

struct iw_client_facts {
    const char *host;
    unsigned port, tls_port;
    struct iw_span user, password;
    const char *ca;          /* path of the CA's certificate */
    const char *certificate; /* of the client's own and its key; "" or NULL: it is to have none */
    struct iw_span task;
    struct iw_span listening; /* all that serve has said of its ports; absent: as policy */
    struct iw_span policy;    /* plain, starttls, tls; absent: the environment stays as it is */
};

struct iw_client_command {
    struct iw_arena arena;          /* owns all of it */
    const char *const *argv;        /* ends with NULL */
    const char *const *environment; /* "NAME=value", ends with NULL */
};

/* False: no memory, or an argument that would become longer than 64 KiB. */
bool iw_client_command_make(struct iw_client_command *command, const char *const *templates,
                            size_t count, const struct iw_client_facts *facts);
void iw_client_command_release(struct iw_client_command *command);

#endif
