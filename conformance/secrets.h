/* SPDX-License-Identifier: MIT */
/* What must never reach a report: the passwords, and the forms in which it crosses the wire. */
#ifndef IW_CONFORMANCE_SECRETS_H
#define IW_CONFORMANCE_SECRETS_H

#include "conformance/target.h"
#include "script/transcript.h"

enum { IW_SECRETS_MAX = 7 };

struct iw_secrets {
    struct iw_arena arena; /* owns the texts */
    struct iw_span items[IW_SECRETS_MAX];
    size_t count;
};

/* The password as it stands, quoted, and in base64, alone and with the user in front (SASL LOGIN
 * and PLAIN); the second user's likewise. False: no memory. */
bool iw_secrets_init(struct iw_secrets *secrets, const struct iw_target *target);
void iw_secrets_release(struct iw_secrets *secrets);

/* NULL secrets: there are none. */
void iw_secrets_redact(const struct iw_secrets *secrets, struct iw_transcript *transcript);

/* Adds the text with every secret replaced by "***". */
void iw_secrets_write(const struct iw_secrets *secrets, struct iw_span text, struct iw_buf *out);

#endif
