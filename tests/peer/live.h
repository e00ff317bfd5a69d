/* SPDX-License-Identifier: MIT */
/* A session with a live server, whichever it is: what it does not offer is said and skipped, and
 * client_live.py knows what each server is to say.
 *
 *     client_live SERVER WAY PORT TLS_PORT CA_FILE
 *
 * SERVER is a name in tests/servers, WAY is plain, starttls or tls. The server is on 127.0.0.1 and
 * known as localhost; alice has the password "secret". */
#ifndef IW_TESTS_LIVE_H
#define IW_TESTS_LIVE_H

#include "client/extensions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { IW_LIVE_TIMEOUT_MS = 20000, IW_LIVE_NAME_SIZE = 100, IW_LIVE_MESSAGES = 3 };

/* One test. The mailbox is selected, new, and has IW_LIVE_MESSAGES messages; the second hangs on
 * the first in a thread. */
struct iw_live {
    struct iw_imap *imap;
    struct iw_imap *other;        /* a second connection, when there is one */
    struct iw_imap_result result; /* of what iw_live_ok has seen last, by convention */
    char box[IW_LIVE_NAME_SIZE], spare[IW_LIVE_NAME_SIZE]; /* spare does not exist */
};

extern const struct CMUnitTest iw_live_session_tests[];   /* client/imap.h */
extern const struct CMUnitTest iw_live_extension_tests[]; /* client/extensions.h */
extern const size_t iw_live_session_count, iw_live_extension_count;

int iw_live_begin(void **state);           /* logged in, as above */
int iw_live_begin_connected(void **state); /* before the login */
int iw_live_end(void **state);

#define IW_LIVE_TEST(function) cmocka_unit_test_setup_teardown(function, iw_live_begin, iw_live_end)
#define IW_LIVE_EARLY_TEST(function)                                                               \
    cmocka_unit_test_setup_teardown(function, iw_live_begin_connected, iw_live_end)

/* A connection of its own, not logged in; the caller's to free. */
struct iw_imap *iw_live_connect(void);
/* Makes live->other, which has the mailbox selected too. */
struct iw_imap *iw_live_other(struct iw_live *live);

bool iw_live_is(const char *server);
/* True of that server, and says so: what it does against the section named. */
bool iw_live_deviates(const char *server, const char *how);
/* Skips the rest of the test when the server does not offer it. */
void iw_live_need(struct iw_live *live, const char *capability);
/* The same, as a question. */
bool iw_live_offers(struct iw_live *live, const char *capability);

void iw_live_expect(const struct iw_imap *imap, const char *what, enum iw_imap_outcome outcome,
                    enum iw_imap_outcome wanted);
void iw_live_ok(const struct iw_live *live, const char *what, enum iw_imap_outcome outcome);
/* The response of that kind, the last if there are several; fails without one. */
const struct iw_response *iw_live_last(const struct iw_live *live, enum iw_response_kind kind);
size_t iw_live_count(const struct iw_live *live, enum iw_response_kind kind);

#endif
