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

/* ---- what the clients have said ---- */

/* A command that came whole, or up to a literal that was refused. */
struct iw_mock_server_command {
    unsigned conn;    /* connections count from 1, in the order of their coming */
    unsigned ms;      /* since the first connection */
    const char *text; /* "a1 LOGIN user secret": as it came, literals too, without the last CRLF */
    size_t length;    /* of text, in which there may be NULs, and behind which there is one */
};

struct iw_mock_server_commands {
    const struct iw_mock_server_command *items; /* in the order of their coming */
    size_t count;
    size_t lost; /* that came before these: the last 4 MiB are kept */
};

/* All so far, after waiting for wait_ms at most until there are `least`. NULL: there is no such
 * scenario, or no memory. */
struct iw_mock_server_commands *iw_mock_server_commands(struct iw_mock_server *server,
                                                        unsigned scenario, size_t least,
                                                        unsigned wait_ms);
void iw_mock_server_commands_free(struct iw_mock_server_commands *commands);

/* ---- what is there ---- */

struct iw_mock_server_message {
    unsigned uid;
    const char *flags; /* "\\Seen later"; "": none */
    const char *octets;
    size_t length; /* of octets, behind which there is a NUL */
};

struct iw_mock_server_mailbox {
    const char *name; /* UTF-8, "/" between its levels */
    unsigned uidvalidity, uidnext;
    const struct iw_mock_server_message *messages; /* in the order of their numbers */
    size_t count;
};

struct iw_mock_server_mailboxes {
    const struct iw_mock_server_mailbox *items;
    size_t count;
};

/* A user's mailboxes as they are now; user NULL: the first one's. NULL: there is no such scenario
 * or user, or no memory. */
struct iw_mock_server_mailboxes *iw_mock_server_mailboxes(struct iw_mock_server *server,
                                                          unsigned scenario, const char *user);
void iw_mock_server_mailboxes_free(struct iw_mock_server_mailboxes *mailboxes);
/* NULL: it is not among them. */
const struct iw_mock_server_mailbox *
iw_mock_server_mailbox(const struct iw_mock_server_mailboxes *mailboxes, const char *name);

/* ---- what others do ---- */

/* A message, into a mailbox that is there. */
struct iw_mock_server_delivery {
    const char *user;    /* NULL: the first one */
    const char *mailbox; /* NULL: INBOX */
    const char *flags;   /* "\\Seen later"; NULL: none */
    const char *octets;  /* lines end in CRLF */
    size_t length;       /* 0: up to the NUL */
};

/* Clients that wait for news are told. Its UID; 0, with the reason in error: it cannot be. */
unsigned iw_mock_server_deliver(struct iw_mock_server *server, unsigned scenario,
                                const struct iw_mock_server_delivery *delivery,
                                struct iw_error *error);
/* Ends a connection, or with 0 all of them: by FIN or, as when a server has died, by RST. How many
 * were there. */
size_t iw_mock_server_hang_up(struct iw_mock_server *server, unsigned scenario, unsigned conn,
                              bool reset);

/* ---- from the beginning, and the end ---- */

/* From the beginning, on the same ports: connections are closed. False: it is gone. */
bool iw_mock_server_reset(struct iw_mock_server *server, unsigned scenario, struct iw_error *error);
/* Ends it. */
void iw_mock_server_drop(struct iw_mock_server *server, unsigned scenario);

#endif
