/* SPDX-License-Identifier: MIT */
/* What must not be written: passwords, tokens and user names that were heard, in all the forms in
 * which they may come back in a stream.
 *
 * A form of fewer than four octets, and a user's name, count only as whole words. */
#ifndef IW_SCRIPT_REDACTION_H
#define IW_SCRIPT_REDACTION_H

#include "base/arena.h"
#include "base/buf.h"

enum { IW_REDACTION_FORMS_MAX = 1000, IW_REDACTION_USERS_MAX = 2 };

struct iw_redacted {
    struct iw_span octets;
    const char *fill; /* what stands for it in a scenario: "${password}"; static */
    bool word;        /* only between octets that are no letters and digits */
    bool user;        /* a name */
};

struct iw_redaction {
    struct iw_arena arena; /* owns the octets */
    struct iw_redacted forms[IW_REDACTION_FORMS_MAX];
    size_t count;
    bool begins[256];                             /* with such an octet some form begins */
    struct iw_span users[IW_REDACTION_USERS_MAX]; /* in order of their coming, keep_users or not */
    size_t user_count;
    bool keep_users;
    bool full; /* something could not be added: nothing may be written */
};

void iw_redaction_init(struct iw_redaction *redaction, bool keep_users);
void iw_redaction_release(struct iw_redaction *redaction);

/* As it stands, quoted, in base64 (at any place in a longer text), in UTF-16, UTF-7, percent
 * encoding and hexadecimal. */
void iw_redaction_add_secret(struct iw_redaction *redaction, struct iw_span secret);
/* Octets of an exchange, as they stand; fewer than eight give nothing away. */
void iw_redaction_add_octets(struct iw_redaction *redaction, struct iw_span octets);
/* What stands for the user: "${user}", "${user2}", or "redacted" for a third. Static. */
const char *iw_redaction_add_user(struct iw_redaction *redaction, struct iw_span user);

/* The first of them at or behind at, names of users only if asked for; the longest one there. NULL:
 * none is left. */
const struct iw_redacted *iw_redaction_find(const struct iw_redaction *redaction,
                                            struct iw_span text, size_t at, bool users,
                                            size_t *found);

/* Adds text with "redacted" in the place of each secret; names of users stay. */
void iw_redaction_write(const struct iw_redaction *redaction, struct iw_span text,
                        struct iw_buf *out);

#endif
