/* SPDX-License-Identifier: MIT */
/* imapurl and imapurl-rel (RFC 5092 §11, RFC 5593): a whole URL, or a reference to one as CATENATE
 * and message parts have it: "/INBOX/;UID=20", ";SECTION=1.4". Values are percent-decoded. A
 * reference is not resolved, and dot-segments stay as they are: "/foo/;UID=20/..", which only
 * resolving makes a URL (§9.1), is refused. */
#ifndef IW_PARSER_URL_H
#define IW_PARSER_URL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/result.h"

enum { IW_URL_PORT = 143 };

enum iw_url_form {
    IW_URL_ABSOLUTE, /* "imap://" server … */
    IW_URL_NETWORK,  /* "//" server … */
    IW_URL_PATH,     /* "/" … */
    IW_URL_RELATIVE  /* a mailbox, or what is in one; or nothing: the same document */
};

/* Absent spans and zero numbers: the part is not there. */
struct iw_imap_url {
    enum iw_url_form form;
    struct iw_span user;      /* enc-user */
    struct iw_span mechanism; /* ;AUTH=, "*" for any */
    struct iw_span host;      /* as written */
    uint16_t port;            /* 0: none written (":" alone is none), IW_URL_PORT is meant */
    struct iw_span mailbox;   /* UTF-8 */
    uint32_t uidvalidity;     /* ;UIDVALIDITY= */
    struct iw_span search;    /* behind "?" */
    uint32_t uid;             /* /;UID= */
    struct iw_span section;   /* /;SECTION= */
    bool has_partial;         /* /;PARTIAL=origin[.length] */
    uint64_t origin, length;  /* length 0: up to the end */
    struct iw_span expire;    /* ;EXPIRE=, a date-time of RFC 3339, as written */
    struct iw_span access; /* ;URLAUTH=: "anonymous", "authuser", "stream", "user+…", "submit+…"
                              as written */
    struct iw_span verifier_mechanism; /* ":" INTERNAL … */
    struct iw_span verifier;           /* … ":" and its 32 or more hexadecimal digits */
};

/* Values borrow from text, and from the arena where something was encoded. IW_SYNTAX at the octet
 * that does not fit; IW_NO_MEMORY, or IW_LIMIT at the arena's cap. */
enum iw_result iw_parse_imap_url(struct iw_span text, struct iw_arena *arena,
                                 struct iw_imap_url *url, struct iw_error *error);

/* Only what must be encoded is. */
void iw_write_imap_url(struct iw_buf *out, const struct iw_imap_url *url);
bool iw_imap_url_equal(const struct iw_imap_url *a, const struct iw_imap_url *b);

#endif
