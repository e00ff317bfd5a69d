/* SPDX-License-Identifier: MIT */
/* A mock server inside a test program, for clients that block: it listens on 127.0.0.1 and ::1 and
 * answers from a thread of its own, which iw_mock_server_start begins and iw_mock_server_stop ends.
 * The thread takes no signals and calls nothing of the program's; SIGPIPE is ignored from then on,
 * unless the program handles it.
 *
 * A server plays as many scenarios as the tests load, each in a world and on ports of its own,
 * named by the number that loading gives. All of these may be called from any thread; a number that
 * is none finds nothing. */
#ifndef IW_MOCKSERVER_MOCK_SERVER_H
#define IW_MOCKSERVER_MOCK_SERVER_H

#include "base/result.h"

#include <stdbool.h>

struct iw_mock_server;

/* NULL, with the reason in error. */
struct iw_mock_server *iw_mock_server_start(struct iw_error *error);
/* Closes all connections, removes the CA's file, frees. NULL is nothing. */
void iw_mock_server_stop(struct iw_mock_server *server);

/* A scenario from its file, or as it would stand in one (files in it are looked up in
 * directory/messages; NULL: it names none); in one of its variants, from 0. Its number, from 1 on;
 * 0, with the reason in error: "FILE:LINE:COLUMN: what is wrong". */
unsigned iw_mock_server_load(struct iw_mock_server *server, const char *path, size_t variant,
                             struct iw_error *error);
unsigned iw_mock_server_load_text(struct iw_mock_server *server, const char *json,
                                  const char *directory, size_t variant, struct iw_error *error);
/* A well-behaved server, with one message in INBOX. */
unsigned iw_mock_server_load_plain(struct iw_mock_server *server, struct iw_error *error);

/* Where the scenario's clients go: in clear (with STARTTLS), and in TLS from the start. 0: there is
 * no such scenario. The user is "user" with the password "secret", unless the scenario says. */
unsigned iw_mock_server_port(struct iw_mock_server *server, unsigned scenario);
unsigned iw_mock_server_tls_port(struct iw_mock_server *server, unsigned scenario);
/* Path of the CA's certificate, for clients that verify; valid until the server stops. */
const char *iw_mock_server_ca_file(const struct iw_mock_server *server);

/* The verdict, after waiting for wait_ms at most until clients have come and all have gone. True:
 * all is as the scenario wants it. report: room for it in words, with its NUL, cut where it ends;
 * NULL with size 0: nobody reads it. */
bool iw_mock_server_verify(struct iw_mock_server *server, unsigned scenario, unsigned wait_ms,
                           char *report, size_t size);

/* From the beginning, on the same ports: connections are closed. False: it is gone. */
bool iw_mock_server_reset(struct iw_mock_server *server, unsigned scenario, struct iw_error *error);
/* Ends it. */
void iw_mock_server_drop(struct iw_mock_server *server, unsigned scenario);

#endif
