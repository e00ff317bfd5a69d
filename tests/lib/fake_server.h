/* SPDX-License-Identifier: MIT */
/* The blocking client over a wire whose other end says, at each read, the next of its replies.
 *
 * In a reply "#" is the client's last tag. An empty reply is silence for as long as the client
 * waits, at most 100 ms. Behind the last reply the stream ends, or stays silent. It reports through
 * cmocka. */
#ifndef IW_TESTS_FAKE_SERVER_H
#define IW_TESTS_FAKE_SERVER_H

#include "client/imap.h"

enum { IW_FAKE_REPLIES = 8 };

struct iw_fake_server {
    const char *const *replies; /* ends with NULL */
    bool silent;
    bool tls_fails;
    unsigned handshakes, closes;
    char tag[16];
    struct iw_buf sent; /* by the client, with "#" for each tag */
};

/* Greets with the first replies. options NULL: the host example.org alone. */
struct iw_imap *iw_fake_open(struct iw_fake_server *fake, const char *const *replies,
                             const struct iw_imap_options *options,
                             struct iw_imap_failure *failure);

/* "OK <text> <text|literal>" */
void iw_fake_show(struct iw_buf *out, const struct iw_imap_result *result);

enum iw_fake_start { NONAUTH, AUTH, SELECTED };

/* A connection in that state; nothing of it is in sent. */
struct iw_imap *iw_fake_begin(struct iw_fake_server *fake, enum iw_fake_start start);
void iw_fake_end(struct iw_imap *imap, struct iw_fake_server *fake);

/* One function, one answer. */
struct iw_fake_row {
    const char *name;
    enum iw_fake_start start;
    enum iw_imap_outcome (*call)(struct iw_imap *imap, struct iw_imap_result *result);
    const char *replies[IW_FAKE_REPLIES];
    enum iw_imap_outcome outcome;
    const char *sent;
    const char *shown; /* of OK and NO: the result; else the failure's text */
};
void iw_fake_check(const struct iw_fake_row *row);

#endif
