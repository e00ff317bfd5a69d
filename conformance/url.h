/* SPDX-License-Identifier: MIT */
/* The server under test as it is named on the command line: imap://user@host:port/ or
 * imaps://user@host:port/ (RFC 5092, without paths). A value of fixed size, owned by whoever holds
 * it; iw_url_write never shows the password. */
#ifndef IW_CONFORMANCE_URL_H
#define IW_CONFORMANCE_URL_H

#include "base/buf.h"
#include "base/result.h"

enum { IW_URL_FIELD_MAX = 256 };

struct iw_url {
    bool tls;                        /* imaps: TLS from the first octet */
    char host[IW_URL_FIELD_MAX];     /* a name or an address, without brackets */
    unsigned port;                   /* 1 to 65535; 143 or 993 when not written */
    char user[IW_URL_FIELD_MAX];     /* decoded; empty: none written */
    char password[IW_URL_FIELD_MAX]; /* decoded */
    bool has_password;
    bool loopback; /* localhost, 127.0.0.0/8 or ::1 */
};

/* A password is accepted for loopback hosts only. IW_SYNTAX, IW_LIMIT: the error's detail is a
 * sentence for the user; it never repeats the text, which may hold a password. */
enum iw_result iw_url_parse(const char *text, struct iw_url *url, struct iw_error *error);

/* The canonical form without the password: what reports and commands show. */
void iw_url_write(const struct iw_url *url, struct iw_buf *out);

#endif
